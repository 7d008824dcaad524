"""Slack as a component of the running bot: every object built for the connection mode."""

import logging
import time
from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from slack_sdk.oauth.installation_store import Installation
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.conversation import Conversation
from bot.delivery.poster import Poster
from bot.log_limit import LimitedLog
from bot.message import Platform
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.api.errors import build_sdk_logger
from bot.platforms.slack.api.mode import MODE_DESCRIPTIONS, choose_mode, read_secret
from bot.platforms.slack.install.installation_store import EncryptedInstallationStore
from bot.platforms.slack.install.token_check import TokenCheck
from bot.platforms.slack.install.uninstall import ForgetWorkspace, UninstallMiddleware
from bot.platforms.slack.install.workspace_memory import WorkspaceMemory
from bot.platforms.slack.listeners.actions import ActionListener
from bot.platforms.slack.listeners.background_tasks import finish_tasks
from bot.platforms.slack.listeners.care import CareListener
from bot.platforms.slack.listeners.commands import CommandListener
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.membership import ChannelMembership
from bot.platforms.slack.listeners.messages import MessageListener
from bot.platforms.slack.listeners.notices import NoticeSender
from bot.platforms.slack.listeners.register import ListenerRegistry
from bot.platforms.slack.listeners.settings import SettingsListener
from bot.platforms.slack.listeners.share import AnswerSharer
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.tip_settings import TipSettingsListener
from bot.platforms.slack.listeners.welcome import WelcomeListener
from bot.platforms.slack.listeners.work_queue import WorkQueue
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.private import PrivateSender
from bot.platforms.slack.posting.search import MessageSearch
from bot.platforms.slack.posting.tip_poster import SlackPoster
from bot.platforms.slack.transport import http
from bot.platforms.slack.transport.bolt_app import SlackConnection, build_connection
from bot.platforms.slack.transport.deduplication import DeduplicationMiddleware
from bot.platforms.slack.transport.intake import RequestIntake
from bot.platforms.slack.transport.socket_mode import SocketModeConnection
from bot.promises.personal import PersonalOverview
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackEvents, SlackOffers, SlackThreads, SlackWelcomes
from bot.web.component import Component

_logger = logging.getLogger(__name__)
SETTLE = 5.0  # seconds before a message is searched for; Slack's history lags by as much, as measured
PATIENCE = 120.0  # seconds for which an answer is attempted while the database or Slack is away
_FINISH_WITHIN = 15.0  # seconds for requests and answers together, when the server stops


def build_slack(
    settings: Settings,
    engine: AsyncEngine,
    conversation: Conversation,
    overview: PersonalOverview | None = None,
    forget: Sequence[ForgetWorkspace] = (),
    posters: MutableMapping[Platform, Poster] | None = None,
) -> Component:
    """Build the component of Slack, where the settings turn Slack on.

    Parameters
    ----------
    overview
        Promises and daily tips for the Home tab; None when daily tips are off.
    forget
        Functions that delete a workspace's data elsewhere, when it uninstalls the bot.
    posters
        Receives the poster of Slack when Slack is on.

    Raises
    ------
    OperatorError
        When Slack is configured incompletely, or a key cannot be used.
    """
    mode = choose_mode(settings)
    logger = build_sdk_logger(settings.log_level)
    clients, memory = WebClientFactory(settings.slack_api_url, logger), WorkspaceMemory()
    connection = build_connection(
        mode,
        settings=settings,
        engine=engine,
        clients=clients,
        deduplication=DeduplicationMiddleware(SlackEvents(engine)),
        memory=memory,
        logger=logger,
    )
    work_queue, messenger = (
        WorkQueue(settings.slack_most_at_once, PATIENCE, clients.shown),
        SlackMessenger(clients, MessageSearch(clients), settle=SETTLE),
    )
    private = PrivateSender(messenger, LimitedLog(_logger))
    surfaces = SurfaceAnswerer(messenger, private, LimitedLog(_logger))
    care = CareListener(conversation, messenger, SlackThreads(engine), work_queue.is_full)
    intake = RequestIntake(
        connection.app,
        memory,
        care,
        NoticeSender(messenger, private, surfaces, LimitedLog(_logger)),
        capacity=settings.slack_most_at_once,
        patience=PATIENCE,
        shown=clients.shown,
    )
    allow_list = ChannelAllowList(settings.slack_channels)
    if posters is not None:
        posters["slack"] = SlackPoster(messenger, connection.find_token, allow_list)
    _register_listeners(
        engine=engine,
        conversation=conversation,
        messenger=messenger,
        private=private,
        surfaces=surfaces,
        clients=clients,
        allow_list=allow_list,
        connection=connection,
        work_queue=work_queue,
        care=care,
        overview=overview,
        forget=(memory.forget, *forget),
    )
    check = TokenCheck(connection.single_workspace) if connection.single_workspace else None
    if check:
        clients.watch_calls(check.note_outcome)
    socket = (
        SocketModeConnection(connection.app, read_secret(settings.slack_app_token), intake, logger)
        if mode == "socket"
        else None
    )

    receiving = AsyncExitStack()

    async def finish() -> None:
        """Finish the answers under way, once nothing is received any more."""
        until = time.monotonic() + _FINISH_WITHIN
        await receiving.aclose()
        if late := await finish_tasks([intake.requests, work_queue.jobs], work_queue.notices, until):
            _logger.warning("Slack: %d answers were not done when the bot ended.", late)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(clients.open_session(connection.app.client))
            stack.push_async_callback(finish)
            if connection.store:
                await _reencrypt_tokens(connection.store)
            if check:
                await check.check_token(memory)
            if socket:
                await receiving.enter_async_context(socket.keep_connected())
            yield

    def not_ready() -> str | None:
        return (check.not_ready() if check else None) or (socket.not_ready() if socket else None)

    signing_secret = read_secret(settings.slack_signing_secret)
    routes = [] if socket else http.build_routes(intake, signing_secret, connection.flow)
    return Component(
        "Slack",
        on=True,
        why=MODE_DESCRIPTIONS[mode],
        routes=routes,
        running=running,
        finish=finish,
        ready=not_ready,
    )


