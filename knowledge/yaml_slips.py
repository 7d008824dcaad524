"""Slips that YAML forgives or explains badly, each with its cure in words that an editor understands."""

import re
from dataclasses import dataclass

_CUT = re.compile(r"[ \t]+#\S")  # a comment of ours has a space after the mark
_PASTED_INDENT = re.compile(r"^ *[^\S \r\n]+", re.MULTILINE)  # a tab, a no-break space and their kin
_COLON = re.compile(r"^\s*(?:- )?[^\s:'\"][^:]*:\s+[^'\"\s>|\[{#][^\n]*:(?:\s|$)")
_RESERVED = re.compile(r":\s+([@`%])")


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
    """Return the likely slip behind a syntax error that YAML's parser found on a line; None where none is likely."""
    lines = text.splitlines()
    said = lines[line - 1] if 0 < line <= len(lines) else ""
    if _COLON.match(said):
        return YamlSlip(
            line,
            "there is a colon inside a text that has no quotes, and YAML takes what stands before it for a key",
            "Put the whole text after the first colon in quotes.",
        )
    if found := _RESERVED.search(said):
        return YamlSlip(line, f"a text may not begin with {found[1]}", "Put the whole text in quotes.")
    return find_pasted_indent(text)
