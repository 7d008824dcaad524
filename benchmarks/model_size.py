"""Measures what a slimmer model costs: bytes on disk and in git's history, answers, time and memory.

    python -m benchmarks.model_size [--model FOLDER]

The remembered utterances are encoded anew, as training rounds their vectors once: from the encoder's own numbers.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from intents import Classifier, corpus
from intents.arrays import Doubles, Floats
from intents.corpus import Utterance
from intents.encoder import Encoder
from intents.evaluation.metrics import Judgement, compute_report, judge_utterances
from intents.features import Features, NgramWeights
from intents.model import MODEL_FOLDER, Head, Model, count_steps, round_vectors, save_model
from intents.normalisation import normalise_for_model

SHARES = (
    "theme right at once",
    "theme within three",
    "theme answered outright and wrong",
    "handover found",
    "handover false alarm",
    "out of scope refused",
    "real question refused",
)
RETRAINED = ("head.npz", "vocabulary.json")
_TIMED = 300


class CachedEncoder:
    """An encoder that encodes each text once: no variant changes the encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Floats] = {}

    def encode(self, text: str) -> Floats:
        """Return the vector of one normalised text."""
        if text not in self._vectors:
            self._vectors[text] = self._encoder.encode(text)
        return self._vectors[text]


def main() -> None:
    """Compare the variants, or measure one of them where this is its process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    parser.add_argument("--cost", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cost:
        print(json.dumps(measure_cost(options.cost)))
    else:
        compare_variants(options.model)


def compare_variants(folder: Path) -> None:
    """Print a table: each variant with its bytes, its answers and its costs."""
    original = Model.load(folder)
    memo = cast("Encoder", CachedEncoder(original.encoder))
    tried = [
        *corpus.load_held_out(original.catalogue, corpus.HELD_OUT),
        *corpus.load_held_out(original.catalogue, corpus.VALIDATION),
    ]
    before: Sequence[Judgement] = []
    names = (
        "variant",
        "disk, MB",
        "git, MB",
        *SHARES,
        "mean cost",
        "other answers",
        "p50, ms",
        "load, s",
        "memory, MB",
    )
    print("| " + " | ".join(names) + " |", "| --- " * len(names) + "|", sep="\n")
    for name, variant in list_variants(original):
        with tempfile.TemporaryDirectory() as scratch:
            disk, git = write_variant(variant, Path(scratch), folder)
            program = [sys.executable, "-m", "benchmarks.model_size", "--cost", scratch]
            costs = json.loads(subprocess.run(program, check=True, capture_output=True, text=True).stdout)
        judged = judge_utterances(Classifier(replace(variant, encoder=memo)), tried)
        before = before or judged
        report = compute_report(judged, original.catalogue)
        others = sum(
            (one.decision, one.acted_upon) != (two.decision, two.acted_upon)
            for one, two in zip(before, judged, strict=True)
        )
        shares = [f"{report.figures[share].value:.1%}" for share in SHARES]
        row = [name, f"{disk / 1e6:.1f}", f"{git / 1e6:.2f}", *shares, f"{report.cost:.3f}", f"{others}"]
        print("| " + " | ".join([*row, *(str(figure) for figure in costs.values())]) + " |", flush=True)


def list_variants(original: Model) -> Iterator[tuple[str, Model]]:
    """Yield the model as it is and the ways to make it slimmer, by name."""
    yield "as it is", original
    eight = replace(original, head=original.head.in_eight_bits())
    yield "n-grams in 8 bits", eight
    yield "n-grams in 6 bits", replace(original, head=round_head(original.head, 31))
    counts = count_utterances(original.features, len(original.memory.texts))
    yield "n-grams in 8 bits, of three utterances or more", keep_ngrams(eight, counts >= 3)
    largest = np.abs(original.head.ngrams).max(axis=1)
    yield "n-grams in 8 bits, least quarter left out", keep_ngrams(eight, largest > np.quantile(largest, 0.25))
    vectors = original.encoder.encode_texts([normalise_for_model(text) for text in original.memory.texts])
    for steps in (64, 32, 16):
        yield f"vectors in steps of 1/{steps}", round_memory(original, vectors, steps)
    yield "every second vector", round_memory(original, vectors, 127, every=2)
    yield "n-grams in 8 bits, vectors in steps of 1/32", round_memory(eight, vectors, 32)


def round_head(head: Head, steps: int) -> Head:
    """Return the head with n-gram weights rounded to so many steps on either side of zero."""
    scales = (np.abs(head.ngrams).max(axis=0) / steps).astype(np.float32)
    return replace(head, ngrams=np.rint(head.ngrams / scales).astype(np.int8), ngram_scales=scales)


def count_utterances(features: Features, utterances: int) -> Doubles:
    """Return in how many utterances each n-gram stands, from its inverse document frequency."""
    idf = np.concatenate([features.words.idf, features.letters.idf]).astype(np.float64)
    return np.rint((1 + utterances) / np.exp(idf - 1) - 1)


def keep_ngrams(model: Model, kept: npt.NDArray[np.bool_]) -> Model:
    """Return the model with these n-grams and their weights alone."""
    words = len(model.features.words.idf)
    features = Features(
        _keep_some(model.features.words, kept[:words]), _keep_some(model.features.letters, kept[words:])
    )
    return replace(model, features=features, head=replace(model.head, ngrams=model.head.ngrams[kept]))


def _keep_some(block: NgramWeights, kept: npt.NDArray[np.bool_]) -> NgramWeights:
    ngrams = sorted(block.vocabulary, key=block.vocabulary.__getitem__)
    names = [ngram for ngram, keep in zip(ngrams, kept, strict=True) if keep]
    return NgramWeights({ngram: column for column, ngram in enumerate(names)}, block.idf[kept])


def round_memory(model: Model, vectors: Floats, steps: int, every: int = 1) -> Model:
    """Return the model with remembered vectors in other steps, or with fewer of them."""
    kept, scales = round_vectors(vectors[::every], steps)
    memory = replace(
        model.memory,
        steps=count_steps(kept, scales),
        intents=model.memory.intents[::every],
        texts=model.memory.texts[::every],
        unseen=model.memory.unseen[::every],
        vector_scales=scales,
    )
    return replace(model, memory=memory)


def write_variant(model: Model, folder: Path, original: Path) -> tuple[int, int]:
    """Save a variant; return the bytes of what changes with every training, on disk and as git packs them."""
    for name in ("encoder.onnx", "tokenizer.json"):
        (folder / name).symlink_to((original / name).resolve())
    save_model(
        folder,
        catalogue=model.catalogue,
        features=model.features,
        head=model.head,
        scope=model.scope,
        memory=model.memory,
        thresholds=model.thresholds,
        unseen=model.memory.unseen,
        record={},
    )
    content = [(folder / name).read_bytes() for name in RETRAINED]
    return sum(map(len, content)), sum(len(zlib.compress(part)) for part in content)


def measure_cost(folder: Path) -> Mapping[str, float]:
    """Return processor seconds of a message and of loading, and peak memory in MB, of this process."""
    started = time.process_time()
    classifier = Classifier.load(folder)
    loading = time.process_time() - started
    utterances: Sequence[Utterance] = corpus.load_held_out(classifier.model.catalogue, corpus.HELD_OUT)[:_TIMED]
    seconds = []
    for utterance in utterances:
        started = time.process_time()
        classifier.classify(utterance.text)
        seconds.append(time.process_time() - started)
    # Not getrusage: Linux counts in what the parent held when it started this process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return {"p50": round(statistics.median(seconds) * 1000, 1), "load": round(loading, 2), "memory": round(peak)}


if __name__ == "__main__":
    main()
