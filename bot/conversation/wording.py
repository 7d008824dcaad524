"""Wording of short turns: texts folded for phrases, courtesy set aside, and the words that carry something."""

import re
from collections.abc import Iterable

_APOSTROPHE = re.compile(r"[’‘'`´]")
_SIGN = re.compile(r"[^\w\s]+|_")
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+|\s+[-–—]\s+")

# Words of which a short turn may consist without saying anything that a problem would be known by.
_LIGHT = frozenset(
    """
    a an the i im ive id ill me my mine myself we weve were well wed us our ours you youre youve youd youll your yours it its itll
    itd this that thats thatd thatll these those they theyre theyve theyll theyd them their he hes hed she shes shed her him his
    one ones thing things stuff is are was be been being am isnt arent wasnt do does did doing done dont doesnt didnt have has had
    having havent hasnt can cant cannot could couldnt would wouldnt should shouldnt will wont might may must shall to of in on for
    with without at by from about into onto as like than and or but so if then though although because not no nor just really
    actually very too quite rather bit little any anything some something someone somebody anyone anybody anywhere somewhere
    everyone everybody people person folk folks there theres here where wheres when who whos whom whose what whats whatever which
    why whys how hows again more most much many other others another else also only even still yet already ever never always
    please ok okay okey right oh ah hm hmm um er yeah yes yep yup aye great good nice brilliant excellent perfect super cool thanks
    thank ta cheers sorry helpful useful interesting lovely fine fair point enough sure certainly maybe perhaps probably possibly
    got get gets getting go going goes gone went come comes coming give gives given gave take takes taken took put let lets see
    look looks seem seems want wants wanted need needs know knows knew think thinks thought mean means meant say says said tell
    tells told ask asks asked show shows make makes made try tries use uses keep start bring work works happen happens happened
    day days today tomorrow tonight morning afternoon week weeks month next now soon later time times monday tuesday wednesday
    thursday friday boss manager team teams colleague colleagues chair director directors staff round up down out off over back
    way ways kind sort lot lots real really simply exactly basically honestly frankly guess hope hear heard feel feels
    lesson lessons advice answer idea ideas tip tips suggestion suggestions bot hi hello hey dear all both either neither none
    first last second third same different anyway anyhow actual whole place places first wow help
    """.split()
)
_GREETING = r"(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening)|morning|afternoon|evening)(?: (?:all|there|team|everyone|again))?"
_THANKS = (
    r"(?:(?:ok|okay|great|brilliant|lovely|right|perfect|super|good|ah|oh|yes|cool|nice|fab)[ ,.!]+)*"
    r"(?:(?:many |lots of |with )?(?:thanks|thank you|thankyou|thx|cheers|ta)"
    r"(?: (?:so much|very much|a lot|a million|a bunch|again|for (?:that|this|your help|the (?:tip|lesson|idea)s?)))*"
    r"|(?:that|this|it)(?:'s| is| was) (?:really |very |so |quite )?(?:helpful|useful|great|good|lovely|brilliant|interesting))"
)
_PRAISE = r"(?:ok|okay|great|brilliant|lovely|right|perfect|super|good|cool|nice|fab|fair enough|got it|understood|makes sense)"
_LINK = r"(?:anyway|anyhow|now|but|and|so|also|by the way|btw|another (?:thing|question)|different (?:thing|question)|next(?: thing)?|well)"
_OPENING = re.compile(
    rf"^(?:(?:{_GREETING}|{_THANKS}|{_PRAISE})(?:\s*[,.!;:–—-]+\s*|\s+(?={_LINK}\b)))+(?:{_LINK}\b[\s,:–—-]*)*", re.IGNORECASE
)
_CLOSING = re.compile(
    rf"(?:^|(?<=[.?!])\s*|\s*[,;)–—-]+\s*)(?:{_THANKS}|kind regards|best wishes|regards)[,.!x\s]*$", re.IGNORECASE
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


def list_weighty_words(folded: str, known: Iterable[str] = ()) -> list[str]:
    """Return the words of a folded text that carry something.

    Parameters
    ----------
    known
        Words that carry nothing here, such as those of the lesson that was just read.
    """
    passed = frozenset(known)
    return [word for word in folded.split() if word not in _LIGHT and word not in passed and not word.isdigit()]
