"""The digest of a place for a month, as a delivery task."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.clock import utc_now
from bot.conversation.tips import TipChooser
from bot.delivery.batches import QueuedTask
from bot.delivery.poster import Postable, Poster, PostingError
from bot.delivery.worker import PendingPost, PostOutcome
from bot.message import AbilitiesByPlatform, Place, TextReply
from bot.store.digests import Digest, Digests
from bot.store.retry import retry_until_available
from bot.subscriptions import digest_responses
from bot.subscriptions.digest_dates import find_month_before, find_next_digest
from bot.subscriptions.responses import prefix_commands

_LOG = logging.getLogger(__name__)


class DigestTask:
    """The digest of a place for the month before.

    Parameters
    ----------
    tips
        Knows the titles of themes.
    poster
        Posts the notice to whoever set it up when the place takes no more posts.
    now
        Returns the time in UTC.
    """

    def __init__(
        self,
        queued: QueuedTask,
        digests: Digests,
        tips: TipChooser,
        poster: Poster,
        abilities: AbilitiesByPlatform,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._queued = queued
        self._digests = digests
        self._tips = tips
        self._poster = poster
        self._abilities = abilities
        self._now = now
        self._loaded: Digest | None = None
        self._reply: TextReply | None = None

    async def load(self) -> PendingPost | None:
        """Return the post that is due. See `Task.load`. A month with too little to count is left out."""
        digest = self._loaded = await retry_until_available(lambda: self._digests.get(self._queued.name))
        if digest is None or digest.due_at is None or digest.turn != self._queued.turn:
            return None
        if digest.state not in ("queued", "posting"):
            return None
        month, since, before = find_month_before(digest.due_at, digest.zone)
        begun = digest.state == "posting"
        if not begun:
            counts = await retry_until_available(lambda: self._digests.count_month(digest.place, since, before))
            self._reply = self._build(
                digest.place, digest_responses.build_digest(month, counts, self._tips.list_titles())
            )
            if self._reply is None:
                await self.finish("skipped", None)
                return None
        settled = begun and digest.attempt == self._queued.settled
        key = f"digest-{digest.id}-{month:%Y-%m}"
        return PendingPost(digest.place, key, digest.due_at, begun, digest.attempt, settled)

    async def intend(self) -> Postable | None:
        """Commit the intent. See `Task.intend`."""
        digest, reply = self._record(), self._reply
        mine = await retry_until_available(lambda: self._digests.intend(digest))
        if mine is None:
            return None
        self._loaded = mine
        return reply

    async def still_mine(self) -> bool:
        """Return whether no other worker took over. See `Task.still_mine`."""
        return await retry_until_available(lambda: self._digests.still_mine(self._record()))

    async def not_posted(self, reason: str) -> None:
        """Record that the post did not arrive. See `Task.not_posted`."""
        await retry_until_available(lambda: self._digests.not_posted(self._record(), reason))

    async def defer(self, until: datetime) -> None:
        """End this turn. See `Task.defer`."""
        await retry_until_available(lambda: self._digests.defer(self._record(), until))

    async def finish(self, outcome: PostOutcome, reason: str | None) -> bool:
        """Record the outcome, and when the next one comes. See `Task.finish`. A refusal ends the digests."""
        digest = self._record()
        if outcome in ("missed", "unknown"):
            _LOG.warning("The digest %s did not surely come (%s): %s", digest.id, outcome, reason)
        kept = reason if outcome in ("missed", "unknown", "refused") else None
        after = max(self._now(), digest.due_at or self._now())
        due = None if outcome == "refused" else find_next_digest(digest.zone, digest.nation, after)
        changed = await retry_until_available(lambda: self._digests.finish(digest, due, kept))
        if outcome == "refused" and changed:
            await self._notify_owner(digest, reason or "")
        return changed

    async def _notify_owner(self, digest: Digest, reason: str) -> None:
        """Post a notice of the refusal to whoever set it up, without a retry."""
        if not digest.owner:  # they asked to be forgotten
            return
        place = digest.place
        direct = Place(place.platform, place.team, digest.owner, private=True)
        notice = digest_responses.refused(place, reason, self._abilities[place.platform])
        try:
            await self._poster.post(direct, notice, f"digest-{digest.id}-refused")
        except PostingError as error:
            _LOG.info("Whoever set the digest %s up could not be told: %s", digest.id, error)

    def _build(self, place: Place, reply: TextReply | None) -> TextReply | None:
        return prefix_commands(reply, place, self._abilities[place.platform]) if reply else None

    def _record(self) -> Digest:
        if self._loaded is None:
            raise RuntimeError("the task was not loaded")
        return self._loaded
