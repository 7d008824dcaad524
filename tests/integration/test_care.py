"""What each band of care gets: the card, support above the answer, a way back, and nothing kept of the words."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.history import FileHistory
from pydantic import ValidationError
from sqlalchemy import text

from bot.actions import AboutWork, PickTheme, ShowCare
from bot.app import App
from bot.conversation.care import CareReplies
from bot.conversation.conversation import Conversation
from bot.conversation.languages import Sentences, find_sentences, load_sentences
from bot.insights.questions import QuestionKeeper
from bot.insights.redaction import Redactor
from bot.message import ClarifyReply, HandoverReply, LessonReply, Message, Place, Press, TextReply
from bot.nations import CARE_NATIONS, UK, WorkspaceNations
from bot.platforms import terminal
from bot.platforms.slack.views.reply import render_reply
from bot.platforms.teams.cards.reply import render_card
from bot.platforms.terminal_history import FileLines, open_history
from bot.store.questions import Questions
from intents import Care, Classification, Classifier
from intents.languages import load_content
from tests.conftest import open_memory
from tests.packaged import packaged_pack

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


async def test_danger_in_welsh_is_answered_in_welsh_and_english(app: App):
    told = said("rydw i eisiau marw heno")
    card = await app.conversation.decide_danger(told)

    assert isinstance(card, HandoverReply)
    assert card.support[0].startswith("Siaradwch â rhywun nawr")
    assert card.opening.startswith("I am sorry")
    assert "116 123" in card.support[0]


async def test_a_welsh_message_is_told_in_both_languages_that_there_are_no_lessons_in_welsh(app: App):
    reply = await app.conversation.answer_message(said("mae staff yn gwrthod newid ar ein ward ni"))

    assert isinstance(reply, TextReply)
    welsh, english, numbers = reply.paragraphs
    assert "nid oes gwersi yn Gymraeg" in welsh
    assert english.endswith("There are no lessons in Welsh yet.")
    assert "116 123" in numbers
    assert "Lifeline" in numbers


async def test_a_language_without_sentences_of_its_own_is_told_in_english_with_the_numbers(app: App):
    reply = await app.conversation.answer_message(said("shaqaaluhu way diidaan isbeddel kasta"))
    assert reply.paragraphs[0].startswith("I read English")
    assert "999" in reply.paragraphs[1]


def test_outside_the_uk_no_sentence_names_a_number_that_does_not_hold():
    nations = WorkspaceNations.parse(["elsewhere"])
    replies = CareReplies(lambda: None, nations)
    assert find_sentences("fr", "elsewhere") is None
    assert not any(
        character.isdigit() for part in replies.decline_language("T1", "fr").paragraphs for character in part
    )


@pytest.mark.parametrize("nation", [*CARE_NATIONS, ""])
def test_each_sentence_of_a_declined_language_is_whole(nation: str):
    replies = CareReplies(packaged_pack, WorkspaceNations.parse([nation] if nation else []))
    numbers = replies.decline_language("T1", "so").paragraphs[-1]
    assert re.fullmatch(r"(?:[A-Z][^.]*(?:\.[a-z][^. ]*)*\. ?)+", numbers)
    assert not numbers.endswith(" .")


def test_each_language_with_phrases_of_danger_has_its_sentences_that_name_the_numbers():
    written = {one["code"] for one in load_content()["languages"]}
    assert set(load_sentences()) == written
    for sentences in load_sentences().values():
        number = "116123" if sentences.right_to_left else "116 123"
        for told in (sentences.danger, sentences.notice):
            assert "999" in told
            assert number in told


def test_a_number_that_would_be_shown_in_reverse_is_refused():
    with pytest.raises(ValidationError, match="in reverse"):
        Sentences(reviewed=None, danger="اتصل 116 123", notice="999", right_to_left=True)


async def test_what_runs_from_right_to_left_is_kept_apart_from_what_stands_around_it(app: App):
    card = await app.conversation.decide_danger(said("أريد أن أموت"))
    assert card.support[0].startswith("\u2067")
    assert card.support[0].endswith("\u2069")


@pytest.mark.parametrize(("band", "topic"), [("perhaps", "wellbeing"), ("concern", "raising-a-concern")])
def test_where_the_nation_is_not_known_each_has_a_row_of_its_own_on_both_platforms(band, topic):
    replies = CareReplies(packaged_pack, WorkspaceNations())
    reply = replies.add_support(TextReply("thanks", ("Thank you.",)), said("any"), Care(band, topic))
    rows = reply.support[1].splitlines()
    assert [row.partition(",")[0] for row in rows] == [*(f"In {nation}" for nation in UK), "Outside the UK"]
    blocks = render_reply(reply).blocks
    sections = [block["elements"][0]["elements"] for block in blocks if block["type"] == "rich_text"]
    box = render_card(reply)["body"][0]["items"]
    for drawn in (sections, [row["inlines"] for row in box]):
        begun = [runs[0]["text"] for runs in drawn if "text" in runs[0]]
        assert [sum(text.startswith(row.partition(",")[0]) for text in begun) for row in rows] == [1] * len(rows)


@pytest.mark.parametrize("nation", ["", "England", "Wales", "Scotland", "Northern Ireland", "Ireland", "elsewhere"])
@pytest.mark.parametrize("topic", ["wellbeing", "clinical-advice", "raising-a-concern"])
@pytest.mark.parametrize("band", ["perhaps", "strain", "concern"])
@pytest.mark.parametrize("about", ["self", "other"])
def test_every_line_of_support_is_a_sentence_and_the_first_says_whom_to_reach(nation, topic, band, about):
    replies = CareReplies(packaged_pack, WorkspaceNations.parse([nation] if nation else []))
    reply = replies.add_support(TextReply("thanks", ("Thank you.",)), said("any"), Care(band, topic, about))
    assert 1 <= len(reply.support) <= 2
    for line in reply.support:
        assert not re.search(r": (?:contact|a protected)", line)
        assert line[0].isupper()
        assert line.endswith(".")
        assert ".." not in line
        assert " ." not in line
