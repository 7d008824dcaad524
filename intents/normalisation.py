"""Normalisation: plain text from what a platform delivers. Mark-up is understood and removed in this file alone.

Every pattern is linear in the length of the text: repeats are bounded or of one class with nothing optional around
them, so no message can make a pattern run away.
"""

import html
import re
import unicodedata

LIMIT = 4_000
_RAW_FACTOR = 6  # mark-up that a plain text of the limit's length may bring along
_GAP = " … "

_ENTITY_WAITING = re.compile(r"&[#a-zA-Z]")
# What people type between angle brackets stays: only what a platform or an editor writes goes, and that has no spaces
# before its label, or is the name of a tag with nothing but attributes behind it.
_SLACK_LABELLED = re.compile(r"<(?:!date\^[^<>|\n]{0,500}|[^<>|\s]{0,2000})\|([^<>\n]{0,1000})>")
_SLACK_BARE = re.compile(r"<(?:[@!#][^<>\s]{1,200}|(?:https?|mailto|tel|slack):[^<>\s]{1,2000})>")
_TEAMS_MENTION = re.compile(r"<at\b[^<>]{0,200}>[^<>]{0,200}</at>", re.IGNORECASE)
_HTML_HIDDEN = re.compile(r"<!--\s{0,5}(?:StartFragment|EndFragment|\[)[^<>]{0,2000}-->")
_ATTRIBUTES = r"(?:\s[^<>]{0,500}=[^<>]{0,500})?\s{0,5}/?"
_HTML_BREAK = re.compile(rf"</?(?:br|p|div|li|ul|ol|tr|table|blockquote|h[1-6]|pre|hr)\b{_ATTRIBUTES}>", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"</[a-zA-Z][\w:-]{0,40}\s{0,5}>|<[a-zA-Z]{1,3}:[a-zA-Z]{1,20}\s{0,5}/?>|<(?:[a-zA-Z][\w:-]{0,40}\s[^<>]{0,500}=[^<>]{0,500}"
    r"|(?:a|abbr|at|attachment|b|body|button|caption|center|cite|code|col|colgroup|dd|del|dl|dt|em|emoji|figure|font"
    r"|footer|form|head|header|html|i|img|ins|kbd|label|main|mark|meta|nav|s|samp|script|section|small|span|strike"
    r"|strong|style|sub|sup|svg|tbody|td|tfoot|th|thead|title|tt|u|var|video)\s{0,5}/?)>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
# The colon stands first, since what begins on a look-behind is tried at every letter.
_EMOJI_NAME = re.compile(r":(?<![\w:]:)[a-z+\-][a-z0-9_+\-']{0,60}:(?::skin-tone-\d:)?(?!\w)", re.IGNORECASE)
_FENCE = re.compile(r"`+")
_OPENING_MARK = re.compile(r"(?<![\w*_~])[*_~]{1,3}(?=[^\s*_~])")
_CLOSING_MARK = re.compile(r"(?<=[^\s*_~])[*_~]{1,3}(?![\w*_~])")
_QUOTE_MARK = re.compile(r"^[ \t]*>+[ \t]?", re.MULTILINE)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_LINE_END = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")
_STACKED_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_SINGLE_QUOTE, _DOUBLE_QUOTE, _DASH = re.compile("[‘’‛′]"), re.compile("[“”„«»]"), re.compile("[–—]")


def normalise_text(text: str, limit: int = LIMIT) -> str:
    """Return one line of plain text from what Slack, Teams, a terminal or a web page delivers.

    Mentions, link addresses, tags, emoji names, formatting marks, invisible and control characters go; labels of
    links and channels stay; entities are resolved, compatibility forms folded (NFKC), white space collapsed. Case is
    kept: callers that do not care fold it themselves.

    Parameters
    ----------
    text
        As delivered.
    limit : int, default=4000
        Characters kept. Of a longer text the head and the tail are kept, since people say what they want first or last.

    Returns
    -------
    str
        Plain text, possibly empty.
    """
    return shorten_text(" ".join(normalise_lines(text, limit)), limit)


def normalise_lines(text: str, limit: int = LIMIT) -> list[str]:
    """Return the normalised lines, kept apart: a line's end is a sentence's end in chat.

    Parameters
    ----------
    text
        As delivered.
    limit : int, default=4000
        Characters kept over all lines, before the lines are joined.

    Returns
    -------
    list of str
        Lines with something in them.
    """
    text = _remove_markup(shorten_text(text, limit * _RAW_FACTOR, gap="\n"))
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _DASH.sub("-", _DOUBLE_QUOTE.sub('"', _SINGLE_QUOTE.sub("'", text)))
        text = _INVISIBLE.sub("", _STACKED_MARKS.sub(r"\1", text))
    # NFKC makes plain characters of full-width ones, so line ends, controls and formatting marks go last.
    text = _remove_formatting(_CONTROL.sub(" ", _LINE_END.sub("\n", text.replace("\r\n", "\n"))))
    text = shorten_text(text, limit, gap="\n")
    collapsed = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in collapsed if line]


def drop_full_stops(text: str) -> str:
    """Return a text without its last full stops or dots, which in chat are a habit without meaning.

    Parameters
    ----------
    text
        Normalised.
    """
    return text.rstrip(".… ") or text


def normalise_for_model(text: str) -> str:
    """Return a text as the model reads it, in training and afterwards.

    Parameters
    ----------
    text
        As delivered.
    """
    return drop_full_stops(normalise_text(text))


def shorten_text(text: str, limit: int, gap: str = _GAP) -> str:
    """Return the head and the tail of a text that is too long.

    Parameters
    ----------
    text
        Any text.
    limit
        Characters kept, the gap included.
    gap : str, default=" … "
        What stands where the middle was.
    """
    if len(text) <= limit:
        return text
    head = (limit - len(gap)) * 2 // 3
    tail = limit - len(gap) - head
    return text[:head] + gap + text[-tail:]


def _remove_markup(text: str) -> str:
    if "<" in text:
        text = _TEAMS_MENTION.sub(" ", _HTML_HIDDEN.sub(" ", text))
        text = _SLACK_LABELLED.sub(_keep_label, text)
        text = _SLACK_BARE.sub(" ", text)
        text = _HTML_TAG.sub("", _HTML_BREAK.sub("\n", text))
    if _ENTITY_WAITING.search(text):
        text = html.unescape(text)
    if "://" in text or "www." in text.lower():
        text = _ADDRESS.sub(" ", text)
    return text


def _keep_label(match: re.Match[str]) -> str:
    """Return the label of a channel or a link; mentions of people and groups address somebody and say nothing."""
    opening = match.group(0)[1:3]
    if opening[0] == "@" or opening == "!s":
        return " "
    return match.group(1)


def _remove_formatting(text: str) -> str:
    text = _EMOJI_NAME.sub(" ", text)
    if "`" in text:
        text = _FENCE.sub(" ", text)
    if "*" in text or "_" in text or "~" in text:  # these two look behind every letter
        text = _CLOSING_MARK.sub("", _OPENING_MARK.sub("", text))
    return _QUOTE_MARK.sub("", text)
