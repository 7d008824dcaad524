from pathlib import Path

from bot.pack_utterances import write_utterances
from intents.corpus import load_corpus
from tests.integration.test_offers import write_pack
from tests.unit.intents.test_own_themes import DANGER, PHRASES


def test_why_names_decision_words_and_neighbours(run) -> None:
    done = run("why", "the consultants just cross their arms in every workshop")
    assert done.returncode == 0, done.stderr
    for label in ("decision", "sentence", "intents", "words", "near"):
        assert f"{label} " in done.stdout


def test_evaluate_draws_a_page_that_needs_nothing_else(run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("evaluate", "--html", str(page))
    assert done.returncode == 0, done.stderr
    assert "theme right at once" in done.stdout
    html = page.read_text("utf-8")
    assert html.count("data:image/png;base64,") == 3
    assert "http" not in html.split("base64")[0]


def test_check_finds_nothing_to_mend_in_our_utterances(run) -> None:
    done = run("intents", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 to mend" in done.stdout


def test_try_shows_what_would_change(run) -> None:
    done = run("intents", "try", "--intent", "listening", "the exec only hears what it wants to hear")
    assert done.returncode == 0, done.stderr
    assert "Today it is taken for" in done.stdout


def test_an_unknown_intent_is_one_sentence(run) -> None:
    done = run("intents", "try", "--intent", "lisening", "anything")
    assert done.returncode == 2
    assert "There is no intent called lisening" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_model_is_one_sentence(run, tmp_path: Path) -> None:
    done = run("why", "hello", "--model", str(tmp_path))
    assert done.returncode == 2
    assert "There is no model" in done.stderr
    assert "Traceback" not in done.stderr


def test_training_without_its_extra_is_one_sentence(run, tmp_path: Path) -> None:
    import importlib.util

    import pytest

    if importlib.util.find_spec("torch"):
        pytest.skip("the train extra is installed here")
    done = run("train", "--model", str(tmp_path / "model"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "model").exists()


def test_a_pack_is_joined_to_what_is_trained_on(tmp_path: Path) -> None:
    """Its own themes are intents with their phrases; what people must answer, or is ours already, is not learned."""
    ours = load_corpus()
    copied = next(one.text for one in ours.utterances if one.intent == "listening")
    pack = write_pack(tmp_path / "place", (*PHRASES, DANGER, copied))
    counts = write_utterances([pack], tmp_path / "utterances")
    joined = load_corpus(tmp_path / "utterances")
    assert counts == {"volunteers": len(PHRASES)}
    assert set(joined.catalogue.ids) - set(ours.catalogue.ids) == {"volunteers"}
    added = [one for one in joined.utterances if one.intent == "volunteers"]
    assert [one.text for one in added] == list(PHRASES)
    assert len(joined.utterances) == len(ours.utterances) + len(PHRASES)


def test_a_pack_without_phrases_is_one_sentence(run, tmp_path: Path) -> None:
    done = run("train", "--pack", str(write_pack(tmp_path / "place", ())), "--model", str(tmp_path / "model"))
    assert done.returncode == 2
    assert "no theme of their own with phrases" in done.stderr
    assert not (tmp_path / "model").exists()
