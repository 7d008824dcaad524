"""Responses about promises, written beforehand and the same on every platform."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.actions import GiveTip, PlanPromise, Settle, Withdraw
from bot.message import Choice, TextReply
from bot.subscriptions.dates import format_date

_TIP = Choice(GiveTip(), "Give me a tip")
When = date | Literal["week", "never"]


def taken_on(promise: str, nudge: str, days: Sequence[tuple[str, When]]) -> TextReply:
    """Return the question when a step that was taken on is planned.

    Parameters
    ----------
    days
        The days on offer, as pairs of a label and a day.
    """
    return _reply_to_maker(
        (
            f"Good. You take on this small step: {nudge}",
            "When do you mean to do it? I will ask you once, in private, how it went.",
            "It gets done more often when it is tied to a moment: “When …, I will …”. Write that in your own diary; "
            "I cannot keep it for you.",
        ),
        choices=(
            *(Choice(PlanPromise(promise, when), label) for label, when in days),
            Choice(PlanPromise(promise, "never"), "Do not ask me"),
            Choice(Withdraw(promise), "Withdraw it"),
        ),
    )


def will_ask(check_at: datetime, zone: str, promise: str) -> TextReply:
    """Return the notice of when the reminder comes."""
    local = check_at.astimezone(ZoneInfo(zone))
    words = f"I will ask you once, on {format_date(local.date())} at {local:%H:%M}. Nobody else sees it."
    return _reply_to_maker((words,), choices=(Choice(Withdraw(promise), "Withdraw it"),))


def will_not_ask(promise: str, *, able: bool) -> TextReply:
    """Return the notice that no reminder comes; `able` is False where the bot cannot post in the place."""
    words = "I will not ask." if able else "I cannot write to you here, so I will not ask."
    seen = "You can see it with “promises”."
    return _reply_to_maker((f"{words} {seen}",), choices=(Choice(Withdraw(promise), "Withdraw it"),))


def asked_already(promise: str) -> TextReply:
    """Return the notice that the reminder has come already, with the outcomes to choose from."""
    words = "I have asked you about that one already, and I ask only once. How did it go?"
    return _reply_to_maker((words,), choices=_offer_outcomes(promise))


def how_did_it_go(promise: str, nudge: str | None) -> TextReply:
    """Return the reminder: the question how a small step went."""
    step = f"You took on this small step: {nudge}" if nudge else "You took on a small step a while ago."
    return _reply_to_maker((step, "How did it go?"), choices=_offer_outcomes(promise))


def done(total: int, *, here: bool) -> TextReply:
    """Return the thanks for a step done; `here` is True where the promise was made in the place of the reply."""
    return _reply_to_maker(
        (
            "Thank you for doing it. " + _describe_total(total, here=here),
            "What did people say? That is often where the next step lies.",
        ),
        choices=(Choice(GiveTip(), "Another small step"),),
    )


def not_yet(promise: str) -> TextReply:
    """Return the encouragement after a step not yet done."""
    return _reply_to_maker(
        (
            "That happens to most good intentions. I will not ask again.",
            "What is the smallest part of it that fits into ten minutes? Tie it to something you do anyway: "
            "“When I …, I will …”.",
        ),
        choices=(Choice(Settle(promise, "done"), "I have done it"), Choice(Withdraw(promise), "Withdraw it"), _TIP),
    )


def not_for_me() -> TextReply:
    """Return the answer to a step that does not fit."""
    return _reply_to_maker(
        ("Thank you for saying so. Shall I find you another?",),
        choices=(Choice(GiveTip(), "Another small step"),),
    )


def withdrawn() -> TextReply:
    """Return the notice that a promise is deleted."""
    return _reply_to_maker(("It is withdrawn, and I have deleted it.",))


def my_promises(lines: Sequence[str], newest: str, *, done: bool) -> TextReply:
    """Return a person's promises, with a choice to settle the newest unless that one is done."""
    if not lines:
        return _reply_to_maker(("You have no promises with me. Press “I’ll do this” under a step to take it on.",))
    settle = () if done else (Choice(Settle(newest, "done"), "I have done the newest"),)
    return _reply_to_maker(
        ("These are yours, newest first; I delete them after 90 days.",),
        tuple(lines),
        (*settle, Choice(Withdraw(newest), "Withdraw the newest")),
    )


def steps_taken(total: int) -> TextReply:
    """Return the number of steps taken in a place, without names."""
    return TextReply("notice", (_describe_total(total),))


def not_yours() -> TextReply:
    """Return the notice that a promise is gone or another person's."""
    return _reply_to_maker(("I no longer have that promise. It may have been withdrawn, or be older than 90 days.",))


def _reply_to_maker(
    paragraphs: tuple[str, ...], bullets: tuple[str, ...] = (), choices: tuple[Choice, ...] = ()
) -> TextReply:
    return TextReply("promise", paragraphs, bullets, choices, audience="asker-only")


def _offer_outcomes(promise: str) -> tuple[Choice, ...]:
    return (
        Choice(Settle(promise, "done"), "Done"),
        Choice(Settle(promise, "not-yet"), "Not yet"),
        Choice(Settle(promise, "not-for-me"), "Not for me"),
    )


def _describe_total(total: int, *, here: bool = True) -> str:
    place = "here" if here else "in the place where you took it on"
    if not total:
        return f"No small steps have been taken {place} yet this month."
    return f"{total} small step{'s have' if total > 1 else ' has'} been taken {place} this month."
