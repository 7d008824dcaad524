"""Fine-tuned encoders and the vectors they give, kept on disk by content between runs."""

import hashlib
import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np

from intents.arrays import Floats
from intents.encoder import Encoder
from intents.training.dataset import TrainingSet
from intents.training.fine_tune import EXPORTED, export_encoder, fine_tune_encoder
from intents.training.plan import Plan

Progress = Callable[[str], None]


class Encoders:
    """One fine-tuned encoder for each fold and one for all utterances, with their vectors."""

    def __init__(self, cache: Path, data: TrainingSet, plan: Plan, report_progress: Progress, threads: int) -> None:
        self.data, self.plan, self.report_progress = data, plan, report_progress
        self._cache, self._threads = cache, threads
        self._vectors: dict[Path, Floats] = {}

    def build_folder(self, fold: int | None) -> Path:
        """Return the folder of the encoder without one fold; fine-tune it first where there is none."""
        rows, recipe = self.data.list_encoder_rows(fold), self.plan.recipe
        learnt = [[self.data.texts[i], self.data.labels[i].tolist()] for i in rows] if recipe.epochs else []
        weights = self.data.weights[rows]
        folder = self._cache / _hash_content([recipe.as_dict(), learnt, weights.tolist(), read_versions(), EXPORTED])
        if not (folder / "tokenizer.json").exists():  # written last
            self.report_progress(f"fine-tuning the encoder on {len(rows)} utterances ({describe_fold(fold)})")
            texts = [self.data.texts[i] for i in rows]
            tuned = fine_tune_encoder(
                texts,
                self.data.labels[rows],
                weights,
                recipe,
                self._threads,
                lambda said: self.report_progress(f"{describe_fold(fold)}, {said}"),
            )
            export_encoder(tuned, folder)
        return folder

    def compute_vectors(self, fold: int | None) -> Floats:
        """Return every utterance's vector by the encoder without one fold, of shape (utterances, dimensions)."""
        file = self.build_folder(fold) / f"vectors-{_hash_content(list(self.data.texts))}.npy"
        if not file.exists():
            self.report_progress(f"encoding the utterances ({describe_fold(fold)})")
            np.save(file, Encoder.load(file.parent).encode_texts(self.data.texts))
        if file not in self._vectors:
            self._vectors[file] = np.load(file, allow_pickle=False)
        return self._vectors[file]


def describe_fold(fold: int | None) -> str:
    """Return the utterances that an encoder learns from, in words."""
    return "all" if fold is None else f"without fold {fold + 1}"


def _hash_content(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:20]


def read_versions() -> dict[str, str]:
    """Return the installed versions of the libraries that a model depends on."""
    return {
        library: metadata.version(library)
        for library in ("numpy", "scikit-learn", "onnxruntime", "tokenizers", "torch", "transformers")
    }
