import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from intents import Classifier, ModelError, model
from intents.corpus import Corpus
from intents.model import MODEL_FOLDER, Head, Model, load_catalogue

MESSAGES = ["the consultants just cross their arms in every workshop", "hello", "my rota is wrong", "I feel suicidal"]


def rewrite(folder: Path, name: str, content: bytes) -> None:
    (folder / name).unlink()
    (folder / name).write_bytes(content)


def change_record(folder: Path, *, sealed: bool, **changes: object) -> None:
    record = json.loads((folder / "model.json").read_text()) | changes
    if sealed:
        record["seal"] = model._compute_seal(record)
    rewrite(folder, "model.json", json.dumps(record).encode())


def one_sentence(error: pytest.ExceptionInfo[ModelError]) -> str:
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_the_model_was_trained_on_these_utterances(our_corpus: Corpus) -> None:
    assert Model.load().record["corpus"] == our_corpus.fingerprint, "the utterances changed: run `make train`"


def test_a_model_that_is_saved_and_loaded_answers_alike(classifier: Classifier, tmp_path: Path) -> None:
    original = classifier.model
    for name in ("encoder.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((MODEL_FOLDER / name).read_bytes())
    record = {
        key: value for key, value in original.record.items() if key not in ("seal", "files", "needs", "thresholds")
    }
    model.save_model(
        tmp_path,
        catalogue=original.catalogue,
        features=original.features,
        head=original.head,
        scope=original.scope,
        memory=original.memory,
        thresholds=original.thresholds,
        unseen=original.memory.unseen,
        record=record,
    )
    again = Classifier.load(tmp_path)
    assert [again.classify(text) for text in MESSAGES] == [classifier.classify(text) for text in MESSAGES]
    files = {file.name for file in MODEL_FOLDER.iterdir()} & {file.name for file in tmp_path.iterdir()}
    assert {name for name in files if (tmp_path / name).read_bytes() != (MODEL_FOLDER / name).read_bytes()} == set()


def slim(original: Model) -> Model:
    """The same model as training writes it now: n-grams in eight bits, remembered vectors in coarse steps."""
    vectors, scales = model.round_vectors(original.memory.vectors)
    memory = replace(original.memory, steps=model.count_steps(vectors, scales), vector_scales=scales)
    return replace(original, head=original.head.in_eight_bits(), memory=memory)


def saved(original: Model, folder: Path) -> Model:
    folder.mkdir(exist_ok=True)
    for name in ("encoder.onnx", "tokenizer.json"):
        (folder / name).write_bytes((MODEL_FOLDER / name).read_bytes())
    model.save_model(
        folder,
        catalogue=original.catalogue,
        features=original.features,
        head=original.head,
        scope=original.scope,
        memory=original.memory,
        thresholds=original.thresholds,
        unseen=original.memory.unseen,
        record={"corpus": original.record["corpus"]},
    )
    return Model.load(folder)


@pytest.mark.slow
def test_a_slim_model_is_read_as_it_was_written(classifier: Classifier, tmp_path: Path) -> None:
    """The loaded head and memory are bit for bit those that were saved, and the answers those of the model in use."""
    written = slim(classifier.model)
    read = saved(written, tmp_path / "first")
    for name in ("ngrams", "ngram_scales", "embedding", "bias"):
        np.testing.assert_array_equal(getattr(read.head, name), getattr(written.head, name), strict=True)
    np.testing.assert_array_equal(read.memory.vectors, written.memory.vectors, strict=True)
    assert read.record["format"] == 2
    answers = [Classifier(read).classify(text) for text in MESSAGES]
    assert [answer.decision for answer in answers] == [classifier.classify(text).decision for text in MESSAGES]
    again = saved(read, tmp_path / "second")
    assert again.record == read.record, "saved again, every file is the same"


@given(
    st.integers(0, 6),
    st.integers(1, 5),
    st.floats(0, 10, width=32),
    st.integers(0, 2**32 - 1),
)
def test_eight_bits_move_no_weight_by_more_than_half_a_step(
    ngrams: int, intents: int, spread: float, seed: int
) -> None:
    """Logits differ by at most the sum of the values times half a step: 1/254 of an intent's largest weight."""
    chance = np.random.default_rng(seed)
    weights = (chance.normal(0, 1, (ngrams, intents)) * spread).astype(np.float32)
    head = Head(weights, np.zeros((2, intents), dtype=np.float32), np.zeros(intents, dtype=np.float32))
    values = chance.uniform(0, 1, ngrams).astype(np.float32)
    moved = head.in_eight_bits().compute_logits(np.arange(ngrams), values, None) - head.compute_logits(
        np.arange(ngrams), values, None
    )
    most = values.sum() * np.abs(weights).max(axis=0, initial=0.0) / 254
    assert (np.abs(moved) <= most * 1.001 + 1e-5).all()
    assert head.in_eight_bits().in_eight_bits().ngrams.dtype == np.int8


def test_a_remembered_vector_points_where_it_did(classifier: Classifier) -> None:
    """An utterance that is asked word for word has a cosine of one, and of no vector is the direction lost."""
    vectors = classifier.model.memory.vectors[::50]
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rounded, scales = model.round_vectors(vectors)
    steps = rounded / scales[:, None]
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)
    assert np.abs(steps).max() <= 127
    np.testing.assert_allclose(np.einsum("ij,ij->i", rounded, vectors), 1.0, atol=1e-5)
    assert np.linalg.norm(rounded, axis=1).max() < 1.05


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as error:
        Classifier.load(tmp_path / "nowhere")
    assert "There is no model" in one_sentence(error)
    with pytest.raises(ModelError):
        load_catalogue(tmp_path)


