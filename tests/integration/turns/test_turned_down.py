"""What was turned down in a thread does not come again there: a lesson, its words, a small step."""

import itertools

import pytest

from bot.actions import PickTheme, ShowPart
from bot.app import App
from bot.message import ClarifyReply, DepthReply, LessonReply, Message, Place, Press, TextReply

HERE = Place("terminal", "", "talk", private=True)
PROBLEMS = (
    "our consultants cross their arms in every workshop about the new clinic",
    "the receptionists are leaving because of the new triage system",
    "my team met its target and nobody said thank you",
    "staff are tired and cynical after the third reorganisation",
)


async def say(app: App, text: str, place: Place = HERE):
    return await app.conversation.answer_message(Message(text, "person", place))


def find_longest_word(text: str) -> str:
    """Return the longest word of a step, as somebody names what they do not have."""
    words = ["".join(letter for letter in word if letter.isalpha()) for word in text.split()]
    return max(words, key=len).lower()


@pytest.mark.parametrize("problem", PROBLEMS)
async def test_a_step_that_was_refused_is_not_offered_again(app: App, problem: str):
    first = await say(app, problem)
    assert isinstance(first, LessonReply)

    await say(app, f"we don't have any {find_longest_word(first.nudge)} here. what do i say")

    for _ in range(12):
        reply = await say(app, "another")
        if not isinstance(reply, LessonReply):
            break
        assert reply.nudge != first.nudge
    picked = await app.conversation.answer_press(Press(PickTheme(first.theme), "person", HERE))
    assert isinstance(picked, LessonReply)
    assert picked.nudge != first.nudge


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("told", ["no", "that's not it", "not that", "no, that's wrong"])
async def test_a_lesson_that_was_turned_down_is_not_given_again(app: App, problem: str, told: str):
    first = await say(app, problem)
    assert isinstance(first, LessonReply)

    answered = await say(app, told)

    assert isinstance(answered, TextReply)
    assert "missed the point" in answered.paragraphs[0]
    again = await say(app, problem)
    shown = again.title if isinstance(again, LessonReply | DepthReply) else ""
    assert shown != first.title


async def test_what_was_turned_down_in_one_thread_is_given_in_another(app: App):
    threads = [Place("terminal", "", "talk", thread=name, private=True) for name in ("one", "two")]
    first = await say(app, PROBLEMS[0], threads[0])
    await say(app, "that's not it", threads[0])

    other = await say(app, PROBLEMS[0], threads[1])

    assert isinstance(first, LessonReply)
    assert isinstance(other, LessonReply)
    assert other.theme == first.theme


async def test_each_theme_under_a_refusal_says_what_it_has(app: App):
    refused = await say(app, "who chairs the health and wellbeing board now")

    assert isinstance(refused, TextReply)
    assert refused.intent == "out-of-scope"
    titles = [one.label for one in refused.choices if isinstance(one.action, PickTheme)]
    assert titles
    assert [line.partition(": ")[0] for line in refused.bullets] == titles
    assert all(line.partition(": ")[2] for line in refused.bullets)


async def test_an_aside_names_what_the_lesson_has_left_and_goes_on_from_it(app: App):
    await say(app, PROBLEMS[0])
    await say(app, "what do I say")

    aside = await say(app, "ok but he's off till the 12th. do i wait")

    assert isinstance(aside, TextReply)
    parts = [one.action.part for one in aside.choices if isinstance(one.action, ShowPart)]
    assert "say" not in parts
    assert {"how", "if_not"} <= set(parts)
    themes = [one for one in aside.choices if isinstance(one.action, PickTheme)]
    assert themes
    picked = await say(app, themes[0].label)
    assert isinstance(picked, LessonReply)
    assert picked.theme_title == themes[0].label


async def test_a_part_in_one_line_keeps_the_other_themes_of_the_question(app: App):
    asked = await say(app, "middle managers say yes in the meeting and then nothing moves")
    assert isinstance(asked, ClarifyReply)
    titles = {one.label for one in asked.choices if isinstance(one.action, PickTheme)}

    brief = await say(app, "in one line please")

    assert isinstance(brief, DepthReply)
    offered = {one.label for one in brief.choices if isinstance(one.action, PickTheme)}
    assert offered == titles - {brief.theme_title}


@pytest.mark.parametrize(
    "foreign",
    [
        "what's the weather doing in Stoke tomorrow",
        "Recipe for lemon drizzle without eggs?",
        "score in the rugby?",
        "write me a regex for postcodes",
        "What's 17.5 per cent of 2,340?",
        "printer on the first floor's jammed",
    ],
)
@pytest.mark.parametrize("problem", [PROBLEMS[0], "night staff never hear about any change until it has happened"])
async def test_what_is_clearly_foreign_is_refused_in_a_talk_too(app: App, foreign: str, problem: str):
    await say(app, problem)

    reply = await say(app, foreign)

    assert isinstance(reply, TextReply)
    assert reply.intent == "out-of-scope"


async def test_nothing_is_gone_on_with_where_nothing_is_pending(app: App):
    places = (Place("terminal", "", f"new-{number}", private=True) for number in itertools.count())
    for text, place in zip(
        ("do i email or ring", "what time though. 2am? 4am", "pizza wont cut it"), places, strict=False
    ):
        reply = await say(app, text, place)
        assert isinstance(reply, TextReply), text
        assert reply.intent in ("out-of-scope", "notice"), text
