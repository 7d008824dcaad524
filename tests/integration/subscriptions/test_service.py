"""The daily tip and the promises, as people type and press them, on a real database with a real pack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import event

from bot.actions import ChangeDaily, ConfirmDaily, DailyForm, PauseDaily, RemindOn, SayCue
from bot.conversation.moments import PlannedTip
from bot.conversation.tips import TipChooser
from bot.delivery.health import measure_health, render_metrics
from bot.message import DepthReply, LessonReply, Message, Place, Press
from bot.platforms import wire
from bot.platforms.abilities import ABILITIES
from bot.promises.service import PromiseService
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from bot.store.deliveries import Deliveries
from bot.store.promises import Promises
from bot.store.subscriptions import Subscriptions, build_refusal
from bot.subscriptions.calendar import decide, list_coming_tips
from bot.subscriptions.calendar_file import write_calendar
from bot.subscriptions.plan import find_moment, plan_tip
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.service import SubscriptionService
from tests.packaged import packaged_pack

HERE = Place("slack", "T1", "C1")
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
KNOWLEDGE = packaged_pack()


@dataclass
class ServiceHarness:
    """The two ports on one database, and a clock to set."""

    database: object
    now: datetime = MONDAY
    enqueued: list = field(default_factory=list)
    given: str = ""  # the answer with the latest step

    def __post_init__(self) -> None:
        self.answers = Answers(self.database)
        self.deliveries = Deliveries(self.database)
        self.subscriptions = Subscriptions(self.database)
        self.promises = Promises(self.database)
        self.tips = TipChooser(lambda: KNOWLEDGE, self.answers, promises=True, find_steps=self.promises.find_taken)
        self.daily = SubscriptionService(
            self.subscriptions, self.deliveries, self.tips, lambda: KNOWLEDGE, ABILITIES, now=lambda: self.now
        )
        self.promising = PromiseService(
            self.promises,
            self.answers,
            self.tips,
            ABILITIES,
            now=lambda: self.now,
            shows_progress=self.daily.shows_progress,
        )

    async def type(self, text: str, place: Place = HERE, person: str = "U1"):
        return await self.daily.answer_command(Message(text, person, place))

    async def press(self, action, value, place: Place = HERE, person: str = "U1", name: str = ""):
        port = self.daily if action.startswith("daily") else self.promising  # “cue”, “smaller” and “name-me” too
        return await port.answer_press(Press(wire.read_button(action, value), person, place, name=name))

    async def sweep(self) -> None:
        def enqueue(_connection, tips):
            self.enqueued.extend((tip.subscription.id, tip.delivery.day) for tip in tips)

        while await self.deliveries.take_due(self.now, 500, lambda one: decide(one, self.now), enqueue):
            pass


@pytest.fixture
async def bot(sqlite_url) -> AsyncIterator[ServiceHarness]:
    database = open_engine(sqlite_url)
    await migrate(database)
    yield ServiceHarness(database)
    await database.dispose()


def said(reply) -> str:
    return " ".join([*reply.paragraphs, *reply.bullets])


async def test_a_place_subscribes_and_is_told_what_it_gets(bot):
    reply = await bot.type("daily weekdays 8:30 theme listening, learning")

    assert reply.intent == "daily-changed"
    assert "Monday to Friday at 08:30 (Europe/London), on “Listening” and “Learning”" in said(reply)
    assert "but not on bank holidays in England" in said(reply)
    assert "The next one comes on Monday 2 March 2026 at 08:30." in said(reply)
    assert "Monday to Friday at 08:30" in said(await bot.type("daily"))


async def test_what_can_be_typed_is_told_as_it_is_typed_there(bot):
    in_channel, alone = said(await bot.type("daily 9:00")), Place("slack", "T1", "U1", private=True)

    assert "Type “/steps daily” to see how it stands, “/steps daily skip”" in in_channel
    assert "“/steps daily weekdays 8:30”" in said(await bot.type("daily 9:00 sharpish"))
    assert "Type “daily” to see how it stands" in said(await bot.type("daily 9:00", place=alone))
    name = (await promise(bot)).choices[0].action.promise
    assert "“/steps promises”" in said(await bot.press("promise", f"{name}:never"))


async def test_a_time_zone_is_asked_for_only_where_nothing_else_tells_it(bot):
    """A platform pays for it with a request, so neither a huddle nor a tip that is set up is worth one."""
    asked: list[str] = []

    async def ask() -> str:
        asked.append("once")
        return "Europe/Paris"

    assert (
        await bot.daily.answer_command(
            Message("daily huddles wear us out, what can we do about them?", "U1", HERE), ask
        )
        is None
    )
    await bot.daily.answer_request("daily-off", Message("please stop the tips", "U1", HERE), ask)
    await bot.daily.answer_command(Message("daily 9:00", "U1", HERE, "Europe/Rome"), ask)
    await bot.daily.answer_command(Message("daily 10:00", "U1", HERE), ask)
    assert (await bot.subscriptions.at(HERE)).zone == "Europe/Rome"
    assert asked == []

    await bot.daily.answer_command(Message("daily 9:00", "U1", PAGE), ask)
    assert (await bot.subscriptions.at(PAGE)).zone == "Europe/Paris"
    assert asked == ["once"]


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
    assert (choice.label, wire.write_button(choice.action)[0]) == ("Weekdays at 09:00", "daily-confirm")

    assert "at 09:00" in said(await bot.press(*wire.write_button(choice.action)))


async def test_words_are_confirmed_before_anything_changes(bot):
    message = Message("can you post a tip here every day at nine?", "U1", HERE)
    reply = await bot.daily.answer_request("daily-on", message)

    assert "Shall I post a small tip here every day at 09:00" in said(reply)
    assert await bot.subscriptions.at(HERE) is None
    assert "left everything" in said(await bot.press("daily-cancel", ""))
    await bot.press("daily-confirm", wire.write_button(reply.choices[0].action)[1])
    assert (await bot.subscriptions.at(HERE)).weekdays == frozenset(range(7))


async def test_the_time_zone_that_is_confirmed_is_the_one_that_is_saved(bot):
    """Somebody in Paris asks, and somebody in London says yes: the hour stays the one that both have read."""
    asked = Message("message us every morning at nine", "U1", HERE, "Europe/Paris")
    reply = await bot.daily.answer_request("daily-on", asked)
    assert "at 09:00 (Europe/Paris)" in said(reply)

    await bot.daily.answer_press(Press(reply.choices[0].action, "U2", HERE, "Europe/London"))

    assert (await bot.subscriptions.at(HERE)).zone == "Europe/Paris"


async def test_stopping_in_words_is_confirmed_too(bot):
    await bot.type("daily 9:00")
    reply = await bot.daily.answer_request("daily-off", Message("please pause the tips until 9 March", "U1", HERE))
    assert "Shall I pause the daily tip here until Monday 9 March 2026?" in said(reply)
    await bot.press("daily-confirm", wire.write_button(reply.choices[0].action)[1])

    assert "comes on Monday 9 March" in said(await bot.type("daily status"))


async def test_pause_skip_off_and_on(bot):
    await bot.type("daily weekdays 9:00")
    assert "leave out Monday 2 March 2026" in said(await bot.type("daily skip"))
    assert "Tuesday 3 March 2026 at 09:00" in said(await bot.type("daily status"))
    assert "The daily tip is paused until Monday 16 March" in said(await bot.type("daily pause for two weeks"))
    assert "brings it back" in said(await bot.type("daily pause"))
    assert "is paused" in said(await bot.type("daily"))
    assert "Tuesday 3 March" in said(await bot.type("daily on"))
    assert "no more tips" in said(await bot.type("daily off"))
    assert "is stopped. “/steps daily on” brings it back, Monday to Friday at 09:00" in said(await bot.type("daily"))
    assert (await bot.subscriptions.at(HERE)).next_due is None


async def test_a_second_skip_does_not_undo_the_first(bot):
    """Two colleagues may each ask for it; one tip is left out."""
    await bot.type("daily weekdays 9:00")
    await bot.type("daily skip")
    again = await bot.type("daily skip", person="U2")

    assert again.intent == "daily"
    assert "Monday 2 March 2026 is left out already" in said(again)
    assert "The next one comes on Tuesday 3 March 2026" in said(again)
    bot.now = MONDAY + timedelta(hours=3)
    await bot.sweep()
    assert "leave out Tuesday 3 March 2026" in said(await bot.type("daily skip"))
    assert bot.enqueued == []


async def test_skip_tomorrow_leaves_todays_tip_alone(bot):
    await bot.type("daily weekdays 9:00")
    reply = await bot.type("daily skip tomorrow")

    assert "leave out Tuesday 3 March 2026" in said(reply)
    assert "The next one comes on Monday 2 March 2026 at 09:00" in said(reply)
    assert "Tuesday 3 March 2026 is left out already" in said(await bot.type("daily skip"))


async def test_skip_tomorrow_says_so_when_none_would_come(bot):
    await bot.type("daily mondays 9:00")

    assert "No tip would come on Tuesday 3 March 2026" in said(await bot.type("daily skip tomorrow"))
    assert (await bot.subscriptions.at(HERE)).skip_day is None


async def test_a_change_during_a_pause_without_an_end_leaves_it_paused_and_says_so(bot):
    await bot.type("daily 9:00")
    await bot.type("daily pause")
    changed = said(await bot.type("daily weekdays 8:30"))

    assert "at 08:30" in changed
    assert "It stays paused" in changed
    assert "No tip is coming" not in changed
    assert (await bot.subscriptions.at(HERE)).paused_for_good
    assert "Monday 2 March 2026 at 08:30" in said(await bot.type("daily on"))


async def test_a_form_without_a_date_ends_no_pause_that_has_no_end(bot):
    await bot.type("daily 9:00")
    await bot.type("daily pause")
    form = DailyForm("8:30", WEEKDAYS)
    saved = await bot.daily.apply_form(form, Message("", "U1", HERE))

    assert "It stays paused" in said(saved)
    await bot.daily.apply_form(replace(form, until="2026-03-16"), Message("", "U1", HERE))
    assert (await bot.subscriptions.at(HERE)).next_day == date(2026, 3, 16)
    assert "Monday 2 March 2026" in said(await bot.daily.apply_form(form, Message("", "U1", HERE)))


async def test_a_pause_brings_back_nothing_that_the_platform_refuses(bot):
    await bot.type("daily 9:00")
    async with bot.database.begin() as connection:
        await connection.execute(*build_refusal((await bot.subscriptions.at(HERE)).id, "the channel is archived"))

    assert "has stopped: the channel is archived" in said(await bot.type("daily pause until 9 March"))


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
        found = await bot.deliveries.load(subscription.id, day)
        mine = await bot.deliveries.intend(found.delivery, tip.reply.answer, tip.reply.theme, tip.nudge)
        await bot.deliveries.finish(replace(found, delivery=mine), "posted", None)
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
    await bot.type("daily weekdays 9:00")
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
    await bot.type("daily weekdays 9:00")
    bot.now = MONDAY + timedelta(hours=2, minutes=1)
    await bot.sweep()
    subscription = await bot.subscriptions.at(HERE)
    found = await bot.deliveries.load(subscription.id, date(2026, 3, 2))
    await bot.deliveries.finish(found, "refused", "the channel is archived")

    health = await measure_health(bot.database, lambda: bot.now)

    assert health.deliveries == {"refused": 1}
    assert [(one.reason, one.day) for one in health.failures] == [("the channel is archived", date(2026, 3, 2))]
    assert 'small_steps_tips{state="refused"} 1' in render_metrics(health)
    assert "has stopped: the channel is archived" in said(await bot.type("daily"))
    assert "The next one comes on Tuesday" in said(await bot.type("daily on"))


async def test_a_workspace_that_leaves_takes_its_tips_and_promises_along(bot):
    await bot.type("daily 9:00")
    await promise(bot)
    assert await bot.subscriptions.forget_team("slack", "T1") == 1
    assert await bot.promises.forget_team("slack", "T1") == 1


async def promise(bot, person="U1", place=HERE):
    tip = await bot.tips.prepare(place, date(2026, 3, 2))
    await bot.answers.record(tip.reply.answer, place, "tip", tip.reply.theme, tip.nudge)
    assert tip.reply.choices[0].label == "I’ll do this"
    bot.given = tip.reply.answer
    return await bot.press("promise", tip.reply.answer, place, person)


def pick(reply, label: str):
    """The action of the choice with a label."""
    return next(choice.action for choice in reply.choices if choice.label == label)


async def test_a_promise_is_taken_on_with_a_day_and_asked_about_once(bot):
    reply = await promise(bot)
    assert "When …, I will …" in said(reply)
    more = await bot.press(*wire.write_button(pick(reply, "Another moment")))
    answer = await bot.press(*wire.write_button(pick(more, "Tuesday")))
    assert "on Wednesday 4 March 2026 at 10:00" in said(answer)

    asked = []
    bot.now = datetime(2026, 3, 4, 10, 0, 1, tzinfo=UTC)
    for _ in range(3):
        await bot.promises.take_due(bot.now, 500, lambda _connection, them: asked.extend(one.id for one in them))
    assert len(asked) == 1
    assert "already" in said(await bot.press("promise", f"{asked[0]}:week"))


async def test_a_step_can_be_taken_on_again_after_its_reminder(bot):
    """The first promise was asked about and not answered; the second has a reminder of its own."""
    first = await promise(bot)
    await bot.press("promise", wire.write_button(first.choices[0].action)[1])
    bot.now += timedelta(days=14)
    await bot.promises.take_due(bot.now, 500, lambda _connection, _one: None)

    second = await bot.press("promise", bot.given)
    planned = await bot.press("promise", wire.write_button(second.choices[0].action)[1])

    assert "I will ask you once, on" in said(planned)
    assert len(await bot.promises.of("slack", "T1", "U1")) == 2


@pytest.mark.parametrize("when", ["week", "never"])
async def test_a_late_press_on_an_old_card_is_told_that_the_reminder_has_come(bot, when):
    name = (await promise(bot)).choices[0].action.promise
    await bot.press("promise", f"{name}:week")
    bot.now += timedelta(days=8)
    await bot.promises.take_due(bot.now, 500, lambda _connection, _one: None)
    told = await bot.press("promise", f"{name}:{when}")

    assert "I have asked you about that one already" in said(told)
    assert [choice.label for choice in told.choices] == ["Done", "Not yet", "Not for me"]


async def test_nobody_is_asked_about_what_is_settled(bot):
    name = (await promise(bot)).choices[0].action.promise
    await bot.press("done", name)

    assert "I will not ask" in said(await bot.press("promise", f"{name}:week"))
    (settled,) = await bot.promises.of("slack", "T1", "U1")
    assert settled.check_at is None


async def test_nobody_is_asked_on_a_weekend_or_a_bank_holiday(bot):
    bot.now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)  # Wednesday before Easter
    reply = await promise(bot)
    more = await bot.press(*wire.write_button(pick(reply, "Another moment")))
    assert [choice.label for choice in more.choices[:3]] == ["Thursday", "Tuesday", "Wednesday"]

    assert "Tuesday 7 April 2026 at 10:00" in said(await bot.press(*wire.write_button(pick(more, "Thursday"))))


@pytest.mark.parametrize(
    ("action", "says"),
    [("done", "1 small step has been taken here this month"), ("not-yet", "smallest part"), ("not-for-me", "another")],
)
async def test_each_answer_has_a_next_step(bot, action, says):
    name = (await promise(bot)).choices[0].action.promise

    assert says in said(await bot.press(action, name))
    total = await bot.promising.answer_command(Message("steps", "U9", HERE))
    assert ("1 small step" in said(total)) is (action == "done")
    assert "U1" not in said(total)


async def test_a_promise_is_its_makers_alone_and_withdrawn_by_one_press(bot):
    name = (await promise(bot)).choices[0].action.promise

    assert "no longer have" in said(await bot.press("withdraw", name, person="U2"))
    assert (await bot.promising.answer_command(Message("promises", "U2", HERE))).bullets == ()
    assert len((await bot.promising.answer_command(Message("my promises", "U1", HERE))).bullets) == 1
    assert "deleted" in said(await bot.press("withdraw", name))
    assert (await bot.promising.answer_command(Message("promises", "U1", HERE))).bullets == ()


async def test_promises_are_deleted_after_ninety_days(bot):
    await promise(bot)

    assert await bot.promises.delete_before(bot.now + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("value", ["", "nonsense", "nonsense:week", "nonsense:2026-03-03"])
async def test_what_is_pressed_is_looked_up_and_never_trusted(bot, value):
    assert "no longer" in said(await bot.press("promise", value))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (PauseDaily(date(2026, 3, 1)), "Sunday 1 March 2026 has passed"),
        (PauseDaily(date(2030, 3, 1)), "more than a year away"),
        (ChangeDaily(themes=("astrology",)), "I know no theme called “astrology”"),
        (ChangeDaily(paused_until=date(2026, 3, 1)), "Sunday 1 March 2026 has passed"),
    ],
    ids=str,
)
async def test_what_is_pressed_is_held_to_what_holds_when_it_is_typed(bot, command, says):
    """A button may stand there for months, and anybody can make one up."""
    await bot.type("daily 9:00")
    before = await bot.subscriptions.at(HERE)

    reply = await bot.daily.answer_press(Press(ConfirmDaily(command), "U1", HERE))

    assert says in said(reply)
    assert await bot.subscriptions.at(HERE) == before


async def test_in_a_terminal_there_is_nowhere_to_post(bot):
    terminal = Place("terminal", "", "me", private=True)

    assert "cannot post daily tips here" in said(await bot.type("daily 9:00", place=terminal))


async def test_in_a_terminal_a_command_that_cannot_be_meant_gets_the_same_answer(bot):
    reply = await bot.type("daily 25:99", place=Place("terminal", "", "me", private=True))

    assert reply.paragraphs[0].startswith("I cannot post daily tips here")


PAGE = Place("simulator", "", "session-one")


async def test_the_page_shows_how_a_tip_is_set_up_and_saves_nothing_that_would_come_due(bot):
    for reply in (
        await bot.type("daily weekdays 9:00", place=PAGE),
        await bot.type("daily", place=PAGE),
        await bot.press("daily-confirm", "weekdays 8:30", place=PAGE),
        await bot.daily.answer_request("daily-status", Message("when does it come?", "U1", PAGE)),
    ):
        assert "nothing is posted here" in reply.paragraphs[0]
        assert "Monday to Friday at" in said(reply)

    assert (await bot.subscriptions.at(PAGE)).next_due is None
    bot.now = MONDAY + timedelta(days=7)
    await bot.sweep()
    assert bot.enqueued == []


async def test_on_the_page_nobody_is_asked_how_it_went(bot):
    reply = await promise(bot, place=PAGE)
    answer = await bot.press("promise", wire.write_button(reply.choices[0].action)[1], place=PAGE)

    assert "I cannot write to you here, so I will not ask" in said(answer)
    (kept,) = await bot.promises.of("simulator", "", "U1")
    assert (kept.check_at, kept.check_state) == (None, "none")


async def ask(bot, text: str):
    return await bot.daily.answer_request("daily-off", Message(text, "U1", HERE))


async def test_talk_that_only_sounds_like_a_request_is_left_to_the_conversation(bot):
    await bot.type("daily weekdays 9:00")

    assert await ask(bot, "we should stop this pilot") is None
    assert await ask(bot, "call the workshop off") is None
    assert await ask(bot, "stop people talking over each other") is None


async def test_days_that_are_left_out_stay_left_out_and_the_tip_goes_on(bot):
    await bot.type("daily weekdays 9:00")
    reply = await ask(bot, "no tips on Fridays please")

    assert "Shall I post a small tip here Monday to Thursday at 09:00" in said(reply)
    await bot.press("daily-confirm", wire.write_button(reply.choices[0].action)[1])
    assert (await bot.subscriptions.at(HERE)).weekdays == frozenset(range(4))


async def test_a_pause_rests_on_the_days_that_were_named_and_on_no_others(bot):
    """Today is Monday: “next week” leaves this week's tips alone."""
    await bot.type("daily weekdays 9:00")
    reply = await bot.type("daily pause next week")

    assert "will be paused from Monday 9 March 2026 until Monday 16 March 2026" in said(reply)
    assert "The next one comes on Monday 2 March 2026 at 09:00" in said(await bot.type("daily"))
    bot.now = MONDAY + timedelta(days=5)
    await bot.sweep()
    assert (await bot.subscriptions.at(HERE)).next_day == date(2026, 3, 16)


