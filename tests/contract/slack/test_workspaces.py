"""Many workspaces: installing, tokens at rest, their renewal, and leaving."""

import asyncio
import logging
import os
import time
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from bot.app import build_app
from bot.diagnostics import OperatorError
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.install.workspace_memory import WorkspaceMemory
from bot.platforms.slack.transport.bolt_app import build_connection
from bot.platforms.slack.transport.deduplication import DeduplicationMiddleware
from bot.settings import Settings
from bot.store.database import open_engine
from bot.store.slack import SlackEvents
from tests.contract.slack.fake_slack import TOKEN, FakeSlack, OAuthGrant
from tests.contract.slack.workspace import DIRECT, OURS, RequestSender

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PUBLIC = "https://steps.example.nhs.uk"
MANY = {
    "slack_bot_token": None,
    "slack_client_id": "42.42",
    "slack_client_secret": "client-secret",
    "slack_token_keys": OLD,
    "public_url": PUBLIC,
}


async def begin(sender: RequestSender) -> tuple[str, str]:
    """Open the page that begins an installation; returns the state and its cookie."""
    async with sender.session.get(sender.url + "/slack/install") as page:
        assert page.status == 200
        html = await page.text()
        cookie = SimpleCookie(page.headers["Set-Cookie"])
    address = html.partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")
    query = parse_qs(urlsplit(address).query)
    assert query["redirect_uri"] == [PUBLIC + "/slack/oauth_redirect"]
    assert query["client_id"] == ["42.42"]
    assert "chat:write" in query["scope"][0]
    ((name, morsel),) = cookie.items()
    assert morsel["httponly"]
    assert morsel["secure"]
    return query["state"][0], f"{name}={morsel.value}"


async def finish(sender: RequestSender, state: str, cookie: str, code: str = "code") -> tuple[int, str]:
    """Come back from Slack."""
    address = f"{sender.url}/slack/oauth_redirect"
    headers = {"Cookie": cookie} if cookie else {}
    async with sender.session.get(address, params={"state": state, "code": code}, headers=headers) as page:
        return page.status, await page.text()


async def install(sender: RequestSender, slack: FakeSlack, installed: OAuthGrant) -> None:
    slack.codes["code"] = installed
    status, page = await finish(sender, *await begin(sender))
    assert status == 200
    assert "It is installed" in page


def was_answered(slack: FakeSlack) -> bool:
    """Return whether a question in the direct messages was answered, beside the welcome for whoever installed it."""
    return any(one["text"].startswith("Listening") for one in slack.list_posts(DIRECT))


async def test_a_workspace_installs_and_is_answered_with_its_own_token(start, slack: FakeSlack):
    """OAuth from the first page to the first answer; each workspace has its own token."""
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        await install(sender, slack, OAuthGrant("T0TWO", "xoxb-two"))
        await sender.send_event(sender.build_mention("listening"), team="T0ONE")
        await slack.wait_until(lambda: slack.list_posts(OURS))
        slack.tokens.pop("xoxb-one")
        await sender.send_event(sender.build_mention("listening"), team="T0TWO")
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
        asked = [method for method, _ in slack.calls].count("auth.test")
    assert asked == 2  # once an installation, never for an event


async def test_a_state_is_good_once_in_one_browser(start, slack: FakeSlack):
    """Without its cookie, used before, or made up, a state installs nothing."""
    async with start(**MANY) as sender:
        state, cookie = await begin(sender)
        slack.codes["code"] = OAuthGrant("T0ONE", "xoxb-one")
        assert (await finish(sender, state, ""))[0] == 400
        assert (await finish(sender, "made-up", cookie))[0] == 400
        assert (await finish(sender, state, cookie))[0] == 200
        status, page = await finish(sender, state, cookie)
    assert status == 401
    assert "Please begin again" in page


async def test_who_declines_or_comes_with_a_bad_code_is_told_so(start, slack: FakeSlack):
    async with start(**MANY) as sender:
        async with sender.session.get(sender.url + "/slack/oauth_redirect?error=access_denied") as page:
            assert "You chose not to install" in await page.text()
        status, text_ = await finish(sender, *await begin(sender), code="<script>")
    assert status == 401
    assert "<script>" not in text_


async def test_tokens_lie_sealed_and_keys_rotate(start, slack: FakeSlack, settings: Settings):
    """No token stands in the database in clear; with a new key first everything is sealed again."""
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
    assert "xoxb" not in await dump(settings)
    async with start(**MANY | {"slack_token_keys": f"{NEW},{OLD}"}):
        pass
    async with start(**MANY | {"slack_token_keys": NEW}) as sender:
        await sender.send_event(sender.build_mention("listening"), team="T0ONE")
        await slack.wait_until(lambda: slack.list_posts(OURS))


