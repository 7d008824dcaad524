"""Words: terms of the trade, Welsh, what a merged lesson becomes, and sentences without stiffness."""

from datetime import UTC, datetime

import pytest

from bot.actions import PlanPromise, TakeOn
from bot.app import App
from bot.conversation.welsh import load_welsh
from bot.message import LessonReply, Message, Place, Press, Reply, TextReply, WhyReply
from bot.store.answers import create_id

HERE = Place("slack", "T1", "D1", private=True)
MERGED = "whole-system-ownership-board-time/2"
KEPT = "culture-change-what-leaders-discuss"


async def say(app: App, text: str) -> Reply:
    return await app.conversation.answer_message(Message(text, "U1", HERE))


async def test_an_improvement_tool_is_found_under_its_name(app: App):
    reply = await say(app, "how do I run a PDSA cycle?")

    assert isinstance(reply, LessonReply)
    assert (reply.theme, reply.title) == ("accepting", "Treat the plan as a draft")
    assert "PDSA cycle" in reply.confidence
    why = await say(app, "why")
    assert isinstance(why, WhyReply)
    assert "You named “PDSA cycle”." in why.lesson


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("what is a neighbourhood team", "neighbourhood team"),
        ("what are the three shifts", "three shifts"),
        ("what are ICB clusters", "ICB cluster"),
        ("and strategic commissioning?", "strategic commissioning"),
    ],
)
async def test_a_term_that_is_named_after_a_lesson_is_answered_and_not_taken_for_a_question_on_it(
    app: App, text: str, named: str
):
    first = await say(app, "our consultants won't come to meetings")
    assert isinstance(first, LessonReply)

    reply = await say(app, text)

    assert isinstance(reply, LessonReply)
    assert reply.title != first.title
    assert f"“{named}”" in reply.confidence


@pytest.mark.parametrize("text", ["help me with a driver diagram", "I want to run a retrospective"])
async def test_where_there_is_no_such_lesson_the_reply_says_that_it_is_the_nearest(app: App, text: str):
    reply = await say(app, text)

    assert isinstance(reply, LessonReply)
    assert "This is the nearest that I have." in reply.confidence


async def test_a_search_finds_a_tool_by_its_name(app: App):
    found = await app.conversation.find_lessons("PDSA cycle")
    assert isinstance(found, tuple)
    assert "Treat the plan as a draft" in [lesson.title for lesson in found]


async def test_what_changed_is_said_beside_the_lesson(app: App):
    reply = await say(app, "we are an ICB cluster now")

    assert isinstance(reply, LessonReply)
    assert "share leaders as clusters" in reply.also


async def test_a_word_of_the_trade_never_comes_before_care(app: App):
    reply = await say(app, "I can't go on after the PDSA meeting, I want to end my life")
    assert reply.kind == "handover"


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Bore da", "greeting", "Saesneg yr wyf yn ei darllen"),
        ("Diolch yn fawr!", "thanks", "Croeso"),
        ("cymorth", "help", "Disgrifiwch yn Saesneg"),
        ("Pwy wyt ti?", "about", "rhaglen, ac nid person"),
        ("Do you speak Welsh?", "greeting", "nid oes gwersi yn Gymraeg eto"),
    ],
)
async def test_welsh_is_answered_in_welsh_above_english(app: App, text: str, kind: str, said: str):
    reply = await say(app, text)

    assert isinstance(reply, TextReply)
    assert reply.intent == kind
    assert said in reply.paragraphs[0]
    assert len(reply.paragraphs) > len(load_welsh().replies[kind if "Welsh" not in text else "language"].says)


def test_the_welsh_is_marked_as_unreviewed_until_somebody_has_read_it():
    assert load_welsh().reviewed is None


async def test_an_answer_of_a_merged_lesson_is_explained_recalled_and_taken_on(app: App):
    answer = create_id()
    await app.answers.record(answer, HERE, "lesson", "whole-system-ownership", MERGED)

    why = await app.conversation.lessons.explain(HERE, answer)
    recalled = await app.conversation.lessons.recall(HERE, answer)
    taken = await app.conversation.answer_press(Press(TakeOn(answer), "U1", HERE))

    found = app.knowledge().find_lesson(KEPT)
    assert found is not None
    assert isinstance(why, WhyReply)
    assert found[1].title in why.lesson
    assert recalled is not None
    assert (recalled.title, "one item on a problem" in recalled.nudge) == (found[1].title, True)
    assert isinstance(taken, TextReply)
    assert recalled.nudge in taken.paragraphs[0]
    planned = [choice.action for choice in taken.choices if isinstance(choice.action, PlanPromise)]
    assert planned
    mine = await say(app, "promises")
    assert isinstance(mine, TextReply)
    assert any("one item on a problem" in line for line in mine.bullets)


async def test_a_tip_of_a_merged_lesson_is_rebuilt_and_counts_as_seen(app: App):
    assert app.tips.rebuild("x", MERGED) is not None
    await app.answers.record(create_id(), HERE, "tip", "whole-system-ownership", MERGED)
    seen = await app.answers.seen(HERE)

    tip = app.knowledge().choose_tip(seen, datetime.now(UTC).date(), ["culture-change"])
    assert tip.nudge.id != app.knowledge().resolve_nudge(MERGED)


async def test_roles_are_asked_for_and_names_are_not(app: App):
    from bot.conversation import responses

    said = " ".join(responses.none_of_these().paragraphs)
    assert "roles" in said
    assert "leave names out" in said


async def test_the_evidence_of_a_reported_quote_names_its_speaker(app: App):
    from bot.actions import PickTheme, ShowPart

    lesson = await app.conversation.answer_press(Press(PickTheme("reaching-out-their-words"), "U1", HERE))
    assert isinstance(lesson, LessonReply)
    assert lesson.quote.attribution.startswith("Colleagues from Salford, as reported in ")
    evidence = await app.conversation.answer_press(Press(ShowPart(lesson.answer, "evidence"), "U1", HERE))
    assert "Whose words: Colleagues from Salford, as the source reports them." in str(evidence)
