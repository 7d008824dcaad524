"""What each band of care gets: the card, support above the answer, a way back, and nothing kept of the words."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.history import FileHistory
from sqlalchemy import text

from bot.actions import AboutWork, PickTheme, ShowCare
from bot.app import App
from bot.conversation.conversation import Conversation
from bot.insights.questions import QuestionKeeper
from bot.insights.redaction import Redactor
from bot.message import ClarifyReply, HandoverReply, LessonReply, Message, Place, Press, TextReply
from bot.nations import WorkspaceNations
from bot.platforms import terminal
from bot.platforms.terminal_history import FileLines, open_history
from bot.store.questions import Questions
from intents import Care, Classification, Classifier
from tests.conftest import open_memory

HERE = Place("slack", "T1", "C1")
CHANGE = "our consultants just cross their arms in every workshop"
OFF = "who won the match on saturday"
DANGER = "I want to kill myself"


class Banded(Classifier):
    """The real classifier, with the care of a test on every message."""

    care = Care("none", None)

    def classify(self, text: str, themes: Mapping[str, str] | None = None) -> Classification:
        return replace(super().classify(text, themes), care=self.care)


@pytest.fixture
async def banded(app: App) -> tuple[Banded, Conversation]:
    classifier = Banded(app.classifier.model)
    keeper = QuestionKeeper(Questions(app.engine), Redactor(app.classifier.model.memory.known_words), 30, "UTC")
    nations = WorkspaceNations.parse(["T1=Wales"])
    return (
        classifier,
        Conversation(
            classifier,
            app.knowledge,
            app.answers,
            app.tips,
            open_memory(app.engine),
            unanswered=keeper,
            promises=None,
            nations=nations,
        ),
    )


def said(words: str, **more: object) -> Message:
    return Message(words, "U1", HERE, **more)


def labels(reply: object) -> list[str]:
    return [choice.label for choice in reply.choices]


async def test_danger_gets_the_card_of_the_workspaces_nation_for_the_asker(banded):
    classifier, conversation = banded
    classifier.care = Care("danger", "wellbeing")

    reply = await conversation.answer_message(said(CHANGE))

    assert isinstance(reply, HandoverReply)
    assert reply.care == classifier.care
    assert reply.audience == "asker"
    assert "111 and press 2" in " ".join(post.how for post in reply.signposts)
    assert labels(reply) == ["It was about work"]


async def test_it_was_about_work_leads_to_three_themes_and_nothing_is_remembered(banded, app: App):
    classifier, conversation = banded
    classifier.care = Care("danger", "wellbeing")
    card = await conversation.decide_danger(said(CHANGE))
    (choice,) = card.choices

    reply = await conversation.answer_press(Press(choice.action, "U1", HERE))

    assert isinstance(reply, ClarifyReply)
    assert [pick.action.theme for pick in reply.choices[:-1]] == list(choice.action.themes)
    assert len(choice.action.themes) == 3
    async with app.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM answers"))).scalar() == 0


@pytest.mark.parametrize(
    "words",
    [
        "It was about work",
        "it was about work.",
        "No, it was only about my work!",
        "IT’S ABOUT WORK",
        "that was about the work",
    ],
)
async def test_typed_it_was_about_work_gets_no_card_again(banded, words: str):
    classifier, conversation = banded
    classifier.care = Care("danger", "wellbeing")

    assert await conversation.decide_danger(said(words)) is None
    reply = await conversation.answer_message(said(words))

    assert isinstance(reply, TextReply)
    assert "I have kept nothing of it" in reply.paragraphs[0]


@pytest.mark.parametrize("words", ["it was about work and I want to die", "about work", "it was about working nights"])
async def test_more_than_that_is_read_like_any_message(banded, words: str):
    classifier, conversation = banded
    classifier.care = Care("danger", "wellbeing")
    assert isinstance(await conversation.decide_danger(said(words)), HandoverReply)


async def test_what_is_unmistakable_offers_no_way_back(app: App):
    card = await app.conversation.decide_danger(said(DANGER))
    assert card.care.unmistakable
    assert not card.choices


async def test_a_forged_press_offers_only_themes_that_there_are(app: App):
    reply = await app.conversation.answer_press(Press(AboutWork(("no-such", "listening")), "U1", HERE))
    assert [c.action.theme for c in reply.choices if isinstance(c.action, PickTheme)] == ["listening"]
    assert isinstance(await app.conversation.answer_press(Press(AboutWork(("no-such",)), "U1", HERE)), TextReply)


async def test_perhaps_gets_two_lines_with_the_numbers_first_then_the_work(banded, app: App):
    classifier, conversation = banded
    classifier.care = Care("perhaps", "wellbeing")

    reply = await conversation.answer_message(said(CHANGE))

    assert isinstance(reply, ClarifyReply)
    assert reply.question == "If you were asking about the work:"
    first, second = reply.support
    assert "116 123" in first
    assert "999" in first
    assert "111 and press 2" in second
    assert labels(reply)[0] == "Who can help"
    assert sum(isinstance(choice.action, PickTheme) for choice in reply.choices) == 3
    assert reply.audience == "asker"
    async with app.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM answers"))).scalar() == 0


async def test_strain_gets_its_lesson_one_plain_line_and_a_button_for_the_card(banded):
    classifier, conversation = banded
    classifier.care = Care("strain", "wellbeing")

    reply = await conversation.answer_message(said(CHANGE))

    assert isinstance(reply, LessonReply)
    (line,) = reply.support
    assert "116 123" in line
    assert labels(reply)[0] == "Who can help"
    card = await conversation.answer_press(Press(reply.choices[0].action, "U1", HERE))
    assert isinstance(card, HandoverReply)
    assert card.topic == "wellbeing"
    assert not card.choices


async def test_a_concern_gets_the_route_above_its_lesson(banded):
    classifier, conversation = banded
    classifier.care = Care("concern", "raising-a-concern")

    reply = await conversation.answer_message(said(CHANGE))

    assert isinstance(reply, LessonReply)
    assert "Speaking Up Safely" in reply.support[0]
    assert "0300 062 8163" in reply.support[1]
    assert isinstance(reply.choices[0].action, ShowCare)


@pytest.mark.parametrize("band", ["danger", "perhaps", "strain", "concern"])
async def test_words_that_somebody_passes_on_are_about_another(banded, band: str):
    classifier, conversation = banded
    topic = "raising-a-concern" if band == "concern" else "wellbeing"
    classifier.care = Care(band, topic, unmistakable=band == "danger")

    reply = await conversation.answer_message(said(CHANGE, relayed=True))

    assert reply.care.about == "other"
    if band == "danger":
        assert "looking out for them" in reply.opening
    elif band == "perhaps":
        assert reply.support[0].startswith("If you are worried about somebody")


@pytest.mark.parametrize("band", ["danger", "perhaps"])
async def test_who_did_not_speak_to_the_bot_gets_it_only_privately(banded, band: str):
    classifier, conversation = banded
    classifier.care = Care(band, "wellbeing")
    reply = await conversation.answer_message(said(CHANGE, addressed=False))
    assert reply.audience == "asker-only"


@pytest.mark.parametrize("care", [Care("strain", "wellbeing"), Care("concern", "raising-a-concern")])
async def test_no_word_is_held_for_why(banded, care: Care):
    classifier, conversation = banded
    classifier.care = care
    reply = await conversation.answer_message(said(CHANGE))

    why = await conversation.lessons.explain(HERE, reply.answer)

    assert why.words == ()


async def test_no_ranking_of_what_people_need_is_recorded(banded, app: App):
    classifier, conversation = banded
    classifier.care = Care("strain", "wellbeing")
    reply = await conversation.answer_message(said(CHANGE))

    recorded = await app.answers.get(reply.answer, HERE)

    assert {name for name, _ in recorded.ranked} <= set(app.knowledge().themes)


@pytest.mark.parametrize("band", ["none", "strain"])
async def test_a_question_that_takes_care_is_not_kept(banded, app: App, band: str):
    classifier, conversation = banded
    classifier.care = Care(band, None if band == "none" else "wellbeing")
    await conversation.answer_message(said(OFF))
    async with app.engine.connect() as connection:
        kept = (await connection.execute(text("SELECT count(*) FROM questions"))).scalar()
    assert kept == (1 if band == "none" else 0)


async def test_a_search_that_shows_danger_gets_the_card(banded):
    classifier, conversation = banded
    for band in ("danger", "perhaps"):
        classifier.care = Care(band, "wellbeing")
        card = await conversation.find_lessons(CHANGE, workspace="T1", relayed=True)
        assert isinstance(card, HandoverReply)
        assert card.care.about == "other"
        assert not card.choices


async def test_the_terminal_takes_the_label_or_the_number_of_a_choice(banded):
    classifier, conversation = banded
    classifier.care = Care("danger", "wellbeing")
    card = await terminal.answer(conversation, CHANGE, None)

    for typed in ("1", "it was about work", "It was about work."):
        reply = await terminal.answer(conversation, typed, card)
        assert isinstance(reply, ClarifyReply)


def test_the_terminal_keeps_no_line_before_it_was_answered(tmp_path: Path):
    lines = open_history(tmp_path / "history")
    assert isinstance(lines, FileLines)

    lines.append_string("typed, not answered")
    lines.keep("answered")

    assert list(FileHistory(str(tmp_path / "history")).load_history_strings()) == ["answered"]
    assert lines.get_strings() == ["answered"]
