"""The check of a pack that is being written, beside the others: what `check` says, of this pack alone and at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from knowledge.editing import depth, due, own_words, prose, steps
from knowledge.editing.quotes import check_quotes, gather_evidence
from knowledge.pack_files import PackFiles, TextPack
from knowledge.packs import OURS, Contents, read_packs
from knowledge.problems import Problem


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """What is wrong with a pack that is being written.

    Parameters
    ----------
    refused
        What the bot does not take: nothing of the pack can be published until it is mended.
    advice
        What else `knowledge check` says of it.
    """

    refused: tuple[Problem, ...]
    advice: tuple[Problem, ...]


def check_draft(
    packs: Sequence[PackFiles], draft: TextPack, today: date, base: Path = OURS, *, repeats: bool = False
) -> DraftCheck:
    """Return the problems of a pack beside the packs that it will stand with.

    Parameters
    ----------
    packs
        The operators' other packs.
    repeats
        Whether lessons that say the same are looked for as well, which takes half a second.
    """
    contents = read_packs([base, *packs, draft])
    if contents.problems:
        mine = [problem for problem in contents.problems if _is_in(draft, problem)]
        # What it breaks in another pack, such as an id that is taken twice, is told where the other stands.
        return DraftCheck(tuple(mine or contents.problems), ())
    found = [problem for problem in _find_advice(_keep_own(contents, draft), today, repeats) if _is_in(draft, problem)]
    return DraftCheck((), tuple(dict.fromkeys(found)))


def can_measure_reading_age() -> bool:
    """Return whether what measures it is installed; it comes with the tools for editors alone."""
    return find_spec("textstat") is not None and find_spec("pyphen") is not None


def _find_advice(own: Contents, today: date, repeats: bool) -> list[Problem]:
    evidence, problems = gather_evidence(own, None)
    # That nobody can check a quote of an organisation's own source is no advice to whoever has just copied it out.
    quotes = [problem for problem in check_quotes(own, evidence) if problem.severity == "error"]
    found = [*own.left_out, *problems, *quotes, *due.check_events(own, today)]
    found += prose.check_prose(own, today, reading_age=can_measure_reading_age(), repeats=repeats)
    found += [*depth.check_depth(own), *prose.check_groups(own)]
    return [*found, *steps.check_steps(own), *own_words.check_own_words(own, evidence)]


def _keep_own(contents: Contents, draft: TextPack) -> Contents:
    """Return the contents with the themes of one pack alone, and with its own lessons of others' themes."""
    root = Path(draft.name)
    themes = {}
    for theme in contents.themes.values():
        lessons = [
            lesson
            for lesson in theme.lessons
            if root in contents.find_origin("lesson", lesson.id).document.path.parents
        ]
        if lessons:
            themes[theme.id] = theme.model_copy(update={"lessons": tuple(lessons)})
    extensions = [one for one in contents.extensions if root in one[1].document.path.parents]
    return replace(contents, themes=themes, extensions=extensions)


def _is_in(draft: TextPack, problem: Problem) -> bool:
    return problem.file.startswith(f"{draft.name}/")
