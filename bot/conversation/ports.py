"""What the conversation hands on: ports whose other side is in `bot.tips`. Without one it does without."""

from typing import Literal, Protocol

from bot.message import Message, Platform, Press, Reply

DailyIntent = Literal["daily-on", "daily-off", "daily-status"]


class DailyTips(Protocol):
    """Sets up, changes and tells about the daily tip of a place."""

    async def command(self, message: Message) -> Reply | None:
        """Answer “daily …” as typed; None when it is a sentence about something else."""
        ...

    async def asked(self, intent: DailyIntent, message: Message) -> Reply:
        """Answer somebody who asks in a sentence."""
        ...

    async def press(self, press: Press) -> Reply:
        """Answer what was pressed or filled in about the daily tip."""
        ...


class Promises(Protocol):
    """Keeps the small steps that people take on."""

    async def command(self, message: Message) -> Reply | None:
        """Answer “promises” and “steps” as typed; None for anything else."""
        ...

    async def press(self, press: Press) -> Reply:
        """Answer what was pressed about a promise."""
        ...


class AnswerMetrics(Protocol):
    """Counts answers to messages."""

    def record_answer(self, platform: Platform, reply: Reply, seconds: float) -> None:
        """Count the answer to a message, and the seconds that it took."""
        ...


class Unanswered(Protocol):
    """Keeps questions that got no lesson, where the operator asks for it."""

    @property
    def days(self) -> int:
        """For how many days; 0 keeps none."""
        ...

    async def keep(self, text: str, decision: str) -> None:
        """Keep a question; it is redacted first."""
        ...
