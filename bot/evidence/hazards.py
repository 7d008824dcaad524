"""The hazard log's entries, read from hazards.yaml: proposals for a clinical safety officer, signed by nobody."""

from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from yaml import safe_load

_Text = Annotated[str, Field(min_length=2)]
Severity = Literal["minor", "significant", "considerable", "major", "catastrophic"]
Likelihood = Literal["very low", "low", "medium", "high", "very high"]
# The matrix that the clinical risk standards give as an example, by severity and then likelihood from very low to very
# high: 1 and 2 acceptable (2 where no more can be done at reasonable cost), 3 undesirable, 4 and 5 unacceptable.
_RISK: dict[Severity, tuple[int, int, int, int, int]] = {
    "minor": (1, 1, 2, 2, 3),
    "significant": (1, 2, 2, 3, 4),
    "considerable": (2, 2, 3, 3, 4),
    "major": (2, 3, 3, 4, 5),
    "catastrophic": (3, 4, 4, 5, 5),
}
_LIKELIHOODS: tuple[Likelihood, ...] = ("very low", "low", "medium", "high", "very high")


class Control(BaseModel):
    """What keeps a hazard from happening, where it is in the program, and the tests that prove it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: _Text
    where: tuple[_Text, ...] = Field(min_length=1)
    tests: tuple[_Text, ...] = Field(min_length=1)


class Counted(BaseModel):
    """A count that was measured once; `says` are the words of its page that it was taken from, held by a test."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: _Text
    share: _Text
    set_of: _Text
    when: _Text
    source: _Text
    says: _Text


class Hazard(BaseModel):
    """One hazard with its causes, controls, measured rates and the proposed estimates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Text
    title: _Text
    effect: _Text
    causes: tuple[_Text, ...] = Field(min_length=1)
    controls: tuple[Control, ...] = Field(min_length=1)
    figures: tuple[_Text, ...] = ()
    counted: tuple[Counted, ...] = ()
    unmeasured: _Text
    severity: Severity
    likelihood: Likelihood
    left: _Text

    @property
    def risk(self) -> int:
        """The proposed residual risk, from 1 to 5."""
        return _RISK[self.severity][_LIKELIHOODS.index(self.likelihood)]


def load_hazards() -> tuple[Hazard, ...]:
    """Return every hazard, in the order of the log."""
    read = safe_load(resources.files(__package__).joinpath("hazards.yaml").read_text("utf-8"))
    return tuple(TypeAdapter(list[Hazard]).validate_python(read))
