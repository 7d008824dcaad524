"""The command forget, which deletes the data kept with one person's id."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import with_database
from bot.platform_names import Platform

if TYPE_CHECKING:
    from bot.store.people import Forgotten

_WITHOUT_TEAM = ("terminal", "simulator")


def forget(
    person: Annotated[str, typer.Option("--person", help="The platform's id of the person: in Slack U… or W….")] = "",
    platform: Annotated[Platform | None, typer.Option("--platform", help="Where the id comes from.")] = None,
    team: Annotated[str, typer.Option("--team", help="The Slack workspace (T…) or the Teams tenant.")] = "",
    editor: Annotated[
        str, typer.Option("--editor", help="A name that somebody gave on the editors' page, in place of an id.")
    ] = "",
) -> None:
    """Delete everything that is kept with one person's id. It cannot be undone."""
    from bot.store.people import People, Person

    if editor:
        _forget_editor(editor)
        return
    if platform is None:
        raise typer.BadParameter("say where the id comes from", param_hint="--platform")
    if not team and platform not in _WITHOUT_TEAM:
        raise typer.BadParameter(
            "an id is one person's only within a workspace or tenant; name it", param_hint="--team"
        )
    if not person:
        raise typer.BadParameter("give the person's id", param_hint="--person")
    gone = with_database(lambda _settings, database: People(database).forget(Person(platform, team, person)))
    for line in _lines(gone):
        typer.echo(line)


def _forget_editor(name: str) -> None:
    from bot.store.packs import PackStore

    gone = with_database(lambda _settings, database: PackStore(database).forget(name))
    said = "1 revision of a lesson no longer carries" if gone == 1 else f"{gone} revisions of lessons no longer carry"
    typer.echo(f"{said} this name. The lessons stay." if gone else "No revision carries this name.")


def _lines(gone: "Forgotten") -> list[str]:
    counted = (
        (gone.promises, "promises"),
        (gone.subscriptions, "daily tips to the person alone, with their deliveries"),
        (gone.looked_after, "daily tips and digests of other places, which stay and no longer say who set them up"),
        (gone.threads, "threads in Slack that the person took part in"),
        (gone.conversations, "personal chats in Teams that the bot could post to"),
        (gone.verdicts, "verdicts on answers"),
        (gone.answers, "answers in the person's private chats"),
        (gone.pending, "turns that the person could still go on from"),
        (gone.remembered, "notes of who the person is and how long they have"),
        (gone.welcomes, "notes that the person was greeted in Slack"),
    )
    lines = [f"{count:>6}  {what}" for count, what in counted]
    if any(count for count, _ in counted):
        return ["Deleted:", *lines]
    return ["Nothing is kept with this id. Check the id, the platform and the team."]
