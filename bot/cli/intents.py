"""The commands train, evaluate, why, intents check and intents try, for editors of utterances."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import print_table, show_progress, write_file
from bot.diagnostics import OperatorError
from bot.lesson_vectors import write_lesson_vectors

if TYPE_CHECKING:
    from intents.evaluation.metrics import Report

app = typer.Typer(help="Check the utterances, and try new ones.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Option("--model", file_okay=False, help="Use this model in place of ours.")]
_SHOWN = 40


def train(
    fine_tune: Annotated[
        bool, typer.Option("--fine-tune/--no-fine-tune", help="Fine-tune the encoder, or take it as published.")
    ] = True,
    folds: Annotated[
        int, typer.Option(min=0, max=3, help="Encoders fine-tuned without a part of the utterances; 0 is quick.")
    ] = 2,
    epochs: Annotated[int | None, typer.Option(min=1, max=50, help="Passes over the utterances.")] = None,
    processors: Annotated[int, typer.Option(min=1, help="So many encoders are fine-tuned at a time.")] = 2,
    cache: Annotated[
        Path | None, typer.Option(file_okay=False, help="Keep encoders here, so that a second run takes up the first.")
    ] = None,
    pack: Annotated[
        list[Path] | None,
        typer.Option(
            "--pack", exists=True, file_okay=False, help="Learn the phrases of this pack's own themes as well."
        ),
    ] = None,
    model: Folder = None,
) -> None:
    """Rebuild the model from the utterances and write its card. Needs the `train` extra.

    With --pack the model knows the pack's own themes, and takes the place of ours where the bot runs; keep the pack
    in its settings. It pays from hundreds of phrases on: fewer are learned when the pack is loaded, without training.
    """
    import tempfile
    from dataclasses import replace

    from intents import Classifier, corpus
    from intents.evaluation import model_card
    from intents.evaluation.metrics import judge_utterances
    from intents.model import MODEL_FOLDER
    from intents.own import unseen
    from intents.training.fine_tune import Recipe
    from intents.training.plan import Plan
    from intents.training.train import train_model

    recipe = Recipe()
    recipe = replace(recipe, epochs=(epochs or recipe.epochs) if fine_tune else 0)
    folder = model or MODEL_FOLDER
    plan = Plan(recipe=recipe, folds=folds)
    with tempfile.TemporaryDirectory() as scratch:
        utterances = _join_packs(pack, Path(scratch) / "utterances") if pack else corpus.UTTERANCES
        learnt = corpus.load_corpus(utterances)
        trained = train_model(
            folder,
            utterances=utterances,
            plan=plan,
            processors=processors,
            cache=cache,
            report_progress=typer.echo,
        )
    classifier = Classifier.load(folder)
    held_out = corpus.load_held_out(learnt.catalogue)
    unseen.write_unseen(folder, classifier, corpus.load_held_out(learnt.catalogue, corpus.VALIDATION), typer.echo)
    judged = judge_utterances(classifier, held_out) if held_out else trained.judged
    written = folder.parent / "MODEL_CARD.md"
    write_file(written, model_card.render_model_card(learnt, judged, classifier.model.record))
    count = write_lesson_vectors(folder)
    typer.echo(f"Model in {folder} with the vectors of {count:,} texts of lessons, card in {written}.")


def _join_packs(packs: list[Path], folder: Path) -> Path:
    """Return a folder with the shipped utterances and the phrases of packs."""
    from bot.pack_utterances import write_utterances

    for theme, count in write_utterances(packs, folder).items():
        typer.echo(f"{theme} is learned from {count} phrases.")
    return folder


def evaluate(
    html: Annotated[Path | None, typer.Option(dir_okay=False, help="Write a page with plots to this file.")] = None,
    model: Folder = None,
) -> None:
    """Measure the model on the held-out utterances."""
    from intents import Classifier, corpus
    from intents.evaluation import plots
    from intents.evaluation.metrics import compute_report, judge_utterances

    classifier = Classifier.load(model)
    catalogue = classifier.model.catalogue
    held_out = corpus.load_held_out(catalogue)
    if not held_out:
        raise OperatorError(f"There are no held-out utterances in {corpus.HELD_OUT}: add a file for a writer.")
    with show_progress(f"Classifying {len(held_out):,} utterances"):
        judged = judge_utterances(classifier, held_out)
        report = compute_report(judged, catalogue)
    _print_report(report)
    if html:
        write_file(html, plots.render_evaluation_page(judged, report, catalogue, classifier.model.thresholds))
        typer.echo(f"Written to {html}.")


def why(text: Annotated[str, typer.Argument(help="A message.")], model: Folder = None) -> None:
    """Explain what a message is taken for: the words and the nearest utterances that decided."""
    from rich.console import Console

    from intents import Classifier

    classifier = Classifier.load(model)
    found, explanation = classifier.classify(text), classifier.explain(text)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"decision  {found.decision}" + (" (a name)" if found.named else ""))
    if found.care.band != "none":
        console.print(f"care      {found.care.band}, {found.care.topic}, about {found.care.about}")
    console.print(f"sentence  {found.sentence or '(no words)'}")
    console.print("intents   " + ", ".join(f"{intent.id} {intent.confidence:.0%}" for intent in found.intents))
    console.print(f"words     {', '.join(explanation.words) or '(none alone)'}")
    for nearest in explanation.nearest:
        console.print(f"near      {nearest.similarity:.2f} {nearest.intent}: {nearest.text}")


@app.command()
def check(
    every: Annotated[bool, typer.Option("--all", help="Print every finding, not only the first of each rule.")] = False,
    model: Folder = None,
) -> None:
    """Check the utterances: twice, alike, new but taken for another intent, stealing. Exit 1 when one stands twice."""
    from intents import ModelError, corpus
    from intents.evaluation import lint
    from intents.model import Model

    try:
        loaded = Model.load(model)
    except ModelError as error:
        typer.echo(f"What the model takes for something else is not looked for: {error}", err=True)
        loaded = None
    with show_progress("Checking the utterances"):
        learnt = corpus.load_corpus(allow_duplicates=True)
        apart = [
            utterance
            for folder in (corpus.HELD_OUT, corpus.VALIDATION)
            for utterance in corpus.load_held_out(learnt.catalogue, folder)
        ]
        findings = lint.lint_corpus(learnt, loaded, apart)
    hard = [] if every else [finding for finding in findings if finding.rule == "hard"]
    findings = [finding for finding in findings if every or finding.rule != "hard"]
    for rule in dict.fromkeys(finding.rule for finding in findings):
        of_rule = [finding for finding in findings if finding.rule == rule]
        typer.echo(f"{rule} ({len(of_rule)})")
        for finding in of_rule if every else of_rule[:_SHOWN]:
            typer.echo(f"  {finding.where}: {finding.text}")
        if len(of_rule) > _SHOWN and not every:
            typer.echo(f"  … and {len(of_rule) - _SHOWN} more, with --all")
    errors = sum(finding.must_be_mended for finding in findings)
    typer.echo(f"{len(learnt.utterances)} utterances: {errors} to mend, {len(findings) - errors} to look at.")
    if hard:
        typer.echo(
            f"{len(hard)} that were trained on are hard: a model that had not seen them took them for something else. "
            "--all lists them."
        )
    if errors:
        raise typer.Exit(1)


@app.command()
def vectors(model: Folder = None) -> None:
    """Write the vectors of our lessons beside the model, after lessons were edited; `train` does so by itself."""
    with show_progress("Encoding the lessons"):
        count = write_lesson_vectors(model)
    typer.echo(f"The vectors of {count:,} texts of lessons were written beside the model.")


@app.command(name="try")
def try_(
    text: Annotated[str, typer.Argument(help="A new utterance.")],
    intent: Annotated[str, typer.Option("--intent", help="The intent that it would be added to.")],
    model: Folder = None,
) -> None:
    """Show what a new utterance would change, without training."""
    from intents import corpus
    from intents.evaluation import what_if
    from intents.model import Model

    loaded = Model.load(model)
    what_if.check_intent(loaded, intent)
    with show_progress("Fitting the head with and without the utterance (half a minute)"):
        trial = what_if.Trials(loaded, corpus.load_corpus(allow_duplicates=True)).try_utterance(intent, text)
    typer.echo("Today it is taken for " + ", ".join(f"{name} ({sure:.0%})" for name, sure in trial.before) + ".")
    typer.echo(f"Under {intent} it would change the side of {len(trial.changes)} utterances.")
    for change in trial.changes:
        verdict = "right" if change.for_the_better else "WRONG"
        typer.echo(
            f"  {verdict}  {change.utterance.where}: “{change.utterance.text}” from {change.before} to {change.after}"
        )
    if trial.drawn:
        typer.echo("It draws most on these utterances of other intents:")
        for utterance in trial.drawn:
            typer.echo(f"  {utterance.where} ({utterance.intent}): “{utterance.text}”")


def _print_report(report: "Report") -> None:
    from rich.table import Table

    table = Table("What", "Share", "95 % interval", "Of")
    for name, figure in report.figures.items():
        table.add_row(name, f"{figure.value:.1%}", f"{figure.low:.1%} to {figure.high:.1%}", str(figure.count))
    print_table(table)
    print(f"Expected calibration error {report.calibration_error:.3f}; mean cost {report.cost:.2f} questions.")
    voices = Table("Voice", "Theme right at once", "Of")
    for name, figure in report.by_voice.items():
        voices.add_row(name or "(none)", f"{figure.value:.1%}", str(figure.count))
    print_table(voices)
    confusions = Table("Meant", "Taken for", "Times")
    for true, taken, times in report.confusions[:15]:
        confusions.add_row(true, taken, str(times))
    print_table(confusions)