@pytest.mark.parametrize("name", ["encoder.onnx", "head.npz", "vocabulary.json", "catalogue.json", "tokenizer.json"])
def test_a_changed_file_is_refused_by_name(copied_model: Path, name: str) -> None:
    content = bytearray((copied_model / name).read_bytes())
    content[len(content) // 2] ^= 1
    rewrite(copied_model, name, bytes(content))
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    assert name in one_sentence(error)


@pytest.mark.parametrize("name", ["encoder.onnx", "head.npz", "vocabulary.json"])
def test_a_missing_file_is_refused_by_name(copied_model: Path, name: str) -> None:
    (copied_model / name).unlink()
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    assert name in one_sentence(error)


def test_an_edited_record_is_refused(copied_model: Path) -> None:
    change_record(copied_model, sealed=False, corpus="0" * 64)
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    assert "changed after training" in one_sentence(error)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'{"format": 1}'])
def test_a_damaged_record_is_one_sentence(copied_model: Path, content: bytes) -> None:
    rewrite(copied_model, "model.json", content)
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    one_sentence(error)


def test_a_model_of_another_format_is_refused(copied_model: Path) -> None:
    change_record(copied_model, sealed=True, format=99)
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    assert "format 99" in one_sentence(error)


def test_libraries_that_are_too_old_are_named(copied_model: Path) -> None:
    change_record(copied_model, sealed=True, needs={"onnxruntime": "99.1"})
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    assert "onnxruntime 99.1 or later" in one_sentence(error)


def test_a_record_without_thresholds_is_one_sentence(copied_model: Path) -> None:
    change_record(copied_model, sealed=True, thresholds={"answer": 0.5, "novel": 1})
    with pytest.raises(ModelError) as error:
        Model.load(copied_model)
    assert "incomplete" in one_sentence(error)


def test_what_the_model_needs_is_what_the_package_asks_for() -> None:
    import tomllib

    wanted = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]["dependencies"]
    for library, least in model.NEEDS.items():
        assert any(line.startswith(f"{library}>={least}") for line in wanted), library


def test_no_arrays_that_could_run_code() -> None:
    import numpy as np

    with np.load(MODEL_FOLDER / "head.npz", allow_pickle=False) as packed:
        assert all(packed[name].dtype.kind in "fiu" for name in packed.files)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_arrays_are_read_as_numpy_reads_them(save: Callable[..., None], data: st.DataObject) -> None:
    """In place or unpacked, of any shape, order and type, and ready for arithmetic."""
    kinds = st.sampled_from(["<f4", "<f2", "<f8", "|i1", "|u1", ">i4"])
    written = data.draw(st.lists(npst.arrays(kinds, npst.array_shapes(min_dims=0, max_dims=3, min_side=0)), max_size=4))
    arrays = {f"array {i}": np.asfortranarray(one) if i % 2 else one for i, one in enumerate(written)}
    packed = io.BytesIO()
    save(packed, **arrays)
    read = model._unpack_arrays(packed.getvalue())
    assert read.keys() == arrays.keys()
    for name, one in arrays.items():
        np.testing.assert_array_equal(read[name], one)
        assert read[name].dtype == (np.float32 if one.dtype == np.float16 else one.dtype)
        assert read[name].flags.aligned


@given(
    st.lists(st.text() | st.sampled_from(['], "utterances": [', '"], "unseen": [', "\\", '"', "]}"]), max_size=4),
    st.lists(st.text() | st.sampled_from(['], "utterances": [', '], "unseen": ["', '\\"']), max_size=4),
    st.sampled_from([None, 1]),
)
@settings(max_examples=50, deadline=None)
def test_texts_that_are_read_when_asked_for_are_those_that_were_written(
    words: list[str], texts: list[str], indent: int | None
) -> None:
    """Whatever stands in a text, and however the file is laid out."""
    unseen = [[text, 0.5] for text in texts]
    written = {"words": words, "letters": words, "known": words, "utterances": texts, "unseen": unseen}
    content = json.dumps(written, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass")
    read = model._read_words(content)
    assert read.keys() == written.keys()
    assert {name: read[name] for name in ("words", "letters", "known")} == dict.fromkeys(
        ("words", "letters", "known"), words
    )
    assert list(read["utterances"]) == texts
    assert [list(one) for one in read["unseen"]] == unseen
    assert len(read["utterances"]) == len(texts)


def test_arrays_of_python_objects_are_refused() -> None:
    """They would run code when they are read."""
    packed = io.BytesIO()
    np.savez(packed, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match=r"(?i)object"):
        model._unpack_arrays(packed.getvalue())


def test_importing_is_cheap_and_loading_brings_no_training_library() -> None:
    program = (
        "import sys\n"
        "import intents\n"
        "heavy = {'sklearn', 'scipy', 'torch', 'onnxruntime', 'tokenizers', 'yaml', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "c = intents.Classifier.load(); c.classify('hello'); c.explain('who decides here?')\n"
        "heavy = {'sklearn', 'scipy', 'torch', 'transformers', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_catalogue_of_the_model_is_the_catalogue_of_the_utterances(our_corpus: Corpus) -> None:
    borderless = [replace(intent, borders={}) for intent in load_catalogue().intents.values()]
    assert borderless == [replace(intent, borders={}) for intent in our_corpus.catalogue.intents.values()]
