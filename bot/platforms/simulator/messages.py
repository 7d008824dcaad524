"""The ask view: a message or a press goes to the conversation, and its reply comes back in every look."""

from collections.abc import Sequence
from dataclasses import asdict

from aiohttp import web

from bot.conversation.conversation import Conversation
from bot.message import LessonReply, Message, Place, Press, Reply
from bot.platforms.simulator.looks import Json, Look
from bot.platforms.simulator.requests import Pressed, RequestError, Say, parse


def place_of(session: str) -> Place:
    """Where a visitor of the page talks: a place of its own for each session."""
    return Place("simulator", "", session)


class Asking:
    """Talks to the conversation on behalf of the page."""

    def __init__(self, conversation: Conversation, looks: Sequence[Look]) -> None:
        self._conversation = conversation
        self._looks = {look.name: look for look in looks}

    async def say(self, request: web.Request) -> Json:
        """Answer a message."""
        said = parse(Say, await request.read())
        return self._shown(await self._conversation.reply(Message(said.text, said.session, place_of(said.session))))

    async def press(self, request: web.Request) -> Json:
        """Answer a press.

        Raises
        ------
        RequestError
            For a look that there is not, or a press that is not on a button of ours.
        """
        pressed = parse(Pressed, await request.read())
        look = self._looks.get(pressed.look)
        if look is None:
            raise RequestError(f"The field “look” is one of {', '.join(self._looks)}.", "look")
        found = look.read(pressed.pressed)
        if found is None:
            raise RequestError("This is none of the buttons that the bot makes.", "pressed")
        action, value = found
        return self._shown(
            await self._conversation.press(Press(action, value, pressed.session, place_of(pressed.session)))
        )

    def _shown(self, reply: Reply) -> Json:
        data = asdict(reply)
        if isinstance(reply, LessonReply):
            data["quote"]["attribution"] = reply.quote.attribution
        return {"reply": data} | {name: look.render(reply) for name, look in self._looks.items()}