async def test_a_single_day_rests_alone(bot):
    await bot.type("daily weekdays 9:00")

    assert "I will leave out Friday 6 March 2026." in said(await bot.type("daily pause friday"))
    assert "It will be paused from Friday 6 March 2026" in said(await bot.type("daily"))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("skip Friday", "Shall I leave out the tip here on Friday 6 March 2026?"),
        (
            "skip Thursdays from now on please",
            "Shall I post a small tip here on Mondays, Tuesdays, Wednesdays and Fridays",
        ),
        ("pause between 20 March and 4 April", "from Friday 20 March 2026 until Sunday 5 April 2026?"),
        ("please pause until after Easter", "From which day to which is “after Easter”?"),
    ],
)
async def test_where_a_tip_comes_a_rest_needs_no_name_and_is_asked_about(bot, text, asks):
    assert await bot.type(text) is None
    await bot.type("daily weekdays 9:00")
    before = await bot.subscriptions.at(HERE)

    assert asks in said(await bot.type(text))
    assert await bot.subscriptions.at(HERE) == before
    await bot.type("daily off")
    assert await bot.type(text) is None


@pytest.mark.parametrize(
    "text", ["skip the meeting on Friday", "skip lunch tomorrow", "skip it", "pause for a minute before you answer"]
)
async def test_a_rest_of_something_else_is_left_to_the_conversation(bot, text):
    await bot.type("daily weekdays 9:00")

    assert await bot.type(text) is None


