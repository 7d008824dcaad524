"""Problems as an editor reads them who has never seen YAML: the names on the form or in the sheet, in place of keys."""

import re
from collections.abc import Callable, Mapping

from knowledge import Problem

Names = Callable[[tuple[str | int, ...], str], str]  # of a key, near a place in the data

_FORM: Mapping[str, str] = {
    "title": "Title",
    "about": "When it helps",
    "owner": "Kept by",
    "review_by": "Read again by",
    "group": "Where it stands in the list of themes",
    "phrases": "Phrases",
    "lessons": "The lesson",
    "lesson": "Lesson",
    "quote": "What it rests on",
    "text": "The quote",
    "source": "Where it is from",
    "speaker": "Whose words, where the text quotes somebody",
    "experience": "Whose experience",
    "tags": "Words that people use",
    "nudges": "Small steps",
    "for": "For",
    "minutes": "Minutes that it takes",
    "how": "How to do it",
    "say": "What to say",
    "if_not": "If they refuse",
    "brief": "In one sentence",
    "words_for": "Whose words these are",
    "today": "What today’s reader must know",
    "read": "To read on: its title",
    "url": "Its link",
    "name": "Who",
}
_SHEET: Mapping[str, str] = {
    **_FORM,
    "title": "Theme",
    "lessons": "Lesson",
    "quote": "Quote",
    "text": "Quote",
    "source": "Source",
    "tags": "Words people use",
    "nudges": "Step 1",
    "read": "To read on",
}
_IN_STEPS = {"text": "Step {}", "for": "Step {} for", "minutes": "Step {} minutes"}
_KEY = re.compile(r"`([a-z_]+):?`")
_WORDS = (  # of sentences that are about files, and what they come to on the page
    (re.compile(r"^Add `([a-z_]+):` here\b.*"), "Fill it in."),
    (re.compile(r"^Put text after the colon.*"), "Write it in words."),
    (re.compile(r"Add to the lesson `today: ([^`]*)`"), r"Say in `today`: “\1”"),
    (
        re.compile(r"Write `passage:` and one of .*"),
        "The form cannot say which passage. Quote another text, or ask whoever keeps the files.",
    ),
    (
        re.compile(r"Use another id, or write `extends: ([^`]*)` and `lessons:` alone to add lessons to it\."),
        "Add your lessons to that theme, or ask whoever keeps the other one for another id.",
    ),
    (re.compile(r"; if it is a verb, add it to knowledge/verbs\.txt"), ""),
    (re.compile(r", first in \S+/([a-z0-9-]+)\.yaml:\d+"), r", first in \1"),
    (re.compile(r"\bthe nudge\b"), "the small step"),
    (re.compile(r"\bnudges\b(?!`)"), "small steps"),
    (re.compile(r"\bnudge\b"), "small step"),
    (re.compile(r"\b(\d+) tags\b"), r"\1 words that people use"),
)


def name_on_form(at: tuple[str | int, ...], key: str) -> str:
    """Return what a key is called on the form; the key where it is not there."""
    if key == "how" and at[:1] != ("lessons",):  # of a route to people
        return "How to reach them"
    return _FORM.get(key, key)


def name_in_sheet(at: tuple[str | int, ...], key: str) -> str:
    """Return the column of a key in a spreadsheet, near a place in the data."""
    if at[:1] == ("lessons",) and key == "title":
        return "Lesson title"
    if len(at) > 3 and at[2] == "nudges" and key in _IN_STEPS:
        return _IN_STEPS[key].format(int(at[3]) + 1)
    return _SHEET.get(key, key)


def describe_plainly(problem: Problem, names: Names = name_on_form) -> tuple[str, str]:
    """Return what is wrong and how to mend it, without a key of YAML.

    Parameters
    ----------
    names
        What keys are called where the reader writes.
    """
    return _replace(problem.what, problem, names), _replace(problem.mend, problem, names)


def _replace(said: str, problem: Problem, names: Names) -> str:
    for pattern, words in _WORDS:
        said = pattern.sub(words, said)
    return _KEY.sub(lambda found: f"“{names(problem.at, found[1])}”", said)
