"""Vectors of texts that are known beforehand, such as lessons: stored in a file beside the model, or encoded once.

The file is the model's own: its vectors are found by the digest of their text, and all are passed over where another
encoder wrote them. What the file lacks is encoded once and kept in memory.
"""

import hashlib
import io
import logging
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from intents.arrays import Floats
from intents.model import MODEL_FOLDER, Model
from intents.normalisation import drop_full_stops, normalise_text

VECTORS_FILE = "texts.npz"
_KEPT = 10_000  # vectors of texts that the file lacks, 1.5 KB each; the oldest goes first
_STEPS = 127  # of the largest number of a vector: int8, a quarter of the size of float32
_LOG = logging.getLogger(__name__)


class TextVectors:
    """Vectors of texts, each encoded at most once.

    Parameters
    ----------
    encode
        Returns the vector of a normalised text.
    stored
        Vectors that need no encoding, by the digest of their text.
    """

    def __init__(self, encode: Callable[[str], Floats], stored: dict[bytes, Floats] | None = None) -> None:
        self._encode = encode
        self._stored = stored or {}
        self._kept: dict[bytes, Floats] = {}

    @classmethod
    def load(cls, model: Model, folder: Path | None = None) -> "TextVectors":
        """Return the vectors that come with a model; none are stored where the file is missing or another model's.

        Parameters
        ----------
        folder : Path, optional
            The model's folder; the packaged one by default.
        """
        return cls(model.encoder.encode, _read(folder or MODEL_FOLDER, identify_encoder(model)))

    def encode(self, text: str) -> Floats:
        """Return the vector of a text, of length one."""
        digest = _digest(text)
        found = self._stored.get(digest)
        if found is None:
            found = self._kept.get(digest)
        if found is None:
            found = self._encode(_normalise(text))
            self._kept[digest] = found
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)), None)
        return found

    def holds(self, text: str) -> bool:
        """Return whether the vector of a text is stored or was encoded before."""
        digest = _digest(text)
        return digest in self._stored or digest in self._kept


def write_text_vectors(folder: Path, texts: Iterable[str]) -> int:
    """Encode texts with the model of a folder, write their vectors beside it and return how many there are.

    Parameters
    ----------
    folder
        The model's folder.
    texts
        As they are shown.
    """
    model = Model.load(folder)
    unique = sorted(set(texts))
    vectors = model.encoder.encode_texts([_normalise(text) for text in unique])
    scales = np.abs(vectors).max(axis=1) / np.float32(_STEPS)
    packed = io.BytesIO()
    np.savez(
        packed,
        encoder=np.frombuffer(identify_encoder(model).encode(), dtype=np.uint8),
        digests=np.frombuffer(b"".join(_digest(text) for text in unique), dtype=np.uint8).reshape(len(unique), -1),
        steps=np.rint(vectors / scales[:, None]).astype(np.int8),
    )
    (folder / VECTORS_FILE).write_bytes(packed.getvalue())
    return len(unique)


def identify_encoder(model: Model) -> str:
    """Return what tells the encoder of a model from any other: the checksums of its files."""
    return " ".join(str(model.record["files"][name]) for name in ("encoder.onnx", "tokenizer.json"))


def _read(folder: Path, encoder: str) -> dict[bytes, Floats]:
    try:
        with np.load(io.BytesIO((folder / VECTORS_FILE).read_bytes()), allow_pickle=False) as packed:
            if packed["encoder"].tobytes().decode("ascii", "replace") != encoder:
                return {}
            vectors = packed["steps"].astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # rounding made them a little longer or shorter
            digests = [row.tobytes() for row in packed["digests"]]
    except FileNotFoundError:
        return {}
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        _LOG.warning(
            "%s cannot be read (%s), so lessons are encoded at the start; install the release again.",
            folder / VECTORS_FILE,
            type(error).__name__,
        )
        return {}
    return dict(zip(digests, vectors, strict=True))


def _normalise(text: str) -> str:
    """Return a text as the encoder reads messages, so that both are alike where they say the same."""
    return drop_full_stops(normalise_text(text))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
