"""Responses about the bot itself, written beforehand and the same on every platform."""

from collections.abc import Sequence

from bot.actions import GiveTip, ShowHelp, ShowSources, ShowThemes
from bot.message import Choice, TextReply

THEMES = Choice(ShowThemes(), "See all themes")
TIP = Choice(GiveTip(), "Give me a tip")
HELP = Choice(ShowHelp(), "How to use me")
DAILY_COMMANDS = (
    "“daily weekdays 8:30” for a tip here every working day, “daily” for how it stands, “daily off” to stop",
    "“daily 9:00 in Europe/Paris” where another time zone holds",
)
PROMISE_COMMANDS = ("“promises” for the small steps you took on",)


def greeting() -> TextReply:
    """Return the greeting."""
    return TextReply(
        "greeting",
        (
            "Hello. Tell me what is getting in the way of the change you lead, in your own words.",
            "I will find a lesson from people who have been there, what they said, and one small step for this week.",
        ),
        choices=(TIP, THEMES),
    )


def thanks() -> TextReply:
    """Return the answer to thanks."""
    return TextReply("thanks", ("You are welcome. Come back whenever you are stuck.",))


def help_(commands: Sequence[str]) -> TextReply:
    """Return the help; `commands` are lines on the commands that can be typed."""
    return TextReply(
        "help",
        (
            "Describe what is happening, as you would to a colleague. "
            "For example: “our consultants just cross their arms in every workshop”.",
            "I answer with a lesson, a quote with its source, and one small step. You can also type:",
        ),
        bullets=tuple(commands),
        choices=(THEMES, TIP),
    )


def retention_notice(days: int = 0) -> str:
    """Return the sentence on what is kept of the text that people type.

    Parameters
    ----------
    days
        Days for which questions without a lesson are kept; 0 for none.
    """
    if not days:
        return "I do not keep what you type."
    how_long = "a day" if days == 1 else f"{days} days"
    return (
        f"A question that I could not answer with a lesson is kept for {how_long}, with names and numbers taken out, "
        "and not who asked it. I keep nothing else that you type."
    )


def about(kept: str) -> TextReply:
    """Return the description of the bot; `kept` is the sentence of `retention_notice`."""
    return TextReply(
        "about",
        (
            "I am Small Steps, a program and not a person. All that I say was written and checked beforehand. "
            "No language model writes my answers; a small classifier on this server only picks which one fits.",
            f"{kept} I remember which lessons this place has seen, so that I do not repeat them.",
            "I am no clinician and no emergency service, and I can be wrong. Use your own judgement.",
        ),
        choices=(HELP, Choice(ShowSources(), "Where the words come from")),
    )


def out_of_scope(choices: Sequence[Choice]) -> TextReply:
    """Return the refusal of a message out of scope, with themes to try."""
    return TextReply(
        "out-of-scope",
        (
            "I do not think I can help with that. I only know about leading change in health and care.",
            "If I misread you, tell me a little more about what is happening, or try one of these:",
        ),
        choices=(*choices, THEMES),
    )


def no_words() -> TextReply:
    """Return the notice that a message has no words."""
    return TextReply(
        "notice",
        ("I could not find any words in that. Tell me in a sentence what is happening, and I will look for a lesson.",),
        choices=(TIP, THEMES),
    )


def none_of_these() -> TextReply:
    """Return the request for more detail after no offered theme fitted."""
    return TextReply(
        "notice",
        ("Thank you for telling me. Try once more with a little of what happened: who, where, and what they said.",),
        choices=(THEMES, TIP),
    )


def about_work() -> TextReply:
    """Return the request to say again what an earlier message was about, of which nothing was kept."""
    return TextReply(
        "notice",
        ("Then about the work. I have kept nothing of it, so tell me again what is happening, or pick a theme.",),
        choices=(THEMES, TIP),
    )


def unhelpful(choices: Sequence[Choice], noted: bool) -> TextReply:
    """Return the apology for an unhelpful answer; `noted` when a verdict was recorded."""
    kept = "; it is noted, without your words" if noted else ""
    others = "try one of these:" if choices else "look through the themes."
    return TextReply(
        "unhelpful",
        (
            f"I am sorry that this missed the point. Thank you for saying so{kept}.",
            f"You can say it in another way, or {others}",
        ),
        choices=(*choices, THEMES),
    )


def feedback_noted(helpful: bool) -> TextReply:
    """Return the thanks for a verdict."""
    if helpful:
        return TextReply("notice", ("Thank you. I am glad it helped.",))
    return TextReply("notice", ("Thank you for saying so. I have noted that it did not help.",))


def nothing_yet() -> TextReply:
    """Return the notice that the place has no earlier lesson."""
    return TextReply(
        "notice",
        ("I have not given a lesson here yet. Ask me something first, or take a tip.",),
        choices=(TIP, THEMES),
    )


def gone() -> TextReply:
    """Return the notice that a pressed answer is no longer known."""
    return TextReply(
        "notice",
        ("I no longer know which answer that was. Ask me again, and I will look afresh.",),
        choices=(TIP, THEMES),
    )


def no_daily_tips() -> TextReply:
    """Return the notice that daily tips are not available."""
    return TextReply(
        "notice",
        ("I cannot post daily tips here. You can ask for a tip at any time.",),
        choices=(TIP,),
    )
