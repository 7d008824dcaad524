"""An organisation's own themes through the front door: answered, asked back and offered, on each platform."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.actions import NoneOfThese, PickTheme
from bot.app import App, build_app
from bot.cli import knowledge as knowledge_cli
from bot.conversation.offers import add_offers
from bot.message import Choice, ClarifyReply, Message, Place, Press, Reply, arrange_choices
from bot.platforms import terminal
from bot.platforms.slack.views import reply as slack
from bot.platforms.teams.cards import reply as teams
from bot.settings import Settings
from tests.unit.intents.test_own_themes import DANGER, PHRASES

HERE = Place("slack", "T1", "C1")
LESSON = {
    "title": "Meet them at the door",
    "lesson": "People who give their time leave when nobody expects them. Name one person who meets each of them.",
    "quote": None,
    "experience": "a ward manager",
    "tags": ["befriending"],
    "nudges": ["Write down who meets the next person who comes to help on your ward, and tell them both."],
}


def write_pack(folder: Path, phrases: tuple[str, ...] = PHRASES) -> Path:
    (folder / "themes").mkdir(parents=True)
    about = {"id": "place", "title": "Place", "groups": [{"id": "our-own", "title": "Our own"}]}
    theme = {
        "id": "volunteers",
        "title": "Working with volunteers",
        "group": "our-own",
        "about": "For when people give their time and nobody knows what to do with it.",
        "owner": "Example",
        "review_by": "2030-01-01",
        "phrases": list(phrases),
        "lessons": [{"id": "volunteers-door", **LESSON}],
    }
    more = {"id": "our-bleep", **LESSON, "title": "Bleep the site team first", "tags": ["bleep"]}
    files = {
        "pack.yaml": about,
        "themes/volunteers.yaml": theme,
        "themes/more.yaml": {"extends": "listening", "lessons": [more]},
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    pack = write_pack(tmp_path / "place")
    async with build_app(Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(pack,))) as built:
        yield built


async def test_a_theme_is_answered_when_people_describe_it(app: App) -> None:
    """In words of their own, without its title, and why names the words."""
    reply = await app.conversation.answer_message(Message("where could we recruit more volunteers?", "U1", HERE))
    if reply.kind == "clarify":
        assert PickTheme("volunteers-door") in [one.action for one in reply.choices]
        reply = await app.conversation.answer_press(Press(PickTheme("volunteers-door"), "U1", HERE))
    assert (reply.theme, reply.title) == ("volunteers", "Meet them at the door")


async def test_danger_is_handed_over_whatever_a_pack_says(app: App) -> None:
    said = f"our volunteers feel unwelcome. {DANGER}"
    assert (await app.conversation.answer_message(Message(said, "U1", HERE))).kind == "handover"


OFFERED = "Your organisation also has: Bleep the site team first."


# Which of these is answered, asked back or refused is the shipped model's affair; that each kind occurs is not.
SAID = (
    "my manager never listens to me, not even when I bleep",
    "nobody listens to the night staff who carry the bleep",
    "our doctors do not believe in the new bleep policy, how do I win them over",
    "where is the bleep cupboard",
    "what is the number of the bleep shop in Leeds",
    "who won the football on the bleep radio",
    "what is the capital of bleep",
    "the meeting about the bleep was odd",
    "bleep and bleep again, what now",
    "there is something about the bleep that I cannot put into words",
    "the bleep",
)


@pytest.fixture
async def replies(app: App) -> dict[str, Reply]:
    """The first reply of each kind that offers the lesson; one that shows it already does not offer it."""
    found: dict[str, Reply] = {}
    for number, said in enumerate(SAID):
        place = Place("slack", "T1", f"C{number}")
        reply = await app.conversation.answer_message(Message(said, "U1", place))
        if PickTheme("our-bleep") in [choice.action for choice in reply.choices]:
            found.setdefault(reply.kind, reply)
    return found


@pytest.mark.parametrize("kind", ["lesson", "clarify", "text"])
async def test_a_lesson_of_theirs_is_offered_under_whatever_is_said(
    app: App, replies: dict[str, Reply], kind: str
) -> None:
    """One press opens it; on Slack, in Teams and in the terminal its title is there to be pressed or typed."""
    reply = replies[kind]
    offer = next(one for one in reply.choices if one.action == PickTheme("our-bleep"))
    assert offer in arrange_choices(reply.choices).shown
    shown = (
        json.dumps(slack.render_reply(reply).blocks, ensure_ascii=False),
        json.dumps(teams.render_card(reply), ensure_ascii=False),
        terminal.as_json(reply),
    )
    for rendered in shown:
        assert "Bleep the site team first" in rendered
        assert kind == "clarify" or OFFERED in rendered
    opened = await app.conversation.answer_press(Press(offer.action, "U1", Place("slack", "T1", "C99")))
    assert (opened.kind, opened.title) == ("lesson", "Bleep the site team first")


async def test_beside_four_questions_an_offer_is_named(app: App) -> None:
    """Where there is room it is one of the buttons; no theme that is asked about gives way to it."""
    knowledge = app.knowledge()
    found = replace(app.classifier.classify("where is the bleep cupboard"), offered=("our-bleep",))
    themes = [Choice(PickTheme(one.id), one.title) for one in knowledge.themes.values()][:4]
    for asked in range(1, 5):
        reply = ClarifyReply("Which one?", (*themes[:asked], Choice(NoneOfThese(), "None of these")))
        offering = add_offers(reply, knowledge, found)
        assert offering.choices[:asked] == reply.choices[:asked]
        assert offering.choices[-1] == reply.choices[-1]
        assert len(offering.choices) <= 5
        has_button = PickTheme("our-bleep") in [one.action for one in offering.choices]
        assert (has_button, OFFERED in offering.question) == (asked < 4, asked == 4)


async def test_the_title_that_is_read_can_be_typed(app: App) -> None:
    """Under an answer, in a question back and under a refusal, politely or not; it is no promise to do what it says."""
    opened = {}
    for number, said in enumerate(SAID):
        place = Place("slack", "T1", f"C{number}")
        offering = await app.conversation.answer_message(Message(said, "U1", place))
        if PickTheme("our-bleep") in [choice.action for choice in offering.choices] and offering.kind not in opened:
            typed = ("bleep the site team first", "Bleep the site team first, please")[number % 2]
            reply = await app.conversation.answer_message(Message(typed, "U1", place))
            opened[offering.kind] = getattr(reply, "title", reply.kind)
    assert opened == dict.fromkeys(("lesson", "clarify", "text"), "Bleep the site team first")


async def test_what_is_answered_already_is_not_offered_again(app: App) -> None:
    opened = await app.conversation.answer_press(Press(PickTheme("our-bleep"), "U1", HERE))
    assert "Your organisation also has" not in opened.also


async def test_an_edit_of_phrases_serves_with_its_theme(tmp_path: Path) -> None:
    """And an edit that is refused for its phrases leaves both as they were."""
    pack = write_pack(tmp_path / "place")
    async with build_app(Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(pack,))) as app:
        text = "the befriending on our ward ended"
        assert app.classifier.classify(text).offered == ("volunteers",)
        path = pack / "themes" / "volunteers.yaml"
        theme = yaml.safe_load(path.read_text("utf-8"))
        path.write_text(yaml.safe_dump({**theme, "title": "New", "phrases": [DANGER, *PHRASES[:2]]}), "utf-8")
        app.knowledge.read_again()
        assert app.knowledge().themes["volunteers"].title == "Working with volunteers"
        path.write_text(yaml.safe_dump({**theme, "title": "New", "phrases": ["xylophones in the atrium"]}), "utf-8")
        app.knowledge.read_again()
        assert app.knowledge().themes["volunteers"].title == "New"
        found = app.classifier.classify("is it right to have xylophones in the atrium", {"volunteers": "New"})
        assert "volunteers" in [*found.offered, *(one.id for one in found.themes)]


def test_an_editor_is_shown_which_phrases_work(tmp_path: Path) -> None:
    """As words and as data; a phrase that people must answer is a warning of the check, too."""
    pack = write_pack(tmp_path / "place", (*PHRASES, DANGER))
    shown = CliRunner().invoke(knowledge_cli.app, ["phrases", "--pack", str(pack)])
    assert shown.exit_code == 0, shown.output
    assert "Working with volunteers (volunteers): 13 phrases" in shown.output
    assert f"1 are handed over to people and not learned:\n    “{DANGER}”" in shown.output
    assert "of messages without its words it is likely to miss" in shown.output.lower()
    listed = CliRunner().invoke(knowledge_cli.app, ["phrases", "volunteers", "--json", "--pack", str(pack)])
    (report,) = json.loads(listed.output)
    assert report["phrases"][-1]["state"] == "handed-over"
    checked = CliRunner().invoke(knowledge_cli.app, ["check", "--pack", str(pack)])
    assert f"warning: volunteers: “{DANGER}” is handed over to people (wellbeing)" in checked.output
    (pack / "themes" / "volunteers.yaml").unlink()
    refused = CliRunner().invoke(knowledge_cli.app, ["phrases", "volunteers", "--pack", str(pack)])
    assert "volunteers is no theme of your own packs" in str(refused.exception)
