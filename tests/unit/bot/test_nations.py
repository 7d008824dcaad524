"""One setting says in which nation the bot's workspaces are."""

import pytest

from bot.nations import WorkspaceNations


def test_a_workspace_that_is_not_named_is_where_the_rest_are():
    nations = WorkspaceNations.parse(["scotland", "T1=Wales", "tenant-2 = Northern Ireland"])
    assert [nations.find(one) for one in ("T1", "tenant-2", "T3", "")] == [
        "Wales",
        "Northern Ireland",
        "Scotland",
        "Scotland",
    ]


def test_unset_is_never_england():
    assert WorkspaceNations.parse([]).find("T1") is None
    assert WorkspaceNations.parse(["T1=England"]).find("T2") is None


@pytest.mark.parametrize(
    "entries", [["Britain"], ["England", "Wales"], ["=Wales"], ["T1=Wales", "T1=England"], ["T1="]]
)
def test_a_mistake_is_one_sentence(entries: list[str]):
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        WorkspaceNations.parse(entries)
