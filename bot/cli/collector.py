"""Python's collector of cycles, which a start keeps from looking again and again through what will all be needed."""

import gc

_WHILE_STARTING = 200_000  # new objects before a look; a start makes 120,000 and drops few of them
_USUAL = (700, 10, 10)  # new objects, and looks at younger ones, before a look; as Python 3.11 and 3.12 have it


def relax_collector() -> None:
    """Have the collector look seldom: as usual, its looks took a tenth of the time of a start."""
    gc.set_threshold(_WHILE_STARTING)


def settle_collector() -> None:
    """Have the collector look as usual from now on, and never again at what is there, which stays until the end.

    A look through model, packs and modules took 70 to 120 ms, in which a server answered nobody.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL)


def leave_collector() -> None:
    """Keep the collector from a last look at all that is there: it goes with the process."""
    gc.freeze()
