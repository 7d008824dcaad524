import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from intents import Classifier, ModelError, corpus, model
from intents.model import MODEL_FOLDER, Model, load_catalogue

MESSAGES = ["the consultants just cross their arms in every workshop", "hello", "my rota is wrong", "I feel suicidal"]


def rewrite(folder: Path, name: str, content: bytes) -> None:
    (folder / name).unlink()
    (folder / name).write_bytes(content)


def change_record(folder: Path, *, sealed: bool, **changes: object) -> None:
    record = json.loads((folder / "model.json").read_text()) | changes
    if sealed:
        record["seal"] = model._seal(record)
    rewrite(folder, "model.json", json.dumps(record).encode())


def one_sentence(error: pytest.ExceptionInfo[ModelError]) -> str:
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_the_model_was_trained_on_these_utterances() -> None:
    learnt = corpus.load().fingerprint
    assert Model.load().record["corpus"] == learnt, "the utterances changed: run `make train`"


def test_a_model_that_is_saved_and_loaded_answers_alike(classifier: Classifier, tmp_path: Path) -> None:
    original = classifier.model
    for name in ("encoder.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((MODEL_FOLDER / name).read_bytes())
    record = {
        key: value for key, value in original.record.items() if key not in ("seal", "files", "needs", "thresholds")
    }
    model.save(
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


def test_the_catalogue_of_the_model_is_the_catalogue_of_the_utterances() -> None:
    borderless = [replace(intent, borders={}) for intent in load_catalogue().intents.values()]
    assert borderless == [replace(intent, borders={}) for intent in corpus.load().catalogue.intents.values()]