async def test_a_tip_may_come_once_a_fortnight_or_on_the_first_monday(bot):
    reply = await bot.type("daily fortnightly on Tuesday 9:00 holidays off")
    assert "on Tuesdays every two weeks at 09:00" in said(reply)
    days = []
    for _ in range(3):
        subscription = await bot.subscriptions.at(HERE)
        days.append(subscription.next_day)
        bot.now = subscription.next_due + timedelta(seconds=1)
        await bot.sweep()
    assert days == [date(2026, 3, 3), date(2026, 3, 17), date(2026, 3, 31)]

    assert "on the first Monday of the month at 09:00" in said(await bot.type("daily first Monday 9:00"))
    assert (await bot.subscriptions.at(HERE)).next_day == date(2026, 4, 6)


async def test_a_tip_may_begin_and_end_on_a_day(bot):
    reply = await bot.type("daily weekdays 9:00 from 9 March until 10 March")

    assert "from Monday 9 March 2026, up to and including Tuesday 10 March 2026" in said(reply)
    bot.now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    await bot.sweep()
    assert (await bot.subscriptions.at(HERE)).next_due is None
    assert "No tip is coming" in said(await bot.type("daily"))


async def test_what_cannot_be_done_is_said_with_the_nearest_as_a_button(bot):
    reply = await bot.type("daily every other day 9:00")

    assert "cannot" in said(reply)
    assert [choice.label for choice in reply.choices] == ["On Mondays, Wednesdays and Fridays at 09:00"]
    assert await bot.subscriptions.at(HERE) is None
    await bot.press("daily-confirm", wire.write_button(reply.choices[0].action)[1])
    assert (await bot.subscriptions.at(HERE)).weekdays == {0, 2, 4}


