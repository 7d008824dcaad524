"""Picks: what a turn says to a question back, read against the titles on offer (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.conversation.phrase_book import load_words
from bot.conversation.wording import fold, list_weighty_words

_NUMBERS = {
    "1": 1, "one": 1, "first": 1, "1st": 1, "top": 1, "former": 1, "a": 1,
    "2": 2, "two": 2, "second": 2, "2nd": 2, "middle": 2, "b": 2,
    "3": 3, "three": 3, "third": 3, "3rd": 3, "c": 3,
    "4": 4, "four": 4, "fourth": 4, "4th": 4,
}  # fmt: skip
_LAST = frozenset({"last", "bottom", "latter", "final"})
_YES = re.compile(
    r"^(?:(?:yes|yep|yeah|yup|ye|y|sure|ok|okay|correct|exactly|right|indeed|absolutely|definitely|aye"
    r"|please|please do|go ahead|of course|"
    r"spot on|thats (?:it|right|the one|correct|what i mean|what i meant)|that one|it is|it does|i do"
    r"|sounds (?:good|right|about right)|"
    r"do it|confirm|confirmed|thats fine|fine|good|great|perfect|thanks|thank you|go on|lets do it"
    r"|that works|works for me) ?)+$"
)
_YES_FIRST = re.compile(
    r"^(?:(?:yes|yep|yeah|yup|exactly|correct|spot on|indeed|absolutely|definitely|precisely"
    r"|that'?s (?:it|right|the one)|that one|ok|okay|sure|right|please|great|good)\b[\s,.;:!–—-]*)+"
    r"(?:(?:and|so|but|then)\b\s*)?",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:its |it is |im afraid |well )?"
    r"(?:no|nope|nah|naw|n|neither|none|not? (?:really|quite|exactly|either|at all|any|one of (?:them|these|those))|"
    r"not (?:that|this|these|those|them|any of (?:them|these|those)|what i (?:mean|meant)|it|right)|wrong"
    r"|all wrong|cancel|dont|leave it|"
    r"never ?mind|neither of (?:them|these|those)|none of (?:these|them|those|the above|it)|no none"
    r"|thats not (?:it|right|what i mean|what i meant)|"
    r"thats wrong|something else|stop|forget it|rather not|better not|no thanks|no thank you|not now)\b"
)
_FLAT_NO = re.compile(
    r"^(?:(?:no|nope|nah|naw|sorry|wrong|all wrong|wrong (?:one|lesson|answer)|not (?:that|this|it|right|those|these)"
    r"|(?:thats|its|that is|it is|this is) (?:wrong|not (?:it|that|right|what i (?:mean|meant|asked)(?: for| about)?))"
    r"|not what i (?:mean|meant|asked)(?: for| about)?|that isnt (?:it|right)|it isnt that)(?: |$))+$"
)
_NOT_NUMBER = re.compile(
    r"^(?:no )?not (?:the )?(?:number |option )?(\w+)(?: one)?(?: (?:but |rather )?(?:the )?(.+))?$"
)
_NEXT = ("one after", "one below", "next one", "next", "other one", "other")
_SIMILAR = 86  # of 100: “listning” against “listening” scores 94
_SHORT = 3  # letters; “the” and “and” in a title name nothing
_FEW_WORDS = 6  # of a clause that picks among others
_MOST_NAMED_WORDS = 7
_FEWEST_TOLD = 2  # words of a gist; one may stand in it by chance
_AGREEING = frozenset({"sounds", "sound", "seems", "nearest", "closest", "near", "close", "best", "fits", "likely"})
# Who corrects themselves means what stands last: “the second, no sorry the third”.
_SAID_FIRST = re.compile(
    r"^.{1,40}?[\s,.;:–—-]+(?:(?:no|oh|oops|sorry|wait|actually|rather|i meant?|make that|or rather|scrap that)\b"
    r"[\s,.;:–—-]*)+(?=\S)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;.!?]\s|\s[-–—]\s|\s(?=but\b)")
_PICKS = re.compile(r"^(?:\d$|.*\b(?:the|number|option) (?:\d|\w+)(?: one)?(?: please| then)?$|\w+ one(?: please)?$)")
_PICKS_AT_LAST = re.compile(
    r"^(?:(?:so|ok|then|well|but|maybe|probably|ill take|ill have|lets try|id say|i think|go for|its) )*"
    r"(?:(?:number|option|no|nr|the) )*(?:\d|one|two|three|four|first|second|third|fourth|last|1st|2nd|3rd|4th)"
    r"(?: one)?(?: please| then| thanks)*$"
)
_A_NUMBER = re.compile(r"^(?:(?:number|option|no|nr|the) )*\d{1,2}(?: please)?$")
_AND_BOTH = re.compile(
    r"^(?:both|all|all of them|all three|either|both of them|first two|1 and 2|one and two|any|any of them"
    r"|all of these)$"
)


@dataclass(frozen=True, slots=True)
class Picked:
    """One of the options, by its position from 0; `also` is the position of a second one, None for none."""

    position: int
    also: int | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A yes and nothing else."""


