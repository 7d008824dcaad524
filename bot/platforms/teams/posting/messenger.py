"""Saying something without being asked: daily tips and follow-ups, to channels, chats and people."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass

from bot.diagnostics import OperatorError
from bot.message import LessonReply, Place, Reply
from bot.platforms.teams.api.connector import Connector, Reference
from bot.platforms.teams.api.errors import DeliveryError, Verdict, send_with_retries
from bot.platforms.teams.api.payloads import Scope
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.cards import messages
from bot.store.database import UNAVAILABLE
from bot.store.teams import Known, TeamsConversations, TeamsPosts

_LOG = logging.getLogger(__name__)
_CERTAIN: tuple[Verdict, ...] = ("later",)  # tried again only when it was surely not posted
LONGEST = 30.0  # seconds of waiting: nobody waits for the answer, but a worker does
_NOTING = 5.0  # seconds for our own database after a post: what became of the post must still be told


@dataclass(frozen=True, slots=True)
class Posted:
    """It was posted."""

    message: str


@dataclass(frozen=True, slots=True)
class NotPosted:
    """It was not posted, or nobody can tell.

    Parameters
    ----------
    verdict
        ``blocked`` and ``gone`` end it: the place is closed until somebody speaks there again. ``later`` may
        be tried again after `retry_after` seconds. ``unsure`` may have been posted: Teams cannot be asked, so
        trying again may say it twice. ``refused`` is our own mistake.
    """

    verdict: Verdict
    reason: str
    retry_after: float | None = None


class Post:
    """Posts, and closes places where nothing can be posted any more."""

    def __init__(self, connector: Connector, conversations: TeamsConversations, posts: TeamsPosts) -> None:
        self._connector = connector
        self._conversations = conversations
        self._posts = posts

    async def to_place(self, place: Place, reply: Reply, *, longest: float = LONGEST) -> Posted | NotPosted:
        """Post a reply in a place where the bot has been.

        Parameters
        ----------
        longest
            Seconds to wait in all for Teams to let us try again.
        """
        known = await self._conversations.get(place)
        if known is None:
            return NotPosted("gone", "the bot has not been there, or was removed")
        return await self.to(known, reply, longest=longest)

    async def to_person(self, met: Place, person: str, reply: Reply, *, longest: float = LONGEST) -> Posted | NotPosted:
        """Post a reply in the personal chat with somebody, and open that chat when there is none yet.

        Parameters
        ----------
        met
            The place where the bot met the person.
        longest
            As for `to_place`.
        """
        known = await self.chat_with(met, person, longest=longest)
        return known if isinstance(known, NotPosted) else await self.to(known, reply, longest=longest)

    async def chat_with(self, met: Place, person: str, *, longest: float = LONGEST) -> Known | NotPosted:
        """Look up the personal chat with somebody, or open it; nothing is posted. See `to_person`."""
        known = await self._conversations.with_person(met.team, person)
        if known is None:
            try:
                known = await self._open(met, person, longest)
            except DeliveryError as error:
                # A chat that may be open by now is no harm: opening it again gives the same one.
                verdict: Verdict = "later" if error.verdict == "unsure" else error.verdict
                return NotPosted(verdict, error.reason, error.retry_after)
            except (ForeignAddressError, OperatorError) as error:
                return _our_own_mistake(error)
        return known or NotPosted("gone", "the bot has never met this person")

    async def _open(self, met: Place, person: str, longest: float) -> Known | None:
        there = await self._conversations.get(met)
        if there is None:
            return None
        reference = Reference.of_json(there.reference)
        opened = await send_with_retries(
            lambda: self._connector.open_chat(reference, person), longest=longest, on=_CERTAIN
        )
        place = Place("teams", met.team, opened.conversation, private=True)
        known = Known(place, "personal", "", person, opened.as_json())
        await self._conversations.keep(known)
        return known

    async def to(self, known: Known, reply: Reply, *, longest: float = LONGEST) -> Posted | NotPosted:
        """Post a reply in a conversation that was looked up; what is asked of our database comes after the post."""
        if known.closed:
            return NotPosted("blocked", known.closed)
        scope: Scope = "personal" if known.place.private else "channel"
        message = messages.message(reply, scope)
        reference = Reference.of_json(known.reference)
        try:
            sent = await send_with_retries(
                lambda: self._connector.post(reference, message), longest=longest, on=_CERTAIN
            )
        except DeliveryError as error:
            if error.verdict in ("blocked", "gone"):
                await _noted(self._conversations.close(known.place, error.reason))
            return NotPosted(error.verdict, error.reason, error.retry_after)
        except (ForeignAddressError, OperatorError) as error:
            return _our_own_mistake(error)
        if isinstance(reply, LessonReply) and reply.answer and sent:
            await _noted(self._posts.record(known.place, sent, reply.answer))
        return Posted(sent)


async def _noted(note: Awaitable[None]) -> None:
    """Write down what follows from an answer of Teams; a database that is away makes that answer no less known."""
    try:
        async with asyncio.timeout(_NOTING):
            await note
    except UNAVAILABLE as error:
        _LOG.warning("Teams: what became of a post could not be noted: %s", type(error).__name__)


def _our_own_mistake(error: ForeignAddressError | OperatorError) -> NotPosted:
    """Say that nothing was sent: the address is a stranger's, or Microsoft gives us no token."""
    if isinstance(error, ForeignAddressError):
        return NotPosted("refused", f"its service is not on the list: {error}")
    return NotPosted("refused", str(error))
