"""Sharing of a private answer with a channel, at a person's request."""

import hashlib
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.conversation.conversation import Conversation
from bot.message import LessonReply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import build_channel_place, build_private_place
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import responses
from bot.platforms.slack.views.reply import RenderedReply, render_reply
from bot.store.slack import SlackEvents, SlackOffers, Thread

_SHARED_ONCE_IN = timedelta(hours=1)  # the same lesson by the same person in the same place


class AnswerSharer:
    """Shares private answers with channels."""

    def __init__(
        self,
        conversation: Conversation,
        messenger: SlackMessenger,
        offers: SlackOffers,
        events: SlackEvents,
        allow_list: ChannelAllowList,
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._offers = offers
        self._events = events
        self._allow_list = allow_list

    async def remember_thread(self, workspace: Workspace, answer: str, channel: str, thread: str) -> None:
        """Store the thread that an answer belongs to, for a later share."""
        await self._offers.offer(answer, Thread(workspace.team, channel, thread))

    async def share_answer(
        self, workspace: Workspace, person: str, answer: str, channel: str, *, key: str, response_url: str = ""
    ) -> TextReply:
        """Share a person's answer with a channel; return the notice about the outcome.

        Parameters
        ----------
        answer
            Id of the answer, looked up among the person's answers; empty for the latest.
        channel
            Id of the channel from a signed request, never from a button's value.
        response_url
            Used when the bot is no member of the channel.
        """
        if not self._allow_list.allows_channel(channel):
            return responses.not_in_this_channel()
        place, thread = build_private_place(workspace.team, person), await self._find_thread(workspace, answer, channel)
        reply = await self._conversation.lessons.share(
            place, answer, build_channel_place(workspace.team, channel, thread)
        )
        if reply is None:
            return responses.nothing_to_share()
        claim = _build_claim(person, reply, channel, thread)
        if not await self._events.claim_for(_SHARED_ONCE_IN, workspace.team, claim, "share"):
            return responses.shared_already()
        try:
            posted = await self._post(
                workspace, channel, thread, render_reply(reply, shared_by=person), key=key, response_url=response_url
            )
        except (SlackApiError, *UNREACHABLE):
            await self._events.release(workspace.team, claim, "share")
            raise
        if posted:
            return responses.shared()
        await self._events.release(workspace.team, claim, "share")
        return responses.could_not_share()

    async def _post(
        self, workspace: Workspace, channel: str, thread: str, rendered: RenderedReply, *, key: str, response_url: str
    ) -> bool:
        try:
            await self._messenger.post_message(workspace, channel, rendered, key=key, thread=thread)
        except SlackApiError as error:
            if not errors.is_channel_closed(error):
                raise
            if not response_url:
                return False
            await self._messenger.send_response(response_url, rendered, in_channel=True)
        return True

    async def _find_thread(self, workspace: Workspace, answer: str, channel: str) -> str:
        offered = await self._offers.find(answer) if answer else None
        fits = offered and (offered.team, offered.channel) == (workspace.team, channel)
        return offered.thread if offered and fits else ""


def _build_claim(person: str, reply: LessonReply, channel: str, thread: str) -> str:
    shared = "\n".join((person, reply.theme, reply.title, channel, thread))
    return hashlib.sha256(shared.encode()).hexdigest()
