"""Responses about the monthly digest, and the digest itself, written beforehand and the same on every platform."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.actions import BareCommand, CancelDaily, ConfirmDaily
from bot.message import Abilities, Choice, Place, TextReply
from bot.store.digests import Digest, MonthCounts
from bot.subscriptions.dates import format_date
from bot.subscriptions.digest_words import START
from bot.subscriptions.responses import prefix_commands

FEWEST = 5  # a smaller count, or a smaller difference of two, might point at somebody
_SHOWN = 3  # themes
_WHAT = (
    "counts of the small steps that were taken on here and done, and of what was asked most: "
    "no names, no words, and no count under five"
)


def confirm(command: BareCommand) -> TextReply:
    """Return the question whether to begin or to end the digest, as read in a sentence."""
    if command == START:
        question = f"Shall I post a digest here on the first working day of each month? It has {_WHAT}."
        yes = "Yes, please"
    else:
        question, yes = "Shall I stop the monthly digest here?", "Yes"
    choices = (Choice(ConfirmDaily(command), yes), Choice(CancelDaily(), "No, leave it"))
    return TextReply("daily", (question,), choices=choices, audience="asker")


def set_up(digest: Digest) -> TextReply:
    """Return the announcement of a new digest."""
    return TextReply(
        "daily-changed",
        (
            f"I will post a digest here on the first working day of each month: {_WHAT}. {_name_next(digest)}",
            "A month with fewer than five of everything gets none. “digest” says how it stands, “digest off” ends it.",
        ),
        announce=True,
    )


def stopped() -> TextReply:
    """Return the announcement that no digest comes any more."""
    return TextReply(
        "daily-changed", ("I will post no more monthly digests here. “digest on” brings them back.",), announce=True
    )


def status(digest: Digest | None) -> TextReply:
    """Return how the digest of a place stands; None where none was ever set up."""
    if digest is None or digest.state == "off":
        said = "No monthly digest is set up here. “digest on” sets one up."
    elif digest.state == "refused":
        said = f"The monthly digest here has stopped: {digest.reason}. When that is put right, type “digest on”."
    else:
        last = f" The last one did not surely come: {digest.reason}." if digest.reason else ""
        said = f"A digest comes here on the first working day of each month.{last} {_name_next(digest)}"
    return TextReply("daily", (said,), audience="asker")


def only_for_several() -> TextReply:
    """Return the notice that nobody gets a digest for themselves alone."""
    return TextReply(
        "daily",
        ("A digest counts what several people did, so it is for a channel or a chat. “promises” lists your own.",),
        audience="asker",
    )


def refused(place: Place, reason: str, abilities: Abilities) -> TextReply:
    """Return the notice to whoever set a digest up that the place refuses it."""
    reply = TextReply(
        "daily",
        (
            f"I could not post the monthly digest in one of the places where you set one up: {reason}. "
            "I have stopped it. When that is put right, type “digest on” there and it comes again.",
        ),
        audience="asker",
    )
    return prefix_commands(replace(reply, concerns=place), place, abilities)


def build_digest(month: date, counts: MonthCounts, titles: dict[str, str]) -> TextReply | None:
    """Return the digest of a month; None where no count is large enough to be shown.

    Parameters
    ----------
    month
        Its first day.
    titles
        The titles of the themes by their ids; a theme without one is left out.
    """
    lines = [*_tell_steps(counts), *_tell_asked(counts, titles)]
    if not lines:
        return None
    return TextReply(
        "digest",
        (f"{month:%B %Y} here, in counts alone: no names, and none under five. “digest off” ends it.",),
        bullets=tuple(lines),
    )


def _tell_steps(counts: MonthCounts) -> Sequence[str]:
    if counts.taken_on < FEWEST:
        return ()
    taken = f"{counts.taken_on} small steps taken on"
    if counts.done < FEWEST:
        return (f"{taken}.",)
    # The difference is a count too: of those who did not do what they took on.
    few_left = counts.taken_on - counts.done < FEWEST
    return (f"{taken}, nearly all of them done." if few_left else f"{taken}, {counts.done} done.",)


def _tell_asked(counts: MonthCounts, titles: dict[str, str]) -> Sequence[str]:
    often = sorted(
        ((count, titles[theme]) for theme, count in counts.asked.items() if count >= FEWEST and theme in titles),
        key=lambda one: (-one[0], one[1]),
    )
    shown = ", ".join(f"{title} ({count} times)" for count, title in often[:_SHOWN])
    return (f"Asked most: {shown}.",) if shown else ()


def _name_next(digest: Digest) -> str:
    if digest.due_at is None:
        return "None is coming."
    local = digest.due_at.astimezone(ZoneInfo(digest.zone))
    return f"The next one comes on {format_date(local.date())} at {local:%H:%M}."
