"""Small makers of Block Kit parts (pure).

Everything we say goes into `rich_text` and `plain_text`, which Slack never parses: a `<!channel>` or a link
in somebody's words stays the characters that it is. `mrkdwn` appears in no block.
"""

from typing import Any, Literal

BlockKit = dict[str, Any]
Style = Literal["bold", "italic"]

MAX_TEXT_LENGTH = 3_000  # characters in a section; rich_text has no published limit, so it keeps to the same


def clip_text(text: str, limit: int) -> str:
    """Cut a text to a limit at a word's end where there is one, and mark the cut by an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept) + "…"


def run(text: str, *styles: Style) -> BlockKit:
    """Make a run of text, bold or italic as asked."""
    block: BlockKit = {"type": "text", "text": clip_text(text, MAX_TEXT_LENGTH) or " "}
    return block | {"style": dict.fromkeys(styles, True)} if styles else block


def link(text: str, url: str) -> BlockKit:
    """Make a link; only our own knowledge packs bring one."""
    return {"type": "link", "url": clip_text(url, MAX_TEXT_LENGTH), "text": clip_text(text, MAX_TEXT_LENGTH)}


def mention_person(user: str) -> BlockKit:
    """Name a person."""
    return {"type": "user", "user_id": user}


def mention_channel(channel: str) -> BlockKit:
    """Name a channel."""
    return {"type": "channel", "channel_id": channel}


def paragraph(*runs: BlockKit) -> BlockKit:
    """Make one paragraph as a block of its own."""
    return _rich_text({"type": "rich_text_section", "elements": list(runs)})


def quotation(*runs: BlockKit) -> BlockKit:
    """Make a quotation with a bar at its side."""
    return _rich_text({"type": "rich_text_quote", "elements": list(runs)})


def bullets(*items: list[BlockKit]) -> BlockKit:
    """Make a list with a bullet before each item."""
    sections = [{"type": "rich_text_section", "elements": item} for item in items]
    return _rich_text({"type": "rich_text_list", "style": "bullet", "elements": sections})


def header(text: str) -> BlockKit:
    """Make a heading."""
    return {"type": "header", "text": plain(text, 150)}


def note(*texts: str) -> BlockKit:
    """Make a line in small print."""
    return {"type": "context", "elements": [plain(text, 2_000) for text in texts[:10]]}


def divider() -> BlockKit:
    """Make a line across."""
    return {"type": "divider"}


def plain(text: str, limit: int) -> BlockKit:
    """Make a text object that is never parsed, not even for emoji."""
    return {"type": "plain_text", "text": clip_text(text, limit) or " ", "emoji": False}


def _rich_text(element: BlockKit) -> BlockKit:
    return {"type": "rich_text", "elements": [element]}
