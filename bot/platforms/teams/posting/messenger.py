"""The messenger: posts unasked to channels, chats and people."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.diagnostics import OperatorError
from bot.message import Place, Reply
from bot.platforms.teams.api.connector import Connector, ConversationReference
from bot.platforms.teams.api.errors import DeliveryError, Verdict, send_with_retries
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.cards import messages
from bot.store.database import UNAVAILABLE
from bot.store.teams import TeamsConversation, TeamsConversations

_LOG = logging.getLogger(__name__)
_CERTAIN: tuple[Verdict, ...] = ("later",)  # retried only when certainly nothing was posted
LONGEST = 30.0  # seconds of waiting before retries: no person waits for the post, but a worker does
_RECORDING = 5.0  # seconds for our own database after a post: the outcome must still be returned in time


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that was posted.

    Parameters
    ----------
    message
        Its id.
    """

    message: str


@dataclass(frozen=True, slots=True)
class FailedPost:
    """A message that was not posted, or may not have been.

    Parameters
    ----------
    verdict
        ``blocked`` and ``gone`` are final: the place is closed until somebody speaks there again. ``later`` may be
        retried after `retry_after` seconds. ``unsure`` may have been posted: Teams has no query for that, so a
        retry may post twice. ``refused`` is our own mistake.
    """

    verdict: Verdict
    reason: str
    retry_after: float | None = None


class TeamsMessenger:
    """Posts replies, and closes places that take no more posts."""

    def __init__(self, connector: Connector, conversations: TeamsConversations) -> None:
        self._connector = connector
        self._conversations = conversations

    async def post_to_place(self, place: Place, reply: Reply, *, longest: float = LONGEST) -> SentMessage | FailedPost:
        """Post a reply in a place where the bot has been.

        Parameters
        ----------
        longest
            Seconds of waiting before retries, in all.
        """
        known = await self._conversations.get(place)
        if known is None:
            return FailedPost("gone", "the bot has not been there, or was removed")
        return await self.post_to_conversation(known, reply, longest=longest)

    async def post_to_person(
        self, met: Place, person: str, reply: Reply, *, longest: float = LONGEST
    ) -> SentMessage | FailedPost:
        """Post a reply in the personal chat with somebody, and open that chat when there is none yet.

        Parameters
        ----------
        met
            A place where the bot met the person.
        longest
            As for `post_to_place`.
        """
        known = await self.open_chat(met, person, longest=longest)
        return (
            known if isinstance(known, FailedPost) else await self.post_to_conversation(known, reply, longest=longest)
        )

    async def open_chat(self, met: Place, person: str, *, longest: float = LONGEST) -> TeamsConversation | FailedPost:
        """Return the personal chat with somebody, opened when there is none yet. See `post_to_person`."""
        known = await self._conversations.find_chat(met.team, person)
        if known is None:
            try:
                known = await self._open(met, person, longest)
            except DeliveryError as error:
                # A retry is safe even if the chat was opened: opening it again returns the same chat.
                verdict: Verdict = "later" if error.verdict == "unsure" else error.verdict
                return FailedPost(verdict, error.reason, error.retry_after)
            except (ForeignAddressError, OperatorError) as error:
                return _refused(error)
        return known or FailedPost("gone", "the bot has never met this person")

    async def _open(self, met: Place, person: str, longest: float) -> TeamsConversation | None:
        there = await self._conversations.get(met)
        if there is None:
            return None
        reference = ConversationReference.from_json(there.reference)
        opened = await send_with_retries(
            lambda: self._connector.open_chat(reference, person), longest=longest, on=_CERTAIN
        )
        place = Place("teams", met.team, opened.conversation, private=True)
        known = TeamsConversation(place, "personal", "", person, opened.to_json())
        await self._conversations.keep(known)
        return known

    async def post_to_conversation(
        self, known: TeamsConversation, reply: Reply, *, longest: float = LONGEST
    ) -> SentMessage | FailedPost:
        """Post a reply in a known conversation; our own database is written to only after the post."""
        if known.closed:
            return FailedPost("blocked", known.closed)
        message = messages.render_message(reply)
        reference = ConversationReference.from_json(known.reference)
        try:
            sent = await send_with_retries(
                lambda: self._connector.post(reference, message), longest=longest, on=_CERTAIN
            )
        except DeliveryError as error:
            if error.verdict in ("blocked", "gone"):
                await _record(self._conversations.close(known.place, error.reason))
            return FailedPost(error.verdict, error.reason, error.retry_after)
        except (ForeignAddressError, OperatorError) as error:
            return _refused(error)
        return SentMessage(sent)


async def _record(note: Awaitable[None]) -> None:
    """Record what follows from an outcome; a failure of our database must not hide the outcome itself."""
    try:
        async with asyncio.timeout(_RECORDING):
            await note
    except UNAVAILABLE as error:
        _LOG.warning("Teams: what became of a post could not be noted: %s", type(error).__name__)


def _refused(error: ForeignAddressError | OperatorError) -> FailedPost:
    """Return the failure for a post that was never sent: a foreign service URL, or no access token."""
    if isinstance(error, ForeignAddressError):
        return FailedPost("refused", f"its service is not on the list: {error}")
    return FailedPost("refused", str(error))
