"""A small pack on real files, and a copy of ours to spoil."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from knowledge.packs import OURS


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A copy of our pack that a test may spoil."""
    return Path(shutil.copytree(OURS, tmp_path / "ours"))


@pytest.fixture
def write_pack(tmp_path: Path) -> Callable[..., Path]:
    """Write a pack of one's own; texts are written as they are, everything else as YAML."""

    def write(name: str, files: dict[str, object]) -> Path:
        directory = tmp_path / name
        directory.mkdir(exist_ok=True)
        for file, content in files.items():
            path = directory / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif isinstance(content, str):
                path.write_text(content, encoding="utf-8")
            elif file.endswith(".json"):
                path.write_text(json.dumps(content), encoding="utf-8")
            else:
                path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return directory

    return write


@pytest.fixture
def lesson() -> Callable[..., dict[str, object]]:
    """A lesson as YAML has it."""

    def make(identity: str, **changes: object) -> dict[str, object]:
        return {
            "id": identity,
            "title": "Ask the night shift",
            "lesson": "The night shift sees what the day shift never does. Ask them what they would change first.",
            "quote": {
                "text": "Transformation is more about “culture change” than meeting in year targets",
                "source": "attain-quarter",
                "passage": "A6",
            },
            "tags": ["nights", "rota", "handover", "tired", "staff"],
            "nudges": ["Ask one night nurse what the day shift leaves undone, and write down the answer."],
        } | changes

    return make
