"""Follow-up or problem: whether a turn asks of the lesson before it, by phrases and by meaning."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from bot.conversation.follow_ups import Act, FollowUp, read_follow_up
from bot.conversation.history import find_selection
from bot.conversation.turns.lookups import Classify, FindAlike, MeasureForeignness
from bot.conversation.turns.shown_lessons import ShownLessons
from bot.conversation.turns.topics import FEW_FOR_A_PROBLEM
from bot.conversation.wording import fold, list_weighty_words, split_sentences
from bot.message import Message
from bot.store.answers import Answer
from bot.store.pending import Pending

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

_SURE_OF_ANOTHER_THEME = 0.6  # from which words that could be a follow-up are a problem of their own
_CERTAIN_OF_ANOTHER_THEME = 0.9  # and whose words are those of the lesson, one apart
_PROBLEM_WORDS = 7
_CERTAINLY_FOREIGN = 0.95  # out of scope; a follow-up that no phrase matches is less certainly so
_FOREIGN_TO_ANY_TALK = 0.2  # of cosine more than to what is said within a talk; see `Asides`
_ALIKE, _CLOSELY_ALIKE = 0.42, 0.6  # cosine; problems of people are below 0.4 nearly always
_FEW_WEIGHTY, _MOST_WEIGHTY, _LONGEST_ALIKE = 2, 4, 14  # words
_SELDOM_MEANT = ("evidence", "place", "brief")  # by a turn that tells something: “the MP is coming”
_ASK_NOTHING = ("thanks", "verdict")
_PROMISES = ("take_on", "did")
_LONGEST_DETAIL = 30  # words of a turn whose other sentences tell more of the lesson's matter
_OPENING = re.compile(r"[,;:–—] | (?:-|and|but|because|so|since) ")
_POINTS_BACK = re.compile(r"\b(?:they|them|it|that|this|those|theyll|theyd)\b|^(?:what|and) if\b")
_TRIED = re.compile(r"^(?:but |and )?(?:we|i|they|ive|weve)(?: \w+)? tried (?!(?:it|this|that|these|those|all)\b)")
_ASKS_WHAT = re.compile(r"^(?:and |so |but |ok )*(?:what|whats|which|who|why|how|where)\b")
# “What is integrated care about” asks for more than the lesson before it says.
_ASKS_WHAT_IS = re.compile(
    r"^(?:and |so |ok |but )*(?:what|whats|who|whos|where|wheres) (?:(?:is|are|was|were|s|does|do) )?"
    r"(?!(?:it|this|that|these|those|they|the step|the lesson|next|else|first|i|we|you|to|if|about)\b)\w{3,}(?: \w+)* "
    r"(?:about|for|mean|do|stand for|all about)$"
)
_OF_THE_BOT = ("about", "sources", "tip", "list-themes", "greeting", "daily-on", "daily-off", "daily-status")
_NAMED_REQUESTS = ("help", "list-themes", "tip", "about", "sources", "daily-on", "daily-off", "daily-status")


class FollowUpFinder:
    """Finds which follow-up a turn is.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    shown
        Looks up lessons that a place was shown.
    classify
        Returns the classification of a text.
    find_alike
        Returns which follow-up a text is most like in meaning, and how much, from -1 to 1.
    measure_foreignness
        Returns how much liker a text is to what is foreign than to what is said within a talk.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        shown: ShownLessons,
        classify: Classify,
        find_alike: FindAlike,
        measure_foreignness: MeasureForeignness,
    ) -> None:
        self._knowledge = knowledge
        self._shown = shown
        self._classify = classify
        self._find_alike = find_alike
        self._measure_foreignness = measure_foreignness

    async def is_new_problem(self, message: Message, text: str, shared: Pending) -> bool:
        """Return whether what stands beside thanks is, by itself, a problem of another theme than the last lesson's."""
        answer = await self._shown.find_pending(message, shared)
        if answer is None or len(text.split()) < FEW_FOR_A_PROBLEM or points_back(text):
            return False
        follow_up = read_follow_up(text, self._shown.list_known_words(answer))
        if follow_up is None or not follow_up.foreign:
            return False
        found = await self._classify(text)
        top = found.intents[0]
        sure = found.decision == "answer" and top.confidence >= _SURE_OF_ANOTHER_THEME
        return sure and found.care.band == "none" and top.id != answer.intent

    async def find(
        self, text: str, found: "Classification", answer: Answer | None, *, may_be_alike: bool
    ) -> FollowUp | None:
        """Return the follow-up that a turn is; None where any of its sentences is a problem of its own."""
        top = found.intents[0]
        if found.named and (top.id in _NAMED_REQUESTS or found.decision == "answer"):
            return None
        known = self._shown.list_known_words(answer) if answer else frozenset()
        weighty = [one for one in split_sentences(text) if list_weighty_words(fold(one)) or "?" in one]
        read = [read_follow_up(sentence, known) for sentence in weighty]
        opening = _OPENING.split(text, maxsplit=1)[0]
        whole = read[0] if weighty == [text] else read_follow_up(text, known)
        whole = whole or next((one for one in reversed(read) if one), None)
        if whole and whole.act in _PROMISES:  # “I'll try that. And if he says no?” waits for an answer
            whole = next((one for one in reversed(read) if one and one.act not in _PROMISES), whole)
        if whole is None and opening != text and found.decision != "answer":  # what it goes on with is a detail
            whole, read = read_follow_up(opening, known), []
        asks_the_bot = top.id in _OF_THE_BOT and top.confidence >= _SURE_OF_ANOTHER_THEME
        elsewhere_asked = asks_the_bot or _ASKS_WHAT_IS.match(fold(text)) or self._names_another_lesson(text, answer)
        if whole is None and answer and may_be_alike and found.decision != "answer" and not elsewhere_asked:
            foreign = found.decision == "out-of-scope"
            if foreign and top.confidence >= _CERTAINLY_FOREIGN:
                return None
            whole = await self._read_by_likeness(text, foreign=foreign)
            read = []
        told_more = len(read) > 1 and any(one is None for one in read)
        tells_on = found.decision == "clarify" and points_back(text) and len(text.split()) <= _LONGEST_DETAIL
        if whole is None or (told_more and found.decision in ("answer", "clarify") and not tells_on):
            return None
        doubtful = found.decision == "out-of-scope" and (whole.foreign or not read)
        if doubtful and await self._measure_foreignness(text) >= _FOREIGN_TO_ANY_TALK:
            return None  # “who is the prime minister”
        elsewhere = answer is None or top.id != answer.intent
        if found.decision == "answer" and elsewhere:
            whole_problem = len(text.split()) >= _PROBLEM_WORDS and not points_back(text)
            needed = _CERTAIN_OF_ANOTHER_THEME if whole.foreign <= 1 else _SURE_OF_ANOTHER_THEME
            if top.confidence >= needed and (whole.foreign > 1 or whole_problem):
                return None
            if top.confidence >= _SURE_OF_ANOTHER_THEME and whole.foreign and _TRIED.match(fold(text)):
                return None  # something else was tried than the step
        return whole

    def _names_another_lesson(self, text: str, answer: Answer | None) -> bool:
        """Return whether a text uses a term of the trade that leads to another lesson than the last."""
        term = self._knowledge().find_term(text)
        last = find_selection(self._knowledge(), answer) if answer else None
        return term is not None and not term.everyday and (last is None or term.lesson.id != last.lesson.id)

    async def _read_by_likeness(self, text: str, *, foreign: bool) -> FollowUp | None:
        """Return the follow-up that a turn without a known phrase is most like in meaning; None for a problem.

        Parameters
        ----------
        foreign
            Whether the turn by itself is about nothing that the bot knows: it may then hold few words of weight.
        """
        words = len(list_weighty_words(fold(text)))
        if words > (_FEW_WEIGHTY if foreign else _MOST_WEIGHTY) or len(text.split()) > _LONGEST_ALIKE:
            return None
        act, likeness = await self._find_alike(text)
        loosely = words <= _FEW_WEIGHTY and not (foreign and act in _SELDOM_MEANT)
        needed = _ALIKE if loosely else _CLOSELY_ALIKE
        if act in (*_PROMISES, "remind") and ("?" in text or _ASKS_WHAT.match(fold(text))):
            return None  # nobody promises by a question
        return FollowUp(cast(Act, act)) if likeness >= needed and act not in _ASK_NOTHING else None


def points_back(text: str) -> bool:
    """Return whether a text points back to what was said, by “it”, “they” or “what if”."""
    return bool(_POINTS_BACK.search(fold(text)))
