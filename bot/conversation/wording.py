"""Wording of short turns: texts folded for phrases, courtesy set aside, and the words that carry something."""

import re
from collections.abc import Iterable

from bot.conversation.phrase_book import load_words

_APOSTROPHE = re.compile(r"[’‘'`´]")
_SIGN = re.compile(r"[^\w\s]+|_")
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+|\s+[-–—]\s+")

_QUOTES = "\"'“”„‟‘’‚‛«»‹›`´′″"
_HYPHEN = re.compile("[‐‑‒–—―−]")
_ASKS = re.compile(
    r"^(?:(?:and|but|so|ok|hi|hello|please|hey) )*(?:how|what|whats|why|where|who|whose|when|which"
    r"|can (?:you|i|we|someone)|could (?:you|i|we)|would (?:you|it)|"
    r"should (?:i|we)|do (?:you|i|we)|does|is (?:it|this|that|there)|are (?:there|you)|any (?:ideas?|advice"
    r"|tips?|suggestions?|thoughts|pointers)|help|tell me|give (?:me|us)|show (?:me|us))\b"
)
_ASKS_WITHIN = re.compile(
    r"\b(?:how|what|where|who|which|why) (?:can|could|should|would|do|does|did|is|are|might|to)\b"
    r"|\b(?:can|could|would|should) (?:you|i|we)\b"
)
_GREETING = (
    r"(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening)|morning|afternoon|evening)(?: (?:all|there|team"
    r"|everyone|again))?"
)
_THANKS = (
    r"(?:(?:ok|okay|great|brilliant|lovely|right|perfect|super|good|ah|oh|yes|cool|nice|fab)[ ,.!]+)*"
    r"(?:(?:many |lots of |with )?(?:thanks|thank you|thankyou|thx|cheers|ta)"
    r"(?: (?:so much|very much|a lot|a million|a bunch|again|for (?:that|this|your help|the (?:tip|lesson|idea)s?)))*"
    r"|(?:that|this|it)(?:'s| is| was) (?:really |very |so |quite )?(?:helpful|useful|great|good|lovely"
    r"|brilliant|interesting))"
)
_PRAISE = (
    r"(?:ok|okay|great|brilliant|lovely|right|perfect|super|good|cool|nice|fab|fair enough|got it|understood"
    r"|makes sense)"
)
_LINK = (
    r"(?:anyway|anyhow|now|but|and|so|also|by the way|btw|another (?:thing|question)|different (?:thing"
    r"|question)|next(?: thing)?|well)"
)
_OPENING = re.compile(
    rf"^(?:(?:{_GREETING}|{_THANKS}|{_PRAISE})(?:\s*[,.!;:–—-]+\s*|\s+(?={_LINK}\b)))+(?:{_LINK}\b[\s,:–—-]*)*",
    re.IGNORECASE,
)
_CLOSING = re.compile(  # repetitions are bounded, so that the time grows with the text and no faster
    r"(?:^|(?<=[.?!])\s{0,9}|\s{0,4}[,;)–—-]{1,8}\s{0,4})"
    rf"(?:{_THANKS}|kind regards|best wishes|regards)[,.!x\s]{{0,40}}$",
    re.IGNORECASE,
)
_ALL_COURTESY = re.compile(rf"^(?:{_GREETING}|{_THANKS}|{_PRAISE}|[\s,.!:)-])+$", re.IGNORECASE)


def fold(text: str) -> str:
    """Return a text in small letters, without signs, apostrophes and double spaces: “It’s OK!” and “its ok” are one."""
    return _SPACE.sub(" ", _SIGN.sub(" ", _APOSTROPHE.sub("", text.casefold()))).strip()


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text; none is empty."""
    return [part for part in (piece.strip() for piece in _SENTENCE.split(text)) if part]


def remove_courtesy(text: str) -> str:
    """Return a text without greeting, thanks and praise at either end; empty where it is nothing else."""
    text = text.strip()
    if _ALL_COURTESY.match(text):
        return ""
    return _CLOSING.sub("", _OPENING.sub("", text, count=1), count=1).strip()


def unwrap(text: str) -> str:
    """Return a text without the quotation marks or the slash around it, as people copy commands: “why” is why."""
    bare = text.strip()
    while len(bare) > 1 and bare[0] in _QUOTES and bare[-1] in _QUOTES:
        bare = bare[1:-1].strip()
    return _HYPHEN.sub("-", bare.removeprefix("/").strip()) or text


def is_question(text: str) -> bool:
    """Return whether a text asks something."""
    return text.rstrip(' !.)"').endswith("?") or bool(_ASKS.match(fold(text)))


def asks_anywhere(text: str) -> bool:
    """Return whether a text asks something anywhere, with or without a question mark."""
    return "?" in text or bool(_ASKS_WITHIN.search(fold(text)))


def list_weighty_words(folded: str, known: Iterable[str] = ()) -> list[str]:
    """Return the words of a folded text that carry something.

    Parameters
    ----------
    known
        Words that carry nothing here, such as those of the lesson that was just read.
    """
    passed, light = frozenset(known), load_words("light_words")
    return [word for word in folded.split() if word not in light and word not in passed and not word.isdigit()]
