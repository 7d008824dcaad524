"""Questions about the bot's keeper and what is kept: who runs it, who sees what is typed, how it is deleted (pure)."""

from collections.abc import Sequence
from typing import Literal, cast

from bot.actions import ForgetReader, ShowHelp
from bot.conversation.phrase_book import load_phrases
from bot.conversation.wording import fold
from bot.message import Choice, TextReply

OperatorQuestion = Literal["runs", "delete", "sees", "person", "fault"]

_MOST_WORDS = 16


def read_operator_question(text: str) -> OperatorQuestion | None:
    """Return which question about the bot's keeper a turn asks; None for any other.

    Parameters
    ----------
    text
        Normalised, without courtesy.
    """
    folded = fold(text)
    if len(folded.split()) > _MOST_WORDS:
        return None
    found = next((entry.means for entry in load_phrases("keeper") if entry.pattern.search(folded)), None)
    return cast("OperatorQuestion | None", found)


def build_operator_answer(question: OperatorQuestion, contact: str, kept: str, organisation: str = "") -> TextReply:
    """Return the answer to a question about the bot's keeper.

    Parameters
    ----------
    contact
        How the operator can be reached; empty where the settings do not say.
    kept
        The sentence on what is kept of typed text.
    organisation
        Who runs the bot; empty where the settings do not say.
    """
    return TextReply("about", tuple(_list_paragraphs(question, contact, kept, organisation)), choices=_offer(question))


def _list_paragraphs(question: OperatorQuestion, contact: str, kept: str, organisation: str) -> Sequence[str]:
    reach = f"The people who run me can be reached here: {contact}." if contact else _NO_CONTACT
    match question:
        case "runs":
            who = f"I am run by {organisation}." if organisation else "I am run by your own organisation."
            return (f"{who} I am a program; everything I say was written and checked beforehand.", reach)
        case "delete":
            return (
                f"{kept} With your id I keep the small steps you took on, the daily tips you set up, and who you are "
                "where you asked me to. I also keep which lessons each place has seen.",
                f"To have it all deleted, ask the people who run me to “forget” you: one command does it. {reach}",
                "Who you are and how long you have you can delete yourself: press the button, or type “forget me”.",
            )
        case "sees":
            return (
                "In a channel or a group chat everybody there reads what you write to me, as anywhere else. In a "
                "direct message only you and I do.",
                f"{kept} I report nothing about you to your manager or anybody else. Your organisation runs the server "
                "and the chat, and may have rules of its own for what is written there.",
                reach,
            )
        case "person":
            return (
                "I am a program, and there is no person at this end. " + reach,
                "If somebody is in danger, call your emergency number, 999 in the UK. If you are struggling yourself, "
                "say so, and I will show you who can help.",
            )
        case "fault":
            return (
                "I am sorry. I cannot pass messages on, so please tell the people who run me what you typed and what I "
                "answered.",
                reach,
            )


_NO_CONTACT = "I was not told how to reach them. Whoever brought me into this chat will know, or your IT service desk."


def _offer(question: OperatorQuestion) -> tuple[Choice, ...]:
    forget = (Choice(ForgetReader(), "Forget who I am"),) if question == "delete" else ()
    return (*forget, Choice(ShowHelp(), "How to use me"))
