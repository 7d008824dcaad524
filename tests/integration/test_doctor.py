"""`small-steps doctor`: one line for each thing that it looks at, what to do where it is wrong, and nothing changed."""

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import sys
import tomllib
import zoneinfo
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from bot.cli import doctor_checks
from bot.store import disk, migrations
from bot.store.database import migrate, open_engine
from bot.store.replicas import Replicas
from intents.model import MODEL_FOLDER
from tests.integration.delivery.harness import subscribe

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test asks for no port that something else on the machine may hold."""
    monkeypatch.setenv("SMALL_STEPS_PORT", "0")


def lines(done, state: str) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith(f"{state} ")]


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


@pytest.fixture(autouse=True)
def model_read_where_it_matters(request: pytest.FixtureRequest) -> None:
    """Let doctor read the model once on the defaults and once broken; reading it is most of every other test's work."""
    if request.function not in (
        test_on_the_defaults_nothing_is_wrong_and_nothing_is_made,
        test_a_broken_model_is_one_line,
    ):
        request.getfixturevalue("model_read_once")


def test_on_the_defaults_nothing_is_wrong_and_nothing_is_made(run, tmp_path, monkeypatch):
    # A disk: the folder of the tests itself may be kept in memory, of which doctor warns.
    mounts = tmp_path / "mountinfo"
    mounts.write_text("1 1 0:1 / / rw - ext4 /dev/sda rw\n")
    monkeypatch.setattr(disk, "MOUNTS", mounts)
    before = files(tmp_path)

    done = run("doctor")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("Nothing wrong, 0 warnings.\n")
    assert "not there yet; the first start makes it" in done.stdout
    assert "33 themes" in done.stdout
    assert [line for line in done.stdout.splitlines()[:-1] if not line.startswith("ok  ")] == []
    assert files(tmp_path) == before
    assert not (tmp_path / "data").exists()


def test_every_mistake_in_the_settings_is_told_with_where_it_stands_and_no_secret(run):
    Path("small-steps.toml").write_text('databse_url = "sqlite:///x"\nlog_level = "LOUD"\n')

    done = run("doctor", SMALL_STEPS_TIME_ZONE="Mars", SMALL_STEPS_PROT="1", SMALL_STEPS_SIMULATOR_TOKEN="hunter2")

    assert done.returncode == 1
    said = "\n".join(lines(done, "wrong"))
    assert "SMALL_STEPS_PROT (environment). Did you mean SMALL_STEPS_PORT?" in said
    assert "databse_url (small-steps.toml). Did you mean database_url?" in said
    assert "SMALL_STEPS_LOG_LEVEL (small-steps.toml) is “LOUD”" in said
    assert "SMALL_STEPS_TIME_ZONE (environment) is “Mars”" in said
    assert "SMALL_STEPS_SIMULATOR_TOKEN (environment) is not shown" in said
    assert "hunter2" not in done.stdout
    assert done.stdout.endswith("5 things wrong, 1 warning.\n")
    assert "49 intents" in "\n".join(lines(done, "ok"))


def test_a_file_of_settings_that_cannot_be_read_is_one_line(run):
    Path("small-steps.toml").write_text("[[[")

    done = run("doctor")

    assert (done.returncode, len(lines(done, "wrong"))) == (1, 1)
    assert "small-steps.toml cannot be read" in done.stdout


@pytest.mark.parametrize(
    ("version", "state", "says"),
    [
        (migrations.HEAD, "ok", f"at the newest version, {migrations.HEAD}"),
        ("0003", "ok", f"at version 0003; the next start brings it to {migrations.HEAD}, so make a back-up"),
        ("0999", "wrong", "at version 0999, which this release does not know"),
    ],
)
def test_the_version_of_sqlite_is_read_and_not_changed(run, tmp_path, migrated, version, state, says):
    file = tmp_path / "here" / "bot #1.sqlite"
    file.parent.mkdir()
    shutil.copy(migrated, file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    before = files(tmp_path)

    done = run("doctor", SMALL_STEPS_DATABASE_URL=f"sqlite:///{file}")

    assert done.returncode == (state == "wrong"), done.stdout
    assert says in "\n".join(lines(done, state))
    assert files(tmp_path) == before


async def test_a_database_in_use_is_looked_at_as_it_is(run, sqlite_url):
    """What the running bot wrote last stands in the log beside the file."""
    engine = open_engine(sqlite_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    done = await asyncio.to_thread(run, "doctor", SMALL_STEPS_DATABASE_URL=sqlite_url)
    await engine.dispose()

    assert "at version 0004" in "\n".join(lines(done, "ok"))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"no database at all, though long enough" * 50, "not a database"), (None, "cannot be opened")],
)
def test_what_is_no_database_is_wrong(run, tmp_path, content, says):
    file = tmp_path / "bot.sqlite"
    if content:
        file.write_bytes(content)
    else:
        file.mkdir()

    done = run("doctor", SMALL_STEPS_DATABASE_URL=f"sqlite:///{file}")

    assert done.returncode == 1
    assert says in "\n".join(lines(done, "wrong"))


