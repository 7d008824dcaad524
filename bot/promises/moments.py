"""The moment that a promise is tied to: kept, said back as when and then, and asked about once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions import CueKind
from bot.conversation.responses import gone
from bot.conversation.tips import TipChooser
from bot.message import AbilitiesByPlatform, Reply
from bot.promises import responses
from bot.promises.cues import AFTERNOON, cut_own_words, describe_cue, find_day_of
from bot.store.answers import create_id
from bot.store.promises import Promise, Promises
from bot.subscriptions.bank_holidays import find_bank_holiday
from bot.subscriptions.schedule import resolve_instant

_REMINDER_TIME = time(10)  # local time of day of a reminder on a later day
_LATEST = timedelta(days=80)  # after a promise was made: it is deleted after 90
_OFFERED = 4  # working days by name
_DAY = timedelta(days=1)


class MomentKeeper:
    """Ties promises to moments.

    Parameters
    ----------
    nation
        On whose bank holidays nobody is asked.
    now
        Returns the time in UTC.
    """

    def __init__(
        self,
        promises: Promises,
        tips: TipChooser,
        abilities: AbilitiesByPlatform,
        nation: str,
        now: Callable[[], datetime],
    ) -> None:
        self._promises = promises
        self._tips = tips
        self._abilities = abilities
        self._nation = nation
        self._now = now

    async def tie(self, promise: Promise, cue: CueKind, day: date | None) -> Reply:
        """Tie a promise to a moment; ask for the day where no time follows from the moment."""
        own = promise.cue_text or ""
        if cue == "own" and not own:
            return gone()
        return await self._tie(promise, cue, day, own if cue == "own" else "")

    async def tie_in_own_words(self, promise: Promise, text: str) -> Reply:
        """Tie a promise to a moment in its maker's words, which are kept in that promise alone."""
        own = cut_own_words(text)
        return await self._tie(promise, "own", find_day_of(own, self._find_today(promise)), own) if own else gone()

    async def renew(self, promise: Promise) -> Promise:
        """Return a promise in the place of one that was not done yet, to be asked about once more."""
        new = replace(
            promise, id=create_id(), outcome="open", settled_at=None, check_at=None, check_state="none", again=True
        )
        new = replace(new, attempt=0, turn=0, reason=None)
        await self._promises.replace(promise, new)
        return new

    def find_time(self, day: date, zone: str) -> datetime:
        """Return 10:00 local time on the first working day on or after `day`, in UTC."""
        while not self.is_working_day(day):
            day += _DAY
        return resolve_instant(day, _REMINDER_TIME, ZoneInfo(zone))

    def is_in_reach(self, promise: Promise, day: date) -> bool:
        """Return whether a promise can be asked about after a local date: while it is kept."""
        made = promise.made_at.astimezone(ZoneInfo(promise.zone)).date()
        return self._find_today(promise) <= day <= made + _LATEST

    def find_reminder(self, promise: Promise, day: date) -> datetime:
        """Return when to remind on a local date, in UTC: at 10:00, or today in the afternoon."""
        today = day == self._find_today(promise)
        return self._find_time_of("huddle", day, promise.zone) if today else self.find_time(day, promise.zone)

    def is_working_day(self, day: date) -> bool:
        """Return whether a local date is from Monday to Friday and no bank holiday."""
        return day.weekday() < 5 and not find_bank_holiday(self._nation, day)

    async def _tie(self, promise: Promise, cue: CueKind, day: date | None, own: str) -> Reply:
        today = self._find_today(promise)
        if day is not None and not self.is_in_reach(promise, day):
            return responses.out_of_reach(promise.id, self._list_days(today))
        if promise.outcome == "not-yet" and not promise.again:
            promise = await self.renew(promise)
        await self._promises.tie(promise, cue, day, own or None)
        moment = describe_cue(cue, day, own)
        if not self._abilities[promise.place.platform].posts:
            return responses.tied(promise.id, moment, self._name_step(promise), None, promise.zone)
        if day is None:
            return responses.which_day(promise.id, cue, moment, self._list_days(today))
        check_at = self._find_time_of(cue, day, promise.zone)
        if not await self._promises.plan(promise, check_at):
            return responses.asked_already(promise.id)
        return responses.tied(promise.id, moment, self._name_step(promise), check_at, promise.zone)

    def _find_time_of(self, cue: CueKind, day: date, zone: str) -> datetime:
        """Return when to ask, in UTC: in the afternoon after a huddle, else on the next working day."""
        afternoon = resolve_instant(day, AFTERNOON, ZoneInfo(zone))
        if cue == "huddle" and self.is_working_day(day) and afternoon > self._now():
            return afternoon
        return self.find_time(day + _DAY, zone)

    def _list_days(self, today: date) -> list[date]:
        days: list[date] = []
        day = today
        while len(days) < _OFFERED:
            day += _DAY
            if self.is_working_day(day):
                days.append(day)
        return days

    def _find_today(self, promise: Promise) -> date:
        return self._now().astimezone(ZoneInfo(promise.zone)).date()

    def _name_step(self, promise: Promise) -> str:
        shown = self._tips.rebuild("", promise.nudge)
        return shown.nudge if shown else "your small step"
