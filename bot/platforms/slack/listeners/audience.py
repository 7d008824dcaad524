"""Who in a channel reads an answer about daily tips and promises (pure)."""

from bot.message import LessonReply, Reply, TextReply

_ABOUT_TIPS = ("daily", "daily-changed")
_FOR_ASKER = ("daily", "promise")


def for_all(reply: Reply) -> bool:
    """Tell whether an answer concerns the whole channel, wherever it was asked for."""
    return isinstance(reply, TextReply) and reply.intent == "daily-changed"


def for_asker(reply: Reply) -> bool:
    """Tell whether an answer is for the one who asked, though it was asked for all to read.

    A lesson that is not remembered is a tip that was only tried.
    """
    if isinstance(reply, LessonReply):
        return not reply.answer
    return isinstance(reply, TextReply) and reply.intent in _FOR_ASKER


def about_tips(reply: Reply) -> bool:
    """Tell whether an answer is about the daily tip of a place."""
    return isinstance(reply, TextReply) and reply.intent in _ABOUT_TIPS
