"""Requests about the monthly digest, typed or in free words. Pure.

A sentence is taken for a request only where each of its words has its place, so that a sentence about somebody's
monthly report to a board is none.
"""

import re
from dataclasses import dataclass

from bot.actions import BareCommand
from bot.subscriptions.words import normalise

SHOW, START, STOP = BareCommand("digest"), BareCommand("digest on"), BareCommand("digest off")
DIGEST_COMMANDS = (SHOW, START, STOP)
_TYPED = {
    "digest": SHOW,
    "digest status": SHOW,
    "monthly digest": SHOW,
    "digest on": START,
    "digest start": START,
    "monthly digest on": START,
    "digest off": STOP,
    "digest stop": STOP,
    "digest end": STOP,
    "monthly digest off": STOP,
}
_MONTHLY = re.compile(r"\bmonthly\b|\b(?:each|every|a|per) month\b")
_COUNTS = re.compile(r"\b(?:digests?|summary|round-?up|round up|figures|numbers|counts|totals?)\b")
_STOPS = re.compile(r"\b(?:stop|off|cancel|end|remove|without|unsubscribe|no more|no longer)\b|\b(?:do not|don'?t)\b")
_STARTS = re.compile(
    r"\b(?:send|post|give|get|have|want|like|love|need|set|start|begin|turn|switch|on|bring|add|please|could|can|may)\b"
)
_ASKS = re.compile(r"^(?:when|is|are|do|does|what|how|which)\b|\bnext\b|\bstatus\b")
_KNOWN = frozenset(
    """
    a about again all an and any anymore are as ask asked at back be begin beginning being bring by can cancel
    channel chat come comes coming could counts day digest digests do does done don dont don't each end every
    figures first for from get getting give has have hello here hey hi how i i'd i'll id in into is it it's its
    just kindly like longer love many may me month monthly months more most much my need new next no not now
    numbers of off old on once one our out per please post remove round roundup round-up send set show small some
    start status step steps still stop subscribe summary switch taken team team's tell thank thanks that the their
    there these this those to told total totals turn unsubscribe up us want was we we'd we'll were what when which
    who will with without working would you your add
    """.split()  # noqa: SIM905 (read as text)
)


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What somebody asks of the digest.

    Parameters
    ----------
    typed
        Whether it is a command, and not a sentence that is read back first.
    """

    command: BareCommand
    typed: bool


def read_digest_request(text: str) -> DigestRequest | None:
    """Return what a text asks of the digest; None where it is about something else."""
    words = " ".join(normalise(text).replace("’", "'").split()).strip(" .!?")
    if command := _TYPED.get(words):
        return DigestRequest(command, typed=True)
    if not _names_digest(words) or any(word not in _KNOWN for word in re.findall(r"[\w'-]+", words)):
        return None
    if _STOPS.search(words):
        return DigestRequest(STOP, typed=False)
    if _ASKS.search(words):
        return DigestRequest(SHOW, typed=False)
    return DigestRequest(START, typed=False) if _STARTS.search(words) else None


def _names_digest(words: str) -> bool:
    return "digest" in words or bool(_MONTHLY.search(words) and _COUNTS.search(words))
