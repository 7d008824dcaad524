"""Slack as a component of the running bot: every object built for the connection mode."""

from collections.abc import AsyncIterator, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.conversation import Conversation
from bot.delivery.poster import Poster
from bot.message import Platform
from bot.platforms.slack.api.client import Web
from bot.platforms.slack.api.errors import quiet_logger
from bot.platforms.slack.api.mode import WHY, secret, way
from bot.platforms.slack.install.token_check import TokenCheck
from bot.platforms.slack.install.uninstall import Forget, Leaving
from bot.platforms.slack.listeners.actions import Pressing
from bot.platforms.slack.listeners.commands import Asking
from bot.platforms.slack.listeners.home import Home
from bot.platforms.slack.listeners.membership import Members
from bot.platforms.slack.listeners.messages import Hearing
from bot.platforms.slack.listeners.register import Listeners
from bot.platforms.slack.listeners.settings import PersonalSettings
from bot.platforms.slack.listeners.share import Sharing
from bot.platforms.slack.listeners.time_zones import People
from bot.platforms.slack.listeners.tip_settings import LookingAfter
from bot.platforms.slack.listeners.work_queue import Work
from bot.platforms.slack.posting.allow_list import Channels
from bot.platforms.slack.posting.messenger import Post
from bot.platforms.slack.posting.tip_poster import SlackPoster
from bot.platforms.slack.transport import http
from bot.platforms.slack.transport.bolt_app import Connection, connect
from bot.platforms.slack.transport.deduplication import Once
from bot.platforms.slack.transport.socket_mode import Socket
from bot.promises.personal import Own
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.slack import SlackEvents, SlackOffers, SlackThreads
from bot.web.component import Component

_FINISH_WITHIN = 15.0  # seconds for answers under way when the server stops


def build_slack(
    settings: Settings,
    engine: AsyncEngine,
    conversation: Conversation,
    own: Own | None = None,
    forget: Sequence[Forget] = (),
    posters: MutableMapping[Platform, Poster] | None = None,
) -> Component:
    """Build the component of Slack.

    Parameters
    ----------
    own
        Promises and daily tips for the Home, where the tips are on.
    forget
        Each is asked to forget a workspace that takes the bot out, besides what is forgotten here.
    posters
        Where Slack is on, its poster is put in here.

    Raises
    ------
    OperatorError
        When Slack is configured in part, or a key cannot be used.
    """
    chosen = way(settings)
    if chosen == "off":
        return Component("Slack", on=False, why=WHY["off"])
    logger = quiet_logger(settings.log_level)
    web = Web(settings.slack_api_url, logger)
    connection = connect(
        chosen, settings=settings, engine=engine, web=web, once=Once(SlackEvents(engine)), logger=logger
    )
    work, post = Work(settings.slack_most_at_once), Post(web)
    channels = Channels(settings.slack_channels)
    if posters is not None:
        posters["slack"] = SlackPoster(post, connection.token_of, channels)
    _listen(
        engine=engine,
        conversation=conversation,
        post=post,
        web=web,
        channels=channels,
        connection=connection,
        work=work,
        own=own,
        forget=forget,
    )
    check = TokenCheck(connection.one) if connection.one else None
    socket = Socket(connection.app, secret(settings.slack_app_token), logger) if chosen == "socket" else None

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(web.opened(connection.app.client))
            stack.push_async_callback(work.finish, _FINISH_WITHIN)
            if connection.store:
                await connection.store.seal_again()
            if check:
                await check.ask()
            if socket:
                await stack.enter_async_context(socket.connected())
            yield

    def not_ready() -> str | None:
        return (check.not_ready() if check else None) or (socket.not_ready() if socket else None)

    secret_ = secret(settings.slack_signing_secret)
    routes = [] if socket else http.routes(connection.app, secret_, connection.flow)
    return Component("Slack", on=True, why=WHY[chosen], routes=routes, running=running, ready=not_ready)


def _listen(
    *,
    engine: AsyncEngine,
    conversation: Conversation,
    post: Post,
    web: Web,
    channels: Channels,
    connection: Connection,
    work: Work,
    own: Own | None,
    forget: Sequence[Forget],
) -> None:
    answers, threads, offers = Answers(engine), SlackThreads(engine), SlackOffers(engine)
    sharing = Sharing(conversation, post, offers, channels)
    people, home = People(web), Home(conversation, post, own)
    looking_after = LookingAfter(own, conversation, post, people, Members(web), channels, home) if own else None
    personal = PersonalSettings(answers, post, home, conversation.keeping)

    async def forget_answers(team: str) -> None:
        await answers.forget_team("slack", team)

    Listeners(
        work=work,
        hearing=Hearing(conversation, post, threads, people, channels),
        asking=Asking(conversation, post, people, sharing, channels),
        pressing=Pressing(conversation, post, people, sharing, personal, home, looking_after),
        settings=personal,
        home=home,
        leaving=Leaving(connection.store, (forget_answers, threads.forget_team, offers.forget_team, *forget)),
        looking_after=looking_after,
    ).register(connection.app)
