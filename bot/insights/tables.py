"""Tables of counts from which no person can be identified."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

LEAST = 5  # a smaller count might point at somebody


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
    """

    title: str
    about: str
    of: str
    columns: tuple[str, ...]
    rows: tuple[CountRow, ...]


@dataclass(frozen=True, slots=True)
class Insights:
    """The tables of a period.

    Parameters
    ----------
    period
        The first and the last day, in words.
    """

    period: str
    tables: tuple[CountTable, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the insights as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield table, row, column and count for each count; an empty count is one that is not shown."""
        for table in self.tables:
            for row in table.rows:
                for column, count in zip(table.columns, row.counts, strict=True):
                    yield table.title, row.name, column, "" if count is None else str(count)


def hide_small_counts(counts: Sequence[int]) -> list[int | None]:
    """Return the counts without small ones, and without one more where a single one could be derived from a sum.

    Parameters
    ----------
    counts
        One column of a table, whose sum may be known from another table.
    """
    shown: list[int | None] = [None if 0 < count < LEAST else count for count in counts]
    if shown.count(None) == 1:
        others = [count for count in counts if count >= LEAST]
        if others:
            shown[counts.index(min(others))] = None
    return shown


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
        Whether to show small counts, for they say nothing about people.
    """
    kept = {name: counts for name, counts in counted.items() if any(counts)}
    by_column = [[counts[number] for counts in kept.values()] for number in range(len(columns))]
    shown = [list(column) if exact else hide_small_counts(column) for column in by_column]
    rows = tuple(CountRow(name, tuple(column[number] for column in shown)) for number, name in enumerate(kept))
    return CountTable(title, about, of, tuple(columns), rows)
