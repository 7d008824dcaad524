"""Private messages: to one person alone, in the first of several ways that Slack takes."""

from collections.abc import Awaitable, Callable

from slack_sdk.errors import SlackApiError

from bot.log_limit import LimitedLog
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views.elements import BlockKit
from bot.platforms.slack.views.reply import RenderedReply

_Way = Callable[[], Awaitable[object]]


class PrivateSender:
    """Sends a message to one person, so that nobody is left in silence.

    Parameters
    ----------
    log
        Takes a line for each way that failed.
    """

    def __init__(self, messenger: SlackMessenger, log: LimitedLog) -> None:
        self._messenger = messenger
        self._log = log

    async def send_privately(
        self,
        workspace: Workspace,
        person: str,
        rendered: RenderedReply,
        *,
        key: str,
        channel: str = "",
        thread: str = "",
        response_url: str = "",
    ) -> None:
        """Send by the response URL, else as an ephemeral message in the channel, else as a direct message.

        Raises
        ------
        SlackApiError
            When Slack took none of them.
        """
        ways: list[_Way] = []
        if response_url:
            ways.append(lambda: self._messenger.send_response(response_url, rendered))
        if channel and not channel.startswith("D"):
            ways.append(lambda: self._messenger.send_ephemeral(workspace, channel, person, rendered, thread))
        to = channel if channel.startswith("D") else person
        ways.append(lambda: self._messenger.post_message(workspace, to, rendered, key=f"{key}:private"))
        await self._send_first(ways)

    async def show_in_window(
        self, workspace: Workspace, person: str, view: str, shown: BlockKit, rendered: RenderedReply, *, key: str
    ) -> None:
        """Replace the content of a window, else send a direct message: the window may be closed, or not take it."""
        await self._send_first(
            [
                lambda: self._messenger.update_view(workspace, view, shown),
                lambda: self._messenger.post_message(workspace, person, rendered, key=f"{key}:private"),
            ]
        )

    async def _send_first(self, ways: list[_Way]) -> None:
        for number, way in enumerate(ways, 1):
            try:
                await way()
            except (SlackApiError, *UNREACHABLE) as error:
                if number == len(ways):
                    raise
                self._log.warning(type(error).__name__, f"Slack: another way is tried. {errors.explain_error(error)}")
            else:
                return
