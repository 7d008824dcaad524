"""The commands of `tips` about delivery: status, list, calendar, pause, resume, restored and run."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot import diagnostics
from bot.cli.database import with_database
from bot.cli.output import print_table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.settings import Settings
    from bot.store.deliveries import Decision
    from bot.store.subscriptions import Subscription
    from bot.subscriptions.schedule import Due
    from knowledge import LiveKnowledge

app = typer.Typer(help="See and steer the delivery of tips.", no_args_is_help=True)


@app.command()
def status() -> None:
    """Tell how the tips and reminders of the last 24 hours went, and what fails and why."""
    from rich.table import Table

    from bot.delivery.health import measure_health

    health = with_database(lambda _settings, database: measure_health(database))
    table = Table("Tips of the last 24 hours", "Number")
    for state, count in sorted(health.deliveries.items()):
        table.add_row(state, str(count))
    table.add_row("posted late", str(health.late))
    print_table(table)
    if health.reminders:
        table = Table("Reminders of promises", "Number")
        for check_state, count in sorted(health.reminders.items()):
            table.add_row(check_state, str(count))
        print_table(table)
    if health.failures or health.failed_reminders or health.refused_subscriptions:
        failing = Table("Where", "Day", "State", "Why")
        for one in health.failures:
            failing.add_row(one.subscription, one.day.isoformat(), one.state, one.reason or "")
        for unasked in health.failed_reminders:  # nobody's name
            day = unasked.check_at.date().isoformat() if unasked.check_at else ""
            failing.add_row(f"promise {unasked.id}", day, unasked.check_state, unasked.reason or "")
        for stopped in health.refused_subscriptions:
            failing.add_row(f"{stopped.id} {stopped.place.key}", "", "stopped", stopped.reason or "")
        print_table(failing)


@app.command(name="list")
def list_() -> None:
    """List every place with a daily tip, and when its next one comes."""
    from rich.table import Table

    from bot.store.subscriptions import Subscriptions
    from bot.subscriptions.responses import describe_days

    table = Table("Id", "Place", "When", "State", "Next")
    for one in with_database(lambda _settings, database: Subscriptions(database).all()):
        when = f"{describe_days(one.weekdays, one.every)} {one.at:%H:%M} {one.zone}"
        table.add_row(
            one.id, one.place.key, when, _state(one), f"{one.next_due:%Y-%m-%d %H:%M} UTC" if one.next_due else ""
        )
    print_table(table)


@app.command()
def calendar(
    subscription: Annotated[str, typer.Argument(help="Its id, as `tips list` shows it.")],
    count: Annotated[int, typer.Option(min=1, max=100, help="How many tips.")] = 20,
) -> None:
    """Print the coming tips of a place as a calendar file (.ics), exactly as they will be posted there."""
    typer.echo(with_database(lambda settings, database: _write_calendar(settings, database, subscription, count)))


@app.command()
def pause(
    subscription: Annotated[str, typer.Argument(help="Its id, as `tips list` shows it.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day on which tips come again.")
    ] = None,
) -> None:
    """Pause the daily tip of a place; without a date until somebody there types “daily on”."""
    one = with_database(lambda _settings, database: _pause(database, subscription, until))
    typer.echo(f"{one.place.key} is paused{f' until {until:%Y-%m-%d}' if until else ''}.")


@app.command()
def resume(
    subscription: Annotated[str | None, typer.Argument(help="Its id, as `tips list` shows it.")] = None,
    reason: Annotated[
        str | None,
        typer.Option(help="Every one that was stopped for a reason in which this is said, as `tips status`."),
    ] = None,
) -> None:
    """Bring back the daily tip of a place that was paused, or that a platform took no more posts for."""
    if (subscription is None) == (reason is None):
        raise typer.BadParameter("name one tip by its id, or say --reason for all that were stopped for it")
    resumed = with_database(lambda _settings, database: _resume(database, subscription, reason or ""))
    for one in resumed:
        typer.echo(f"{one.place.key} gets its daily tip again.")
    if not resumed:
        typer.echo("No daily tip was stopped for such a reason.")


@app.command()
def restored(
    stopped: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M"], help="When the bot stopped, in UTC: what came due later was not posted by it."
        ),
    ] = None,
) -> None:
    """Say that the database was put back from a back-up, before the bot starts on it, so that no tip comes twice."""
    from bot.delivery.restore import doubt_what_came_due

    now = datetime.now(UTC)
    until = min(stopped.replace(tzinfo=UTC), now) if stopped else now
    found = with_database(lambda _settings, database: doubt_what_came_due(database, until))
    typer.echo(
        f"In doubt: {found.tips} tips, {found.reminders} reminders and {found.digests} digests. Once the bot runs, "
        "each is looked for on Slack and posted only if it is not there; Teams cannot be asked, so there it is "
        "recorded as unknown."
    )


@app.command()
def run(
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="The instant to rehearse, in UTC; now when left out."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Rehearse one sweep.")] = False,
) -> None:
    """Rehearse a sweep: print what is due at an instant, or was in the three hours before. Nothing is posted."""
    from rich.table import Table

    if not once:
        raise typer.BadParameter("add --once to rehearse a sweep; the running bot sweeps each minute by itself")
    instant = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    table = Table("Place", "Due (UTC)", "What", "Tip")
    for row in with_database(lambda settings, database: _rehearse(settings, database, instant)):
        table.add_row(*row)
    print_table(table)


def _state(one: "Subscription") -> str:
    from zoneinfo import ZoneInfo

    today = datetime.now(ZoneInfo(one.zone)).date()
    if one.state != "on" or not one.paused_on(today):
        return one.state
    until = one.end_of_pause(today)
    return f"paused until {until}" if until else "paused"


async def _pause(database: "AsyncEngine", subscription: str, until: datetime | None) -> "Subscription":
    from dataclasses import replace

    one = await _named(database, subscription)
    return await _save(database, replace(one, paused_until=until.date() if until else date.max))


async def _resume(database: "AsyncEngine", subscription: str | None, reason: str) -> "list[Subscription]":
    from dataclasses import replace

    from bot.store.subscriptions import Subscriptions

    if subscription is not None:
        one = await _named(database, subscription)
        if one.state == "off":
            raise diagnostics.subscription_is_off(subscription)
        stopped = [one]
    else:
        stopped = [
            one
            for one in await Subscriptions(database).all()
            if one.state == "refused" and reason.casefold() in (one.reason or "").casefold()
        ]
    # A pause that people asked for stays, where the tips are brought back for all at once.
    return [
        await _save(
            database, replace(one, state="on", reason=None, paused_until=None if subscription else one.paused_until)
        )
        for one in stopped
    ]


async def _named(database: "AsyncEngine", subscription: str) -> "Subscription":
    from bot.store.subscriptions import Subscriptions

    one = await Subscriptions(database).get(subscription)
    if one is None:
        raise diagnostics.unknown_subscription(subscription)
    return one


async def _save(database: "AsyncEngine", changed: "Subscription") -> "Subscription":
    from bot.platforms.abilities import ABILITIES
    from bot.store.deliveries import Deliveries
    from bot.store.subscriptions import Subscriptions
    from bot.subscriptions.calendar import reschedule

    now = datetime.now(UTC)
    had = await Deliveries(database).days(changed.id, now.date() - timedelta(days=1))
    await Subscriptions(database).save(
        reschedule(changed, now, max(had, default=None), posts=ABILITIES[changed.place.platform].posts)
    )
    return changed


async def _read_knowledge(settings: "Settings", database: "AsyncEngine") -> "LiveKnowledge":
    from bot.store.packs import PackStore
    from knowledge import LiveKnowledge

    pack = PackStore(database)
    await pack.refresh()
    return LiveKnowledge(settings.packs, source=pack)


async def _rehearse(settings: "Settings", database: "AsyncEngine", instant: datetime) -> list[tuple[str, ...]]:
    from bot.conversation.tips import TipChooser
    from bot.store.answers import Answers
    from bot.store.subscriptions import Subscriptions
    from bot.subscriptions.plan import plan_tip
    from bot.subscriptions.schedule import is_too_late

    tips = TipChooser(await _read_knowledge(settings, database), Answers(database))
    now = datetime.now(UTC)
    rows: list[tuple[str, ...]] = []
    for one in await Subscriptions(database).all():
        days: list[date] = []  # with a tip of their own, until then
        plans = partial(plan_tip, one)
        for due, decision in _until(one, instant, now):
            posted = decision.state == "due"
            days += [due.day] if posted else []
            if instant > now and is_too_late(due.at, instant):
                continue  # an earlier sweep will have taken it
            what = "post" if posted else f"{decision.state}: {decision.reason}"
            title = (await tips.list_planned(one.place, list(map(plans, days))))[-1].title if posted else ""
            rows.append((one.place.key, f"{due.at:%Y-%m-%d %H:%M}", what, title))
    return rows


def _until(one: "Subscription", instant: datetime, now: datetime) -> "Iterator[tuple[Due, Decision]]":
    """Return what is due of a subscription up to an instant, with the scheduler's decision on each."""
    from dataclasses import replace

    from bot.subscriptions.calendar import decide
    from bot.subscriptions.schedule import Due

    while one.next_due is not None and one.next_day is not None and one.next_due <= instant:
        decision = decide(one, min(instant, max(now, one.next_due)))
        yield Due(one.next_due, one.next_day), decision
        one = replace(one, next_due=decision.next_due, next_day=decision.next_day)


async def _write_calendar(settings: "Settings", database: "AsyncEngine", subscription: str, count: int) -> str:
    from bot.conversation.tips import TipChooser
    from bot.store.answers import Answers
    from bot.subscriptions.calendar import list_coming_tips
    from bot.subscriptions.calendar_file import write_calendar
    from bot.subscriptions.plan import plan_tip

    one = await _named(database, subscription)
    now = datetime.now(UTC)
    dues = list_coming_tips(one, now, count)
    tips = TipChooser(await _read_knowledge(settings, database), Answers(database))
    coming = await tips.list_planned(one.place, [plan_tip(one, due.day) for due in dues])
    return write_calendar(one.id, list(zip(dues, coming, strict=True)), now)
