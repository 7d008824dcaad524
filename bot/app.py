"""Composition root: builds every object once and passes it to the objects that need it."""

import asyncio
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
from bot.diagnostics import DatabaseAwayError
from bot.insights.questions import QuestionKeeper
from bot.insights.redaction import Redactor
from bot.nations import WorkspaceNations
from bot.own_themes import OwnThemeLearner, check_model_themes, find_cache_folder
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
from intents.kept_vectors import KeptVectors
from intents.text_vectors import identify_encoder
from knowledge import LiveKnowledge

if TYPE_CHECKING:
    from concurrent.futures import Future

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
    away
        Why the database could not be reached, which then is not migrated either; None when it is there.
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
    away: DatabaseAwayError | None = None


@asynccontextmanager
async def build_app(
    settings: Settings,
    metrics: "Metrics | None" = None,
    *,
    without_database: bool = False,
    loading: "Future[Classifier] | None" = None,
) -> AsyncIterator[App]:
    """Yield the app, and close its database at the end.

    Parameters
    ----------
    without_database
        Whether to go on while the database's server cannot be reached.
    loading
        The shipped classifier, where it is being loaded already; None to load it here.

    Raises
    ------
    OperatorError
        When the database cannot be used.
    KnowledgeError
        When a pack cannot be read.
    ModelError
        When the model does not fit what is installed, or knows a theme that no pack holds.
    """
    shipped = await asyncio.wrap_future(loading) if loading else Classifier.load()
    own_themes = OwnThemes(shipped, find_cache_folder())
    classifier = shipped.with_own_themes(own_themes)
    learner = OwnThemeLearner(own_themes, shipped.model.catalogue.ids)
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        pack, away = PackStore(engine), None
        try:
            await migrate(engine)
            await pack.refresh()
        except DatabaseAwayError as error:
            if not without_database:
                raise
            away = error
        knowledge = LiveKnowledge(settings.packs, source=pack, encode=classifier.encode_known, learn=learner)
        check_model_themes(knowledge(), shipped.model.catalogue)
        answers = Answers(engine)
        find_steps = Promises(engine).find_taken if settings.daily_tips else None
        tips = TipChooser(knowledge, answers, promises=settings.daily_tips, find_steps=find_steps)
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
            KeptVectors(classifier.encode, identify_encoder(shipped.model), find_cache_folder()).encode_texts,
        )
        overview = PersonalOverview(engine, daily, promises) if daily and promises else None
        yield App(
            settings,
            engine,
            classifier,
            knowledge,
            pack,
            answers,
            tips,
            conversation,
            unanswered,
            overview,
            metrics,
            away,
        )
    finally:
        await engine.dispose()


def _build_question_keeper(settings: Settings, engine: AsyncEngine, classifier: Classifier) -> QuestionKeeper:
    redactor = Redactor(classifier.model.memory.known_words)
    return QuestionKeeper(Questions(engine), redactor, settings.keep_questions_days, settings.time_zone)
