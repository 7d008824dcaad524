"""Measures whether the lesson within a theme fits: on messages judged before anything was run.

    python -m benchmarks.lessons            on half b; its figures were seen while the texts of a lesson were chosen
    python -m benchmarks.lessons --half a   on half a, on which weights and limits were settled
    python -m benchmarks.lessons --misses   prints each message whose lesson is off

`benchmarks/lessons.jsonl` holds 300 messages, each with its theme, and the lessons of the theme that fit it or come
near; none fits 32 of them. The theme is given, the place has seen nothing.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from intents import Classifier
from knowledge import Knowledge

MESSAGES = Path(__file__).parent / "lessons.jsonl"
VERDICTS = ("fit", "near", "off", "asked back")


@dataclass(frozen=True, slots=True)
class Judged:
    """A message, the lesson that was chosen, and what the readers who judged the message say of it."""

    text: str
    lesson: str
    verdict: str


def judge_lessons(half: str, classifier: Classifier, knowledge: Knowledge) -> list[Judged]:
    """Return the verdict on the lesson of each message of a half, `a` or `b`."""
    judged = []
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        if message["half"] != half:
            continue
        text = message["t"]
        chosen = knowledge.choose(message["theme"], text, meaning=classifier.classify(text).vector)
        lesson = chosen.lesson.id
        verdict = "fit" if lesson in message["fit"] else "near" if lesson in message["near"] else "off"
        judged.append(Judged(text, lesson, verdict if chosen.fits else "asked back"))
    return judged


def main() -> None:
    """Print the share of each verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("a", "b"), default="b")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    classifier = Classifier.load()
    judged = judge_lessons(asked.half, classifier, Knowledge.load(encode=classifier.encode_known))
    counted = Counter(one.verdict for one in judged)
    for verdict in VERDICTS:
        print(f"{verdict:<11} {counted[verdict] / len(judged):6.1%}  ({counted[verdict]} of {len(judged)})")
    for one in judged if asked.misses else ():
        if one.verdict == "off":
            print(f"off  {one.lesson}: {one.text}")


if __name__ == "__main__":
    main()
