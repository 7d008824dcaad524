"""What the bot says on Slack alone: notices about the channel, sharing and being busy."""

from bot.conversation.responses import THEMES, TIP
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
    """Say how to use the bot on Slack."""
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


def busy() -> TextReply:
    """Say that too much is asked at once."""
    return _notice("A lot of people are asking me just now. Please ask me again in a minute.")


def broken() -> TextReply:
    """Say that something failed on our side."""
    return _notice("Something went wrong on my side, and I could not answer. Please try again in a minute.")


def not_in_this_channel() -> TextReply:
    """Say that the operators keep the bot to other channels."""
    return _notice("I have been asked not to speak in this channel. You can write to me directly, or use /steps.")


def nothing_to_share() -> TextReply:
    """Say that there is no answer that could be shared."""
    return _notice("I have no answer of yours to share. Ask me something first.", TIP, THEMES)


def shared() -> TextReply:
    """Say that the answer is in the channel now."""
    return _notice("It is shared. Everybody in the channel can read it now.")


def told_the_channel() -> TextReply:
    """Say that the channel was told of a change."""
    return _notice("Done. I have told the channel.")


def could_not_share() -> TextReply:
    """Say that Slack did not let us post."""
    return _notice("I could not post there. Add me to the channel first, then share again.")


INVITE_ME = "I could not tell the channel, because I am not a member of it. Type /invite there and choose me."


def tip_gone() -> TextReply:
    """Say that a daily tip is no longer the person's to look after."""
    return _notice("You no longer look after that daily tip. Somebody else may have changed it since.")


def not_a_member(sure: bool) -> TextReply:
    """Say that only members change what comes to a channel."""
    if sure:
        return _notice("Only members of a channel can change its daily tip. Join it, and invite me too.")
    return _notice("I could not see whether you are a member of that channel. Please type /steps daily in it instead.")


def settings_saved(forgotten: bool) -> TextReply:
    """Say what saving the settings did."""
    if forgotten:
        return _notice("I have forgotten which lessons I showed you. I start afresh.")
    return _notice("Nothing was changed.")


def _notice(text: str, *choices: Choice) -> TextReply:
    return TextReply("notice", (text,), choices=choices)
