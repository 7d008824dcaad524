"""Learned layers on disk, keyed by the model and the topics: a later start need not learn again."""

import hashlib
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from intents.own.budget import Budget
from intents.own.layers import OwnLayers, Scales
from intents.own.ngrams import PhraseNgrams
from intents.own.phrases import PhraseFinding
from intents.own.topics import OwnTopic
from intents.own.words import TellingWords
from intents.whole_files import write_whole

_LOG = logging.getLogger(__name__)
_FORMAT = 2  # counted up with every change of how themes are learned
_KEPT = 8  # files; a pack that is edited leaves one behind each time

LearnedPack = tuple[OwnLayers, tuple[PhraseFinding, ...]]


def compute_key(seal: str, topics: Sequence[OwnTopic]) -> str:
    """Return the name under which layers are kept: another model, or another word of a pack, is another name."""
    content = json.dumps([_FORMAT, seal, [asdict(topic) for topic in topics]], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def read_layers(folder: Path, key: str) -> LearnedPack | None:
    """Return what was learned under a key; None where nothing was, or where the file cannot be used."""
    path = _locate(folder, key)
    try:
        with np.load(path, allow_pickle=False) as packed:
            return _unpack({name: packed[name] for name in packed.files})
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a cache, it is learned again
        _LOG.warning("%s cannot be used (%s); the own themes are learned again.", path, type(error).__name__)
        return None


def write_layers(folder: Path, key: str, layers: OwnLayers, findings: Sequence[PhraseFinding]) -> None:
    """Keep what was learned; where the disk refuses, it is learned again at the next start."""
    try:
        packed = io.BytesIO()
        np.savez(packed, **_pack(layers, findings))
        write_whole(_locate(folder, key), packed.getvalue())
        _delete_oldest(folder)
    except OSError as error:
        _LOG.warning("What was learned of own themes cannot be kept in %s (%s).", folder, error)


def _locate(folder: Path, key: str) -> Path:
    return folder / f"own-themes-{key[:32]}.npz"


def _delete_oldest(folder: Path) -> None:
    files = sorted(folder.glob("own-themes-*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)


def _pack(layers: OwnLayers, findings: Sequence[PhraseFinding]) -> dict[str, Any]:
    texts = {
        "themes": layers.themes,
        "topics": layers.topics,
        "terms": [[sorted(term) for term in terms] for terms in layers.words.terms],
        "findings": [asdict(finding) for finding in findings],
    }
    return {
        "texts": np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8),
        "centre": layers.centre,
        "weights": layers.weights,
        "columns": layers.phrases.columns,
        "starts": layers.phrases.starts,
        "entries": layers.phrases.entries,
        "values": layers.phrases.values,
        "topic_of": layers.topic_of,
        "scales": np.stack([getattr(layers.scales, name) for name in _SCALES]),
        "limits": np.stack([layers.budget.outright, layers.budget.offered, layers.budget.refused]),
        "logistic": np.array([layers.budget.slope, layers.budget.intercept]),
    }


def _unpack(arrays: dict[str, Any]) -> LearnedPack:
    texts = json.loads(arrays["texts"].tobytes())
    slope, intercept = map(float, arrays["logistic"])
    topic_of, (outright, offered, refused) = arrays["topic_of"], arrays["limits"]
    layers = OwnLayers(
        themes=tuple(texts["themes"]),
        topics=tuple(texts["topics"]),
        centre=arrays["centre"],
        weights=arrays["weights"],
        phrases=PhraseNgrams(arrays["columns"], arrays["starts"], arrays["entries"], arrays["values"], len(topic_of)),
        topic_of=topic_of,
        scales=Scales(*arrays["scales"]),
        budget=Budget(outright, offered, refused, slope, intercept),
        words=TellingWords(tuple(tuple(frozenset(term) for term in terms) for terms in texts["terms"])),
    )
    return layers, tuple(PhraseFinding(**finding) for finding in texts["findings"])


_SCALES = ("meaning_mean", "meaning_scale", "ngrams_mean", "ngrams_scale")
