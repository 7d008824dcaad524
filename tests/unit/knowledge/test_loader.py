"""A file is data or one clear sentence; it is never executed and costs little."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge import KnowledgeError
from knowledge.loader import MAX_BYTES, read_document, validate_document
from knowledge.models import ThemeFile
from tests.work import is_under

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(KnowledgeError) as caught:
        read_document(path)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        pytest.param(BOMB, 1, "anchors and aliases", id="anchors bomb"),
        pytest.param("a: *b\n", 1, "anchors and aliases", id="alias"),
        pytest.param("a: 1\nb: !!python/object/apply:os.system ['id']\n", 2, "tag", id="python tag"),
        pytest.param("a: ! x\n", 1, "tag", id="bare tag"),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "twice; first on line 1", id="duplicate key"),
        pytest.param(b"a: x\nb: caf\xe9\n", 2, "not UTF-8", id="another encoding"),
        pytest.param("a: " + "x" * MAX_BYTES, 1, "larger than 256 KiB", id="huge"),
        pytest.param('a: 1\nb: "half', 2, "not YAML", id="half-written"),
        pytest.param("a: [1, 2\n", 1, "a bracket is opened and not closed", id="open bracket"),
        pytest.param("a:\n - b\n  c: d\n", 3, "not YAML", id="bad indent"),
        pytest.param("a: 1\n---\nb: 2\n", 2, "more than one", id="two documents"),
        pytest.param("[" * 400 + "]" * 400, 1, "nested too deeply", id="deep"),
        pytest.param("? [a, b]\n: c\n", 1, "key is not plain text", id="odd key"),
        pytest.param("a: x\nb: \x00\n", 2, "does not allow", id="control character"),
        pytest.param("a: x\nroute: bleep 1234 #5\n", 2, "after “bleep 1234” on this line is lost", id="cut at a mark"),
        pytest.param("a: post in #site-team\n", 1, "Put the whole text in quotes", id="cut before a channel"),
        pytest.param("a:\n  - one two\n    three #four\n", 3, "after “one two three”", id="cut in a second line"),
        pytest.param("title: Handover: what helps\n", 1, "colon inside a text", id="colon"),
        pytest.param("a: x\nlist:\n  - name: Ward 5: nights\n", 3, "colon inside a text", id="colon in a list"),
        pytest.param("a:\n\tb: c\n", 2, "begins with a tab", id="tab"),
        pytest.param("a:\n\u00a0\u00a0b: c\n", 2, "a space of another kind", id="pasted space"),
        pytest.param("a: @team\n", 1, "may not begin with @", id="at sign"),
    ],
)
def test_bad_files_get_one_sentence_with_their_line(
    tmp_path: Path, content: str | bytes, line: int, sentence: str
) -> None:
    """Each is refused by one problem that names the line and how to mend it."""
    text = refusal(tmp_path / "bad.yaml", content)
    assert f"bad.yaml:{line}: " in text
    assert sentence in text
    assert text.endswith(".")


def test_a_comment_a_quoted_mark_and_a_mark_inside_a_word_are_left_alone(tmp_path: Path) -> None:
    """Only what YAML would take away without a word is refused."""
    path = tmp_path / "good.yaml"
    path.write_text("a: x # why\nb: 'post in #site'\nc: C#5 and more\n#d: off\ne: >\n  text #6\n")
    assert read_document(path).data == {"a": "x", "b": "post in #site", "c": "C#5 and more", "e": "text #6\n"}


def test_a_python_tag_is_never_executed(tmp_path: Path) -> None:
    """What a tag asks for does not happen."""
    made = tmp_path / "made"
    refusal(
        tmp_path / "bad.yaml",
        f"a: !!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{made}']]",
    )
    assert not made.exists()


def test_a_missing_file_and_a_directory_are_told(tmp_path: Path) -> None:
    """Neither is a traceback."""
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(KnowledgeError, match="no such file"):
            read_document(path)


def test_everything_written_stays_text(tmp_path: Path) -> None:
    """A tag `no` or `111` is what its writer meant; only nothing is nothing."""
    path = tmp_path / "good.yaml"
    path.write_text("tags: [no, 111, 2027-06-30, ~]\n# a comment\nempty:\nquoted: ''\n")
    document = read_document(path)
    assert document.data == {"tags": ["no", "111", "2027-06-30", None], "empty": None, "quoted": ""}
    assert document.find_line(("tags", 2)) == 1
    assert document.find_line(("empty", "deeper")) == 3


def test_unknown_keys_missing_keys_and_wrong_dates_are_told_together(tmp_path: Path) -> None:
    """Every thing that does not fit has its own line, and a near miss is named."""
    path = tmp_path / "theme.yaml"
    path.write_text("id: Listening\ntitel: x\ntitle: x\ngroup: g\nabout:\nreview_by: soon\nlessons: []\n")
    with pytest.raises(KnowledgeError) as caught:
        validate_document(ThemeFile, read_document(path))
    found = {problem.line: f"{problem.what}. {problem.mend}" for problem in caught.value.problems if problem.line > 1}
    assert found[2] == "there is no key `titel`. Did you mean `title`?"
    assert found[5].startswith("`about` has no text")
    assert found[6] == "`review_by` is not a date. Write it as year, month and day, as in 2027-06-30."
    assert found[7] == "`lessons` is empty. Fill it in."
    assert any("`owner` is missing" in problem.what for problem in caught.value.problems)


@given(st.one_of(st.binary(max_size=400), st.text("abc:-[]{}&*!|>'\"#%@`?,\n \t", max_size=200).map(str.encode)))
@example(b"\xef\xbb\xbfa: 1")
@example(b"- - - - - - - - - - - - - - - -")
@example(b"%YAML 9.9\n---\na: 1")
@example(b"<<: {a: 1}")
def test_wild_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Nothing but KnowledgeError ever comes out, and what is read is plain data."""
    path = tmp_path_factory.getbasetemp() / "wild.yaml"
    path.write_bytes(content)
    try:
        data = read_document(path).data
    except KnowledgeError:
        return
    assert plain(data)


@given(
    st.recursive(
        st.text(max_size=20) | st.none(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_plain_data_can_be_validated_without_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: object
) -> None:
    """Data of any shape is refused as a theme in sentences."""
    path = tmp_path_factory.getbasetemp() / "shape.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeError):
        validate_document(ThemeFile, read_document(path))


def test_a_hostile_file_costs_little_time(tmp_path: Path) -> None:
    """A quarter of a MiB of brackets is refused at once."""
    assert is_under(1, lambda: refusal(tmp_path / "bad.yaml", "[" * (MAX_BYTES - 10)))


def plain(data: object) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and plain(value) for key, value in data.items())
    if isinstance(data, list):
        return all(map(plain, data))
    return data is None or isinstance(data, str)
