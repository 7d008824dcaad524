"""An organisation's own themes: learned from phrases, within a budget, after everything that the shipped model does."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents import Classifier, ModelError, OwnThemes, OwnTopic, PhraseError, corpus
from intents.own import budget
from intents.own.ngrams import PhraseNgrams, count_rows
from intents.own.report import report_themes
from intents.own.ridge import fit_ridge
from intents.own.unseen import DECISIONS, FILE, UnseenMessages, read_unseen, write_unseen
from tests.packaged import packaged_unseen

PHRASES = (
    "how do we recruit more volunteers",
    "getting the best out of volunteers on the ward",
    "staff do not know what volunteers are allowed to do",
    "our volunteers feel unwelcome",
    "setting up a volunteering scheme",
    "how do I keep volunteers from leaving",
    "are volunteers replacing paid staff",
    "training and induction for volunteers",
    "volunteers to help at mealtimes",
    "checks for volunteers take months",
    "guides at the main entrance who help people find their way",
    "students who want to help out at weekends",
)
VOLUNTEERS = OwnTopic("volunteers", "Working with volunteers", PHRASES, ("befriending",))
DANGER = "I want to kill myself"
OTHERS = (
    "nobody listens to the night staff",
    "how do we show that the new clinic saves money",
    "hello",
    "thanks",
    "themes",
    "what is the capital of France",
    "my manager is bullying me and I am scared",
    DANGER,
    "the drug round is always late, what dose should she have",
)


@pytest.fixture(scope="module")
def unseen() -> UnseenMessages:
    return packaged_unseen()


@pytest.fixture
def themes(classifier: Classifier, unseen: UnseenMessages, tmp_path: Path) -> OwnThemes:
    return OwnThemes(classifier, tmp_path / "cache", unseen)


def test_a_theme_is_found_when_people_describe_it(classifier: Classifier, themes: OwnThemes) -> None:
    """Also in words that no phrase holds; a message about something else is left as it was."""
    serving = classifier.with_own_themes(themes)
    themes.learn([VOLUNTEERS])
    for text in ("where do I find more volunteers for the ward?", "Volunteers drift off after a month, why?"):
        found = serving.classify(text)
        assert found.decision in ("answer", "clarify")
        assert "volunteers" in [one.id for one in found.themes]
    assert serving.classify(OTHERS[0]) == classifier.classify(OTHERS[0])


def test_what_the_shipped_model_decides_for_people_and_conversation_stays(
    classifier: Classifier, themes: OwnThemes, unseen: UnseenMessages
) -> None:
    """Whatever a pack says: not even a theme that repeats such messages as its phrases takes one of them."""
    bold = OwnTopic("bold", "Bold", (*PHRASES, *OTHERS[:6], *(text for text in unseen.texts[:40])), ("hello", "thanks"))
    serving = classifier.with_own_themes(themes)
    themes.learn([bold])
    for text in (*OTHERS, *unseen.texts[:200]):
        before, after = classifier.classify(text), serving.classify(text)
        assert after.care == before.care
        if before.decision in ("handover", "conversation"):
            assert after == before


def test_a_name_typed_whole_needs_no_phrase(classifier: Classifier, themes: OwnThemes) -> None:
    serving = classifier.with_own_themes(themes)
    themes.learn([replace(VOLUNTEERS, phrases=())])
    found = serving.classify("working with volunteers", {"volunteers": "Working with volunteers"})
    assert (found.decision, found.intents[0].id, found.named) == ("answer", "volunteers", True)


def test_without_phrases_a_theme_is_offered_by_its_words(classifier: Classifier, themes: OwnThemes) -> None:
    """Its title and tags count, and a lesson for a shipped theme is offered by its own."""
    serving = classifier.with_own_themes(themes)
    lesson = OwnTopic("bleep-lesson", "Bleep the site team", tags=("bleep",), extends="listening")
    findings = themes.learn([replace(VOLUNTEERS, phrases=()), lesson])
    assert [str(finding) for finding in findings] == [
        "volunteers: no phrases, so it is found by its title and tags only; add ten or more."
    ]
    assert serving.classify("the befriending at our hospice was cut").offered == ("volunteers",)
    assert serving.classify("nobody answers my bleep at night").offered == ("bleep-lesson",)
    assert (
        serving.classify("nobody answers my bleep", {"volunteers": "Volunteers"}).offered == ()
    )  # not in any pack now


def test_phrases_that_are_danger_are_not_learned(themes: OwnThemes) -> None:
    """One is dropped and told; more than a quarter is refused, and the state before goes on serving."""
    findings = themes.learn([replace(VOLUNTEERS, phrases=(*PHRASES, DANGER))])
    assert [(one.kind, one.phrase, one.intent) for one in findings] == [("handed-over", DANGER, "wellbeing")]
    with pytest.raises(PhraseError, match="volunteers: 5 of 17 phrases are handed over to people"):
        themes.learn([replace(VOLUNTEERS, phrases=(*PHRASES, *(f"{DANGER} {n}" for n in range(5))))])
    assert themes.measure(PHRASES[0], "volunteers") is not None


def test_a_copied_phrase_and_too_few_phrases_are_told(classifier: Classifier, themes: OwnThemes) -> None:
    memory, ids = classifier.model.memory, classifier.model.catalogue.ids
    place = list(memory.intents).index(ids.index("listening"))
    findings = themes.learn([replace(VOLUNTEERS, phrases=(memory.texts[place].upper(), *PHRASES[:3]))])
    assert [(one.kind, one.intent) for one in findings] == [("copied", "listening"), ("few", "")]


def test_each_theme_wins_at_most_its_budget_and_all_their_cap(themes: OwnThemes, unseen: UnseenMessages) -> None:
    """Twenty greedy themes together win no more of others' messages than one may in six."""
    asked = [unseen.texts[row] for row in np.flatnonzero(unseen.decisions == DECISIONS.index("answer"))]
    greedy = [
        OwnTopic(f"greedy-{number}", f"Greedy {number}", tuple(asked[number * 10 : number * 10 + 10]))
        for number in range(20)
    ]
    learned, _ = themes.learn_for_report(greedy)
    won = (learned.others > learned.layers.budget.outright)[unseen.winnable]
    assert won.mean(axis=0).max() <= budget.OUTRIGHT
    assert won.any(axis=1).mean() <= budget.OUTRIGHT_IN_ALL


