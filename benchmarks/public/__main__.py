"""Measures our code on public sets, beside other classifiers, each in processes of its own.

    python -m benchmarks.public DIR                 our code: each part alone, together, and fine-tuned
    python -m benchmarks.public DIR --peers         beside fastText, SetFit, semantic-router, nlp.js, where installed
    python -m benchmarks.public DIR --only NAME --set WORDS     some of them, on the sets whose names hold the words
    python -m benchmarks.public DIR --keep FOLDER   keep what is learnt, and learn nothing that lies there already

DIR holds `clinc150/data_full.json` and `banking77/train.csv` and `test.csv`; see `benchmarks/public/sets.py`. Learning
our own needs the `train` extra.

How it is measured: one process learns, a second one loads what was learnt and answers. "Start" is from starting that
process until its first answer; memory is its peak with its children's; "a message" is the clock's time of one
message at a time, one thread, over 300 test texts: mind what else the machine does. "Outside found" is at the
threshold that keeps 95 % of the test texts in scope. "Published protocol" is that of Larson and others, 2019: one
threshold, the best on the validation part with its out-of-scope texts; in scope a refusal counts as wrong.
"""

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.public.contestant import Answer, Contestant
from benchmarks.public.peers import FastText, NlpJs, SemanticRouter, SetFit
from benchmarks.public.sets import PublicSet, read_sets
from benchmarks.public.small_steps import SmallSteps
from intents.arrays import Doubles

KEPT = 0.95
TIMED = 300
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
QUIET = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}

OURS: dict[str, Callable[[], Contestant]] = {
    "n-grams": lambda: SmallSteps(parts="n-grams"),
    "encoder": lambda: SmallSteps(parts="encoder"),
    "both": SmallSteps,
    "both, fine-tuned": lambda: SmallSteps(fine_tuned=True),
}
LEARNT_WITH = {"n-grams": "both", "encoder": "both"}  # these learn once, together
PEERS: dict[str, Callable[[], Contestant]] = {
    "fastText": FastText,
    "semantic-router": SemanticRouter,
    "nlp.js": NlpJs,
    "SetFit": SetFit,
}


def main() -> None:
    """Run the contestants of the command line, or one process's share of a contest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--few", type=int, default=10, help="utterances an intent in the small runs")
    parser.add_argument("--only", action="append", choices=[*OURS, *PEERS], help="these contestants")
    parser.add_argument("--set", default="", help="sets whose names hold these words")
    parser.add_argument("--keep", type=Path, help="keep here what is learnt")
    parser.add_argument("--part", choices=("learn", "answer"), help=argparse.SUPPRESS)
    parser.add_argument("--learnt", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--since", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sets = [data for data in read_sets(options.folder, options.few) if options.set in data.name]
    names = options.only or [*OURS, *(PEERS if options.peers else ())]
    if options.part == "learn":
        (OURS | PEERS)[names[0]]().learn(sets[0], options.learnt)
    elif options.part == "answer":
        print(json.dumps(measure_answers(sets[0], (OURS | PEERS)[names[0]]().load(options.learnt), options.since)))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            for data in sets:
                print(
                    f"\n{data.name}: {len(data.train)} to learn, {len(data.test)} to test, {len(data.outside_test)} out"
                )
                for name in names:
                    print(
                        f"  {name:17} {run_contestant(options, name, data, options.keep or Path(scratch))}", flush=True
                    )


def run_contestant(options: argparse.Namespace, name: str, data: PublicSet, kept: Path) -> str:
    """Return the figures of one contestant, which learns and answers in processes of its own."""
    command = [sys.executable, "-m", "benchmarks.public", str(options.folder), "--few", str(options.few)]
    command += ["--set", data.name]
    learner = LEARNT_WITH.get(name, name)
    learnt, seconds = kept / re.sub(r"\W+", "-", f"{data.name} {learner}"), ""
    if not learnt.exists():
        learnt.mkdir(parents=True)
        started = time.perf_counter()
        done = _run_process([*command, "--only", learner, "--part", "learn", "--learnt", str(learnt)])
        seconds = f", learnt in {time.perf_counter() - started:.0f} s"
        if done.returncode:
            shutil.rmtree(learnt)
            return f"not run: {done.stderr.strip().splitlines()[-1]}"
    since = str(time.time())
    done = _run_process([*command, "--only", name, "--part", "answer", "--learnt", str(learnt), "--since", since])
    if done.returncode:
        return f"not run: {done.stderr.strip().splitlines()[-1]}"
    return f"{_format_figures(json.loads(done.stdout.strip().splitlines()[-1]))}{seconds}"


def _run_process(command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **ONE_THREAD, **QUIET}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def measure_answers(data: PublicSet, ask: Answer, since: float) -> dict[str, Any]:
    """Return the figures of a contestant on the test texts."""
    texts, truth = [text for text, _ in data.test], np.array([label for _, label in data.test])
    ask(texts[:1])
    figures: dict[str, Any] = {"start": time.time() - since}
    waits = []
    for text in texts[:: max(1, len(texts) // TIMED)][:TIMED]:
        started = time.perf_counter()
        ask([text])
        waits.append(time.perf_counter() - started)
    figures["p50"], figures["p99"] = statistics.median(waits), float(np.quantile(waits, 0.99))
    predicted, within = ask(texts)
    right = np.array(predicted) == truth
    figures["accuracy"] = float(right.mean())
    if data.outside_test:
        outside = ask(data.outside_test)[1]
        figures["found"] = float(np.mean(outside > np.quantile(within, KEPT)))
        figures["auroc"] = compute_auroc(within, outside)
        threshold = _choose_published_threshold(data, ask)
        figures["in scope"] = float((right & (within <= threshold)).mean())
        figures["recall"] = float((outside > threshold).mean())
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 + _sum_child_peaks()
    return figures


def _sum_child_peaks() -> float:
    """Return the peak memory in MB of the child processes that still run; the system counts ended ones only."""
    children = psutil.Process().children(recursive=True)
    told = [Path(f"/proc/{child.pid}/status").read_text("utf-8") for child in children]
    return sum(int(line.split()[1]) / 1024 for text in told for line in text.splitlines() if line.startswith("VmHWM"))


def _choose_published_threshold(data: PublicSet, ask: Answer) -> float:
    """Return the threshold with the most right on the validation part, out-of-scope texts included."""
    predicted, within = ask([text for text, _ in data.validation])
    right = np.array(predicted) == np.array([label for _, label in data.validation])
    outside = ask(data.outside_validation)[1]
    tried = np.unique(np.concatenate([within, outside]))
    return float(max(tried, key=lambda t: int((right & (within <= t)).sum()) + int((outside > t).sum())))


def compute_auroc(within: Doubles, outside: Doubles) -> float:
    """Return the chance that a text from outside scores higher than one from within."""
    ordered = np.sort(within)
    below = np.searchsorted(ordered, outside, side="left") + np.searchsorted(ordered, outside, side="right")
    return float(below.mean() / (2 * len(within)))


def _format_figures(figures: dict[str, Any]) -> str:
    line = f"accuracy {figures['accuracy']:.1%}"
    if "found" in figures:
        line += f", outside found {figures['found']:.1%}, AUROC {figures['auroc']:.3f}"
        line += f", published protocol {figures['in scope']:.1%} in scope and {figures['recall']:.1%} found"
    line += f", a message p50 {figures['p50'] * 1000:.1f} ms, p99 {figures['p99'] * 1000:.1f} ms"
    return f"{line}, start {figures['start']:.1f} s, {figures['memory']:.0f} MB"


if __name__ == "__main__":
    main()
