"""The dialogue: what is said in the light of the last turn, of who asks, and of the bot's keeper."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from bot.actions import (
    Action,
    CancelDaily,
    ConfirmDaily,
    ForgetReader,
    PickTheme,
    PlanPromise,
    RememberReader,
    RemindOn,
    SecondIssue,
    Settle,
    TakeOn,
)
from bot.conversation import responses
from bot.conversation.askers import Statement, read_statement
from bot.conversation.audiences import ROLE_NAMES, SEATS, describe_reader
from bot.conversation.denials import refuses_something, refuses_step
from bot.conversation.history import find_pending_lesson, find_selection, name_themes
from bot.conversation.issues import has_subject, split_issues
from bot.conversation.lessons import Lessons
from bot.conversation.memory import ConversationMemory, Situation
from bot.conversation.operator_questions import build_operator_answer, read_operator_question
from bot.conversation.part_requests import find_part
from bot.conversation.turns.lesson_follow_ups import points_back
from bot.conversation.turns.lookups import Classify, Sift
from bot.conversation.turns.meanings import Meant, PlannedStep, Reread, Said, Turn
from bot.conversation.turns.reader import TurnReader
from bot.conversation.wording import asks_anywhere, is_question, remove_courtesy
from bot.message import Choice, DepthReply, LessonReply, Message, Place, Press, Reply, TextReply
from bot.store.answers import Answer, Answers
from bot.store.readers import WITHOUT_SAY, Reader

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

AnswerPress = Callable[[Press], Awaitable[Reply]]
_SURE_OF_AN_ISSUE = 0.6
_SURE_WITHOUT_SUBJECT = 0.95
# Of the sureness that a clause needs: so likely its n-grams alone must find a theme. In 800 messages of validation and
# of the dialogues with two clauses or more, every second problem had .28 or more of it; three in five go unread.
_WORTH_READING = 0.25
_A_PROBLEM = 10  # words; of fewer, “them” and “that” are what was told before
_A_STORY = 5  # clauses; in a longer message most are parts of one problem, so a second one must be sure
_FEW_WORDS = 4
_TALK = ("thanks", "greeting", "unhelpful")


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps the bot.

    Parameters
    ----------
    contact
        How they can be reached; empty where the settings do not say.
    organisation
        Their name; empty where the settings do not say.
    """

    contact: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One of the problems of a message.

    Parameters
    ----------
    theme
        The id of the theme that it is about.
    text
        The words that say so.
    found
        What they are taken for.
    """

    theme: str
    text: str
    found: "Classification"


class Dialogue:
    """Answers turns in the light of what is pending.

    Parameters
    ----------
    memory
        What is pending and who asks.
    turns
        Reads what a turn means.
    classify
        Returns the classification of a text.
    keeper
        Who keeps the bot.
    sift
        Returns the clauses that are worth reading.
    """

    def __init__(
        self,
        memory: ConversationMemory,
        turns: TurnReader,
        lessons: Lessons,
        answers: Answers,
        knowledge: "Callable[[], Knowledge]",
        classify: Classify,
        keeper: Keeper,
        sift: Sift,
    ) -> None:
        self.memory = memory
        self._turns = turns
        self._lessons = lessons
        self._answers = answers
        self._knowledge = knowledge
        self._classify = classify
        self._keeper = keeper
        self._sift = sift

    async def read(
        self, message: Message, text: str, found: "Classification", situation: Situation, kept: str
    ) -> tuple[Turn | None, Situation]:
        """Return what a message means in the light of the last, and the situation with what it says of its writer.

        Parameters
        ----------
        text
            The message in one line, normalised.
        kept
            The sentence on what is kept of typed text.
        """
        if message.relayed:  # somebody else's words go on from nothing
            return None, situation
        situation = await self._note_what_is_refused(message, text, situation)
        bare = remove_courtesy(text) or text
        if (statement := read_statement(bare)) and statement.wish == "forget":
            await self.memory.forget_reader(message.place, message.person)
            return Said(responses.reader_forgotten()), situation
        if message.addressed and (question := read_operator_question(bare)):
            answer = build_operator_answer(question, self._keeper.contact, kept, self._keeper.organisation)
            return Said(answer), situation
        if found.care.band == "perhaps":  # support stands above whatever is answered; a problem of its own is none here
            if statement and (statement.wish or statement.powerless):
                return await self._read_statement(message, text, found, situation, statement)
            turn = await self._turns.read(message, text, found, situation)
            return (turn if isinstance(turn, Meant | Said) else None), situation
        if statement and not found.named:
            return await self._read_statement(message, text, found, situation, statement)
        return await self._turns.read(message, text, found, situation), situation

    async def _note_what_is_refused(self, message: Message, text: str, situation: Situation) -> Situation:
        """Return the situation with a step that a turn refuses, and without a lesson that was turned down before."""
        shared, declined = situation.pending.shared, situation.pending.declined
        if not (declined or refuses_something(text)):
            return situation
        selection = await find_pending_lesson(self._knowledge(), self._answers, message.place, shared)
        if selection is None:
            return situation
        if selection.lesson.id in declined:  # a part that is asked for now is not that lesson's
            return replace(situation, pending=replace(situation.pending, shared=None))
        if selection.nudge.id not in declined and refuses_step(text, selection.nudge.text):
            return await self.decline(message, situation, {selection.nudge.id})
        return situation

    async def is_listening(self, message: Message, situation: Situation) -> bool:
        """Return whether something is pending in a thread that somebody may go on from without a mention."""
        if situation.pending.shared or situation.pending.own:
            return True
        return message.began is not None and await self._answers.find_tip(message.place, message.began) is not None

    def may_interrupt(
        self, turn: Turn | None, text: str, found: "Classification", situation: Situation, *, joined: bool
    ) -> bool:
        """Return whether a turn that was not addressed to the bot is answered in a thread of the bot.

        Parameters
        ----------
        joined
            Whether its writer has spoken to the bot in the thread.
        """
        asks, short = is_question(text), len(text.split()) <= _FEW_WORDS
        if turn is not None and not isinstance(turn, Reread):
            return joined or asks or short
        top = found.intents[0].id
        if found.decision == "answer":
            return joined or asks or found.named
        if found.decision == "clarify":
            return asks or (joined and _awaits_answer(situation))
        if found.decision == "conversation":
            return joined or (top not in _TALK and found.named)
        return joined and (asks or _awaits_answer(situation))

    async def follow(self, turn: Meant | PlannedStep, message: Message, press: AnswerPress) -> Reply:
        """Return the reply to the actions that a turn means."""
        if isinstance(turn, PlannedStep):
            return await self._plan(turn, message, press)
        reply: Reply = responses.gone()
        for action in turn.actions:
            told = await self._choose_by_words(message, action, turn.told) if isinstance(action, PickTheme) else None
            reply = told or await press(_build_press(message, action))
            if isinstance(action, ConfirmDaily | CancelDaily):
                await self.memory.settle_own(message.place, message.person)
        if isinstance(reply, LessonReply) and turn.part == "brief":
            shown = await self._lessons.show_part(message.place, reply.answer, "brief")
            return _hedge_part(turn, shown)
        return await self._hedge(turn, reply) if isinstance(reply, LessonReply) else reply

    async def _choose_by_words(self, message: Message, picked: PickTheme, told: str) -> LessonReply | None:
        """Return the lesson of a picked theme that fits what was told; None where nothing was, or none fits."""
        if not told or picked.theme not in self._knowledge().themes:  # a lesson itself was picked
            return None
        found = await self._classify(told)
        if found.care.band != "none":
            return None
        situation = await self.memory.find(message)
        without = await self.list_unwanted(message.place, situation)
        unnamed = replace(found, named=False)
        selection = await self._lessons.select(message.place, picked.theme, told, unnamed, situation.reader, without)
        return await self._lessons.record(message.place, selection, "picked") if selection.fits else None

    async def _hedge(self, turn: Meant, lesson: LessonReply) -> LessonReply:
        """Return a lesson with what its turn was taken for, what else it may have meant, and a second problem of it."""
        if turn.hedge or turn.others:
            said = f"{lesson.confidence} {turn.hedge}".strip()
            lesson = replace(lesson, confidence=said, choices=(*lesson.choices, *turn.others))
        if turn.part and (asked := self._lessons.describe_part(lesson, turn.part)):
            lesson = replace(lesson, confidence=f"{lesson.confidence} {asked}".strip())
        if not turn.rest:
            return lesson
        found = await self._classify(turn.rest)
        top = found.intents[0]
        sure = found.decision == "answer" and found.care.band == "none" and top.confidence >= _SURE_OF_AN_ISSUE
        if not sure or top.id == lesson.theme or top.id not in self._knowledge().themes:
            return lesson
        return self.offer_second(lesson, Issue(top.id, turn.rest, found))

    async def add_asked_part(self, place: Place, reply: Reply, text: str) -> Reply:
        """Return a lesson with the part of it that its turn asked for besides; any other reply as it is."""
        part = find_part(text) if isinstance(reply, LessonReply) and reply.kind == "lesson" else None
        if part is None or not isinstance(reply, LessonReply):
            return reply
        if part == "brief":
            return await self._lessons.show_part(place, reply.answer, part)
        asked = self._lessons.describe_part(reply, part)
        return replace(reply, confidence=f"{reply.confidence} {asked}".strip())

    # What was turned down

    async def decline(self, message: Message, situation: Situation, ids: Collection[str]) -> Situation:
        """Return the situation with themes and lessons that a turn turned down, kept for the thread."""
        before = situation.pending.declined
        await self.memory.decline(message.place, message.person, ids, before)
        return replace(situation, pending=replace(situation.pending, declined=before | frozenset(ids)))

    async def list_unwanted(self, place: Place, situation: Situation) -> frozenset[str]:
        """Return what a turn is not answered with: what was turned down, and the lesson that it goes on from."""
        shared, declined = situation.pending.shared, situation.pending.declined
        selection = await find_pending_lesson(self._knowledge(), self._answers, place, shared)
        return declined | {selection.lesson.id} if selection else declined

    def name_lesson(self, answer: Answer) -> frozenset[str]:
        """Return the ids of the lesson and the step of an answer; none where the lesson is gone."""
        selection = find_selection(self._knowledge(), answer)
        return frozenset((selection.lesson.id, selection.nudge.id)) if selection else frozenset()

    def list_themes(self, options: Iterable[str]) -> frozenset[str]:
        """Return the ids of the themes of what was on offer, which are themes and lessons."""
        return frozenset(name_themes(self._knowledge(), options))

    async def _plan(self, turn: PlannedStep, message: Message, press: AnswerPress) -> Reply:
        taken = await press(_build_press(message, TakeOn(turn.answer)))
        promise = next(
            (promise for one in getattr(taken, "choices", ()) if (promise := getattr(one.action, "promise", ""))), ""
        )
        if not promise:
            return taken
        if turn.day == "done":
            return await press(_build_press(message, Settle(promise, "done")))
        if isinstance(turn.day, date):
            return await press(_build_press(message, RemindOn(promise, turn.day)))
        return await press(_build_press(message, PlanPromise(promise, turn.day)))

    # Who asks

    async def answer_reader_press(self, press: Press) -> Reply:
        """Return the reply to a press that has somebody remembered or forgotten."""
        match press.action:
            case RememberReader(role=role, minutes=minutes) if role in ("", *ROLE_NAMES, *SEATS) and (role or minutes):
                return await self._save(press.place, press.person, Reader(role, minutes))
            case ForgetReader():
                await self.memory.forget_reader(press.place, press.person)
                return responses.reader_forgotten()
            case _:
                return responses.gone()

    async def _read_statement(
        self, message: Message, text: str, found: "Classification", situation: Situation, statement: Statement
    ) -> tuple[Turn | None, Situation]:
        reader = _join_readers(statement.reader, situation.reader)
        if statement.reader:
            await self.memory.set_reader(message.place, message.person, reader)
        situation = replace(situation, reader=reader)
        if statement.wish == "remember" and statement.alone:
            saved = (
                await self._save(message.place, message.person, reader) if reader else responses.nothing_to_remember()
            )
            return Said(saved), situation
        if statement.powerless and (reply := await self._choose_within_power(message, found, situation)):
            return Said(reply), situation
        asked = situation.pending.shared is not None and situation.pending.shared.kind == "question"
        asks = asked and asks_anywhere(text)
        if not statement.alone or asks or (statement.powerless and not statement.reader):
            return await self._turns.read(message, text, found, situation), situation
        return Said(await self._choose_for(message, situation)), situation

    async def _choose_within_power(
        self, message: Message, found: "Classification", situation: Situation
    ) -> Reply | None:
        """Return a step for somebody without the say that the last lesson needs; None where it is another problem."""
        reader, shared = situation.reader, situation.pending.shared
        answer = await self._answers.get(shared.about, message.place) if shared and shared.about else None
        elsewhere = answer is not None and found.decision == "answer" and found.intents[0].id != answer.intent
        if elsewhere and (len(message.text.split()) >= _A_PROBLEM or not points_back(message.text)):
            return None
        return await self._lessons.choose_within_power(message.place, answer, reader) if answer else None

    async def _choose_for(self, message: Message, situation: Situation) -> Reply:
        """Return the lesson that is pending with a step for the reader, or the notice that lessons are chosen so."""
        reader, shared = situation.reader, situation.pending.shared
        remember = Choice(RememberReader(reader.role, reader.minutes), "Remember this")
        if shared and shared.kind == "lesson":
            answer = await self._answers.get(shared.about, message.place)
            lesson = await self._lessons.adapt(message.place, answer, reader) if answer else None
            if lesson:
                note = f"I chose this step {describe_reader(reader)}."
                return replace(lesson, confidence=note, choices=(*lesson.choices, remember))
        return responses.reader_noted(describe_reader(reader), remember)

    async def _save(self, place: Place, person: str, reader: Reader) -> TextReply:
        await self.memory.save_reader(place, person, reader)
        return responses.reader_remembered(describe_reader(reader))

    # Two problems in one message

    async def add_second_issue(self, text: str, lesson: LessonReply) -> LessonReply:
        """Return a lesson with a button for the second problem of the message, where it holds one."""
        issues = await self.find_issues(text, 1, besides=lesson.theme)
        return self.offer_second(lesson, issues[0]) if issues else lesson

    def offer_second(self, lesson: LessonReply, issue: "Issue") -> LessonReply:
        """Return a lesson with one line and a button for another problem of the message."""
        theme = self._knowledge().themes[issue.theme]
        chosen = self._knowledge().choose(issue.theme, issue.text, meaning=issue.found.vector)
        second = Choice(SecondIssue(chosen.lesson.id), f"Also: {theme.title}")
        note = f"You also write of something that sounds like “{theme.title}”. Press it, or type “the other one”."
        return replace(lesson, confidence=f"{lesson.confidence} {note}".strip(), choices=(*lesson.choices, second))

    async def find_issues(self, text: str, wanted: int, besides: str = "") -> "list[Issue]":
        """Return the first problems of a message that are clear by themselves, one a theme, in their order.

        Parameters
        ----------
        text
            Normalised, in one line.
        wanted
            How many; none are returned where there are fewer. No clause is read that cannot change that.
        besides
            Id of the theme that is answered already; empty where none is.
        """
        told = len(clauses := split_issues(text)) > _A_STORY
        sure = {
            clause: _SURE_OF_AN_ISSUE if has_subject(clause) and not told else _SURE_WITHOUT_SUBJECT
            for clause in clauses
        }
        likely = {clause: _WORTH_READING * needed for clause, needed in sure.items()}
        left, issues = await self._sift(likely, besides) if likely else [], dict[str, Issue]()
        while left and len(issues) < wanted <= len(issues) + len(left):
            found = await self._classify(clause := left.pop(0))
            top = found.intents[0]
            clear = found.decision == "answer" and found.care.band == "none" and top.confidence >= sure[clause]
            if clear and top.id != besides and top.id in self._knowledge().themes:
                issues.setdefault(top.id, Issue(top.id, clause, found))
        return list(issues.values()) if len(issues) == wanted else []


def _join_readers(said: Reader, known: Reader) -> Reader:
    """Return who somebody is by what they say now and said before: a charity that is “only a volunteer” stays one."""
    role = known.role if said.role == WITHOUT_SAY and known.role in ROLE_NAMES else said.role or known.role
    return Reader(role, said.minutes or known.minutes, told=known.told)


def leave_out(found: "Classification", without: frozenset[str]) -> "Classification":
    """Return a classification without the themes that were declined."""
    if not without.intersection(one.id for one in (*found.intents, *found.themes)):
        return found
    themes = tuple(one for one in found.themes if one.id not in without)
    intents = tuple(one for one in found.intents if one.id not in without)
    if found.decision not in ("answer", "clarify"):
        return replace(found, themes=themes, intents=intents or found.intents)
    decision = found.decision if found.intents[0].id not in without else "clarify"
    return replace(
        found, decision=decision if themes else "out-of-scope", themes=themes, intents=intents or found.intents
    )


def _hedge_part(turn: Meant, shown: Reply) -> Reply:
    """Return a part of a lesson with what its turn was taken for, and what else it may have meant."""
    if not isinstance(shown, DepthReply) or not (turn.hedge or turn.others):
        return shown
    said = (turn.hedge, *shown.paragraphs) if turn.hedge else shown.paragraphs
    return replace(shown, paragraphs=said, choices=(*shown.choices, *turn.others))


def _awaits_answer(situation: Situation) -> bool:
    return situation.pending.shared is not None and situation.pending.shared.kind == "question"


def _build_press(message: Message, action: Action) -> Press:
    return Press(action, message.person, message.place, message.time_zone)


def list_confidences(found: "Classification", choices: tuple[Choice, ...]) -> dict[str, float]:
    """Return the confidence of each theme on offer, by the id on its button."""
    offered = [one.action.theme for one in choices if isinstance(one.action, PickTheme)]
    return dict(zip(offered, (one.confidence for one in found.themes), strict=False))
