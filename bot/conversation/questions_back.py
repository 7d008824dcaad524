"""Questions back and refusals: they offer the themes that are likely, and ask what is happening where none is."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import NoneOfThese, PickTheme
from bot.conversation import responses
from bot.conversation.care import ABOUT_WORK_QUESTION
from bot.conversation.history import name_themes
from bot.conversation.kept_questions import KeptQuestions
from bot.conversation.lessons import list_ranked
from bot.message import Choice, ClarifyReply, Message, Place, TextReply
from bot.store.answers import Answer, Answers, create_id
from bot.store.database import UNAVAILABLE

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge, Selection, Theme

LIKELY = 0.05  # share of confidence; of 250 questions back, one that was below was once the right one
_NEXT_LIKELY = 0.01  # once the likelier ones were declined
_SURE = 0.75  # from which a few words are a problem and not only a topic
_DOUBTFULLY_FOREIGN, _NEAR = 0.6, 0.1  # out of scope at most, and a theme at least, to be asked back
_FOREIGN = 0.95  # out of scope; from here a few words are no topic of ours
_FEW_WORDS = 4
_BESIDE = 3  # themes at most where something else is said first: support, or that it is no question of ours
_BESIDE_WORDS = 2
NEAREST_WORDS = "These are the words I have that come nearest. Take what fits."
NONE_OF_THEM = Choice(NoneOfThese(), "None of these")
# Words by which a few words say something about a topic, or ask something, and are more than its name.
_SAYS_SOMETHING = re.compile(
    r"\?|\b(?:i|we|me|us|my|our|you|your|they|their|it|this|that|these|those|no|not|never|nobody|none|nothing|too|very"
    r"|is|are|am|was|were|be|been|has|have|had|do|does|did|done|can|cannot|could|will|would|should|must|may|might"
    r"|how|what|why|who|when|where|which|whose|help|want|need|feel|keeps?|gets?|got|goes?|went|says?|said|makes?|made"
    r"|again|please|ok|okay|yes|more|less|another|\w+n['’]t|(?<=\s)\w+ing|\w+ed)\b",
    re.IGNORECASE,
)


class QuestionsBack:
    """Builds questions back and refusals, and records them as answers.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place has seen.
    kept
        Offers a refused question to the editors.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", answers: Answers, kept: KeptQuestions) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._kept = kept

    async def clarify(self, message: Message, text: str, found: "Classification") -> ClarifyReply:
        """Return the question which of the likely themes is meant; what is happening, where none is likely.

        Parameters
        ----------
        text
            The message in plain text.
        """
        if found.care.band == "perhaps":  # nothing is remembered of it
            choices = await self._choose_lessons(message, text, found, list_themes(self._knowledge(), found))
            if found.gravity >= 1:  # what the net has found is no doubt: no idea about the work is told unasked
                choices = [replace(choice, gist="") for choice in choices]
            return ClarifyReply(ABOUT_WORK_QUESTION, (*choices, NONE_OF_THEM))
        choices = await self._choose_lessons(message, text, found, list_likely_themes(self._knowledge(), found))
        await self._answers.record(create_id(), message.place, "clarify", found.themes[0].id, ranked=list_ranked(found))
        if is_bare_topic(text, found):
            return responses.what_is_happening(choices)
        if not choices:
            return responses.what_happened()
        question = (
            "Did you mean this theme?" if len(choices) == 1 else "I am not sure I follow. Did you mean one of these?"
        )
        return ClarifyReply(question, (*choices, NONE_OF_THEM))

    async def offer_words(
        self, message: Message, text: str, found: "Classification", words: Sequence[Choice]
    ) -> ClarifyReply:
        """Return words to say that may be meant, and the likeliest themes, in place of a question back or a refusal."""
        themes = await self._choose_lessons(
            message, text, found, list_likely_themes(self._knowledge(), found)[:_BESIDE_WORDS]
        )
        about = found.themes[0].id if found.themes else ""
        await self._answers.record(create_id(), message.place, "clarify", about, ranked=list_ranked(found))
        return ClarifyReply(NEAREST_WORDS, (*words, *themes, NONE_OF_THEM))

    async def ask_for_lesson(self, message: Message, found: "Classification", selection: "Selection") -> ClarifyReply:
        """Return the question which lesson of a theme is near, where none has much to do with the message."""
        lessons = (selection.lesson, *selection.runners_up)
        await self._answers.record(create_id(), message.place, "clarify", selection.theme.id, ranked=list_ranked(found))
        near = "none of my lessons is quite about that. Is one of these close?"
        question = f"This sounds like “{selection.theme.title}”, but {near}"
        return ClarifyReply(
            question, (*(Choice(PickTheme(one.id), one.title, one.brief or "") for one in lessons), NONE_OF_THEM)
        )

    async def refuse(self, message: Message, text: str, found: "Classification") -> TextReply | ClarifyReply:
        """Return the refusal of a message, with the themes that are likely all the same, if any.

        Of a topic that is only named, and may be ours, the reply asks what is happening.
        """
        if found.care.band == "none" and is_bare_topic(text, found):
            return await self.clarify(message, text, found)
        if message.addressed:
            await self._answers.record(create_id(), message.place, "text", "out-of-scope")
        likely = list_likely_themes(self._knowledge(), found)[:_BESIDE]
        offered = self._kept.offer(text) if message.addressed and found.care.band == "none" else ()
        return responses.out_of_scope(await self._choose_lessons(message, text, found, likely), offered)

    async def offer_next(self, place: Place, declined: Collection[str]) -> TextReply:
        """Return the next likely themes of the latest question back, after those that were declined.

        Parameters
        ----------
        declined
            Ids of the themes and lessons that were turned down.
        """
        try:
            asked = await self._answers.latest_question(place)
        except UNAVAILABLE:  # a no needs no database
            return responses.none_of_these()
        knowledge, ranked = self._knowledge(), dict(asked.ranked) if asked else {}
        gone = set(name_themes(knowledge, declined))
        if not gone & set(ranked):  # another question than the one that was declined
            return responses.none_of_these()
        likely = [
            knowledge.themes[name]
            for name, confidence in ranked.items()
            if name in knowledge.themes and name not in gone and confidence >= _NEXT_LIKELY
        ]
        chosen = [knowledge.choose(one.id, "", without=declined) for one in likely[:_BESIDE]]
        return responses.none_of_these(build_theme_choices(chosen))

    async def list_others(self, place: Place, answer: Answer, declined: Collection[str]) -> list[Choice]:
        """Return the themes that were likeliest beside the one of a lesson that was turned down.

        Parameters
        ----------
        declined
            Ids of what was turned down.
        """
        about = answer.intent
        if answer.kind == "picked":  # from a question back, whose themes were weighed
            asked = await self._answers.latest_question(place)
            if asked and asked.at <= answer.at and answer.intent in dict(asked.ranked):
                answer = asked
        knowledge, seen = self._knowledge(), await self._answers.seen(place)
        others = [
            name for name, _ in answer.ranked if name in knowledge.themes and name not in declined and name != about
        ]
        chosen = [knowledge.choose(name, "", seen, without=declined) for name in others[:_BESIDE]]
        return build_theme_choices(chosen)

    async def _choose_lessons(
        self, message: Message, text: str, found: "Classification", themes: "Sequence[Theme]"
    ) -> list[Choice]:
        seen, knowledge = await self._answers.seen(message.place), self._knowledge()
        chosen = [knowledge.choose(theme.id, text, seen, meaning=found.vector) for theme in themes]
        return build_theme_choices(chosen)


