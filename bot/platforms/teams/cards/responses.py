"""The replies that the bot gives on Teams alone."""

from bot.conversation.responses import A_PROGRAM, ASK_ME, THEMES, TIP, WHAT_I_ANSWER
from bot.message import Choice, TextReply
from bot.platforms.teams.api.payloads import Scope
from bot.platforms.teams.cards.tip_form import OPEN

SHARED = "It is shared. Everybody in this conversation can read it now."
NOT_SHARED = "I could not post it here. Somebody may have removed me from this conversation."
NOTHING_FOUND = "I found no lesson for that. I only know about leading change in health and care."
KEEP_TYPING = "Keep typing: a theme, or what is happening."
NOT_OURS = "I do not know this button. Please ask me again."
ALREADY = "I am on it already."
NOT_NOW = "I could not do that just now. Please try again in a minute."
HERE = "What would help here?"
INSERT = "Put it into a message"


def welcome(scope: Scope, kept: str, *, daily: bool) -> TextReply:
    """Return the welcome of a place where the bot was just installed.

    Parameters
    ----------
    kept
        What becomes of what people type, in a sentence.
    daily
        Whether a daily tip can be had.
    """
    who = f"{A_PROGRAM} {kept}"
    match scope:
        case "personal":
            said = (f"Hello. {ASK_ME} {WHAT_I_ANSWER}", f"Only you read this chat. {who}")
        case "groupChat":
            said = (f"Hello. Mention me and tell me what is in the way of the change you lead. {WHAT_I_ANSWER}", who)
        case "channel":
            said = (
                f"Hello. Mention me in any channel of this team and tell me what is in the way. {WHAT_I_ANSWER}",
                f"I answer in the thread, and only when I am mentioned. {who}",
            )
    return TextReply("greeting", said, choices=(TIP, THEMES, OPEN) if daily else (TIP, THEMES))


def shared_by(name: str) -> str:
    """Return the sentence above a lesson that somebody shared, whose name everybody there can see anyway."""
    return f"Shared by {name or 'somebody here'} from Small Steps."


def answered_in_personal_chat() -> TextReply:
    """Return the notice to a conversation that the answer is in the asker's personal chat."""
    return _notice("That is between the two of us. I have written to you in our own chat.")


def ask_in_personal_chat() -> TextReply:
    """Return the request to ask in the personal chat, where the bot could not post."""
    return _notice("That is between the two of us, so please ask me in our own chat. I could not write to you there.")


def no_files() -> TextReply:
    """Return the notice that files, pictures and cards are not read."""
    return _notice(
        "I can read words, but no files, pictures or cards. "
        "Tell me in a sentence what is happening, and I will look for a lesson.",
        TIP,
        THEMES,
    )


def only_quoted_words() -> TextReply:
    """Return the notice that quoted and forwarded messages are not read."""
    return _notice(
        "I only read what you write yourself, not what you quote or forward. "
        "Tell me in a sentence what is happening, and I will look for a lesson.",
        TIP,
        THEMES,
    )


def broken() -> TextReply:
    """Return the notice that something failed on our side."""
    return _notice("Something went wrong on my side, and I could not answer. Please try again in a minute.")


def busy() -> TextReply:
    """Return the notice that too many answers are under way."""
    return _notice("A lot of people are asking me just now. Please ask me again in a minute.")


def too_late() -> TextReply:
    """Return the notice that an answer could not be had, though it was tried for minutes."""
    return _notice("I could not look up an answer just now. Please ask me again in a few minutes.")


def _notice(text: str, *choices: Choice) -> TextReply:
    return TextReply("notice", (text,), choices=choices, audience="asker")
