"""The life of whatever is posted once, as changes of its row that hold only for the worker that knows it newest.

A delivery, the reminder of a promise and a digest live alike: queued, posting, put off, ended. Each table says which
columns and words it has for that; every change is guarded by the number of attempts and turns that the worker knows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row, Select, Table, bindparam, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.database import with_autocommit

Posted = TypeVar("Posted")  # what a row is read as
_REASON = 255  # characters of a reason that are kept


@dataclass(frozen=True, slots=True)
class Known:
    """What a worker knows of the row: a change holds only while this is still so.

    Parameters
    ----------
    key
        Values of the key's columns.
    """

    key: tuple[Any, ...]
    attempt: int
    turn: int


@dataclass(frozen=True, slots=True)
class Change:
    """One guarded change of one row.

    Parameters
    ----------
    along
        A statement and its row, written in the same transaction where the change held.
    """

    statement: Executable
    values: Mapping[str, Any]
    key: tuple[Any, ...]
    along: tuple[Executable, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Outbox:
    """The columns and words of one table of things to post.

    Parameters
    ----------
    key
        Names of the columns that tell a row.
    state
        Name of the column with its state.
    queued, posting
        The words for “surely not posted, in the engine's queue” and for “begun, may have arrived”.
    """

    table: Table
    key: tuple[str, ...]
    state: str
    queued: str
    posting: str = "posting"
    _statements: dict[tuple[str, ...], Executable] = field(default_factory=dict)

    def enqueue(self, known: Known, before: str, values: Mapping[str, Any]) -> Change:
        """Return the change of what is due: it is in the engine's queue from now on."""
        return self._change(known, (before,), {self.state: self.queued, **values})

    def intend(self, known: Known, values: Mapping[str, Any]) -> Change:
        """Return the change that begins the next attempt: from now on the post may have arrived."""
        begun = {self.state: self.posting, "attempt": known.attempt + 1}
        return self._change(known, (self.queued,), {**begun, **values})

    def take_back(self, known: Known, at: datetime) -> tuple[Executable, dict[str, Any]]:
        """Return the statement, and its values, that takes back an intent committed at an instant, in whatever turn.

        Whoever committed it and then heard nothing has posted nothing, so that nobody needs to look for a post.
        """
        table = self.table.c
        statement = (
            update(self.table)
            .where(*self._is_this(), table[self.state] == self.posting)
            .where(table.attempt == known.attempt + 1, table.changed_at == at)
            .values({self.state: self.queued})
        )
        return statement, self.resume(known.key)

    def not_posted(self, known: Known, reason: str, values: Mapping[str, Any]) -> Change:
        """Return the change of a begun post that certainly did not arrive."""
        return self._change(known, (self.posting,), {self.state: self.queued, "reason": reason[:_REASON], **values})

    def defer(self, known: Known, until: datetime) -> Change:
        """Return the change that ends this turn; the next is enqueued at an instant."""
        return self._change(known, (self.queued, self.posting), {"turn": known.turn + 1, "again_at": until})

    def finish(
        self,
        known: Known,
        state: str,
        reason: str | None,
        values: Mapping[str, Any],
        along: tuple[Executable, Mapping[str, Any]] | None = None,
    ) -> Change:
        """Return the change that records the outcome. Work that was thought to be unknown may still come to an end."""
        ended = {self.state: state, "reason": reason and reason[:_REASON], **values}
        return self._change(known, (self.queued, self.posting, "unknown"), ended, along)

    def resume(self, key: tuple[Any, ...]) -> dict[str, Any]:
        """Return the parameters of `resuming` for one row."""
        return {f"key_{name}": value for name, value in zip(self.key, key, strict=True)}

    @property
    def resuming(self) -> Executable:
        """Return the statement that marks deferred rows as enqueued again."""
        return update(self.table).where(*self._is_this()).values(again_at=None)

    def _change(
        self,
        known: Known,
        states: tuple[str, ...],
        values: Mapping[str, Any],
        along: tuple[Executable, Mapping[str, Any]] | None = None,
    ) -> Change:
        parameters = {
            **self.resume(known.key),
            "known_attempt": known.attempt,
            "known_turn": known.turn,
            **{f"new_{name}": value for name, value in values.items()},
        }
        return Change(self._find_statement(states, tuple(values)), parameters, known.key, along)

    def _find_statement(self, states: tuple[str, ...], names: tuple[str, ...]) -> Executable:
        """Return the one UPDATE for these states and columns: built once, for it runs for every single tip."""
        found = self._statements.get(states + names)
        if found is None:
            state = self.table.c[self.state]
            found = self._statements[states + names] = (
                update(self.table)
                .where(
                    *self._is_this(),
                    self.table.c.attempt == bindparam("known_attempt"),
                    self.table.c.turn == bindparam("known_turn"),
                    or_(*(state == one for one in states)),  # `in_` cannot be executed for many rows
                )
                .values({name: bindparam(f"new_{name}") for name in names})
            )
        return found

    def _is_this(self) -> list[Any]:
        return [self.table.c[name] == bindparam(f"key_{name}") for name in self.key]


