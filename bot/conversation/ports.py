"""What the conversation hands on: ports whose other side is in `bot.tips`. Without one it does without."""

from typing import Literal, Protocol

from bot.message import Message, Platform, Press, Reply

DailyIntent = Literal["daily-on", "daily-off", "daily-status"]


class TimeZoneLookup(Protocol):
    """Asks a platform for the time zone of whoever wrote or pressed, where no message tells it.

    It costs the platform a request, so it is called only where a time of day or a date depends on the zone.
    """

    async def __call__(self) -> str | None:
        """Return the IANA name; None when it is unknown."""
        ...


async def find_no_time_zone() -> None:
    """Return no zone: the platform tells it with each message, or not at all."""


class DailyTipsPort(Protocol):
    """Sets up, changes and tells about the daily tip of a place."""

    async def answer_command(self, message: Message, ask_zone: TimeZoneLookup) -> Reply | None:
        """Answer “daily …” as typed; None when it is a sentence about something else."""
        ...

    async def answer_request(self, intent: DailyIntent, message: Message, ask_zone: TimeZoneLookup) -> Reply:
        """Answer somebody who asks in a sentence."""
        ...

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup) -> Reply:
        """Answer what was pressed or filled in about the daily tip."""
        ...


class PromisesPort(Protocol):
    """Keeps the small steps that people take on."""

    async def answer_command(self, message: Message) -> Reply | None:
        """Answer “promises” and “steps” as typed; None for anything else."""
        ...

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup) -> Reply:
        """Answer what was pressed about a promise."""
        ...


class AnswerMetricsPort(Protocol):
    """Counts answers to messages."""

    def record_answer(self, platform: Platform, reply: Reply, seconds: float) -> None:
        """Count the answer to a message, and the seconds that it took."""
        ...


class UnansweredQuestionsPort(Protocol):
    """Keeps questions that got no lesson, where the operator asks for it."""

    @property
    def days(self) -> int:
        """For how many days; 0 keeps none."""
        ...

    async def keep(self, text: str, decision: str) -> None:
        """Keep a question; it is redacted first."""
        ...
