"""A quote is verbatim where it says, or it is told what is wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.check import check_packs
from knowledge.editing.quotes import compute_fingerprint, normalise_quote

SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"
WITH_SEEDS = pytest.mark.skipif(not SEEDS.is_dir(), reason="the sources are not on this machine")
EVIDENCE = [pytest.param(None, id="fingerprints"), pytest.param(SEEDS, id="sources", marks=WITH_SEEDS)]

GOOD = "proactively identify issues and work from\n        the inside to enable solutions."


def spoil(few: Path, old: str, new: str, theme: str = "listening") -> None:
    path = few / "themes" / f"{theme}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def told(few: Path, sources: Path | None) -> str:
    problems = [
        str(problem) for problem in check_packs(base=few, sources=sources).problems if problem.severity == "error"
    ]
    assert len(problems) == 1
    return problems[0]


@WITH_SEEDS
def test_our_pack_is_verbatim_in_its_sources_and_every_passage_is_covered() -> None:
    """49 of 49, with the fingerprints in step with the texts."""
    checked = check_packs(sources=SEEDS)
    assert checked.errors == 0
    assert checked.counts.covered == checked.counts.passages == 49


@pytest.mark.parametrize("sources", EVIDENCE)
@pytest.mark.parametrize(
    "altered",
    [
        GOOD.replace("issues", "problems"),
        GOOD.replace("the inside", "inside"),
        GOOD.replace("solutions.", "solutions!"),
        GOOD.replace("issues and", "issues, and"),
        GOOD.replace("proactively", "Proactively"),
    ],
)
def test_an_altered_quote_is_caught_on_any_machine(few: Path, sources: Path | None, altered: str) -> None:
    """One word, one comma or one capital is enough, and the nearest passage is shown."""
    spoil(few, GOOD, altered)
    text = told(few, sources)
    assert "made up or was altered" in text
    assert "kings-fund-five-steps" in text.partition("The nearest is")[2]


@pytest.mark.parametrize("sources", EVIDENCE)
def test_a_misattributed_quote_is_told_from_a_made_up_one(few: Path, sources: Path | None) -> None:
    """It says where the words really stand."""
    spoil(few, "source: kings-fund-five-steps\n      passage: K2", "source: attain-quarter\n      passage: A4")
    text = told(few, sources)
    assert "the quote is misattributed: it is not in passage A4 of attain-quarter" in text
    assert "but in passage K2 of kings-fund-five-steps" in text


@pytest.mark.parametrize("sources", EVIDENCE)
def test_a_made_up_quote_is_told(few: Path, sources: Path | None) -> None:
    """Nothing comes near it."""
    spoil(
        few,
        "The case studies in our report show the need to " + GOOD,
        "Zebras rarely queue quietly outside my window.",
    )
    assert "made up" in told(few, sources)


@WITH_SEEDS
def test_words_of_a_readers_comment_are_misattributed_wherever_they_are_said_to_stand(few: Path) -> None:
    """The comments are in the text, but they are no passage."""
    path = few / "themes" / "vision.yaml"
    lines = path.read_text()
    start = lines.index("Your vision should include five")
    end = lines.index("      source: nhs-networks-plackard", start)
    path.write_text(lines[:start] + "This is too close to real to be satire any more.\n" + lines[end:])
    assert "misattributed" in told(few, SEEDS)


@pytest.mark.parametrize("sources", EVIDENCE)
def test_another_quote_out_of_a_known_passage_passes(few: Path, sources: Path | None) -> None:
    """Editors may choose other words of it, in any typography and on any lines."""
    spoil(
        few,
        GOOD,
        "proactively   identify issues and work from the inside … Third, power dynamics need to reversed - for example",
    )
    assert check_packs(base=few, sources=sources).errors == 0


@pytest.mark.parametrize("sources", EVIDENCE)
def test_a_cut_must_keep_the_order_and_leave_enough_to_check(few: Path, sources: Path | None) -> None:
    """A quote turned round by a cut is altered; a scrap beside a cut is too short."""
    first, second = "Third, power dynamics need to reversed", "proactively identify issues and work"
    spoil(few, "The case studies in our report show the need to " + GOOD, f"{first} … {second}")
    assert "made up or was altered" in told(few, sources)
    spoil(few, f"{first} … {second}", f"{first} … enable solutions")
    assert "“enable solutions” is too short" in told(few, sources)


def test_a_passage_without_its_lesson_is_reported(few: Path) -> None:
    """At its line in passages.yaml, with the theme that should carry it."""
    path = few / "themes" / "listening.yaml"
    written = path.read_text()
    path.write_text(written.replace("passage: K2", "passage: K99"))
    problems = [str(problem) for problem in check_packs(base=few).problems]
    assert any("no lesson in listening carries passage K2" in text and "passages.yaml:" in text for text in problems)
    assert sum("names no passage of kings-fund-five-steps that we know" in text for text in problems) == written.count(
        "passage: K2"
    )


def test_broken_fingerprints_and_missing_sources_are_told(few: Path, tmp_path: Path) -> None:
    """Not as a traceback."""
    empty = tmp_path / "empty"
    empty.mkdir()
    texts = [str(problem) for problem in check_packs(base=few, sources=empty).problems]
    assert len(texts) == 5
    assert all("its text is not usable" in text for text in texts)
    (few / "fingerprints.json").write_text("{")
    assert "the fingerprints cannot be read" in str(check_packs(base=few).problems)


def test_an_operators_source_without_passages_is_a_warning(
    write_pack: Callable[..., Path], lesson: Callable[..., object]
) -> None:
    """It may be used; nobody claims that it was verified."""
    quote = {"text": "We write the rota with those who work it, every month.", "source": "our-handbook"}
    pack = write_pack(
        "place",
        {
            "sources.yaml": {"sources": [{"id": "our-handbook", "title": "Handbook", "kind": "advice"}]},
            "themes/more.yaml": {"extends": "listening", "lessons": [lesson("listening-nights", quote=quote)]},
        },
    )
    warnings = [problem for problem in check_packs([pack]).problems if problem.severity == "warning"]
    assert [problem.what for problem in warnings] == ["quotes from our-handbook cannot be checked"]


@given(st.text(max_size=300))
def test_normalising_settles_at_once(text: str) -> None:
    """Twice is the same as once, and typography makes no difference to a fingerprint."""
    assert normalise_quote(normalise_quote(text)) == normalise_quote(text)
    assert compute_fingerprint(text.replace("'", "’").replace('"', "”")) == compute_fingerprint(text)
