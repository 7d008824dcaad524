"""Responses about the daily tip, written beforehand and the same on every platform."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.actions import CancelDaily, ChangeDaily, Command, ConfirmDaily, GiveTip, PauseDaily
from bot.message import Abilities, Choice, ComingTip, Place, TextReply
from bot.store.subscriptions import Subscription
from bot.subscriptions.dates import format_date, format_weekdays
from bot.subscriptions.schedule import WEEKDAYS, Due

_TIP = Choice(GiveTip(), "Give me a tip")
_CANCEL = Choice(CancelDaily(), "No, leave it")
_TIMES = (time(8, 30), time(9), time(12, 30))
_COMMAND = re.compile(r"“(?=(?:daily|promises|themes)\b)")


def prefix_commands(reply: TextReply, place: Place, abilities: Abilities) -> TextReply:
    """Return a reply with each command prefixed as typed in a place where others read along."""
    before = "" if place.private else abilities.command_prefix
    return replace(reply, paragraphs=tuple(_COMMAND.sub(f"“{before}", one) for one in reply.paragraphs))


def not_understood(sentence: str) -> TextReply:
    """Return the sentence about a text that was not understood."""
    return _reply_to_asker((sentence,))


def which_time() -> TextReply:
    """Return the question for the time of day."""
    return _reply_to_asker(
        ("Gladly. At what time shall I post the tip? Type for instance “daily weekdays 8:30”, or choose one:",),
        choices=tuple(Choice(ConfirmDaily(ChangeDaily(at, WEEKDAYS)), f"Weekdays at {at:%H:%M}") for at in _TIMES),
    )


def confirm(subscription: Subscription, change: ChangeDaily, themes: Sequence[str]) -> TextReply:
    """Return the question whether to set a tip up as read in a sentence; `themes` are titles."""
    return _reply_to_asker(
        (f"Shall I post a small tip here {_describe_rhythm(subscription)}{_name_limits(subscription, themes)}?",),
        choices=(Choice(ConfirmDaily(change), "Yes, please"), _CANCEL),
    )


def confirm_end(command: Command) -> TextReply:
    """Return the question whether to stop or pause the tip of a whole place."""
    question = "Shall I stop the daily tip here?"
    if isinstance(command, PauseDaily):
        until = f" until {format_date(command.until)}" if command.until else ""
        question = f"Shall I pause the daily tip here{until}?"
    return _reply_to_asker((question,), choices=(Choice(ConfirmDaily(command), "Yes"), _CANCEL))


def rehearsed(reply: TextReply, abilities: Abilities) -> TextReply:
    """Return a reply headed by the notice that nothing is posted."""
    return replace(reply, paragraphs=(abilities.rehearsal, *reply.paragraphs))


def left_as_it_was() -> TextReply:
    """Return the notice that nothing was changed."""
    return _reply_to_asker(("I have left everything as it was.",))


def set_up(subscription: Subscription, coming: Sequence[Due], themes: Sequence[str]) -> TextReply:
    """Return the announcement of a new or changed tip; `themes` are titles."""
    if subscription.paused_for_good:
        changed = f"The daily tip here is meant for {_describe_rhythm(subscription)} now."
        return _reply_to_place((f"{changed} {_name_next(subscription, coming)}",))
    what = f"{_describe_rhythm(subscription)}{_name_limits(subscription, themes)}"
    return _reply_to_place(
        (
            f"I will post a small tip here {what}. {_name_next(subscription, coming)}",
            "Type “daily” to see how it stands, “daily skip” to leave one out, “daily off” to stop.",
        ),
    )


def stopped() -> TextReply:
    """Return the announcement that the tip has stopped."""
    return _reply_to_place(("I will post no more tips here. “daily on” brings them back.",))


def paused(until: date | None) -> TextReply:
    """Return the announcement that the tip is paused."""
    end = f" until {format_date(until)}" if until else ". “daily on” brings it back"
    return _reply_to_place((f"The daily tip is paused{end}.",))


def skipped(day: date, subscription: Subscription, coming: Sequence[Due]) -> TextReply:
    """Return the announcement that one day is left out."""
    return _reply_to_place((f"I will leave out {format_date(day)}. {_name_next(subscription, coming)}",))


def skipped_already(day: date, subscription: Subscription, coming: Sequence[Due]) -> TextReply:
    """Return the notice that a day is left out already: a second request does not undo the first."""
    more = "“daily pause until …” leaves out several."
    return _reply_to_asker((f"{format_date(day)} is left out already. {_name_next(subscription, coming)} {more}",))


def nothing_to_skip(day: date, subscription: Subscription, coming: Sequence[Due]) -> TextReply:
    """Return the notice that a day to be left out has no tip."""
    return _reply_to_asker((f"No tip would come on {format_date(day)}. {_name_next(subscription, coming)}",))


def status(subscription: Subscription, coming: Sequence[Due], themes: Sequence[str]) -> TextReply:
    """Return the state of a subscription; `themes` are titles."""
    if subscription.state == "off":
        return nothing_set_up()
    if subscription.state == "refused":
        return _reply_to_asker(
            (f"The daily tip here has stopped: {subscription.reason}. When that is put right, type “daily on”.",),
        )
    if subscription.paused_for_good:
        return _reply_to_asker(("The daily tip here is paused. “daily on” brings it back.",))
    what = f"{_describe_rhythm(subscription)}{_name_limits(subscription, themes)}"
    return _reply_to_asker((f"A small tip comes here {what}. {_name_next(subscription, coming)}",))


def state_line(subscription: Subscription, coming: Sequence[Due], today: date, themes: Sequence[str]) -> str:
    """Return the state of a subscription as a line, for a list of several; `themes` are titles."""
    if subscription.state == "refused":
        return f"stopped: {subscription.reason}."
    line = f"{_describe_rhythm(subscription)}{_name_limits(subscription, themes)}."
    if subscription.paused_on(today):
        until = subscription.end_of_pause(today)
        return f"{line} Paused{f' until {format_date(until)}' if until else ''}."
    return f"{line} {_name_next(subscription, coming)}"


def nothing_set_up() -> TextReply:
    """Return the notice that the place has no daily tip."""
    return _reply_to_asker(
        ("No daily tip is set up here. Type for instance “daily weekdays 8:30” and I will post one.",),
        choices=(_TIP,),
    )


def preview(coming: Sequence[ComingTip], dues: Sequence[Due], zone: str) -> TextReply:
    """Return the list of the tips to come."""
    local = [due.at.astimezone(ZoneInfo(zone)) for due in dues]
    return _reply_to_asker(
        ("These are the next tips, unless somebody asks me for something here in between:",),
        bullets=tuple(
            f"{format_date(tip.day)}, {at:%H:%M}: {tip.title} ({tip.theme_title})"
            for tip, at in zip(coming, local, strict=True)
        ),
    )


def refused(place: Place, reason: str, abilities: Abilities) -> TextReply:
    """Return the notice to the owner that a place refuses the tip."""
    where = "here" if place.private else "in one of the places where you set one up"
    reply = _reply_to_asker(
        (
            f"I could not post the daily tip {where}: {reason}. I have stopped it.",
            "When that is put right, type “daily on” there and it comes again.",
        ),
    )
    return prefix_commands(reply, place, abilities)


def _reply_to_asker(
    paragraphs: tuple[str, ...], bullets: tuple[str, ...] = (), choices: tuple[Choice, ...] = ()
) -> TextReply:
    return TextReply("daily", paragraphs, bullets, choices, audience="asker")


def _reply_to_place(paragraphs: tuple[str, ...]) -> TextReply:
    return TextReply("daily-changed", paragraphs, announce=True)


def _describe_rhythm(subscription: Subscription) -> str:
    return f"{format_weekdays(subscription.weekdays)} at {subscription.at:%H:%M} ({subscription.zone})"


def _name_limits(subscription: Subscription, themes: Sequence[str]) -> str:
    about = f", on {_join_titles(themes)}" if themes else ""
    return about + (f", but not on bank holidays in {subscription.nation}" if subscription.nation else "")


def _join_titles(titles: Sequence[str]) -> str:
    *first, last = [f"“{title}”" for title in titles]
    return f"{', '.join(first)} and {last}" if first else last


def _name_next(subscription: Subscription, coming: Sequence[Due]) -> str:
    if subscription.paused_for_good:
        return "It stays paused; “daily on” brings it back."
    if not coming:
        return "No tip is coming within the next year."
    local = coming[0].at.astimezone(ZoneInfo(subscription.zone))
    return f"The next one comes on {format_date(local.date())} at {local:%H:%M}."
