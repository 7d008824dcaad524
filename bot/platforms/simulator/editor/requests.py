"""What the editors' page sends, parsed and validated."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bot.platforms.simulator.requests import SessionId

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DEEPEST, _MOST_VALUES = 8, 5_000
Path = Annotated[
    str, StringConstraints(pattern=r"^(themes/[a-z0-9]+(-[a-z0-9]+)*|pack|sources|signposts)\.yaml$", max_length=90)
]


def _hold_name(name: str) -> str:
    name = " ".join(_CONTROL.sub("", name).split())
    if not name:
        raise ValueError("give your name, so that others know whom to ask")
    return name


def _hold_data(data: dict[str, Any]) -> dict[str, Any]:
    count = _check_value(data, 0)
    if count > _MOST_VALUES:
        raise ValueError(f"there are more than {_MOST_VALUES} values in it; make two themes of it")
    return data


def _check_value(value: Any, depth: int) -> int:
    """Return the number of values; what is no text, number, list or mapping, or nested deeply, is refused."""
    if depth > _DEEPEST:
        raise ValueError("it is nested too deeply")
    match value:
        case dict():
            for key in value:
                _check_value(key, depth)
            return 1 + sum(_check_value(one, depth + 1) for one in value.values())
        case list():
            return 1 + sum(_check_value(one, depth + 1) for one in value)
        case str():
            if _CONTROL.search(value):
                raise ValueError("it holds a character that cannot be shown; delete it and type the text again")
        case bool() | float():
            raise ValueError("it holds something that is neither text nor a whole number")
        case None | int():
            pass
    return 1


Name = Annotated[str, StringConstraints(max_length=80), AfterValidator(_hold_name)]
Data = Annotated[dict[str, Any], AfterValidator(_hold_data)]
Base = Annotated[int, Field(ge=0, le=10**6)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckRequest(_Request):
    """A form as it stands; `lesson` is the number of the one to be shown, and `step` of its small step."""

    path: Path | None = None
    data: Data
    lesson: int = Field(default=0, ge=0, le=1000)
    step: int = Field(default=0, ge=0, le=100)


class TryRequest(_Request):
    """A message to be tried on a form as it stands."""

    session: SessionId
    text: Annotated[str, StringConstraints(max_length=4000)]
    path: Path | None = None
    data: Data | None = None


class SaveRequest(_Request):
    """A form to be kept as a draft, or to be published."""

    path: Path | None = None
    base: Base = 0
    data: Data
    name: Name


class MoveRequest(_Request):
    """A file to be taken back from readers, or removed, or set to what an earlier revision says."""

    path: Path
    base: Base
    name: Name
    to: Literal["withdrawn", "removed", "draft"] = "withdrawn"
    number: int = Field(default=0, ge=0, le=10**6)


class SheetRequest(_Request):
    """The name of an uploaded spreadsheet, and of whoever sends it."""

    file: Annotated[str, StringConstraints(max_length=255)]
    name: Name


class PhraseRequest(_Request):
    """A question that people asked, to become a phrase of a theme."""

    path: Path
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
    name: Name
