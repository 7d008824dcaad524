from pathlib import Path

import pytest

from intents import Classifier, corpus
from intents.corpus import Corpus
from intents.evaluation.what_if import Trials
from intents.model import MODEL_FOLDER
from intents.safety import SafetyNet


@pytest.fixture(scope="session")
def net() -> SafetyNet:
    """The net's rules, read once."""
    return SafetyNet.load()


@pytest.fixture(scope="session")
def our_corpus() -> Corpus:
    """Our utterances, read once: that takes half a second."""
    return corpus.load_corpus(allow_duplicates=True)


@pytest.fixture(scope="session")
def trials(classifier: Classifier, our_corpus: Corpus) -> Trials:
    """What a new utterance is tried against, worked out once: that takes ten seconds, and no trial changes it."""
    return Trials(classifier.model, our_corpus)


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may damage; files are linked, so damage by replacing them."""
    folder = tmp_path / "model"
    folder.mkdir()
    for file in MODEL_FOLDER.iterdir():
        (folder / file.name).symlink_to(file)
    return folder
