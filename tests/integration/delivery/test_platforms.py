"""How the conversation hands on to daily tips and promises, and how it does without; and the operator's commands."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest
from aiohttp import ClientSession, web
from typer.testing import CliRunner

from bot.actions import BareCommand, ConfirmDaily, Settle, TakeOn, Withdraw
from bot.cli import deliveries
from bot.conversation.conversation import Conversation
from bot.conversation.tips import TipChooser
from bot.delivery.batches import QueuedTask
from bot.delivery.component import build_delivery, build_ports
from bot.delivery.health import measure_health, render_metrics
from bot.delivery.tasks import ReminderTask
from bot.delivery.worker import Shutdown, Worker
from bot.message import Message, Place, Press
from bot.platforms import wire
from bot.platforms.abilities import ABILITIES
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.database import open_engine
from bot.store.promises import Promises
from bot.store.subscriptions import Subscriptions, build_refusal
from bot.subscriptions.calendar import list_coming_tips, reschedule
from bot.web import server
from intents.classifier import Classification, RankedIntent
from tests.conftest import open_memory
from tests.integration.delivery.harness import promise, subscribe
from tests.integration.delivery.test_deferred import RefusingPlatform
from tests.packaged import packaged_pack

HERE = Place("slack", "T1", "C1")
KNOWLEDGE = packaged_pack()


@dataclass
class Hears:
    """A classifier that hears what it is told to."""

    decision: str = "conversation"
    intent: str = "daily-status"

    def classify(self, text, themes=None):
        return Classification(self.decision, (RankedIntent(self.intent, 1.0),), (), text)


@pytest.fixture
def talk(database, sqlite_url):
    """A conversation whose classifier hears one thing, with the ports or without."""

    def make(hears=None, switched_on=True) -> Conversation:
        answers = Answers(database)
        tips = TipChooser(lambda: KNOWLEDGE, answers, promises=switched_on)
        settings = Settings(database_url=sqlite_url)
        daily, promises = (
            build_ports(settings, database, lambda: KNOWLEDGE, answers, tips, ABILITIES)
            if switched_on
            else (None, None)
        )
        return Conversation(hears or Hears(), lambda: KNOWLEDGE, answers, tips, open_memory(database), daily, promises)

    return make


async def test_a_command_is_answered_whatever_the_classifier_hears(talk):
    reply = await talk(Hears("out-of-scope", "out-of-scope")).answer_message(Message("daily weekdays 8:30", "U1", HERE))

    assert "at 08:30" in reply.paragraphs[0]


async def test_a_handover_comes_before_any_command(talk):
    reply = await talk(Hears("handover", "wellbeing")).answer_message(Message("daily 9:00", "U1", HERE))

    assert reply.kind == "handover"


@pytest.mark.parametrize("intent", ["daily-on", "daily-off", "daily-status"])
async def test_what_is_asked_in_words_is_handed_on(talk, intent):
    reply = await talk(Hears(intent=intent)).answer_message(Message("about those tips", "U1", HERE))

    assert reply.intent == "daily"


async def test_switched_off_the_bot_behaves_as_if_they_did_not_exist(talk):
    off = talk(switched_on=False)

    assert "cannot post daily tips" in (await off.answer_message(Message("daily 9:00", "U1", HERE))).paragraphs[0]
    assert "promise" not in {
        wire.write_button(choice.action)[0] for choice in (await off.lessons.choose_tip(HERE)).choices
    }
    for action in (TakeOn("x"), Settle("x", "done"), Withdraw("x"), ConfirmDaily(BareCommand("off"))):
        assert (await off.answer_press(Press(action, "U1", HERE))).intent == "notice"


async def test_a_step_is_promised_from_under_a_tip(talk):
    bot = talk()
    tip = await bot.lessons.choose_tip(HERE)
    reply = await bot.answer_press(Press(tip.choices[0].action, "U1", HERE))

    assert tip.nudge in reply.paragraphs[0]
    assert tip.nudge in (await bot.answer_message(Message("promises", "U1", HERE))).bullets[0]


class Accepts:
    """A platform that takes everything."""

    async def post(self, place, reply, key):
        return

    async def find(self, place, key, *, since):
        return None


async def test_the_part_says_why_it_is_off_and_serves_its_metrics(database, sqlite_url):
    tips = TipChooser(lambda: KNOWLEDGE, Answers(database))
    settings = Settings(database_url=sqlite_url)
    off = build_delivery(
        settings.model_copy(update={"daily_tips": False}), database, tips, {"slack": Accepts()}, ABILITIES
    )
    alone = build_delivery(settings, database, tips, {}, ABILITIES)
    component = build_delivery(settings, database, tips, {"slack": Accepts()}, ABILITIES)
    assert (off.on, alone.on, component.on) == (False, False, True)
    assert "SMALL_STEPS_DAILY_TIPS" in off.why
    assert component.why == "posting to slack"
    assert component.ready() is not None  # it has not swept yet

    async def database_ready():
        return None

    application = server.create_application([replace(component, running=None)], database_ready)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as session:
        port = runner.addresses[0][1]
        text = await (await session.get(f"http://127.0.0.1:{port}/metrics")).text()
    await runner.cleanup()
    assert 'small_steps_tips{state="posted"} 0' in text


@pytest.mark.parametrize("changed", [{}, {"daily_tips": False}], ids=["on", "off"])
def test_the_operator_reads_of_tips_where_the_components_are_listed(database, sqlite_url, changed):
    tips = TipChooser(lambda: KNOWLEDGE, Answers(database))
    settings = Settings(database_url=sqlite_url).model_copy(update=changed)

    for posters in ({}, {"slack": Accepts()}):
        assert build_delivery(settings, database, tips, posters, ABILITIES).name == "Tips"


@pytest.fixture
def operator(sqlite_url, monkeypatch):
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str):
        return CliRunner().invoke(deliveries.app, arguments, catch_exceptions=False)

    return run


async def make(url: str) -> None:
    await subscribe(url, 2)
    database = open_engine(url)
    subscriptions = Subscriptions(database)
    second = (await subscriptions.all())[1]
    await subscriptions.save(replace(second, next_due=datetime.now(UTC) + timedelta(days=1)))
    await database.dispose()


def test_an_operator_lists_pauses_and_rehearses(operator, sqlite_url):
    import asyncio

    asyncio.run(make(sqlite_url))

    assert "slack:T000:C0000000" in operator("list").stdout
    rehearsed = operator("run", "--once").stdout
    assert "C0000000" in rehearsed
    assert "post" in rehearsed
    assert "C0000001" not in rehearsed
    assert operator("status").exit_code == 0
    assert "is paused until 2099-01-01" in operator("pause", "s0000000", "--until", "2099-01-01").stdout
    assert "C0000000" not in operator("run", "--once").stdout
    assert operator("run").exit_code == 2


def test_the_table_of_the_last_day_says_what_it_counts(operator, sqlite_url):
    import asyncio

    asyncio.run(make(sqlite_url))

    assert "Tips of the last 24 hours" in operator("status").stdout


async def at_nine(url: str, ahead: datetime) -> str:
    """Set one tip up for nine o'clock UTC, and tell which one comes on a day ahead."""
    await subscribe(url, 1)
    database = open_engine(url)
    subscriptions = Subscriptions(database)
    [one] = await subscriptions.all()
    one = reschedule(replace(one, zone="UTC", at=time(9), nation=""), datetime.now(UTC), None)
    await subscriptions.save(one)
    days = [due.day for due in list_coming_tips(one, datetime.now(UTC), 9) if due.at <= ahead]
    coming = await TipChooser(lambda: KNOWLEDGE, Answers(database)).list_coming(one.place, days)
    await database.dispose()
    return coming[-1].title


