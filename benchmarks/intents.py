"""Measures the intents on the held-out split, and what one message costs in time and memory.

    python -m benchmarks.intents [--model FOLDER]
    python -m benchmarks.intents --held-out benchmarks/stories      stories that sound like a handover and are none

Public sets and other classifiers are measured by `python -m benchmarks.public`.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from intents import Classifier, corpus
from intents.evaluation.metrics import compute_report, judge_utterances
from intents.model import MODEL_FOLDER


def main() -> None:
    """Measure the model and the folder of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER)
    parser.add_argument("--held-out", type=Path, default=corpus.HELD_OUT)
    options = parser.parse_args()
    measure_intents(options.model, options.held_out)


def measure_intents(model: Path, folder: Path) -> None:
    """Print the metrics of a held-out split, and what one message costs."""
    started = time.perf_counter()
    classifier = Classifier.load(model)
    print(f"loading                {time.perf_counter() - started:.2f} s")
    print(f"start-up, whole        {time_start_up(model):.2f} s")
    held_out = corpus.load_held_out(classifier.model.catalogue, folder)
    report = compute_report(judge_utterances(classifier, held_out), classifier.model.catalogue)
    for name, figure in report.figures.items():
        print(f"{name:34} {figure}")
    print(f"expected calibration error {report.calibration_error:.3f}, mean cost {report.cost:.2f}")
    for voice, figure in report.by_voice.items():
        print(f"  {voice:28} {figure}")
    texts = [utterance.text for utterance in held_out]
    print_latency("one message", [time_message(classifier, text) for text in texts])
    long_text = (" ".join(texts) * 3)[:40_000]
    print_latency("40,000 characters", [time_message(classifier, long_text) for _ in range(50)])
    print_latency("40,000, no full stop", [time_message(classifier, long_text.replace(".", "")) for _ in range(50)])
    print(f"memory at its peak     {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def time_message(classifier: Classifier, text: str) -> float:
    """Return one message's processor time in seconds, which a busy machine does not change."""
    started = time.process_time()
    classifier.classify(text)
    return time.process_time() - started


def print_latency(name: str, seconds: Sequence[float]) -> None:
    p50, p99 = statistics.median(seconds), float(np.quantile(seconds, 0.99))
    print(f"{name:22} p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")


def time_start_up(model: Path) -> float:
    """Return the seconds from the start of an interpreter to its first answer."""
    program = (
        "from pathlib import Path; from intents import Classifier; "
        f"Classifier.load(Path({str(model)!r})).classify('hello there')"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
