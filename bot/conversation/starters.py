"""Questions to begin with: a platform shows them to whoever opens the bot, and they are about what we say they are."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from intents import Classification


class Starter(NamedTuple):
    """A question to begin with: a title, what is typed for the person who picks it, and the theme that answers it."""

    title: str
    prompt: str
    theme: str


STARTERS = (
    Starter("Nobody is heard", "Nobody listens to the people who do the work. How do I change that?", "listening"),
    Starter("Meetings without decisions", "Our meetings end without decisions. What can I do?", "governance"),
    Starter("A pilot that stays a pilot", "The pilot went well, and now nobody wants to spread it.", "learning"),
)


def settle_starter(text: str, found: "Classification") -> "Classification":
    """Return a reading as it is, but of a starter as a question on its theme where the classifier was not sure of it.

    Whoever picks what the bot itself proposes is not asked back what they mean. Care is not touched.
    """
    theme = next((starter.theme for starter in STARTERS if starter.prompt == " ".join(text.split())), None)
    if theme is None or found.decision != "clarify" or found.care.band != "none":
        return found
    first = [one for one in found.themes if one.id == theme]
    if not first:
        return found
    return replace(
        found,
        decision="answer",
        intents=(*first, *(one for one in found.intents if one.id != theme)),
        themes=(*first, *(one for one in found.themes if one.id != theme)),
    )
