"""Process-wide switches of the native libraries, which read the environment once: when they are imported."""

import ctypes
import os
from collections.abc import Callable

# Parameters of glibc's mallopt, from its malloc.h.
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
_BLOCK = 1024 * 1024  # bytes; an allocation of this size is given back to the system as soon as it is freed
_ARENAS = 2


def set_switches() -> None:
    """Turn off onnxruntime's reports to Microsoft, keep NumPy's linear algebra on one thread, and keep memory small.

    Must run before either library is imported. A switch of an environment is passed on to the processes that this
    one starts, such as training's. All are fixed, and no settings: nothing is read from the environment here.
    """
    # Never left to whoever runs it: without it onnxruntime writes an id of this machine under ~/.cache/Microsoft when
    # it is imported, and looks for Microsoft's collector ten seconds later. Its own function is too late by then.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # A message's products of vectors gain nothing from a second thread, and the threads that wait for the next one
    # spin: 115 of the 158 ms of CPU that a message cost at 2.5 a second. A value of the operator's own stands.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _limit_heap()


def return_freed_memory() -> None:
    """Return to the system what was freed since the start: reading model and packs leaves tens of MiB behind."""
    if (trim := _find_function("malloc_trim")) is not None:
        trim(0)


def _limit_heap() -> None:
    """Keep glibc from holding on to large blocks that were freed, and from a heap for each of many threads.

    Left alone, glibc takes the largest block that was ever freed, up to 32 MiB, for the size from which blocks go back
    to the system, so that whatever the model's files needed while they were read stayed for good.
    """
    if (set_option := _find_function("mallopt")) is not None:
        set_option(_MMAP_THRESHOLD, _BLOCK)
        set_option(_ARENA_MAX, _ARENAS)


def _find_function(name: str) -> Callable[..., int] | None:
    """Return a function of the C library; None where it has none of that name, as in musl and on macOS."""
    return getattr(ctypes.CDLL(None), name, None) if os.name == "posix" else None
