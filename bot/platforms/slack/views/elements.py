"""Small makers of Block Kit parts (pure).

Everything we say goes into `rich_text` and `plain_text`, which Slack never parses: a `<!channel>` or a link
in somebody's words stays the characters that it is. `mrkdwn` appears in no block.
"""

from typing import Any, Literal

Part = dict[str, Any]
Style = Literal["bold", "italic"]

TEXT_LIMIT = 3_000  # characters in a section; rich_text has no published limit, so it keeps to the same


def clip(text: str, limit: int) -> str:
    """Cut a text to a limit at a word's end where there is one, and mark the cut by an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept) + "…"


def run(text: str, *styles: Style) -> Part:
    """Make a run of text, bold or italic as asked."""
    part: Part = {"type": "text", "text": clip(text, TEXT_LIMIT) or " "}
    return part | {"style": dict.fromkeys(styles, True)} if styles else part


def link(text: str, url: str) -> Part:
    """Make a link; only our own knowledge packs bring one."""
    return {"type": "link", "url": clip(url, TEXT_LIMIT), "text": clip(text, TEXT_LIMIT)}


def person(user: str) -> Part:
    """Name a person."""
    return {"type": "user", "user_id": user}


def named(channel: str) -> Part:
    """Name a channel."""
    return {"type": "channel", "channel_id": channel}


def paragraph(*runs: Part) -> Part:
    """Make one paragraph as a block of its own."""
    return _rich_text({"type": "rich_text_section", "elements": list(runs)})


def quotation(*runs: Part) -> Part:
    """Make a quotation with a bar at its side."""
    return _rich_text({"type": "rich_text_quote", "elements": list(runs)})


def bullets(*items: list[Part]) -> Part:
    """Make a list with a bullet before each item."""
    sections = [{"type": "rich_text_section", "elements": item} for item in items]
    return _rich_text({"type": "rich_text_list", "style": "bullet", "elements": sections})


def header(text: str) -> Part:
    """Make a heading."""
    return {"type": "header", "text": plain(text, 150)}


def note(*texts: str) -> Part:
    """Make a line in small print."""
    return {"type": "context", "elements": [plain(text, 2_000) for text in texts[:10]]}


def divider() -> Part:
    """Make a line across."""
    return {"type": "divider"}


def plain(text: str, limit: int) -> Part:
    """Make a text object that is never parsed, not even for emoji."""
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": False}


def _rich_text(element: Part) -> Part:
    return {"type": "rich_text", "elements": [element]}
