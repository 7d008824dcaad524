"""Dialogues of tests/conversations, played to the real bot."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.actions import PickTheme
from bot.conversation.conversation import Conversation
from bot.message import LessonReply, Message, Place, Press, Reply
from bot.platforms import wire
from bot.platforms.terminal import as_json

HERE = Place("terminal", "", "dialogue", private=True)
FOLDER = Path(__file__).parent / "conversations"
EVERYWHERE = {"kind", "says"}  # what can be expected of any reply
OF_KIND = {
    "lesson": {"theme", "new"},
    "theme": {"theme", "new"},
    "tip": {"theme", "new"},
    "depth": {"theme", "part"},
    "clarify": {"offers"},
    "themes": set(),
    "why": {"offers"},
    "handover": {"topic"},
    "text": {"intent", "offers"},
}


def read_dialogues() -> list[tuple[str, list[dict[str, Any]]]]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        found += [(f"{path.stem}: {d['name']}", d["turns"]) for d in yaml.safe_load(path.read_text("utf-8"))]
    return found


@dataclass
class DialoguePlayer:
    """Player of one dialogue to the bot, with its replies so far."""

    conversation: Conversation
    replies: list[Reply] = field(default_factory=list)

    async def play(self, turns: list[dict[str, Any]]) -> None:
        for turn in turns:
            reply = await self._turn(turn)
            self._expect(reply, turn["expect"])
            self.replies.append(reply)

    async def _turn(self, turn: dict[str, Any]) -> Reply:
        if "say" in turn:
            return await self.conversation.answer_message(Message(turn["say"], "person", HERE))
        choices = getattr(self.replies[-1], "choices", ())
        if "pick" in turn:
            choice = [c for c in choices if isinstance(c.action, PickTheme)][turn["pick"] - 1]
            return await self.conversation.answer_press(Press(choice.action, "person", HERE))
        written = dict(wire.write_button(c.action) for c in reversed(choices))
        action = wire.read_button(turn["press"], written.get(turn["press"], ""))
        return await self.conversation.answer_press(Press(action, "person", HERE))

    def _expect(self, reply: Reply, expect: dict[str, Any]) -> None:
        shown = as_json(reply)
        check_expectation(expect)
        assert reply.kind in _list(expect["kind"]), f"expected {expect['kind']}, got: {shown}"
        mine = {key: value for key, value in expect.items() if key in OF_KIND[reply.kind]}
        if isinstance(reply, LessonReply):
            self._expect_lesson(reply, mine, shown)
        if "offers" in mine:
            assert hasattr(reply, "choices"), shown
            assert mine["offers"] in [c.action.theme for c in reply.choices if isinstance(c.action, PickTheme)], shown
        for key in mine.keys() & {"intent", "topic", "part"}:
            assert hasattr(reply, key), shown
            assert getattr(reply, key) == mine[key], shown
        for words in _list(expect.get("says", [])):
            assert words in shown.replace('\\"', '"'), f"“{words}” is not said in: {shown}"

    def _expect_lesson(self, reply: LessonReply, expect: dict[str, Any], shown: str) -> None:
        assert reply.lesson, shown
        assert reply.quote.text, shown
        assert reply.quote.attribution, shown
        assert reply.nudge, shown
        earlier = [r for r in self.replies if isinstance(r, LessonReply)]
        if "theme" in expect:
            wanted = [earlier[-1].theme] if expect["theme"] == "same" else _list(expect["theme"])
            assert reply.theme in wanted, shown
        if expect.get("new"):
            assert reply.title not in {r.title for r in earlier}, shown


def check_expectation(expect: dict[str, Any]) -> None:
    """Refuse what could never be looked at: a kind that there is not, or a key that none of the kinds has."""
    kinds = _list(expect["kind"])
    assert set(kinds) <= set(OF_KIND), f"a dialogue cannot expect a reply of kind {kinds}"
    known = EVERYWHERE.union(*(OF_KIND[kind] for kind in kinds))
    assert set(expect) <= known, f"of {kinds} a dialogue cannot expect {set(expect) - known}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
