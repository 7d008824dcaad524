"""The rates of the hazard log about numbers and satire are those of the numbers and lessons that are shipped."""

import re
from pathlib import Path

from bot.conversation.contacts import load_contacts
from bot.evidence.hazards import load_hazards
from intents.corpus import VALIDATION, load_held_out
from intents.model import load_catalogue
from tests.packaged import packaged_pack

ROOT = Path(__file__).parents[3]


def read_page(name: str) -> str:
    return " ".join((ROOT / "docs" / name).read_text("utf-8").split())


def counted(hazard: str) -> list[str]:
    return [one.share for item in load_hazards() if item.id == hazard for one in item.counted]


def test_the_lines_with_a_number_their_sources_and_days_are_counted():
    """A number is three digits or more; a line without one says how to find somebody."""
    lines = [one for one in load_contacts().contacts if re.search(r"\d{3}", f"{one.how} {one.how_other}")]
    held = sum(bool(one.sources and one.checked) for one in lines)
    compared = sum(len(one.sources) > 1 for one in lines)

    assert counted("H2") == [f"{held} of {len(lines)}", f"{compared} of {len(lines)}"]
    assert f"Of the {len(lines)} lines that name a number, {held} have a source" in read_page("care.md")


def test_the_messages_that_satire_came_first_for_are_counted():
    """By words; with vectors it was counted when it was written down."""
    knowledge = packaged_pack()
    lessons = [lesson for theme in knowledge.themes.values() for lesson in theme.lessons]
    satire = {one.id for one in lessons if (source := knowledge.find_source(one)) and source.kind == "satire"}
    asked = [one for one in load_held_out(load_catalogue(), VALIDATION) if one.intent in knowledge.themes]
    first = sum(knowledge.choose(one.intent, one.text).lesson.id in satire for one in asked)

    assert counted("H3") == [f"{first} of {len(asked):,}"]
    assert f"{len(satire)} of our {len(lessons)} lessons rest on a satirical text." in read_page("benchmarks.md")
