"""Handovers: the replies to messages that people must handle, with whom to call.

The numbers are those of the NHS and Samaritans websites: 111 and 999 (nhs.uk, "When to use NHS 111"),
111 with the mental health option (nhs.uk, "Where to get urgent help for mental health"),
Samaritans 116 123 (samaritans.org), Shout 85258 (giveusashout.org), CQC 03000 616161 (cqc.org.uk).
"""

from collections.abc import Sequence
from typing import Literal

from bot.message import HandoverReply, Signpost

Topic = Literal["clinical-advice", "raising-a-concern", "wellbeing"]

_LIMITS = (
    "I am a small advice bot about leading change. I am not a person, not a clinician and not an emergency service. "
)
_PRIVATE = "I have not kept what you wrote."

_REPLIES: dict[Topic, HandoverReply] = {
    "clinical-advice": HandoverReply(
        topic="clinical-advice",
        opening="This is a question about somebody’s health, so it needs a person who can help with that.",
        signposts=(
            Signpost("If a life may be at risk", "call 999 now, or your hospital’s emergency number", urgent=True),
            Signpost("If it is urgent but not an emergency", "call 111 or go to 111.nhs.uk"),
            Signpost(
                "If it is about a patient of yours", "ask the clinician in charge of their care, or the on-call team"
            ),
            Signpost("If it is about a medicine", "ask a pharmacist"),
        ),
        limits=_LIMITS + "I cannot give clinical advice. " + _PRIVATE,
    ),
    "raising-a-concern": HandoverReply(
        topic="raising-a-concern",
        opening="Thank you for saying this. It needs people who can act on it, and it should be heard by them today.",
        signposts=(
            Signpost(
                "If somebody is in danger now", "tell the person in charge of the shift, or call 999", urgent=True
            ),
            Signpost("To speak up safely", "contact your Freedom to Speak Up Guardian; you may do so in confidence"),
            Signpost(
                "In your organisation", "your line manager, the safeguarding lead or the incident reporting system"
            ),
            Signpost("Your union or professional body", "can advise you before you decide"),
            Signpost("Outside your organisation", "in England, the Care Quality Commission on 03000 616161"),
        ),
        limits=_LIMITS + "I cannot take a report and nobody is told through me. " + _PRIVATE,
    ),
    "wellbeing": HandoverReply(
        topic="wellbeing",
        opening="I am sorry that it is this hard. Please talk to a person about it; you do not have to carry it alone.",
        signposts=(
            Signpost("If you may harm yourself, or life is at risk", "call 999 now, or go to A&E", urgent=True),
            Signpost("To talk to somebody at any hour", "call Samaritans free on 116 123", urgent=True),
            Signpost("For urgent mental health help", "call 111 and choose the mental health option"),
            Signpost("If you would rather text", "text SHOUT to 85258, at any hour"),
            Signpost("At work", "your manager, occupational health, or your staff support line"),
            Signpost("For the weeks ahead", "your GP can help, and you may ask to be seen soon"),
        ),
        limits=_LIMITS + "I cannot give you the support that you deserve. " + _PRIVATE,
    ),
}


def build_handover(topic: Topic, local_routes: Sequence[tuple[str, str]] = ()) -> HandoverReply:
    """Return the handover reply for a topic.

    Parameters
    ----------
    topic
        The topic of the message.
    local_routes
        The organisation's own routes as (name, how), from the operator's pack; they come right after
        the urgent signposts.
    """
    base = _REPLIES[topic]
    local = tuple(Signpost(name, how) for name, how in local_routes)
    urgent = tuple(s for s in base.signposts if s.urgent)
    rest = tuple(s for s in base.signposts if not s.urgent)
    return HandoverReply(topic, base.opening, urgent + local + rest, base.limits)
