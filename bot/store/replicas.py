"""The replicas that deliver tips and the time of each one's last heartbeat, by the database's clock."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.tables import ReplicaRow


class Replicas:
    """Queries on replicas."""

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
