"""Writing on the page: drafts, checks, publishing, taking back, revisions, and two editors at once."""

import re

import pytest

from bot.app import App
from bot.message import Message, Place
from tests.integration.editor.conftest import Editor, lesson, theme
from tests.winter_phrases import PHRASES

PATH = "themes/winter-and-patient-flow.yaml"
HERE = Place("slack", "T1", "C1")


async def write(editor: Editor, to: str = "publish", base: int = 0, path: str | None = None, **changes: object):
    data = {"path": path, "base": base, "data": theme(**changes), "name": "Jo"}
    return await editor.post(to, {key: value for key, value in data.items() if value is not None})


async def ask(app: App, text: str):
    return await app.conversation.answer_message(Message(text, "U1", HERE))


async def test_a_draft_is_seen_by_nobody_and_a_published_theme_by_everybody_at_once(editor: Editor, app: App):
    status, kept = await write(editor, "save")
    assert (status, kept["path"], kept["number"]) == (200, PATH, 1)
    assert "winter-and-patient-flow" not in app.knowledge().themes

    status, _ = await write(editor, base=1, path=PATH)
    reply = await ask(app, "winter and patient flow")
    assert status == 200
    assert (reply.kind, reply.theme, reply.experience) == ("theme", "winter-and-patient-flow", "a matron")
    assert app.knowledge().groups[-1].title == "From our own organisation"


async def test_what_is_unfinished_is_kept_and_never_published(editor: Editor):
    """Each thing that is missing is named where it is."""
    unfinished = {"title": "Winter", "lessons": [{"title": "Walk"}]}
    status, kept = await editor.post("save", {"data": unfinished, "name": "Jo"})
    assert status == 200
    status, refused = await editor.post(
        "publish", {"path": kept["path"], "base": 1, "data": kept["data"], "name": "Jo"}
    )
    assert status == 422
    places = {tuple(one["at"]) for one in refused["refused"]}
    assert {("group",), ("owner",), ("lessons", 0, "lesson"), ("lessons", 0, "nudges")} <= places
    assert (await editor.get("pack"))[1]["files"][0]["live"] is False


async def test_the_checks_say_what_knowledge_check_says(editor: Editor):
    """In its words, at the field; what the bot would take all the same is advice."""
    wordy = lesson(title="Fix it!", nudges=[{"text": "Leverage synergies."}], experience="Sister Jane Smith")
    _, found = await editor.post("check", {"data": theme(lessons=[wordy])})
    said = {tuple(one["at"]): f"{one['what']}. {one['mend']}" for one in found["advice"]}
    assert found["refused"] == []
    assert said["lessons", 0, "title"] == "there is an exclamation mark. End the sentence with a full stop."
    assert "may be a person’s name" in said["lessons", 0, "experience"]
    assert ("lessons", 0, "nudges", 0) in said


@pytest.mark.parametrize(("count", "told"), [(0, False), (1, True), (9, True), (10, False)])
async def test_few_phrases_are_told_while_typing(editor: Editor, count: int, told: bool):
    """As `knowledge check` tells them; none at all may be meant."""
    _, found = await editor.post("check", {"data": theme(phrases=[*PHRASES[:count]])})
    said = [f"{one['what']}. {one['mend']}" for one in found["advice"] if one["at"] == ["phrases"]]
    assert said == (["Fewer than 10 phrases. With twenty it is found far more often."] if told else [])


async def test_a_check_names_what_stands_on_the_form_and_no_key(editor: Editor):
    """Whatever is wrong: an editor has never seen YAML."""
    wrong: list[dict[str, object]] = [
        {},
        {"title": "Winter", "lessons": [{}]},
        theme(owner="", about="", review_by="soon", group="", phrases="no list"),
        theme(group="nowhere", lessons=[lesson(experience=None), lesson(title="", tags=[], nudges=[])]),
        theme(lessons=[lesson(quote={"text": "Nobody asked us about it.", "source": "none"})]),
        theme(
            lessons=[lesson(nudges=[{"text": "Nudge it.", "minutes": "x", "for": ["nurses"]}], how=["One."], read={})]
        ),
        theme(lessons=[lesson(lesson="Public Health England said so.", tags=["a"], read={"title": "A", "url": "b"})]),
        {"extends": "listening", "lessons": [lesson(experience="")]},
    ]
    said = []
    for data in wrong:
        _, found = await editor.post("check", {"data": data})
        assert [*found["refused"], *found["advice"]], data
        said += [f"{one['what']}. {one['mend']}" for one in (*found["refused"], *found["advice"])]
    assert "“Kept by” is missing. Fill it in." in said
    assert any(
        "say under “Whose experience” whose experience it is" in one or "“Whose experience”" in one for one in said
    )
    keys = r"`|\b(review_by|if_not|nudges?|quote:|experience:|yaml)\b|colon|verbs\.txt"
    assert [one for one in said if re.search(keys, one, re.IGNORECASE)] == []


