"""Slack's OAuth pages by npm's `emulate`, pinned in `emulate/`, and run by the Node that playwright brings."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import playwright

_FOLDER = Path(__file__).parent / "emulate"
_NODE = Path(playwright.__file__).parent / "driver" / "node"  # Debian's may be too old for emulate
_STARTS_WITHIN = 60.0  # seconds


@cache
def missing() -> str:
    """Fetch what is needed once, 11 MB; say in a sentence what is missing, or nothing."""
    if (_FOLDER / "node_modules" / "emulate").is_dir():
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "no npm here, which fetches the stand-in for Slack's OAuth pages: apt-get install npm"
    command = (npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(_FOLDER))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line] or ["no reason given"]
        return f"npm could not fetch the stand-in for Slack's OAuth pages: {said[0]}"
    return ""


def free_port() -> int:
    """Find a port that is free now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def slack(redirect: str, client_id: str, client_secret: str) -> AsyncIterator[str]:
    """Run it; gives its address."""
    told = (str(_FOLDER / "slack.mjs"), str(free_port()), redirect, client_id, client_secret)
    process = await asyncio.create_subprocess_exec(str(_NODE), *told, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        address = (await asyncio.wait_for(process.stdout.readline(), _STARTS_WITHIN)).decode().strip()
        assert address, "emulate did not start"
        yield address
    finally:
        process.terminate()
        await process.wait()
