"""Subscriptions to the daily tip, at most one for each place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal, cast

from sqlalchemy import Row, Update, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.actions import Every, Shape
from bot.message import Place
from bot.store.places import build_place_columns, read_place
from bot.store.tables import SubscriptionRow

SubscriptionState = Literal["on", "off", "refused"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place that gets a daily tip.

    Parameters
    ----------
    owner
        The platform's id of the person who set it up.
    at
        Local time of day, in `zone`.
    weekdays
        Monday is 0.
    themes
        Ids; empty for every theme.
    nation
        Whose bank holidays are left out; empty for nobody's.
    state
        ``refused``: the platform will not take a post there, for `reason`.
    paused_until
        Local date before which nothing is posted; `date.max` for a pause without an end.
    skip_day
        Local date that was asked to be left out.
    paused_from
        First local date of a pause that begins later; None for one that has begun.
    every
        Whether the tip comes on its days each week, each fortnight, or on the first such day of a month.
    starts_on
        Local date before which nothing is posted; a fortnight is counted from its week.
    ends_on
        Last local date with a tip; None without an end.
    shape
        ``week``: a small step, a story and a question in each week; ``days``: a tip on each of its days.
    held_theme, held_until
        A theme that is stayed with, and the last local date of it.
    progress
        Whether Friday's question says how many small steps were taken in the place.
    next_due
        Instant of the next tip in UTC; None when none is coming.
    next_day
        Its local date.
    """

    id: str
    place: Place
    owner: str
    at: time
    zone: str
    weekdays: frozenset[int]
    themes: tuple[str, ...]
    nation: str
    state: SubscriptionState
    reason: str | None = None
    paused_until: date | None = None
    skip_day: date | None = None
    next_due: datetime | None = None
    next_day: date | None = None
    paused_from: date | None = None
    every: Every = "week"
    starts_on: date | None = None
    ends_on: date | None = None
    shape: Shape = "days"
    held_theme: str | None = None
    held_until: date | None = None
    progress: bool = False

    @property
    def paused_for_good(self) -> bool:
        """Whether there is a pause without an end, begun or still to come."""
        return self.paused_until == date.max

    def paused_on(self, day: date) -> bool:
        """Return whether the subscription is paused on a local date."""
        begun = self.paused_from is None or day >= self.paused_from
        return self.paused_until is not None and begun and day < self.paused_until

    def end_of_pause(self, today: date) -> date | None:
        """Return the first local date with tips again; None without a pause, or with one without an end."""
        return self.paused_until if self.paused_on(today) and not self.paused_for_good else None


_STOP = (
    update(SubscriptionRow.__table__)  # type: ignore[arg-type]
    .where(SubscriptionRow.id == bindparam("of"))
    .values(state="refused", next_due=None, next_day=None, reason=bindparam("why"), changed_at=bindparam("stopped_at"))
)


def build_refusal(subscription: str, reason: str) -> tuple[Update, dict[str, Any]]:
    """Return the statement, and its row, that stops a subscription because the platform refuses posts in the place."""
    return _STOP, {"of": subscription, "why": reason[:255], "stopped_at": datetime.now(UTC)}


