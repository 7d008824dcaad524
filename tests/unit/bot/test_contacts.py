"""The numbers on a card are right where the reader is, each with its source and the day it was checked."""

import re
from datetime import date, timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from bot.conversation.contacts import Contact, load_contacts
from bot.conversation.doctor import check_contacts
from bot.conversation.handover import build_general_card, build_handover
from bot.nations import CARE_NATIONS, UK, CareNation
from intents.care import About, Care, Topic

TOPICS: tuple[Topic, ...] = get_args(Topic)


def say(topic: Topic, nation: CareNation | None, about: About = "self") -> str:
    card = build_handover(topic, (), nation, Care("danger", topic, about))
    return "\n".join(f"{post.name}: {post.how}" for post in card.signposts)


@pytest.mark.parametrize("contact", load_contacts().contacts, ids=lambda contact: contact.id)
def test_every_number_has_a_source_and_a_day(contact: Contact):
    if re.search(r"\d", contact.how):
        assert contact.sources
        assert contact.checked
        assert contact.checked <= date(2027, 1, 1)


def test_a_number_without_a_source_is_refused():
    with pytest.raises(ValidationError, match="has no source"):
        Contact(id="line", topics=("wellbeing",), holds=("Wales",), when="Always", how="call 123")


def test_each_line_has_an_id_of_its_own():
    ids = [contact.id for contact in load_contacts().contacts]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("nation", [None, *CARE_NATIONS])
@pytest.mark.parametrize("about", ["self", "other"])
def test_every_card_begins_with_what_is_urgent(topic: Topic, nation: CareNation | None, about: About):
    card = build_handover(topic, (), nation, Care("danger", topic, about))
    urgent = [post.urgent for post in card.signposts]
    assert urgent[0]
    assert urgent == sorted(urgent, reverse=True)
    assert all(post.how for post in card.signposts)


@pytest.mark.parametrize("topic", TOPICS)
def test_there_is_no_111_by_phone_in_northern_ireland(topic: Topic):
    assert not re.search(r"\b111\b", say(topic, "Northern Ireland"))


def test_each_nation_has_its_own_way_to_urgent_mental_health_help():
    assert "111 and choose the mental health option" in say("wellbeing", "England")
    assert "111 and press 2" in say("wellbeing", "Wales")
    assert "111 and choose the mental health option" in say("wellbeing", "Scotland")
    assert "0808 808 8000" in say("wellbeing", "Northern Ireland")


def test_each_nation_has_its_own_regulator_and_scotland_its_whistleblowing_officer():
    own = {
        "England": ("Freedom to Speak Up Guardian", "03000 616161"),
        "Wales": ("0300 062 8163", "0300 7900 126"),
        "Scotland": ("Independent National Whistleblowing Officer", "0800 008 6112", "0345 600 9527"),
        "Northern Ireland": ("028 9536 1990",),
    }
    for nation in UK:
        said = say("raising-a-concern", nation)
        for where, words in own.items():
            assert all((word in said) == (where == nation) for word in words)


@pytest.mark.parametrize("nation", [*UK, "Ireland", None])
def test_samaritans_are_on_the_same_number_in_the_uk_and_ireland(nation: CareNation | None):
    assert "116 123" in say("wellbeing", nation)


def test_outside_the_uk_no_british_number_is_named():
    for topic in TOPICS:
        assert not re.search(r"\d", say(topic, "elsewhere"))
        assert "emergency number" in say(topic, "elsewhere")
        assert not re.search(r"85258|\b111\b|A&E", say(topic, "Ireland"))


@pytest.mark.parametrize("topic", TOPICS)
def test_unset_says_what_holds_in_all_four_nations_then_one_line_each(topic: Topic):
    card = build_handover(topic)
    names = [post.name for post in card.signposts]
    assert [name for name in names if name.startswith("In ") and name != "In your organisation"] == [
        f"In {nation}" for nation in UK
    ]
    assert "Outside the UK" in names
    for post in card.signposts:
        if not post.name.startswith(("In ", "Outside")):
            assert not re.search(r"\b111\b|Care Quality|Guardian", post.how)


@pytest.mark.parametrize("nation", [None, *CARE_NATIONS])
def test_the_way_to_urgent_care_stands_before_the_pharmacist(nation: CareNation | None):
    names = [post.name for post in build_handover("clinical-advice", (), nation).signposts]
    urgent = [f"In {where}" for where in UK] if nation is None else ["If it is urgent but not an emergency"]
    assert max(map(names.index, urgent)) < names.index("If it is about a patient of yours")


@pytest.mark.parametrize("nation", [None, "Scotland"])
def test_a_concern_in_scotland_names_who_looks_into_the_safety_of_care(nation: CareNation | None):
    """The whistleblowing officer takes a concern up only once the board's own procedure has ended."""
    assert "Healthcare Improvement Scotland" in say("raising-a-concern", nation)
    assert "Healthcare Improvement Scotland" in " ".join(load_contacts().list_support("raising-a-concern", nation)[1])


def test_the_line_of_a_nation_begins_with_what_is_urgent():
    (wales,) = (post.how for post in build_handover("wellbeing").signposts if post.name == "In Wales")
    assert wales.startswith("for urgent help, call 111 and press 2")
    assert "0808 164 0123" in wales


def test_the_organisations_own_routes_come_right_after_the_urgent_and_replace_none():
    for nation in (None, *CARE_NATIONS):
        plain = build_handover("wellbeing", (), nation).signposts
        own = build_handover("wellbeing", [("Our staff line", "call extension 1234")], nation).signposts
        last_urgent = max(number for number, post in enumerate(own) if post.urgent)
        assert own[last_urgent + 1].name == "Our staff line"
        assert set(plain) < set(own)


def test_a_card_for_somebody_else_does_not_speak_to_the_person_at_risk():
    said = say("wellbeing", "England", "other")
    assert "harmed yourself" not in said
    assert "they can call Samaritans" in said
    card = build_handover("wellbeing", (), "England", Care("danger", "wellbeing", "other"))
    assert "looking out for them" in card.opening


def test_the_card_for_a_public_place_says_nothing_of_anybody():
    card = build_general_card()
    said = f"{card.opening} {card.limits}"
    assert "you wrote" not in said
    assert "sorry" not in said
    assert not card.choices
    assert card.care.band == "none"


def test_what_is_unmistakable_has_no_way_back_to_the_work():
    sure, unsure = Care("danger", "wellbeing", unmistakable=True), Care("danger", "wellbeing")
    assert not build_handover("wellbeing", care=sure).choices
    (choice,) = build_handover("wellbeing", care=unsure, themes=("listening",)).choices
    assert choice.label == "It was about work"
    assert choice.action.themes == ("listening",)


def test_old_checks_are_found():
    oldest = load_contacts().oldest_check
    assert load_contacts().list_checked_before(oldest) == ()
    assert load_contacts().list_checked_before(oldest + timedelta(days=1))


def test_doctor_warns_of_numbers_that_nobody_looked_up_for_twelve_months():
    oldest = load_contacts().oldest_check
    (in_time,) = check_contacts((), oldest + timedelta(days=365))
    (late,) = check_contacts(("Wales",), oldest + timedelta(days=366))
    assert in_time.state == "ok"
    assert late.state == "warning"
    assert str(oldest) in late.said