async def test_a_sentence_that_surely_asks_for_the_tip_needs_no_guess(bot):
    reply = await bot.type("please send us a tip every Tuesday at half eight")

    assert "on Tuesdays at 08:30" in said(reply)
    assert await bot.subscriptions.at(HERE) is None
    assert await bot.type("give me a tip about listening") is None


async def test_after_off_it_says_that_it_is_stopped_not_that_there_is_none(bot):
    await bot.type("daily weekdays 9:00")
    await bot.type("daily off")

    assert "is stopped" in said(await ask(bot, "please stop the tips"))


async def test_a_bare_daily_gets_a_week_with_a_shape_and_names_its_days(bot):
    reply = await bot.type("daily 9:00")

    assert "a small step on Mondays, a short story on Wednesdays, on Fridays the question what happened" in said(reply)
    assert [choice.label for choice in reply.choices] == ["Each working day instead"]
    await bot.press(*wire.write_button(reply.choices[0].action))
    kept = await bot.subscriptions.at(HERE)
    assert (kept.shape, kept.weekdays) == ("days", WEEKDAYS)
    assert "a week with a shape" in said(await bot.type("daily with a shape"))


@pytest.mark.parametrize("typed", ["daily every day 9:00", "daily weekdays 9:00", "daily Tuesday 9:00"])
async def test_days_that_are_named_are_the_days_that_come(bot, typed):
    await bot.type(typed)

    assert (await bot.subscriptions.at(HERE)).shape == "days"


