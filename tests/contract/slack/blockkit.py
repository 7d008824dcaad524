"""Validation of Block Kit: shapes by the schema of `@slack/types`, lengths by the models of slack_sdk."""

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMA = Path(__file__).parent / "schemas" / "block-kit.json"
MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
_LENGTH_KEYWORDS = {"minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "contains"}
_PLACE_KEYWORDS = {"additionalItems", "prefixItems"}  # which ask of one item of a list what they do not of the next


def find_message_problems(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the problems for which Slack would refuse a message's blocks; empty when Slack would accept them."""
    found = [] if len(blocks) <= MAX_MESSAGE_BLOCKS else [f"{len(blocks)} blocks"]
    return found + _find_block_problems(blocks) + _find_schema_problems("blocks", blocks)


def find_view_problems(view: dict[str, Any]) -> list[str]:
    """Return the problems for which Slack would refuse a view."""
    blocks = view.get("blocks", [])
    found = [] if len(blocks) <= MAX_VIEW_BLOCKS else [f"{len(blocks)} blocks"]
    found += [f"{b['type']} is for messages only" for b in blocks if b.get("type") == "context_actions"]
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        found.append(f"view: {error}")
    return found + _find_block_problems(blocks) + _find_schema_problems(str(view.get("type")), view)


def _find_block_problems(blocks: list[dict[str, Any]]) -> list[str]:
    each = [_find_block_problem(json.dumps(block)) for block in blocks]
    found = [f"block {number}: {problem}" for number, problem in enumerate(each) if problem]
    ids = [element.get("action_id") for block in blocks for element in block.get("elements", []) if element]
    named = [name for name in ids if name]
    return (
        found
        + ([f"action ids are not unique: {named}"] if len(named) != len(set(named)) else [])
        + _find_mrkdwn(blocks)
    )


@lru_cache(maxsize=10_000)
def _find_block_problem(written: str) -> str:
    """Return what slack_sdk has against a block in JSON; the cards of the tests have most of their blocks in common."""
    block = json.loads(written)
    parsed = Block.parse(block)
    if parsed is None:
        return f"unknown type {block.get('type')}"
    try:
        parsed.validate_json()
    except SlackObjectFormationError as error:
        return str(error)
    return ""


def _find_mrkdwn(content: object) -> list[str]:
    """Return a problem for any mrkdwn: the bot sends none (see `views.elements`)."""
    return ["mrkdwn in a block"] if '"mrkdwn"' in json.dumps(content) else []


class _SchemaValidator:
    """Validates blocks and views against the schema.

    The schema demands types, keys and a few strings by name, never a length or a pattern. Contents that differ only in
    other strings are therefore validated together, and each block of a list once, which saves most of the time.
    """

    def __init__(self) -> None:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        asked = set(_list_keys(schema))
        assert not _LENGTH_KEYWORDS & asked, "the schema asks for lengths now: check every text"
        assert not _PLACE_KEYWORDS & asked, "the schema asks for an order of blocks now: check each list as a whole"
        self._validator = Draft7Validator(schema)
        self._named = frozenset(_list_strings(schema))
        self._valid: set[str] = set()

    def find_problems(self, content: dict[str, object]) -> list[str]:
        if all(map(self._is_valid, _list_parts(content))):
            return []
        errors = self._validator.iter_errors(content)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]

    def _is_valid(self, content: dict[str, object]) -> bool:
        outline = json.dumps(self._outline(content))
        if outline not in self._valid:
            if not self._validator.is_valid(content):
                return False
            self._valid.add(outline)
        return True

    def _outline(self, content: object) -> object:
        if isinstance(content, dict):
            return {name: self._outline(value) for name, value in content.items()}
        if isinstance(content, list):
            return [self._outline(one) for one in content]
        return "" if isinstance(content, str) and content not in self._named else content


def _list_parts(content: dict[str, Any]) -> Iterator[dict[str, object]]:
    """Yield a message or a view without its blocks and with each of them alone."""
    for name, held in content.items():
        blocks = held.get("blocks") if isinstance(held, dict) else held
        if not isinstance(blocks, list):
            yield content
            continue
        for part in ([], *([block] for block in blocks)):
            yield {name: held | {"blocks": part} if isinstance(held, dict) else part}


def _list_keys(schema: object) -> Iterator[str]:
    for name, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        yield str(name)
        if isinstance(value, dict | list):
            yield from _list_keys(value)


def _list_strings(schema: object) -> Iterator[str]:
    """Yield every string of the schema, among them those that the schema demands by name."""
    for value in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from _list_strings(value)


def _find_schema_problems(name: str, content: object) -> list[str]:
    return _load_validator().find_problems({name: content})


@cache
def _load_validator() -> _SchemaValidator:
    return _SchemaValidator()
