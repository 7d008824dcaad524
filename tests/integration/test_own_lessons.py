"""Lessons of an organisation's own: which of a shipped theme comes, how one without a quote looks, and a lost pack."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pexpect
import pytest
import yaml

from bot.app import build_app
from bot.message import Message, Place
from bot.pack_transfer import import_pack
from bot.platforms.slack.views import reply as slack_views
from bot.platforms.teams.cards import reply as teams_cards
from bot.settings import Settings
from intents import Classifier, ModelError
from intents.catalogue import Catalogue, Intent
from tests.contract.slack.fake_slack import FakeSlack
from tests.contract.slack.workspace import OURS, collect_text, find_button
from tests.integration.editor.test_offers_at_the_door import TITLE, find_offer
from tests.integration.teams.conftest import listen
from tests.integration.teams.standin import Microsoft, StandInSigningKey
from tests.integration.test_cli import PATIENCE
from tests.integration.test_offers import LESSON, write_pack
from tests.integration.turns.stages import SlackStage, TeamsStage, Turn

KEY = StandInSigningKey("key-own-lessons")
BASIS = "From experience, with no text behind it: a ward manager."
ADDED = {  # shipped theme: the own lesson's title and its tags
    "listening": ("Bleep the site team first", ["bleep", "night bleep"]),
    "clinical-engagement": ("Ask them at the journal club", ["journal club", "grand round"]),
    "staff-buy-in": ("Begin with the porters", ["porters", "porter"]),
}
SAID = (  # with a word of the tags, and the same without it
    ("listening", "nobody listens to the night staff who carry the bleep", "nobody listens to the night staff"),
    (
        "clinical-engagement",
        "how do I get doctors on board at the grand round",
        "how do I get doctors on board",
    ),
    ("staff-buy-in", "the porters do not believe in the change", "the staff do not believe in the change"),
)


def add_lessons(folder: Path) -> Path:
    """Write a pack that extends shipped themes by one lesson each."""
    (folder / "themes").mkdir(parents=True)
    (folder / "pack.yaml").write_text(yaml.safe_dump({"id": "place", "title": "Place"}), "utf-8")
    for theme, (title, tags) in ADDED.items():
        lesson = {"id": f"our-{theme}", **LESSON, "title": title, "tags": tags}
        text = yaml.safe_dump({"extends": theme, "lessons": [lesson]}, sort_keys=False)
        (folder / "themes" / f"more-{theme}.yaml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(("theme", "with_word", "without"), SAID)
async def test_tags_decide_which_lesson_of_a_shipped_theme_comes(
    tmp_path: Path, theme: str, with_word: str, without: str
) -> None:
    """A message that holds a word of theirs gets their lesson; where it holds none, one of ours comes as before."""
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(add_lessons(tmp_path / "place"),))
    async with build_app(settings) as app:
        knowledge = app.knowledge()
        own, shipped = (
            knowledge.choose(theme, text, meaning=app.classifier.classify(text).vector).lesson.title
            for text in (with_word, without)
        )
        assert own == ADDED[theme][0]
        assert shipped != ADDED[theme][0]
        if app.classifier.classify(with_word).intents[0].id == theme:
            reply = await app.conversation.answer_message(Message(with_word, "U1", Place("slack", "T1", "C1")))
            assert reply.kind != "lesson" or (reply.theme, reply.title) == (theme, own)


async def test_their_lesson_is_what_a_person_is_told(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(add_lessons(tmp_path / "place"),))
    async with build_app(settings) as app:
        reply = await app.conversation.answer_message(Message(SAID[0][1], "U1", Place("slack", "T1", "C1")))
        assert (reply.kind, reply.theme, reply.title) == ("lesson", "listening", ADDED["listening"][0])


@pytest.fixture
async def published(settings: Settings, tmp_path: Path) -> Settings:
    async with build_app(settings) as app:
        await import_pack(settings, app.engine, write_pack(tmp_path / "place"), "Jo")
    return settings


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    found = Microsoft(KEY)
    runner, found.origin = await listen(found.application())
    yield found
    await runner.cleanup()


async def test_a_lesson_without_a_quote_is_shared_on_slack(published: Settings) -> None:
    async with FakeSlack().serve() as slack:
        stage = SlackStage(published, slack, direct=False)
        sender = await stage._sender(1)
        await sender.send_command("Working with volunteers")
        await slack.wait_until(lambda: slack.responses)
        await sender.press_element(find_button(slack.responses[0][1]["blocks"], "share"), **sender.on_ephemeral())
        await slack.wait_until(lambda: slack.list_posts(OURS))
        (shared,) = slack.list_posts(OURS)
        for said in (shared["text"], collect_text(shared["blocks"])):
            assert BASIS in said
            assert "None" not in said
        await stage.close()
        assert slack.refused == []


async def test_a_lesson_without_a_quote_is_shared_on_teams(published: Settings, microsoft: Microsoft) -> None:
    stage = TeamsStage(published, microsoft, KEY, scope="channel")
    await find_offer(stage)
    opened = await stage.play(Turn(press=TITLE), silent=False)
    assert opened
    assert BASIS in opened.text
    before = len(microsoft.posted)
    await stage.play(Turn(press="Share"), silent=False)
    await microsoft.reached(lambda: len(microsoft.posted) > before, 20)
    card = microsoft.posted[-1].card
    assert "Shared by" in card["speak"]
    for said in (card["speak"], card["fallbackText"], collect_text([card])):
        assert BASIS in said
        assert "None" not in said
    await stage.close()


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_tip_without_a_quote_says_whose_experience_it_is(tmp_path: Path, platform: str) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(write_pack(tmp_path / "place"),))
    async with build_app(settings) as app:
        tip = await app.tips.prepare(Place(platform, "T1", "C1"), date(2026, 12, 1), ("volunteers",))
    assert (tip.reply.kind, tip.reply.theme, tip.reply.quote) == ("tip", "volunteers", None)
    if platform == "slack":
        posted = slack_views.render_reply(tip.reply)
        shown = (posted.text, collect_text(posted.blocks))
    else:
        card = teams_cards.render_card(tip.reply)
        shown = (card["speak"], card["fallbackText"], collect_text([card]))
    for said in shown:
        assert BASIS in said
        assert "None" not in said


def test_the_report_on_phrases_shows_that_it_works(tmp_path: Path) -> None:
    """Where somebody watches; the report follows."""
    pack = write_pack(tmp_path / "place")
    child = pexpect.spawn(
        sys.executable, ["-m", "bot", "knowledge", "phrases", "--pack", str(pack)], timeout=PATIENCE, encoding="utf-8"
    )
    child.expect_exact("Learning your themes")
    child.expect_exact("Working with volunteers (volunteers)")
    child.expect(pexpect.EOF)


async def test_a_model_that_was_trained_with_a_pack_needs_that_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the bot does not start to answer with a theme of which it has no lesson: one sentence says why."""
    ours = Classifier.load()
    theme = Intent("volunteers", "theme", "Working with volunteers")
    catalogue = Catalogue({**ours.model.catalogue.intents, "volunteers": theme})
    trained = Classifier(ours.model)
    trained._model = replace(ours.model, catalogue=catalogue)
    monkeypatch.setattr("bot.app.Classifier", SimpleNamespace(load=lambda: trained))
    url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    with pytest.raises(ModelError, match=r"no pack holds volunteers; name that pack in SMALL_STEPS_PACKS") as said:
        async with build_app(Settings(database_url=url)):
            pass
    assert "\n" not in str(said.value)
    async with build_app(Settings(database_url=url, packs=(write_pack(tmp_path / "place"),))) as app:
        assert "volunteers" in app.knowledge().themes


def test_doctor_names_the_pack_that_is_missing(run, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Classifier.load().model.catalogue
    more = Catalogue({**ours.intents, "volunteers": Intent("volunteers", "theme", "Working with volunteers")})
    monkeypatch.setattr("intents.model.load_catalogue", lambda *_: more)
    done = run("doctor")
    assert "no pack holds volunteers" in " ".join(done.stdout.split())
