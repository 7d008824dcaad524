"""Asides: turns in a talk that by themselves are about nothing that the bot knows, and belong to the talk."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from bot.actions import Part, ShowPart
from bot.conversation import responses
from bot.conversation.depth import LABELS, list_parts
from bot.conversation.history import find_pending_lesson, name_themes
from bot.conversation.lessons import list_ranked
from bot.conversation.memory import Situation
from bot.conversation.questions_back import LIKELY, build_theme_choices
from bot.conversation.turns.lookups import Classify, MeasureForeignness
from bot.conversation.turns.topics import join_detail
from bot.conversation.wording import fold, list_weighty_words
from bot.message import Choice, ClarifyReply, Message, Place, TextReply
from bot.store.answers import Answers, create_id
from bot.store.pending import Pending

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge, Selection

# Of cosine, more than to what is said within a talk. Of 203 held-out messages that are refused by themselves 182 are
# refused after a lesson too, of 78 follow-ups written by hand none; two of these came before the bound for fragments.
_FOREIGN, _FOREIGN_THOUGH_IT_POINTS_BACK = 0.17, 0.245
_OF_SOMEBODY = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their|hes|shes|theyre|hell|shell|theyll)\b")
_FRAGMENT = 6  # words at most
_ASKS = re.compile(
    r"^(?:who|what|when|where|why|how|which|is|are|was|do|does|did|can|could|has|have|got|any)(?:s|re)?\b"
)
_FEWEST_LETTERS = 4  # of a word that a turn shares with the talk
_MOST_THEMES = 2  # beside three parts, as many buttons as are shown
_PARTS: tuple[Part, ...] = ("say", "how", "if_not", "place")
_MOST_PARTS = 3


class Asides:
    """Goes on with a talk where a turn by itself would be refused.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place has seen.
    classify
        Returns the classification of a text.
    measure_foreignness
        Returns how much liker a text is to what is foreign than to what is said within a talk.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        classify: Classify,
        measure_foreignness: MeasureForeignness,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._classify = classify
        self._measure_foreignness = measure_foreignness

    async def belongs(self, text: str, found: "Classification", situation: Situation) -> bool:
        """Return whether a turn that is out of scope belongs to the talk: it is no weather, recipe or password.

        Parameters
        ----------
        text
            The turn by itself, in plain text.
        """
        shared = situation.pending.shared
        if shared is None or shared.kind not in ("question", "lesson") or found.care.band != "none":
            return False
        if found.decision != "out-of-scope" or found.language != "en" or not list_weighty_words(fold(text)):
            return False
        shared_words = _list_telling_words(text) & _list_telling_words(situation.words)
        points_back = bool(shared_words or _OF_SOMEBODY.search(fold(text)) or _is_fragment(text))
        return await self._measure_foreignness(text) < (_FOREIGN_THOUGH_IT_POINTS_BACK if points_back else _FOREIGN)

    async def answer(self, message: Message, text: str, situation: Situation) -> ClarifyReply | TextReply | None:
        """Return what the talk has left: themes that its words are likeliest about, and parts of its lesson.

        None where nothing is left.

        Parameters
        ----------
        text
            The turn by itself, in plain text.
        """
        shared, declined = situation.pending.shared, situation.pending.declined
        if shared is None:
            return None
        found = await self._classify(join_detail(situation.words, text) if situation.words else text)
        if found.care.band != "none":
            return None
        known = self._knowledge().themes
        likely = {one.id for one in found.themes if one.confidence >= LIKELY and situation.words}
        names = [one.id for one in found.themes if one.id in likely]
        names = names or name_themes(self._knowledge(), (name for name, _ in shared.options))
        left = [name for name in dict.fromkeys(names) if name in known and name not in declined]
        selection = await find_pending_lesson(self._knowledge(), self._answers, message.place, shared)
        parts = self._list_parts(selection, shared, declined) if selection else []
        if selection:
            left = [name for name in left if name != selection.theme.id][:_MOST_THEMES]
        choices = await self._choose_lessons(message.place, text, left, declined)
        if not (choices or parts):
            return None
        about = selection.theme.id if selection else left[0]
        await self._answers.record(create_id(), message.place, "clarify", about, ranked=list_ranked(found))
        if selection is None:
            return responses.which_is_nearest(choices)
        return responses.nothing_on_just_that(selection.lesson.title, parts, choices)

    @staticmethod
    def _list_parts(selection: "Selection", shared: Pending, declined: Collection[str]) -> list[Choice]:
        """Return buttons for the parts of the last lesson that were not shown just now; none if it was turned down."""
        if selection.lesson.id in declined:
            return []
        left = [one for one in _PARTS if one in list_parts(selection) and one != shared.part]
        return [Choice(ShowPart(shared.about, part), LABELS[part]) for part in left[:_MOST_PARTS]]

    async def _choose_lessons(
        self, place: Place, text: str, themes: Sequence[str], without: Collection[str]
    ) -> list[Choice]:
        knowledge, seen = self._knowledge(), await self._answers.seen(place)
        chosen = [knowledge.choose(name, text, seen, without=without) for name in themes]
        return build_theme_choices(chosen)


def _is_fragment(text: str) -> bool:
    """Return whether a text is half a question that says something only within a talk: “the library, maybe?”."""
    return text.rstrip().endswith("?") and len(text.split()) <= _FRAGMENT and not _ASKS.match(fold(text))


def _list_telling_words(text: str) -> set[str]:
    return {word for word in list_weighty_words(fold(text)) if len(word) >= _FEWEST_LETTERS}
