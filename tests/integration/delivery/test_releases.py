"""What a replica of the release before enqueued, each tip by itself, is gone on with."""

import asyncio

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import make_url

from bot.clock import utc_now
from bot.store.deliveries import Deliveries
from bot.store.promises import Promises
from bot.subscriptions.calendar import decide
from tests.integration.delivery.harness import PATIENCE, promise, subscribe
from tests.integration.delivery.test_deferred import RefusingPlatform, delivering, until


def enqueue_as_before(url: str, deliveries: list[tuple[str, str, int]]) -> None:
    """Enqueue as version tips-1 did: a workflow for each tip, named after it, with its turn."""
    parsed = make_url(url)
    plain = parsed.set(drivername=parsed.get_backend_name()).render_as_string(hide_password=False)
    client = DBOSClient(
        system_database_url=plain, serializer=DBOSPortableJSONSerializer(), application_name="small-steps"
    )
    try:
        for name, day, turn in deliveries:
            key = f"tip-{name}-{day}" if day else f"promise-{name}"
            client.enqueue(
                {
                    "workflow_name": "deliver",
                    "queue_name": "tips",
                    "workflow_id": f"{key}~{turn}" if turn else key,
                    "app_version": "tips-1",
                    "queue_partition_key": "slack:T000",
                },
                "tip" if day else "check",
                [name, day] if day else [name],
                turn,
            )
    finally:
        client.destroy()


async def test_what_the_release_before_enqueued_comes_once_and_in_batches(engine, database_url):
    """One is due, one was deferred meanwhile so that its workflow is stale, one was begun; and a promise."""
    await subscribe(database_url, 6, teams=1)
    await promise(database_url)
    platform = RefusingPlatform()
    async with delivering(database_url, platform, engine, now=lambda: None):  # makes the engine's tables, takes nothing
        pass
    deliveries, promises, taken, now = Deliveries(engine), Promises(engine), [], utc_now()
    await deliveries.take_due(now, 6, lambda one: decide(one, now), lambda _connection, tips: taken.extend(tips))
    await promises.take_due(now, 9, lambda _connection, _them: None)
    first, second, third, *_ = [tip.delivery for tip in taken]
    assert await deliveries.defer(second, now)
    assert await deliveries.intend(third, "answer", "theme", "nudge")
    enqueue_as_before(
        database_url, [("p1", "", 0)] + [(tip.delivery.subscription, f"{tip.delivery.day}", 0) for tip in taken]
    )
    assert first.turn == 0

    async with delivering(database_url, platform, engine):
        await until(lambda: len(platform.posts) == 7)
        async with asyncio.timeout(PATIENCE):
            while await _count(engine, "SELECT count(*) FROM deliveries WHERE state = 'posted'") < 6:
                await asyncio.sleep(0.1)
    assert set(platform.posts.values()) == {1}
    assert "promise-p1" in platform.posts
    tables = "" if database_url.startswith("sqlite") else "dbos."
    left = f"SELECT count(*) FROM {tables}workflow_status WHERE queue_name = 'tips' AND status = 'ENQUEUED'"  # noqa: S608
    assert await _count(engine, left) == 0


async def _count(engine, query: str) -> int:
    async with engine.connect() as connection:
        return (await connection.exec_driver_sql(query)).scalar_one()
