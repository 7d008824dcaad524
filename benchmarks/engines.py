"""The same posts by two other engines: Procrastinate (PostgreSQL only) and Huey (SQLite), to be compared with ours.

`benchmarks.tips --peers` runs them where they are installed: they are no dependency of the bot. Into a virtual
environment of its own: ``pip install -r requirements.lock``, then ``pip install procrastinate huey``. They are set up
as their manuals say, with as much at once as we have (32), and do less than we do: no tip is chosen, nothing that a
place has seen is recorded, and no limit is kept for a workspace. This file is one of their workers, too:
``python -m benchmarks.engines ENGINE URL PLATFORM``.
"""

import asyncio
import json
import logging
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from typing import Any

from sqlalchemy import make_url

from tests.integration.delivery.harness import World
from tests.integration.delivery.processes import ROOT

AT_ONCE = 32
ENGINES = {"procrastinate": "postgresql", "huey": "sqlite"}
_HEARTBEAT, _SILENCE = 2.0, 6.0  # seconds, as ours


def is_installed(engine: str) -> bool:
    return find_spec(engine) is not None


def send_post(platform: str, key: str) -> None:
    request = urllib.request.Request(f"{platform}/post", json.dumps({"key": key}).encode(), method="POST")
    urllib.request.urlopen(request, timeout=30).close()


def build_huey(url: str, platform: str) -> tuple[Any, Any]:
    from huey import SqliteHuey

    huey = SqliteHuey(filename=make_url(url).database, results=False)
    return huey, huey.task(name="post")(lambda key: send_post(platform, key))


def build_procrastinate(url: str, platform: str) -> tuple[Any, Any]:
    import aiohttp
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=url))
    session: list[aiohttp.ClientSession] = []

    @app.task(name="post")
    async def send(key: str) -> None:
        session or session.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        async with session[0].post(f"{platform}/post", json={"key": key}) as answer:
            answer.raise_for_status()

    return app, send


async def enqueue_posts(engine: str, url: str, count: int) -> None:
    keys = [f"k{number:07}" for number in range(count)]
    if engine == "huey":
        _, task = build_huey(url, "")
        for key in keys:
            task(key)
        return
    app, task = build_procrastinate(url, "")
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await task.batch_defer_async(*({"key": key} for key in keys))


async def retry_stalled_jobs(app: Any) -> None:
    """Retry the jobs of a killed worker, as Procrastinate's manual asks of its users."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENCE):
            await app.job_manager.retry_job(job)
        await asyncio.sleep(_HEARTBEAT)


async def run_procrastinate(url: str, platform: str) -> None:
    app, _ = build_procrastinate(url, platform)
    async with app.open_async():
        retrying = asyncio.create_task(retry_stalled_jobs(app))
        await app.run_worker_async(concurrency=AT_ONCE, update_heartbeat_interval=_HEARTBEAT)
        retrying.cancel()


def start_worker(made: World, engine: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "benchmarks.engines", engine, made.url, made.platform]
    process = subprocess.Popen(command, cwd=ROOT)
    made.processes.append(process)
    return process


def wait_for_posts(made: World, count: int, patience: float = 20.0) -> dict[str, list[float]]:
    """Return the posts, once all were posted or none has come for `patience` seconds."""
    last, since = -1, time.monotonic()
    while last < count and time.monotonic() - since < patience:
        if (now := len(made.posts())) != last:
            last, since = now, time.monotonic()
        time.sleep(0.2)
    time.sleep(1)  # whatever is posted twice
    return made.posts()


def run_worker(engine: str, url: str, platform: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    if engine == "huey":
        build_huey(url, platform)[0].create_consumer(workers=AT_ONCE, worker_type="thread").run()
    else:
        asyncio.run(run_procrastinate(url, platform))


if __name__ == "__main__":
    from benchmarks import engines  # noqa: PLW0406 - both engines name a task after its module, which here is __main__

    engines.run_worker(*sys.argv[1:])
