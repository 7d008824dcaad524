"""Answers arrive once, though the connector refuses, throttles, stumbles and breaks off."""

import asyncio
import time

import pytest

from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import Fault

NO_WAIT = {"Retry-After": "0"}


async def test_one_token_serves_its_lifetime(jane, microsoft):
    for _ in range(4):
        await jane.write("nobody listens")

    assert (microsoft.tokens, len(microsoft.posted)) == (1, 4)


async def test_many_at_once_wait_for_one_token(jane, microsoft):
    await asyncio.gather(*(jane.write(f"nobody listens {number}") for number in range(10)))

    assert (microsoft.tokens, len(microsoft.posted)) == (1, 10)


async def test_a_token_that_is_no_longer_accepted_is_replaced_once(jane, microsoft):
    await jane.write("nobody listens")
    microsoft.valid.clear()

    assert (await jane.write("nobody listens"))[0] == 200
    assert (microsoft.tokens, len(microsoft.posted)) == (2, 2)


async def test_a_connector_that_accepts_no_token_is_not_asked_for_ever(jane, microsoft):
    microsoft.faults.extend([Fault(401)] * 10)

    assert (await jane.write("nobody listens"))[0] == 200
    assert microsoft.calls == 2


async def test_a_wrong_secret_is_told_to_the_operator_in_one_sentence(start, microsoft, key, caplog):
    bot = await start(secret="wrong")
    person = TeamsPerson(bot.url, microsoft, key)

    assert (await person.write("nobody listens"))[0] == 200
    assert (await person.write("nobody listens"))[0] == 200

    assert "AADSTS7000215" in caplog.text
    assert "SMALL_STEPS_TEAMS_APP_SECRET" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
async def test_what_passes_is_tried_again(jane, microsoft, status):
    microsoft.faults.extend([Fault(status, NO_WAIT), Fault(status, NO_WAIT, body="<html>Bad Gateway</html>")])

    assert (await jane.write("nobody listens"))[0] == 200
    assert (microsoft.calls, len(microsoft.posted)) == (3, 1)


async def test_retry_after_is_respected(jane, microsoft):
    microsoft.faults.append(Fault(429, {"Retry-After": "1"}))
    started = time.perf_counter()

    assert (await jane.write("nobody listens"))[0] == 200
    assert time.perf_counter() - started >= 1


@pytest.mark.parametrize("told", ["Wed, 21 Oct 2026 07:28:00 GMT", "-5", "soon", "", "１"], ids=repr)
async def test_a_retry_after_that_is_no_number_of_seconds_does_no_harm(jane, microsoft, told):
    microsoft.faults.append(Fault(429, {"Retry-After": told}))

    assert (await jane.write("nobody listens"))[0] == 200
    assert (microsoft.calls, len(microsoft.posted)) == (2, 1)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirection_takes_the_token_elsewhere(jane, microsoft, status):
    microsoft.faults.append(Fault(status, {"Location": f"{microsoft.origin}/uk/v3/conversations/x/activities"}))

    assert (await jane.write("nobody listens"))[0] == 200
    assert (microsoft.calls, microsoft.posted) == (1, [])


async def test_a_wait_that_is_too_long_is_not_waited_for(start, microsoft, key, caplog):
    """Nobody at Teams waits for the answer, but two minutes later nobody else does either."""
    bot = await start(patience=5.0)
    microsoft.faults.append(Fault(429, {"Retry-After": "60"}))

    assert (await TeamsPerson(bot.url, microsoft, key).write("nobody listens"))[0] == 200

    assert microsoft.calls == 1
    assert "could not be delivered" in caplog.text


async def test_a_connector_that_is_busy_for_longer_is_waited_for(jane, microsoft):
    microsoft.faults.extend([Fault(429, NO_WAIT)] * 8)

    assert (await jane.write("nobody listens"))[0] == 200
    assert len(microsoft.posted) == 1


