"""Measures whether a question for words finds those that were written for its situation.

    python -m benchmarks.sayings            prints shares
    python -m benchmarks.sayings --misses   prints each question whose words are not found as well

The questions of `benchmarks/sayings.yaml` are by the writers of the words, made afterwards and kept out of the pack.
Weights and limits were settled on them, so that the shares are somewhat too good.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import yaml

from intents import Classifier
from knowledge import FoundSaying, Knowledge

QUESTIONS = Path(__file__).parent / "sayings.yaml"


@dataclass(frozen=True, slots=True)
class Searched:
    """A question, the id of the words that were meant (empty where none are), and what was found, likeliest first."""

    text: str
    words: str
    found: tuple[FoundSaying, ...]

    @property
    def is_first(self) -> bool:
        """Whether the words that were meant are the likeliest."""
        return self.found[0].saying.id == self.words

    @property
    def is_found(self) -> bool:
        """Whether the words that were meant are among those found."""
        return self.words in [one.saying.id for one in self.found]


def search(knowledge: Knowledge, classifier: Classifier) -> list[Searched]:
    """Return what each question finds."""
    data = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    asked = [(ask, one["words"]) for one in data["found"] for ask in one["asks"]] + [(ask, "") for ask in data["none"]]
    return [Searched(ask, words, knowledge.search_sayings(ask, classifier.encode(ask))) for ask, words in asked]


def main() -> None:
    """Print how many questions find their words, first and among three, and how alike those without words are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    misses = parser.parse_args().misses
    classifier = Classifier.load()
    searched = search(Knowledge.load(encode=classifier.encode_known), classifier)
    meant, none = [one for one in searched if one.words], [one for one in searched if not one.words]
    print(f"likeliest      {sum(one.is_first for one in meant)} of {len(meant)}")
    print(f"among three    {sum(one.is_found for one in meant)} of {len(meant)}")
    for least in (0.5, 0.6, 0.7):
        shown = sum(one.found[0].likeness >= least for one in meant)
        wrongly = sum(one.found[0].likeness >= least for one in none)
        print(f"above {least}      {shown} of {len(meant)}; of questions without words {wrongly} of {len(none)}")
    for one in meant if misses else ():
        if not one.is_found:
            print(f"\n{one.text}\n  meant {one.words}, found {one.found[0].saying.id}")


if __name__ == "__main__":
    main()
