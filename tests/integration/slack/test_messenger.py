"""Posting once, against a Slack that hangs; deliveries of tips will stand on the same."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.message import TextReply
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.search import METADATA, MessageSearch, SearchDelayedError, SearchWindow
from bot.platforms.slack.views.reply import render_reply
from tests.contract.slack.fake_slack import BOT_USER, TEAM, TOKEN, FakeSlack

RENDERED = render_reply(TextReply("notice", ("Words.",)))
ALWAYS = SearchWindow(0.0)
WORKSPACE = Workspace(TEAM, TOKEN, BOT_USER)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
async def messenger(slack: FakeSlack) -> AsyncIterator[SlackMessenger]:
    clients = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test"), timeout=0.3)
    async with clients.open_session():
        yield SlackMessenger(clients, MessageSearch(clients), pause=0.01, settle=0.0)


@pytest.mark.parametrize("faults", [["hang"], ["hang", "500"], ["drop after posting"], ["500 after posting"]], ids=str)
async def test_a_post_happens_once_though_slack_hangs(messenger: SlackMessenger, slack: FakeSlack, faults: list):
    """When it is open whether Slack posted, the message is looked for before it is posted again."""
    slack.fail_next("chat.postMessage", *faults)

    ts = await messenger.post_message(WORKSPACE, "C0OURS", RENDERED, key="one", thread="1.0")

    assert [message["ts"] for message in slack.list_posts("C0OURS")] == [ts]


async def test_a_slack_that_never_answers_is_an_error(messenger: SlackMessenger, slack: FakeSlack):
    slack.fail_next("chat.postMessage", *["hang"] * 3)

    with pytest.raises(TimeoutError):
        await messenger.post_message(WORKSPACE, "C0OURS", RENDERED, key="one")

    assert slack.list_posts("C0OURS") == []


async def test_another_message_with_the_same_words_is_another_message(messenger: SlackMessenger, slack: FakeSlack):
    """What makes a message the same one is its key, and nothing else."""
    await messenger.post_message(WORKSPACE, "C0OURS", RENDERED, key="one")
    slack.fail_next("chat.postMessage", "500")
    await messenger.post_message(WORKSPACE, "C0OURS", RENDERED, key="two")

    assert len(slack.list_posts("C0OURS")) == 2
    assert (
        await messenger.find_message(WORKSPACE, "C0OURS", key="two", window=ALWAYS)
        == slack.list_posts("C0OURS")[1]["ts"]
    )
    assert await messenger.find_message(WORKSPACE, "C0OURS", key="three", window=ALWAYS) is None


async def test_a_limited_search_goes_on_where_it_stopped(slack: FakeSlack):
    """One request a minute with 15 objects: a search over pages keeps its place, and the workspace's call is shared."""
    clients, now = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test")), [2_000.0]
    metadata = {"event_type": METADATA, "event_payload": {"key": "wanted"}}
    posted = [{"ts": f"1000.{number:06}", "text": "other"} for number in range(40)]
    slack.messages["C0OURS"] = [posted[0] | {"metadata": metadata}, *posted[1:]]  # on the third page
    search = MessageSearch(clients, now=lambda: now[0])

    async def turn(key: str) -> str | None:
        return await search.find(TEAM, TOKEN, "C0OURS", key=key, window=ALWAYS)

    async with clients.open_session():
        for _ in range(2):
            slack.limit_reads(1)
            with pytest.raises(SearchDelayedError) as delayed:
                await turn("wanted")
            with pytest.raises(SearchDelayedError):
                await turn("another")  # waits for its turn without a call
            now[0] += delayed.value.seconds
        slack.limit_reads(1)
        assert await turn("wanted") == "1000.000000"
    pages = [call.get("cursor") for call in slack.list_calls("conversations.history")]
    assert pages == [None, "15", "30"]
