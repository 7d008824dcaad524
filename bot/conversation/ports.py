"""Ports of the conversation to the daily tip, promises, metrics and unanswered questions; each may be absent."""

from datetime import date
from typing import Literal, Protocol

from bot.message import Message, Place, Platform, Press, Reply

DailyIntent = Literal["daily-on", "daily-off", "daily-status"]


class TimeZoneLookup(Protocol):
    """Looks up the time zone of the person who wrote or pressed, where the message does not carry it.

    Each call costs a request to the platform, so a call is made only where a time or a date depends on the zone.
    """

    async def __call__(self) -> str | None:
        """Return the IANA name; None when it is unknown."""
        ...


async def find_no_time_zone() -> None:
    """Return None: the platform sends the zone with each message, or has none to send."""


class DailyTipsPort(Protocol):
    """Sets up, changes and reports the daily tip of a place."""

    async def answer_command(self, message: Message, ask_zone: TimeZoneLookup) -> Reply | None:
        """Return the reply to a typed “daily …”, or to a sentence that surely asks for the tip; None for any other."""
        ...

    async def answer_request(self, intent: DailyIntent, message: Message, ask_zone: TimeZoneLookup) -> Reply | None:
        """Return the reply to a request in a sentence; None where the sentence only sounds like one."""
        ...

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup) -> Reply:
        """Return the reply to a pressed button or a submitted form of the daily tip."""
        ...


class PromisesPort(Protocol):
    """Records and follows the small steps that people take on."""

    async def answer_command(self, message: Message) -> Reply | None:
        """Return the reply to a typed “promises” or “steps”; None for any other text."""
        ...

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup) -> Reply:
        """Return the reply to a pressed button of a promise."""
        ...

    def find_date(self, text: str, today: date) -> date | None:
        """Return the date for which a turn asks, and nothing else: “remind me on 10 December”; None for any other."""
        ...

    async def list_open(self, place: Place, person: str) -> list[tuple[str, str]]:
        """Return a person's open promises as (id, line), the newest first."""
        ...


class AnswerMetricsPort(Protocol):
    """Counts answers to messages."""

    def record_answer(self, platform: Platform, reply: Reply, seconds: float) -> None:
        """Count the answer to a message, with its duration in seconds."""
        ...


class UnansweredQuestionsPort(Protocol):
    """Keeps questions that got no lesson, where the operator has switched that on."""

    @property
    def days(self) -> int:
        """Return the number of days that a question is kept; 0 when none is kept."""
        ...

    async def keep(self, text: str, decision: str) -> None:
        """Record a question after redaction."""
        ...

    def redact(self, text: str) -> str:
        """Return a question as it would be kept; empty where too few words are left."""
        ...

    async def send(self, redacted: str) -> None:
        """Record a redacted question that somebody sent to the editors."""
        ...
