"""Handovers: the card for a message that people must handle, with whom to call."""

from collections.abc import Sequence

from bot.actions import AboutWork
from bot.conversation.contacts import load_contacts
from bot.message import Choice, HandoverReply, Signpost
from bot.nations import CareNation
from intents.care import About, Care, Topic

ABOUT_WORK = "It was about work"
_LIMITS = (
    "I am a small advice bot about leading change. I am not a person, not a clinician and not an emergency service."
)
_PRIVATE = "I have not kept what you wrote."
_CANNOT: dict[Topic, str] = {
    "clinical-advice": "I cannot give clinical advice.",
    "raising-a-concern": "I cannot take a report and nobody is told through me.",
    "wellbeing": "I cannot give you the support that you deserve.",
}
_OPENINGS: dict[tuple[Topic, About], str] = {
    ("clinical-advice", "self"): (
        "This is a question about somebody’s health, so it needs a person who can help with that."
    ),
    ("clinical-advice", "other"): (
        "This is a question about somebody’s health, so they need a person who can help with that."
    ),
    ("raising-a-concern", "self"): (
        "Thank you for saying this. It needs people who can act on it, and it should be heard by them today."
    ),
    ("raising-a-concern", "other"): (
        "Thank you for looking out for them. It needs people who can act on it, and it should be heard by them today."
    ),
    ("wellbeing", "self"): (
        "I am sorry that it is this hard. Please talk to a person about it; you do not have to carry it alone."
    ),
    ("wellbeing", "other"): (
        "Thank you for looking out for them. You do not have to carry this alone: these people can help them, and you."
    ),
}
_OPENING_FOR_ALL = "If you, or somebody whom you know, need help now, these people can give it."


def build_handover(
    topic: Topic,
    local_routes: Sequence[tuple[str, str]] = (),
    nation: CareNation | None = None,
    care: Care | None = None,
    themes: Sequence[str] = (),
    *,
    abroad: bool = False,
) -> HandoverReply:
    """Return the full card for a topic.

    Parameters
    ----------
    local_routes
        The organisation's own routes as (name, how), from the operator's pack; they come right after
        the urgent signposts and replace none.
    nation
        Where the reader is; None where that is not known.
    care
        What the message asks of people; danger to the writer where None. What is unmistakable offers no way back to
        the work.
    themes
        Ids of up to three themes that are offered where it was about work after all.
    abroad
        Whether the writer says that they are outside the UK, whatever the nation of the workspace.
    """
    care = care or Care("danger", topic)
    cannot = _CANNOT[topic] if care.about == "self" or topic != "wellbeing" else "I cannot help them myself."
    way_back = care.band == "danger" and not care.unmistakable
    return HandoverReply(
        topic,
        _OPENINGS[topic, care.about],
        _list_signposts(topic, local_routes, nation, care.about, abroad=abroad),
        f"{_LIMITS} {cannot} {_PRIVATE}",
        (Choice(AboutWork(tuple(themes)), ABOUT_WORK),) if way_back else (),
        care=care,
        audience="asker",
    )


def build_general_card(local_routes: Sequence[tuple[str, str]] = (), nation: CareNation | None = None) -> HandoverReply:
    """Return numbers for anybody, which say nothing of who wrote what; for a place where others read along."""
    signposts = _list_signposts("wellbeing", local_routes, nation, "self")
    return HandoverReply("wellbeing", _OPENING_FOR_ALL, signposts, _LIMITS)


def _list_signposts(
    topic: Topic,
    local_routes: Sequence[tuple[str, str]],
    nation: CareNation | None,
    about: About,
    *,
    abroad: bool = False,
) -> tuple[Signpost, ...]:
    contacts = load_contacts()
    signposts = contacts.list_abroad(topic, about) if abroad else contacts.list_signposts(topic, nation, about)
    urgent = tuple(signpost for signpost in signposts if signpost.urgent)
    return (
        *urgent,
        *(Signpost(name, how) for name, how in local_routes),
        *(signpost for signpost in signposts if not signpost.urgent),
    )
