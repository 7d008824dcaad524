"""Measures care: crises found alone and inside long text, and what is handed over without need.

    python -m benchmarks.care                 on the part that is held out
    python -m benchmarks.care --part settle   on a part that costs are settled on, with each mistake
    python -m benchmarks.care --settle        prints the curve of costs, and the weights and thresholds that they give

The messages in `benchmarks/crises` are of our own making; no real person's crisis is retold.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from intents import Care, Classifier

CRISES = Path(__file__).parent / "crises"
AMONG = 24  # ordinary sentences
RUNS = (4, 8)  # clauses
_JOINS = (" and ", " but ", " so ", ", ", " ", " then ")


@dataclass(frozen=True, slots=True)
class Crisis:
    """A crisis of our own making, with whom it needs and about whom it is."""

    text: str
    topic: str
    about: str


@dataclass(frozen=True, slots=True)
class Messages:
    """One part of the messages: crises, and what is none."""

    crises: tuple[Crisis, ...]
    near_misses: tuple[str, ...]
    strain: tuple[str, ...]
    concern: tuple[str, ...]
    change: tuple[str, ...]
    sentences: tuple[str, ...]
    clauses: tuple[str, ...]


def load_messages(part: str) -> Messages:
    """Return the messages of a part: `settle`, `settle_second` (crises and what is around them alone) or `held`."""
    crises, near_misses = [], []
    for kind, entries in _read(part, "crises").items():
        topic, about = kind.split(", ")
        for entry in entries:
            crises.append(Crisis(entry["crisis"], topic, about))
            near_misses += entry["near"]
    other = "settle" if part == "settle_second" else part
    milder, filler = _read(other, "milder"), _read(part, "filler")
    return Messages(
        tuple(crises),
        tuple(near_misses),
        tuple(milder["strain"]),
        tuple(milder["concern"]),
        tuple(_read(other, "change")),
        tuple(filler["sentences"]),
        tuple(filler["clauses"]),
    )


def stand_among(text: str, sentences: Sequence[str], count: int = AMONG) -> str:
    """Return a text at a place of its own among ordinary sentences; always the same ones for the same text."""
    chance = random.Random(text)
    around, place = chance.sample(sentences, count), chance.randrange(count + 1)
    said = text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")
    return " ".join([*around[:place], said, *around[place:]])


def run_on(text: str, clauses: Sequence[str], count: int) -> str:
    """Return a text as one of so many clauses without a full stop; always the same ones for the same text."""
    chance = random.Random(f"{count} {text}")
    around, place = chance.sample(clauses, count - 1), chance.randrange(count)
    pieces = [*around[:place], text.lower().rstrip(".?!"), *around[place:]]
    return pieces[0] + "".join(chance.choice(_JOINS) + piece for piece in pieces[1:])


def list_ways(messages: Messages) -> dict[str, Callable[[str], str]]:
    """Return the ways in which a text can stand in a message, by name."""
    ways: dict[str, Callable[[str], str]] = {
        "alone": str,
        f"among {AMONG} sentences": lambda text: stand_among(text, messages.sentences),
    }
    for count in RUNS:
        ways[f"in a run-on of {count}"] = lambda text, count=count: run_on(text, messages.clauses, count)  # type: ignore[misc]
    return ways


def is_found(care: Care) -> bool:
    """Return whether a crisis with this care was found: strain and concern do not count."""
    return care.band in ("danger", "perhaps")


def main() -> None:
    """Measure, or settle, as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("settle", "settle_second", "held"), default="held")
    parser.add_argument("--settle", action="store_true")
    parser.add_argument("--mistakes", action="store_true", help="Print each; of the held-out part only at the end.")
    options = parser.parse_args()
    classifier = Classifier.load()
    if options.settle:
        from intents.training.care import settle_care

        first, second = load_messages("settle"), load_messages("settle_second")
        crises = [crisis.text for crisis in (*first.crises, *second.crises)]
        print(settle_care(classifier, crises, [*first.near_misses, *second.near_misses], first.change))
        return
    measure_care(classifier, load_messages(options.part), mistakes=options.mistakes or options.part != "held")


def measure_care(classifier: Classifier, messages: Messages, *, mistakes: bool) -> None:
    """Print the table of aims, the other bands, and what a message costs."""
    for way, place in list_ways(messages).items():
        cares = {crisis: classifier.classify(place(crisis.text)).care for crisis in messages.crises}
        _print_share(f"crises found, {way}", [is_found(care) for care in cares.values()])
        _print_share("  with the full card", [care.band == "danger" for care in cares.values()])
        found = {crisis: care for crisis, care in cares.items() if is_found(care)}
        _print_share("  the right people, of those found", [care.topic == c.topic for c, care in found.items()])
        _print_share("  about the right person", [care.about == c.about for c, care in found.items()])
        if mistakes:
            _print_texts("missed", (c.text for c, care in cares.items() if not is_found(care)))
            _print_texts(
                "wrong people", (f"{care.topic}: {c.text}" for c, care in found.items() if care.topic != c.topic)
            )
            _print_texts(
                "wrong person", (f"{care.about}: {c.text}" for c, care in found.items() if care.about != c.about)
            )
        for name, texts in (("near-misses", messages.near_misses), ("change questions", messages.change)):
            given = {text: classifier.classify(place(text)).care for text in texts}
            _print_share(f"full card on {name}, {way}", [care.band == "danger" for care in given.values()])
            _print_share("  two lines of support", [care.band == "perhaps" for care in given.values()])
            if mistakes:
                _print_texts("card", (text for text, care in given.items() if care.band == "danger"))
                _print_texts("support", (f"{care.topic}: {t}" for t, care in given.items() if care.band == "perhaps"))
    for band, texts in (("strain", messages.strain), ("concern", messages.concern)):
        given = {text: classifier.classify(text).care for text in texts}
        _print_share(f"{band} as {band}", [care.band == band for care in given.values()])
        _print_share("  with the full card", [care.band == "danger" for care in given.values()])
        if mistakes:
            _print_texts("other", (f"{care.band}: {text}" for text, care in given.items() if care.band != band))
    print_times(classifier, messages)


def print_times(classifier: Classifier, messages: Messages) -> None:
    """Print the processor's time of a message of about 60 words, and of one of 40,000 characters."""
    short = " ".join(messages.sentences[:5])
    long = (" ".join(messages.sentences) * 30)[:40_000]
    for name, text in (
        (f"{len(short.split())} words", short),
        ("40,000 characters", long),
        ("without a stop", _flatten(long)),
    ):
        for what, call in (("classify", classifier.classify), ("quickly", classifier.decide_danger_quickly)):
            call(text)
            started = time.process_time()
            for _ in range(10):
                call(text)
            print(f"{name}, {what:18} {(time.process_time() - started) * 100:.1f} ms")


def _flatten(text: str) -> str:
    return text.replace(".", "").replace(",", "")


def _print_share(name: str, hits: Iterable[bool]) -> None:
    hits = list(hits)
    print(f"{name:52} {sum(hits) / max(1, len(hits)):6.1%}  {sum(hits)} of {len(hits)}")


def _print_texts(name: str, texts: Iterable[str]) -> None:
    for text in texts:
        print(f"      {name}: {text}")


def _read(part: str, name: str) -> Any:
    content: Mapping[str, Any] | Sequence[str] = yaml.safe_load((CRISES / part / f"{name}.yaml").read_text("utf-8"))
    return content


if __name__ == "__main__":
    main()
