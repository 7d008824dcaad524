"""The message extension: search for a lesson to insert, or find a lesson for an existing message."""

from dataclasses import replace
from typing import Any, Protocol

from bot.conversation.responses import no_words
from bot.conversation.title_search import FEWEST_LETTERS
from bot.message import HandoverReply, LessonReply
from bot.platforms.teams.api.message_text import read_html
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.cards import plain_text, responses
from bot.platforms.teams.cards.reply import render_card, render_insertable_lesson, render_text_card, wrap_attachment

Json = dict[str, Any]
_RESULTS = 8
_PREVIEW = 140  # characters of a lesson in the list of results


class LessonFinder(Protocol):
    """Finds lessons without recording an answer."""

    async def find_lessons(
        self, text: str, most: int = 5, workspace: str = "", *, relayed: bool = False, as_typed: bool = False
    ) -> HandoverReply | tuple[LessonReply, ...]:
        """Return the lessons for a text, at most `most`, or a handover."""
        ...


class MessageExtension:
    """Answers the invokes of the message extension; stores nothing and posts nothing.

    Parameters
    ----------
    finder
        The conversation.
    """

    def __init__(self, finder: LessonFinder) -> None:
        self._finder = finder

    async def answer(self, incoming: Incoming) -> Json | None:
        """Return the body that answers an invoke; None when the invoke is none of the extension's."""
        match incoming.name:
            case "composeExtension/query":
                return await self._search(incoming)
            case "composeExtension/fetchTask":
                return await self._open_dialog(_read_chosen_message(incoming), incoming.place.team)
            case "composeExtension/submitAction":
                return await self._insert(_read_chosen_message(incoming), incoming.place.team)
            case _:
                return None

    def build_apology(self, incoming: Incoming) -> Json:
        """Return the body for an invoke that could not be answered now."""
        if incoming.name == "composeExtension/fetchTask":
            return _task(render_text_card(responses.NOT_NOW))
        return _line(responses.NOT_NOW)

    async def _search(self, incoming: Incoming) -> Json:
        """Return what fits what was typed so far; Teams asks at each pause, and for more when one scrolls down."""
        text = _read_parameter(incoming, "query").strip()
        if _reads_on(incoming):
            return _results(())
        if text and sum(map(str.isalnum, text)) < FEWEST_LETTERS:
            return _line(responses.KEEP_TYPING)
        found = await self._finder.find_lessons(text, _RESULTS, incoming.place.team, as_typed=True)
        if isinstance(found, HandoverReply):
            return _line("\n\n".join(plain_text.list_paragraphs(found)))
        return _results(found) if found else _line(responses.NOTHING_FOUND)

    async def _open_dialog(self, text: str, tenant: str) -> Json:
        if not text:
            return _task(render_card(replace(no_words(), choices=())))  # a button in a dialog would do nothing
        found = await self._finder.find_lessons(text, 1, tenant, relayed=True)
        if isinstance(found, HandoverReply):
            return _task(render_card(found))
        if not found:
            return _task(render_text_card(responses.NOTHING_FOUND))
        insert = {"type": "Action.Submit", "title": responses.INSERT, "data": {}}
        return _task(render_insertable_lesson(found[0]) | {"actions": [insert]})

    async def _insert(self, text: str, tenant: str) -> Json:
        """Insert the lesson that the dialog showed, found again: data that a client sends back is not trusted."""
        found = await self._finder.find_lessons(text, 1, tenant, relayed=True) if text else ()
        if isinstance(found, HandoverReply) or not found:
            return _line(responses.NOTHING_FOUND)
        return _results(found)


def _results(found: tuple[LessonReply, ...]) -> Json:
    attachments = [wrap_attachment(render_insertable_lesson(reply)) | {"preview": _preview(reply)} for reply in found]
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def _preview(reply: LessonReply) -> Json:
    lesson = reply.lesson if len(reply.lesson) <= _PREVIEW else reply.lesson[: _PREVIEW - 1].rstrip() + "…"
    content = {"title": reply.title, "subtitle": reply.theme_title, "text": lesson}
    return {"contentType": "application/vnd.microsoft.card.thumbnail", "content": content}


def _line(text: str) -> Json:
    return {"composeExtension": {"type": "message", "text": text}}


def _task(card: Json) -> Json:
    value = {"title": responses.HERE, "width": "medium", "height": "medium", "card": wrap_attachment(card)}
    return {"task": {"type": "continue", "value": value}}


def _read_parameter(incoming: Incoming, name: str) -> str:
    listed = incoming.value.get("parameters")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("name") == name and isinstance(one.get("value"), str):
            return str(one["value"])
    return ""


def _reads_on(incoming: Incoming) -> bool:
    """Return whether a further page is asked for; everything that is found stands on the first."""
    options = incoming.value.get("queryOptions")
    skip = options.get("skip") if isinstance(options, dict) else None
    return isinstance(skip, int) and skip > 0


def _read_chosen_message(incoming: Incoming) -> str:
    """Return the text of the message that the action was chosen on."""
    payload = incoming.value.get("messagePayload")
    body = payload.get("body") if isinstance(payload, dict) else None
    content = body.get("content") if isinstance(body, dict) else None
    return read_html(content) if isinstance(content, str) else ""
