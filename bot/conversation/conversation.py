"""The conversation: the only place that decides which reply a message or a press gets."""

import asyncio
import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from bot.actions import (
    AboutWork,
    Another,
    CancelDaily,
    ConfirmDaily,
    FillInDaily,
    ForgetReader,
    GiveTip,
    More,
    NameMe,
    NoneOfThese,
    PickCue,
    PickTheme,
    PlanPromise,
    Rate,
    RememberReader,
    RemindOn,
    SayCue,
    SecondIssue,
    SendQuestion,
    Settle,
    ShowCare,
    ShowHelp,
    ShowLesson,
    ShowMoments,
    ShowPart,
    ShowQuestion,
    ShowSources,
    ShowThemes,
    TakeOn,
    TakeSmallerStep,
    TookStep,
    Why,
    Withdraw,
)
from bot.conversation import responses
from bot.conversation.asides import Asides
from bot.conversation.care import CareReplies, read_care, says_about_work
from bot.conversation.dialogue import Dialogue, Keeper, leave_out, list_confidences
from bot.conversation.explanations import Explanations
from bot.conversation.harmless_turns import is_harmless_turn
from bot.conversation.history import RecordedKind
from bot.conversation.kept_questions import KeptQuestions
from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.conversation.lessons import Lessons
from bot.conversation.likeness import EncodeExamples
from bot.conversation.memory import ConversationMemory, Situation
from bot.conversation.nearest import NearestLessons
from bot.conversation.offers import add_offers
from bot.conversation.picks import Declined, read_answer
from bot.conversation.ports import (
    AnswerMetricsPort,
    DailyTipsPort,
    PromisesPort,
    TimeZoneLookup,
    UnansweredQuestionsPort,
    find_no_time_zone,
)
from bot.conversation.questions_back import (
    QuestionsBack,
    is_bare_topic,
    is_perhaps_ours,
    is_sure,
    list_likely_themes,
    list_themes,
)
from bot.conversation.readings import Danger, Readings
from bot.conversation.reminder_days import Day, read_day
from bot.conversation.sayings import Sayings, may_ask_for_words
from bot.conversation.settled_turns import settle_turn
from bot.conversation.tips import TipChooser
from bot.conversation.title_search import find_by_title
from bot.conversation.turns.meanings import Meant, PlannedStep, Reread, Said, Turn
from bot.conversation.turns.reader import TurnReader
from bot.conversation.welsh import WelshReply, find_welsh, say_in_welsh
from bot.conversation.wording import unwrap
from bot.message import (
    Abilities,
    AbilitiesByPlatform,
    ClarifyReply,
    HandoverReply,
    LessonReply,
    Message,
    Place,
    Press,
    Reply,
    TextReply,
    ThemeGroup,
    ThemesReply,
)
from bot.nations import WorkspaceNations
from bot.store.answers import Answers
from bot.store.pending import PendingTurns
from bot.store.readers import Reader
from intents.care import NO_CARE, Care, Topic

if TYPE_CHECKING:
    from intents import Classification, Classifier
    from knowledge import Knowledge, Selection

COMMANDS = (
    "a theme by name, for instance “listening”",
    "“themes” for the list of themes",
    "“tip” for a tip that you have not seen",
    "“another” for another lesson on the same theme",
    "“why” for why I gave the last answer",
    "“sources” for where the words come from",
    "“about” for who I am and what I keep",
)
_LOG = logging.getLogger(__name__)
_MOST_OPTIONS = 5
_UNTIL_HANDED_OVER = 1.0  # seconds that the database has to count a handover before it is given
_THIS = r"(?:this|that|it)(?: one| answer| lesson| tip)?"
_YOU_SAID = (
    r"(?:(?:did|do|would) you (?:say|tell|give|show|choose|pick|suggest|answer)"
    r"|are you (?:saying|telling|giving|showing|suggesting))(?: me| us)?"
)
_WHY = re.compile(rf"why(?: {_YOU_SAID})?(?: {_THIS})?", re.IGNORECASE)


