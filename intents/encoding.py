"""Fine-tuned encoders and what they make of the utterances, kept on disk by content between runs."""

import hashlib
import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt

from intents.encoder import Encoder
from intents.finetuning import EXPORTED, export, fine_tune
from intents.plan import Plan
from intents.task import Task

Floats = npt.NDArray[np.float32]
Say = Callable[[str], None]


class Encoders:
    """Fine-tuned encoders and the vectors they give, one for each fold and one for all, kept on disk by content."""

    def __init__(self, cache: Path, task: Task, plan: Plan, say: Say) -> None:
        self._cache, self._task, self._plan, self._say = cache, task, plan, say
        self._vectors: dict[Path, Floats] = {}

    def folder(self, fold: int | None) -> Path:
        """Give the folder of the encoder that was fine-tuned without a fold, or on everything."""
        rows, recipe = self._task.learnt(fold), self._plan.recipe
        learnt = [[self._task.texts[i], self._task.labels[i].tolist()] for i in rows] if recipe.epochs else []
        folder = self._cache / _key([recipe.as_dict(), learnt, versions(), EXPORTED])
        if not (folder / "tokenizer.json").exists():  # written last
            self._say(f"fine-tuning the encoder on {len(rows)} utterances ({called(fold)})")
            texts = [self._task.texts[i] for i in rows]
            tuned = fine_tune(texts, self._task.labels[rows], recipe, self._plan.threads, self._say)
            export(tuned, folder)
        return folder

    def vectors(self, fold: int | None) -> Floats:
        """Give every utterance's vector by that encoder."""
        file = self.folder(fold) / f"vectors-{_key(list(self._task.texts))}.npy"
        if not file.exists():
            self._say(f"encoding the utterances ({called(fold)})")
            np.save(file, Encoder.load(file.parent).encode_all(self._task.texts))
        if file not in self._vectors:
            self._vectors[file] = np.load(file, allow_pickle=False)
        return self._vectors[file]


def called(fold: int | None) -> str:
    """Say which utterances an encoder learns from."""
    return "all" if fold is None else f"without fold {fold + 1}"


def _key(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:20]


def versions() -> dict[str, str]:
    """Give the versions of the libraries that a model depends on."""
    return {
        library: metadata.version(library)
        for library in ("numpy", "scikit-learn", "onnxruntime", "tokenizers", "torch", "transformers")
    }
