"""What a tip of a place is on its day: a small step, a story or the question what happened; and its themes. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Literal

from bot.actions import TookStep
from bot.message import Choice, TextReply
from bot.store.promises import StepsTaken

if TYPE_CHECKING:
    from knowledge import Knowledge, Lesson, Nudge, Selection

Moment = Literal["tip", "step", "story", "question"]
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class PlannedTip:
    """What a place shall get on a local date.

    Parameters
    ----------
    themes
        Ids to choose from; empty for every theme.
    held
        The theme that the place stays with; None for none.
    progress
        Whether a question says how many small steps were taken in the place.
    """

    day: date
    moment: Moment = "tip"
    themes: tuple[str, ...] = ()
    held: str | None = None
    progress: bool = False


def choose_planned(knowledge: "Knowledge", planned: PlannedTip, seen: Sequence[str], seed: int) -> "Selection":
    """Return the lesson of a tip: of the theme that is held, of the season's, or of those that the place has chosen.

    A theme that is held ends early rather than be repeated.
    """
    calm = any(season.calm and season.includes(planned.day) for season in knowledge.seasons)
    themes = _find_themes(knowledge, planned, seen)
    if planned.moment == "story":
        return _choose_story(knowledge, planned, themes, seen, seed, calm=calm)
    first = knowledge.choose_tip(seen, planned.day, themes, seed)
    if _suits(planned.day, calm, first.lesson, first.nudge):
        return first  # nearly always, and in a third of the time
    return knowledge.choose_tip(seen, planned.day, themes, seed, fits=partial(_suits, planned.day, calm))


def _choose_story(
    knowledge: "Knowledge",
    planned: PlannedTip,
    themes: tuple[str, ...],
    seen: Sequence[str],
    seed: int,
    *,
    calm: bool,
) -> "Selection":
    """Return a lesson with a place that was not told of here; where all were, one without, for its small step."""
    shown = {found[1].id for one in seen if (found := knowledge.find_nudge(one))}
    pool = [knowledge.themes[name] for name in themes or knowledge.themes if name in knowledge.themes]
    untold = any(lesson.place and lesson.id not in shown for theme in pool for lesson in theme.lessons)

    def fits(lesson: "Lesson", nudge: "Nudge") -> bool:
        tells = lesson.place is not None
        wanted = tells and lesson.id not in shown if untold else not tells
        return wanted and _suits(planned.day, calm, lesson, nudge)

    return knowledge.choose_tip(seen, planned.day, themes, seed, fits=fits)


def choose_days(knowledge: "Knowledge", days: Sequence[date], themes: Sequence[str] = ()) -> "list[Selection]":
    """Return the tips of a place that has seen nothing and gets one on each of these days, in order."""
    seen: list[str] = []
    chosen = []
    for day in sorted(days):
        selection = choose_planned(knowledge, PlannedTip(day, themes=tuple(themes)), seen, 0)
        seen.append(selection.nudge.id)
        chosen.append(selection)
    return chosen


def ask_what_happened(answer: str, nudge: str, taken: StepsTaken | None = None) -> TextReply:
    """Return the question of a Friday, with buttons that count steps taken.

    Parameters
    ----------
    taken
        Steps done in the place this month; None where it has not asked to see them.
    """
    progress = () if taken is None else (f"Small steps taken here this month: {taken.total}.{_name_takers(taken)}",)
    return TextReply(
        "promise",
        (
            f"What happened this week? The small step was: {nudge}",
            *progress,
            "Press one. I count the presses and keep no names."
            if taken is None
            else "Press one. I count the presses, and name nobody who has not said so.",
        ),
        choices=(
            Choice(TookStep(answer, "done"), "I did it"),
            Choice(TookStep(answer, "not-yet"), "Not yet"),
            Choice(TookStep(answer, "not-for-me"), "Not for me"),
        ),
    )


def _name_takers(taken: StepsTaken) -> str:
    """Return those who let the place know that they took a step, as a sentence; empty without one."""
    names = list(dict.fromkeys(taken.named))
    return f" You may know of: {', '.join(names)}." if names else ""


def _find_themes(knowledge: "Knowledge", planned: PlannedTip, seen: Sequence[str]) -> tuple[str, ...]:
    if planned.held and _has_unseen(knowledge, (planned.held,), seen):
        return (planned.held,)
    opens_week = planned.moment == "step" or (planned.moment == "tip" and planned.day.weekday() == _MONDAY)
    if planned.themes or planned.held or not opens_week:
        return planned.themes
    for season in knowledge.seasons:
        if season.themes and season.includes(planned.day) and _has_unseen(knowledge, season.themes, seen):
            return season.themes
    return ()


def _has_unseen(knowledge: "Knowledge", themes: Collection[str], seen: Sequence[str]) -> bool:
    shown = {knowledge.resolve_nudge(one) for one in seen}
    own = (knowledge.themes[name] for name in themes if name in knowledge.themes)
    return any(nudge.id not in shown for theme in own for lesson in theme.lessons for nudge in lesson.nudges)


def _suits(day: date, calm: bool, lesson: "Lesson", nudge: "Nudge") -> bool:
    from knowledge.seasons import suits_day

    return suits_day(lesson, nudge, day, calm=calm)
