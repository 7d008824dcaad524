"""Every tip comes once: real processes, real databases, a real platform over HTTP, and whatever can break, broken."""

import math
import signal
from collections.abc import Iterable

import psycopg
from sqlalchemy import make_url

from tests.integration.delivery.harness import PATIENCE, World, promise, subscribe, world

FAULTS = {"busy": 10, "error": 10, "taken-error": 10, "hang": 30, "taken-drop": 10}


def no_loss_and_nothing_twice(made: World, count: int, missing: Iterable[str] = ()) -> None:
    posts = made.posts()
    assert {key: len(times) for key, times in posts.items() if len(times) > 1} == {}, "posted twice"
    assert len(posts) + len(list(missing)) == count, "lost"


async def test_every_tip_comes_once_although_the_platform_stumbles_and_its_history_lags(database_url):
    await subscribe(database_url, 60)
    with world(database_url, lag=0.5, **FAULTS, refuse=20) as made:
        made.replica()
        states = made.settle(60)
        stopped = made.rows("SELECT id, reason FROM subscriptions WHERE state = 'refused'")
        told = [key for key in made.posts() if key.endswith("-refused")]

        assert states["posted"] + states["refused"] == 60
        assert states["refused"] == len(stopped) > 0
        assert {reason for _, reason in stopped} == {"the channel is archived"}
        assert len(told) <= len(stopped)
        delivered = made.rows("SELECT answer, nudge FROM deliveries WHERE state = 'posted' ORDER BY answer")
        assert sorted(made.rows("SELECT id, nudge FROM answers")) == sorted(delivered)
        no_loss_and_nothing_twice(made, 60 + len(told), [one for one, _ in stopped])


async def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(database_url):
    await subscribe(database_url, 60)
    with world(database_url, most=20, **FAULTS) as made:
        replica = made.replica()
        made.wait_for_posts(20)
        replica.kill()
        assert len(made.posts()) == 20
        made.take()
        made.replica()

        assert made.settle(60)["posted"] == 60
        no_loss_and_nothing_twice(made, 60)


async def test_a_living_replica_takes_over_from_a_killed_one_and_from_a_hung_one(postgres_url):
    await subscribe(postgres_url, 90)
    with world(postgres_url, takes=0.2, most=20) as made:
        replicas = [made.replica(at_once=8, beat=2.0, silence=6.0) for _ in range(3)]  # as in production
        made.wait_for_posts(20)
        replicas[0].kill()
        replicas[1].send_signal(signal.SIGSTOP)
        assert len(made.posts()) == 20
        made.take()

        assert made.settle(90)["posted"] == 90
        replicas[1].send_signal(signal.SIGCONT)
        made.replica()  # by the time this one runs, the hung one had its chance to post again
        no_loss_and_nothing_twice(made, 90)


async def test_a_database_that_drops_every_connection_loses_nothing(postgres_url, postgres_server):
    name = make_url(postgres_url).database
    await subscribe(postgres_url, 60)
    with world(postgres_url, takes=0.1, most=10) as made:
        made.replica(at_once=8)
        for posted, more in ((10, 25), (25, math.inf)):
            made.wait_for_posts(posted)
            assert len(made.posts()) == posted
            with psycopg.connect(postgres_server, autocommit=True) as connection:
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            made.take(more)

        assert made.settle(60)["posted"] == 60
        no_loss_and_nothing_twice(made, 60)


async def test_a_platform_that_is_away_for_a_while_loses_nothing(sqlite_url):
    await subscribe(sqlite_url, 20)
    with world(sqlite_url, down=30) as made:
        made.replica()

        assert made.settle(20)["posted"] == 20
        no_loss_and_nothing_twice(made, 20)


async def test_where_the_platform_cannot_be_asked_nothing_is_posted_twice_but_flagged(sqlite_url):
    await subscribe(sqlite_url, 40)
    with world(sqlite_url, blind=1, **{"taken-error": 4, "error": 8, "busy": 8}) as made:
        made.replica()
        states = made.settle(40)

        assert states["unknown"] > 0
        assert states["posted"] + states["unknown"] == 40
        assert all(len(times) == 1 for times in made.posts().values())


async def test_a_missed_tick_is_caught_up_for_three_hours_and_a_promise_is_asked_about_once(sqlite_url):
    await subscribe(sqlite_url, 3, late=2.9 * 3600)
    await subscribe(sqlite_url, 4, late=3.1 * 3600, first=3)
    await promise(sqlite_url)
    with world(sqlite_url, **{"taken-drop": 2}) as made:
        made.replica()

        assert made.settle(7) == {"posted": 3, "missed": 4}
        made.wait_for_posts(4)
        assert sorted(len(times) for times in made.posts().values()) == [1, 1, 1, 1]
        assert "promise-p1" in made.posts()


async def test_a_clean_stop_answers_what_is_in_flight_and_leaves_the_rest_for_the_next(sqlite_url):
    await subscribe(sqlite_url, 40)
    with world(sqlite_url, takes=0.3, busy=5, most=20) as made:
        first = made.replica(at_once=8, post=PATIENCE)
        made.wait_for_posts(5)
        assert len(made.posts()) <= 20
        first.terminate()
        made.take()
        assert first.wait(timeout=PATIENCE) == 0
        assert made.states()["posting"] == 0
        made.replica()

        assert made.settle(40)["posted"] == 40
        no_loss_and_nothing_twice(made, 40)
