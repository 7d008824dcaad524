"""Questions about the bot's keeper and what is kept: who runs it, who sees what is typed, how it is deleted (pure)."""

import re
from collections.abc import Sequence
from typing import Literal

from bot.actions import ForgetReader, ShowHelp
from bot.conversation.wording import fold
from bot.message import Choice, TextReply

OperatorQuestion = Literal["runs", "delete", "sees", "person", "fault"]

_YOU = r"(?:you|this bot|the bot|this thing|this service|this tool|this app|small steps|it)"
_QUESTIONS: tuple[tuple[OperatorQuestion, str], ...] = (
    ("delete", r"\b(?:delete|erase|remove|wipe|destroy|get rid of|clear)(?: all)?(?: of)? (?:my|our|the|everything|all|what)(?: \w+)* ?(?:data|history|messages|information|records?|details|account|about me|(?:you|i) (?:know|have|hold|keep|stored?|said|wrote|typed)(?: \w+)*|from here)\b"
               r"|\bdelete (?:me|everything|my data)\b|\bforget (?:me|everything|all (?:of )?(?:it|this|that)|what i (?:said|wrote|typed))\b|\bright to be forgotten\b|\b(?:gdpr|subject access)\b"
               r"|\bwhat (?:data |information |details )?(?:do|have|did|does) (?:you|it|this) (?:keep|kept|store|stored?|hold|know|record|remember|collect|save|saved)(?: about| of| on)? ?(?:me|us|what i say|this)?\b|^my (?:personal )?data$"),
    ("sees", r"^(?:so |and |but |hang on |wait )*(?:can|could|will|would|does|do|is|are|who|has|might)\b.*\b(?:see|sees|read|reads|access|view|look at|find out|know|told|spy|snoop|track)\b.*\b(?:this|that|it|these|here|what (?:i|we)|my (?:messages?|questions?|chats?)|i (?:asked|said|wrote|typed)|ive|about this)\b"
             r"|^who (?:else )?(?:can |could |will |gets to )?(?:see|sees|read|reads) (?:this|it|what (?:i|we)|my|these|our)\b|^(?:is|are|will) (?:this|it|that|my \w+|these \w+|what i \w+)(?: \w+)? (?:private|confidential|anonymous|secret|recorded|monitored|logged|stored|tracked|shared|read|being \w+|kept)\b"
             r"|\b(?:is|are) (?:anyone|anybody|someone|my manager|my boss|hr|it) (?:reading|watching|listening|seeing|monitoring)\b"),
    ("person", r"^(?:please |ok |hi |hello |no )*(?:can|could|may|how (?:can|do|could)|is there|id like|i would like|i want|i need|let me|id rather|id prefer|are there|put|get|connect)\b(?: \w+){0,6} (?:speak|talk|chat|get through|put (?:me )?through|be put through|connect(?:ed)?|a) ?(?:me )?(?:to |with |through to )?(?:a |an |some |any )?(?:real |actual |live |proper |human )*(?:human|person|somebody|someone|anyone|anybody|being|adviser|advisor|operator|agent|people|member of staff)(?: (?:about this|instead|please|there|here|at your end|real|who can help|directly|in person|behind this))*$"
               r"|^(?:human|real person|speak to (?:a )?(?:human|someone|somebody|person)|talk to (?:a )?(?:human|someone|somebody|person)|contact(?: details)?|phone number|whats your (?:phone|number|email)|how do i (?:contact|reach|get hold of) (?:you|someone|somebody|the team))$"),
    ("runs", rf"\bwho(?:s| is| are)? (?:runs?|running|made|makes|built|owns?|maintains?|operates?|looks? after|behind|responsible for|in charge of|created|wrote|programmed|pays for|developed|hosts?) {_YOU}\b|\bwho do you (?:work for|belong to|report to|answer to)\b|\bwhose (?:bot|idea|tool|project) (?:is|are|was) (?:this|you|it)\b|\bwho (?:is your|are your) (?:owner|maker|operator|boss|developers?)\b|\bwho can i contact about (?:you|this)\b"),
    ("fault", rf"\b(?:something|anything|whats|what is|theres something|there is something)(?: is| has gone| seems| went)? (?:wrong|off|broken|amiss) with {_YOU}\b|\b(?:report|found|theres|there is|ive found|spotted|raise|log)(?: an?| another)? (?:bug|fault|glitch|error|problem with (?:you|the bot|this bot)|mistake in (?:you|the bot|a lesson|this lesson|the lesson))\b"
              rf"|\b{_YOU}(?:re| are| is| has| have)? ?(?:broken|crashed|frozen|buggy|malfunctioning|not working|stopped working|keeps? (?:crashing|repeating)|on the blink)\b|\byoure (?:broken|not working|stuck|down|faulty|buggy)\b|\b(?:complain|complaint|feedback) about (?:you|the bot|this bot)\b|^(?:report a )?bug$"),
)  # fmt: skip
_READERS = tuple((question, re.compile(pattern)) for question, pattern in _QUESTIONS)
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
    return next((question for question, reader in _READERS if reader.search(folded)), None)


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
            return (f"{who} I am a program; all that I say was written and checked beforehand.", reach)
        case "delete":
            return (
                f"{kept} With your id I keep the small steps you took on, the daily tips you set up, and who you are "
                "where you asked me to. I also keep which lessons each place has seen.",
                f"To have it all deleted, ask the people who run me to “forget” you: one command does it. {reach}",
                "Who you are and how long you have you can delete yourself: press the button, or type “forget me”.",
            )
        case "sees":
            return (
                "In a channel or a group chat everybody there reads what you write to me, as anywhere else. In a direct "
                "message only you and I do.",
                f"{kept} I report nothing about you to your manager or anybody else. Your organisation runs the server and "
                "the chat, and may have rules of its own for what is written there.",
                reach,
            )
        case "person":
            return (
                "I am a program, and nobody reads along here. " + reach,
                "If somebody is in danger, call your emergency number, 999 in the UK. If you are struggling yourself, say so, and I will show you who can "
                "help.",
            )
        case "fault":
            return (
                "I am sorry. I cannot pass messages on, so please tell the people who run me what you typed and what I "
                "answered.",
                reach,
            )


_NO_CONTACT = (
    "They have not told me how you can reach them; whoever brought me into this chat, or your IT service desk, will know."
)


def _offer(question: OperatorQuestion) -> tuple[Choice, ...]:
    forget = (Choice(ForgetReader(), "Forget who I am"),) if question == "delete" else ()
    return (*forget, Choice(ShowHelp(), "How to use me"))
