"""The engine's launch, on a real PostgreSQL that refuses what the engine writes first."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bot.delivery.batches import Batch, QueuedTask
from bot.delivery.engine import Engine, EngineLimits

# The sequence goes on although the transaction is rolled back, so that only the first so many launches fail.
_REFUSE = """
CREATE SEQUENCE launches;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nextval('launches') <= {refused} THEN
    RAISE EXCEPTION 'the connection was idle for too long';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON dbos.application_versions FOR EACH ROW EXECUTE FUNCTION refuse();
DELETE FROM dbos.application_versions;
"""


@pytest.fixture
def refuse(postgres_url: str) -> Callable[[int], None]:
    """Has the database refuse so many launches."""

    def do(refused: int) -> None:
        url = make_url(postgres_url)
        with psycopg.connect(host=url.query["host"], dbname=url.database, user=url.username) as connection:  # type: ignore[arg-type]
            connection.execute(_REFUSE.format(refused=refused).encode())

    return do


def build_engine(url: str) -> Engine:
    async def run_batch(_batch: Batch) -> None:
        pass

    async def put_off(_task: QueuedTask) -> bool:
        return True

    return Engine(url, run_batch, put_off, EngineLimits(), "test")


async def test_a_launch_that_the_database_refused_once_is_tried_again(postgres_url, refuse):
    refuse(1)
    async with build_engine(postgres_url).open():
        assert await build_engine(postgres_url).list_working_replicas() == set()


async def test_after_a_launch_that_failed_another_engine_opens_on_its_own_database(postgres_url, refuse, sqlite_url):
    refuse(2)
    with pytest.raises(DBAPIError, match="idle for too long"):
        async with build_engine(postgres_url).open():
            pass
    async with build_engine(sqlite_url).open():
        assert await build_engine(sqlite_url).list_working_replicas() == set()
