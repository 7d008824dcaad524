"""Turns about what is one person's: a promise that is open, and a confirmation that is awaited."""

import re
from datetime import date

from bot.actions import CancelDaily, ConfirmDaily, PlanPromise, RemindOn, Settle, TakeOn, Withdraw
from bot.conversation import responses
from bot.conversation.follow_ups import Act, read_follow_up
from bot.conversation.memory import read_command
from bot.conversation.picks import Agreed, Declined, read_answer
from bot.conversation.turns.lookups import FindDay, FindOpenPromise
from bot.conversation.turns.meanings import Meant, PlannedStep, Said, Turn
from bot.conversation.wording import fold
from bot.message import Choice, Message
from bot.store.answers import Answer
from bot.store.pending import Pending

_SHORT_DAY = 8  # words of an answer to “when?”
_AT_A_MOMENT = re.compile(r"\b(?:when|whenever|after|before|once|as soon as|during|in (?:a|an|the|two|three|\d+)|at)\b")


class PersonalTurnReader:
    """Reads turns about promises and confirmations.

    Parameters
    ----------
    find_open_promise
        Returns the id of a person's newest open promise; None where there is none.
    find_day
        Returns the day for which a turn asks; None where it names none.
    """

    def __init__(self, find_open_promise: FindOpenPromise, find_day: FindDay) -> None:
        self._find_open_promise = find_open_promise
        self._find_day = find_day

    def read_pending(self, text: str, own: Pending, shared: Pending | None) -> Turn | None:
        """Return what a turn says to the promise or confirmation that is pending; None where it says nothing to it.

        Parameters
        ----------
        shared
            What is pending for the thread: of a lesson that was shown since, a reminder is asked for that.
        """
        answer = read_answer(text, ())
        if own.kind == "confirmation" and own.about:  # it was asked when to remind of the step of an answer
            day = self._find_day(text) if len(text.split()) <= _SHORT_DAY else None
            return PlannedStep(own.about, day) if day and day != "never" and "?" not in text else None
        if own.kind == "confirmation":
            command = read_command(own.command)
            if isinstance(answer, Agreed) and command:
                return Meant((ConfirmDaily(command),))
            return Meant((CancelDaily(),)) if isinstance(answer, Declined) and not answer.rest else None
        follow_up = read_follow_up(text)
        since = shared is not None and shared.kind == "lesson" and shared.at > own.at
        if follow_up and (follow_up.act == "recall" or (follow_up.act == "remind" and since)):
            return None
        match follow_up.act if follow_up else None:
            case "withdraw":
                return Meant((Withdraw(own.about),))
            case "did":
                return Meant((Settle(own.about, "done"),))
            case "not_yet":
                return Meant((Settle(own.about, "not-yet"),))
        if fold(text) in ("not for me", "its not for me", "this is not for me"):
            return Meant((Settle(own.about, "not-for-me"),))
        if len(text.split()) <= _SHORT_DAY and (day := self._find_day(text)):
            if isinstance(day, date) and follow_up and follow_up.act == "remind":
                return Meant((RemindOn(own.about, day),))
            return Meant((PlanPromise(own.about, day),))
        if isinstance(answer, Agreed):
            return Meant((PlanPromise(own.about, "week"),))
        return Meant((PlanPromise(own.about, "never"),)) if isinstance(answer, Declined) and not answer.rest else None

    async def read_promise(self, message: Message, text: str, act: Act, answer: Answer) -> Turn | None:
        """Return what a turn says of the step of a lesson as a promise; None where it promises and settles nothing."""
        if act == "remind":
            day = self._find_day(text)
            if day is None and not _AT_A_MOMENT.search(fold(text)):
                return Said(responses.remind_when(Choice(TakeOn(answer.id), "I’ll do this")))
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
