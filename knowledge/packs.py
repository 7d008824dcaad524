"""The packs: reading each one and joining them.

Ours comes first, then the operators' in the order of the setting. A pack only ever adds: its lessons stand
after those already there, its signposts likewise. Nothing is overridden; what two packs both claim is an
error that names both places.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from knowledge.lesson_fields import DatedNote, LessonQuote
from knowledge.loader import Document, Location, validate_document
from knowledge.models import (
    DepthFile,
    Event,
    ExtensionFile,
    GroupEntry,
    KnowledgeGroup,
    Lesson,
    PackFile,
    Passage,
    PassagesFile,
    Saying,
    SayingsFile,
    SignpostEntry,
    SignpostsFile,
    Source,
    SourcesFile,
    Term,
    TermsFile,
    Theme,
    ThemeFile,
)
from knowledge.pack_files import PackFiles, TextPack, find_root, list_files, read_file
from knowledge.problems import KnowledgeError, Problem, Severity, format_path
from knowledge.seasons import DatesFile, Season

_PACK_FILES = ("pack.yaml", "sources.yaml", "passages.yaml", "signposts.yaml", "terms.yaml", "dates.yaml")
OURS = Path(__file__).parent / "packs" / "nhs-transformation"

FileModel = TypeVar("FileModel", bound=BaseModel)
PassageKey = tuple[str, str]  # source id, passage id


@dataclass(frozen=True, slots=True)
class ContentOrigin:
    """The document and location where a theme, lesson, source, group or passage is written."""

    document: Document
    at: Location = ()

    def build_problem(self, at: Location, what: str, mend: str, severity: Severity = "error") -> Problem:
        """Return a problem at or under this location."""
        return self.document.build_problem((*self.at, *at), what, mend, severity)

    @property
    def where(self) -> str:
        """File and line, as file:line."""
        return f"{format_path(self.document.path)}:{self.document.find_line(self.at)}"


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack, and what its pack.yaml says."""

    root: Path
    about: PackFile
    origin: ContentOrigin | None


