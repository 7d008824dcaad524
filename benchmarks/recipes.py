"""Compares ways to fine-tune the encoder, on a part of our utterances, measured on the held-out writers.

    python -m benchmarks.recipes [--each 60] [--soft 6000]

Needs the `train` extra. Every way learns from the same utterances (`--each` an intent, spread over the writers) and
gets the same head afterwards. "Distilled": a teacher, the whole model fitted on the part, labels `--soft` further
utterances, whose own labels it never sees; a new encoder learns from both. Layers are weighed on the validation
writers. A difference under two points is noise (see the interval).
"""

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from intents import corpus
from intents.arrays import Floats, Integers
from intents.encoder import Encoder
from intents.readings import softmax
from intents.training import thresholds
from intents.training.dataset import TrainingSet, build_training_set, compute_theme_accuracy
from intents.training.fine_tune import Recipe, export_encoder, fine_tune_encoder
from intents.training.layers import fit_layers
from intents.training.plan import Plan

Rows = Integers

RECIPES = {
    "as published": Recipe(epochs=0),
    "cross-entropy": Recipe(),
    "contrastive": Recipe(cross_entropy=0.0, contrastive=1.0),
    "both": Recipe(contrastive=0.5),
}


def main() -> None:
    """Measure every recipe, and the distilled encoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=60, help="utterances an intent")
    parser.add_argument("--soft", type=int, default=6_000, help="utterances that the teacher labels; 0: no teacher")
    options = parser.parse_args()
    learnt = corpus.load_corpus()
    validation = corpus.load_held_out(learnt.catalogue, corpus.VALIDATION)
    held_out = corpus.load_held_out(learnt.catalogue)
    plan = Plan()
    data = build_training_set(learnt, [*validation, *held_out], plan)
    apart = data.list_unseen_rows(None)
    chosen, asked = apart[: len(validation)], apart[len(validation) :]
    part, rest = divide_rows(data, options.each)
    soft = np.random.default_rng(20).permutation(rest)[: options.soft]
    needed = np.concatenate([part, soft, apart])
    print(f"{len(part)} utterances to learn, {len(chosen)} to weigh the layers, {len(asked)} to measure")
    print(f"{'':24} encoder alone   with n-grams   (theme right at once)")
    for name, recipe in RECIPES.items():
        vectors = encode_rows(data, part, data.labels[part], recipe, needed)
        logits = measure_recipe(name, data, part, (chosen, asked), vectors, plan)
        if name == "cross-entropy":
            teacher = logits
    if options.soft:
        rows = np.concatenate([part, soft])
        labels = np.concatenate([data.labels[part], np.stack([softmax(row) for row in teacher[soft]])])
        vectors = encode_rows(data, rows, labels, Recipe(), needed)
        measure_recipe("distilled", data, part, (chosen, asked), vectors, plan)


def divide_rows(data: TrainingSet, each: int) -> tuple[Rows, Rows]:
    """Return some rows of each intent, in a random order, and the other rows."""
    by_intent: defaultdict[int, list[int]] = defaultdict(list)
    for row in np.random.default_rng(20).permutation(data.list_learnt_rows(None)):
        by_intent[int(data.intent_positions[row])].append(int(row))
    part = np.array(sorted(row for rows in by_intent.values() for row in rows[:each]))
    return part, np.setdiff1d(data.list_learnt_rows(None), part)


def encode_rows(data: TrainingSet, rows: Rows, labels: Floats, recipe: Recipe, needed: Rows) -> Floats:
    """Return vectors of an encoder fine-tuned on some rows; rows that are not needed stay zero."""
    with tempfile.TemporaryDirectory() as scratch:
        tuned = fine_tune_encoder([data.texts[row] for row in rows], labels, recipe, report_progress=lambda _: None)
        export_encoder(tuned, Path(scratch))
        encoded = Encoder.load(Path(scratch)).encode_texts([data.texts[row] for row in needed])
    vectors = np.zeros((len(data.texts), encoded.shape[1]), dtype=np.float32)
    vectors[needed] = encoded
    return vectors


def measure_recipe(
    name: str, data: TrainingSet, part: Rows, apart: tuple[Rows, Rows], vectors: Floats, plan: Plan
) -> Floats:
    """Print how many themes are right with layers fitted on the part; return the logits of every utterance."""
    chosen, asked = apart
    layers = fit_layers([data.texts[row] for row in part], data.labels[part], vectors[part], plan)
    ngrams, embedding = layers.compute_logits(layers.features.compute_matrix(data.texts), vectors)
    weights = thresholds.weigh_layers(ngrams[chosen], embedding[chosen], data.labels[chosen], np.ones(len(chosen)))
    logits = weights[0] * ngrams + weights[1] * embedding
    alone, both = compute_theme_accuracy(embedding, data, asked), compute_theme_accuracy(logits, data, asked)
    print(f"{name:24} {alone:.1%}           {both:.1%}", flush=True)
    result: Floats = logits.astype(np.float32)
    return result


if __name__ == "__main__":
    main()
