"""The commands of those who write the knowledge, from the outside."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.cli import knowledge
from bot.diagnostics import OperatorError
from knowledge.packs import OURS

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
WITH_SEEDS = pytest.mark.skipif(not SEEDS.is_dir(), reason="the sources are not on this machine")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OURS, tmp_path / "ours"))


def check(*arguments: object) -> Result:
    return CliRunner().invoke(knowledge.app, ["check", *map(str, arguments)])


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_our_pack_passes_without_the_sources() -> None:
    """One line, with the figures."""
    result = check()
    assert result.exit_code == 0, result.output
    last = result.output.strip().splitlines()[-1]
    assert last.startswith("33 themes, ")
    assert "49 of 49 passages covered: 0 errors" in last


@WITH_SEEDS
def test_our_pack_passes_with_the_sources() -> None:
    """All 49 rows are covered, word for word."""
    result = check("--sources", SEEDS)
    assert result.exit_code == 0, result.output
    assert "49 of 49 passages covered: 0 errors" in result.output


@pytest.mark.parametrize("with_sources", [False, pytest.param(True, marks=WITH_SEEDS)])
def test_an_altered_and_a_misattributed_quote_fail(ours: Path, with_sources: bool) -> None:
    """Each with a sentence that says which it is, and where."""
    replace(ours / "themes" / "listening.yaml", "show the need to proactively", "show a need to proactively")
    replace(
        ours / "themes" / "vision.yaml",
        "source: ssa-accelerating\n      passage: W15",
        "source: attain-quarter\n      passage: A1",
    )
    result = check("--base", ours, *(["--sources", SEEDS] if with_sources else []))
    assert result.exit_code == 1
    assert "listening.yaml:" in result.output
    assert "the quote is made up or was altered" in result.output
    assert "the quote is misattributed: it is not in passage A1 of attain-quarter but in passage W15" in result.output
    assert "48 of 49 passages covered: 3 errors" in result.output


def test_a_missing_theme_fails(ours: Path) -> None:
    """The theme is named, and so is each passage that it should have carried."""
    (ours / "themes" / "workforce.yaml").unlink()
    result = check("--base", ours)
    assert result.exit_code == 1
    assert "there is no theme workforce. Write themes/workforce.yaml" in result.output
    assert "no lesson in workforce carries passage P2" in result.output


def test_a_broken_file_fails_and_the_rest_is_still_checked(ours: Path) -> None:
    """One sentence for the file, none about the theme being missing."""
    path = ours / "themes" / "workforce.yaml"
    path.write_text(path.read_text() + '\n  - id: "half')
    replace(ours / "themes" / "listening.yaml", "title: An open door is not enough", "title: Doors")
    result = check("--base", ours)
    assert result.exit_code == 1
    assert "this is not YAML" in result.output
    assert "there is no theme workforce" not in result.output
    assert "the title has 1 words" in result.output


def test_a_theme_below_its_minimum_fails(ours: Path) -> None:
    """What it has, and what it needs."""
    path = ours / "themes" / "workforce.yaml"
    text = path.read_text()
    second = [at for at in range(len(text)) if text.startswith("  - id:", at)][2]
    path.write_text(text[:second])
    result = check("--base", ours)
    assert "workforce has 2 lessons. It needs at least 3." in result.output
    assert "workforce has 6 nudges. It needs at least 8." in result.output


def test_problems_come_by_file_with_errors_first(ours: Path) -> None:
    """A file with warnings alone comes after files with errors."""
    replace(ours / "themes" / "accepting.yaml", "review_by: 2027-06-30", "review_by: 2020-06-30")
    replace(ours / "themes" / "vision.yaml", "title: Could it be anywhere?", "title: Anywhere?")
    lines = check("--base", ours).output.splitlines()
    assert "vision.yaml:" in lines[0]
    assert next(line for line in lines if "accepting.yaml" in line).startswith("warning: ")
    assert lines[-1].endswith("1 error, 1 warning.")


@WITH_SEEDS
def test_recording_writes_the_fingerprints_again(ours: Path) -> None:
    """And out of step, they are an error."""
    path = ours / "fingerprints.json"
    before = path.read_text()
    path.write_text(before.replace(" ", " 0", 1))
    result = check("--base", ours, "--sources", SEEDS)
    assert result.exit_code == 1
    assert "--record" in result.output
    assert check("--base", ours, "--sources", SEEDS, "--record").exit_code == 0
    assert path.read_text() == before


def test_recording_needs_the_sources() -> None:
    """There is nothing else to take a fingerprint of."""
    assert check("--record").exit_code == 2


def test_the_report_is_a_table_and_a_page_with_plots(tmp_path: Path) -> None:
    """The page needs no other file, and each plot says what it shows."""
    assert "Listening" in CliRunner().invoke(knowledge.app, ["report"]).output
    page = tmp_path / "report.html"
    assert CliRunner().invoke(knowledge.app, ["report", "--html", str(page)]).exit_code == 0
    html = page.read_text()
    assert html.count('<img src="data:image/png;base64,') == 4
    assert 'alt=""' not in html
    assert html.count("http") == 0
    assert "Health inequalities" in html


def test_the_report_counts_depth_roles_and_minutes_by_theme(ours: Path) -> None:
    """Each theme has a line, and the last line is their sum."""
    path = ours / "themes" / "listening.yaml"
    path.write_text(
        f"{path.read_text()}      - text: Ask one person on the night shift what they would change first, then wait.\n"
        "        for: [councillor]\n        minutes: 5\n",
        encoding="utf-8",
    )
    shown = [
        dict(
            zip(
                ("lessons", "deep", "places", "links", "nudges", "roles", "timed", "short"),
                line.split()[1:],
                strict=False,
            )
        )
        for base in (OURS, ours)
        for line in CliRunner()
        .invoke(knowledge.app, ["report", "--base", str(base)], env={"COLUMNS": "160"})
        .output.splitlines()
        if line.split()[:1] in (["Listening"], ["All"]) and len(line.split()) > 8
    ]
    before, total_before, after, total_after = [{key: float(value) for key, value in row.items()} for row in shown]
    for old, new in ((before, after), (total_before, total_after)):
        assert new == old | {key: old[key] + 1 for key in ("nudges", "roles", "timed", "short")}
    assert before["deep"] == before["lessons"]


def test_the_report_stands_even_when_no_theme_can_be_read(tmp_path: Path) -> None:
    """What is wrong is in it."""
    page, empty = tmp_path / "report.html", tmp_path / "empty"
    empty.mkdir()
    assert CliRunner().invoke(knowledge.app, ["report", "--base", str(empty), "--html", str(page)]).exit_code == 0
    assert "0 themes" in page.read_text()


def test_coming_tips_are_printed() -> None:
    """Working days only, from the day given, for a theme where one is given; a bank holiday is left out."""
    arguments = ["tips", "preview", "--days", "6", "--start", "2027-01-01", "--theme", "listening"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    assert "2027-01-01" not in result.output
    assert "2027-01-02" not in result.output
    assert "2027-01-04" in result.output
    assert "2027-01-11" in result.output
    assert result.output.count("Listening") == 6


def test_an_unknown_theme_is_told_with_the_nearest() -> None:
    """As one sentence for the operator."""
    result = CliRunner().invoke(cli, ["tips", "preview", "--theme", "listning"])
    assert isinstance(result.exception, OperatorError)
    assert "Did you mean listening" in str(result.exception)
