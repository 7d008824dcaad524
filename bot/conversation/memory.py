"""Memory of a conversation: what is pending, the last words before a question back, and who asks."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.actions import Command, ConfirmDaily, PickTheme, PlanPromise, SecondIssue, Settle, ShowPart, TakeOn
from bot.conversation.last_words import LastWords
from bot.conversation.mentioned import asks_for_other, find_mentioned
from bot.message import Choice, ClarifyReply, DepthReply, HandoverReply, LessonReply, Message, Place, Reply, TextReply
from bot.store.database import UNAVAILABLE
from bot.store.pending import Pending, PendingStore, PendingTurns
from bot.store.readers import Reader, Readers

_LOG = logging.getLogger(__name__)
_TOLD = "told"  # beside role and minutes: that words were made for others
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a turn is read in the light of.

    Parameters
    ----------
    pending
        What is pending in the thread and for the writer.
    reader
        Who the writer is, where they said so.
    words
        What was written before the question back or the lesson that is pending; empty where it is not held.
    """

    pending: PendingTurns = field(default_factory=PendingTurns)
    reader: Reader = field(default_factory=Reader)
    words: str = ""


class ConversationMemory:
    """Keeps what the next turn is read in the light of. A failure of the database costs the light and no answer.

    Parameters
    ----------
    pending
        What is pending, over all replicas.
    readers
        Who asked to have remembered who they are.

    Attributes
    ----------
    words
        The words of each thread, and who said that they are fine: in memory alone.
    """

    def __init__(self, pending: PendingStore, readers: Readers) -> None:
        self._pending = pending
        self._readers = readers
        self.words = LastWords()

    async def find(self, message: Message) -> Situation:
        """Return what a message is read in the light of."""
        try:
            pending, saved = await self._pending.find_with_reader(message.place, message.person)
        except UNAVAILABLE as error:
            _LOG.warning("What is pending could not be read (%s).", type(error).__name__)
            return Situation()
        return Situation(pending, _find_reader(pending, saved), self.words.find(message.place))

    async def find_reader(self, place: Place, person: str) -> Reader:
        """Return who somebody is in a thread, else who they asked to have remembered; empty when nothing is known."""
        try:
            return _find_reader(*await self._pending.find_with_reader(place, person))
        except UNAVAILABLE as error:
            _LOG.warning("Who asks could not be read (%s).", type(error).__name__)
            return Reader()

    async def find_saved_reader(self, place: Place, person: str) -> Reader:
        """Return who somebody asked to have remembered, whatever they said in a thread; empty when nothing is kept."""
        return await self._readers.find(place.platform, place.team, person)

    async def set_reader(self, place: Place, person: str, reader: Reader) -> None:
        """Keep who somebody is, in this thread."""
        told = ((_TOLD, 1.0),) if reader.told else ()
        await self._put(place, person, Pending("reader", options=((reader.role, reader.minutes or 0), *told)))

    async def save_reader(self, place: Place, person: str, reader: Reader) -> None:
        """Remember who somebody is until they ask to be forgotten."""
        await self._readers.save(place.platform, place.team, person, reader)

    async def forget_reader(self, place: Place, person: str) -> None:
        """Delete who somebody is, in this thread and beyond."""
        await self._readers.forget(place.platform, place.team, person)
        await self._pending.drop(place, person, "reader")

    async def remember(
        self,
        place: Place,
        person: str,
        reply: Reply,
        text: str = "",
        confidences: Mapping[str, float] | None = None,
        *,
        adds: bool = False,
    ) -> None:
        """Keep what the next turn may go on from after a reply.

        Parameters
        ----------
        text
            What was written; empty where it may not be held, as with a band of care, and where it tells nothing new.
        confidences
            Of the themes on offer, by id of the lesson or theme.
        adds
            Whether the text adds to what was written before, and says no problem of its own.
        """
        if isinstance(reply, HandoverReply):
            self.words.drop(place)
        if isinstance(reply, DepthReply) and reply.for_others:
            await self.set_reader(place, person, replace(await self.find_reader(place, person), told=True))
        if (pending := _find_pending(reply, confidences or {})) is None:
            return
        comes_back = asks_for_other(text) or find_mentioned(text, self.words.find(place))
        if text and not comes_back and (pending.kind == "question" or isinstance(reply, LessonReply)):
            self.words.keep(
                place, text, adds=adds
            )  # a detail, or “and the other thing I mentioned?”, is read with them
        await self._put(place, person, pending)

    async def await_detail(self, place: Place, person: str, offered: Sequence[str] = ()) -> None:
        """Keep that a question back was declined, so that what comes next is read with the words before it.

        Parameters
        ----------
        offered
            Ids of themes or lessons that are on offer instead.
        """
        await self._put(place, person, Pending("question", options=tuple((name, 0.0) for name in offered)))

    async def decline(self, place: Place, person: str, ids: Collection[str], before: Collection[str] = ()) -> None:
        """Keep the ids of themes and lessons that were turned down, so that they are not offered again in the thread.

        Parameters
        ----------
        before
            What was turned down earlier.
        """
        if not set(ids) <= set(before):
            declined = sorted({*before, *ids})
            await self._put(place, person, Pending("declined", options=tuple((name, 0.0) for name in declined)))

    async def settle_own(self, place: Place, person: str) -> None:
        """Delete the confirmation that a person has answered."""
        try:
            await self._pending.drop(place, person)
        except UNAVAILABLE as error:
            _LOG.warning("What was confirmed is still pending (%s).", type(error).__name__)

    async def _put(self, place: Place, person: str, pending: Pending) -> None:
        try:
            await self._pending.put(place, person, pending)
        except UNAVAILABLE as error:
            _LOG.warning("What is pending could not be kept (%s).", type(error).__name__)


