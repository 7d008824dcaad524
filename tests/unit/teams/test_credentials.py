"""One token for its lifetime, by secret and by managed identity."""

import asyncio
import json

import pytest

from bot.diagnostics import OperatorError
from bot.platforms.teams.transport.credentials import Credentials, NoCredentials, build_identity_source


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class FakeSource:
    def __init__(self, *answers):
        self.asked = 0
        self.answers = list(answers)

    def __call__(self):
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else {"access_token": f"token-{self.asked}", "expires_in": 3600}
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_token_is_used_until_shortly_before_its_end():
    clock, source = Clock(), FakeSource()
    credentials = Credentials(source, clock)

    assert await credentials.token() == "token-1"
    clock.now += 3200
    assert await credentials.token() == "token-1"
    clock.now += 200
    assert await credentials.token() == "token-2"


async def test_many_at_once_ask_once():
    source = FakeSource()
    credentials = Credentials(source)

    assert set(await asyncio.gather(*(credentials.token() for _ in range(20)))) == {"token-1"}
    assert source.asked == 1


async def test_a_forgotten_token_is_fetched_again_and_an_older_one_forgets_nothing():
    source = FakeSource()
    credentials = Credentials(source)
    first = await credentials.token()

    credentials.drop_token(first)
    second = await credentials.token()
    credentials.drop_token(first)

    assert (first, second, await credentials.token()) == ("token-1", "token-2", "token-2")


@pytest.mark.parametrize(
    "refusal", [{"error": "invalid_client", "error_description": "no\nsuch"}, {}, OSError("no net")]
)
async def test_a_refusal_is_one_sentence_and_is_not_asked_for_over_and_over(refusal):
    clock, source = Clock(), FakeSource(refusal)
    credentials = Credentials(source, clock)

    for _ in range(3):
        with pytest.raises(OperatorError, match="SMALL_STEPS_TEAMS_APP_ID") as caught:
            await credentials.token()
        assert "\n" not in str(caught.value)
    assert source.asked == 1

    clock.now += 10
    assert await credentials.token() == "token-2"


async def test_without_an_app_id_there_is_no_token():
    assert await NoCredentials().token() == ""


class FakeIdentityEndpoint:
    """The metadata service that an Azure host offers to what runs on it."""

    def __init__(self):
        self.asked = []

    def get(self, url, params=None, headers=None, **_options):
        self.asked.append((url, params, headers))
        return FakeAnswer({"access_token": "from-azure", "expires_in": "3600", "resource": params["resource"]})

    def close(self):
        pass


class FakeAnswer:
    status_code = 200
    headers = {}  # noqa: RUF012 – as a response has it

    def __init__(self, body):
        self.text = json.dumps(body)


async def test_a_managed_identity_asks_the_host_and_needs_no_secret(monkeypatch):
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    endpoint = FakeIdentityEndpoint()

    token = await Credentials(build_identity_source("the-client-id", endpoint)).token()

    assert token == "from-azure"
    url, params, headers = endpoint.asked[0]
    assert url.startswith("http://169.254.169.254/")
    assert params["resource"] == "https://api.botframework.com"
    assert params["client_id"] == "the-client-id"
    assert headers["Metadata"] == "true"
