"""Vectors of fixed lists of texts on disk, keyed by the encoder and the texts: a later start need not encode them."""

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from intents.arrays import Floats
from intents.whole_files import write_whole

Encode = Callable[[str], Floats]


class KeptVectors:
    """Encodes lists of texts and keeps their vectors, exactly as they were, for the next process.

    Parameters
    ----------
    encode
        Returns the vector of a text.
    encoder
        What tells the encoder from any other.
    folder
        Where vectors are kept; None where nothing is.
    """

    def __init__(self, encode: Encode, encoder: str, folder: Path | None) -> None:
        self._encode = encode
        self._encoder = encoder
        self._folder = folder

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts, of shape (texts, dimensions), from disk where they were kept.

        Whatever is wrong with the file or the disk, the texts are encoded; what cannot be kept is encoded again at the
        next start.
        """
        file = self._locate(texts)
        vectors = _read(file, len(texts)) if file else None
        if vectors is None:
            vectors = np.stack([self._encode(text) for text in texts])
            if file:
                _write(file, vectors)
        return vectors

    def _locate(self, texts: Sequence[str]) -> Path | None:
        content = json.dumps([self._encoder, *texts])
        key = hashlib.sha256(content.encode()).hexdigest()[:32]
        return self._folder / f"examples-{key}.npy" if self._folder else None


def _read(file: Path, texts: int) -> Floats | None:
    try:
        vectors: Floats = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = vectors.ndim == 2 and len(vectors) == texts and vectors.dtype == np.float32 and np.isfinite(vectors).all()
    return vectors if fits else None


def _write(file: Path, vectors: Floats) -> None:
    packed = io.BytesIO()
    np.save(packed, vectors)
    with suppress(OSError):
        for older in file.parent.glob("examples-*.npy"):  # of another model or release
            older.unlink(missing_ok=True)
        write_whole(file, packed.getvalue())
