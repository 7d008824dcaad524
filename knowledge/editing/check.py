"""The check of the packs: every problem, in the order in which to read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from knowledge.audience import ANYBODY
from knowledge.editing import depth, due, own_words, prose, sayings, steps
from knowledge.editing.quotes import check_quotes, gather_evidence, is_satire
from knowledge.models import Minimums, Theme
from knowledge.pack_files import PackFiles
from knowledge.packs import OURS, Contents, Pack, read_packs
from knowledge.problems import Problem


@dataclass(frozen=True, slots=True)
class ContentCounts:
    """Numbers of themes, lessons, quotes, nudges and passages."""

    themes: int
    lessons: int
    quotes: int
    nudges: int
    passages: int
    covered: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The problems of the packs, and what the packs hold.

    Parameters
    ----------
    problems
        By file, errors before warnings, then by line.
    """

    contents: Contents
    problems: tuple[Problem, ...]
    counts: ContentCounts

    @property
    def errors(self) -> int:
        """Number of problems that are errors."""
        return sum(problem.severity == "error" for problem in self.problems)


def check_packs(
    packs: Sequence[PackFiles] = (),
    base: Path = OURS,
    sources: Path | None = None,
    today: date | None = None,
) -> CheckResult:
    """Return the problems of our pack and the operators' packs.

    Parameters
    ----------
    packs
        The operators' packs.
    base
        Our own pack.
    sources
        The directory with the whole texts that are quoted; None to go by the fingerprints alone.
    today
        What review dates are compared with; the local date when None.
    """
    contents = read_packs([base, *packs])
    evidence, problems = gather_evidence(contents, sources)
    problems = [*contents.problems, *contents.left_out, *problems, *check_quotes(contents, evidence)]
    on = today or datetime.now(UTC).astimezone().date()
    problems += [*prose.check_prose(contents, on), *due.check_events(contents, on)]
    problems += [*depth.check_depth(contents), *prose.check_groups(contents)]
    problems += [*steps.check_steps(contents), *own_words.check_own_words(contents, evidence)]
    problems += sayings.check_sayings(contents, own_words.index_passages(evidence))
    problems += _check_coverage(contents)
    for pack in contents.packs:
        problems += _check_pack(contents, pack)
    return CheckResult(contents, _sort_problems(problems), count_contents(contents))


def count_contents(contents: Contents) -> ContentCounts:
    """Return the numbers of what the packs hold."""
    lessons = [lesson for _, lesson, _ in contents.list_lessons()]
    return ContentCounts(
        themes=len(contents.themes),
        lessons=len(lessons),
        quotes=len({lesson.quote.text for lesson in lessons if lesson.quote}),
        nudges=sum(len(lesson.nudges) for lesson in lessons),
        passages=len(contents.passages),
        covered=len(contents.passages) - len(_find_uncovered(contents)),
    )


def _sort_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    worst = {problem.file: 1 for problem in problems}
    worst |= {problem.file: 0 for problem in problems if problem.severity == "error"}
    return tuple(
        sorted(
            set(problems),
            key=lambda problem: (worst[problem.file], problem.file, problem.severity, problem.line, problem.what),
        )
    )


def _find_uncovered(contents: Contents) -> list[tuple[str, str]]:
    carried = {
        (theme.id, lesson.quote.source, lesson.quote.passage or "")
        for theme, lesson, _ in contents.list_lessons()
        if lesson.quote
    }
    return [
        key for key, passage in contents.passages.items() if (passage.theme, passage.source, passage.id) not in carried
    ]


def _check_coverage(contents: Contents) -> Iterator[Problem]:
    for source, identity in _find_uncovered(contents):
        passage = contents.passages[source, identity]
        what = f"no lesson in {passage.theme} carries passage {identity} of {source}, which begins “{passage.begins}”"
        origin = contents.find_origin("passage", f"{source}/{identity}")
        yield origin.build_problem((), what, f"Give {passage.theme} a lesson with a quote out of it.")


def _check_pack(contents: Contents, pack: Pack) -> Iterator[Problem]:
    """Yield what a pack promises about itself and does not keep; a pack that promises nothing passes."""
    if pack.origin is None:
        return
    listed: set[str] = set()
    for number, group in enumerate(pack.about.groups):
        for place, identity in enumerate(group.themes):
            at = ("groups", number, "themes", place)
            listed.add(identity)
            if theme := contents.themes.get(identity):
                if theme.group != group.id:
                    mend = f"Write `group: {group.id}` in the theme, or move its line here."
                    yield pack.origin.build_problem(at, f"{identity} says that its group is {theme.group}", mend)
            elif identity not in contents.broken:
                mend = f"Write themes/{identity}.yaml, or delete this line."
                yield pack.origin.build_problem(at, f"there is no theme {identity}", mend)
    for theme in contents.themes.values():
        if theme.pack == pack.about.id and pack.about.minimums:
            yield from _check_minimums(contents, pack.about.minimums, theme)
            if theme.id not in listed:
                mend = f"Add it to its group in {pack.origin.where.rpartition(':')[0]}, where it should be shown."
                origin = contents.find_origin("theme", theme.id)
                yield origin.build_problem((), f"{theme.id} stands in no group's list", mend)


def _check_minimums(contents: Contents, least: Minimums, theme: Theme) -> Iterator[Problem]:
    origin = contents.find_origin("theme", theme.id)
    found = {
        "lessons": (len(theme.lessons), least.lessons),
        "different quotes": (len({lesson.quote.text for lesson in theme.lessons if lesson.quote}), least.quotes),
        # Steps for councillors, trainees and others come only to them, so they do not fill a theme.
        "nudges": (sum(ANYBODY.suits(n.roles) for lesson in theme.lessons for n in lesson.nudges), least.nudges),
    }
    for kind, (has, needs) in found.items():
        if has < needs:
            yield origin.build_problem(("lessons",), f"{theme.id} has {has} {kind}", f"It needs at least {needs}.")
    satire = sum(is_satire(contents.sources, lesson.quote) for lesson in theme.lessons)
    if satire == len(theme.lessons):
        mend = "Add a lesson with a quote that gives advice."
        yield origin.build_problem(("lessons",), f"every quote in {theme.id} is satire", mend)
