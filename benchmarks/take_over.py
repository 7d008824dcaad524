"""How long the work of a dead or hung replica lies: from the signal to the first post by the one that takes it over.

``python -m benchmarks.take_over`` ends a replica on PostgreSQL, beside a living one, as often as ``--tries`` says: with
SIGKILL and with SIGSTOP in turn. The platform holds every post until then, so that all work is that replica's; what it
was about to post is left out, as some of that may arrive afterwards. A stopped replica goes on once all is posted, and
so has its chance to post again. Heartbeats and limits are production's. Prints one line of JSON for each try: the
seconds, and what was lost or came twice.
"""

import argparse
import asyncio
import json
import signal
import time

from benchmarks.tips import PRODUCTION, create_database
from tests.integration.delivery.harness import World, subscribe, world

_PATIENCE = 60.0  # seconds
_AWAKE = 5.0  # seconds that a stopped replica is given to post again, once it goes on
_WAITING = "SELECT subscription, day FROM deliveries WHERE state = 'due'"  # what was surely not posted before the kill


def measure_take_over(url: str, count: int, by: signal.Signals) -> dict[str, float]:
    """Return the seconds from the signal to the first post and to the last, and what was lost or came twice."""
    asyncio.run(subscribe(url, count, teams=4))
    with world(url, afresh=True, most=0) as made:
        options = {**PRODUCTION, "settle": 12.0, "post": 30.0, "every": 60.0}
        ended = made.replica(**options)
        _wait_until_begun(made, PRODUCTION["at_once"])
        made.replica(**options)
        time.sleep(3)  # it has looked at the queue, and found nothing to claim
        at = time.time()
        ended.send_signal(by)
        waiting = {f"tip-{name}-{day}" for name, day in made.rows(_WAITING)}
        made.take()
        made.settle(count, seconds=120)
        if by == signal.SIGSTOP:
            ended.send_signal(signal.SIGCONT)
            time.sleep(_AWAKE)
        posts = made.posts()
        times = [when for key, every in posts.items() for when in every if key in waiting]
        return {
            "first after (s)": round(min(times) - at, 1),
            "last after (s)": round(max(times) - at, 1),
            "lost": count - len(posts),
            "doubled": sum(len(every) - 1 for every in posts.values()),
        }


def _wait_until_begun(made: World, count: float) -> None:
    until = time.monotonic() + _PATIENCE
    while (begun := made.states()["posting"]) < count:
        assert time.monotonic() < until, f"{begun} are begun and not {count}"
        time.sleep(0.05)


def main() -> None:
    """Measure, and print one line of JSON for each try."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=10)
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    for number in range(options.tries):
        by = (signal.SIGKILL, signal.SIGSTOP)[number % 2]
        with create_database("postgresql") as url:
            print(json.dumps({"take-over": by.name, **measure_take_over(url, options.count, by)}), flush=True)


if __name__ == "__main__":
    main()
