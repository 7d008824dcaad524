"""The editors' pack in the database: revisions, two writers at once, and every replica within seconds."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.own_pack import OwnPackWatch
from bot.store.packs import Change, PackStore, StaleChangeError
from knowledge import LiveKnowledge

THEME = """\
# Kept by the winter cell.
id: winter
title: Winter and patient flow
group: five-small-steps
about: For when the hospital is full and nobody can move on.
owner: The winter cell
review_by: 2030-01-01  # after the next winter
lessons:
  - id: winter-board
    title: Walk the board together
    lesson: Beds free up where ward, therapy and social care look at one list together each morning.
    quote: null
    experience: a matron
    tags: [beds, flow]
    nudges: [Join one board round this week, and ask what each patient waits for.]
"""


@pytest.fixture
async def store(engine: AsyncEngine) -> PackStore:
    return PackStore(engine)


async def publish(store: PackStore, text: str = THEME, base: int = 0, path: str = "themes/winter.yaml") -> None:
    await store.write([Change(path, base, "published", text)], "Jo", await store.read_version())


async def test_of_two_writers_from_one_revision_the_second_is_told(store: PackStore) -> None:
    """And the first one's text stays; the second's can be written on top of it."""
    await store.write([Change("themes/a.yaml", 0, "draft", "first")], "Jo")
    with pytest.raises(StaleChangeError):
        await store.write([Change("themes/a.yaml", 0, "draft", "second")], "Sam")
    await store.write([Change("themes/a.yaml", 1, "draft", "second")], "Sam")
    assert [(one.number, one.text, one.name) for one in await store.list_revisions("themes/a.yaml")] == [
        (2, "second", "Sam"),
        (1, "first", "Jo"),
    ]


async def test_what_was_checked_against_is_what_is_published(store: PackStore) -> None:
    """Whoever publishes beside somebody else's publication is refused whole, and nothing of it is written."""
    version = await store.read_version()
    await publish(store)
    both = [Change("themes/b.yaml", 0, "published", "b"), Change("themes/c.yaml", 0, "published", "c")]
    with pytest.raises(StaleChangeError):
        await store.write(both, "Sam", version)
    assert [file.latest.path for file in await store.list_files()] == ["themes/winter.yaml"]


async def test_a_draft_serves_nobody_and_a_published_text_until_it_is_taken_back(store: PackStore) -> None:
    """A draft over it leaves it as it is."""
    await store.write([Change("themes/winter.yaml", 0, "draft", "draft")], "Jo")
    await store.refresh()
    assert store.get_pack() is None
    await publish(store, base=1)
    await store.write([Change("themes/winter.yaml", 2, "draft", "later")], "Jo")
    assert await store.refresh()
    assert not await store.refresh()
    assert store.get_pack().files == {"themes/winter.yaml": THEME}
    await store.write([Change("themes/winter.yaml", 3, "withdrawn", "later")], "Jo", await store.read_version())
    await store.refresh()
    assert store.get_pack().files == {}


async def test_every_replica_serves_what_one_publishes(store: PackStore, engine: AsyncEngine) -> None:
    """A mistake that got past the page is not served, and what was there is."""
    others = PackStore(engine)
    knowledge = LiveKnowledge(source=others)
    watch = OwnPackWatch(others, knowledge)
    await publish(store)
    await watch.look()
    assert knowledge().themes["winter"].lessons[0].experience == "a matron"
    await publish(store, "id: [", base=1)
    await watch.look()
    assert knowledge().themes["winter"].title == "Winter and patient flow"


async def test_a_claimed_name_is_forgotten(store: PackStore) -> None:
    """However it was written; the texts stay."""
    await publish(store)
    assert await store.forget(" jo ") == 1
    assert [(one.name, one.text) for one in await store.list_revisions("themes/winter.yaml")] == [("", THEME)]
