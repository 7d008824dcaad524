"""`knowledge export` and `knowledge import`: the editors' pack as files and back, loss-free."""

from pathlib import Path

import pytest

from tests.integration.conftest import Run
from tests.integration.editor.test_store import THEME

EXAMPLE = Path(__file__).parents[3] / "docs" / "example-pack"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "pack" / "themes").mkdir(parents=True)
    (tmp_path / "pack" / "themes" / "winter.yaml").write_bytes(THEME.replace("\n", "\r\n", 1).encode())
    return tmp_path / "pack"


def read(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.mark.parametrize("source", ["pack", "example"])
def test_a_pack_comes_out_as_it_went_in(run: Run, pack: Path, tmp_path: Path, source: str) -> None:
    """To the byte: comments, order and line ends."""
    directory = pack if source == "pack" else EXAMPLE
    went_in = read(directory)
    said = run("knowledge", "import", str(directory))
    assert f"{len(went_in)} file" in said.stdout
    assert run("knowledge", "export", str(tmp_path / "out")).returncode == 0
    assert read(tmp_path / "out") == went_in
    assert (
        f"0 files published, 0 taken back, {len(went_in)} as they were."
        in run("knowledge", "import", str(tmp_path / "out")).stdout
    )


def test_what_is_imported_is_served_and_what_is_not_there_any_more_is_taken_back(run: Run, pack: Path) -> None:
    """The pack is then what the directory is."""
    run("knowledge", "import", str(pack))
    assert "Winter and patient flow" in run("ask", "winter").stdout
    assert "Winter and patient flow" in run("tips", "preview", "--theme", "winter", "--days", "1").stdout
    (pack / "themes" / "winter.yaml").rename(pack / "winter.txt")
    (pack / "pack.yaml").write_text("id: mine\ntitle: Ours\n")
    said = run("knowledge", "import", str(pack)).stdout
    assert "1 file published, 1 taken back, 0 as they were." in said
    assert "Left out: winter.txt." in said
    assert "Winter" not in run("themes").stdout


def test_a_pack_with_mistakes_is_refused_whole_with_each_of_them(run: Run, pack: Path) -> None:
    """And what served before goes on."""
    run("knowledge", "import", str(pack))
    (pack / "themes" / "winter.yaml").write_text(THEME.replace("five-small-steps", "five-steps"))
    (pack / "themes" / "other.yaml").write_text("id: other\ntitel: Other\n")
    said = run("knowledge", "import", str(pack))
    assert said.returncode == 1
    assert "there is no group five-steps" in said.stdout
    assert "there is no key `titel`" in said.stdout
    assert said.stdout.endswith("Nothing was imported.\n")
    assert "Winter and patient flow" in run("themes").stdout


def test_phrases_that_could_not_serve_are_refused_with_the_pack(run: Run, pack: Path) -> None:
    """Each theme and each phrase is named, and what served before goes on."""
    run("knowledge", "import", str(pack))
    winter = f"{THEME}phrases: [no beds again, I want to kill myself]\n"
    (pack / "themes" / "winter.yaml").write_text(winter)
    other = winter.replace("winter", "summer").replace("Winter", "Summer")
    (pack / "themes" / "summer.yaml").write_text(other.replace("I want to kill myself", "I will end my life tonight"))
    said = run("knowledge", "import", str(pack))
    assert said.returncode == 1
    for phrase in ("I want to kill myself", "I will end my life tonight"):
        assert f"1 of 2 phrases are handed over to people: “{phrase}”" in said.stdout
    assert said.stdout.endswith("Nothing was imported.\n")
    assert "Summer" not in run("themes").stdout


def test_the_same_theme_in_a_directory_and_in_the_database_is_one_sentence(
    run: Run, pack: Path, tmp_path: Path
) -> None:
    """Said when it is imported; a directory that the settings name is itself no other pack."""
    other = tmp_path / "other"
    (other / "themes").mkdir(parents=True)
    (other / "themes" / "winter.yaml").write_text(THEME)
    said = run("knowledge", "import", str(pack), SMALL_STEPS_PACKS=str(other))
    assert said.stdout.count("is already in") == 1
    assert run("knowledge", "import", str(pack), SMALL_STEPS_PACKS=str(pack)).returncode == 0


def test_an_export_never_writes_over_files(run: Run, pack: Path, tmp_path: Path) -> None:
    """The directory is empty, or new; what cannot be written is one sentence."""
    run("knowledge", "import", str(pack))
    assert "holds something already" in run("knowledge", "export", str(pack)).stderr
    (tmp_path / "file").write_text("")
    assert "cannot be written" in run("knowledge", "export", str(tmp_path / "file" / "out")).stderr


def test_forget_takes_the_name_off(run: Run, pack: Path) -> None:
    """The lessons stay."""
    run("knowledge", "import", str(pack), "--name", "Jo Bloggs")
    assert "1 revision of a lesson no longer carries" in run("forget", "--editor", "jo bloggs").stdout
    assert "No revision carries this name." in run("forget", "--editor", "jo bloggs").stdout
    assert "Winter and patient flow" in run("themes").stdout
