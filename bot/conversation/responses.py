"""What the bot says about itself: written beforehand, the same on every platform."""

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
    """Hello."""
    return TextReply(
        "greeting",
        (
            "Hello. Tell me what is getting in the way of the change you lead, in your own words.",
            "I will find a lesson from people who have been there, what they said, and one small step for this week.",
        ),
        choices=(TIP, THEMES),
    )


def thanks() -> TextReply:
    """You are welcome."""
    return TextReply("thanks", ("You are welcome. Come back whenever you are stuck.",))


def help_(commands: Sequence[str]) -> TextReply:
    """How to use the bot; `commands` are the platform-free words that can be typed."""
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
    """Say in a sentence what becomes of what people type.

    Parameters
    ----------
    days
        For how many the operator keeps questions that got no lesson; 0 for none.
    """
    if not days:
        return "I do not keep what you type."
    how_long = "a day" if days == 1 else f"{days} days"
    return (
        f"A question that I could not answer with a lesson is kept for {how_long}, with names and numbers taken out, "
        "and not who asked it. I keep nothing else that you type."
    )


def about(kept: str) -> TextReply:
    """Who the bot is; `kept` says what becomes of what people type."""
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
    """Honest refusal, with three themes to try."""
    return TextReply(
        "out-of-scope",
        (
            "I do not think I can help with that. I only know about leading change in health and care.",
            "If I misread you, tell me a little more about what is happening, or try one of these:",
        ),
        choices=(*choices, THEMES),
    )


def no_words() -> TextReply:
    """The message had no words in it."""
    return TextReply(
        "notice",
        ("I could not find any words in that. Tell me in a sentence what is happening, and I will look for a lesson.",),
        choices=(TIP, THEMES),
    )


def none_of_these() -> TextReply:
    """No theme that was offered was right."""
    return TextReply(
        "notice",
        ("Thank you for telling me. Try once more with a little of what happened: who, where, and what they said.",),
        choices=(THEMES, TIP),
    )


def unhelpful(choices: Sequence[Choice], noted: bool) -> TextReply:
    """The person says that the answer was wrong; `noted` when there was one, so that this could be kept."""
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
    """Thanks for a press on helpful or not helpful."""
    if helpful:
        return TextReply("notice", ("Thank you. I am glad it helped.",))
    return TextReply("notice", ("Thank you for saying so. I have noted that it did not help.",))


def nothing_yet() -> TextReply:
    """There is no earlier answer here to explain or to trace."""
    return TextReply(
        "notice",
        ("I have not given a lesson here yet. Ask me something first, or take a tip.",),
        choices=(TIP, THEMES),
    )


def gone() -> TextReply:
    """What was pressed can no longer be looked up."""
    return TextReply(
        "notice",
        ("I no longer know which answer that was. Ask me again, and I will look afresh.",),
        choices=(TIP, THEMES),
    )


def no_daily_tips() -> TextReply:
    """Daily tips are not switched on where the bot runs."""
    return TextReply(
        "notice",
        ("I cannot post daily tips here. You can ask for a tip at any time.",),
        choices=(TIP,),
    )
