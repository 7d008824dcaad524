"""Turns after a lesson, and with nothing pending: which reader is asked, in which order."""

import re
from typing import TYPE_CHECKING

from bot.actions import PickTheme, SecondIssue, Settle
from bot.conversation import responses
from bot.conversation.corrections import read_correction
from bot.conversation.denials import Denial, read_denial
from bot.conversation.follow_ups import Act, FollowUp
from bot.conversation.mentioned import asks_for_other
from bot.conversation.part_requests import AskedPart, asks_for_other_way, find_part
from bot.conversation.picks import Declined, Picked, is_flat_no, read_answer, read_inner_pick
from bot.conversation.turns.lesson_corrections import LessonCorrectionReader
from bot.conversation.turns.lesson_follow_ups import FollowUpFinder, points_back
from bot.conversation.turns.lesson_requests import LessonRequests
from bot.conversation.turns.lookups import FindOpenPromise
from bot.conversation.turns.meanings import Meant, Said, Turn
from bot.conversation.turns.options import ThemeOptions
from bot.conversation.turns.returns import ReturnReader
from bot.conversation.turns.shown_lessons import ShownLessons
from bot.conversation.unanswerable import read_unanswerable
from bot.conversation.wording import fold, list_weighty_words
from bot.message import Message
from bot.store.answers import Answer
from bot.store.pending import Pending

if TYPE_CHECKING:
    from intents import Classification

_OTHER = re.compile(
    r"^(?:(?:and|now|then|what about|how about|tell me about|the|my) )*(?:other|second)"
    r"(?: (?:one|thing|question|problem|issue|bit|point))?(?: please)?$"
)
_ANY_OPTIONS = ("", "", "")  # for a number where nothing is on offer
_SURE_OF_ANOTHER_THEME, _SURE_THOUGH_IT_POINTS_BACK = 0.6, 0.85
_A_PROBLEM = 12  # words
_SAYS_NO = re.compile(r"^(?:but |sorry |ok )*(?:no|not|its not|it isnt)\b")
_WORDS_THAT_TELL = 3  # of weight
_FEW_BESIDE_A_PART = 5  # words of weight, with those of the request
_OUTDONE = ("evidence", "if_not", "how", "more")  # requests that are found by a word of what is told beside another
_ABOUT_THE_BOT = re.compile(r"\byou\b|\b(?:this|it|that) works?\b")
_OF_A_LESSON = (
    "how",
    "say",
    "if_not",
    "brief",
    "place",
    "again",
    "back",
    "more",
    "take_on",
    "share",
    "did",
    "remind",
    "recall",
)


