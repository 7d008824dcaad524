"""What an organisation adds, as plain data: themes with their phrases, and lessons for shipped themes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """Something of an organisation's own that people may ask for: a theme, or a lesson that extends a shipped theme.

    Parameters
    ----------
    id
        Of the theme or lesson.
    title
        For people; its words count as theirs.
    phrases
        Ways in which people might say that they need it; none for a lesson.
    tags
        Everyday words of people who have this problem.
    extends
        The id of the shipped theme that a lesson is added to; empty for a theme.
    """

    id: str
    title: str
    phrases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    extends: str = ""

    @property
    def is_theme(self) -> bool:
        """Whether it is a theme, which can be answered with; a lesson of a shipped theme is only offered."""
        return not self.extends
