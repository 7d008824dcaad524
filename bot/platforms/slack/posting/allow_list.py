"""Allow-list of the channels that the bot may post in."""

from collections.abc import Collection


class ChannelAllowList:
    """Allow-list of channels, from the operators' settings.

    Parameters
    ----------
    allowed
        Ids of the allowed channels; empty allows every channel.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed)

    def allows_channel(self, channel: str) -> bool:
        """Return whether the bot may post in a channel for all to read; always true for a direct message."""
        return not self._allowed or channel in self._allowed or channel.startswith("D")