async def test_a_lost_key_is_said_to_the_operators(start, slack: FakeSlack, caplog):
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
    async with start(**MANY | {"slack_token_keys": NEW}) as sender:
        status, _ = await sender.send_event(sender.build_mention("listening"), team="T0ONE")
    assert status == 200
    assert "cannot be read with the keys" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_token_is_renewed_once_before_it_runs_out(start, slack: FakeSlack):
    """Events that arrive together renew it once, for a refresh token is good once."""
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-first", refresh="xoxe-1", expires_in=60))
        slack.refreshes["xoxe-1"] = OAuthGrant("T0ONE", "xoxb-second", refresh="xoxe-2", expires_in=43_200)
        slack.tokens.pop("xoxb-first")
        for _ in range(3):
            await sender.send_event(sender.build_mention("listening"), team="T0ONE")
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 3)
    grants = [call.get("grant_type") for call in slack.list_calls("oauth.v2.access")]
    assert grants.count("refresh_token") == 1


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("lasts", [60, 1], ids=["still good", "run out"])
async def test_of_two_replicas_one_renews_a_token(
    start, slack: FakeSlack, request: pytest.FixtureRequest, database: str, lasts: int
):
    """Whatever asks at the same moment on either, a refresh token is used once, and everybody is answered."""
    shared = {} if database == "sqlite" else {"database_url": request.getfixturevalue("postgres_url")}
    async with start(**MANY | shared) as one, start(**MANY | shared) as other:
        await install(one, slack, OAuthGrant("T0ONE", "xoxb-first", refresh="xoxe-1", expires_in=lasts))
        slack.refreshes["xoxe-1"] = OAuthGrant("T0ONE", "xoxb-second", refresh="xoxe-2", expires_in=43_200)
        if lasts == 1:
            await asyncio.sleep(1.1)
            slack.tokens.pop("xoxb-first")
        slack.delay = 0.3  # long enough for both to see the token that runs out
        asked = [(sender, f"Ev{name}{n}") for name, sender in enumerate((one, other)) for n in range(3)]
        await asyncio.gather(
            *(s.send_event(s.build_mention("listening"), event_id=id_, team="T0ONE") for s, id_ in asked)
        )
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 6)
    grants = [call.get("grant_type") for call in slack.list_calls("oauth.v2.access")]
    assert grants.count("refresh_token") == 1
    assert not slack.refused


async def test_while_a_token_cannot_be_renewed_the_old_one_serves(start, slack: FakeSlack, caplog):
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-first", refresh="xoxe-1", expires_in=60))
        await sender.send_event(sender.build_mention("listening"), team="T0ONE")
        await slack.wait_until(lambda: slack.list_posts(OURS))
    assert "could not be renewed yet" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}],
    ids=str,
)
async def test_leaving_removes_what_belongs_to_the_workspace(start, slack: FakeSlack, settings: Settings, event: dict):
    """Its tokens, its threads and what its places have seen go; another workspace keeps its own."""
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        await install(sender, slack, OAuthGrant("T0TWO", "xoxb-two"))
        for number, team in enumerate(("T0ONE", "T0TWO"), 1):
            await sender.send_event(sender.build_mention("listening"), team=team)
            await slack.wait_until(lambda n=number: len(slack.list_posts(OURS)) == n)
        await slack.wait_until(lambda: len(slack.list_posts(DIRECT)) == 2)  # who installed it was greeted in each
        await sender.send_event(event, team="T0ONE", event_time=int(time.time()) + 5)
        await sender.send_event(sender.build_mention("listening"), team="T0ONE")
        await sender.send_event(sender.build_mention("listening"), team="T0TWO")
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 3)
    assert "T0ONE" not in await dump(settings)
    assert "T0TWO" in await dump(settings)


async def test_a_late_word_about_an_earlier_installation_removes_nothing(start, slack: FakeSlack):
    """Who took the bot out and put it back again keeps it, though Slack repeats the first."""
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        await sender.send_event({"type": "app_uninstalled"}, team="T0ONE", event_time=int(time.time()) - 600)
        await sender.send_event(sender.build_message("listening", channel=DIRECT), team="T0ONE")
        await slack.wait_until(lambda: was_answered(slack))


async def test_persons_tokens_that_are_revoked_remove_nothing(start, slack: FakeSlack):
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        await sender.send_event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, team="T0ONE")
        await sender.send_event(sender.build_message("listening", channel=DIRECT), team="T0ONE")
        await slack.wait_until(lambda: was_answered(slack))


