"""Rehearse a release: replicas of an older commit and of this one on one PostgreSQL, killed and replaced in between.

``python -m benchmarks.mixed_release FOLDER`` with FOLDER a checkout of the older commit (``git worktree add FOLDER
ad38ffe``). Both releases deliver side by side; one of each is killed in the middle, then the last old one is killed
with tips of its own still in its queue. Prints one line of JSON: what was lost or came twice, and how long it took.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.tips import FAULTS, create_database
from tests.integration.delivery.harness import World, subscribe, world


def start_old_replica(made: World, folder: Path, **options: object) -> subprocess.Popen:
    """Start a replica of the older commit, with that commit's own code."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.integration.delivery.worker",
            json.dumps({"url": made.url, "platform": made.platform, **options}),
        ],
        cwd=folder,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    made.processes.append(process)
    assert process.stdout is not None
    assert process.stdout.readline() == b"running\n"
    return process


def rehearse(folder: Path, count: int) -> dict[str, object]:
    options = {"beat": 2.0, "silence": 6.0, "settle": 3.0, "post": 5.0, "every": 5.0}
    with create_database("postgresql") as url:
        asyncio.run(subscribe(url, count, teams=20))
        with world(url, afresh=True, **FAULTS) as made:
            started = time.monotonic()
            old = [start_old_replica(made, folder, **options) for _ in range(2)]
            made.wait_for_posts(count // 10)
            new = [made.replica(**options) for _ in range(2)]
            made.wait_for_posts(count // 5)
            old.pop().kill()
            asyncio.run(subscribe(url, count, teams=20, first=count))  # both take what is due from here on
            made.wait_for_posts(count // 2)
            new.pop().kill()
            new.append(made.replica(**options))
            made.wait_for_posts(count)
            old.pop().kill()
            states = made.settle(2 * count, seconds=500)
            posts = made.posts()
            return {
                "due": 2 * count,
                "states": dict(states),
                "lost": 2 * count - len(posts),
                "doubled": sum(len(times) - 1 for times in posts.values()),
                "seconds": round(time.monotonic() - started, 1),
            }


def main() -> None:
    """Rehearse, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a checkout of the older commit")
    parser.add_argument("--count", type=int, default=600, help="half of what is due")
    options = parser.parse_args()
    print(json.dumps(rehearse(options.folder.resolve(), options.count)))


if __name__ == "__main__":
    main()
