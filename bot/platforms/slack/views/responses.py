"""Replies that only Slack needs: help, and notices about channels, sharing and load."""

from dataclasses import replace

from bot.conversation.responses import A_PROGRAM, ASK_ME, THEMES, TIP, WHAT_I_ANSWER
from bot.message import Choice, TextReply

COMMANDS = (
    "/steps and what is happening, in your own words",
    "/steps and a theme, for instance /steps listening",
    "/steps themes for the list of themes",
    "/steps tip for a tip that you have not seen",
    "/steps another for another lesson on the same theme",
    "/steps why for why I gave you the last answer",
    "/steps share to show the channel the last answer that I gave you",
    "/steps daily for a daily tip",
    "/steps help for this list",
)


def help_() -> TextReply:
    """Return the help for Slack."""
    return TextReply(
        "help",
        (
            "Tell me what is getting in the way of the change you lead, as you would tell a colleague. "
            "I answer with a lesson, a quote with its source, and one small step.",
            "Mention me in a channel, write to me directly, or type one of these. "
            "Only you see what a command answers, unless you share it.",
        ),
        bullets=COMMANDS,
        choices=(THEMES, TIP),
    )


def welcome(kept: str, *, private: bool, daily: bool) -> TextReply:
    """Return the welcome of a person in their own messages, or of a channel.

    Parameters
    ----------
    kept
        What becomes of what people type, in a sentence.
    daily
        Whether a daily tip can be had.
    """
    who = f"{A_PROGRAM} {kept}"
    tip = " Type /steps daily for a small tip each day." if daily else ""
    if private:
        said = (f"Hello. {ASK_ME} {WHAT_I_ANSWER}", f"Only you read what I write here.{tip} {who}")
    else:
        said = (
            f"Hello. Mention me and tell me what is getting in the way of the change you lead. {WHAT_I_ANSWER}",
            f"I answer in the thread, and only where I am asked.{tip} {who}",
        )
    return TextReply("greeting", said, choices=(TIP, THEMES))


def busy() -> TextReply:
    """Return the notice for a full work queue."""
    return _notice("A lot of people are asking me just now. Please ask me again in a minute.")


def broken() -> TextReply:
    """Return the notice for a failure of the bot."""
    return _notice("Something went wrong on my side, and I could not answer. Please try again in a minute.")


def given_up() -> TextReply:
    """Return the notice for a request that could not be answered for as long as it was attempted."""
    return _notice("I could not answer you: something that I need has been out of reach. Please ask me again later.")


def window_too_late() -> TextReply:
    """Return the notice for a window that could not be opened in time."""
    return _notice("The window could not be opened in time. Please press the button again, or write to me here.")


def not_in_this_channel() -> TextReply:
    """Return the notice for a channel outside the allow-list."""
    return _notice("I have been asked not to speak in this channel. You can write to me directly, or use /steps.")


def nothing_to_share() -> TextReply:
    """Return the notice for a share without an answer."""
    return _notice("I have no answer of yours to share. Ask me something first.", TIP, THEMES)


def shared() -> TextReply:
    """Return the notice after a share."""
    return _notice("It is shared. Everybody in the channel can read it now.")


def shared_already() -> TextReply:
    """Return the notice for a second share of the same lesson in the same place."""
    return _notice("You have shared it there already.")


def told_the_channel() -> TextReply:
    """Return the notice after an announcement in the channel."""
    return _notice("Done. I have told the channel.")


def could_not_share() -> TextReply:
    """Return the notice for a share that Slack refused."""
    return _notice("I could not post there. Add me to the channel first, then share again.")


JOIN_FIRST = "I am not a member of this channel yet, so no tip can come. Type /invite here and choose me."
INVITE_ME = "I could not tell the channel, because I am not a member of it. Type /invite there and choose me."


def tip_gone() -> TextReply:
    """Return the notice for a daily tip that the person no longer manages."""
    return _notice("You no longer look after that daily tip. Somebody else may have changed it since.")


def not_a_member(*, sure: bool) -> TextReply:
    """Return the notice for a person who is no member of the channel, or may be none."""
    if sure:
        return _notice("Only members of a channel can change its daily tip. Join it, and invite me too.")
    return _notice("I could not see whether you are a member of that channel. Please type /steps daily in it instead.")


def settings_saved(reader: TextReply | None, *, forgotten: bool) -> TextReply:
    """Return the notice after the settings were saved.

    Parameters
    ----------
    reader
        What is said of who the person is from now on; None where that stays as it was.
    """
    afresh = ("I have forgotten which lessons I showed you. I start afresh.",) if forgotten else ()
    if reader:
        return replace(reader, paragraphs=(*afresh, *reader.paragraphs))
    return _notice(afresh[0] if afresh else "Nothing was changed.")


def _notice(text: str, *choices: Choice) -> TextReply:
    return TextReply("notice", (text,), choices=choices)