async def test_a_week_with_a_shape_brings_a_step_a_story_and_a_question(bot):
    await bot.type("daily 9:00 holidays off")
    subscription = await bot.subscriptions.at(HERE)
    moments = [find_moment(subscription, date(2026, 3, day)) for day in (2, 4, 6)]

    assert moments == ["step", "story", "question"]
    planned = [plan_tip(subscription, date(2026, 3, day)) for day in (2, 4)]
    step, story = [await bot.tips.prepare_planned(HERE, one) for one in planned]
    assert isinstance(step.reply, LessonReply)
    assert isinstance(story.reply, DepthReply)
    assert story.reply.part == "place"


async def test_the_first_tip_of_a_week_is_the_step_when_monday_is_a_bank_holiday(bot):
    await bot.type("daily 9:00")  # Easter Monday 2026 is 6 April
    subscription = await bot.subscriptions.at(HERE)

    assert find_moment(subscription, date(2026, 4, 8)) == "step"
    assert find_moment(subscription, date(2026, 4, 10)) == "question"


async def test_fridays_question_counts_steps_taken_and_names_nobody(bot):
    """Two colleagues press; one changes her mind. Both presses are counted, nobody is named."""
    today = datetime.now(UTC).date()
    friday = today + timedelta(days=4 - today.weekday())
    monday = await bot.tips.prepare_planned(HERE, PlannedTip(today, "step"))
    await bot.answers.record(monday.answer, HERE, "tip", monday.theme, monday.nudge)
    question = (await bot.tips.prepare_planned(HERE, PlannedTip(friday, "question"))).reply
    bot.now = datetime.now(UTC)

    assert "What happened this week?" in said(question)
    assert monday.reply.nudge in said(question)
    did, not_yet, _ = [wire.write_button(choice.action) for choice in question.choices]
    await bot.press(*not_yet)
    assert "1 small step has been taken" in said(await bot.press(*did))
    assert "2 small steps have been taken" in said(await bot.press(*did, person="U2"))
    assert "2 small steps have been taken" in said(await bot.press(*did))


