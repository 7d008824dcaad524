"""Introductions: how people say who they are without “I am a …”, read as that sentence (pure)."""

import re

from rapidfuzz.distance import OSA

_GREETED = r"(?:(?:hi|hiya|hello|hey|morning|afternoon|evening)(?: (?:all|there|team|everyone))?[ ,.!]+)?"
# Of what stands before a job, these make it somebody else’s: “the porter here”, “our manager, who …”.
_OTHERS = r"(?:the|our|my|their|your|his|her|no|every|some|any|all|these|those)"
_VERBS = (
    r"(?:is|are|was|were|has|have|had|be|been|came|come|comes|works?|worked|stays?|stood|left|sits?|needs?|keeps?|an?)"
)
_FOR_HOW_LONG = (
    r"(?:,? ?(?:for |of |now |nearly |almost |over |about )*(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|fifteen|twenty|thirty) ?(?:yrs?|years?|months?|mths?)(?: now| in| in post)?)"
)
_END = r"(?=\s*[,.;:!–—-]|\s*$)"
# “Junior doctor here”, “HCA here 14 yrs” and “what can a councillor do?” say who asks as “I’m a …” does.
_HERE = re.compile(
    rf"^{_GREETED}(?!{_OTHERS}\b)(?P<who>(?:(?!{_VERBS}\b)[\w&]+ ){{1,6}})here\b{_FOR_HOW_LONG}?{_END}",
    re.IGNORECASE,
)
_CAN_DO = re.compile(
    r"^(?P<before>(?:(?:ok|so|and|but|then)[ ,]+)*)what (?:can|could|should|would|might|does|do) (?:i |we )?(?:as )?"
    r"(?P<who>an? (?:\w+ ){0,2}?(?:councillor|charity|trainee|student|patient|carer|rep|representative|lay member"
    r"|junior|junior doctor|practice|gp))s? (?P<does>do|say|ask|tell)\b",
    re.IGNORECASE,
)
# A job alone at the beginning: “porter. nobody asks us”, “theatre nurse, lists start late”, “band 5 on nights, …”.
_JOB = (
    r"(?:nurse|(?:ward|night|theatre|senior|junior|charge|clinic) sister|matron|midwife|hca|hcsw|health ?care assistant"
    r"|support worker|care worker|physio(?:therapist)?|ot|occupational therapist|odp|paramedic|pharmacist|radiographer"
    r"|sonographer|dietitian|podiatrist|psychologist|health visitor|consultant|surgeon|an[ae]+sthetist|registrar"
    r"|resident doctor|junior doctor|trainee|apprentice|f[y]?[12]|gp|gp partner|practice manager|receptionist"
    r"|ward clerk|porter|cleaner|domestic|housekeeper|medical secretary|\w+ assistant|ward manager|service manager"
    r"|project manager|volunteer|carer(?: for my \w+)?|social worker|councillor|governor|lay member|patient rep"
    r"|team leader|project officer|commissioner|charity lead|band \d[a-d]?|student (?:nurse|midwife))"
)
_BEFORE_JOB = (
    r"(?:(?:ward|staff|theatre|scrub|district|community|student|specialist|lead|trust|hospital|icu|itu|a&e|ed|gp"
    r"|practice|nhs|care home|medical|surgical|hospice|home|unpaid|family|parish|town|county|newly qualified"
    r"|mental health|learning disability|school|research|palliative|night|bank|agency|charge|locum"
    r"|management|graduate|just an?|only an?|just the|only the|retired|band \d|public|clinic) ){0,2}"
)
_WHERE = (
    r"(?: (?:on|in|at|for|doing|working)(?! (?:our|my|law|opposite|other|another|next|his|her|their|this|that)\b)"
    r" (?:[\w&']+ ){0,4}?[\w&']+)?"
)
_JOB_FIRST = re.compile(
    rf"^{_GREETED}(?P<who>{_BEFORE_JOB}{_JOB})(?={_WHERE}{_FOR_HOW_LONG}?(?:\s*[,.;–—-]|\s*$))", re.IGNORECASE
)
# “How do I run a meeting?” says nothing of who asks.
_NO_QUESTION = "".join(
    rf"(?<!\b{one} )"
    for one in (
        "do",
        "did",
        "can",
        "could",
        "should",
        "would",
        "will",
        "shall",
        "must",
        "might",
        "if",
        "when",
        "how",
        "that",
    )
)
_SERVICE = (
    r"(?:team|ward|unit|service|services|clinic|department|directorate|hub|programme|program|project|theatres?|desk"
    r"|workstream|division|network|care home|care group|collaborative)"
)
_LEADS = re.compile(
    rf"\b{_NO_QUESTION}i (?:(?:also|now|actually|currently) )?(?:(?:lead|manage|head up|head|oversee|look after|run)"
    rf" (?=(?:an?|the|our|my|two|three|both) (?:[\w&]+ ){{0,3}}?{_SERVICE}\b)"
    r"|(?:lead on|head up|am responsible for|am in charge of) (?=[\w&]))",
    re.IGNORECASE,
)
_CHAIRS = re.compile(
    rf"\b{_NO_QUESTION}i (?:(?:also|now|actually|currently) )?(?:co-?)?chair (?:the |our |a |an |my )?"
    r"(?P<what>(?:[\w&]+ ){0,2}?(?P<kind>ppg|patient\w*|carers?|healthwatch|service users?|maternity voices|lay"
    r"|scrutiny|overview|pcn|primary care network|board|committee|trust|icb|partnership))\b",
    re.IGNORECASE,
)
_CHAIR_OF = {
    "scrutiny": "councillor", "overview": "councillor", "pcn": "PCN lead", "primary care network": "PCN lead",
    "board": "board member", "committee": "board member", "trust": "board member", "icb": "board member",
    "partnership": "board member",
}  # fmt: skip
_OFFICE = re.compile(
    r"\b(?:i work|i'?m|i am|we'?re|we are|i do) (?:based )?in (?:the )?(?P<where>finance|hr|(?-i:IT)|estates"
    r"|procurement|comms|communications|payroll|coding|stores|catering|admin|facilities|informatics|medical records"
    r"|pathology|the labs?|a call centre|the call centre)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:i'?m|i am) (?:only |just |also |still )*(?:(?:an?|the) )?(?P<who>(?:\w+ ){0,2}\w+)", re.IGNORECASE
)
_KNOWN = (
    "manager", "administrator", "receptionist", "secretary", "consultant", "registrar", "physiotherapist",
    "occupational", "therapist", "pharmacist", "paramedic", "midwife", "matron", "clinician", "radiographer",
    "dietitian", "psychologist", "healthcare", "assistant", "councillor", "trainee", "apprentice", "student",
    "volunteer", "charity", "representative", "director", "executive", "porter", "cleaner", "governor",
    "commissioner", "surgeon", "doctor", "housekeeper",
)  # fmt: skip
_WORDS_THEMSELVES = frozenset(["trainer", "poster", "managed", "manages", "clarity", "portal"])
_SHORTEST = 6  # letters; of shorter words too many are one slip apart


