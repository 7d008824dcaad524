"""The monthly digest on Slack, through the front door: asked for, posted once, ended, refused and forgotten."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.delivery.restore import doubt_what_came_due
from bot.message import Place
from bot.store.database import open_engine
from bot.store.digests import Digests
from bot.store.people import People, Person
from bot.store.tables import DigestRow
from tests.contract.slack.conftest import slack, start
from tests.contract.slack.fake_slack import TEAM
from tests.contract.slack.workspace import ANN, DIRECT, OURS, collect_text, find_button
from tests.digests import fill_month_before, let_be_due, wait_for_end
from tests.integration.delivery.test_tip_posters import HERE

__all__ = ["slack", "start"]
FOREIGN = Place("slack", TEAM, "C0FOREIGN")


async def test_on_slack_a_channel_asks_in_its_own_words_and_gets_its_counts_once(start, slack, tmp_path):
    """The whole program: a sentence, a yes that the channel sees, the counts, nothing twice, and an end."""
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with start() as sender:
        await sender.send_command("can you post a monthly digest here please?")
        await slack.wait_until(lambda: slack.responses)
        question = slack.responses[0][1]
        assert question["response_type"] == "ephemeral"
        assert "Shall I post a digest here on the first working day of each month?" in question["text"]
        await sender.press_element(find_button(question["blocks"], "Yes, please"), **sender.on_ephemeral())
        await slack.wait_until(lambda: len(slack.responses) == 3)
        told = slack.responses[1][1]
        assert told["response_type"] == "in_channel"
        assert "“/steps digest off” ends it" in collect_text(told["blocks"])
    await fill_month_before(database, HERE)
    digest = await let_be_due(database, HERE)
    for _ in range(2):
        async with start():
            await slack.wait_until(lambda: slack.list_posts(OURS))
            await wait_for_end(database, digest)
    (post,) = slack.list_posts(OURS)
    said = collect_text(post["blocks"])
    assert "31 small steps taken on, 19 done." in said
    assert "Asked most: Listening (7 times)." in said
    assert post["metadata"]["event_payload"]["key"].startswith(f"digest-{digest}-")
    async with start() as sender:
        slack.responses.clear()
        await sender.send_command("digest")
        await slack.wait_until(lambda: slack.responses)
        assert slack.responses[0][1]["response_type"] == "ephemeral"
        assert "The next one comes on" in slack.responses[0][1]["text"]
        await sender.send_command("digest off")
        await slack.wait_until(lambda: len(slack.responses) == 2)
        assert slack.responses[1][1]["response_type"] == "in_channel"
        assert (await Digests(database).at(HERE)).state == "off"
    await database.dispose()


async def test_a_month_with_too_little_to_count_gets_none(start, slack, tmp_path):
    """Nothing is posted, and the next one is waited for."""
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with start() as sender:
        await sender.send_command("digest on")
        await slack.wait_until(lambda: slack.responses)
    digest = await let_be_due(database, HERE)
    async with start():
        assert (await wait_for_end(database, digest)).reason is None
    assert slack.list_posts(OURS) == []
    await database.dispose()


async def test_a_channel_without_the_bot_ends_its_digest_and_its_owner_is_told(start, slack, tmp_path):
    """It stops for good, with the reason, and whoever set it up is written to directly, unless they were forgotten."""
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with start() as sender:
        await sender.send_command("digest on", channel=FOREIGN.channel)
        await slack.wait_until(lambda: slack.responses)
    await fill_month_before(database, FOREIGN)
    digest = await let_be_due(database, FOREIGN)
    async with start() as sender:
        assert (await wait_for_end(database, digest)).state == "refused"
        await slack.wait_until(lambda: slack.list_posts("D0ANN"))
        assert "could not post the monthly digest" in slack.list_posts("D0ANN")[0]["text"]
        forgotten = await People(database).forget(Person("slack", TEAM, ANN))
        assert forgotten.looked_after == 1
        assert (await Digests(database).get(digest)).owner == ""
        await sender.send_event({"type": "app_uninstalled"})
        assert await Digests(database).get(digest) is None
    await database.dispose()


@pytest.mark.parametrize("fault", ["ratelimited", "internal_error after posting"])
async def test_whatever_slack_does_the_digest_is_posted_once(start, slack, tmp_path, fault):
    """A refusal that passes is tried again; what may have arrived is looked for before it is posted again."""
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with start() as sender:
        await sender.send_command("digest on")
        await slack.wait_until(lambda: slack.responses)
    await fill_month_before(database, HERE)
    digest = await let_be_due(database, HERE)
    slack.fail_next("chat.postMessage", fault)
    async with start():
        await wait_for_end(database, digest)
    assert len(slack.list_posts(OURS)) == 1
    await database.dispose()


async def test_nobody_gets_a_digest_for_themselves_alone(start, slack):
    """In a direct message the bot says what a digest is for, and sets nothing up."""
    async with start() as sender:
        await sender.send_event(sender.build_message("digest on", channel=DIRECT))
        await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert "it is for a channel or a chat" in slack.list_posts(DIRECT)[0]["text"]


async def test_after_a_restore_the_digest_that_came_is_found_and_not_posted_again(start, slack, tmp_path):
    """The copy knows nothing of the post: `tips restored` has it looked for, and the next one is waited for."""
    url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    database = open_engine(url)
    async with start() as sender:
        await sender.send_command("digest on")
        await slack.wait_until(lambda: slack.responses)
    await fill_month_before(database, HERE)
    digest = await let_be_due(database, HERE)
    before = await Digests(database).get(digest)
    async with start():
        await wait_for_end(database, digest)
    async with database.begin() as connection:  # as it was in the copy
        await connection.execute(update(DigestRow).values(due_at=before.due_at, attempt=0, turn=0, state="due"))
    assert (await doubt_what_came_due(database, datetime.now(UTC))).digests == 1
    async with start():
        await wait_for_end(database, digest)
    assert len(slack.list_posts(OURS)) == 1
    await database.dispose()
