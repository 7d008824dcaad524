"""People on Teams: they write, press and install, and a real token goes with each activity."""

import itertools
from typing import Any

import aiohttp

from tests.integration.teams.standin import BOT, TENANT, Microsoft, StandInSigningKey

CHANNEL = "19:channel@thread.tacv2"
TEAM = "19:team@thread.tacv2"
CHAT = "19:chat@unq.gbl.spaces"
JANE = "29:jane"
RIGHT = ""  # the token that Teams would send
_numbers = itertools.count(1)


class TeamsPerson:
    """Somebody in a conversation of one scope.

    Parameters
    ----------
    url
        Where the bot takes messages.
    """

    def __init__(
        self, url: str, microsoft: Microsoft, key: StandInSigningKey, scope: str = "personal", who: str = JANE
    ):
        self.url = url
        self.microsoft = microsoft
        self.key = key
        self.scope = scope
        self.who = who

    @property
    def conversation(self) -> dict[str, Any]:
        identity = {"personal": f"a:{self.who}", "groupChat": CHAT, "channel": f"{CHANNEL};messageid=17"}[self.scope]
        return {"id": identity, "conversationType": self.scope, "tenantId": TENANT, "isGroup": self.scope != "personal"}

    def activity(self, **changed: Any) -> dict[str, Any]:
        data: dict[str, Any] = {"tenant": {"id": TENANT}}
        if self.scope == "channel":
            data |= {"team": {"id": TEAM}, "channel": {"id": CHANNEL}}
        base = {
            "type": "message",
            "id": f"activity-{next(_numbers)}",
            "channelId": "msteams",
            "serviceUrl": self.microsoft.service_url,
            "from": {"id": self.who, "name": "Jane Doe", "aadObjectId": "aad"},
            "recipient": {"id": BOT, "name": "Small Steps"},
            "conversation": self.conversation,
            "channelData": data,
            "locale": "en-GB",
            "localTimezone": "Europe/London",
            "timestamp": "2026-03-01T10:00:00.000Z",
        }
        return base | changed

    async def send(
        self, activity: Any, token: str | None = RIGHT, *, settle: bool = True, **headers: str
    ) -> tuple[int, Any]:
        """Send an activity; unless told otherwise, come back when all that it set going is done."""
        if token is RIGHT:
            token = self.key.token(self.microsoft.service_url)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body = {"data": activity} if isinstance(activity, bytes) else {"json": activity}
        async with aiohttp.ClientSession() as session, session.post(self.url, headers=headers, **body) as answer:
            taken = answer.status, await answer.json() if "json" in answer.content_type else await answer.text()
        if settle:
            await self.microsoft.settle()
        return taken

    async def write(self, text: str | None, **changed: Any) -> tuple[int, Any]:
        if self.scope != "personal" and text is not None:
            mention = {
                "type": "mention",
                "mentioned": {"id": BOT, "name": "Small Steps"},
                "text": "<at>Small Steps</at>",
            }
            changed.setdefault("entities", [mention])
            text = f"<at>Small Steps</at> {text}"
        return await self.send(self.activity(text=text, textFormat="plain", **changed))

    async def invoke(self, name: str, value: Any, **changed: Any) -> tuple[int, Any]:
        return await self.send(self.activity(type="invoke", name=name, value=value, **changed))

    async def press(self, card: dict[str, Any], action: str, number: int = 0, **inputs: Any) -> dict[str, Any]:
        buttons = [one for one in card["actions"] if one.get("data", {}).get("action") == action]
        return await self.execute(buttons[number]["data"] | inputs)

    async def execute(self, data: dict[str, Any]) -> dict[str, Any]:
        pressed = {"type": "Action.Execute", "verb": "steps", "data": data}
        status, answer = await self.invoke("adaptiveCard/action", {"action": pressed, "trigger": "manual"})
        assert status == 200, answer
        return answer
