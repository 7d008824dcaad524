"""What the bot says about daily tips and promises: written beforehand, the same on every platform.

The intent of a reply tells a platform who should see it: ``daily-changed`` the whole place, ``daily`` and
``promise`` only the one who asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.message import Choice, ComingTip, Place, TextReply
from bot.store.subscriptions import Subscription
from bot.subscriptions.dates import say_date, say_weekdays
from bot.subscriptions.schedule import Due
from bot.subscriptions.typed import as_typed

_TIP = Choice("tip", "Give me a tip")
_TIMES = ("08:30", "09:00", "12:30")


def not_understood(sentence: str) -> TextReply:
    """One kind sentence about what was typed."""
    return TextReply("daily", (sentence,))


def which_time() -> TextReply:
    """Ask for the time of day, which nobody said yet."""
    return TextReply(
        "daily",
        ("Gladly. At what time shall I post the tip? Type for instance “daily weekdays 8:30”, or choose one:",),
        choices=tuple(Choice("daily-confirm", f"Weekdays at {time}", f"weekdays {time}") for time in _TIMES),
    )


def confirm(subscription: Subscription, command: str, themes: Sequence[str]) -> TextReply:
    """Say what was heard in a sentence, and ask whether it is right; `themes` are those of the tip, by title."""
    return TextReply(
        "daily",
        (f"Shall I post a small tip here {_when(subscription)}{_about(subscription, themes)}?",),
        choices=(Choice("daily-confirm", "Yes, please", command), Choice("daily-cancel", "No, leave it")),
    )


def confirm_end(until: date | None, pause: bool, command: str) -> TextReply:
    """Ask before the tips of a whole place stop."""
    question = "Shall I stop the daily tip here?"
    if pause:
        question = f"Shall I pause the daily tip here{f' until {say_date(until)}' if until else ''}?"
    return TextReply(
        "daily", (question,), choices=(Choice("daily-confirm", "Yes", command), Choice("daily-cancel", "No, leave it"))
    )


def rehearsed(reply: TextReply) -> TextReply:
    """Say on the page, before anything else, that it only shows what would be said."""
    frame = "This page is for trying me out: nothing is posted here. In Slack or Teams I would say:"
    return replace(reply, paragraphs=(frame, *reply.paragraphs))


def left_as_it_was() -> TextReply:
    """Nothing was changed."""
    return TextReply("daily", ("I have left everything as it was.",))


def set_up(subscription: Subscription, coming: Sequence[Due], themes: Sequence[str]) -> TextReply:
    """Tell the place what it gets from now on; `themes` are those of the tip, by title."""
    if subscription.paused_for_good:
        changed = f"The daily tip here is meant for {_when(subscription)} now."
        return TextReply("daily-changed", (f"{changed} {_next(subscription, coming)}",))
    what = f"{_when(subscription)}{_about(subscription, themes)}"
    return TextReply(
        "daily-changed",
        (
            f"I will post a small tip here {what}. {_next(subscription, coming)}",
            "Type “daily” to see how it stands, “daily skip” to leave one out, “daily off” to stop.",
        ),
    )


def stopped() -> TextReply:
    """Tell the place that no more tips come."""
    return TextReply("daily-changed", ("I will post no more tips here. “daily on” brings them back.",))


def paused(until: date | None) -> TextReply:
    """Tell the place that no tips come for a while."""
    end = f" until {say_date(until)}" if until else ". “daily on” brings it back"
    return TextReply("daily-changed", (f"The daily tip is paused{end}.",))


def skipped(day: date, subscription: Subscription, coming: Sequence[Due]) -> TextReply:
    """Tell the place that one tip is left out."""
    return TextReply("daily-changed", (f"I will leave out {say_date(day)}. {_next(subscription, coming)}",))


def skipped_already(day: date, subscription: Subscription, coming: Sequence[Due]) -> TextReply:
    """Tell that a tip is left out already, so that it is not brought back by asking twice."""
    more = "“daily pause until …” leaves out several."
    return TextReply("daily", (f"{say_date(day)} is left out already. {_next(subscription, coming)} {more}",))


def nothing_to_skip(day: date, subscription: Subscription, coming: Sequence[Due]) -> TextReply:
    """Tell that there is no tip on a day that should be left out."""
    return TextReply("daily", (f"No tip would come on {say_date(day)}. {_next(subscription, coming)}",))


def status(subscription: Subscription, coming: Sequence[Due], themes: Sequence[str]) -> TextReply:
    """Tell how things stand; `themes` are those of the tip, by title."""
    if subscription.state == "off":
        return nothing_set_up()
    if subscription.state == "refused":
        return TextReply(
            "daily",
            (f"The daily tip here has stopped: {subscription.reason}. When that is put right, type “daily on”.",),
        )
    if subscription.paused_for_good:
        return TextReply("daily", ("The daily tip here is paused. “daily on” brings it back.",))
    return TextReply(
        "daily",
        (f"A small tip comes here {_when(subscription)}{_about(subscription, themes)}. {_next(subscription, coming)}",),
    )


def standing(subscription: Subscription, coming: Sequence[Due], today: date, themes: Sequence[str]) -> str:
    """Say in a line how a tip stands, for a page that lists several; `themes` are those of the tip, by title."""
    if subscription.state == "refused":
        return f"stopped: {subscription.reason}."
    line = f"{_when(subscription)}{_about(subscription, themes)}."
    if subscription.paused_on(today):
        until = subscription.end_of_pause(today)
        return f"{line} Paused{f' until {say_date(until)}' if until else ''}."
    return f"{line} {_next(subscription, coming)}"


def nothing_set_up() -> TextReply:
    """There is no daily tip here."""
    return TextReply(
        "daily",
        ("No daily tip is set up here. Type for instance “daily weekdays 8:30” and I will post one.",),
        choices=(_TIP,),
    )


def preview(coming: Sequence[ComingTip], dues: Sequence[Due], zone: str) -> TextReply:
    """List the tips that are coming, as they will be posted."""
    local = [due.at.astimezone(ZoneInfo(zone)) for due in dues]
    return TextReply(
        "daily",
        ("These are the next tips, unless somebody asks me for something here in between:",),
        bullets=tuple(
            f"{say_date(tip.day)}, {at:%H:%M}: {tip.title} ({tip.theme_title})"
            for tip, at in zip(coming, local, strict=True)
        ),
    )


def refused(place: Place, reason: str) -> TextReply:
    """Tell the owner that a place takes no more tips."""
    where = "here" if place.private else "in one of the places where you set one up"
    told = TextReply(
        "daily",
        (
            f"I could not post the daily tip {where}: {reason}. I have stopped it.",
            "When that is put right, type “daily on” there and it comes again.",
        ),
    )
    return as_typed(told, place)


def taken_on(promise: str, nudge: str, days: Sequence[tuple[str, str]]) -> TextReply:
    """Thank somebody who takes a step on, and ask when.

    Parameters
    ----------
    days
        As (label, value) pairs.
    """
    return TextReply(
        "promise",
        (
            f"Good. You take on this small step: {nudge}",
            "When do you mean to do it? I will ask you once, in private, how it went.",
            "It gets done more often when it is tied to a moment: “When …, I will …”. Write that in your own diary; "
            "I cannot keep it for you.",
        ),
        choices=(
            *(Choice("promise", label, f"{promise}:{value}") for label, value in days),
            Choice("promise", "Do not ask me", f"{promise}:never"),
            Choice("withdraw", "Withdraw it", promise),
        ),
    )


def will_ask(check_at: datetime, zone: str, promise: str) -> TextReply:
    """Say when the one reminder comes."""
    local = check_at.astimezone(ZoneInfo(zone))
    words = f"I will ask you once, on {say_date(local.date())} at {local:%H:%M}. Nobody else sees it."
    return TextReply("promise", (words,), choices=(Choice("withdraw", "Withdraw it", promise),))


def will_not_ask(promise: str, *, able: bool) -> TextReply:
    """Say that no reminder comes: it was not wanted, or the bot is not able to write to the place."""
    words = "I will not ask." if able else "I cannot write to you here, so I will not ask."
    seen = "You can see it with “promises”."
    return TextReply("promise", (f"{words} {seen}",), choices=(Choice("withdraw", "Withdraw it", promise),))


def asked_already(promise: str) -> TextReply:
    """Say that the one reminder has come, and take the answer to it."""
    words = "I have asked you about that one already, and I ask only once. How did it go?"
    return TextReply("promise", (words,), choices=_went(promise))


def how_did_it_go(promise: str, nudge: str | None) -> TextReply:
    """Ask, once, how a small step went."""
    step = f"You took on this small step: {nudge}" if nudge else "You took on a small step a while ago."
    return TextReply("promise", (step, "How did it go?"), choices=_went(promise))


def done(total: int, *, here: bool) -> TextReply:
    """Be glad with somebody, and offer the next step; `here` tells whether it was taken on where this is said."""
    return TextReply(
        "promise",
        (
            "Thank you for doing it. " + _total(total, here=here),
            "What did people say? That is often where the next step lies.",
        ),
        choices=(Choice("tip", "Another small step"),),
    )


def not_yet(promise: str) -> TextReply:
    """Take the weight off a step that was not taken."""
    return TextReply(
        "promise",
        (
            "That happens to most good intentions. I will not ask again.",
            "What is the smallest part of it that fits into ten minutes? Tie it to something you do anyway: "
            "“When I …, I will …”.",
        ),
        choices=(Choice("done", "I have done it", promise), Choice("withdraw", "Withdraw it", promise), _TIP),
    )


def not_for_me() -> TextReply:
    """Accept that a step does not fit."""
    return TextReply(
        "promise",
        ("Thank you for saying so. Shall I find you another?",),
        choices=(Choice("tip", "Another small step"),),
    )


def withdrawn() -> TextReply:
    """The promise is deleted."""
    return TextReply("promise", ("It is withdrawn, and I have deleted it.",))


def my_promises(lines: Sequence[str], newest: str, *, done: bool) -> TextReply:
    """List somebody's own promises, and offer to settle the newest, unless it is done."""
    if not lines:
        return TextReply("promise", ("You have no promises with me. Press “I’ll do this” under a step to take it on.",))
    settle = () if done else (Choice("done", "I have done the newest", newest),)
    return TextReply(
        "promise",
        ("These are yours, newest first; I delete them after 90 days.",),
        tuple(lines),
        (*settle, Choice("withdraw", "Withdraw the newest", newest)),
    )