async def test_a_week_without_a_step_asks_no_question(bot):
    post = await bot.tips.prepare_planned(HERE, PlannedTip(date(2026, 3, 6), "question"))

    assert isinstance(post.reply, LessonReply)


async def test_a_preview_of_a_week_with_a_shape_shows_what_comes(bot):
    await bot.type("daily 9:00 holidays off")
    lines = (await bot.type("daily preview")).bullets

    assert [line.split()[0] for line in lines] == ["Monday", "Wednesday", "Friday", "Monday", "Wednesday"]
    assert "What happened this week? (a question about the small step)" in lines[2]


async def test_a_theme_is_held_for_some_weeks_and_ends_rather_than_repeat(bot):
    await bot.type("daily weekdays 9:00")
    reply = await bot.type("daily stay with listening for three weeks")
    subscription = await bot.subscriptions.at(HERE)

    assert "I stay with “Listening” until Sunday 22 March 2026, or until I would repeat myself" in said(reply)
    plans = [plan_tip(subscription, date(2026, 3, 2) + timedelta(days=number)) for number in range(30)]
    coming = await bot.tips.list_planned(HERE, plans)
    titles = [one.theme_title for one in coming]
    own = sum(len(lesson.nudges) for lesson in KNOWLEDGE.themes["listening"].lessons)
    assert titles[: min(own, 21)] == ["Listening"] * min(own, 21)
    assert set(titles[21:]) != {"Listening"}


async def test_a_theme_is_held_for_two_to_four_weeks(bot):
    await bot.type("daily weekdays 9:00")

    assert "two, three or four weeks" in said(await bot.type("daily stay with listening for six weeks"))
    assert (await bot.subscriptions.at(HERE)).held_theme is None


async def test_the_preview_is_taken_away_as_a_calendar_file(bot):
    """Every coming tip is an event at its instant; the holiday is left out, as it is in a real place."""
    await bot.type("daily weekdays 9:00")
    subscription = await bot.subscriptions.at(HERE)
    dues = list_coming_tips(subscription, datetime(2026, 4, 1, 20, tzinfo=UTC), 3)
    coming = await bot.tips.list_planned(HERE, [plan_tip(subscription, due.day) for due in dues])
    events = Calendar.from_ical(write_calendar(subscription.id, list(zip(dues, coming, strict=True)), MONDAY)).walk(
        "VEVENT"
    )

    assert [event["dtstart"].dt.date() for event in events] == [date(2026, 4, day) for day in (2, 7, 8)]
    assert events[0]["dtstart"].dt == datetime(2026, 4, 2, 8, tzinfo=UTC)
    assert str(events[0]["summary"]) == f"Small step: {coming[0].title}"


async def tie(bot, text: str):
    """Tie the promise to a moment in one's own words, as the conversation does after reading them for danger."""
    name = (await promise(bot)).choices[0].action.promise
    return name, await bot.promising.answer_press(Press(SayCue(name, text), "U1", HERE))


async def test_a_step_is_tied_to_a_huddle_said_back_once_and_asked_about_that_afternoon(bot):
    reply = await promise(bot)  # it is Monday
    answer = await bot.press(*wire.write_button(pick(reply, "After Tuesday’s huddle")))
    step = reply.paragraphs[0].partition(": ")[2]

    assert said(answer).startswith(f"When: after Tuesday’s huddle. Then: {step}")
    assert "I will ask you once, on Tuesday 3 March 2026 at 15:00" in said(answer)


async def test_a_moment_from_which_no_time_follows_is_asked_for_its_day(bot):
    reply = await bot.press(*wire.write_button(pick(await promise(bot), "At my next one-to-one")))

    assert "On which day is that?" in said(reply)
    answer = await bot.press(*wire.write_button(pick(reply, "Wednesday")))
    assert "When: at your one-to-one on Wednesday." in said(answer)
    assert "on Thursday 5 March 2026 at 10:00" in said(answer)


async def test_ones_own_words_are_said_back_kept_in_the_promise_alone_and_deleted_with_its_end(bot):
    name, answer = await tie(bot, "When the ward round on Wednesday is over, I will ask two people.")

    assert "When: “When the ward round on Wednesday is over”. Then: " in said(answer)
    assert "on Thursday 5 March 2026 at 10:00" in said(answer)
    assert (await bot.promises.get(name)).cue_text == "When the ward round on Wednesday is over"
    await bot.press("done", name)
    assert (await bot.promises.get(name)).cue_text is None


async def test_own_words_without_a_day_are_asked_for_one(bot):
    name, reply = await tie(bot, "after the next board meeting")

    assert "On which day is that?" in said(reply)
    answer = await bot.press(*wire.write_button(pick(reply, "Thursday")))
    assert "“after the next board meeting”" in said(answer)
    assert (await bot.promises.get(name)).check_at == datetime(2026, 3, 6, 10, tzinfo=UTC)


async def test_not_yet_offers_one_new_day_and_never_a_second(bot):
    name = (await promise(bot)).choices[0].action.promise
    reply = await bot.press("not-yet", name)
    assert "once more, on a new day" in said(reply)
    assert "on Wednesday 4 March 2026" in said(await bot.press(*wire.write_button(pick(reply, "Tuesday"))))

    (again,) = await bot.promises.of("slack", "T1", "U1")
    assert again.id != name, "a second reminder must not be taken for the first"
    reply = await bot.press("not-yet", again.id)
    assert "I will not ask again" in said(reply)
    assert "Tuesday" not in [choice.label for choice in reply.choices]


