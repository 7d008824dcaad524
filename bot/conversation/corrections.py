"""Corrections: “not this but that”, read out of a short turn (pure)."""

import re
from dataclasses import dataclass

from bot.conversation.wording import fold, list_weighty_words

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:no[,.;: ]+)?(?:it'?s |it is |i'?m |this is |that'?s |i do |i did )?(?:not(?! enough| sure"
        r"| many| much| all| every| only| one| a | an | yet| able| possible| just| everyone| knowing| having"
        r"| being)(?: really| so much| about| meant)*|don'?t mean|didn'?t mean)(?: about| the)? "
        r"(?P<rejected>[^,;.–—]{2,60}?)(?:\s*[,;.–—-]+\s*(?:but |rather |more |instead |it'?s |it is "
        r"|i mean |i meant )*(?:about |on )?|\s+but (?:rather |more |about |with |on )*)(?P<wanted>.{2,})$",
        r"^(?P<wanted>.{2,60}?)(?:\s*[,;–—-]+\s*(?:and |but )?(?:not|rather than|instead of|as opposed to)"
        r"|\s+(?:rather than|instead of|as opposed to)) (?:about |with |on "
        r"|the )*(?P<rejected>[^,;.]{2,40})[.!]?$",
        r"^(?:(?:no|sorry)[,.;: ]+)*(?:but )?(?:that'?s |this is |it'?s |that is |it is |that was )?not (?:really "
        r"|quite )?what i (?:asked|meant|said|wanted|mean)(?: for| about)?\s*[.;,:–—-]+\s*(?:but )?"
        r"(?:(?:i |we )(?:\w+ )?(?:asked|meant|said|mean|wanted|was asking|was talking|wanted to know|was after)"
        r"(?: (?:about|for|how|to know))* )?(?:about )?(?P<wanted>.{2,})$",
        r"^(?:(?:no|sorry|but|ok|and)[,.;: ]+)*(?:i (?:asked|was asking|was talking) about|my question (?:is|was) about"
        r"|the question (?:is|was) about) (?P<wanted>.{2,60}?)(?:,? not (?P<rejected>[^,;.]{2,40}))?[.!]?$",
        r"^(?:(?:no|sorry|ok)[,.;: ]+)*(?:(?:have you |do you have )?(?:something|anything|a lesson|one|more)) "
        r"(?:on|about|to do with) (?P<wanted>.{2,60}?)(?: (?:instead|rather|please|then))*[.?!]?$",
        r"^(?:(?:no|sorry|ok)[,.;: ]+)*(?:let'?s |can we |could we )?(?:try |do |talk about |have )?"
        r"(?P<wanted>.{2,40}?) instead(?: please)?[.!?]?$",
        r"^(?:rather than|instead of) (?P<rejected>[^,;.]{2,40})[,;]\s*(?P<wanted>.{2,})$",
        r"^(?:no[,.;: ]+)+(?:i mean(?:t)? |it'?s (?:more )?(?:about )?|more (?:about |like )?"
        r"|i was (?:thinking|talking|asking) (?:of|about) |rather )(?P<wanted>.{2,})$",
        r"^(?:[\w' ]{0,20}[,.;:–—-]+\s*)?(?:but )?(?:make|do|keep) (?:it|one|this) (?:more )?about (?P<wanted>.{2,})$",
        r"^i mean(?:t)? (?P<wanted>.{2,60}?)(?:,? not (?P<rejected>[^,;.]{2,40}))?[.!]?$",
    )
)
_MOST_WORDS = 6  # a longer side is a sentence of a problem, and “not” a part of it
_MOST_WANTED_WORDS = 30


@dataclass(frozen=True, slots=True)
class Correction:
    """What is not meant and what is, as typed.

    Parameters
    ----------
    rejected
        Empty where only what is meant is named.
    adds
        Whether it may be a detail of what was meant before: “I meant without money”.
    """

    rejected: str
    wanted: str
    adds: bool = False


def read_correction(text: str) -> Correction | None:
    """Return what is not meant and what is; None where a turn corrects nothing.

    Parameters
    ----------
    text
        Normalised, without courtesy.
    """
    for pattern in _PATTERNS:
        if found := pattern.match(text.strip()):
            rejected, wanted = (found.groupdict().get("rejected") or "").strip(), found["wanted"].strip()
            if not list_weighty_words(fold(wanted)):  # “more on this please” asks for more
                continue
            if len(rejected.split()) <= _MOST_WORDS and len(wanted.split()) <= _MOST_WANTED_WORDS:
                return Correction(rejected, wanted, adds=not rejected and fold(text).startswith("i mean"))
    return None
