"""The picture of where data goes, drawn from the platforms that are connected (SVG, without text of users)."""

from collections.abc import Sequence
from html import escape

from bot.evidence.facts import Facts

_WIDTH, _ROW, _BOX, _TOP = 960, 84, 250, 60
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" \
aria-labelledby="title words">
<title id="title">Where data goes</title>
<desc id="words">{words}</desc>
<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto-start-reverse">\
<path d="M0,0 L8,4 L0,8 z" fill="#19262a"/></marker></defs>
<rect width="{width}" height="{height}" fill="#ffffff"/>
<g font-family="sans-serif" font-size="15" fill="#19262a">
"""


def describe_flow(facts: Facts) -> str:
    """Return the picture in words, for those who do not see it."""
    ends = facts.connected or "the platforms that you connect"
    kept = "lessons seen, tips, small steps and verdicts" + (", redacted questions" if facts.questions_days else "")
    also = " Browsers of your network reach its pages." if facts.page.on or facts.editor else ""
    return (
        f"Staff write in {ends}, whose servers send the message to your server over HTTPS. The server reads it in "
        f"memory, with its own model, and sends the answer back the same way. Of it your database ({facts.database}) "
        f"keeps {kept}, and no words of the message.{also} Nothing goes anywhere else."
    )


def draw_flow(facts: Facts) -> str:
    """Return the picture as SVG."""
    ends = [("Slack", "messages and answers")] if facts.slack.on or not facts.connected else []
    ends += [("Microsoft Teams", "messages and answers")] if facts.teams.on or not facts.connected else []
    pages = [name for name, on in (("Page to try it", facts.page.on), ("Editors’ page", facts.editor)) if on]
    left = [*ends, *((name, "a browser in your network") for name in pages)]
    height = _TOP + _ROW * max(len(left), 2) + 20
    parts = [_HEAD.format(width=_WIDTH, height=height, words=escape(describe_flow(facts)))]
    parts += _draw_column("Outside, and browsers", 20, left)
    kept = "lessons seen, tips, steps" + (", redacted questions" if facts.questions_days else "")
    parts += _draw_column("Your server", 355, [("Small Steps", "reads in memory; keeps no words")])
    parts += _draw_column("Your database", 690, [(facts.database.partition(",")[0], kept)])
    middle = _TOP + _ROW // 2 - 10
    parts += [_draw_arrow(20 + _BOX, _TOP + _ROW * at + _ROW // 2 - 10, 355, middle) for at in range(len(left))]
    parts += [_draw_arrow(355 + _BOX, middle, 690, middle), "</g>\n</svg>\n"]
    return "".join(parts)


def _draw_column(title: str, x: int, boxes: Sequence[tuple[str, str]]) -> list[str]:
    parts = [f'<text x="{x}" y="36" font-weight="bold">{escape(title)}</text>\n']
    for at, (name, says) in enumerate(boxes):
        y = _TOP + _ROW * at
        parts.append(f'<rect x="{x}" y="{y}" width="{_BOX}" height="64" rx="6" fill="#eef4f5" stroke="#0b5563"/>\n')
        parts.append(f'<text x="{x + 12}" y="{y + 26}" font-weight="bold">{escape(name)}</text>\n')
        parts.append(f'<text x="{x + 12}" y="{y + 48}" font-size="13">{escape(says)}</text>\n')
    return parts


def _draw_arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    ends = 'marker-start="url(#tip)" marker-end="url(#tip)"'
    return f'<line x1="{x1 + 4}" y1="{y1}" x2="{x2 - 4}" y2="{y2}" stroke="#19262a" stroke-width="1.5" {ends}/>\n'
