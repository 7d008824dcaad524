"""Care: how grave a message is, which people it needs, and about whom it speaks."""

from dataclasses import dataclass
from typing import Literal

Band = Literal["danger", "perhaps", "strain", "concern", "none"]
Topic = Literal["clinical-advice", "raising-a-concern", "wellbeing"]
About = Literal["self", "other"]
Signpost = Literal["none", "signpost", "handover"]


@dataclass(frozen=True, slots=True)
class Care:
    """What a message asks of people, decided before any lesson.

    Parameters
    ----------
    band
        `danger`: the full card and nothing else. `perhaps`: support first, then a question back about the work.
        `strain`: a team's or the workload's; the answer that it would get anyway, with one line. `concern`: past or
        general unsafe care; the route for concerns above the lesson. `none`: nothing.
    topic
        Who can help; None for the band `none` alone.
    about
        Whether the person in need is the writer, or somebody whom the writer wants to help.
    unmistakable
        The safety net fired on what somebody says of themselves, or on an emergency. A card for it offers no way
        back to the work ("It was about work"): the net has no doubt that a word about work could settle. False for
        everything that the model alone decided, and outside the band `danger`.

    Examples
    --------
    >>> Care("perhaps", "wellbeing").signpost
    'signpost'
    """

    band: Band
    topic: Topic | None
    about: About = "self"
    unmistakable: bool = False

    def __post_init__(self) -> None:
        """Refuse a band without a topic, and a topic without a band."""
        if (self.band == "none") != (self.topic is None):
            raise ValueError(f"A care of band {self.band!r} cannot have the topic {self.topic!r}.")

    @property
    def signpost(self) -> Signpost:
        """What a reply owes: `handover` for danger, `signpost` for the three milder bands, `none` for nothing."""
        if self.band == "danger":
            return "handover"
        return "none" if self.band == "none" else "signpost"


NO_CARE = Care("none", None)
