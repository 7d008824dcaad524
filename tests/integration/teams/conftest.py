from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web

from bot.conversation.conversation import Conversation
from bot.conversation.tips import TipChooser
from bot.delivery.component import build_place_forgetter, build_ports
from bot.insights.questions import QuestionKeeper
from bot.insights.redaction import Redactor
from bot.platforms.abilities import ABILITIES
from bot.platforms.teams.service import TeamsService
from bot.platforms.teams.transport.credentials import Credentials, build_secret_source
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from bot.store.questions import Questions
from bot.web import server
from knowledge import Knowledge
from tests.conftest import open_memory
from tests.contract.teams.schema import CardSchema
from tests.integration.teams.fakes import FakeClassifier
from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import APP_ID, SECRET, TENANT, Microsoft, Rerouted, StandInSigningKey
from tests.packaged import packaged_knowledge


@pytest.fixture(scope="session")
def key() -> StandInSigningKey:
    return StandInSigningKey("key-1")


@pytest.fixture(scope="session")
def other_key() -> StandInSigningKey:
    return StandInSigningKey("key-2")


@pytest.fixture(scope="session")
def card_schema() -> CardSchema:
    return CardSchema()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return packaged_knowledge()()


@pytest.fixture(scope="session")
def fake_classifier() -> FakeClassifier:
    return FakeClassifier()


async def listen(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def microsoft(key: StandInSigningKey) -> AsyncIterator[Microsoft]:
    standin = Microsoft(key)
    runner, standin.origin = await listen(standin.application())
    yield standin
    await runner.cleanup()


@asynccontextmanager
async def serve_teams(teams: TeamsService) -> AsyncIterator[str]:
    """Serve Teams as the program does; gives the address where it takes messages."""

    async def database_ready() -> None:
        return None

    runner, origin = await listen(server.create_application([teams.build_component("for a test")], database_ready))
    yield f"{origin}/api/messages"
    await runner.cleanup()


@dataclass
class Bot:
    """The bot as it is served, and what tests look at behind it."""

    url: str
    teams: TeamsService
    conversation: Conversation
    engine: object
    classifier: FakeClassifier


def build_conversation(settings: Settings, engine, classifier: FakeClassifier, knowledge: Knowledge) -> Conversation:
    """Give the conversation, with daily tips and promises unless they are switched off."""
    answers = Answers(engine)
    tips = TipChooser(lambda: knowledge, answers, promises=settings.daily_tips)
    both = (
        build_ports(settings, engine, lambda: knowledge, answers, tips, ABILITIES)
        if settings.daily_tips
        else (None, None)
    )
    kept = QuestionKeeper(Questions(engine), Redactor(frozenset()), settings.keep_questions_days, settings.time_zone)
    return Conversation(classifier, lambda: knowledge, answers, tips, open_memory(engine), *both, kept)  # type: ignore[arg-type]


@pytest.fixture
async def start(
    microsoft: Microsoft, fake_classifier: FakeClassifier, knowledge: Knowledge, sqlite_url: str
) -> AsyncIterator[Callable[..., Awaitable[Bot]]]:
    """Start the bot; settings may be changed. Two of them are two replicas over one database."""
    stack = AsyncExitStack()

    async def make(secret: str = SECRET, patience: float = 120.0, **changed: object) -> Bot:
        base = {
            "database_url": sqlite_url,
            "teams_app_id": APP_ID,
            "teams_app_secret": secret,
            "teams_tenant_id": TENANT,
            "teams_service_urls": (microsoft.origin,),
            "teams_openid_url": f"{microsoft.origin}/openid",
        }
        settings = Settings(**(base | changed))
        engine = open_engine(settings.database_url.get_secret_value())
        await migrate(engine)
        conversation = build_conversation(settings, engine, fake_classifier, knowledge)
        own = None
        if settings.teams_app_id:
            own = Credentials(build_secret_source(APP_ID, secret, TENANT, Rerouted(microsoft.origin)))
        teams = TeamsService(settings, engine, conversation, own, [build_place_forgetter(engine)], patience)
        microsoft.under_way.append(teams.queue.finish)
        stack.push_async_callback(engine.dispose)
        url = await stack.enter_async_context(serve_teams(teams))
        return Bot(url, teams, conversation, engine, fake_classifier)

    fake_classifier.asked.clear()
    async with stack:
        yield make


@pytest.fixture
async def bot(start: Callable[..., Awaitable[Bot]]) -> Bot:
    return await start()


@pytest.fixture
def jane(bot: Bot, microsoft: Microsoft, key: StandInSigningKey) -> TeamsPerson:
    return TeamsPerson(bot.url, microsoft, key)


@pytest.fixture
def in_channel(bot: Bot, microsoft: Microsoft, key: StandInSigningKey) -> TeamsPerson:
    return TeamsPerson(bot.url, microsoft, key, "channel")


@pytest.fixture
def in_chat(bot: Bot, microsoft: Microsoft, key: StandInSigningKey) -> TeamsPerson:
    return TeamsPerson(bot.url, microsoft, key, "groupChat")
