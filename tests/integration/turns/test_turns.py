"""Dialogues of several turns, by the front doors: a turn is read in the light of the last, nobody is interrupted.

What each turn expects was written before it was run: what the person wants.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from tests.contract.slack.fake_slack import FakeSlack
from tests.integration.teams.conftest import listen
from tests.integration.teams.standin import Microsoft, StandInSigningKey
from tests.integration.turns.director import Director
from tests.integration.turns.page_stage import PageStage, see_json
from tests.integration.turns.stages import CONTACT, Seen, SlackStage, TeamsStage

FOLDER = Path(__file__).parents[2] / "conversations" / "turns"
PLACES = ("slack-thread", "slack-direct", "teams-thread", "teams-chat", "teams-direct", "terminal")


def read_dialogues() -> list[tuple[str, str, list[dict[str, Any]]]]:
    """List each dialogue once for each place that it is played in, as (name, place, turns)."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for number, one in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            places = one.get("in") or [PLACES[number % len(PLACES)]]
            found += [(f"{path.stem}: {one['name']}", place, one["turns"]) for place in places]
    return found


DIALOGUES = read_dialogues()


@pytest.fixture(scope="session")
def signing_key() -> StandInSigningKey:
    return StandInSigningKey("key-turns")


@pytest.fixture
def settings(settings_of_a_server: Settings) -> Settings:
    return settings_of_a_server


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
async def microsoft(signing_key: StandInSigningKey) -> AsyncIterator[Microsoft]:
    stand_in = Microsoft(signing_key)
    runner, stand_in.origin = await listen(stand_in.application())
    yield stand_in
    await runner.cleanup()


ON_SLACK = [one for one in DIALOGUES if one[1].startswith("slack")]
ON_TEAMS = [one for one in DIALOGUES if one[1].startswith("teams")]
IN_TERMINAL = [one for one in DIALOGUES if one[1] == "terminal"]
ON_PAGE = [(name, "page", turns) for name, _, turns in IN_TERMINAL[::2]]  # typed words alone, as in a terminal


def ids(dialogues: list[tuple[str, str, Any]]) -> list[str]:
    return [f"{place}: {name}" for name, place, _ in dialogues]


@pytest.mark.parametrize(("_name", "place", "turns"), ON_SLACK, ids=ids(ON_SLACK))
async def test_on_slack(settings: Settings, slack: FakeSlack, _name: str, place: str, turns: list[dict[str, Any]]):
    stage = SlackStage(settings, slack, direct=place == "slack-direct")
    try:
        await play(stage, turns)
    finally:
        await stage.close()
    assert slack.refused == []


@pytest.mark.parametrize(("_name", "place", "turns"), ON_TEAMS, ids=ids(ON_TEAMS))
async def test_on_teams(
    settings: Settings, microsoft: Microsoft, signing_key: StandInSigningKey, _name: str, place: str, turns: list[Any]
):
    scope = {"teams-thread": "channel", "teams-chat": "groupChat", "teams-direct": "personal"}[place]
    stage = TeamsStage(settings, microsoft, signing_key, scope=scope)
    try:
        await play(stage, turns)
    finally:
        await stage.close()
    assert microsoft.refused == []


@pytest.mark.parametrize(("_name", "_place", "turns"), IN_TERMINAL, ids=ids(IN_TERMINAL))
def test_in_a_terminal(
    run,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
    _name: str,
    _place: str,
    turns: list[dict[str, Any]],
):
    """Piped lines, each after the reply to the last; a restart is another process over the same database."""
    url, director, batches = settings.database_url.get_secret_value(), Director(), [turns[:1]]
    for turn in turns[1:]:
        if turn.get("restart"):
            batches.append([])
        batches[-1].append(turn)
    for batch in batches:
        lines = type_lines(batch, director, capsys)
        answered = run("chat", "--json", stdin=lines, SMALL_STEPS_DATABASE_URL=url, SMALL_STEPS_CONTACT=CONTACT)
        assert answered.returncode == 0, answered.stderr
        assert next(lines, "") == "", "the bot left before the dialogue was over"


def type_lines(turns: list[dict[str, Any]], director: Director, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Yield each line of a dialogue, and check the reply when the next line is asked for."""

    def read_reply() -> Seen:
        (line,) = capsys.readouterr().out.splitlines()
        return see_json(json.loads(line))

    for turn in turns:
        asked = director.write_turn(turn)
        yield asked.say
        seen = read_reply()
        if pick := director.answer_question(turn["expect"], asked, seen):
            yield pick.say
            seen = read_reply()
        director.check(turn, seen)


@pytest.mark.parametrize(("_name", "_place", "turns"), ON_PAGE, ids=ids(ON_PAGE))
async def test_on_the_page(settings: Settings, _name: str, _place: str, turns: list[dict[str, Any]]):
    stage = PageStage(settings)
    try:
        await play(stage, turns)
    finally:
        await stage.close()


async def play(stage: Any, turns: list[dict[str, Any]]) -> None:
    director = Director()
    for turn in turns:
        if turn.get("restart"):
            await stage.restart()
        if "tip" in turn:
            await stage.post_tip(turn["tip"])
            director.follow_tip(turn["tip"])
        asked, silent = director.write_turn(turn), bool(turn["expect"].get("silence"))
        async with asyncio.timeout(60):
            seen = await stage.play(asked, silent=silent)
            if pick := director.answer_question(turn["expect"], asked, seen):
                seen = await stage.play(pick, silent=False)
        director.check(turn, seen)
