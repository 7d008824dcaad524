"""Intents: what a message is about, how sure the classifier is of it, and what is decided.

Importing this package is cheap: each name is loaded from its own file on first use. The package comes before any
import of NumPy or onnxruntime in every process of ours: `bot` and `benchmarks` import `intents` first.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from intents.native import set_switches
from intents.normalisation import normalise_text

if TYPE_CHECKING:
    from intents.care import NO_CARE, Care
    from intents.catalogue import Catalogue, Intent
    from intents.classifier import Classification, Classifier, Explanation, Nearest, RankedIntent
    from intents.decisions import Decision
    from intents.model import ModelError
    from intents.own.phrases import PhraseError, PhraseFinding
    from intents.own.themes import OwnThemes
    from intents.own.topics import OwnTopic

__all__ = [
    "NO_CARE",
    "Care",
    "Catalogue",
    "Classification",
    "Classifier",
    "Decision",
    "Explanation",
    "Intent",
    "ModelError",
    "Nearest",
    "OwnThemes",
    "OwnTopic",
    "PhraseError",
    "PhraseFinding",
    "RankedIntent",
    "normalise_text",
]

_HOMES = {
    "NO_CARE": "care",
    "Care": "care",
    "Catalogue": "catalogue",
    "Intent": "catalogue",
    "Decision": "decisions",
    "ModelError": "model",
    "OwnThemes": "own.themes",
    "OwnTopic": "own.topics",
    "PhraseError": "own.phrases",
    "PhraseFinding": "own.phrases",
}

set_switches()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'classifier')}"), name)
