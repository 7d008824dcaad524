"""What was mentioned before: turns that come back to another part of what was told, or to an earlier lesson (pure)."""

import re

from bot.conversation.issues import split_issues
from bot.conversation.wording import fold, list_weighty_words

_LEADING = (
    r"^(?:(?:and|so|ok|okay|but|now|then|also|right|well|what about|how about|tell me about|what of|whats about|back to"
    r"|go back to|going back to|lets go back to|let us go back to|can we go back to|can we talk about|lets talk about"
    r"|help me with|i also asked about|i also mentioned|i also said|i mentioned|i asked about|you missed|you ignored"
    r"|you forgot|you skipped|you havent answered|you didnt answer) )*"
)
_KIND = r"(?:thing|bit|part|one|issue|problem|point|question|stuff|side|story|matter)"
_SAID = (
    r"(?: (?:that )?(?:i|we) (?:\w+ )?(?:mentioned|said|wrote|asked|raised|told you|talked about|brought up"
    r"|had)(?: about)?)"
)
_CLOSING = r"(?: (?:then|please|too|as well|though|earlier|before|at the (?:start|end|beginning)))*$"
_OTHER = re.compile(
    rf"{_LEADING}(?:(?:the|my|our) )?(?:other|second|2nd|rest of it|rest)(?: {_KIND}s?)?{_SAID}?{_CLOSING}"
    rf"|^(?:and |but |so )*(?:there was|i had|i asked|i mentioned) (?:another|a second|two) {_KIND}s?{_SAID}?{_CLOSING}"
)
_NAMED = re.compile(rf"{_LEADING}(?:the|my|our) (?P<what>\w+(?: \w+){{0,3}}?)(?: {_KIND})?(?P<said>{_SAID})?{_CLOSING}")
_BACK_TO = re.compile(
    r"^(?:(?:ok|okay|so|and|now|right|thanks|please|can we|could we|lets|let us|id like to|can you) )*"
    r"(?:go |come |get |take me |going |return )?(?:back )?to (?:the|that|my|your) (?:very )?"
    rf"(?P<what>\w+(?: \w+){{0,3}}?)(?: (?:lesson|theme|topic|{_KIND}))?{_SAID}?{_CLOSING}"
)
_EARLIER = (
    r"(?P<what>(?:what you (?:said|told|gave|showed)(?: me| us)? "
    r"(?:first|earlier|before|at the (?:start|beginning)|about|on)"
    r"|your (?:very )?(?:first|earlier|other|previous)"
    r"|(?:the|that|your) (?:first |earlier |other )?(?:idea|lesson|thing|tip|one|advice|bit|answer|step)"
    r" (?:about|on|with|you (?:gave|said|told|had|showed)|from (?:before|earlier)))\b.*)"
)
_BACK_TO_EARLIER = re.compile(rf"\bback to {_EARLIER}")
_OF_EARLIER = re.compile(rf"^(?:(?:ok|so|and|no|but|i liked?|i prefer(?:red)?) )*{_EARLIER}$")
_TURNS_DOWN = re.compile(r"\b(?:not|isnt|wasnt|doesnt|didnt|wrong|misses|missed)\b")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")  # “IT” is no “it”
_LIGHT_NAMES = frozenset(
    {"first", "last", "previous", "start", "beginning", "original", "same", "lesson", "step", "earlier"}
)
_FEWEST_LETTERS = 3
_SENTENCE = re.compile(r"[.;:?!]+\s+")


def asks_for_other(text: str) -> bool:
    """Return whether a turn asks for the other thing that was told, without naming it.

    Parameters
    ----------
    text
        Normalised.
    """
    return bool(_OTHER.match(fold(text)))


def find_mentioned(text: str, words: str) -> str:
    """Return the clause of what was told before that a short turn comes back to by a word of it; empty for none.

    Parameters
    ----------
    text
        Normalised: “and the savings?”, “the IT thing I mentioned”.
    words
        What was told before.
    """
    found = _NAMED.match(fold(text))
    if found is None or not words:
        return ""
    capitals = set(_CAPITALS.findall(text))
    named = {word for word in list_weighty_words(found["what"]) if len(word) >= _FEWEST_LETTERS}
    for clause in split_issues(words):
        said = fold(clause).split()
        if capitals & set(_CAPITALS.findall(clause)) or (named and all(_is_said(word, said) for word in named)):
            return clause
    return ""


def read_return(text: str) -> str:
    """Return the words by which a turn goes back to a lesson, as “staff” in “back to the staff one”; empty for none.

    Parameters
    ----------
    text
        One clause, normalised.
    """
    folded = fold(text)
    found = _BACK_TO.match(folded)
    if found is None or "to" not in folded.split() or not {"back", "return"} & set(folded.split()):
        return ""
    named = [word for word in list_weighty_words(found["what"]) if word not in _LIGHT_NAMES]
    known = [word for word in found["what"].split() if word in ("staff", "team", "board", "boss", "manager", "chair")]
    return " ".join([*named, *known])


def read_return_to_earlier(text: str) -> tuple[str, str]:
    """Return how a turn describes the earlier lesson to which it goes back, and what it says beside; empty for none.

    “Going back to your first idea, the question and not the plan. What if they say no?”

    Parameters
    ----------
    text
        Normalised.
    """
    sentences = [one for one in _SENTENCE.split(text.strip()) if one]
    for number, sentence in enumerate(sentences[:2]):
        folded = fold(sentence)
        found = _BACK_TO_EARLIER.search(folded)
        if found is None and not _TURNS_DOWN.search(folded):
            found = _OF_EARLIER.match(folded)
        if found:
            return found["what"], " ".join(sentences[number + 1 :])
    return "", ""


def _is_said(word: str, said: list[str]) -> bool:
    stem = word.rstrip("s")
    return any(one == word or one.rstrip("s") == stem for one in said)
