"""The command questions, which drafts utterances from questions that got no lesson."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ask import with_app

if TYPE_CHECKING:
    from bot.app import App
    from bot.insights.questions import QuestionGroup, TryUtterance


def questions(
    most: Annotated[int, typer.Option(min=1, max=500, help="How many phrases to draft, the most frequent first.")] = 20,
) -> None:
    """Draft utterances from questions that got no lesson, and show what each would win over."""
    from bot.insights.questions import format_yaml

    found = with_app(lambda app: _grouped(app, most))
    if found is None:
        typer.echo("No questions are kept. SMALL_STEPS_KEEP_QUESTIONS_DAYS says for how many days to keep them.")
        return
    typer.echo(
        "# Redacted questions, by the theme they are nearest to. Read each; move it where it belongs, or drop it."
    )
    for group in found:
        typer.echo(f"\n{format_yaml(group)}", nl=False)


async def _grouped(app: "App", most: int) -> "list[QuestionGroup] | None":
    from bot.insights.questions import group_questions
    from bot.store.questions import Questions

    kept = await Questions(app.engine).all()
    return group_questions(kept, app.classifier, _trial(app), most) if kept else None


def _trial(app: "App") -> "TryUtterance":
    from bot.insights.questions import UtteranceChange
    from intents import corpus
    from intents.evaluation.what_if import Trials

    trials = Trials(app.classifier.model, corpus.load_corpus(allow_duplicates=True))

    def try_(intent: str, text: str) -> tuple[UtteranceChange, ...]:
        return tuple(
            UtteranceChange(c.utterance.where, c.utterance.text, c.before, c.after, c.for_the_better)
            for c in trials.try_utterance(intent, text).changes
            if c.after == intent
        )

    return try_