def test_under_a_refusal_more_is_offered_within_a_budget_of_its_own(themes: OwnThemes, unseen: UnseenMessages) -> None:
    """There is no answer that an offer would stand below; never is less offered there than elsewhere."""
    asked = [unseen.texts[row] for row in np.flatnonzero(unseen.decisions == DECISIONS.index("answer"))]
    topics = [OwnTopic(f"own-{at}", f"Own {at}", tuple(asked[at * 12 : at * 12 + 12])) for at in range(6)]
    limits, others = (learned := themes.learn_for_report(topics)[0]).layers.budget, learned.others[unseen.refused]
    assert (limits.refused <= limits.offered).all()
    lower = limits.refused < limits.offered
    assert lower.any()
    assert (others > limits.refused).mean(axis=0)[lower].max() <= budget.UNDER_REFUSALS
    offered_before = (others > limits.offered).any(axis=1).mean()
    assert (others > limits.refused).any(axis=1).mean() <= max(budget.UNDER_REFUSALS_IN_ALL, offered_before)


def test_a_second_start_reads_what_the_first_learned(
    classifier: Classifier, unseen: UnseenMessages, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """To the same scores, without a step of learning; a damaged file is learned again, another word is another file."""
    caplog.set_level(logging.INFO)
    first, second = (OwnThemes(classifier, tmp_path, unseen) for _ in range(2))
    told = first.learn([VOLUNTEERS])
    caplog.clear()
    assert second.learn([VOLUNTEERS]) == told
    assert "were learned" not in caplog.text
    text = "do volunteers stay longer where somebody greets them"
    assert second.measure(text, "volunteers") == first.measure(text, "volunteers")
    (kept,) = tmp_path.glob("*.npz")
    kept.write_bytes(b"PK damaged")
    OwnThemes(classifier, tmp_path, unseen).learn([VOLUNTEERS])
    assert "cannot be used" in caplog.text
    second.learn([replace(VOLUNTEERS, phrases=PHRASES[:-1])])
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_a_folder_that_refuses_costs_only_time(
    classifier: Classifier, unseen: UnseenMessages, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    themes = OwnThemes(classifier, blocked, unseen)
    themes.learn([VOLUNTEERS])
    assert themes.measure(PHRASES[0], "volunteers") is not None
    assert "cannot be kept" in caplog.text


def test_the_report_says_what_works_and_what_is_taken_from_whom(classifier: Classifier, themes: OwnThemes) -> None:
    """As data that JSON holds, and without letting anything serve."""
    befriend = "befriending the lonely with a trolley of library books"
    (report,) = report_themes(themes, [replace(VOLUNTEERS, phrases=(*PHRASES, befriend, DANGER))])
    states = {phrase.text: phrase.state for phrase in report.phrases}
    assert states[PHRASES[0]] == "found"
    assert states[DANGER] == "handed-over"
    assert states[befriend] in ("missed", "offered")
    assert report.phrases[-1].decision == "handover"
    assert report.phrases[-1].today == "wellbeing"
    assert 0.0 <= report.likely_missed <= 1.0
    assert len(report.wins) <= report.won <= budget.OUTRIGHT * report.unseen
    assert {one.taken_from for one in report.wins} <= set(classifier.model.catalogue.ids)
    assert report.as_dict()["phrases"][0]["text"] == PHRASES[0]
    assert themes.measure(PHRASES[0], "volunteers") is None


def test_why_names_the_words_that_found_an_own_theme(classifier: Classifier, themes: OwnThemes) -> None:
    serving = classifier.with_own_themes(themes)
    themes.learn([VOLUNTEERS])
    assert "volunteers" in serving.explain("how do we recruit new volunteers for the wards").words


def test_unseen_messages_are_written_beside_their_model_and_no_other(classifier: Classifier, tmp_path: Path) -> None:
    """What is read back is what was written, to a hundredth; a file of another model is refused with the cure."""
    some = corpus.load_held_out(classifier.model.catalogue, corpus.VALIDATION)[:20]
    assert read_unseen(classifier.model, tmp_path) is None
    write_unseen(tmp_path, classifier, some)
    found = read_unseen(classifier.model, tmp_path)
    assert found is not None
    vectors = classifier.model.encoder.encode_texts(found.texts)
    assert np.abs(found.vectors - vectors).max() < 0.01
    assert [classifier.model.catalogue.ids[place] for place in found.intents] == [one.intent for one in some]
    other = replace(classifier.model, record={**classifier.model.record, "seal": "another"})
    with pytest.raises(ModelError, match="belongs to another model; run `make train`"):
        read_unseen(other, tmp_path)
    (tmp_path / FILE).write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        read_unseen(classifier.model, tmp_path)


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="abcdefghij klmno", max_size=60), min_size=1, max_size=6))
def test_ngrams_are_counted_as_the_model_counts_them(classifier: Classifier, texts: list[str]) -> None:
    """In one go as one by one; and likeness by n-gram is the product of the rows."""
    features = classifier.model.features
    rows, expected = count_rows(features, texts), features.compute_matrix(texts)
    assert np.abs((rows - expected).toarray()).max() < 1e-6
    phrases = PhraseNgrams.from_rows(rows)
    products = (expected @ expected.T).toarray()
    for row, text in enumerate(texts):
        assert phrases.compute_likeness(*features.compute_row(text)) == pytest.approx(products[row], abs=1e-5)


def test_left_out_verdicts_are_those_of_layers_that_have_not_seen_the_row() -> None:
    rng = np.random.default_rng(20)
    rows = rng.normal(size=(40, 5)).astype(np.float32)
    targets = (rng.random((40, 2)) < 0.3).astype(np.float32)
    fit = fit_ridge(rows, targets)
    for row in (0, 17, 39):
        without = fit_ridge(np.delete(rows, row, axis=0), np.delete(targets, row, axis=0))
        said = np.append(rows[row], 1.0) @ without.weights
        assert fit.left_out[row] == pytest.approx(said, abs=1e-4)


def test_the_ngrams_of_the_shipped_model_surmise_nothing_once_own_themes_serve(
    classifier: Classifier, themes: OwnThemes
) -> None:
    serving = classifier.with_own_themes(themes)
    assert serving.surmise_themes(OTHERS[0]) is not None
    themes.learn([VOLUNTEERS])
    assert serving.surmise_themes(OTHERS[0]) is None
