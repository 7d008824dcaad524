"""Wire format of buttons, as sent to a platform and received back: a name and a value.

Buttons posted by former releases are read too. Any value may be forged, so ids are only looked up later.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any, Literal, cast
from zoneinfo import available_timezones

from pydantic import TypeAdapter, ValidationError

from bot import actions
from bot.actions import Button, ChangeDaily, Command, ConfirmDaily, CueKind, PauseDaily
from bot.message import Choice, DepthReply, LessonReply, Reply
from bot.subscriptions import commands
from bot.subscriptions.times import NotUnderstoodError

_NAMES_WITHOUT_VALUE: dict[Button, str] = {
    actions.NoneOfThese(): "none-of-these",
    actions.ShowThemes(): "themes",
    actions.GiveTip(): "tip",
    actions.ShowHelp(): "help",
    actions.ShowSources(): "sources",
    actions.CancelDaily(): "daily-cancel",
    actions.ForgetReader(): "forget-me",
}
_NAMES_WITH_ANSWER: dict[type[Button], str] = {
    actions.Another: "another",
    actions.More: "more",
    actions.ShowLesson: "lesson",
    actions.Why: "why",
    actions.Share: "share",
}
_BUTTONS_WITH_ANSWER: dict[str, Callable[[str], Button]] = {
    "another": actions.Another,
    "more": actions.More,
    "lesson": actions.ShowLesson,
    "why": actions.Why,
    "share": actions.Share,
}
THEME = "theme"
_NAMES_WITH_ID: dict[type[Button], str] = {
    actions.SecondIssue: "second",
    actions.PickTheme: THEME,
    actions.ShowQuestion: "question",
    actions.SendQuestion: "send-question",
}
HELPFUL, NOT_HELPFUL = "helpful", "not-helpful"
_PROMISE = "promise"
_CUE = re.compile(r"^([^:]*):(huddle|meeting|one-to-one|own):(\d{4}-\d\d-\d\d)?")
_WEEK = "week-"  # before the outcome of a week's small step
_WEEK_OUTCOMES: dict[str, Literal["done", "not-yet", "not-for-me"]] = {
    "week-done": "done",
    "week-not-yet": "not-yet",
    "week-not-for-me": "not-for-me",
}
_NAMES_OF_NAMING = {True: "name-me", False: "unname-me"}
_CONFIRM = "daily-confirm"
_PAUSE = re.compile(r"pause(?: from (?P<start>\d{4}-\d\d-\d\d))?(?: until (?P<until>\d{4}-\d\d-\d\d))?")
_MINUTE_DIGITS, _ROLE_LENGTH = 3, 16
_ANY_DAY = date(2000, 1, 1)  # commands of former releases name no day, pauses apart


def write_button(action: Button) -> tuple[str, str]:
    """Return the name and the value of a button; the value may be empty."""
    match action:
        case (
            actions.Another(answer=answer)
            | actions.More(answer=answer)
            | actions.ShowLesson(answer=answer)
            | actions.Why(answer=answer)
            | actions.Share(answer=answer)
        ):
            return _NAMES_WITH_ANSWER[type(action)], answer
        case actions.ShowPart(answer=answer, part=part):
            return "part", f"{answer}:{part}"
        case (
            actions.SecondIssue(lesson=known)
            | actions.PickTheme(theme=known)
            | actions.ShowQuestion(question=known)
            | actions.SendQuestion(question=known)
        ):
            return _NAMES_WITH_ID[type(action)], known
        case actions.RememberReader(role=role, minutes=minutes):
            return "remember-me", f"{role}:{'' if minutes is None else minutes}"
        case actions.TakeOn() | actions.PlanPromise() | actions.Settle() | actions.Withdraw():
            return _write_promise(action)
        case (
            actions.TookStep()
            | actions.ShowMoments()
            | actions.PickCue()
            | actions.TakeSmallerStep()
            | actions.NameMe()
        ):
            return _write_moment(action)
        case actions.ShowCare():
            return "care", f"{action.band}:{action.topic}:{action.about}"
        case actions.AboutWork(themes=themes):
            return "about-work", ",".join(themes)
        case actions.Rate():
            return HELPFUL if action.helpful else NOT_HELPFUL, action.answer
        case ConfirmDaily():
            return _CONFIRM, _encode_command(action.command)
        case _:
            return _NAMES_WITHOUT_VALUE[action], ""


def _write_moment(
    action: actions.TookStep | actions.ShowMoments | actions.PickCue | actions.TakeSmallerStep | actions.NameMe,
) -> tuple[str, str]:
    match action:
        case actions.TookStep():
            return f"{_WEEK}{action.outcome}", action.answer
        case actions.ShowMoments(promise=promise):
            return "moments", promise
        case actions.TakeSmallerStep(promise=promise):
            return "smaller", promise
        case actions.NameMe(promise=promise, named=named):
            return _NAMES_OF_NAMING[named], promise
        case actions.PickCue(promise=promise, cue=cue, day=day):
            return "cue", f"{promise}:{cue}:{day.isoformat() if day else ''}"


def read_button(name: str, value: str) -> Button | None:
    """Return the button of a name and a value; None for any that was never written."""
    match name:
        case "another" | "more" | "lesson" | "why" | "share":
            return _BUTTONS_WITH_ANSWER[name](value)
        case "part":
            return _read_part(value)
        case "second":
            return actions.SecondIssue(value)
        case "remember-me":
            return _read_reader(value)
        case "withdraw":
            return actions.Withdraw(value)
        case "theme":
            return actions.PickTheme(value)
        case "care" | "about-work":
            return _read_care(name, value)
        case "helpful" | "not-helpful":
            return actions.Rate(value, helpful=name == HELPFUL)
        case "promise":
            return _read_promise(value)
        case "done" | "not-yet" | "not-for-me":
            return actions.Settle(value, name)
        case "daily-confirm":
            command = _decode_command(value)
            return ConfirmDaily(command) if command else None
        case _:
            return _read_rest(name, value)


def _read_cue(value: str) -> Button | None:
    found = _CUE.fullmatch(value)
    if not found:
        return None
    day = _parse_date(found[3]) if found[3] else None
    return actions.PickCue(found[1], cast(CueKind, found[2]), day) if day or not found[3] else None


def _read_rest(name: str, value: str) -> Button | None:
    if name in _WEEK_OUTCOMES:
        return actions.TookStep(value, _WEEK_OUTCOMES[name])
    match name:
        case "question":
            return actions.ShowQuestion(value)
        case "send-question":
            return actions.SendQuestion(value)
        case "moments":
            return actions.ShowMoments(value)
        case "smaller":
            return actions.TakeSmallerStep(value)
        case "name-me" | "unname-me":
            return actions.NameMe(value, named=name == _NAMES_OF_NAMING[True])
        case "cue":
            return _read_cue(value)
    return next((button for button, its_name in _NAMES_WITHOUT_VALUE.items() if its_name == name), None)


def build_reply_data(reply: Reply) -> dict[str, Any]:
    """Return a reply as data for JSON: its kind first, each choice by name, label and value."""
    data: dict[str, Any] = {"kind": reply.kind, **asdict(reply)}
    if isinstance(reply, LessonReply | DepthReply) and reply.quote:
        data["quote"]["attribution"] = reply.quote.attribution
    if "choices" in data:
        data["choices"] = [_build_choice_data(choice) for choice in getattr(reply, "choices", ())]
    return data


def _build_choice_data(choice: Choice) -> dict[str, str]:
    name, value = write_button(choice.action)
    gist = {"gist": choice.gist} if choice.gist else {}
    return {"action": name, "label": choice.label, "value": value} | gist


def _write_promise(
    action: actions.TakeOn | actions.PlanPromise | actions.Settle | actions.Withdraw,
) -> tuple[str, str]:
    match action:
        case actions.TakeOn(answer=answer):
            return _PROMISE, answer
        case actions.PlanPromise(promise=promise, when=when):
            return _PROMISE, f"{promise}:{when.isoformat() if isinstance(when, date) else when}"
        case actions.Settle(promise=promise, outcome=outcome):
            return outcome, promise
        case actions.Withdraw(promise=promise):
            return "withdraw", promise


def _read_care(name: str, value: str) -> Button | None:
    if name == "about-work":
        return actions.AboutWork(tuple(theme for theme in value.split(",")[:3] if theme))
    try:
        return _build_care_adapter().validate_python(
            dict(zip(("band", "topic", "about"), value.split(":"), strict=True))
        )
    except ValueError:
        return None


@cache
def _build_care_adapter() -> TypeAdapter[actions.ShowCare]:
    return TypeAdapter(actions.ShowCare)


def _read_promise(value: str) -> Button | None:
    promise, _, when = value.partition(":")
    match when:
        case "":
            return actions.TakeOn(promise)
        case "week" | "never":
            return actions.PlanPromise(promise, when)
        case _:
            day = _parse_date(when)
            return actions.PlanPromise(promise, day) if day else None


def _read_part(value: str) -> Button | None:
    answer, _, name = value.rpartition(":")
    part = next((part for part in actions.PARTS if part == name), None)
    return actions.ShowPart(answer, part) if part else None


def _read_reader(value: str) -> Button | None:
    role, _, minutes = value.partition(":")
    if minutes and not (minutes.isascii() and minutes.isdigit() and len(minutes) <= _MINUTE_DIGITS):
        return None
    return actions.RememberReader(role[:_ROLE_LENGTH], int(minutes) if minutes else None)


def _encode_command(command: Command) -> str:
    """Return a command as text: a change as JSON, any other as typed."""
    if not isinstance(command, ChangeDaily) or command == ChangeDaily():
        return commands.write_command(command)
    return _build_change_adapter().dump_json(command, exclude_none=True).decode()


def _decode_command(value: str) -> Command | None:
    if value.startswith("{"):
        return _read_change(value)
    if found := _PAUSE.fullmatch(value):  # whether the day is still to come is checked on the press
        start, until = (_parse_date(found[name]) if found[name] else None for name in ("start", "until"))
        whole = (start is None) == (found["start"] is None) and (until is None) == (found["until"] is None)
        return PauseDaily(until, start) if whole else None
    try:
        return commands.parse_command(f"daily {value}", _ANY_DAY, lambda name: name, bare_themes=False)
    except NotUnderstoodError:
        return None


def _read_change(value: str) -> ChangeDaily | None:
    try:
        change = _build_change_adapter().validate_json(value)
    except ValidationError:
        return None
    return change if _is_valid(change) else None


def _is_valid(change: ChangeDaily) -> bool:
    """Return whether days, time and zone exist; themes and dates are checked when the command is applied."""
    days, at, zone = change.weekdays, change.at, change.zone
    return (
        (days is None or (bool(days) and days <= frozenset(range(7))))
        and (at is None or (at.tzinfo is None and not at.second and not at.microsecond))
        and (zone is None or zone in available_timezones())
    )


@cache
def _build_change_adapter() -> TypeAdapter[ChangeDaily]:
    return TypeAdapter(ChangeDaily)


def _parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
