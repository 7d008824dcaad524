import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.corpus import Corpus
from intents.normalisation import normalise_lines
from intents.safety import SafetyNet
from intents.sentences import split_sentences
from tests.work import is_under


def found(net: SafetyNet, text: str) -> str | None:
    caught = net.find(split_sentences(normalise_lines(text)))
    return caught[0] if caught else None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I feel suicidal", "wellbeing"),
        ("i am sucidal", "wellbeing"),
        ("I want to die.", "wellbeing"),
        ("been thinking about killing myself", "wellbeing"),
        ("The board loved the plan. I can't go on any more.", "wellbeing"),
        ("who do you ring when you feel like ending it?", "wellbeing"),
        ("some days I'd rather not wake up", "wellbeing"),
        ("which theme covers not caring whether one wakes up tomorrow", "wellbeing"),
        ("he says he doesnt care if he wakes up", "wellbeing"),
        ("i couldn't care less if i never woke up", "wellbeing"),
        ("I woke up to a message from my brother, he is suicidal", "wellbeing"),
        ("I keep waking up to panic and I don't want to live", "wellbeing"),
        ("my colleague says he wants to hurt himself", "wellbeing"),
        ("thought about driving my van into a wall, anyway how do we keep momentum", "wellbeing"),
        ("I've been saving up my tablets, don't ask me why. Anyway, what was the tip for today", "wellbeing"),
        ("fella at day centre fitting right now", "clinical-advice"),
        ("got chest pain and my arm is numb", "clinical-advice"),
        ("he has collapsed in reception", "clinical-advice"),
        ("she is not breathing", "clinical-advice"),
        ("my patient has taken an overdose", "clinical-advice"),
        ("what is the maximum dose of paracetamol", "clinical-advice"),
        ("three board members asked us to hide the falls figures", "raising-a-concern"),
        ("He hit me in the sluice", "raising-a-concern"),
        ("a nurse slapped a patient on nights", "raising-a-concern"),
        ("I am being bullied by my manager", "raising-a-concern"),
        ("I want to blow the whistle", "raising-a-concern"),
    ],
)
def test_the_unmistakable_is_handed_over_without_a_model(net: SafetyNet, text: str, topic: str) -> None:
    assert found(net, text) == topic


@pytest.mark.parametrize(
    "said", ["I want to kill myself", "I keep thinking about ending my life", "I will hurt myself"]
)
@pytest.mark.parametrize(
    "beside",
    [
        "our suicide prevention project closed",
        "the trust is making me wake up to it",
        "i no longer care if the board wakes up to this",
        "i don't care if it's a wake up call",
        "managers don't care whether staff wake up tired",
        "this programme is career suicide",
        "our zero suicide plan has no sponsor",
        "the pathway for self harm data could hurt itself",
        "",
        "nobody told the partnership board what the savings plan means for the wards and the council " * 5,
    ],
)
def test_no_talk_of_work_in_the_same_sentence_silences_what_somebody_says_of_themselves(
    net: SafetyNet, said: str, beside: str
) -> None:
    assert found(net, f"{beside} and {said} and the plan goes on".strip()) == "wellbeing"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my manager is bullying me so that staff leave", "raising-a-concern"),
        ("my dad has chest pain, how long is the wait for an ambulance", "clinical-advice"),
    ],
)
def test_a_reason_or_a_question_behind_it_clears_nothing(net: SafetyNet, text: str, topic: str) -> None:
    assert found(net, text) == topic


@pytest.mark.parametrize(
    "text",
    [
        "the meeting killed me",
        "patients tell us: I want to die at home",
        "our suicide prevention strategy has too many priorities",
        "redesigning the heart attack pathway",
        "the chest pain pathway needs a clinical case",
        "that budget letter gave me a heart attack",
        "going live in March would be political suicide",
        "I am dying to hear what works",
        "the board would rather not wake up to the problem",
        "the partnership has collapsed",
        "staff are drowning in emails",
        "we need room to breathe",
        "how do we make it safe to speak up about bullying",
        "the news hit me hard",
        "our project is on life support",
        "finance have us by the throat",
        "they are cross about the rota, nobody is being bullied",
        "that printer is bullying us again",
        "fewer children who start self-harming is what the scheme is for",
    ],
)
def test_figures_of_speech_and_programmes_are_no_handover(net: SafetyNet, text: str) -> None:
    assert found(net, text) is None


def test_the_net_catches_no_utterance_that_is_none(net: SafetyNet, our_corpus: Corpus) -> None:
    handovers = set(our_corpus.catalogue.list_ids("handover"))
    wrongly = [
        utterance.where
        for utterance in our_corpus.utterances
        if not utterance.accepted & handovers and found(net, utterance.text)
    ]
    assert len(wrongly) <= 0.0005 * len(our_corpus.utterances), wrongly


@given(st.text(max_size=400))
def test_any_text_can_be_read(net: SafetyNet, text: str) -> None:
    found(net, text)


@pytest.mark.parametrize("piece", ["i am ", "want to ", "he hit ", "suicidal suicide ", "chest ", "a", "my "])
def test_no_text_makes_it_slow(net: SafetyNet, piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    assert is_under(0.5, lambda: found(net, text))


@pytest.mark.parametrize(
    ("said", "caught"),
    [
        ("gonna yeet myself off the car park roof", True),
        ("I'll throw myself under a train", True),
        ("thinking of chucking myself off the multi storey car park", True),
        ("I'd throw myself under the bus for this team", False),
        ("I threw myself into the new rota", False),
    ],
)
def test_slang_for_a_jump_is_danger_and_a_figure_is_not(net: SafetyNet, said: str, caught: bool) -> None:
    assert (found(net, said) is not None) is caught
