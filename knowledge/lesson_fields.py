"""The fields of a lesson that have a shape of their own: quotes, small steps, depth and dated notes."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

# No longer than the columns in which the bot remembers a theme; a nudge's id is a lesson's with a number behind it.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
NudgeId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*/[1-9][0-9]?$", max_length=80)]
# Told from the id of a lesson by its beginning: both are picked by the same button.
SayingId = Annotated[str, StringConstraints(pattern=r"^say(-[a-z0-9]+)+$", max_length=64)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Experience = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Url = Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=400)]
PassageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", max_length=40)]

Role = Literal[
    "manager",
    "clinician",
    "executive",
    "council-officer",
    "councillor",
    "charity",
    "representative",  # of patients or carers
    "trainee",
    "practice",  # general practice and its staff
]
ROLES: tuple[Role, ...] = get_args(Role)
AskerRole = Literal[Role, "without-say"]  # a porter, a clerk: in no role, and not among those who decide
ASKERS: tuple[AskerRole, ...] = (*ROLES, "without-say")
Roles = Annotated[tuple[Role, ...], Field(alias="for", description="Whom it is for; everybody when left out.")]
Seat = Literal[AskerRole, "leading"]  # with whoever leads the change, whatever their job
SEATS: tuple[Seat, ...] = (*ASKERS, "leading")
Minutes = Annotated[int, Field(ge=1, le=480)]
DepthPart = Literal["how", "say", "if_not", "brief", "place", "read"]
DEPTH_PARTS: tuple[DepthPart, ...] = get_args(DepthPart)


class Strict(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _TextOrKeys(Strict):
    """Keys with values; a plain text stands for `text` alone."""

    text: Text

    @model_validator(mode="before")
    @classmethod
    def _read_plain_text(cls, value: Any) -> Any:
        return {"text": value} if value is None or isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        keys = handler.resolve_ref_schema(handler(core))
        plain = {"type": "string", "minLength": 1, "maxLength": 4000}
        return {"title": keys.get("title", ""), "anyOf": [plain, dict(keys)]}


class LessonQuote(Strict):
    """Words of a source, word for word."""

    model_config = ConfigDict(title="Quote")  # what an editor's screen shows

    text: Text = Field(description="Word for word from the source; “…” stands where a sentence is cut.")
    source: Id = Field(description="The id of a source in sources.yaml.")
    passage: PassageId | None = Field(
        default=None, description="The id of the passage that the quote stands in, from passages.yaml."
    )
    speaker: Text | None = Field(
        default=None, description="Whose words these are, where the source quotes somebody else than its author."
    )


@dataclass(frozen=True, slots=True)
class Nudge:
    """One small step.

    Parameters
    ----------
    id
        The lesson's id, a slash and the step's number in the list.
    roles
        Whom it is for; everybody when empty.
    minutes
        How long it takes; None when nobody has said.
    """

    id: str
    text: str
    roles: tuple[Role, ...] = ()
    minutes: int | None = None


class NudgeEntry(_TextOrKeys):
    """One small step as an editor writes it: plain text, or keys."""

    model_config = ConfigDict(title="Nudge")

    text: Text = Field(description="It starts with a verb; 12 to 30 words.")
    roles: Roles = ()
    minutes: Minutes | None = Field(default=None, description="How many minutes it takes one person.")
    aliases: tuple[NudgeId, ...] = Field(default=(), description="Ids of steps that this one took the place of.")


class DatedNote(_TextOrKeys):
    """What a reader must know today, with the day of its checking and the event that ends it."""

    model_config = ConfigDict(title="Note")

    text: Text
    checked: date | None = Field(default=None, description="The day on which somebody last held it against a source.")
    source: Text | None = Field(default=None, description="Where it was checked: a title or an https link.")
    until: Id | None = Field(default=None, description="The id of the event in pack.yaml after which it is wrong.")


class PlaceExample(Strict):
    """What one place did, and the words of a source that say so."""

    name: Text = Field(description="The place as a reader knows it, for instance Salford.")
    text: Text = Field(description="15 to 60 words on what they did there; nothing that the quote does not carry.")
    quote: LessonQuote


class FurtherReading(Strict):
    """Something public to read on."""

    title: Text
    url: Url


class Depth(Strict):
    """What stands behind a lesson, for whoever asks on. Every part may be missing."""

    how: tuple[Text, ...] = Field(
        default=(), description="How to do it: 3 to 5 moves in their order, 40 to 90 words together."
    )
    say: Text | None = Field(
        default=None, description="Words to use tomorrow: 1 to 3 sentences as a person would say them."
    )
    if_not: Text | None = Field(
        default=None, description="If they refuse, or it was tried: another angle in 30 to 60 words."
    )
    brief: Text | None = Field(default=None, description="The lesson in at most 20 words.")
    place: PlaceExample | None = Field(default=None, description="Where a source says who has done it.")
    read: FurtherReading | None = Field(default=None, description="Public material to read on.")
    words_for: tuple[Seat, ...] = Field(
        default=(),
        description="Who would say `say` and make the moves of `how`: roles, `leading` for whoever leads the change, "
        "`without-say` for those to whom it is done; anybody when left out.",
    )

    @field_validator("how")
    @classmethod
    def _hold_moves(cls, moves: tuple[str, ...]) -> tuple[str, ...]:
        if moves and not 3 <= len(moves) <= 5:
            raise ValueError(f"there are {len(moves)} moves; make it three to five")
        return moves

    def list_parts(self) -> tuple[DepthPart, ...]:
        """Return the names of the parts that are there."""
        return tuple(part for part in DEPTH_PARTS if getattr(self, part))
