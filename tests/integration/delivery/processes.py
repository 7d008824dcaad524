"""Processes of the tests' replicas and platform.

They are forked from a process that has imported everything, since importing anew costs each of them seconds: a kill or
a hang meets a real process all the same. Benchmarks measure whole processes, and so start each afresh.
"""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from tests.integration.delivery import platform, worker

ROOT = Path(__file__).parents[3]
_PATIENCE = 600.0  # seconds for a replica to start
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([worker.__name__, platform.__name__])


class Process(Protocol):
    """A process that can be stopped in every way; `subprocess.Popen` is one."""

    pid: int

    def send_signal(self, sig: int, /) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class ForkedProcess:
    """A process forked from the one that has imported everything."""

    def __init__(self, run: Callable[..., None], *arguments: Any) -> None:
        self._process = _forks.Process(target=run, args=arguments, daemon=True)
        with _importable():
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def send_signal(self, sig: int, /) -> None:
        if self._process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        assert self._process.exitcode is not None, f"after {timeout} s the process still runs"
        return self._process.exitcode


@contextmanager
def _importable():
    """Let the process from which others are forked find our packages; it is started with the first of them."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *([before] if before else [])])
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def fork_replica(options: dict[str, Any]) -> Process:
    """Start a replica; return once it runs."""
    ours, its = _forks.Pipe(duplex=False)
    process = ForkedProcess(worker.main, options, its)
    its.close()
    assert ours.poll(_PATIENCE), f"after {_PATIENCE} s the replica does not run"
    assert ours.recv() == worker.RUNNING
    ours.close()
    return process


def fork_platform(port: int, faults: dict[str, float]) -> Process:
    """Start a platform."""
    return ForkedProcess(platform.main, port, faults)


def start_replica(options: dict[str, Any]) -> Process:
    """Start a replica afresh; return once it runs."""
    process = _start(worker.__name__, json.dumps(options))
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == f"{worker.RUNNING}\n".encode(), line
    return process


def start_platform(port: int, faults: dict[str, float]) -> Process:
    """Start a platform afresh."""
    return _start(platform.__name__, str(port), json.dumps(faults))


def _start(module: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
