"""Tips on the real platforms' posting code: the engine, the posters, and the strict stand-ins for Slack and Teams."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from bot.conversation.tips import TipChooser
from bot.delivery.engine import EngineLimits
from bot.delivery.failover import Heartbeat
from bot.delivery.poster import Posters, PostRefusedError, PostUncertainError, RetryLaterError
from bot.delivery.service import TipsService
from bot.delivery.tasks import build_tip_key
from bot.delivery.worker import WorkerTimings
from bot.message import Message, Place, TextReply
from bot.platforms.abilities import ABILITIES
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger
from bot.platforms.slack.posting.search import METADATA, MessageSearch
from bot.platforms.slack.posting.tip_poster import SlackPoster, build_posting_error
from bot.store.answers import Answers
from bot.store.database import open_engine
from bot.store.deliveries import Deliveries
from bot.store.promises import Promise, Promises
from bot.store.subscriptions import Subscriptions
from bot.store.tables import SubscriptionRow
from bot.subscriptions.service import SubscriptionService
from tests.conftest import open_memory
from tests.contract.replies import lesson
from tests.contract.slack.conftest import slack, start
from tests.contract.slack.fake_slack import TEAM, TOKEN, OAuthGrant
from tests.contract.slack.test_workspaces import MANY, install
from tests.contract.slack.workspace import ANN, OURS, collect_text, find_button
from tests.integration.teams import conftest as on_teams
from tests.integration.teams.people import CHANNEL, JANE, TeamsPerson
from tests.integration.teams.standin import TENANT, Fault, Microsoft, StandInSigningKey
from tests.packaged import packaged_pack

__all__ = ["slack", "start"]
HERE = Place("slack", TEAM, OURS)
THERE = Place("teams", TENANT, CHANNEL)
KNOWLEDGE = packaged_pack()
SINCE = datetime.now(UTC)
_AGAIN = 0.2


@pytest.fixture
async def poster(slack) -> AsyncIterator[SlackPoster]:
    web = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test"), timeout=2.0)

    async def token_of(team: str) -> str | None:
        return {TEAM: TOKEN, "T0SEALED": ""}.get(team)

    async with web.open_session():
        yield SlackPoster(SlackMessenger(web, MessageSearch(web)), token_of, ChannelAllowList(()))


async def due_now(database, place: Place, ahead: timedelta = timedelta(0)) -> str:
    """Let a subscription be due, for today or a later date; returns its id."""
    found = await Subscriptions(database).at(place)
    now = datetime.now(UTC)
    async with database.begin() as connection:
        change = update(SubscriptionRow).where(SubscriptionRow.id == found.id)
        await connection.execute(change.values(next_due=now - timedelta(seconds=1), next_day=(now + ahead).date()))
    return found.id


async def subscribed(database, place: Place, person: str = ANN) -> str:
    """Subscribe a place in its own words, and let the tip be due; returns the subscription's id."""
    tips = TipChooser(lambda: KNOWLEDGE, Answers(database))
    daily = SubscriptionService(Subscriptions(database), Deliveries(database), tips, lambda: KNOWLEDGE, ABILITIES)
    reply = await daily.answer_command(Message("daily every day 9:00", person, place))
    assert reply.intent == "daily-changed"
    return await due_now(database, place)


@asynccontextmanager
async def delivering(url: str, database, posters) -> AsyncIterator[None]:
    """Run the real engine, with short waits."""
    service = TipsService(
        url,
        database,
        TipChooser(lambda: KNOWLEDGE, Answers(database)),
        Posters(posters, ABILITIES),
        ABILITIES,
        EngineLimits(4, 2, 6000),
        WorkerTimings(post=3.0, settle=0.3, again=_AGAIN),
        Heartbeat(0.5, 1.5),
        every=0.5,
    )
    async with service.running():
        yield


