"""A part of the running bot that can be on or off: a platform, the tips, the page."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web


@dataclass(frozen=True, slots=True)
class Part:
    """What `serve` mounts and runs.

    Parameters
    ----------
    name
        As the operator reads it: Slack, Teams, Tips, Page.
    on
        Whether it is configured.
    why
        One clause that says why it is on or off, for instance ``no token set (SMALL_STEPS_SLACK_BOT_TOKEN)``.
    routes
        HTTP routes to mount.
    running
        Opened while the server runs: connections and background work. None when there is none.
    home
        Path of the page that people open in a browser; empty where there is none.
    ready
        Asked by the readiness probe; a reason when it is not ready, else None.
    """

    name: str
    on: bool
    why: str
    routes: "Sequence[web.AbstractRouteDef]" = ()
    running: Callable[[], AbstractAsyncContextManager[None]] | None = None
    ready: Callable[[], str | None] | None = None
    home: str = ""
