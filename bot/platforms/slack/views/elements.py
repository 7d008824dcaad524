"""Builders of Block Kit objects (pure).

Every text goes into `rich_text` or `plain_text`, which Slack never parses: a `<!channel>` or a link in a person's
message stays literal. `mrkdwn` appears in no block.
"""

from collections.abc import Sequence
from typing import Any, Literal

from bot.platforms.phone_numbers import join_numbers, split_at_numbers

BlockKit = dict[str, Any]  # a block, an element, a text object or a view
Style = Literal["bold", "italic", "code"]

MAX_TEXT_LENGTH = 3_000  # characters in a section; used for rich_text too, which has no published limit


def clip_text(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, cut with an ellipsis after a word in its second half, if any."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept) + "…"


def run(text: str, *styles: Style) -> BlockKit:
    """Return a run of text in the given styles."""
    block: BlockKit = {"type": "text", "text": clip_text(join_numbers(text), MAX_TEXT_LENGTH) or " "}
    return block | {"style": dict.fromkeys(styles, True)} if styles else block


def dialled(text: str) -> list[BlockKit]:
    """Return runs of a text whose telephone numbers are in bold, so that they are seen before the words."""
    pieces = split_at_numbers(text)
    return [run(piece, *(("bold",) if number % 2 else ())) for number, piece in enumerate(pieces) if piece]


def link(text: str, url: str) -> BlockKit:
    """Return a link; addresses come from knowledge packs only."""
    return {"type": "link", "url": clip_text(url, MAX_TEXT_LENGTH), "text": clip_text(text, MAX_TEXT_LENGTH)}


def mention_person(user: str) -> BlockKit:
    """Return a mention of a person."""
    return {"type": "user", "user_id": user}


def mention_channel(channel: str) -> BlockKit:
    """Return a mention of a channel."""
    return {"type": "channel", "channel_id": channel}


def paragraph(*runs: BlockKit) -> BlockKit:
    """Return a block with one paragraph."""
    return _rich_text({"type": "rich_text_section", "elements": list(runs)})


def quotation(*runs: BlockKit) -> BlockKit:
    """Return a block with a quotation."""
    return _rich_text({"type": "rich_text_quote", "elements": list(runs)})


def bullets(*items: list[BlockKit]) -> BlockKit:
    """Return a block with a bulleted list."""
    return _list(items, "bullet")


def numbered(*items: list[BlockKit]) -> BlockKit:
    """Return a block with a numbered list."""
    return _list(items, "ordered")


def header(text: str) -> BlockKit:
    """Return a heading."""
    return {"type": "header", "text": plain(text, 150)}


def note(*texts: str) -> BlockKit:
    """Return a context block: up to ten texts in small print."""
    return {"type": "context", "elements": [plain(text, 2_000) for text in texts[:10]]}


def divider() -> BlockKit:
    """Return a divider."""
    return {"type": "divider"}


def plain(text: str, limit: int) -> BlockKit:
    """Return a plain text object, without emoji parsing."""
    return {"type": "plain_text", "text": clip_text(join_numbers(text), limit) or " ", "emoji": False}


def _list(items: Sequence[list[BlockKit]], style: Literal["bullet", "ordered"]) -> BlockKit:
    sections = [{"type": "rich_text_section", "elements": item} for item in items]
    return _rich_text({"type": "rich_text_list", "style": style, "elements": sections})


def _rich_text(element: BlockKit) -> BlockKit:
    return {"type": "rich_text", "elements": [element]}
