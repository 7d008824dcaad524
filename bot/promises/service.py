"""Promises to take a small step: made, planned, followed by one reminder, settled and listed."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions import (
    NameMe,
    PickCue,
    PlanPromise,
    RemindOn,
    SayCue,
    Settle,
    ShowMoments,
    TakeOn,
    TakeSmallerStep,
    TookStep,
    Withdraw,
)
from bot.clock import utc_now
from bot.conversation.ports import TimeZoneLookup, find_no_time_zone
from bot.conversation.responses import gone
from bot.conversation.tips import TipChooser
from bot.message import AbilitiesByPlatform, LessonReply, Message, Place, Press, Reply, TextReply
from bot.promises import responses
from bot.promises.cues import find_date
from bot.promises.moments import MomentKeeper
from bot.store.answers import Answers, create_id
from bot.store.promises import LONGEST_NAME, Outcome, Promise, Promises, StepsTaken
from bot.subscriptions.dates import DAY_NAMES, format_date
from bot.subscriptions.responses import prefix_commands

_OF_A_PROMISE = (PlanPromise, ShowMoments, PickCue, SayCue, RemindOn, TakeSmallerStep, NameMe, Settle, Withdraw)
_THIS_WEEK = timedelta(days=5)
_OFFERED = 3  # working days by name
_LISTED = 10
_MINE = re.compile(
    r"(?:(?:show|list|see|what are) (?:me )?)?(?:my )?promises?|(?:(?:show|list|see|what are) (?:me )?)?my small steps"
    r"|what (?:did i (?:promise|take on)|have i (?:promised|taken on))(?: to do)?",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:small )?steps(?: taken)?", re.IGNORECASE)
_DAY = timedelta(days=1)


class PromiseService:
    """Answers commands and presses about promises.

    Parameters
    ----------
    zone
        IANA name, where the platform does not send the person's.
    nation
        On whose bank holidays nobody is asked.
    now
        Returns the time in UTC.
    shows_progress
        Returns whether a place has asked to see its progress; None where none can.
    """

    def __init__(
        self,
        promises: Promises,
        answers: Answers,
        tips: TipChooser,
        abilities: AbilitiesByPlatform,
        zone: str = "Europe/London",
        nation: str = "England",
        now: Callable[[], datetime] = utc_now,
        shows_progress: Callable[[Place], Awaitable[bool]] | None = None,
    ) -> None:
        self._promises = promises
        self._answers = answers
        self._tips = tips
        self._abilities = abilities
        self._zone = zone
        self._now = now
        self._shows_progress = shows_progress
        self._moments = MomentKeeper(promises, tips, abilities, nation, now)

    async def answer_command(self, message: Message) -> Reply | None:
        """See `bot.conversation.ports.PromisesPort.answer_command`."""
        words = message.text.strip().strip("/.?")
        if _MINE.fullmatch(words):
            return await self._list_promises(message)
        if _TOTAL.fullmatch(words):
            counts = await self._promises.count_steps(message.place, self._find_month())
            return responses.steps_taken(await self._find_steps_taken(message.place), counts)
        return None

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply:
        """See `bot.conversation.ports.PromisesPort.answer_press`. Only the presser's promises are changed."""
        reply = await self._choose_reply(press, ask_zone)
        return (
            prefix_commands(reply, press.place, self._abilities[press.place.platform])
            if isinstance(reply, TextReply)
            else reply
        )

    async def _choose_reply(self, press: Press, ask_zone: TimeZoneLookup) -> Reply:
        if isinstance(press.action, TakeOn):
            return await self._take_on(press, press.action.answer, ask_zone)
        if isinstance(press.action, TookStep):
            return await self._record_step(press, press.action, ask_zone)
        if not isinstance(press.action, _OF_A_PROMISE):
            return responses.not_yours()
        place = press.place
        promise = await self._promises.mine(press.action.promise, place.platform, place.team, press.person)
        if promise is None:
            return responses.not_yours()
        match press.action:
            case PlanPromise(when=when) | RemindOn(day=when):
                return await self._plan_reminder(promise, when, on_day=isinstance(press.action, RemindOn))
            case ShowMoments():
                return responses.more_moments(promise.id, self._offer_days(promise)[1:])
            case PickCue(cue=cue, day=day):
                return await self._moments.tie(promise, cue, day)
            case SayCue(text=text):
                return await self._moments.tie_in_own_words(promise, text)
            case TakeSmallerStep():
                return await self._take_smaller(promise)
            case NameMe(named=named):
                return await self._name_taker(promise, press.name if named else None)
            case Settle(outcome=outcome):
                return await self._settle_promise(promise, outcome, here=promise.place == place)
            case Withdraw():
                await self._promises.withdraw(promise)
                return responses.withdrawn()

    async def _take_on(self, press: Press, name: str, ask_zone: TimeZoneLookup) -> Reply:
        answer = await self._answers.get(name, press.place)
        lesson = self._tips.rebuild("", answer.nudge) if answer and answer.nudge else None
        if answer is None or answer.nudge is None or lesson is None:
            return gone()
        promise = await self._promises.same(press.place, press.person, answer.nudge)
        if promise is None:
            zone = press.time_zone or await ask_zone() or self._zone
            promise = Promise(create_id(), press.place, press.person, answer.nudge, zone, self._now())
            await self._promises.add(promise)
        return self._ask_when(promise, lesson.nudge)

    def _ask_when(self, promise: Promise, nudge: str) -> Reply:
        """Return the question to which moment a step is tied."""
        _, (_, first), *_ = self._offer_days(promise)
        able = self._abilities[promise.place.platform].posts
        return responses.taken_on(promise.id, nudge, first if isinstance(first, date) else None, able=able)

    async def _take_smaller(self, promise: Promise) -> Reply:
        """Take on a smaller step of the same lesson in place of a promise."""
        smaller = self._tips.find_smaller(promise.nudge)
        shown = self._tips.rebuild("", smaller) if smaller else None
        if smaller is None or shown is None:
            return responses.no_smaller()
        new = Promise(create_id(), promise.place, promise.person, smaller, promise.zone, self._now())
        await self._promises.replace(promise, new)
        return self._ask_when(new, shown.nudge)

    async def _record_step(self, press: Press, took: TookStep, ask_zone: TimeZoneLookup) -> Reply:
        """Record what came of the small step of a place's week; a person's second press changes the first."""
        answer = await self._answers.get(took.answer, press.place)
        if answer is None or answer.nudge is None:
            return gone()
        promise = await self._promises.latest(press.place, press.person, answer.nudge, since=answer.at)
        if promise is None:
            zone = press.time_zone or await ask_zone() or self._zone
            promise = Promise(create_id(), press.place, press.person, answer.nudge, zone, self._now())
            await self._promises.add(promise)
        return await self._settle_promise(promise, took.outcome, here=True)

    def _offer_days(self, promise: Promise) -> list[tuple[str, responses.When]]:
        """Return “this week” and the next working days, as pairs of a label and a day."""
        day = self._now().astimezone(ZoneInfo(promise.zone)).date()
        offered: list[tuple[str, responses.When]] = [("This week", "week")]
        while len(offered) <= _OFFERED:
            if self._moments.is_working_day(day := day + _DAY):
                offered.append((DAY_NAMES[day.weekday()], day))
        return offered

    async def _plan_reminder(self, promise: Promise, when: responses.When, *, on_day: bool = False) -> Reply:
        """Plan the reminder of a step that is done on a day, or wanted on that day itself."""
        if promise.outcome == "not-yet" and not promise.again and when != "never":
            promise = await self._moments.renew(promise)
        able = self._abilities[promise.place.platform].posts
        if when == "never" or not able or promise.outcome != "open":
            dropped = await self._promises.plan(promise, None)
            return responses.will_not_ask(promise.id, able=able) if dropped else responses.asked_already(promise.id)
        today = self._now().astimezone(ZoneInfo(promise.zone)).date()
        meant = when if isinstance(when, date) else today + _THIS_WEEK
        if not self._moments.is_in_reach(promise, meant):
            return responses.out_of_reach(promise.id, [day for _, day in self._offer_days(promise) if day != "week"])
        if on_day:
            check_at = self._moments.find_reminder(promise, meant)
        else:
            check_at = self._moments.find_time(meant + (timedelta(0) if when == "week" else _DAY), promise.zone)
        if not await self._promises.plan(promise, check_at):
            return responses.asked_already(promise.id)
        return responses.will_ask(check_at, promise.zone, promise.id)

    async def _settle_promise(self, promise: Promise, outcome: Outcome, *, here: bool) -> Reply:
        await self._promises.settle(promise, outcome, self._now())
        if outcome == "done":
            nameable = promise.id if await self._may_be_named(promise.place) else None
            return responses.done(await self._count_steps_taken(promise.place), here=here, nameable=nameable)
        if outcome == "not-for-me":
            return responses.not_for_me()
        days = () if promise.again else self._offer_days(promise)[1:3]
        smaller = self._tips.find_smaller(promise.nudge) is not None
        return responses.not_yet(promise.id, days, smaller=smaller)

    async def _may_be_named(self, place: Place) -> bool:
        """Return whether others read along in a place, and it has asked to see its progress."""
        return not place.private and self._shows_progress is not None and await self._shows_progress(place)

    async def _name_taker(self, promise: Promise, name: str | None) -> Reply:
        """Let the place see who took one step, by the name that the press came with; or take that back."""
        if name == "":
            return responses.no_name()
        if name and not await self._may_be_named(promise.place):
            return responses.nowhere_named()
        if not await self._promises.name(promise, name[:LONGEST_NAME] if name else None):
            return responses.not_yours()
        return responses.named(promise.id, name[:LONGEST_NAME]) if name else responses.unnamed()

    async def _list_promises(self, message: Message) -> Reply:
        place = message.place
        mine = (await self._promises.of(place.platform, place.team, message.person))[:_LISTED]
        newest, done = (mine[0].id, mine[0].outcome == "done") if mine else ("", False)
        return responses.my_promises([self._describe_promise(promise) for promise in mine], newest, done=done)

    @staticmethod
    def find_date(text: str, today: date) -> date | None:
        """See `bot.conversation.ports.PromisesPort.find_date`."""
        return find_date(text, today)

    async def list_open(self, place: Place, person: str) -> list[tuple[str, str]]:
        """Return a person's open promises as (id, line), the newest first."""
        mine = await self._promises.of(place.platform, place.team, person)
        return [(one.id, self._describe_promise(one)) for one in mine if one.outcome in ("open", "not-yet")]

    def _describe_promise(self, promise: Promise) -> str:
        lesson: LessonReply | None = self._tips.rebuild("", promise.nudge)
        made = format_date(promise.made_at.astimezone(ZoneInfo(promise.zone)).date())
        how = {"open": "open", "done": "done", "not-yet": "not yet", "not-for-me": "not for you"}[promise.outcome]
        return f"{lesson.nudge if lesson else 'A small step'} ({how}, taken on {made})"

    async def _count_steps_taken(self, place: Place) -> int:
        return await self._promises.taken(place, self._find_month())

    async def _find_steps_taken(self, place: Place) -> StepsTaken:
        """Return the steps taken in a place this month, with names only where it has asked to see its progress."""
        found = await self._promises.find_taken(place, self._find_month())
        return found if found.named and await self._may_be_named(place) else StepsTaken(found.total)

    def _find_month(self) -> datetime:
        """Return the instant at which the month began, in UTC."""
        month = self._now().astimezone(ZoneInfo(self._zone)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return month.astimezone(UTC)
