"""Public sets, read from a folder of the user's; nothing is downloaded."""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PublicSet:
    """Texts with labels, and texts that belong to no label.

    Parameters
    ----------
    name
        What it is called in the table.
    train, validation, test
        Text and label. A set without a validation part has none.
    outside_validation, outside_test
        Texts that belong to no label.
    """

    name: str
    train: Pairs
    validation: Pairs
    test: Pairs
    outside_validation: Sequence[str] = ()
    outside_test: Sequence[str] = ()

    @property
    def labels(self) -> list[str]:
        """Every label once, sorted."""
        return sorted({label for _, label in self.train})


def read_sets(folder: Path, few: int) -> list[PublicSet]:
    """Return the sets in a folder, each whole and with few utterances an intent.

    Parameters
    ----------
    folder
        With `clinc150/data_full.json` (github.com/clinc/oos-eval, data/) or `banking77/train.csv` and `test.csv`
        (github.com/PolyAI-LDN/task-specific-datasets, banking_data/), or both.
    few
        Utterances an intent in the small runs: the first ones of each.
    """
    found: list[PublicSet] = []
    clinc = folder / "clinc150" / "data_full.json"
    if clinc.exists():
        data = json.loads(clinc.read_text("utf-8"))
        pairs = {part: [(text, label) for text, label in data[part]] for part in data}
        outside = ([text for text, _ in data["oos_val"]], [text for text, _ in data["oos_test"]])
        for name, train in ((f"{few} an intent", _take_first(pairs["train"], few)), ("all", pairs["train"])):
            found.append(PublicSet(f"CLINC150, {name}", train, pairs["val"], pairs["test"], *outside))
    banking = folder / "banking77"
    if (banking / "train.csv").exists():
        learnt, test = _read_csv(banking / "train.csv"), _read_csv(banking / "test.csv")
        for name, train in ((f"{few} an intent", _take_first(learnt, few)), ("all", learnt)):
            found.append(PublicSet(f"BANKING77, {name}", train, (), test))
    if not found:
        sys.exit(f"There is neither clinc150/data_full.json nor banking77/train.csv in {folder}.")
    return found


def _read_csv(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [(row["text"], row["category"]) for row in csv.DictReader(opened)]


def _take_first(pairs: Pairs, count: int) -> list[tuple[str, str]]:
    taken: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for text, label in pairs:
        if len(taken[label]) < count:
            taken[label].append((text, label))
    return [pair for listed in taken.values() for pair in listed]
