"""Copies the figures of care that the evidence quotes from docs/benchmarks.md into the package.

    python -m benchmarks.evidence

`make evidence` runs it, and then writes the example in docs/evidence. Nothing is measured here.
"""

import re
import sys
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import SingleQuotedScalarString

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / "bot" / "evidence" / "measured.yaml"


def find(pattern: str, page: str) -> str:
    """Return the one thing that a pattern finds on the page."""
    found = re.findall(pattern, page)
    if len(found) != 1:
        sys.exit(
            f"docs/benchmarks.md has {len(found)} places that match {pattern}; mend the pattern in {MEASURED.name}"
        )
    return str(found[0])


def main() -> None:
    """Write each figure as the page has it now; comments stay."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000
    measured = yaml.load(MEASURED.read_text("utf-8"))
    page = (ROOT / measured["page"]).read_text("utf-8")
    measured["when"] = find(measured["when_pattern"], page)
    for one in measured["figures"].values():
        one["figure"] = SingleQuotedScalarString(find(one["pattern"], page))
        if "count_pattern" in one:
            one["count"] = SingleQuotedScalarString(find(one["count_pattern"], page))
    with MEASURED.open("w", encoding="utf-8") as file:
        yaml.dump(measured, file)


if __name__ == "__main__":
    main()
