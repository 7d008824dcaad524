"""Socket Mode: the same bot over a connection that it opens itself."""

import asyncio

import pytest

from tests.contract.slack.fake_slack import APP_TOKEN, FakeSlack
from tests.contract.slack.workspace import ANN, OURS, TEAM, RequestSender


def envelope(payload: dict, kind: str = "events_api", number: int = 1) -> dict:
    return {"type": kind, "envelope_id": f"e{number}", "payload": payload, "accepts_response_payload": False}


async def test_an_event_is_acknowledged_and_answered(on_socket: RequestSender, slack: FakeSlack):
    await slack.send_envelope(envelope(on_socket.build_envelope(on_socket.build_mention("listening"))))

    await slack.wait_until(lambda: slack.list_posts(OURS))
    assert slack.acknowledged == [{"envelope_id": "e1"}]


async def test_an_event_that_is_sent_again_is_answered_once(start, slack: FakeSlack):
    async with start(slack_signing_secret=None, slack_app_token=APP_TOKEN) as on_socket:
        event = on_socket.build_envelope(on_socket.build_mention("listening"), "Ev1")
        for number in range(3):
            await slack.send_envelope(envelope(event, number=number))
        await slack.send_envelope(envelope(on_socket.build_envelope(on_socket.build_mention("tip")), number=9))
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2 and len(slack.acknowledged) == 4)
    assert len(slack.list_posts(OURS)) == 2


async def test_a_command_is_answered(on_socket: RequestSender, slack: FakeSlack):
    form = {"command": "/steps", "text": "listening", "team_id": TEAM, "user_id": ANN, "channel_id": OURS}
    url = {"response_url": slack.issue_response_url(), "trigger_id": slack.issue_trigger()}
    await slack.send_envelope(envelope(form | url, "slash_commands"))

    await slack.wait_until(lambda: slack.responses)
    assert slack.responses[0][1]["text"].startswith("Listening")


async def test_a_broken_connection_is_opened_again(on_socket: RequestSender, slack: FakeSlack):
    """Slack closes connections now and then, and says so before."""
    await slack.send_envelope({"type": "disconnect", "reason": "refresh_requested"})
    await slack.wait_until(lambda: len(slack.sockets) == 2)

    await slack.send_envelope(envelope(on_socket.build_envelope(on_socket.build_mention("listening"))))

    await slack.wait_until(lambda: slack.list_posts(OURS))


async def test_no_events_path_is_open(on_socket: RequestSender):
    """What is not needed is not there."""
    assert (await on_socket.post(b"{}"))[0] == 404


async def test_readiness_tells_whether_the_connection_stands(on_socket: RequestSender, slack: FakeSlack):
    await slack.wait_until(lambda: slack.sockets)
    for _ in range(1200):  # the tips are ready once they have looked for what is due
        async with on_socket.session.get(on_socket.url + "/readyz") as answer:
            told = await answer.json()
        if answer.status == 200:
            break
        assert "Slack" not in told
        await asyncio.sleep(0.1)
    assert told == {"status": "ok"}


async def test_a_slack_that_is_away_does_not_stop_the_server(
    start, slack: FakeSlack, caplog, monkeypatch: pytest.MonkeyPatch
):
    """The server starts, is not ready, and says why in one line."""
    monkeypatch.setattr("bot.platforms.slack.transport.socket_mode._PING_INTERVAL", 0.05)
    slack.app_tokens.clear()
    async with start(slack_signing_secret=None, slack_app_token="xapp-wrong") as sender:
        async with sender.session.get(sender.url + "/readyz") as answer:
            assert answer.status == 503
            assert (await answer.json())["Slack"] == "no connection to Slack"
        await slack.wait_until(
            lambda: "Slack opens no connection with the app-level token (invalid_auth)" in caplog.text
        )
        await slack.wait_until(
            lambda: slack.refused.count("apps.connections.open: invalid_auth") > 2
        )  # the SDK asks again
    assert "Traceback" not in caplog.text
    assert "Failed" not in caplog.text
    assert caplog.text.count("Slack opens no connection") == 1  # a minute
