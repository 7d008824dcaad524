"""The loader of one YAML file: plain data with the line of every key, or sentences on what is wrong.

Nothing in a file is ever constructed or executed. Only the events of PyYAML's safe parser are used; tags,
anchors and aliases are refused, and every value is text until a model says otherwise, so that a tag such
as `no` or `111` stays what its writer meant.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge import yaml_slips
from knowledge.problems import KnowledgeError, Problem, Severity, format_path

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 12  # our deepest is 5; a file that nests further means harm or is broken
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same parser in C, where PyYAML brings it

_ADD = {"group": "Add `group:` here, with the id of a group: those of ours stand in our pack.yaml, yours in yours."}

Location = tuple[str | int, ...]
Value = Any  # text, None, lists and mappings of them
FileModel = TypeVar("FileModel", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one file, with the line of every key.

    Parameters
    ----------
    data
        Text, None, lists and mappings.
    lines
        The line of every key and list item.
    """

    path: Path
    data: Value
    lines: Mapping[Location, int]

    def find_line(self, at: Location) -> int:
        """Return the line of a location, from 1, or of the nearest location around it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)

    def build_problem(self, at: Location, what: str, mend: str, severity: Severity = "error") -> Problem:
        """Return a problem at a location."""
        return Problem(format_path(self.path), self.find_line(at), what, mend, severity, at)


def read_document(path: Path) -> Document:
    """Return the data of a YAML file with its lines.

    Raises
    ------
    KnowledgeError
        With one problem: the file cannot be read or is not plain YAML.
    """
    return parse_document(path, read_text_file(path))


def parse_document(path: Path, text: str) -> Document:
    """Return the data of a YAML text with its lines.

    Parameters
    ----------
    path
        Where the text is from, as problems name it.

    Raises
    ------
    KnowledgeError
        The text is not plain YAML, or too long; each text that was cut off is named, and the first other slip.
    """
    if len(text.encode()) > MAX_BYTES:
        _refuse_size(path)
    composer = _Composer(path, text, yaml.parse(text, Loader=_PARSER))
    try:
        return composer.read_document()
    except yaml.MarkedYAMLError as error:
        raise KnowledgeError([*composer.cut, _explain_syntax(path, text, error)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        _refuse(path, line, "there is a character that YAML does not allow", "Delete it and type the text again.")


def _explain_syntax(path: Path, text: str, error: yaml.MarkedYAMLError) -> Problem:
    at, begun = error.problem_mark or error.context_mark, error.context_mark
    # What was never closed is noticed at the end of the file; its beginning is the place to look.
    mark = begun if at and begun and at.index >= len(text.rstrip()) else at
    if mark and (slip := yaml_slips.explain_syntax(text, mark.line + 1)):
        return Problem(format_path(path), slip.line, slip.what, slip.mend)
    context = f" in what begins on line {begun.line + 1}" if begun else ""
    return Problem(
        format_path(path),
        mark.line + 1 if mark else 1,
        f"this is not YAML: {error.problem or error.context}{context}",
        "Look for a missing quote mark, colon or bracket, or for text that is not indented like its neighbours.",
    )


def read_text_file(path: Path) -> str:
    """Return the text of a file in UTF-8 of at most `MAX_BYTES` bytes.

    Raises
    ------
    KnowledgeError
        With one problem.
    """
    try:
        if not path.is_file():
            _refuse(path, 1, "there is no such file", "Put it back, or take its pack out of the settings.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        _refuse(path, 1, f"the file cannot be read: {error.strerror}", "Check who may read it.")
    if len(raw) > MAX_BYTES:
        _refuse_size(path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _refuse(path, line, "the file is not UTF-8", "Save it again with the encoding UTF-8.")


def validate_document(model: type[FileModel], document: Document) -> FileModel:
    """Return a document as an instance of a model.

    Raises
    ------
    KnowledgeError
        With a problem for each thing that does not fit.
    """
    if not isinstance(document.data, dict):
        what = "the file is empty" if document.data is None else "the file is not a list of keys with values"
        raise KnowledgeError([document.build_problem((), what, "Begin from a copy of a file that works.")])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found: list[dict[str, Any]] = [dict(detail) for detail in error.errors()]
        # A list counts as empty when none of its items holds: what is wrong with the items says it all.
        told = [
            detail
            for detail in found
            if detail["type"] != "too_short" or not any(_is_within(other, detail) for other in found)
        ]
        # A step that a colon made keys of lacks its text for no other reason.
        split = [detail["loc"][:-1] for detail in found if _find_colon(detail, str(detail["loc"][-1]))]
        told = [detail for detail in told if detail["type"] != "missing" or detail["loc"][:-1] not in split]
        raise KnowledgeError(_describe_error(document, model, detail) for detail in told) from None


def _is_within(detail: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether an error of pydantic is about something within what another is about."""
    return len(detail["loc"]) > len(other["loc"]) and detail["loc"][: len(other["loc"])] == other["loc"]


def _refuse_size(path: Path) -> NoReturn:
    _refuse(path, 1, f"the file is larger than {MAX_BYTES // 1024} KiB", "Split it: one file a theme.")


def _refuse(path: Path, line: int, what: str, mend: str) -> NoReturn:
    raise KnowledgeError([Problem(format_path(path), line, what, mend)]) from None


