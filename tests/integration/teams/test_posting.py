"""Saying something without being asked."""

import pytest

from bot.message import Place
from bot.platforms.teams.posting.messenger import FailedPost, SentMessage
from bot.store.teams import TeamsConversations
from tests.contract.replies import lesson
from tests.integration.teams.people import CHANNEL, JANE
from tests.integration.teams.standin import TENANT, Fault

THERE = Place("teams", TENANT, CHANNEL)


@pytest.fixture
async def known(in_channel, microsoft):
    await in_channel.write("listening")
    microsoft.posted.clear()


async def test_a_tip_is_posted_to_the_channel_and_not_into_a_thread(known, bot, microsoft):
    outcome = await bot.teams.messenger.post_to_place(THERE, lesson(kind="tip", answer=""))

    assert outcome == SentMessage("posted-1")
    assert microsoft.posted[0].body["conversation"]["id"] == CHANNEL
    assert "replyToId" not in microsoft.posted[0].body


async def test_a_place_where_the_bot_has_not_been_is_gone(bot, microsoft):
    outcome = await bot.teams.messenger.post_to_place(THERE, lesson())

    assert isinstance(outcome, FailedPost)
    assert outcome.verdict == "gone"
    assert microsoft.calls == 0


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (403, "BotNotInConversationRoster", "blocked"),
        (403, "MessageWritesBlocked", "blocked"),
        (404, "ConversationNotFound", "gone"),
    ],
)
async def test_a_closed_place_is_not_tried_again_until_somebody_speaks(
    known, bot, in_channel, microsoft, status, code, verdict
):
    microsoft.faults.append(Fault(status, body={"error": {"code": code}}))

    first = await bot.teams.messenger.post_to_place(THERE, lesson())
    calls = microsoft.calls
    second = await bot.teams.messenger.post_to_place(THERE, lesson())

    assert first == FailedPost(verdict, code)
    assert second == FailedPost("blocked", code)
    assert microsoft.calls == calls
    assert (await TeamsConversations(bot.engine).get(THERE)).closed == code

    await in_channel.write("we are back")
    assert isinstance(await bot.teams.messenger.post_to_place(THERE, lesson()), SentMessage)


@pytest.mark.parametrize("status", [412, 429])
async def test_what_was_surely_not_posted_is_tried_again(known, bot, microsoft, status):
    microsoft.faults.extend([Fault(status, {"Retry-After": "0"})] * 2)

    assert isinstance(await bot.teams.messenger.post_to_place(THERE, lesson()), SentMessage)
    assert len(microsoft.posted) == 1


async def test_a_long_wait_is_left_to_the_caller(known, bot, microsoft):
    microsoft.faults.append(Fault(429, {"Retry-After": "120"}))

    assert await bot.teams.messenger.post_to_place(THERE, lesson()) == FailedPost("later", "Code429", 120.0)


@pytest.mark.parametrize("fault", [Fault(500), Fault(502, body="<html>"), Fault(504), Fault(0, drop=True)])
async def test_what_may_have_been_posted_is_flagged_and_never_said_twice(known, bot, microsoft, fault):
    before = microsoft.calls
    microsoft.faults.append(fault)

    outcome = await bot.teams.messenger.post_to_place(THERE, lesson())

    assert isinstance(outcome, FailedPost)
    assert outcome.verdict == "unsure"
    assert microsoft.calls == before + 1


async def test_a_person_is_written_to_in_the_chat_that_is_there(jane, bot, microsoft):
    await jane.write("listening")

    outcome = await bot.teams.messenger.post_to_person(THERE, JANE, lesson())

    assert isinstance(outcome, SentMessage)
    assert microsoft.posted[1].body["conversation"]["id"] == f"a:{JANE}"


async def test_a_chat_is_opened_with_somebody_met_in_a_channel(known, bot, microsoft):
    first = await bot.teams.messenger.post_to_person(THERE, "29:john", lesson())
    second = await bot.teams.messenger.post_to_person(THERE, "29:john", lesson())

    assert [type(outcome) for outcome in (first, second)] == [SentMessage, SentMessage]
    assert [posted.path.rpartition("/")[2] for posted in microsoft.posted] == [
        "conversations",
        "activities",
        "activities",
    ]
    assert microsoft.posted[2].body["conversation"]["id"] == "a:opened-29:john"


async def test_a_chat_that_may_not_be_opened_is_blocked(known, bot, microsoft):
    microsoft.faults.append(Fault(403, body={"error": {"code": "ForbiddenOperationException"}}))

    outcome = await bot.teams.messenger.post_to_person(THERE, "29:john", lesson())

    assert outcome == FailedPost("blocked", "ForbiddenOperationException")


async def test_nobody_is_written_to_whom_the_bot_never_met(bot, microsoft):
    outcome = await bot.teams.messenger.post_to_person(THERE, "29:john", lesson())

    assert isinstance(outcome, FailedPost)
    assert microsoft.calls == 0


async def test_a_service_that_is_no_longer_on_the_list_is_refused(known, bot, start, microsoft):
    strict = await start(teams_service_urls=())

    outcome = await strict.teams.messenger.post_to_place(THERE, lesson())

    assert isinstance(outcome, FailedPost)
    assert outcome.verdict == "refused"
    assert microsoft.posted == []
