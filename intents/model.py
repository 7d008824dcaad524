"""The trained model on disk: plain arrays and JSON, each file under a checksum, nothing that runs code when loaded."""

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intents.catalogue import Catalogue
from intents.decisions import Thresholds
from intents.encoder import Encoder
from intents.features import Block, Features

MODEL_FOLDER = Path(__file__).parent / "model"
FORMAT = 1
VECTOR_STEPS = 127  # the remembered vectors are kept as int8: a quarter of the space, and the same neighbours
RECORD = "model.json"
# The oldest libraries that read the model alike; pyproject.toml asks for the same.
NEEDS = {"numpy": "2.0", "onnxruntime": "1.22", "tokenizers": "0.21"}
_RETRAIN = "run `make train`, or install the release again"

Floats = npt.NDArray[np.float32]


class ModelError(Exception):
    """The model cannot be used; the text is one sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """The linear head over n-grams and embedding.

    Parameters
    ----------
    ngrams : array of shape (n-grams, intents)
    embedding : array of shape (dimensions, intents)
    bias : array of shape (intents,)
        Already divided by the temperature that calibration found: the softmax of the logits is the confidence.
    """

    ngrams: Floats
    embedding: Floats
    bias: Floats

    def logits(self, columns: npt.NDArray[np.int64], values: Floats, vector: Floats | None) -> Floats:
        """Add up what each n-gram and the embedding say for each intent; without a vector, the n-grams alone."""
        total: Floats = self.bias + values @ self.ngrams[columns]
        return total if vector is None else total + vector @ self.embedding


@dataclass(frozen=True, slots=True)
class Scope:
    """Tells what is none of our business, from how the message sits among the utterances.

    Parameters
    ----------
    weights : array of shape (signals,)
        Of each signal, standardised; see `intents.scope`.
    means, scales : array of shape (signals,)
        Of the signals over the utterances.
    bias
        Of the logistic function.
    """

    weights: Floats
    means: Floats
    scales: Floats
    bias: float

    def score(self, signals: Floats) -> float:
        """Give the probability that the message is out of scope."""
        z = float((signals - self.means) / self.scales @ self.weights) + self.bias
        return float(1.0 / (1.0 + np.exp(-np.clip(z, -30.0, 30.0))))


@dataclass(frozen=True, slots=True)
class Memory:
    """What the model remembers of its utterances, to find the nearest ones.

    Parameters
    ----------
    vectors : array of shape (utterances, dimensions)
    intents : array of shape (utterances,)
        Positions in the catalogue.
    texts
        The utterances.
    centroids : array of shape (intents, dimensions)
    known_words
        Words of utterances that are in scope.
    unseen
        What a model took each utterance for that had not seen it, and how sure it was; for editors.
    """

    vectors: Floats
    intents: npt.NDArray[np.int64]
    texts: tuple[str, ...]
    centroids: Floats
    known_words: frozenset[str]
    unseen: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that training learnt."""

    catalogue: Catalogue
    features: Features
    encoder: Encoder
    head: Head
    scope: Scope
    memory: Memory
    thresholds: Thresholds
    record: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path | None = None) -> "Model":
        """Load a model and check that it is whole and fits what is installed.

        Parameters
        ----------
        folder : Path, optional
            The packaged model by default.

        Raises
        ------
        ModelError
            When it is missing, was changed, or does not fit.
        """
        folder = folder or MODEL_FOLDER
        record = read_record(folder)
        _check_versions(record)
        for name in ("encoder.onnx", "tokenizer.json"):
            _verified(folder, name, record)
        arrays = _arrays(_verified(folder, "head.npz", record))
        words = json.loads(_verified(folder, "vocabulary.json", record))
        try:
            return cls(
                catalogue=Catalogue.from_json(_verified(folder, "catalogue.json", record).decode("utf-8")),
                features=Features(
                    Block({ngram: i for i, ngram in enumerate(words["words"])}, arrays["word_idf"]),
                    Block({ngram: i for i, ngram in enumerate(words["letters"])}, arrays["letter_idf"]),
                ),
                encoder=Encoder.load(folder),
                head=Head(arrays["ngrams"], arrays["embedding"], arrays["bias"]),
                scope=Scope(
                    arrays["scope_weights"], arrays["scope_means"], arrays["scope_scales"], float(arrays["scope_bias"])
                ),
                memory=Memory(
                    vectors=arrays["vectors"] / np.float32(VECTOR_STEPS),
                    intents=arrays["vector_intents"].astype(np.int64),
                    texts=tuple(words["utterances"]),
                    centroids=arrays["centroids"],
                    known_words=frozenset(words["known"]),
                    unseen=tuple((guess, sure) for guess, sure in words["unseen"]),
                ),
                thresholds=Thresholds(**record["thresholds"]),
                record=record,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"The model in {folder} is incomplete ({error}); {_RETRAIN}.") from error


