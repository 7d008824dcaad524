"""Without an app id, on this machine: for the emulator and the playground."""

import pytest
from aiohttp.test_utils import make_mocked_request

from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import Microsoft


@pytest.fixture
async def emulator(start, microsoft: Microsoft, key):
    bot = await start(teams_app_id="", teams_anonymous=True)
    microsoft.valid.add("")  # the emulator asks for no token
    return TeamsPerson(bot.url, microsoft, key)


@pytest.mark.parametrize("channel", ["emulator", "msteams"])
async def test_an_unsigned_activity_is_answered_without_a_token(emulator, microsoft, channel):
    status, _ = await emulator.send(emulator.activity(text="nobody listens", channelId=channel), token=None)

    assert status == 200
    assert len(microsoft.posted) == 1
    assert microsoft.tokens == 0


async def test_an_answer_never_leaves_this_machine(emulator, microsoft):
    activity = emulator.activity(text="nobody listens", serviceUrl="https://smba.trafficmanager.net/uk/")

    assert (await emulator.send(activity, token=None))[0] == 403
    assert microsoft.calls == 0


async def test_an_unsigned_activity_from_elsewhere_is_refused_however_the_bot_listens(start):
    bot = await start(teams_app_id="", teams_anonymous=True)
    elsewhere = make_mocked_request("POST", "/api/messages").clone(remote="192.168.1.4")

    assert (await bot.teams._endpoint.receive(elsewhere)).status == 401
