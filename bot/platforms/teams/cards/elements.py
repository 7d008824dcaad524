"""The elements of Adaptive Cards 1.5 that the bot's cards consist of (pure).

Prose stands in rich text blocks, which take every character literally: a quote stays word for word, and nothing
that is shown can turn into a link or into markup. Only headings, which screen readers jump between, are text
blocks, so theirs is escaped. Colours come from the host's own container styles alone, which keeps every card
readable in the dark and high-contrast themes; no meaning hangs on a colour.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal

from bot.actions import TakeOn
from bot.message import Choice
from bot.platforms import wire
from bot.platforms.phone_numbers import join_numbers, split_at_numbers
from bot.platforms.teams.api.payloads import VERB

Element = dict[str, Any]
_MARKDOWN = re.compile(r"([\\`*_\[\]()#>+\-!|~])")
_TOOLTIPS = {
    "care": "Who can help, and how to reach them",
    "about-work": "Say that this was about work",
    "another": "Another lesson on the same theme",
    "more": "More on this lesson: how, what to say, the evidence",
    "lesson": "Back to the lesson",
    "second": "A lesson on the other thing that you wrote of",
    "why": "Why you were given this lesson",
    "promise": "I will do this small step",
    "share": "Post this lesson for everybody in this conversation",
    "helpful": "This lesson helped",
    "not-helpful": "This lesson did not help",
    "themes": "See the list of all themes",
    "tip": "A tip that this place has not seen",
}
_IN_THE_MENU = ("helpful", "not-helpful")  # Teams shows these under “…”, so that a phone keeps room for the rest


def heading(text: str, size: Literal["default", "medium", "large"] = "default") -> Element:
    """Return a heading that screen readers announce as one."""
    escaped = _MARKDOWN.sub(r"\\\1", join_numbers(text))
    return {"type": "TextBlock", "text": escaped, "style": "heading", "size": size, "weight": "bolder", "wrap": True}


def prose(text: str, *, italic: bool = False, bold: bool = False, small: bool = False) -> Element:
    """Return a paragraph that shows every character literally."""
    run: Element = {"type": "TextRun", "text": join_numbers(text)}
    if italic:
        run["italic"] = True
    if bold:
        run["weight"] = "bolder"
    if small:
        run["size"] = "small"
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "small" if small else "default"}


def labelled(name: str, text: str) -> Element:
    """Return a paragraph that starts with a name in bold."""
    inlines = [{"type": "TextRun", "text": f"{join_numbers(name)}: ", "weight": "bolder"}]
    inlines.append({"type": "TextRun", "text": join_numbers(text)})
    return {"type": "RichTextBlock", "inlines": inlines}


def dialled(text: str, name: str = "") -> Element:
    """Return a paragraph whose telephone numbers are in bold, so that they are seen before the words.

    Parameters
    ----------
    name
        What it starts with, in bold.
    """
    inlines = [{"type": "TextRun", "text": f"{join_numbers(name)}: ", "weight": "bolder"}] if name else []
    for number, piece in enumerate(split_at_numbers(text)):
        if piece:
            weight = {"weight": "bolder"} if number % 2 else {}
            inlines.append({"type": "TextRun", "text": join_numbers(piece)} | weight)
    return {"type": "RichTextBlock", "inlines": inlines}


def link(label: str, url: str) -> Element:
    """Return a link to a web page."""
    target = url.replace("(", "%28").replace(")", "%29")
    return {"type": "TextBlock", "text": f"[{label}]({target})", "wrap": True, "spacing": "small"}


def box(items: Sequence[Element], style: Literal["default", "emphasis", "good", "attention"] = "emphasis") -> Element:
    """Return a container that sets elements apart."""
    return {"type": "Container", "style": style, "items": list(items), "spacing": "medium"}


def facts(pairs: Sequence[tuple[str, str]]) -> Element:
    """Return a list of names and values."""
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in pairs]}


def choice_button(choice: Choice) -> Element:
    """Return the button of a choice."""
    name, value = wire.write_button(choice.action)
    return button(name, choice.label, value, leading=isinstance(choice.action, TakeOn))


def button(action: str, label: str, value: str = "", *, inputs: bool = False, leading: bool = False) -> Element:
    """Return a button that refreshes the card for whoever presses it.

    Clients that do not know `Action.Execute` send the same data by `Action.Submit`. Without a value
    the data has none either, so that an input with the id “value” can give it.

    Parameters
    ----------
    inputs
        Whether what stands in the card's inputs goes along. A button that leaves them out can be pressed
        while one that is needed is still empty.
    leading
        Whether it is the one that the card is there for, and stands out.
    """
    data = {"verb": VERB, "action": action} | ({"value": value} if value else {})
    common: Element = {"title": label, "data": data} | ({} if inputs else {"associatedInputs": "none"})
    if leading:
        common["style"] = "positive"
    if action in _TOOLTIPS:
        common["tooltip"] = _TOOLTIPS[action]
    if action in _IN_THE_MENU:
        common["mode"] = "secondary"
    submit = {"type": "Action.Submit"} | common
    return {"type": "Action.Execute", "verb": VERB, **common, "fallback": submit}
