"""Offers: what an organisation's own packs hold besides, in one line with a button under whatever is answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import NoneOfThese, PickTheme
from bot.message import Choice, ClarifyReply, LessonReply, Reply, TextReply

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

_MOST_ASKED = 4  # themes in a question back; “None of these” is the fifth button, and a sixth falls into a menu


def add_offers(reply: Reply, knowledge: "Knowledge", found: "Classification") -> Reply:
    """Return a reply with what own packs have on a message: a line under an answer, a choice in a question back.

    Parameters
    ----------
    reply
        To the message alone.
    found
        What the message was taken for, with the ids that are offered.
    """
    offers = _list_offers(knowledge, found)
    match reply:
        case LessonReply(kind="lesson"):
            left = [(name, title) for name, title in offers if not _is_shown(knowledge, reply, name)]
            if not left:
                return reply
            also = f"{reply.also} {_describe(left[:1])}".strip()
            return replace(reply, also=also, choices=(*reply.choices, *_build_choices(left[:1])))
        case ClarifyReply():
            asked = [one for one in reply.choices if not isinstance(one.action, NoneOfThese)]
            none = [one for one in reply.choices if isinstance(one.action, NoneOfThese)]
            titles = {one.label for one in asked}
            more = _build_choices([offer for offer in offers if offer[1] not in titles])
            room = max(0, _MOST_ASKED - len(asked))
            told = _describe_titles([one.label for one in more[room:]])  # without a button, but its title can be typed
            return replace(reply, question=f"{reply.question} {told}".strip(), choices=(*asked, *more[:room], *none))
        case TextReply(intent="out-of-scope") if offers:
            first, *others = reply.paragraphs
            paragraphs = (first, _describe(offers), *others)
            return replace(reply, paragraphs=paragraphs, choices=(*_build_choices(offers), *reply.choices))
    return reply


def _list_offers(knowledge: "Knowledge", found: "Classification") -> list[tuple[str, str]]:
    """Return ids and titles of the themes and lessons that are offered and still there."""
    offers = []
    for name in found.offered:
        if name in knowledge.themes:
            offers.append((name, knowledge.themes[name].title))
        elif lesson := knowledge.find_lesson(name):
            offers.append((name, lesson[1].title))
    return offers


def _is_shown(knowledge: "Knowledge", reply: LessonReply, name: str) -> bool:
    """Return whether a reply is already the lesson, or about the theme, that would be offered."""
    lesson = knowledge.find_lesson(name)
    return name == reply.theme or (lesson is not None and lesson[1].title == reply.title)


def _build_choices(offers: Sequence[tuple[str, str]]) -> list[Choice]:
    return [Choice(PickTheme(name), title) for name, title in offers]


def _describe(offers: Sequence[tuple[str, str]]) -> str:
    return _describe_titles([title for _, title in offers])


def _describe_titles(titles: Sequence[str]) -> str:
    return f"Your organisation also has: {', '.join(titles)}." if titles else ""
