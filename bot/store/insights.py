"""The counts for the insights. No query selects a text, a person or a place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import AnswerRow, DeliveryRow, FeedbackRow, PromiseRow


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers of one kind, in one week (counted from 0), on one platform, about one theme or intent."""

    week: int
    platform: str
    kind: str
    intent: str


@dataclass(frozen=True, slots=True)
class VerdictGroup:
    """Verdicts of one kind, on answers of one week, on one platform, about one theme."""

    week: int
    platform: str
    intent: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Promises or deliveries of one week with one outcome."""

    week: int
    outcome: str


class InsightCounts:
    """Queries that count.

    Parameters
    ----------
    bounds
        Instants between which the weeks lie, one more than there are weeks.
    """

    def __init__(self, engine: AsyncEngine, bounds: Sequence[datetime]) -> None:
        self._engine = engine
        self._bounds = bounds

    async def answers(self) -> Counter[AnswerGroup]:
        """Return the number of answers in each group."""
        columns = (self._week(AnswerRow.at), AnswerRow.platform, AnswerRow.kind, AnswerRow.intent)
        return Counter({AnswerGroup(*row[:-1]): row[-1] for row in await self._count(AnswerRow.at, columns)})

    async def feedback(self) -> Counter[VerdictGroup]:
        """Return the number of verdicts in each group."""
        columns = (self._week(AnswerRow.at), AnswerRow.platform, AnswerRow.intent, FeedbackRow.helpful)
        query = self._query(AnswerRow.at, columns).join_from(FeedbackRow, AnswerRow)
        return Counter({VerdictGroup(*row[:-1]): row[-1] for row in await self._all(query)})

    async def promises(self) -> Counter[OutcomeGroup]:
        """Return the number of promises made, by outcome."""
        columns = (self._week(PromiseRow.made_at), PromiseRow.outcome)
        return Counter({OutcomeGroup(*row[:-1]): row[-1] for row in await self._count(PromiseRow.made_at, columns)})

    async def deliveries(self) -> Counter[OutcomeGroup]:
        """Return the number of daily tips due, by state."""
        columns = (self._week(DeliveryRow.due_at), DeliveryRow.state)
        return Counter({OutcomeGroup(*row[:-1]): row[-1] for row in await self._count(DeliveryRow.due_at, columns)})

    async def _count(self, at: Any, columns: Sequence[Any]) -> Sequence[Any]:
        return await self._all(self._query(at, columns))

    def _query(self, at: Any, columns: Sequence[Any]) -> Select[Any]:
        inside = (at >= self._bounds[0], at < self._bounds[-1])
        return select(*columns, func.count()).where(*inside).group_by(*columns)

    async def _all(self, query: Select[Any]) -> Sequence[Any]:
        async with self._engine.connect() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).all()
        return rows

    def _week(self, at: Any) -> ColumnElement[int]:
        """Return the number of a row's week, as SQL that both databases understand: their date functions differ."""
        return case(*((at < end, number) for number, end in enumerate(self._bounds[1:])), else_=-1)
