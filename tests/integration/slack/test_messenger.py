"""Posting once, against a Slack that hangs; deliveries of tips will stand on the same."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.message import TextReply
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.posting.messenger import Post, Workspace
from bot.platforms.slack.views.reply import render
from tests.contract.slack.fake_slack import BOT_USER, TEAM, TOKEN, FakeSlack

RENDERED = render(TextReply("notice", ("Words.",)))
WORKSPACE = Workspace(TEAM, TOKEN, BOT_USER)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serving() as fake:
        yield fake


@pytest.fixture
async def post(slack: FakeSlack) -> AsyncIterator[Post]:
    clients = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test"), timeout=0.3)
    async with clients.open_session():
        yield Post(clients, pause=0.01)


@pytest.mark.parametrize("faults", [["hang"], ["hang", "500"], ["drop after posting"], ["500 after posting"]], ids=str)
async def test_a_post_happens_once_though_slack_hangs(post: Post, slack: FakeSlack, faults: list):
    """When it is open whether Slack posted, the message is looked for before it is posted again."""
    slack.fail("chat.postMessage", *faults)

    ts = await post.say(WORKSPACE, "C0OURS", RENDERED, key="one", thread="1.0")

    assert [message["ts"] for message in slack.posted("C0OURS")] == [ts]


async def test_a_slack_that_never_answers_is_an_error(post: Post, slack: FakeSlack):
    slack.fail("chat.postMessage", *["hang"] * 3)

    with pytest.raises(TimeoutError):
        await post.say(WORKSPACE, "C0OURS", RENDERED, key="one")

    assert slack.posted("C0OURS") == []


async def test_another_message_with_the_same_words_is_another_message(post: Post, slack: FakeSlack):
    """What makes a message the same one is its key, and nothing else."""
    await post.say(WORKSPACE, "C0OURS", RENDERED, key="one")
    slack.fail("chat.postMessage", "500")
    await post.say(WORKSPACE, "C0OURS", RENDERED, key="two")

    assert len(slack.posted("C0OURS")) == 2
    assert await post.find(WORKSPACE, "C0OURS", key="two") == slack.posted("C0OURS")[1]["ts"]
    assert await post.find(WORKSPACE, "C0OURS", key="three") is None
