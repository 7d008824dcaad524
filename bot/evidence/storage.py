"""What is stored, of whom and for how long: the tables as they are, with the keeping times that retention uses."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.platforms.slack.install.installation_store import STATE_LIFETIME
from bot.retention import PROMISES_KEPT, SLACK_EVENTS_KEPT, SLACK_THREADS_KEPT, TEAMS_EVENTS_KEPT
from bot.settings import Settings
from bot.store.pending import CONFIRMATIONS_KEPT, KEPT
from bot.store.tables import Base

# Whose data a row is: an id that Slack or Teams gives a person, a digest of one (pseudonymous), a name that somebody
# typed, or nobody's.
Person = Literal["an id", "a digest", "a name", "nobody"]
_NOBODY_LEFT = "until the bot is taken out of that workspace, chat or team"


@dataclass(frozen=True, slots=True)
class StoredTable:
    """One table: what it is for, its fields, whose data it holds, and for how long."""

    name: str
    about: str
    fields: tuple[str, ...]
    person: Person
    kept: str


@dataclass(frozen=True, slots=True)
class _Keeping:
    person: Person
    kept: Callable[[Settings], str]


def describe_time(time: timedelta) -> str:
    """Return a length of time in words, in the largest unit that divides it: “90 days”, “24 hours”, “30 minutes”."""
    minutes = int(time.total_seconds() // 60)
    count, unit = (minutes, "minute")
    if minutes % (24 * 60) == 0 and minutes > 24 * 60:
        count, unit = minutes // (24 * 60), "day"
    elif minutes % 60 == 0:
        count, unit = minutes // 60, "hour"
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def list_tables(settings: Settings) -> tuple[StoredTable, ...]:
    """Return every table of the database, in the order in which the program defines them."""
    rows = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return tuple(
        StoredTable(
            name=name,
            about=(inspect.getdoc(rows[name]) or "").partition("\n\n")[0].replace("\n", " "),
            fields=tuple(column.name for column in table.columns),
            person=_KEEPING[name].person,
            kept=_KEEPING[name].kept(settings),
        )
        for name, table in Base.metadata.tables.items()
    )


def describe_questions(settings: Settings) -> str:
    """Return for how long questions without a lesson are kept, or that none are."""
    days = settings.keep_questions_days
    return f"{_days(days)}, redacted" if days else "none is kept: the setting is off"


def _days(days: int) -> str:
    return describe_time(timedelta(days=days)) if days > 1 else "1 day"


def _always(text: str) -> Callable[[Settings], str]:
    return lambda _: text


def _answers(settings: Settings) -> str:
    return _days(settings.keep_answers_days)


def _deliveries(settings: Settings) -> str:
    return _days(settings.keep_deliveries_days)


_PENDING = f"{describe_time(KEPT)}; {describe_time(CONFIRMATIONS_KEPT)} for a confirmation"
_KEEPING = {
    "answers": _Keeping("an id", _answers),  # the place of a direct message is named after its person
    "feedback": _Keeping("a digest", lambda settings: f"as long as the answer: {_answers(settings)}"),
    "pending": _Keeping("a digest", _always(_PENDING)),
    "readers": _Keeping("a digest", _always("until that person says “forget me”")),
    "slack_events": _Keeping("nobody", _always(describe_time(SLACK_EVENTS_KEPT))),
    "slack_threads": _Keeping("an id", _always(describe_time(SLACK_THREADS_KEPT))),
    "slack_offers": _Keeping("nobody", _always(describe_time(SLACK_THREADS_KEPT))),
    "slack_welcomes": _Keeping("an id", _always(_NOBODY_LEFT)),  # so that nobody is greeted twice
    "slack_installations": _Keeping("an id", _always(_NOBODY_LEFT)),  # Slack names who installed it; it is sealed
    "slack_states": _Keeping("nobody", _always(f"{describe_time(STATE_LIFETIME)}, or until used")),
    "teams_conversations": _Keeping("an id", _always(_NOBODY_LEFT)),
    "teams_arrivals": _Keeping("nobody", _always(describe_time(TEAMS_EVENTS_KEPT))),
    "teams_posts": _Keeping("nobody", lambda settings: f"as long as the answer: {_answers(settings)}"),
    "digests": _Keeping("an id", _always(_NOBODY_LEFT)),
    "subscriptions": _Keeping("an id", _always(_NOBODY_LEFT)),
    "deliveries": _Keeping("an id", _deliveries),  # by way of the subscription of a direct message
    "promises": _Keeping("an id", _always(f"{describe_time(PROMISES_KEPT)}; until withdrawn, if that is sooner")),
    "replicas": _Keeping("nobody", _always("while a running copy of the bot is on the list")),
    "questions": _Keeping("nobody", describe_questions),
    "pack_revisions": _Keeping("a name", _always("until an editor’s name is forgotten by an operator; texts stay")),
    "pack_publication": _Keeping("nobody", _always("always: one number")),
}
