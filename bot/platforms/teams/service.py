"""Teams, put together: everything that answers and posts, built once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Conversation
from bot.part import Part
from bot.platforms.teams import about, addresses, credentials
from bot.platforms.teams.credentials import Credentials
from bot.platforms.teams.door import PATH, Door
from bot.platforms.teams.edge import Edge
from bot.platforms.teams.once import Once
from bot.platforms.teams.post import Post
from bot.platforms.teams.poster import TeamsPoster
from bot.platforms.teams.signatures import Keys, Signatures
from bot.platforms.teams.turns import Forget, Turns
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.teams import TeamsArrivals, TeamsConversations, TeamsPosts


class Teams:
    """Everything that Teams needs, built once.

    Parameters
    ----------
    own_credentials
        What to show Microsoft instead of what the settings say.
    forget
        Each is asked to forget a place that takes the bot out, besides what is forgotten here.

    Attributes
    ----------
    post
        Says something without being asked.
    poster
        Does so for daily tips and reminders.
    """

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        conversation: Conversation,
        own_credentials: Credentials | None = None,
        forget: Sequence[Forget] = (),
    ) -> None:
        self._arrivals = TeamsArrivals(engine)
        self._session: aiohttp.ClientSession | None = None
        self._keys = Keys(settings.teams_openid_url, self._open_session)
        app_id = settings.teams_app_id
        check = addresses.listed_or(settings.teams_service_urls) if app_id else addresses.loopback_only
        edge = Edge(app_id, own_credentials or credentials.of(settings), check, self._open_session)
        conversations, posts = TeamsConversations(engine), TeamsPosts(engine)
        self.post = Post(edge, conversations, posts)
        self.poster = TeamsPoster(self.post, conversations)
        signatures = Signatures(app_id, self._keys) if app_id else None
        forgetting = [*forget, Answers(engine).forget_place]
        self._about = about.showing(conversation.keeping)
        turns = Turns(conversation, conversations, posts, self.post, forgetting, daily=settings.daily_tips)
        self._door = Door(signatures, edge, turns, Once(self._arrivals))

    def part(self, why: str) -> Part:
        """Give what the server mounts and runs."""
        return Part(
            name="Teams",
            on=True,
            why=why,
            routes=[web.post(PATH, self._door.receive), web.get(about.PATH, self._about)],
            running=self.running,
            ready=self._keys.trouble,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold the connections open."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            self._session = session
            try:
                yield
            finally:
                self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("Teams is not running")
        return self._session
