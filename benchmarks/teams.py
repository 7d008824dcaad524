"""Measure how quick the bot is on Teams.

    .venv/bin/python -m benchmarks.teams
    .venv/bin/python -m benchmarks.teams --crowd    # 200 messages and 1,000 presses at once, alone

The bot runs in a process of its own with its real model; this process plays Microsoft and the people: it signs
each activity, serves the keys, and takes the answers. All of it is real HTTP on loopback. Measured from the moment
an activity is sent to the moment its answer reaches the connector.
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
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
from aiohttp import web

from tests.integration.teams.standin import APP_ID, BOT, TENANT, StandInSigningKey

TEXTS = (
    "our consultants just cross their arms in every workshop",
    "third time we have advertised the band 6 post and not one applicant",
    "listening",
    "nobody told the porters about the new rota and they are furious",
    "how do I get the board to see that this is more than saving money",
)
TOKEN = "a token of the stand-in"
_TEAMS_WAITS = 5.0  # seconds, in which a press has to be answered
_REST = 20.0  # seconds in which a crowd is answered, before the next thing is measured
_CONNECTIONS = 900  # of this program; the edge keeps a thousand open, and closes those idle for longest
_HERE = Path(__file__).parent.parent
_numbers = itertools.count(100_000)


@dataclass
class ConnectorStandin:
    """Stand-in for Microsoft, without checks that would be measured as well."""

    key: StandInSigningKey
    origin: str = ""
    arrived: dict[str, float] = field(default_factory=dict)
    awaited: dict[str, asyncio.Event] = field(default_factory=dict)

    def build_application(self) -> web.Application:
        application = web.Application()
        application.add_routes(
            [
                web.get("/openid", self._openid),
                web.get("/keys", self._keys),
                web.post("/uk/v3/conversations/{conversation}/activities/{reply}", self._take),
            ]
        )
        return application

    async def _openid(self, _request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"{self.origin}/keys"})

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.public(["msteams"])]})

    async def _take(self, request: web.Request) -> web.Response:
        self.arrived[request.match_info["reply"]] = time.perf_counter()
        if awaited := self.awaited.get(request.match_info["reply"]):
            awaited.set()
        await request.read()
        return web.json_response({"id": "posted"}, status=201)


def build_activity(number: int, service_url: str, people: int) -> dict[str, object]:
    who = f"29:person-{number % people}"
    return {
        "type": "message",
        "id": f"activity-{number}",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "text": TEXTS[number % len(TEXTS)],
        "from": {"id": who},
        "recipient": {"id": BOT},
        "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": TENANT},
    }


async def serve_bot(origin: str, database: str, *, model: bool) -> None:
    """Serve the bot until standard input ends."""
    started = time.perf_counter()
    from bot.app import build_app
    from bot.platforms.teams.transport.credentials import Credentials
    from bot.settings import Settings
    from bot.web import server

    before = time.perf_counter()
    import botbuilder.core  # noqa: F401

    imported = time.perf_counter()
    from bot.platforms.teams.service import TeamsService

    settings = Settings(
        database_url=database,
        teams_app_id=APP_ID,
        teams_service_urls=(origin,),
        teams_openid_url=f"{origin}/openid",
    )
    async with build_app(settings) as app:
        if not model:
            from tests.integration.teams.fakes import FakeClassifier

            app.conversation._readings._classifier = FakeClassifier()  # type: ignore[assignment]
        credentials = Credentials(lambda: {"access_token": TOKEN, "expires_in": 3600})
        teams = TeamsService(settings, app.engine, app.conversation, credentials)

        async def ready() -> None:
            return None

        runner = web.AppRunner(server.create_application([teams.build_component("measured")], ready), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told = {
            "port": runner.addresses[0][1],
            "start": time.perf_counter() - started,
            "botbuilder": imported - before,
        }
        print(json.dumps(told), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps({"peak_mib": _read_peak()}), flush=True)
        await runner.cleanup()


def _read_peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True)
class TeamsBot:
    """A bot in a process of its own.

    Parameters
    ----------
    told
        Its port, and the seconds that its start and importing botbuilder took.
    """

    process: subprocess.Popen[str]
    told: dict[str, float]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.told['port']}/api/messages"

    async def end(self) -> float:
        """End the bot, and return its memory at its peak in MiB."""
        ended = await asyncio.to_thread(lambda: self.process.communicate("\n")[0])
        return float(json.loads(ended)["peak_mib"])


@asynccontextmanager
async def serve_standin() -> AsyncIterator[ConnectorStandin]:
    standin = ConnectorStandin(StandInSigningKey("key"))
    runner = web.AppRunner(standin.build_application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    standin.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield standin
    await runner.cleanup()


@asynccontextmanager
async def run_bot(standin: ConnectorStandin, checkout: Path = _HERE, *, model: bool = True) -> AsyncIterator[TeamsBot]:
    """Run the bot of a checkout in a process of its own; yield it when it listens."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--serve", standin.origin, "--database", f"sqlite:///{folder}/bot.sqlite"]
        command = [sys.executable, "-m", "benchmarks.teams", *arguments, *([] if model else ["--without-model"])]
        process = _start_process(command, checkout)
        try:
            told = await asyncio.to_thread(process.stdout.readline)  # type: ignore[union-attr]
            if not told:
                raise SystemExit("the bot did not start")
            yield TeamsBot(process, json.loads(told))
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


