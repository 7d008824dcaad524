"""Counts for the insights. Nothing here selects a text, a person or a place."""

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
    """A kind of answer, in a week (counted from 0), on a platform, about a theme or intent."""

    week: int
    platform: str
    kind: str
    intent: str


@dataclass(frozen=True, slots=True)
class VerdictGroup:
    """A verdict, in the week of the answer, on its platform, about its theme."""

    week: int
    platform: str
    intent: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """What became of a promise or a delivery, in a week."""

    week: int
    outcome: str


class InsightCounts:
    """Queries that count.

    Parameters
    ----------
    bounds
        Instants between which the weeks lie: one more than there are weeks.
    """

    def __init__(self, engine: AsyncEngine, bounds: Sequence[datetime]) -> None:
        self._engine = engine
        self._bounds = bounds

    async def answers(self) -> Counter[AnswerGroup]:
        """Count what was answered."""
        columns = (self._week(AnswerRow.at), AnswerRow.platform, AnswerRow.kind, AnswerRow.intent)
        return Counter({AnswerGroup(*row[:-1]): row[-1] for row in await self._count(AnswerRow.at, columns)})

    async def feedback(self) -> Counter[VerdictGroup]:
        """Count what was rated."""
        columns = (self._week(AnswerRow.at), AnswerRow.platform, AnswerRow.intent, FeedbackRow.helpful)
        query = self._query(AnswerRow.at, columns).join_from(FeedbackRow, AnswerRow)
        return Counter({VerdictGroup(*row[:-1]): row[-1] for row in await self._all(query)})

    async def promises(self) -> Counter[OutcomeGroup]:
        """Count the promises made, by what came of them."""
        columns = (self._week(PromiseRow.made_at), PromiseRow.outcome)
        return Counter({OutcomeGroup(*row[:-1]): row[-1] for row in await self._count(PromiseRow.made_at, columns)})

    async def deliveries(self) -> Counter[OutcomeGroup]:
        """Count the daily tips that were due, by what became of them."""
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
        """Number the weeks in SQL that both databases know; their own date functions differ."""
        return case(*((at < end, number) for number, end in enumerate(self._bounds[1:])), else_=-1)