@dataclass(slots=True)
class Contents:
    """Everything that was read, with its origins and problems.

    What has an error is left out, so that the rest can still be checked; `Knowledge.load` accepts no errors.
    """

    packs: list[Pack] = field(default_factory=list)
    groups: dict[str, GroupEntry] = field(default_factory=dict)
    renamed_groups: dict[str, str] = field(default_factory=dict)  # an older id, and the group's id today
    themes: dict[str, Theme] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    passages: dict[PassageKey, Passage] = field(default_factory=dict)
    signposts: dict[str, tuple[SignpostEntry, ...]] = field(default_factory=dict)
    terms: list[tuple[Term, ContentOrigin]] = field(default_factory=list)
    sayings: list[tuple[Saying, ContentOrigin]] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    seasons: dict[str, Season] = field(default_factory=dict)
    extensions: list[tuple[ExtensionFile, ContentOrigin]] = field(default_factory=list)
    origins: dict[tuple[str, str], ContentOrigin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(
        default_factory=list
    )  # depth, terms and sayings without their lesson: no reason not to start
    broken: set[str] = field(default_factory=set)  # stems of theme files that could not be read

    def find_origin(self, kind: str, identity: str) -> ContentOrigin:
        """Return where a theme, lesson, source, group or passage is written."""
        return self.origins[kind, identity]

    def find_part_origin(self, lesson_id: str, part: str) -> ContentOrigin:
        """Return where a part of a lesson's depth is written: in the lesson itself, or in a file of depth."""
        return self.origins.get(("part", f"{lesson_id}/{part}"), self.origins["lesson", lesson_id])

    def list_lessons(self) -> Iterator[tuple[Theme, Lesson, ContentOrigin]]:
        """Yield every lesson with its theme and its origin."""
        for theme in self.themes.values():
            for lesson in theme.lessons:
                yield theme, lesson, self.origins["lesson", lesson.id]

    def list_quotes(self) -> Iterator[tuple[LessonQuote, ContentOrigin]]:
        """Yield every quote, those of places among them, with the origin of what holds it."""
        for _, lesson, origin in self.list_lessons():
            if lesson.quote:
                yield lesson.quote, origin
            if lesson.place:
                where = self.find_part_origin(lesson.id, "place")
                yield lesson.place.quote, replace(where, at=(*where.at, "place"))

    def list_notes(self) -> Iterator[tuple[DatedNote, ContentOrigin]]:
        """Yield every dated note with its own origin."""
        for _, lesson, origin in self.list_lessons():
            if lesson.note:
                yield lesson.note, replace(origin, at=(*origin.at, "today"))
        for source in self.sources.values():
            if source.dated_note:
                origin = self.find_origin("source", source.id)
                yield source.dated_note, replace(origin, at=(*origin.at, "note"))
        for term, origin in self.terms:
            if term.note:
                yield term.note, replace(origin, at=(*origin.at, "note"))

    def group_themes(self) -> tuple[KnowledgeGroup, ...]:
        """Return the groups with their themes: those listed in pack.yaml first, in that order, then the others."""
        return tuple(KnowledgeGroup(entry.id, entry.title, self._list_members(entry)) for entry in self.groups.values())

    def _list_members(self, entry: GroupEntry) -> tuple[Theme, ...]:
        members = [theme for theme in self.themes.values() if theme.group == entry.id]
        order = {identity: number for number, identity in enumerate(entry.themes)}
        return tuple(sorted(members, key=lambda theme: order.get(theme.id, len(order))))


def read_packs(packs: Sequence[PackFiles]) -> Contents:
    """Return the contents of all packs, joined.

    Parameters
    ----------
    packs
        Directories and texts, ours first.

    Returns
    -------
    Contents
        What could be read. It never raises: what is wrong stands in its `problems`.
    """
    contents = Contents()
    documents: list[tuple[Pack, Document]] = []
    depths: list[Document] = []
    for files in packs:
        if pack := _read_pack(contents, files):
            contents.packs.append(pack)
            documents += [(pack, document) for document in _read_documents(contents, files, "themes")]
            depths += _read_documents(contents, files, "depth")
            for document in _read_documents(contents, files, "sayings"):
                _add_sayings(contents, document)
    # Every new theme is known before any pack adds lessons to it, so the order of packs does not matter for that.
    for pack, document in documents:
        if not _is_extension(document):
            _add_theme(contents, pack, document)
    for _, document in documents:
        if _is_extension(document):
            _extend_theme(contents, document)
    for document in depths:
        _deepen_theme(contents, document)
    contents.problems += _find_missing_references(contents)
    contents.problems += _find_missing_quotes(contents)
    contents.left_out += _find_lost_lessons(contents)
    return contents


def _find_unread_files(pack: PackFiles) -> Iterator[Problem]:
    """Yield files and packs that their writer may believe to be in use, and are not."""
    directory, files = find_root(pack), list_files(pack)
    if not files and not isinstance(pack, TextPack):
        mend = f"Give it any of {', '.join(_PACK_FILES)} and themes/*.yaml, or take it out of SMALL_STEPS_PACKS."
        yield Problem(format_path(directory), 1, "there is nothing in this pack", mend)
    for path in files:
        if path.parent == directory and path.name not in _PACK_FILES:
            near = get_close_matches(path.name, _PACK_FILES, n=1, cutoff=0.8)
            mend = f"Name it {near[0]}." if near else "Move it into themes/ if it is a theme, or take it away."
            yield Problem(format_path(path), 1, "no file of this name is read here", mend)


def _read_pack(contents: Contents, files: PackFiles) -> Pack | None:
    directory = find_root(files)
    if not isinstance(files, TextPack) and not directory.is_dir():
        mend = "Mend the setting that names it (SMALL_STEPS_PACKS), or create it."
        contents.problems.append(Problem(format_path(directory), 1, "there is no such directory", mend))
        return None
    contents.problems += _find_unread_files(files)
    about, origin = PackFile.model_construct(id=directory.name, title=directory.name), None
    if document := _read_optional(contents, files, "pack.yaml"):
        origin = ContentOrigin(document)
        about = _try_to_validate(contents, PackFile, document) or about
    for number, entry in enumerate(about.groups):
        if origin and _claim_id(contents, "group", entry.id, replace(origin, at=("groups", number))):
            contents.groups[entry.id] = entry
            contents.renamed_groups |= dict.fromkeys(entry.aliases, entry.id)
    for number, event in enumerate(about.events):
        if origin and _claim_id(contents, "event", event.id, replace(origin, at=("events", number))):
            contents.events[event.id] = event
    if document := _read_optional(contents, files, "sources.yaml"):
        _add_sources(contents, document)
    if document := _read_optional(contents, files, "passages.yaml"):
        _add_passages(contents, document)
    if document := _read_optional(contents, files, "terms.yaml"):
        _add_terms(contents, document)
    if (document := _read_optional(contents, files, "signposts.yaml")) and (
        signposts := _try_to_validate(contents, SignpostsFile, document)
    ):
        for topic, routes in signposts.root.items():
            contents.signposts[topic] = (*contents.signposts.get(topic, ()), *routes)
    if document := _read_optional(contents, files, "dates.yaml"):
        _add_seasons(contents, document)
    return Pack(directory, about, origin)


def _add_seasons(contents: Contents, document: Document) -> None:
    found = _try_to_validate(contents, DatesFile, document)
    for number, season in enumerate(found.dates if found else ()):
        if _claim_id(contents, "date", season.id, ContentOrigin(document, ("dates", number))):
            contents.seasons[season.id] = season


def _add_sources(contents: Contents, document: Document) -> None:
    found = _try_to_validate(contents, SourcesFile, document)
    for number, source in enumerate(found.sources if found else ()):
        if _claim_id(contents, "source", source.id, ContentOrigin(document, ("sources", number))):
            contents.sources[source.id] = source


def _add_passages(contents: Contents, document: Document) -> None:
    found = _try_to_validate(contents, PassagesFile, document)
    for number, passage in enumerate(found.passages if found else ()):
        key = (passage.source, passage.id)
        if _claim_id(contents, "passage", "/".join(key), ContentOrigin(document, ("passages", number))):
            contents.passages[key] = passage


def _add_terms(contents: Contents, document: Document) -> None:
    found = _try_to_validate(contents, TermsFile, document)
    for number, term in enumerate(found.terms if found else ()):
        origin = ContentOrigin(document, ("terms", number))
        for word in term.words:
            _claim_id(contents, "term", word.casefold(), origin, "Delete it in one place.", at=("words",))
        contents.terms.append((term, origin))


def _add_sayings(contents: Contents, document: Document) -> None:
    found = _try_to_validate(contents, SayingsFile, document)
    for number, saying in enumerate(found.sayings if found else ()):
        origin = ContentOrigin(document, ("sayings", number))
        if _claim_id(contents, "saying", saying.id, origin):
            for place, ask in enumerate(saying.asks):
                _claim_id(contents, "ask", ask.casefold(), origin, "Delete it in one place.", at=("asks", place))
            contents.sayings.append((saying, origin))


def _read_documents(contents: Contents, files: PackFiles, folder: str) -> Iterator[Document]:
    for path in list_files(files):
        if path.parent == find_root(files) / folder:
            try:
                yield read_file(files, path)
            except KnowledgeError as error:
                contents.problems += error.problems
                contents.broken.add(path.stem)


def _is_extension(document: Document) -> bool:
    return isinstance(document.data, dict) and "extends" in document.data


def _add_theme(contents: Contents, pack: Pack, document: Document) -> None:
    found = _try_to_validate(contents, ThemeFile, document)
    if found is None:
        contents.broken.add(document.path.stem)
        return
    mend = f"Use another id, or write `extends: {found.id}` and `lessons:` alone to add lessons to it."
    if _claim_id(contents, "theme", found.id, ContentOrigin(document), mend):
        lessons = _claim_lessons(contents, found.lessons, document)
        group = contents.renamed_groups.get(found.group, found.group)
        changed = {"lessons": lessons, "group": group}
        fields = {name: getattr(found, name) for name in ThemeFile.model_fields} | changed
        # Validated already; validating once more would read each lesson as a file again.
        contents.themes[found.id] = Theme.model_construct(**fields, pack=pack.about.id)


def _extend_theme(contents: Contents, document: Document) -> None:
    found = _try_to_validate(contents, ExtensionFile, document)
    if found is None:
        return
    theme = contents.themes.get(found.extends)
    if theme is None:
        # A theme whose own file is broken is told there; saying here that it does not exist would mislead.
        if found.extends not in contents.broken:
            mend = _suggest_nearest(found.extends, contents.themes)
            what = f"there is no theme {found.extends} to add lessons to"
            contents.problems.append(document.build_problem(("extends",), what, mend))
        return
    contents.extensions.append((found, ContentOrigin(document)))
    lessons = (*theme.lessons, *_claim_lessons(contents, found.lessons, document))
    contents.themes[theme.id] = theme.model_copy(update={"lessons": lessons})


def _claim_lessons(contents: Contents, lessons: Sequence[Lesson], document: Document) -> tuple[Lesson, ...]:
    claimed = []
    for number, lesson in enumerate(lessons):
        origin = ContentOrigin(document, ("lessons", number))
        if not _claim_id(contents, "lesson", lesson.id, origin):
            continue
        claimed.append(lesson)
        for place, alias in enumerate(lesson.aliases):
            _claim_id(contents, "lesson", alias, ContentOrigin(document, (*origin.at, "aliases", place)))
        for at, entry in enumerate(lesson.entries):
            for place, alias in enumerate(entry.aliases):
                here = (*origin.at, "nudges", at, "aliases", place)
                _claim_id(contents, "nudge", alias, ContentOrigin(document, here))
        for part in lesson.list_parts():
            contents.origins["part", f"{lesson.id}/{part}"] = origin
        if lesson.words_for:
            contents.origins["part", f"{lesson.id}/words_for"] = origin
    return tuple(claimed)


def _deepen_theme(contents: Contents, document: Document) -> None:
    """Add what a file of depth holds to the lessons of its theme."""
    found = _try_to_validate(contents, DepthFile, document)
    if found is None or found.deepens in contents.broken:
        return
    theme = contents.themes.get(found.deepens)
    if theme is None:
        what, mend = f"there is no theme {found.deepens} to deepen", _suggest_nearest(found.deepens, contents.themes)
        contents.problems.append(document.build_problem(("deepens",), what, mend))
        return
    lessons = {lesson.id: lesson for lesson in theme.lessons}
    for number, depth in enumerate(found.lessons):
        origin = ContentOrigin(document, ("lessons", number))
        if ("lesson", depth.id) in contents.origins and depth.id not in lessons:
            where = contents.find_origin("lesson", depth.id).where
            what = f"{depth.id} is no lesson of {theme.id} any more, see {where}; its depth is left out"
            contents.left_out.append(origin.build_problem(("id",), what, "Move it there, or delete it.", "warning"))
            continue
        if depth.id not in lessons:
            mend = _suggest_nearest(depth.id, lessons)
            what = f"{theme.id} has no lesson {depth.id} to deepen"
            contents.problems.append(origin.build_problem(("id",), what, mend))
            continue
        parts: dict[str, object] = {
            part: getattr(depth, part)
            for part in depth.list_parts()
            if _claim_id(contents, "part", f"{depth.id}/{part}", origin, "Keep one of them.", at=(part,))
        }
        if depth.words_for and _claim_id(
            contents, "part", f"{depth.id}/words_for", origin, "Keep one.", at=("words_for",)
        ):
            parts["words_for"] = depth.words_for
        lessons[depth.id] = lessons[depth.id].model_copy(update=parts)
    contents.themes[theme.id] = theme.model_copy(update={"lessons": tuple(lessons.values())})


def _claim_id(
    contents: Contents,
    kind: str,
    identity: str,
    origin: ContentOrigin,
    mend: str = "Give one another id.",
    at: Location = ("id",),
) -> bool:
    """Record the origin of an id; False, and a problem that names both places, when the id is taken."""
    first = contents.origins.setdefault((kind, identity), origin)
    if first is origin:
        return True
    contents.problems.append(
        origin.build_problem(at, f"the {kind} {identity} is already in {first.where}; nothing is overridden", mend)
    )
    return False


def _find_missing_references(contents: Contents) -> Iterator[Problem]:
    """Yield references to groups and sources that do not exist."""
    for theme in contents.themes.values():
        if theme.group not in contents.groups:
            mend = _suggest_nearest(theme.group, contents.groups)
            yield contents.find_origin("theme", theme.id).build_problem(
                ("group",), f"there is no group {theme.group}", mend
            )
    for quote, origin in contents.list_quotes():
        if quote.source not in contents.sources:
            mend = _suggest_nearest(quote.source, contents.sources)
            yield origin.build_problem(("quote", "source"), f"there is no source {quote.source}", mend)
    for note, origin in contents.list_notes():
        if note.until and note.until not in contents.events:
            mend = "Add it to `events:` in pack.yaml with a title and, if known, a day."
            yield origin.build_problem(("until",), f"there is no event {note.until}", mend)
    for passage in contents.passages.values():
        if passage.source not in contents.sources:
            where = contents.find_origin("passage", f"{passage.source}/{passage.id}")
            mend = _suggest_nearest(passage.source, contents.sources)
            yield where.build_problem(("source",), f"there is no source {passage.source}", mend)


def _find_missing_quotes(contents: Contents) -> Iterator[Problem]:
    """Yield lessons of our own pack, the first, without a quote: only an organisation speaks from experience alone."""
    ours = contents.packs[0].root if contents.packs else None
    for _, lesson, origin in contents.list_lessons():
        if lesson.quote is None and ours in origin.document.path.parents:
            what = f"{lesson.id} has no quote, and every lesson of the first pack has one"
            yield origin.build_problem(("quote",), what, "Quote a source, or move the lesson to a pack of your own.")


def _find_lost_lessons(contents: Contents) -> Iterator[Problem]:
    """Yield terms and sayings whose lesson is not there; nothing else leans on them."""
    leading: list[tuple[Term | Saying, ContentOrigin]] = [*contents.terms, *contents.sayings]
    for one, origin in leading:
        if ("lesson", one.lesson) not in contents.origins:
            known = [lesson.id for _, lesson, _ in contents.list_lessons()]
            near = get_close_matches(one.lesson, known, n=1)
            mend = f"Did you mean {near[0]}?" if near else "Write the id of a lesson."
            yield origin.build_problem(("lesson",), f"there is no lesson {one.lesson}", mend)


def _suggest_nearest(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"Use one of: {', '.join(known)}."


def _read_optional(contents: Contents, files: PackFiles, name: str) -> Document | None:
    path = find_root(files) / name
    there = name in files.files if isinstance(files, TextPack) else path.exists()
    return _note_problems(contents, lambda: read_file(files, path)) if there else None


def _try_to_validate(contents: Contents, model: type[FileModel], document: Document) -> FileModel | None:
    return _note_problems(contents, lambda: validate_document(model, document))


Result = TypeVar("Result")


def _note_problems(contents: Contents, action: Callable[[], Result]) -> Result | None:
    try:
        return action()
    except KnowledgeError as error:
        contents.problems += error.problems
        return None
