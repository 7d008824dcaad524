"""The Teams service: builds what answers and posts, and hands it to the server."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.conversation import Conversation
from bot.platforms.teams.api import service_urls
from bot.platforms.teams.handlers.activities import ActivityHandler, ForgetPlace
from bot.platforms.teams.handlers.care import CareCards
from bot.platforms.teams.handlers.responder import Responder
from bot.platforms.teams.package import about_page
from bot.platforms.teams.posting.messenger import TeamsMessenger
from bot.platforms.teams.posting.tip_poster import TeamsPoster
from bot.platforms.teams.transport import credentials
from bot.platforms.teams.transport.botbuilder import BotBuilderConnector
from bot.platforms.teams.transport.credentials import Credentials
from bot.platforms.teams.transport.deduplication import EventDeduplication
from bot.platforms.teams.transport.http import PATH, MessagesEndpoint
from bot.platforms.teams.transport.token_validation import SigningKeys, TokenValidator
from bot.platforms.teams.transport.turn_queue import TurnQueue
from bot.platforms.teams.transport.turns import PATIENCE, TurnRunner
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.teams import TeamsConversations, TeamsEvents, TeamsPosts
from bot.web.component import Component

_FINISH_WITHIN = 15.0  # seconds at shutdown for turns under way


class TeamsService:
    """The objects of the Teams platform, built once.

    Parameters
    ----------
    bot_credentials
        Credentials in place of those in the settings.
    forget
        Functions that delete other data of a place from which the bot was removed.
    patience
        Seconds for which an answer is tried after the acknowledgement.

    Attributes
    ----------
    messenger
        Posts unasked to places and people.
    poster
        Posts daily tips and reminders.
    queue
        The turns under way.
    """

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        conversation: Conversation,
        bot_credentials: Credentials | None = None,
        forget: Sequence[ForgetPlace] = (),
        patience: float = PATIENCE,
    ) -> None:
        self._events = TeamsEvents(engine)
        self._session: aiohttp.ClientSession | None = None
        self._keys = SigningKeys(settings.teams_openid_url, self._open_session)
        app_id = settings.teams_app_id
        check = service_urls.allow_listed(settings.teams_service_urls) if app_id else service_urls.allow_loopback
        connector = BotBuilderConnector(
            app_id, bot_credentials or credentials.build_credentials(settings), check, self._open_session
        )
        conversations, posts = TeamsConversations(engine), TeamsPosts(engine)
        self.messenger = TeamsMessenger(connector, conversations)
        self.poster = TeamsPoster(self.messenger, conversations)
        validator = TokenValidator(app_id, self._keys) if app_id else None
        forgetting = [*forget, Answers(engine).forget_place]
        self._about = about_page.serve_about_page(conversation.retention_notice)
        private_answers = settings.teams_private_answers
        responder = Responder(self.messenger, private_answers=private_answers)
        care = CareCards(conversation, connector, private_answers=private_answers)
        handler = ActivityHandler(
            conversation, conversations, posts, responder, care, forgetting, daily=settings.daily_tips
        )
        self.queue = TurnQueue(settings.teams_most_at_once)
        turns = TurnRunner(connector, handler, responder, care, EventDeduplication(self._events), self.queue, patience)
        self._endpoint = MessagesEndpoint(validator, turns)

    def build_component(self, why: str) -> Component:
        """Return the component that the server mounts and runs."""
        return Component(
            name="Teams",
            on=True,
            why=why,
            routes=[web.post(PATH, self._endpoint.receive), web.get(about_page.PATH, self._about)],
            running=self.running,
            finish=self._finish,
            ready=self._keys.describe_failure,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold the HTTP session open until the block has ended and the turns under way are done."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=True) as session:
            self._session = session
            try:
                yield
            finally:
                await self._finish()
                self._session = None

    async def _finish(self) -> None:
        await self.queue.finish(_FINISH_WITHIN)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("Teams is not running")
        return self._session
