"""Who upgrades reads in the changelog what is to be done by hand, and it is so."""

import re
import tomllib
from pathlib import Path

from bot.store import migrations

ROOT = Path(__file__).parents[3]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
_, NEWEST, *_ = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)


def test_the_newest_section_has_upgrade_notes_that_name_the_databases_version():
    notes = NEWEST.partition("### Upgrade notes")[2].partition("###")[0]
    assert f"version {migrations.HEAD}" in notes


def test_the_version_is_the_newest_releases_or_the_next_ones():
    """The section of a release is headed by its number; before the tag it is the unreleased one."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert NEWEST.startswith(("[Unreleased]", f"[{version}]"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert "A release is a tag `vX.Y.Z`" in CHANGELOG
