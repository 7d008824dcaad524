"""Requests of a Slack workspace for tests, signed and sent to the running bot."""

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


class RequestSender:
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

    async def send_event(self, event: Body, *, event_id: str = "", team: str = TEAM, **extra: Any) -> tuple[int, str]:
        headers = {k: extra.pop(k) for k in list(extra) if k.startswith("X-")}
        return await self.post(json.dumps(self.build_envelope(event, event_id, team) | extra).encode(), **headers)

    def build_envelope(self, event: Body, event_id: str = "", team: str = TEAM) -> Body:
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

    def build_message(
        self, text: str, *, person: str = ANN, channel: str = OURS, thread: str = "", **extra: Any
    ) -> Body:
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

    def build_mention(self, text: str, **options: Any) -> Body:
        event = self.build_message(f"<@{BOT_USER}> {text}", **options) | {"type": "app_mention"}
        event.pop("channel_type")
        return event

    async def send_command(
        self, text: str, *, channel: str = OURS, person: str = ANN, **extra: str
    ) -> tuple[int, str, str]:
        """Send `/steps`; return the status, the body and the number of the response URL."""
        url = self.slack.issue_response_url()
        form = {
            "command": "/steps",
            "text": text,
            "team_id": TEAM,
            "user_id": person,
            "channel_id": channel,
            "channel_name": "ours",
            "response_url": url,
            "trigger_id": self.slack.issue_trigger(),
            "api_app_id": "A0APP",
            **extra,
        }
        body = urllib.parse.urlencode(form).encode()
        status, text = await self.post(body, "application/x-www-form-urlencoded")
        return status, text, url.rpartition("/")[2]

    async def send_interaction(self, payload: Body) -> tuple[int, str]:
        body = {
            "team": {"id": TEAM, "domain": "nhs"},
            "api_app_id": "A0APP",
            "user": {"id": ANN, "team_id": TEAM},
            **payload,
        }
        body.setdefault("trigger_id", self.slack.issue_trigger())
        encoded = urllib.parse.urlencode({"payload": json.dumps(body)}).encode()
        return await self.post(encoded, "application/x-www-form-urlencoded")

    async def press_element(self, element: Body, **where: Any) -> tuple[int, str]:
        """Send the action of an element that the bot posted."""
        action = {"action_id": element["action_id"], "type": element["type"], "block_id": "b", "action_ts": self.ts()}
        if "value" in element:
            action["value"] = element["value"]
        if "selected_option" in element:
            action["selected_option"] = element["selected_option"]
        return await self.send_interaction({"type": "block_actions", "actions": [action], **where})

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
            "response_url": self.slack.issue_response_url(),
        }

    def on_ephemeral(self, channel: str = OURS, person: str = ANN) -> Body:
        return {
            "user": {"id": person, "team_id": TEAM},
            "container": {"type": "message", "message_ts": self.ts(), "channel_id": channel, "is_ephemeral": True},
            "channel": {"id": channel, "name": "ours"},
            "response_url": self.slack.issue_response_url(),
        }

    def on_view(self, view_id: str, kind: str = "modal") -> Body:
        return {"container": {"type": "view", "view_id": view_id}, "view": {"id": view_id, "type": kind}}


def find_elements(blocks: list[Body]) -> list[Body]:
    """Return every interactive element of blocks."""
    return [e for block in blocks if block["type"] in ("actions", "context_actions") for e in block["elements"]]


def find_button(blocks: list[Body], name: str) -> Body:
    """Return the button with an action or a label."""
    for element in find_elements(blocks):
        if element["action_id"].split(":")[1] == name or element.get("text", {}).get("text") == name:
            return element
    raise AssertionError(f"no button {name} among {[e['action_id'] for e in find_elements(blocks)]}")


def collect_text(blocks: list[Body]) -> str:
    """Return every text of blocks, as one string; a number that stays on one line is read as it is dialled."""
    found: list[str] = []

    def collect(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    collect(blocks)
    return " ".join(found).replace("\u00a0", " ")
