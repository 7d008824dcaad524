"""The page that the app's entry in Teams links to: who the bot is, privacy, terms."""

from html import escape

from aiohttp import web

from bot.phrases import about as about_the_bot

PATH = "/teams/about"
_PRIVACY = (
    "What is written to the bot is read to pick an answer and is not kept, neither in its database nor in its logs.",
    "It keeps which lessons a place has seen, whether an answer helped (not joined to a name), which conversations it "
    "may post to, and, for a day, digests of the events that it has answered. Remove the app, and it forgets where to "
    "post.",
    "Your organisation runs this bot. Ask it about anything that is kept here.",
)
_TERMS = (
    "The bot gives general advice about leading change. It gives no clinical advice, takes no reports of concerns and "
    "is no emergency service. In an emergency call 999.",
    "Quotations belong to their authors and are shown with their sources.",
)


def page() -> str:
    """Make the page."""
    sections = (("", about_the_bot().paragraphs), ("privacy", _PRIVACY), ("terms", _TERMS))
    body = "".join(_section(name, paragraphs) for name, paragraphs in sections)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Small Steps</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
        ":root{color-scheme:light dark}</style></head>"
        f"<body><main><h1>Small Steps</h1>{body}</main></body></html>"
    )


async def show(_request: web.Request) -> web.Response:
    """Serve the page."""
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return web.Response(text=page(), content_type="text/html", headers=headers)


def _section(name: str, paragraphs: tuple[str, ...]) -> str:
    title = f'<h2 id="{name}">{name.capitalize()}</h2>' if name else ""
    return title + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
