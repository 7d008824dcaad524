"""Setting up, changing and telling about the daily tip of a place (`bot.ports.DailyTips`)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.message import Message, Press, Reply, TextReply
from bot.phrases import no_daily_tips
from bot.ports import DailyIntent
from bot.store.answers import new_id
from bot.store.deliveries import Deliveries
from bot.store.subscriptions import Subscription, Subscriptions
from bot.telling import Tips
from bot.tips import phrases, wording
from bot.tips.clock import utc_now
from bot.tips.coming import coming_tips, rescheduled
from bot.tips.forms import Form
from bot.tips.schedule import WEEKDAYS
from bot.tips.setup import setup_of
from bot.tips.times import NotUnderstood
from bot.tips.wording import Ask, Change, Command, Pause

if TYPE_CHECKING:
    from knowledge import Knowledge

_PREVIEWED = 5  # tips
_NEAR = 88  # of 100: how near a theme's name must be


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a new subscription has when nobody says otherwise.

    Parameters
    ----------
    zone
        IANA name, where the platform does not tell the person's.
    nation
        Whose bank holidays are left out; empty for nobody's.
    """

    zone: str = "Europe/London"
    nation: str = "England"


class Subscribing:
    """Answers everything about the daily tip.

    Parameters
    ----------
    knowledge
        Gives the knowledge as it is now, for the names of themes.
    now
        Tells the time in UTC.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        deliveries: Deliveries,
        tips: Tips,
        knowledge: "Callable[[], Knowledge]",
        defaults: Defaults | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._tips = tips
        self._knowledge = knowledge
        self._defaults = defaults or Defaults()
        self._now = now

    @property
    def nation(self) -> str:
        """Whose bank holidays a new tip leaves out; empty for nobody's."""
        return self._defaults.nation

    async def command(self, message: Message) -> Reply | None:
        """See `DailyTips.command`. Every message comes by here, and most without a look at the database."""
        if not wording.begins_like_command(message.text):
            return None
        here = await self._subscriptions.at(message.place)
        try:
            command = wording.parse(message.text, self._today(here, message), self._theme_id)
        except NotUnderstood as error:
            return self._with_setup(phrases.not_understood(str(error)), here, message)
        if command and message.place.platform == "terminal":
            return no_daily_tips()
        return await self._do(command, here, message) if command else None

    async def asked(self, intent: DailyIntent, message: Message) -> Reply:
        """See `DailyTips.asked`."""
        if message.place.platform == "terminal":
            return no_daily_tips()
        here = await self._subscriptions.at(message.place)
        if intent == "daily-status":
            return self._status(here, message)
        try:
            return self._wanted(here, message) if intent == "daily-on" else self._unwanted(here, message)
        except NotUnderstood as error:
            return phrases.not_understood(str(error))

    async def press(self, press: Press) -> Reply:
        """See `DailyTips.press`. What was pressed is read by the same rules as what is typed."""
        if press.action == "daily-cancel":
            return phrases.left_as_it_was()
        message = Message(f"daily {press.value}", press.person, press.place, press.time_zone)
        return await self.command(message) or phrases.left_as_it_was()

    async def fill_in(self, form: Form, message: Message) -> Reply:
        """Set the tip of a place up, or change it, as a form says: all of it at once, a pause included."""
        here = await self._subscriptions.at(message.place)
        try:
            change, until = form.change(), form.end_of_pause(self._today(here, message))
        except NotUnderstood as error:
            return phrases.not_understood(str(error))
        saved = await self._save(replace(self._changed(here, change, message), paused_until=until))
        return phrases.set_up(saved, coming_tips(saved, self._now(), 1))

    def standing(self, subscription: Subscription) -> tuple[str, bool]:
        """Say how a subscription stands, in a line, and whether it rests until it is resumed."""
        today = self._now().astimezone(ZoneInfo(subscription.zone)).date()
        line = phrases.standing(subscription, coming_tips(subscription, self._now(), 1), today)
        return line, subscription.paused_on(today) or subscription.state == "refused"

    def _wanted(self, here: Subscription | None, message: Message) -> Reply:
        change = wording.listen(message.text)
        if change.at is None and here is None:
            return phrases.which_time()
        return phrases.confirm(self._changed(here, change, message), wording.write(change))

    def _unwanted(self, here: Subscription | None, message: Message) -> Reply:
        if here is None or here.state == "off":
            return phrases.nothing_set_up()
        command = wording.listen_for_end(message.text, self._today(here, message))
        if isinstance(command, Pause):
            written = f"pause until {command.until.isoformat()}" if command.until else "pause"
            return phrases.confirm_end(command.until, pause=True, command=written)
        return phrases.confirm_end(None, pause=False, command="off")

    async def _do(self, command: Command, here: Subscription | None, message: Message) -> Reply:
        if isinstance(command, Change):
            return await self._change(command, here, message)
        if here is None or here.state == "off":
            return await self._test(here, message) if command == Ask("test") else self._status(here, message)
        if isinstance(command, Pause):
            return await self._pause(command, here, message)
        match command.what:
            case "off":
                off = await self._save(replace(here, state="off", reason=None, paused_until=None, skip_day=None))
                return self._with_setup(phrases.stopped(), off, message)
            case "skip":
                return await self._skip(here, message)
            case "status":
                return self._status(here, message)
            case "preview":
                return await self._preview(here)
            case "test":
                return await self._test(here, message)

    async def _change(self, change: Change, here: Subscription | None, message: Message) -> Reply:
        if here is None and change.at is None:
            return phrases.which_time()
        saved = await self._save(self._changed(here, change, message))
        return self._with_setup(phrases.set_up(saved, coming_tips(saved, self._now(), 1)), saved, message)

    def _changed(self, here: Subscription | None, change: Change, message: Message) -> Subscription:
        """Apply a change. A plain “on” also ends a pause; any change brings back what was off or refused."""
        base = here or self._new(message)
        paused_until = None if change == Change() else change.paused_until or base.paused_until
        return replace(
            base,
            owner=message.person,
            at=change.at or base.at,
            weekdays=base.weekdays if change.weekdays is None else change.weekdays,
            themes=base.themes if change.themes is None else change.themes,
            zone=change.zone or base.zone,
            nation=base.nation if change.nation is None else change.nation,
            state="on",
            reason=None,
            paused_until=None if paused_until == date.min else paused_until,
        )

    def _new(self, message: Message) -> Subscription:
        return Subscription(
            id=new_id(),
            place=message.place,
            owner=message.person,
            at=time.min,
            zone=message.time_zone or self._defaults.zone,
            weekdays=WEEKDAYS,
            themes=(),
            nation=self._defaults.nation,
            state="on",
        )

    async def _pause(self, command: Pause, here: Subscription, message: Message) -> Reply:
        saved = await self._save(replace(here, paused_until=command.until or date.max))
        return self._with_setup(phrases.paused(command.until), saved, message)

    async def _skip(self, here: Subscription, message: Message) -> Reply:
        coming = coming_tips(here, self._now(), 1)
        if not coming:
            return self._status(here, message)
        saved = await self._save(replace(here, skip_day=coming[0].day))
        told = phrases.skipped(coming[0].day, saved, coming_tips(saved, self._now(), 1))
        return self._with_setup(told, saved, message)

    def _status(self, here: Subscription | None, message: Message) -> Reply:
        told = phrases.status(here, coming_tips(here, self._now(), 1) if here else [])
        return self._with_setup(told, here, message)

    def _with_setup(self, told: TextReply, here: Subscription | None, message: Message) -> Reply:
        themes = sorted(self._knowledge().themes.values(), key=lambda theme: theme.title)
        every_theme = [(theme.id, theme.title) for theme in themes]
        setup = setup_of(here, self._defaults.nation, every_theme, self._today(here, message))
        return replace(told, daily=setup)

    async def _preview(self, here: Subscription) -> Reply:
        dues = coming_tips(here, self._now(), _PREVIEWED)
        if not dues:
            return phrases.status(here, dues)
        coming = await self._tips.coming(here.place, [due.day for due in dues], here.themes)
        return phrases.preview(coming, dues, here.zone)

    async def _test(self, here: Subscription | None, message: Message) -> Reply:
        """Show a tip as it would look. It is not recorded, so nothing can be pressed under it."""
        day = self._today(here, message)
        tip = await self._tips.prepare(message.place, day, here.themes if here else ())
        return replace(tip.reply, answer="", choices=())

    async def _save(self, changed: Subscription) -> Subscription:
        """Work out when it is next due, never on a day that had its tip, and write it."""
        now = self._now()
        yesterday = now.astimezone(ZoneInfo(changed.zone)).date() - timedelta(days=1)
        had = await self._deliveries.days(changed.id, yesterday)
        saved = rescheduled(changed, now, max(had, default=None))
        await self._subscriptions.save(saved)
        return saved

    def _today(self, here: Subscription | None, message: Message) -> date:
        zone = here.zone if here else message.time_zone or self._defaults.zone
        return self._now().astimezone(ZoneInfo(zone)).date()

    def _theme_id(self, name: str) -> str | None:
        themes = self._knowledge().themes
        names = {theme.id: theme.id.replace("-", " ") for theme in themes.values()}
        titles = {theme.id: theme.title.lower() for theme in themes.values()}
        asked = name.strip().lower().replace("-", " ")
        for known in (names, titles):
            found = process.extractOne(asked, known, scorer=fuzz.ratio, score_cutoff=_NEAR)
            if found:
                return str(found[2])
        return None
