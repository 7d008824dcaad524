"""Knowledge: themes, lessons, quotes and nudges, read from packs of YAML files.

Importing this package is cheap: each name is loaded from its own file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.library import Knowledge
    from knowledge.live import LiveKnowledge
    from knowledge.models import KnowledgeGroup, Lesson, LessonQuote, Nudge, Selection, SignpostEntry, Source, Theme
    from knowledge.problems import KnowledgeError, Problem

__all__ = [
    "Knowledge",
    "KnowledgeError",
    "KnowledgeGroup",
    "Lesson",
    "LessonQuote",
    "LiveKnowledge",
    "Nudge",
    "Problem",
    "Selection",
    "SignpostEntry",
    "Source",
    "Theme",
]

_HOMES = {"Knowledge": "library", "KnowledgeError": "problems", "Problem": "problems", "LiveKnowledge": "live"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'models')}"), name)
