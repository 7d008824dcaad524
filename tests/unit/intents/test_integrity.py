"""The bot never starts in silence with rules of care that are missing, empty or changed."""

import logging
import shutil
from importlib import resources
from pathlib import Path

import pytest

from bot.cli import doctor_checks, serve
from intents import ModelError, integrity
from intents.safety import SafetyNet


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the rules that we ship, with their digests."""
    for name in (*integrity.RULES, integrity.RECORD):
        shutil.copy(str(resources.files("intents").joinpath(name)), tmp_path)
    return tmp_path


def test_the_rules_that_we_ship_are_those_of_the_digests():
    assert integrity.find_changed_rules() == (), "after a change of the rules run: python -m intents.integrity"


@pytest.mark.parametrize("name", integrity.RULES)
def test_one_changed_letter_or_a_missing_file_is_found_and_the_ends_of_lines_are_not(rules: Path, name: str):
    content = (rules / name).read_bytes()
    (rules / name).write_bytes(content.replace(b"\n", b"\r\n"))
    assert integrity.find_changed_rules(rules) == ()

    (rules / name).write_bytes(content + b"# mine\n")
    assert integrity.find_changed_rules(rules) == (name,)
    (rules / name).unlink()
    assert integrity.find_changed_rules(rules) == (name,)


@pytest.mark.parametrize("record", [None, "", "{", "{}"])
def test_without_digests_every_file_counts_as_changed(rules: Path, record: str | None):
    (rules / integrity.RECORD).unlink() if record is None else (rules / integrity.RECORD).write_text(record)

    assert integrity.find_changed_rules(rules) == integrity.RULES


def test_a_change_that_is_meant_is_written_down(rules: Path):
    (rules / "safety.yaml").write_text((rules / "safety.yaml").read_text("utf-8") + "# mine\n", "utf-8")
    integrity.write_digests(rules)

    assert integrity.find_changed_rules(rules) == ()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no file"),
        pytest.param("", id="empty"),
        pytest.param("rules: []", id="no rule"),
        pytest.param("rules: nothing", id="no list"),
        pytest.param("rules:\n  - {topic: wellbeing, band: strain, say: [tired]}", id="no danger"),
        pytest.param("rules: [", id="no YAML"),
    ],
)
def test_without_a_rule_for_danger_nothing_is_loaded_and_one_sentence_says_why(tmp_path: Path, content: str | None):
    path = tmp_path / "safety.yaml"
    if content is not None:
        path.write_text(content)

    with pytest.raises(ModelError, match=r"^The safety rules .+; install Small Steps again\.$"):
        SafetyNet.load(path)


async def test_the_doctor_and_the_server_say_which_rules_were_changed(monkeypatch, rules: Path, caplog):
    (rules / "care.yaml").write_text("{}")
    changed = integrity.find_changed_rules(rules)
    monkeypatch.setattr(integrity, "find_changed_rules", lambda: changed)

    [finding] = await doctor_checks.all_checks(None, network=False)["Safety rules"]()
    with caplog.at_level(logging.WARNING):
        serve.warn_of_changed_rules()

    assert finding.state == "wrong"
    assert "care.yaml" in finding.said
    assert "care.yaml" in caplog.text


async def test_rules_as_shipped_are_said_to_be_so_and_nothing_is_logged(caplog):
    [finding] = await doctor_checks.all_checks(None, network=False)["Safety rules"]()
    serve.warn_of_changed_rules()

    assert finding.state == "ok"
    assert not caplog.records
