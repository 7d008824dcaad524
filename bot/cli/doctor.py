"""The command doctor, which runs every doctor check and prints the findings."""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import explain_error

if TYPE_CHECKING:
    from bot.checks import Check, Finding, State


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing over the network.")] = False,
) -> None:
    """Look at the settings and at all that the bot needs; nothing is changed. Exit 1 when something is wrong."""
    import asyncio

    with _quiet():
        counts = asyncio.run(_print(network=not offline))
    wrong, warnings = counts["wrong"], counts["warning"]
    print(f"{_plural(wrong, 'thing') if wrong else 'Nothing'} wrong, {_plural(warnings, 'warning')}.")
    if wrong:
        raise typer.Exit(1)


async def _print(*, network: bool) -> "Counter[State]":
    counts: Counter[State] = Counter()
    async for finding in _look(network=network):
        counts[finding.state] += 1
        print(f"{finding.state:<8} {finding.what:<10} {' '.join(finding.said.split())}", flush=True)
    return counts


async def _look(*, network: bool) -> "AsyncIterator[Finding]":
    """Yield the findings of one check after another; a check that raises hides none of the others."""
    from bot.cli import doctor_checks
    from bot.settings import read_settings

    settings, mistakes = read_settings()
    for finding in (doctor_checks.python(), doctor_checks.packages(), *doctor_checks.settings(settings, mistakes)):
        yield finding
    for what, check in doctor_checks.all_checks(settings, network=network).items():
        for finding in await _checked(what, check):
            yield finding


async def _checked(what: str, check: "Check") -> "list[Finding]":
    from bot import diagnostics
    from bot.checks import Finding

    try:
        return await check()
    except Exception as error:  # noqa: BLE001 – the other checks must still run
        mistake = explain_error(error)
        return [Finding(what, "wrong", str(mistake or diagnostics.check_failed(type(error).__name__)))]


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the logs of libraries, for the findings say the same in one sentence."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
