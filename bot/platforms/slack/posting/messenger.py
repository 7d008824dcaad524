"""Messages, ephemeral messages, responses and views on Slack; no message is posted twice."""

import asyncio
import logging
import time
from dataclasses import dataclass

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.attempts import iterate_attempts
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.posting.search import METADATA, MessageSearch, SearchDelayedError, SearchWindow
from bot.platforms.slack.views.elements import BlockKit
from bot.platforms.slack.views.reply import RenderedReply

_MAX_ATTEMPTS = 3
_logger = logging.getLogger(__name__)
_SEARCH_PATIENCE = 300.0  # seconds for which a doubt is looked into before it is flagged


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace and the bot's identity in it.

    Parameters
    ----------
    team
        Id of the workspace, or of the organisation when the whole organisation installed the bot.
    """

    team: str
    token: str
    bot_user: str


def read_workspace(context: AsyncBoltContext) -> Workspace:
    """Return the workspace of Bolt's context."""
    team = context.enterprise_id if context.is_enterprise_install else context.team_id
    return Workspace(team or "", context.bot_token or "", context.bot_user_id or "")


class SlackMessenger:
    """Posts messages and opens views on Slack.

    Parameters
    ----------
    search
        Searches for a message before it is posted again.
    pause
        Seconds before the first retry of a post; each further retry waits twice as long.
    settle
        Seconds before a search: Slack's history lags behind a post.
    """

    def __init__(
        self, clients: WebClientFactory, search: MessageSearch, pause: float = 0.5, settle: float = 2.0
    ) -> None:
        self._clients = clients
        self._shown = clients.shown
        self._search = search
        self._pause = pause
        self._settle = settle

    async def post_message(
        self, workspace: Workspace, channel: str, rendered: RenderedReply, *, key: str, thread: str = ""
    ) -> str:
        """Post a message at most one time and return its timestamp (`ts`).

        When a failure leaves open whether Slack posted the message, the message is searched for by its key before
        it is posted again. Nothing is searched for after a failure in which Slack surely did not act.

        Parameters
        ----------
        key
            Identifies the message: the event, the action or the delivery that it answers.

        Raises
        ------
        SlackApiError
            When Slack refuses the message, fails on every attempt, or does not say whether it posted the message.
        """
        client = self._clients.build_posting_client(workspace.token)
        doubt: SearchWindow | None = None
        async for attempt in iterate_attempts(_is_worth_another, most=_MAX_ATTEMPTS, first=self._pause):
            if doubt and (found := await self._look_for(workspace, channel, key, thread, doubt)):
                return found
            doubt, began = None, time.time()
            with attempt:
                try:
                    with self._shown.record_call():
                        return (await _post_message(client, channel, rendered, key=key, thread=thread))[1]
                except (SlackApiError, *UNREACHABLE) as error:
                    doubt = SearchWindow(began, time.time()) if errors.judge_outcome(error) == "open" else None
                    raise
        raise AssertionError("the loop returns or raises")

    async def find_message(
        self, workspace: Workspace, channel: str, *, key: str, window: SearchWindow, thread: str = ""
    ) -> str | None:
        """Return the `ts` of the bot's message with a key; None when it is not there. See `MessageSearch.find`."""
        return await self._search.find(workspace.team, workspace.token, channel, key=key, window=window, thread=thread)

    async def _look_for(
        self, workspace: Workspace, channel: str, key: str, thread: str, window: SearchWindow
    ) -> str | None:
        await asyncio.sleep(self._settle)
        try:
            return await self._search.find_patiently(
                workspace.team,
                workspace.token,
                channel,
                key=key,
                window=window,
                thread=thread,
                patience=_SEARCH_PATIENCE,
            )
        except SearchDelayedError as error:
            _logger.warning("Slack: whether a message was posted could not be found out in time; it was not repeated.")
            raise SlackApiError("in doubt", {"ok": False, "error": "ratelimited"}) from error  # type: ignore[no-untyped-call]

    async def attempt_post(
        self, workspace: Workspace, channel: str, rendered: RenderedReply, *, key: str
    ) -> tuple[str, str]:
        """Post a message in one attempt; return the channel (for a person, that of the direct message) and the `ts`.

        Raises
        ------
        SlackApiError
            When Slack refuses or fails.
        """
        return await _post_message(
            self._clients.build_single_attempt_client(workspace.token), channel, rendered, key=key
        )

    async def send_ephemeral(
        self, workspace: Workspace, channel: str, person: str, rendered: RenderedReply, thread: str = ""
    ) -> None:
        """Send an ephemeral message: one person in the channel sees it."""
        with self._shown.record_call():
            await self._client(workspace).chat_postEphemeral(
                channel=channel, user=person, thread_ts=thread or None, text=rendered.text, blocks=rendered.blocks
            )

    async def replace_message(self, workspace: Workspace, channel: str, ts: str, rendered: RenderedReply) -> None:
        """Replace an earlier message of the bot."""
        with self._shown.record_call():
            await self._client(workspace).chat_update(
                channel=channel, ts=ts, text=rendered.text, blocks=rendered.blocks
            )

    async def send_response(
        self, url: str, rendered: RenderedReply, *, replace: bool = False, in_channel: bool = False
    ) -> None:
        """Send a message to a response URL, which works in channels without the bot as a member.

        Raises
        ------
        SlackApiError
            When Slack refuses the message.
        """
        with self._shown.record_call():
            answer = await self._clients.build_webhook_client(url).send(
                text=rendered.text,
                blocks=rendered.blocks,
                response_type="in_channel" if in_channel else "ephemeral",
                replace_original=replace,
            )
            if answer.status_code != 200:
                refusal = {"ok": False, "error": answer.body[:100] if answer.status_code < 500 else "internal_error"}
                raise SlackApiError("the response URL was refused", refusal)  # type: ignore[no-untyped-call]

    async def open_view(self, workspace: Workspace, trigger: str, view: BlockKit, *, on_top: bool = False) -> str:
        """Open a view, or push it on the open view with `on_top`; return the id of the view."""
        with self._shown.record_call():
            return await self._open_view(workspace, trigger, view, on_top=on_top)

    async def open_waiting_view(self, workspace: Workspace, trigger: str, view: BlockKit) -> str:
        """Open a view that says no more than that an answer will come; return its id."""
        return await self._open_view(workspace, trigger, view, on_top=False)

    async def _open_view(self, workspace: Workspace, trigger: str, view: BlockKit, *, on_top: bool) -> str:
        client = self._client(workspace)
        opening = client.views_push if on_top else client.views_open
        return str((await opening(trigger_id=trigger, view=view))["view"]["id"])

    async def update_view(self, workspace: Workspace, view_id: str, view: BlockKit) -> None:
        """Replace the content of an open view."""
        with self._shown.record_call():
            await self._client(workspace).views_update(view_id=view_id, view=view)

    async def publish_home(self, workspace: Workspace, person: str, view: BlockKit) -> None:
        """Publish a person's Home tab."""
        await self._client(workspace).views_publish(user_id=person, view=view)

    def _client(self, workspace: Workspace) -> AsyncWebClient:
        return self._clients.build_client(workspace.token)


def _is_worth_another(error: Exception) -> bool:
    return isinstance(error, (SlackApiError, *UNREACHABLE)) and not errors.is_refusal(error)


async def _post_message(
    client: AsyncWebClient, channel: str, rendered: RenderedReply, *, key: str, thread: str = ""
) -> tuple[str, str]:
    posted = await client.chat_postMessage(
        channel=channel,
        thread_ts=thread or None,
        text=rendered.text,
        blocks=rendered.blocks,
        metadata={"event_type": METADATA, "event_payload": {"key": key}},
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(posted.get("channel") or channel), str(posted.get("ts") or "")
