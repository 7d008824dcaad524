"""What `small-steps doctor` says about Teams, by asking strict stand-ins."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest

from bot.platforms.teams import doctor as checking
from tests.integration.teams.standin import APP_ID, SECRET, TENANT, Fault, Microsoft, Rerouted
from tests.integration.test_doctor import lines
from tests.setup_pages import read_shown

Doctor = Callable[..., Awaitable[CompletedProcess[str]]]


@pytest.fixture
def doctor(
    run, model_read_once: None, microsoft: Microsoft, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Doctor:
    """Run the command while the stand-ins answer; the secret may never be seen."""
    monkeypatch.setattr("requests.Session", lambda: Rerouted(microsoft.origin))

    async def look(*arguments: str, **environment: str) -> CompletedProcess[str]:
        base = {
            "SMALL_STEPS_PORT": "0",
            "SMALL_STEPS_DATABASE_URL": sqlite_url,
            "SMALL_STEPS_TEAMS_APP_ID": APP_ID,
            "SMALL_STEPS_TEAMS_APP_SECRET": SECRET,
            "SMALL_STEPS_TEAMS_TENANT_ID": TENANT,
            "SMALL_STEPS_TEAMS_OPENID_URL": f"{microsoft.origin}/openid",
        }
        done = await asyncio.to_thread(run, "doctor", *arguments, **(base | environment))
        assert SECRET not in done.stdout
        assert "hunter2" not in done.stdout
        assert done.stderr == ""
        return done

    return look


async def test_microsoft_is_asked_for_a_token_and_its_keys(doctor: Doctor, microsoft: Microsoft):
    done = await doctor()

    assert done.returncode == 0, done.stdout
    assert (microsoft.tokens, microsoft.keys_fetched, microsoft.calls) == (1, 1, 0)
    assert [line.split(maxsplit=2)[2] for line in lines(done, "ok") if line.split()[1] == "Teams"] == [
        "on: app id and secret set",
        "Microsoft gives the bot a token to answer with",
        "Microsoft's keys can be read (1), by which requests are checked",
    ]
    assert "agrees with that of Microsoft" in done.stdout


async def test_offline_microsoft_is_not_asked(doctor: Doctor, microsoft: Microsoft):
    done = await doctor("--offline")

    assert done.returncode == 0, done.stdout
    assert (microsoft.tokens, microsoft.keys_fetched) == (0, 0)


async def test_a_wrong_secret_is_told_with_microsofts_reason(doctor: Doctor):
    done = await doctor(SMALL_STEPS_TEAMS_APP_SECRET="hunter2")

    assert done.returncode == 1
    [wrong] = lines(done, "wrong")
    assert "AADSTS7000215: Invalid client secret provided" in wrong
    assert "SMALL_STEPS_TEAMS_APP_SECRET" in wrong


@pytest.mark.parametrize("fault", [Fault(503), Fault(200, body="<h1>Sign in to the proxy</h1>")], ids=["503", "html"])
async def test_keys_that_cannot_be_read_are_told(doctor: Doctor, microsoft: Microsoft, fault: Fault):
    microsoft.keys_fault = fault

    done = await doctor()

    [wrong] = lines(done, "wrong")
    assert "keys cannot be fetched" in wrong


async def test_a_microsoft_that_cannot_be_reached_is_one_sentence_a_question(doctor: Doctor, monkeypatch):
    monkeypatch.setattr("requests.Session", lambda: Rerouted("http://127.0.0.1:1"))

    done = await doctor(SMALL_STEPS_TEAMS_OPENID_URL="http://127.0.0.1:1/openid")

    assert done.returncode == 1
    assert len(lines(done, "wrong")) == 2
    assert "Traceback" not in done.stdout


async def test_a_clock_that_is_not_microsofts_is_told(doctor: Doctor, monkeypatch):
    monkeypatch.setattr(checking, "time", SimpleNamespace(time=lambda: time.time() - 400))

    done = await doctor()

    assert "seconds behind that of Microsoft" in "\n".join(lines(done, "wrong"))


async def test_half_a_configuration_is_wrong_once(doctor: Doctor):
    done = await doctor(SMALL_STEPS_TEAMS_TENANT_ID="")

    [wrong] = lines(done, "wrong")
    assert "SMALL_STEPS_TEAMS_TENANT_ID is not set" in wrong


async def test_without_an_app_id_it_is_for_trying_out(doctor: Doctor, microsoft: Microsoft):
    trying = {"APP_ID": "", "APP_SECRET": "", "TENANT_ID": "", "ANONYMOUS": "true"}

    done = await doctor(**{f"SMALL_STEPS_TEAMS_{name}": value for name, value in trying.items()})

    assert done.returncode == 0
    assert "unsigned activities from this machine are answered" in "\n".join(lines(done, "warning"))
    assert microsoft.keys_fetched == 0


async def test_the_page_shows_what_doctor_says(doctor: Doctor):
    """What somebody is to see in step 2 of the set-up is what they see."""
    printed = (await doctor()).stdout.splitlines()

    assert [line for line in read_shown("teams.md", "ok  ") if line not in printed] == []
