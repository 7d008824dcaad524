"""The people whom a card of care names: read from contacts.yaml, by topic and nation, for oneself or for another."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from bot.message import Signpost
from bot.nations import UK, CareNation
from intents.care import About, Topic
from intents.packaged_yaml import read_packaged_yaml

_Text = Annotated[str, Field(min_length=2)]
_Url = Annotated[str, Field(pattern=r"^https?://\S+$")]


class Contact(BaseModel):
    """One way to reach people who can help; the fields are explained at the head of contacts.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Text
    topics: tuple[Topic, ...] = Field(min_length=1)
    holds: tuple[CareNation, ...] = Field(min_length=1)
    when: _Text
    how: _Text
    when_other: str = ""
    how_other: str = ""
    short: str = ""
    urgent: bool = False
    support: Literal[1, 2] | None = None
    listens: bool = False
    sources: tuple[_Url, ...] = ()
    checked: date | None = None
    note: str = ""

    @model_validator(mode="after")
    def _has_source(self) -> "Contact":
        if any(character.isdigit() for character in self.how) and not (self.sources and self.checked):
            raise ValueError(f"“{self.id}” names a number and has no source, or no day on which it was checked")
        return self

    @property
    def brief(self) -> str:
        """How to reach them in a few words."""
        return self.short or self.how

    @property
    def everywhere_in_uk(self) -> bool:
        """Whether it holds in all four nations."""
        return set(UK) <= set(self.holds)

    def build_signpost(self, about: About) -> Signpost:
        """Return the line of a card."""
        other = about == "other"
        return Signpost((other and self.when_other) or self.when, (other and self.how_other) or self.how, self.urgent)


@dataclass(frozen=True)
class Contacts:
    """Every contact, in the order in which a card shows them."""

    contacts: tuple[Contact, ...]

    def list_signposts(self, topic: Topic, nation: CareNation | None, about: About) -> tuple[Signpost, ...]:
        """Return the lines of a card, the urgent ones first.

        Parameters
        ----------
        nation
            Where the reader is; None where that is not known: then the lines that hold in all of the UK, and one
            line for each nation.
        """
        mine = [one for one in self.contacts if topic in one.topics]
        if nation:
            shown = [one.build_signpost(about) for one in mine if nation in one.holds]
        else:
            everywhere = [one.build_signpost(about) for one in mine if one.everywhere_in_uk]
            nations = self._list_nations(topic)
            # 111 stands before the pharmacist, as it does where the nation is known.
            shown = [*nations, *everywhere] if topic == "clinical-advice" else [*everywhere, *nations]
        return tuple(sorted(shown, key=lambda signpost: not signpost.urgent))

    def list_support(self, topic: Topic, nation: CareNation | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return whom to reach at once and whom next, in short words, for the lines of support above an answer.

        Where the nation is not known, the second are a line for each nation of the UK, and one for everywhere else.
        """
        mine = [one for one in self.contacts if topic in one.topics and one.support]
        if nation:
            here = [one for one in mine if nation in one.holds]
            return tuple(one.brief for one in here if one.support == 1), tuple(
                one.brief for one in here if one.support == 2
            )
        own = {where: [one.brief for one in mine if not one.everywhere_in_uk and where in one.holds] for where in UK}
        by_nation = [f"in {where}, {'; '.join(said)}" for where, said in own.items() if said]
        return tuple(one.brief for one in mine if one.support == 1 and one.everywhere_in_uk), (
            *by_nation,
            f"outside the UK, {_OUTSIDE[topic]}",
        )

    def list_support_abroad(self, topic: Topic) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the same for somebody who says that they are outside the UK: what holds there first."""
        there, there_next = self.list_support(topic, "elsewhere")
        at_once, (*nations, _) = self.list_support(topic, None)
        in_uk = tuple(f"in the UK, {one}" for one in at_once if one not in there)
        return (*there, *in_uk), (*there_next, *nations)

    def find_listener(self, nation: CareNation | None, *, abroad: bool = False) -> str:
        """Return who listens at any hour, in short words; where somebody is abroad, of their country first."""
        if abroad:
            return f"{self.find_listener('elsewhere')}; in the UK, {self.find_listener(None)}"
        return next(
            one.brief
            for one in self.contacts
            if one.listens and (nation in one.holds if nation else one.everywhere_in_uk)
        )

    def list_abroad(self, topic: Topic, about: About) -> tuple[Signpost, ...]:
        """Return the lines of a card for somebody who says that they are outside the UK.

        What holds wherever they are stands first. The numbers of the UK follow: who misreads a message may not leave
        anybody without them.
        """
        lines = self.list_signposts(topic, None, about)
        anywhere = self.list_signposts(topic, "elsewhere", about)
        kept = (line for line in lines if line.name != _OUTSIDE_THE_UK)
        where = [Signpost("Where you are", _OUTSIDE[topic], urgent=True)]
        if topic == "raising-a-concern":  # danger comes before a policy
            where = [line for line in anywhere if line.urgent] + [replace(where[0], urgent=False)]
        return (*where, *(line if line in anywhere else _name_uk(line) for line in kept))

    def _list_nations(self, topic: Topic) -> list[Signpost]:
        """Return a line for each nation of the UK, and one for everywhere else."""
        lines = []
        for where in UK:
            own = [
                one for one in self.contacts if topic in one.topics and where in one.holds and not one.everywhere_in_uk
            ]
            own.sort(key=lambda one: not one.urgent)
            urgent = any(one.urgent for one in own)
            lines.append(Signpost(f"In {where}", "; ".join(one.brief for one in own), urgent=urgent))
        return [*lines, Signpost(_OUTSIDE_THE_UK, _OUTSIDE[topic], urgent=topic == "wellbeing")]

    @property
    def oldest_check(self) -> date:
        """The day of the oldest check of a number."""
        return min(one.checked for one in self.contacts if one.checked)

    def list_checked_before(self, day: date) -> tuple[str, ...]:
        """Return the ids of the contacts whose number was last checked before a day."""
        return tuple(one.id for one in self.contacts if one.checked and one.checked < day)


_OUTSIDE_THE_UK = "Outside the UK"
_OUTSIDE: dict[Topic, str] = {
    "wellbeing": "call your country’s emergency number; in Ireland, Samaritans are on 116 123 too",
    "clinical-advice": "call your country’s emergency number, or a doctor",
    "raising-a-concern": "whoever your organisation’s policy on speaking up names",
}


def _name_uk(line: Signpost) -> Signpost:
    if line.name.startswith("In "):
        return line
    return replace(line, name=f"In the UK, {line.name[:1].lower()}{line.name[1:]}")


@cache
def load_contacts() -> Contacts:
    """Return the packaged contacts, validated; read once."""
    content = read_packaged_yaml("bot.conversation", "contacts.yaml")
    return Contacts(TypeAdapter(tuple[Contact, ...]).validate_python(content["contacts"]))
