"""Only Teams gets in, and it always does."""

import asyncio
import time

import aiohttp
import jwt
import pytest

from bot.platforms.teams.transport import token_validation
from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import APP_ID, Fault


async def test_a_signed_message_is_answered(jane, microsoft):
    assert await jane.write("nobody listens to us") == (200, "")
    assert len(microsoft.posted) == 1


HOUR = 3600


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "99999999-2222-3333-4444-555555555555"},
        {"aud": ""},
        {"iss": "https://evil.example"},
        {"iss": f"https://sts.windows.net/{APP_ID}/"},
        {"serviceurl": "https://smba.trafficmanager.net/elsewhere/"},
        {"serviceurl": ""},
        {"without": "exp"},
        {"without": "iss"},
        {"without": "aud"},
        {"without": "serviceurl"},
        {"headers": {"kid": "unknown"}},
        {"headers": {"kid": None}},
    ],
    ids=str,
)
async def test_a_token_that_is_not_right_is_refused(jane, microsoft, key, bot, wrong):
    token = key.token(microsoft.service_url, **wrong)

    status, said = await jane.send(jane.activity(text="nobody listens"), token=token)

    assert (status, said) == (401, "")
    assert microsoft.calls == 0
    assert bot.classifier.asked == []


@pytest.mark.parametrize(("claim", "seconds_from_now"), [("exp", -HOUR), ("nbf", HOUR)])
async def test_a_token_out_of_its_time_is_refused(jane, microsoft, key, bot, claim, seconds_from_now):
    token = key.token(microsoft.service_url, **{claim: int(time.time()) + seconds_from_now})

    assert (await jane.send(jane.activity(text="nobody listens"), token=token))[0] == 401
    assert microsoft.calls == 0
    assert bot.classifier.asked == []


async def test_a_token_signed_by_another_under_our_keys_name_is_refused(jane, microsoft, other_key):
    token = other_key.token(microsoft.service_url, headers={"kid": "key-1"})

    assert (await jane.send(jane.activity(text="x"), token=token))[0] == 401


async def test_a_token_without_a_signature_is_refused(jane, microsoft):
    claims = jwt.decode(jane.key.token(microsoft.service_url), options={"verify_signature": False})
    for token in (
        jwt.encode(claims, None, "none", headers={"kid": "key-1"}),
        jwt.encode(claims, "k" * 32, "HS256", headers={"kid": "key-1"}),
    ):
        assert (await jane.send(jane.activity(text="x"), token=token))[0] == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer " + "x" * 5000])
async def test_no_token_at_all_is_refused(jane, header):
    headers = {"Authorization": header} if header is not None else {}

    assert (await jane.send(jane.activity(text="x"), token=None, **headers))[0] == 401


@pytest.mark.parametrize("channel", [None, "", "webchat", 3])
async def test_another_channel_is_refused(jane, channel):
    assert (await jane.send(jane.activity(text="x", channelId=channel)))[0] == 401


async def test_a_key_that_may_not_speak_for_teams_is_refused(jane, microsoft, key):
    microsoft.keys = [(key, ["webchat"])]

    assert (await jane.write("nobody listens"))[0] == 401


async def test_a_key_without_endorsements_speaks_for_all(jane, microsoft, key):
    microsoft.keys = [(key, None)]

    assert (await jane.write("nobody listens"))[0] == 200


async def test_keys_are_fetched_once(jane, microsoft):
    for _ in range(5):
        assert (await jane.write("nobody listens"))[0] == 200

    assert microsoft.keys_fetched == 1


async def test_a_new_key_is_honoured_without_a_restart(bot, jane, microsoft, other_key):
    bot.teams._keys._pause = 0.0
    assert (await jane.write("nobody listens"))[0] == 200

    microsoft.keys = [(other_key, ["msteams"])]
    newly_signed = TeamsPerson(bot.url, microsoft, other_key)

    assert (await newly_signed.write("nobody listens"))[0] == 200
    assert (await jane.write("nobody listens"))[0] == 401
    assert len(microsoft.posted) == 2


