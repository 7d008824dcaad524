"""What Slack takes: the shape by the schema from `@slack/types`, the lengths by slack_sdk's models."""

import json
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


def _shape(name: str, content: object) -> list[str]:
    errors = _validator().iter_errors({name: content})
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