class Conversation:
    """Chooses the reply to each message and each press.

    Parameters
    ----------
    classifier
        Returns the intents of a text with their confidence.
    knowledge
        Returns the current knowledge; packs may be edited while the bot runs.
    answers
        What each place has seen.
    tips
        Chooses a tip where one is asked for.
    memory
        What is pending and who asks.
    daily
        The daily tip; None where it is switched off.
    promises
        The small steps that people take on; None where they are switched off.
    unanswered
        Keeps questions that got no lesson; None where nothing is kept.
    zone
        IANA name of the zone whose date is today's.
    metrics
        Counts answers; None where nothing is counted.
    nations
        The nation of each workspace, whose numbers a card names.
    keeper
        Who keeps the bot.
    abilities
        What each platform can do; None where none can share a lesson.
    encode_examples
        Returns the vectors of examples of follow-ups; by default the classifier encodes each.

    Attributes
    ----------
    lessons
        Chooses, records, explains, recalls and shares lessons.
    """

    def __init__(
        self,
        classifier: "Classifier",
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        tips: TipChooser,
        memory: ConversationMemory,
        daily: DailyTipsPort | None = None,
        promises: PromisesPort | None = None,
        unanswered: UnansweredQuestionsPort | None = None,
        zone: str = "Europe/London",
        metrics: AnswerMetricsPort | None = None,
        nations: WorkspaceNations | None = None,
        keeper: Keeper | None = None,
        abilities: AbilitiesByPlatform | None = None,
        encode_examples: EncodeExamples | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._readings = Readings(
            classifier, lambda: {theme.id: theme.title for theme in knowledge().themes.values()}, encode_examples
        )
        self._answers = answers
        self._daily = daily
        self._promises = promises
        self._unanswered = unanswered
        self._kept = KeptQuestions(unanswered)
        self._questions_back = QuestionsBack(knowledge, answers, self._kept)
        self._zone = ZoneInfo(zone)
        self._metrics = metrics
        self._care = CareReplies(knowledge, nations or WorkspaceNations())
        self.lessons = Lessons(
            knowledge,
            answers,
            tips,
            Explanations(lambda text: classifier.explain(text).words),
            self._find_today,
            promises=promises is not None,
        )
        abilities = abilities or defaultdict(lambda: Abilities(posts=False))
        turns = TurnReader(
            knowledge,
            answers,
            self._readings.read,
            self._find_open_promise,
            self._find_day,
            abilities,
            self._readings.find_alike,
            self._readings.measure_foreignness,
        )
        self._dialogue = Dialogue(
            memory,
            turns,
            self.lessons,
            answers,
            knowledge,
            self._readings.read,
            keeper or Keeper(),
            self._readings.sift,
        )
        self._asides = Asides(knowledge, answers, self._readings.read, self._readings.measure_foreignness)
        self._nearest = NearestLessons(knowledge, self.lessons, self._readings.read, self._asides.belongs)
        self._sayings = Sayings(knowledge, answers, self.lessons, self._readings.encode, promises=promises is not None)
        self._counts: set[asyncio.Task[None]] = set()

    async def _find_open_promise(self, place: Place, person: str) -> str | None:
        open_ones = await self._promises.list_open(place, person) if self._promises else []
        return open_ones[0][0] if open_ones else None

    def _find_day(self, text: str) -> Day | None:
        """Return the day for which a turn asks; the promises read dates that are written out."""
        today = self._find_today()
        day = read_day(text, today)
        named = self._promises.find_date(text, today) if self._promises and day != "never" else None
        return named or day

    def warm_up(self) -> None:
        """Read what is read when first used, so that nobody waits for it."""
        self._readings.warm_up()

    @property
    def retention_notice(self) -> str:
        """Return the sentence on what is kept of the text that people type."""
        return responses.retention_notice(self._unanswered.days if self._unanswered else 0)

    async def find_saved_reader(self, place: Place, person: str) -> Reader:
        """Return who somebody asked to have remembered; empty when nothing is kept."""
        return await self._dialogue.memory.find_saved_reader(place, person)

    async def answer_message(self, message: Message, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply:
        """Return the reply to a message; a handover always comes before any lesson.

        Parameters
        ----------
        ask_zone
            Returns the writer's time zone; called at most once, and only for a daily tip.
        """
        started, known = time.perf_counter(), self._knowledge()
        try:
            reply = await self._choose_reply(message, ask_zone)
        except KeyError:
            if self._knowledge() is known:
                raise
            # An editor took back, meanwhile, the theme that it was to be answered with.
            reply = await self._choose_reply(message, ask_zone)
        if self._metrics and message.addressed:
            self._metrics.record_answer(message.place.platform, reply, time.perf_counter() - started)
        return reply

    async def decide_danger(self, message: Message, *, quickly: bool = False) -> HandoverReply | None:
        """Return the card for a message that says that somebody is in danger; None for any other message.

        It needs no database and never fails, so that a platform can give the card before any claim, queue or
        allow-list. Nothing is counted: after its claim the platform calls `count_handover` in place of
        `answer_message`.

        Parameters
        ----------
        quickly
            Whether the safety net and the n-grams decide alone, in a few milliseconds, as while the queue is full.
        """
        try:
            if says_about_work(_remove_mark_up(message.text)):
                return None
            danger = await self._readings.decide_danger(message.text, quickly=quickly)
            if danger is None:
                return None
            self._dialogue.memory.words.doubt(message.place, message.person)
            return self._build_card(message, danger)
        except Exception as error:  # noqa: BLE001 - the ordinary answer follows, and may succeed
            _LOG.warning("Whether a message tells of danger could not be decided (%s).", type(error).__name__)
            return None

    def build_general_card(self, place: Place) -> HandoverReply:
        """Return numbers for anybody, which say nothing of who wrote what.

        For a place where others read along, and only once every private way to the writer was refused.
        """
        return self._care.build_general_card(place.team)

    async def count_handover(self, place: Place, card: HandoverReply) -> None:
        """Count a handover that `decide_danger` gave, once its event is claimed; waits a second at most."""
        # The count may be lost; the numbers to call may not. The late task is not cancelled, because a locked database
        # would hold up the cancellation.
        counting = asyncio.create_task(self._answers.count_handover(place, card.topic))
        self._counts.add(counting)
        counting.add_done_callback(self._end_count)
        await asyncio.wait([counting], timeout=_UNTIL_HANDED_OVER)

    async def _choose_reply(self, message: Message, ask_zone: TimeZoneLookup) -> Reply:
        if says_about_work(_remove_mark_up(message.text)):
            return responses.about_work()
        message, found = await self._read(message)
        if found.hands_over:
            return await self._hand_over(message, found)
        care = read_care(message, found.care)
        reply = self._care.add_support(await self._choose_answer(message, found, ask_zone), message, care)
        await self._remember(message, found, reply)
        return reply

    async def _read(self, message: Message) -> "tuple[Message, Classification]":
        """Return a message and what it is read as, settled where nobody is in danger."""
        found = await self._readings.read(message.text)
        if found.hands_over:
            return message, found
        text = _remove_mark_up(message.text)
        return await settle_turn(message, text, found, self._dialogue.memory, self._readings.read)

    async def _choose_answer(self, message: Message, found: "Classification", ask_zone: TimeZoneLookup) -> Reply:
        """Return the answer to a message that shows no danger."""
        if not found.sentence:
            return responses.no_words()
        message = replace(message, text=unwrap(message.text))
        if reply := await self._answer_command(message, found, ask_zone):
            return reply
        if welsh := find_welsh(_remove_mark_up(message.text)):
            return self._answer_in_welsh(welsh)
        if found.language != "en":
            return self._care.decline_language(message.place.team, found.language)
        situation = await self._dialogue.memory.find(message)
        return await self._answer_turn(message, found, situation, ask_zone)

    def _answer_in_welsh(self, reply: WelshReply) -> TextReply:
        english: dict[WelshReply, Callable[[], TextReply]] = {
            "greeting": responses.greeting,
            "thanks": responses.thanks,
            "help": lambda: responses.help_(self._list_commands()),
            "about": lambda: responses.about(self.retention_notice),
            "language": responses.no_welsh_yet,
        }
        return say_in_welsh(reply, english[reply])

    async def _answer_turn(
        self, message: Message, found: "Classification", situation: Situation, ask_zone: TimeZoneLookup
    ) -> Reply:
        """Return the answer to a message, read in the light of the last turn."""
        turn, situation = await self._read_turn(message, found, situation)
        return await self._answer_read_turn(turn, message, found, situation, ask_zone)

    async def _read_turn(
        self, message: Message, found: "Classification", situation: Situation
    ) -> tuple[Turn | None, Situation]:
        text = " ".join(_remove_mark_up(message.text).split())
        return await self._dialogue.read(message, text, found, situation, self.retention_notice)

    async def _answer_read_turn(
        self,
        turn: Turn | None,
        message: Message,
        found: "Classification",
        situation: Situation,
        ask_zone: TimeZoneLookup,
    ) -> Reply:
        if words := await self._find_words_to_say(turn, message, found, situation):
            return words
        told = message.text
        match turn:
            case Said(reply=reply):
                return reply
            case Meant() | PlannedStep():
                return await self._dialogue.follow(turn, message, lambda press: self.answer_press(press, ask_zone))
            case Reread(text=text, without=without):
                situation = await self._dialogue.decline(message, situation, without)
                message, care, told = replace(message, text=text), found.care, turn.told or text
                found = leave_out(await self._readings.read(text), without)
                if without and found.decision == "answer" and not (found.named or is_sure(found)):
                    found = replace(found, decision="clarify")  # what was told before it counts too
                if found.hands_over:
                    return await self._hand_over(message, found)
                if found.care.band == "perhaps":  # each part of it was weighed by itself before
                    found = replace(found, care=care)
            case None if self._only_nods(message, found, situation):
                return responses.all_right()
        reply = await self._answer_alone(message, found, situation, ask_zone, told)
        reply = await self._dialogue.add_asked_part(message.place, reply, told) if not message.relayed else reply
        return add_offers(reply, self._knowledge(), found)

    async def _find_words_to_say(
        self, turn: Turn | None, message: Message, found: "Classification", situation: Situation
    ) -> Reply | None:
        """Return the words to say for which a message asks; None where it asks for none, or none are near.

        Where the net has found something, no idea about the work is told unasked.
        """
        grave = found.care.band == "perhaps" and found.gravity >= 1 and not isinstance(turn, Meant)
        if grave or message.relayed or found.named or not may_ask_for_words(turn, situation):
            return None
        text = " ".join(_remove_mark_up(message.text).split())
        without = turn.without if isinstance(turn, Reread) else frozenset[str]()
        return await self._sayings.choose(message.place, text, found, situation, without)

    @staticmethod
    def _only_nods(message: Message, found: "Classification", situation: Situation) -> bool:
        """Return whether a message says no more than “ok” to a lesson."""
        shared = situation.pending.shared
        after_lesson = shared is not None and shared.kind == "lesson"
        return after_lesson and found.decision != "conversation" and is_harmless_turn(_remove_mark_up(message.text))

    async def _answer_alone(
        self, message: Message, found: "Classification", situation: Situation, ask_zone: TimeZoneLookup, told: str
    ) -> Reply:
        """Return the answer to a message that says something of its own, and keep what the next may go on from.

        Parameters
        ----------
        told
            The turn by itself, where the message holds the words before it too.
        """
        if not (found.named or is_sure(found)):
            found = leave_out(found, situation.pending.declined)
        top, text, reader = found.intents[0].id, _remove_mark_up(message.text), situation.reader
        if found.care.band == "none":
            without = situation.pending.declined
            if named := await self.lessons.choose_named(message.place, text, found, reader, without):
                return named
        match "clarify" if found.care.band == "perhaps" else found.decision:
            case "conversation":
                return await self._answer_intent(message, top, found, situation, ask_zone)
            case "answer":
                return await self._answer_with_lesson(message, told, found, situation)
            case "out-of-scope" if found.care.band == "none" and (mended := await self._mend_slips(message, text)):
                message, found = mended
                if found.hands_over:
                    return await self._hand_over(message, found)
                if found.decision == "out-of-scope":
                    nearest = await self._find_nearest(message, message.text, found, situation)
                    return nearest or await self._questions_back.clarify(message, message.text, found)
                reply = await self._answer_alone(message, found, situation, ask_zone, message.text)
                return self._care.add_support(reply, message, read_care(message, found.care))
            case _:
                return await self._answer_unclear(message, told, found, situation)

    async def _answer_unclear(
        self, message: Message, told: str, found: "Classification", situation: Situation
    ) -> Reply:
        """Return what comes nearest to a message that is not clear, or seems to be about nothing that the bot knows."""
        text = _remove_mark_up(message.text)
        if two := await self._answer_two_issues(message, " ".join(text.split()), found, situation.reader):
            return two
        if words := await self._sayings.list_likely(" ".join(_remove_mark_up(told).split()), found, situation):
            return await self._questions_back.offer_words(message, text, found, words)
        if nearest := await self._find_nearest(message, told, found, situation):
            return nearest
        await self._keep_question(message, found)
        if aside := await self._go_on_with_talk(message, told, found, situation):
            return aside
        asks = found.decision == "clarify" or found.care.band == "perhaps" or is_perhaps_ours(found)
        build = self._questions_back.clarify if asks else self._questions_back.refuse
        return await build(message, text, found)

    async def _answer_with_lesson(
        self, message: Message, told: str, found: "Classification", situation: Situation
    ) -> Reply:
        """Return the lesson on what a message is about; a question where none is near, or only a topic is named."""
        top, text, reader = found.intents[0].id, _remove_mark_up(message.text), situation.reader
        kind: RecordedKind = "theme" if found.named else "lesson"
        without = await self._dialogue.list_unwanted(message.place, situation)
        selection = await self.lessons.select(message.place, top, text, found, reader, without)
        if found.care.band == "none" and is_bare_topic(text, found):
            return await self._questions_back.clarify(message, text, found)
        if not selection.fits and found.care.band == "none":
            if nearest := await self._find_nearest(message, told, found, situation):
                return nearest
            await self._keep_question(message, found)
            return await self._questions_back.ask_for_lesson(message, found, selection)
        lesson = await self.lessons.record(message.place, selection, kind, text, found)
        if found.named or found.care.band != "none":
            return lesson
        return await self._dialogue.add_second_issue(" ".join(text.split()), lesson)

    async def _find_nearest(
        self, message: Message, told: str, found: "Classification", situation: Situation
    ) -> LessonReply | None:
        """Return the nearest lesson in place of a second question back in a row; None where a question is better."""
        text = " ".join(_remove_mark_up(told).split())
        if found.care.band != "none" or is_bare_topic(text, found):
            return None
        without = await self._dialogue.list_unwanted(message.place, situation)
        return await self._nearest.choose(message.place, text, found, situation, without)

    async def _go_on_with_talk(
        self, message: Message, told: str, found: "Classification", situation: Situation
    ) -> Reply | None:
        """Return what a talk has left, for a turn that would be refused and belongs to it; None for any other."""
        text = " ".join(_remove_mark_up(told).split())
        if found.decision != "out-of-scope" or is_perhaps_ours(found) or is_bare_topic(text, found):
            return None
        if message.relayed or not await self._asides.belongs(text, found, situation):
            return None
        return await self._asides.answer(message, text, situation)

    async def _mend_slips(self, message: Message, text: str) -> "tuple[Message, Classification] | None":
        """Return a message that would be refused without its slips of typing; None where that changes nothing."""
        mended = await self._readings.read_corrected(text)
        if mended is None or (mended[1].decision == "out-of-scope" and not is_perhaps_ours(mended[1])):
            return None
        return replace(message, text=mended[0]), mended[1]

    async def _answer_two_issues(
        self, message: Message, text: str, found: "Classification", reader: Reader
    ) -> LessonReply | None:
        """Return the lesson on the first of two problems, with a button for the second; None where there are not two.

        Each is clear by itself, and together they left the message unclear.
        """
        if found.decision != "clarify" or found.care.band != "none":
            return None
        issues = await self._dialogue.find_issues(text, 2)
        if not issues or issues[0].theme not in {one.id for one in found.themes}:
            return None
        first = issues[0]
        lesson = await self.lessons.choose(message.place, first.theme, "lesson", first.text, first.found, reader)
        return self._dialogue.offer_second(lesson, issues[1])

    async def answer_overheard(
        self, message: Message, *, joined: bool, ask_zone: TimeZoneLookup = find_no_time_zone
    ) -> Reply | None:
        """Return the reply to a message in a thread that does not address the bot; None where it keeps silent.

        Nothing is read where nothing is pending. A lesson and a question back are the thread's, so that anybody may
        go on; a promise and a confirmation are their person's.

        Parameters
        ----------
        joined
            Whether the writer has addressed the bot in the thread.
        ask_zone
            As in `answer_message`.
        """
        situation = await self._dialogue.memory.find(message)
        if not await self._dialogue.is_listening(message, situation):
            return None
        message = replace(message, addressed=joined)  # whoever has spoken to the bot here goes on speaking to it
        message, found = await self._read(message)
        if found.hands_over:
            return await self._hand_over(message, found)
        if not found.sentence:
            return None
        turn, situation = await self._read_turn(message, found, situation)
        text = " ".join(_remove_mark_up(message.text).split())
        if not self._dialogue.may_interrupt(turn, text, found, situation, joined=joined):
            return None
        reply = await self._answer_command(message, found, ask_zone)
        reply = reply or await self._answer_read_turn(turn, message, found, situation, ask_zone)
        reply = self._care.add_support(reply, message, read_care(message, found.care))
        await self._remember(message, found, reply)
        return reply

    async def _remember(self, message: Message, found: "Classification", reply: Reply) -> None:
        text = _remove_mark_up(message.text) if self._may_keep_words(message, found, reply) else ""
        if bare := read_answer(text, ("",) * _MOST_OPTIONS):  # a number, a yes or a no tells nothing of the problem
            if isinstance(bare, Declined) and not bare.rest and isinstance(reply, TextReply):
                return  # kept with what was declined
            text = text if isinstance(bare, Declined) and bare.rest else ""
        if isinstance(reply, LessonReply) and found.decision not in ("answer", "clarify"):
            text = ""  # “another” is no problem of its own
        if message.around is not None and isinstance(reply, TextReply) and reply.intent.startswith("daily"):
            return  # a yes that is typed elsewhere would be about another place
        confidences = list_confidences(found, getattr(reply, "choices", ()))
        adds = found.decision == "clarify" and not isinstance(reply, ClarifyReply)
        await self._dialogue.memory.remember(message.place, message.person, reply, text, confidences, adds=adds)

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply:
        """Return the reply to a press. Ids in the action are looked up and never trusted.

        Parameters
        ----------
        ask_zone
            As in `answer_message`, and for a step that is taken on.
        """
        if isinstance(press.action, NoneOfThese):
            return await self._decline(press)
        reply = await self._choose_press_reply(press, ask_zone)
        await self._dialogue.memory.remember(press.place, press.person, reply)
        return reply

    async def _decline(self, press: Press) -> Reply:
        """Return what is offered once a question back was declined, and keep what was turned down."""
        memory = self._dialogue.memory
        pending = (await memory.find(Message("", press.person, press.place))).pending
        if pending.shared and pending.shared.kind == "lesson":
            return await self._turn_down_lesson(press.place, press.person, pending, noted=False)
        asked = pending.shared if pending.shared and pending.shared.kind == "question" else None
        now = self._dialogue.list_themes(name for name, _ in asked.options) if asked else frozenset()
        await memory.decline(press.place, press.person, now, pending.declined)
        reply = await self._questions_back.offer_next(press.place, now | pending.declined)
        offered = [one.action.theme for one in reply.choices if isinstance(one.action, PickTheme)]
        await memory.await_detail(press.place, press.person, offered)
        return reply

    async def _choose_press_reply(self, press: Press, ask_zone: TimeZoneLookup) -> Reply:
        match press.action:
            case Another() | More() | ShowPart() | ShowLesson() | SecondIssue() | Why() | PickTheme() as action:
                situation = await self._dialogue.memory.find(Message("", press.person, press.place))
                return await self._show_lesson(press.place, action, situation.reader, situation.pending.declined)
            case Rate():
                return await self._record_verdict(press, press.action)
            case ShowQuestion(question=question):
                return self._kept.show(question)
            case SendQuestion(question=question):
                return await self._kept.send(question)
            case ShowHelp() | ShowCare() | AboutWork():
                return self._answer_plain_press(press)
            case ShowThemes():
                return self.list_themes()
            case GiveTip():
                reader = await self._dialogue.memory.find_reader(press.place, press.person)
                return await self.lessons.choose_tip(press.place, reader=reader)
            case RememberReader() | ForgetReader():
                return await self._dialogue.answer_reader_press(press)
            case ShowSources():
                return await self.lessons.list_sources(press.place)
            case (
                TakeOn()
                | TookStep()
                | PlanPromise()
                | ShowMoments()
                | PickCue()
                | SayCue()
                | RemindOn()
                | TakeSmallerStep()
                | NameMe()
                | Settle()
                | Withdraw()
            ) if self._promises:
                return await self._promises.answer_press(press, ask_zone)
            case ConfirmDaily() | CancelDaily() | FillInDaily() if self._daily:
                return await self._daily.answer_press(press, ask_zone)
            case _:
                return responses.gone()

    async def _show_lesson(
        self,
        place: Place,
        action: Another | More | ShowPart | ShowLesson | SecondIssue | Why | PickTheme,
        reader: Reader,
        without: frozenset[str],
    ) -> Reply:
        """Return the lesson, the part of its depth or the explanation that an action asks for."""
        match action:
            case Another(answer=answer):
                return await self.lessons.choose_another(place, answer, reader, without)
            case More(answer=answer):
                return await self.lessons.show_part(place, answer, None, reader=reader)
            case ShowPart(answer=answer, part=part):
                return await self.lessons.show_part(place, answer, part, reader=reader)
            case ShowLesson(answer=answer):
                return await self.lessons.recall(place, answer) or responses.gone()
            case Why(answer=answer):
                return await self.lessons.explain(place, answer)
            case SecondIssue(lesson=picked) | PickTheme(theme=picked):
                words = await self._sayings.pick(place, picked)
                return words or await self.lessons.choose_picked(place, picked, reader, without)

    def _answer_plain_press(self, press: Press) -> Reply:
        """Return the reply to a press that needs no database."""
        match press.action:
            case ShowCare(band=band, topic=topic, about=about):
                return self._care.build_card(press.place.team, Care(band, topic, about))
            case AboutWork(themes=themes):
                return self._care.offer_work(themes) or responses.about_work()
            case _:
                return responses.help_(self._list_commands())

    def list_themes(self) -> ThemesReply:
        """Return every theme, by group."""
        groups = tuple(
            ThemeGroup(group.title, tuple((theme.id, theme.title) for theme in group.themes))
            for group in self._knowledge().groups
        )
        return ThemesReply(
            "These are the themes I know.", groups, "Type one of them, or describe what is happening in your own words."
        )

    async def find_lessons(
        self, text: str, most: int = 5, workspace: str = "", *, relayed: bool = False, as_typed: bool = False
    ) -> HandoverReply | tuple[LessonReply, ...]:
        """Return lessons for a search text, without choices and without recording an answer.

        Parameters
        ----------
        text
            What somebody searches for; empty for a few lessons to begin with.
        most
            How many lessons at most.
        workspace
            Id of the workspace or tenant, whose nation's numbers a card names; empty where that is not known.
        relayed
            Whether the text is somebody else's.
        as_typed
            Whether somebody is still typing it: titles that begin like it come first.

        Returns
        -------
        HandoverReply or tuple of LessonReply
            A message that shows danger, or perhaps does, is handed over here too: a list of lessons has no room for
            lines of support. Nothing is found for what is out of scope.
        """
        found = await self._readings.read(text)
        if found.care.band in ("danger", "perhaps"):
            care = replace(found.care, about="other", unmistakable=False) if relayed else found.care
            return replace(self._care.build_card(workspace, care), choices=())
        chosen = self._choose_lessons(text, found, most)
        if as_typed:
            titled = find_by_title(self._knowledge(), _remove_mark_up(text))
            chosen = list({selection.lesson.id: selection for selection in (*titled, *chosen)}.values())
        return tuple(
            replace(build_lesson_reply(selection, "lesson", "", "", promises=False), choices=())
            for selection in chosen[:most]
        )

    def _choose_lessons(self, text: str, found: "Classification", most: int) -> "list[Selection]":
        """Return the best lesson of each likely theme, then the runners-up of the likeliest."""
        knowledge = self._knowledge()
        if not found.sentence:
            today = self._find_today()
            return knowledge.choose_tips(today, [today + timedelta(days=after) for after in range(most)])
        if found.decision not in ("answer", "clarify"):
            term = knowledge.find_term(" ".join(_remove_mark_up(text).split()))
            return [select_lesson(knowledge, term.theme, term.lesson)] if term else []
        best = [
            knowledge.choose(theme.id, _remove_mark_up(text), meaning=found.vector)
            for theme in list_themes(knowledge, found)
        ]
        next_best = [
            replace(first, lesson=lesson, nudge=lesson.nudges[0], source=knowledge.find_source(lesson))
            for first in best[:1]
            for lesson in first.runners_up
        ]
        return best + next_best

    async def _answer_intent(
        self, message: Message, intent: str, found: "Classification", situation: Situation, ask_zone: TimeZoneLookup
    ) -> Reply:
        place, reader = message.place, situation.reader
        match intent:
            case "greeting":
                return responses.greeting()
            case "thanks":
                return responses.thanks()
            case "help":
                return responses.help_(self._list_commands())
            case "about":
                return responses.about(self.retention_notice)
            case "list-themes":
                return self.list_themes()
            case "tip":
                return await self.lessons.choose_tip(place, reader=reader)
            case "another":
                return await self.lessons.choose_another(place, "", reader, situation.pending.declined)
            case "sources":
                return await self.lessons.list_sources(place)
            case "unhelpful":
                return await self._record_unhelpful(message, situation)
            case "daily-on" | "daily-off" | "daily-status" if self._daily:
                asked = await self._daily.answer_request(intent, _move_to_place_meant(message), ask_zone)
                return asked or await self._answer_as_talk(message, found)
            case _:
                return responses.no_daily_tips()

    async def _answer_as_talk(self, message: Message, found: "Classification") -> Reply:
        """Return the reply to talk that only sounds like a request about the tip: “we should stop this pilot”."""
        await self._keep_question(message, found)
        text = _remove_mark_up(message.text)
        if list_likely_themes(self._knowledge(), found):
            return await self._questions_back.clarify(message, text, found)
        return await self._questions_back.refuse(message, text, found)

    async def _answer_command(
        self, message: Message, found: "Classification", ask_zone: TimeZoneLookup
    ) -> Reply | None:
        """Return the reply to a typed “why”, daily-tip command or promise command; None for any other text."""
        meant = _move_to_place_meant(message)
        if _WHY.fullmatch(meant.text.strip(" ?.!")):
            return await self.lessons.explain(message.place)
        reply = await self._daily.answer_command(meant, ask_zone) if self._daily else None
        return reply or (await self._promises.answer_command(meant) if self._promises else None)

    def _list_commands(self) -> tuple[str, ...]:
        daily = responses.DAILY_COMMANDS if self._daily else ()
        return (*COMMANDS, *daily, *(responses.PROMISE_COMMANDS if self._promises else ()))

    async def _hand_over(self, message: Message, found: "Classification") -> Reply:
        named = Care("danger", cast(Topic, found.intents[0].id), unmistakable=True)  # asked for by its name
        care = named if found.care.band == "none" else found.care
        self._dialogue.memory.words.doubt(message.place, message.person)
        card = self._build_card(message, Danger(care, tuple(theme.id for theme in found.themes), found.language))
        await self.count_handover(message.place, card)
        return card

    def _end_count(self, counting: "asyncio.Task[None]") -> None:
        self._counts.discard(counting)
        if not counting.cancelled() and (error := counting.exception()):
            _LOG.warning("A handover was given and could not be counted (%s).", type(error).__name__)

    def _build_card(self, message: Message, danger: Danger) -> HandoverReply:
        themes = [name for name in danger.themes if name in self._knowledge().themes]
        care = read_care(message, danger.care)
        return self._care.build_card(
            message.place.team,
            care,
            themes,
            addressed=message.addressed,
            language=danger.language,
            said=message.text,
        )

    async def _keep_question(self, message: Message, found: "Classification") -> None:
        if self._unanswered and message.addressed and self._may_keep_words(message, found):
            await self._unanswered.keep(found.sentence, found.decision)

    @staticmethod
    def _may_keep_words(message: Message, found: "Classification", reply: Reply | None = None) -> bool:
        """Return whether what was written may be held: nothing that shows, or might show, danger or strain."""
        shown = reply.care if reply else NO_CARE
        return found.care == NO_CARE and shown == NO_CARE and not message.private_words

    async def _record_verdict(self, press: Press, verdict: Rate) -> Reply:
        if await self._answers.get(verdict.answer, press.place) is None:
            return responses.gone()
        await self._answers.rate(verdict.answer, press.person, verdict.helpful)
        return responses.feedback_noted(verdict.helpful)

    async def _record_unhelpful(self, message: Message, situation: Situation) -> Reply:
        """Return the apology; a verdict is recorded only where a lesson is what was shown last."""
        shared = situation.pending.shared
        counts = message.addressed and not message.command and shared is not None and shared.kind == "lesson"
        latest = await self._answers.get(shared.about, message.place) if counts and shared else None
        if latest is None:
            return responses.unhelpful([], noted=False)
        await self._answers.rate(latest.id, message.person, helpful=False)
        return await self._turn_down_lesson(message.place, message.person, situation.pending, noted=True)

    async def _turn_down_lesson(self, place: Place, person: str, pending: PendingTurns, *, noted: bool) -> Reply:
        """Return what may be meant instead of the lesson that is pending, which is not given again in the thread."""
        latest = await self._answers.get(pending.shared.about, place) if pending.shared else None
        if latest is None:
            return responses.unhelpful([], noted=noted)
        memory, declined = self._dialogue.memory, self._dialogue.name_lesson(latest)
        await memory.decline(place, person, declined, pending.declined)
        declined |= pending.declined
        choices = await self._questions_back.list_others(place, latest, declined)
        offered = [one.action.theme for one in choices if isinstance(one.action, PickTheme)]
        await memory.await_detail(place, person, offered)
        return responses.unhelpful(choices, noted=noted)

    def _find_today(self) -> date:
        return datetime.now(self._zone).date()


def _move_to_place_meant(message: Message) -> Message:
    """Return the message in plain text, addressed to the place whose tip is meant."""
    return replace(message, text=_remove_mark_up(message.text), place=message.around or message.place)


def _remove_mark_up(text: str) -> str:
    """Return the normalised text that the classifier reads: without mark-up, line by line, cut to its limit."""
    from intents.normalisation import normalise_lines

    return "\n".join(normalise_lines(text))
