"""The `serve` command: runs every configured component in one process."""

import logging
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app import App
    from bot.settings import Settings
    from bot.web.component import Component

_LOG = logging.getLogger(__name__)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of the setting.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on, instead of the setting.")
    ] = None,
) -> None:
    """Serve every platform that is configured."""
    import asyncio

    from bot.settings import load_settings

    given = {name: value for name, value in (("host", host or None), ("port", port)) if value is not None}
    settings = load_settings().model_copy(update=given)
    _log(settings.log_level)
    asyncio.run(_serve(settings))


async def _serve(settings: "Settings") -> None:
    from bot.cli.model_loading import start_loading

    loading = start_loading()  # before the imports that take as long

    import asyncio

    from bot.app import build_app
    from bot.cli.collector import settle_collector
    from bot.components import NEED_DATABASE, build_components
    from bot.database_wait import DatabaseWait
    from bot.own_pack import OwnPackWatch
    from bot.retention import build_retention
    from bot.web import server
    from bot.web.metrics import Metrics

    async with build_app(settings, Metrics(), without_database=True, loading=loading) as app:
        wait = DatabaseWait(app.engine, app.away)
        built = wait.defer(build_components(app), NEED_DATABASE)
        _show(built)
        warn_of_changed_rules()
        await asyncio.to_thread(_warm, app)
        settle_collector()
        application = server.create_application(built, wait.find_reason, app.metrics)
        async with wait.running(), build_retention(app).running(), OwnPackWatch(app.pack, app.knowledge).running():
            await server.run_server(application, settings.host, settings.port, lambda address: _started(built, address))


def warn_of_changed_rules() -> None:
    """Log which rules of care are not those that were shipped, so that the bot does not start with them in silence."""
    from bot import diagnostics
    from intents.integrity import find_changed_rules

    if changed := find_changed_rules():
        _LOG.warning("%s", diagnostics.changed_rules(changed))


def _warm(app: "App") -> None:
    """Answer once before anybody asks, so that the first person does not wait for what is loaded when first used."""
    import threading

    from intents.native import return_freed_memory

    found = app.classifier.classify("Nobody listens to us.")
    # Without the file that comes with the model this takes seconds; a theme that is asked for first is encoded first.
    threading.Thread(target=app.knowledge().prepare, name="encoding lessons", daemon=True).start()
    app.knowledge().choose(found.themes[0].id, found.sentence, meaning=found.vector)
    # Most of a second, in which the server answers already. An end waits for it: no process should end in its middle.
    threading.Thread(target=app.conversation.warm_up, name="encoding follow-ups").start()
    return_freed_memory()


def _started(components: "Sequence[Component]", address: str) -> None:
    print(f"Listening on {address}", flush=True)
    for component in components:
        if component.on and component.home:
            print(f"The {component.name.lower()} is at {address}{component.home}", flush=True)


def _show(components: "Sequence[Component]") -> None:
    for component in components:
        print(f"{component.name:<8} {'on ' if component.on else 'off'}  {component.why}", flush=True)


def _log(level: str) -> None:
    # Libraries never say more than at INFO: what they tell to debug them holds people's data, such as SQL's parameters.
    library = "INFO" if level == "DEBUG" else level
    logging.basicConfig(level=library, format="%(asctime)s %(levelname)s %(message)s")
    for ours in ("bot", "intents", "knowledge"):
        logging.getLogger(ours).setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
