"""Tables of counts from which no person can be identified.

Every figure about people is rounded down to a multiple of five, and a dash stands for fewer than five, nought among
them. So nothing smaller follows from the difference of two figures either: of two periods, or of a sum and its parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

STEP = 5  # a smaller count might point at somebody
_RATED = 20  # answers; of fewer a share says nothing


@dataclass(frozen=True, slots=True)
class CountRow:
    """A name and its counts; None where a count is not shown."""

    name: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts by theme, platform or week.

    Parameters
    ----------
    of
        What each row is: a theme, a platform, a week.
    drawn
        Number of the column that bars are drawn of.
    """

    title: str
    about: str
    of: str
    columns: tuple[str, ...]
    rows: tuple[CountRow, ...]
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the figures that come first.

    Parameters
    ----------
    count
        None where it is not shown.
    share
        What part of another figure it is, in words; empty where that says nothing.
    """

    name: str
    count: int | None
    share: str = ""


@dataclass(frozen=True, slots=True)
class Insights:
    """The figures of a period.

    Parameters
    ----------
    period
        The first and the last day, or the month, in words.
    headlines
        The figures that come first.
    """

    period: str
    headlines: tuple[Headline, ...]
    tables: tuple[CountTable, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the insights as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield table, row, column and count for each count; an empty count is one that is not shown."""
        for headline in self.headlines:
            yield "Headline", headline.name, "Number", "" if headline.count is None else str(headline.count)
        for table in self.tables:
            for row in table.rows:
                for column, count in zip(table.columns, row.counts, strict=True):
                    yield table.title, row.name, column, "" if count is None else str(count)


def round_count(count: int) -> int | None:
    """Return a count rounded down to a multiple of five; None for fewer than five."""
    return count - count % STEP or None


def describe_share(part: int, whole: int) -> str:
    """Return a share in words, from the rounded counts alone; empty where they are too few to say.

    Parameters
    ----------
    part, whole
        True counts, of which no more than the rounded ones is used.
    """
    shown, of = round_count(part), round_count(whole)
    if shown is None or of is None or of < _RATED:
        return ""
    return f"about {min(10, round(10 * shown / of))} in 10"


def build_table(
    title: str,
    about: str,
    of: str,
    columns: Sequence[str],
    counted: Mapping[str, Sequence[int]],
    *,
    exact: bool = False,
) -> CountTable:
    """Return a table without the rows that have no count.

    Parameters
    ----------
    counted
        The counts of each row, in the order of the columns.
    exact
        Whether to show counts as they are, for they say nothing about people.
    """
    kept = {name: counts for name, counts in counted.items() if any(counts)}
    rows = (CountRow(name, tuple(counts if exact else map(round_count, counts))) for name, counts in kept.items())
    return CountTable(title, about, of, tuple(columns), tuple(rows))
