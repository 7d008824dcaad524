"""Card actions, each answered on the card that was pressed."""

from collections.abc import Mapping
from typing import Any

from bot.actions import (
    Action,
    FillInDaily,
    NameMe,
    PickCue,
    PlanPromise,
    Rate,
    Settle,
    Share,
    ShowMoments,
    TakeOn,
    TakeSmallerStep,
    Withdraw,
)
from bot.conversation.conversation import Conversation
from bot.message import Press, Reply, TextReply, WhyReply
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.connector import SendMessage
from bot.platforms.teams.api.errors import DeliveryError
from bot.platforms.teams.api.payloads import VERB, Incoming
from bot.platforms.teams.cards import messages, responses, tip_form
from bot.platforms.teams.cards.buttons import UNDER
from bot.platforms.teams.cards.reply import (
    Card,
    render_card,
    render_lesson_with_note,
    render_lesson_with_reason,
    render_unsaved_form,
)
from bot.platforms.teams.handlers.responder import Responder

Data = Mapping[str, Any]


class CardActions:
    """Answers card actions."""

    def __init__(self, conversation: Conversation, responder: Responder) -> None:
        self._conversation = conversation
        self._responder = responder

    async def answer_submit(self, incoming: Incoming) -> Reply:
        """Answer a button on a client that does not know `Action.Execute`; sharing needs the card that it replaces."""
        press = read_press(incoming, incoming.value)
        if press is None or isinstance(press.action, Share):
            return TextReply("notice", (responses.NOT_OURS,))
        return await self._conversation.answer_press(press)

    async def answer_execute(self, incoming: Incoming, send: SendMessage) -> dict[str, Any]:
        """Answer a press with a card that replaces the pressed one, for the presser alone."""
        data = payloads.read_execute_data(incoming)
        press = read_press(incoming, data)
        if press is None:
            return messages.reject_action(responses.NOT_OURS)
        if isinstance(press.action, Share):
            return await self._share(incoming, press.action.answer, send)
        reply = await self._conversation.answer_press(press)
        if not press.place.private and reply.announce and not await self._told(reply, send):
            return messages.replace_card(render_card(reply, note=responses.NOT_SHARED))
        return messages.replace_card(await self._card(press, data, reply))

    async def _card(self, press: Press, data: Data, reply: Reply) -> Card:
        """Return the new card; it keeps a lesson that the reply refers to."""
        shareable = not press.place.private
        if isinstance(press.action, FillInDaily) and isinstance(reply, TextReply) and not reply.announce:
            return render_unsaved_form(reply, press.action.form)
        under = data.get(UNDER) or getattr(press.action, "answer", "")
        lesson = await self._conversation.lessons.recall(press.place, str(under))
        if lesson and isinstance(reply, WhyReply):
            return render_lesson_with_reason(lesson, reply, shareable=shareable)
        if lesson and isinstance(reply, TextReply) and _is_noted_under_the_lesson(press.action):
            noted = isinstance(press.action, Rate)
            return render_lesson_with_note(lesson, reply, noted=noted, shareable=shareable)
        return render_card(reply, shareable=shareable)

    async def _share(self, incoming: Incoming, answer: str, send: SendMessage) -> dict[str, Any]:
        lesson = await self._conversation.lessons.recall(incoming.place, answer)
        if lesson is None:
            return messages.reject_action(responses.NOT_OURS)
        shared = await self._told(lesson, send, responses.shared_by(incoming.name_shown))
        return messages.replace_card(render_card(lesson, note=responses.SHARED if shared else responses.NOT_SHARED))

    async def _told(self, reply: Reply, send: SendMessage, opening: str = "") -> bool:
        """Send a reply to the whole conversation; return False when the bot may not post there."""
        try:
            await self._responder.send_reply(reply, send, opening)
        except DeliveryError as error:
            if error.verdict not in ("blocked", "gone"):
                raise
            return False
        return True


def read_action(data: Data) -> Action | None:
    """Return the action in the data of a button or of the filled-in form; None when the data is not the bot's."""
    if data.get("verb", VERB) == VERB and data.get("action") == tip_form.SAVE:
        return FillInDaily(tip_form.read_tip_form(data))
    return payloads.read_button(data)


def read_press(incoming: Incoming, data: Data) -> Press | None:
    """Return the press of a button or of the form; None when the data is not the bot's.

    Parameters
    ----------
    data
        What the button carries. Anybody can make it up, so the value is only ever looked up.
    """
    action = read_action(data)
    if action is None:
        return None
    return Press(action, incoming.person, incoming.place, incoming.time_zone, incoming.name_shown)


def _is_noted_under_the_lesson(action: Action) -> bool:
    settled_well = isinstance(action, Settle) and action.outcome == "done"
    planned = isinstance(action, TakeOn | PlanPromise | ShowMoments | PickCue | TakeSmallerStep | NameMe)
    return settled_well or planned or isinstance(action, Rate | Withdraw)
