"""What a pack holds. The JSON Schemas that editors use are generated from these models."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from knowledge.attribution import format_attribution

# No longer than the columns in which the bot remembers a theme; a nudge's id is a lesson's with a number behind it.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
PassageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", max_length=40)]
Topic = Literal["clinical-advice", "raising-a-concern", "wellbeing"]


class Strict(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LessonQuote(Strict):
    """Words of a source, word for word."""

    model_config = ConfigDict(title="Quote")  # what an editor's screen shows

    text: Text = Field(description="Word for word from the source; a cut is marked by “ … ”.")
    source: Id = Field(description="The id of a source in sources.yaml.")
    passage: PassageId | None = Field(
        default=None, description="The id of the passage that the quote stands in, from passages.yaml."
    )


@dataclass(frozen=True, slots=True)
class Nudge:
    """One small step. Its id is the lesson's id, a slash and its number, so a nudge keeps its place in the list."""

    id: str
    text: str


class Lesson(Strict):
    """One idea in our own words, the quote behind it, and small steps that follow from it."""

    id: Id = Field(description="Small letters, digits and hyphens; stable once published.")
    title: Text = Field(description="2 to 7 words.")
    lesson: Text = Field(description="25 to 60 words, one idea, addressed to “you”.")
    quote: LessonQuote
    tags: tuple[Text, ...] = Field(min_length=1, description="Everyday words of people who have this problem.")
    nudge_texts: tuple[Text, ...] = Field(
        alias="nudges",
        min_length=1,
        description="Small steps: each starts with a verb, 12 to 30 words. Add new ones at the end.",
    )
    today: Text | None = Field(default=None, description="What today's reader must know, for instance a body renamed.")

    @cached_property
    def nudges(self) -> tuple[Nudge, ...]:
        """The small steps with their ids."""
        return tuple(Nudge(f"{self.id}/{number}", text) for number, text in enumerate(self.nudge_texts, 1))


class ThemeFile(Strict):
    """One theme as an editor writes it: one file a theme."""

    id: Id = Field(description="Small letters, digits and hyphens; stable once published.")
    title: Text
    group: Id = Field(description="The id of a group in pack.yaml.")
    about: Text = Field(description="12 to 35 words to the reader: when this theme helps.")
    owner: Text = Field(description="Who keeps this theme true.")
    review_by: date = Field(description="The day by which somebody must have read it again, as 2027-06-30.")
    lessons: tuple[Lesson, ...] = Field(min_length=1)


class Theme(ThemeFile):
    """A theme in use: with the lessons that other packs add to it, and the pack it comes from."""

    pack: str


class ExtensionFile(Strict):
    """More lessons for a theme that another pack holds."""

    extends: Id = Field(description="The id of the theme that these lessons are added to.")
    lessons: tuple[Lesson, ...] = Field(min_length=1)


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
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] | None = None
    note: Text | None = Field(
        default=None, description="What a reader should know about it: how old, what has changed."
    )

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
    themes: tuple[Id, ...] = Field(default=(), description="Its themes, in the order in which they are shown.")


class Minimums(Strict):
    """What a pack holds each of its themes to."""

    lessons: int = Field(ge=1)
    quotes: int = Field(ge=1)
    nudges: int = Field(ge=1)


class PackFile(Strict):
    """What a pack is."""

    id: Id
    title: Text
    owner: Text | None = None
    groups: tuple[GroupEntry, ...] = ()
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
    because
        The reasons, in whole sentences.
    runners_up
        The lessons of the theme that came next, best first.
    """

    theme: Theme
    lesson: Lesson
    nudge: Nudge
    source: Source
    because: tuple[str, ...] = ()
    runners_up: tuple[Lesson, ...] = ()
