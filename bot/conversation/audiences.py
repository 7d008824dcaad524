"""Audiences: what is said where words or moves of a lesson are for others than the person who asks (pure)."""

from typing import TYPE_CHECKING

from bot.actions import Part
from bot.store.readers import LEADING, WITHOUT_SAY, Reader

if TYPE_CHECKING:
    from knowledge import Lesson, Nudge, Theme

ROLE_NAMES = {
    "manager": "a manager",
    "clinician": "a clinician",
    "executive": "an executive or a board member",
    "council-officer": "a council officer",
    "councillor": "a councillor",
    "charity": "a charity",
    "representative": "a patient, carer or lay representative",
    "trainee": "a trainee",
    "practice": "a general practice",
}
SEATS = {LEADING: "whoever decides", WITHOUT_SAY: "somebody without the final say"}  # where no role is theirs
LEAD = ("manager", "clinician", "executive", LEADING)  # those for whom words and moves were written
_LED = {LEADING: "whoever leads the change", WITHOUT_SAY: "those to whom a change is done"}
_WRITTEN: dict[Part, str] = {"say": "words", "how": "moves"}


def fits(lesson: "Lesson", role: str) -> bool:
    """Return whether words and moves of a lesson are for somebody of a role, or for anybody."""
    seats = lesson.words_for
    if not seats or role in seats:
        return True
    led = role not in (LEADING, "executive") and WITHOUT_SAY in seats  # a manager or a nurse may have no say in it
    return led or (role in LEAD and LEADING in seats)


def _join(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def describe_reader(reader: Reader) -> str:
    """Return whom something is chosen for, in words."""
    named = ROLE_NAMES.get(reader.role) or SEATS.get(reader.role)
    who = f"for {named}" if named else ""
    how_long = f"for {reader.minutes} minutes" if reader.minutes else ""
    return " and ".join(part for part in (who, how_long) if part) or "for everybody"


def find_own_step(theme: "Theme", lesson: "Lesson", role: str, shown: str = "") -> "tuple[Lesson, Nudge] | None":
    """Return a step that names a role, of a lesson or else of another of its theme; None for none.

    Parameters
    ----------
    shown
        Id of a step that was shown and is not wanted again.
    """
    others = (one for one in theme.lessons if one.id != lesson.id)
    return next(
        (
            (one, nudge)
            for one in (lesson, *others)
            for nudge in one.nudges
            if role and role in nudge.roles and nudge.id != shown
        ),
        None,
    )


def describe_whose_words(theme: "Theme", lesson: "Lesson", part: Part, reader: Reader) -> str:
    """Return for whom words or moves of a lesson are, and what is meant for the reader; empty where they are theirs."""
    who = ROLE_NAMES.get(reader.role) or SEATS.get(reader.role)
    if part not in _WRITTEN or who is None or fits(lesson, reader.role):
        return ""
    whose = _join([_LED[seat] if seat in _LED else ROLE_NAMES[seat] for seat in lesson.words_for])
    said = f"These {_WRITTEN[part]} are for {whose}; I have none that were made for {who}."
    step = find_own_step(theme, lesson, reader.role)
    if step is None:
        return f"{said} Take from them what fits you."
    where = "" if step[0].id == lesson.id else f", from “{step[0].title}”"
    return f"{said} The small step that is meant for you{where}: {step[1].text}"


def find_open_step(theme: "Theme", lesson: "Lesson", shown: str) -> "tuple[Lesson, Nudge] | None":
    """Return a step for everybody, of a lesson or else of another of its theme, other than the one that was shown."""
    others = (one for one in theme.lessons if one.id != lesson.id)
    return next(
        ((one, nudge) for one in (lesson, *others) for nudge in one.nudges if not nudge.roles and nudge.id != shown),
        None,
    )


def describe_own_step(reader: Reader, *, own: bool, only: bool = False) -> str:
    """Return why a step was chosen for somebody with little say.

    Parameters
    ----------
    own
        Whether the step names their role.
    only
        Whether it was shown before, and is the only one that does.
    """
    if only:
        return f"This is the only step that I have for {ROLE_NAMES[reader.role]} on this theme."
    if own:
        return f"That was for somebody with more say. I chose this step for {ROLE_NAMES[reader.role]}."
    if reader.role in (*LEAD, *SEATS):
        return "That may need more say than you have; this step is for anybody."
    if reader.role in ROLE_NAMES:
        who = ROLE_NAMES[reader.role]
        return f"That was for somebody with more say. I have no step for {who} here; this one is for anybody."
    return (
        "That may be for somebody with more say; this step is for anybody. Tell me who you are, for instance "
        "“I’m a trainee” or “we’re a charity”, and I choose for you."
    )
