"""Words to say: found from a question in the asker's own words, each with the lesson whose advice it carries."""

from pathlib import Path

import pytest
import yaml

from intents import Classifier
from knowledge import Knowledge
from knowledge.editing.check import check_packs
from knowledge.packs import OURS, read_packs
from knowledge.problems import KnowledgeError

SAYING = {
    "id": "say-winter-beds",
    "lesson": "listening-open-door",
    "title": "Asking the night shift about winter",
    "asks": "how do I ask the snow rota people what they need\n"
    "the snow rota is not talking to me, what do I say\n"
    "words for the snow rota please",
    "say": "You see what the rest of us never see. What would make the first night of snow easier for you?",
}


@pytest.fixture(scope="module")
def knowledge(classifier: Classifier) -> Knowledge:
    return Knowledge.load(encode=classifier.encode_known)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("somebody in my team will ask me whether her post is safe, what do I tell her", "say-is-my-job-safe"),
        ("chair sends the pack the night before, how do I ask for it sooner", "say-papers-in-good-time"),
        ("they offered the hospice two thirds of what it costs. how do I turn that down kindly", "say-offer-too-low"),
        ("my report was red and the programme office wants green, how do I refuse", "say-i-cannot-call-it-green"),
    ],
)
def test_a_question_finds_its_words(knowledge, classifier, asked, found):
    likely = knowledge.search_sayings(asked, classifier.encode(asked))
    assert found in [one.saying.id for one in likely]
    assert [one.likeness for one in likely] == sorted((one.likeness for one in likely), reverse=True)


def test_words_for_others_are_left_out_once_somebody_says_who_they_are(knowledge, classifier):
    asked = "we are a small charity and their offer does not cover what it costs, how do I say so"
    meaning = classifier.encode(asked)
    assert "say-offer-too-low" in [one.saying.id for one in knowledge.search_sayings(asked, meaning)]
    for_a_trainee = knowledge.search_sayings(asked, meaning, "trainee", most=50)
    assert not [one for one in for_a_trainee if one.saying.roles and "trainee" not in one.saying.roles]
    unwanted = {"say-offer-too-low", "governance-legal-footing"}
    left = knowledge.search_sayings(asked, meaning, without=unwanted, most=500)
    assert not [one for one in left if unwanted & {one.saying.id, one.lesson.id}]


def test_every_file_that_we_ship_names_its_schema_and_every_lesson_is_there():
    contents = read_packs([OURS])
    assert len(contents.sayings) >= 150
    assert not contents.left_out
    for path in (OURS / "sayings").glob("*.yaml"):
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=../../../schema/sayings.schema.json")


def test_an_organisation_adds_words_of_its_own(write_pack, classifier):
    pack = write_pack("mine", {"sayings/winter.yaml": {"sayings": [SAYING]}})
    knowledge = Knowledge.load([pack], encode=classifier.encode_known)
    asked = "the snow rota say nothing to me, how do I ask them"
    assert knowledge.search_sayings(asked, classifier.encode(asked))[0].saying.id == SAYING["id"]
    found = knowledge.find_saying(SAYING["id"])
    assert found is not None
    assert (found.theme.id, found.lesson.id) == ("listening", "listening-open-door")


def test_words_whose_lesson_is_gone_are_left_out_and_told(write_pack):
    pack = write_pack("mine", {"sayings/winter.yaml": {"sayings": [SAYING | {"lesson": "listening-open-doors"}]}})
    assert Knowledge.load([pack]).find_saying(SAYING["id"]) is None
    told = [str(one) for one in check_packs([pack]).problems if one.file.endswith("winter.yaml")]
    assert any("there is no lesson listening-open-doors" in one and "listening-open-door" in one for one in told)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "winter-beds"}, "`id` is “winter-beds”, which cannot be used"),
        ({"asks": "words for the snow rota please"}, "`asks` is empty"),
        ({"asks": ["words", "more words", "words again"]}, "`asks` is not one text"),
        ({"id": "say-offer-too-low"}, "the saying say-offer-too-low is already in"),
        ({"tone": "kind"}, "there is no key `tone`"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_its_place(write_pack, changes, said):
    pack = write_pack("mine", {"sayings/winter.yaml": {"sayings": [SAYING | changes]}})
    with pytest.raises(KnowledgeError) as refused:
        Knowledge.load([pack])
    assert said in str(refused.value)
    assert "winter.yaml" in str(refused.value)


def test_one_way_of_asking_leads_to_one_place(write_pack):
    ours = yaml.safe_load(next(iter(sorted((OURS / "sayings").glob("*.yaml")))).read_text("utf-8"))["sayings"][0]
    taken = {"asks": f"{ours['asks'].splitlines()[0].upper()}\n{SAYING['asks']}"}
    pack = write_pack("mine", {"sayings/winter.yaml": {"sayings": [SAYING | taken]}})
    with pytest.raises(KnowledgeError, match="is already in"):
        Knowledge.load([pack])


@pytest.mark.parametrize(
    ("say", "said"),
    [
        ("Ask them.", "has 2 words"),
        ("Ask. Listen. Write it down for all. Then go back and tell them what came of it.", "there are 4 sentences"),
        ("Let us leverage the snow rota, and see what would make a first night of snow easier!", "exclamation mark"),
    ],
)
def test_words_are_held_to_plain_and_short(write_pack, few: Path, say, said):
    pack = write_pack("mine", {"sayings/winter.yaml": {"sayings": [SAYING | {"say": say}]}})
    assert any(said in one.what for one in check_packs([pack], few).problems)
