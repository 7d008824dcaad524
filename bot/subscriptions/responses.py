"""Responses about the daily tip, written beforehand and the same on every platform."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions import BareCommand, CancelDaily, ChangeDaily, Command, ConfirmDaily, Every, GiveTip, PauseDaily
from bot.message import Abilities, Choice, ComingTip, Place, TextReply
from bot.store.subscriptions import Subscription
from bot.subscriptions.dates import DAY_NAMES, format_date, format_weekdays, join_words
from bot.subscriptions.schedule import WEEKDAYS, Due

_TIP = Choice(GiveTip(), "Give me a tip")
_CANCEL = Choice(CancelDaily(), "No, leave it")
_TIMES = (time(8, 30), time(9), time(12, 30))
_SHAPE = (
    "as a week with a shape (a small step on Mondays, a short story on Wednesdays, "
    "on Fridays the question what happened)"
)
_WEEKS = {2: "two", 3: "three", 4: "four"}
_COMMAND = re.compile(r"“(?=(?:daily|digest|promises|themes|steps)\b)")


def prefix_commands(reply: TextReply, place: Place, abilities: Abilities) -> TextReply:
    """Return a reply with each command prefixed as typed in a place where others read along."""
    before = "" if place.private else abilities.command_prefix
    return replace(reply, paragraphs=tuple(_COMMAND.sub(f"“{before}", one) for one in reply.paragraphs))


def not_understood(sentence: str, offers: Sequence[Command] = (), *, has_time: bool = False) -> TextReply:
    """Return the sentence about a text that was not understood, with what may have been meant as buttons.

    Parameters
    ----------
    has_time
        Whether the place has a tip, so that an offer without a time of day can be taken as it is.
    """
    changes = [one for one in offers if isinstance(one, ChangeDaily) and one.weekdays]
    choices = tuple(
        Choice(ConfirmDaily(one if one.at or has_time else replace(one, at=_TIMES[1])), _label_offer(one, has_time))
        for one in changes
    )
    return _reply_to_asker((sentence,), choices=choices)


def which_time(change: ChangeDaily | None = None) -> TextReply:
    """Return the question for the time of day; what else was asked for is kept."""
    kept = change or ChangeDaily()
    kept = kept if kept.weekdays else replace(kept, weekdays=WEEKDAYS)
    days = (
        "Weekdays" if kept.weekdays == WEEKDAYS else _capitalise(describe_days(kept.weekdays or WEEKDAYS, kept.every))
    )
    return _reply_to_asker(
        ("What time should the tip come? Type “daily weekdays 8:30”, for instance, or choose one:",),
        choices=tuple(Choice(ConfirmDaily(replace(kept, at=at)), f"{days} at {at:%H:%M}") for at in _TIMES),
    )


def confirm(
    subscription: Subscription, change: ChangeDaily, themes: Sequence[str], today: date, held: str = ""
) -> TextReply:
    """Return the question whether to set a tip up as read in a sentence.

    Parameters
    ----------
    subscription
        As it would be after the change.
    themes, held
        Titles of its themes, and of the one that the change stays with.
    """
    what = describe_subscription(subscription, themes, today) + _describe_rest(change, held)
    return _reply_to_asker(
        (f"Shall I post a small tip here {what}?",),
        choices=(Choice(ConfirmDaily(change), "Yes, please"), _CANCEL),
    )


def _describe_rest(change: ChangeDaily, held: str) -> str:
    """Return what else a change brings that the description of the tip does not say, in words that are read back."""
    words = ", on all themes" if change.themes == () else ""
    words += ", on bank holidays too" if change.nation == "" else ""
    if change.progress is not None:
        words += f", with progress {'on' if change.progress else 'off'}"
    if change.hold is not None:
        words += f", staying with “{held}” for {_WEEKS[change.hold.weeks]} weeks"
    if isinstance(change.paused_until, date):
        words += f", paused until {format_date(change.paused_until)}"
    return words


def confirm_end(command: Command) -> TextReply:
    """Return the question whether to stop or pause the tip of a whole place, or to leave one out."""
    match command:
        case PauseDaily():
            question = _ask_for_pause(command)
        case BareCommand(what="skip"):
            question = "Shall I leave out the next tip here?"
        case BareCommand(what="skip tomorrow"):
            question = "Shall I leave out tomorrow’s tip here?"
        case _:
            question = "Shall I stop the daily tip here?"
    return _reply_to_asker((question,), choices=(Choice(ConfirmDaily(command), "Yes"), _CANCEL))


def _ask_for_pause(pause: PauseDaily) -> str:
    if pause.start and pause.until == pause.start + timedelta(days=1):
        return f"Shall I leave out the tip here on {format_date(pause.start)}?"
    return f"Shall I pause the daily tip here{_describe_pause(pause)}?"


def _describe_pause(pause: PauseDaily) -> str:
    begins = f" from {format_date(pause.start)}" if pause.start else ""
    return begins + (f" until {format_date(pause.until)}" if pause.until else "")


def rehearsed(reply: TextReply, abilities: Abilities) -> TextReply:
    """Return a reply headed by the notice that nothing is posted."""
    return replace(reply, paragraphs=(abilities.rehearsal, *reply.paragraphs))


def left_as_it_was() -> TextReply:
    """Return the notice that nothing was changed."""
    return _reply_to_asker(("I have left everything as it was.",))


def set_up(
    subscription: Subscription, coming: Sequence[Due], themes: Sequence[str], today: date, held: str = ""
) -> TextReply:
    """Return the announcement of a new or changed tip; `themes`, and `held` that is stayed with, are titles."""
    what = describe_subscription(subscription, themes, today)
    if _is_paused_for_good(subscription, today):
        return _reply_to_place((f"The daily tip here is now set for {what}. {_name_next(subscription, coming)}",))
    each_day = Choice(ConfirmDaily(ChangeDaily(weekdays=WEEKDAYS)), "Each working day instead")
    stays = _tell_hold(subscription, held, today) + _tell_progress(subscription)
    return _reply_to_place(
        (
            f"I will post a small tip here {what}. {stays}{_name_next(subscription, coming)}",
            "Type “daily” to see how it stands, “daily skip” to leave one out, “daily off” to stop.",
        ),
        (each_day,) if subscription.shape == "week" else (),
    )


def stopped() -> TextReply:
    """Return the announcement that the tip has stopped."""
    return _reply_to_place(("I will post no more tips here. “daily on” brings them back.",))


def paused(pause: PauseDaily) -> TextReply:
    """Return the announcement that the tip is paused, with the days that rest."""
    if pause.start and pause.until == pause.start + timedelta(days=1):
        return _reply_to_place((f"I will leave out {format_date(pause.start)}.",))
    will_be = "will be" if pause.start else "is"
    end = "" if pause.until else ". “daily on” brings it back"
    return _reply_to_place((f"The daily tip {will_be} paused{_describe_pause(pause)}{end}.",))


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


def status(
    subscription: Subscription, coming: Sequence[Due], themes: Sequence[str], today: date, held: str = ""
) -> TextReply:
    """Return the state of a subscription; `themes`, and `held` that is stayed with, are titles."""
    what = describe_subscription(subscription, themes, today)
    if subscription.state == "off":
        return _reply_to_asker((f"The daily tip here is stopped. “daily on” brings it back, {what}.",), choices=(_TIP,))
    if subscription.state == "refused":
        return _reply_to_asker(
            (f"The daily tip here has stopped: {subscription.reason}. When that is put right, type “daily on”.",),
        )
    if _is_paused_for_good(subscription, today):
        return _reply_to_asker((f"The daily tip here is paused. “daily on” brings it back, {what}.",))
    paused = f" {_tell_pause(subscription, today)}" if _tell_pause(subscription, today) else ""
    stays = _tell_hold(subscription, held, today)
    return _reply_to_asker((f"A small tip comes here {what}.{paused} {stays}{_name_next(subscription, coming)}",))


def state_line(subscription: Subscription, coming: Sequence[Due], today: date, themes: Sequence[str]) -> str:
    """Return the state of a subscription as a line, for a list of several; `themes` are titles."""
    if subscription.state == "refused":
        return f"stopped: {subscription.reason}."
    line = f"{describe_subscription(subscription, themes, today)}."
    if paused := _tell_pause(subscription, today):
        return f"{line} {paused}"
    return f"{line} {_name_next(subscription, coming)}"


def nothing_set_up() -> TextReply:
    """Return the notice that the place has no daily tip."""
    return _reply_to_asker(
        ("No daily tip is set up here. Type for instance “daily weekdays 8:30” and I will post one.",),
        choices=(_TIP,),
    )


def preview(coming: Sequence[ComingTip], dues: Sequence[Due], zone: str, subscription: str) -> TextReply:
    """Return the list of the tips to come.

    Parameters
    ----------
    subscription
        Its id, by which whoever runs the bot hands the tips over as a calendar file.
    """
    local = [due.at.astimezone(ZoneInfo(zone)) for due in dues]
    return _reply_to_asker(
        (
            "These are the next tips, unless somebody asks me for something here in between. Whoever runs me can give "
            f"you them as a calendar file (.ics): “small-steps tips calendar {subscription}” prints it.",
        ),
        bullets=tuple(
            f"{format_date(tip.day)}, {at:%H:%M}: {tip.title} ({tip.theme_title})"
            for tip, at in zip(coming, local, strict=True)
        ),
    )


def refused(place: Place, reason: str, abilities: Abilities, rhythm: str = "") -> TextReply:
    """Return the notice to the owner that a place refuses the tip.

    Parameters
    ----------
    rhythm
        When the tip was to come, so that somebody who has set up several knows which it is; empty to leave it out.
    """
    where = "here" if place.private else "in one of the places where you set one up"
    which = f" that comes {rhythm}" if rhythm and not place.private else ""
    reply = _reply_to_asker(
        (
            f"I could not post the daily tip{which} {where}: {reason}. I have stopped it.",
            "When that is put right, type “daily on” there and it comes again.",
        ),
    )
    return prefix_commands(replace(reply, concerns=None if place.private else place), place, abilities)


def _reply_to_asker(
    paragraphs: tuple[str, ...], bullets: tuple[str, ...] = (), choices: tuple[Choice, ...] = ()
) -> TextReply:
    return TextReply("daily", paragraphs, bullets, choices, audience="asker")


def _reply_to_place(paragraphs: tuple[str, ...], choices: tuple[Choice, ...] = ()) -> TextReply:
    return TextReply("daily-changed", paragraphs, choices=choices, announce=True)


def _tell_progress(subscription: Subscription) -> str:
    if not subscription.progress:
        return ""
    if subscription.shape != "week":
        return "Type “steps” to see how many small steps were taken here. "
    return "On Fridays I say how many small steps were taken here, and name nobody who has not said so. "


def _tell_hold(subscription: Subscription, held_title: str, today: date) -> str:
    """Return until when a theme is stayed with, as a sentence; empty where none is."""
    if not held_title or subscription.held_until is None or subscription.held_until < today:
        return ""
    return f"I stay with “{held_title}” until {format_date(subscription.held_until)}, or until I would repeat myself. "


def describe_subscription(subscription: Subscription, themes: Sequence[str], today: date) -> str:
    """Return when and about what the tip comes, in words that are read back alike; `themes` are titles."""
    words = describe_rhythm(subscription)
    words += f", on {_join_titles(themes)}" if themes else ""
    if subscription.starts_on and subscription.starts_on > today:
        words += f", from {format_date(subscription.starts_on)}"
    if subscription.ends_on:
        words += f", up to and including {format_date(subscription.ends_on)}"
    return words + (f", but not on bank holidays in {subscription.nation}" if subscription.nation else "")


def describe_rhythm(subscription: Subscription) -> str:
    """Return when the tip comes: “on Mondays at 09:00 (Europe/London)”."""
    days = _SHAPE if subscription.shape == "week" else describe_days(subscription.weekdays, subscription.every)
    return f"{days} at {subscription.at:%H:%M} ({subscription.zone})"


def describe_days(weekdays: frozenset[int], every: Every | None) -> str:
    """Return the days of a tip: “on Mondays”, “on Mondays every two weeks”, “on the first Monday of the month”."""
    if every == "month":
        return f"on the first {join_words([DAY_NAMES[day] for day in sorted(weekdays)])} of the month"
    days = format_weekdays(weekdays, recurring=True)
    return f"{days} every two weeks" if every == "fortnight" else days


def _label_offer(offer: ChangeDaily, has_time: bool) -> str:
    at = offer.at or (None if has_time else _TIMES[1])
    days = describe_days(offer.weekdays or WEEKDAYS, offer.every)
    return _capitalise(f"{days} at {at:%H:%M}" if at else days)


def _capitalise(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_paused_for_good(subscription: Subscription, today: date) -> bool:
    return subscription.paused_for_good and subscription.paused_on(today)


def _tell_pause(subscription: Subscription, today: date) -> str:
    """Return the pause as a sentence; empty without one."""
    until = subscription.end_of_pause(today)
    if subscription.paused_on(today):
        return f"Paused until {format_date(until)}." if until else "Paused."
    start = subscription.paused_from
    if start is None or start < today:
        return ""
    end = subscription.paused_until
    rests = f" until {format_date(end)}" if end and not subscription.paused_for_good else ""
    return f"It will be paused from {format_date(start)}{rests}."


def _join_titles(titles: Sequence[str]) -> str:
    *first, last = [f"“{title}”" for title in titles]
    return f"{', '.join(first)} and {last}" if first else last


def _name_next(subscription: Subscription, coming: Sequence[Due]) -> str:
    if subscription.paused_for_good and not coming:
        return "It stays paused; “daily on” brings it back."
    if not coming:
        return "No tip is coming within the next year."
    local = coming[0].at.astimezone(ZoneInfo(subscription.zone))
    return f"The next one comes on {format_date(local.date())} at {local:%H:%M}."
