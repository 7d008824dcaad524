"""The daily tip and the promises, as people type and press them, on a real database with a real pack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from bot.message import LessonReply, Message, Place, Press
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from bot.store.deliveries import Deliveries
from bot.store.promises import Promises
from bot.store.subscriptions import Subscriptions
from bot.telling import Tips
from bot.tips.coming import decide
from bot.tips.health import metrics, take_health
from bot.tips.promising import Promising
from bot.tips.subscribing import Subscribing
from knowledge import Knowledge

HERE = Place("slack", "T1", "C1")
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
KNOWLEDGE = Knowledge.load()


@dataclass
class Bot:
    """The two ports on one database, and a clock to set."""

    database: object
    now: datetime = MONDAY
    enqueued: list = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = Answers(self.database)
        self.deliveries = Deliveries(self.database)
        self.subscriptions = Subscriptions(self.database)
        self.promises = Promises(self.database)
        self.tips = Tips(lambda: KNOWLEDGE, self.answers, promises=True)
        self.daily = Subscribing(
            self.subscriptions, self.deliveries, self.tips, lambda: KNOWLEDGE, now=lambda: self.now
        )
        self.promising = Promising(self.promises, self.answers, self.tips, now=lambda: self.now)

    async def type(self, text: str, place: Place = HERE, person: str = "U1"):
        return await self.daily.command(Message(text, person, place))

    async def press(self, action, value, place: Place = HERE, person: str = "U1"):
        port = self.daily if action.startswith("daily") else self.promising
        return await port.press(Press(action, value, person, place))

    async def sweep(self) -> None:
        def enqueue(_connection, one):
            self.enqueued.append((one.id, one.next_day))

        while await self.deliveries.take_due(self.now, 500, lambda one: decide(one, self.now), enqueue):
            pass


@pytest.fixture
async def bot(sqlite_url) -> AsyncIterator[Bot]:
    database = open_engine(sqlite_url)
    await migrate(database)
    yield Bot(database)
    await database.dispose()


def said(reply) -> str:
    return " ".join([*reply.paragraphs, *reply.bullets])


async def test_a_place_subscribes_and_is_told_what_it_gets(bot):
    reply = await bot.type("daily weekdays 8:30 theme listening, learning")

    assert reply.intent == "daily-changed"
    assert "Monday to Friday at 08:30 (Europe/London), on listening, learning" in said(reply)
    assert "but not on bank holidays in England" in said(reply)
    assert "The next one comes on Monday 2 March 2026 at 08:30." in said(reply)
    assert "Monday to Friday at 08:30" in said(await bot.type("daily"))


async def test_what_is_no_command_is_let_pass_without_a_look_at_the_database(bot):
    asked: list[str] = []
    event.listen(
        bot.database.sync_engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: asked.append(statement)
    )

    assert await bot.type("nobody listens to us") is None
    assert asked == []
    assert await bot.type("daily status") is not None
    assert asked


async def test_without_a_time_it_asks_and_a_press_answers(bot):
    reply = await bot.type("daily on")
    choice = reply.choices[1]
    assert (choice.label, choice.action) == ("Weekdays at 09:00", "daily-confirm")

    assert "at 09:00" in said(await bot.press(choice.action, choice.value))


async def test_words_are_confirmed_before_anything_changes(bot):
    message = Message("can you post a tip here every day at nine?", "U1", HERE)
    reply = await bot.daily.asked("daily-on", message)

    assert "Shall I post a small tip here every day at 09:00" in said(reply)
    assert await bot.subscriptions.at(HERE) is None
    assert "left everything" in said(await bot.press("daily-cancel", ""))
    await bot.press("daily-confirm", reply.choices[0].value)
    assert (await bot.subscriptions.at(HERE)).weekdays == frozenset(range(7))


async def test_stopping_in_words_is_confirmed_too(bot):
    await bot.type("daily 9:00")
    reply = await bot.daily.asked("daily-off", Message("please pause the tips until 9 March", "U1", HERE))
    assert "Shall I pause the daily tip here until Monday 9 March 2026?" in said(reply)
    await bot.press("daily-confirm", reply.choices[0].value)

    assert "comes on Monday 9 March" in said(await bot.type("daily status"))


async def test_pause_skip_off_and_on(bot):
    await bot.type("daily 9:00")
    assert "leave out Monday 2 March 2026" in said(await bot.type("daily skip"))
    assert "Tuesday 3 March 2026 at 09:00" in said(await bot.type("daily status"))
    assert "They come again from Monday 16 March" in said(await bot.type("daily pause for two weeks"))
    assert "brings them back" in said(await bot.type("daily pause"))
    assert "is paused" in said(await bot.type("daily"))
    assert "Tuesday 3 March" in said(await bot.type("daily on"))
    assert "no more tips" in said(await bot.type("daily off"))
    assert "No daily tip is set up" in said(await bot.type("daily"))
    assert (await bot.subscriptions.at(HERE)).next_due is None


async def test_what_cannot_be_meant_changes_nothing(bot):
    reply = await bot.type("daily 25:00")

    assert "no time of day" in said(reply)
    assert await bot.subscriptions.at(HERE) is None
    assert await bot.type("daily huddles are not working for us") is None


async def test_a_preview_is_exactly_what_is_posted(bot):
    await bot.type("daily weekdays 9:00")
    preview = (await bot.type("daily preview")).bullets
    posted = []
    for _ in preview:
        subscription = await bot.subscriptions.at(HERE)
        bot.now = subscription.next_due + timedelta(seconds=1)
        day = subscription.next_day
        await bot.sweep()
        tip = await bot.tips.prepare(HERE, day)
        delivery, _ = await bot.deliveries.load(subscription.id, day)
        mine = await bot.deliveries.intend(delivery, tip.reply.answer, tip.reply.theme, tip.nudge)
        await bot.deliveries.finish(mine, subscription, "posted", None)
        posted.append(f"{tip.reply.title} ({tip.reply.theme_title})")

    assert [line.partition(": ")[2] for line in preview] == posted


async def test_a_test_is_shown_and_not_recorded(bot):
    reply = await bot.type("daily test")

    assert isinstance(reply, LessonReply)
    assert await bot.answers.seen(HERE) == []
    assert reply.choices == ()


async def test_switching_off_and_on_again_brings_no_second_tip_that_day(bot):
    await bot.type("daily 9:00")
    bot.now = MONDAY + timedelta(hours=2, minutes=1)
    await bot.sweep()
    await bot.type("daily off")
    await bot.type("daily every day 10:00")

    assert (await bot.subscriptions.at(HERE)).next_day == date(2026, 3, 3)
    assert len(bot.enqueued) == 1


async def test_days_away_are_recorded_as_missed_and_only_the_last_is_posted(bot):
    await bot.type("daily 9:00")
    bot.now = MONDAY + timedelta(days=3, hours=3)
    await bot.sweep()

    assert [day for _, day in bot.enqueued] == [date(2026, 3, 5)]
    assert await bot.deliveries.counts(MONDAY) == {"missed": 3, "due": 1}


async def test_a_clock_set_back_brings_nothing_twice(bot):
    await bot.type("daily 9:00")
    bot.now = MONDAY + timedelta(hours=2, minutes=1)
    await bot.sweep()
    bot.now = MONDAY
    await bot.type("daily 8:00")  # the day's tip has come, whatever the clock says now
    bot.now = MONDAY + timedelta(hours=3)
    await bot.sweep()

    assert len(bot.enqueued) == 1


async def test_operators_see_what_fails_and_why(bot):
    await bot.type("daily 9:00")
    bot.now = MONDAY + timedelta(hours=2, minutes=1)
    await bot.sweep()
    subscription = await bot.subscriptions.at(HERE)
    delivery, _ = await bot.deliveries.load(subscription.id, date(2026, 3, 2))
    await bot.deliveries.finish(delivery, subscription, "refused", "the channel is archived")
    await bot.subscriptions.refuse(subscription.id, "the channel is archived")

    health = await take_health(bot.database, lambda: bot.now)

    assert health.deliveries == {"refused": 1}
    assert [(one.reason, one.day) for one in health.troubles] == [("the channel is archived", date(2026, 3, 2))]
    assert 'small_steps_tips{state="refused"} 1' in metrics(health)
    assert "has stopped: the channel is archived" in said(await bot.type("daily"))
    assert "The next one comes on Tuesday" in said(await bot.type("daily on"))


async def test_a_workspace_that_leaves_takes_its_tips_and_promises_along(bot):
    await bot.type("daily 9:00")
    await promise(bot)
    assert await bot.subscriptions.forget_team("slack", "T1") == 1
    assert await bot.promises.forget_team("slack", "T1") == 1


async def promise(bot, person="U1"):
    tip = await bot.tips.prepare(HERE, date(2026, 3, 2))
    await bot.answers.record(tip.reply.answer, HERE, "tip", tip.reply.theme, tip.nudge)
    assert tip.reply.choices[0].label == "I’ll do this"
    return await bot.press("promise", tip.reply.answer, person=person)


async def test_a_promise_is_taken_on_with_a_day_and_asked_about_once(bot):
    reply = await promise(bot)
    assert "When …, I will …" in said(reply)
    tuesday = next(choice for choice in reply.choices if choice.label == "Tuesday")
    answer = await bot.press(tuesday.action, tuesday.value)
    assert "on Wednesday 4 March 2026 at 10:00" in said(answer)

    asked = []
    bot.now = datetime(2026, 3, 4, 10, 0, 1, tzinfo=UTC)
    for _ in range(3):
        await bot.promises.take_due(bot.now, 500, lambda _connection, one: asked.append(one.id))
    assert len(asked) == 1
    assert (await bot.press("promise", f"{asked[0]}:week")).paragraphs[0].startswith("I no longer")


async def test_nobody_is_asked_on_a_weekend_or_a_bank_holiday(bot):
    bot.now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)  # Wednesday before Easter
    reply = await promise(bot)
    assert [choice.label for choice in reply.choices[1:4]] == ["Thursday", "Tuesday", "Wednesday"]
    thursday = reply.choices[1]

    assert "Tuesday 7 April 2026 at 10:00" in said(await bot.press(thursday.action, thursday.value))


@pytest.mark.parametrize(
    ("action", "says"),
    [("done", "1 small step taken here this month"), ("not-yet", "smallest part"), ("not-for-me", "another")],
)
async def test_each_answer_has_a_next_step(bot, action, says):
    name = (await promise(bot)).choices[0].value.partition(":")[0]

    assert says in said(await bot.press(action, name))
    total = await bot.promising.command(Message("steps", "U9", HERE))
    assert ("1 small step" in said(total)) is (action == "done")
    assert "U1" not in said(total)


async def test_a_promise_is_its_makers_alone_and_withdrawn_by_one_press(bot):
    name = (await promise(bot)).choices[0].value.partition(":")[0]

    assert "no longer have" in said(await bot.press("withdraw", name, person="U2"))
    assert (await bot.promising.command(Message("promises", "U2", HERE))).bullets == ()
    assert len((await bot.promising.command(Message("my promises", "U1", HERE))).bullets) == 1
    assert "deleted" in said(await bot.press("withdraw", name))
    assert (await bot.promising.command(Message("promises", "U1", HERE))).bullets == ()


async def test_promises_are_deleted_after_ninety_days(bot):
    await promise(bot)

    assert await bot.promises.forget(bot.now + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("value", ["", "nonsense", "nonsense:week", "nonsense:2026-03-03"])
async def test_what_is_pressed_is_looked_up_and_never_trusted(bot, value):
    assert "no longer" in said(await bot.press("promise", value))


async def test_in_a_terminal_there_is_nowhere_to_post(bot):
    terminal = Place("terminal", "", "me", private=True)

    assert "cannot post daily tips here" in said(await bot.type("daily 9:00", place=terminal))
