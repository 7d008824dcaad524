"""The lessons of a place: chosen, recorded, and later explained, recalled or shared."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from rapidfuzz import fuzz

from bot.actions import Part, PickTheme
from bot.conversation import history, responses
from bot.conversation.audiences import LEAD, describe_own_step, describe_whose_words, find_open_step, find_own_step
from bot.conversation.depth import build_depth_reply, choose_next_part, describe_in_line, list_parts
from bot.conversation.explanations import Explanations
from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.conversation.tips import TipChooser
from bot.message import Choice, LessonReply, Place, Reply, SmallStep, TextReply
from bot.store.answers import Answer, Answers, create_id
from bot.store.readers import ANYBODY, Reader

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import AskerRole, Knowledge, Selection, Theme

_FAIRLY_SURE = 0.75
_SHOWN_LATELY = timedelta(hours=24)  # a lesson of yesterday may come again
_SEEN_BEFORE = "This lesson was given here before; it still fits what you wrote best."
_SAY_THE_SAME = 65  # of 100: notes on one thing score 79 and more, others 46
_CONSIDERED = 0.02  # confidence below which a theme was not really considered


class Lessons:
    """Chooses the lessons of each place, and records them as answers.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place has seen.
    tips
        Chooses a tip where one is asked for.
    explanations
        Why the latest answers were given.
    today
        Returns today's local date.
    promises
        Whether “I’ll do this” is offered.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        tips: TipChooser,
        explanations: Explanations,
        today: Callable[[], date],
        *,
        promises: bool,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._tips = tips
        self._explanations = explanations
        self._today = today
        self._promises = promises

    async def choose(
        self,
        place: Place,
        theme: str,
        kind: history.RecordedKind,
        text: str = "",
        found: "Classification | None" = None,
        reader: Reader = ANYBODY,
        without: Collection[str] = (),
    ) -> LessonReply:
        """Return the lesson of a theme that fits a text, or one that the place has not seen, recorded as an answer.

        Parameters
        ----------
        without
            Ids of lessons and steps that were turned down.
        reader
            Whom it is for.
        text
            What was asked, in plain text; empty for a theme that was asked for by name.
        found
            What the text was taken for.
        """
        selection = await self.select(place, theme, text, found, reader, without)
        return await self.record(place, selection, kind, text, found)

    async def select(
        self,
        place: Place,
        theme: str,
        text: str = "",
        found: "Classification | None" = None,
        reader: Reader = ANYBODY,
        without: Collection[str] = (),
    ) -> "Selection":
        """Return the selection of a lesson as for `choose`, without recording it.

        Parameters
        ----------
        without
            Ids of lessons and steps that were turned down, or were shown just before.
        """
        seen = await self._answers.seen(place)
        return self._knowledge().choose(
            theme,
            "" if found and found.named else text,
            seen,
            len(seen),
            role=find_role(reader),
            minutes=reader.minutes,
            meaning=found.vector if found else None,
            without=without,
        )

    async def choose_named(
        self,
        place: Place,
        text: str,
        found: "Classification",
        reader: Reader = ANYBODY,
        without: Collection[str] = (),
    ) -> LessonReply | None:
        """Return the lesson of a word of the trade that a text uses, such as PDSA; None where it uses none.

        A theme that was named, or of which the bot is fairly sure, comes before such a word. Where there is no lesson
        on the word, the reply says that it shows the nearest.

        Parameters
        ----------
        without
            Ids of lessons and steps that were turned down.
        """
        knowledge = self._knowledge()
        term = knowledge.find_term(" ".join(text.split()))
        if term is None or term.lesson.id in without or found.decision in ("conversation", "handover"):
            return None
        guess = found.decision == "answer"
        if guess and (found.named or term.everyday or found.intents[0].confidence >= _FAIRLY_SURE):
            return None
        seen, role, minutes = await self._answers.seen(place), find_role(reader), reader.minutes
        step = knowledge.choose_nudge(term.lesson.id, seen, len(seen), role=role, minutes=minutes, without=without)
        selection = select_lesson(knowledge, term.theme, term.lesson, step.id if step else None)
        selection = replace(selection, because=(f"You named “{term.word}”.",))
        reply = await self.record(place, selection, "lesson")
        said = f"I took “{term.word}” to be what you are asking about."
        if term.nearest:
            said = f"I have no lesson on “{term.word}” by that name. This is the nearest that I have."
        return replace(reply, confidence=said, also=_join_notes(term.note, reply.also))

    async def choose_tip(
        self, place: Place, on: date | None = None, themes: Collection[str] = (), reader: Reader = ANYBODY
    ) -> LessonReply:
        """Return a tip that the place has not seen, for a local date (today when None), recorded as an answer."""
        role, minutes = find_role(reader), reader.minutes
        tip = await self._tips.prepare(place, on or self._today(), themes, asked=True, role=role, minutes=minutes)
        await self._answers.record(tip.reply.answer, place, "tip", tip.reply.theme, tip.nudge)
        self._explanations.keep(tip.reply.answer, tip.because)
        return tip.reply

    async def choose_another(
        self, place: Place, answer: str, reader: Reader = ANYBODY, without: Collection[str] = ()
    ) -> Reply:
        """Return another lesson on the theme of an answer; of the latest answer where the id is empty.

        Where the last day has shown them all, the reply says so and offers the themes that are close.

        Parameters
        ----------
        without
            Ids of lessons and steps that were turned down.
        """
        earlier = await self._find_answer(place, answer)
        if earlier is None or earlier.intent not in self._knowledge().themes:
            return responses.gone() if answer else await self.choose_tip(place)
        theme = self._knowledge().themes[earlier.intent]
        shown = await self._answers.seen_since(place, datetime.now(UTC) - _SHOWN_LATELY)
        lately = {self._knowledge().resolve_nudge(nudge).rpartition("/")[0] for nudge in shown}
        if all(lesson.id in lately or lesson.id in without for lesson in theme.lessons):
            again = Choice(PickTheme(theme.id), "From the beginning")
            return responses.used_up(theme.title, len(theme.lessons), again, self._list_neighbours(earlier))
        return await self.choose(place, earlier.intent, "another", reader=reader, without=without)

    def _list_neighbours(self, answer: Answer) -> list[Choice]:
        """Return up to three themes that are close to an answer's: those considered then, else those of its group."""
        knowledge = self._knowledge()
        considered = [name for name, confidence in answer.ranked if confidence > _CONSIDERED]
        group = next((group.themes for group in knowledge.groups if answer.intent in [t.id for t in group.themes]), ())
        names = dict.fromkeys([*considered, *(theme.id for theme in group)])
        close = [name for name in names if name in knowledge.themes and name != answer.intent]
        return [Choice(PickTheme(name), knowledge.themes[name].title) for name in close[:3]]

    async def adapt(self, place: Place, answer: Answer, reader: Reader) -> LessonReply | None:
        """Return the lesson of an answer with a step for a reader, or another lesson where it is for others.

        None when the lesson is gone.
        """
        knowledge = self._knowledge()
        selection = history.find_selection(knowledge, answer)
        if selection is None:
            return None
        seen = await self._answers.seen(place)
        roles = selection.lesson.roles
        nudge = knowledge.choose_nudge(
            selection.lesson.id, seen, len(seen), role=find_role(reader), minutes=reader.minutes
        )
        if nudge is None or (find_role(reader) and roles and reader.role not in roles):
            return await self.choose(place, answer.intent, "another", reader=reader)
        if find_role(reader) and nudge.roles and reader.role not in nudge.roles:
            return await self.choose(place, answer.intent, "another", reader=reader)
        return await self.record(place, replace(selection, nudge=nudge), "picked")

    async def choose_within_power(self, place: Place, answer: Answer, reader: Reader) -> LessonReply | None:
        """Return a step for somebody who has no say over the one of an answer; None when the lesson is gone.

        It names their role, in the lesson or in another of the theme; where nobody knows their role, or none names
        it, it is a step for everybody.
        """
        selection = history.find_selection(self._knowledge(), answer)
        if selection is None:
            return None
        theme, role = selection.theme, reader.role
        lead, shown = role in LEAD, selection.nudge.id
        other = None if lead else find_own_step(theme, selection.lesson, role, shown)
        own = other or (None if lead else find_own_step(theme, selection.lesson, role))
        step = own or find_open_step(theme, selection.lesson, shown)
        if step is None:
            return None
        chosen = select_lesson(self._knowledge(), theme, step[0], step[1].id)
        why = describe_own_step(reader, own=own is not None, only=own is not None and other is None)
        return replace(await self.record(place, chosen, "picked"), confidence=why)

    async def choose_picked(
        self, place: Place, value: str, reader: Reader = ANYBODY, without: Collection[str] = ()
    ) -> Reply:
        """Return the picked lesson, or a lesson of the picked theme, by id.

        Parameters
        ----------
        without
            Ids of lessons and steps that were turned down; a lesson that is picked itself is shown all the same.
        """
        knowledge = self._knowledge()
        if value in knowledge.themes:
            return await self.choose(place, value, "theme", reader=reader, without=without)
        found = knowledge.find_lesson(value)
        if found is None:
            return responses.gone()
        theme, lesson = found
        seen, role, minutes = await self._answers.seen(place), find_role(reader), reader.minutes
        again = any(nudge.id in seen for nudge in lesson.nudges)
        if again and await self._shows(place, lesson.id):  # pressed twice: another lesson is wanted
            selection = knowledge.choose(theme.id, "", seen, len(seen), role=role, minutes=minutes, without=without)
        else:
            wanted = reader or again or any(nudge.id in without for nudge in lesson.nudges)
            step = (
                knowledge.choose_nudge(lesson.id, seen, len(seen), role=role, minutes=minutes, without=without)
                if wanted
                else None
            )
            selection = replace(select_lesson(knowledge, theme, lesson, step.id if step else None), again=again)
        return await self.record(place, selection, "picked")

    async def _shows(self, place: Place, lesson: str) -> bool:
        """Return whether a lesson is what a place was shown last."""
        latest = await self._answers.latest_lesson(place)
        shown = history.find_selection(self._knowledge(), latest) if latest else None
        return shown is not None and shown.lesson.id == lesson

    async def explain(self, place: Place, answer: str | None = None) -> Reply:
        """Return the explanation of an answer; of the latest lesson where `answer` is None."""
        if answer is None:
            earlier = await self._answers.latest_lesson(place)
        else:
            earlier = await self._answers.get(answer, place)
        if earlier is None:
            return responses.nothing_yet()
        if earlier.kind == "picked":  # from a question back, whose themes were weighed
            asked = await self._answers.latest_question(place)
            if asked and asked.at <= earlier.at and earlier.intent in dict(asked.ranked):
                earlier = replace(earlier, ranked=asked.ranked)
        words, because = await self._explanations.find(earlier.id)
        return history.build_why_reply(self._knowledge(), earlier, words, because) or responses.gone()

    async def list_sources(self, place: Place) -> TextReply:
        """Return the sources, headed by that of the latest lesson in the place."""
        return history.list_sources(self._knowledge(), await self._answers.latest_lesson(place))

    async def share(self, place: Place, answer: str, to: Place) -> LessonReply | None:
        """Return the lesson of an earlier answer, recorded as an answer in another place.

        Parameters
        ----------
        answer
            Id of the answer; empty for the latest lesson.
        to
            The place that receives the lesson; the lesson counts as seen there.

        Returns
        -------
        LessonReply or None
            None when there is no such answer in this place.
        """
        earlier = await self._find_answer(place, answer)
        selection = history.find_selection(self._knowledge(), earlier) if earlier else None
        return await self.record(to, selection, "shared") if selection else None

    async def recall(self, place: Place, answer: str) -> LessonReply | None:
        """Return the lesson of an earlier answer under the same id; None when the lesson is gone."""
        earlier = await self._answers.get(answer, place)
        selection = history.find_selection(self._knowledge(), earlier) if earlier else None
        if earlier is None or selection is None:
            return None
        kind = history.find_reply_kind(cast(history.RecordedKind, earlier.kind))
        return build_lesson_reply(selection, kind, answer, "", self._promises)

    async def show_part(
        self, place: Place, answer: str, part: Part | None, shown: str = "", chosen: str = "", reader: Reader = ANYBODY
    ) -> Reply:
        """Return one part of what stands behind the lesson of an answer.

        Parameters
        ----------
        answer
            Id of the answer; empty for the latest lesson.
        part
            None for the part that follows the one that was `shown`.
        chosen
            A sentence in front, on why this part is shown.
        reader
            Who asks: of words and moves that are for others the reply says so, unless they were told so.
        """
        earlier = await self._find_answer(place, answer)
        knowledge = self._knowledge()
        selection = history.find_selection(knowledge, earlier) if earlier else None
        if earlier is None or selection is None:
            return responses.gone() if answer else responses.nothing_yet()
        part, whose = part or choose_next_part(selection, shown), ""
        if part in list_parts(selection):
            whose = "" if reader.told else describe_whose_words(selection.theme, selection.lesson, part, reader)
            chosen = f"{chosen} {whose}".strip()
        reply = build_depth_reply(knowledge, selection, earlier.id, part, promises=self._promises, chosen=chosen)
        return replace(reply, for_others=bool(whose))

    def describe_part(self, shown: LessonReply, part: Part) -> str:
        """Return one part of the depth of a lesson in a line below it; empty where the lesson itself answers.

        Parameters
        ----------
        shown
            The reply that shows the lesson.
        """
        theme = self._knowledge().themes.get(shown.theme)
        lesson = next((one for one in theme.lessons if one.title == shown.title), None) if theme else None
        return describe_in_line(lesson, part) if lesson else ""

    async def find_latest_step(self, place: Place, since: datetime) -> SmallStep | None:
        """Return the newest small step given in a place since an instant; None when there is none."""
        latest = await self._answers.latest_lesson(place)
        if latest is None or latest.at < since:
            return None
        selection = history.find_selection(self._knowledge(), latest)
        return SmallStep(latest.id, selection.theme.title, selection.nudge.text) if selection else None

    async def record(
        self,
        place: Place,
        selection: "Selection",
        kind: history.RecordedKind,
        text: str = "",
        found: "Classification | None" = None,
    ) -> LessonReply:
        """Return the reply with a selected lesson, recorded as an answer."""
        answer = create_id()
        ranked = list_ranked(found) if found else []
        await self._answers.record(answer, place, kind, selection.theme.id, selection.nudge.id, ranked)
        guessed = found is not None and not found.named
        held = guessed and found is not None and found.care.band == "none"
        self._explanations.keep(answer, selection.because, text if held else "")
        confidence = _describe_reading(selection.theme) if guessed else ""
        if selection.again:
            confidence = f"{confidence} {_SEEN_BEFORE}".strip()
        return build_lesson_reply(selection, history.find_reply_kind(kind), answer, confidence, self._promises)

    async def _find_answer(self, place: Place, answer: str) -> Answer | None:
        """Return an answer of a place; the latest lesson where the id is empty."""
        return await self._answers.get(answer, place) if answer else await self._answers.latest_lesson(place)


def list_ranked(found: "Classification") -> list[tuple[str, float]]:
    """Return what is recorded of a ranking: of a message that needs care, the themes alone."""
    return [(one.id, one.confidence) for one in (found.intents if found.care.band == "none" else found.themes)]


def find_role(reader: Reader) -> "AskerRole | None":
    """Return the role of a reader as the knowledge names it; None for none, or for one that it no longer knows."""
    from knowledge import ASKERS

    return next((role for role in ASKERS if role == reader.role), None)


def _join_notes(term: str, lesson: str) -> str:
    """Return a term's note and its lesson's: the lesson's alone where both say the same, as on one plan."""
    same = fuzz.token_set_ratio(term, lesson) >= _SAY_THE_SAME
    return " ".join(note for note in ("" if same and lesson else term, lesson) if note)


def _describe_reading(theme: "Theme") -> str:
    """Return what a message was taken for, and how to say that it was not.

    How sure the classifier is says nothing of the lesson: of 216 messages of benchmarks/lessons.jsonl it fitted six or
    seven in ten where the theme had .98 or more, and four or five in ten below.
    """
    return f"I took this to be about “{theme.title}”. If it is not, say “not that”."
