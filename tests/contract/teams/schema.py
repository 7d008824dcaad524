"""The published schema of Adaptive Cards 1.5."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator
from jsonschema.exceptions import best_match

_WORDS = ("text", "title", "value", "speak", "fallbackText", "tooltip")
SCHEMAS = Path(__file__).parent / "schemas"


class CardSchema:
    """Checks cards."""

    def __init__(self):
        self._validator = Draft6Validator(json.loads((SCHEMAS / "adaptive-card-1.5.json").read_text("utf-8")))
        self._valid: set[str] = set()

    def find_fault(self, card: Any) -> str:
        """Say what is wrong with a card; nothing when it is valid.

        Cards that differ in their words alone are checked once, for a check takes longer than an answer.
        """
        shape = json.dumps(_without_words(card))
        if shape in self._valid:
            return ""
        worst = best_match(self._validator.iter_errors(card))
        if worst:
            return f"{worst.message[:400]} at {list(worst.absolute_path)}"
        self._valid.add(shape)
        return ""

    def check(self, card: Any) -> None:
        """Assert that a card is valid."""
        assert not (fault := self.find_fault(card)), fault


def _without_words(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: "words" if name in _WORDS and isinstance(value, str) else _without_words(value)
            for name, value in part.items()
        }
    return [_without_words(one) for one in part] if isinstance(part, list) else part
