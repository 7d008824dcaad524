"""Times of the year and days of the week that tips know: the dates of a pack, and which step suits a day.

A date without a year comes each year. A pack adds its own in dates.yaml, each with the page that it is taken from.
"""

import re
from datetime import date, timedelta
from functools import cache
from typing import Annotated

from pydantic import Field, StringConstraints

from knowledge.lesson_fields import Id, Nudge, Strict, Text
from knowledge.models import Lesson

DayOfYear = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHRISTMAS = (12, 25)
_SHORT = 10  # minutes of a step that is not heavy
_NAMED_DAY = re.compile(rf"\b(?:by|before|this|until) ({'|'.join(_DAY_NAMES)})\b")
_LATER_THIS_WEEK = re.compile(r"\bthis week\b|\bby the end of (?:the|this) week\b")
_SOON = re.compile(r"\b(?:this|next) week\b|\btomorrow\b|\bnext (?:team )?meeting\b")
_THURSDAY = 3


class Season(Strict):
    """A time of the year that lessons may be chosen for."""

    id: Id
    title: Text = Field(description="As it stands in a sentence: “Speak Up Month”.")
    begins: DayOfYear = Field(description="Month and day of the first day, as 10-01.")
    ends: DayOfYear = Field(description="Month and day of the last day.")
    themes: tuple[Id, ...] = Field(default=(), description="Themes that a step of each week in it is taken from.")
    calm: bool = Field(
        default=False, description="Whether people are too busy then for a step of more than 10 minutes."
    )
    source: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]

    def includes(self, day: date) -> bool:
        """Return whether a date lies in it; it may begin in one year and end in the next."""
        at = f"{day:%m-%d}"
        return self.begins <= at <= self.ends if self.begins <= self.ends else at >= self.begins or at <= self.ends


class DatesFile(Strict):
    """Times of the year, each with the page that its dates are taken from."""

    dates: tuple[Season, ...]


def suits_day(lesson: Lesson, nudge: Nudge, day: date, *, calm: bool = False) -> bool:
    """Return whether a step can still be done from a day on.

    Parameters
    ----------
    calm
        Whether the time of the year asks for a short step.
    """
    del lesson  # part of the form that `rotation.TipFilter` asks for
    if calm or is_last_working_day_before_christmas(day):
        minutes = nudge.minutes
        if minutes is None or minutes > _SHORT or _SOON.search(nudge.text.lower()):
            return False
    return _find_last_weekday(nudge.text) >= day.weekday()


def is_last_working_day_before_christmas(day: date) -> bool:
    """Return whether a date is the last from Monday to Friday before 25 December."""
    eve = date(day.year, *_CHRISTMAS) - timedelta(days=1)
    return day == eve - timedelta(days=max(0, eve.weekday() - 4))


@cache
def _find_last_weekday(text: str) -> int:
    """Return the last day of the week (Monday is 0) on which a step makes sense; Sunday for most."""
    words = text.lower()
    if found := _NAMED_DAY.search(words):
        return max(0, _DAY_NAMES.index(found[1]) - 1)
    return _THURSDAY if _LATER_THIS_WEEK.search(words) else len(_DAY_NAMES) - 1
