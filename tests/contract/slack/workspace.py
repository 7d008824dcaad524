"""A workspace for tests: signs and sends what Slack would send to the running bot."""

import itertools
import json
import time
import urllib.parse
from typing import Any

import aiohttp

from bot.platforms.slack.transport.signature import sign_body
from tests.contract.slack.fake_slack import BOT_USER, TEAM, FakeSlack

SECRET = "shhh"
ANN, BEN = "U0ANN", "U0BEN"
OURS, DIRECT = "C0OURS", "D0ANN"
Body = dict[str, Any]


class Sender:
    """Sends signed requests to the bot, as Slack does."""

    def __init__(self, url: str, slack: FakeSlack, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.slack = slack
        self.session = session
        self._numbers = itertools.count(1)

    async def post(
        self, body: bytes, content_type: str = "application/json", secret: str = SECRET, **headers: str
    ) -> tuple[int, str]:
        timestamp = headers.pop("timestamp", str(int(time.time())))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign_body(secret, timestamp, body),
            **headers,
        }
        async with self.session.post(self.url + "/slack/events", data=body, headers=signed) as answer:
            return answer.status, await answer.text()

    async def event(self, event: Body, *, event_id: str = "", team: str = TEAM, **extra: Any) -> tuple[int, str]:
        headers = {k: extra.pop(k) for k in list(extra) if k.startswith("X-")}
        return await self.post(json.dumps(self.envelope(event, event_id, team) | extra).encode(), **headers)

    def envelope(self, event: Body, event_id: str = "", team: str = TEAM) -> Body:
        return {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": "A0APP",
            "event_id": event_id or f"Ev{next(self._numbers):08}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
        }

    def ts(self) -> str:
        return f"{1_700_000_000 + next(self._numbers)}.000200"

    def said(self, text: str, *, person: str = ANN, channel: str = OURS, thread: str = "", **extra: Any) -> Body:
        kind = {"D": "im", "G": "group"}.get(channel[0], "channel")
        event = {
            "type": "message",
            "user": person,
            "text": text,
            "channel": channel,
            "ts": self.ts(),
            "channel_type": kind,
        }
        return event | ({"thread_ts": thread} if thread else {}) | extra

    def mention(self, text: str, **options: Any) -> Body:
        event = self.said(f"<@{BOT_USER}> {text}", **options) | {"type": "app_mention"}
        event.pop("channel_type")
        return event

    async def command(self, text: str, *, channel: str = OURS, person: str = ANN, **extra: str) -> tuple[int, str, str]:
        """Send /steps; returns the status, the body and the number of the response URL."""
        url = self.slack.response_url()
        form = {
            "command": "/steps",
            "text": text,
            "team_id": TEAM,
            "user_id": person,
            "channel_id": channel,
            "channel_name": "ours",
            "response_url": url,
            "trigger_id": self.slack.trigger(),
            "api_app_id": "A0APP",
            **extra,
        }
        body = urllib.parse.urlencode(form).encode()
        status, text = await self.post(body, "application/x-www-form-urlencoded")
        return status, text, url.rpartition("/")[2]

    async def interaction(self, payload: Body) -> tuple[int, str]:
        body = {
            "team": {"id": TEAM, "domain": "nhs"},
            "api_app_id": "A0APP",
            "user": {"id": ANN, "team_id": TEAM},
            **payload,
        }
        body.setdefault("trigger_id", self.slack.trigger())
        encoded = urllib.parse.urlencode({"payload": json.dumps(body)}).encode()
        return await self.post(encoded, "application/x-www-form-urlencoded")

    async def press(self, element: Body, **where: Any) -> tuple[int, str]:
        """Press a button that the bot sent."""
        action = {"action_id": element["action_id"], "type": element["type"], "block_id": "b", "action_ts": self.ts()}
        if "value" in element:
            action["value"] = element["value"]
        if "selected_option" in element:
            action["selected_option"] = element["selected_option"]
        return await self.interaction({"type": "block_actions", "actions": [action], **where})

    def on_message(self, channel: str, message: Body, person: str = ANN) -> Body:
        thread = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": False,
            **thread,
        }
        return {
            "user": {"id": person, "team_id": TEAM},
            "container": container,
            "channel": {"id": channel, "name": "ours"},
            "message": {"ts": message["ts"], **thread},
            "response_url": self.slack.response_url(),
        }

    def on_whisper(self, channel: str = OURS, person: str = ANN) -> Body:
        return {
            "user": {"id": person, "team_id": TEAM},
            "container": {"type": "message", "message_ts": self.ts(), "channel_id": channel, "is_ephemeral": True},
            "channel": {"id": channel, "name": "ours"},
            "response_url": self.slack.response_url(),
        }

    def on_view(self, view_id: str, kind: str = "modal") -> Body:
        return {"container": {"type": "view", "view_id": view_id}, "view": {"id": view_id, "type": kind}}


def elements(blocks: list[Body]) -> list[Body]:
    """List everything that can be pressed."""
    return [e for block in blocks if block["type"] in ("actions", "context_actions") for e in block["elements"]]


def button(blocks: list[Body], name: str) -> Body:
    """Find a button by its action or its label."""
    for element in elements(blocks):
        if element["action_id"].split(":")[1] == name or element.get("text", {}).get("text") == name:
            return element
    raise AssertionError(f"no button {name} among {[e['action_id'] for e in elements(blocks)]}")


def words(blocks: list[Body]) -> str:
    """Collect every word that blocks show."""
    found: list[str] = []

    def collect(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for value in part.values():
                collect(value)
        elif isinstance(part, list):
            for value in part:
                collect(value)

    collect(blocks)
    return " ".join(found)
