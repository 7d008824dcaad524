"""One turn: an activity in, what is said about it out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.conversation import Conversation
from bot.message import LessonReply, Place, Press, Reply, TextReply, WhyReply
from bot.platforms.teams import activities, cards, feedback, outgoing, words
from bot.platforms.teams.activities import Incoming
from bot.platforms.teams.connector import Reference, Send
from bot.platforms.teams.delivery import DeliveryError
from bot.platforms.teams.extension import Extension
from bot.platforms.teams.once import Answer
from bot.store.teams import Known, TeamsConversations, TeamsPosts

Forget = Callable[[Place], Awaitable[object]]
_OK: Answer = (200, None)
_UNKNOWN: Answer = (501, None)
_NOTED_UNDER_THE_LESSON = ("helpful", "not-helpful", "promise")


class Turns:
    """Decides what each activity is for.

    Parameters
    ----------
    conversations
        Where the bot may post, refreshed at every turn.
    posts
        Which answer a message holds.
    forget
        Each is asked to forget a place that takes the bot out, before we do.
    """

    def __init__(
        self,
        conversation: Conversation,
        conversations: TeamsConversations,
        posts: TeamsPosts,
        forget: Sequence[Forget] = (),
    ) -> None:
        self._conversation = conversation
        self._conversations = conversations
        self._posts = posts
        self._forget = tuple(forget)
        self._extension = Extension(conversation)

    async def take(self, incoming: Incoming, send: Send) -> Answer:
        """Take a turn; returns what an invoke is answered with."""
        match incoming.type:
            case "message":
                await self._message(incoming, send)
            case "invoke":
                return await self._invoke(incoming, send)
            case "installationUpdate":
                await self._installed(incoming, send)
            case "conversationUpdate":
                await self._updated(incoming, send)
        return _OK

    async def say(self, reply: Reply, incoming: Incoming, send: Send) -> None:
        """Answer with a message."""
        sent = await send(outgoing.message(reply, incoming.scope, incoming.person))
        if isinstance(reply, LessonReply) and reply.answer and sent:
            await self._posts.record(incoming.place, sent, reply.answer)

    async def _message(self, incoming: Incoming, send: Send) -> None:
        await self._keep(incoming)
        if incoming.value.get("verb") is not None:
            await self.say(await self._submitted(incoming), incoming, send)
            return
        message = activities.message(incoming)
        if message.text:
            reply = await self._conversation.reply(message)
        elif activities.has_attachments(incoming):
            reply = words.no_files()
        elif incoming.raw.get("attachments"):
            reply = words.no_own_words()
        else:
            reply = await self._conversation.reply(message)
        await self.say(reply, incoming, send)

    async def _submitted(self, incoming: Incoming) -> Reply:
        """Answer a button on a client that does not know `Action.Execute`."""
        press = activities.press(incoming, incoming.value)
        return await self._conversation.press(press) if press else TextReply("notice", (words.NOT_OURS,))

    async def _invoke(self, incoming: Incoming, send: Send) -> Answer:
        if incoming.name == "adaptiveCard/action":
            await self._keep(incoming)
            return 200, await self._pressed(incoming, activities.pressed_data(incoming), send)
        if incoming.name in feedback.INVOKES:
            await self._rate(incoming)
            return 200, {}
        answer = await self._extension.answer(incoming)
        return (200, answer) if answer else _UNKNOWN

    async def _pressed(self, incoming: Incoming, data: Mapping[str, Any], send: Send) -> dict[str, Any]:
        if data.get("action") == cards.SHARE:
            return await self._share(incoming, str(data.get("value")), send)
        press = activities.press(incoming, data)
        if press is None:
            return outgoing.refused(words.NOT_OURS)
        reply = await self._conversation.press(press)
        return outgoing.refreshed(await self._card(press, reply, shareable=not incoming.place.private))

    async def _card(self, press: Press, reply: Reply, *, shareable: bool) -> cards.Card:
        """Make the card that takes the place of the one that was pressed; a lesson that is only talked about stays."""
        lesson = await self._conversation.recall(press.place, press.value)
        if lesson and isinstance(reply, WhyReply):
            return cards.with_reason(lesson, reply, shareable=shareable)
        if lesson and isinstance(reply, TextReply) and press.action in _NOTED_UNDER_THE_LESSON:
            return cards.card(lesson, note=" ".join(reply.paragraphs), shareable=shareable)
        return cards.card(reply, shareable=shareable)

    async def _share(self, incoming: Incoming, answer: str, send: Send) -> dict[str, Any]:
        lesson = await self._conversation.recall(incoming.place, answer)
        if lesson is None:
            return outgoing.refused(words.NOT_OURS)
        try:
            await self.say(lesson, incoming, send)
        except DeliveryError as error:
            if error.verdict not in ("blocked", "gone"):
                raise
            return outgoing.refreshed(cards.card(lesson, note=words.NOT_SHARED))
        return outgoing.refreshed(cards.card(lesson, note=words.SHARED))

    async def _rate(self, incoming: Incoming) -> None:
        found = feedback.verdict(incoming)
        answer = await self._posts.answer(incoming.place, feedback.of_message(incoming)) if found else None
        if found and answer:
            await self._conversation.press(Press(found, answer, incoming.person, incoming.place))

    async def _installed(self, incoming: Incoming, send: Send) -> None:
        match incoming.raw.get("action"):
            case "add":
                await self._welcome(incoming, send)
            case "add-upgrade":
                await self._keep(incoming)
            case "remove":
                await self._leave(incoming)

    async def _updated(self, incoming: Incoming, send: Send) -> None:
        if _names(incoming, "membersAdded", incoming.bot):
            await self._welcome(incoming, send)
        elif (
            _names(incoming, "membersRemoved", incoming.bot) or incoming.channel_data.get("eventType") == "teamDeleted"
        ):
            await self._leave(incoming)
        elif incoming.channel_data.get("eventType") == "channelDeleted":
            await self._forget_place(incoming.place)

    async def _welcome(self, incoming: Incoming, send: Send) -> None:
        """Say hello once, though Teams tells of an installation in two ways."""
        await self._keep(incoming)
        if await self._conversations.greet(incoming.place):
            await self.say(words.welcome(incoming.scope), incoming, send)

    async def _leave(self, incoming: Incoming) -> None:
        """Forget the place, and with a team all its channels."""
        places = [incoming.place]
        if incoming.team:
            places += await self._conversations.of_team(incoming.place.team, incoming.team)
        for place in places:
            await self._forget_place(place)

    async def _forget_place(self, place: Place) -> None:
        for forget in (*self._forget, self._conversations.forget):
            await forget(place)

    async def _keep(self, incoming: Incoming) -> None:
        reference = Reference(
            incoming.service_url, activities.root(incoming.conversation), incoming.bot, incoming.place.team
        )
        known = Known(
            place=incoming.place,
            scope=incoming.scope,
            team=incoming.team,
            person=incoming.person if incoming.place.private else "",
            reference=reference.as_json(),
        )
        await self._conversations.keep(known)


def _names(incoming: Incoming, members: str, who: str) -> bool:
    listed = incoming.raw.get(members)
    return any(isinstance(one, dict) and one.get("id") == who for one in listed) if isinstance(listed, list) else False
