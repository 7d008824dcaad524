"""Teams is on when it is configured, off when it is not, and refuses what would be half or unsafe."""

import pytest

from bot.conversation.conversation import Conversation
from bot.diagnostics import OperatorError
from bot.platforms.teams.component import build_teams
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.database import open_engine

APP_ID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
async def start(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")

    def start_with(**changed):
        return build_teams(Settings(**changed), engine, Conversation(None, None, Answers(engine), None, None))

    yield start_with
    await engine.dispose()


async def test_it_is_off_when_nothing_is_set(start):
    component = start()

    assert not component.on
    assert "SMALL_STEPS_TEAMS_APP_ID" in component.why


async def test_it_is_on_with_a_secret(start):
    component = start(teams_app_id=APP_ID, teams_app_secret="s", teams_tenant_id="t", host="0.0.0.0")  # noqa: S104

    assert component.on
    assert {(route.method, route.path) for route in component.routes} == {
        ("POST", "/api/messages"),
        ("GET", "/teams/about"),
    }
    assert component.ready() is None


async def test_it_is_on_with_a_managed_identity(start):
    assert start(teams_app_id=APP_ID, teams_managed_identity=True).on


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"teams_app_id": APP_ID}, "TEAMS_APP_SECRET"),
        ({"teams_app_id": APP_ID, "teams_app_secret": "s"}, "TEAMS_TENANT_ID"),
        ({"teams_app_secret": "s"}, "TEAMS_APP_ID"),
        ({"teams_tenant_id": "t"}, "TEAMS_APP_ID"),
        ({"teams_managed_identity": True}, "TEAMS_APP_ID"),
    ],
)
async def test_half_a_configuration_is_refused(start, changed, missing):
    with pytest.raises(OperatorError, match=f"SMALL_STEPS_{missing} is not set"):
        start(**changed)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "steps.example.nhs.uk", ""])  # noqa: S104
async def test_without_an_app_id_it_refuses_to_listen_on_a_network(start, host):
    with pytest.raises(OperatorError, match="anybody who reaches the bot could speak as Teams"):
        start(teams_anonymous=True, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_without_an_app_id_it_listens_on_this_machine_and_says_so(start, host):
    component = start(teams_anonymous=True, host=host)

    assert component.on
    assert "unsigned activities from this machine" in component.why


@pytest.mark.parametrize("app_id", ["x", "1111", f"{APP_ID}x"])
def test_an_app_id_that_is_none_is_refused(app_id):
    with pytest.raises(ValueError, match="teams_app_id"):
        Settings(teams_app_id=app_id)
