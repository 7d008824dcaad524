"""Measure how quick the bot is on Teams.

    .venv/bin/python -m benchmarks.teams

The bot runs in a process of its own with its real model; this process plays Microsoft and the people: it signs
each activity, serves the keys, and takes the answers. All of it is real HTTP on loopback. Measured from the moment
an activity is sent to the moment its answer reaches the connector.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

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


async def measure_teams(count: int, at_once: int, *, model: bool) -> None:
    standin = ConnectorStandin(StandInSigningKey("key"))
    runner = web.AppRunner(standin.build_application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    standin.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--serve", standin.origin, "--database", f"sqlite:///{folder}/bot.sqlite"]
        command = [sys.executable, "-m", "benchmarks.teams", *arguments, *([] if model else ["--without-model"])]
        bot = _start_process(command)
        told = json.loads(await asyncio.to_thread(bot.stdout.readline))
        url = f"http://127.0.0.1:{told['port']}/api/messages"
        await _send_activities(standin, url, range(20), 1)
        before = _read_processor_time(bot.pid)
        alone = await _send_activities(standin, url, range(1000, 1000 + count), 1)
        spent = _read_processor_time(bot.pid) - before
        together = await _send_activities(standin, url, range(5000, 5000 + count), at_once)
        crowd = await _send_activities(standin, url, range(9000, 9200), 200)
        ended = json.loads(await asyncio.to_thread(lambda: bot.communicate("\n")[0]))
    await runner.cleanup()
    print(f"{'with the model' if model else 'without the model (a word decides)'}, {count} activities each")
    _print_figure("acknowledged, one at a time", _format_spread(alone.acknowledged))
    _print_figure("answered, one at a time", _format_spread(alone.answered))
    _print_figure(f"acknowledged, {at_once} at a time", _format_spread(together.acknowledged))
    _print_figure(f"answered, {at_once} at a time", _format_spread(together.answered))
    _print_figure(f"activities a second, {at_once} at a time", f"{count / together.took:.0f}")
    _print_figure("acknowledged, 200 at once", f"{_format_spread(crowd.acknowledged)}")
    _print_figure("the slowest of them", f"{max(crowd.acknowledged):.0f} ms")
    _print_figure("processor time an activity, one at a time", f"{1000 * spent / count:.1f} ms")
    _print_figure("memory at its peak", f"{ended['peak_mib']:.0f} MiB")
    _print_figure("start until it listens", f"{told['start']:.2f} s")
    _print_figure(
        "of which importing botbuilder", f"{told['botbuilder']:.2f} s ({told['botbuilder'] / told['start']:.0%})"
    )


def _start_process(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _read_processor_time(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _print_figure(name: str, value: str) -> None:
    print(f"  {name:<42} {value}")


def _format_spread(times: list[float]) -> str:
    return f"p50 {_find_percentile(times, 50):.1f} ms, p99 {_find_percentile(times, 99):.1f} ms"


@dataclass
class Spread:
    """Milliseconds from each activity to its acknowledgement and to its answer, and the seconds for all of them."""

    acknowledged: list[float]
    answered: list[float]
    took: float


async def _send_activities(standin: ConnectorStandin, url: str, numbers: Sequence[int], at_once: int) -> Spread:
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
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve_bot(options.serve, options.database, model=not options.without_model))
        return
    for model in [False] if options.without_model else [True, False]:
        asyncio.run(measure_teams(options.count, options.at_once, model=model))


if __name__ == "__main__":
    main()