@dataclass(frozen=True, slots=True)
class Declined:
    """A no; `rest` is what stands behind it, as it was typed, empty for nothing."""

    rest: str = ""


Answer = Picked | Agreed | Declined


def read_answer(text: str, titles: Sequence[str]) -> Answer | None:
    """Return what a turn says to a question back; None where it says something else.

    Parameters
    ----------
    text
        Normalised.
    titles
        The titles on offer, in their order.
    """
    folded = fold(text)
    if not folded:
        return None
    if titles and (meant := _SAID_FIRST.sub("", text, count=1)) != text and meant:
        corrected = _read_number(fold(meant), len(titles)) or _read_title(fold(meant), titles)
        if corrected and corrected.also is None:
            return corrected
    if titles and (found := _read_number(folded, len(titles)) or _read_title(folded, titles)):
        return found
    if _YES.match(folded):
        return Agreed()
    if no := _NO.match(folded):
        return Declined(_cut_no(text, folded, no.end()))
    return None


def read_inner_pick(text: str, titles: Sequence[str]) -> tuple[int, str] | None:
    """Return the position that is picked by one clause of a longer turn, and what else it says; None for no pick.

    The first clause may pick by number (“the first one, but …”), as may the last (“not me, it's my staff. 2”), the
    first and the last by a title, or by part of one where they say no more (“the emotions one”).
    """
    clauses = [one.strip(" ,.;") for one in _CLAUSE.split(text) if one.strip(" ,.;")]
    if len(clauses) < 2 or not titles:
        return None
    first = fold(clauses[0])
    if _PICKS.match(first) and (number := _read_number(first, len(titles))) and number.also is None:
        return number.position, ". ".join(clauses[1:])
    last = fold(clauses[-1])
    if _PICKS_AT_LAST.match(last) and (number := _read_number(last, len(titles))) and number.also is None:
        return number.position, ". ".join(clauses[:-1])
    for place in (0, -1):
        same = [fuzz.ratio(fold(clauses[place]), fold(title)) >= _SIMILAR for title in titles]
        if same.count(True) == 1:
            return same.index(True), ". ".join(clauses[1:] if place == 0 else clauses[:-1])
    for place in (0, -1):
        clause = fold(clauses[place])
        if len(clause.split()) <= _FEW_WORDS and (picked := _read_title(clause, titles)):
            return picked.position, ". ".join(clauses[1:] if place == 0 else clauses[:-1])
    return None


def _read_number(folded: str, count: int) -> Picked | None:
    if _AND_BOTH.match(folded):
        return Picked(0, 1 if count > 1 else None)
    if found := _NOT_NUMBER.match(folded):
        return _read_after_not(found[1], found[2] or "", count)
    around = load_words("around_numbers")
    words = [word for word in folded.split() if word not in around or (word in _NUMBERS and word != "a")]
    if not words and folded.split()[-1:] == ["one"] and "the one" not in folded and len(folded.split()) <= 2:
        words = ["one"]
    meaningful = [word for word in words if word != "one"] or words
    if len(meaningful) != 1:
        return None
    return _position(meaningful[0], count)


