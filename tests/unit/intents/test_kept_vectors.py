"""Vectors that are kept for the next start are those that were encoded; without a file they are encoded again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from intents.arrays import Floats
from intents.kept_vectors import KeptVectors

TEXTS = ["what else?", "who should I ask?", "that did not work"]


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def encode(asked: list[str]) -> Callable[[str], Floats]:
    def work(text: str) -> Floats:
        asked.append(text)
        return np.arange(4, dtype=np.float32) / np.float32(len(text) + 3)

    return work


def test_a_second_process_encodes_nothing_and_has_the_same_vectors(tmp_path: Path, asked, encode) -> None:
    first = KeptVectors(encode, "one", tmp_path / "new").encode_texts(TEXTS)
    second = KeptVectors(encode, "one", tmp_path / "new").encode_texts(TEXTS)
    assert asked == TEXTS
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(("encoder", "texts"), [("two", TEXTS), ("one", TEXTS[:2]), ("one", TEXTS[::-1])])
def test_another_encoder_or_other_texts_are_encoded_and_take_the_place_of_what_was_kept(
    tmp_path: Path, asked, encode, encoder: str, texts: list[str]
) -> None:
    KeptVectors(encode, "one", tmp_path).encode_texts(TEXTS)
    KeptVectors(encode, encoder, tmp_path).encode_texts(texts)
    assert asked == TEXTS + texts
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damaged", [b"", b"no array", b"\x93NUMPY\x01\x00v\x00{'descr"])
def test_a_damaged_file_is_made_again(tmp_path: Path, encode, damaged: bytes) -> None:
    whole = KeptVectors(encode, "one", tmp_path).encode_texts(TEXTS)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damaged)
    np.testing.assert_array_equal(KeptVectors(encode, "one", tmp_path).encode_texts(TEXTS), whole)
    assert np.load(file).shape == whole.shape


def test_where_nothing_can_be_kept_texts_are_encoded_each_time(tmp_path: Path, asked, encode) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (None, tmp_path / "file", tmp_path / "file" / "below"):
        KeptVectors(encode, "one", folder).encode_texts(TEXTS)
    assert asked == TEXTS * 3
