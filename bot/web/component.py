"""A component of the running bot that can be on or off: a platform, the daily tips, the page."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web


@dataclass(frozen=True, slots=True)
class Component:
    """One component: its routes, its background work and its state for the operator.

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
        Opens the connections and the background work, for as long as the server runs; None when there is none.
    finish
        Finishes the answers under way when the server stops; those of all components run side by side, before any of
        them ends. None when there is nothing to finish.
    metrics
        Returns figures for `/metrics`, in the text format of Prometheus; None when there are none.
    home
        Path of the page that people open in a browser; empty where there is none.
    ready
        Called by the readiness probe; returns a reason when the component is not ready, else None.
    """

    name: str
    on: bool
    why: str
    routes: "Sequence[web.AbstractRouteDef]" = ()
    running: Callable[[], AbstractAsyncContextManager[None]] | None = None
    finish: Callable[[], Awaitable[None]] | None = None
    ready: Callable[[], str | None] | None = None
    metrics: Callable[[], Awaitable[str]] | None = None
    home: str = ""