class LessonTurnReader:
    """Reads turns after a lesson, and with nothing pending.

    Parameters
    ----------
    options
        Looks up what is on offer.
    shown
        Looks up lessons that a place was shown.
    returns
        Reads turns that come back.
    corrections
        Reads corrections.
    follow_ups
        Finds which follow-up a turn is.
    requests
        Turns a request on a lesson into what it means.
    find_open_promise
        Returns the id of a person's newest open promise; None where there is none.
    """

    def __init__(
        self,
        options: ThemeOptions,
        shown: ShownLessons,
        returns: ReturnReader,
        corrections: LessonCorrectionReader,
        follow_ups: FollowUpFinder,
        requests: LessonRequests,
        find_open_promise: FindOpenPromise,
    ) -> None:
        self._options = options
        self._shown = shown
        self._returns = returns
        self._corrections = corrections
        self._follow_ups = follow_ups
        self._requests = requests
        self._find_open_promise = find_open_promise

    async def read(
        self, message: Message, text: str, found: "Classification", shared: Pending | None, words: str
    ) -> Turn | None:
        """Return what a turn says of the lesson that is pending; None where it says something of its own."""
        answer = await self._shown.find_pending(message, shared)
        if shared and shared.options and (_OTHER.match(fold(text)) or asks_for_other(text)):
            name, confidence = shared.options[0]
            return Meant((SecondIssue(name) if confidence else PickTheme(name),))
        if answer and (turn := await self._returns.read(message, text, answer, words)):
            return turn
        if shared and (picked := self._read_pick_below(text, shared)):
            return picked
        denial = _read_denial(text) if answer and not _is_elsewhere(text, found, answer) else None
        asks = find_part(text) is not None and denial is None and not _SAYS_NO.match(fold(text))
        correction = None if found.named or asks else read_correction(text)
        if correction and (turn := await self._corrections.read(text, correction, found, answer, words)):
            return turn
        if answer and denial and (turn := await self._corrections.read_denial(denial, answer)):
            return turn
        if answer and (asked := read_unanswerable(text)):
            return self._requests.answer_beside_lesson(asked, answer)
        if said := read_answer(text, _ANY_OPTIONS):
            if answer and isinstance(said, Declined) and said.rest:
                return self._corrections.turn_down(said.rest, answer)
            flat_no = is_flat_no(text) and found.decision != "conversation"
            return self._requests.read_bare_answer(said, answer, shared.part if shared else "", flat_no=flat_no)
        follow_up = await self._follow_ups.find(text, found, answer, may_be_alike=message.addressed)
        shown = shared.part if shared else ""
        if answer and (part := self._find_part_of_lesson(text, found, answer, follow_up)):
            follow_up = FollowUp("how" if part == shown == "say" else part)
        if answer and asks_for_other_way(text) and (follow_up is None or _tells_more(text, follow_up)):
            return self._corrections.turn_down(text, answer)
        if follow_up and answer:
            return await self._requests.follow(message, text, follow_up, answer, shown)
        if follow_up and message.addressed and follow_up.act in _OF_A_LESSON and not follow_up.foreign:
            return await self._ask_what_is_meant(message, follow_up.act, found)
        return None

    def _read_pick_below(self, text: str, shared: Pending) -> Turn | None:
        """Return the pick of a theme that stands below a lesson, for what else it may be; None for no pick."""
        options = [name for name, confidence in shared.options if not confidence and self._options.find_theme(name)]
        titles = self._options.list_titles(options)
        if picked := read_inner_pick(text, titles):
            return Meant((PickTheme(options[picked[0]]),), rest=picked[1], part=find_part(text) or "", told=picked[1])
        if named := self._options.find_begun(text):
            return Meant((PickTheme(named),), rest=text, part=find_part(text) or "", told=text)
        answer = read_answer(text, titles) if titles else None
        return Meant((PickTheme(options[answer.position]),)) if isinstance(answer, Picked) else None

    @staticmethod
    def _find_part_of_lesson(
        text: str, found: "Classification", answer: Answer, follow_up: FollowUp | None
    ) -> AskedPart | None:
        """Return the part of the last lesson that a turn asks for beside what it tells; None where it is another's."""
        if follow_up and follow_up.act not in _OUTDONE:
            return None
        top = found.intents[0]
        elsewhere = found.decision == "answer" and (found.named or top.id != answer.intent)
        needed = _SURE_THOUGH_IT_POINTS_BACK if points_back(text) else _SURE_OF_ANOTHER_THEME
        return None if elsewhere and top.confidence >= needed else find_part(text)

    async def _ask_what_is_meant(self, message: Message, act: Act, found: "Classification") -> Turn | None:
        """Return the question what is meant, where nothing was said that a follow-up could be about."""
        if act == "did" and (promise := await self._find_open_promise(message.place, message.person)):
            return Meant((Settle(promise, "done"),))
        told = len(message.text.split()) >= _A_PROBLEM or not points_back(message.text)
        if found.decision in ("answer", "clarify") and told:
            return None  # a problem of its own, such as “nobody turns up”
        top = found.intents[0].id
        about_the_bot = top == "help" and _ABOUT_THE_BOT.search(fold(message.text))
        if found.named or about_the_bot or (found.decision == "conversation" and top in ("another", "tip", "about")):
            return None
        return Said(responses.what_is_meant())


def _is_elsewhere(text: str, found: "Classification", answer: Answer) -> bool:
    """Return whether a turn is surely about another theme, and does not begin by turning the lesson down."""
    other = found.decision == "answer" and found.intents[0].id != answer.intent
    return found.named or (other and not (points_back(text) or _SAYS_NO.match(fold(text))))


def _read_denial(text: str) -> Denial | None:
    """Return what a turn turns down; None also for “you gave me that. Just one sentence to say on Thursday”."""
    denial = read_denial(text)
    few = denial is not None and len(list_weighty_words(fold(denial.wanted))) <= _FEW_BESIDE_A_PART
    return None if denial and few and find_part(denial.wanted) else denial


def _tells_more(text: str, follow_up: FollowUp) -> bool:
    """Return whether a turn that asks for another lesson tells by what it is to be chosen."""
    return follow_up.act == "another" and len(list_weighty_words(fold(text))) >= _WORDS_THAT_TELL
