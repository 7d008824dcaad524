"""Corrections: “not this but that”, read out of a short turn (pure)."""

import re
from dataclasses import dataclass

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
        r"^(?:rather than|instead of) (?P<rejected>[^,;.]{2,40})[,;]\s*(?P<wanted>.{2,})$",
        r"^(?:no[,.;: ]+)+(?:i mean(?:t)? |it'?s (?:more )?(?:about )?|more (?:about |like )?"
        r"|i was (?:thinking|talking|asking) (?:of|about) |rather )(?P<wanted>.{2,})$",
        r"^i mean(?:t)? (?P<wanted>.{2,60}?)(?:,? not (?P<rejected>[^,;.]{2,40}))?[.!]?$",
    )
)
_MOST_WORDS = 6  # a longer side is a sentence of a problem, and “not” a part of it
_MOST_WANTED_WORDS = 30


@dataclass(frozen=True, slots=True)
class Correction:
    """What is not meant and what is, as typed; `rejected` is empty where only what is meant is named."""

    rejected: str
    wanted: str


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
            if len(rejected.split()) <= _MOST_WORDS and len(wanted.split()) <= _MOST_WANTED_WORDS:
                return Correction(rejected, wanted)
    return None
