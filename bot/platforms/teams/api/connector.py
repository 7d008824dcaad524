"""The port to the Bot Connector service, free of any SDK."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]
TurnResponse = tuple[int, dict[str, Any] | None]
SendMessage = Callable[[Json], Awaitable[str]]  # sends a message in this turn and returns the message's id
HandleTurn = Callable[[SendMessage], Awaitable[Json | None]]  # handles a turn and returns the body for an invoke


@dataclass(frozen=True, slots=True)
class ConversationReference:
    """The address of a conversation, kept to post there unasked later."""

    service_url: str
    conversation: str
    bot: str
    tenant: str

    def to_json(self) -> Json:
        """Return the reference as it is stored."""
        return {
            "serviceUrl": self.service_url,
            "conversation": self.conversation,
            "bot": self.bot,
            "tenant": self.tenant,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ConversationReference":
        """Return a reference from its stored form."""
        return cls(stored["serviceUrl"], stored["conversation"], stored["bot"], stored["tenant"])


class Connector(Protocol):
    """Runs turns, posts messages and opens chats over the Bot Connector service."""

    def check_turn(self, raw: Json) -> None:
        """Check that a turn can be run, before it is acknowledged.

        Raises
        ------
        ActivityError
            When the activity cannot be read.
        ForeignAddressError
            When the activity's service URL is not allowed.
        """
        ...

    async def run_turn(self, raw: Json, claims: Mapping[str, Any], handle: HandleTurn) -> Json | None:
        """Run one turn of a request whose token was validated; return the body that `handle` returns.

        Raises
        ------
        ActivityError, ForeignAddressError
            As for `check_turn`.
        DeliveryError
            When the service does not take the answer.
        """
        ...

    async def post(self, reference: ConversationReference, outgoing: Json) -> str:
        """Post a message unasked in a conversation; return the message's id.

        Raises
        ------
        DeliveryError, ForeignAddressError
            As for `run_turn`.
        """
        ...

    async def open_chat(self, reference: ConversationReference, person: str) -> ConversationReference:
        """Open the personal chat with a person of the conversation `reference`; return the chat's reference.

        Raises
        ------
        DeliveryError
            When the service refuses, for instance because the person has not installed the app.
        """
        ...
