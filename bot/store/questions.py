"""Questions that got no lesson, kept redacted for as many days as the settings say; by default none are kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import QuestionRow


@dataclass(frozen=True, slots=True)
class Question:
    """A redacted question.

    Parameters
    ----------
    day
        The local date on which the question was asked.
    decision
        ``clarify`` or ``out-of-scope``; ``sent`` where somebody sent it to the editors.
    """

    day: date
    text: str
    decision: str


class Questions:
    """Queries on unanswered questions. Where and by whom they were asked is not kept."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, question: Question) -> None:
        """Keep a question that has been redacted."""
        row = {"day": question.day, "text": question.text, "decision": question.decision}
        async with self._engine.begin() as connection:
            await connection.execute(insert(QuestionRow), row)

    async def send(self, question: Question) -> None:
        """Keep a question that somebody sent; one kept that day in the same words becomes it."""
        same = (QuestionRow.day == question.day) & (QuestionRow.text == question.text)
        latest = select(func.max(QuestionRow.id)).where(same, QuestionRow.decision != question.decision)
        async with self._engine.begin() as connection:
            kept = await connection.scalar(latest)
            if kept is None:
                row = {"day": question.day, "text": question.text, "decision": question.decision}
                await connection.execute(insert(QuestionRow), row)
            else:
                changed = update(QuestionRow).where(QuestionRow.id == kept).values(decision=question.decision)
                await connection.execute(changed)

    async def all(self) -> list[Question]:
        """Return the questions kept, oldest first."""
        query = select(QuestionRow.day, QuestionRow.text, QuestionRow.decision).order_by(QuestionRow.id)
        async with self._engine.connect() as connection:
            return [Question(*row) for row in await connection.execute(query)]

    async def delete_older(self, today: date, days: int) -> int:
        """Delete the questions older than `days` days, all of them for 0; return their number."""
        oldest = today - timedelta(days=days - 1)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(QuestionRow).where(QuestionRow.day < oldest))).rowcount
