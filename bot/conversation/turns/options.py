"""Options: the themes, lessons and words to say that a question back or an offer puts on buttons, by id and title."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.actions import PickTheme
from bot.conversation.wording import fold, remove_courtesy
from bot.message import Choice
from bot.store.pending import Pending

if TYPE_CHECKING:
    from knowledge import Knowledge


class ThemeOptions:
    """Looks up the options of a question back or an offer.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]") -> None:
        self._knowledge = knowledge

    def find_named(self, text: str, pending: Pending) -> str:
        """Return the option whose title is typed whole, as a question back or an offer shows it; empty for none."""
        knowledge, said = self._knowledge(), fold(remove_courtesy(text) or text).removesuffix(" please")
        for name, _ in pending.options:
            lesson, words = knowledge.find_lesson(name), knowledge.find_saying(name)
            title = lesson[1].title if lesson else ""
            if words or (not lesson and self.find_theme(name)):
                title = self.list_titles([name])[0]
            if title and fold(title) == said:
                return name
        return ""

    def find_begun(self, text: str) -> str:
        """Return the theme with whose title a longer turn begins: “Honest business cases, I think. But …”."""
        said = fold(text)
        return next(
            (
                theme.id
                for theme in self._knowledge().themes.values()
                if len(theme.title.split()) > 1 and said.startswith(f"{fold(theme.title)} ")
            ),
            "",
        )

    def list_titles(self, options: Sequence[str]) -> list[str]:
        """Return the titles on the buttons: of words to say, of the themes, or of the lessons of one theme."""
        knowledge, themes = self._knowledge(), [self.find_theme(name) for name in options]
        words = [knowledge.find_saying(name) for name in options]
        others = [theme for theme, said in zip(themes, words, strict=True) if not said]
        apart = len(set(others)) == len(others)
        lessons = [None if apart else knowledge.find_lesson(name) for name in options]
        return [
            said.saying.title if said else lesson[1].title if lesson else knowledge.themes[theme].title
            for said, lesson, theme in zip(words, lessons, themes, strict=True)
        ]

    def list_gists(self, options: Sequence[str], titles: Sequence[str]) -> list[str]:
        """Return the titles, each with what its lesson says in a sentence, as the question back showed it."""
        return [f"{title} {self._find_gist(name)}".strip() for name, title in zip(options, titles, strict=True)]

    def _find_gist(self, option: str) -> str:
        lesson, words = self._knowledge().find_lesson(option), self._knowledge().find_saying(option)
        return words.saying.say if words else (lesson[1].brief or "") if lesson else ""

    def build_choices(self, options: Sequence[str], titles: Sequence[str]) -> tuple[Choice, ...]:
        """Return a button that picks each option, under its title, with what its lesson says in a sentence."""
        found = [self._knowledge().find_lesson(name) for name in options]
        briefs = [(one[1].brief or "") if one else "" for one in found]
        return tuple(
            Choice(PickTheme(name), title, brief) for name, title, brief in zip(options, titles, briefs, strict=True)
        )

    def find_theme(self, option: str) -> str:
        """Return the id of the theme of an option: a theme, a lesson or words to say; empty where it is gone."""
        knowledge = self._knowledge()
        if option in knowledge.themes:
            return option
        if words := knowledge.find_saying(option):
            return words.theme.id
        found = knowledge.find_lesson(option)
        return found[0].id if found else ""