async def state(database, subscription: str, within: float = 60.0) -> tuple[str, str | None]:
    """Wait for the end of the delivery."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        async with contextlib.aclosing(_looks(database, subscription)) as looks:
            async for found in looks:
                if found.state not in ("due", "posting"):
                    return found.state, found.reason
        await asyncio.sleep(0.05)
    raise AssertionError("it came to no end")


async def _looks(database, subscription: str):
    for day in await Deliveries(database).days(subscription, date(2000, 1, 1)):
        if found := await Deliveries(database).load(subscription, day):
            yield found.delivery


async def test_a_channel_that_subscribes_by_the_command_gets_its_tip_once(start, slack, tmp_path):
    """The whole program: /steps daily, a tip in the channel with its key, and nothing twice after a restart."""
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with start() as sender:
        _, _, number = await sender.send_command("daily every day 9:00")
        await slack.wait_until(lambda: slack.responses)
        name, answer = slack.responses[0]
    assert name == number
    assert answer["response_type"] == "in_channel"
    assert "every day at 09:00" in collect_text(answer["blocks"])
    subscription = await due_now(database, HERE)
    for _ in range(2):
        async with start():
            await slack.wait_until(lambda: slack.list_posts(OURS))
            await state(database, subscription)
    await database.dispose()
    (tip,) = slack.list_posts(OURS)
    key = tip["metadata"]["event_payload"]["key"]
    assert tip["metadata"]["event_type"] == METADATA
    assert key.startswith(f"tip-{subscription}-")


async def test_what_only_the_asker_need_see_is_for_the_asker(start, slack):
    """Status and choices are whispered; pressing one of them changes the channel's tip, and the channel is told."""
    async with start() as sender:
        await sender.send_command("daily on")
        await slack.wait_until(lambda: slack.responses)
        asked = slack.responses[0][1]
        assert asked["response_type"] == "ephemeral"
        await sender.press_element(find_button(asked["blocks"], "Weekdays at 09:00"), **sender.on_ephemeral())
        await slack.wait_until(lambda: len(slack.responses) == 3)
        told, instead = slack.responses[1][1], slack.responses[2][1]
        assert (told["response_type"], instead["replace_original"]) == ("in_channel", True)
        assert "Monday to Friday at 09:00" in collect_text(told["blocks"])
        await sender.send_event(sender.build_mention("daily"))
        await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
        (whisper,) = slack.list_calls("chat.postEphemeral")
    assert whisper["user"] == ANN
    assert "Monday to Friday at 09:00" in collect_text(whisper["blocks"])
    assert slack.list_posts(OURS) == []


async def test_a_sentence_that_begins_with_daily_stays_private(start, slack):
    async with start() as sender:
        await sender.send_command("daily huddles are not working for us")
        await slack.wait_until(lambda: slack.responses)
    assert slack.responses[0][1]["response_type"] == "ephemeral"


async def test_a_workspace_that_leaves_takes_its_tips_and_promises_along(start, slack, tmp_path):
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with start() as sender:
        await subscribed(database, HERE)
        await Promises(database).add(Promise("p1", HERE, ANN, "n", "Europe/London", datetime.now(UTC)))
        await sender.send_event({"type": "app_uninstalled"})
        assert await Subscriptions(database).at(HERE) is None
        assert await Promises(database).get("p1") is None
    await database.dispose()


async def test_each_workspace_gets_its_tip_with_its_own_token_and_one_that_leaves_takes_only_its_own(
    start, slack, tmp_path
):
    """Two workspaces install the bot; when one takes it out, the other's tip still comes, and nothing to the first."""
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    places = {team: Place("slack", team, OURS) for team in ("T0ONE", "T0TWO")}
    async with start(**MANY) as sender:
        for team in places:
            await install(sender, slack, OAuthGrant(team, f"xoxb-{team}"))
            await sender.send_command("daily every day 9:00", team_id=team)
        await slack.wait_until(lambda: len(slack.responses) == 2)
    for place in places.values():
        await due_now(database, place)
    async with start(**MANY) as sender:
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
        assert {tip["team"] for tip in slack.list_posts(OURS)} == set(places)
        await sender.send_event({"type": "app_uninstalled"}, team="T0ONE", event_time=int(time.time()) + 5)
    assert await Subscriptions(database).at(places["T0ONE"]) is None
    kept = await Subscriptions(database).at(places["T0TWO"])
    slack.tokens.pop("xoxb-T0ONE")
    slack.messages.clear()
    await due_now(database, places["T0TWO"], ahead=timedelta(days=1))
    async with start(**MANY):
        await slack.wait_until(lambda: slack.list_posts(OURS))
        await state(database, kept.id)
    await database.dispose()
    assert [tip["team"] for tip in slack.list_posts(OURS)] == ["T0TWO"]
    assert not [refusal for refusal in slack.refused if "chat.postMessage" in refusal]


@pytest.mark.parametrize("fault", ["429", "500", "500 after posting", "drop after posting"])
async def test_whatever_slack_does_the_tip_is_posted_once(slack, poster, database, sqlite_url, fault):
    slack.fail_next("chat.postMessage", fault)
    subscription = await subscribed(database, HERE)
    async with delivering(sqlite_url, database, {"slack": poster}):
        assert (await state(database, subscription))[0] == "posted"
    (tip,) = slack.list_posts(OURS)
    assert tip["metadata"]["event_payload"]["key"].startswith(build_tip_key(subscription, date(2000, 1, 1))[:-10])