def steps_taken(total: int) -> TextReply:
    """Tell a place how many steps were taken there, and nobody's name."""
    return TextReply("notice", (_total(total),))


def not_yours() -> TextReply:
    """The promise is gone, or somebody else's."""
    return TextReply(
        "promise", ("I no longer have that promise. It may have been withdrawn, or be older than 90 days.",)
    )


def _went(promise: str) -> tuple[Choice, ...]:
    return (
        Choice("done", "Done", promise),
        Choice("not-yet", "Not yet", promise),
        Choice("not-for-me", "Not for me", promise),
    )


def _total(total: int, *, here: bool = True) -> str:
    place = "here" if here else "in the place where you took it on"
    if not total:
        return f"No small steps have been taken {place} yet this month."
    return f"{total} small step{'s have' if total > 1 else ' has'} been taken {place} this month."


def _when(subscription: Subscription) -> str:
    return f"{say_weekdays(subscription.weekdays)} at {subscription.at:%H:%M} ({subscription.zone})"


def _about(subscription: Subscription, themes: Sequence[str]) -> str:
    about = f", on {_listed(themes)}" if themes else ""
    return about + (f", but not on bank holidays in {subscription.nation}" if subscription.nation else "")


def _listed(titles: Sequence[str]) -> str:
    *first, last = [f"“{title}”" for title in titles]
    return f"{', '.join(first)} and {last}" if first else last


def _next(subscription: Subscription, coming: Sequence[Due]) -> str:
    if subscription.paused_for_good:
        return "It stays paused; “daily on” brings it back."
    if not coming:
        return "No tip is coming within the next year."
    local = coming[0].at.astimezone(ZoneInfo(subscription.zone))
    return f"The next one comes on {say_date(local.date())} at {local:%H:%M}."
