"""Nobody meets an empty window: a person and a channel are greeted, each once."""

import asyncio

from tests.contract.slack.blockkit import find_message_problems
from tests.contract.slack.fake_slack import BOT_USER, TEAM, FakeSlack, OAuthGrant
from tests.contract.slack.test_workspaces import MANY, install
from tests.contract.slack.workspace import ANN, DIRECT, OURS, RequestSender


def opened(tab: str = "messages") -> dict:
    return {"type": "app_home_opened", "user": ANN, "channel": DIRECT, "tab": tab, "event_ts": "1.0"}


def joined(who: str = BOT_USER, channel: str = OURS) -> dict:
    return {"type": "member_joined_channel", "user": who, "channel": channel, "channel_type": "C", "team": TEAM}


async def test_a_person_is_greeted_when_they_first_open_the_messages_and_never_again(start, slack: FakeSlack):
    for _ in range(2):  # over a restart
        async with start() as sender:
            await sender.send_event(opened())
            await sender.send_event(opened())
            await slack.wait_until(lambda: slack.list_posts(DIRECT))
    (hello,) = slack.list_posts(DIRECT)

    assert hello["text"].startswith("Hello. Tell me what is getting in the way")
    assert "I am a program, not a person." in hello["text"]
    assert find_message_problems(hello["blocks"]) == []


async def test_whoever_installs_it_is_greeted_once(start, slack: FakeSlack):
    """In their direct messages, with the token of the new workspace; installing again or opening them adds nothing."""
    async with start(**MANY) as sender:
        for _ in range(2):
            await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        await slack.wait_until(lambda: slack.list_posts(DIRECT))
        await sender.send_event(opened(), team="T0ONE")
        await asyncio.sleep(0.3)
        (hello,) = slack.list_posts(DIRECT)

    assert hello["text"].startswith("Hello. Tell me what is getting in the way")


async def test_who_was_answered_before_is_not_greeted(sender: RequestSender, slack: FakeSlack):
    await sender.send_event(sender.build_message("listening", channel=DIRECT))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))

    await sender.send_event(opened())
    await asyncio.sleep(0.3)

    assert len(slack.list_posts(DIRECT)) == 1


async def test_a_channel_is_greeted_once_however_often_the_bot_is_invited(sender: RequestSender, slack: FakeSlack):
    for _ in range(2):
        await sender.send_event(joined())
    await slack.wait_until(lambda: slack.list_posts(OURS))
    await asyncio.sleep(0.3)
    (hello,) = slack.list_posts(OURS)

    assert hello["text"].startswith("Hello. Mention me")
    assert "/steps daily" in hello["text"]
    assert not hello.get("thread_ts")


async def test_nobody_is_greeted_because_a_colleague_joins(sender: RequestSender, slack: FakeSlack):
    await sender.send_event(joined(ANN))
    await asyncio.sleep(0.3)

    assert slack.list_posts(OURS) == []


async def test_a_channel_that_is_not_allowed_is_not_greeted(start, slack: FakeSlack):
    async with start(slack_channels=("C0OTHER",)) as sender:
        await sender.send_event(joined())
        await asyncio.sleep(0.3)

    assert slack.list_posts(OURS) == []


async def test_two_replicas_greet_once(start, slack: FakeSlack):
    async with start() as one, start(daily_tips=False) as two:
        await asyncio.gather(one.send_event(joined()), two.send_event(joined()))
        await slack.wait_until(lambda: slack.list_posts(OURS))
        await asyncio.sleep(0.3)

    assert len(slack.list_posts(OURS)) == 1


async def test_where_tips_are_off_none_is_promised(start, slack: FakeSlack):
    async with start(daily_tips=False) as sender:
        await sender.send_event(joined())
        await slack.wait_until(lambda: slack.list_posts(OURS))

    assert "/steps daily" not in slack.list_posts(OURS)[0]["text"]


async def test_a_channel_that_refuses_costs_nothing_but_the_welcome(sender: RequestSender, slack: FakeSlack):
    await sender.send_event(joined(channel="C0FOREIGN"))
    await sender.send_event(sender.build_message("listening", channel=DIRECT))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
