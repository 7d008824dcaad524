"""The model card: what the model is, what it learnt from, how good it is and where it errs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from intents.care_rules import read_care
from intents.catalogue import KINDS, Catalogue
from intents.corpus import Corpus, Utterance
from intents.evaluation.metrics import Estimate, Judgement, Report, compute_report
from intents.evaluation.people import SliceFigures, compute_slices, split_people
from intents.scope import SIGNALS

_CONFUSIONS = 20


def render_model_card(corpus: Corpus, judged: Sequence[Judgement], record: Mapping[str, Any]) -> str:
    """Return the text of MODEL_CARD.md.

    Parameters
    ----------
    corpus
        What was learnt.
    judged
        Held-out utterances as the model judged them.
    record
        Of the model.
    """
    people, given = split_people(judged)
    report = compute_report(given, corpus.catalogue)
    held_out = [entry.utterance for entry in given]
    parts = [
        _render_head(corpus, record),
        *_render_people(corpus.catalogue, people),
        "## How good it is with writers who were given a theme\n",
        "These figures are kinder than life, since nobody gives real people a theme. "
        f"Measured on {len(held_out)} held-out utterances by {_format_writers(held_out)}, never trained on; 95 % "
        "bootstrap intervals in brackets. Thresholds and calibration come from the folds and from the writers in "
        "`intents/validation`, who were looked at between trainings. The held-out writers saw none of our utterances, "
        "and no choice was made by their figures.\n",
        _render_figures(corpus.catalogue, given, report),
        "Each part by itself, on utterances it had not seen while training (theme right at once): "
        + ", ".join(f"{name} {share:.1%}" for name, share in record["layers_alone"].items())
        + ".\n",
        f"Expected calibration error: {report.calibration_error:.3f}. Mean cost of a message: {report.cost:.2f} "
        "clarifying questions.\n",
        "### Per voice (theme right at once)\n",
        _render_table(
            ("voice", "share", "of"), [_format_row(name, figure) for name, figure in report.by_voice.items()]
        ),
        "### Per intent (right)\n",
        _render_table(
            ("intent", "share", "of"), [_format_row(name, figure) for name, figure in report.by_intent.items()]
        ),
        "### Most frequent confusions\n",
        _render_table(
            ("meant", "taken for", "times"),
            [(true, taken, str(times)) for true, taken, times in report.confusions[:_CONFUSIONS]],
        ),
        _render_tail(record),
    ]
    return "\n".join(parts)


def _render_people(catalogue: Catalogue, people: Sequence[Judgement]) -> list[str]:
    """Return the section on real people's messages; empty where none are held out."""
    if not people:
        return []
    kinds = {intent.id: intent.kind for intent in catalogue.intents.values()}
    figures = compute_report(people, catalogue).figures
    asked = ("out of scope refused", "handover found", "handover to the right people", "handover false alarm")
    return [
        "## How good it is with real people\n",
        f"Measured on {len(people)} messages that were retold from what people wrote in public about their work, by "
        "somebody who knew no theme. Two judges, who did not know each other, then said which answers would truly "
        "help. This third was kept for the end; on the other two thirds, in `intents/validation/people.yaml`, "
        "thresholds were chosen. *Helped* means: the right answer, or a right one among those offered. A message may "
        "stand in several slices.\n",
        _render_table(
            ("slice", "of", "right at once", "helped", "outright and wrong", "refused", "people named without need"),
            [_format_slice(name, one) for name, one in compute_slices(people, kinds).items()],
        ),
        _render_table(("", "share", "of"), [_format_row(f"real people: {name}", figures[name]) for name in asked]),
    ]


def _format_slice(name: str, figures: SliceFigures) -> tuple[str, ...]:
    numbers = (figures.right, figures.helped, figures.wrong, figures.refused, figures.handed_over)
    return name, str(figures.count), *(f"{number / figures.count:.1%}" for number in numbers)


def _render_figures(catalogue: Catalogue, judged: Sequence[Judgement], report: Report) -> str:
    """Return the table of metrics: all writers together with intervals, then each writer."""
    writers = sorted({entry.utterance.writer for entry in judged})
    alone = [
        compute_report([entry for entry in judged if entry.utterance.writer == writer], catalogue).figures
        for writer in writers
    ]
    rows = [
        (*_format_row(name, figure), *(f"{figures[name].value:.1%} of {figures[name].count}" for figures in alone))
        for name, figure in report.figures.items()
    ]
    return _render_table(("", "share", "of", *writers), rows)


