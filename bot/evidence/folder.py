"""The folder of evidence: each page as Markdown and as HTML that prints well, and the picture of the data."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from html import escape
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.evidence.facts import Facts, gather_facts
from bot.evidence.flow import describe_flow, draw_flow
from bot.settings import Settings

# In the order in which the first page lists them: the file, and what somebody looks for in it.
PAGES = {
    "README": "what this folder is, and what your organisation still has to answer",
    "application-assessment": "one page for an application hurdle assessment",
    "scope": "scope, and whether DCB0129 and DCB0160 apply",
    "hazard-log": "the hazard log, for a clinical safety officer",
    "dpia": "a draft of the DPIA, with the picture of the data and the table of retention",
    "dtac": "answers to the DTAC form, version 2",
    "accessibility": "the accessibility statement",
    "algorithm": "the algorithm in plain English, after the recording standard",
    "model-card": "the model card",
    "licences": "licences of what runs, and sub-processors",
    "security": "security, and how to report a weakness",
}
PICTURE = "data-flow.svg"
_MARKDOWN = re.compile(r"\.md(?=#|$)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def build_folder(settings: Settings, made: date) -> Mapping[str, str]:
    """Return the content of each file of the folder, by its name.

    Parameters
    ----------
    made
        The day that stands on the pages.

    Raises
    ------
    OperatorError
        When the settings of a platform or of the page are incomplete.
    """
    facts = gather_facts(settings, made)
    files = {PICTURE: draw_flow(facts)}
    for name, text in render_pages(facts).items():
        files[f"{name}.md"] = text
        files[f"{name}.html"] = render_html(text, name)
    return files


def render_pages(facts: Facts) -> dict[str, str]:
    """Return each page as Markdown."""
    pages = _open_templates()
    flow = describe_flow(facts)
    return {
        name: pages.get_template(f"{name}.md").render(
            facts=facts, pages=PAGES, picture=PICTURE, flow=flow, yours=_for_the_organisation
        )
        for name in PAGES
    }


def render_html(text: str, name: str) -> str:
    """Return a page of Markdown as one HTML file without scripts, whose links lead to the other HTML pages."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    headings = {at: tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"}
    for at, token in enumerate(tokens):
        if at in headings:
            token.attrSet("id", _name_anchor(headings[at]))
        _mend(token)
    title = next(iter(headings.values()))
    style = resources.files(__package__).joinpath("pages", "print.css").read_text("utf-8")
    back = "" if name == "README" else '<nav><a href="README.html">All pages</a></nav>\n'
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} – Small Steps</title>\n<style>\n{style}</style>\n</head>\n<body>\n{back}<main>\n"
        f"{markdown.renderer.render(tokens, markdown.options, {})}</main>\n</body>\n</html>\n"
    )


@cache
def _open_templates() -> Environment:
    return Environment(
        loader=PackageLoader(__package__, "pages"),
        autoescape=False,  # noqa: S701  (Markdown; what an operator chose is escaped in `Facts`)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _mend(token: Token) -> None:
    """Lead a link to the HTML page of the same name, and give a heading of a table its scope."""
    href = token.attrGet("href")
    if token.type == "link_open" and isinstance(href, str) and "/" not in href:
        token.attrSet("href", _MARKDOWN.sub(".html", href))
    if token.type == "th_open":
        token.attrSet("scope", "col")
    for child in token.children or ():
        _mend(child)


def _name_anchor(heading: str) -> str:
    """Return the name by which links reach a heading, as sites that show Markdown make it."""
    return _NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-")


def _for_the_organisation(what: str) -> str:
    return f"**Your organisation:** {what}"
