"""Turns: what a message means in the light of the last, as an action, as other words, or as a reply."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from bot.actions import (
    Action,
    Another,
    CancelDaily,
    ConfirmDaily,
    NoneOfThese,
    PickTheme,
    PlanPromise,
    SayCue,
    SecondIssue,
    Settle,
    Share,
    ShowLesson,
    ShowPart,
    ShowThemes,
    TakeOn,
    Why,
    Withdraw,
)
from bot.conversation import responses
from bot.conversation.corrections import Correction, read_correction
from bot.conversation.depth import LABELS, choose_next_part
from bot.conversation.follow_ups import Act, FollowUp, read_follow_up
from bot.conversation.history import find_selection
from bot.conversation.memory import Situation, read_command
from bot.conversation.picks import Agreed, Declined, Picked, read_answer
from bot.conversation.reminder_days import names_a_moment, read_day
from bot.conversation.unanswerable import Unanswerable, read_unanswerable
from bot.conversation.wording import fold, list_weighty_words, remove_courtesy, split_sentences
from bot.message import AbilitiesByPlatform, Choice, Message, Place, Reply
from bot.store.answers import Answer, Answers
from bot.store.pending import Pending

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

Classify = Callable[[str], Awaitable["Classification"]]
FindAlike = Callable[[str], Awaitable[tuple[str, float]]]
FindOpenPromise = Callable[[Place, str], Awaitable[str | None]]

_SURE_OF_ANOTHER_THEME = 0.6  # from which words that could be a follow-up are a problem of their own
_CERTAIN_OF_ANOTHER_THEME = 0.9  # and whose words are those of the lesson, one apart
_PROBLEM_WORDS = 7
_MARGIN = 0.55  # the share of one option, from which a detail decides between those on offer
_UNSEEN = 0.02  # confidence of a theme that is not among the ranked
_OTHER = re.compile(
    r"^(?:(?:and|now|then|what about|how about|tell me about|the|my) )*(?:other|second)"
    r"(?: (?:one|thing|question|problem|issue|bit|point))?(?: please)?$"
)
_ANY_OPTIONS = ("", "", "")  # for a number where nothing is on offer
_CERTAINLY_FOREIGN = 0.995  # out of scope; a follow-up that no phrase matches is less certainly so
_ALIKE, _CLOSELY_ALIKE = 0.42, 0.6  # cosine; problems of people are below 0.4 nearly always
_FEW_WEIGHTY, _MOST_WEIGHTY, _LONGEST_ALIKE = 2, 4, 14  # words
_ASK_NOTHING = ("thanks", "verdict")
_NARROWS = re.compile(
    r"^(?:its|it is|thats|mostly|mainly|especially|more|about|only|just|the problem is|i mean|well)\b"
)
_POINTS_BACK = re.compile(r"\b(?:they|them|it|that|this|those|theyll|theyd)\b|^(?:what|and) if\b")
_ABOUT_THE_BOT = re.compile(r"\byou\b|\b(?:this|it|that) works?\b")
_OF_A_LESSON = ("how", "say", "if_not", "brief", "place", "again", "back", "more", "take_on", "share", "did", "remind")
# “What is integrated care about” asks for more than the lesson before it says.
_ASKS_WHAT_IS = re.compile(
    r"^(?:and |so |ok |but )*(?:what|whats|who|whos|where|wheres) (?:(?:is|are|was|were|s|does|do) )?"
    r"(?!(?:it|this|that|these|those|they|the step|the lesson|next|else|first|i|we|you|to|if|about)\b)\w{3,}(?: \w+)* "
    r"(?:about|for|mean|do|stand for|all about)$"
)
_OF_THE_BOT = ("about", "sources", "tip", "list-themes", "greeting", "daily-on", "daily-off", "daily-status")
_NAMED_REQUESTS = ("help", "list-themes", "tip", "about", "sources", "daily-on", "daily-off", "daily-status")


@dataclass(frozen=True, slots=True)
class Meant:
    """Actions that the turn means, in order; the reply to the last is shown."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Reread:
    """Other words that the turn means.

    Parameters
    ----------
    text
        What is read in place of the message.
    without
        Ids of themes that were declined, and are not offered again.
    """

    text: str
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The small step of an answer, taken on with a day."""

    answer: str
    day: "date | str"


@dataclass(frozen=True, slots=True)
class Said:
    """A reply that needs nothing else."""

    reply: Reply


Turn = Meant | Reread | PlannedStep | Said


class TurnReader:
    """Reads turns in the light of what is pending.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place was told.
    classify
        Returns the classification of a text.
    find_open_promise
        Returns the id of a person's newest open promise; None where there is none.
    today
        Returns today's local date.
    abilities
        What each platform can do.
    find_alike
        Returns which follow-up a text is most like in meaning, and how much, from -1 to 1.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        classify: Classify,
        find_open_promise: FindOpenPromise,
        today: Callable[[], date],
        abilities: AbilitiesByPlatform,
        find_alike: FindAlike,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._classify = classify
        self._find_open_promise = find_open_promise
        self._today = today
        self._abilities = abilities
        self._find_alike = find_alike

    async def read(self, message: Message, text: str, found: "Classification", situation: Situation) -> Turn | None:
        """Return what a message means in the light of the last; None where it says something of its own.

        Parameters
        ----------
        text
            The message in one line, normalised.
        found
            What the message is taken for by itself.
        """
        own, shared = situation.pending.own, situation.pending.shared
        safe = own is not None and own.kind == "promise" and found.care.band == "none"
        if own and safe and names_a_moment(text, is_problem=found.decision == "answer"):
            return Meant((SayCue(own.about, text),))
        if own and (turn := self._read_own(text, own)):
            return turn
        bare = remove_courtesy(text)
        if shared and shared.kind == "question":
            turn = await self._read_answer(message, bare or text, found, shared, situation.words)
        else:
            turn = await self._read_after_lesson(message, bare, found, shared) if bare else None
        if turn is None and bare and bare != text:
            return Reread(bare)
        return turn

    # What is the person's own

    def _read_own(self, text: str, own: Pending) -> Turn | None:
        answer = read_answer(text, ())
        if own.kind == "confirmation":
            command = read_command(own.command)
            if isinstance(answer, Agreed) and command:
                return Meant((ConfirmDaily(command),))
            return Meant((CancelDaily(),)) if isinstance(answer, Declined) and not answer.rest else None
        follow_up = read_follow_up(text)
        match follow_up.act if follow_up else None:
            case "withdraw":
                return Meant((Withdraw(own.about),))
            case "did":
                return Meant((Settle(own.about, "done"),))
            case "not_yet":
                return Meant((Settle(own.about, "not-yet"),))
        if fold(text) in ("not for me", "its not for me", "this is not for me"):
            return Meant((Settle(own.about, "not-for-me"),))
        if len(text.split()) <= 8 and (day := read_day(text, self._today())):
            return Meant((PlanPromise(own.about, day),))
        if isinstance(answer, Agreed):
            return Meant((PlanPromise(own.about, "week"),))
        return Meant((PlanPromise(own.about, "never"),)) if isinstance(answer, Declined) and not answer.rest else None

    # After a question back

    async def _read_answer(
        self, message: Message, text: str, found: "Classification", question: Pending, words: str
    ) -> Turn | None:
        options = [name for name, _ in question.options if self._find_theme(name)]
        titles = self._list_titles(options)
        answer = read_answer(text, titles)
        if isinstance(answer, Picked):
            return Meant((PickTheme(options[answer.position]),))
        if isinstance(answer, Agreed) and options:
            return (
                Meant((PickTheme(options[0]),))
                if len(options) == 1
                else Said(responses.which_of_them(_list(options, titles)))
            )
        if correction := read_correction(text):
            return await self._read_corrected_answer(correction, options, titles, words)
        if isinstance(answer, Declined):
            return await self._read_decline(answer, options, words)
        return await self._read_detail(message, text, found, question, options, words)

    async def _read_decline(self, answer: Declined, options: Sequence[str], words: str) -> Turn | None:
        if not answer.rest:
            return Meant((NoneOfThese(),))
        declined = frozenset(self._find_theme(name) for name in options)
        alone = await self._classify(answer.rest)
        if alone.decision == "answer" or not words:
            return Reread(answer.rest, declined)
        return Reread(_join(words, answer.rest), declined)

    async def _read_corrected_answer(
        self, correction: Correction, options: Sequence[str], titles: Sequence[str], words: str
    ) -> Turn | None:
        rejected = read_answer(correction.rejected, titles) if correction.rejected else None
        gone = options[rejected.position] if isinstance(rejected, Picked) else ""
        left = [(name, title) for name, title in zip(options, titles, strict=True) if name != gone]
        picked = read_answer(correction.wanted, [title for _, title in left])
        if isinstance(picked, Picked):
            return Meant((PickTheme(left[picked.position][0]),))
        without = frozenset((self._find_theme(gone),)) if gone else frozenset()
        alone = await self._classify(correction.wanted)
        if alone.decision == "answer" or not words:
            return Reread(correction.wanted, without)
        return Reread(_join(words, correction.wanted), without)

    async def _read_detail(
        self,
        message: Message,
        text: str,
        found: "Classification",
        question: Pending,
        options: Sequence[str],
        words: str,
    ) -> Turn | None:
        """Read a turn that names no option: a detail that narrows, or a problem of its own."""
        themes = {self._find_theme(name): name for name in options}
        if len(themes) < len(options) and words and found.decision in ("answer", "clarify"):
            return Reread(_join(words, text))  # lessons of one theme were on offer
        top = found.intents[0]
        narrows = bool(_NARROWS.match(fold(text))) and any(one.id in themes for one in found.themes)
        if found.decision == "answer" and (top.id in themes or found.named or not narrows):
            return Meant((PickTheme(themes[top.id]),)) if top.id in themes and not found.named else None
        if found.decision == "conversation" and (
            found.named or top.id not in ("unhelpful", "another", "help", "sources")
        ):
            return None
        joined = await self._classify(_join(words, text)) if words else None
        if joined and joined.care.band == "none" and joined.decision == "answer" and not narrows:
            return Reread(_join(words, text))
        likely = (joined or found).themes
        scores = {
            name: (confidence or _UNSEEN)
            * max((one.confidence for one in likely if one.id == self._find_theme(name)), default=_UNSEEN)
            for name, confidence in question.options
            if name in options
        }
        total = sum(scores.values())
        hints = any(one.id in themes and one.confidence > _UNSEEN for one in found.themes)
        if total and hints and found.decision != "out-of-scope" and max(scores.values()) / total >= _MARGIN:
            return Meant((PickTheme(max(scores, key=lambda name: scores[name])),))
        if joined and joined.decision == "clarify" and found.decision != "out-of-scope":
            return Reread(_join(words, text))
        return None

    # After a lesson, and with nothing pending

    async def _read_after_lesson(
        self, message: Message, text: str, found: "Classification", shared: Pending | None
    ) -> Turn | None:
        answer = await self._find_lesson(message, shared)
        if shared and shared.options and _OTHER.match(fold(text)):
            return Meant((SecondIssue(shared.options[0][0]),))
        correction = None if found.named else read_correction(text)
        if correction and (turn := await self._read_correction(correction, found, answer)):
            return turn
        if answer and (asked := read_unanswerable(text)):
            return self._answer_beside_lesson(asked, answer)
        if said := read_answer(text, _ANY_OPTIONS):
            return self._read_bare_answer(said, answer, shared.part if shared else "")
        follow_up = await self._read_follow_up(text, found, answer, may_be_alike=message.addressed)
        if follow_up and answer:
            return await self._follow(message, text, follow_up, answer, shared.part if shared else "")
        if follow_up and message.addressed and follow_up.act in _OF_A_LESSON and not follow_up.foreign:
            return await self._ask_what_is_meant(message, follow_up.act, found)
        return None

    def _read_bare_answer(self, said: Picked | Agreed | Declined, answer: Answer | None, part: str) -> Turn | None:
        """Read a number, a yes or a no where nothing was asked: a yes to a lesson goes on with it."""
        if isinstance(said, Picked):
            return Said(responses.what_is_meant())
        if isinstance(said, Agreed) and answer and (selection := find_selection(self._knowledge(), answer)):
            return Meant((ShowPart(answer.id, choose_next_part(selection, part)),))
        return Reread(said.rest) if isinstance(said, Declined) and said.rest else None

    def _answer_beside_lesson(self, asked: Unanswerable, answer: Answer) -> Turn | None:
        """Return what is said to a question that no part of a lesson answers."""
        selection = find_selection(self._knowledge(), answer)
        if selection is None:
            return None
        sentence, minutes = asked.sentence, selection.nudge.minutes
        if asked.about_time and minutes:
            sentence = f"The small step is meant for about {minutes} minutes."
        return Said(
            responses.unanswered_by_lesson(sentence, Choice(ShowPart(answer.id, asked.part), LABELS[asked.part]))
        )

    async def _read_follow_up(
        self, text: str, found: "Classification", answer: Answer | None, *, may_be_alike: bool
    ) -> FollowUp | None:
        """Return the follow-up that a turn is; None where any of its sentences is a problem of its own."""
        top = found.intents[0]
        if found.named and (top.id in _NAMED_REQUESTS or found.decision == "answer"):
            return None
        known = self._list_known_words(answer) if answer else frozenset()
        weighty = [one for one in split_sentences(text) if list_weighty_words(fold(one)) or "?" in one]
        read = [read_follow_up(sentence, known) for sentence in weighty]
        whole = read_follow_up(text, known) or next((one for one in reversed(read) if one), None)
        asks_the_bot = top.id in _OF_THE_BOT and top.confidence >= _SURE_OF_ANOTHER_THEME
        elsewhere_asked = asks_the_bot or _ASKS_WHAT_IS.match(fold(text))
        if whole is None and answer and may_be_alike and found.decision != "answer" and not elsewhere_asked:
            foreign = found.decision == "out-of-scope"
            if foreign and top.confidence >= _CERTAINLY_FOREIGN:
                return None
            whole = await self._read_by_likeness(text, foreign=foreign)
            read = []
        if whole is None or (
            len(read) > 1 and any(one is None for one in read) and found.decision in ("answer", "clarify")
        ):
            return None
        elsewhere = answer is None or top.id != answer.intent
        if found.decision == "answer" and elsewhere:
            whole_problem = len(text.split()) >= _PROBLEM_WORDS and not _POINTS_BACK.search(fold(text))
            needed = _CERTAIN_OF_ANOTHER_THEME if whole.foreign <= 1 else _SURE_OF_ANOTHER_THEME
            if top.confidence >= needed and (whole.foreign > 1 or whole_problem):
                return None
        return whole

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
        needed = _ALIKE if words <= _FEW_WEIGHTY else _CLOSELY_ALIKE
        return FollowUp(cast(Act, act)) if likeness >= needed and act not in _ASK_NOTHING else None

    async def _follow(self, message: Message, text: str, follow_up: FollowUp, answer: Answer, part: str) -> Turn | None:
        match follow_up.act:
            case "how" | "say" | "if_not" | "brief" | "evidence" | "place" as wanted:
                again = wanted == part == "place"  # another example is another lesson's
                return Meant((Another(answer.id) if again else ShowPart(answer.id, wanted),))
            case "more":
                selection = find_selection(self._knowledge(), answer)
                return Meant((ShowPart(answer.id, choose_next_part(selection, part)),)) if selection else None
            case "again":
                return Meant((_show_again(answer.id, part),))
            case "back":
                before = answer if part else await self._answers.lesson_before(message.place, answer)
                return Meant((ShowLesson(before.id),)) if before else Said(responses.nothing_before())
            case "another":
                return Meant((Another(answer.id),))
            case "topic":
                return Meant((ShowThemes(),))
            case "why":
                return Meant((Why(answer.id),))
            case "share":
                return Said(self._offer_to_share(message.place, answer))
            case _:
                return await self._read_promise(message, text, follow_up.act, answer)

    def _offer_to_share(self, place: Place, answer: Answer) -> Reply:
        if not place.private:
            return responses.shared_already()
        if not self._abilities[place.platform].shares:
            return responses.cannot_share()
        return responses.press_to_share(Choice(Share(answer.id), "Share"))

    async def _read_promise(self, message: Message, text: str, act: Act, answer: Answer) -> Turn | None:
        if act == "remind":
            day = read_day(text, self._today())
            return PlannedStep(answer.id, day) if day else Meant((TakeOn(answer.id),))
        if act == "take_on":
            return Meant((TakeOn(answer.id),))
        promise = await self._find_open_promise(message.place, message.person)
        match act:
            case "did":
                return Meant((Settle(promise, "done"),)) if promise else PlannedStep(answer.id, "done")
            case "not_yet" if promise:
                return Meant((Settle(promise, "not-yet"),))
            case "withdraw" if promise:
                return Meant((Withdraw(promise),))
        return None

    async def _ask_what_is_meant(self, message: Message, act: Act, found: "Classification") -> Turn | None:
        """Return the question what is meant, where nothing was said that a follow-up could be about."""
        if act == "did" and (promise := await self._find_open_promise(message.place, message.person)):
            return Meant((Settle(promise, "done"),))
        if found.decision in ("answer", "clarify") and not _POINTS_BACK.search(fold(message.text)):
            return None  # a problem of its own, such as “nobody turns up”
        top = found.intents[0].id
        about_the_bot = top == "help" and _ABOUT_THE_BOT.search(fold(message.text))
        if found.named or about_the_bot or (found.decision == "conversation" and top in ("another", "tip", "about")):
            return None
        return Said(responses.what_is_meant())

    async def _read_correction(
        self, correction: Correction, found: "Classification", answer: Answer | None
    ) -> Turn | None:
        rejected = await self._classify(correction.rejected) if correction.rejected else None
        named = rejected is not None and (
            rejected.named or fold(correction.rejected) in ("this", "that", "it", "these")
        )
        if found.decision == "answer" and not named:
            return None  # “not” is a word of the problem
        wanted = await self._classify(correction.wanted)
        if wanted.decision not in ("answer", "clarify") or wanted.care.band in ("danger", "perhaps"):
            return None
        without = {rejected.intents[0].id} if rejected and rejected.named else set()
        if answer and (named or not correction.rejected) and not wanted.named:
            without.add(answer.intent)
        return Reread(correction.wanted, frozenset(without - {wanted.intents[0].id} if wanted.named else without))

    # What is known

    async def _find_lesson(self, message: Message, shared: Pending | None) -> Answer | None:
        """Return the lesson that is pending: the thread's, or the tip that began it."""
        if shared and shared.about:
            return await self._answers.get(shared.about, message.place)
        return await self._answers.find_tip(message.place, message.began)

    def _list_titles(self, options: Sequence[str]) -> list[str]:
        """Return the titles on the buttons: of the themes, or of the lessons where one theme's are on offer."""
        knowledge, themes = self._knowledge(), [self._find_theme(name) for name in options]
        if len(set(themes)) == len(themes):
            return [knowledge.themes[theme].title for theme in themes]
        found = [knowledge.find_lesson(name) for name in options]
        return [
            one[1].title if one else knowledge.themes[theme].title for one, theme in zip(found, themes, strict=True)
        ]

    def _find_theme(self, option: str) -> str:
        """Return the id of the theme of an option, which is a theme or a lesson; empty where it is gone."""
        knowledge = self._knowledge()
        if option in knowledge.themes:
            return option
        found = knowledge.find_lesson(option)
        return found[0].id if found else ""

    def _list_known_words(self, answer: Answer) -> frozenset[str]:
        found = self._knowledge().find_nudge(answer.nudge or "")
        if found is None:
            return frozenset()
        theme, lesson, nudge = found
        source, quote = self._knowledge().find_source(lesson), lesson.quote
        place = (lesson.place.name, lesson.place.text, lesson.place.quote.speaker or "") if lesson.place else ()
        texts = (
            theme.title, lesson.title, lesson.lesson, *((quote.text, quote.speaker or "") if quote else ()), nudge.text,
            source.attribution if source else lesson.experience or "",
            *place, *lesson.how, lesson.say or "", lesson.if_not or "", *lesson.tags,
        )  # fmt: skip
        return frozenset(fold(" ".join(texts)).split())


def _show_again(answer: str, part: str) -> Action:
    return ShowPart(answer, part) if part else ShowLesson(answer)  # type: ignore[arg-type]  # read from our own row


def _join(words: str, detail: str) -> str:
    return f"{words.rstrip(' .')}. {detail}"


def _list(options: Sequence[str], titles: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(PickTheme(name), title) for name, title in zip(options, titles, strict=True))
