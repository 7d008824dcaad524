"""What is read of one message by the model, which takes most of the time until its answer."""

from collections.abc import Mapping

import pytest

from bot.app import App
from bot.conversation.conversation import Conversation
from bot.message import Message, Place
from intents import Classification, Classifier
from tests.conftest import open_memory

HERE = Place("slack", "T1", "C1", thread="1.0")
ONE_PROBLEM = "staff say they have seen it all before and will wait until this one goes away too"
SECOND = "they keep sending us applications for dental nurses"
TWO_PROBLEMS = f"Recruitment's been moved to some hub forty miles away and {SECOND}"


class Counting(Classifier):
    """The real classifier, with a list of what it read."""

    read: list[str]

    def classify(self, text: str, themes: Mapping[str, str] | None = None) -> Classification:
        self.read.append(text)
        return super().classify(text, themes)


@pytest.fixture
def counting(app: App) -> Counting:
    classifier = Counting(app.classifier.model)
    classifier.read = []
    return classifier


@pytest.fixture
def conversation(app: App, counting: Counting) -> Conversation:
    return Conversation(counting, app.knowledge, app.answers, app.tips, open_memory(app.engine))


async def test_a_message_whose_clauses_tell_of_no_second_problem_is_read_once(conversation, counting):
    await conversation.decide_danger(Message(ONE_PROBLEM, "U1", HERE))
    await conversation.answer_message(Message(ONE_PROBLEM, "U1", HERE))

    assert counting.read == [ONE_PROBLEM]


async def test_clauses_that_may_be_a_problem_are_read_each_by_itself(conversation, counting):
    await conversation.answer_message(Message(TWO_PROBLEMS, "U1", HERE))

    assert SECOND in counting.read