async def test_a_channel_without_the_bot_stops_and_its_owner_is_told(slack, poster, database, sqlite_url):
    there = Place("slack", TEAM, "C0FOREIGN")
    subscription = await subscribed(database, there)
    async with delivering(sqlite_url, database, {"slack": poster}):
        assert await state(database, subscription) == ("refused", "I am not a member of the channel")
        await slack.wait_until(lambda: slack.list_posts("D0ANN"))
    stopped = await Subscriptions(database).at(there)
    assert (stopped.state, stopped.reason) == ("refused", "I am not a member of the channel")
    (told,) = slack.list_posts("D0ANN")
    assert "I am not a member of the channel" in told["text"]
    assert "C0FOREIGN" in collect_channels(told["blocks"])  # of several channels, which one it is


def collect_channels(part) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in collect_channels(one)]
    if isinstance(part, dict):
        inside = [found for one in part.values() for found in collect_channels(one)]
        return [part["channel_id"], *inside] if part.get("type") == "channel" else inside
    return []


async def test_a_token_that_is_mistyped_in_a_deploy_stops_no_tip(slack, poster, database, sqlite_url):
    known = slack.tokens.pop(TOKEN)
    subscription = await subscribed(database, HERE)
    async with delivering(sqlite_url, database, {"slack": poster}):
        while len(slack.refused) < 2:
            await asyncio.sleep(0.05)
        assert (await Subscriptions(database).at(HERE)).state == "on"
        slack.tokens[TOKEN] = known
        assert (await state(database, subscription))[0] == "posted"
    assert len(slack.list_posts(OURS)) == 1


async def test_a_direct_message_goes_to_the_person_and_can_be_found(slack, poster):
    direct = Place("slack", TEAM, ANN, private=True)
    assert await poster.find(direct, "k", since=SINCE) is None  # Slack tells the channel only to those who post there
    await poster.post(direct, TextReply("promise", ("How did it go?",)), "k")
    assert len(slack.list_posts("D0ANN")) == 1
    assert await poster.find(direct, "k", since=SINCE) is True
    assert await poster.find(direct, "another", since=SINCE) is False


async def test_without_the_scope_slack_cannot_be_asked(slack, poster):
    slack.tokens[TOKEN].scopes.discard("channels:history")
    assert await poster.find(HERE, "k", since=SINCE) is None


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("429", RetryLaterError),
        ("500", PostUncertainError),
        ("html", PostUncertainError),
        ("drop", PostUncertainError),
        ("hang", PostUncertainError),
    ],
)
async def test_one_attempt_says_what_became_of_it(slack, poster, fault, raised):
    slack.fail_next("chat.postMessage", fault)
    with pytest.raises(raised) as caught:
        await poster.post(HERE, lesson(kind="tip"), "k")
    if isinstance(caught.value, RetryLaterError):
        assert caught.value.seconds == 1.0
    assert slack.list_posts(OURS) == []


async def test_refusals_are_told_apart(slack, poster):
    slack.channels["C0OLD"] = False
    for place, permanent in (
        (replace(HERE, channel="C0OLD"), True),
        (replace(HERE, channel="C0NONE"), True),
        (replace(HERE, team="T0GONE"), True),
        (replace(HERE, team="T0SEALED"), False),
    ):
        with pytest.raises(PostRefusedError) as caught:
            await poster.post(place, lesson(kind="tip"), "k")
        assert caught.value.permanent is permanent
    known = slack.tokens.pop(TOKEN)  # as after a deploy with a mistyped one
    for key in ("k1", "k2"):
        with pytest.raises(PostRefusedError, match="does not take my token") as caught:
            await poster.post(HERE, lesson(kind="tip"), key)
        assert not caught.value.permanent
    slack.tokens[TOKEN] = known
    slack.tokens[TOKEN].revoked = True
    with pytest.raises(PostRefusedError, match="withdrew my token"):
        await poster.post(HERE, lesson(kind="tip"), "k")
    assert isinstance(build_posting_error(TimeoutError()), PostUncertainError)


async def test_nothing_is_posted_outside_the_channels_that_the_operators_allow(slack):
    async def token_of(_team: str) -> str:
        raise AssertionError("not asked")

    web = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test"))
    with pytest.raises(PostRefusedError, match="other channels"):
        await SlackPoster(SlackMessenger(web, MessageSearch(web)), token_of, ChannelAllowList(("C0OTHER",))).post(
            HERE, lesson(), "k"
        )


