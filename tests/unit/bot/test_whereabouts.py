"""Who says that they are outside the UK is not left with the numbers of the UK alone."""

import re

import pytest

from bot.conversation.care import CareReplies
from bot.conversation.contacts import load_contacts
from bot.conversation.whereabouts import find_whereabouts
from bot.message import HandoverReply, Message, Place, TextReply
from bot.nations import WorkspaceNations
from intents.care import Care
from tests.packaged import packaged_pack

HERE = Place("slack", "T1", "C1")


@pytest.fixture(scope="module")
def replies() -> CareReplies:
    knowledge = packaged_pack()
    return CareReplies(lambda: knowledge, WorkspaceNations("England"))


@pytest.mark.parametrize(
    "text",
    [
        "I'm in New Zealand and I want to die",
        "i am a nurse in Brazil. I can't go on",
        "we live in India, my son took tablets",
        "im based in the US, who can I ring",
        "down here in Kenya nobody listens",
        "calling from Nigeria, he has collapsed",
        "I’m working in Saudi Arabia and my boss hit me",
    ],
)
def test_who_says_so_is_abroad(text):
    assert find_whereabouts(text) == "abroad"


@pytest.mark.parametrize(
    "text",
    [
        "how do they do it in New Zealand",
        "my brother in India wants to die",
        "I'm in Northern Ireland and I want to die",
        "I am in Jordan's team and he hit me",
        "our nurses came from the Philippines",
        "I'm in Jersey",
        "I'm in pain and we are in trouble",
        "we are in England",
        "",
    ],
)
def test_a_country_that_is_mentioned_changes_nothing(text):
    assert find_whereabouts(text) is None


@pytest.mark.parametrize("nation", [None, "England", "Ireland"])
@pytest.mark.parametrize(
    "text", ["I live in Dublin and I want to die", "here in Ireland nobody listens and I want to die"]
)
def test_who_is_in_ireland_gets_the_numbers_of_ireland(text, nation):
    """They are known, whatever the workspace's nation."""
    knowledge = packaged_pack()
    card = CareReplies(lambda: knowledge, WorkspaceNations(nation)).build_card(
        "T1", Care("danger", "wellbeing"), said=text
    )
    there = CareReplies(lambda: knowledge, WorkspaceNations("Ireland")).build_card("T1", Care("danger", "wellbeing"))
    assert card.signposts == there.signposts


def test_the_card_begins_with_what_holds_there_and_keeps_the_rest(replies: CareReplies):
    card = replies.build_card("T1", Care("danger", "wellbeing"), said="I'm in New Zealand and I want to die")
    assert isinstance(card, HandoverReply)
    assert "your country’s emergency number" in card.signposts[0].how
    assert card.signposts[0].urgent
    assert any("116 123" in one.how for one in card.signposts)
    for line in card.signposts[1:]:
        if re.search(r"\d", line.how):
            assert line.name.startswith("In "), "a number of the UK is said to be one"
    at_home = replies.build_card("T1", Care("danger", "wellbeing"), said="I want to die")
    assert not any("country" in one.how for one in at_home.signposts)


@pytest.mark.parametrize("topic", ["wellbeing", "clinical-advice", "raising-a-concern"])
@pytest.mark.parametrize("about", ["self", "other"])
def test_whoever_is_abroad_reads_the_emergency_number_of_the_country_first(replies: CareReplies, topic, about):
    card = replies.build_card("T1", Care("danger", topic, about), said="I'm in Brazil and it is not safe")
    assert "your country’s emergency number" in card.signposts[0].how
    assert card.signposts[0].urgent
    assert any("999" in line.how for line in card.signposts)


@pytest.mark.parametrize(
    ("care", "there", "in_the_uk"),
    [
        (Care("perhaps", "wellbeing"), "your country’s emergency number", "In the UK, if life is at risk, call 999"),
        (Care("perhaps", "clinical-advice"), "your country’s emergency number", "In the UK, if a life may be at risk"),
        (Care("strain", "wellbeing"), "a helpline of your country", "in the UK, Samaritans"),
        (Care("concern", "raising-a-concern"), "your organisation’s policy on speaking up", "Care Quality Commission"),
    ],
)
def test_support_begins_with_what_holds_there_and_says_which_numbers_are_of_the_uk(replies, care, there, in_the_uk):
    message = Message("I'm in Brazil and I feel low", "U1", HERE)
    said = " ".join(replies.add_support(TextReply("help", ("Hello.",)), message, care).support)
    assert -1 < said.index(there) < said.index(in_the_uk)
    assert not re.search(r"\d", said[: said.index("the UK") if "the UK" in said else said.index("In England")])


@pytest.mark.parametrize("topic", ["wellbeing", "clinical-advice"])
def test_support_names_what_holds_outside_the_uk(replies: CareReplies, topic):
    message = Message("I'm in Brazil and I feel low", "U1", HERE)
    supported = replies.add_support(TextReply("help", ("Hello.",)), message, Care("perhaps", topic))
    assert "your country’s emergency number" in " ".join(supported.support)
    assert any("outside the UK" in one for one in load_contacts().list_support(topic, None)[1])
