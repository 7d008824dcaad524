"""What people type is neither stored nor logged."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import build
from bot.message import LessonReply, Message, Place, Press
from bot.settings import Settings

HERE = Place("slack", "T1", "C1")
SECRET = "zanzibarquux"


@pytest.mark.parametrize(
    "text",
    [
        f"our consultants cross their arms in every workshop, says {SECRET}",
        f"I have had chest pain since lunch, {SECRET}",
        f"my manager {SECRET} is bullying me and I want to report it",
        f"I don't want to be here any more {SECRET}",
        f"where can I park near {SECRET}",
        f"{SECRET} meeting",
    ],
    ids=["a lesson", "a symptom", "a concern", "distress", "out of scope", "a question back"],
)
async def test_no_word_of_a_message_reaches_the_disk_or_a_log(tmp_path: Path, caplog, text: str):
    caplog.set_level(logging.DEBUG)
    async with build(Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", log_level="DEBUG")) as app:
        reply = await app.conversation.reply(Message(text, "U-secret-person", HERE))
        if isinstance(reply, LessonReply):
            await app.conversation.press(Press("why", reply.answer, "U-secret-person", HERE))
            await app.conversation.press(Press("helpful", reply.answer, "U-secret-person", HERE))

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"answers" in written
    for private in (SECRET, "U-secret-person"):
        assert private.encode() not in written
        assert private not in caplog.text


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
    reply = await app.conversation.reply(Message("I've had chest pain since lunch", "U1", HERE))

    assert reply.kind == "handover"
    assert "not a person, not a clinician and not an emergency service" in reply.limits


async def test_the_organisations_own_routes_come_right_after_what_is_urgent(tmp_path: Path):
    pack = tmp_path / "ours"
    pack.mkdir()
    (pack / "signposts.yaml").write_text("raising-a-concern:\n  - name: Our Guardian\n    how: call extension 1234\n")
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(pack,))
    async with build(settings) as app:
        reply = await app.conversation.reply(Message("I want to report bullying by my manager", "U1", HERE))

    assert reply.kind == "handover"
    names = [signpost.name for signpost in reply.signposts]
    assert names.index("Our Guardian") == sum(signpost.urgent for signpost in reply.signposts)


async def test_an_answer_cannot_be_looked_up_from_another_place(app):
    reply = await app.conversation.reply(Message("listening", "U1", HERE))
    elsewhere = Place("slack", "T1", "C2")

    for action in ("why", "another", "helpful"):
        pressed = await app.conversation.press(Press(action, reply.answer, "U2", elsewhere))
        assert pressed.kind == "text"


@pytest.mark.parametrize(
    "value", ["", "no-such-theme", "../../etc/passwd", "x" * 10_000, "listening'; DROP TABLE answers"]
)
async def test_a_forged_press_gets_a_kind_word_and_nothing_else(app, value: str):
    for action in ("theme", "why", "helpful", "promise", "withdraw"):
        assert (await app.conversation.press(Press(action, value, "U1", HERE))).kind == "text"
