"""What a pack holds. The JSON Schemas that editors use are generated from these models."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel, StringConstraints, ValidationInfo, WithJsonSchema, field_validator

from knowledge.attribution import format_attribution
from knowledge.lesson_fields import (
    DatedNote,
    Depth,
    Experience,
    Id,
    LessonQuote,
    Minutes,
    Nudge,
    NudgeEntry,
    PassageId,
    Phrase,
    Roles,
    SayingId,
    Strict,
    Text,
    Url,
)

Topic = Literal["clinical-advice", "raising-a-concern", "wellbeing"]


class Lesson(Depth):
    """One idea in our own words, the quote behind it, and small steps that follow from it."""

    id: Id = Field(description="Small letters, digits and hyphens; stable once published.")
    aliases: tuple[Id, ...] = Field(default=(), description="Ids of lessons that were merged into this one.")
    title: Text = Field(description="2 to 7 words.")
    lesson: Text = Field(description="25 to 60 words, one idea, addressed to “you”.")
    quote: LessonQuote | None = Field(
        description="Words of a source. In a pack of your own it may be `null`: then `experience:` says whose it is."
    )
    experience: Experience | None = Field(
        default=None,
        validate_default=True,
        description="Whose experience the lesson is, where it has no quote: a role, never a name, as “a ward manager”.",
    )
    tags: tuple[Text, ...] = Field(min_length=1, description="Everyday words of people who have this problem.")
    roles: Roles = ()
    minutes: Minutes | None = Field(default=None, description="How many minutes its steps take, where all take alike.")
    entries: tuple[NudgeEntry, ...] = Field(
        alias="nudges",
        min_length=1,
        description="Small steps: each starts with a verb, 12 to 30 words. Add new ones at the end.",
    )
    note: DatedNote | None = Field(
        default=None, alias="today", description="What today's reader must know, for instance a body renamed."
    )

    @field_validator("experience")
    @classmethod
    def _rest_on_something(cls, experience: str | None, info: ValidationInfo) -> str | None:
        """Refuse a lesson without a ground, or with two: of this field, so that other mistakes do not hide it."""
        if "quote" not in info.data:  # what is wrong with it is told
            return experience
        if info.data["quote"] is None and experience is None:
            raise ValueError(
                "the lesson has no quote; give it one, or say under `experience:` whose experience it is, by role"
            )
        if info.data["quote"] is not None and experience is not None:
            raise ValueError("the lesson has a quote and an `experience:`; keep one of them")
        return experience

    @property
    def source_id(self) -> str:
        """The id of the source that the lesson quotes; empty where it rests on experience alone."""
        return self.quote.source if self.quote else ""

    @cached_property
    def nudges(self) -> tuple[Nudge, ...]:
        """The small steps with their ids; what a step does not say, its lesson says for it."""
        return tuple(
            Nudge(f"{self.id}/{number}", entry.text, entry.roles or self.roles, entry.minutes or self.minutes)
            for number, entry in enumerate(self.entries, 1)
        )

    @property
    def nudge_texts(self) -> tuple[str, ...]:
        """The texts of the small steps."""
        return tuple(entry.text for entry in self.entries)

    @property
    def today(self) -> str | None:
        """The text of the note on today."""
        return self.note.text if self.note else None


class ThemeFile(Strict):
    """One theme as an editor writes it: one file a theme."""

    id: Id = Field(description="Small letters, digits and hyphens; stable once published.")
    title: Text
    group: Id = Field(description="The id of a group in pack.yaml.")
    about: Text = Field(description="12 to 35 words to the reader: when this theme helps.")
    owner: Text = Field(description="Who keeps this theme true.")
    review_by: date = Field(description="The day by which somebody must have read it again, as 2027-06-30.")
    phrases: tuple[Phrase, ...] = Field(
        default=(),
        max_length=500,
        description="Ten or more ways in which people might say that they need this theme, learned when it is loaded.",
    )
    lessons: tuple[Lesson, ...] = Field(min_length=1)


class Theme(ThemeFile):
    """A theme in use: with the lessons that other packs add to it, and the pack it comes from."""

    pack: str


class ExtensionFile(Strict):
    """More lessons for a theme that another pack holds."""

    extends: Id = Field(description="The id of the theme that these lessons are added to.")
    owner: Text | None = Field(default=None, description="Who keeps these lessons true.")
    review_by: date | None = Field(
        default=None, description="The day by which somebody must have read them again, as 2027-06-30."
    )
    lessons: tuple[Lesson, ...] = Field(min_length=1)


class LessonDepth(Depth):
    """What stands behind one lesson, apart from the lesson's own file."""

    id: Id = Field(description="The id of the lesson.")


class DepthFile(Strict):
    """What stands behind the lessons of a theme: one file a theme, in the folder depth/."""

    deepens: Id = Field(description="The id of the theme.")
    lessons: tuple[LessonDepth, ...] = Field(min_length=1)


