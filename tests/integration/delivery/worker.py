"""One replica that delivers tips, in a process of its own, until it is stopped or killed.

Run as ``python -m tests.integration.delivery.worker JSON`` with the keys url, platform, settle, post and every.
"""

import asyncio
import json
import logging
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import aiohttp

from bot.conversation.tips import TipChooser
from bot.delivery.engine import EngineLimits
from bot.delivery.failover import Heartbeat
from bot.delivery.service import TipsService
from bot.delivery.worker import WorkerTimings
from bot.platforms.abilities import ABILITIES
from bot.store.answers import Answers
from bot.store.database import open_engine
from knowledge import LiveKnowledge
from tests.integration.delivery.poster import LoopbackPoster

RUNNING = "running"


async def run(options: dict[str, Any], tell: Callable[[str], object]) -> None:
    """Deliver tips until SIGTERM; `tell` is told once this replica runs."""
    database = open_engine(options["url"])
    tips = TipChooser(LiveKnowledge(), Answers(database))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        service = TipsService(
            options["url"],
            database,
            tips,
            LoopbackPoster(session, options["platform"]),
            ABILITIES,
            EngineLimits(
                options.get("at_once", 32), options.get("workspace_at_once", 16), options.get("per_minute", 6000)
            ),
            WorkerTimings(post=options.get("post", 2.0), settle=options.get("settle", 1.0), again=1.0),
            Heartbeat(options.get("beat", 0.5), options.get("silence", 1.5)),
            every=options.get("every", 1.0),
        )
        async with service.running():
            tell(RUNNING)
            await stop.wait()
    await database.dispose()


def main(options: dict[str, Any], running: Connection) -> None:
    """Run a replica in a process that was forked."""
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(run(options, running.send))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(run(json.loads(sys.argv[1]), lambda line: print(line, flush=True)))  # noqa: T201
