"""Which copies of the bot deliver tips, and when each was last heard of: by the database's clock, not theirs."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.tables import ReplicaRow


class Replicas:
    """Queries on replicas."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def beat(self, replica: str) -> bool:
        """Note that a replica is alive; returns whether it was still listed."""
        async with self._engine.begin() as connection:
            now = await _now(connection)
            mine = update(ReplicaRow).where(ReplicaRow.id == replica).values(seen_at=now)
            if (await connection.execute(mine)).rowcount:
                return True
            await connection.execute(insert(ReplicaRow), {"id": replica, "seen_at": now})
        return False

    async def listed(self) -> set[str]:
        """List every replica, alive or not."""
        async with self._engine.connect() as connection:
            return set((await connection.execute(select(ReplicaRow.id))).scalars())

    async def claim_silent(self, but: str, silence: timedelta) -> list[str]:
        """Claim the replicas that were not heard of for so long, so that only the caller takes over their work.

        A claim looks like a sign of life: when the caller dies as well, somebody else claims them after it.
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
        """Note that a replica stopped: its work may be taken over at once."""
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        async with self._engine.begin() as connection:
            await connection.execute(update(ReplicaRow).where(ReplicaRow.id == replica).values(seen_at=long_ago))

    async def remove(self, replica: str) -> None:
        """Take a replica off the list."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(ReplicaRow).where(ReplicaRow.id == replica))


async def _now(connection: AsyncConnection) -> datetime:
    """Ask the database for the time; on SQLite every replica is on this machine."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return now
