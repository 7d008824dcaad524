"""The director of dialogues: writes words that depend on what was on offer, and holds replies against the promises."""

import re
from dataclasses import replace
from typing import Any

from bot.conversation.depth import LABELS
from knowledge import Knowledge, Theme
from tests.integration.turns.page_stage import STEP
from tests.integration.turns.stages import Seen, Turn
from tests.packaged import packaged_knowledge

TURN_KEYS = {"say", "press", "by", "mention", "replica", "restart", "tip", "expect"}
EXPECT_KEYS = {
    "lesson",
    "offered",
    "may_ask",
    "again",
    "new",
    "part",
    "missing",
    "asks",
    "offers",
    "says",
    "not",
    "silence",
    "private",
    "none",
}
DECLINES = "None of these"
_PLACE = re.compile(r"\{(title|first|last|gist) (\d)\}")
_MOST_TELLING = 3  # words of what a question back tells of a choice: the longest
_SHORT = 3  # letters; “the” and “and” in a title name nothing


class Director:
    """Writes the words of each turn, and holds what is seen against what a dialogue expects."""

    def __init__(self) -> None:
        self._knowledge: Knowledge = packaged_knowledge()()
        self._shown: list[str] = []
        self._offered: list[Theme] = []  # by the last question back
        self._gists: list[str] = []  # that it told of each, empty where it told none

    def follow_tip(self, theme: str) -> None:
        self._shown.append(f"tip {theme}")

    def write_turn(self, turn: dict[str, Any]) -> Turn:
        """Return what is done in a turn, with what was on offer in place of `{title 2}`, `{gist 2}` and so on."""
        assert set(turn) <= TURN_KEYS, f"a turn cannot have {set(turn) - TURN_KEYS}"
        return Turn(
            _PLACE.sub(lambda found: self._name_offered(found[1], int(found[2])).lower(), turn.get("say", "")),
            _PLACE.sub(lambda found: self._name_offered(found[1], int(found[2])), turn.get("press", "")),
            turn.get("by", "ann"),
            turn.get("mention", False),
            turn.get("replica", 1),
        )

    def answer_question(self, expect: dict[str, Any], asked: Turn, seen: Seen | None) -> Turn | None:
        """Return the pick of the expected theme where a turn may be asked back and is; None where it is not."""
        if not expect.get("may_ask") or seen is None or DECLINES not in seen.buttons:
            return None
        self._note_offered(seen)
        assert len(self._offered) > 1, f"one theme is no question: {asked.say} → {seen}"
        wanted = self._knowledge.themes[expect["lesson"]]
        assert wanted in self._offered, f"{wanted.id} is not on offer: {asked.say} → {seen}"
        return replace(asked, say=wanted.title)

    def check(self, turn: dict[str, Any], seen: Seen | None) -> None:
        """Fail unless what is seen is what a turn expects."""
        expect = turn["expect"]
        assert set(expect) <= EXPECT_KEYS, f"a turn cannot expect {set(expect) - EXPECT_KEYS}"
        shown = f"{turn.get('say') or turn.get('press')} → {seen}"
        if expect.get("silence"):
            assert seen is None, shown
            return
        assert seen is not None, shown
        self._check_lesson(expect, seen, shown)
        if "part" in expect:
            self._check_part(expect, seen, shown)
        if "asks" in expect:
            assert (DECLINES in seen.buttons) == expect["asks"], shown
        if DECLINES in seen.buttons:
            self._note_offered(seen)
        self._check_offers(expect, seen, shown)
        for words in _list(expect.get("says", [])):
            assert words in seen.text or words in seen.buttons, f"“{words}” is missing: {shown}"
        for words in _list(expect.get("not", [])):
            assert words not in seen.text, f"“{words}” is said: {shown}"
        if "private" in expect:
            assert seen.private == expect["private"], shown

    def _note_offered(self, seen: Seen) -> None:
        by_title = {theme.title: theme for theme in self._knowledge.themes.values()}
        self._offered = [by_title[label] for label in seen.buttons if label in by_title]
        said = " ".join(seen.text.split())  # a terminal breaks lines
        told = [[one.brief for one in theme.lessons if one.brief and one.brief in said] for theme in self._offered]
        self._gists = [next(iter(briefs), "") for briefs in told]

    def _name_offered(self, how: str, position: int) -> str:
        """Return the title of what was on offer at a position from 1, or a word of it that no other title has."""
        assert 0 < position <= len(self._offered), f"{position} of {len(self._offered)} on offer"
        if how == "gist":
            assert self._gists[position - 1], f"nothing is told of the {position}. on offer"
            words = self._gists[position - 1].replace(".", "").replace(",", "").split()
            longest = sorted(words, key=len)[-_MOST_TELLING:]
            return " ".join(word for word in words if word in longest)
        theme = self._offered[position - 1]
        others = {word for one in self._offered if one is not theme for word in one.title.casefold().split()}
        words = [word for word in theme.title.split() if len(word) > _SHORT and word.casefold() not in others]
        return theme.title if how == "title" or not words else words[0] if how == "first" else words[-1]

    def _check_offers(self, expect: dict[str, Any], seen: Seen, shown: str) -> None:
        for wanted in _list(expect.get("offers", [])):
            if isinstance(wanted, int):
                assert len(self._offered) >= wanted, f"fewer than {wanted} on offer: {shown}"
            else:
                title = self._knowledge.themes[wanted].title
                assert any(title in label for label in seen.buttons), shown

    def _check_lesson(self, expect: dict[str, Any], seen: Seen, shown: str) -> None:
        title = next((lesson.title for theme in self._knowledge.themes.values() for lesson in theme.lessons
                      if lesson.title in seen.text and STEP in seen.text), "")  # fmt: skip
        if "lesson" in expect:
            assert title, f"no lesson: {shown}"
            titles = [self._knowledge.themes[theme].title for theme in _list(expect["lesson"])]
            assert any(one in seen.text for one in titles), f"not one of {titles}: {shown}"
        if "offered" in expect:
            self._check_picked(expect["offered"], seen, shown)
        if expect.get("again"):
            assert title == self._shown[-1], f"not “{self._shown[-1]}” again: {shown}"
        if expect.get("new"):
            assert title, shown
            assert title not in self._shown, f"“{title}” was shown before: {shown}"
        if title:
            self._shown.append(title)

    def _check_picked(self, position: int, seen: Seen, shown: str) -> None:
        """Fail unless a lesson of the theme that was on offer at a position is shown; 1 is the first, -1 the last."""
        assert 0 < abs(position) <= len(self._offered), f"{position} was not on offer before {shown}"
        theme = self._offered[position - 1 if position > 0 else position]
        assert STEP in seen.text, f"no lesson: {shown}"
        assert theme.title in seen.text, f"not of {theme.id}: {shown}"
        assert any(lesson.title in seen.text for lesson in theme.lessons), f"no lesson of {theme.id}: {shown}"

    def _check_part(self, expect: dict[str, Any], seen: Seen, shown: str) -> None:
        parts = _list(expect["part"])
        assert any(LABELS[part] in seen.text for part in parts), f"not {parts}: {shown}"
        last = self._shown[-1] if self._shown else ""
        if last and not last.startswith("tip "):
            assert last in seen.text, f"not on “{last}”: {shown}"
        if "missing" in expect:
            assert ("What I have is" in seen.text) == expect["missing"], shown


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
