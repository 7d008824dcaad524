"""Measure Slack and Teams with two commits in one run: `python -m benchmarks.platforms FOLDER`.

FOLDER is another commit's checkout. The bots of both commits run at the same time, each as one process on SQLite with
its own model; messages come to them in turn, half a turn apart, so that the machine is the same to both and neither
waits for the other. At saturation one of them is asked at a time. This program plays Slack and Microsoft.
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks import slack, teams

_HERE = Path(__file__).parent.parent
_WARM = 12  # messages before anything is counted
_numbers = itertools.count(1_000_000)


@dataclass
class Waits:
    """Milliseconds from each message to its acknowledgement and to its answer."""

    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


@dataclass
class Measured:
    """A bot that is measured.

    Parameters
    ----------
    ask
        Sends one message, waits for its answer, and records both in what is handed over.
    """

    name: str
    pid: int
    ask: Callable[[Waits], Awaitable[None]]
    waits: Waits = field(default_factory=Waits)
    a_second: float = 0.0


async def start_slack(stack: AsyncExitStack, name: str, checkout: Path) -> Measured:
    recorder = await stack.enter_async_context(slack.AnswerRecorder().serve())
    url, pid = await stack.enter_async_context(slack.run_bot(recorder, checkout))
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    sender = slack.MentionSender(url, session)

    async def ask(waits: Waits) -> None:
        ts = await sender.send_mention()
        await recorder.wait_for_answer(ts)
        waits.acknowledged.append(1000 * (sender.acknowledged[ts] - sender.sent[ts]))
        waits.answered.append(1000 * (recorder.posted[ts] - sender.sent[ts]))

    return Measured(name, pid, ask)


async def start_teams(stack: AsyncExitStack, name: str, checkout: Path) -> Measured:
    standin = await stack.enter_async_context(teams.serve_standin())
    bot = await stack.enter_async_context(teams.run_bot(standin, checkout))

    async def ask(waits: Waits) -> None:
        spread = await teams.send_activities(standin, bot.url, [next(_numbers)], 1)
        waits.acknowledged += spread.acknowledged
        waits.answered += spread.answered

    return Measured(name, bot.process.pid, ask)


async def measure_rate(bots: Sequence[Measured], count: int, rate: float) -> None:
    """Ask each bot so many times a second, whether or not earlier messages were answered."""
    asked = []
    for _ in range(count):
        for bot in bots:
            asked.append(asyncio.ensure_future(bot.ask(bot.waits)))
            await asyncio.sleep(1 / rate / len(bots))
    await asyncio.gather(*asked)


async def measure_saturation(bot: Measured, count: int, at_once: int) -> None:
    """Keep so many messages unanswered at any time."""
    left = iter(range(count))

    async def keep_asking() -> None:
        for _ in left:
            await bot.ask(Waits())

    began = time.perf_counter()
    await asyncio.gather(*(keep_asking() for _ in range(at_once)))
    bot.a_second = count / (time.perf_counter() - began)


async def measure(
    start: Callable[[AsyncExitStack, str, Path], Awaitable[Measured]], other: Path, given: argparse.Namespace
) -> list[list[str]]:
    """Return a row of the table for each commit."""
    async with AsyncExitStack() as stack:
        bots = [await start(stack, name, folder) for name, folder in (("before", other), ("now", _HERE))]
        for bot in bots:
            for _ in range(_WARM):
                await bot.ask(Waits())
        await measure_rate(bots, given.count, given.rate)
        for bot in bots:
            await measure_saturation(bot, given.saturating, given.at_once)
        return [build_row(bot) for bot in bots]


def build_row(bot: Measured) -> list[str]:
    spreads = [
        f"{find_percentile(times, share):.1f}"
        for times in (bot.waits.acknowledged, bot.waits.answered)
        for share in (50, 99)
    ]
    return [bot.name, *spreads, f"{bot.a_second:.0f}", slack.read_memory(bot.pid)]


def find_percentile(times: list[float], share: int) -> float:
    """Return the smallest time that so many of a hundred do not exceed."""
    return sorted(times)[max(0, -(-len(times) * share // 100) - 1)]


def print_table(title: str, rows: list[list[str]]) -> None:
    heads = ["commit", "acknowledged p50 (ms)", "p99", "answered p50 (ms)", "p99", "answers a second", "memory"]
    print(f"\n{title}\n\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


async def main(given: argparse.Namespace) -> None:
    for title, start in (("Slack", start_slack), ("Teams", start_teams)):
        began = time.perf_counter()
        rows = await measure(start, given.folder, given)
        took = time.perf_counter() - began
        print_table(f"{title}: {given.count} messages to each at {given.rate:g} a second ({took:.0f} s)", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a checkout of the commit to compare with")
    parser.add_argument("--count", type=int, default=200, help="messages to each bot at the rate")
    parser.add_argument("--rate", type=float, default=2, help="messages a second to each bot")
    parser.add_argument("--saturating", type=int, default=600, help="messages to each bot at saturation")
    parser.add_argument("--at-once", type=int, default=20, help="unanswered messages at saturation")
    asyncio.run(main(parser.parse_args()))
