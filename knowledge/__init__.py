"""Knowledge: themes, lessons, quotes and nudges, read from packs of YAML files.

Importing this package is cheap: each name is loaded from its own file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.lesson_fields import (
        ASKERS,
        ROLES,
        AskerRole,
        DatedNote,
        Depth,
        FurtherReading,
        LessonQuote,
        Nudge,
        PlaceExample,
        Role,
    )
    from knowledge.library import Knowledge
    from knowledge.live import LiveKnowledge
    from knowledge.models import Event, KnowledgeGroup, Lesson, Selection, SignpostEntry, Source, Theme
    from knowledge.pack_files import PackSource, TextPack
    from knowledge.problems import KnowledgeError, Problem
    from knowledge.sayings import FoundSaying
    from knowledge.terms import FoundTerm

__all__ = [
    "ASKERS",
    "ROLES",
    "AskerRole",
    "DatedNote",
    "Depth",
    "Event",
    "FoundSaying",
    "FoundTerm",
    "FurtherReading",
    "Knowledge",
    "KnowledgeError",
    "KnowledgeGroup",
    "Lesson",
    "LessonQuote",
    "LiveKnowledge",
    "Nudge",
    "PackSource",
    "PlaceExample",
    "Problem",
    "Role",
    "Selection",
    "SignpostEntry",
    "Source",
    "TextPack",
    "Theme",
]

_HOMES = {
    "Knowledge": "library",
    "KnowledgeError": "problems",
    "PackSource": "pack_files",
    "Problem": "problems",
    "TextPack": "pack_files",
    "LiveKnowledge": "live",
    "FoundSaying": "sayings",
    "FoundTerm": "terms",
}
_FIELDS = {
    "ASKERS",
    "ROLES",
    "AskerRole",
    "DatedNote",
    "Depth",
    "FurtherReading",
    "LessonQuote",
    "Nudge",
    "PlaceExample",
    "Role",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "lesson_fields" if name in _FIELDS else _HOMES.get(name, "models")
    return getattr(import_module(f"{__name__}.{home}"), name)
