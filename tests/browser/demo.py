"""Some weeks of made-up use, so that the pictures of the insights show something."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import AnswerRow, FeedbackRow

_THEMES = ("clinical-engagement", "staff-buy-in", "listening", "leadership", "emotions-of-change", "learning")
_ANSWERS = 640
_KINDS = ("lesson", "theme", "tip", "clarify", "text", "handover")


async def seed(engine: AsyncEngine) -> None:
    """Fill the tables of answers and feedback."""
    chance = random.Random(8)  # noqa: S311 - made-up figures, the same every time
    answers, feedback = [], []
    for number in range(_ANSWERS):
        kind = chance.choices(_KINDS, weights=(50, 8, 24, 10, 5, 3))[0]
        intent = {"text": "out-of-scope", "handover": "wellbeing"}.get(kind) or chance.choices(
            _THEMES, range(6, 0, -1)
        )[0]
        platform = chance.choices(("slack", "teams", "simulator"), (6, 4, 1))[0]
        at = datetime.now(UTC) - timedelta(days=84 * chance.random() ** 1.4)
        answers.append(
            {
                "id": f"demo-{number}",
                "place": f"{platform}:T:C{number % 9}",
                "platform": platform,
                "team": "T",
                "at": at,
            }
            | {"kind": kind, "intent": intent, "nudge": None, "ranked": []}
        )
        if kind == "lesson" and chance.random() < 0.4:
            helpful = chance.random() < 0.8
            feedback.append({"answer": f"demo-{number}", "person_digest": str(number), "helpful": helpful, "at": at})
    async with engine.begin() as connection:
        await connection.execute(insert(AnswerRow), answers)
        await connection.execute(insert(FeedbackRow), feedback)
