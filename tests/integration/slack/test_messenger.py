"""Posting once, against a Slack that hangs; deliveries of tips will stand on the same."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.message import TextReply
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views.reply import render_reply
from tests.contract.slack.fake_slack import BOT_USER, TEAM, TOKEN, FakeSlack

RENDERED = render_reply(TextReply("notice", ("Words.",)))
WORKSPACE = Workspace(TEAM, TOKEN, BOT_USER)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
async def messenger(slack: FakeSlack) -> AsyncIterator[SlackMessenger]:
    clients = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test"), timeout=0.3)
    async with clients.open_session():
        yield SlackMessenger(clients, pause=0.01)


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
    assert await messenger.find_message(WORKSPACE, "C0OURS", key="two") == slack.list_posts("C0OURS")[1]["ts"]
    assert await messenger.find_message(WORKSPACE, "C0OURS", key="three") is None
