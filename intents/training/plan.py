"""The plan of a training: every choice in one place, kept in the model's record."""

from dataclasses import dataclass, field

from intents.decisions import Costs
from intents.training.fine_tune import Recipe


@dataclass(frozen=True, slots=True)
class Plan:
    """Choices of a training.

    Parameters
    ----------
    recipe
        Of the encoder.
    ngram_strength, embedding_strength
        Inverse regularisation of the two linear layers.
    least_words, least_letters
        In how many utterances an n-gram must stand.
    lifelike, lifelike_weight
        Writers who began with a situation and were given no theme, and how much each of their utterances counts.
    late
        Writers who came when the encoder had been fine-tuned: the linear layers learn from them, the encoder does not,
        and nothing is chosen on them.
    also_share
        What the further acceptable intents of an utterance get of its label, together.
    costs
        What each mistake costs; the thresholds follow.
    folds
        How many times an encoder is fine-tuned without a part of the utterances, to see what it makes of them. 0 is
        quick: all is then chosen on the validation utterances, and `intents check` cannot tell what is wrong when
        held out.
    """

    recipe: Recipe = field(default_factory=Recipe)
    ngram_strength: float = 100.0
    embedding_strength: float = 1.0
    least_words: int = 2
    least_letters: int = 2
    lifelike: tuple[str, ...] = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10")
    lifelike_weight: float = 3.0
    late: tuple[str, ...] = ("s10",)
    also_share: float = 0.3
    costs: Costs = field(default_factory=Costs)
    folds: int = 2