async def measure_teams(count: int, at_once: int, *, model: bool) -> None:
    async with serve_standin() as standin, run_bot(standin, model=model) as bot:
        await send_activities(standin, bot.url, range(20), 1)
        before = _read_processor_time(bot.process.pid)
        alone = await send_activities(standin, bot.url, range(1000, 1000 + count), 1)
        spent = _read_processor_time(bot.process.pid) - before
        together = await send_activities(standin, bot.url, range(5000, 5000 + count), at_once)
        peak = await bot.end()
    print(f"{'with the model' if model else 'without the model (a word decides)'}, {count} activities each")
    _print_figure("acknowledged, one at a time", _format_spread(alone.acknowledged))
    _print_figure("answered, one at a time", _format_spread(alone.answered))
    _print_figure(f"acknowledged, {at_once} at a time", _format_spread(together.acknowledged))
    _print_figure(f"answered, {at_once} at a time", _format_spread(together.answered))
    _print_figure(f"activities a second, {at_once} at a time", f"{count / together.took:.0f}")
    _print_figure("processor time an activity, one at a time", f"{1000 * spent / count:.1f} ms")
    _print_figure("memory at its peak", f"{peak:.0f} MiB")
    start, imported = bot.told["start"], bot.told["botbuilder"]
    _print_figure("start until it listens", f"{start:.2f} s")
    _print_figure("of which importing botbuilder", f"{imported:.2f} s ({imported / start:.0%})")


async def measure_crowds(messages: int, presses: int, rest: float = _REST) -> None:
    """Send messages and presses all at once: how long Teams waits, and whether every message is answered."""
    async with serve_standin() as standin, run_bot(standin) as bot:
        await send_activities(standin, bot.url, range(20), 1)
        for written, pressed in ((messages, 0), (0, presses), (messages, presses)):
            answered, waited = await asyncio.gather(
                send_activities(standin, bot.url, _take_numbers(written), max(1, written)),
                send_presses(standin, bot.url, _take_numbers(pressed)),
            )
            print(f"{written} messages and {pressed} presses at once: all answered")
            if written:
                _print_figure("messages acknowledged", _format_crowd(answered.acknowledged))
                _print_figure("messages answered", _format_crowd(answered.answered))
            if pressed:
                _print_figure("presses answered", _format_crowd(waited.answered))
                _print_figure("with “not just now” in place of what they ask for", str(waited.excused))
                late = sum(one > 1000 * _TEAMS_WAITS for one in waited.answered)
                _print_figure(f"after {_TEAMS_WAITS:.0f} seconds, when Teams gives up", str(late))
            await asyncio.sleep(rest)
        _print_figure("memory at its peak", f"{await bot.end():.0f} MiB")


