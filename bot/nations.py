"""Nations whose numbers a card of care names, and the nation of each workspace."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

CareNation = Literal["England", "Wales", "Scotland", "Northern Ireland", "Ireland", "elsewhere"]
CARE_NATIONS: tuple[CareNation, ...] = get_args(CareNation)
UK: tuple[CareNation, ...] = ("England", "Wales", "Scotland", "Northern Ireland")


@dataclass(frozen=True, slots=True)
class WorkspaceNations:
    """The nation of each workspace or tenant, as the setting gives it.

    Parameters
    ----------
    everywhere
        Of every workspace that is not named; None where nobody has said.
    by_workspace
        By the id of a Slack workspace or of a Teams tenant.

    Examples
    --------
    >>> WorkspaceNations.parse(["Scotland", "T0123=Wales"]).find("T0123")
    'Wales'
    """

    everywhere: CareNation | None = None
    by_workspace: dict[str, CareNation] = field(default_factory=dict)

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "WorkspaceNations":
        """Return the nations of a setting: a nation for all, and WORKSPACE=NATION for each that differs.

        Raises
        ------
        ValueError
            For an unknown nation, or a workspace or the rest of them named twice; one sentence.
        """
        everywhere: CareNation | None = None
        by_workspace: dict[str, CareNation] = {}
        for entry in entries:
            workspace, equals, name = (part.strip() for part in entry.rpartition("="))
            nation = _find_nation(name)
            if not equals:
                if everywhere:
                    raise ValueError(
                        "it names two nations for every workspace; write WORKSPACE=NATION for those that differ"
                    )
                everywhere = nation
            elif not workspace or workspace in by_workspace:
                raise ValueError(f"“{entry}” names no workspace, or one that was named before")
            else:
                by_workspace[workspace] = nation
        return cls(everywhere, by_workspace)

    def find(self, workspace: str) -> CareNation | None:
        """Return the nation of a workspace or tenant; None where it is not known."""
        return self.by_workspace.get(workspace, self.everywhere)


def _find_nation(name: str) -> CareNation:
    found = next((nation for nation in CARE_NATIONS if nation.casefold() == name.casefold()), None)
    if found is None:
        raise ValueError(f"“{name}” is none of {', '.join(CARE_NATIONS[:-1])} or {CARE_NATIONS[-1]}")
    return found
