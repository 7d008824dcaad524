"""Replies that take care: the full card, support above an answer, and the way back to the work."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import NoneOfThese, PickTheme, ShowCare
from bot.conversation import handover, responses
from bot.conversation.contacts import load_contacts
from bot.conversation.languages import find_sentences
from bot.conversation.whereabouts import find_whereabouts
from bot.message import Choice, ClarifyReply, HandoverReply, Message, Reply, TextReply, ThemesReply, order_choices
from bot.nations import CareNation, WorkspaceNations
from intents.care import NO_CARE, Care, Topic

if TYPE_CHECKING:
    from knowledge import Knowledge

WHO_CAN_HELP = "Who can help"
READS_ENGLISH = "I read English, and I could not read that. If you can, please say it in English."
ABOUT_WORK_QUESTION = "If you were asking about the work:"
_ABOUT_WORK = re.compile(
    r"^(?:no |sorry |oh )*(?:it|this|that) (?:was|is|s) (?:only |just |all )?about (?:the |my )?work", re.IGNORECASE
)


class CareReplies:
    """Builds what a reply owes to people in need, with the numbers of the nation in which the workspace is.

    Parameters
    ----------
    knowledge
        Returns the current knowledge, whose packs name the organisation's own routes.
    nations
        The nation of each workspace.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", nations: WorkspaceNations) -> None:
        self._knowledge = knowledge
        self._nations = nations
        self._contacts = load_contacts()

    def build_card(
        self,
        workspace: str,
        care: Care,
        themes: Sequence[str] = (),
        *,
        addressed: bool = True,
        language: str = "en",
        said: str = "",
    ) -> HandoverReply:
        """Return the full card.

        Parameters
        ----------
        workspace
            Id of the workspace or tenant whose nation's numbers are named.
        themes
            Ids of up to three themes for “It was about work”.
        addressed
            Whether the message was meant for the bot; if not, the card is for its writer alone.
        language
            ISO code of the language in which it was written; a sentence in it stands above the card.
        said
            The message; who says in it that they are outside the UK gets what holds there first.
        """
        topic = care.topic or "wellbeing"
        nation, abroad = self._find_nation(workspace, said)
        card = handover.build_handover(topic, self._list_routes(topic), nation, care, themes[:3], abroad=abroad)
        if sentences := find_sentences(language, nation):
            card = replace(card, support=(sentences.isolate(sentences.danger),))
        return card if addressed else replace(card, audience="asker-only")

    def build_general_card(self, workspace: str) -> HandoverReply:
        """Return numbers for anybody, which say nothing of the writer, for a place where others read along."""
        return handover.build_general_card(self._list_routes("wellbeing"), self._nations.find(workspace))

    def add_support(self, reply: Reply, message: Message, care: Care) -> Reply:
        """Return a reply with the lines of support that its care asks for, and a button for the full card."""
        if care.band == "none":  # what was read with its slips mended may ask for support all the same
            return reply
        if care.band == "danger" or isinstance(reply, HandoverReply):
            return replace(reply, care=care)
        supported = replace(reply, care=care, support=self._list_support(message, care))
        if care.band == "perhaps":  # it may be about the writer, whoever reads along
            supported = replace(supported, audience="asker" if message.addressed else "asker-only")
        if isinstance(supported, ThemesReply):  # it has no buttons
            return supported
        button = Choice(ShowCare(care.band, care.topic or "wellbeing", care.about), WHO_CAN_HELP)
        return replace(supported, choices=order_choices((button, *supported.choices)))

    def decline_language(self, workspace: str, language: str) -> TextReply:
        """Return “I read English”, with the numbers; in the language itself too where there are sentences for it."""
        nation = self._nations.find(workspace)
        sentences = find_sentences(language, nation)
        at_once, next_ = self._contacts.list_support("wellbeing", nation)
        numbers = " ".join(["Help is there if you need it.", *map(_make_sentence, (*at_once, *next_))])
        english = f"{READS_ENGLISH} {sentences.more}".strip() if sentences else READS_ENGLISH
        paragraphs = (*([sentences.isolate(sentences.notice)] if sentences else ()), english, numbers)
        return TextReply("out-of-scope", paragraphs, choices=(responses.THEMES,), dialled=True)

    def offer_work(self, themes: Sequence[str]) -> Reply | None:
        """Return a question about the work, with up to three themes by id; None where none of them is known."""
        known = self._knowledge().themes
        offered = [
            Choice(PickTheme(name), known[name].title, known[name].about) for name in themes[:3] if name in known
        ]
        if not offered:
            return None
        question = "About the work, then. Did you mean one of these?"
        return ClarifyReply(question, (*offered, Choice(NoneOfThese(), "None of these")))

    def _find_nation(self, workspace: str, said: str) -> tuple[CareNation | None, bool]:
        """Return the nation whose numbers are named, and whether the writer says that they are beyond all of them."""
        where = find_whereabouts(said)
        return ("Ireland", False) if where == "Ireland" else (self._nations.find(workspace), where == "abroad")

    def _list_support(self, message: Message, care: Care) -> tuple[str, ...]:
        nation, abroad = self._find_nation(message.place.team, message.text)
        nation = None if abroad else nation
        topic = care.topic or "wellbeing"
        contacts = self._contacts
        at_once, next_ = contacts.list_support_abroad(topic) if abroad else contacts.list_support(topic, nation)
        routes = [f"{name}: {how}" for name, how in self._list_routes(topic)[:1]]
        if care.band == "strain" and topic == "wellbeing":
            listener = contacts.find_listener(nation, abroad=abroad)
            at_work = routes or ["at work, there is your manager or the staff support line"]
            return (f"If it is getting too much for anybody: {'; '.join([listener, *at_work])}.",)
        match topic:
            case "raising-a-concern":
                first = f"If somebody may come to harm, tell people who can act: {'; or '.join([*routes, *at_once])}."
                if nation and next_:
                    return (first, f"Outside your organisation: {'; '.join(next_)}.")
                return (first, _list_rows(next_)) if next_ else (first,)
            case "clinical-advice":
                first = "If this is about somebody’s health, it needs a person who can help with that."
            case _ if care.about == "other":
                first = "If you are worried about somebody, they can talk to a person, and so can you."
            case _:
                first = "If this is about how you are, please talk to a person."
        then = [*next_, *routes]
        said = " ".join([first, *map(_make_sentence, at_once)])
        return (said, _list_rows(then)) if then else (said,)

    def _list_routes(self, topic: Topic) -> list[tuple[str, str]]:
        return [(route.name, route.how) for route in self._knowledge().signposts.get(topic, ())]


def says_about_work(text: str) -> bool:
    """Return whether a message in plain text says no more than that an earlier one was about work."""
    words = " ".join(re.findall(r"[a-z]+", text.replace("’", "'").lower()))
    return bool(_ABOUT_WORK.fullmatch(words))


def read_care(message: Message, care: Care) -> Care:
    """Return the care of a message; words that somebody passes on are about another, whatever they say."""
    return replace(care, about="other", unmistakable=False) if message.relayed and care != NO_CARE else care


def _list_rows(said: Sequence[str]) -> str:
    """Return a sentence for each nation or route, each on a row of its own: one has to find one's own among them."""
    return "\n".join(map(_make_sentence, said))


def _make_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
