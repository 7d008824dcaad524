"""Of a message that needs care no word stays: not in memory, not in the database, not in a log, not in the terminal."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, MethodType, ModuleType

import numpy as np
import pexpect
import pytest

from bot.app import App
from bot.message import Message, Place
from intents import Classifier
from knowledge import LiveKnowledge

ROOT = Path(__file__).parents[2]
NEEDLE = "zyzzyva"
HERE = Place("slack", "T1", "D1", private=True)
# A message of each band, with a word in it that stands nowhere else.
TOLD = {
    "danger": f"I want to kill myself, {NEEDLE}",
    "perhaps": f"no reason to go on, {NEEDLE}",
    "strain": f"I'm drowning in emails, {NEEDLE}",
    "concern": f"we keep getting never events and nobody listens, {NEEDLE}",
}
_NOT_LOOKED_INTO = (
    ModuleType,
    FunctionType,
    MethodType,
    type,
    np.ndarray,
    Classifier,
    LiveKnowledge,
    int,
    float,
    bytes,
)


def list_strings(part: object, seen: dict[int, object] | None = None) -> Iterator[str]:
    """Every text that can be reached from an object, through attributes, containers and futures."""
    seen = {} if seen is None else seen
    if id(part) in seen or isinstance(part, _NOT_LOOKED_INTO):
        return
    seen[id(part)] = part  # held, so that no other object gets its id
    if isinstance(part, str):
        yield part
    for inner in list_inner(part):
        yield from list_strings(inner, seen)


def list_inner(part: object) -> Iterator[object]:
    if isinstance(part, dict):
        yield from part.keys()
        yield from part.values()
    elif isinstance(part, list | tuple | set | frozenset):
        yield from part
    elif isinstance(part, asyncio.Future):
        if part.done() and not part.cancelled() and not part.exception():
            yield part.result()
    elif type(part).__module__.startswith(("bot.", "cachetools", "intents.")):
        yield getattr(part, "__dict__", {})
        for cls in type(part).__mro__:
            for name in getattr(cls, "__slots__", ()):
                yield getattr(part, name, None)


@pytest.mark.parametrize("band", TOLD)
@pytest.mark.parametrize("early", [False, True], ids=["answered", "decided first"])
async def test_no_word_stays_in_memory_in_the_database_or_in_a_log(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture, band: str, early: bool
):
    message = Message(TOLD[band], "U1", HERE)
    with caplog.at_level(logging.DEBUG):
        card = await app.conversation.decide_danger(message) if early else None
        reply = card or await app.conversation.answer_message(message)
        if getattr(reply, "answer", ""):
            await app.conversation.lessons.explain(HERE, reply.answer)

    assert reply.care.band == band
    assert [text for text in list_strings(app.conversation) if NEEDLE in text.lower()] == []
    assert NEEDLE not in caplog.text.lower()
    await app.engine.dispose()
    for file in tmp_path.glob("bot.sqlite*"):
        assert NEEDLE.encode() not in file.read_bytes().lower()


async def test_the_search_of_this_test_finds_what_is_held(app: App):
    message = Message(f"our consultants cross their arms in every workshop, {NEEDLE}", "U1", HERE)
    reply = await app.conversation.answer_message(message)
    assert reply.kind == "lesson"
    assert any(NEEDLE in text for text in list_strings(app.conversation))


def test_the_terminal_keeps_the_lines_that_it_answered_but_for_those_that_need_care(tmp_path: Path):
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bot", "chat"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            "COLUMNS": "100",
            "LINES": "50",
            "HOME": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path / "state"),
        },
        encoding="utf-8",
        timeout=300,
        dimensions=(50, 100),
    )
    child.expect("leaves")
    child.sendline("listening")
    child.expect("One small step")
    child.sendline(TOLD["danger"])
    child.expect("116 123")
    child.sendline(TOLD["perhaps"])
    child.expect("asking about the work")
    child.sendline("/quit")
    child.expect(pexpect.EOF)
    child.close()

    (history,) = (tmp_path / "state").rglob("history")
    kept = history.read_text("utf-8")
    assert "listening" in kept
    assert NEEDLE not in kept
