"""Questions about a request that cannot be acted on as it stands: a kind sentence, with buttons where they help."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions import ChangeDaily, Every
from bot.subscriptions.dates import join_words
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError

WHOSE_HOLIDAYS = "Whose bank holidays do you mean? Please add England, Wales, Scotland or Northern Ireland."
_TUESDAY, _THURSDAY = 1, 3


def ask_about(words: Sequence[str]) -> NotUnderstoodError:
    """Return the question about words that have no place in a request."""
    named = join_words([f"“{one}”" for one in words])
    return NotUnderstoodError(
        f"I did not understand {named}, so I have changed nothing; try for instance “daily weekdays 8:30”."
    )


def ask_for_date(words: Sequence[str]) -> NotUnderstoodError:
    """Return the question for a date that was not understood."""
    named = join_words([f"“{one}”" for one in words])
    return NotUnderstoodError(
        f"I could not read that date ({named}); please try “daily pause until 3 March” or “for two weeks”."
    )


def ask_when(words: Sequence[str], *, period: bool) -> NotUnderstoodError:
    """Return the question when something is that was named without a figure."""
    named = join_words([f"“{one}”" for one in words])
    if period:
        return NotUnderstoodError(
            f"From which day to which is {named}? "
            "Please give me both, as in “daily pause from 20 December to 4 January”."
        )
    return NotUnderstoodError(f"At what time is {named}? Please give me one such as 8:30 or half past twelve.")


def ask_for_day(change: ChangeDaily, every: Every) -> NotUnderstoodError:
    """Return the question on which day a tip shall come that comes once in a week, fortnight or month."""
    kept = every if every != "week" else None
    offers = [replace(change, weekdays=frozenset({day}), every=kept) for day in (_TUESDAY, _THURSDAY)]
    often = {"week": "once a week", "fortnight": "once a fortnight", "month": "once a month"}[every]
    return NotUnderstoodError(f"On which day should the tip come {often}? Please name one.", offers)


def ask_for_days(words: str, change: ChangeDaily) -> NotUnderstoodError:
    """Return the question on which days a tip shall come that comes so many times a week."""
    offer = replace(change, weekdays=frozenset({_TUESDAY, _THURSDAY}))
    offers = [offer] if change.weekdays is None and words.startswith(("twice", "two", "2")) else []
    return NotUnderstoodError(f"On which days should the tip come “{words}”? Please name that many.", offers)


def say_nearest(words: str, nearest: ChangeDaily) -> NotUnderstoodError:
    """Return the notice that there is no such rhythm, with the nearest that there is."""
    if nearest.every and not nearest.weekdays:
        nearest = replace(nearest, weekdays=frozenset({_TUESDAY}))
    return NotUnderstoodError(f"I cannot post a tip “{words}”. This is the nearest that I can do:", [nearest])


def say_one_a_day(nearest: ChangeDaily | None) -> NotUnderstoodError:
    """Return the notice that a place gets at most one tip a day."""
    offers = [replace(nearest, weekdays=nearest.weekdays or WEEKDAYS)] if nearest else []
    return NotUnderstoodError("I cannot post two a day: a place gets one tip a day at most.", offers)


def say_one_rhythm(words: str) -> NotUnderstoodError:
    """Return the notice that a place has one rhythm for all of its days."""
    return NotUnderstoodError(f"I cannot keep “{words}” beside other days; please give one rhythm for all of them.")


def say_no_single_move(words: str) -> NotUnderstoodError:
    """Return the notice that one day is not moved by itself."""
    return NotUnderstoodError(
        f"I cannot move one day by itself (“{words}”); please name all the days that you want, as in “daily mon, thu”."
    )


def say_one_time() -> NotUnderstoodError:
    """Return the notice that the tip comes at the same time on each of its days."""
    return NotUnderstoodError("I cannot keep different times for different days; please give one time for all of them.")
