"""Care listener: the card for somebody in danger, given before any claim, queue, allow-list or limit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from slack_sdk.errors import SlackApiError

from bot.conversation.conversation import Conversation
from bot.log_limit import LimitedLog
from bot.message import HandoverReply, Message, Place, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import MALFORMED, Payload, build_channel_place, build_private_place
from bot.platforms.slack.api.utterances import Utterance, find_bot_user, read_utterance
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import modals
from bot.platforms.slack.views.reply import render_reply
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackThreads, Thread

CARD = "card"  # in Bolt's context: the card that was decided on before the claim
_MEMBERSHIP_WAIT = 5.0  # seconds for the look-up whether a thread is the bot's
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CareCard:
    """A card that was decided on before the claim.

    Parameters
    ----------
    given
        Whether the person has it; if not, it is given as soon as the workspace is known.
    """

    card: HandoverReply
    utterance: Utterance
    place: Place
    given: bool


class CareListener:
    """Decides danger on the words that are said to the bot, and gives the card to the person.

    Only what is said to the bot and in the threads that it is in is read.

    Parameters
    ----------
    is_full
        Returns whether the work queue is full; the quick decision is taken then.
    """

    def __init__(
        self,
        conversation: Conversation,
        messenger: SlackMessenger,
        threads: SlackThreads,
        is_full: Callable[[], bool],
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._threads = threads
        self._is_full = is_full
        self._log = LimitedLog(_logger)

    async def decide_danger(
        self, workspace: Workspace | None, team: str, body: Payload, key: str, *, crowded: bool
    ) -> CareCard | None:
        """Return the card for a request in which somebody is in danger, given where it can be; None for any other.

        Parameters
        ----------
        workspace
            None where the workspace was not authorised since the start.
        key
            Identifies the request.
        crowded
            Whether so many requests are under way that the quick decision is taken.
        """
        try:
            utterance = read_utterance(body, workspace.bot_user if workspace else find_bot_user(body))
        except MALFORMED:
            return None
        if utterance is None or not (utterance.words.own or utterance.words.forwarded):
            return None
        place = _build_place(team, utterance)
        addressed = utterance.addressed or await self._has_spoken(team, utterance)
        if addressed is None:
            return None
        quickly = crowded or self._is_full()
        if (card := await self._decide(utterance, place, addressed=addressed, quickly=quickly)) is None:
            return None
        given = await self.give_card(workspace, utterance, card, key)
        return CareCard(card, utterance, place, given)

    async def give_card(self, workspace: Workspace | None, utterance: Utterance, card: HandoverReply, key: str) -> bool:
        """Give a card to the person in every way that is private; return whether one of them worked."""
        ways = self._list_ways(workspace, utterance, card, key)
        outcomes = await asyncio.gather(*(self._attempt(way) for way in ways))
        if "given" in outcomes or workspace is None:
            return "given" in outcomes
        self._log.error("not given", "Slack: no private way to a person who needs people was open.")
        if set(outcomes) == {"refused"} and utterance.addressed and utterance.new_thread and not utterance.relayed:
            return await self._give_general_card(workspace, utterance, key)
        return False

    async def _give_general_card(self, workspace: Workspace, utterance: Utterance, key: str) -> bool:
        """Post numbers for anybody where the person wrote, which say nothing of the person."""
        rendered = render_reply(self._conversation.build_general_card(_build_place(workspace.team, utterance)))
        outcome = await self._attempt(
            lambda: self._messenger.post_message(
                workspace, utterance.channel, rendered, key=f"{key}:general", thread=utterance.new_thread
            )
        )
        return outcome == "given"

    def build_job(self, workspace: Workspace, decided: CareCard, key: str) -> ListenerJob:
        """Return the job for a request whose event is claimed: give the card if that was impossible, and count it."""
        given = decided.given

        async def run() -> None:
            nonlocal given
            given = given or await self.give_card(workspace, decided.utterance, decided.card, key)
            await self._conversation.count_handover(decided.place, decided.card)
            await self._join_thread(workspace, decided.utterance)

        async def notify(_reply: TextReply) -> None:
            """Give the card where that was cut off: it is the answer, and no sentence takes its place."""
            if not given:
                await self.give_card(workspace, decided.utterance, decided.card, key)

        return ListenerJob(run, notify)

    async def _join_thread(self, workspace: Workspace, utterance: Utterance) -> None:
        """Store who mentioned the bot in a thread, so that what follows there is read; a failure changes nothing."""
        if utterance.direct or not utterance.addressed or not utterance.new_thread:
            return
        try:
            await self._threads.join(Thread(workspace.team, utterance.channel, utterance.new_thread), utterance.person)
        except UNAVAILABLE as error:
            line = f"Slack: who spoke in a thread could not be remembered ({type(error).__name__})."
            self._log.warning("not remembered", line)

    def _list_ways(
        self, workspace: Workspace | None, utterance: Utterance, card: HandoverReply, key: str
    ) -> list[Callable[[], Awaitable[object]]]:
        rendered, ways = render_reply(card), list[Callable[[], Awaitable[object]]]()
        if utterance.response_url:
            ways.append(lambda: self._messenger.send_response(utterance.response_url, rendered))
        if workspace is None:
            return ways
        if utterance.view:
            view = modals.build_answer_view(render_reply(card, "modal"))
            ways.append(lambda: self._messenger.update_view(workspace, utterance.view, view))
        elif utterance.channel and not utterance.direct and not utterance.response_url:
            ways.append(
                lambda: self._messenger.send_ephemeral(
                    workspace, utterance.channel, utterance.person, rendered, utterance.thread
                )
            )
        to, thread = (utterance.channel, utterance.new_thread) if utterance.direct else (utterance.person, "")
        ways.append(lambda: self._messenger.post_message(workspace, to, rendered, key=f"{key}:care", thread=thread))
        return ways

    async def _attempt(self, way: Callable[[], Awaitable[object]]) -> Literal["given"] | errors.Outcome:
        try:
            await way()
        except (SlackApiError, *UNREACHABLE) as error:
            self._log.warning(
                type(error).__name__, f"Slack: one way to give a card failed. {errors.explain_error(error)}"
            )
            return errors.judge_outcome(error)
        return "given"

    async def _decide(
        self, utterance: Utterance, place: Place, *, addressed: bool, quickly: bool
    ) -> HandoverReply | None:
        """Decide on the person's own words first, then on what the person passes on."""
        said = Message(utterance.words.own, utterance.person, place, addressed=addressed, relayed=utterance.relayed)
        for message in (said, replace(said, text=utterance.words.forwarded, relayed=True)):
            if message.text and (card := await self._conversation.decide_danger(message, quickly=quickly)):
                return card
        return None

    async def _has_spoken(self, team: str, utterance: Utterance) -> bool | None:
        """Return whether a person spoke to the bot in a thread; None where the thread is not the bot's."""
        try:
            async with asyncio.timeout(_MEMBERSHIP_WAIT):
                people = await self._threads.people(Thread(team, utterance.channel, utterance.new_thread))
        except (*UNAVAILABLE, TimeoutError):
            return None
        return utterance.person in people if people else None


def _build_place(team: str, utterance: Utterance) -> Place:
    if utterance.direct or not utterance.channel or utterance.response_url:
        return build_private_place(team, utterance.person, utterance.new_thread if utterance.direct else "")
    return build_channel_place(team, utterance.channel, utterance.new_thread)
