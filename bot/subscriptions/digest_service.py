"""The monthly digest of a place: set up, reported and ended."""

from collections.abc import Callable
from datetime import datetime

from bot.actions import BareCommand
from bot.clock import utc_now
from bot.message import AbilitiesByPlatform, Message, Place, TextReply
from bot.store.answers import create_id
from bot.store.digests import Digest, Digests
from bot.subscriptions import digest_responses as responses
from bot.subscriptions.digest_dates import find_next_digest
from bot.subscriptions.digest_words import SHOW, START


class DigestService:
    """Answers what is asked about the digest of a place.

    Parameters
    ----------
    zone
        IANA name, where the platform does not send the person's.
    nation
        On whose bank holidays no digest comes; empty for nobody's.
    now
        Returns the time in UTC.
    """

    def __init__(
        self,
        digests: Digests,
        abilities: AbilitiesByPlatform,
        zone: str = "Europe/London",
        nation: str = "England",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._digests = digests
        self._abilities = abilities
        self._zone = zone
        self._nation = nation
        self._now = now

    async def ask_to_confirm(self, command: BareCommand, message: Message) -> TextReply:
        """Return the question whether to do what a sentence asks; how it stands, where nothing would change."""
        current = await self._digests.at(message.place)
        on = current is not None and current.is_on
        if message.place.private or command == SHOW or on == (command == START):
            return await self.apply(SHOW, message)
        return responses.confirm(command)

    async def apply(self, command: BareCommand, message: Message) -> TextReply:
        """Carry out a command to the digest; return what is said about it."""
        place = message.place
        if place.private:
            return responses.only_for_several()
        current = await self._digests.at(place)
        on = current is not None and current.is_on
        if command == SHOW or on == (command == START):
            return responses.status(current)
        if command == START:
            new = self._build(place, message)
            await self._digests.set_up(new)
            return responses.set_up(new)
        await self._digests.switch_off(place)
        return responses.stopped()

    def _build(self, place: Place, message: Message) -> Digest:
        zone = message.time_zone or self._zone
        posts = self._abilities[place.platform].posts
        due = find_next_digest(zone, self._nation, self._now()) if posts else None
        return Digest(create_id(), place, message.person, zone, self._nation, "due", due)
