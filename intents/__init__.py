"""Tells which intent a message has, and how sure we are.

Importing this is cheap; the model and what runs it are loaded by `Classifier.load`.
"""

from intents.catalogue import Catalogue, Intent
from intents.classifier import Classification, Classifier, Explanation, Nearest, RankedIntent
from intents.decisions import Decision
from intents.model import ModelError
from intents.normalise import normalise

__all__ = [
    "Catalogue",
    "Classification",
    "Classifier",
    "Decision",
    "Explanation",
    "Intent",
    "ModelError",
    "Nearest",
    "RankedIntent",
    "normalise",
]
