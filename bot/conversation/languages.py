"""Fixed sentences for people who write in another language, from languages.yaml; always beside English."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.nations import CareNation


class Sentences(BaseModel):
    """What is said in one language; the fields are explained at the head of languages.yaml.

    Parameters
    ----------
    reviewed
        By whom and when; None until a speaker has read the sentences.
    more
        In English, below “I read English”.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reviewed: str | date | None
    danger: str
    notice: str
    more: str = ""


@cache
def load_sentences() -> Mapping[str, Sentences]:
    """Return the sentences by ISO code of the language; read once."""
    import yaml

    text = resources.files("bot.conversation").joinpath("languages.yaml").read_text("utf-8")
    return TypeAdapter(dict[str, Sentences]).validate_python(yaml.safe_load(text)["languages"])


def find_sentences(language: str, nation: CareNation | None) -> Sentences | None:
    """Return the sentences of a language; None where there are none, or where their numbers do not hold."""
    return None if nation == "elsewhere" else load_sentences().get(language)
