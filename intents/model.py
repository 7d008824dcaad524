"""The trained model on disk: plain arrays and JSON, each file under a checksum, nothing that runs code when loaded."""

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json  # half the time of Python's own, for 7 MB

from intents.arrays import Floats, Integers
from intents.catalogue import Catalogue
from intents.decisions import Thresholds
from intents.encoder import Encoder
from intents.features import Features, NgramWeights
from intents.later_sequence import LaterSequence
from intents.neighbours import Neighbours

MODEL_FOLDER = Path(__file__).parent / "model"
# Format 1: n-gram weights as float16, remembered vectors in steps of 1/127. Format 2: both as int8 with scales beside
# them. What that saves and costs is in docs/benchmarks.md.
READABLE_FORMATS = (1, 2)
VECTOR_STEPS = 32  # between 0 and 1, of a remembered vector's numbers: fewer compress better and find neighbours worse
_FIRST_VECTOR_STEPS = 127
_NGRAM_STEPS = 127
RECORD = "model.json"
# The oldest libraries that read the model alike; pyproject.toml asks for the same.
NEEDS = {"numpy": "2.0", "onnxruntime": "1.22", "tokenizers": "0.21"}
_RETRAIN = "run `make train`, or install the release again"

# What comes before the two lists of vocabulary.json that are read when they are asked for. In none of its strings can
# these stand, since a quotation mark within a string has a backslash before it.
_BEFORE_TEXTS, _BEFORE_UNSEEN = b'], "utterances": [', b'], "unseen": ['

Bytes = npt.NDArray[np.int8]


class ModelError(Exception):
    """A model that cannot be used; the text is one sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """Linear head over n-grams and embedding.

    Parameters
    ----------
    ngrams : array of shape (n-grams, intents)
        Weights, or the steps of weights that were rounded to eight bits.
    embedding : array of shape (dimensions, intents)
    bias : array of shape (intents,)
        Already divided by the temperature that calibration found: the softmax of the logits is the confidence.
    ngram_scales : array of shape (intents,), optional
        The size of a step for each intent; without it `ngrams` are the weights themselves.
    """

    ngrams: Floats | Bytes
    embedding: Floats
    bias: Floats
    ngram_scales: Floats | None = None

    def in_eight_bits(self) -> "Head":
        """Return the head with its n-gram weights rounded to int8, with one scale for each intent.

        A weight moves by half a step at most: by 1/254 of the largest weight of its intent.
        """
        if self.ngram_scales is not None:
            return self
        steps = np.abs(self.ngrams).max(axis=0, initial=0.0) / np.float32(_NGRAM_STEPS)
        scales = np.maximum(steps, np.finfo(np.float32).tiny)  # an intent may have no weight at all
        return replace(self, ngrams=np.rint(self.ngrams / scales).astype(np.int8), ngram_scales=scales)

    def compute_logits(self, columns: Integers, values: Floats, vector: Floats | None) -> Floats:
        """Return logits of shape (intents,) from n-grams and vector; without a vector, from the n-grams alone."""
        said = values @ self.ngrams[columns]
        if self.ngram_scales is not None:
            said = said * self.ngram_scales
        total: Floats = self.bias + said
        return total if vector is None else total + vector @ self.embedding


@dataclass(frozen=True, slots=True)
class Scope:
    """Logistic function of the signals of being out of scope.

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
        """Return the probability that a message is out of scope, from signals of shape (signals,)."""
        z = float((signals - self.means) / self.scales @ self.weights) + self.bias
        return float(1.0 / (1.0 + np.exp(-np.clip(z, -30.0, 30.0))))


def round_vectors(vectors: Floats, steps: int = VECTOR_STEPS) -> tuple[Floats, Floats]:
    """Return vectors of length one, rounded to steps that int8 holds.

    Parameters
    ----------
    vectors : array of shape (utterances, dimensions)
    steps : int, default=32
        Between 0 and 1.

    Returns
    -------
    (vectors, scales of shape (utterances,))
        As they are remembered: each a whole number of its own steps, whose size keeps the cosine of the vector and its
        rounded self at one.
    """
    whole = np.rint(vectors * np.float32(steps))
    along = np.einsum("ij,ij->i", whole, vectors)
    scales = (1.0 / np.maximum(along, 1.0)).astype(np.float32)
    return whole * scales[:, None], scales


def count_steps(vectors: Floats, scales: Floats) -> Bytes:
    """Return the steps of vectors that were rounded, of shape (utterances, dimensions)."""
    steps: Bytes = np.rint(vectors / scales[:, None]).astype(np.int8)
    return steps