async def test_the_preview_shows_an_unfinished_lesson_on_both_platforms(editor: Editor):
    _, shown = await editor.post("preview", {"data": {"title": "Winter", "lessons": [{"title": "<b>Walk</b>"}]}})
    assert "<b>Walk</b>" in str(shown["looks"]["slack"]["blocks"])
    assert shown["looks"]["teams"]["type"] == "AdaptiveCard"
    _, nothing = await editor.post("preview", {"data": {"title": "Winter"}})
    assert nothing == {"looks": None}


async def test_a_message_is_tried_on_what_is_being_written(editor: Editor, app: App):
    """Nothing of it is kept, and nobody else sees the draft."""
    session = "0123456789"
    _, found = await editor.post("try", {"session": session, "text": "winter and patient flow", "data": theme()})
    assert found["today"].get("pack") != "editors-page"
    assert (found["draft"]["theme"], found["draft"]["lesson"]) == ("Winter and patient flow", "Walk the board together")
    _, unfinished = await editor.post("try", {"session": session, "text": "winter", "data": {"title": "Winter"}})
    assert "is missing" in unfinished["not_yet"]
    assert (await ask(app, "winter and patient flow")).kind != "theme"


async def test_of_two_editors_the_second_is_told_and_neither_text_is_lost(editor: Editor):
    await write(editor, "save")
    await write(editor, "save", 1, PATH, owner="The first")
    status, told = await write(editor, "save", 1, PATH, owner="The second")
    assert status == 409
    assert told["error"].startswith("Jo changed this while you were writing. Nothing was overwritten")
    assert told["theirs"]["data"]["owner"] == "The first"
    status, _ = await write(editor, "save", told["theirs"]["number"], PATH, owner="The second")
    assert status == 200
    _, file = await editor.get(f"file?path={PATH}")
    assert [one["number"] for one in file["revisions"]] == [3, 2, 1]


async def test_a_revision_is_compared_and_begun_from_again(editor: Editor, app: App):
    await write(editor)
    await write(editor, base=1, path=PATH, owner="Another cell")
    _, first = await editor.get(f"revision?path={PATH}&number=1")
    assert (first["data"]["owner"], first["latest"]["owner"]) == ("The winter cell", "Another cell")
    status, _ = await editor.post("move", {"path": PATH, "base": 2, "name": "Jo", "to": "draft", "number": 1})
    _, file = await editor.get(f"file?path={PATH}")
    assert (status, file["number"], file["state"], file["data"]["owner"]) == (200, 3, "draft", "The winter cell")
    assert app.knowledge().themes["winter-and-patient-flow"].owner == "Another cell", "until it is published"


@pytest.mark.parametrize("to", ["withdrawn", "removed"])
async def test_what_is_taken_back_is_shown_to_nobody_and_can_come_again(editor: Editor, app: App, to: str):
    await write(editor)
    assert (await editor.post("move", {"path": PATH, "base": 1, "name": "Jo", "to": to}))[0] == 200
    assert "winter-and-patient-flow" not in app.knowledge().themes
    assert (await ask(app, "winter and patient flow")).kind != "theme"
    assert (await write(editor, base=2, path=PATH))[0] == 200
    assert "winter-and-patient-flow" in app.knowledge().themes


async def test_a_source_is_published_with_the_lesson_that_quotes_it_and_stays_while_it_does(editor: Editor, app: App):
    source = {"id": "own-review", "title": "What the wards told us", "kind": "advice"}
    sources = {"path": "sources.yaml", "data": {"sources": [source]}, "name": "Jo"}
    assert (await editor.post("save", sources))[0] == 200
    quoted = lesson(quote={"text": "Nobody asked us about the corridor.", "source": "own-review"})
    del quoted["experience"]
    assert (await write(editor, lessons=[quoted]))[0] == 200
    reply = await ask(app, "winter and patient flow")
    assert reply.quote.attribution == "“What the wards told us”"
    status, told = await editor.post("move", {"path": "sources.yaml", "base": 2, "name": "Jo", "to": "removed"})
    assert status == 422
    assert "cannot be taken back" in told["error"]


async def test_lessons_are_added_to_a_theme_that_is_there(editor: Editor, app: App):
    data = {"extends": "listening", "owner": "Nights", "review_by": "2030-01-01", "lessons": [lesson()]}
    status, kept = await editor.post("publish", {"data": data, "name": "Jo"})
    assert (status, kept["path"]) == (200, "themes/listening.yaml")
    assert app.knowledge().themes["listening"].lessons[-1].title == "Walk the board together"
    status, told = await editor.post("save", {"data": data, "name": "Jo"})
    assert (status, told["error"]) == (
        422,
        "There are lessons of yours for this theme already. Open them from the list.",
    )