async def enqueue_due(
    engine: AsyncEngine,
    query: Select[Any],
    read: Callable[[Row[Any]], Posted],
    change: Callable[[Posted], Change],
    enqueue: Callable[[Connection, list[Posted]], None],
) -> int:
    """Enqueue what a query finds due, in one transaction; return how many rows it found."""
    async with engine.begin() as connection:
        due = [read(row) for row in await connection.execute(query.with_for_update(skip_locked=True))]
        queued = []
        for one in due:  # each by itself: on SQLite a row may have changed since it was read
            mine = change(one)
            if (await connection.execute(mine.statement, mine.values)).rowcount:
                queued.append(one)
        if queued:
            await connection.run_sync(enqueue, queued)
    return len(due)


async def enqueue_again(
    engine: AsyncEngine,
    outbox: Outbox,
    query: Select[Any],
    read: Callable[[Row[Any]], Posted],
    know: Callable[[Posted], Known],
    enqueue: Callable[[Connection, list[Posted]], None],
) -> int:
    """Enqueue again, in one transaction, what a query finds deferred; return its number."""
    locked = query.with_for_update(skip_locked=True, of=outbox.table)
    async with engine.begin() as connection:
        taken = [read(row) for row in await connection.execute(locked)]
        if taken:
            await connection.execute(outbox.resuming, [outbox.resume(know(one).key) for one in taken])
            await connection.run_sync(enqueue, taken)
    return len(taken)


async def commit_changes(engine: AsyncEngine, changes: Sequence[Change]) -> list[bool]:
    """Commit the changes, in one transaction where all of them hold; return which held.

    Where one does not hold, because another worker was there before, the transaction is rolled back and each change is
    made in a transaction of its own.
    """
    if len(changes) > 1 and await _commit_together(engine, changes):
        return [True] * len(changes)
    return [await _commit_alone(engine, change) for change in changes]


async def _commit_together(engine: AsyncEngine, changes: Sequence[Change]) -> bool:
    # In the order of their keys, so that two replicas cannot wait for each other's rows.
    ordered = sorted(changes, key=lambda change: tuple(map(str, change.key)))
    async with engine.connect() as connection, connection.begin() as transaction:
        for statement, rows in _by_statement((change.statement, change.values) for change in ordered):
            if (await connection.execute(statement, rows)).rowcount != len(rows):
                await transaction.rollback()
                return False
        await _write_along(connection, ordered)
    return True


async def _commit_alone(engine: AsyncEngine, change: Change) -> bool:
    if change.along is None:
        async with with_autocommit(engine).begin() as connection:
            return bool((await connection.execute(change.statement, change.values)).rowcount)
    async with engine.begin() as connection:
        if not (await connection.execute(change.statement, change.values)).rowcount:
            return False
        await _write_along(connection, [change])
    return True


async def _write_along(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    for statement, rows in _by_statement(change.along for change in changes if change.along):
        await connection.execute(statement, rows)


def _by_statement(
    written: Iterable[tuple[Executable, Mapping[str, Any]]],
) -> list[tuple[Executable, list[Mapping[str, Any]]]]:
    """Return each statement with its rows."""
    rows: dict[int, tuple[Executable, list[Mapping[str, Any]]]] = {}
    for statement, values in written:
        rows.setdefault(id(statement), (statement, []))[1].append(values)
    return list(rows.values())
