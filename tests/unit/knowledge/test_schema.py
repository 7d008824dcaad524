"""The JSON Schemas that editors use say what the models say."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

from knowledge.editing import schema
from knowledge.packs import OURS

FILES = sorted(OURS.glob("**/*.yaml"))


@cache
def read_rules(path: Path) -> jsonschema.Draft202012Validator:
    """Read a schema once for all the files that name it."""
    return jsonschema.Draft202012Validator(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_schemas_are_in_step_with_the_models() -> None:
    """After a change to the models, run `small-steps knowledge schema`."""
    for name, text in schema.generate_schemas().items():
        assert (schema.DIRECTORY / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_of_our_files_names_its_schema_and_meets_it(path: Path) -> None:
    """So that an editor completes and checks it."""
    text = path.read_text(encoding="utf-8")
    named = text.partition("$schema=")[2].split()[0]
    rules = read_rules((path.parent / named).resolve())
    read = yaml.load(text, Loader=yaml.CSafeLoader)  # as `safe_load`, ten times as fast
    rules.validate(json.loads(json.dumps(read, default=str)))  # dates as text, as in JSON


def test_the_schema_refuses_what_the_models_refuse() -> None:
    """An unknown key, for one."""
    rules = yaml.safe_load(schema.generate_schemas()["theme.schema.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "x", "lessns": []}, rules)
