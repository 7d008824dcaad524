"""Who reads a reply is what the reply says, whatever it is about."""

import pytest

from bot.message import TextReply
from tests.integration.teams.people import CHANNEL, JANE

SAID = "Who reads this?"


@pytest.mark.parametrize(("audience", "alone"), [("everyone", False), ("asker", False), ("asker-only", True)])
async def test_only_what_is_never_public_goes_to_the_askers_own_chat(in_channel, microsoft, bot, audience, alone):
    """What is for the asker first stays in the channel, where only the asker sees it."""

    async def answer(_message):
        return TextReply("help", (SAID,), audience=audience)

    bot.conversation.answer_message = answer

    await in_channel.write("whatever it is")

    posts = [one for one in microsoft.posted if "attachments" in one.body]
    in_channel_at_all = [one.targeted for one in posts if one.body["conversation"]["id"].startswith(CHANNEL)]
    assert in_channel_at_all == [audience != "everyone"]
    told = {one.body["conversation"]["id"].partition(";")[0]: one.card for one in posts}
    assert told[f"a:opened-{JANE}" if alone else CHANNEL]["speak"] == SAID
    assert (SAID in told[CHANNEL]["speak"]) is not alone
