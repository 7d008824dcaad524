"""A theme that an operator's pack adds, which the model has never heard of, can be asked for by name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, build_app
from bot.message import Message, Place
from bot.settings import Settings

HERE = Place("slack", "T1", "C1")
THEME = """\
id: {id}
title: {title}
group: five-small-steps
about: For when nights go wrong.
owner: Blithering
review_by: 2030-01-01
lessons:
  - id: {id}-rota
    title: Ask the night shift
    lesson: The night shift sees what the day shift never does. Ask them what they would change first.
    quote:
      text: Transformation is more about “culture change” than meeting in year targets
      source: attain-quarter
      passage: A6
    tags: [nights, rota]
    nudges: [Ask one night nurse what the day shift leaves undone.]
"""
THEMES = {"safety-huddles": "Safety huddles", "lost-hope": "I want to die", "list": "Listening"}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    pack = tmp_path / "place"
    (pack / "themes").mkdir(parents=True)
    for name, title in THEMES.items():
        (pack / "themes" / f"{name}.yaml").write_text(THEME.format(id=name, title=title), encoding="utf-8")
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}", packs=(pack,))
    async with build_app(settings) as built:
        yield built


@pytest.mark.parametrize("typed", ["Safety huddles", "safety-huddles", "tell me about saftey huddles please"])
async def test_it_is_found_by_its_title_its_id_and_a_slip_of_the_finger(app: App, typed: str):
    reply = await app.conversation.answer_message(Message(typed, "U1", HERE))

    assert reply.kind == "theme"
    assert reply.theme == "safety-huddles"
    assert next(lesson.theme for lesson in await app.conversation.find_lessons(typed)) == "safety-huddles"


async def test_its_name_never_wins_over_the_safety_net(app: App):
    assert (await app.conversation.answer_message(Message("I want to die", "U1", HERE))).kind == "handover"


async def test_a_name_of_ours_stays_ours(app: App):
    assert (await app.conversation.answer_message(Message("listening", "U1", HERE))).theme == "listening"