def test_a_folder_that_cannot_be_made_is_wrong(run, tmp_path):
    (tmp_path / "file").write_text("")

    done = run("doctor", SMALL_STEPS_DATABASE_URL=f"sqlite:///{tmp_path}/file/bot.sqlite")

    assert done.returncode == 1
    assert f"{tmp_path}/file may not be written to by this user" in "\n".join(lines(done, "wrong"))


def test_a_file_that_is_not_ours_is_wrong(run, tmp_path, settings, monkeypatch):
    """Whoever is root may write to any file, so the system's answer is put in here."""
    file = tmp_path / "bot.sqlite"
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != file and real(path, mode))

    done = run("doctor", SMALL_STEPS_DATABASE_URL=f"sqlite:///{file}")

    assert done.returncode == 1
    assert f"{file} may not be written to by this user" in "\n".join(lines(done, "wrong"))


@pytest.mark.parametrize(("kind", "says"), [("nfs4", "a network drive (nfs4)"), ("tmpfs", "kept in memory (tmpfs)")])
def test_a_disk_that_suits_sqlite_badly_is_a_warning(run, tmp_path, monkeypatch, kind, says):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 1 0:1 / / rw - ext4 /dev/sda rw\n2 1 0:2 / {tmp_path} rw shared:1 - {kind} there rw\n")
    monkeypatch.setattr(disk, "MOUNTS", mounts)

    done = run("doctor")

    assert done.returncode == 0
    assert says in "\n".join(lines(done, "warning"))


@pytest.mark.parametrize(("megabytes", "state"), [(150, "warning"), (5, "wrong")])
def test_a_disk_that_is_nearly_full_is_told(run, monkeypatch, megabytes, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=megabytes * 1_000_000))

    done = run("doctor")

    assert f"has {megabytes} MB free" in "\n".join(lines(done, state))


async def test_postgresql_is_asked_and_not_changed(postgres_url, run):
    new = await asyncio.to_thread(run, "doctor", SMALL_STEPS_DATABASE_URL=postgres_url)
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    engine = open_engine(postgres_url)
    await migrate(engine)
    await engine.dispose()
    newest = await asyncio.to_thread(run, "doctor", SMALL_STEPS_DATABASE_URL=postgres_url)
    offline = await asyncio.to_thread(run, "doctor", "--offline", SMALL_STEPS_DATABASE_URL=postgres_url)

    assert (new.returncode, newest.returncode, offline.returncode) == (0, 0, 0), new.stdout
    assert tables == (0,)
    assert "still empty; the first start sets it up" in new.stdout
    assert f"at the newest version, {migrations.HEAD}" in newest.stdout
    assert "which was not asked" in offline.stdout


def test_a_user_of_postgresql_who_may_not_make_tables_is_told_what_to_grant(postgres_url, run):
    database = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE poor_{database} LOGIN PASSWORD 'hunter2'")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM public")
    poor = re.sub(r"//postgres:?@", f"//poor_{database}:hunter2@", postgres_url)

    tables = run("doctor", SMALL_STEPS_DATABASE_URL=poor)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"GRANT CREATE ON SCHEMA public TO poor_{database}")
    schemas = run("doctor", SMALL_STEPS_DATABASE_URL=poor)
    without_tips = run("doctor", SMALL_STEPS_DATABASE_URL=poor, SMALL_STEPS_DAILY_TIPS="false")

    assert f"GRANT CREATE ON SCHEMA public TO poor_{database}" in "\n".join(lines(tables, "wrong"))
    assert f"GRANT CREATE ON DATABASE {database} TO poor_{database}" in "\n".join(lines(schemas, "wrong"))
    assert without_tips.returncode == 0
    assert "hunter2" not in tables.stdout + schemas.stdout + without_tips.stdout


def test_a_postgresql_that_takes_no_changes_is_wrong(postgres_url, run):
    database = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")

    done = run("doctor", SMALL_STEPS_DATABASE_URL=postgres_url)

    assert "takes no changes" in "\n".join(lines(done, "wrong"))


def test_a_database_that_cannot_be_reached_is_one_line_without_its_passwords(run):
    url = "postgresql://bot:hunter2@127.0.0.1:1/steps?sslpassword=hunter3"

    done = run("doctor", SMALL_STEPS_DATABASE_URL=url)

    [wrong] = lines(done, "wrong")
    assert "bot:***@127.0.0.1:1/steps cannot be opened" in wrong
    assert "Check SMALL_STEPS_DATABASE_URL" in wrong
    assert "hunter" not in done.stdout + done.stderr
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "1 thing wrong, 0 warnings.")


def test_a_postgresql_that_never_answers_is_not_waited_for(run, monkeypatch):
    monkeypatch.setattr("bot.store.doctor.PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        done = run("doctor", SMALL_STEPS_DATABASE_URL=f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/x")

    assert len(lines(done, "wrong")) == 1, done.stdout


