import shutil
from pathlib import Path

import numpy as np
import pytest

from intents.catalogue import Catalogue, Intent
from intents.corpus import Corpus, Utterance
from intents.decisions import Costs, Thresholds, choose_decision
from intents.evaluation.metrics import Judgement, compute_calibration_error, compute_cost, compute_report
from intents.model import MODEL_FOLDER, ModelError
from intents.training import train
from intents.training.dataset import assign_folds, build_training_set
from intents.training.encoders import Encoders
from intents.training.layers import fit_linear_layer
from intents.training.plan import Plan
from intents.training.thresholds import CostTable, choose_thresholds, weigh_layers

CATALOGUE = Catalogue.from_intents(
    [
        Intent("listening", "theme", "Listening"),
        Intent("vision", "theme", "Vision"),
        Intent("greeting", "conversation", "Greeting"),
        Intent("wellbeing", "handover", "Wellbeing"),
        Intent("out-of-scope", "out-of-scope", "Out of scope"),
    ]
)
KINDS = {intent.id: intent.kind for intent in CATALOGUE.intents.values()}


def utterance(
    intent: str, writer: str = "a", voice: str = "gp", text: str = "x", also: tuple[str, ...] = ()
) -> Utterance:
    return Utterance(text, intent, also, writer, voice)


def test_a_writer_is_never_in_two_folds_of_one_intent() -> None:
    utterances = [utterance("listening", writer) for writer in "abcd" for _ in range(5)]
    folds = assign_folds(utterances, 3)
    for writer in "abcd":
        assert len({fold for fold, u in zip(folds, utterances, strict=True) if u.writer == writer}) == 1
    assert set(folds) == {0, 1, 2}


def test_too_few_writers_are_divided_by_voice_and_then_by_line() -> None:
    by_voice = [utterance("listening", "a", voice) for voice in ("gp", "director", "nurse") for _ in range(4)]
    folds = assign_folds(by_voice, 3)
    assert len({(fold, u.voice) for fold, u in zip(folds, by_voice, strict=True)}) == 3
    assert sorted(assign_folds([utterance("vision") for _ in range(6)], 3).tolist()) == [0, 0, 1, 1, 2, 2]


def test_acceptable_intents_share_the_label() -> None:
    learnt = Corpus(CATALOGUE, (utterance("listening", text="a", also=("vision",)), utterance("vision", text="b")))
    data = build_training_set(learnt, [utterance("vision", "e", text="c")], Plan(also_share=0.3))
    ids = CATALOGUE.ids
    assert data.labels[0][ids.index("listening")] == pytest.approx(0.7)
    assert data.labels[0][ids.index("vision")] == pytest.approx(0.3)
    np.testing.assert_allclose(data.labels.sum(axis=1), 1.0)
    assert data.list_unseen_rows(None).tolist() == [2]
    assert 2 not in data.list_learnt_rows(None)
    assert 2 not in data.list_learnt_rows(0)


def test_the_linear_layer_learns_shared_labels() -> None:
    matrix = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]] * 5, dtype=np.float32)
    labels = np.array([[1, 0, 0], [0.7, 0.3, 0], [0, 1, 0], [0, 1, 0]] * 5, dtype=np.float32)
    weights, bias = fit_linear_layer(matrix, labels, 10.0)
    logits = matrix @ weights + bias
    assert (logits.argmax(axis=1)[:4] == [0, 0, 1, 1]).all()
    assert (logits[:, 2] < -20).all(), "an intent without an utterance is never the answer"


class Ready(Encoders):
    """Encoders that need no PyTorch: for each fold the one in use, in a folder of its own."""

    def build_folder(self, fold: int | None) -> Path:
        folder = self._cache / str(fold)
        if not (folder / "tokenizer.json").exists():
            folder.mkdir()
            for name in ("encoder.onnx", "tokenizer.json"):
                shutil.copy(MODEL_FOLDER / name, folder)
        return folder


@pytest.mark.slow
def test_side_by_side_the_same_is_learnt_as_one_after_the_other(tmp_path: Path) -> None:
    said = {"listening": "my door is open", "vision": "too many priorities", "greeting": "good morning"}
    learnt = [utterance(intent, writer, text=f"{text} {writer}") for intent, text in said.items() for writer in "abcd"]
    plan = Plan(folds=2)
    data = build_training_set(
        Corpus(CATALOGUE, tuple(learnt)), [utterance("vision", "e", text="nine strategies")], plan
    )
    encoders = Ready(tmp_path, data, plan, print, 1)
    folds = [None, 0, 1]
    for fold, together in zip(folds, train._learn_folds(encoders, folds, 2), strict=True):
        alone = train._learn_fold(encoders, fold)
        assert together.ngrams.shape == (len(data.list_unseen_rows(fold)), len(CATALOGUE.ids))
        np.testing.assert_allclose(together.ngrams, alone.ngrams, atol=1e-4)
        np.testing.assert_allclose(together.embedding, alone.embedding, atol=1e-4)


