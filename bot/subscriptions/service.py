"""The daily tip of a place: its subscription set up, changed, paused, previewed and stopped."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.actions import BareCommand, ChangeDaily, Command, ConfirmDaily, DailyForm, FillInDaily, PauseDaily
from bot.clock import utc_now
from bot.conversation.ports import DailyIntent, TimeZoneLookup, find_no_time_zone
from bot.conversation.responses import no_daily_tips
from bot.conversation.tips import TipChooser
from bot.message import AbilitiesByPlatform, Message, Place, Press, Reply, TextReply
from bot.store.answers import create_id
from bot.store.deliveries import Deliveries
from bot.store.subscriptions import Subscription, Subscriptions
from bot.subscriptions import commands, responses
from bot.subscriptions.applying import apply_change
from bot.subscriptions.calendar import is_posted_on, is_skip_pending, list_coming_tips, reschedule
from bot.subscriptions.dates import check_end_of_pause
from bot.subscriptions.digest_service import DigestService
from bot.subscriptions.digest_words import DIGEST_COMMANDS, read_digest_request
from bot.subscriptions.form import build_daily_setup, keep_unchanged_days, read_form
from bot.subscriptions.plan import plan_tip
from bot.subscriptions.responses import prefix_commands
from bot.subscriptions.scanner import build_theme_error
from bot.subscriptions.schedule import SHAPED_WEEK
from bot.subscriptions.times import NotUnderstoodError

if TYPE_CHECKING:
    from knowledge import Knowledge

_PREVIEW_LENGTH = 5  # tips
_RESUMES = re.compile(r"\b(?:on|back|resume|start|again|restart|un-?pause|reinstate)\b", re.IGNORECASE)
_UNSAID: dict[DailyIntent, Command] = {
    "daily-on": ChangeDaily(),
    "daily-off": BareCommand("off"),
    "daily-status": BareCommand("status"),
}
_UNPLACED_IN_A_REST = 2  # words of “skip the next two tips” that are asked about; more tell of something else
_MIN_NAME_SCORE = 88  # least similarity of a typed name to a theme's, of 100


@dataclass(frozen=True, slots=True)
class SubscriptionDefaults:
    """The defaults of a new subscription.

    Parameters
    ----------
    zone
        IANA name, where the platform does not send the person's.
    nation
        Whose bank holidays are left out; empty for nobody's.
    """

    zone: str = "Europe/London"
    nation: str = "England"


class SubscriptionService:
    """Answers commands, requests and presses about the daily tip.

    Parameters
    ----------
    knowledge
        Returns the current knowledge, for the names of themes.
    now
        Returns the time in UTC.
    digests
        Answers what is asked about the monthly digest; None where there is none.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        tips: TipChooser,
        knowledge: "Callable[[], Knowledge]",
        abilities: AbilitiesByPlatform,
        defaults: SubscriptionDefaults | None = None,
        now: Callable[[], datetime] = utc_now,
        digests: DigestService | None = None,
    ) -> None:
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._tips = tips
        self._knowledge = knowledge
        self._abilities = abilities
        self._defaults = defaults or SubscriptionDefaults()
        self._now = now
        self._digests = digests

    @property
    def nation(self) -> str:
        """Return the nation whose bank holidays a new tip leaves out; empty for none."""
        return self._defaults.nation

    async def answer_command(self, message: Message, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply | None:
        """See `DailyTipsPort.answer_command`. Most messages are no command, and cost no query."""
        if self._digests and (digest := read_digest_request(message.text)):
            if digest.typed:
                return await self._run(lambda _today: digest.command, message, ask_zone)
            message = await _add_time_zone(message, ask_zone)
            return await self._answer_sentence(digest.command, message)
        if not commands.is_daily_command(message.text):
            return await self._answer_plain_request(message, ask_zone)
        read = partial(commands.parse_command, message.text, find_theme_id=self._find_theme_id)
        return await self._run(read, message, ask_zone)

    async def answer_request(
        self, intent: DailyIntent, message: Message, ask_zone: TimeZoneLookup = find_no_time_zone
    ) -> Reply | None:
        """See `DailyTipsPort.answer_request`. The words decide what is asked; the intent, that the tip is meant."""
        current = await self._subscriptions.at(message.place)
        message = await _add_time_zone(message, ask_zone) if current is None and intent == "daily-on" else message
        try:
            command = commands.read_sentence(message.text, self._find_today(current, message), self._find_theme_id)
        except NotUnderstoodError as error:
            return self._adapt(self._ask_back(error, current, message), message.place)
        if command is None and intent == "daily-status":
            command = _UNSAID[intent]  # a question about the tip changes nothing, however it is put
        if command == ChangeDaily() and not _RESUMES.search(message.text):
            command = _UNSAID[intent]  # the words say no more than that the tip is meant
        return None if command is None else await self._answer_sentence(command, message)

    async def _answer_plain_request(self, message: Message, ask_zone: TimeZoneLookup) -> Reply | None:
        """Return the reply to a sentence that names the tip and is understood whole; None for any other.

        Where a tip comes, a rest needs no name: “skip Friday”.
        """
        named = commands.names_tip(message.text)
        if not named and not (commands.begins_with_rest(message.text) and await self._is_on(message.place)):
            return None
        today = self._now().astimezone(ZoneInfo(message.time_zone or self._defaults.zone)).date()
        try:
            command = commands.read_sentence(message.text, today, self._find_theme_id, named=named)
        except NotUnderstoodError as error:
            rests = named and commands.begins_with_rest(message.text) and await self._is_on(message.place)
            most = _UNPLACED_IN_A_REST if rests else 0
            if not commands.is_placed_request(message.text, today, self._find_theme_id, unplaced=most):
                return None
            current = await self._subscriptions.at(message.place)
            return self._adapt(self._ask_back(error, current, message), message.place)
        if command is None:
            return None
        message = await _add_time_zone(message, ask_zone) if isinstance(command, ChangeDaily) else message
        return await self._answer_sentence(command, message)

    async def _is_on(self, place: Place) -> bool:
        current = await self._subscriptions.at(place)
        return current is not None and current.state == "on"

    async def _answer_sentence(self, command: Command, message: Message) -> Reply:
        """Return the question whether to do what a sentence asks; a look at the tip is answered at once."""
        if not self._allows_tips(message.place):
            return no_daily_tips()
        current = await self._subscriptions.at(message.place)
        try:
            self._check(command, self._find_today(current, message))
            reply = await self._ask_to_confirm(command, current, message)
        except NotUnderstoodError as error:
            reply = self._ask_back(error, current, message)
        return self._adapt(reply, message.place)

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply:
        """See `DailyTipsPort.answer_press`. A pressed command is checked by the rules for a typed one."""
        message = Message("", press.person, press.place, press.time_zone)
        reply: Reply | None = None
        if isinstance(press.action, ConfirmDaily):
            command = press.action.command
            reply = await self._run(partial(self._check, command), message, ask_zone)
        elif isinstance(press.action, FillInDaily):
            reply = await self.apply_form(press.action.form, message, ask_zone)
        return reply or responses.left_as_it_was()

    async def apply_form(
        self, form: DailyForm, message: Message, ask_zone: TimeZoneLookup = find_no_time_zone
    ) -> Reply | None:
        """Apply a form to the daily tip of a place, the pause included; return the reply."""
        current = await self._subscriptions.at(message.place)

        def read(today: date) -> Command:
            return self._check(keep_unchanged_days(read_form(form, today), current), today)

        return await self._run(read, message, ask_zone)

    async def _run(
        self, read: Callable[[date], Command | None], message: Message, ask_zone: TimeZoneLookup
    ) -> Reply | None:
        """Apply the command that `read` returns for the local date of the place; return None where `read` does."""
        current = await self._subscriptions.at(message.place)
        message = message if current else await _add_time_zone(message, ask_zone)
        try:
            command = read(self._find_today(current, message))
        except NotUnderstoodError as error:
            if not self._allows_tips(message.place):
                return no_daily_tips()
            return self._adapt(
                self._add_setup(self._ask_back(error, current, message), current, message), message.place
            )
        if command and not self._allows_tips(message.place):
            return no_daily_tips()
        return self._adapt(await self._apply_command(command, current, message), message.place) if command else None

    def _check(self, command: Command, today: date) -> Command:
        """Return a command, unless it names a theme that there is not, or a day that a pause cannot end on."""
        if isinstance(command, BareCommand):
            return command
        days = (
            (command.until, command.start)
            if isinstance(command, PauseDaily)
            else (command.paused_until, command.starts_on, command.ends_on)
        )
        for day in days:
            if isinstance(day, date):
                check_end_of_pause(day, today)
        themes = command.themes if isinstance(command, ChangeDaily) else None
        if unknown := [name for name in themes or () if name not in self._knowledge().themes]:
            raise build_theme_error(unknown[0])
        return command

    async def shows_progress(self, place: Place) -> bool:
        """Return whether a place has asked to see how many small steps were taken in it."""
        current = await self._subscriptions.at(place)
        return current is not None and current.progress

    def describe_state(self, subscription: Subscription) -> tuple[str, bool]:
        """Return the state of a subscription as a line, and whether the tip is paused or stopped."""
        today = self._now().astimezone(ZoneInfo(subscription.zone)).date()
        coming = list_coming_tips(subscription, self._now(), 1)
        line = responses.state_line(subscription, coming, today, self._list_titles(subscription))
        return line, subscription.paused_on(today) or subscription.state == "refused"

    async def _ask_to_confirm(self, command: Command, current: Subscription | None, message: Message) -> Reply:
        if self._digests and isinstance(command, BareCommand) and command in DIGEST_COMMANDS:
            return await self._digests.ask_to_confirm(command, message)
        if isinstance(command, BareCommand) and command.what in ("status", "preview", "test"):
            return await self._apply_command(command, current, message)
        if isinstance(command, ChangeDaily):
            return self._confirm_change_of(command, current, message)
        if current is None or current.state == "off":
            return self._report_status(current, message)
        return responses.confirm_end(command)

    def _confirm_change_of(self, change: ChangeDaily, current: Subscription | None, message: Message) -> TextReply:
        if change.at is None and current is None:
            return responses.which_time(change)
        wanted = self._apply_change(current, change, message)
        # The zone is fixed now, so that “yes” saves the confirmed time in whichever zone the presser is.
        fixed = replace(change, zone=wanted.zone)
        today = self._find_today(wanted, message)
        return responses.confirm(wanted, fixed, self._list_titles(wanted), today, self._name_held(wanted))

    def _ask_back(self, error: NotUnderstoodError, current: Subscription | None, message: Message) -> TextReply:
        """Return the question about what was not understood, with what may have been meant as buttons."""
        return responses.not_understood(str(error), error.offers, has_time=current is not None)

    async def _apply_command(self, command: Command, current: Subscription | None, message: Message) -> Reply:
        if isinstance(command, ChangeDaily):
            return await self._change_subscription(command, current, message)
        if self._digests and isinstance(command, BareCommand) and command in DIGEST_COMMANDS:
            return await self._digests.apply(command, message)
        if current is None or current.state == "off":
            return (
                await self._show_test_tip(current, message)
                if command == BareCommand("test")
                else self._report_status(current, message)
            )
        if isinstance(command, PauseDaily):
            return await self._pause_subscription(command, current, message)
        match command.what:
            case "off":
                rests = replace(current, paused_until=None, paused_from=None, skip_day=None, ends_on=None)
                off = await self._save(replace(rests, state="off", reason=None))
                return self._add_setup(responses.stopped(), off, message)
            case "skip":
                coming = list_coming_tips(current, self._now(), 1)
                return await self._skip_day(coming[0].day if coming else None, current, message)
            case "skip tomorrow":
                return await self._skip_day(self._find_today(current, message) + timedelta(days=1), current, message)
            case "status":
                return self._report_status(current, message)
            case "preview":
                return await self._preview_tips(current)
            case "test":
                return await self._show_test_tip(current, message)
            case _:  # the digest, where there is none
                return self._report_status(current, message)

    async def _change_subscription(self, change: ChangeDaily, current: Subscription | None, message: Message) -> Reply:
        if current is None and change.at is None:
            return responses.which_time(change)
        saved = await self._save(self._apply_change(current, change, message))
        return self._add_setup(self._confirm_change(saved), saved, message)

    def _confirm_change(self, saved: Subscription) -> TextReply:
        today = self._now().astimezone(ZoneInfo(saved.zone)).date()
        coming = list_coming_tips(saved, self._now(), 1)
        return responses.set_up(saved, coming, self._list_titles(saved), today, self._name_held(saved))

    def _apply_change(self, current: Subscription | None, change: ChangeDaily, message: Message) -> Subscription:
        """Return a subscription with a change applied and switched on, even if it was off or refused."""
        base = current or self._build_subscription(message)
        return apply_change(base, change, message.person, self._now())

    def _build_subscription(self, message: Message) -> Subscription:
        return Subscription(
            id=create_id(),
            place=message.place,
            owner=message.person,
            at=time.min,
            zone=message.time_zone or self._defaults.zone,
            weekdays=SHAPED_WEEK,
            themes=(),
            nation=self._defaults.nation,
            state="on",
            shape="week",
        )

    async def _pause_subscription(self, command: PauseDaily, current: Subscription, message: Message) -> Reply:
        if current.state == "refused":
            return self._report_status(current, message)
        saved = await self._save(replace(current, paused_until=command.until or date.max, paused_from=command.start))
        return self._add_setup(responses.paused(command), saved, message)

    async def _skip_day(self, day: date | None, current: Subscription, message: Message) -> Reply:
        """Leave out one day, never more, so that two simultaneous requests leave out a single tip."""
        now = self._now()
        coming = list_coming_tips(current, now, 1)
        if day is None or not coming:
            return self._report_status(current, message)
        if current.skip_day and is_skip_pending(current, now):
            return self._add_setup(responses.skipped_already(current.skip_day, current, coming), current, message)
        if not is_posted_on(current, now, day):
            return self._add_setup(responses.nothing_to_skip(day, current, coming), current, message)
        saved = await self._save(replace(current, skip_day=day))
        return self._add_setup(responses.skipped(day, saved, list_coming_tips(saved, now, 1)), saved, message)

    def _report_status(self, current: Subscription | None, message: Message) -> Reply:
        reply = (
            responses.status(
                current,
                list_coming_tips(current, self._now(), 1),
                self._list_titles(current),
                self._find_today(current, message),
                self._name_held(current),
            )
            if current
            else None
        )
        return self._add_setup(reply or responses.nothing_set_up(), current, message)

    def _add_setup(self, reply: TextReply, current: Subscription | None, message: Message) -> Reply:
        themes = sorted(self._knowledge().themes.values(), key=lambda theme: theme.title)
        every_theme = [(theme.id, theme.title) for theme in themes]
        setup = build_daily_setup(current, self._defaults.nation, every_theme, self._find_today(current, message))
        return replace(reply, daily=setup)

    async def _preview_tips(self, current: Subscription) -> Reply:
        dues = list_coming_tips(current, self._now(), _PREVIEW_LENGTH)
        if not dues:
            today = self._now().astimezone(ZoneInfo(current.zone)).date()
            return responses.status(current, dues, self._list_titles(current), today)
        coming = await self._tips.list_planned(current.place, [plan_tip(current, due.day) for due in dues])
        return responses.preview(coming, dues, current.zone, current.id)

    async def _show_test_tip(self, current: Subscription | None, message: Message) -> Reply:
        """Return a sample tip, without choices because the tip is not recorded."""
        day = self._find_today(current, message)
        tip = await self._tips.prepare(message.place, day, current.themes if current else ())
        return replace(tip.reply, answer="", choices=(), audience="asker-only")

    async def _save(self, changed: Subscription) -> Subscription:
        """Save a subscription with its next due time, never on a day that has had its tip; return what was saved."""
        now = self._now()
        yesterday = now.astimezone(ZoneInfo(changed.zone)).date() - timedelta(days=1)
        had = await self._deliveries.days(changed.id, yesterday)
        saved = reschedule(changed, now, max(had, default=None), posts=self._abilities[changed.place.platform].posts)
        await self._subscriptions.save(saved)
        return saved

    def _find_today(self, current: Subscription | None, message: Message) -> date:
        zone = current.zone if current else message.time_zone or self._defaults.zone
        return self._now().astimezone(ZoneInfo(zone)).date()

    def _name_held(self, subscription: Subscription) -> str:
        """Return the title of the theme that is stayed with; empty without one."""
        theme = self._knowledge().themes.get(subscription.held_theme or "")
        return theme.title if theme else ""

    def _list_titles(self, subscription: Subscription) -> list[str]:
        """Return the titles of the themes of a tip; themes that the knowledge no longer has are left out."""
        themes = self._knowledge().themes
        return [themes[name].title for name in subscription.themes if name in themes]

    def _allows_tips(self, place: Place) -> bool:
        """Return whether a place may have a daily tip, be it one that is only rehearsed."""
        abilities = self._abilities[place.platform]
        return abilities.posts or bool(abilities.rehearsal)

    def _adapt(self, reply: Reply, place: Place) -> Reply:
        """Return the reply with commands as typed in the place, or headed as a rehearsal where nothing is posted."""
        if not isinstance(reply, TextReply):
            return reply
        abilities = self._abilities[place.platform]
        return prefix_commands(reply, place, abilities) if abilities.posts else responses.rehearsed(reply, abilities)

    def _find_theme_id(self, name: str) -> str | None:
        themes = self._knowledge().themes
        names = {theme.id: theme.id.replace("-", " ") for theme in themes.values()}
        titles = {theme.id: theme.title.lower() for theme in themes.values()}
        typed = name.strip().lower().replace("-", " ")
        for known in (names, titles):
            found = process.extractOne(typed, known, scorer=fuzz.ratio, score_cutoff=_MIN_NAME_SCORE)
            if found:
                return str(found[2])
        return None


async def _add_time_zone(message: Message, ask_zone: TimeZoneLookup) -> Message:
    """Return a message with its writer's time zone, for a place that has no tip yet and so no zone."""
    return message if message.time_zone else replace(message, time_zone=await ask_zone())
