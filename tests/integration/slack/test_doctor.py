"""What `small-steps doctor` says about Slack, by asking a strict stand-in."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet

from bot.platforms.slack import doctor as slack_doctor
from tests.contract.slack.fake_slack import APP_TOKEN, TOKEN, FakeSlack
from tests.integration.test_doctor import lines
from tests.setup_pages import read_shown

Doctor = Callable[..., Awaitable[CompletedProcess[str]]]
KEY = Fernet.generate_key().decode()
MANY = {
    "SMALL_STEPS_SLACK_CLIENT_ID": "42.42",
    "SMALL_STEPS_SLACK_CLIENT_SECRET": "client-secret",
    "SMALL_STEPS_SLACK_SIGNING_SECRET": "signing-secret",
    "SMALL_STEPS_SLACK_TOKEN_KEYS": KEY,
    "SMALL_STEPS_PUBLIC_URL": "https://steps.example.nhs.uk",
}
ONE = {"SMALL_STEPS_SLACK_BOT_TOKEN": TOKEN, "SMALL_STEPS_SLACK_APP_TOKEN": APP_TOKEN}
SECRETS = (TOKEN, APP_TOKEN, KEY, "client-secret", "signing-secret", "xapp-other", "xoxb-other")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
def doctor(run, model_read_once: None, slack: FakeSlack, sqlite_url: str) -> Doctor:
    """Run the command while the stand-in answers; no secret may ever be seen."""

    async def look(*arguments: str, **environment: str) -> CompletedProcess[str]:
        base = {
            "SMALL_STEPS_PORT": "0",
            "SMALL_STEPS_DATABASE_URL": sqlite_url,
            "SMALL_STEPS_SLACK_API_URL": f"{slack.url}/api/",
        }
        done = await asyncio.to_thread(run, "doctor", *arguments, **(base | environment))
        assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
        assert done.stderr == ""
        return done

    return look


def slack_lines(done: CompletedProcess[str], state: str) -> list[str]:
    return [line.split(maxsplit=2)[2] for line in lines(done, state) if line.split()[1] == "Slack"]


async def test_a_workspace_over_socket_mode_is_asked_for_all_that_it_needs(doctor: Doctor, slack: FakeSlack):
    done = await doctor(**ONE)

    assert done.returncode == 0, done.stdout
    assert slack_lines(done, "ok") == [
        "on: one workspace, Socket Mode",
        "takes the bot's token, in the workspace T0NHS",
        "the token has every scope of the manifest",
        "the app-level token may open a connection (Socket Mode)",
    ]
    assert "ok       Clock      agrees with that of Slack" in done.stdout
    assert [method for method, _ in slack.calls] == ["auth.test"]
    assert slack.sockets == []


async def test_a_missing_scope_is_named(doctor: Doctor, slack: FakeSlack):
    slack.tokens[TOKEN].scopes -= {"chat:write", "im:history"}

    done = await doctor(**ONE)

    assert done.returncode == 1
    first, second = slack_lines(done, "wrong")
    assert "lacks the scope chat:write. Update it from `small-steps manifest slack`" in first
    assert "lacks the scope im:history" in second


async def test_an_optional_scope_that_was_left_out_is_named_and_nothing_is_wrong(doctor: Doctor, slack: FakeSlack):
    slack.tokens[TOKEN].scopes -= {"users:read", "groups:read"}

    done = await doctor(**ONE)

    assert done.returncode == 0
    left_out = [line for line in slack_lines(done, "ok") if "left out the optional scope" in line]
    assert ["users:read" in left_out[0], "groups:read" in left_out[1]] == [True, True]


async def test_a_revoked_token_is_wrong(doctor: Doctor, slack: FakeSlack):
    slack.tokens[TOKEN].revoked = True

    done = await doctor(SMALL_STEPS_SLACK_BOT_TOKEN=TOKEN, SMALL_STEPS_SLACK_SIGNING_SECRET="signing-secret")

    assert done.returncode == 1
    [wrong] = slack_lines(done, "wrong")
    assert wrong.startswith("Slack refuses the bot's token (token_revoked). Install the app in the workspace again")


async def test_an_app_token_that_opens_nothing_is_wrong(doctor: Doctor):
    done = await doctor(SMALL_STEPS_SLACK_BOT_TOKEN=TOKEN, SMALL_STEPS_SLACK_APP_TOKEN="xapp-other")

    assert done.returncode == 1
    [wrong] = slack_lines(done, "wrong")
    assert "(invalid_auth)" in wrong
    assert "connections:write" in wrong


async def test_tokens_that_were_mixed_up_are_told_even_offline(doctor: Doctor, slack: FakeSlack):
    done = await doctor("--offline", SMALL_STEPS_SLACK_BOT_TOKEN=APP_TOKEN, SMALL_STEPS_SLACK_APP_TOKEN=TOKEN)

    assert done.returncode == 0
    assert [line.split()[0] for line in slack_lines(done, "warning")] == list(ONE)
    assert (slack.calls, slack.refused) == ([], [])


async def test_half_a_configuration_is_wrong_once(doctor: Doctor):
    done = await doctor(SMALL_STEPS_SLACK_BOT_TOKEN=TOKEN)

    assert len(lines(done, "wrong")) == 1
    assert "SMALL_STEPS_SLACK_APP_TOKEN (Socket Mode) or SMALL_STEPS_SLACK_SIGNING_SECRET" in done.stdout


async def test_a_slack_that_cannot_be_reached_is_one_sentence_a_question(doctor: Doctor):
    done = await doctor(**ONE, SMALL_STEPS_SLACK_API_URL="http://127.0.0.1:1/api/")

    assert done.returncode == 1
    assert all("could not be reached" in line and "HTTPS_PROXY" in line for line in slack_lines(done, "wrong"))
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("fault", "says"), [("hang", "TimeoutError"), ("html", "HTTP 503"), ("500", "internal_error"), ("drop", "reached")]
)
async def test_a_slack_that_fails_is_not_waited_for(doctor: Doctor, slack: FakeSlack, monkeypatch, fault, says):
    monkeypatch.setattr(slack_doctor, "PATIENCE", 2.0)
    slack.fail_next("auth.test", fault)

    done = await doctor(**ONE)

    [wrong] = slack_lines(done, "wrong")
    assert says in wrong


@pytest.mark.parametrize(("by", "state"), [(100, "warning"), (-100, "warning"), (400, "wrong")])
async def test_a_clock_that_is_not_slacks_is_told(doctor: Doctor, monkeypatch, by, state):
    monkeypatch.setattr(slack_doctor, "time", SimpleNamespace(time=lambda: time.time() + by))

    done = await doctor(**ONE)

    assert f"seconds {'ahead' if by > 0 else 'behind'} that of Slack" in "\n".join(lines(done, state))


async def test_for_many_workspaces_the_client_and_the_keys_are_tried(doctor: Doctor, slack: FakeSlack):
    done = await doctor(**MANY)

    assert done.returncode == 0, done.stdout
    assert "workspaces that have installed the bot: 0" in done.stdout
    assert any("takes the client id with its secret" in line for line in slack_lines(done, "ok"))


async def test_a_wrong_client_secret_is_told(doctor: Doctor):
    done = await doctor(**(MANY | {"SMALL_STEPS_SLACK_CLIENT_SECRET": "xoxb-other"}))

    [wrong] = slack_lines(done, "wrong")
    assert "(bad_client_secret)" in wrong


async def test_a_key_that_is_none_is_told_and_how_to_make_one(doctor: Doctor):
    done = await doctor(**(MANY | {"SMALL_STEPS_SLACK_TOKEN_KEYS": f"{KEY},short"}))

    [wrong] = slack_lines(done, "wrong")
    assert "Key 2 in SMALL_STEPS_SLACK_TOKEN_KEYS is not a Fernet key" in wrong


async def test_tokens_that_no_key_opens_are_told(doctor: Doctor, sqlite_url: str):
    lost = Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "INSERT INTO slack_installations (enterprise, team, sealed, at) VALUES ('', 'T0LOST', ?, ?)",
            (lost, "2026-01-01 00:00:00"),
        )
    connection.close()

    done = await doctor(**MANY)

    [wrong] = slack_lines(done, "wrong")
    assert "The tokens of the Slack workspace T0LOST cannot be read" in wrong


async def test_the_page_shows_what_doctor_says(doctor: Doctor):
    """What somebody is to see in step 5 of the set-up is what they see; only the workspace has another name."""
    printed = (await doctor(**ONE)).stdout.splitlines()

    for line in read_shown("slack.md", "ok  "):
        assert line.replace("Your Workspace", "T0NHS") in printed
