"""The replicas that deliver tips and the time of each one's last heartbeat, by the database's clock."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.tables import ReplicaRow

# Only sessions in a transaction: what else a replica has open holds nothing up. A role may always end its own sessions.
_END_TRANSACTIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = :name AND datname = current_database() AND xact_start IS NOT NULL"
)


class Replicas:
    """Queries on replicas, each named as its database engine is. See `bot.store.database.get_session_name`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def record_heartbeat(self, replica: str) -> bool:
        """Record a heartbeat of a replica; return whether the replica was listed before."""
        async with self._engine.begin() as connection:
            now = await _now(connection)
            mine = update(ReplicaRow).where(ReplicaRow.id == replica).values(seen_at=now)
            if (await connection.execute(mine)).rowcount:
                return True
            await connection.execute(insert(ReplicaRow), {"id": replica, "seen_at": now})
        return False

    async def list_ids(self) -> set[str]:
        """Return the ids of all listed replicas, alive or not."""
        async with self._engine.connect() as connection:
            return set((await connection.execute(select(ReplicaRow.id))).scalars())

    async def list_seen(self, within: timedelta) -> set[str]:
        """Return the ids of the replicas whose last heartbeat is no older than `within`."""
        async with self._engine.connect() as connection:
            since = await _now(connection) - within
            return set((await connection.execute(select(ReplicaRow.id).where(ReplicaRow.seen_at >= since))).scalars())

    async def claim_silent(self, but: str, silence: timedelta) -> list[str]:
        """Claim the replicas without a heartbeat for `silence`, so that only the caller takes over their tasks.

        A claim counts as a heartbeat: when the caller dies as well, another replica claims them after `silence`.
        """
        async with self._engine.begin() as connection:
            now = await _now(connection)
            query = (
                update(ReplicaRow)
                .where(ReplicaRow.id != but, ReplicaRow.seen_at < now - silence)
                .values(seen_at=now)
                .returning(ReplicaRow.id)
            )
            return list((await connection.execute(query)).scalars())

    async def release(self, replica: str) -> None:
        """Record that a replica stopped, so that its tasks may be taken over at once."""
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        async with self._engine.begin() as connection:
            await connection.execute(update(ReplicaRow).where(ReplicaRow.id == replica).values(seen_at=long_ago))

    async def end_transactions(self, replica: str) -> None:
        """End what a silent replica left open in the database, for its locks would hold up whoever takes over.

        PostgreSQL ends a transaction whose client is idle by itself, but not one that hung between the statements of a
        pipeline: the server takes that one for active for as long as the process hangs, or its host is cut off. With
        SQLite a process holds no lock between two turns of its event loop.
        """
        if self._engine.dialect.name == "postgresql":
            async with self._engine.connect() as connection:
                await connection.execute(_END_TRANSACTIONS, {"name": replica})

    async def remove(self, replica: str) -> None:
        """Delete a replica from the list."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(ReplicaRow).where(ReplicaRow.id == replica))


async def _now(connection: AsyncConnection) -> datetime:
    """Return the database's time; with SQLite every replica runs on this machine, so this machine's time."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return now