@pytest.mark.parametrize(
    ("file", "says"), [("head.npz", "is not the one that was trained"), ("model.json", "was changed after training")]
)
def test_a_broken_model_is_one_line(run, tmp_path, monkeypatch, file, says):
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    if file == "head.npz":
        (folder / file).write_bytes((folder / file).read_bytes()[:-1])
    else:
        (folder / file).write_text((folder / file).read_text().replace('"answer": 0.', '"answer": 1.'))
    monkeypatch.setattr("intents.model.MODEL_FOLDER", folder)

    done = run("doctor")

    [wrong] = lines(done, "wrong")
    assert says in wrong
    assert "make train" in wrong
    assert done.returncode == 1


def test_a_pack_is_counted_and_each_problem_in_it_has_a_line(run, tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "docs" / "example-pack", pack)

    whole = run("doctor", SMALL_STEPS_PACKS=str(pack))
    (pack / "broken.yaml").write_text("themes: [")
    broken = run("doctor", SMALL_STEPS_PACKS=f"{pack},/nope")

    assert whole.returncode == 0, whole.stdout
    assert f"with your packs {pack}" in whole.stdout
    assert broken.returncode == 1
    assert any("/nope:1: there is no such directory" in line for line in lines(broken, "wrong"))


def test_a_port_that_is_taken_is_a_warning_for_the_bot_may_hold_it(run):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = run("doctor", SMALL_STEPS_PORT=str(port))

    assert done.returncode == 0
    assert f"Something listens on 127.0.0.1, port {port} already" in "\n".join(lines(done, "warning"))


def test_an_address_of_another_machine_is_wrong(run):
    done = run("doctor", SMALL_STEPS_HOST="203.0.113.7")

    assert "cannot listen on 203.0.113.7" in "\n".join(lines(done, "wrong"))


def test_a_page_that_anybody_could_open_is_wrong(run):
    done = run("doctor", SMALL_STEPS_HOST="0.0.0.0", SMALL_STEPS_SIMULATOR="on")  # noqa: S104

    assert "SMALL_STEPS_SIMULATOR_TOKEN" in "\n".join(lines(done, "wrong"))


def test_an_address_that_platforms_do_not_call_is_a_warning(run):
    done = run("doctor", SMALL_STEPS_PUBLIC_URL="http://steps.example.nhs.uk")

    assert "begins with https://" in "\n".join(lines(done, "warning"))


def test_missing_time_zones_are_wrong(run, monkeypatch):
    path = zoneinfo.TZPATH
    monkeypatch.setitem(sys.modules, "tzdata", None)
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        done = run("doctor")
    finally:
        zoneinfo.reset_tzpath(to=path)

    assert "this machine has no data on time zones; install the Python package tzdata" in "\n".join(
        lines(done, "wrong")
    )


def test_a_python_that_is_not_supported_is_wrong(run, monkeypatch):
    monkeypatch.setattr(doctor_checks, "NEWEST", (3, 10))

    assert "needs Python 3.11, 3.12, 3.13 or 3.14" in "\n".join(lines(run("doctor"), "wrong"))


def test_the_pythons_are_those_that_the_package_is_for():
    (least, below) = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].split(",")

    assert least == f">=3.{doctor_checks.OLDEST[1]}"
    assert below == f"<3.{doctor_checks.NEWEST[1] + 1}"


def test_a_check_with_a_fault_of_its_own_hides_none_of_the_others(run, monkeypatch):
    monkeypatch.setattr("knowledge.Knowledge.load", lambda *_: 1 / 0)

    done = run("doctor")

    [wrong] = lines(done, "wrong")
    assert "ZeroDivisionError" in wrong
    assert lines(done, "ok")[-1].startswith("ok       Page")


def test_a_package_that_this_release_cannot_use_is_wrong(run, monkeypatch):
    """As after `git pull` without `make install`."""
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "aiohttp" else real(name))

    said = "\n".join(lines(run("doctor", "--offline"), "wrong"))

    assert "aiohttp is 0.1 and not >=" in said
    assert "make install" in said


async def test_tips_that_came_due_while_no_bot_ran_bring_up_the_command_for_a_restored_database(run, sqlite_url):
    await subscribe(sqlite_url, 2)

    done = await asyncio.to_thread(run, "doctor", SMALL_STEPS_DATABASE_URL=sqlite_url)

    [said] = [line for line in lines(done, "warning") if " Tips " in line]
    assert "2 daily tips have come due" in said
    assert "tips restored" in said
    engine = open_engine(sqlite_url)
    await Replicas(engine).record_heartbeat("a bot that runs")
    await engine.dispose()
    done = await asyncio.to_thread(run, "doctor", SMALL_STEPS_DATABASE_URL=sqlite_url)
    assert "come due" not in done.stdout
