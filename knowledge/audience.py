"""Whether a lesson or a small step suits the person who asks: their role, and the minutes they have."""

from collections.abc import Collection
from dataclasses import dataclass

from knowledge.lesson_fields import AskerRole, Nudge, Role
from knowledge.models import Lesson

# Most who write are staff who change something. Of steps for others, none is theirs unless they say that it is.
_UNSAID: frozenset[Role] = frozenset({"manager", "clinician", "executive"})
_NAMES: dict[AskerRole, str] = {
    "manager": "a manager",
    "clinician": "a clinician",
    "executive": "an executive",
    "council-officer": "a council officer",
    "councillor": "a councillor",
    "charity": "a charity",
    "representative": "a patient or carer representative",
    "trainee": "a trainee",
    "practice": "a general practice",
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who asks, as far as they have said.

    Parameters
    ----------
    role
        None when they have not said.
    minutes
        The most minutes they have for a step; None when they have not said.
    """

    role: AskerRole | None = None
    minutes: int | None = None

    def suits(self, roles: Collection[Role]) -> bool:
        """Return whether something for these roles, everybody when empty, is for this person."""
        if not roles:
            return True
        return self.role in roles if self.role else bool(_UNSAID.intersection(roles))

    def names(self, nudge: Nudge) -> bool:
        """Return whether a step names this person's role."""
        return self.role is not None and self.role in nudge.roles

    def is_too_long(self, nudge: Nudge) -> bool:
        """Return whether a step is known to take longer than this person has."""
        return self.minutes is not None and nudge.minutes is not None and nudge.minutes > self.minutes

    def is_short_enough(self, nudge: Nudge) -> bool:
        """Return whether a step is known to fit into the minutes that this person has named."""
        return self.minutes is not None and nudge.minutes is not None and nudge.minutes <= self.minutes

    def admits(self, lesson: Lesson) -> bool:
        """Return whether a lesson and one of its steps at least are for this person."""
        return self.suits(lesson.roles) and any(self.suits(nudge.roles) for nudge in lesson.nudges)

    def count_reasons(self, lesson: Lesson) -> int:
        """Return how much of what the person said of themselves the best step of a lesson meets, 0 to 2."""
        return max(self.names(nudge) + self.is_short_enough(nudge) for nudge in lesson.nudges)

    def explain(self, nudge: Nudge) -> list[str]:
        """Return why a step suits this person, in sentences."""
        reasons = []
        if self.role and self.names(nudge):
            reasons.append(f"Its step is for {_NAMES[self.role]}.")
        if self.is_short_enough(nudge):
            reasons.append(f"Its step takes about {nudge.minutes} minutes.")
        return reasons


ANYBODY = Audience()
