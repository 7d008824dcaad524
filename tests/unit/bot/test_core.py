"""The rooms inside name no platform: they ask what one can do, so that another needs no change there."""

import re
from pathlib import Path

import pytest

BOT = Path(__file__).parents[3] / "bot"
ROOMS = ("conversation", "subscriptions", "promises", "delivery")
NAMED = re.compile(r"slack|teams|terminal|simulator", re.IGNORECASE)


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_of_a_room_inside_names_a_platform(room):
    found = [
        f"{path.relative_to(BOT)}:{number}: {line.strip()}"
        for path in sorted((BOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if NAMED.search(line)
    ]

    assert found == []
