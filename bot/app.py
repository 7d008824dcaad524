"""Composition root: builds every object once and passes it to the objects that need it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.conversation import Conversation
from bot.conversation.dialogue import Keeper
from bot.conversation.memory import ConversationMemory
from bot.conversation.tips import TipChooser
from bot.delivery.component import build_ports
from bot.insights.questions import QuestionKeeper
from bot.insights.redaction import Redactor
from bot.nations import WorkspaceNations
from bot.own_themes import OwnThemeLearner, find_cache_folder
from bot.platforms.abilities import ABILITIES
from bot.promises.personal import PersonalOverview
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from bot.store.packs import PackStore
from bot.store.pending import PendingStore
from bot.store.promises import Promises
from bot.store.questions import Questions
from bot.store.readers import Readers
from intents import Classifier, OwnThemes
from knowledge import LiveKnowledge

if TYPE_CHECKING:
    from bot.web.metrics import Metrics


@dataclass(frozen=True, slots=True)
class App:
    """Every object that the command line and the server share.

    Parameters
    ----------
    settings
        As read at the start.
    engine
        The database, migrated.
    pack
        What editors write on the page, published and not.
    overview
        Each person's open promises and daily tips; None when daily tips are off.
    metrics
        What the server counts; None for the commands that serve nothing.
    """

    settings: Settings
    engine: AsyncEngine
    classifier: Classifier
    knowledge: LiveKnowledge
    pack: PackStore
    answers: Answers
    tips: TipChooser
    conversation: Conversation
    unanswered: QuestionKeeper
    overview: PersonalOverview | None
    metrics: "Metrics | None"


@asynccontextmanager
async def build_app(settings: Settings, metrics: "Metrics | None" = None) -> AsyncIterator[App]:
    """Yield the app, and close its database at the end.

    Raises
    ------
    OperatorError
        When the database cannot be used.
    KnowledgeError
        When a pack cannot be read.
    ModelError
        When the model does not fit what is installed.
    """
    shipped = Classifier.load()
    own_themes = OwnThemes(shipped, find_cache_folder())
    classifier = shipped.with_own_themes(own_themes)
    learner = OwnThemeLearner(own_themes, shipped.model.catalogue.ids)
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        await migrate(engine)
        pack = PackStore(engine)
        await pack.refresh()
        knowledge = LiveKnowledge(settings.packs, source=pack, encode=classifier.encode_known, learn=learner)
        answers = Answers(engine)
        count_steps = Promises(engine).taken if settings.daily_tips else None
        tips = TipChooser(knowledge, answers, promises=settings.daily_tips, count_steps=count_steps)
        daily, promises = (
            build_ports(settings, engine, knowledge, answers, tips, ABILITIES) if settings.daily_tips else (None, None)
        )
        unanswered = _build_question_keeper(settings, engine, classifier)
        conversation = Conversation(
            classifier,
            knowledge,
            answers,
            tips,
            ConversationMemory(PendingStore(engine), Readers(engine)),
            daily,
            promises,
            unanswered,
            settings.time_zone,
            metrics,
            WorkspaceNations.parse(settings.nation),
            Keeper(settings.contact, settings.organisation),
            ABILITIES,
        )
        overview = PersonalOverview(engine, daily, promises) if daily and promises else None
        yield App(
            settings, engine, classifier, knowledge, pack, answers, tips, conversation, unanswered, overview, metrics
        )
    finally:
        await engine.dispose()


def _build_question_keeper(settings: Settings, engine: AsyncEngine, classifier: Classifier) -> QuestionKeeper:
    redactor = Redactor(classifier.model.memory.known_words)
    return QuestionKeeper(Questions(engine), redactor, settings.keep_questions_days, settings.time_zone)
