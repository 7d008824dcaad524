"""The sentence encoder at run time: onnxruntime and tokenizers, one thread, nothing of PyTorch."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from intents.arrays import Floats

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 128
MAX_CHARACTERS = 560  # about what so many tokens hold; of a longer text, head and tail are read


class Encoder:
    """Sentence encoder: a text in, a vector of length one out.

    Texts are encoded one at a time, also in training: with int8 activations a text's vector would otherwise depend a
    little on the texts it shares a batch with.

    Parameters
    ----------
    tokeniser
        Truncates at `MAX_TOKENS`.
    session
        Takes `ids` and `mask`, gives `vectors`.
    """

    def __init__(self, tokeniser: "Tokenizer", session: Any) -> None:
        self._tokeniser = tokeniser
        self._session = session

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> "Encoder":
        """Load `encoder.onnx` and `tokenizer.json` from a folder whose files have been verified.

        Parameters
        ----------
        folder
            A model's folder.
        threads : int, default=1
            Of onnxruntime. One message needs no more, and leaves the other processors to other messages.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        tokeniser = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokeniser.no_padding()
        tokeniser.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), sess_options=options, providers=["CPUExecutionProvider"]
        )
        return cls(tokeniser, session)

    def encode(self, text: str) -> Floats:
        """Return the vector of one normalised text.

        Parameters
        ----------
        text
            What comes after `MAX_TOKENS` tokens is not read.

        Returns
        -------
        array of shape (dimensions,)
        """
        ids = np.array([self._tokeniser.encode(text).ids], dtype=np.int64)
        vectors = self._session.run(["vectors"], {"ids": ids, "mask": np.ones_like(ids)})[0]
        vector: Floats = vectors[0].astype(np.float32)
        return vector

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of many texts, encoded one at a time.

        Returns
        -------
        array of shape (texts, dimensions)
        """
        return np.stack([self.encode(text) for text in texts])