class Source(Strict):
    """A text that is quoted."""

    id: Id
    file: Annotated[str, StringConstraints(pattern=r"^[^/\\]+$")] | None = Field(
        default=None, description="The name of the file with the whole text, looked for in the directory of sources."
    )
    title: Text
    author: Text | None = None
    publisher: Text | None = None
    date: Text | None = Field(default=None, description="As exactly as it is known.")
    kind: Literal["advice", "satire"] = Field(description="Satire is never passed off as advice.")
    url: Url | None = None
    dated_note: DatedNote | None = Field(
        default=None, alias="note", description="What a reader should know about it: how old, what has changed."
    )

    @property
    def note(self) -> str | None:
        """The text of the note."""
        return self.dated_note.text if self.dated_note else None

    @property
    def attribution(self) -> str:
        """Author, title, publisher and date in one line; what is not known is left out."""
        return format_attribution(self.author, self.title, self.publisher, self.date)


class SourcesFile(Strict):
    """The texts that a pack quotes."""

    sources: tuple[Source, ...]


class Passage(Strict):
    """A paragraph of a source that some lesson must carry."""

    id: PassageId
    source: Id
    theme: Id = Field(description="The theme in which a lesson must quote it.")
    kind: Literal["lesson", "fact", "satire"]
    begins: Text = Field(description="How the paragraph begins, so that it can be found in the source.")


class PassagesFile(Strict):
    """The passages of a pack's sources."""

    passages: tuple[Passage, ...]


class GroupEntry(Strict):
    """A group of themes as a pack lists it."""

    id: Id
    title: Text
    aliases: tuple[Id, ...] = Field(default=(), description="Ids that themes of older packs may still name.")
    themes: tuple[Id, ...] = Field(default=(), description="Its themes, in the order in which they are shown.")


class Minimums(Strict):
    """What a pack holds each of its themes to."""

    lessons: int = Field(ge=1)
    quotes: int = Field(ge=1)
    nudges: int = Field(ge=1)


class Term(Strict):
    """Words that people use for a tool or a change, and the lesson that they lead to."""

    words: tuple[Text, ...] = Field(min_length=1, description="As people write them; capitals only where they matter.")
    lesson: Id = Field(description="The id of a lesson.")
    nearest: bool = Field(default=False, description="Whether the lesson is only the nearest that there is.")
    note: DatedNote | None = Field(default=None, description="What a reader must know of it today.")


class TermsFile(Strict):
    """The terms of a pack."""

    terms: tuple[Term, ...]


_ASKS = "Three to twelve ways in which people ask for these words, one a line: whom they tell, and what has happened."


class Saying(Strict):
    """Words to say in one situation, for whoever asks for just these."""

    id: SayingId = Field(description="`say-`, then small letters, digits and hyphens; stable once published.")
    lesson: Id = Field(description="The id of the lesson whose advice the words carry.")
    title: Text = Field(description="2 to 9 words: what the words are for, to be picked from a list.")
    asks: Annotated[
        tuple[Phrase, ...],
        Field(min_length=3, max_length=12),
        WithJsonSchema({"type": "string", "description": _ASKS}),
    ]
    roles: Roles = ()
    say: Text = Field(description="1 to 3 sentences, 10 to 60 words, as a person would say them.")

    @field_validator("asks", mode="before")
    @classmethod
    def _split_lines(cls, asks: object) -> object:
        """Return the lines of a text, which as a list of YAML would take twice as long to read."""
        if isinstance(asks, str):
            return asks.splitlines()
        raise ValueError("`asks` is not one text; write `asks: |-`, and below it each way of asking on its own line")


class SayingsFile(Strict):
    """Words to say that belong together: one file for those who are told, in the folder sayings/."""

    sayings: tuple[Saying, ...] = Field(min_length=1)


class Event(Strict):
    """Something to come that makes notes wrong."""

    id: Id
    title: Text = Field(description="What happens, for instance “NHS England closes”.")
    expected: date | None = Field(default=None, description="The day on which it is expected; left out when unknown.")


class PackFile(Strict):
    """What a pack is."""

    id: Id
    title: Text
    owner: Text | None = None
    groups: tuple[GroupEntry, ...] = ()
    events: tuple[Event, ...] = Field(default=(), description="What notes may name in `until:`.")
    minimums: Minimums | None = Field(default=None, description="Left out: themes may be as small as they like.")


class SignpostEntry(Strict):
    """Somebody who can help, and how to reach them."""

    model_config = ConfigDict(title="Signpost")

    name: Text
    how: Text


class SignpostsFile(RootModel[dict[Topic, tuple[SignpostEntry, ...]]]):
    """An organisation's own routes, by what is handed to people instead of answered."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True)
class KnowledgeGroup:
    """Themes that are shown together."""

    id: str
    title: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen, and why.

    Parameters
    ----------
    source
        What the lesson quotes; None where it rests on experience alone.
    because
        The reasons, in whole sentences.
    runners_up
        The lessons of the theme that came next, best first.
    fits
        Whether any lesson of the theme has something to do with the message; true where there was none.
    again
        Whether the place has seen the lesson, and it comes because it fits the message clearly best.
    """

    theme: Theme
    lesson: Lesson
    nudge: Nudge
    source: Source | None
    because: tuple[str, ...] = ()
    runners_up: tuple[Lesson, ...] = ()
    fits: bool = True
    again: bool = False
