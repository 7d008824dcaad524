"""Subjects: of whom or what a sentence says something."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from intents.care import About

Subject = Literal["self", "other", "many", "thing"]

_SUBJECTS: tuple[Subject, ...] = ("self", "other", "many", "thing")
_WORD = re.compile(r"[a-z]+")
_REACH = 60  # characters before a phrase in which its subject is looked for
# Words with which somebody tells of another person; the "I" in them is not the one in need.
_FRAME = re.compile(
    r"\b(?:(?:i m|i am|im) (?:so |very |really |a bit |)(?:worried|concerned|scared|frightened) (?:about|for|that)"
    r"|i (?:think|saw|see|found|know|heard|noticed|suspect|believe|feel|wonder|reckon)"
    r"|(?:told|tells|texted|said to) me|(?:i m|i am) (?:not sure|on my own|with)|(?:in front of|next to) me"
    r"|(?:what|how) (?:do|can|should|would) i (?:help|support|tell|say to|do|give|talk to|get|approach)?"
    r"|(?:do|should|can|shall) i|i (?:don t|dont|do not) know (?:what|how|who|if|whether)|who do i)\b"
)
_MINE = re.compile(r"\b(?:my|of mine|one of my) ")


class Subjects:
    """Look-up of subjects by the words that name them.

    Parameters
    ----------
    words
        Of each subject, in small letters.
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._subject_of: dict[str, Subject] = {word: name for name in _SUBJECTS for word in words.get(name, ())}

    def find(self, sentence: str, start: int, end: int) -> Subject | None:
        """Return of whom or what a phrase in a sentence speaks.

        Parameters
        ----------
        sentence
            In small letters, without apostrophes.
        start, end
            Of the phrase, in characters.

        Returns
        -------
        Subject or None
            Within the phrase, the writer before any other person; without either, the nearest subject before it; None
            where there is none, as in “want to die”, which in chat people say of themselves.
        """
        within = {self._subject_of.get(word) for word in _WORD.findall(sentence[start:end])}
        for subject in ("self", "other"):
            if subject in within:
                return subject
        for word in reversed(_WORD.findall(sentence[max(0, start - _REACH) : start])):
            if word in self._subject_of:
                return self._subject_of[word]
        return "many" if "many" in within else None

    def find_all(self, text: str) -> frozenset[Subject]:
        """Return the subjects that stand in a text, in small letters without apostrophes."""
        return frozenset(self._subject_of[word] for word in _WORD.findall(text) if word in self._subject_of)

    def find_about(self, text: str) -> About:
        """Return whether a text tells of its writer, or of somebody whom the writer wants to help.

        Parameters
        ----------
        text
            In small letters, without apostrophes.
        """
        if "other" not in self.find_all(text):
            return "self"
        told = _MINE.sub("", _FRAME.sub(" ", text))
        return "self" if "self" in self.find_all(told) or re.search(r"\bmy\b", told) else "other"
