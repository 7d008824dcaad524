"""Kinds of messages that care was once wrong about: what is said of oneself in passing, work that sounds like it."""

import pytest

from intents import Classifier


@pytest.mark.parametrize(
    "text",
    [
        "is it worth carrying on? im tired of it",
        "Is it even worth carrying on any more?",
        "not sure it's worth going on to be honest",
        "what's the use of carrying on",
        "whats the point of getting up",
    ],
)
def test_whether_it_is_worth_carrying_on_gets_support_first(classifier: Classifier, text: str) -> None:
    care = classifier.classify(text).care

    assert (care.band, care.topic, care.about) == ("perhaps", "wellbeing", "self")


@pytest.mark.parametrize(
    "text",
    [
        "is it worth carrying on with the pilot",
        "is it worth carrying on if nobody comes",
        "is it worth carrying on when the board has lost interest",
        "is the newsletter worth carrying on",
        "is it worth going on the leadership course",
        "is it worth keeping going with the huddles",
    ],
)
def test_whether_the_work_is_worth_it_is_a_question_about_the_work(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "none"


@pytest.mark.parametrize(
    "text",
    [
        "Does anyone else cry in the car park",
        "does anyone else here cry in the toilets before a shift",
        "anybody else feel sick before every shift",
        "am I the only one who cries on the way home",
        "is it normal to cry in the loo every day",
    ],
)
def test_who_asks_whether_others_cry_too_speaks_of_themselves(classifier: Classifier, text: str) -> None:
    care = classifier.classify(text).care

    assert care.band in {"perhaps", "danger"}
    assert (care.topic, care.about) == ("wellbeing", "self")


@pytest.mark.parametrize(
    "text",
    [
        "do people cry in your workshops",
        "does anyone else hold huddles in the car park",
        "does anyone else cry off the Monday meeting",
        "does anyone else use the car park app",
    ],
)
def test_a_car_park_and_tears_alone_are_no_cry_for_help(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "none"


@pytest.mark.parametrize(
    "text",
    [
        "my boss keeps changing the goal",
        "our chair keeps moving the deadline",
        "my manager keeps rewriting the plan",
        "my director wants a report every Friday",
        "my manager won't sign off the plan",
        "I'm the only one who reads the minutes",
        "I don't get any credit for the work",
        "he always sits at the back and sighs",
        "she says yes to my face and then emails everyone against it",
        "I am new and scared of looking stupid in front of the surgeons",
        "everyone is tired of change and so am I",
        "I'm struggling to get started",
        "he is retiring and the process lives in his head",
    ],
)
def test_a_difficult_boss_and_a_bad_day_at_work_need_no_care(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "none"


@pytest.mark.parametrize(
    "text",
    [
        "No I'm OK",
        "I'm fine thanks",
        "I'm not that worried",
        "I am just curious",
        "I was joking",
        "what if my manager says no",
        "I give up, show me another",
        "I feel a bit silly asking",
        "I don't think that would work for us",
        "I don't have the nerve",
        "I work in a hospice",
    ],
)
def test_an_ordinary_turn_needs_no_care(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "none"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I'm not that worried about it, I just want to die", "wellbeing"),
        ("I was joking, but I have taken all my tablets", "wellbeing"),
        ("my boss keeps changing the goal and he hit me in the office", "raising-a-concern"),
        ("I work in a hospice and I want to end my life", "wellbeing"),
        ("I give up, show me another. I want to kill myself", "wellbeing"),
        ("I'm struggling to get started because she is not breathing", "clinical-advice"),
    ],
)
def test_what_stands_beside_such_words_is_danger_all_the_same(classifier: Classifier, text: str, topic: str) -> None:
    care = classifier.classify(text).care

    assert (care.band, care.topic) == ("danger", topic)


@pytest.mark.parametrize(
    "text",
    [
        "Is it even worth carrying on when nobody would miss me",
        "I don't know if it's worth going on with the pain",
        "I'm struggling to find a reason to get up",
        "I'm just wondering whether life is worth living",
    ],
)
def test_no_figure_of_speech_takes_the_crisis_out_of_a_sentence(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band in ("danger", "perhaps")


@pytest.mark.parametrize(
    "text",
    [
        "I felt so foolish when nobody else had done the template",
        "I look a bit daft standing there with the flip chart on my own",
        "feeling outnumbered on the partnership board",
        "I feel like a spare part at the neighbourhood meeting",
        "I'm torn between the two practices, which one first",
        "being pulled both ways by the trust and the council",
        "I'm caught between the finance director and my own team",
        "I won't change my mind about the rota, how do I tell them",
        "I can't cancel my clinics for this workshop, what else is there",
        "the surgery never comes to our forum, how do I get them there",
        "and what do I do if the practice says no again",
        "this reads like it's for my boss, not me",
        "we're the ones who have to persuade them",
        "it's aimed at managers and not us, I'm the person who has to ask",
    ],
)
def test_how_somebody_stands_among_others_is_a_question_about_the_work(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "none"


@pytest.mark.parametrize(
    "text",
    [
        "I feel so stupid and I want to die",
        "I feel torn between going to work and ending it all",
        "I haven't changed my mind, I'm going to take the tablets tonight",
        "I feel like a spare part, everyone would be better off without me",
        "felt foolish again, cut myself when I got home",
        "I'm not ill, I just want to die",
        "I'm the one who has to tell them I want to kill myself",
        "that's for her not me, I'm going to end it tonight",
        "I'm torn between my kids and killing myself",
        "I won't change my mind about ending my life",
        "nobody was hurt but I'm going to kill myself when they find out",
        "the GP won't come and dad has chest pain and can't breathe",
    ],
)
def test_a_crisis_beside_a_mild_feeling_is_found(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "danger"


@pytest.mark.parametrize(
    "text",
    [
        "my husband banged my head against the wall",
        "he beat her head against the wall last night",
        "I keep banging my head against the wall until it bleeds",
        "I'm in two minds whether to jump",
        "I've decided, I won't change my mind about ending it",
        "my life has hit a dead end, there is no way out for me",
        "no one is harmed but me, I can't do this any more",
        "I'm not ill enough for anyone to care whether I live",
    ],
)
def test_words_of_the_work_hide_nobody_in_need(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band in ("danger", "perhaps")
