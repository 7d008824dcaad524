"""The words of a Slack message (pure): its text, its blocks and attachments, and what was forwarded with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_MAX_LENGTH = 40_000  # characters; Slack cuts a message at as many
_MAX_DEPTH = 12  # levels of blocks within blocks
_ATTACHMENT_TEXTS = ("pretext", "title", "text")
_HIDDEN = ("url", "image_url", "alt_text", "action_id", "block_id", "value", "style", "type", "emoji", "elements")


@dataclass(frozen=True, slots=True)
class MessageWords:
    """Words of a message.

    Parameters
    ----------
    own
        What its writer said.
    forwarded
        What somebody else said, in a message that was forwarded with it.
    """

    own: str
    forwarded: str = ""

    @property
    def together(self) -> str:
        """Return all the words: those of the writer first."""
        return "\n\n".join(part for part in (self.own, self.forwarded) if part)


def collect_words(message: Mapping[str, Any]) -> MessageWords:
    """Return the words of a message.

    Slack gives the words of most messages as their text. Those of some apps stand in blocks or attachments alone, and
    those of a forwarded message in an attachment. The preview of a linked page is nobody's words.
    """
    attachments = [one for one in _read_list(message, "attachments") if isinstance(one, Mapping)]
    forwarded = "\n".join(filter(None, (_collect_attachment(one) for one in attachments if _is_forwarded(one))))
    own = str(message.get("text") or "").strip()
    if not own:
        own = "\n".join(_iterate_texts(_read_list(message, "blocks")))
    if not own and not forwarded:
        own = "\n".join(filter(None, (_collect_attachment(one) for one in attachments)))
    return MessageWords(own[:_MAX_LENGTH].strip(), forwarded[:_MAX_LENGTH].strip())


def _is_forwarded(attachment: Mapping[str, Any]) -> bool:
    return bool(attachment.get("is_share") or attachment.get("is_msg_unfurl"))


def _collect_attachment(attachment: Mapping[str, Any]) -> str:
    texts = [str(attachment[name]) for name in _ATTACHMENT_TEXTS if isinstance(attachment.get(name), str)]
    fields = [one for one in _read_list(attachment, "fields") if isinstance(one, Mapping)]
    texts += [str(one[name]) for one in fields for name in ("title", "value") if isinstance(one.get(name), str)]
    if not any(texts):
        blocks = _read_list(attachment, "blocks") or _read_list(attachment, "message_blocks")
        texts = list(_iterate_texts(blocks))
    return "\n".join(text for text in texts if text) or str(attachment.get("fallback") or "")


def _iterate_texts(node: object, depth: int = 0) -> Iterator[str]:
    """Yield the texts of blocks, in the order in which they are read; a section of rich text is one text."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, list):
        for one in node:
            yield from _iterate_texts(one, depth + 1)
    elif isinstance(node, Mapping):
        elements = node.get("elements")
        if str(node.get("type", "")).startswith("rich_text_") and isinstance(elements, list):
            if node.get("type") == "rich_text_list":
                yield from _iterate_texts(elements, depth + 1)
            else:
                yield "".join(_read_run(one) for one in elements if isinstance(one, Mapping))
            return
        for name, value in node.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif name == "elements" or name not in _HIDDEN:
                yield from _iterate_texts(value, depth + 1)


def _read_run(element: Mapping[str, Any]) -> str:
    """Return the text of one run of rich text; a mention as Slack writes it in plain text."""
    if element.get("type") == "user":
        return f"<@{element.get('user_id')}>"
    return str(element.get("text") or element.get("url") or "")


def _read_list(source: Mapping[str, Any], name: str) -> list[Any]:
    value = source.get(name)
    return value if isinstance(value, list) else []
