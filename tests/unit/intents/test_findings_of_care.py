"""Each kind of message that findings of 29 November 2026 name about care, in three messages that nobody had tried."""

import pytest

from intents import Classifier

# Handed over without need. The finding's own lines stand in test_triage.py.
NEEDLESS = {
    "a wall": [
        "we've come up against a wall with estates",
        "I've hit a dead end with HR",
        "I'm banging my head against a wall with IT",
    ],
    "blood": [
        "the knives are out after the budget meeting",
        "it was carnage at the steering group",
        "heads will roll over the deficit",
    ],
    "goalposts": [
        "my boss moves the goalposts every Friday",
        "our director shifted the goalposts again",
        "the commissioners keep moving the goalposts on us",
    ],
    "a mess": [
        "the handover process is a dog's dinner",
        "our spreadsheet is a car crash",
        "I'm alright, it's the budget that is broken",
    ],
    "no to the boss": [
        "how can I say no to my manager without falling out",
        "how do I turn down my director",
        "what's a polite way to refuse my boss",
    ],
    "I don't want": [
        "I don't want to sit through another roadshow",
        "I don't want to be on the interview panel",
        "I don't want to sign the charter",
    ],
    "I can't": [
        "I can't get anyone to fill in the form",
        "I can't persuade the GPs",
        "I can't see how the figures add up",
    ],
    "time": ["we don't have time for this", "I've no time for another workshop", "who has time for any of this"],
    "patients": [
        "patients keep turning up late",
        "our patients forget their appointments",
        "people keep rebooking their scans",
    ],
    "guardians": [
        "our speak up guardian is on leave",
        "the guardian post has been vacant since May",
        "we have appointed a new freedom to speak up guardian",
    ],
    "transfers": [
        "my department is being transferred under TUPE",
        "half my team is moving to the new trust",
        "our jobs are being re-banded",
    ],
    "jobs": [
        "is my job safe",
        "my team will ask whether their jobs are safe, what do I say",
        "our posts are at risk and nobody says when we will know",
        "what do I say when Priya asks is my role secure",
    ],
    "others' tears and haste": [
        "a man cried at our reception desk because he has no smartphone",
        "it was the client who was upset, not me. how do I book her in",
        "he's not a nasty boss, just overworked. what do we say to him",
        "we can't promise anybody a desk after the move",
        "I want the registrar to accept the referral, one sentence please",
    ],
    "the point of it": [
        "what's the point of us filling in another survey",
        "whats the point of me telling anyone anything, it's on the intranet already",
        "I'm fed up with the reorganisation",
    ],
    "it dies": [
        "it'll die the day I leave",
        "the pilot will just die when I rotate",
        "our audit will die out once I've gone",
    ],
    "any more": ["nobody bothers any more", "nobody asks any more", "nobody argues any more"],
    "new in post": [
        "nobody takes me seriously because I came from the council",
        "the surgeons don't listen because I'm not a doctor",
        "nobody takes me seriously as I'm the youngest",
    ],
    "unions": [
        "the union is threatening action over the car parking",
        "our staff side is threatening to ballot",
        "a rep has threatened a grievance about the uniform",
    ],
    "denials": ["I'm not being harassed", "no one is bullying anyone here", "I am not depressed, just cross"],
    "good news": [
        "I'm so happy I could cry, the ward cut its falls by half",
        "it made my heart sing to see them agree",
        "I nearly burst into tears of joy when the pilot won",
    ],
    "Welsh": [
        "mae'r meddygon yn gwrthod y newid",
        "dydy'r tîm ddim eisiau newid",
        "nid yw'r staff yn hoffi'r rota newydd",
    ],
    "death of things": [
        "this project will die a quiet death",
        "the initiative died in committee",
        "the newsletter was dead on arrival",
    ],
    "a foot": [
        "we shot ourselves in the foot with the launch",
        "I've cut myself off from the rota emails",
        "I could kick myself for sending it",
    ],
}


