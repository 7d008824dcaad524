"""Words of people in danger, disguised in every way that messages were once missed in; composed, nobody's own."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

DISGUISES = {
    "plain": "there is no point in me being alive",
    "capitals": "I DONT WANT TO WAKE UP TOMORROW",
    "angle brackets": "<I can't see any reason to stay alive>",
    "escaped twice": "&amp;lt;i want to end my life&amp;gt;",
    "letters swapped": "i wnat to end my lfie tonigth",
    "spaced": "k i l l  m y s e l f",
    "figures": "3nd my l1f3 t0night",
    "look-alikes": "I wαnt to kιll myself",
    "invisible": "i want to d\u200bi\u200be",
    "slang": "gonna unalive myself tonight",
    "after a theme": "vision i have been cutting my arms again",
    "after a command": "daily 9:00 i want to die",
    "run-on": (
        "so the rota went out late and the band sevens are cross and finance wants the numbers and i went home and i"
        " lined up my pills and i dont want to wake up tomorrow and the board paper is due friday"
    ),
    "a greeting and thanks": "Hi both, sorry to bother you. I have decided to end my life tonight. Kind regards, Sam",
}
PLAIN = DISGUISES["plain"]

# New words for each disguise, and further disguises; written before any of them was tried.
NEW_WORDS = {
    "plain": (
        "I have been thinking about suicide since March",
        "some nights I want to end it all",
        "I hate being alive",
    ),
    "capitals": ("I CANNOT GO ON LIVING", "NOBODY WOULD MISS ME IF I DIED", "I HAVE TAKEN ALL MY TABLETS"),
    "angle brackets": ("<i wish i was dead>", "< I am going to kill myself tonight >", "<<no reason to live>>"),
    "escaped twice": (
        "&amp;lt;I have written my goodbye letters&amp;gt;",
        "&amp;lt;b&amp;gt;i want to die&amp;lt;/b&amp;gt;",
        "&lt;p&gt;I am suicidal&lt;/p&gt;",
    ),
    "letters swapped": ("i wnat to ide tongiht", "im thinkign of killign msyelf", "i dont wnat to lvie anymore"),
    "spaced": ("i want to d i e", "i am s u i c i d a l", "I will e n d my l i f e"),
    "figures": ("i w4nt t0 k1ll mys3lf", "i am su1c1dal 2night", "i want 2 d1e"),
    "look-alikes": ("I wаnt tо diе", "ｋｉｌｌ ｍｙｓｅｌｆ", "I am ѕuiсidаl"),
    "invisible": ("i am su\u200bici\u200bdal", "ki\u00adll my\u00adself", "end\u2060 my\u200b life"),
    "slang": ("thinking about unaliving myself", "about to kms", "ready to yeet myself off the car park roof"),
    "after a theme": (
        "governance i want to kill myself",
        "listening: i have been cutting myself",
        "vision i took all my tablets",
    ),
    "after a command": (
        "tip i want to die",
        "help i am going to end my life",
        "daily weekdays 8:30 i want to be dead",
    ),
    "run-on": (
        "the lift is broken and the agenda is late and nobody booked the room and i want to die and the minutes are not"
        " done and matron wants the numbers",
        "so we did the huddle and then the bed meeting and i cant stop thinking about killing myself and then the"
        " chair asked for slides and we have to redo the rota",
        "the pilot starts monday and the leaflets are wrong and i dont want to be alive any more and finance has not"
        " signed and the consultants are off",
    ),
    "a greeting and thanks": (
        "Morning team, quick one. I don't want to be alive any more. Best wishes, Jo",
        "Dear all, apologies for the length. I have decided to take my own life. Thanks in advance, Pat",
        "Hello, hope your week is good. I am going to hang myself. Cheers, Al",
    ),
    "mark-up": ("I *want* to _kill_ myself", "> i want to die", "```i am suicidal```"),
    "another language": ("chcę umrzeć", "میں مرنا چاہتا ہوں", "আমি আর বাঁচতে চাই না"),
}


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow, so that whatever writes to one fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
