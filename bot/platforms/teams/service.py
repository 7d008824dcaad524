"""Teams, put together: everything that answers and posts, built once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.conversation import Conversation
from bot.platforms.teams.api import service_urls
from bot.platforms.teams.handlers.activities import Forget, Turns
from bot.platforms.teams.package import about_page
from bot.platforms.teams.posting.messenger import Post
from bot.platforms.teams.posting.tip_poster import TeamsPoster
from bot.platforms.teams.transport import credentials
from bot.platforms.teams.transport.botbuilder import Edge
from bot.platforms.teams.transport.credentials import Credentials
from bot.platforms.teams.transport.deduplication import Once
from bot.platforms.teams.transport.http import PATH, Door
from bot.platforms.teams.transport.token_validation import Keys, Signatures
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.teams import TeamsArrivals, TeamsConversations, TeamsPosts
from bot.web.component import Component


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
        check = service_urls.listed_or(settings.teams_service_urls) if app_id else service_urls.loopback_only
        edge = Edge(app_id, own_credentials or credentials.of(settings), check, self._open_session)
        conversations, posts = TeamsConversations(engine), TeamsPosts(engine)
        self.post = Post(edge, conversations, posts)
        self.poster = TeamsPoster(self.post, conversations)
        signatures = Signatures(app_id, self._keys) if app_id else None
        forgetting = [*forget, Answers(engine).forget_place]
        self._about = about_page.showing(conversation.keeping)
        turns = Turns(conversation, conversations, posts, self.post, forgetting, daily=settings.daily_tips)
        self._door = Door(signatures, edge, turns, Once(self._arrivals))

    def build_component(self, why: str) -> Component:
        """Build the component that the server mounts and runs."""
        return Component(
            name="Teams",
            on=True,
            why=why,
            routes=[web.post(PATH, self._door.receive), web.get(about_page.PATH, self._about)],
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
