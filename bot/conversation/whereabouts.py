"""Where somebody says they are: whether a message tells that its writer is outside the UK (pure).

Names of countries are those of the time zone database. Only what writers say of themselves counts; a country that is
merely mentioned ("how they do it in New Zealand", "my brother in India") changes nothing.
"""

import re
from functools import cache
from importlib import resources
from typing import Literal

from intents.safety import fold

# The emergency number of these is that of the UK.
_LIKE_THE_UK = frozenset(["GB", "GG", "IM", "JE"])
_ALSO = (
    "the us", "the usa", "usa", "america", "the states", "the united states", "holland", "the netherlands", "korea",
    "dubai", "abu dhabi", "the uae", "the emirates", "hong kong", "the philippines", "the bahamas", "the gambia",
    "the republic of ireland", "dublin", "cork", "galway", "aotearoa", "europe", "africa", "asia", "sydney",
    "melbourne", "auckland", "toronto", "new york", "delhi", "mumbai", "lagos", "sao paulo", "rio",
    "burma", "ivory coast", "turkey",
)  # fmt: skip
_IRISH = frozenset(["ireland", "the republic of ireland", "dublin", "cork", "galway"])  # numbers of Ireland are known
_FIRST_PERSON = (
    r"(?:\b(?:i m|i am|im|we re|we are)(?: \w+){0,3}? in"
    r"|\b(?:i|we) (?:live|work|am based|study)(?: \w+){0,2}? in"
    r"|\b(?:here|out here|over here|down here|back home) in"
    r"|\b(?:calling|writing|typing|working|speaking|messaging) from)"
)


def find_whereabouts(text: str) -> Literal["Ireland", "abroad"] | None:
    """Return where outside the UK the writer of a message in plain text says that they are; None where not.

    Examples
    --------
    >>> find_whereabouts("I'm in New Zealand and I want to die")
    'abroad'
    >>> find_whereabouts("I live in Dublin")
    'Ireland'
    >>> find_whereabouts("how do they do it in New Zealand")
    """
    found = _compile_pattern().search(" ".join(re.findall(r"[^\W_]+", fold(text.replace("’", "'")))))
    if found is None:
        return None
    return "Ireland" if found[1] in _IRISH else "abroad"


@cache
def _compile_pattern() -> re.Pattern[str]:
    lines = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    listed = (re.sub(r" *\(.*?\)", "", name) for code, name in rows if code not in _LIKE_THE_UK)
    names = {" ".join(re.findall(r"[^\W_]+", fold(name))) for name in listed} | set(_ALSO)
    some = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    # “in Jordan's team” and “in Chad's office” name people, and an apostrophe was folded into a space.
    return re.compile(rf"{_FIRST_PERSON} ({some})(?! s\b)\b")
