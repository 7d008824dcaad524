"""Dialogues written as data, played to the real bot on a fresh database each."""

from typing import Any

import pytest

from bot.app import App
from tests.dialogues import Player, dialogues

DIALOGUES = dialogues()


@pytest.mark.parametrize("turns", [d[1] for d in DIALOGUES], ids=[d[0] for d in DIALOGUES])
async def test_a_dialogue_goes_as_written(app: App, turns: list[dict[str, Any]]):
    await Player(app.conversation).play(turns)


def test_there_are_at_least_forty_dialogues():
    assert len(DIALOGUES) >= 40
