"""The commands ask, chat, classify, themes and tip; and settings."""

import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.diagnostics import unreadable_input_line

if TYPE_CHECKING:
    from bot.app import App
    from bot.message import Reply

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print the reply as data.")]


def ask(
    text: Annotated[str, typer.Argument(help="What is happening, in your own words.")], as_json: Json = False
) -> None:
    """Ask one question."""

    async def answer(app: "App") -> "Reply":
        from bot.platforms import terminal

        return await terminal.ask(app.conversation, text)

    try:
        reply = with_app(answer)
    except Exception:
        # A person in danger gets the numbers, whatever is wrong with the database or with a pack.
        if card := _find_danger(text):
            _show(card, as_json)
        raise
    _show(reply, as_json)


def _find_danger(text: str) -> "Reply | None":
    """Return the card for a message that tells of danger, found without the operator's database and packs."""
    import tempfile

    from pydantic import SecretStr

    from bot.platforms import terminal

    with tempfile.TemporaryDirectory() as folder:
        url = SecretStr(f"sqlite:///{Path(folder) / 'thrown-away.sqlite'}")
        try:
            return with_app(lambda app: terminal.find_danger(app.conversation, text), database_url=url, packs=())
        except Exception:  # noqa: BLE001 - what is told is the first error
            return None


def tip(as_json: Json = False) -> None:
    """Give a tip that you have not seen."""
    from bot.platforms import terminal

    _show(with_app(lambda app: app.conversation.lessons.choose_tip(terminal.place())), as_json)


def themes() -> None:
    """List the themes by group."""

    async def list_them(app: "App") -> "Reply":
        return app.conversation.list_themes()

    _show(with_app(list_them), as_json=False)


def chat(
    as_json: Annotated[bool, typer.Option("--json", help="Print each reply as data, one a line.")] = False,
) -> None:
    """Talk in this terminal; what comes from a file or another program is answered line by line."""
    from bot.platforms import terminal

    if as_json or not sys.stdin.isatty():
        lines = (raw.decode("utf-8", errors="replace") for raw in sys.stdin.buffer)
        with_app(lambda app: terminal.chat_by_line(app.conversation, lines, _show_line if as_json else _show_text))
        return

    import platformdirs
    from rich.console import Console

    history = platformdirs.user_state_path("small-steps", ensure_exists=True) / "history"
    with_app(lambda app: terminal.chat(app.conversation, Console(width=terminal.width()), history))


def _show_text(reply: "Reply") -> None:
    _show(reply, as_json=False)


def _show_line(reply: "Reply") -> None:
    from bot.platforms import terminal

    print(terminal.as_json(reply, indent=None), flush=True)


def classify() -> None:
    """Read messages from standard input, one a line; write one JSON object a line.

    A line is plain text or JSON such as {"text": "…"}. The output has the text; the decision; what care the reply
    owes ("none", "signpost" or "handover"), with its band and topic; the five likeliest intents, best first; and the
    themes and lessons of the settings' packs, and of what editors published, that would be offered below the answer.
    """
    import asyncio

    from bot.diagnostics import OperatorError
    from bot.own_pack import PublishedPack, read_published_pack
    from bot.own_themes import load_classifier
    from bot.settings import load_settings

    settings = load_settings()
    try:
        source = asyncio.run(read_published_pack(settings.database_url.get_secret_value()))
    except OperatorError as error:  # what care a message needs is told all the same
        typer.echo(f"What editors published is left out. {error}", err=True)
        source = PublishedPack(None)
    classifier, titles = load_classifier(settings.packs, source)
    for text in _texts(sys.stdin.buffer):
        found = classifier.classify(text, titles or None)
        data = {
            "text": text,
            "decision": found.decision,
            "care": found.care.signpost,
            "band": found.care.band,
            "topic": found.care.topic,
            "intents": [{"id": i.id, "confidence": round(i.confidence, 4)} for i in found.intents],
            "offered": list(found.offered),
        }
        print(json.dumps(data, ensure_ascii=False), flush=True)


def settings() -> None:
    """Print every setting with its value and where it comes from; secrets are masked."""
    from rich.table import Table

    from bot.cli.output import print_table
    from bot.settings import list_settings, load_settings

    table = Table("Setting", "Value", "From", "What it is for", show_lines=True)
    for line in list_settings(load_settings()):
        table.add_row(line.variable, line.value, line.source, line.description)
    print_table(table)


def with_app(use: "Callable[[App], Awaitable[T]]", **changes: object) -> T:
    """Return what `use` returns for the app built from the settings; close the app afterwards.

    Parameters
    ----------
    changes
        Settings that take the place of the operator's.
    """
    import asyncio

    from bot.cli.model_loading import start_loading
    from bot.settings import load_settings

    settings = load_settings().model_copy(update=changes)
    loading = start_loading()  # before the imports that take as long

    from sqlalchemy.exc import DBAPIError

    from bot.app import build_app
    from bot.store.database import build_unreachable_error

    async def run() -> T:
        async with build_app(settings, loading=loading) as app:
            try:
                return await use(app)
            except DBAPIError as error:
                raise build_unreachable_error(app.engine.url, error) from error

    return asyncio.run(run())


def _show(reply: "Reply", as_json: bool) -> None:
    from rich.console import Console

    from bot.platforms import terminal

    if as_json:
        print(terminal.as_json(reply))
    else:
        Console(width=terminal.width()).print(terminal.render(reply))


def _texts(raw_lines: Iterable[bytes]) -> Iterator[str]:
    for number, raw in enumerate(raw_lines, 1):
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        yield _text_of(number, line) if line.startswith("{") else line


def _text_of(number: int, line: str) -> str:
    """Return the text of a line: of a JSON object, else the line itself, for a person may well type a brace."""
    try:
        data = json.loads(line)
    except ValueError:
        return line
    if not isinstance(data.get("text"), str):
        raise unreadable_input_line(number, "the object has no “text” that is a string")
    # JSON may hold one half of a surrogate pair, which no output can carry.
    return str(data["text"]).encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")
