"""Danger is found in other languages by phrases, and what is not English is told apart from English with slips."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from intents import Classifier
from intents.languages import ENGLISH, UNDETERMINED, Languages, load_content

FOLDER = Path(__file__).parents[3] / "intents"
# Our own sentences, none of them a phrase of the list word for word: (language, danger or none, text).
TOLD = [
    ("cy", "danger", "Rydw i eisiau marw heno, does neb yn fy neall"),
    ("cy", "danger", "DOES DIM PWYNT BYW"),
    ("cy", "danger", "dwi'n teimlo’n hunanladdol ers wythnosau"),
    ("fr", "danger", "aidez-moi, je ne veux plus vivre"),
    ("fr", "danger", "J’ai envie de mourir"),
    ("es", "danger", "ya no aguanto, quiero morirme"),
    ("pt", "danger", "nao quero viver mais assim"),
    ("it", "danger", "sono stanca, non voglio piu vivere"),
    ("de", "danger", "Ich möchte nicht mehr leben."),
    ("pl", "danger", "chce sie zabic"),
    ("pl", "danger", "Nie chcę już żyć, proszę o pomoc"),
    ("ro", "danger", "vreau sa mor"),
    ("uk", "danger", "я більше не хочу жити"),
    ("ru", "danger", "я больше не хочу жить"),
    ("ar", "danger", "أنا متعب جدا وأريد أن أموت"),
    ("hi", "danger", "अब बस, मैं मरना चाहती हूँ"),
    ("zh", "danger", "我真的不想活了"),
    ("zh", "danger", "醫生，我有自殺傾向"),
    ("cy", "danger", "mae gen i deimladau hunanladdol, teimladau hunanladdol bob nos"),
    ("ur", "danger", "بس اب، میں مرنا چاہتی ہوں"),
    ("ur", "danger", "مجھے خودکشی کے خیالات آتے ہیں"),
    ("pa", "danger", "ਮੈਂ ਹੁਣ ਜਿਉਣਾ ਨਹੀਂ ਚਾਹੁੰਦਾ"),
    ("pa", "danger", "ਮੈਨੂੰ ਖ਼ੁਦਕੁਸ਼ੀ ਦੇ ਖ਼ਿਆਲ ਆਉਂਦੇ ਹਨ"),
    ("bn", "danger", "আমি আর বাঁচতে চাই না, কেউ বোঝে না"),
    ("bn", "danger", "আমার আত্মহত্যার চিন্তা আসে"),
    ("gu", "danger", "હવે મારે જીવવું નથી"),
    ("gu", "danger", "મને આત્મહત્યાના વિચારો આવે છે"),
    ("cy", "none", "mae staff yn gwrthod newid ar ein ward ni"),
    ("cy", "none", "sut mae cael y meddygon i wrando arnom"),
    ("fr", "none", "le personnel refuse tout changement ici"),
    ("es", "none", "el personal rechaza cualquier cambio"),
    ("pl", "none", "personel odmawia wszelkich zmian w szpitalu"),
    ("ro", "none", "personalul refuză orice schimbare"),
    ("so", "none", "shaqaaluhu way diidaan isbeddel kasta"),
    ("ur", "none", "عملہ ہر تبدیلی سے انکار کرتا ہے"),
    ("pa", "none", "ਸਟਾਫ਼ ਹਰ ਤਬਦੀਲੀ ਤੋਂ ਇਨਕਾਰ ਕਰਦਾ ਹੈ"),
    ("bn", "none", "কর্মীরা প্রতিটি পরিবর্তন প্রত্যাখ্যান করে"),
    ("gu", "none", "સ્ટાફ દરેક ફેરફારનો ઇનકાર કરે છે"),
    ("ga", "none", "diúltaíonn an fhoireann d'aon athrú"),
    ("zh", "none", "员工拒绝任何改变我该怎么办"),
]


# Among the English sets, and out of scope there.
FOREIGN_IN_TRUTH = {
    "Wo ist der Aufzug?",
    "je ne sais pas trop",
    "Bore da, oes rhywun wedi gweld fy ymbarél?",
    "¿A qué hora cierra la cafetería?",
    "dzień dobry, gdzie jest parking dla pracowników",
    "mi puo dire che ore sono",
    "wie komme ich zum Bahnhof",
    "kumusta na, kain tayo mamaya",
    "Où est la clé du vestiaire, s'il vous plaît?",
}


def list_english() -> list[str]:
    """Every English message of four words and more in the sets that we have."""
    found: list[str] = []
    for folder in ("utterances", "validation", "heldout"):
        for path in sorted((FOLDER / folder).glob("*.yaml")):
            content = yaml.safe_load(path.read_text("utf-8"))
            found += [text for text in list_texts(content["utterances"]) if len(text.split()) >= 4]
    return found


def list_texts(part: Any) -> Iterator[str]:
    match part:
        case str():
            yield part
        case {"text": str(text)}:
            yield text
        case dict():
            for value in part.values():
                yield from list_texts(value)
        case list():
            for value in part:
                yield from list_texts(value)


def slip(text: str, chance: random.Random) -> str:
    """Return a text with a slip of the finger in one of four words."""
    words = text.split()
    for _ in range(max(1, len(words) // 4)):
        number = chance.randrange(len(words))
        word = words[number]
        if len(word) < 3:
            continue
        at = chance.randrange(len(word) - 1)
        words[number] = chance.choice(
            [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + chance.choice("qwertyuiopasdfghjklzxcvbnm") + word[at + 1 :],
            ]
        )
    return " ".join(words)


@pytest.fixture(scope="module")
def languages(classifier: Classifier) -> Languages:
    return Languages.load(classifier.model.memory.known_words)


@pytest.fixture(scope="module")
def english() -> list[str]:
    return list_english()


def test_each_language_has_its_source_and_says_who_read_it():
    for one in load_content()["languages"]:
        assert one["sources"]
        assert one["checked"] <= date(2027, 1, 1)
        assert one["danger"]
        assert "reviewed" in one


@pytest.mark.parametrize(("language", "told", "text"), TOLD)
def test_danger_and_the_language_are_found(classifier: Classifier, language: str, told: str, text: str):
    found = classifier.classify(text)

    assert (found.care.band, found.language) == (told, language)
    assert found.decision == ("handover" if told == "danger" else "out-of-scope")
    quickly = classifier.decide_danger_quickly(text)
    if told == "danger":
        assert quickly == found.care


@pytest.mark.parametrize("one", load_content()["languages"], ids=lambda one: one["code"])
def test_every_phrase_is_found_where_it_is_typed(languages: Languages, one: dict[str, Any]):
    for phrase in one["danger"]:
        assert languages.find_danger(phrase.replace("*", "")) is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ur", "ميں مرنا چاهتا هوں"),  # from an Arabic keyboard
        ("ar", "أُرِيدُ أَنْ أَمُوت"),  # with vowel marks
        ("ar", "اريد ان اموت"),  # without hamzas
        ("hi", "ख़ुद को मारना चाहता हूँ"),  # with a dot that many leave out
        ("pa", "ਖ਼ੁਦਕੁਸ਼ੀ ਕਰਨਾ ਚਾਹੁੰਦੀ ਹਾਂ"),
        ("pl", "chce umrzec"),
    ],
)
def test_marks_that_many_leave_out_change_nothing(languages: Languages, language: str, text: str):
    assert languages.find_danger(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "خودکشی کی روک تھام کا پروگرام",
        "ਖੁਦਕੁਸ਼ੀ ਰੋਕਥਾਮ ਪ੍ਰੋਗਰਾਮ",
        "আত্মহত্যা প্রতিরোধ কর্মসূচি",
        "આત્મહત્યા નિવારણ કાર્યક્રમ",
        "strategaeth atal hunanladdiad",
        "مرنے والوں کی فہرست",
        "আমরা বাঁচতে চাই",
    ],
)
def test_a_programme_against_suicide_is_no_danger(languages: Languages, text: str):
    assert languages.find_danger(text) is None


def test_no_phrase_fires_on_english(languages: Languages, english: list[str]):
    assert [text for text in english if languages.find_danger(text)] == []


def test_of_short_english_with_slips_hardly_any_is_taken_for_foreign(languages: Languages, english: list[str]):
    """At most 0.2 %, as the issue asks."""
    chance = random.Random(15)  # noqa: S311 - slips, not secrets
    short = [slip(text, chance) for text in english if len(text.split()) <= 10 and text not in FOREIGN_IN_TRUTH]
    taken = [text for text in short if languages.detect(text) != ENGLISH]
    assert len(short) > 5_000
    assert len(taken) <= 0.002 * len(short), taken


@pytest.mark.parametrize(
    "text",
    [
        "Zofia Kowalska and Łukasz Nowak never reply to emails",
        "Łukasz Nowak, Zofia Kowalska, Dafydd ap Gwilym",
        "nobody in Ysbyty Gwynedd reads our newsletter",
        "ICB QI PDSA NHSE DHSC ARC",
        "re: FW: MDT DNA rates ++ pls adv thx",
        "",
        "42",
        "tak",
        "qui va là",
        "listening",
        "daily 9:00",
        "@#! ?",
        "Dafydd ap Gwilym",
        "wat do i press",
    ],
)
def test_names_and_less_than_four_words_are_english(languages: Languages, text: str):
    assert languages.detect(text) == ENGLISH


@given(st.text(max_size=300))
def test_whatever_is_written_has_a_language(languages: Languages, text: str):
    assert languages.detect(text) in {ENGLISH, UNDETERMINED, *load_content()["detected"]}
    languages.find_danger(text)


@pytest.mark.parametrize(
    "text",
    ["main marna chahta hoon ab", "mujhe ab jeena nahi hai", "mara chukka nenu inka", "wallah ma bgheetch nbqa hna"],
)
def test_what_is_written_in_borrowed_letters_is_not_taken_for_english(classifier: Classifier, text: str):
    found = classifier.classify(text)
    assert found.language != ENGLISH
    assert found.decision == "out-of-scope"
