"""The pack in docs/example-pack, which people copy, and the limits that CONTRIBUTING.md names."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.actions import PickTheme
from bot.app import build_app
from bot.cli import knowledge
from bot.message import Message, Place, Press
from bot.settings import Settings
from knowledge.editing import depth, prose, quotes

ROOT = Path(__file__).parents[2]
PACK = ROOT / "docs" / "example-pack"
HERE = Place("slack", "T1", "C1")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(PACK,))


def test_it_passes_the_check_with_the_one_warning_that_is_told():
    done = CliRunner().invoke(knowledge.app, ["check", "--pack", str(PACK)])

    assert done.exit_code == 0, done.output
    assert "0 errors, 1 warning" in done.output
    assert "quotes from our-staff-review cannot be checked" in done.output


async def test_answers_are_built_from_it(settings):
    async with build_app(settings) as app:
        asked = "the night staff are never asked what they think, every listening session is in office hours"
        lesson = await app.conversation.answer_message(Message(asked, "U1", HERE))
        own_theme = await app.conversation.answer_press(Press(PickTheme("moving-site"), "U1", HERE))
        handed_over = await app.conversation.answer_message(Message("I want to report unsafe staffing", "U1", HERE))

    assert (lesson.theme, lesson.title) == ("listening", "Hear the night staff too")
    assert lesson.quote.publisher == "Example NHS Trust"
    assert (own_theme.theme_title, own_theme.title) == ("Moving to a new site", "Ask what they would miss")
    assert "extension 1234" in str(handed_over)


async def test_its_words_to_say_are_found(settings):
    async with build_app(settings) as app:
        asked = "we move buildings in March, how do I ask my clerks what they would miss"
        reply = await app.conversation.answer_message(Message(asked, "U1", HERE))

    assert "come back to you on each before we pack" in str(reply)


def test_the_limits_in_the_guide_are_those_of_the_check():
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", guide, re.MULTILINE))
    told = {kind: tuple(map(int, re.findall(r"\d+", rows[kind]))) for kind in ("title", "lesson", "quote", "nudge")}

    assert told | {"about": tuple(map(int, re.findall(r"\d+", rows["a theme's `about`"])))} == prose._LENGTHS
    assert tuple(map(int, re.findall(r"\d+", rows["tags"]))) == prose._TAGS
    assert f"at most {prose.MAX_SMOG:.0f} " in rows["reading age"]
    limits = {
        kind: tuple(map(int, re.findall(r"\d+", rows[f"`{kind}`"])))[-2:]
        for kind in ("how", "say", "if_not", "brief", "place")
    }
    assert limits | {"quote": told["quote"]} == depth.LENGTHS
    assert f"at least {quotes.MIN_WORDS} words" in rows["quote with a cut “ … ”"]