@dataclass(frozen=True)
class Memory:
    """Vectors and texts of the utterances that a model learnt from, to find the nearest ones.

    Parameters
    ----------
    steps : array of shape (utterances, dimensions)
        The vectors, each in whole steps of its own size.
    intents : array of shape (utterances,)
        Positions in the catalogue.
    texts
        The utterances; from disk, they are read when they are first asked for, which no answer needs.
    centroids : array of shape (intents, dimensions)
    known_words
        Words of utterances that are in scope.
    unseen
        What a model took each utterance for that had not seen it, and how sure it was; for editors, and read as late.
    vector_scales : array of shape (utterances,), optional
        The size of a step of each vector; without it all have steps of 1/127.
    """

    steps: Bytes
    intents: Integers
    texts: Sequence[str]
    centroids: Floats
    known_words: frozenset[str]
    unseen: Sequence[tuple[str, float]] = ()
    vector_scales: Floats | None = None

    @property
    def vectors(self) -> Floats:
        """The vectors, of shape (utterances, dimensions), as floats anew at each use: for training and editors."""
        vectors: Floats = self.steps * self._scales[:, None]
        return vectors

    @cached_property
    def neighbours(self) -> Neighbours:
        """What finds the nearest utterances."""
        return Neighbours(self.steps, self._scales)

    @property
    def _scales(self) -> Floats:
        first = np.float32(1 / _FIRST_VECTOR_STEPS)
        return np.full(len(self.steps), first) if self.vector_scales is None else self.vector_scales


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
        """Return a model, after checking that it is whole and fits what is installed.

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
        try:
            with ThreadPoolExecutor(2) as beside:
                # Checksums, onnxruntime and NumPy leave the interpreter to others: a third of the time on two cores.
                encoder = beside.submit(_load_encoder, folder, record)
                arrays = _unpack_arrays(_read_checked(folder, "head.npz", record))
                words = _read_words(_read_checked(folder, "vocabulary.json", record))
                memory = _build_memory(arrays, words)
                neighbours = beside.submit(lambda: memory.neighbours)
                features = _build_features(arrays, words)
                neighbours.result()
            return cls(
                catalogue=Catalogue.from_json(_read_checked(folder, "catalogue.json", record).decode("utf-8")),
                features=features,
                encoder=encoder.result(),
                head=_head(arrays),
                scope=Scope(
                    arrays["scope_weights"], arrays["scope_means"], arrays["scope_scales"], float(arrays["scope_bias"])
                ),
                memory=memory,
                thresholds=Thresholds(**record["thresholds"]),
                record=record,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"The model in {folder} is incomplete ({error}); {_RETRAIN}.") from error


def _load_encoder(folder: Path, record: Mapping[str, Any]) -> Encoder:
    for name in ("encoder.onnx", "tokenizer.json"):
        _read_checked(folder, name, record)
    return Encoder.load(folder)


def save_model(
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
    """Write a model beside its encoder, which `fine_tune.export_encoder` wrote into the same folder before.

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
        "ngrams": head.ngrams if head.ngram_scales is not None else head.ngrams.astype(np.float16),
        "embedding": head.embedding,
        "bias": head.bias,
        "scope_weights": scope.weights,
        "scope_means": scope.means,
        "scope_scales": scope.scales,
        "scope_bias": np.float64(scope.bias),
        "vectors": memory.steps,
        "vector_intents": memory.intents.astype(np.uint8),
        "centroids": memory.centroids,
    }
    added = _added_by_format_two(head, memory)
    packed = io.BytesIO()
    # Not compressed: unpacking would cost 70 ms at every start, and git and wheels compress what they hold.
    np.savez(packed, **arrays, **added)  # type: ignore[arg-type]
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
        "format": 2 if added else 1,
        **{name: value for name, value in record.items() if name != "format"},
        "thresholds": asdict(thresholds),
        "needs": NEEDS,
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
    }
    whole["seal"] = _compute_seal(whole)
    (folder / RECORD).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _added_by_format_two(head: Head, memory: Memory) -> dict[str, Any]:
    added: dict[str, Any] = {}
    if head.ngram_scales is not None:
        added["ngram_scales"] = head.ngram_scales
    if memory.vector_scales is not None:
        added["vector_scales"] = memory.vector_scales
    return added


