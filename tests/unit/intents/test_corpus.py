import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from intents import corpus
from intents.corpus import Corpus, CorpusError

GOOD = """\
# a comment
intent: listening
kind: theme
title: Listening
names: [listen]
about: being heard
borders:
  vision: there the picture, here the ear
utterances:
  t1:
    director:
      - Nobody tells me anything
      - {text: "My door is open: nobody comes", also: [vision]}
      - no
"""
OTHER = "intent: vision\nkind: theme\nutterances: {t1: {gp: [too many priorities]}}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_utterances_come_with_writer_voice_and_line(tmp_path: Path) -> None:
    loaded = corpus.load_corpus(write(tmp_path, listening=GOOD, vision=OTHER))
    first, second, third, _ = loaded.utterances
    assert (first.text, first.intent, first.writer, first.voice) == (
        "Nobody tells me anything",
        "listening",
        "t1",
        "director",
    )
    assert first.where.endswith("listening.yaml:12")
    assert second.accepted == {"listening", "vision"}
    assert third.text == "no", "what looks like a truth value is what somebody typed"
    assert loaded.catalogue.intents["listening"].names == ("listen",)


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("- Nobody tells me anything", "- !!python/object:os.system Nobody", ":12:", "tag"),
        ("- Nobody tells me anything", "- &anchor Nobody tells me anything", ":12:", "anchors"),
        ("- Nobody tells me anything", "- *alias", ":12:", "alias"),
        ("- Nobody tells me anything", "- Nobody: tells me", ":12:", "no key “Nobody”"),
        ("- Nobody tells me anything", "- ''", ":12:", "must be text"),
        ("- Nobody tells me anything", "- [a, b]", ":12:", "must be text"),
        ("- Nobody tells me anything", f"- {'a' * 2_500}", ":12:", "longer than"),
        ("- Nobody tells me anything", "- 'not closed", "listening.yaml:", "YAML"),
        ("kind: theme", "kind: topic", ":3:", "not one of"),
        ("kind: theme", "kind: theme\nkind: theme", ":4:", "twice"),
        ("kind: theme", "kind: theme\ncolour: red", ":4:", "no key “colour”"),
        ("kind: theme\n", "", "listening.yaml:2:", "“kind” is missing"),
        ("intent: listening", "intent: hearing", ":2:", "name them alike"),
        ("also: [vision]", "also: [visoin]", ":13:", "no intent called visoin"),
        ("also: [vision]", "also: [listening]", ":13:", "own intent"),
        ("  vision: there", "  visoin: there", "listening.yaml", "visoin"),
        ("- no", "- nobody tells me  ANYTHING", ":14:", "listening.yaml:12"),
        ("- no", "- no\n---\nintent: b", "listening.yaml", "second document"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    assert old in GOOD
    with pytest.raises(CorpusError) as error:
        corpus.load_corpus(write(tmp_path, listening=GOOD.replace(old, new), vision=OTHER))
    assert where in str(error.value)
    assert what in str(error.value)
    assert "\n" not in str(error.value)


def test_no_utterances_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="There are no utterances"):
        corpus.load_corpus(tmp_path)


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "listening.yaml").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(CorpusError, match=r"listening\.yaml"):
        corpus.load_corpus(tmp_path)


def test_the_fingerprint_changes_with_what_is_learnt_and_with_nothing_else(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        return corpus.load_corpus(write(tmp_path, listening=text, vision=OTHER)).fingerprint

    same = fingerprint(GOOD)
    assert fingerprint(GOOD.replace("# a comment", "# another comment")) == same
    assert fingerprint(GOOD.replace("the picture", "the image")) == same
    assert fingerprint(GOOD.replace("Nobody tells", "No one tells")) != same
    assert fingerprint(GOOD.replace("also: [vision]", "also: []")) != same
    assert fingerprint(GOOD.replace("names: [listen]", "names: [listens]")) != same


def test_held_out_utterances_name_known_intents(tmp_path: Path) -> None:
    trained, apart = tmp_path / "u", tmp_path / "h"
    trained.mkdir()
    apart.mkdir()
    loaded = corpus.load_corpus(write(trained, listening=GOOD, vision=OTHER))
    write(apart, e1="writer: e1\nutterances:\n  vision:\n    gp:\n      - which of the nine strategies\n")
    assert [u.intent for u in corpus.load_held_out(loaded.catalogue, apart)] == ["vision"]
    write(apart, e1="writer: e1\nutterances:\n  visoin:\n    gp:\n      - which of the nine strategies\n")
    with pytest.raises(CorpusError, match="no intent called visoin"):
        corpus.load_held_out(loaded.catalogue, apart)


def test_our_files_meet_the_schema_that_editors_see() -> None:
    schema = json.loads((Path(corpus.__file__).parent / "schema" / "utterances.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in corpus.UTTERANCES.glob("*.yaml"):
        problems = [error.message for error in validator.iter_errors(yaml.load(file.read_text("utf-8"), loader))]  # noqa: S506
        assert not problems, (file.name, problems[:3])


def test_our_utterances_load_and_stand_once() -> None:
    loaded = corpus.load_corpus()
    assert len(loaded.catalogue.list_ids("theme")) == 33
    assert len(loaded.catalogue.list_ids("conversation")) == 12
    assert len(loaded.catalogue.list_ids("handover")) == 3


@pytest.mark.slow
def test_nothing_held_out_is_trained_on(our_corpus: Corpus) -> None:
    from intents.evaluation.lint import lint_corpus

    catalogue = our_corpus.catalogue
    apart = [*corpus.load_held_out(catalogue), *corpus.load_held_out(catalogue, corpus.VALIDATION)]
    assert [found.text for found in lint_corpus(our_corpus, None, apart) if found.rule in ("twice", "leaked")] == []
