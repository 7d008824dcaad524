"""Who reads a reply is what the reply says, whatever it is about."""

import pytest

from bot.conversation.conversation import Conversation
from bot.message import TextReply
from tests.contract.slack.fake_slack import FakeSlack
from tests.contract.slack.workspace import ANN, OURS, RequestSender

SAID = "Who reads this?"


@pytest.mark.parametrize(("audience", "whispered"), [("everyone", False), ("asker", True), ("asker-only", True)])
async def test_what_is_for_the_asker_is_whispered_in_a_channel(
    sender: RequestSender, slack: FakeSlack, monkeypatch, audience, whispered
):
    async def answer(_self, _message, _ask_zone):
        return TextReply("help", (SAID,), audience=audience)

    monkeypatch.setattr(Conversation, "answer_message", answer)

    await sender.send_event(sender.build_mention("whatever it is"))

    await slack.wait_until(lambda: slack.list_posts(OURS) or slack.list_calls("chat.postEphemeral"))
    assert [one["text"] for one in slack.list_posts(OURS)] == ([] if whispered else [SAID])
    assert [one["user"] for one in slack.list_calls("chat.postEphemeral")] == ([ANN] if whispered else [])


@pytest.mark.parametrize("announce", [True, False])
async def test_a_command_is_answered_aside_unless_the_place_is_to_be_told(
    sender: RequestSender, slack: FakeSlack, monkeypatch, announce
):
    async def answer(_self, _message, _ask_zone):
        return TextReply("help", (SAID,), announce=announce)

    monkeypatch.setattr(Conversation, "answer_message", answer)

    await sender.send_command("whatever it is")

    await slack.wait_until(lambda: slack.responses)
    ((_, told),) = slack.responses
    assert (told["text"], told["response_type"]) == (SAID, "in_channel" if announce else "ephemeral")
