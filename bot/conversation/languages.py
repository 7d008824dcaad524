"""Fixed sentences for people who write in another language, from languages.yaml; always beside English."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from bot.nations import CareNation
from intents.packaged_yaml import read_packaged_yaml

_TWO_NUMBERS = re.compile(r"\d\s+\d")
_RIGHT_TO_LEFT, _END = "\u2067", "\u2069"


class Sentences(BaseModel):
    """What is said in one language; the fields are explained at the head of languages.yaml.

    Parameters
    ----------
    reviewed
        By whom and when; None until a speaker has read the sentences.
    more
        In English, below “I read English”.
    right_to_left
        Whether the language is written so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reviewed: str | date | None
    danger: str
    notice: str
    more: str = ""
    right_to_left: bool = False

    @model_validator(mode="after")
    def _is_read_in_order(self) -> "Sentences":
        if self.right_to_left and _TWO_NUMBERS.search(f"{self.danger} {self.notice}"):
            raise ValueError(
                "numbers with a space between them are shown in reverse where text runs from right to left"
            )
        return self

    def isolate(self, sentence: str) -> str:
        """Return a sentence that is shown in its own direction, whatever stands around it."""
        return f"{_RIGHT_TO_LEFT}{sentence}{_END}" if self.right_to_left else sentence


@cache
def load_sentences() -> Mapping[str, Sentences]:
    """Return the sentences by ISO code of the language; read once."""
    content = read_packaged_yaml("bot.conversation", "languages.yaml")
    return TypeAdapter(dict[str, Sentences]).validate_python(content["languages"])


def find_sentences(language: str, nation: CareNation | None) -> Sentences | None:
    """Return the sentences of a language; None where there are none, or where their numbers do not hold."""
    return None if nation == "elsewhere" else load_sentences().get(language)