def build_theme_choices(chosen: "Iterable[Selection]") -> list[Choice]:
    """Return a button for the theme of each chosen lesson, with what the lesson says in a sentence."""
    return [Choice(PickTheme(one.lesson.id), one.theme.title, one.lesson.brief or "") for one in chosen]


def list_themes(knowledge: "Knowledge", found: "Classification") -> "list[Theme]":
    """Return the three likeliest themes, however unlikely they are."""
    return [knowledge.themes[ranked.id] for ranked in found.themes if ranked.id in knowledge.themes][:_BESIDE]


def list_likely_themes(knowledge: "Knowledge", found: "Classification") -> "list[Theme]":
    """Return up to four themes that are likely enough to be offered; none where none is."""
    return [
        knowledge.themes[ranked.id]
        for ranked in found.themes
        if ranked.confidence >= LIKELY and ranked.id in knowledge.themes
    ]


def is_bare_topic(text: str, found: "Classification") -> bool:
    """Return whether a message only names a topic, such as “virtual wards”, and says nothing of it.

    Parameters
    ----------
    text
        The message in plain text.
    """
    if found.named or found.decision in ("conversation", "handover"):
        return False
    top = found.intents[0].confidence
    if top >= (_FOREIGN if found.decision == "out-of-scope" else _SURE):
        return False
    return 1 <= len(text.split()) <= _FEW_WORDS and not _SAYS_SOMETHING.search(text)


def is_sure(found: "Classification") -> bool:
    """Return whether a message is so clearly about its theme that what was turned down before does not count."""
    return found.decision == "answer" and found.intents[0].confidence >= _SURE


def is_perhaps_ours(found: "Classification") -> bool:
    """Return whether a message that is taken to be out of scope is asked back and not refused: a theme is near."""
    top, near = found.intents[0], found.themes[0].confidence if found.themes else 0.0
    return found.care.band == "none" and top.confidence <= _DOUBTFULLY_FOREIGN and near >= _NEAR
