"""What the rest of Teams asks of the service, free of any SDK."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]
Answer = tuple[int, dict[str, Any] | None]
Send = Callable[[Json], Awaitable[str]]  # sends a message in this turn, and gives its id
Handle = Callable[[Send], Awaitable[Json | None]]  # takes a turn, and gives what an invoke is answered with


@dataclass(frozen=True, slots=True)
class Reference:
    """Where to post without being asked: what is kept of a conversation."""

    service_url: str
    conversation: str
    bot: str
    tenant: str

    def as_json(self) -> Json:
        """Give it as it is stored."""
        return {
            "serviceUrl": self.service_url,
            "conversation": self.conversation,
            "bot": self.bot,
            "tenant": self.tenant,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Reference":
        """Read what was stored."""
        return cls(stored["serviceUrl"], stored["conversation"], stored["bot"], stored["tenant"])


class Connector(Protocol):
    """Runs turns and posts: what an SDK is for."""

    async def turn(self, raw: Json, claims: Mapping[str, Any], handle: Handle) -> Json | None:
        """Run one turn of a request whose signature was checked; returns what `handle` gives.

        Raises
        ------
        ActivityError
            When the activity cannot be read.
        ForeignAddressError
            When it asks for an answer to be sent to a stranger.
        DeliveryError
            When the service does not take the answer.
        """
        ...

    async def post(self, reference: Reference, outgoing: Json) -> str:
        """Post into a conversation without being asked; returns the message's id.

        Raises
        ------
        DeliveryError, ForeignAddressError
            As for a turn.
        """
        ...

    async def open_chat(self, reference: Reference, person: str) -> Reference:
        """Open the personal chat with somebody whom the bot met at `reference`.

        Raises
        ------
        DeliveryError
            When the service does not let us, for instance because the person has not installed the app.
        """
        ...
