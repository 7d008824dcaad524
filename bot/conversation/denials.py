"""Denials: turns that say what a lesson got wrong, and what it is instead (pure)."""

import re
from dataclasses import dataclass

from bot.conversation.part_requests import asks_for_other_way
from bot.conversation.wording import fold, list_weighty_words

_LEADING = re.compile(
    r"^(?:(?:what(?=\s*[?,!])|eh|huh|no|nope|sorry|ok|okay|yes|well|but|thanks|thx|thank you|hm+|and|oh|right|fine"
    r"|useful|good|honestly|actually|to be fair|all right|sort of|kind of|not really|not quite)\b[\s,.;:!?–—-]*)+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.!?;,:]{1,5}\s|\s[-–—]\s|\s(?=(?:but|its|it's|it’s|they just|we just|i just)\s)", re.IGNORECASE)
_ASKS = re.compile(r"^(?:what|how|who|where|when|why|which|can|could|would|should|do you|is there|and if|if|suppose)\b")
_IS_NOT = re.compile(
    r"\b(?:isnt|arent|wasnt|aint|is not|are not|was not|im not|i am not|its not|thats not|theyre not|we are not|hes not"
    r"|shes not|theres no|there is no|there are no|there isnt)\b"
    r"(?! (?:sure|clear|able|keen|allowed|going|enough|following|convinced|here|available|coming|interested|willing"
    r"|possible|easy|working|in (?:charge|the room|danger)|senior|certain|ready|listening|happy)\b)"
)
_NOBODY = re.compile(
    r"^(?:(?:nobody|no one|noone|none of (?:us|them)) (?:is|are|has|have|was|said|says|disagrees?|mentioned"
    r"|doubts?|asked|called|calls|refused|refuses)\b|(?:nobodys|no ones|noones)\b)"
)
_LACKS = re.compile(
    r"^(?:i|we|they|people|staff|he|she) (?:dont|do not|doesnt|does not|didnt|havent|have not) "
    r"(?:see|mean|want|need|have|disagree|doubt|lack|changed|lost)\b"
)
_KNOWN = re.compile(
    r"^(?:they|we|he|she|i|people|everyone|everybody|staff|all of (?:them|us)|my \w+|the \w+) "
    r"(?:all |already |do |both |fully |really |perfectly well )*"
    r"(?:know|knows|knew|understand|understands|agree|agrees|accept|accepts|have bought|are bought|can see|have the)\b"
)
_GIVEN = re.compile(
    r"\byou(?:ve| have)? (?:already |just )*(?:gave|given|told|said|showed|shown|offered)\b.*\b(?:that|it|this|already"
    r"|twice|before|again)\b"
)
_DONE = re.compile(
    r"\b(?:ive|i have|i|weve|we have|we) (?:have )?(?:already |just )*(?:told|asked|said|explained|shown|showed|raised"
    r"|had|tried|done|did|been|got)\b.*\b(?:twice|already|before|(?:two|three|four|five|many|several|\d+) times"
    r"|last \w+|again and again)\b"
)
_TOLD = re.compile(r"\b(?:told|asked|said|explained|shown|showed|raised)\b")
_OTHER_SIDE = re.compile(
    r"^(?:i am|im|its me|it is me|we are|were) (?:the ones? )?"
    r"(?:who|whos|that|doing|speaking|raising|asking|being|wanting)\b"
    r"|\bi mean(?:t)?$"
    r"|^(?:that|this|it)(?: is|s) (?:more |really )?(?:for|aimed at|meant for|written for|about) "
    r"(?:somebody|someone|people|those|whoever|managers|the (?:other|person|people|receiving))\b"
)
_DROPS = re.compile(
    r"^(?:leave|forget|never mind|nevermind|drop|park|enough (?:of|about)|lets leave|lets park|leaving) "
    r"(?:the|him|her|them|that|it|all|about|my|our|this)\b(?: \w+){0,3}$"
)
# “I'm not missing a meeting”, “I don't have an analyst”, “there is no chair”: what follows cannot be done.
_REFUSES = re.compile(
    r"\b(?:(?:im|i am|were|we are) not(?: going to| gonna| about to)?(?= \w+ing\b| (?:going|gonna|about) to\b)"
    r"|(?:i|we) (?:dont|do not|havent|have not|didnt) (?:really |actually |even )?"
    r"(?:have|got|get|own|run|chair|see|meet|want|do|hold|attend|go)\b"
    r"|(?:i|we) (?:havent|have no|cant|cannot|can not|wont|will not|wouldnt|couldnt|refuse to|arent allowed)\b"
    r"|(?:theres|there is|there are|there isnt|weve|ive) (?:no|not|any)\b|no way (?:im|i am|we are|i)\b)(?P<what>.*)"
)
_PAUSE = re.compile(r"[.,;:?!]+\s")
_SAYS_OF_IT = re.compile(
    r"^ *(?:(?:know|understand|see|think|say|tell|believe|follow|get (?:it|that|this|what|how))\b)"
)
_NEAR_TO_IT = 4  # words of weight behind the refusal
_STEM = 4  # letters by which a word and another form of it begin: “missing”, “miss”
_FEWEST_WORDS = 3  # that say what it is instead


@dataclass(frozen=True, slots=True)
class Denial:
    """What is said instead of what a lesson was about.

    Parameters
    ----------
    wanted
        What it is about, as typed.
    drops
        Whether something else is talked about from here on: “leave the surgeon”.
    """

    wanted: str
    drops: bool = False


def read_denial(text: str) -> Denial | None:
    """Return what a turn says a lesson should have been about; None where it turns nothing down.

    “It isn't the money, it's the trust”, “they know the gain, it's the time”, “I have told him that, twice”.

    Parameters
    ----------
    text
        Normalised.
    """
    bare = _LEADING.sub("", text.strip()) or text.strip()
    first, *rest = _CLAUSE.split(bare, maxsplit=1)
    said, wanted = fold(first), " ".join(rest).strip()
    if not said or _ASKS.match(said):
        return None
    tells = len(wanted.split()) >= _FEWEST_WORDS and bool(list_weighty_words(fold(wanted)))
    if _GIVEN.search(said):
        return Denial(wanted if tells else bare)
    if _DONE.search(fold(bare)) and (asks_for_other_way(bare) or _TOLD.search(said)):
        return Denial(bare)
    if tells and _DROPS.match(said):
        return Denial(wanted, drops=True)
    denies = _IS_NOT.search(said) or _NOBODY.match(said) or _LACKS.match(said) or _KNOWN.match(said)
    if _OTHER_SIDE.match(said) or said == "never mind":
        return Denial(wanted if tells else bare)
    return Denial(wanted) if tells and denies else None


def refuses_something(text: str) -> bool:
    """Return whether a turn says of anything that it cannot or will not be done.

    Parameters
    ----------
    text
        Normalised.
    """
    return any(_REFUSES.search(fold(clause)) for clause in _PAUSE.split(text))


def refuses_step(text: str, step: str) -> bool:
    """Return whether a turn says that the small step before it cannot or will not be done.

    Parameters
    ----------
    text
        Normalised.
    step
        The small step: one of its words of weight stands in what is refused.
    """
    offered = {word[:_STEM] for word in list_weighty_words(fold(step)) if len(word) >= _STEM}
    for found in (one for clause in _PAUSE.split(text) for one in _REFUSES.finditer(fold(clause))):
        if _SAYS_OF_IT.match(found["what"]):
            continue
        refused = [word for word in list_weighty_words(found["what"])[:_NEAR_TO_IT] if len(word) >= _STEM]
        if any(word[:_STEM] in offered for word in refused):
            return True
    return False