class Subscriptions:
    """Queries on subscriptions."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def at(self, place: Place) -> Subscription | None:
        """Return the subscription of a place; None without one."""
        return await self._one(SubscriptionRow.place == place.key)

    async def get(self, subscription: str) -> Subscription | None:
        """Return a subscription by its id; None without one."""
        return await self._one(SubscriptionRow.id == subscription)

    async def looked_after(self, platform: str, team: str, owner: str) -> list[Subscription]:
        """Return the subscriptions that a person set up or changed last, private ones first."""
        mine = (SubscriptionRow.platform == platform, SubscriptionRow.team == team, SubscriptionRow.owner == owner)
        query = select(*SubscriptionRow.__table__.columns).where(*mine)
        async with self._engine.connect() as connection:
            rows = await connection.execute(query.order_by(SubscriptionRow.private.desc(), SubscriptionRow.channel))
            return [read_subscription(row) for row in rows]

    async def all(self) -> list[Subscription]:
        """Return all subscriptions, by platform, workspace and channel."""
        order = (SubscriptionRow.platform, SubscriptionRow.team, SubscriptionRow.channel)
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(*SubscriptionRow.__table__.columns).order_by(*order))
            return [read_subscription(row) for row in rows]

    async def save(self, subscription: Subscription) -> None:
        """Write a subscription, new or changed."""
        values = _columns_of(subscription)
        mine = SubscriptionRow.place == subscription.place.key
        changed = {name: value for name, value in values.items() if name != "id"}
        try:
            async with self._engine.begin() as connection:
                if not (await connection.execute(update(SubscriptionRow).where(mine).values(**changed))).rowcount:
                    await connection.execute(insert(SubscriptionRow), values)
        except IntegrityError:  # another person in the place subscribed at the same moment; the later change counts
            async with self._engine.begin() as connection:
                await connection.execute(update(SubscriptionRow).where(mine).values(**changed))

    async def save_many(self, subscriptions: Sequence[Subscription]) -> None:
        """Insert many new subscriptions in one transaction."""
        async with self._engine.begin() as connection:
            await connection.execute(insert(SubscriptionRow), [_columns_of(one) for one in subscriptions])

    async def forget_place(self, place: Place) -> int:
        """Delete the subscriptions of one place; return their number."""
        async with self._engine.begin() as connection:
            return (
                await connection.execute(delete(SubscriptionRow).where(SubscriptionRow.place == place.key))
            ).rowcount

    async def forget_team(self, platform: str, team: str) -> int:
        """Delete the subscriptions of a workspace with their deliveries; return the number of subscriptions."""
        mine = (SubscriptionRow.platform == platform, SubscriptionRow.team == team)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(SubscriptionRow).where(*mine))).rowcount

    async def _one(self, condition: Any) -> Subscription | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(*SubscriptionRow.__table__.columns).where(condition))).first()
        return read_subscription(row) if row else None


def read_subscription(row: Row[Any]) -> Subscription:
    """Return the subscription of a row."""
    return Subscription(
        id=row.id,
        place=read_place(row),
        owner=row.owner,
        at=time.fromisoformat(row.at),
        zone=row.zone,
        weekdays=frozenset(map(int, row.weekdays)),
        themes=tuple(row.themes),
        nation=row.nation,
        state=cast(SubscriptionState, row.state),
        reason=row.reason,
        paused_until=row.paused_until,
        skip_day=row.skip_day,
        next_due=row.next_due,
        next_day=row.next_day,
        paused_from=row.paused_from,
        every=cast(Every, row.every),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        shape=cast(Shape, row.shape),
        held_theme=row.held_theme,
        held_until=row.held_until,
        progress=row.progress,
    )


def _columns_of(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": subscription.id,
        **build_place_columns(subscription.place),
        "owner": subscription.owner,
        "at": f"{subscription.at:%H:%M}",
        "zone": subscription.zone,
        "weekdays": "".join(map(str, sorted(subscription.weekdays))),
        "themes": list(subscription.themes),
        "nation": subscription.nation,
        "state": subscription.state,
        "reason": subscription.reason,
        "paused_until": subscription.paused_until,
        "skip_day": subscription.skip_day,
        "next_due": subscription.next_due,
        "next_day": subscription.next_day,
        "paused_from": subscription.paused_from,
        "every": subscription.every,
        "starts_on": subscription.starts_on,
        "ends_on": subscription.ends_on,
        "shape": subscription.shape,
        "held_theme": subscription.held_theme,
        "held_until": subscription.held_until,
        "progress": subscription.progress,
        "changed_at": datetime.now(UTC),
    }
