"""The HTTP server: mounts every component that is on, and reports liveness and readiness."""

import asyncio
import errno
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from aiohttp import web

from bot import diagnostics
from bot.web.component import Component
from bot.web.edge import Edge, QuietServerLog
from bot.web.metrics import CONTENT_TYPE, Metrics

EDGE = web.AppKey("edge", Edge)
MAX_BODY = 1024 * 1024  # bytes; a larger request is answered 413 before it is read
_GRACE = 5.0  # seconds at shutdown for responses in flight to finish; aiohttp waits twice as long for one that hangs
_BACKLOG = (
    1_024  # connections that the system holds until they are taken; with 128 a crowd has to knock again, seconds later
)


def create_application(
    components: Sequence[Component],
    database_ready: Callable[[], Awaitable[str | None]],
    metrics: Metrics | None = None,
    edge: Edge | None = None,
) -> web.Application:
    """Return the application.

    Parameters
    ----------
    components
        Every component; those that are off are not mounted.
    database_ready
        Called by the readiness probe; returns a reason when the database does not answer, else None.
    metrics
        What this process counts; `/metrics` shows it beside the figures of the components.
    edge
        Limits what comes in; one with the usual limits where it is None.
    """
    edge = edge or Edge()
    application = web.Application(client_max_size=MAX_BODY, middlewares=[edge.build_middleware()])
    application[EDGE] = edge
    mounted = [component for component in components if component.on]

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        reasons = {component.name: reason for component in mounted if component.ready and (reason := component.ready())}
        if reason := await database_ready():
            reasons["Database"] = reason
        return web.json_response(
            {"status": "not ready" if reasons else "ok", **reasons}, status=503 if reasons else 200
        )

    async def show_metrics(_request: web.Request) -> web.Response:
        texts = [metrics.render()] if metrics else []
        texts += [await component.metrics() for component in mounted if component.metrics]
        return web.Response(body="".join(texts).encode(), headers={"Content-Type": CONTENT_TYPE})

    application.add_routes([web.get("/healthz", live), web.get("/readyz", ready), web.get("/metrics", show_metrics)])
    for component in mounted:
        application.add_routes(component.routes)
    application.cleanup_ctx.append(_running(mounted))
    return application


def _running(components: Sequence[Component]) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_application: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for component in components:
                if component.running:
                    await stack.enter_async_context(component.running())
            yield
            await asyncio.gather(*(component.finish() for component in components if component.finish))

    return run


async def run_server(application: web.Application, host: str, port: int, on_started: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; then finish the responses in flight.

    Parameters
    ----------
    on_started
        Called with the address once the server listens.

    Raises
    ------
    OperatorError
        When the address cannot be bound.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    runner = build_runner(application, _GRACE)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        bound, on = runner.addresses[0][:2]
        on_started(f"http://[{bound}]:{on}" if ":" in bound else f"http://{bound}:{on}")
        async with application[EDGE].watch(runner):
            await stop.wait()
    finally:
        await runner.cleanup()


def build_runner(application: web.Application, grace: float) -> web.AppRunner:
    """Return the runner of an application; what is no HTTP is a line a minute in the log."""
    logger = logging.getLogger("bot.web.http")
    logger.filters = [QuietServerLog()]
    return web.AppRunner(application, shutdown_timeout=grace, access_log=None, logger=logger)


async def is_port_taken(host: str, port: int) -> bool:
    """Return whether something listens on an address already, by binding the address for a moment.

    Raises
    ------
    OperatorError
        When the address cannot be bound for another reason.
    """
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port, start_serving=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return True
        raise _cannot_listen(host, port, error) from error
    server.close()
    return False


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
    except OSError as error:
        raise _cannot_listen(host, port, error) from error


def _cannot_listen(host: str, port: int, error: OSError) -> diagnostics.OperatorError:
    # asyncio puts the address into its own text; a name that is not found has no number that the system knows.
    number = error.errno or 0
    reason = os.strerror(number) if number in errno.errorcode else error.strerror or str(error)
    return diagnostics.cannot_listen(host, port, reason)
