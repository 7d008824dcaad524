"""The buttons of a card: at most six beside each other, as Teams shows them, and the others under “…” (pure)."""

from collections.abc import Iterable, Sequence

from bot.actions import Rate, Share, TakeOn, Why, Withdraw
from bot.message import Choice, DepthReply, LessonReply, Reply, TextReply, ThemesReply, WhyReply, arrange_choices
from bot.platforms import wire
from bot.platforms.teams.cards import tip_form
from bot.platforms.teams.cards.elements import Element, button, choice_button

MOST_SHOWN = 6
UNDER = "under"  # names the lesson that a card still shows
_IN_THE_MENU = {"mode": "secondary"}


def list_buttons(reply: Reply, *, shareable: bool) -> list[Element]:
    """Return the buttons of a reply.

    Parameters
    ----------
    shareable
        Whether a lesson gets a button that posts it for everybody in the conversation.
    """
    if isinstance(reply, ThemesReply):
        return [button(wire.THEME, "Show me a lesson", inputs=True)] if reply.groups else []
    made = tip_form.build_actions(reply.daily) if isinstance(reply, TextReply) and reply.daily else []
    if not isinstance(reply, LessonReply | DepthReply):
        return _arrange([*made, *map(choice_button, reply.choices)])
    arranged = arrange_choices(_list_choices(reply, shareable=shareable))
    return _arrange(map(choice_button, arranged.shown), map(choice_button, (*arranged.menu, *arranged.verdicts)))


def list_buttons_with_reason(lesson: LessonReply, why: WhyReply, *, shareable: bool) -> list[Element]:
    """Return the buttons of a lesson and of the reason below it, whose other themes are shown."""
    choices = [one for one in _list_choices(lesson, shareable=shareable) if not isinstance(one.action, Why)]
    arranged = arrange_choices(choices)
    first = MOST_SHOWN - len(why.choices)
    shown = (*arranged.shown[:first], *why.choices)
    return _arrange(
        map(choice_button, shown),
        map(choice_button, (*arranged.shown[first:], *arranged.menu, *arranged.verdicts)),
    )


def list_buttons_with_note(lesson: LessonReply, told: TextReply, *, noted: bool, shareable: bool) -> list[Element]:
    """Return the buttons of a reply to a press, and of the lesson above it unless that reply asks something.

    Parameters
    ----------
    noted
        Whether a verdict was noted just now, so that none is asked for again.
    """
    offered = [_under(lesson, choice_button(choice)) for choice in told.choices]
    if any(not isinstance(choice.action, Withdraw) for choice in told.choices):
        return _arrange(offered)
    gone: tuple[type, ...] = (*((TakeOn,) if told.choices else ()), *((Rate,) if noted else ()))
    kept = [one for one in _list_choices(lesson, shareable=shareable) if not isinstance(one.action, gone)]
    arranged = arrange_choices(kept)
    shown, menu = [*map(choice_button, arranged.shown)], [*map(choice_button, (*arranged.menu, *arranged.verdicts))]
    room = MOST_SHOWN - len(offered)
    return _arrange([*shown[:room], *offered], [*shown[room:], *menu])


def _list_choices(reply: LessonReply | DepthReply, *, shareable: bool) -> list[Choice]:
    share = [Choice(Share(reply.answer), "Share")] if shareable and isinstance(reply, LessonReply) else []
    return [*reply.choices, *share]


def _arrange(shown: Iterable[Element], menu: Iterable[Element] = ()) -> list[Element]:
    shown = list(shown)
    hidden: Sequence[Element] = [*shown[MOST_SHOWN:], *menu]
    return [*shown[:MOST_SHOWN], *(one | _IN_THE_MENU for one in hidden)]


def _under(lesson: LessonReply, pressable: Element) -> Element:
    named = {"data": pressable["data"] | {UNDER: lesson.answer}}
    return pressable | named | {"fallback": pressable["fallback"] | named}
