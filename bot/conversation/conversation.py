"""The conversation: the only place that decides which reply a message or a press gets."""

import asyncio
import logging
import re
import time
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
    GiveTip,
    More,
    NoneOfThese,
    PickTheme,
    PlanPromise,
    Rate,
    SecondIssue,
    Settle,
    ShowCare,
    ShowHelp,
    ShowLesson,
    ShowPart,
    ShowSources,
    ShowThemes,
    TakeOn,
    Why,
    Withdraw,
)
from bot.conversation import responses
from bot.conversation.care import ABOUT_WORK_QUESTION, CareReplies, read_care, says_about_work
from bot.conversation.explanations import Explanations
from bot.conversation.lesson_reply import build_lesson_reply
from bot.conversation.lessons import Lessons, list_ranked
from bot.conversation.ports import (
    AnswerMetricsPort,
    DailyTipsPort,
    PromisesPort,
    TimeZoneLookup,
    UnansweredQuestionsPort,
    find_no_time_zone,
)
from bot.conversation.readings import Danger, Readings
from bot.conversation.tips import TipChooser
from bot.message import (
    Choice,
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
from bot.store.answers import Answers, create_id
from intents.care import Care, Topic

if TYPE_CHECKING:
    from intents import Classification, Classifier
    from knowledge import Knowledge, Selection, Theme

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
        daily: DailyTipsPort | None = None,
        promises: PromisesPort | None = None,
        unanswered: UnansweredQuestionsPort | None = None,
        zone: str = "Europe/London",
        metrics: AnswerMetricsPort | None = None,
        nations: WorkspaceNations | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._readings = Readings(classifier, lambda: {theme.id: theme.title for theme in knowledge().themes.values()})
        self._answers = answers
        self._daily = daily
        self._promises = promises
        self._unanswered = unanswered
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
        self._counts: set[asyncio.Task[None]] = set()

    @property
    def retention_notice(self) -> str:
        """Return the sentence on what is kept of the text that people type."""
        return responses.retention_notice(self._unanswered.days if self._unanswered else 0)

    async def answer_message(self, message: Message, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply:
        """Return the reply to a message; a handover always comes before any lesson.

        Parameters
        ----------
        ask_zone
            Returns the writer's time zone; called at most once, and only for a daily tip.
        """
        started = time.perf_counter()
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
            return self._build_card(message, danger) if danger else None
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
        found = await self._readings.read(message.text)
        if found.decision == "handover" or found.care.band == "danger":
            return await self._hand_over(message, found)
        care = read_care(message, found.care)
        return self._care.add_support(await self._choose_answer(message, found, ask_zone), message, care)

    async def _choose_answer(self, message: Message, found: "Classification", ask_zone: TimeZoneLookup) -> Reply:
        """Return the answer to a message that shows no danger."""
        if not found.sentence:
            return responses.no_words()
        top = found.intents[0].id
        if reply := await self._answer_command(message, found, ask_zone):
            return reply
        match "clarify" if found.care.band == "perhaps" else found.decision:
            case "conversation":
                return await self._answer_intent(message, top, ask_zone)
            case "answer":
                return await self.lessons.choose(
                    message.place, top, "theme" if found.named else "lesson", _remove_mark_up(message.text), found
                )
            case "clarify":
                await self._keep_question(message, found)
                return await self._build_clarification(message, found)
            case _:
                await self._keep_question(message, found)
                return await self._refuse(message, found)

    async def answer_press(self, press: Press, ask_zone: TimeZoneLookup = find_no_time_zone) -> Reply:
        """Return the reply to a press. Ids in the action are looked up and never trusted.

        Parameters
        ----------
        ask_zone
            As in `answer_message`, and for a step that is taken on.
        """
        match press.action:
            case Another() | More() | ShowPart() | ShowLesson() | SecondIssue() | Why() | PickTheme() as action:
                return await self._show_lesson(press.place, action)
            case Rate():
                return await self._record_verdict(press, press.action)
            case NoneOfThese() | ShowHelp() | ShowCare() | AboutWork():
                return self._answer_plain_press(press)
            case ShowThemes():
                return self.list_themes()
            case GiveTip():
                return await self.lessons.choose_tip(press.place)
            case ShowSources():
                return await self.lessons.list_sources(press.place)
            case TakeOn() | PlanPromise() | Settle() | Withdraw() if self._promises:
                return await self._promises.answer_press(press, ask_zone)
            case ConfirmDaily() | CancelDaily() | FillInDaily() if self._daily:
                return await self._daily.answer_press(press, ask_zone)
            case _:
                return responses.gone()

    async def _show_lesson(
        self, place: Place, action: Another | More | ShowPart | ShowLesson | SecondIssue | Why | PickTheme
    ) -> Reply:
        """Return the lesson, the part of its depth or the explanation that an action asks for."""
        match action:
            case Another(answer=answer):
                return await self.lessons.choose_another(place, answer)
            case More(answer=answer):
                return await self.lessons.show_part(place, answer, None)
            case ShowPart(answer=answer, part=part):
                return await self.lessons.show_part(place, answer, part)
            case ShowLesson(answer=answer):
                return await self.lessons.recall(place, answer) or responses.gone()
            case Why(answer=answer):
                return await self.lessons.explain(place, answer)
            case SecondIssue(lesson=picked) | PickTheme(theme=picked):
                return await self.lessons.choose_picked(place, picked)

    def _answer_plain_press(self, press: Press) -> Reply:
        """Return the reply to a press that needs no database."""
        match press.action:
            case ShowCare(band=band, topic=topic, about=about):
                return self._care.build_card(press.place.team, Care(band, topic, about))
            case AboutWork(themes=themes):
                return self._care.offer_work(themes) or responses.about_work()
            case ShowHelp():
                return responses.help_(self._list_commands())
            case _:
                return responses.none_of_these()

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
        self, text: str, most: int = 5, workspace: str = "", *, relayed: bool = False
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
            return []
        best = [knowledge.choose(theme.id, _remove_mark_up(text)) for theme in _list_likely_themes(knowledge, found)]
        next_best = [
            replace(first, lesson=lesson, nudge=lesson.nudges[0], source=knowledge.sources[lesson.quote.source])
            for first in best[:1]
            for lesson in first.runners_up
        ]
        return best + next_best

    async def _answer_intent(self, message: Message, intent: str, ask_zone: TimeZoneLookup) -> Reply:
        place = message.place
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
                return await self.lessons.choose_tip(place)
            case "another":
                return await self.lessons.choose_another(place, "")
            case "sources":
                return await self.lessons.list_sources(place)
            case "unhelpful":
                return await self._record_unhelpful(message)
            case "daily-on" | "daily-off" | "daily-status" if self._daily:
                return await self._daily.answer_request(intent, _move_to_place_meant(message), ask_zone)
            case _:
                return responses.no_daily_tips()

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
        card = self._build_card(message, Danger(care, tuple(theme.id for theme in found.themes)))
        await self.count_handover(message.place, card)
        return card

    def _end_count(self, counting: "asyncio.Task[None]") -> None:
        self._counts.discard(counting)
        if not counting.cancelled() and (error := counting.exception()):
            _LOG.warning("A handover was given and could not be counted (%s).", type(error).__name__)

    def _build_card(self, message: Message, danger: Danger) -> HandoverReply:
        themes = [name for name in danger.themes if name in self._knowledge().themes]
        return self._care.build_card(
            message.place.team, read_care(message, danger.care), themes, addressed=message.addressed
        )

    async def _build_clarification(self, message: Message, found: "Classification") -> ClarifyReply:
        text = _remove_mark_up(message.text)
        seen = await self._answers.seen(message.place)
        knowledge = self._knowledge()
        choices = [
            Choice(PickTheme(knowledge.choose(theme.id, text, seen).lesson.id), theme.title)
            for theme in _list_likely_themes(knowledge, found)
        ]
        if found.care.band == "perhaps":  # nothing is remembered of it
            return ClarifyReply(ABOUT_WORK_QUESTION, (*choices, Choice(NoneOfThese(), "None of these")))
        ranked = list_ranked(found)
        await self._answers.record(create_id(), message.place, "clarify", found.themes[0].id, ranked=ranked)
        question = (
            "Did you mean this theme?" if len(choices) == 1 else "I am not sure I follow. Did you mean one of these?"
        )
        return ClarifyReply(question, (*choices, Choice(NoneOfThese(), "None of these")))

    async def _keep_question(self, message: Message, found: "Classification") -> None:
        if self._unanswered and message.addressed and found.care.band == "none":
            await self._unanswered.keep(found.sentence, found.decision)

    async def _refuse(self, message: Message, found: "Classification") -> TextReply:
        if message.addressed:
            await self._answers.record(create_id(), message.place, "text", "out-of-scope")
        return responses.out_of_scope(
            [Choice(PickTheme(theme.id), theme.title) for theme in _list_likely_themes(self._knowledge(), found)]
        )

    async def _record_verdict(self, press: Press, verdict: Rate) -> Reply:
        if await self._answers.get(verdict.answer, press.place) is None:
            return responses.gone()
        await self._answers.rate(verdict.answer, press.person, verdict.helpful)
        return responses.feedback_noted(verdict.helpful)

    async def _record_unhelpful(self, message: Message) -> Reply:
        latest = await self._answers.latest_lesson(message.place) if message.addressed else None
        choices: list[Choice] = []
        if latest:
            await self._answers.rate(latest.id, message.person, helpful=False)
            themes = self._knowledge().themes
            others = [name for name, _ in latest.ranked if name in themes and name != latest.intent]
            choices = [Choice(PickTheme(name), themes[name].title) for name in others[:3]]
        return responses.unhelpful(choices, noted=latest is not None)

    def _find_today(self) -> date:
        return datetime.now(self._zone).date()


def _move_to_place_meant(message: Message) -> Message:
    """Return the message in plain text, addressed to the place whose tip is meant."""
    return replace(message, text=_remove_mark_up(message.text), place=message.around or message.place)


def _list_likely_themes(knowledge: "Knowledge", found: "Classification") -> "list[Theme]":
    return [knowledge.themes[ranked.id] for ranked in found.themes if ranked.id in knowledge.themes]


def _remove_mark_up(text: str) -> str:
    """Return the normalised text that the classifier reads: without mark-up, line by line, cut to its limit."""
    from intents.normalisation import normalise_lines

    return "\n".join(normalise_lines(text))
