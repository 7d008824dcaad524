"""Unseen messages: what the shipped model has never learned from, by which an own theme is held to its budget.

What the model remembers of its utterances would be no fair measure: it knows them too well. These are the validation
messages, encoded and decided by the final model; they are shipped beside it.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
import numpy.typing as npt

from intents.arrays import Floats, Integers
from intents.decisions import Decision
from intents.model import MODEL_FOLDER, Model, ModelError, count_steps, round_vectors
from intents.normalisation import normalise_for_model

if TYPE_CHECKING:
    from intents.classifier import Classifier
    from intents.corpus import Utterance

FILE = "unseen.npz"
DECISIONS: tuple[Decision, ...] = get_args(Decision)
_STEPS = 127  # between 0 and 1, of a vector's numbers
_WINNABLE: frozenset[Decision] = frozenset(("answer", "clarify", "out-of-scope"))


@dataclass(frozen=True, slots=True)
class UnseenMessages:
    """Messages that the shipped model never learned from, as it reads them.

    Parameters
    ----------
    vectors : array of shape (messages, dimensions)
    intents : array of shape (messages,)
        Positions of their own intents in the catalogue.
    decisions : array of shape (messages,)
        What the shipped model decides, as positions in `DECISIONS`.
    taken : array of shape (messages,)
        Positions of the intents that it puts first.
    texts
        Normalised.
    seal
        Of the model that read them.
    """

    vectors: Floats
    intents: Integers
    decisions: Integers
    taken: Integers
    texts: tuple[str, ...]
    seal: str

    @property
    def winnable(self) -> npt.NDArray[np.bool_]:
        """Whether each message could go to an own theme at all: neither handed over nor taken for conversation."""
        names = np.array([decision in _WINNABLE for decision in DECISIONS])
        found: npt.NDArray[np.bool_] = names[self.decisions]
        return found

    @property
    def refused(self) -> npt.NDArray[np.bool_]:
        """Whether the shipped model refuses each message."""
        found: npt.NDArray[np.bool_] = self.decisions == DECISIONS.index("out-of-scope")
        return found


def read_unseen(model: Model, folder: Path | None = None) -> UnseenMessages | None:
    """Return the unseen messages of a model; None where its folder has none.

    Raises
    ------
    ModelError
        When the file is of another model, or damaged; one sentence.
    """
    path = (folder or MODEL_FOLDER) / FILE
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as packed:
            found = UnseenMessages(
                vectors=packed["vectors"] * packed["vector_scales"][:, None],
                intents=packed["intents"].astype(np.int64),
                decisions=packed["decisions"].astype(np.int64),
                taken=packed["taken"].astype(np.int64),
                texts=tuple(packed["texts"].tobytes().decode("utf-8").split("\n")),
                seal=str(packed["model_seal"]),
            )
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); run `make train`, or install the release again.") from error
    if found.seal != model.record.get("seal"):
        raise ModelError(f"{path} belongs to another model; run `make train`, or install the release again.")
    return found


def build_unseen(
    classifier: "Classifier", utterances: "Sequence[Utterance]", report_progress: Callable[[str], None] | None = None
) -> UnseenMessages:
    """Return messages as a model reads them that has never learned from them; about 12 ms each.

    Parameters
    ----------
    classifier
        Without own themes.
    utterances
        Validation messages.
    report_progress
        Called with a sentence each thousand messages.
    """
    model, ids = classifier.model, classifier.model.catalogue.ids
    kept = [(text, one) for one in utterances if (text := normalise_for_model(one.text))]
    found = []
    for number, (_, utterance) in enumerate(kept, 1):
        found.append(classifier.classify(utterance.text))
        if report_progress and number % 1_000 == 0:
            report_progress(f"{number:,} of {len(kept):,} unseen messages read.")
    return UnseenMessages(
        vectors=model.encoder.encode_texts([text for text, _ in kept]),
        intents=np.array([ids.index(one.intent) for _, one in kept], dtype=np.int64),
        decisions=np.array([DECISIONS.index(one.decision) for one in found], dtype=np.int64),
        taken=np.array([ids.index(one.intents[0].id) for one in found], dtype=np.int64),
        texts=tuple(text for text, _ in kept),
        seal=str(model.record["seal"]),
    )


def write_unseen(
    folder: Path,
    classifier: "Classifier",
    utterances: "Sequence[Utterance]",
    report_progress: Callable[[str], None] | None = None,
) -> None:
    """Write the unseen messages beside the model in a folder, which must be the classifier's own.

    Parameters
    ----------
    folder
        The model's folder.
    utterances
        Validation messages; the model must not have learned from them.
    """
    unseen = build_unseen(classifier, utterances, report_progress)
    _, scales = round_vectors(unseen.vectors, _STEPS)
    packed = io.BytesIO()
    np.savez(
        packed,
        vectors=count_steps(unseen.vectors, scales),
        vector_scales=scales,
        intents=unseen.intents.astype(np.uint8),
        decisions=unseen.decisions.astype(np.uint8),
        taken=unseen.taken.astype(np.uint8),
        texts=np.frombuffer("\n".join(unseen.texts).encode("utf-8"), dtype=np.uint8),
        model_seal=np.array(unseen.seal),
    )
    (folder / FILE).write_bytes(packed.getvalue())
