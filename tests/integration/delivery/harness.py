"""Starts the platform and the replicas as processes, kills them, and counts what came of it."""

import json
import math
import signal
import socket
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, make_url, text

from bot.message import Place
from bot.store.database import migrate, open_engine
from bot.store.promises import Promise, Promises
from bot.store.subscriptions import Subscription, Subscriptions
from bot.subscriptions.schedule import EVERY_DAY
from tests.integration.delivery import processes
from tests.integration.delivery.processes import Process
from tests.packaged import packaged_pack

PATIENCE = 600.0  # seconds; a machine that runs much else is slow


@dataclass
class World:
    """A database, a platform and some replicas."""

    url: str
    platform: str
    start_replica: Callable[[dict[str, Any]], Process] = processes.fork_replica
    processes: list[Process] = field(default_factory=list)

    def replica(self, **options) -> Process:
        process = self.start_replica({"url": self.url, "platform": self.platform, **options})
        self.processes.append(process)
        return process

    def wait_for_platform(self) -> None:
        """Wait until the platform answers."""
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < until, f"after {PATIENCE} s the platform does not answer"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            self.posts()
        except OSError:
            return False
        return True

    def take(self, most: float = math.inf) -> None:
        """Let the platform take so many posts in all and hold the next, so that what comes next comes in the middle."""
        asked = urllib.request.Request(f"{self.platform}/most?posts={most}", method="POST")  # noqa: S310
        with urllib.request.urlopen(asked, timeout=PATIENCE):  # noqa: S310 (our own loopback)
            pass

    def posts(self) -> dict[str, list[float]]:
        return self._look()["posts"]

    def peaks(self) -> dict[str, int]:
        """Return the most posts in flight at once, by workspace and in all."""
        return self._look()["peaks"]

    def _look(self) -> dict:
        with urllib.request.urlopen(self.platform, timeout=PATIENCE) as answer:  # noqa: S310 (our own loopback)
            return json.load(answer)

    def states(self) -> Counter[str]:
        return Counter(dict(self.rows("SELECT state, count(*) FROM deliveries GROUP BY state")))

    def rows(self, query: str) -> list[tuple]:
        url = make_url(self.url)
        driver = "sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg"
        engine = create_engine(url.set(drivername=driver))
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        finally:
            engine.dispose()

    def settle(self, count: int, seconds: float = PATIENCE) -> Counter[str]:
        """Wait until so many deliveries are at an end."""
        until = time.monotonic() + seconds
        while True:
            states = self.states()
            if sum(states.values()) - states["due"] - states["posting"] >= count:
                return states
            assert time.monotonic() < until, f"after {seconds} s not {count} are at an end: {dict(states)}"
            time.sleep(0.2)

    def wait_for_posts(self, count: int, seconds: float = PATIENCE) -> None:
        """Wait until so many posts have been taken."""
        until = time.monotonic() + seconds
        while (taken := len(self.posts())) < count:
            assert time.monotonic() < until, f"after {seconds} s there are {taken} posts and not {count}"
            time.sleep(0.05)


@contextmanager
def world(url: str, *, afresh: bool = False, **faults: float):
    """Start a platform; at the end, end every process of this world.

    Parameters
    ----------
    afresh
        Whether each process is started by itself, to be measured, and not forked from one that has imported everything.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = World(url, f"http://127.0.0.1:{port}", processes.start_replica if afresh else processes.fork_replica)
    try:
        made.processes.append((processes.start_platform if afresh else processes.fork_platform)(port, faults))
        made.wait_for_platform()
        yield made
    finally:
        for process in made.processes:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


async def subscribe(url: str, count: int, teams: int = 4, late: float = 0.0, first: int = 0) -> None:
    """Make subscriptions that are all due at the same instant.

    Parameters
    ----------
    late
        Seconds since that instant.
    first
        Number of the first one.
    """
    engine = open_engine(url)
    await migrate(engine)
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(seconds=late)
    local = due.astimezone(ZoneInfo("Europe/London"))
    for start in range(first, first + count, 500):
        await Subscriptions(engine).save_many(
            [
                Subscription(
                    id=f"s{number:07}",
                    place=Place("slack", f"T{number % teams:03}", f"C{number:07}"),
                    owner="U1",
                    at=clock_time(local.hour, local.minute),
                    zone="Europe/London",
                    weekdays=EVERY_DAY,
                    themes=(),
                    nation="",
                    state="on",
                    next_due=due,
                    next_day=local.date(),
                )
                for number in range(start, min(start + 500, first + count))
            ]
        )
    await engine.dispose()


async def promise(url: str, *names: str, teams: int = 1) -> None:
    """Make promises about which to ask now; one without names."""
    engine = open_engine(url)
    await migrate(engine)
    now = datetime.now(UTC)
    nudge = next(iter(packaged_pack().themes.values())).lessons[0].nudges[0].id
    for number, name in enumerate(names or ("p1",)):
        place = Place("slack", f"T{number % teams:03}", "C1")
        await Promises(engine).add(Promise(name, place, "U1", nudge, "Europe/London", now, now, "due"))
    await engine.dispose()