def read_record(folder: Path) -> Mapping[str, Any]:
    """Return a model's record, after checking that it is whole.

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
    if not isinstance(record, dict) or record.get("format") not in READABLE_FORMATS:
        found = record.get("format") if isinstance(record, dict) else None
        readable = " and ".join(map(str, READABLE_FORMATS))
        raise ModelError(f"The model in {folder} is of format {found} and this release reads {readable}; {_RETRAIN}.")
    if record.get("seal") != _compute_seal(record):
        raise ModelError(f"The model's record {folder / RECORD} was changed after training; {_RETRAIN}.")
    return record


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Return the catalogue that a model was trained with.

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
    """Return the content of one file of a model, after checking it against the record.

    Raises
    ------
    ModelError
        When it is missing or was changed.
    """
    return _read_checked(folder, name, read_record(folder))


def _read_checked(folder: Path, name: str, record: Mapping[str, Any]) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise ModelError(f"The model's file {folder / name} is missing; {_RETRAIN}.") from None
    if hashlib.sha256(content).hexdigest() != record.get("files", {}).get(name):
        raise ModelError(f"The model's file {folder / name} is not the one that was trained; {_RETRAIN}.")
    return content


def _compute_seal(record: Mapping[str, Any]) -> str:
    """Return a checksum of the record itself: against damage and stray edits, not against an attacker."""
    content = json.dumps({key: value for key, value in record.items() if key != "seal"}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _head(arrays: Mapping[str, Any]) -> Head:
    ngrams = arrays["ngrams"]
    scales = arrays["ngram_scales"] if ngrams.dtype == np.int8 else None
    return Head(ngrams, arrays["embedding"], arrays["bias"], scales)


def _read_words(content: bytes) -> dict[str, Any]:
    """Return the lists of vocabulary.json: the utterances and what they were taken for, two thirds of it, unread."""
    words, has_texts, rest = content.partition(_BEFORE_TEXTS)
    texts, has_unseen, unseen = rest.partition(_BEFORE_UNSEEN)
    whole: dict[str, Any] = _parse(words + b"]}" if has_unseen else content)
    if has_texts and has_unseen:  # as `save_model` writes it
        whole["utterances"] = LaterSequence(lambda: tuple(_parse(b"[" + texts + b"]")))
        whole["unseen"] = LaterSequence(lambda: tuple(map(tuple, _parse(b"[" + unseen.removesuffix(b"}")))))
    return whole


def _parse(content: bytes) -> Any:
    return from_json(content, cache_strings="none")


def _build_features(arrays: Mapping[str, Any], words: Mapping[str, Any]) -> Features:
    columns = list(range(max(len(words["words"]), len(words["letters"]))))  # one object for a number: 2 MiB less
    return Features(
        NgramWeights(dict(zip(words["words"], columns, strict=False)), arrays["word_idf"]),
        NgramWeights(dict(zip(words["letters"], columns, strict=False)), arrays["letter_idf"]),
    )


def _build_memory(arrays: Mapping[str, Any], words: Mapping[str, Any]) -> Memory:
    return Memory(
        steps=arrays["vectors"],
        intents=arrays["vector_intents"].astype(np.int64),
        texts=words["utterances"],
        centroids=arrays["centroids"],
        known_words=frozenset(words["known"]),
        unseen=words["unseen"],
        vector_scales=arrays.get("vector_scales"),
    )


def _unpack_arrays(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        arrays = {
            info.filename.removesuffix(".npy"): _unpack_array(content, packed, info) for info in packed.infolist()
        }
    return {name: one.astype(np.float32) if one.dtype == np.float16 else one for name, one in arrays.items()}


def _unpack_array(content: bytes, packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    """Return one array of a file that NumPy wrote; where it is not compressed, in place.

    NumPy's own reader copies each array twice, and adds up a checksum of what has one already: 60 ms of every start.
    """
    with packed.open(info) as stored:
        version = np.lib.format.read_magic(stored)
        if info.compress_type != zipfile.ZIP_STORED or version != (1, 0):
            stored.seek(0)
            return np.lib.format.read_array(stored, allow_pickle=False)
        shape, by_column, dtype = np.lib.format.read_array_header_1_0(stored)
        names = content[info.header_offset + 26 : info.header_offset + 30]  # lengths of the name and of what follows it
        before = 30 + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little") + stored.tell()
    if dtype.hasobject:
        raise ValueError("it holds Python's objects")
    flat = np.frombuffer(content, dtype, math.prod(shape), info.header_offset + before)
    # Arithmetic on numbers that straddle words of memory is slow; the two large arrays are of single bytes.
    return (flat if flat.flags.aligned else flat.copy()).reshape(shape, order="F" if by_column else "C")


def _check_versions(record: Mapping[str, Any]) -> None:
    for library, least in record.get("needs", {}).items():
        try:
            installed = metadata.version(library)
        except metadata.PackageNotFoundError:
            raise ModelError(
                f"The model needs {library} {least} or later, which is not installed; install Small Steps again."
            ) from None
        if _parse_version(installed) < _parse_version(least):
            raise ModelError(
                f"The model needs {library} {least} or later and {installed} is installed; install Small Steps again."
            )


def _parse_version(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