async def _reencrypt_tokens(store: EncryptedInstallationStore) -> None:
    """Encrypt the tokens with the newest key; without the database the next start does it."""
    try:
        await store.reencrypt_tokens()
    except UNAVAILABLE as error:
        _logger.warning(
            "Slack's tokens could not be encrypted anew, which the next start does: %s", type(error).__name__
        )


def _register_listeners(
    *,
    engine: AsyncEngine,
    conversation: Conversation,
    messenger: SlackMessenger,
    private: PrivateSender,
    surfaces: SurfaceAnswerer,
    clients: WebClientFactory,
    allow_list: ChannelAllowList,
    connection: SlackConnection,
    work_queue: WorkQueue,
    care: CareListener,
    overview: PersonalOverview | None,
    forget: Sequence[ForgetWorkspace],
) -> None:
    answers, threads, offers = Answers(engine), SlackThreads(engine), SlackOffers(engine)
    welcomes = SlackWelcomes(engine)
    membership = ChannelMembership(clients)
    sharer = AnswerSharer(conversation, messenger, offers, SlackEvents(engine), allow_list)
    zones, home_publisher = TimeZones(clients), HomePublisher(conversation, messenger, overview)
    tip_settings_listener = (
        TipSettingsListener(overview, conversation, messenger, surfaces, zones, membership, allow_list, home_publisher)
        if overview
        else None
    )
    settings_listener = SettingsListener(conversation, answers, surfaces, home_publisher)

    welcome_listener = WelcomeListener(
        conversation, messenger, welcomes, answers, allow_list, daily=overview is not None
    )
    if connection.flow:
        connection.flow.watch_installations(partial(_greet_installer, work_queue, welcome_listener))

    async def forget_answers(team: str) -> None:
        await answers.forget_team("slack", team)

    ListenerRegistry(
        work_queue=work_queue,
        care=care,
        message_listener=MessageListener(conversation, messenger, private, threads, zones, allow_list, care),
        command_listener=CommandListener(
            conversation, messenger, private, surfaces, zones, sharer, membership, allow_list
        ),
        action_listener=ActionListener(
            conversation,
            messenger,
            surfaces,
            zones,
            sharer,
            membership,
            settings_listener,
            home_publisher,
            tip_settings_listener,
        ),
        settings_listener=settings_listener,
        home_publisher=home_publisher,
        welcome_listener=welcome_listener,
        uninstall=UninstallMiddleware(
            connection.store,
            (forget_answers, threads.forget_team, offers.forget_team, welcomes.forget_team, *forget),
        ),
        tip_settings_listener=tip_settings_listener,
    ).register_listeners(connection.app)


def _greet_installer(work_queue: WorkQueue, welcome_listener: WelcomeListener, installation: Installation) -> None:
    """Greet whoever installed the bot, in their direct messages."""
    team = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
    workspace = Workspace(team or "", installation.bot_token or "", installation.bot_user_id or "")
    if installation.user_id:
        work_queue.add_job(welcome_listener.build_person_job(workspace, {"user": installation.user_id}))
