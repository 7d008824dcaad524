"""JSON Schemas of a pack's files, generated from the models, for editors that complete and check as one types."""

import json
from pathlib import Path

from pydantic import BaseModel

from knowledge.models import (
    DepthFile,
    ExtensionFile,
    PackFile,
    PassagesFile,
    SayingsFile,
    SignpostsFile,
    SourcesFile,
    TermsFile,
    ThemeFile,
)
from knowledge.seasons import DatesFile

DIRECTORY = Path(__file__).parents[1] / "schema"
FILES: dict[str, type[BaseModel]] = {
    "theme": ThemeFile,
    "extension": ExtensionFile,
    "depth": DepthFile,
    "pack": PackFile,
    "sources": SourcesFile,
    "passages": PassagesFile,
    "signposts": SignpostsFile,
    "terms": TermsFile,
    "sayings": SayingsFile,
    "dates": DatesFile,
}


def generate_schemas() -> dict[str, str]:
    """Return the text of each schema, by file name."""
    found = {}
    for name, model in FILES.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
        found[f"{name}.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return found


def write_schemas(directory: Path = DIRECTORY) -> list[Path]:
    """Write the schemas and return their paths.

    Parameters
    ----------
    directory
        Where they belong; the theme files refer to ours.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in generate_schemas().items():
        path = directory / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
