"""The table of digests, on SQLite and PostgreSQL: each month's is taken once, put off, and ended by one worker."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.message import Place
from bot.store.digests import Digest, Digests

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
PLACES = [Place("slack", "T1", f"C{number}") for number in range(3)]


def digest(place: Place, due: datetime = NOW) -> Digest:
    return Digest(f"d{place.channel}", place, "U1", "Europe/London", "England", "due", due)


async def take(digests: Digests, now: datetime) -> list[str]:
    taken: list[str] = []
    await digests.take_due(now, 500, lambda _connection, found: taken.extend(one.id for one in found))
    return taken


async def test_each_is_taken_once_when_it_is_due(engine):
    digests = Digests(engine)
    for place in PLACES:
        await digests.set_up(digest(place, NOW + timedelta(days=30) if place is PLACES[2] else NOW))

    assert await take(digests, NOW) == ["dC0", "dC1"]
    assert await take(digests, NOW) == []


async def test_one_that_is_put_off_comes_again_and_ends_the_turn_before(engine):
    digests = Digests(engine)
    await digests.set_up(digest(PLACES[0]))
    await take(digests, NOW)
    first = await digests.get("dC0")

    assert await digests.defer(first, NOW + timedelta(minutes=1))
    assert await digests.intend(first) is None
    again: list[Digest] = []
    assert await digests.take_deferred(NOW, 500, lambda _connection, found: again.extend(found)) == 0
    assert await digests.take_deferred(NOW + timedelta(minutes=2), 500, lambda _c, found: again.extend(found)) == 1
    assert [one.turn for one in again] == [1]


async def test_only_one_of_two_workers_begins_it_and_ends_it(engine):
    digests = Digests(engine)
    await digests.set_up(digest(PLACES[0]))
    await take(digests, NOW)
    known = await digests.get("dC0")

    mine, other = await digests.intend(known), await digests.intend(known)
    assert (mine is not None, other) == (True, None)
    assert await digests.still_mine(mine)
    assert not await digests.finish(known, NOW + timedelta(days=29), None)
    assert await digests.finish(mine, NOW + timedelta(days=29), None)
    ended = await digests.get("dC0")
    assert (ended.state, ended.due_at) == ("due", NOW + timedelta(days=29))


async def test_one_that_the_queue_lost_is_taken_again(engine):
    """A release that knows no digests drops them; nothing was begun, so that it is taken once more, hours later."""
    digests = Digests(engine)
    await digests.set_up(digest(PLACES[0]))
    await take(digests, NOW)

    assert await take(digests, NOW + timedelta(hours=1)) == []
    assert await take(digests, NOW + timedelta(hours=7)) == ["dC0"]


async def test_one_that_is_switched_off_and_on_again_is_the_same(engine):
    """Two people who ask at once have one between them; one that refused starts afresh."""
    digests = Digests(engine)
    await digests.set_up(digest(PLACES[0]))
    await digests.set_up(replace(digest(PLACES[0]), id="other", owner="U2"))

    assert await digests.get("other") is None
    assert (await digests.at(PLACES[0])).owner == "U2"
    await digests.switch_off(PLACES[0])
    assert await take(digests, NOW) == []
    await digests.set_up(digest(PLACES[0]))
    assert await take(digests, NOW) == ["dC0"]
