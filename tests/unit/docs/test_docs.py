"""What the pages point at is there, and the commands and paths that they name exist."""

import re
from pathlib import Path

import click
import pytest
import typer

from bot.__main__ import cli
from bot.platforms.slack.install.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.platforms.slack.transport.http import EVENTS_PATH
from bot.platforms.teams.package import about_page
from bot.platforms.teams.transport import http

ROOT = Path(__file__).parents[3]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").rglob("*.md")]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command(words: list[str]) -> bool:
    """Whether words after `small-steps` name a command; options and arguments may follow."""
    here: click.Command | None = typer.main.get_command(cli)
    for word in words:
        if not isinstance(here, click.Group):
            break
        here = here.commands.get(word)
    return here is not None and (bool(words) or isinstance(here, click.Group))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} points at {path}"
        assert not anchor or anchor in anchors(target), f"{page.name} points at {path}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_exists(page):
    # A line that is still to be checked may name what is about to be written.
    text = "\n".join(line for line in page.read_text("utf-8").splitlines() if "<!-- check -->" not in line)
    for code in CODE.findall(text):
        for named in re.findall(r"(?<![\w/.-])small-steps ((?:[a-z-]+ ?)+)", code):
            words = [word for word in named.split() if not word.startswith("-")]
            if "podman" not in code and "az " not in code and "kubectl" not in code:
                assert command(words), f"{page.name}: there is no command small-steps {' '.join(words)}"


def test_the_paths_to_let_through_are_those_that_the_platforms_call():
    page = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    [let_through] = re.findall(r"@platforms path (.+)", page)

    assert let_through.split() == [http.PATH, about_page.PATH, EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH]
