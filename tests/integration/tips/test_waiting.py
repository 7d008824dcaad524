"""Who has to wait lets others go first: on both databases."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.message import Place
from bot.store.answers import Answers
from bot.telling import Tips
from bot.tips.adoption import Pace
from bot.tips.delivery import Waits
from bot.tips.engine import Limits
from bot.tips.posting import Postable, Posted, Refused
from bot.tips.service import TipsService
from knowledge import Knowledge
from tests.integration.tips.harness import PATIENCE, promise, subscribe

KNOWLEDGE = Knowledge.load()


class Platform:
    """Takes posts, but not from workspaces that it refuses for now."""

    def __init__(self, *refusing: str) -> None:
        self.refusing = set(refusing)
        self.refused: Counter[str] = Counter()
        self.posts: Counter[str] = Counter()

    async def post(self, place: Place, reply: Postable, key: str) -> Posted:
        if place.team in self.refusing:
            self.refused[key] += 1
            raise Refused("the token cannot be read", permanent=False)
        self.posts[key] += 1
        return Posted(key)

    async def find(self, place: Place, key: str) -> bool:
        return key in self.posts


async def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def delivering(url: str, platform: Platform, database, tips: Tips | None = None) -> AsyncIterator[None]:
    service = TipsService(
        url,
        database,
        tips or Tips(lambda: KNOWLEDGE, Answers(database)),
        platform,
        Limits(4, 2, 6000),
        Waits(post=PATIENCE, settle=0.1, again=0.5, held=0.1),
        Pace(0.5, 1.5),
        every=0.3,
    )
    async with service.running():
        yield


async def test_workspaces_that_refuse_for_hours_do_not_hold_up_the_others(engine, database_url):
    """Two of them would fill every place in the queue, if what they refuse kept its place while it waits."""
    await subscribe(database_url, 30, teams=3)
    await promise(database_url)  # in the first workspace
    platform = Platform("T000", "T001")
    async with delivering(database_url, platform, engine):
        await until(lambda: len(platform.posts) == 10 and max(platform.refused.values(), default=0) >= 2)
        assert not [key for key in platform.posts if key in platform.refused]
        platform.refusing.clear()
        await until(lambda: len(platform.posts) == 31)
    assert set(platform.posts.values()) == {1}
    assert "promise-p1" in platform.posts