async def test_not_yet_offers_a_smaller_step_of_the_same_lesson(bot):
    lesson, large = find_lesson_with_a_smaller_step()
    await bot.answers.record("a1", HERE, "tip", "x", large.id)
    name = (await bot.press("promise", "a1")).choices[0].action.promise
    reply = await bot.press("not-yet", name)

    smaller = await bot.press(*wire.write_button(pick(reply, "A smaller step")))
    assert "You take on this small step" in said(smaller)
    (mine,) = await bot.promises.of("slack", "T1", "U1")
    assert mine.nudge.startswith(f"{lesson.id}/")
    assert mine.nudge != large.id


def find_lesson_with_a_smaller_step():
    for theme in KNOWLEDGE.themes.values():
        for lesson in theme.lessons:
            timed = sorted((one for one in lesson.nudges if one.minutes and not one.roles), key=lambda one: one.minutes)
            if len(timed) > 1 and timed[0].minutes < timed[-1].minutes:
                return lesson, timed[-1]
    raise AssertionError("no lesson of ours has two steps of different lengths")


async def test_a_place_reads_how_many_were_taken_on_done_and_not_for_somebody(bot):
    for person, outcome in (("U1", "done"), ("U2", "not-for-me"), ("U3", None)):
        name = (await promise(bot, person)).choices[0].action.promise
        if outcome:
            await bot.press(outcome, name, person=person)
    told = said(await bot.promising.answer_command(Message("steps", "U9", HERE)))

    assert "Of 3 taken on this month, 1 is done, and 1 turned out not to fit. I count; I do not know" in told
    assert "U1" not in told


async def test_a_form_that_leaves_the_days_alone_leaves_a_fortnight_a_fortnight(bot):
    await bot.type("daily fortnightly on Tuesday 9:00")
    await bot.daily.apply_form(DailyForm("10:00", frozenset({1})), Message("", "U1", HERE))

    kept = await bot.subscriptions.at(HERE)
    assert (kept.every, kept.weekdays, f"{kept.at:%H:%M}") == ("fortnight", {1}, "10:00")
    await bot.daily.apply_form(DailyForm("10:00", frozenset({1, 3})), Message("", "U1", HERE))
    assert (await bot.subscriptions.at(HERE)).every == "week"


async def test_a_place_sees_its_progress_only_where_somebody_there_asked_for_it(bot):
    today = datetime.now(UTC).date()
    friday = today + timedelta(days=4 - today.weekday())
    step = await bot.tips.prepare_planned(HERE, PlannedTip(today, "step"))
    await bot.answers.record(step.answer, HERE, "tip", step.theme, step.nudge)
    await bot.type("daily 9:00")
    assert "taken here this month" not in said(await friday_question(bot, friday))

    assert "name nobody" in said(await bot.type("daily progress on"))
    assert "Small steps taken here this month: 0." in said(await friday_question(bot, friday))
    await bot.type("daily 10:00")
    assert (await bot.subscriptions.at(HERE)).progress
    await bot.type("daily progress off")
    assert "taken here this month" not in said(await friday_question(bot, friday))


@pytest.fixture
async def shown(bot) -> date:
    """A place that asked to see its progress, with a step this week; returns a day of the week."""
    today = datetime.now(UTC).date()
    step = await bot.tips.prepare_planned(HERE, PlannedTip(today, "step"))
    await bot.answers.record(step.answer, HERE, "tip", step.theme, step.nudge)
    await bot.type("daily 9:00")
    await bot.type("daily progress on")
    bot.given, bot.now = step.answer, datetime.now(UTC)
    return today


async def test_a_place_reads_a_name_only_where_its_owner_says_so_for_this_one_step(bot, shown):
    """Totals always; of two who took the step, the one who let it be known is named, until she takes it back."""
    told = await bot.press("week-done", bot.given, name="Anna Smith")
    await bot.press("week-done", bot.given, person="U2", name="Ben Jones")
    assert "no names" in said(told)
    assert "Anna" not in said(await friday_question(bot, shown))

    consent = next(choice.action for choice in told.choices if choice.label == "Say that it was me")
    let = await bot.press(*wire.write_button(consent), name="Anna Smith")
    assert "“Anna Smith”, for this one step alone" in said(let)
    for reply in (await friday_question(bot, shown), await bot.promising.answer_command(Message("steps", "U9", HERE))):
        assert "Anna Smith" in said(reply)
        assert "Ben" not in said(reply)
    assert "Small steps taken here this month: 2. You may know of: Anna Smith." in said(
        await friday_question(bot, shown)
    )
    await bot.press(*wire.write_button(let.choices[0].action), name="Anna Smith")
    assert "Anna" not in said(await friday_question(bot, shown))


async def test_nobody_can_let_another_be_named_and_nobody_is_named_where_none_reads_progress(bot, shown):
    told = await bot.press("week-done", bot.given, name="Anna Smith")
    consent = wire.write_button(told.choices[-1].action)
    assert "no longer have that promise" in said(await bot.press(*consent, person="U2", name="Ben Jones"))
    assert "I do not know your name here" in said(await bot.press(*consent))
    await bot.press(*consent, name="Anna Smith")

    await bot.type("daily progress off")
    assert "Anna" not in said(await bot.promising.answer_command(Message("steps", "U9", HERE)))
    assert "kept no name" in said(await bot.press(*consent, name="Anna Smith"))
    assert len((await bot.press("week-done", bot.given)).choices) == 1
    await bot.press("week-not-yet", bot.given)
    assert (await bot.promises.of("slack", "T1", "U1"))[0].named is None


