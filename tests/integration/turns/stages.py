"""Stages of dialogues: a Slack thread, direct messages, a Teams thread and chat, each by its own front door."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from bot.app import App, build_app
from bot.components import build_components
from bot.delivery.component import build_place_forgetter
from bot.message import Place
from bot.platforms.teams.service import TeamsService
from bot.platforms.teams.transport.credentials import Credentials, build_secret_source
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from tests.contract.slack.fake_slack import TEAM, TOKEN, FakeSlack
from tests.contract.slack.workspace import (
    ANN,
    BEN,
    DIRECT,
    OURS,
    SECRET,
    Body,
    RequestSender,
    collect_text,
    find_elements,
)
from tests.integration.teams import standin
from tests.integration.teams.conftest import listen, serve_teams
from tests.integration.teams.people import CHANNEL, TeamsPerson
from tests.integration.teams.standin import Microsoft, Rerouted, StandInSigningKey

CONTACT = "steps@trust.example"
_SILENT = 0.4  # seconds in which a reply that should not come would have come


@dataclass
class Seen:
    """What a person sees of one reply.

    Attributes
    ----------
    text
        Every word of it.
    buttons
        The labels of what can be pressed.
    private
        Whether one person of several sees it.
    """

    text: str
    buttons: list[str] = field(default_factory=list)
    private: bool = False


@dataclass
class Turn:
    """One thing that somebody does: says something, or presses a button of the last reply."""

    say: str = ""
    press: str = ""
    by: str = "ann"
    mention: bool = False
    replica: int = 1


class SlackStage:
    """A Slack workspace with one or two replicas of the bot."""

    def __init__(self, settings: Settings, slack: FakeSlack, *, direct: bool) -> None:
        self._settings, self._slack, self._direct = settings, slack, direct
        self._stacks: dict[int, AsyncExitStack] = {}
        self._senders: dict[int, RequestSender] = {}
        self._thread = ""
        self._numbers = itertools.count(1)  # of events, over restarts
        self.app: App | None = None

    async def _sender(self, replica: int) -> RequestSender:
        if replica not in self._senders:
            self._stacks[replica] = stack = AsyncExitStack()
            self._senders[replica] = await stack.enter_async_context(self._serve())
        return self._senders[replica]

    @asynccontextmanager
    async def _serve(self) -> AsyncIterator[RequestSender]:
        given = Settings(
            database_url=self._settings.database_url,
            slack_api_url=f"{self._slack.url}/api/",
            slack_bot_token=TOKEN,
            slack_signing_secret=SECRET,
            contact=CONTACT,
            keep_questions_days=self._settings.keep_questions_days,
        )
        async with build_app(given) as app:
            self.app = app
            application = server.create_application(build_components(app), lambda: check_database_ready(app.engine))
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                async with aiohttp.ClientSession() as session:
                    sender = RequestSender(f"http://127.0.0.1:{runner.addresses[0][1]}", self._slack, session)
                    sender._numbers = self._numbers  # Slack goes on counting while the bot restarts
                    yield sender
            finally:
                await runner.cleanup()

    async def restart(self) -> None:
        """Stop every replica; the next turn starts one."""
        for stack in self._stacks.values():
            await stack.aclose()
        self._stacks.clear()
        self._senders.clear()

    async def post_tip(self, theme: str) -> None:
        """Leave a daily tip in the channel, as the delivery does, with a thread under it."""
        await self._sender(1)
        assert self.app is not None
        place = Place("slack", TEAM, OURS)
        tip = await self.app.tips.prepare(place, datetime.now(UTC).date(), (theme,))
        await self.app.answers.record(tip.reply.answer, place, "tip", tip.reply.theme, tip.nudge)
        self._thread = f"{time.time():.6f}"

    async def play(self, turn: Turn, *, silent: bool) -> Seen | None:
        """Return what is seen of the reply to a turn; None for silence."""
        sender, before = await self._sender(turn.replica), len(self._list_seen())
        await (self._press(sender, turn) if turn.press else self._say(sender, turn))
        if silent:
            await asyncio.sleep(_SILENT)
        else:
            await self._slack.wait_until(lambda: len(self._list_seen()) > before, 20)
        return _join(self._list_seen()[before:])

    async def _say(self, sender: RequestSender, turn: Turn) -> None:
        person = {"ann": ANN, "ben": BEN}[turn.by]
        if self._direct:
            await sender.send_event(sender.build_message(turn.say, channel=DIRECT))
            return
        if not self._thread:
            first = sender.build_mention(turn.say, person=person)
            self._thread = first["ts"]
            await sender.send_event(first)
            return
        build = sender.build_mention if turn.mention else sender.build_message
        await sender.send_event(build(turn.say, person=person, thread=self._thread))

    async def _press(self, sender: RequestSender, turn: Turn) -> None:
        channel = DIRECT if self._direct else OURS
        message = self._slack.list_posts(channel)[-1]
        person = {"ann": ANN, "ben": BEN}[turn.by]
        for element in find_elements(message["blocks"]):
            if element.get("text", {}).get("text") == turn.press:
                await sender.press_element(element, **sender.on_message(channel, message, person))
                return
            for option in element.get("options", []):
                if option["text"]["text"] == turn.press:
                    pressed = {**element, "selected_option": {"value": option["value"]}}
                    await sender.press_element(pressed, **sender.on_message(channel, message, person))
                    return
        raise AssertionError(f"there is no button {turn.press}")

    def _list_seen(self) -> list[Seen]:
        shown = ("chat.postMessage", "chat.postEphemeral", "chat.update")
        return [
            _see_blocks(args, private=method == "chat.postEphemeral")
            for method, args in self._slack.calls
            if method in shown
        ]

    async def close(self) -> None:
        await self.restart()


def _join(seen: list[Seen]) -> Seen | None:
    """Return all that is seen after one turn; None for nothing."""
    if not seen:
        return None
    labels = [label for one in seen for label in one.buttons]
    return Seen(" ".join(one.text for one in seen), labels, any(one.private for one in seen))


def _see_blocks(args: Body, *, private: bool) -> Seen:
    labels = []
    for element in find_elements(args.get("blocks") or []):
        labels += [option["text"]["text"] for option in element.get("options", [])]
        labels += [element["text"]["text"]] if "text" in element else []
    return Seen(f"{args.get('text', '')} {collect_text(args.get('blocks') or [])}", labels, private)


class TeamsStage:
    """A conversation on Teams with one or two replicas of the bot."""

    def __init__(self, settings: Settings, microsoft: Microsoft, key: StandInSigningKey, *, scope: str) -> None:
        self._settings, self._microsoft, self._key, self._scope = settings, microsoft, key, scope
        self._stacks: dict[int, AsyncExitStack] = {}
        self._urls: dict[int, str] = {}
        self._queues: list[Any] = []
        self._card: dict[str, Any] | None = None  # that took the place of the one that was pressed
        self.app: App | None = None

    async def _url(self, replica: int) -> str:
        if replica not in self._urls:
            self._stacks[replica] = stack = AsyncExitStack()
            self._urls[replica] = await stack.enter_async_context(self._serve())
        return self._urls[replica]

    @asynccontextmanager
    async def _serve(self) -> AsyncIterator[str]:
        given = Settings(
            database_url=self._settings.database_url,
            teams_app_id=standin.APP_ID,
            teams_app_secret=standin.SECRET,
            teams_tenant_id=standin.TENANT,
            teams_service_urls=(self._microsoft.origin,),
            teams_openid_url=f"{self._microsoft.origin}/openid",
            contact=CONTACT,
            keep_questions_days=self._settings.keep_questions_days,
        )
        async with build_app(given) as app:
            self.app = app
            source = build_secret_source(
                standin.APP_ID, standin.SECRET, standin.TENANT, Rerouted(self._microsoft.origin)
            )
            teams = TeamsService(
                given, app.engine, app.conversation, Credentials(source), [build_place_forgetter(app.engine)]
            )
            self._microsoft.under_way.append(teams.queue.finish)
            async with serve_teams(teams) as url:
                yield url

    async def restart(self) -> None:
        """Stop every replica; the next turn starts one."""
        for stack in self._stacks.values():
            await stack.aclose()
        self._stacks.clear()
        self._urls.clear()
        self._microsoft.under_way.clear()

    async def post_tip(self, theme: str) -> None:
        """Leave a daily tip in the conversation, as the delivery does."""
        await self._url(1)
        assert self.app is not None
        place = Place("teams", standin.TENANT, CHANNEL)
        tip = await self.app.tips.prepare(place, datetime.now(UTC).date(), (theme,))
        await self.app.answers.record(tip.reply.answer, place, "tip", tip.reply.theme, tip.nudge)
        self._thread = str(int(time.time() * 1000))

    async def play(self, turn: Turn, *, silent: bool) -> Seen | None:
        """Return what is seen of the reply to a turn; None for silence."""
        person = _ThreadPerson(await self._url(turn.replica), self._microsoft, self._key, self._scope, f"29:{turn.by}")
        person.thread = getattr(self, "_thread", "")
        before = len(self._cards())
        if turn.press:
            return await self._press(person, turn)
        self._card = None
        status, _ = await person.write(turn.say)
        assert status in (200, 202)
        if silent:
            await asyncio.sleep(_SILENT)
        else:
            await self._microsoft.reached(lambda: len(self._cards()) > before, 20)
        await self._microsoft.settle()
        return _join(self._cards()[before:])

    async def _press(self, person: TeamsPerson, turn: Turn) -> Seen:
        posted = (one.card for one in reversed(self._microsoft.posted) if one.body.get("attachments"))
        card = self._card or next(posted)
        (button,) = [one for one in card["actions"] if one["title"] == turn.press]
        answer = await person.execute(button["data"])
        self._card = answer["value"]
        return _see_card(answer["value"], private=False)

    def _cards(self) -> list[Seen]:
        return [
            _see_card(posted.card, private=posted.targeted or "opened" in posted.path)
            for posted in self._microsoft.posted
            if posted.body.get("attachments")
        ]

    async def close(self) -> None:
        await self.restart()


class _ThreadPerson(TeamsPerson):
    """Somebody in a thread that was begun at a known time."""

    thread = ""

    @property
    def conversation(self) -> dict[str, Any]:
        base = super().conversation
        return base | {"id": f"{CHANNEL};messageid={self.thread}"} if self.thread else base


def _see_card(card: dict[str, Any], *, private: bool) -> Seen:
    labels = [one["title"] for one in card.get("actions", [])]
    return Seen(card["fallbackText"] + " " + collect_text([card]), labels, private)


__all__ = ["CONTACT", "Seen", "SlackStage", "TeamsStage", "Turn", "listen"]