@pytest.mark.parametrize("text", [text for some in NEEDLESS.values() for text in some])
def test_ordinary_talk_of_change_needs_no_care(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band == "none"


MISSED = {
    "no reason": ["there is no reason to carry on", "I see no point in going on", "what's the use of going on"],
    "make it stop": ["please make it stop", "I just want it to stop", "make the noise in my head stop"],
    "no point with this": [
        "there's no point carrying on with this",
        "there's no sense in going on",
        "i see no point any more",
    ],
    "killing me": ["it is killing me", "this is destroying me", "it's all killing me inside"],
    "giving up": ["I want to give up", "I'm ready to give up on everything", "I have given up on myself"],
    "the point": ["what is the point any more", "whats the point in anything", "what's even the point of me"],
    "slang": ["gonna kms", "ctb tonight", "sh'd again"],
    "the last message": ["this is my final post", "this will be my last message", "you won't hear from me again"],
    "French": ["je n'en peux plus, je veux en finir", "j'ai des idées suicidaires", "je vais me tuer ce soir"],
    "Polish": ["nie mam siły, chcę umrzeć", "mysle o samobojstwie", "NIE CHCĘ ŻYĆ"],
    "Welsh": ["dw i ddim isio byw", "dw i'n meddwl am hunanladdiad", "mae gen i deimladau hunanladdol"],
    "swapped": ["i wnat to ed my life", "thinkign about killign myself", "i want to dei"],
    "figures": ["i w4nt to d1e", "k1ll mys3lf", "su1c1dal ag4in"],
    "spaced": ["I want to d i e", "s u i c i d a l", "k.i.l.l m.y.s.e.l.f"],
    "look-alikes": ["I wаnt tо diе", "ｋｉｌｌ ｍｙｓｅｌｆ", "I am ѕuiсidаl"],
    "brackets": ["<no reason to live>", "so <i want to end my life> yes", "&lt;i am suicidal&gt;"],
    "symptoms": [
        "my son has had a temperature for three days he wont drink and hes hard to wake",
        "grandad keeps falling over and his speech has gone funny since breakfast",
        "the baby is breathing really fast and her lips look a bit blue",
    ],
}


@pytest.mark.parametrize("text", [text for some in MISSED.values() for text in some])
def test_a_crisis_is_found_however_it_is_said(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).care.band in ("danger", "perhaps")


STRAIN = {
    "a workload": [
        "I'm snowed under with reports",
        "I'm up to my ears in templates",
        "we're swamped by meetings",
    ],
    "sickness": [
        "sickness has gone up since the merger",
        "absence is soaring since the new rota",
        "stress is through the roof in the team",
    ],
}


@pytest.mark.parametrize("text", [text for some in STRAIN.values() for text in some])
def test_a_workload_and_a_team_get_their_answer(classifier: Classifier, text: str) -> None:
    found = classifier.classify(text)

    assert found.care.band == "strain"
    assert found.decision in ("answer", "clarify")


CONCERN = {
    "never events": [
        "we had another wrong site surgery and no one learns",
        "we have serious incident after serious incident and nobody acts",
        "the same serious incident keeps happening and nobody listens",
    ],
    "a rota": [
        "somebody will die on this ward with these staffing levels",
        "patients are going to be harmed because of the rota",
        "this discharge target is going to kill a patient",
    ],
}


@pytest.mark.parametrize("text", [text for some in CONCERN.values() for text in some])
def test_unsafe_care_in_general_gets_the_route_for_concerns(classifier: Classifier, text: str) -> None:
    found = classifier.classify(text)

    assert (found.care.band, found.care.topic) == ("concern", "raising-a-concern")
    assert found.decision in ("answer", "clarify")


@pytest.mark.parametrize(
    "text",
    [
        "my best friend says she wants to end it all",
        "a student of mine has been cutting herself",
        "my husband keeps saying he wants to die",
    ],
)
def test_who_worries_about_another_is_not_answered_as_if_at_risk(classifier: Classifier, text: str) -> None:
    care = classifier.classify(text).care

    assert (care.band, care.topic, care.about) == ("danger", "wellbeing", "other")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I want to give up the chair", "none"),
        ("I want to give up on this pilot", "none"),
        ("you won't hear from me again until the rota is fixed", "none"),
        ("the new form is breaking us in gently", "none"),
        ("this will kill people's goodwill", "none"),
        ("they will not harm patients' trust by asking", "none"),
        ("they moved the goalposts and I want to die", "danger"),
        ("my job is at risk and I want to end my life", "danger"),
        ("not suicidal lol. just fed up with the restructure", "none"),
        ("not suicidal yet", "danger"),
        ("what's the point of me going on", "danger"),
        ("he's just stressed, he says he wants to kill himself", "danger"),
        ("I can't promise anyone that I won't hurt myself", "danger"),
        ("I'm fed up with the rota and I want to die", "danger"),
        ("is my job safe, I don't feel safe at home", "danger"),
        ("I'll die the day I leave this ward", "perhaps"),
        ("I could kick myself, and I have been cutting myself", "danger"),
        ("I don't want to be on this earth another day", "danger"),
        ("how do I say no to my boss, he keeps touching me", "danger"),
        ("my head is against the wall and I want to end my life", "danger"),
    ],
)
def test_what_is_near_a_rule_is_not_taken_for_it(classifier: Classifier, text: str, wanted: str) -> None:
    assert classifier.classify(text).care.band == wanted
