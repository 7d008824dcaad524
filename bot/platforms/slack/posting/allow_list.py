"""The channels that the bot may speak in."""

from collections.abc import Collection


class ChannelAllowList:
    """The operators' allow-list.

    Parameters
    ----------
    allowed
        Ids of channels; empty for every channel.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed)

    def allows_channel(self, channel: str) -> bool:
        """Tell whether the bot may post for all to read in a channel; direct messages are always allowed."""
        return not self._allowed or channel in self._allowed or channel.startswith("D")