@dataclass
class Presses:
    """Milliseconds from each press to the response that answers it, and how many said that it could not be done."""

    answered: list[float]
    excused: int = 0


async def send_presses(standin: ConnectorStandin, url: str, numbers: Sequence[int]) -> Presses:
    """Press the button for the list of themes, all at once, each press by another person."""
    service_url = f"{standin.origin}/uk/"
    headers = {"Authorization": f"Bearer {standin.key.token(service_url)}"}
    found = Presses([])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)) as session:

        async def one(number: int) -> None:
            pressed = {"type": "Action.Execute", "verb": "steps", "data": {"action": "themes"}}
            invoke = {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": pressed}}
            body = build_activity(number, service_url, people=1_000) | invoke
            began = time.perf_counter()
            async with session.post(url, json=body, headers=headers) as answer:
                assert answer.status == 200, answer.status
                card = (await answer.json())["value"]
            found.answered.append(1000 * (time.perf_counter() - began))
            found.excused += not isinstance(card, dict)

        await asyncio.gather(*map(one, numbers))
    return found


def _take_numbers(count: int) -> list[int]:
    return [next(_numbers) for _ in range(count)]


def _format_crowd(times: list[float]) -> str:
    return f"p50 {statistics.median(times):.0f} ms, the slowest {max(times):.0f} ms"


def _start_process(command: list[str], checkout: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=checkout, env=environment
    )


def _read_processor_time(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _print_figure(name: str, value: str) -> None:
    print(f"  {name:<50} {value}")


def _format_spread(times: list[float]) -> str:
    return f"p50 {_find_percentile(times, 50):.1f} ms, p99 {_find_percentile(times, 99):.1f} ms"


@dataclass
class Spread:
    """Milliseconds from each activity to its acknowledgement and to its answer, and the seconds for all of them."""

    acknowledged: list[float]
    answered: list[float]
    took: float


async def send_activities(standin: ConnectorStandin, url: str, numbers: Sequence[int], at_once: int) -> Spread:
    """Send activities, `at_once` of them under way at a time; one is under way until its answer is there."""
    service_url = f"{standin.origin}/uk/"
    headers = {"Authorization": f"Bearer {standin.key.token(service_url)}"}
    sent: dict[str, float] = {}
    acknowledged: list[float] = []
    waiting = asyncio.Semaphore(at_once)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def one(number: int) -> None:
            async with waiting:
                body = build_activity(number, service_url, people=50)
                name = f"activity-{number}"
                standin.awaited[name] = asyncio.Event()
                sent[name] = time.perf_counter()
                async with session.post(url, json=body, headers=headers) as answer:
                    assert answer.status == 200, answer.status
                acknowledged.append(1000 * (time.perf_counter() - sent[name]))
                await standin.awaited[name].wait()

        began = time.perf_counter()
        await asyncio.gather(*map(one, numbers))
        took = time.perf_counter() - began
    answered = [1000 * (standin.arrived[name] - at) for name, at in sent.items()]
    return Spread(acknowledged, answered, took)


def _find_percentile(times: list[float], share: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * share // 100)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--without-model", action="store_true")
    parser.add_argument("--crowd", action="store_true", help="measure a crowd alone")
    parser.add_argument("--messages", type=int, default=200, help="messages of a crowd")
    parser.add_argument("--presses", type=int, default=1_000, help="presses of a crowd")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve_bot(options.serve, options.database, model=not options.without_model))
        return
    if options.crowd:
        asyncio.run(measure_crowds(options.messages, options.presses))
        return
    for model in [False] if options.without_model else [True, False]:
        asyncio.run(measure_teams(options.count, options.at_once, model=model))


if __name__ == "__main__":
    main()