def read_job_first(text: str) -> str:
    """Return a text in which a job that stands alone in front, or is asked about as one's own, is said with “I’m a”."""
    for pattern in (_HERE, _JOB_FIRST):
        if found := pattern.match(text):
            return f"I'm a {found['who'].strip()}{text[found.end() :]}"
    return _CAN_DO.sub(r"I'm \g<who>. \g<before>what can I \g<does>", text)


def read_leading(text: str) -> str:
    """Return a text in which what somebody leads or chairs is said as who they are: “I’m a manager of …”."""
    if found := _CHAIRS.search(text):
        role = _CHAIR_OF.get(found["kind"].casefold(), "patient representative")
        return f"{text[: found.start()]}I'm a {role}{text[found.end() :]}"
    if found := _OFFICE.search(text):
        return f"{text[: found.start()]}I'm a support worker in {found['where']}{text[found.end() :]}"
    return _LEADS.sub("I'm a manager of ", text, count=1)


def mend_slips(text: str) -> str:
    """Return a text in which a job after “I’m a” is spelt as it is meant, where one slip is all that is wrong."""
    return _SAID.sub(lambda found: " ".join(_mend(word) for word in found[0].split(" ")), text, count=2)


def _mend(word: str) -> str:
    bare = word.casefold()
    if len(bare) < _SHORTEST - 1 or bare.removesuffix("s") in _KNOWN or bare in _WORDS_THEMSELVES:
        return word
    near = (one for one in _KNOWN if len(one) >= _SHORTEST and OSA.distance(bare, one, score_cutoff=1) <= 1)
    return next(near, word)
