"""Whether a turn asks for words to say or to write."""

import pytest

from bot.conversation.sayings import asks_for_words


@pytest.mark.parametrize(
    "text",
    [
        "how do I say no to a chair",
        "How on earth do I tell forty people that it's off?",
        "what could I write back to the estates lady",
        "need a line for Thursday's e-mail to the board",
        "please suggest the wording",
        "a kind refusal please",
        "declining their invitation without giving offence",
        "I'd like to ask her what came of it, without sounding bitter",
        "how may I request a longer notice",
        "what would be my opening sentence",
        "help me word the notice for the surgery door",
        "give me one question he can't dodge",
    ],
)
def test_asks(text):
    assert asks_for_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "our consultants won't come to the meeting",
        "they answered all our questions and we still lost",
        "the letter from the regulator came on Monday",
        "how do we get the system to care",
        "the project lead says the words transformation and synergy every day",
        "nobody reads the newsletter",
        "we got a message to say that the pilot is over",
        "how do others do this",
        "what happens to the money at year end",
    ],
)
def test_does_not_ask(text):
    assert not asks_for_words(text)
