"""Measure Slack: from a signed mention to its acknowledgement and to its answer, over real HTTP on loopback.

Run with `python -m benchmarks.slack`. The bot runs as `small-steps serve` in its own process; this process plays
Slack: it sends the events and takes the answers, without a delay of its own.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.platforms.slack.api.scopes import SCOPES
from bot.platforms.slack.transport.signature import sign_body
from intents import Classifier
from knowledge import LiveKnowledge

SECRET = "benchmark"
_PATIENCE = 120.0  # seconds for one answer
_SLACK_WAITS = 3.0  # seconds for an acknowledgement
_REST = 20.0  # seconds in which a crowd is answered, before the next thing is measured
_CONNECTIONS = 900  # of this program; the edge keeps a thousand open, and closes those idle for longest
_HERE = Path(__file__).parent.parent
_ENOUGH = 1_000  # times of which a 99th percentile says more than the longest few
SITUATIONS = (
    "our consultants just cross their arms in every workshop, what do I do?",
    "the board wants a transformation plan by Friday and nobody has asked the wards",
    "staff say they have seen it all before and will wait until this one goes away too",
    "we have twelve dashboards and no idea what to change on Monday",
    "two organisations have to share one service and do not trust each other",
)


class AnswerRecorder:
    """Stand-in for Slack's API: takes what the bot posts, and records when."""

    def __init__(self) -> None:
        self.posted: dict[str, float] = {}
        self._arrived: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.url = ""
        self._numbers = itertools.count(1)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["AnswerRecorder"]:
        application = web.Application()
        application.add_routes([web.route("*", "/api/{method}", self._answer)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        yield self
        await runner.cleanup()

    async def wait_for_answer(self, ts: str) -> None:
        """Wait for the answer to a mention."""
        try:
            await asyncio.wait_for(self._arrived[ts].wait(), _PATIENCE)
        except TimeoutError:
            raise SystemExit(f"a mention was not answered within {_PATIENCE} seconds") from None

    async def _answer(self, request: web.Request) -> web.Response:
        if request.match_info["method"] == "auth.test":
            identity = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "bot_id": "B0BOT"}
            return web.json_response(identity, headers={"x-oauth-scopes": ",".join(SCOPES)})
        if request.match_info["method"] == "chat.postMessage":
            ts = (await request.json()).get("thread_ts", "")
            self.posted.setdefault(ts, time.perf_counter())
            self._arrived[ts].set()
        return web.json_response({"ok": True, "ts": f"{next(self._numbers)}.0"})


class MentionSender:
    """Sender of mentions that records when each was sent and acknowledged."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.sent: dict[str, float] = {}
        self.acknowledged: dict[str, float] = {}
        self._url = url + "/slack/events"
        self._session = session
        self._numbers = itertools.count(1)

    async def send_mention(self) -> str:
        """Send one mention, wait for its acknowledgement, and return the thread of its answer."""
        number = next(self._numbers)
        ts = f"{time.time_ns()}.{number:06}"
        text = f"<@U0BOT> {SITUATIONS[number % len(SITUATIONS)]}"
        channel = f"C{number % 50}"
        event = {"type": "app_mention", "user": "U1", "text": text, "ts": ts, "channel": channel}
        identity = [{"enterprise_id": None, "team_id": "T1", "user_id": "U0BOT", "is_bot": True}]
        body = {
            "type": "event_callback",
            "team_id": "T1",
            "event_id": f"Ev{ts}",
            "authorizations": identity,
            "event": event,
        }
        await self._post(ts, json.dumps(body).encode(), "application/json")
        return ts

    async def send_press(self) -> None:
        """Send one press of a button under an answer, and wait for its acknowledgement."""
        number = next(self._numbers)
        ts = f"{time.time_ns()}.{number:06}"
        pressed = {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": f"U{number}"},
            "trigger_id": ts,
            "container": {"type": "message", "message_ts": "1.0", "channel_id": f"C{number % 50}"},
            "actions": [{"action_id": "steps:themes:1", "type": "button", "block_id": "b", "action_ts": ts}],
        }
        form = urllib.parse.urlencode({"payload": json.dumps(pressed)}).encode()
        await self._post(ts, form, "application/x-www-form-urlencoded")

    async def _post(self, ts: str, raw: bytes, content_type: str) -> None:
        timestamp = str(int(time.time()))
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": sign_body(SECRET, timestamp, raw)}
        self.sent[ts] = time.perf_counter()
        async with self._session.post(self._url, data=raw, headers={"Content-Type": content_type, **headers}) as answer:
            assert answer.status == 200, answer.status
        self.acknowledged[ts] = time.perf_counter()


async def measure_at_rate(load: MentionSender, slack: AnswerRecorder, events: int, rate: float) -> None:
    """Send mentions evenly, whether or not earlier ones have been answered."""

    async def ask() -> None:
        await slack.wait_for_answer(await load.send_mention())

    tasks = []
    for _ in range(events):
        tasks.append(asyncio.create_task(ask()))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    print_times(f"at {rate:g} mentions a second", load, slack)


async def measure_at_saturation(load: MentionSender, slack: AnswerRecorder, events: int, at_once: int) -> None:
    """Keep so many mentions unanswered at any time: each sender waits for an answer before it sends again."""

    async def sender() -> None:
        for _ in range(events // at_once):
            await slack.wait_for_answer(await load.send_mention())

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(at_once)))
    lasted = time.perf_counter() - began
    print_times(f"at saturation, {at_once} unanswered at any time", load, slack)
    print(f"  answered {len(load.sent) / lasted:6.0f} a second")


async def measure_crowd(load: MentionSender, mentions: int, presses: int) -> None:
    """Send mentions and presses all at once, and print how long Slack waits for their acknowledgements."""
    await asyncio.gather(*(load.send_mention() for _ in range(mentions)), *(load.send_press() for _ in range(presses)))
    times = sorted((load.acknowledged[ts] - began) * 1000 for ts, began in load.sent.items())
    late = sum(time > _SLACK_WAITS * 1000 for time in times)
    print(f"{mentions} mentions and {presses} presses at once: {len(times)} acknowledged, {late} after three seconds")
    print(f"  acknowledged   p50 {statistics.median(times):7.1f} ms   most {times[-1]:7.1f} ms")


def print_times(title: str, load: MentionSender, slack: AnswerRecorder) -> None:
    print(f"{title}: {len(load.sent)} mentions")
    for name, ends in (("acknowledged", load.acknowledged), ("answer posted", slack.posted)):
        times = sorted((ends[ts] - began) * 1000 for ts, began in load.sent.items())
        p99 = f"p99 {statistics.quantiles(times, n=100)[98]:7.1f} ms   " if len(times) >= _ENOUGH else ""
        print(f"  {name:<14} p50 {statistics.median(times):7.1f} ms   {p99}most {times[-1]:7.1f} ms")


def print_classifier_times() -> None:
    """Print the times of the classifier and of the choice of a lesson alone, to show their share."""
    classifier, knowledge = Classifier.load(), LiveKnowledge()
    for name, work in (
        ("classifier", classifier.classify),
        ("explanation", classifier.explain),
        ("lesson chosen", lambda text: knowledge().choose("clinical-engagement", text)),
    ):
        work("warm")
        times = []
        for text in SITUATIONS * 8:
            began = time.perf_counter()
            work(text)
            times.append((time.perf_counter() - began) * 1000)
        print(f"  {name:<14} p50 {statistics.median(times):7.1f} ms")


def read_memory(pid: int) -> str:
    """Return how much memory a process holds now, and held at most."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return f"{sizes['VmRSS']} MiB now, {sizes['VmHWM']} MiB at most"


@asynccontextmanager
async def run_bot(slack: AnswerRecorder, checkout: Path = _HERE) -> AsyncIterator[tuple[str, int]]:
    """Run the bot of a checkout in its own process; yield its URL and process id."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "SMALL_STEPS_DATABASE_URL": f"sqlite:///{folder}/bot.sqlite",
            "SMALL_STEPS_SLACK_BOT_TOKEN": "xoxb-benchmark",
            "SMALL_STEPS_SLACK_SIGNING_SECRET": SECRET,
            "SMALL_STEPS_SLACK_API_URL": slack.url,
            "SMALL_STEPS_SLACK_MOST_AT_ONCE": "10000",
            "SMALL_STEPS_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(checkout),
        }
        command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE, cwd=checkout)
        assert process.stdout is not None
        while True:
            line = (await process.stdout.readline()).decode()
            if line.startswith("Listening on "):
                break
            if not line:
                raise SystemExit("the bot did not start")
        yield line.removeprefix("Listening on ").strip(), process.pid
        process.terminate()
        await process.wait()


async def main(events: int, rate: float, at_once: int, *, crowd: bool) -> None:
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with (
        AnswerRecorder().serve() as slack,
        run_bot(slack) as (url, pid),
        aiohttp.ClientSession(connector=connector) as session,
    ):
        print(f"memory at the start: {read_memory(pid)}")
        for mentions, presses in ((200, 0), (0, 1_000), (200, 1_000)):
            await measure_crowd(MentionSender(url, session), mentions, presses)
            await asyncio.sleep(_REST)
        if crowd:
            return
        await measure_at_rate(MentionSender(url, session), slack, events, rate)
        await measure_at_saturation(MentionSender(url, session), slack, events, at_once)
        print(f"memory at the end: {read_memory(pid)}")
    print("of an answer:")
    print_classifier_times()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000, help="mentions in each part")
    parser.add_argument("--rate", type=float, default=5, help="mentions a second in the first part")
    parser.add_argument("--at-once", type=int, default=20, help="unanswered mentions at saturation")
    parser.add_argument("--crowd", action="store_true", help="measure the acknowledgements of a crowd alone")
    given = parser.parse_args()
    asyncio.run(main(given.events, given.rate, given.at_once, crowd=given.crowd))
