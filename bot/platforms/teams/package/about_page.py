"""The page that the app's entry in Teams links to, about the bot, privacy and terms."""

from collections.abc import Awaitable, Callable
from html import escape

from aiohttp import web

from bot.conversation.responses import about as about_the_bot

PATH = "/teams/about"
_PRIVACY = (
    "What is written to the bot is read to pick an answer and is not kept, neither in its database nor in its logs. "
    "Your organisation may choose to keep questions that got no lesson for up to 90 days, with names and numbers taken "
    "out, and neither who asked nor where.",
    "It keeps which lessons a conversation has seen, a personal chat included, for a year, and which daily tips were "
    "posted, for 400 days, unless your organisation has set other times. Of a message that is handed over to people it "
    "keeps only the kind of handover, the day and the tenant.",
    "With your Teams id, and never with your name, it keeps the small steps that you took on, for 90 days or until you "
    "withdraw them; which daily tips you set up or changed last, and which personal chat is yours, until the app is "
    "removed there. Whether an answer helped is kept as long as the answer, under a pseudonym: a digest that differs "
    "from answer to answer, and that whoever has the database and your id could work out.",
    "For a day it keeps digests of the events that it has answered. Remove the app from a conversation, and what was "
    "kept of that conversation is deleted.",
    "Your organisation runs this bot. It decides on the lawful basis and the data protection impact assessment (DPIA), "
    "and can delete everything that is kept with your id. Ask it about anything that is kept here.",
)
_TERMS = (
    "The bot gives general advice about leading change. It gives no clinical advice, takes no reports of concerns and "
    "is no emergency service. In an emergency call 999.",
    "Quotations belong to their authors and are shown with their sources.",
)


def render_about_page(kept: str) -> str:
    """Return the page as HTML; `kept` is a sentence on what becomes of what people type."""
    sections = (("", about_the_bot(kept).paragraphs), ("privacy", _PRIVACY), ("terms", _TERMS))
    body = "".join(_section(name, paragraphs) for name, paragraphs in sections)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Small Steps</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
        ":root{color-scheme:light dark}</style></head>"
        f"<body><main><h1>Small Steps</h1>{body}</main></body></html>"
    )


def serve_about_page(kept: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that serves the page."""
    text, headers = (
        render_about_page(kept),
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )

    async def show(_request: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html", headers=headers)

    return show


def _section(name: str, paragraphs: tuple[str, ...]) -> str:
    title = f'<h2 id="{name}">{name.capitalize()}</h2>' if name else ""
    return title + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
