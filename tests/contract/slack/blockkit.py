"""What Slack takes: the shape by the schema from `@slack/types`, the lengths by slack_sdk's models."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMA = Path(__file__).parent / "schemas" / "block-kit.json"
MOST_IN_A_MESSAGE = 50
MOST_IN_A_VIEW = 100
_LENGTHS = {"minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "contains"}


def problems_of_message(blocks: list[dict[str, Any]]) -> list[str]:
    """List what Slack would refuse in a message's blocks; empty when it would take them."""
    found = [] if len(blocks) <= MOST_IN_A_MESSAGE else [f"{len(blocks)} blocks"]
    return found + _of_blocks(blocks) + _shape("blocks", blocks)


def problems_of_view(view: dict[str, Any]) -> list[str]:
    """List what Slack would refuse in a view."""
    blocks = view.get("blocks", [])
    found = [] if len(blocks) <= MOST_IN_A_VIEW else [f"{len(blocks)} blocks"]
    found += [f"{b['type']} is for messages only" for b in blocks if b.get("type") == "context_actions"]
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        found.append(f"view: {error}")
    return found + _of_blocks(blocks) + _shape(str(view.get("type")), view)


def _of_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for number, block in enumerate(blocks):
        parsed = Block.parse(block)
        if parsed is None:
            found.append(f"block {number}: unknown type {block.get('type')}")
            continue
        try:
            parsed.validate_json()
        except SlackObjectFormationError as error:
            found.append(f"block {number}: {error}")
    ids = [element.get("action_id") for block in blocks for element in block.get("elements", []) if element]
    named = [name for name in ids if name]
    return found + ([f"action ids are not unique: {named}"] if len(named) != len(set(named)) else []) + _mrkdwn(blocks)


def _mrkdwn(content: object) -> list[str]:
    """We send no mrkdwn at all: see richtext.py."""
    return ["mrkdwn in a block"] if '"mrkdwn"' in json.dumps(content) else []


class _Shapes:
    """Checks the shape of blocks and views by the schema.

    The schema asks for types, keys and a few strings by name, never for a length or a pattern. So contents that differ
    in their words alone are checked once: a check takes longer than making the content.
    """

    def __init__(self) -> None:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        assert not _LENGTHS & set(_keys(schema)), "the schema asks for lengths now: check every text"
        self._validator = Draft7Validator(schema)
        self._named = frozenset(_named(schema))
        self._valid: set[str] = set()

    def problems(self, content: dict[str, object]) -> list[str]:
        outline = json.dumps(self._outline(content))
        if outline in self._valid:
            return []
        errors = self._validator.iter_errors(content)
        found = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]
        if not found:
            self._valid.add(outline)
        return found

    def _outline(self, content: object) -> object:
        if isinstance(content, dict):
            return {name: self._outline(value) for name, value in content.items()}
        if isinstance(content, list):
            return [self._outline(one) for one in content]
        return "" if isinstance(content, str) and content not in self._named else content


def _keys(schema: object) -> Iterator[str]:
    for name, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        yield str(name)
        if isinstance(value, dict | list):
            yield from _keys(value)


def _named(schema: object) -> Iterator[str]:
    """List the strings that stand anywhere in the schema: those that it asks for are among them."""
    for value in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from _named(value)


def _shape(name: str, content: object) -> list[str]:
    return _shapes().problems({name: content})


@cache
def _shapes() -> _Shapes:
    return _Shapes()