def _find_reader(pending: PendingTurns, saved: Reader) -> Reader:
    """Return who somebody said they are in a thread, and for the rest who they asked to have remembered."""
    if pending.reader is None:
        return saved
    (role, minutes), *told = pending.reader.options
    return Reader(role or saved.role, int(minutes) or saved.minutes, told=bool(told))


def read_command(data: Mapping[str, Any] | None) -> Command | None:
    """Return the command that awaits a yes, from its data; None where a former release wrote it in another way."""
    try:
        return _COMMANDS.validate_python(dict(data)) if data is not None else None
    except ValidationError:
        return None


def _find_pending(reply: Reply, confidences: Mapping[str, float]) -> Pending | None:
    match reply:
        case LessonReply():
            also = [(one.action.lesson, 1.0) for one in reply.choices if isinstance(one.action, SecondIssue)]
            offered = [(one.action.theme, 0.0) for one in reply.choices if isinstance(one.action, PickTheme)]
            return Pending("lesson", reply.answer, options=(*also, *offered))
        case DepthReply():
            below = [(one.action.theme, 0.0) for one in reply.choices if isinstance(one.action, PickTheme)]
            return Pending("lesson", reply.answer, reply.part, tuple(below))
        case ClarifyReply():  # one without options asks what is happening
            return _find_in_choices(reply.choices, confidences) or Pending("question")
        case TextReply(intent="remind-when"):  # a day is awaited, from whoever asked to be reminded
            answer = next((one.action.answer for one in reply.choices if isinstance(one.action, TakeOn)), "")
            return Pending("confirmation", answer)
        case TextReply():
            return _find_in_choices(reply.choices, confidences)
        case _:
            return None


def _find_in_choices(choices: tuple[Choice, ...], confidences: Mapping[str, float]) -> Pending | None:
    for choice in choices:
        match choice.action:
            case ConfirmDaily(command=command):
                return Pending("confirmation", command=_COMMANDS.dump_python(command, mode="json"))
            case PlanPromise(promise=promise) | Settle(promise=promise):
                return Pending("promise", promise)
    offered = [one.action.theme for one in choices if isinstance(one.action, PickTheme)]
    shown = next((one.action.answer for one in choices if isinstance(one.action, ShowPart)), "")
    if offered and shown:  # a lesson that goes on, with themes besides
        return Pending("lesson", shown, options=tuple((name, 0.0) for name in offered))
    return (
        Pending("question", options=tuple((name, confidences.get(name, 0.0)) for name in offered)) if offered else None
    )
