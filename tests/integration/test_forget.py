"""Deleting what is kept of one person, on the real databases."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.delivery.batches import QueuedTask
from bot.delivery.tasks import TipTask
from bot.message import Place
from bot.platforms.abilities import ABILITIES
from bot.platforms.slack.api.payloads import build_private_place
from bot.store.answers import Answers, build_answer_row
from bot.store.database import migrate, open_engine
from bot.store.deliveries import Deliveries
from bot.store.pending import Pending, PendingStore
from bot.store.people import Forgotten, People, Person
from bot.store.promises import Promise, Promises
from bot.store.readers import Reader, Readers
from bot.store.slack import SlackOffers, SlackThreads, SlackWelcomes, Thread
from bot.store.subscriptions import Subscription, Subscriptions
from bot.store.tables import AnswerRow, Base, DeliveryRow, FeedbackRow
from bot.store.teams import TeamsConversation, TeamsConversations, TeamsPosts
from bot.store.verdicts import digest_slot, digest_verdict

NOW = datetime.now(UTC)
CHANNEL = Place("slack", "T1", "C1")
TEAMS_CHANNEL = Place("teams", "tenant", "19:channel")


def tip(name: str, place: Place, owner: str) -> Subscription:
    return Subscription(name, place, owner, time(9), "Europe/London", frozenset({0}), (), "", "on")


async def live(engine: AsyncEngine, name: str, person: str, own: Place, channel: Place) -> None:
    """Leave everything that one person can leave on a platform, in their own chat and in a channel.

    What is left has ids that begin with a name.
    """
    answers, promises, subscriptions = Answers(engine), Promises(engine), Subscriptions(engine)
    for number, place in enumerate((own, channel)):
        await answers.record(f"{name}{number}", place, "lesson", "listening", "a/1")
        await answers.rate(f"{name}{number}", person, helpful=True)
        await promises.add(Promise(f"{name}{number}", place, person, "a/1", "Europe/London", NOW))
    await subscriptions.save(tip(name, own, person))
    async with engine.begin() as connection:
        row = {"subscription": name, "day": date(2026, 6, 1), "due_at": NOW, "state": "posted", "attempt": 1}
        await connection.execute(insert(DeliveryRow), {**row, "changed_at": NOW})
    for place in (own, channel):
        await PendingStore(engine).put(place, person, Pending("promise", f"{name}0"))
    await Readers(engine).save(own.platform, own.team, person, Reader("councillor", 10))
    if own.platform == "slack":
        await SlackThreads(engine).join(Thread(channel.team, channel.channel, "1.0"), person)
        await SlackOffers(engine).offer(f"{name}0", Thread(channel.team, channel.channel, "1.0"))
        assert await SlackWelcomes(engine).claim(own.team, person)
    else:
        await TeamsConversations(engine).keep(
            TeamsConversation(own, "personal", "", person, {"serviceUrl": "https://one/"})
        )
        await TeamsPosts(engine).record(own, "message", f"{name}0")


async def everything(engine: AsyncEngine) -> str:
    """Print every row of every table."""
    async with engine.connect() as connection:
        rows = [
            f"{table.name} {tuple(row)}"
            for table in Base.metadata.sorted_tables
            for row in await connection.execute(select(table))
        ]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("person", "own", "channel", "gone"),
    [
        pytest.param(
            Person("slack", "T1", "U-jane"),
            build_private_place("T1", "U-jane"),
            CHANNEL,
            Forgotten(2, 1, 1, threads=1, conversations=0, verdicts=2, answers=1, pending=2, remembered=1, welcomes=1),
            id="slack",
        ),
        pytest.param(
            Person("teams", "tenant", "29:jane"),
            Place("teams", "tenant", "a:chat-jane", private=True),
            TEAMS_CHANNEL,
            Forgotten(2, 1, 1, threads=0, conversations=1, verdicts=2, answers=1, pending=2, remembered=1),
            id="teams",
        ),
    ],
)
async def test_nothing_of_a_forgotten_person_is_left_and_nothing_of_others_goes(engine, person, own, channel, gone):
    other = Place(own.platform, own.team, own.channel.replace("jane", "john"), private=True)
    await live(engine, "other", person.id.replace("jane", "john"), other, channel)
    await Subscriptions(engine).save(tip("channel", channel, person.id))
    before = await everything(engine)

    await live(engine, "own", person.id, own, channel)
    assert await People(engine).forget(person) == gone

    after = await everything(engine)
    assert "jane" not in after
    kept = set(before.replace(person.id, "").splitlines())
    (said_to_all,) = set(after.splitlines()) - kept
    assert said_to_all.startswith(f"answers ('own1', '{channel.key}'"), "what was said to all is not one person's"
    assert kept <= set(after.splitlines()), "the channel keeps its tip, and others keep what is theirs"
    assert await People(engine).forget(person) == Forgotten(0, 0, 0, 0, 0, 0, 0)


async def test_the_verdict_on_an_answer_for_all_goes_and_the_answer_stays(engine):
    answers = Answers(engine)
    await answers.record("id-1", CHANNEL, "lesson", "listening", "a/1")
    await answers.rate("id-1", "U1", helpful=True)
    await answers.rate("id-1", "U2", helpful=True)

    await People(engine).forget(Person("slack", "T1", "U1"))

    async with engine.connect() as connection:
        digests = (await connection.execute(text("SELECT person_digest FROM feedback"))).scalars().all()
    assert digests == [digest_verdict("id-1", "U2")]
    assert await answers.seen(CHANNEL) == ["a/1"]


async def test_a_verdict_that_an_earlier_release_kept_goes_and_anothers_stays(engine):
    answers, people = Answers(engine), People(engine)
    await answers.record("id-1", CHANNEL, "lesson", "listening", "a/1")
    await answers.record("id-2", CHANNEL, "lesson", "listening", "a/1")
    async with engine.begin() as connection:
        verdict = insert(FeedbackRow).values(
            answer=bindparam("on"), person_digest=bindparam("by"), helpful=True, at=NOW
        )
        kept = [("id-1", "U1"), ("id-1", "U2"), ("id-2", "U1")]
        await connection.execute(verdict, [{"on": name, "by": digest_verdict(name, who)} for name, who in kept])
    await answers.rate("id-1", "U1", helpful=False)  # changes the one that is there

    assert (await people.forget(Person("slack", "T1", "U1"))).verdicts == 2

    async with engine.connect() as connection:
        left = (await connection.execute(text("SELECT person_digest FROM feedback"))).scalars().all()
    assert left == [digest_verdict("id-1", "U2")]
    assert (await people.forget(Person("slack", "T1", "U2"))).verdicts == 1


async def test_no_two_verdicts_of_a_person_can_be_joined_and_all_of_hundreds_go(engine):
    """More than there are slots, so that the last of them have none."""
    answers, count = Answers(engine), 512
    rows = [
        {**build_answer_row(f"old-{number}", CHANNEL, "lesson", "listening", "a/1"), "at": NOW}
        for number in range(count)
    ]
    verdicts = [
        {"answer": f"old-{number}", "person_digest": digest_verdict(f"old-{number}", "U1"), "helpful": True, "at": NOW}
        | {"slot_digest": digest_slot("slack", "T1", "U1", number)}
        for number in range(10, count)
    ]
    async with engine.begin() as connection:
        await connection.execute(insert(AnswerRow), rows)
        await connection.execute(insert(FeedbackRow), verdicts)
    for number in range(15):
        await answers.record(f"new-{number}", CHANNEL, "lesson", "listening", "a/1")
        await answers.rate(f"new-{number}", "U1", helpful=True)
        await answers.rate(f"new-{number}", "U2", helpful=True)

    async with engine.connect() as connection:
        kept = (await connection.execute(text("SELECT person_digest, slot_digest FROM feedback"))).all()
    digests = [digest for row in kept for digest in row if digest is not None]
    assert len(digests) == len({*digests})
    assert len(digests) < 2 * len(kept), "some have no slot"
    assert (await People(engine).forget(Person("slack", "T1", "U1"))).verdicts == count - 10 + 15
    assert (await People(engine).forget(Person("slack", "T1", "U2"))).verdicts == 15


async def test_an_id_is_one_persons_in_one_workspace_of_one_platform_only(engine):
    await live(engine, "own", "U-jane", build_private_place("T1", "U-jane"), CHANNEL)
    before = await everything(engine)

    for elsewhere in (
        Person("slack", "T2", "U-jane"),
        Person("teams", "T1", "U-jane"),
        Person("terminal", "", "U-jane"),
    ):
        assert await People(engine).forget(elsewhere) == Forgotten(0, 0, 0, 0, 0, 0, 0)
    assert await everything(engine) == before


async def test_a_channel_is_not_taken_for_a_person(engine):
    """The tip of a channel stays, whatever id is given."""
    await Subscriptions(engine).save(tip("channel", CHANNEL, "U1"))
    await People(engine).forget(Person("slack", "T1", "C1"))
    assert await Subscriptions(engine).get("channel") is not None


@pytest.mark.parametrize(("owner", "told"), [("U1", 1), ("", 0)])
async def test_when_the_tip_of_a_forgotten_person_is_refused_nobody_is_told(engine, owner, told):
    posts = []

    class Poster:
        async def post(self, place, reply, key):
            posts.append(place)

    await Subscriptions(engine).save(tip("channel", CHANNEL, owner))
    async with engine.begin() as connection:
        row = {"subscription": "channel", "day": NOW.date(), "due_at": NOW, "state": "due", "attempt": 0}
        await connection.execute(insert(DeliveryRow), {**row, "changed_at": NOW})
    queued = QueuedTask("tip", "channel", NOW.date())
    task = TipTask(queued, Deliveries(engine), None, Poster(), ABILITIES)
    assert await task.load()
    assert await task.finish("refused", "the channel is archived")
    assert len(posts) == told


def test_the_command_deletes_prints_counts_and_says_when_there_is_nothing(tmp_path, monkeypatch):
    import asyncio

    url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", url)

    async def prepare() -> None:
        opened = open_engine(url)
        await migrate(opened)
        await live(opened, "own", "U-jane", build_private_place("T1", "U-jane"), CHANNEL)
        await opened.dispose()

    asyncio.run(prepare())
    command = ["forget", "--person", "U-jane", "--platform", "slack", "--team", "T1"]
    first, second = (CliRunner().invoke(cli, command, catch_exceptions=False) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "     2  promises\n" in first.output
    assert "     2  verdicts on answers\n" in first.output
    assert "Nothing is kept with this id." in second.output


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_the_command_asks_for_the_team_where_there_is_one(platform):
    shown = CliRunner().invoke(cli, ["forget", "--person", "U1", "--platform", platform])
    assert shown.exit_code == 2
    assert "--team" in shown.output
