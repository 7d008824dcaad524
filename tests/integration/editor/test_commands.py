"""Every command reads what editors published, and changes nothing of the database for it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.integration.conftest import Run
from tests.integration.editor.test_store import THEME
from tests.winter_phrases import PHRASES

NOT_READ = "What editors published is left out."


def write_pack(folder: Path, theme: str = THEME) -> Path:
    (folder / "themes").mkdir(parents=True, exist_ok=True)
    listed = "\n".join(f'  - "{phrase}"' for phrase in PHRASES)
    (folder / "themes" / "winter.yaml").write_text(theme.replace("lessons:", f"phrases:\n{listed}\nlessons:"))
    return folder


@pytest.fixture
def published(run: Run, tmp_path: Path) -> None:
    run("knowledge", "import", str(write_pack(tmp_path / "pack")))


def classify(run: Run, text: str, **environment: str) -> dict[str, object]:
    done = run("classify", stdin=f"{text}\n", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_classify_finds_and_offers_what_editors_published(run: Run, published: None) -> None:
    """By its title, by what people say, and below another answer by its words."""
    named = classify(run, "winter and patient flow")
    assert (named["decision"], named["intents"][0]["id"]) == ("answer", "winter")
    described = classify(run, "there are no beds again and the corridor is full of trolleys")
    assert "winter" in [*described["offered"], *(one["id"] for one in described["intents"][:3])]
    told = classify(run, "my manager never listens to me all winter")
    assert "winter" in [*told["offered"], *(one["id"] for one in told["intents"][:3])]


def test_classify_is_as_it_was_where_the_database_cannot_be_read(run: Run, tmp_path: Path) -> None:
    """The care that a message needs is told all the same; a database that is not there is not made."""
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    done = run("classify", stdin="I want to kill myself\n", SMALL_STEPS_DATABASE_URL=f"sqlite:///{broken}")
    assert json.loads(done.stdout)["decision"] == "handover"
    assert done.stderr.count(NOT_READ) == 1
    none = tmp_path / "none" / "bot.sqlite"
    assert classify(run, "winter", SMALL_STEPS_DATABASE_URL=f"sqlite:///{none}")["offered"] == []
    assert not none.parent.exists()


def test_the_check_and_the_report_read_it_too(run: Run, published: None, tmp_path: Path) -> None:
    """With its mistakes of style named by its file; a pack that is named is checked without it."""
    checked = run("knowledge", "check")
    assert "34 themes, " in checked.stdout
    assert "editors-page/themes/winter.yaml:" in checked.stdout
    assert checked.returncode == 1, "what is against the rules of style is an error here, and advice on the page"
    assert "34 themes, " in run("knowledge", "report").stdout
    other = write_pack(
        tmp_path / "other", THEME.replace("id: winter\n", "id: summer\n").replace("winter-b", "summer-b")
    )
    named = run("knowledge", "check", "--pack", str(other)).stdout
    assert "34 themes, " in named
    assert "editors-page" not in named


def test_doctor_counts_it_and_changes_nothing(run: Run, published: None, tmp_path: Path) -> None:
    """And says where it is at odds with a directory."""
    counted = run("doctor", "--offline", SMALL_STEPS_PORT="0")
    assert "34 themes, " in counted.stdout
    assert "with your packs what editors published" in counted.stdout
    shutil.copytree(tmp_path / "pack", tmp_path / "same")
    told = run("doctor", "--offline", SMALL_STEPS_PORT="0", SMALL_STEPS_PACKS=str(tmp_path / "same"))
    assert told.returncode == 1
    assert "the theme winter is already in" in told.stdout


@pytest.mark.parametrize("command", ["check", "phrases"])
def test_a_database_that_cannot_be_read_is_one_sentence(run: Run, tmp_path: Path, command: str) -> None:
    """So that nobody takes a check of half the lessons for a check of all."""
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    done = run("knowledge", command, SMALL_STEPS_DATABASE_URL=f"sqlite:///{broken}")
    assert done.returncode != 0
    assert "broken.sqlite" in done.stderr
    assert "Traceback" not in done.stderr
