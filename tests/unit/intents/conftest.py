from pathlib import Path

import pytest

from intents import Classifier
from intents.catalogue import MODEL_FOLDER


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may damage; files are linked, so damage by replacing them."""
    folder = tmp_path / "model"
    folder.mkdir()
    for file in MODEL_FOLDER.iterdir():
        (folder / file.name).symlink_to(file)
    return folder
