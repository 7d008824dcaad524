"""What the bot remembers, on the real databases."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.diagnostics import OperatorError
from bot.message import Place
from bot.store import migrations
from bot.store.answers import Answers, create_id
from bot.store.database import migrate, open_engine
from bot.store.tables import AnswerRow, Base, UtcDateTime

HERE = Place("slack", "T1", "C1")
THERE = Place("slack", "T1", "C2")


async def test_what_a_place_has_seen_comes_back_oldest_first_and_only_there(engine):
    answers = Answers(engine)
    for nudge in ("a/1", "b/1", "a/1"):
        await answers.record(create_id(), HERE, "lesson", "listening", nudge)
    await answers.record(create_id(), HERE, "text", "out-of-scope")

    assert await answers.seen(HERE) == ["a/1", "b/1", "a/1"]
    assert await answers.seen(THERE) == []


async def test_an_answer_can_be_looked_up_only_where_it_was_given(engine):
    answers = Answers(engine)
    await answers.record("id-1", HERE, "lesson", "listening", "a/1", [("listening", 0.9), ("vision", 0.1)])

    found = await answers.get("id-1", HERE)

    assert found is not None
    assert (found.intent, found.nudge, found.ranked) == ("listening", "a/1", (("listening", 0.9), ("vision", 0.1)))
    assert found.at.tzinfo is UTC
    assert await answers.get("id-1", THERE) is None


async def test_the_latest_lesson_is_the_threads_and_else_the_places_and_what_was_seen_is_the_places(engine):
    answers = Answers(engine)
    for name, thread in (("id-1", "1.1"), ("id-2", "2.2"), ("id-3", "")):
        await answers.record(name, replace(HERE, thread=thread), "lesson", "listening", f"{name}/1")

    async def latest(thread):
        return (await answers.latest_lesson(replace(HERE, thread=thread))).id

    assert [await latest(thread) for thread in ("1.1", "2.2", "3.3", "")] == ["id-1", "id-2", "id-3", "id-3"]
    assert await answers.seen(replace(HERE, thread="1.1")) == ["id-1/1", "id-2/1", "id-3/1"]
    assert await answers.get("id-1", replace(HERE, thread="2.2")) is not None


async def test_one_person_has_one_verdict_and_may_change_it(engine):
    answers = Answers(engine)
    await answers.record("id-1", HERE, "lesson", "listening", "a/1")
    await answers.rate("id-1", "U1", helpful=True)
    await answers.rate("id-1", "U1", helpful=False)
    await answers.rate("id-1", "U2", helpful=True)

    async with engine.connect() as connection:
        rows = (await connection.execute(text("SELECT helpful, person_digest FROM feedback"))).all()

    assert sorted(bool(row[0]) for row in rows) == [False, True]
    assert not any("U1" in row[1] for row in rows)


async def test_old_answers_are_forgotten(engine):
    answers = Answers(engine)
    await answers.record("old", HERE, "lesson", "listening", "a/1")
    await answers.record("new", HERE, "lesson", "listening", "b/1")
    long_ago = datetime.now(UTC) - timedelta(days=400)
    async with engine.begin() as connection:
        await connection.execute(update(AnswerRow).where(AnswerRow.id == "old").values(at=long_ago))

    assert await answers.delete_older(timedelta(days=365)) == 1
    assert await answers.seen(HERE) == ["b/1"]


async def test_a_workspace_that_leaves_takes_everything_along(engine):
    answers = Answers(engine)
    await answers.record("id-1", HERE, "lesson", "listening", "a/1")
    await answers.record("id-2", Place("slack", "T2", "C1"), "lesson", "listening", "a/1")
    await answers.rate("id-1", "U1", helpful=True)

    assert await answers.forget_team("slack", "T1") == 1
    assert await answers.get("id-2", Place("slack", "T2", "C1")) is not None


async def test_migrations_make_exactly_the_tables_that_the_program_uses(engine):
    def differences(connection):
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
        return compare_metadata(context, Base.metadata)

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def _same_type(_context, _inspected, _metadata, inspected_type, metadata_type):
    if isinstance(metadata_type, UtcDateTime):
        return "DATETIME" not in str(inspected_type).upper() and "TIMESTAMP" not in str(inspected_type).upper()
    return None


_MIGRATE = """
import asyncio, os, sys, time
from alembic import op
from bot.store.database import migrate, open_engine

url, dies_at, create, made = sys.argv[1], int(sys.argv[2]), op.create_table, []

def slowly(*arguments, **named):
    made.append(create(*arguments, **named))
    time.sleep(0.02)  # so that two processes are under way at the same time
    if len(made) == dies_at:
        os._exit(9)

op.create_table = slowly
asyncio.run(migrate(open_engine(url)))
"""


def migrating(url: str, dies_at: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _MIGRATE, url, str(dies_at)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


async def test_several_processes_may_start_at_once_on_a_new_database(database_url):
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).parent.mkdir()
    running = [migrating(database_url) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in running] == ["", "", ""]
    engine = open_engine(database_url)
    assert await Answers(engine).seen(HERE) == []
    await engine.dispose()


@pytest.mark.parametrize("dies_at", [1, 5])
async def test_a_migration_that_was_killed_midway_is_done_by_the_next_start(database_url, dies_at):
    killed = migrating(database_url, dies_at)
    killed.communicate(timeout=60)
    assert killed.returncode == 9

    engine = open_engine(database_url)
    await migrate(engine)
    assert await Answers(engine).seen(HERE) == []
    await engine.dispose()


def test_the_program_knows_its_newest_migration():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_migration_only_adds(dialect):
    """A replica of the release before (version 0008) goes on beside: nothing that it reads goes, and it may leave
    out every column that is new."""
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    later = list(ScriptDirectory.from_config(config).iterate_revisions("head", "0008"))
    written = StringIO()
    with Operations.context(
        MigrationContext.configure(dialect_name=dialect, opts={"as_sql": True, "output_buffer": written})
    ):
        for revision in reversed(later):
            revision.module.upgrade()
    statements = [" ".join(one.split()) for one in written.getvalue().split(";") if one.strip()]

    assert len(later) >= 9
    for one in statements:
        assert re.match(r"CREATE TABLE|CREATE (?:UNIQUE )?INDEX|INSERT INTO|ALTER TABLE \w+ ADD COLUMN", one), one
        assert "ADD COLUMN" not in one or "NOT NULL" not in one or "DEFAULT" in one, one


async def test_a_database_of_a_later_release_is_refused_in_one_sentence(database_url):
    engine = open_engine(database_url)
    await migrate(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(OperatorError, match="which this release does not know"):
        await migrate(engine)
    await engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@db/x",
        "nonsense",
        "sqlite:////proc/nope/bot.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://bot:hunter2@host:port/steps",
    ],
)
async def test_a_database_that_cannot_be_used_gets_one_sentence(url):
    with pytest.raises(OperatorError, match="SMALL_STEPS_DATABASE_URL") as caught:
        await migrate(open_engine(url))
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_a_password_is_not_in_the_sentence_about_an_unreachable_database():
    with pytest.raises(OperatorError) as caught:
        await migrate(open_engine("postgresql://bot:hunter2@127.0.0.1:1/steps"))
    assert "hunter2" not in str(caught.value)
