"""Responses about promises, written beforehand and the same on every platform."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.actions import CueKind, GiveTip, NameMe, PickCue, PlanPromise, Settle, ShowMoments, TakeSmallerStep, Withdraw
from bot.message import Choice, TextReply
from bot.promises.cues import describe_cue
from bot.store.promises import StepCounts, StepsTaken
from bot.subscriptions.dates import DAY_NAMES, format_date

_TIP = Choice(GiveTip(), "Give me a tip")
When = date | Literal["week", "never"]


def taken_on(promise: str, nudge: str, huddle: date | None, *, able: bool = True) -> TextReply:
    """Return the question to which moment a step is tied.

    Parameters
    ----------
    huddle
        The day of the next huddle on offer.
    able
        Whether the bot can post in the place, and so ask later.
    """
    asks = "I will ask you once, in private, how it went."
    if not able:
        asks = "I cannot write to you here, so I will not ask; “promises” shows it."
    cues = [Choice(PickCue(promise, "huddle", huddle), _capitalise(describe_cue("huddle", huddle)))] if huddle else []
    return _reply_to_maker(
        (
            f"Good. You take on this small step: {nudge}",
            f"When do you mean to do it? {asks}",
            "It gets done more often when it is tied to a moment: “When …, I will …”. Pick one, or type your own "
            "words; I keep them with this promise alone, and delete them when it is settled.",
        ),
        choices=(
            Choice(PlanPromise(promise, "week"), "This week"),
            *cues,
            Choice(PickCue(promise, "one-to-one"), "At my next one-to-one"),
            Choice(ShowMoments(promise), "Another moment"),
            Choice(PlanPromise(promise, "never"), "Do not ask me"),
            Choice(Withdraw(promise), "Withdraw it"),
        ),
    )


def more_moments(promise: str, days: Sequence[tuple[str, When]]) -> TextReply:
    """Return more moments that a step can be tied to; `days` are pairs of a label and a day."""
    return _reply_to_maker(
        ("Which moment is it? You may also type it in your own words: “When …, I will …”.",),
        choices=(
            *(Choice(PlanPromise(promise, when), label) for label, when in days),
            Choice(PickCue(promise, "meeting"), "At my next team meeting"),
            Choice(PlanPromise(promise, "never"), "Do not ask me"),
            Choice(Withdraw(promise), "Withdraw it"),
        ),
    )


def which_day(promise: str, cue: CueKind, moment: str, days: Sequence[date]) -> TextReply:
    """Return the question for the day of a moment from which no time follows."""
    return _reply_to_maker(
        (f"Good: {moment}. On which day is that? Then I know when to ask you.",),
        choices=(
            *(Choice(PickCue(promise, cue, day), DAY_NAMES[day.weekday()]) for day in days),
            Choice(PlanPromise(promise, "never"), "Do not ask me"),
        ),
    )


def out_of_reach(promise: str, days: Sequence[When]) -> TextReply:
    """Return the notice that a day is past, or further ahead than a promise is kept, with days to choose from."""
    return _reply_to_maker(
        ("I cannot ask on that day: it has passed, or I will have deleted the promise by then. Which day is it?",),
        choices=(
            *(Choice(PlanPromise(promise, day), DAY_NAMES[day.weekday()]) for day in days if isinstance(day, date)),
            Choice(PlanPromise(promise, "never"), "Do not ask me"),
        ),
    )


def tied(promise: str, moment: str, nudge: str, check_at: datetime | None, zone: str) -> TextReply:
    """Return a promise said back once as when and then, with the time of the question; None where none comes."""
    asked = "I cannot write to you here, so I will not ask."
    if check_at is not None:
        local = check_at.astimezone(ZoneInfo(zone))
        asked = f"I will ask you once, on {format_date(local.date())} at {local:%H:%M}. Nobody else sees it."
    return _reply_to_maker(
        (f"When: {moment}. Then: {nudge}", asked), choices=(Choice(Withdraw(promise), "Withdraw it"),)
    )


def will_ask(check_at: datetime, zone: str, promise: str) -> TextReply:
    """Return the notice of when the reminder comes."""
    local = check_at.astimezone(ZoneInfo(zone))
    words = f"I will ask you once, on {format_date(local.date())} at {local:%H:%M}. Nobody else sees it."
    return _reply_to_maker((words,), choices=(Choice(Withdraw(promise), "Withdraw it"),))


def will_not_ask(promise: str, *, able: bool) -> TextReply:
    """Return the notice that no reminder comes; `able` is False where the bot cannot post in the place."""
    words = "I will not ask." if able else "I cannot write to you here, so I will not ask."
    seen = "It is noted: “promises” shows what you took on."
    return _reply_to_maker((f"{words} {seen}",), choices=(Choice(Withdraw(promise), "Withdraw it"),))


def asked_already(promise: str) -> TextReply:
    """Return the notice that the reminder has come already, with the outcomes to choose from."""
    words = "I have asked you about that one already, and I ask only once. How did it go?"
    return _reply_to_maker((words,), choices=_offer_outcomes(promise))


def how_did_it_go(promise: str, nudge: str | None, moment: str = "") -> TextReply:
    """Return the reminder: the question how a small step went, with the moment that it was tied to."""
    tied_to = f", {moment}" if moment else ""
    step = f"You took on this small step{tied_to}: {nudge}" if nudge else "You took on a small step a while ago."
    return _reply_to_maker((step, "How did it go?"), choices=_offer_outcomes(promise))


def done(total: int, *, here: bool, nameable: str | None = None) -> TextReply:
    """Return the thanks for a step done.

    Parameters
    ----------
    here
        Whether the promise was made in the place of the reply.
    nameable
        The promise whose taker may let the place know; None where the place sees no progress.
    """
    place = "here" if here else "there"
    asks = (f"The others {place} read how many, and no names. For this one step you may say that it was you.",)
    return _reply_to_maker(
        (
            "Thank you for doing it. " + _describe_total(total, here=here),
            *(asks if nameable else ()),
            "What did people say? That is often where the next step lies.",
        ),
        choices=(
            Choice(GiveTip(), "Another small step"),
            *((Choice(NameMe(nameable, named=True), "Say that it was me"),) if nameable else ()),
        ),
    )


def named(promise: str, name: str) -> TextReply:
    """Return the notice that a place may see who took one step, and as whom."""
    return _reply_to_maker(
        (f"Where this month’s steps are counted, the others there now read “{name}”, for this one step alone.",),
        choices=(Choice(NameMe(promise, named=False), "Take my name away"),),
    )


def unnamed() -> TextReply:
    """Return the notice that a name was deleted."""
    return _reply_to_maker(("I have deleted your name again; the step is still counted.",))


def no_name() -> TextReply:
    """Return the notice that no name is known under which somebody could be named."""
    return _reply_to_maker(("I do not know your name here, so I name nobody. The step is counted.",))


def nowhere_named() -> TextReply:
    """Return the notice that a place sees no progress, so that nobody can be named."""
    return _reply_to_maker(("Nobody there reads about progress any more, so I have kept no name.",))


def not_yet(promise: str, days: Sequence[tuple[str, When]] = (), *, smaller: bool = False) -> TextReply:
    """Return the encouragement after a step not yet done.

    Parameters
    ----------
    days
        One new day, offered once: pairs of a label and a day; empty when it was offered before.
    smaller
        Whether the lesson has a smaller step.
    """
    again = "Shall I ask once more, on a new day?" if days else "I will not ask again."
    less = (Choice(TakeSmallerStep(promise), "A smaller step"),) if smaller else ()
    return _reply_to_maker(
        (
            f"That happens to most good intentions. {again}",
            "What is the smallest part of it that fits into ten minutes? Tie it to something you do anyway: "
            "“When I …, I will …”.",
        ),
        choices=(
            *(Choice(PlanPromise(promise, when), label) for label, when in days),
            *less,
            Choice(Settle(promise, "done"), "I have done it"),
            Choice(Withdraw(promise), "Withdraw it"),
            *(() if days else (_TIP,)),
        ),
    )


def no_smaller() -> TextReply:
    """Return the notice that a lesson has no smaller step."""
    return _reply_to_maker(("I know no smaller step of that lesson.",), choices=(_TIP,))


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


def steps_taken(taken: StepsTaken, counts: StepCounts) -> TextReply:
    """Return the numbers of steps of a place, without a claim of what they brought, and the names that were let."""
    lines = [_describe_total(taken.total)]
    if taken.named:
        lines.append(f"You may know of: {', '.join(dict.fromkeys(taken.named))}.")
    if counts.taken_on:
        lines.append(
            f"Of {counts.taken_on} taken on this month, {counts.done} {'is' if counts.done == 1 else 'are'} done, and "
            f"{counts.not_for_me} turned out not to fit. I count; I do not know what came of them."
        )
    return TextReply("notice", tuple(lines))


def not_yours() -> TextReply:
    """Return the notice that a promise is gone or another person's."""
    return _reply_to_maker(("I no longer have that promise. It may have been withdrawn, or be older than 90 days.",))


def _reply_to_maker(
    paragraphs: tuple[str, ...], bullets: tuple[str, ...] = (), choices: tuple[Choice, ...] = ()
) -> TextReply:
    return TextReply("promise", paragraphs, bullets, choices, audience="asker-only")


def _capitalise(words: str) -> str:
    return words[:1].upper() + words[1:]


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
