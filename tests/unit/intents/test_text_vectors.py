"""Texts that are known beforehand are encoded once: those of the file beside the model never, others when asked."""

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from intents.classifier import Classifier
from intents.model import MODEL_FOLDER
from intents.text_vectors import VECTORS_FILE, TextVectors, write_text_vectors
from tests.packaged import packaged_pack

TEXTS = ["Go where people work, and ask.", "Count what matters, not what is easy."]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with the vectors of two texts beside it."""
    folder = tmp_path_factory.mktemp("model") / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    assert write_text_vectors(folder, [*TEXTS, TEXTS[0]]) == len(TEXTS)
    return folder


class CountingEncoder:
    """Encodes as the model does, and counts."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.encoded: list[str] = []

    def __call__(self, text: str) -> np.ndarray:
        self.encoded.append(text)
        return self.classifier.encode(text)


def test_what_the_file_holds_is_read_and_nearly_what_would_be_encoded(
    folder: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounding to eight bits moves a vector by less than anything that is decided by it."""
    vectors = TextVectors.load(classifier.model, folder)
    monkeypatch.setattr(vectors, "_encode", None)
    for text in TEXTS:
        assert vectors.encode(text) @ classifier.encode(text.rstrip(".")) > 0.99
        assert np.linalg.norm(vectors.encode(text)) == pytest.approx(1.0, abs=1e-5)


def test_what_the_file_lacks_is_encoded_once(classifier: Classifier) -> None:
    """An operator's lessons are encoded when they are read, and an edit elsewhere encodes none of them again."""
    encode = CountingEncoder(classifier)
    vectors = TextVectors(encode)
    first = vectors.encode("Ask the night shift.")
    assert vectors.encode("Ask the night shift.") is first
    assert encode.encoded == ["Ask the night shift"]


def test_vectors_of_another_encoder_are_passed_over(folder: Path, classifier: Classifier, tmp_path: Path) -> None:
    """A file that an older model left behind would compare what cannot be compared."""
    with np.load(folder / VECTORS_FILE) as packed:
        arrays = {name: packed[name] for name in packed.files}
    np.savez(tmp_path / VECTORS_FILE, **{**arrays, "encoder": np.frombuffer(b"another", dtype=np.uint8)})
    assert not TextVectors.load(classifier.model, tmp_path).holds(TEXTS[0])
    assert TextVectors.load(classifier.model, folder).holds(TEXTS[0])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then nothing", b"\x00" * 2000])
def test_a_damaged_file_costs_time_and_no_answer(
    content: bytes, classifier: Classifier, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator is told which file, and what to do."""
    (tmp_path / VECTORS_FILE).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        vectors = TextVectors.load(classifier.model, tmp_path)
    assert vectors.encode(TEXTS[0]) @ classifier.encode("Go where people work, and ask") > 0.99
    assert str(tmp_path / VECTORS_FILE) in caplog.text
    assert "install the release again" in caplog.text


def test_without_a_file_every_text_is_encoded(classifier: Classifier, tmp_path: Path) -> None:
    """A checkout between two trainings has none."""
    assert TextVectors.load(classifier.model, tmp_path).encode(TEXTS[1]).shape == classifier.encode("x").shape


@pytest.mark.skipif(not (MODEL_FOLDER / VECTORS_FILE).exists(), reason="written together with the next model")
def test_every_text_of_our_own_lessons_is_in_the_file(classifier: Classifier) -> None:
    """After lessons were edited: `small-steps intents vectors`."""

    vectors = TextVectors.load(classifier.model)
    assert [text for text in packaged_pack().list_texts() if not vectors.holds(text)] == []