def _read_after_not(rejected: str, wanted: str, count: int) -> Picked | None:
    """Return what is left when one of two is declined, or what follows: “not the first, the one after”."""
    without = _position(rejected, count)
    if without is None:
        return None
    if wanted in _NEXT or wanted.removesuffix(" please") in _NEXT:
        following = without.position + 1 if without.position + 1 < count else without.position - 1
        return Picked(following)
    if wanted:
        return _read_number(wanted, count)
    return Picked(1 - without.position) if count == 2 else None


def _position(word: str, count: int) -> Picked | None:
    if word in _LAST:
        return Picked(count - 1)
    number = _NUMBERS.get(word, 0)
    return Picked(number - 1) if 0 < number <= count else None


def is_flat_no(text: str) -> bool:
    """Return whether a turn says no and nothing else, and no thanks with it.

    Parameters
    ----------
    text
        Normalised.
    """
    return bool(_FLAT_NO.match(fold(text)))


def is_number(text: str) -> bool:
    """Return whether a turn is a number and nothing else, or ends with one behind a remark: “I'm fine. 4”.

    Parameters
    ----------
    text
        Normalised.
    """
    clauses = [one for one in _CLAUSE.split(text) if one.strip(" ,.;")]
    return bool(clauses) and bool(_A_NUMBER.match(fold(clauses[-1])))


def read_gist(text: str, gists: Sequence[str]) -> Picked | None:
    """Return the one choice whose title and gist hold every word of weight in a short turn, two at least.

    Parameters
    ----------
    text
        Normalised.
    gists
        What each choice said of itself, in their order.
    """
    folded = fold(text)
    return _read_title(folded, gists) if gists and len(list_weighty_words(folded)) >= _FEWEST_TOLD else None


def _read_title(folded: str, titles: Sequence[str]) -> Picked | None:
    """Return the one title that a short turn names, whole or in part."""
    named = {part for title in titles for part in fold(title).split() if len(part) > _SHORT}
    weighty = set(list_weighty_words(folded))
    words = [word for word in folded.split() if word in named or (word in weighty and word not in _AGREEING)]
    if not words or len(folded.split()) > _MOST_NAMED_WORDS or folded.startswith(("not ", "no ", "nothing ")):
        return None
    scores = [_count_named(words, title) for title in titles]
    best = max(scores)
    if best == len(words) and scores.count(best) == 1:
        return Picked(scores.index(best))
    return None


def _count_named(words: Sequence[str], title: str) -> int:
    parts = fold(title).split()
    return sum(any(_are_alike(word, part) for part in parts) for word in words)


def _are_alike(word: str, part: str) -> bool:
    shorter, longer = sorted((word, part), key=len)
    begins = shorter[:-1] if len(shorter) > 4 else shorter  # “ring” begins “ringing”; “use” begins too much
    return fuzz.ratio(word, part) >= _SIMILAR or (len(shorter) > _SHORT and longer.startswith(begins))


def remove_yes(text: str) -> str:
    """Return what stands behind a yes, as it was typed; empty where the turn is a yes and nothing else.

    Parameters
    ----------
    text
        Normalised.
    """
    found = _YES_FIRST.match(text)
    return text[found.end() :].strip() if found else text


def _cut_no(text: str, folded: str, end: int) -> str:
    """Return what stands behind a no as it was typed, without the words that belong to the no."""
    words = folded[end:].split()
    while words and words[0] in load_words("after_no"):
        words.pop(0)
    if not list_weighty_words(" ".join(words)):
        return ""
    typed = text.split()
    return " ".join(typed[-len(words) :]) if len(words) <= len(typed) else text
