"""What people type is neither stored nor logged."""

import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from bot.actions import Rate, Why
from bot.app import build_app
from bot.message import LessonReply, Message, Place, Press
from bot.platforms import wire
from bot.settings import Settings
from bot.store.tables import AnswerRow, ReplicaRow

HERE = Place("slack", "T1", "C1")
ALONE = Place("slack", "T1", "U-secret-person", private=True)  # a direct message is named after the person
SECRET = "zanzibarquux"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(f"our consultants cross their arms in every workshop, says {SECRET}", HERE, id="a lesson"),
        pytest.param(f"I have had chest pain since lunch, {SECRET}", HERE, id="a symptom"),
        pytest.param(f"I have had chest pain since lunch, {SECRET}", ALONE, id="a symptom, in private"),
        pytest.param(f"my manager {SECRET} is bullying me and I want to report it", HERE, id="a concern"),
        pytest.param(f"my manager {SECRET} is bullying me and I want to report it", ALONE, id="a concern, in private"),
        pytest.param(f"I don't want to be here any more {SECRET}", HERE, id="distress"),
        pytest.param(f"I don't want to be here any more {SECRET}", ALONE, id="distress, in private"),
        pytest.param(f"where can I park near {SECRET}", HERE, id="out of scope"),
        pytest.param(f"{SECRET} meeting", HERE, id="a question back"),
    ],
)
async def test_no_word_of_a_message_reaches_the_disk_or_a_log(tmp_path: Path, caplog, text: str, place: Place):
    caplog.set_level(logging.DEBUG)
    async with build_app(Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", log_level="DEBUG")) as app:
        reply = await app.conversation.answer_message(Message(text, "U-secret-person", place))
        if isinstance(reply, LessonReply):
            await app.conversation.answer_press(Press(Why(reply.answer), "U-secret-person", place))
            await app.conversation.answer_press(Press(Rate(reply.answer, helpful=True), "U-secret-person", place))

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"answers" in written
    for private in (SECRET, "U-secret-person"):
        assert private.encode() not in written
        assert private not in caplog.text


async def test_a_handover_leaves_the_day_the_workspace_and_the_topic_and_neither_place_nor_time(app):
    before = datetime.now(UTC)
    await app.conversation.answer_message(Message("I've had chest pain since lunch", "U-secret-person", ALONE))

    async with app.engine.connect() as connection:
        (kept,) = (await connection.execute(select(AnswerRow.__table__))).all()
    assert (kept.place, kept.platform, kept.team, kept.intent) == ("slack:T1:", "slack", "T1", "clinical-advice")
    assert (kept.at.hour, kept.at.minute, kept.at.second, kept.at.microsecond) == (12, 0, 0, 0)
    assert before.date() <= kept.at.date() <= datetime.now(UTC).date()
    assert (kept.nudge, kept.ranked) == (None, [])


def test_at_debug_no_library_logs_what_it_is_given():
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "SMALL_STEPS_LOG_LEVEL": "DEBUG"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as serving:
        for line in serving.stdout:
            if line.startswith("Listening"):
                break
        serving.terminate()
        logged = serving.communicate(timeout=60)[1]
    assert serving.returncode == 0, logged
    assert "INSERT" not in logged.upper()
    assert " DEBUG " not in logged  # ours say nothing at this point


async def test_a_handover_says_plainly_what_the_bot_is_not(app):
    reply = await app.conversation.answer_message(Message("I've had chest pain since lunch", "U1", HERE))

    assert reply.kind == "handover"
    assert "not a person, not a clinician and not an emergency service" in reply.limits


async def test_the_organisations_own_routes_come_right_after_what_is_urgent(tmp_path: Path):
    pack = tmp_path / "ours"
    pack.mkdir()
    (pack / "signposts.yaml").write_text("raising-a-concern:\n  - name: Our Guardian\n    how: call extension 1234\n")
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(pack,))
    async with build_app(settings) as app:
        reply = await app.conversation.answer_message(Message("I want to report bullying by my manager", "U1", HERE))

    assert reply.kind == "handover"
    names = [signpost.name for signpost in reply.signposts]
    assert names.index("Our Guardian") == sum(signpost.urgent for signpost in reply.signposts)


async def test_an_answer_cannot_be_looked_up_from_another_place(app):
    reply = await app.conversation.answer_message(Message("listening", "U1", HERE))
    elsewhere = Place("slack", "T1", "C2")

    for action in ("why", "another", "helpful"):
        pressed = await app.conversation.answer_press(Press(wire.read_button(action, reply.answer), "U2", elsewhere))
        assert pressed.kind == "text"


@pytest.mark.parametrize(
    "value", ["", "no-such-theme", "../../etc/passwd", "x" * 10_000, "listening'; DROP TABLE answers"]
)
async def test_a_forged_press_gets_a_kind_word_and_nothing_else(app, value: str):
    for action in ("theme", "why", "helpful", "promise", "withdraw"):
        assert (await app.conversation.answer_press(Press(wire.read_button(action, value), "U1", HERE))).kind == "text"


async def test_a_statement_that_fails_logs_neither_what_it_was_given_nor_the_row(engine, caplog):
    """On PostgreSQL the server's own details name the row, and a traceback shows the driver's error as well."""
    row = {"id": f"id-{SECRET}", "seen_at": datetime.now(UTC)}
    for _ in range(2):
        try:
            async with engine.begin() as connection:
                await connection.execute(insert(ReplicaRow), row)
        except IntegrityError:
            logging.getLogger("bot").exception("It failed.")

    assert "It failed." in caplog.text
    assert "IntegrityError" in caplog.text
    assert SECRET not in caplog.text