async def test_a_removal_that_fails_is_tried_again(start, slack: FakeSlack, settings: Settings):
    """The event is not acknowledged until everything is gone."""
    async with start(**MANY) as sender, build_app(settings) as app:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        for wanted, rename in ((503, "threads RENAME TO away"), (200, "")):
            async with app.engine.begin() as connection:
                statement = f"slack_{rename}" if rename else "away RENAME TO slack_threads"
                await connection.exec_driver_sql(f"ALTER TABLE {statement}")
            left = {"event_id": "Ev1", "team": "T0ONE", "event_time": int(time.time()) + 5}
            assert (await sender.send_event({"type": "app_uninstalled"}, **left))[0] == wanted


async def test_while_installations_cannot_be_read_a_request_waits(start, slack: FakeSlack, settings: Settings):
    """An event whose workspace could not be looked up is not lost: it is acknowledged, and answered later."""
    async with start(**MANY) as sender, build_app(settings) as app:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        event = sender.build_mention("listening")
        async with app.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE slack_installations RENAME TO away"))
        assert (await sender.send_event(event, event_id="Ev1", team="T0ONE"))[0] == 200
        async with app.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO slack_installations"))
        await slack.wait_until(lambda: slack.list_posts(OURS))


async def test_the_single_workspace_is_forgotten_too(sender: RequestSender, slack: FakeSlack, settings: Settings):
    await sender.send_event(sender.build_mention("listening"))
    await slack.wait_until(lambda: slack.list_posts(OURS))

    await sender.send_event({"type": "app_uninstalled"})

    assert "slack_threads (" not in await dump(settings)
    assert "answers (" not in await dump(settings)


async def test_a_workspace_that_never_installed_is_answered_politely(start, slack: FakeSlack):
    async with start(**MANY) as sender:
        status, _, _ = await sender.send_command("listening", team_id="T0STRANGER")
        await slack.wait_until(lambda: slack.responses)
    assert status == 200
    assert "no longer installed here" in slack.responses[0][1]["text"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"slack_signing_secret": None},
            "SMALL_STEPS_SLACK_APP_TOKEN (Socket Mode) or SMALL_STEPS_SLACK_SIGNING_SECRET",
        ),
        ({"slack_bot_token": None}, "SMALL_STEPS_SLACK_BOT_TOKEN is missing"),
        (MANY | {"slack_token_keys": None}, "SMALL_STEPS_SLACK_TOKEN_KEYS is missing"),
        (MANY | {"slack_token_keys": f"{NEW},short"}, "Key 2 in SMALL_STEPS_SLACK_TOKEN_KEYS is not a Fernet key"),
    ],
    ids=["no way", "no token", "no key", "bad key"],
)
async def test_what_is_set_in_part_is_one_sentence(start, given: dict, says: str):
    with pytest.raises(OperatorError) as caught:
        async with start(**given):
            pass
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_the_settings_alone_decide_whatever_bolt_finds_in_the_environment(
    start, slack: FakeSlack, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog
):
    """With a client id that is not ours in the environment, one workspace is served as before, without OAuth."""
    foreign = {
        "SLACK_CLIENT_ID": "1.1",
        "SLACK_CLIENT_SECRET": "not-ours",
        "SLACK_BOT_TOKEN": "xoxb-not-ours",
        "SLACK_SIGNING_SECRET": "not-ours",
        "SLACK_SCOPES": "admin",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    caplog.set_level("INFO")
    async with start() as sender:
        await sender.send_event(sender.build_mention("listening"))
        await slack.wait_until(lambda: slack.list_posts(OURS))
        async with sender.session.get(sender.url + "/slack/install") as page:
            assert page.status == 404
    given = settings.model_copy(update={"slack_bot_token": SecretStr(TOKEN)})
    logger, engine = logging.getLogger("test"), open_engine(given.database_url.get_secret_value())
    clients, deduplication = WebClientFactory(f"{slack.url}/api/", logger), DeduplicationMiddleware(SlackEvents(engine))
    made = build_connection(
        "socket",
        settings=given,
        engine=engine,
        clients=clients,
        deduplication=deduplication,
        memory=WorkspaceMemory(),
        logger=logger,
    )
    assert made.app.oauth_flow is None
    assert "OAuth" not in caplog.text
    assert {name: os.environ[name] for name in foreign} == foreign  # and the environment is left as it was


async def test_with_nothing_set_slack_is_off(start):
    async with (
        start(slack_bot_token=None, slack_signing_secret=None) as sender,
        sender.session.post(sender.url + "/slack/events") as answer,
    ):
        assert answer.status == 404


async def dump(settings: Settings) -> str:
    """Read the whole database as text."""
    found = []
    async with build_app(settings) as app, app.engine.connect() as connection:
        names = (await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        for name in names:
            rows = (await connection.execute(text(f"SELECT * FROM {name}"))).all()  # noqa: S608 – names from the database itself
            found += [f"{name} {tuple(row)}" for row in rows if name != "slack_events"]
    return "\n".join(found)
