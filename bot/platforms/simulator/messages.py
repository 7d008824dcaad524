"""The view “ask”: a message or a press goes to the conversation, and the reply comes back in every look."""

from collections.abc import Sequence

from aiohttp import web

from bot.conversation.conversation import Conversation
from bot.message import Message, Place, Press, Reply
from bot.platforms import wire
from bot.platforms.simulator.looks import Json, Look
from bot.platforms.simulator.requests import MessageRequest, PressRequest, RequestError, parse_request


def build_session_place(session: str) -> Place:
    """Return the place of a visitor of the page; each session has another place."""
    return Place("simulator", "", session)


class AskView:
    """Answers the messages and presses of the page."""

    def __init__(self, conversation: Conversation, looks: Sequence[Look]) -> None:
        self._conversation = conversation
        self._looks = {look.name: look for look in looks}

    async def answer_message(self, request: web.Request) -> Json:
        """Answer a message."""
        said = parse_request(MessageRequest, await request.read())
        return self._render(
            await self._conversation.answer_message(Message(said.text, said.session, build_session_place(said.session)))
        )

    async def answer_press(self, request: web.Request) -> Json:
        """Answer a press.

        Raises
        ------
        RequestError
            For an unknown look, or a press that is not on a button of ours.
        """
        pressed = parse_request(PressRequest, await request.read())
        look = self._looks.get(pressed.look)
        if look is None:
            raise RequestError(f"The field “look” is one of {', '.join(self._looks)}.", "look")
        found = look.read(pressed.pressed)
        if found is None:
            raise RequestError("This is none of the buttons that the bot makes.", "pressed")
        press = Press(found, pressed.session, build_session_place(pressed.session))
        return self._render(await self._conversation.answer_press(press))

    def _render(self, reply: Reply) -> Json:
        return {"reply": wire.build_reply_data(reply)} | {
            name: look.render(reply) for name, look in self._looks.items()
        }
