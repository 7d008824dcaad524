"""The JSON Schemas that editors use say what the models say."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from knowledge.editing import schema
from knowledge.packs import OURS

FILES = sorted(OURS.glob("**/*.yaml"))


def test_the_schemas_are_in_step_with_the_models() -> None:
    """After a change to the models, run `small-steps knowledge schema`."""
    for name, text in schema.generate_schemas().items():
        assert (schema.DIRECTORY / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_of_our_files_names_its_schema_and_meets_it(path: Path) -> None:
    """So that an editor completes and checks it."""
    text = path.read_text(encoding="utf-8")
    named = text.partition("$schema=")[2].split()[0]
    rules = yaml.safe_load((path.parent / named).resolve().read_text(encoding="utf-8"))
    data = json.loads(json.dumps(yaml.safe_load(text), default=str))  # dates as text, as in JSON
    jsonschema.Draft202012Validator(rules).validate(data)


def test_the_schema_refuses_what_the_models_refuse() -> None:
    """An unknown key, for one."""
    rules = yaml.safe_load(schema.generate_schemas()["theme.schema.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "x", "lessns": []}, rules)
