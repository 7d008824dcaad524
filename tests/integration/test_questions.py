"""Keeping unanswered questions, where the operator asks for it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import App, build_app
from bot.insights.questions import QuestionKeeper, UtteranceChange, format_yaml, group_questions
from bot.insights.redaction import Redactor
from bot.message import Message, Place, TextReply
from bot.settings import Settings
from bot.store.questions import Question, Questions

UNCLEAR = "nobody tells me what is really going on, ask Priya Chaudhary on 07700 900123"


def keeper(app: App, days: int) -> QuestionKeeper:
    redactor = Redactor(app.classifier.model.memory.known_words)
    return QuestionKeeper(Questions(app.engine), redactor, days, "Europe/London")


async def test_by_default_nothing_is_kept(app: App):
    await keeper(app, 0).keep(UNCLEAR, "clarify")
    assert await Questions(app.engine).all() == []


async def test_what_is_kept_is_redacted(app: App):
    await keeper(app, 30).keep(UNCLEAR, "clarify")
    (kept,) = await Questions(app.engine).all()
    assert "Priya" not in kept.text
    assert "07700" not in kept.text
    assert "really going on" in kept.text


async def test_the_conversation_keeps_what_got_no_lesson_and_never_what_it_hands_over(settings: Settings):
    async with build_app(settings.model_copy(update={"keep_questions_days": 30})) as app:
        for text in ("the work has stalled and people are cross", "should I double my warfarin tonight", "listening"):
            await app.conversation.answer_message(Message(text, "U1", Place("slack", "T", "C1")))
        kept = await Questions(app.engine).all()
    assert [question.decision for question in kept] == ["clarify"]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (0, "I do not keep what you type."),
        (1, "is kept for a day, "),
        (30, "is kept for 30 days, with names and numbers"),
    ],
)
async def test_who_asks_what_is_kept_is_told_what_the_operator_has_set(settings: Settings, days: int, says: str):
    async with build_app(settings.model_copy(update={"keep_questions_days": days})) as app:
        reply = await app.conversation.answer_message(Message("about", "U1", Place("slack", "T", "C1")))
    assert isinstance(reply, TextReply)
    assert says in " ".join(reply.paragraphs)


async def test_turned_off_again_everything_goes_when_the_bot_serves(app: App):
    await Questions(app.engine).keep(Question(date.today(), "a question", "clarify"))  # noqa: DTZ011
    await app.unanswered.delete_old()
    assert await Questions(app.engine).all() == []


async def test_what_is_left_of_too_little_is_not_kept(app: App):
    await keeper(app, 30).keep("Priya Chaudhary 07700 900123", "out-of-scope")
    assert await Questions(app.engine).all() == []


async def test_it_is_forgotten_after_its_days(app: App):
    questions, today = Questions(app.engine), date(2026, 6, 10)
    for age in (0, 6, 7, 30):
        await questions.keep(Question(today - timedelta(days=age), "a question", "clarify"))
    assert await questions.delete_older(today, 7) == 2
    assert await questions.delete_older(today, 0) == 2


async def test_drafts_are_utterances_with_what_they_win_over(app: App):
    asked = [Question(date(2026, 6, 1), text, "clarify") for text in ("is anybody listening", "is anybody listening")]
    changed = (UtteranceChange("listening.yaml:9", "they talk over me", "leadership", "listening", right=False),)
    (group,) = group_questions(asked, app.classifier, lambda _intent, _text: changed, most=5)
    draft = format_yaml(group)
    assert "asked 2 times" in draft
    assert "WRONG: wins “they talk over me”" in draft
    assert yaml.safe_load(draft) == {"utterances": {"unanswered": {"unknown": ["is anybody listening"]}}}


def test_the_command_says_when_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite'}")
    shown = CliRunner().invoke(cli, ["questions"])
    assert shown.exit_code == 0
    assert "SMALL_STEPS_KEEP_QUESTIONS_DAYS" in shown.output
