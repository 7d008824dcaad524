"""What readers of turns look up elsewhere: a classification, likenesses in meaning, an open promise, a day."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot.conversation.reminder_days import Day
from bot.message import Place

if TYPE_CHECKING:
    from intents import Classification

Classify = Callable[[str], Awaitable["Classification"]]
Sift = Callable[[Mapping[str, float], str], Awaitable[list[str]]]
FindAlike = Callable[[str], Awaitable[tuple[str, float]]]
MeasureForeignness = Callable[[str], Awaitable[float]]
FindDay = Callable[[str], Day | None]
FindOpenPromise = Callable[[Place, str], Awaitable[str | None]]
