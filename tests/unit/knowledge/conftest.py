"""A small pack on real files, and copies of ours, whole or four themes of it, to spoil."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from knowledge.packs import OURS

FEW = ("listening", "vision", "root-causes", "health-inequalities")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A copy of our pack that a test may spoil."""
    return Path(shutil.copytree(OURS, tmp_path / "ours"))


@pytest.fixture(scope="session")
def four_themes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our pack with four of its themes and the passages that they quote: it is checked in a fifth of the time."""
    small = Path(shutil.copytree(OURS, tmp_path_factory.mktemp("small") / "ours"))
    (small / "terms.yaml").unlink()  # most of its lessons go with their themes
    shutil.rmtree(small / "sayings")
    quoted: dict[tuple[str, str], str] = {}
    for path in [*(small / "themes").iterdir(), *(small / "depth").iterdir()]:
        if path.stem not in FEW:
            path.unlink()
    for theme in FEW:
        for lesson in yaml.safe_load((small / "themes" / f"{theme}.yaml").read_text("utf-8"))["lessons"]:
            quoted.setdefault((lesson["quote"]["source"], lesson["quote"]["passage"]), theme)
    about, passages = (yaml.safe_load((small / name).read_text("utf-8")) for name in ("pack.yaml", "passages.yaml"))
    for group in about["groups"]:
        group["themes"] = [theme for theme in group["themes"] if theme in FEW]
    passages["passages"] = [
        passage | {"theme": passage["theme"] if passage["theme"] in FEW else quoted[passage["source"], passage["id"]]}
        for passage in passages["passages"]
        if passage["theme"] in FEW or (passage["source"], passage["id"]) in quoted
    ]
    for name, content in (("pack.yaml", about), ("passages.yaml", passages)):
        (small / name).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return small


@pytest.fixture
def few(four_themes: Path, tmp_path: Path) -> Path:
    """A copy of four themes of ours that a test may spoil."""
    return Path(shutil.copytree(four_themes, tmp_path / "few"))


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
