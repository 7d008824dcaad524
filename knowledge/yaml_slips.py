"""Slips that YAML forgives or explains badly, each with its cure in words that an editor understands."""

import re
from dataclasses import dataclass

_CUT = re.compile(r"[ \t]+#(?:\S| \d)")  # a comment of ours has a space after the mark, and begins with a word
_PASTED_INDENT = re.compile(r"^ *[^\S \r\n]+", re.MULTILINE)  # a tab, a no-break space and their kin
_COLON = re.compile(r"^\s*(?:- )?[^\s:'\"][^:]*:\s+[^'\"\s>|\[{#][^\n]*:(?:\s|$)")
_RESERVED = re.compile(r"(?::|^\s*-)\s+([@`%*&?])")
_LONG_DASH = re.compile(r"^\s*[–—‑]\s")
_PASTED_SPACE = re.compile(r"^\s*(?:- )?[a-z_]+:[^\S \t\r\n]")
_AFTER_QUOTES = re.compile(r"(?::|^\s*-) +(?:\"[^\"]*\"|'[^']*') *[^\s#,\]}'\"]")
_NO_SPACE = re.compile(r"^\s*(?:- )?[a-z_]+:[^\s/]")
_KEY = re.compile(r"[a-z_]+")  # as our keys are


@dataclass(frozen=True, slots=True)
class YamlSlip:
    """A slip, with the line on which it stands.

    Parameters
    ----------
    line
        Counted from 1.
    what
        What is wrong, without a full stop.
    mend
        How to mend it, as a sentence.
    """

    line: int
    what: str
    mend: str


def find_cut_text(text: str, index: int, line: int, kept: str) -> YamlSlip | None:
    """Return the slip of a text that YAML cut off at “ #”, as if a comment began there; None where nothing was cut.

    Parameters
    ----------
    text
        The whole file.
    index
        Where the text that was kept ends in the file.
    line
        Of that place, from 1.
    kept
        The text as YAML read it.
    """
    end = text.find("\n", index)
    rest = text[index : end if end >= 0 else len(text)]
    if not _CUT.match(rest):
        return None
    short = kept if len(kept) <= 40 else f"…{kept[-39:]}"
    return YamlSlip(
        line,
        f"everything after “{short}” on this line is lost, for “ #” begins a comment",
        "Put the whole text in quotes; or, if it is a comment, leave a space after the #.",
    )


def find_pasted_indent(text: str) -> YamlSlip | None:
    """Return the slip of the first line that is indented by a tab or another character that only looks like a space."""
    found = _PASTED_INDENT.search(text)
    if found is None:
        return None
    kind = "a tab" if "\t" in found.group() else "a space of another kind, as copied from a web page or a document"
    return YamlSlip(
        text.count("\n", 0, found.start()) + 1,
        f"the line begins with {kind}",
        "Delete what stands before its first letter, and type spaces.",
    )


def explain_syntax(text: str, line: int) -> YamlSlip | None:
    """Return the likely slip behind a syntax error that YAML's parser found on a line; None where none is likely.

    The parser may notice a slip only on the line below it.
    """
    lines = text.splitlines()
    for number in (line, line - 1):
        if 0 < number <= len(lines) and (found := _explain_line(lines[number - 1])):
            return YamlSlip(number, *found)
    return find_pasted_indent(text)


def find_colon(key: str) -> tuple[str, str] | None:
    """Return what is wrong, and the cure, where the words before a colon in a text were taken for a key; else None."""
    return None if _KEY.fullmatch(key) else describe_colon(key)


def describe_colon(words: str) -> tuple[str, str]:
    """Return what is wrong, and the cure, where a colon made a key of the words before it."""
    return f"there is a colon after “{words}”, so YAML takes those words for a key", "Put the whole text in quotes."


def _explain_line(said: str) -> tuple[str, str] | None:
    if _LONG_DASH.match(said):
        return "the line begins with a long dash", "Type the short one, -, and a space."
    if _PASTED_SPACE.match(said):
        return (
            "after the colon stands a space of another kind, as copied from a web page or a document",
            "Delete it, and type a space.",
        )
    if _COLON.match(said):
        return (
            "there is a colon inside a text that has no quotes, and YAML takes what stands before it for a key",
            "Put the whole text after the first colon in quotes.",
        )
    if found := _RESERVED.search(said):
        return f"a text may not begin with {found[1]}", "Put the whole text in quotes."
    if _AFTER_QUOTES.search(said):
        return (
            "the text goes on after its closing quote mark",
            "Put the whole text in quotes of the other kind, or in “ and ” inside.",
        )
    if _NO_SPACE.match(said):
        return "there is no space after the colon", "Type one."
    if said.count("[") > said.count("]"):
        return "a bracket is opened and not closed", "Write ] after the last of the words in it."
    return None