async def test_a_sign_in_that_stumbles_is_asked_again(jane, microsoft):
    microsoft.token_faults.append(Fault(503, body={"error": "temporarily_unavailable"}))

    assert (await jane.write("nobody listens"))[0] == 200
    assert len(microsoft.posted) == 1


async def test_a_broken_connection_is_tried_again(jane, microsoft):
    microsoft.faults.append(Fault(0, drop=True))

    assert (await jane.write("nobody listens"))[0] == 200
    assert len(microsoft.posted) == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_where_nothing_may_be_said_nothing_is_tried_again(jane, microsoft, status):
    microsoft.faults.append(Fault(status))

    assert (await jane.write("nobody listens"))[0] == 200
    assert microsoft.calls == 1


async def test_our_own_mistake_is_not_repeated(jane, microsoft, caplog):
    microsoft.faults.append(Fault(400, body={"error": {"code": "BadSyntax"}}))

    assert (await jane.write("nobody listens"))[0] == 200
    assert microsoft.calls == 1
    assert "BadSyntax" in caplog.text


async def test_a_repetition_while_the_first_is_answered_waits_and_says_the_same(jane, microsoft):
    microsoft.faults.append(Fault(429, {"Retry-After": "1"}))
    activity = jane.activity(text="nobody listens")

    statuses = await asyncio.gather(*(jane.send(activity) for _ in range(4)))

    assert [status for status, _ in statuses] == [200] * 4
    assert len(microsoft.posted) == 1


async def test_a_repeated_press_gets_the_same_card(jane, microsoft):
    await jane.write("nobody listens")
    data = microsoft.posted[0].card["actions"][0]["data"]
    press = jane.activity(type="invoke", name="adaptiveCard/action", value={"action": {"data": data}})

    first, second = await asyncio.gather(jane.send(press), jane.send(press))

    assert first == second
    assert first[1]["statusCode"] == 200


async def test_two_replicas_answer_once(start, microsoft, key):
    one, two = await start(), await start()
    activity = TeamsPerson(one.url, microsoft, key).activity(text="nobody listens")

    statuses = await asyncio.gather(
        *(TeamsPerson(bot.url, microsoft, key).send(activity) for bot in (one, two, one, two))
    )

    assert {status for status, _ in statuses} == {200}
    assert len(microsoft.posted) == 1


async def test_a_restart_does_not_answer_again(start, microsoft, key):
    first = await start()
    activity = TeamsPerson(first.url, microsoft, key).activity(text="nobody listens")
    await TeamsPerson(first.url, microsoft, key).send(activity)
    second = await start()

    assert (await TeamsPerson(second.url, microsoft, key).send(activity))[0] == 200
    assert len(microsoft.posted) == 1


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/uk/", "https://evil.example/", "https://smba.trafficmanager.net.evil.example/", "ftp://x/"],
)
async def test_no_token_is_earned_by_a_forged_service_url(jane, microsoft, key, url, caplog):
    status, _ = await jane.send(jane.activity(text="nobody listens", serviceUrl=url), token=key.token(url))

    assert status == 403
    assert (microsoft.tokens, microsoft.calls) == (0, 0)
    assert "SMALL_STEPS_TEAMS_SERVICE_URLS" in caplog.text


async def test_a_slow_connector_does_not_hold_up_others(jane, microsoft, key, bot):
    free = asyncio.Event()
    microsoft.faults.append(Fault(201, body={"id": "late"}, until=free))
    await jane.send(jane.activity(text="nobody listens"), settle=False)
    await microsoft.reached(lambda: microsoft.calls == 1)
    john = TeamsPerson(bot.url, microsoft, key, who="29:john")

    assert (await john.send(john.activity(text="nobody listens"), settle=False))[0] == 200
    await microsoft.reached(lambda: len(microsoft.posted) == 1)

    free.set()
    await microsoft.settle()
    assert microsoft.calls == 2
