"""A file of a pack as data for a form, and a filled-in form as the text of the file: comments and order survive."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, PlainScalarString

from knowledge.loader import parse_document

Data = dict[str, Any]
_WIDTH = 100  # characters of a line
_PLAIN_NULL = ("null", "~", "")  # what an unquoted text may not be, for it would be nothing
_NOWHERE = Path("form")
_TRAILING = re.compile(r" +\n")
_SPACE = re.compile(r"\s+")


class _TextResolver(VersionedResolver):
    """Takes every value for text, as our loader does: no number and no date is written otherwise than it was."""

    @property
    def versioned_resolver(self) -> Data:
        """The kinds of unquoted values that are no text: none."""
        return {}


def read_form(path: Path, text: str) -> Data:
    """Return the data of a file: texts, None, lists and mappings.

    Raises
    ------
    KnowledgeError
        With one problem: the text is not plain YAML.
    """
    data = parse_document(path, text).data
    return data if isinstance(data, dict) else {}


def write_form(data: Mapping[str, Any], before: str = "") -> str:
    """Return data as the text of a file.

    Parameters
    ----------
    data
        What a form holds; what is empty in it is left out, but for a quote that is None.
    before
        The text as it was; comments, order and the look of what stays the same are kept.
    """
    yaml = YAML()
    yaml.Resolver = _TextResolver
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        node = yaml.load(before)
    except YAMLError:
        node = None
    merged = _merge(node if isinstance(node, CommentedMap) else CommentedMap(), clean_form(data))
    out = io.StringIO()
    yaml.dump(merged, out)
    text = out.getvalue()
    tidy = _TRAILING.sub("\n", text)  # the emitter leaves a space where it wraps a line
    return tidy if read_form(_NOWHERE, tidy) == read_form(_NOWHERE, text) else text


def clean_form(data: Mapping[str, Any]) -> Data:
    """Return data without what is empty, with each run of white space as one space."""
    cleaned = {key: _clean(value) for key, value in data.items()}
    return {key: value for key, value in cleaned.items() if key == "quote" or value not in (None, "", [], {})}


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        found = clean_form(value)
        return found["text"] if set(found) == {"text"} else found  # a step of text alone is written as text
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [found for one in value if (found := _clean(one)) not in (None, "", [], {})]
    return None if value is None else _SPACE.sub(" ", str(value)).strip()


def _merge(node: Any, value: Any) -> Any:
    """Return a value as a node, the node that was there where it still says the same."""
    if isinstance(value, dict):
        return _merge_mapping(node if isinstance(node, CommentedMap) else CommentedMap(), value)
    if isinstance(value, list):
        return _merge_list(node if isinstance(node, CommentedSeq) else CommentedSeq(), value)
    if value is None:
        return node if node in _PLAIN_NULL and isinstance(node, str) else PlainScalarString("null")
    if isinstance(node, str) and _SPACE.sub(" ", node).strip() == value:
        return node
    return DoubleQuotedScalarString(value) if value in _PLAIN_NULL else value


def _merge_mapping(node: CommentedMap, value: Data) -> CommentedMap:
    for key in [key for key in node if key not in value]:
        del node[key]
    for key, one in value.items():
        node[key] = _merge(node.get(key), one)
    return node


def _merge_list(node: CommentedSeq, value: list[Any]) -> CommentedSeq:
    """Return a list; what says the same, or has the same id, is found again, so that its comments move with it."""
    left = list(node)
    merged = []
    for number, one in enumerate(value):
        same = _find_same(node, number, one, left)
        left = [other for other in left if other is not same]
        merged.append(_merge(same, one))
    if [id(one) for one in merged] == [id(one) for one in node]:
        return node
    moved = CommentedSeq(merged)
    if node.fa.flow_style():
        moved.fa.set_flow_style()
    for number, one in enumerate(merged):  # comments of items are kept with the list, by their number
        before = next((at for at, was in enumerate(node) if was is one), None)
        if before is not None and before in node.ca.items:
            moved.ca.items[number] = node.ca.items[before]
    moved.ca.comment = node.ca.comment
    return moved


def _find_same(node: CommentedSeq, number: int, value: Any, left: list[Any]) -> Any:
    """Return the item of a list that a value is an edit of: by id, by text, or by number; None for a new one."""
    name = _name_item(value)
    same = next((one for one in left if _name_item(one) == name), None) if name else None
    if same is not None or (isinstance(value, dict) and "id" in value):
        return same
    there = node[number] if number < len(node) else None
    return there if any(one is there for one in left) else None


def _name_item(item: Any) -> str | None:
    """Return what tells an item of a list from the others: its id, or its text."""
    if isinstance(item, dict):
        item = item.get("id") or item.get("text")
    return _SPACE.sub(" ", item).strip() if isinstance(item, str) else None
