"""Composition root: builds every part and hands it to those that need it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.conversation import Conversation
from bot.conversation.lesson_reply import Tips
from bot.delivery.component import forget_place, forget_team, ports, tips_part
from bot.insights.questions import Keeper
from bot.insights.redaction import Redactor
from bot.message import Platform
from bot.promises.personal import Own
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from bot.store.questions import Questions
from bot.web.component import Part
from intents import Classifier
from knowledge import LiveKnowledge


@dataclass(frozen=True, slots=True)
class App:
    """Every part, built once.

    Parameters
    ----------
    settings
        As read at the start.
    engine
        The database, migrated.
    own
        What each person has going; None where the tips are off.
    """

    settings: Settings
    engine: AsyncEngine
    classifier: Classifier
    knowledge: LiveKnowledge
    answers: Answers
    tips: Tips
    conversation: Conversation
    unanswered: Keeper
    own: Own | None


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[App]:
    """Build the app, and close what it opened at the end.

    Raises
    ------
    OperatorError
        When the database cannot be used.
    KnowledgeError
        When a pack cannot be read.
    ModelError
        When the model does not fit what is installed.
    """
    knowledge = LiveKnowledge(settings.packs)
    classifier = Classifier.load()
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        await migrate(engine)
        answers = Answers(engine)
        tips = Tips(knowledge, answers, promises=settings.daily_tips)
        daily, promises = ports(settings, engine, knowledge, answers, tips) if settings.daily_tips else (None, None)
        unanswered = _unanswered(settings, engine, classifier)
        conversation = Conversation(
            classifier, knowledge, answers, tips, daily, promises, unanswered, settings.time_zone
        )
        own = Own(engine, daily, promises) if daily and promises else None
        yield App(settings, engine, classifier, knowledge, answers, tips, conversation, unanswered, own)
    finally:
        await engine.dispose()


def _unanswered(settings: Settings, engine: AsyncEngine, classifier: Classifier) -> Keeper:
    redactor = Redactor(classifier.model.memory.known_words)
    return Keeper(Questions(engine), redactor, settings.keep_questions_days, settings.time_zone)


def parts(app: App) -> list[Part]:
    """Build every part that can be on or off; what is heavy is imported here, for `serve` alone.

    Raises
    ------
    OperatorError
        When a part is configured in part.
    """
    from bot.delivery.poster import Poster
    from bot.platforms.slack.component import slack
    from bot.platforms.teams.component import teams
    from bot.simulated import page

    posters: dict[Platform, Poster] = {}  # each platform that is on puts its own in
    platforms = [
        slack(
            app.settings,
            app.engine,
            app.conversation,
            own=app.own,
            forget=[forget_team(app.engine, "slack")],
            posters=posters,
        ),
        teams(app.settings, app.engine, app.conversation, forget=[forget_place(app.engine)], posters=posters),
    ]
    alone = not any(platform.on for platform in platforms)
    return [
        *platforms,
        tips_part(app.settings, app.engine, app.tips, posters),
        page(app, app.settings.host, alone=alone),
    ]