async def friday_question(bot, friday: date):
    planned = replace(plan_tip(await bot.subscriptions.at(HERE), friday), moment="question")
    return (await bot.tips.prepare_planned(HERE, planned)).reply


async def test_the_preview_says_how_it_is_taken_away_as_a_calendar_file(bot):
    """No platform lets the bot hand over a file without more rights, so the command that prints it is named."""
    await bot.type("daily weekdays 9:00")
    name = (await bot.subscriptions.at(HERE)).id

    assert f"“small-steps tips calendar {name}” prints it" in said(await bot.type("daily preview"))


async def test_the_question_says_all_that_a_sentence_would_change(bot):
    await bot.type("daily weekdays 9:00 theme learning")
    asked = await bot.type("please could the tips stay with listening for three weeks, on bank holidays too")

    assert "staying with “Listening” for three weeks?" in said(asked)
    assert "on bank holidays too" in said(asked)
    assert (await bot.subscriptions.at(HERE)).held_theme is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [("after the board meeting on 20 April", "Tuesday 21 April"), ("when the rota starts in two weeks", "Tuesday 17")],
)
async def test_a_moment_weeks_ahead_is_asked_about_after_it(bot, typed, day):
    _, answer = await tie(bot, typed)

    assert f"I will ask you once, on {day}" in said(answer)


@pytest.mark.parametrize("typed", ["after the board meeting on 20 July", "when we meet on 1 March 2027"])
async def test_a_moment_after_which_the_promise_would_be_deleted_is_asked_for_another_day(bot, typed):
    """A promise is deleted after ninety days, and nobody is told that it was not found."""
    name, answer = await tie(bot, typed)

    assert "I cannot ask on that day" in said(answer)
    assert [choice.label for choice in answer.choices[:2]] == ["Tuesday", "Wednesday"]
    (promise,) = await bot.promises.of("slack", "T1", "U1")
    assert (promise.id, promise.check_at) == (name, None)


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 3, 5), "Thursday 5 March 2026 at 10:00"),
        (date(2026, 3, 2), "Monday 2 March 2026 at 15:00"),  # today
        (date(2026, 3, 7), "Monday 9 March 2026 at 10:00"),  # a Saturday
    ],
)
async def test_a_reminder_comes_on_the_day_that_was_typed(bot, day, at):
    """“Remind me on Thursday” is no step that is done on Thursday and asked about on Friday."""
    name = (await promise(bot)).choices[0].action.promise
    answer = await bot.promising.answer_press(Press(RemindOn(name, day), "U1", HERE))

    assert f"I will ask you once, on {at}" in said(answer)


async def test_a_theme_that_is_held_tells_midweek_of_a_place_that_did_it(bot):
    """The weeks are made from its lessons, their depth and their steps; the preview shows the same lesson."""
    await bot.type("daily weekdays 9:00")
    await bot.type("daily stay with listening for two weeks")
    subscription = await bot.subscriptions.at(HERE)
    wednesday = plan_tip(subscription, date(2026, 3, 4))
    (coming,) = await bot.tips.list_planned(HERE, [wednesday])
    post = await bot.tips.prepare_planned(HERE, wednesday)

    assert isinstance(post.reply, DepthReply)
    assert (post.theme, coming.theme_title) == ("listening", "Listening")
    assert (post.reply.part, post.reply.title) == ("place", coming.title)
    assert {find_moment(subscription, date(2026, 3, day)) for day in (3, 5, 6, 18)} == {"tip"}


async def test_an_end_stays_until_it_is_reached_or_the_tip_is_stopped(bot):
    await bot.type("daily weekdays 9:00 until 20 March")
    for typed in ("daily 10:00", "daily pause until 9 March", "daily on"):
        assert "up to and including Friday 20 March 2026" in said(await bot.type("daily")), typed
        await bot.type(typed)

    await bot.type("daily off")
    assert "up to and including" not in said(await bot.type("daily on"))


async def test_no_story_is_told_twice_in_a_theme_that_is_held(bot):
    """A theme has few places to tell of: once they are told, midweek brings a small step of it."""
    await bot.type("daily 9:00")
    await bot.type("daily stay with listening for four weeks")
    subscription = await bot.subscriptions.at(HERE)
    told = []
    for week in range(4):
        planned = plan_tip(subscription, date(2026, 3, 4) + timedelta(weeks=week))
        post = await bot.tips.prepare_planned(HERE, planned)
        await bot.answers.record(post.answer, HERE, "tip", post.theme, post.nudge)
        again = bot.tips.rebuild_planned(post.answer, post.nudge, planned.moment)
        assert (planned.moment, post.theme, again.reply) == ("story", "listening", post.reply)
        told.append((post.reply.kind, post.reply.title))

    stories = [title for kind, title in told if kind == "depth"]
    assert stories
    assert len(stories) == len(set(stories)) < 4


async def test_a_rest_that_is_not_understood_is_asked_about_where_a_tip_comes(bot):
    assert await bot.type("skip the next two tips") is None
    await bot.type("daily weekdays 9:00")

    assert "“next two”" in said(await bot.type("skip the next two tips"))
    assert await bot.type("pause before you hand out tips to the juniors") is None