async def test_routes_of_ones_own_stand_behind_the_shipped_numbers(editor: Editor, app: App):
    """The form adds to them and takes none away."""
    before = await ask(app, "I want to kill myself")
    routes = {"wellbeing": [{"name": "Our staff support line", "how": "call extension 5678"}]}
    status, _ = await editor.post("publish", {"path": "signposts.yaml", "data": routes, "name": "Jo"})
    after = await ask(app, "I want to kill myself")
    assert status == 200
    assert set(before.signposts) < set(after.signposts)
    assert after.signposts[0] == before.signposts[0]


async def test_a_route_is_checked_by_the_names_on_its_form(editor: Editor):
    data = {"wellbeing": [{"name": "Our staff support line"}, {"how": "call extension 5678"}]}
    _, found = await editor.post("check", {"path": "signposts.yaml", "data": data})
    said = {tuple(one["at"]): one["what"] for one in found["refused"]}
    assert said["wellbeing", 0, "how"] == "“How to reach them” is missing"
    assert said["wellbeing", 1, "name"] == "“Who” is missing"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"data": theme(), "name": "  "}, "give your name"),
        ({"data": theme(), "name": "x" * 81}, "name"),
        ({"data": theme(title="a\x00b"), "name": "Jo"}, "cannot be shown"),
        ({"data": {"a": [[[[[[[[[["x"]]]]]]]]]]}, "name": "Jo"}, "nested too deeply"),
        ({"data": {"a": ["x"] * 6000}, "name": "Jo"}, "more than 5000 values"),
        ({"data": theme(), "name": "Jo", "path": "../../etc/passwd"}, "path"),
        ({"data": theme(), "name": "Jo", "path": "themes/A B.yaml"}, "path"),
        ({"data": "x", "name": "Jo"}, "data"),
        ({"data": theme(), "name": "Jo", "extra": 1}, "extra"),
    ],
)
async def test_a_form_that_cannot_be_is_one_sentence(editor: Editor, sent: dict[str, object], said: str):
    status, told = await editor.post("save", sent)
    assert status == 422
    assert said in told["error"]
    assert (await editor.get("pack"))[1]["files"] == []


async def test_what_people_asked_becomes_a_phrase_by_one_press(editor: Editor, app: App):
    """It is then no longer listed, and stands in the draft until that is published."""
    keeper = app.unanswered
    keeper.days = 30
    await keeper.keep("where do I send the winter beds form", "out-of-scope")
    await keeper.keep("where do I send the winter beds form", "out-of-scope")
    await write(editor)
    _, found = await editor.get("asked")
    (asked,) = found["asked"]
    assert asked["times"] == 2
    assert (await editor.post("phrase", {"path": PATH, "text": asked["text"], "name": "Jo"}))[0] == 200
    _, file = await editor.get(f"file?path={PATH}")
    assert file["data"]["phrases"][-1] == asked["text"]
    assert file["state"] == "draft"
    assert (await editor.get("asked"))[1]["asked"] == []


async def test_an_editor_is_shown_what_phrases_do_before_anybody_is_answered_by_them(editor: Editor, app: App):
    """Each phrase, what the theme would win, and how many it is likely to miss; an unfinished form is told."""
    _, found = await editor.post("phrases", {"data": theme(phrases=list(PHRASES))})
    report = found["report"]
    assert report["theme"] == "winter-and-patient-flow"
    assert [one["text"] for one in report["phrases"]] == list(PHRASES)
    assert {one["state"] for one in report["phrases"]} <= {"found", "offered", "missed"}
    assert report["won"] >= len(report["wins"])
    assert 0 <= report["likely_missed"] <= 1
    assert "is missing" in (await editor.post("phrases", {"data": {"title": "Winter"}}))[1]["not_yet"]
    assert "winter-and-patient-flow" not in app.knowledge().themes


async def test_a_phrase_that_is_copied_from_a_shipped_theme_is_named_as_such(editor: Editor, app: App):
    """By the theme's title, and without an id; so is one that goes to people."""
    memory = app.classifier.model.memory
    place = list(memory.intents).index(app.classifier.model.catalogue.ids.index("listening"))
    phrases = [*PHRASES, memory.texts[place].capitalize(), "I want to kill myself"]
    _, found = await editor.post("phrases", {"data": theme(phrases=phrases)})
    copied, danger = sorted(found["report"]["warnings"], key=lambda one: "handed over" in one)
    assert "is what the bot has learned for its own theme “Listening”; write one that only" in copied
    assert danger.startswith("“I want to kill myself” is handed over to people (wellbeing)")
    assert "winter-and-patient-flow" not in copied + danger


async def test_phrases_that_are_handovers_are_never_published(editor: Editor, app: App):
    """More than a quarter of them is a mistake, and nothing of the form goes live."""
    status, told = await write(editor, phrases=["I want to kill myself", "I will end my life tonight", "no beds"])
    assert status == 422
    assert told["error"].startswith("Nothing was published. winter-and-patient-flow: 2 of 3 phrases are handed over")
    (marked,) = told["refused"]
    assert marked["at"] == ["phrases"]
    assert "“I want to kill myself”, “I will end my life tonight”" in marked["what"]
    assert "winter-and-patient-flow" not in app.knowledge().themes
