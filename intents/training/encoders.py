"""Fine-tuned encoders and what they make of the utterances, kept on disk by content between runs."""

import hashlib
import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt

from intents.encoder import Encoder
from intents.training.dataset import Task
from intents.training.fine_tune import EXPORTED, export, fine_tune
from intents.training.plan import Plan

Floats = npt.NDArray[np.float32]
Say = Callable[[str], None]


class Encoders:
    """Fine-tuned encoders and the vectors they give, one for each fold and one for all, kept on disk by content."""

    def __init__(self, cache: Path, task: Task, plan: Plan, say: Say, threads: int) -> None:
        self.task, self.plan, self.say = task, plan, say
        self._cache, self._threads = cache, threads
        self._vectors: dict[Path, Floats] = {}

    def folder(self, fold: int | None) -> Path:
        """Give the folder of the encoder that was fine-tuned without a fold, or on everything."""
        rows, recipe = self.task.learnt(fold), self.plan.recipe
        learnt = [[self.task.texts[i], self.task.labels[i].tolist()] for i in rows] if recipe.epochs else []
        folder = self._cache / _key([recipe.as_dict(), learnt, versions(), EXPORTED])
        if not (folder / "tokenizer.json").exists():  # written last
            self.say(f"fine-tuning the encoder on {len(rows)} utterances ({called(fold)})")
            texts = [self.task.texts[i] for i in rows]
            tuned = fine_tune(
                texts,
                self.task.labels[rows],
                recipe,
                self._threads,
                lambda said: self.say(f"{called(fold)}, {said}"),
            )
            export(tuned, folder)
        return folder

    def vectors(self, fold: int | None) -> Floats:
        """Give every utterance's vector by that encoder."""
        file = self.folder(fold) / f"vectors-{_key(list(self.task.texts))}.npy"
        if not file.exists():
            self.say(f"encoding the utterances ({called(fold)})")
            np.save(file, Encoder.load(file.parent).encode_all(self.task.texts))
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
