"""What the bot says about what it did is what it did."""

from datetime import UTC, datetime

from bot.actions import Another, PickTheme
from bot.app import App
from bot.insights.counts import InsightCounter
from bot.message import LessonReply, Message, Place, Press, Reply, TextReply, WhyReply

HERE = Place("slack", "T1", "C1")
MISSED = "that's not what I meant, this is no help"


async def say(app: App, text: str) -> Reply:
    return await app.conversation.answer_message(Message(text, "U1", HERE))


async def why(app: App) -> WhyReply:
    reply = await app.conversation.lessons.explain(HERE)
    assert isinstance(reply, WhyReply)
    return reply


async def test_under_a_tip_why_does_not_say_that_somebody_asked_for_it(app: App):
    tip = await app.tips.prepare(HERE, datetime.now(UTC).date())  # as a daily tip is
    await app.answers.record(tip.reply.answer, HERE, "tip", tip.reply.theme, tip.nudge)

    assert (await why(app)).opening == "I chose this tip for this place."


async def test_a_place_with_one_theme_is_not_told_that_it_has_seen_every_tip_there_is(app: App):
    tips = len([nudge for lesson in app.knowledge().themes["vision"].lessons for nudge in lesson.nudges])
    for _ in range(tips + 1):
        await app.conversation.lessons.choose_tip(HERE, themes=["vision"])

    assert "has seen every tip that I can give it" in (await why(app)).lesson


async def test_after_another_why_says_that_another_was_asked_for(app: App):
    first = await say(app, "listening")
    assert isinstance(first, LessonReply)
    another = await app.conversation.answer_press(Press(Another(first.answer), "U1", HERE))

    assert another.kind == "theme"
    assert (await why(app)).opening == "You asked for another lesson on “Listening”."
    assert isinstance(another, LessonReply)
    recalled = await app.conversation.lessons.recall(HERE, another.answer)
    assert recalled is not None
    assert recalled.kind == "theme"


async def test_after_a_pick_why_does_not_speak_of_words_that_nobody_wrote(app: App):
    theme = app.knowledge().themes["listening"]
    for lesson in (theme.lessons[-1], theme.lessons[0]):
        picked = await app.conversation.answer_press(Press(PickTheme(lesson.id), "U1", HERE))

        assert isinstance(picked, LessonReply)
        assert (picked.kind, picked.title) == ("lesson", lesson.title)
        assert (await why(app)).opening == "You picked the theme “Listening”."
        assert (await why(app)).lesson == f"Within the theme I chose “{lesson.title}”."


async def test_a_lesson_that_was_seen_is_not_told_again_by_a_pick(app: App):
    lesson = app.knowledge().themes["listening"].lessons[0]
    for _ in range(2):
        picked = await app.conversation.answer_press(Press(PickTheme(lesson.id), "U1", HERE))

    assert isinstance(picked, LessonReply)
    assert picked.theme == "listening"
    assert picked.title != lesson.title
    told = await why(app)
    assert "you wrote" not in told.lesson
    assert told.lesson.endswith("The lesson that you see is new to this place.")


async def test_where_somebody_shared_a_lesson_why_says_so(app: App):
    alone = Place("slack", "T1", "U1", private=True)
    await app.conversation.answer_message(Message("third time we have advertised the band 6 post", "U1", alone))
    shared = await app.conversation.lessons.share(alone, "", HERE)

    assert isinstance(shared, LessonReply)
    assert shared.kind == "lesson"
    told = await why(app)
    assert told.opening == "Somebody shared this lesson here."
    assert told.lesson == f"It is “{shared.title}”, from the theme “{shared.theme_title}”."
    assert (told.words, told.ranked) == ((), ())


async def test_what_was_picked_and_shared_counts_as_lessons(app: App):
    for lesson in app.knowledge().themes["listening"].lessons[:5]:
        await app.conversation.answer_press(Press(PickTheme(lesson.id), "U1", HERE))
        await app.conversation.lessons.share(HERE, "", Place("slack", "T1", "C2"))

    weeks = await InsightCounter(app.engine, "Europe/London", app.knowledge).count_weeks(1)
    by_platform = next(table for table in weeks.tables if table.title == "By platform")
    assert by_platform.rows[0].counts[0] == 10


async def test_another_lesson_counts_as_a_lesson(app: App):
    await say(app, "listening")
    for _ in range(4):
        await app.conversation.answer_press(Press(Another(""), "U1", HERE))

    weeks = await InsightCounter(app.engine, "Europe/London", app.knowledge).count_weeks(1)
    by_platform = next(table for table in weeks.tables if table.title == "By platform")
    assert by_platform.rows[0].counts[0] == 5


async def test_nothing_is_said_to_be_noted_where_there_was_no_answer(app: App):
    missed = await say(app, MISSED)
    assert isinstance(missed, TextReply)
    assert "noted" not in " ".join(missed.paragraphs)
    assert "one of these" not in " ".join(missed.paragraphs)

    await say(app, "third time we have advertised the band 6 post and not one applicant")
    missed = await say(app, MISSED)
    assert isinstance(missed, TextReply)
    assert "it is noted, without your words" in missed.paragraphs[0]
    assert "one of these:" in missed.paragraphs[1]
    assert len(missed.choices) > 1


async def test_insights_name_the_simulator_page_wherever_they_are_read(app: App):
    for _ in range(6):
        await app.conversation.lessons.choose_tip(Place("simulator", "", "someone"))

    weeks = await InsightCounter(app.engine, "Europe/London", app.knowledge).count_weeks(1)
    by_platform = next(table for table in weeks.tables if table.title == "By platform")
    assert [row.name for row in by_platform.rows] == ["Simulator page"]
