"""Answers to a question back: a pick, a yes, a no, a correction, or a detail that narrows."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bot.actions import NoneOfThese, Part, PickTheme
from bot.conversation import responses
from bot.conversation.corrections import Correction, read_correction
from bot.conversation.follow_ups import read_follow_up
from bot.conversation.mentioned import find_mentioned
from bot.conversation.part_requests import find_part
from bot.conversation.picks import (
    Agreed,
    Declined,
    Picked,
    is_number,
    read_answer,
    read_gist,
    read_inner_pick,
    remove_yes,
)
from bot.conversation.turns.lookups import Classify
from bot.conversation.turns.meanings import ON_A_LESSON, Meant, Reread, Said, Turn
from bot.conversation.turns.options import ThemeOptions
from bot.conversation.turns.topics import TopicReader, join_detail
from bot.conversation.wording import fold
from bot.store.pending import Pending

if TYPE_CHECKING:
    from intents import Classification

_MARGIN = 0.55  # the share of one option, from which a detail decides between those on offer
_AS_LIKELY = 0.5  # of the theme that a detail by itself is likeliest about; a theme on offer far below is not meant
_UNSEEN = 0.02  # confidence of a theme that is not among the ranked
_ANY = re.compile(r"^(?:really |quite )*(?:any|one|either|all)(?: (?:of )?(?:them|these|those))?$")
_NARROWS = re.compile(
    r"^(?:its|it is|thats|mostly|mainly|especially|more|about|only|just|the problem is|i mean|well)\b"
)


class QuestionAnswerReader:
    """Reads answers to a question back.

    Parameters
    ----------
    options
        Looks up what is on offer.
    topics
        Reads a clause of what was told before.
    classify
        Returns the classification of a text.
    """

    def __init__(self, options: ThemeOptions, topics: TopicReader, classify: Classify) -> None:
        self._options = options
        self._topics = topics
        self._classify = classify

    async def read(self, text: str, found: "Classification", question: Pending, words: str) -> Turn | None:
        """Return what a turn says to the question back that is pending; None where it says something of its own."""
        options = [name for name, _ in question.options if self._options.find_theme(name)]
        titles = self._options.list_titles(options)
        answer = read_answer(text, titles) or read_gist(text, self._options.list_gists(options, titles))
        if isinstance(answer, Picked):
            return Meant((PickTheme(options[answer.position]),))
        if inner := read_inner_pick(text, titles):
            told = join_detail(words, inner[1]) if words else inner[1]
            return Meant((PickTheme(options[inner[0]]),), rest=inner[1], part=find_part(text) or "", told=told)
        if options and is_number(text):  # one that is not on offer
            return Said(responses.which_of_them(self._options.build_choices(options, titles)))
        if isinstance(answer, Agreed) and options:
            return (
                Meant((PickTheme(options[0]),))
                if len(options) == 1
                else Said(responses.which_of_them(self._options.build_choices(options, titles)))
            )
        if correction := read_correction(text):
            return await self._read_corrected_answer(correction, options, titles, words)
        if isinstance(answer, Declined):
            return await self._read_decline(answer, options, words)
        follow_up = read_follow_up(remove_yes(text) or text)
        plain = follow_up is not None and (not follow_up.foreign or follow_up.act == "place") and not found.named
        if options and follow_up and follow_up.act in (*ON_A_LESSON, "brief") and plain:
            return self._take_likeliest(question, options, titles, cast(Part, follow_up.act))
        if (clause := find_mentioned(text, words)) and (turn := await self._topics.read_mentioned(text, clause)):
            return turn
        turn = await self._read_detail(text, found, question, options, words)
        if isinstance(turn, Meant):
            return replace(turn, part=find_part(text) or "", told=join_detail(words, text) if words else text)
        return turn

    def _take_likeliest(self, question: Pending, options: Sequence[str], titles: Sequence[str], part: Part) -> Meant:
        """Return the pick of the likeliest of what is on offer, for a turn that only makes sense on a lesson."""
        confidences = dict(question.options)
        best = max(range(len(options)), key=lambda position: confidences[options[position]])
        others = tuple(
            choice for position, choice in enumerate(self._options.build_choices(options, titles)) if position != best
        )
        hedge = f"I take it that you mean “{titles[best]}”" + ("; the others are below." if others else ".")
        return Meant((PickTheme(options[best]),), hedge, others, part=part)

    async def _read_decline(self, answer: Declined, options: Sequence[str], words: str) -> Turn | None:
        if not answer.rest:
            return Meant((NoneOfThese(),))
        declined = frozenset(self._options.find_theme(name) for name in options)
        return await self._reread(answer.rest, words, declined)

    async def _read_corrected_answer(
        self, correction: Correction, options: Sequence[str], titles: Sequence[str], words: str
    ) -> Turn | None:
        if _ANY.match(fold(correction.rejected)):
            declined = frozenset(self._options.find_theme(name) for name in options)
            return await self._reread(correction.wanted, words, declined)
        rejected = read_answer(correction.rejected, titles) if correction.rejected else None
        gone = options[rejected.position] if isinstance(rejected, Picked) else ""
        left = [(name, title) for name, title in zip(options, titles, strict=True) if name != gone]
        picked = read_answer(correction.wanted, [title for _, title in left])
        if isinstance(picked, Picked):
            return Meant((PickTheme(left[picked.position][0]),))
        without = frozenset((self._options.find_theme(gone),)) if gone else frozenset()
        return await self._reread(correction.wanted, words, without)

    async def _reread(self, wanted: str, words: str, without: frozenset[str]) -> Reread:
        """Return what is wanted to be read again: alone where that is clear, else with the words before it."""
        alone = await self._classify(wanted)
        clear = alone.decision == "answer" or not words
        return Reread(wanted if clear else join_detail(words, wanted), without, told=wanted)

    async def _read_detail(
        self,
        text: str,
        found: "Classification",
        question: Pending,
        options: Sequence[str],
        words: str,
    ) -> Turn | None:
        """Read a turn that names no option: a detail that narrows, or a problem of its own."""
        themes = {self._options.find_theme(name): name for name in options}
        if len(themes) < len(options) and words and found.decision in ("answer", "clarify"):
            return Reread(join_detail(words, text), told=text)  # lessons of one theme were on offer
        top = found.intents[0]
        narrows = bool(_NARROWS.match(fold(text))) and any(one.id in themes for one in found.themes)
        if found.decision == "answer" and (top.id in themes or found.named or not narrows):
            return Meant((PickTheme(themes[top.id]),)) if top.id in themes and not found.named else None
        if found.decision == "conversation" and (
            found.named or top.id not in ("unhelpful", "another", "help", "sources")
        ):
            return None
        if found.decision == "clarify" and top.id in themes and top.confidence >= _MARGIN:  # the detail alone says it
            return Meant((PickTheme(themes[top.id]),))
        joined = await self._classify(join_detail(words, text)) if words else None
        if joined and joined.care.band == "none" and joined.decision == "answer" and not narrows:
            return Reread(join_detail(words, text), told=text)
        likely = (joined or found).themes
        scores = {
            name: (confidence or _UNSEEN)
            * max((one.confidence for one in likely if one.id == self._options.find_theme(name)), default=_UNSEEN)
            for name, confidence in question.options
            if name in options
        }
        total = sum(scores.values())
        likeliest = max((one.confidence for one in found.themes), default=0.0)
        needed = max(_UNSEEN, _AS_LIKELY * likeliest)
        hints = any(one.id in themes and one.confidence > needed for one in found.themes)
        if total and hints and found.decision != "out-of-scope" and max(scores.values()) / total >= _MARGIN:
            return Meant((PickTheme(max(scores, key=lambda name: scores[name])),))
        if joined and joined.decision == "clarify" and found.decision != "out-of-scope":
            return Reread(join_detail(words, text), told=text)
        return None