def test_a_rehearsal_ahead_tells_what_is_due_then_and_nothing_else(operator, sqlite_url):
    """The sweeps until then will have posted what was due before, each its own tip."""
    import asyncio

    ahead = (datetime.now(UTC) + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    title = asyncio.run(at_nine(sqlite_url, ahead))

    def rehearse(instant: datetime) -> list[list[str]]:
        shown = operator("run", "--once", "--at", f"{instant:%Y-%m-%dT%H:%M}").stdout
        return [[cell.strip() for cell in line.split("│")] for line in shown.splitlines() if "C0000000" in line]

    assert rehearse(ahead - timedelta(minutes=1)) == []
    [row] = rehearse(ahead)
    assert row[2:5] == [f"{ahead:%Y-%m-%d} 09:00", "post", title]
    assert [one[2] for one in rehearse(ahead + timedelta(hours=2))] == [f"{ahead:%Y-%m-%d} 09:00"]
    assert rehearse(ahead + timedelta(hours=4)) == []


def test_what_is_not_posted_is_rehearsed_without_a_tip(operator, sqlite_url):
    import asyncio

    asyncio.run(subscribe(sqlite_url, 1, late=4 * 3600))

    [line] = [line for line in operator("run", "--once").stdout.splitlines() if "C0000000" in line]
    assert [cell.strip() for cell in line.split("│")][3:5] == ["missed: it was more than three hours late", ""]


def test_an_operator_sees_a_pause_as_it_is(operator, sqlite_url, monkeypatch):
    import asyncio

    monkeypatch.setenv("COLUMNS", "200")
    asyncio.run(make(sqlite_url))
    shown = {}
    for until in ((), ("--until", "2099-01-01"), ("--until", "2020-01-01")):
        operator("pause", "s0000000", *until)
        line = next(line for line in operator("list").stdout.splitlines() if "s0000000" in line)
        shown[until] = [cell.strip() for cell in line.split("│")][4]

    assert list(shown.values()) == ["paused", "paused until 2099-01-01", "on"]


async def fail_to_ask(url: str) -> None:
    """Have one reminder fail, another wait for long, a third sent, and a fourth that is not to come."""
    await promise(url)
    database = open_engine(url)
    promises = Promises(database)
    made = await promises.get("p1")
    late = made.check_at - timedelta(hours=1)
    for name, state in (("p2", "queued"), ("p3", "sent"), ("p4", "none")):
        await promises.add(replace(made, id=name, check_at=late, check_state=state))
    nobody = RefusingPlatform("T000", permanent=True)
    task = ReminderTask(QueuedTask("check", "p1"), promises, TipChooser(lambda: KNOWLEDGE, Answers(database)))
    await promises.take_due(datetime.now(UTC), 1, lambda _connection, _one: None)
    await Worker(nobody, lambda: datetime.now(UTC), Shutdown()).run_task(task)
    await database.dispose()


def test_reminders_that_fail_are_logged_counted_and_shown(operator, sqlite_url, caplog):
    import asyncio

    from bot.cli.database import with_database

    asyncio.run(fail_to_ask(sqlite_url))
    assert "The reminder of the promise p1 did not come (missed): the token cannot be read" in caplog.text
    shown = operator("status").stdout
    lines = {line.split("│")[1].strip(): line for line in shown.splitlines() if "│ promise " in line}
    assert set(lines) == {"promise p1", "promise p2"}
    assert "the token cannot be read" in lines["promise p1"]
    assert "U1" not in shown
    counted = render_metrics(with_database(lambda _settings, database: measure_health(database)))
    for state, number in (("missed", 1), ("queued", 1), ("sent", 1), ("unknown", 0)):
        assert f'small_steps_reminders{{state="{state}"}} {number}' in counted
    assert 'state="none"' not in counted


async def stop(url: str) -> None:
    """Have the first of four tips stopped, two others for another reason, and the last switched off."""
    await subscribe(url, 4)
    database = open_engine(url)
    subscriptions = Subscriptions(database)
    async with database.begin() as connection:
        for number, reason in enumerate(("the channel is archived", "no token", "no token")):
            await connection.execute(*build_refusal(f"s{number:07}", reason))
    last = await subscriptions.get("s0000003")
    await subscriptions.save(replace(last, state="off", next_due=None, next_day=None))
    await database.dispose()


def test_an_operator_brings_back_what_was_stopped(operator, sqlite_url):
    import asyncio

    from bot.diagnostics import OperatorError

    def states() -> list[str]:
        lines = [line for line in operator("list").stdout.splitlines() if " s000000" in line]
        return [line.split("│")[4].strip() for line in lines]

    asyncio.run(stop(sqlite_url))
    assert states() == ["refused", "refused", "refused", "off"]
    assert operator("resume", "--reason", "No Token").stdout.count("gets its daily tip again") == 2
    assert states() == ["refused", "on", "on", "off"]
    assert "No daily tip was stopped" in operator("resume", "--reason", "no token").stdout
    operator("pause", "s0000001")
    for name in ("s0000000", "s0000001"):
        assert "gets its daily tip again" in operator("resume", name).stdout
    assert states() == ["on", "on", "on", "off"]
    assert operator("list").stdout.count("UTC") == 3  # each has its next one
    with pytest.raises(OperatorError, match="daily on"):
        operator("resume", "s0000003")
    assert operator("resume").exit_code == 2
    assert operator("resume", "s0000000", "--reason", "x").exit_code == 2


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_a_tip_that_does_not_exist_cannot_be_changed(operator, command):
    from bot.diagnostics import OperatorError

    with pytest.raises(OperatorError, match="tips list"):
        operator(command, "nonsense")