def test_what_is_fitted_sees_the_remembered_vectors_as_they_are_saved(tmp_path: Path) -> None:
    """Scope and thresholds are chosen on whole steps that int8 holds, which saving keeps exactly."""
    learnt = [utterance("vision", writer, text=f"too many priorities {writer}") for writer in "abcd"]
    plan = Plan(folds=2)
    data = build_training_set(
        Corpus(CATALOGUE, tuple(learnt)), [utterance("vision", "e", text="nine strategies")], plan
    )
    vectors = Ready(tmp_path, data, plan, print, 1).compute_vectors(None)
    memory = train.build_memory(data, vectors, data.list_learnt_rows(None))
    assert memory.vector_scales is not None
    steps = np.rint(memory.vectors / memory.vector_scales[:, None]).astype(np.int8)
    np.testing.assert_array_equal(steps * memory.vector_scales[:, None], memory.vectors, strict=True)
    np.testing.assert_allclose((memory.vectors * vectors[data.list_learnt_rows(None)]).sum(axis=1), 1.0, atol=1e-5)


def test_one_fold_is_refused_before_anything_is_learnt() -> None:
    with pytest.raises(ModelError, match="0, 2 or 3 folds"):
        train.train_model(plan=Plan(folds=1))


def test_weighing_believes_the_layer_that_is_right() -> None:
    chance = np.random.default_rng(1)
    labels = np.eye(5, dtype=np.float32)[chance.integers(0, 5, 400)]
    good = (labels * 2 + chance.normal(0, 1, labels.shape)).astype(np.float32)
    noise = chance.normal(0, 1, labels.shape).astype(np.float32)
    first, second = weigh_layers(good, noise, labels, np.ones(400))
    assert first > 5 * second


def random_board(seed: int = 3, count: int = 300) -> tuple[CostTable, np.ndarray, np.ndarray, list[Utterance]]:
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, 5, count)
    logits = (np.eye(5)[truth] * 2 + chance.normal(0, 1, (count, 5))).astype(np.float32)
    scores = np.clip((truth == CATALOGUE.ids.index("out-of-scope")) * 0.5 + chance.uniform(0, 0.5, count), 0, 1)
    utterances = [utterance(CATALOGUE.ids[i]) for i in truth]
    return CostTable(logits, scores, utterances, CATALOGUE, Costs()), logits, scores, utterances


def test_trying_thresholds_decides_as_the_bot_does() -> None:
    board, logits, scores, _ = random_board()
    thresholds = Thresholds(0.2, 0.6, 0.5, 0.6)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = [
        choose_decision(dict(zip(CATALOGUE.ids, row.tolist(), strict=True)), KINDS, score, thresholds)
        for row, score in zip(shares, scores, strict=True)
    ]
    assert board.decide_all(thresholds) == expected


def test_chosen_thresholds_cost_no_more_than_the_defaults() -> None:
    board, *_ = random_board()
    chosen = choose_thresholds(board)
    assert board.compute_mean_cost(chosen) <= board.compute_mean_cost(Thresholds())
    entries = board.judge_all(chosen)
    assert board.compute_mean_cost(chosen) == pytest.approx(
        np.mean([compute_cost(entry, KINDS, Costs()) for entry in entries])
    )


def test_the_worse_the_mistake_the_dearer() -> None:
    def cost(intent: str, decision: str, acted: str) -> float:
        entry = Judgement(utterance(intent), decision, acted, ("vision", "listening"), acted, 0.5)  # type: ignore[arg-type]
        return compute_cost(entry, KINDS, Costs())

    assert cost("listening", "answer", "listening") == 0
    assert 0 < cost("listening", "clarify", "vision") < cost("listening", "answer", "vision")
    assert cost("wellbeing", "answer", "vision") > 10 * cost("listening", "answer", "vision")
    assert cost("wellbeing", "handover", "wellbeing") == 0
    assert cost("out-of-scope", "out-of-scope", "out-of-scope") == 0


def test_an_acceptable_answer_is_right() -> None:
    entry = Judgement(utterance("listening", also=("vision",)), "answer", "vision", ("vision",), "vision", 0.9)
    report = compute_report([entry], CATALOGUE)
    assert report.figures["theme right at once"].value == 1.0
    assert report.figures["theme answered outright and wrong"].value == 0.0
    assert report.cost == 0.0


def test_figures_hold_their_interval() -> None:
    entries = [
        Judgement(utterance("listening"), "answer", best, (best,), best, 0.8)
        for best in ["listening"] * 60 + ["vision"] * 40
    ]
    report = compute_report(entries, CATALOGUE)
    figure = report.figures["theme right at once"]
    assert figure.low < figure.value == 0.6 < figure.high
    assert report.confusions == [("listening", "vision", 40)]
    assert report.calibration_error == pytest.approx(0.2)
    assert compute_report(entries, CATALOGUE) == report, "one seed gives one report"


def test_calibration_error_of_the_honest_is_small() -> None:
    chance = np.random.default_rng(0)
    sure = chance.uniform(0, 1, 20_000)
    assert compute_calibration_error(sure, chance.uniform(0, 1, 20_000) < sure) < 0.02
