"""The text that a person wrote, read from a Teams message (pure).

Only what needs the activity's entities or Teams' own markup is done here: the bot's mention is removed, other
people's names stay, quoted and forwarded messages are removed, HTML entities are resolved (Teams writes `&nbsp;`
after a mention). `intents.normalisation` normalises the marks and odd characters that are left, as on every platform.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FORWARD = "http://schema.skype.com/Forward"
_QUOTES = ("http://schema.skype.com/Reply", _FORWARD)
_MENTION = "http://schema.skype.com/Mention"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:-]{1,30})\s{0,3}=\s{0,3}(?:"([^"]*)"|'([^']*)')""")
_NUMBER = re.compile(r"[0-9]{1,3}")
_AT = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
_QUOTED = re.compile(r"<quoted\b[^<>]*/?>(?:</quoted>)?", re.IGNORECASE)
_SPACE = re.compile(r"[^\S\n]+")
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "pre"})
_HIDDEN = frozenset({"attachment", "script", "style", "title"})


def read_text(activity: Mapping[str, Any]) -> str:
    """Return the text that the person wrote.

    Parameters
    ----------
    activity
        A message as Teams sends it.
    """
    mentions = list(_read_mentions(activity.get("entities")))
    me = _identity(activity.get("recipient"))
    markup = _read_markup(activity.get("attachments"))
    if quotes_a_message(markup):
        return _from_html(markup, [mention.person for mention in mentions], me)
    return _from_text(str(activity.get("text") or ""), mentions, me)


def read_forwarded_text(activity: Mapping[str, Any]) -> str:
    """Return what somebody else said, in a message that was forwarded with this one; empty where none was."""
    markup = _read_markup(activity.get("attachments"))
    if _FORWARD not in markup:
        return ""
    reader = _HtmlReader([], "")
    reader.read(markup)
    return _tidy("".join(reader.forwarded))


def quotes_a_message(markup: str) -> bool:
    """Return whether markup of Teams holds a quoted or forwarded message."""
    return any(kind in markup for kind in _QUOTES)


def read_html(markup: str) -> str:
    """Return the text of a message in HTML, without quoted messages."""
    return _from_html(markup, [], "")


@dataclass(frozen=True, slots=True)
class _Mention:
    """Whom a message mentions, the markup that stands for the mention in the text, and the name to keep."""

    person: str
    markup: str
    name: str


def _from_text(text: str, mentions: Sequence[_Mention], me: str) -> str:
    for mention in mentions:
        if mention.markup:
            text = text.replace(mention.markup, " " if mention.person == me else mention.name, 1)
    return _tidy(html.unescape(_AT.sub("", _QUOTED.sub(" ", text))))


def _from_html(markup: str, mentioned: Sequence[str], me: str) -> str:
    return _tidy(_HtmlReader(mentioned, me).read(markup))


def _tidy(text: str) -> str:
    return "\n".join(line.strip() for line in _SPACE.sub(" ", text).splitlines()).strip()


def _read_markup(attachments: object) -> str:
    for one in attachments if isinstance(attachments, list) else []:
        if isinstance(one, dict) and one.get("contentType") == "text/html" and isinstance(one.get("content"), str):
            return str(one["content"])
    return ""


def _read_mentions(entities: object) -> Iterator[_Mention]:
    for entity in entities if isinstance(entities, list) else []:
        if isinstance(entity, dict) and entity.get("type") == "mention":
            mentioned = entity.get("mentioned")
            name = mentioned.get("name") if isinstance(mentioned, dict) else ""
            yield _Mention(_identity(mentioned), str(entity.get("text") or ""), str(name or ""))


def _identity(account: object) -> str:
    return str(account.get("id") or "") if isinstance(account, dict) else ""


class _HtmlReader:
    """Extracts the text outside quotes, hidden elements and the bot's own mention.

    The standard library's parser takes quadratic time over tags that never end, so tags are matched here by a
    regular expression that takes linear time.
    """

    def __init__(self, mentioned: Sequence[str], me: str) -> None:
        self._mentioned = mentioned
        self._me = me
        self._kept: list[str] = []
        self.forwarded: list[str] = []
        self._forwards = False  # whether the element that is left out is a forwarded message
        self._left_out = ""  # name of the element now left out with its content; empty outside such an element
        self._depth = 0

    def read(self, markup: str) -> str:
        """Return the text."""
        end = 0
        for tag in _TAG.finditer(markup):
            self._keep(html.unescape(markup[end : tag.start()]))
            end = tag.end()
            closing, name, attributes = tag.groups()
            if closing:
                self._close(name.lower())
            else:
                self._open(name.lower(), {key.lower(): a or b for key, a, b in _ATTRIBUTE.findall(attributes)})
        self._keep(html.unescape(markup[end:]))
        return "".join(self._kept)

    def _keep(self, words: str) -> None:
        if not self._left_out:
            self._kept.append(words)
        elif self._forwards:
            self.forwarded.append(words)

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._left_out:
            self._depth += name == self._left_out
            if self._forwards and name in _BLOCKS:
                self.forwarded.append("\n")
        elif name in _HIDDEN or attributes.get("itemtype") in _QUOTES or self._mentions_me(name, attributes):
            self._left_out, self._depth = name, 1
            self._forwards = attributes.get("itemtype") == _FORWARD
        elif name in _BLOCKS:
            self._kept.append("\n")
        elif name in ("img", "emoji"):
            self._kept.append(html.unescape(attributes.get("alt", "")))

    def _close(self, name: str) -> None:
        if name == self._left_out:
            self._depth -= 1
            if not self._depth:
                self._left_out = ""

    def _mentions_me(self, name: str, attributes: Mapping[str, str]) -> bool:
        number = attributes.get("itemid" if attributes.get("itemtype") == _MENTION else "id", "")
        if name not in ("span", "at") or not _NUMBER.fullmatch(number) or int(number) >= len(self._mentioned):
            return False
        return bool(self._me) and self._mentioned[int(number)] == self._me
