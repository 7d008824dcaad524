"""The page of an evaluation: confusion matrix, reliability, and wrong answers against questions back."""

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np

from intents.catalogue import Catalogue
from intents.decisions import Thresholds
from intents.evaluation.metrics import Judgement, Report, bin_reliability

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #212b32; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .2rem .8rem; border-bottom: 1px solid #d8dde0; }
th { text-align: left; } td:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; height: auto; } h1, h2 { color: #005eb8; } figcaption { color: #425563; }
"""


def render_evaluation_page(
    judged: Sequence[Judgement], report: Report, catalogue: Catalogue, thresholds: Thresholds
) -> str:
    """Return one HTML page with every plot embedded.

    Parameters
    ----------
    judged
        Utterances that the model was not trained on.
    report
        Measured on them.
    catalogue
        Gives the order of the intents.
    thresholds
        In use; marked on the curve.
    """
    of_themes = catalogue.list_ids("theme")
    themes = [entry for entry in judged if entry.utterance.intent in of_themes]
    figures = "".join(
        f"<tr><td>{escape(name)}</td><td>{figure.value:.1%}</td><td>{figure.low:.1%} to {figure.high:.1%}</td>"
        f"<td>{figure.count}</td></tr>"
        for name, figure in report.figures.items()
    )
    confusions = "".join(
        f"<tr><td>{escape(true)}</td><td>{escape(taken)}</td><td>{times}</td></tr>"
        for true, taken, times in report.confusions[:25]
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>How well the intents are told apart</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>
<h1>How well the intents are told apart</h1>
<p>Measured on {len(judged)} utterances that the model was not trained on.</p>
<table><tr><th>What</th><th>Share</th><th>95 % interval</th><th>Of</th></tr>{figures}</table>
<h2>Wrong answers against questions asked back</h2>
{
        _render_figure(
            lambda axes: _draw_curve(axes, themes, thresholds),
            (7.5, 4.5),
            "Each point is a threshold: asking back more often gives fewer wrong lessons. The cross is the one in use.",
        )
    }
<h2>Reliability</h2>
{
        _render_figure(
            lambda axes: _draw_reliability(axes, judged),
            (6, 5),
            f"How often we are right when we are so sure. Expected calibration error {report.calibration_error:.3f}.",
        )
    }
<h2>What is taken for what</h2>
{
        _render_figure(
            lambda axes: _draw_matrix(axes, judged, catalogue),
            (13, 12),
            "Rows: what was meant. Columns: what it was taken for, as shares of the row. What is acceptable is meant.",
        )
    }
<h2>Most frequent confusions</h2>
<table><tr><th>Meant</th><th>Taken for</th><th>Times</th></tr>{confusions}</table>
</body></html>
"""


def _render_figure(draw: Callable[[Any], None], size: tuple[float, float], caption: str) -> str:
    from matplotlib.figure import Figure  # without pyplot: no window, no state shared between pages

    figure = Figure(figsize=size, layout="constrained")
    draw(figure.add_subplot())
    packed = io.BytesIO()
    figure.savefig(packed, format="png", dpi=110)
    image = base64.b64encode(packed.getvalue()).decode()
    return (
        f'<figure><img alt="{escape(caption)}" src="data:image/png;base64,{image}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _draw_curve(axes: Any, themes: Sequence[Judgement], thresholds: Thresholds) -> None:
    asked, wrong = compute_error_curve(themes, np.linspace(0.0, 1.0, 101))
    axes.plot(asked, wrong, color="#005eb8")
    now_asked, now_wrong = compute_error_curve(themes, np.array([thresholds.answer]))
    axes.plot(now_asked, now_wrong, "x", color="#d5281b", markersize=10, markeredgewidth=2)
    axes.annotate(
        f"answer from {thresholds.answer:.2f}",
        (now_asked[0], now_wrong[0]),
        xytext=(10, 10),
        textcoords="offset points",
    )
    axes.set_xlabel("share of theme questions asked back")
    axes.set_ylabel("share answered with a wrong theme")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, None)
    axes.grid(alpha=0.3)


def compute_error_curve(themes: Sequence[Judgement], thresholds: Any) -> tuple[list[float], list[float]]:
    """Return, for each threshold, the share asked back and the share answered wrongly.

    Parameters
    ----------
    themes
        Questions about themes. Only those that reach the choice move: what is refused or handed over stays so.
    thresholds
        Confidences from which a theme is answered.
    """
    open_ones = [entry for entry in themes if entry.decision in ("answer", "clarify")]
    sure = np.array([entry.theme_confidence for entry in open_ones])
    good = np.array([entry.themes[0] in entry.utterance.accepted for entry in open_ones])
    total = max(1, len(themes))
    asked = [float((sure < threshold).sum() / total) for threshold in thresholds]
    wrong = [float(((sure >= threshold) & ~good).sum() / total) for threshold in thresholds]
    return asked, wrong


def _draw_reliability(axes: Any, judged: Sequence[Judgement]) -> None:
    points = bin_reliability(np.array([e.confidence for e in judged]), np.array([e.right for e in judged]))
    axes.plot([0, 1], [0, 1], color="#aeb7bd", linestyle="--")
    sure, good = [point.confidence for point in points], [point.right for point in points]
    axes.plot(sure, good, color="#005eb8")
    axes.scatter(
        sure,
        good,
        s=[40 + 900 * point.share for point in points],
        color="#005eb8",
        alpha=0.6,
    )
    axes.set_xlabel("confidence")
    axes.set_ylabel("share right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.grid(alpha=0.3)


def _draw_matrix(axes: Any, judged: Sequence[Judgement], catalogue: Catalogue) -> None:
    index = {name: i for i, name in enumerate(catalogue.ids)}
    counts = np.zeros((len(index), len(index)))
    for entry in judged:
        meant = entry.best if entry.right else entry.utterance.intent
        counts[index[meant], index[entry.best]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(index)), list(index), rotation=90, fontsize=7)
    axes.set_yticks(range(len(index)), list(index), fontsize=7)
    for row, column in zip(*np.nonzero(shares >= 0.05), strict=True):
        shade = "white" if shares[row, column] > 0.6 else "#212b32"
        axes.text(column, row, f"{shares[row, column] * 100:.0f}", ha="center", va="center", fontsize=5.5, color=shade)
