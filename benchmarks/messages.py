"""Measures what the bot says to messages of people, through the conversation: helped, right at once, wrong.

    python -m benchmarks.messages FILE [--misses]

FILE holds a JSON object a line: `t` is the message, `l` the labels that help (ids of themes, or of what else it may
be, such as `out-of-scope`, `thanks` or `wellbeing`), `s` the slice or slices that it is in, if any. *Right*: what is
shown first is a label. *Helped*: a label is shown first or offered on a button. *Wrong*: an answer is given outright,
and neither it nor a button is a label. Each message stands in a place of its own.
"""

import argparse
import asyncio
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.actions import PickTheme, SecondIssue
from bot.message import HandoverReply, LessonReply, Message, Place, Reply, TextReply, ThemesReply

if TYPE_CHECKING:
    from knowledge import Knowledge

LONG = 80  # words


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with what was shown first and what was offered, by id."""

    text: str
    labels: frozenset[str]
    slices: tuple[str, ...]
    shown: str
    offered: frozenset[str]

    @property
    def right(self) -> bool:
        """Whether what is shown first is a label."""
        return self.shown in self.labels

    @property
    def helped(self) -> bool:
        """Whether a label is shown or offered."""
        return self.right or bool(self.offered & self.labels)

    @property
    def wrong(self) -> bool:
        """Whether something was said outright, and no label was shown or offered."""
        return bool(self.shown) and not self.helped


async def judge_messages(rows: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """Return what the bot says to each message."""
    from bot.app import build_app
    from bot.settings import Settings

    judged = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=SecretStr(f"sqlite:///{Path(folder) / 'bot.sqlite'}"))
        async with build_app(settings) as app:
            for number, row in enumerate(rows):
                place = Place("terminal", "", f"reader-{number}", private=True)
                reply = await app.conversation.answer_message(Message(row["t"], place.key, place))
                shown, offered = _read_reply(reply, app.knowledge())
                judged.append(Judged(row["t"], frozenset(row["l"]), _list_slices(row), shown, offered))
    return judged


def _read_reply(reply: Reply, knowledge: "Knowledge") -> tuple[str, frozenset[str]]:
    """Return the id of what is shown first, empty for a question back, and the ids of the themes on buttons."""
    ids = [
        one.action.theme if isinstance(one.action, PickTheme) else one.action.lesson
        for one in getattr(reply, "choices", ())
        if isinstance(one.action, PickTheme | SecondIssue)
    ]
    found = ((name, knowledge.find_lesson(name)) for name in ids)
    offered = frozenset(lesson[0].id if lesson else name for name, lesson in found)
    match reply:
        case LessonReply():
            return reply.theme, offered
        case HandoverReply():
            return reply.topic, offered
        case TextReply():
            return reply.intent, offered
        case ThemesReply():
            return "list-themes", offered
        case _:
            return "", offered


def _list_slices(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row.get("s", ())
    named = (given,) if isinstance(given, str) else tuple(given)
    words = f"{LONG} words and more" if len(row["t"].split()) >= LONG else f"under {LONG} words"
    return ("all", words, *named)


def main() -> None:
    """Print helped, right and wrong by slice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", action="store_true", help="print each message that was not helped")
    asked = parser.parse_args()
    rows = [json.loads(line) for line in asked.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    judged = asyncio.run(judge_messages(rows))
    by_slice: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        for name in one.slices:
            by_slice[name].append(one)
    print(f"{'slice':<32} {'helped':>8} {'right':>8} {'wrong':>8} {'of':>6}")
    for name, those in by_slice.items():
        shares = (sum(getattr(one, verdict) for one in those) / len(those) for verdict in ("helped", "right", "wrong"))
        print(f"{name:<32} " + " ".join(f"{share:8.1%}" for share in shares) + f" {len(those):6}")
    for one in judged if asked.misses else ():
        if not one.helped:
            print(f"{one.shown or 'asked back'} {sorted(one.offered)} for {sorted(one.labels)}: {one.text}")


if __name__ == "__main__":
    main()