def save(
    folder: Path,
    *,
    catalogue: Catalogue,
    features: Features,
    head: Head,
    scope: Scope,
    memory: Memory,
    thresholds: Thresholds,
    unseen: Sequence[tuple[str, float]],
    record: Mapping[str, Any],
) -> None:
    """Write a model beside its encoder, which `finetuning.export` wrote into the same folder before.

    Parameters
    ----------
    folder
        The model's folder.
    unseen
        What a model that had not seen it took each utterance for, and how sure it was.
    record
        What is to be known about the training: corpus, seed, recipe, figures.
    """
    arrays = {
        "word_idf": features.words.idf,
        "letter_idf": features.letters.idf,
        "ngrams": head.ngrams.astype(np.float16),
        "embedding": head.embedding,
        "bias": head.bias,
        "scope_weights": scope.weights,
        "scope_means": scope.means,
        "scope_scales": scope.scales,
        "scope_bias": np.float64(scope.bias),
        "vectors": np.rint(memory.vectors * VECTOR_STEPS).astype(np.int8),
        "vector_intents": memory.intents.astype(np.uint8),
        "centroids": memory.centroids,
    }
    packed = io.BytesIO()
    # Not compressed: unpacking costs a tenth of a second at every start.
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    (folder / "head.npz").write_bytes(packed.getvalue())
    vocabulary = {
        "words": sorted(features.words.vocabulary, key=features.words.vocabulary.__getitem__),
        "letters": sorted(features.letters.vocabulary, key=features.letters.vocabulary.__getitem__),
        "known": sorted(memory.known_words),
        "utterances": list(memory.texts),
        "unseen": [[guess, round(sure, 3)] for guess, sure in unseen],
    }
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    (folder / "catalogue.json").write_text(catalogue.to_json(), encoding="utf-8")
    files = ("catalogue.json", "encoder.onnx", "head.npz", "tokenizer.json", "vocabulary.json")
    whole = {
        "format": FORMAT,
        **record,
        "thresholds": asdict(thresholds),
        "needs": NEEDS,
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
    }
    whole["seal"] = _seal(whole)
    (folder / RECORD).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_record(folder: Path) -> Mapping[str, Any]:
    """Read a model's record and check that it is whole.

    Raises
    ------
    ModelError
        When there is none, or it was changed, or another release wrote it.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except OSError:
        raise ModelError(f"There is no model in {folder}; {_RETRAIN}.") from None
    except ValueError:
        raise ModelError(f"The model's record {folder / RECORD} is damaged; {_RETRAIN}.") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        found = record.get("format") if isinstance(record, dict) else None
        raise ModelError(f"The model in {folder} is of format {found} and this release reads {FORMAT}; {_RETRAIN}.")
    if record.get("seal") != _seal(record):
        raise ModelError(f"The model's record {folder / RECORD} was changed after training; {_RETRAIN}.")
    return record


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the catalogue that a model was trained with.

    Parameters
    ----------
    folder : Path, optional
        A model's folder; the packaged one by default.

    Raises
    ------
    ModelError
        When there is no model.
    """
    return Catalogue.from_json(read_verified(folder or MODEL_FOLDER, "catalogue.json").decode("utf-8"))


def read_verified(folder: Path, name: str) -> bytes:
    """Read one file of a model and check it against the record.

    Raises
    ------
    ModelError
        When it is missing or was changed.
    """
    return _verified(folder, name, read_record(folder))


def _verified(folder: Path, name: str, record: Mapping[str, Any]) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise ModelError(f"The model's file {folder / name} is missing; {_RETRAIN}.") from None
    if hashlib.sha256(content).hexdigest() != record.get("files", {}).get(name):
        raise ModelError(f"The model's file {folder / name} is not the one that was trained; {_RETRAIN}.")
    return content


def _seal(record: Mapping[str, Any]) -> str:
    """A checksum of the record itself: against damage and stray edits, not against an attacker."""
    content = json.dumps({key: value for key, value in record.items() if key != "seal"}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _arrays(content: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(content), allow_pickle=False) as packed:
        return {
            name: packed[name].astype(np.float32) if packed[name].dtype == np.float16 else packed[name]
            for name in packed.files
        }


def _check_versions(record: Mapping[str, Any]) -> None:
    for library, least in record.get("needs", {}).items():
        try:
            installed = metadata.version(library)
        except metadata.PackageNotFoundError:
            raise ModelError(
                f"The model needs {library} {least} or later, which is not installed; install Small Steps again."
            ) from None
        if _numbers(installed) < _numbers(least):
            raise ModelError(
                f"The model needs {library} {least} or later and {installed} is installed; install Small Steps again."
            )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
