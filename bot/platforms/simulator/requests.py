"""The page's requests, parsed and validated; an error is one clear sentence."""

import json
from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Nation = Literal["", "England", "Wales", "Scotland", "Northern Ireland"]
_LONGEST_TEXT = 50_000  # characters; more than Slack or Teams would deliver
_M = TypeVar("_M", bound=BaseModel)


class RequestError(ValueError):
    """A request that cannot be answered; the text is one sentence, `field` names the wrong field where there is one."""

    def __init__(self, sentence: str, field: str = "", status: int = 422) -> None:
        super().__init__(sentence)
        self.field = field
        self.status = status


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone; give an IANA name such as Europe/London")
    return name


class _Request(BaseModel):
    # Deferred: validators are built when a request first comes, not at every start, of which they took 0.1 s.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class MessageRequest(_Request):
    """A message as typed by a visitor."""

    session: SessionId
    text: Annotated[str, StringConstraints(max_length=_LONGEST_TEXT)]


class PressRequest(_Request):
    """A pressed button: the data that the platform named by `look` sends."""

    session: SessionId
    look: str
    pressed: dict[str, Any]


class ExplainRequest(_Request):
    """A message to explain; `answer` is the id of the answer given to the message here, empty for none."""

    session: SessionId
    text: Annotated[str, StringConstraints(max_length=_LONGEST_TEXT)]
    answer: str = ""


class CalendarRequest(_Request):
    """A made-up channel with a daily tip.

    Parameters
    ----------
    weekdays
        Monday is 0.
    start
        First day shown; today in the zone when None.
    paused_until
        First local date with tips again.
    skip
        Local dates without a tip.
    """

    at: time = time(9)
    zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/London"
    weekdays: frozenset[Annotated[int, Field(ge=0, le=6)]] = Field(default=frozenset(range(5)), min_length=1)
    themes: tuple[str, ...] = ()
    nation: Nation = ""
    start: date | None = Field(default=None, ge=date(2000, 1, 1), le=date(2100, 1, 1))
    paused_until: date | None = None
    skip: frozenset[date] = frozenset()


def parse_request(model: type[_M], body: bytes) -> _M:
    """Return a request parsed from a body.

    Raises
    ------
    RequestError
        One sentence about the first fault.
    """
    try:
        return validate_request(model, json.loads(body))
    except RequestError:
        raise
    except (ValueError, RecursionError):  # a number of thousands of digits is a ValueError too
        raise RequestError("The request is not JSON.", status=400) from None


def validate_request(model: type[_M], data: Any) -> _M:
    """Return a request out of data.

    Raises
    ------
    RequestError
        One sentence about the first fault.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _request_error_of(error) from None


def _request_error_of(error: ValidationError) -> RequestError:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if not field:
        return RequestError("The request is not a JSON object.", status=400)
    match first["type"]:
        case "missing":
            return RequestError(f"The field “{field}” is missing.", field)
        case "extra_forbidden":
            return RequestError(f"There is no field “{field}”.", field)
        case _:
            reason = first["msg"].removeprefix("Value error, ")
            return RequestError(f"The field “{field}” cannot be used: {reason[:1].lower()}{reason[1:]}.", field)