@pytest.mark.parametrize(("platform", "for_good"), [("simulator", True), ("teams", False)])
async def test_a_page_is_never_waited_for_and_a_platform_that_is_off_may_come_back(platform, for_good):
    with pytest.raises(PostRefusedError) as refused:
        await Posters({}, ABILITIES).post(Place(platform, "T1", "C1"), TextReply("help", ("Hello.",)), "key")

    assert refused.value.permanent is for_good


async def test_no_connection_means_that_nothing_was_posted():
    async def token_of(_team: str) -> str:
        return TOKEN

    web = WebClientFactory("http://127.0.0.1:1/api/", logging.getLogger("test"))
    async with web.open_session():
        with pytest.raises(RetryLaterError):
            await SlackPoster(SlackMessenger(web, MessageSearch(web)), token_of, ChannelAllowList(())).post(
                HERE, lesson(), "k"
            )


@pytest.fixture(scope="module")
def key() -> StandInSigningKey:
    return StandInSigningKey("key-1")


class OnTeams:
    """Teams served over the same database as the engine."""

    def __init__(self, microsoft: Microsoft, service, own, person: TeamsPerson) -> None:
        self.microsoft = microsoft
        self.poster = service.poster
        self.own = own
        self.person = person


@pytest.fixture
async def teams(key, database, sqlite_url) -> AsyncIterator[OnTeams]:
    from bot.conversation.conversation import Conversation
    from bot.delivery.component import build_place_forgetter
    from bot.platforms.teams.service import TeamsService
    from bot.platforms.teams.transport.credentials import Credentials, build_secret_source
    from bot.settings import Settings
    from tests.integration.teams.fakes import FakeClassifier
    from tests.integration.teams.standin import APP_ID, SECRET, Rerouted

    microsoft = Microsoft(key)
    runner, microsoft.origin = await on_teams.listen(microsoft.application())
    settings = Settings(
        database_url=sqlite_url,
        teams_app_id=APP_ID,
        teams_app_secret=SECRET,
        teams_tenant_id=TENANT,
        teams_service_urls=(microsoft.origin,),
        teams_openid_url=f"{microsoft.origin}/openid",
    )
    answers = Answers(database)
    tips = TipChooser(lambda: KNOWLEDGE, answers)
    conversation = Conversation(FakeClassifier(), lambda: KNOWLEDGE, answers, tips, open_memory(database))
    own = Credentials(build_secret_source(APP_ID, SECRET, TENANT, Rerouted(microsoft.origin)))
    service = TeamsService(settings, database, conversation, own, [build_place_forgetter(database)])
    async with on_teams.serve_teams(service) as url:
        microsoft.under_way.append(service.queue.finish)
        person = TeamsPerson(url, microsoft, key, "channel")
        await person.write("listening")
        microsoft.posted.clear()
        yield OnTeams(microsoft, service, own, person)
    await runner.cleanup()


async def test_on_teams_a_tip_is_posted_once_after_a_refusal_that_passes(teams, database, sqlite_url):
    teams.microsoft.faults.append(Fault(429, {"Retry-After": "1"}))
    subscription = await subscribed(database, THERE, JANE)
    async with delivering(sqlite_url, database, {"teams": teams.poster}):
        assert (await state(database, subscription))[0] == "posted"
    assert len(teams.microsoft.posted) == 1
    assert teams.microsoft.posted[0].body["conversation"]["id"] == CHANNEL


async def test_on_teams_what_may_have_arrived_is_not_posted_again(teams, database, sqlite_url):
    teams.microsoft.faults.append(Fault(502))
    subscription = await subscribed(database, THERE, JANE)
    async with delivering(sqlite_url, database, {"teams": teams.poster}):
        ended = await state(database, subscription)
    assert ended == ("unknown", "the platform cannot be asked whether the post arrived")
    assert teams.microsoft.posted == []


async def test_on_teams_a_tip_comes_though_the_answer_to_its_intent_was_lost(teams, database, sqlite_url, monkeypatch):
    """Nobody else could find out that nothing was posted: whoever meant to post takes the intent back, and posts."""
    intend, lost = Deliveries.intend, []

    async def lose_answer(deliveries, *given):
        begun = await intend(deliveries, *given)
        if not lost:
            lost.append(begun)
            raise OperationalError("UPDATE", {}, Exception("server closed the connection unexpectedly"))
        return begun

    monkeypatch.setattr(Deliveries, "intend", lose_answer)
    subscription = await subscribed(database, THERE, JANE)
    async with delivering(sqlite_url, database, {"teams": teams.poster}):
        assert (await state(database, subscription))[0] == "posted"
    assert lost != [None]
    assert len(teams.microsoft.posted) == 1


