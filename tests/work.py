"""How much work something is: neither a slow machine nor a busy one changes it."""

import time
from collections.abc import Callable

_YARD = 0.04  # seconds that the yardstick takes on an ordinary machine


def is_under(seconds: float, do: Callable[[], object]) -> bool:
    """Return whether something takes less than so many seconds of an ordinary machine's time, at the best of three.

    Only this process's own time counts, and it is measured against a yardstick on the machine as it is now.
    """
    return any(_spent(do) * _YARD < seconds * _spent(_yardstick) for _ in range(3))


def _spent(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start


def _yardstick() -> int:
    total = 0
    for number in range(600_000):
        total += number * number % 7
    return total
