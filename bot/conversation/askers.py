"""Askers: who somebody says they are, and how long they say they have (pure)."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.conversation.wording import fold, list_weighty_words
from bot.store.readers import Reader

_I_AM = r"(?:i'?m|i am|we'?re|we are|speaking as|asking as|writing as|as (?=an? |the )|i work|i sit|i do)"
_BETWEEN = r"(?:(?:here|only|just|also|as|a|an|the|one|of|your|our|in|on|local|new|newish|mere|humble|simple|senior|lead|senior|at|for|with|from) )*"
# The more special a role, the earlier it is tried: a practice manager is of a practice, a trainee doctor a trainee.
_ROLES: tuple[tuple[str, str], ...] = (
    ("practice", r"gps?|general practi(?:ce|tioner)|practice (?:manager|nurse|partner)|gp (?:partner|surgery|practice)|primary care network|pcn\w*"),
    ("trainee", r"trainees?|graduate trainee|(?:nursing |medical |student )?students?|student nurse|junior doctor|resident doctor|foundation doctor|f[y]?[12]|apprentice|preceptee|newly qualified\w*(?: \w+)?"),
    ("representative", r"lay (?:member|rep\w*|person)|(?:patient|carer|public|service user)s?(?: and \w+)? (?:rep\w*|member|leader|partner|governor|voice|champion)|(?:patient|carer|service user)s?"
                       r"|expert by experience|healthwatch(?: \w+)?|ppg(?: \w+)?|patient participation group"),
    ("councillor", r"(?:county |city |district |borough |town |parish )?councillors?|cllr|elected member|cabinet member|portfolio holder|scrutiny (?:chair|member|committee)"),
    ("council-officer", r"(?:council|local authority) (?:officer|employee|manager|worker|lead|staff)|(?:the |our |my )?(?:council|local authority)|social worker|director of (?:adult|children'?s) (?:social )?(?:care|services)|public health consultant"),
    ("charity", r"(?:small |local |national )?(?:charity|charities)(?: \w+)?|charity (?:worker|manager|trustee)|voluntary (?:sector|organisation)|third sector|vcse?(?: \w+)?|community (?:group|organisation)|social enterprise|hospice|trustee of a charity"),
    ("manager", r"(?:ward|service|programme|program|project|operations|operational|general|team|change|business|unit|department|middle|line|nurse|clinical|deputy|improvement|transformation) (?:manager|lead(?:er)?|support)"
                r"|managers?|team leader|head of \w+|improvement lead|change lead|administrator"),
    ("executive", r"chief exec\w*|ceo|chief \w+ officer|executive(?: director)?|(?:medical|finance|nursing|strategy|operations|hr|people|board) director|director of \w+|director|board member|non[- ]exec\w*|ned|chief nurse|chair(?:man|woman|person)?"),
    ("clinician", r"(?:ward |staff |community |district |specialist |senior |band \d )?nurse|sister|matron|midwife|doctor|consultant(?: \w+)?|surgeon|registrar|physio\w*|pharmacist|(?:occupational |speech )?therapist|paramedic|clinician|radiographer|dietitian|psychologist|health ?care assistant|hca|ahp"),
)  # fmt: skip
_ROLE_READERS = tuple(
    (role, re.compile(rf"\b{_I_AM} ?{_BETWEEN}(?:{names})\b", re.IGNORECASE)) for role, names in _ROLES
)
_COUNTS = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty five": 45, "a few": 5, "a couple of": 5, "couple of": 5,
    "quarter of an hour": 15, "half an hour": 30, "half hour": 30, "an hour": 60, "one hour": 60, "a minute": 5, "a sec": 5,
}  # fmt: skip
_MINUTES = re.compile(
    r"\b(?:(?:i|we)(?:'?ve| have)?(?: only| just)*(?: have| got)?|only|just|in|for|that takes|under|less than|no more than|at most|within)"
    r"(?: got| about| around| only| just| under| maybe| at most| the next| my)* "
    r"(?:(?P<number>\d{1,3})|(?P<word>five|ten|fifteen|twenty|thirty|forty five|a few|a couple of))[ -]?(?:minutes?|mins?)\b(?: or so| only| at most| spare| a week| a day| today| left| break| free)*"
    r"|\b(?:(?:i|we)(?:'?ve| have)?(?: only| just)*(?: have| got)?|only|just|in|for|under|within)(?: got| about| around| only| just)* (?P<hour>quarter of an hour|half an hour|half hour|an hour|one hour)\b(?: or so| only| at most| spare| today)*",
    re.IGNORECASE,
)
_REMEMBER = re.compile(r"\b(?:remember|save|keep|note)\b(?: (?:that|this|it|me|my role|who i am|what i am|for next time|that i'?m|that i am))", re.IGNORECASE)
_FORGET = re.compile(
    r"^(?:please )?(?:can you |could you )?(?:forget|unsave|delete|remove) (?:me|who i am|what i am|my role|my minutes|my job|that i'?m .{2,40}|what you (?:know|remember)(?: about| of) me)[.!]?$",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 1, 240  # minutes


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says of themselves.

    Parameters
    ----------
    reader
        Role and minutes; empty where only a wish to be remembered or forgotten is said.
    alone
        Whether the turn says nothing else.
    wish
        Whether it is to be remembered or forgotten; empty for this thread alone.
    """

    reader: Reader
    alone: bool
    wish: Literal["", "remember", "forget"] = ""


def read_statement(text: str) -> Statement | None:
    """Return what somebody says of themselves; None where they say nothing of it.

    Parameters
    ----------
    text
        Normalised.
    """
    if _FORGET.match(text.strip()):
        return Statement(Reader(), alone=True, wish="forget")
    rest = text
    role = ""
    for name, reader in _ROLE_READERS:
        if found := reader.search(rest):
            role, rest = name, f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    minutes = None
    if found := _MINUTES.search(rest):
        minutes = _read_minutes(found)
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    wish: Literal["", "remember"] = "remember" if _REMEMBER.search(text) else ""
    rest = _REMEMBER.sub(" ", rest) if wish else rest
    alone = not list_weighty_words(fold(rest))
    if not (role or minutes) and not (wish and alone):
        return None
    return Statement(Reader(role, minutes), alone, wish)


def _read_minutes(found: re.Match[str]) -> int:
    if found["number"]:
        return min(max(int(found["number"]), _SHORTEST), _LONGEST)
    return _COUNTS[(found["word"] or found["hour"]).lower()]
