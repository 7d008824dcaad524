"""Debian's chromium, driven by playwright: found, set up where that can be done, or said to be missing."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--lang=en-GB",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
_INSTALL = (
    "apt-get",
    "install",
    "--yes",
    "--quiet",
    "--no-install-recommends",
    "chromium",
    "chromium-l10n",
    "fonts-liberation",
)


@cache
def executable() -> tuple[str, str]:
    """Find a chromium, or install Debian's.

    Returns
    -------
    tuple of (str, str)
        Its path, and an empty reason; or an empty path, and why there is none.
    """
    if found := _found():
        return found, ""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return "", "no chromium here, and only root on Debian or Ubuntu can install it: apt-get install chromium"
    with Path(tempfile.gettempdir(), "small-steps-chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker of the tests may be installing it
        found = _found()
        return (found, "") if found else _install()


def _install() -> tuple[str, str]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update", "--quiet"), _INSTALL):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["no reason given"]
            return "", f"chromium could not be installed: {' '.join(command[:2])}: {said[-1]}"
    return _found() or "", "chromium was installed and is not there"


def _found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Open a headless browser."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=executable()[0], args=list(ARGUMENTS), env={**os.environ, "LANGUAGE": "en_GB"}
        )
        try:
            yield opened
        finally:
            await opened.close()
