"""Dialogues of several turns, by the front doors: a turn is read in the light of the last, nobody is interrupted.

What each turn expects was written before it was run: what the person wants.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation.depth import LABELS
from bot.settings import Settings
from knowledge import Knowledge
from tests.conftest import packaged_knowledge
from tests.contract.slack.fake_slack import FakeSlack
from tests.integration.teams.conftest import listen
from tests.integration.teams.standin import Microsoft, StandInSigningKey
from tests.integration.turns.page_stage import STEP, PageStage, see_json
from tests.integration.turns.stages import CONTACT, Seen, SlackStage, TeamsStage, Turn

FOLDER = Path(__file__).parents[2] / "conversations" / "turns"
PLACES = ("slack-thread", "slack-direct", "teams-thread", "teams-chat", "teams-direct", "terminal")
TURN_KEYS = {"say", "press", "by", "mention", "replica", "restart", "tip", "expect"}
EXPECT_KEYS = {
    "lesson",
    "again",
    "new",
    "part",
    "missing",
    "asks",
    "offers",
    "says",
    "not",
    "silence",
    "private",
    "none",
}


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
def test_in_a_terminal(run, settings: Settings, _name: str, _place: str, turns: list[dict[str, Any]]):
    """Piped lines; a restart is another process over the same database."""
    url = settings.database_url.get_secret_value()
    batches: list[list[str]] = [[]]
    for turn in turns:
        if turn.get("restart"):
            batches.append([])
        batches[-1].append(turn["say"])
    lines = []
    for batch in batches:
        answered = run(
            "chat", "--json", stdin="\n".join(batch), SMALL_STEPS_DATABASE_URL=url, SMALL_STEPS_CONTACT=CONTACT
        )
        lines += answered.stdout.splitlines()
    director = Director()
    assert len(lines) == len(turns)
    for turn, line in zip(turns, lines, strict=True):
        director.check(turn, see_json(json.loads(line)))


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
        asked = Turn(
            turn.get("say", ""), turn.get("press", ""), turn.get("by", "ann"), turn.get("mention", False),
            turn.get("replica", 1),
        )  # fmt: skip
        async with asyncio.timeout(60):
            seen = await stage.play(asked, silent=bool(turn["expect"].get("silence")))
        director.check(turn, seen)


class Director:
    """Holds what is seen against what a dialogue expects."""

    def __init__(self) -> None:
        self._knowledge: Knowledge = packaged_knowledge()()
        self._shown: list[str] = []

    def follow_tip(self, theme: str) -> None:
        self._shown.append(f"tip {theme}")

    def check(self, turn: dict[str, Any], seen: Seen | None) -> None:
        """Fail unless what is seen is what a turn expects."""
        expect = turn["expect"]
        assert set(turn) <= TURN_KEYS, f"a turn cannot have {set(turn) - TURN_KEYS}"
        assert set(expect) <= EXPECT_KEYS, f"a turn cannot expect {set(expect) - EXPECT_KEYS}"
        shown = f"{turn.get('say') or turn.get('press')} → {seen}"
        if expect.get("silence"):
            assert seen is None, shown
            return
        assert seen is not None, shown
        self._check_lesson(expect, seen, shown)
        if "part" in expect:
            self._check_part(expect, seen, shown)
        if "asks" in expect:
            assert ("None of these" in seen.buttons) == expect["asks"], shown
        for theme in _list(expect.get("offers", [])):
            assert any(self._knowledge.themes[theme].title in label for label in seen.buttons), shown
        for words in _list(expect.get("says", [])):
            assert words in seen.text or words in seen.buttons, f"“{words}” is missing: {shown}"
        for words in _list(expect.get("not", [])):
            assert words not in seen.text, f"“{words}” is said: {shown}"
        if "private" in expect:
            assert seen.private == expect["private"], shown

    def _check_lesson(self, expect: dict[str, Any], seen: Seen, shown: str) -> None:
        title = next((lesson.title for theme in self._knowledge.themes.values() for lesson in theme.lessons
                      if lesson.title in seen.text and STEP in seen.text), "")  # fmt: skip
        if "lesson" in expect:
            assert title, f"no lesson: {shown}"
            titles = [self._knowledge.themes[theme].title for theme in _list(expect["lesson"])]
            assert any(one in seen.text for one in titles), f"not one of {titles}: {shown}"
        if expect.get("again"):
            assert title == self._shown[-1], f"not “{self._shown[-1]}” again: {shown}"
        if expect.get("new"):
            assert title, shown
            assert title not in self._shown, f"“{title}” was shown before: {shown}"
        if title:
            self._shown.append(title)

    def _check_part(self, expect: dict[str, Any], seen: Seen, shown: str) -> None:
        parts = _list(expect["part"])
        assert any(LABELS[part] in seen.text for part in parts), f"not {parts}: {shown}"
        last = self._shown[-1] if self._shown else ""
        if last and not last.startswith("tip "):
            assert last in seen.text, f"not on “{last}”: {shown}"
        if "missing" in expect:
            assert ("What I have is" in seen.text) == expect["missing"], shown


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
