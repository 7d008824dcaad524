"""A Slack process that dies after the acknowledgement: an answer may be lost, and none comes twice."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Settings
from tests.contract.slack.fake_slack import TOKEN, FakeSlack
from tests.contract.slack.test_acknowledgement import locked
from tests.contract.slack.workspace import OURS, SECRET, RequestSender

ROOT = Path(__file__).parents[3]
QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
EVENT = "Ev0KILLED"
Replica = tuple[RequestSender, asyncio.subprocess.Process]

pytestmark = pytest.mark.slow  # each replica is a whole process that loads the model


@pytest.fixture
async def replicas(slack: FakeSlack, settings: Settings) -> AsyncIterator[tuple[Replica, Replica]]:
    """Two processes of the bot on one database."""
    async with (
        aiohttp.ClientSession() as session,
        serve(slack, settings, session) as one,
        serve(slack, settings, session) as other,
    ):
        yield one, other


@asynccontextmanager
async def serve(slack: FakeSlack, settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Replica]:
    environment = os.environ | {
        "SMALL_STEPS_DATABASE_URL": settings.database_url.get_secret_value(),
        "SMALL_STEPS_SLACK_API_URL": f"{slack.url}/api/",
        "SMALL_STEPS_SLACK_BOT_TOKEN": TOKEN,
        "SMALL_STEPS_SLACK_SIGNING_SECRET": SECRET,
        "SMALL_STEPS_DAILY_TIPS": "false",
        "SMALL_STEPS_SIMULATOR": "off",
        "SMALL_STEPS_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            if line.startswith(b"Listening on "):
                break
        else:
            pytest.fail("the bot did not start")
        yield RequestSender(line.decode().removeprefix("Listening on ").strip(), slack, session), process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def die_while_the_answer_is_on_its_way(
    ask: Callable[[], Awaitable[None]], kill: Callable[[], Awaitable[None]], slack: FakeSlack, _folder: Path
) -> int:
    """Slack has posted the answer, and the bot never hears of it."""
    slack.fail_next("chat.postMessage", "hang after posting")
    await ask()
    await slack.wait_until(lambda: slack.list_posts(OURS))
    await kill()
    return 1


async def die_before_another_attempt(
    ask: Callable[[], Awaitable[None]], kill: Callable[[], Awaitable[None]], slack: FakeSlack, _folder: Path
) -> int:
    """Slack refused the first attempt; the event was claimed, and whoever claimed it is dead."""
    slack.fail_next("chat.postMessage", *["429"] * 60)
    await ask()
    await slack.wait_until(lambda: len(slack.faults["chat.postMessage"]) < 60)
    await kill()
    slack.faults["chat.postMessage"].clear()
    return 0


async def die_before_the_claim(
    ask: Callable[[], Awaitable[None]], kill: Callable[[], Awaitable[None]], slack: FakeSlack, folder: Path
) -> int:
    """The database was away; nobody has claimed the event, so whoever hears of it again answers."""
    async with locked(folder):
        await ask()
        await kill()
    return 1


@pytest.mark.parametrize("die", [die_while_the_answer_is_on_its_way, die_before_another_attempt, die_before_the_claim])
async def test_a_process_killed_after_the_acknowledgement_doubles_nothing(replicas, slack: FakeSlack, tmp_path, die):
    """Slack lost the acknowledgement, so the event comes again to the replica that lives, and there once more."""
    (first, process), (second, _) = replicas
    mention = first.build_mention(QUESTION)

    async def ask() -> None:
        assert (await first.send_event(mention, event_id=EVENT))[0] == 200

    async def kill() -> None:
        process.kill()
        await process.wait()

    answers = await die(ask, kill, slack, tmp_path)
    for number in ("1", "2"):
        again = await second.send_event(mention, event_id=EVENT, **{"X-Slack-Retry-Num": number})
        assert again[0] == 200
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) >= answers)
    # What is asked afterwards is answered afterwards: by then a second answer would be there.
    after = first.build_mention("listening")  # each sender counts its own times; these have to differ
    await second.send_event(after)
    await slack.wait_until(lambda: any(post.get("thread_ts") == after["ts"] for post in slack.list_posts(OURS)))
    assert sum(post.get("thread_ts") == mention["ts"] for post in slack.list_posts(OURS)) == answers