@contextlib.contextmanager
def out_of_reach(database, table: str, times: int = 1) -> Iterator[list[str]]:
    """Let our database fail for the next statements on a table; yields those that failed."""
    failed: list[str] = []

    def fail(_connection, _cursor, statement, *_rest) -> None:
        if table in statement and len(failed) < times:
            failed.append(statement)
            raise OperationalError(statement, {}, Exception("the database is away"))

    event.listen(database.sync_engine, "before_cursor_execute", fail)
    yield failed
    event.remove(database.sync_engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("fault", [Fault(0, drop=True), Fault(401, body={"error": "invalid_client"})])
async def test_on_teams_a_tip_waits_for_a_token_that_microsoft_does_not_give(teams, fault):
    """Without a token nothing was sent, so it is surely not posted, and posted once there is one."""
    teams.own.drop_token(f"token-{teams.microsoft.tokens}")
    teams.microsoft.token_faults.append(fault)
    with pytest.raises(PostRefusedError, match="no token") as caught:
        await teams.poster.post(THERE, lesson(kind="tip"), "k")
    assert not caught.value.permanent
    assert teams.microsoft.posted == []
    await asyncio.sleep(5.5)  # for so long Microsoft is not asked again
    await teams.poster.post(THERE, lesson(kind="tip"), "k")
    assert len(teams.microsoft.posted) == 1


async def test_on_teams_a_database_that_is_away_before_the_post_means_that_nothing_was_posted(teams, database):
    with out_of_reach(database, "teams_conversations") as failed, pytest.raises(RetryLaterError):
        await teams.poster.post(THERE, lesson(kind="tip"), "k")
    assert len(failed) == 1
    assert teams.microsoft.posted == []


async def test_on_teams_a_database_that_is_away_after_the_post_makes_it_no_less_posted(teams, database):
    with out_of_reach(database, "teams_posts") as failed:
        await teams.poster.post(THERE, lesson(kind="tip"), "k")
    assert failed == [], "nothing is written after a post"
    assert len(teams.microsoft.posted) == 1


async def test_on_teams_a_refusal_stays_known_when_it_cannot_be_noted(teams, database):
    teams.microsoft.faults.append(Fault(403, body={"error": {"code": "BotNotInConversationRoster"}}))
    with out_of_reach(database, "UPDATE teams_conversations") as failed, pytest.raises(PostRefusedError) as caught:
        await teams.poster.post(THERE, lesson(kind="tip"), "k")
    assert caught.value.permanent
    assert len(failed) == 1


async def test_on_teams_a_chat_that_could_not_be_opened_holds_no_post(teams):
    direct = Place("teams", TENANT, "29:john", private=True)
    teams.microsoft.faults.append(Fault(502))
    with pytest.raises(RetryLaterError):
        await teams.poster.post(direct, TextReply("promise", ("How did it go?",)), "k")
    assert teams.microsoft.posted == []


async def test_on_teams_a_place_without_the_bot_stops_and_its_owner_is_told(teams, database, sqlite_url):
    await TeamsPerson(teams.person.url, teams.microsoft, teams.person.key).write("listening")  # Jane's personal chat
    teams.microsoft.posted.clear()
    teams.microsoft.faults.append(Fault(403, body={"error": {"code": "BotNotInConversationRoster"}}))
    subscription = await subscribed(database, THERE, JANE)
    async with delivering(sqlite_url, database, {"teams": teams.poster}):
        ended, reason = await state(database, subscription)
        for _ in range(1200):
            if teams.microsoft.posted:
                break
            await asyncio.sleep(0.05)
    assert ended == "refused"
    assert "BotNotInConversationRoster" in reason
    assert (await Subscriptions(database).at(THERE)).state == "refused"
    assert teams.microsoft.posted[0].body["conversation"]["id"] == f"a:{JANE}"


async def test_on_teams_a_person_is_written_to_in_a_chat_that_is_opened(teams):
    direct = Place("teams", TENANT, "29:john", private=True)
    await teams.poster.post(direct, TextReply("promise", ("How did it go?",)), "k")
    assert teams.microsoft.posted[-1].body["conversation"]["id"] == "a:opened-29:john"
    assert await teams.poster.find(direct, "k", since=SINCE) is None


async def test_on_teams_a_place_that_leaves_takes_its_tips_and_promises_along(teams, database):
    await subscribed(database, THERE, JANE)
    await Promises(database).add(Promise("p1", THERE, JANE, "n", "Europe/London", datetime.now(UTC)))
    await teams.person.send(teams.person.activity(type="installationUpdate", action="remove"))
    assert await Subscriptions(database).at(THERE) is None
    assert await Promises(database).get("p1") is None