async def test_strangers_cannot_make_us_fetch_keys_over_and_over(jane, microsoft, key):
    for number in range(10):
        token = key.token(microsoft.service_url, headers={"kid": f"unknown-{number}"})
        assert (await jane.send(jane.activity(text="x"), token=token))[0] == 401

    assert microsoft.keys_fetched == 1


@pytest.mark.parametrize("fault", [Fault(500), Fault(200, body="<html>"), Fault(404)], ids=["500", "html", "404"])
async def test_without_keys_teams_is_asked_to_come_back(jane, microsoft, fault):
    microsoft.keys_fault = fault

    status, _ = await jane.write("nobody listens")

    assert status == 503
    assert microsoft.calls == 0


async def test_keys_that_we_have_hold_while_microsoft_is_away(bot, jane, microsoft):
    assert (await jane.write("nobody listens"))[0] == 200
    microsoft.keys_fault = Fault(500)
    bot.teams._keys._fetched -= token_validation._LIFETIME + 1

    assert (await jane.write("nobody listens"))[0] == 200


async def test_keys_come_back_when_microsoft_does(bot, jane, microsoft):
    bot.teams._keys._pause = 0.0
    microsoft.keys_fault = Fault(500)
    assert (await jane.write("nobody listens"))[0] == 503
    assert bot.teams._keys.describe_failure() is not None

    microsoft.keys_fault = None

    assert (await jane.write("nobody listens"))[0] == 200
    assert bot.teams._keys.describe_failure() is None


async def test_fetching_keys_does_not_block_others(bot, jane, microsoft):
    free = asyncio.Event()
    microsoft.keys_fault = Fault(500, until=free)
    slow = asyncio.create_task(jane.write("nobody listens"))
    await microsoft.reached(lambda: microsoft.keys_fetched == 1)
    async with aiohttp.ClientSession() as session, session.get(bot.url.replace("/api/messages", "/healthz")) as live:
        assert live.status == 200

    assert not slow.done()
    free.set()
    assert (await slow)[0] == 503


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"3", b"null", b"{", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"type": "message"}', b"{}"],
    ids=lambda body: repr(body[:12]),
)
async def test_what_is_no_activity_is_told_so(jane, microsoft, body):
    status, _ = await jane.send(body)

    assert status in (400, 401)
    assert status == 400 or b"{" in body[:1], "what has no channel fails the token's check first"
    assert microsoft.calls == 0


@pytest.mark.parametrize("missing", ["type", "conversation", "from", "serviceUrl"])
async def test_an_activity_without_what_every_one_has_is_told_so(jane, microsoft, missing):
    activity = {name: value for name, value in jane.activity(text="x").items() if name != missing}

    status, _ = await jane.send(activity)

    assert status == (401 if missing == "serviceUrl" else 400)


@pytest.mark.parametrize("wrong", [{"conversation": {"id": 3}}, {"from": []}, {"recipient": "bot"}, {"type": 4}])
async def test_an_activity_of_the_wrong_shape_is_told_so(jane, wrong):
    assert (await jane.send(jane.activity(text="x") | wrong))[0] == 400


async def test_a_body_over_a_mebibyte_is_refused(jane, microsoft):
    assert (await jane.write("x" * 1_100_000))[0] == 413
    assert microsoft.calls == 0


async def test_a_get_is_no_way_in(bot):
    async with aiohttp.ClientSession() as session, session.get(bot.url) as answer:
        assert answer.status == 405


async def test_a_captured_activity_that_is_replayed_does_nothing_again(jane, microsoft, bot):
    activity = jane.activity(text="nobody listens")
    token = jane.key.token(microsoft.service_url)

    assert [(await jane.send(activity, token=token))[0] for _ in range(3)] == [200, 200, 200]
    assert len(microsoft.posted) == 1
    assert len(bot.classifier.asked) == 1