def _render_head(corpus: Corpus, record: Mapping[str, Any]) -> str:
    counts = Counter(utterance.intent for utterance in corpus.utterances)
    per_kind = {kind: [counts[name] for name in corpus.catalogue.list_ids(kind)] for kind in KINDS}
    rows = [
        (kind, str(len(sizes)), str(sum(sizes)), str(min(sizes)), str(max(sizes)))
        for kind, sizes in per_kind.items()
        if sizes
    ]
    voices = {utterance.voice for utterance in corpus.utterances if utterance.voice}
    layers = record["layers"]
    return "\n".join(
        [
            "# Model card: the intents of Small Steps\n",
            "This file is written by `small-steps train`; do not edit it.\n",
            "## What it is\n",
            "A classifier that tells which of "
            f"{len(corpus.catalogue.ids)} intents a message has: themes to be answered with a lesson, conversation, "
            "handovers to people, and out of scope. A logistic regression over word and letter n-grams and one over "
            "the vectors of a sentence encoder are added up, weighed "
            f"{layers['ngrams']:g} to {layers['embedding']:g}; the softmax of the sum is the confidence. The encoder "
            "is all-MiniLM-L6-v2, fine-tuned on the utterances and quantised to eight bits. A short list of "
            "unmistakable phrases (`safety.yaml`) hands over whatever the model says.\n",
            "It is made to choose a lesson on leading change in health and care. It is not made to judge people, to "
            "triage patients or to find every person in distress: it points to those who can help, and it can miss "
            "one.\n",
            "## What it learnt from\n",
            f"{len(corpus.utterances)} utterances written one by one, not by templates, by "
            f"{_format_writers(corpus.utterances)} (language-model agents) in {len(voices)} voices, "
            "imagined and about nobody in particular, then judged blind. "
            f"Fingerprint `{record['corpus'][:16]}`.\n",
            _render_table(("kind", "intents", "utterances", "fewest", "most"), rows),
            *_render_late(corpus, record),
        ]
    )


def _render_late(corpus: Corpus, record: Mapping[str, Any]) -> list[str]:
    """Return a sentence on the writers from whom the encoder did not learn; nothing where there are none."""
    late = sum(utterance.writer in record["plan"].get("late", ()) for utterance in corpus.utterances)
    if not late:
        return []
    return [f"{late} of them came when the encoder had been fine-tuned: the linear layers alone learnt from these.\n"]


def _render_tail(record: Mapping[str, Any]) -> str:
    plan, thresholds, care = record["plan"], record["thresholds"], read_care()["thresholds"]
    versions = ", ".join(f"{name} {version}" for name, version in record["trained_with"].items())
    return "\n".join(
        [
            "## How it decides\n",
            _render_table(
                ("decision", "from"),
                [
                    ("handover, the full card", f"gravity {care['danger']:.2f}, or the safety net"),
                    ("support first, and a question back", f"gravity {care['perhaps']:.2f}, or the safety net"),
                    ("conversation", f"confidence {thresholds['conversation']:.2f}"),
                    ("out of scope", f"score {thresholds['out_of_scope']:.2f}, or the likeliest"),
                    ("answer", f"confidence {thresholds['answer']:.2f}; below it, we ask back"),
                ],
            ),
            f"The score for out of scope weighs: {'; '.join(SIGNALS)}.\n",
            "The thresholds have the least cost on utterances that the models behind them had not seen, at these costs "
            "(a clarifying question is 1):\n",
            _render_table(
                ("mistake", "cost"), [(name.replace("_", " "), f"{cost:g}") for name, cost in plan["costs"].items()]
            ),
            "## Limits\n",
            "- English as it is written in the NHS. Other languages are mostly taken for out of scope.\n"
            "- Imagined messages are tidier than real ones, and their writers knew the themes.\n"
            "- The themes overlap; a wrong theme is mostly a neighbour's. The bot asks back when it is not sure.\n"
            f"- The encoder reads {plan['recipe']['max_tokens']} tokens of a text at a time; longer messages are read "
            "in parts.\n",
            "## Licence\n",
            "The utterances and the linear layers are under this project's licence. The encoder derives from "
            "all-MiniLM-L6-v2 by the sentence-transformers authors, Apache License 2.0 (see NOTICE).\n",
            "## How to train it again\n",
            "`make train`, or `small-steps train` with the `train` extra installed. The same utterances, seed and "
            "versions give the same model on the same kind of processor. Afterwards `small-steps evaluate` measures "
            "it.\n",
            f"Recipe: {', '.join(f'{name} {value}' for name, value in plan['recipe'].items())}; "
            f"folds {plan['folds']}. Trained with {versions}.\n",
        ]
    )


def _format_row(name: str, figure: Estimate) -> tuple[str, str, str]:
    share = f"{figure.value:.1%} ({figure.low:.1%} to {figure.high:.1%})" if figure.count else "none"
    return name, share, str(figure.count)


def _format_writers(utterances: Sequence[Utterance]) -> str:
    count = len({utterance.writer for utterance in utterances})
    return f"{count} writer" + ("s" if count != 1 else "")


def _render_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [" | ".join(row) for row in (header, ["---"] * len(header), *rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"
