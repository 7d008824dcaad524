"""The command `knowledge phrases`, and what `knowledge check` says of phrases: which work, and what they would win."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import show_progress
from bot.diagnostics import OperatorError

if TYPE_CHECKING:
    from intents.own.report import PhraseReport, ThemeReport
    from knowledge import Knowledge
    from knowledge.pack_files import PackFiles

_SHOWN = 8  # messages of others that are printed


def phrases(
    theme: Annotated[str | None, typer.Argument(help="One theme of your own, by id; every one when left out.")] = None,
    pack: Annotated[
        list[Path] | None,
        typer.Option("--pack", help="A pack of your own; those of the settings and of the page when left out."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as data.")] = False,
) -> None:
    """Show how your own themes are found: which phrases work, and which messages each would win from whom."""
    knowledge = _read_knowledge(pack)
    with show_progress("Learning your themes"):
        reports = report_own_themes(knowledge)
    if theme is not None:
        reports = tuple(one for one in reports if one.theme == theme)
        if not reports:
            raise OperatorError(f"{theme} is no theme of your own packs; name one of them, or none for all.")
    if as_json:
        print(json.dumps([one.as_dict() for one in reports], ensure_ascii=False, indent=1))
        return
    if not reports:
        print("Your packs hold no theme of their own.")
    for one in reports:
        print("\n".join(_describe_theme(one)))


def report_own_themes(knowledge: "Knowledge") -> "tuple[ThemeReport, ...]":
    """Return the reports on the own themes of a state of the packs.

    Raises
    ------
    OperatorError
        When more than a quarter of a theme's phrases are handovers.
    """
    from bot.own_themes import list_own_topics
    from intents import Classifier, OwnThemes, PhraseError
    from intents.own.report import report_themes

    classifier = Classifier.load()
    topics = list_own_topics(knowledge, classifier.model.catalogue.ids)
    try:
        return report_themes(OwnThemes(classifier), topics) if topics else ()
    except PhraseError as error:
        raise OperatorError(str(error)) from error


def list_phrase_warnings(packs: "Sequence[PackFiles]", base: Path | None) -> list[str]:
    """Return what editors should know of the phrases of packs that can be read; nothing where there are no phrases.

    Raises
    ------
    OperatorError
        When more than a quarter of a theme's phrases are handovers.
    """
    from bot.own_themes import list_own_topics
    from intents import Classifier, OwnThemes, PhraseError
    from intents.model import load_catalogue
    from knowledge import Knowledge, KnowledgeError
    from knowledge.packs import OURS

    if not packs:
        return []
    try:
        topics = list_own_topics(Knowledge.load(packs, base or OURS), load_catalogue().ids)
    except KnowledgeError:
        return []  # the check names what is wrong, and phrases are looked at once it is mended
    if not any(topic.phrases for topic in topics):
        return []
    try:
        return [str(one) for one in OwnThemes(Classifier.load()).check(topics) if one.kind != "none"]
    except PhraseError as error:
        raise OperatorError(str(error)) from error


def _read_knowledge(pack: list[Path] | None) -> "Knowledge":
    from bot.cli.database import list_packs
    from knowledge import Knowledge

    return Knowledge.load(list_packs(pack))


def _describe_theme(report: "ThemeReport") -> list[str]:
    lines = [f"{report.title} ({report.theme}): {len(report.phrases)} phrases"]
    for state, heading in (
        ("missed", "miss their own theme, were they not among its phrases"),
        ("handed-over", "are handed over to people and not learned"),
    ):
        lines += _list(heading, [f"“{phrase.text}”" for phrase in report.phrases if phrase.state == state])
    lines += _list("are answered with another theme today", _list_answered(report.phrases, report.theme))
    lines += [f"  {warning}" for warning in report.warnings]
    lines.append(f"  It is offered where a message holds: {', '.join(report.words) or '(no word of its own)'}.")
    if report.likely_missed is not None:
        lines.append(f"  Of messages without its words it is likely to miss {report.likely_missed:.0%}.")
    won = [f"“{one.text}”, which goes to {one.taken_from}" for one in report.wins]
    lines += _list(f"of {report.unseen:,} messages about something else it would win", won, most=_SHOWN)
    return [*lines, ""]


def _list_answered(phrases_: "Sequence[PhraseReport]", theme: str) -> list[str]:
    return [f"“{one.text}” by {one.today}" for one in phrases_ if one.today and one.today != theme]


def _list(heading: str, entries: Sequence[str], most: int | None = None) -> list[str]:
    """Return a line with a number and a heading, and the entries below; nothing where there are none."""
    if not entries:
        return []
    shown = entries[:most] if most else entries
    more = [f"    … and {len(entries) - len(shown)} more"] if len(shown) < len(entries) else []
    return [f"  {len(entries)} {heading}:", *(f"    {entry}" for entry in shown), *more]