class _Composer:
    """Composition of data from parser events; depth is bounded, and so is what one file can cost."""

    def __init__(self, path: Path, text: str, events: Iterator[Any]) -> None:
        self._path = path
        self._text = text
        self._events = events
        self._lines: dict[Location, int] = {}
        self.cut: list[Problem] = []

    def read_document(self) -> Document:
        if slip := yaml_slips.find_pasted_indent(self._text):
            _refuse(self._path, slip.line, slip.what, slip.mend)
        data: Value = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse_event(
                        event, "the file holds more than one YAML document", "Delete the line `---` and split it."
                    )
            elif isinstance(event, yaml.NodeEvent):
                data = self._read_node(event, ())
        if self.cut:
            raise KnowledgeError(self.cut)
        return Document(self._path, data, self._lines)

    def _read_node(self, event: Any, at: Location) -> Value:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse_event(
                event, "anchors and aliases (& and *) are not allowed", "Write the text out, or put it in quotes."
            )
        if event.tag is not None:
            self._refuse_event(event, f"the tag {event.tag} is not allowed", "Delete it, or put the text in quotes.")
        if len(at) > _MAX_DEPTH:
            self._refuse_event(event, "the file is nested too deeply", "Begin from a copy of a file that works.")
        if isinstance(event, yaml.ScalarEvent):
            if event.style in (None, ""):  # no quotes
                self._note_cut_text(event)
            empty = event.implicit[0] and event.value in ("", "~", "null")
            return None if empty else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._read_list(at)
        return self._read_mapping(at)

    def _read_list(self, at: Location) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = (*at, len(items))
            self._lines[here] = event.start_mark.line + 1
            items.append(self._read_node(event, here))
        return items

    def _read_mapping(self, at: Location) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._read_node(event, at)
            if not isinstance(key, str):
                self._refuse_event(event, "a key is not plain text", "Write the key as one word and a colon.")
            here = (*at, key)
            if key in found:
                first = self._lines[here]
                self._refuse_event(event, f"the key `{key}` is here twice; first on line {first}", "Keep one of them.")
            self._lines[here] = event.start_mark.line + 1
            found[key] = self._read_node(next(self._events), here)
        return found

    def _note_cut_text(self, event: Any) -> None:
        end = event.end_mark
        if slip := yaml_slips.find_cut_text(self._text, end.index, end.line + 1, event.value):
            self.cut.append(Problem(format_path(self._path), slip.line, slip.what, slip.mend))

    def _refuse_event(self, event: Any, what: str, mend: str) -> NoReturn:
        _refuse(self._path, event.start_mark.line + 1, what, mend)


def _describe_error(document: Document, model: type[BaseModel], detail: dict[str, Any]) -> Problem:
    """Return the problem that an error of pydantic describes, in our words."""
    at = tuple(part for part in detail["loc"] if part != "[key]")
    key = str(at[-1]) if at and isinstance(at[-1], str) else ""
    name = f"`{key}`" if key else "this item"
    if slip := _find_colon(detail, key):
        return document.build_problem(at, *slip)
    expected = detail.get("ctx", {}).get("expected", "")
    near = difflib.get_close_matches(key, _list_keys(model), n=1)
    given = detail["input"]
    date_wrong = (f"{name} is not a date", "Write it as year, month and day, as in 2027-06-30.")
    empty = (f"{name} is empty", "Fill it in.")
    as_others = "Lay it out as the other files do."
    sentences = {
        "missing": (f"{name} is missing", _ADD.get(key, f"Add `{key}:` here.")),
        "extra_forbidden": (
            f"there is no key {name}",
            f"Did you mean `{near[0]}`?" if near else "Delete it; nobody reads it.",
        ),
        "literal_error": (f"{name} is none of {expected}", "Write one of them."),
        "date_from_datetime_parsing": date_wrong,
        "date_parsing": date_wrong,
        "date_type": date_wrong,
        "string_pattern_mismatch": (
            f"{name} is “{given}”, which cannot be used",
            "Write it as https://…" if key == "url" else "Use small letters, digits and hyphens.",
        ),
        "too_short": empty,
        "string_too_short": empty,
        "string_too_long": (
            f"{name} is too long",
            f"Use at most {detail.get('ctx', {}).get('max_length')} characters.",
        ),
        "string_type": (
            f"{name} has no text" if given is None else f"{name} is not plain text",
            "Put text after the colon; in quotes when it holds a colon or begins with a mark.",
        ),
        "bool_parsing": (f"{name} is neither true nor false", "Write true or false."),
        "int_parsing": (f"{name} is no number", "Write it in figures, as in 10."),
        "greater_than_equal": (f"{name} is too small", f"Write at least {detail.get('ctx', {}).get('ge')}."),
        "less_than_equal": (f"{name} is too large", f"Write at most {detail.get('ctx', {}).get('le')}."),
        "value_error": (str(detail["msg"]).removeprefix("Value error, ").partition(";")[0], _read_mend(detail)),
        "tuple_type": (f"{name} should be a list: lines that begin with a dash and a space", as_others),
        "model_type": (f"{name} should be keys with values", as_others),
        "dict_type": (f"{name} should be keys with values", as_others),
    }
    otherwise = (f"{name}: {str(detail['msg']).lower()}", "Compare it with a file that works.")
    return document.build_problem(at, *sentences.get(detail["type"], otherwise))


def _find_colon(detail: dict[str, Any], key: str) -> tuple[str, str] | None:
    """Return what is wrong where a colon in a text made a key of its first words; None elsewhere."""
    if detail["type"] == "extra_forbidden":
        return yaml_slips.find_colon(key)
    given = detail["input"]
    if detail["type"] == "string_type" and isinstance(given, dict) and len(given) == 1:
        return yaml_slips.describe_colon(str(next(iter(given))))
    return None


def _read_mend(detail: dict[str, Any]) -> str:
    """Return what a model's own error says after its semicolon, as a sentence."""
    mend = str(detail["msg"]).partition("; ")[2]
    return f"{mend[:1].upper()}{mend[1:]}."


def _list_keys(model: type[BaseModel]) -> list[str]:
    """Return every key that a file of this kind may hold, at any depth."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return [key for part in parts for key in part.get("properties", {})]
