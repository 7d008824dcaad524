"""The catalogue of intents: their ids, kinds, titles, and the names that people type for them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

Kind = Literal["theme", "conversation", "handover", "out-of-scope"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OUT_OF_SCOPE = "out-of-scope"


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent: what it is called, and what is done about it.

    Parameters
    ----------
    id
        Stable once published; people may type it.
    kind
        What is done about it: a theme is answered with a lesson, a handover with people who can help.
    title
        For people.
    names
        What people type to get it straight away.
    about
        One line that says what belongs to it.
    borders
        Where it ends and a neighbour begins, by the neighbour's id.
    """

    id: str
    kind: Kind
    title: str
    names: tuple[str, ...] = ()
    about: str = ""
    borders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every intent by its id, in a fixed order."""

    intents: Mapping[str, Intent]

    @classmethod
    def from_intents(cls, intents: Iterable[Intent]) -> "Catalogue":
        """Return a catalogue of these intents, sorted by kind and id."""
        ordered = sorted(intents, key=lambda intent: (KINDS.index(intent.kind), intent.id))
        return cls({intent.id: intent for intent in ordered})

    @classmethod
    def from_json(cls, text: str) -> "Catalogue":
        """Return the catalogue that `to_json` wrote."""
        return cls.from_intents(Intent(**{**entry, "names": tuple(entry["names"])}) for entry in json.loads(text))

    def to_json(self) -> str:
        """Return every intent as JSON, always in the same order."""
        return json.dumps([asdict(intent) for intent in self.intents.values()], indent=1, ensure_ascii=False) + "\n"

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, in the order of the columns of the model."""
        return tuple(self.intents)

    def list_ids(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids of one kind, in the order of `ids`."""
        return tuple(intent.id for intent in self.intents.values() if intent.kind == kind)
