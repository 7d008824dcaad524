"""What day it is, is told by the zone of the settings and not by the machine's."""

from datetime import date
from pathlib import Path

import pytest

from bot.app import build_app
from bot.message import Place
from bot.settings import Settings
from knowledge import Knowledge

HERE = Place("slack", "T1", "C1")
EARLIEST, LATEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # 25 hours apart: it is never the same day in both


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days for which tips are chosen, in order."""
    chosen: list[date] = []
    tip = Knowledge.choose_tip

    def noting(self: Knowledge, seen: object, on: date, *others: object, **named: object) -> object:
        chosen.append(on)
        return tip(self, seen, on, *others, **named)

    monkeypatch.setattr(Knowledge, "choose_tip", noting)
    return chosen


@pytest.mark.parametrize("how", ["tip", "find"])
async def test_a_tip_is_chosen_for_the_day_in_the_zone_of_the_settings(tmp_path: Path, days: list[date], how: str):
    for zone in (EARLIEST, LATEST):
        url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
        async with build_app(Settings(database_url=url, time_zone=zone)) as app:
            await (
                app.conversation.lessons.choose_tip(HERE) if how == "tip" else app.conversation.find_lessons("", most=1)
            )

    earliest, latest = days
    assert earliest > latest
