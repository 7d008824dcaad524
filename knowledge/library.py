"""The library of the knowledge: look-ups, the choice of a lesson and the choice of tips."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from knowledge import choice
from knowledge.audience import Audience
from knowledge.lesson_fields import AskerRole, Nudge
from knowledge.meaning import Encode, Vector, list_texts
from knowledge.models import KnowledgeGroup, Lesson, Selection, SignpostEntry, Source, Theme
from knowledge.pack_files import PackFiles
from knowledge.packs import OURS, Contents, read_packs
from knowledge.problems import KnowledgeError
from knowledge.rotation import TipFilter, TipRotation
from knowledge.sayings import FoundSaying, SayingIndex, list_asks
from knowledge.seasons import Season
from knowledge.terms import FoundTerm, TermIndex


class Knowledge:
    """Everything that the packs hold, immutable: an edited pack needs a new instance.

    Parameters
    ----------
    contents
        Packs put together, without errors.
    encode
        Returns the vector of a text, by which lessons and messages are compared in meaning; None to compare words.

    Attributes
    ----------
    themes
        By id.
    groups
        In the order in which they are shown.
    sources
        By id.
    signposts
        Operators' own routes, by handover topic.
    seasons
        Times of the year that tips know.
    added_lessons
        Ids of the lessons that packs add to themes of other packs.
    """

    def __init__(self, contents: Contents, encode: Encode | None = None) -> None:
        self._encode = encode
        self.groups: tuple[KnowledgeGroup, ...] = contents.group_themes()
        self.themes: Mapping[str, Theme] = MappingProxyType(
            {theme.id: theme for group in self.groups for theme in group.themes}
        )
        self.sources: Mapping[str, Source] = MappingProxyType(contents.sources)
        self.signposts: Mapping[str, tuple[SignpostEntry, ...]] = MappingProxyType(contents.signposts)
        self.seasons: tuple[Season, ...] = tuple(contents.seasons.values())
        self.added_lessons = frozenset(lesson.id for added, _ in contents.extensions for lesson in added.lessons)
        self._lessons = {lesson.id: (theme, lesson) for theme in self.themes.values() for lesson in theme.lessons}
        self._merged = {alias: lesson.id for _, lesson in self._lessons.values() for alias in lesson.aliases}
        self._moved = {
            alias: nudge.id
            for _, lesson in self._lessons.values()
            for entry, nudge in zip(lesson.entries, lesson.nudges, strict=True)
            for alias in entry.aliases
        }

        found = [(term, self.find_lesson(term.lesson)) for term, _ in contents.terms]
        self._terms = TermIndex([(term, *lesson) for term, lesson in found if lesson])
        said = [(saying, self.find_lesson(saying.lesson)) for saying, _ in contents.sayings]
        self._said = [(saying, *lesson) for saying, lesson in said if lesson]

    @classmethod
    def load(cls, packs: Sequence[PackFiles] = (), base: Path = OURS, encode: Encode | None = None) -> "Knowledge":
        """Read our pack and the operators' packs.

        Parameters
        ----------
        packs
            The operators' directories and other packs, in order of precedence.
        base
            Our own pack.
        encode
            As for the class.

        Raises
        ------
        KnowledgeError
            When anything in them is wrong; its `problems` say what, where and how to mend it.
        """
        contents = read_packs([base, *packs])
        if contents.problems:
            raise KnowledgeError(contents.problems)
        return cls(contents, encode)

    def prepare(self) -> None:
        """Encode every lesson, so that nobody waits for it; what was encoded before costs nothing."""
        for theme in self.themes.values() if self._encode else ():
            self._fits.prepare(theme)
        if self._sayings:
            self._sayings.prepare()

    def list_texts(self) -> list[str]:
        """Return the texts of all lessons and sayings whose vectors are compared with messages."""
        lessons = [text for _, lesson in self._lessons.values() for text in list_texts(lesson)]
        return lessons + list_asks([saying for saying, _, _ in self._said])

    def find_source(self, lesson: Lesson) -> Source | None:
        """Return the source that a lesson quotes; None where it rests on experience alone."""
        return self.sources.get(lesson.source_id)

    def find_lesson(self, lesson_id: str) -> tuple[Theme, Lesson] | None:
        """Return a theme and its lesson by the id of the lesson or of one merged into it, or None."""
        return self._lessons.get(self._merged.get(lesson_id, lesson_id))

    def find_term(self, text: str) -> FoundTerm | None:
        """Return the term of the trade that a text uses, with the lesson that it leads to, or None."""
        return self._terms.find(text)

    def find_saying(self, saying_id: str) -> FoundSaying | None:
        """Return words to say with their lesson, by id, or None."""
        return next((FoundSaying(*one) for one in self._said if one[0].id == saying_id), None)

    def search_sayings(
        self, text: str, meaning: Vector, role: AskerRole | None = None, without: Collection[str] = (), most: int = 3
    ) -> tuple[FoundSaying, ...]:
        """Return the words to say for which a question asks most likely, the likeliest first.

        Parameters
        ----------
        meaning
            The vector of the question, of the kind that `encode` gives.
        role
            Who asks, where they have said so.
        without
            Ids of sayings and lessons that are not wanted.
        """
        return self._sayings.find(text, meaning, role, without, most) if self._sayings else ()

    def find_nudge(self, nudge_id: str) -> tuple[Theme, Lesson, Nudge] | None:
        """Return a nudge with its theme and lesson, by its id or by one that it took the place of, or None."""
        current = self.resolve_nudge(nudge_id)
        found = self._lessons.get(current.rpartition("/")[0])
        nudge = next((nudge for nudge in found[1].nudges if nudge.id == current), None) if found else None
        return (*found, nudge) if found and nudge else None

    def resolve_nudge(self, nudge_id: str) -> str:
        """Return the id under which a nudge is known today.

        A nudge of a merged lesson that nothing took the place of gets the id of the lesson it was merged into with
        the number 0: the lesson then counts as seen, and none of its nudges does.
        """
        if nudge_id in self._moved:
            return self._moved[nudge_id]
        lesson = self._merged.get(nudge_id.rpartition("/")[0])
        return f"{lesson}/0" if lesson else nudge_id

    def choose(
        self,
        theme_id: str,
        text: str = "",
        seen: Sequence[str] = (),
        seed: int = 0,
        *,
        role: AskerRole | None = None,
        minutes: int | None = None,
        meaning: Vector | None = None,
        without: Collection[str] = (),
    ) -> Selection:
        """Return the lesson of a theme that fits a message, with one of its nudges.

        Parameters
        ----------
        theme_id
            One of `themes`.
        text
            What the person wrote; empty when they asked for the theme by name.
        seen
            Ids of nudges already shown in this place, oldest first, repeats allowed.
        seed
            Settles ties; the same seed gives the same choice.
        role
            Who asks, where they have said so: a step for others is not given where there is one for them or for all.
        minutes
            The most minutes that they have for a step, where they have said so.
        meaning
            The vector of the text, of the kind that `encode` gives; None to compare words alone.
        without
            Ids of lessons and nudges that are not wanted; they are chosen only where the theme holds nothing else.

        Returns
        -------
        Selection
            The lesson that fits clearly best, whether or not it was seen. Among near equals, and where no text was
            given, those not seen come first; when all are seen, the one shown least often, then longest ago.
        """
        theme = self.themes[theme_id]
        fits = self._fits.compute_fits(theme, text, meaning) if text.strip() else {}
        shown = [self.resolve_nudge(one) for one in seen]
        return choice.choose_lesson(theme, self.sources, fits, shown, seed, Audience(role, minutes), without)

    def choose_nudge(
        self,
        lesson_id: str,
        seen: Sequence[str] = (),
        seed: int = 0,
        *,
        role: AskerRole | None = None,
        minutes: int | None = None,
        without: Collection[str] = (),
    ) -> Nudge | None:
        """Return the small step of a lesson that suits a person best; None when there is no such lesson.

        Parameters
        ----------
        without
            Ids of steps that are not wanted: one is chosen only where the lesson has no other.
        """
        found = self.find_lesson(lesson_id)
        shown = [self.resolve_nudge(one) for one in seen]
        return choice.choose_nudge(found[1], shown, seed, Audience(role, minutes), without) if found else None

    def choose_tip(
        self,
        seen: Sequence[str],
        on: date,
        themes: Collection[str] = (),
        seed: int = 0,
        *,
        asked: bool = False,
        role: AskerRole | None = None,
        minutes: int | None = None,
        fits: TipFilter | None = None,
    ) -> Selection:
        """Return the next tip for a place.

        Parameters
        ----------
        seen
            Ids of nudges already shown in this place, oldest first, repeats allowed.
        on
            The local date of the tip.
        themes
            Ids to choose from; every theme when empty, or when none of them is known any more.
        seed
            Gives a place its own order.
        asked
            Somebody asks for it now, instead of getting it daily: it is then no satire, unless there is nothing else.
        role
            Whom the tip is for, where they have said so.
        minutes
            The most minutes that its step may take, where there are such steps.
        fits
            Whether a tip suits the day; one that does not comes only where nothing else is left.
        """
        shown = [self.resolve_nudge(one) for one in seen]
        audience = Audience(role, minutes)
        return self._rotation.choose_next(shown, on, themes, seed, asked=asked, audience=audience, fits=fits)

    def choose_tips(
        self,
        start: date,
        days: Sequence[date],
        seen: Sequence[str] = (),
        themes: Collection[str] = (),
        seed: int = 0,
    ) -> list[Selection]:
        """Return the tips that `choose_tip` gives day after day, where nobody asks for one in between.

        Parameters
        ----------
        start
            Days before it are left out.
        days
            The dates on which a tip is due.
        """
        shown = list(seen)
        selections = []
        for day in sorted(day for day in days if day >= start):
            selection = self.choose_tip(shown, day, themes, seed)
            shown.append(selection.nudge.id)
            selections.append(selection)
        return selections

    @cached_property
    def _fits(self) -> choice.LessonFits:
        # Built on first use: fitting takes a moment, and most commands never need it.
        return choice.LessonFits(list(self._lessons.values()), self._encode)

    @cached_property
    def _sayings(self) -> SayingIndex | None:
        return SayingIndex(self._said, self._encode) if self._encode and self._said else None

    @cached_property
    def _rotation(self) -> TipRotation:
        return TipRotation(self.themes, self.sources)
