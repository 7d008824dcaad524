"""Rehearse a rolling upgrade of the whole server: two replicas of an older commit are replaced by two of this one.

``python -m benchmarks.rolling_upgrade ad38ffe``, with any older commit or tag of this repository. People on a stand-in
for Teams write all the while, over whatever replicas are ready, as a load balancer sends them; the daily tips of some,
set up on the old release, come due while both releases run; then each old replica is told to stop. Prints how many
messages were not answered or answered twice, and the same of the tips; and of each of these which replicas took it, and
what it was answered when, so that a fault on a loaded machine can be told from the rehearsal's own.
"""

import argparse
import asyncio
import contextlib
import io
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from benchmarks.tips import create_database

HERE = Path(__file__).parents[1]
QUESTIONS = (
    "nobody listens to us",
    "our consultants cross their arms in every meeting",
    "how do I win over the board?",
)
PATIENCE = 120.0  # seconds
DRAINED = 2.0  # seconds in which the load balancer sends nothing more to a replica before it is told to stop
LEAD = 20.0  # seconds before the tips are due at which the first new replica is started


@dataclass
class Teams:
    """The stand-in for Teams: counts the messages that each chat was sent, and keeps when each came."""

    origin: str = ""
    sent: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for(self, messages: dict[str, int]) -> None:
        """Wait, for no longer than `PATIENCE`, until each chat was sent so many messages."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while any(self.sent[chat] < count for chat, count in messages.items()):
                    self.changed.clear()
                    await self.changed.wait()

    async def take(self, request: web.Request) -> web.Response:
        if (await request.json())["type"] == "message":
            self.sent[request.match_info["chat"]] += 1
            self.times.setdefault(request.match_info["chat"], []).append(time.monotonic())
            self.changed.set()
        return web.json_response({"id": f"posted-{self.sent.total()}"}, status=201)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        application = web.Application()
        for path in ("/v3/conversations/{chat}/activities", "/v3/conversations/{chat}/activities/{reply}"):
            application.router.add_post(path, self.take)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
        await runner.cleanup()


class Replica:
    """A whole server, of whichever release lies in the folder."""

    def __init__(self, folder: Path, url: str, log: Path) -> None:
        self.name = log.stem
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.origin = f"http://127.0.0.1:{free.getsockname()[1]}"
        home = {"HOME": str(log.parent), "PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}
        settings = {"DATABASE_URL": url, "TEAMS_ANONYMOUS": "true", "PORT": self.origin.rpartition(":")[2]}
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=log.parent,
                env=home | {f"SMALL_STEPS_{name}": value for name, value in settings.items()},
                stdout=said,
                stderr=said,
            )

    async def wait_until_ready(self, session: aiohttp.ClientSession) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"{self.origin}/readyz") as answer:
                    if answer.status == 200:
                        return
            assert self._process.poll() is None, "a replica ended"
            assert time.monotonic() < until, "a replica is not ready"
            await asyncio.sleep(0.1)

    async def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self._process.wait, PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass
class Written:
    """A message as it was written: when, to which replicas, and how each took it."""

    at: float = field(default_factory=time.monotonic)
    sent_to: list[str] = field(default_factory=list)


class People:
    """Write to whichever replicas the load balancer knows, in turn."""

    def __init__(self, session: aiohttp.ClientSession, teams: Teams) -> None:
        self._session = session
        self._teams = teams
        self._numbers = itertools.count(1)
        self.pool: list[Replica] = []
        self.asked: list[str] = []
        self.refused: Counter[int] = Counter()
        self.written: dict[str, Written] = {}

    async def write(self, chat: str, text: str) -> None:
        """Write in a chat; a replica that cannot be reached is no answer, and the next one is asked."""
        number = next(self._numbers)
        written = self.written[chat] = Written()
        for replica in itertools.islice(itertools.cycle(self.pool), number, number + 3):
            body = self._activity(number, chat, text)
            try:
                async with self._session.post(f"{replica.origin}/api/messages", json=body) as answer:
                    status = answer.status
            except aiohttp.ClientConnectorError:
                written.sent_to.append(f"{replica.name}: not reached")
                continue
            except aiohttp.ClientError as error:  # it may have been taken, so it is not written again
                written.sent_to.append(f"{replica.name}: {type(error).__name__}")
                self.refused[0] += 1
                return
            written.sent_to.append(f"{replica.name}: {status}")
            if status >= 300:
                self.refused[status] += 1
            return
        self.refused[0] += 1

    async def write_until(self, end: asyncio.Event, a_second: float) -> None:
        """Write so many messages a second, each in a chat of its own; what is under way at the end is written whole."""
        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                if end.is_set():
                    break
                self.asked.append(f"a:load-{number}")
                group.create_task(self.write(self.asked[-1], QUESTIONS[number % len(QUESTIONS)]))
                await asyncio.sleep(1 / a_second)

    def _activity(self, number: int, chat: str, text: str) -> dict[str, object]:
        return {
            "type": "message",
            "id": f"activity-{number}",
            "channelId": "msteams",
            "serviceUrl": f"{self._teams.origin}/",
            "from": {"id": f"29:{chat}", "name": "Jane Doe"},
            "recipient": {"id": "28:bot", "name": "Small Steps"},
            "conversation": {"id": chat, "conversationType": "personal", "tenantId": "tenant"},
            "channelData": {"tenant": {"id": "tenant"}},
            "locale": "en-GB",
            "localTimezone": "Europe/London",
            "text": text,
            "textFormat": "plain",
        }


async def rehearse(old: Path, new: Path, url: str, folder: Path, tips: int, a_second: float) -> dict[str, object]:
    """Replace two replicas of one folder by two of another; return what came of it."""
    teams, names = Teams(), itertools.count(1)
    running: list[Replica] = []

    async def add(source: Path) -> Replica:
        running.append(Replica(source, url, folder / f"replica-{next(names)}.log"))
        await running[-1].wait_until_ready(session)
        people.pool.append(running[-1])
        return running[-1]

    async def remove(replica: Replica) -> int:
        people.pool.remove(replica)
        await asyncio.sleep(DRAINED)
        return await replica.stop()

    async with teams.listening(), aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        people = People(session, teams)
        try:
            first, second = await add(old), await add(old)
            due = datetime.now(ZoneInfo("Europe/London")) + timedelta(seconds=LEAD + 15)
            due = due.replace(second=0, microsecond=0) + timedelta(minutes=1)
            tipped = [f"a:tip-{number}" for number in range(tips)]
            for chat in tipped:
                await people.write(chat, f"daily {due:%H:%M} every day")
            end = asyncio.Event()
            writing = asyncio.create_task(people.write_until(end, a_second))
            await asyncio.sleep(max(0.0, due.timestamp() - time.time() - LEAD))
            await add(new)
            in_time = time.time() < due.timestamp()
            await asyncio.sleep(max(0.0, due.timestamp() - time.time() + 0.5))
            ends = [await remove(first)]
            await add(new)
            ends.append(await remove(second))
            await asyncio.sleep(5)
            end.set()
            await writing
            asked = people.asked
            await teams.wait_for(dict.fromkeys(asked, 1) | dict.fromkeys(tipped, 2))
            await asyncio.sleep(2)  # for what comes twice
        finally:
            for replica in running:
                replica.kill()
    odd = [chat for chat in asked if teams.sent[chat] != 1] + [chat for chat in tipped if teams.sent[chat] != 2]
    waits = [teams.times[chat][0] - people.written[chat].at for chat in asked if chat in teams.times]
    return {
        "messages": len(asked),
        "slowest answer (s)": round(max(waits, default=0.0), 1),
        "not answered": sum(teams.sent[chat] == 0 for chat in asked),
        "answered twice": sum(teams.sent[chat] > 1 for chat in asked),
        "refused": dict(people.refused),
        "tips": tips,
        "tips lost": sum(teams.sent[chat] < 2 for chat in tipped),  # the first is the answer to “daily”
        "tips twice": sum(teams.sent[chat] > 2 for chat in tipped),
        "both releases ran when the tips came due": in_time,
        "exit codes of the old": ends,
        "odd": {chat: _describe(people.written[chat], teams.times.get(chat, [])) for chat in odd[:20]},
    }


def _describe(written: Written, times: list[float]) -> str:
    """Return which replicas took a message, and after how many seconds each message came to its chat."""
    came = ", ".join(f"{one - written.at:.1f}" for one in times)
    return f"{'; '.join(written.sent_to)}; came after (s): {came or 'never'}"


def check_out(commit: str, folder: Path) -> None:
    """Write the files of a commit into a new folder; the checkout itself stays as it is."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", commit], cwd=HERE, stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        files.extractall(folder, filter="data")


def main() -> None:
    """Rehearse, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", help="the older commit or tag")
    parser.add_argument("--tips", type=int, default=100, help="how many chats have a daily tip")
    parser.add_argument("--a-second", type=float, default=5.0, help="messages a second")
    options = parser.parse_args()
    with create_database("postgresql") as url, tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "old"
        check_out(options.commit, old)
        found = asyncio.run(rehearse(old, HERE, url, Path(folder), options.tips, options.a_second))
        said = [line for log in sorted(Path(folder).glob("*.log")) for line in log.read_text("utf-8").splitlines()]
    logged = [line for line in said if "WARNING" in line or "ERROR" in line]
    print(json.dumps(found | {"logged": logged[:20]}, indent=1))


if __name__ == "__main__":
    main()
