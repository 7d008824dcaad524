"""Puts the simulator page together: it shows what the platforms show, and platforms do not know each other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from bot.message import Action, Reply
from bot.platforms.simulator.component import Shown, simulator
from bot.platforms.simulator.looks import Json, Look
from bot.web.component import Part

if TYPE_CHECKING:
    from bot.app import App


def page(app: "App", host: str, *, alone: bool) -> Part:
    """Make the page's part.

    Parameters
    ----------
    host
        The address that the server listens on.
    alone
        Whether no platform is connected.

    Raises
    ------
    OperatorError
        When the page is turned on where it needs a token, and there is none.
    """
    from bot.insights.counts import Counting

    insights = Counting(app.engine, app.settings.time_zone, app.knowledge)

    async def count(weeks: int) -> Json:
        return (await insights.last(weeks)).as_json()

    shown = Shown(
        conversation=app.conversation,
        classifier=app.classifier,
        knowledge=app.knowledge,
        answers=app.answers,
        looks=(Look("slack", _as_slack, _pressed_in_slack), Look("teams", _as_teams, _pressed_in_teams)),
        insights=count,
    )
    return simulator(app.settings, shown, host=host, alone=alone)


def _as_slack(reply: Reply) -> Json:
    from bot.platforms.slack.views.reply import render

    rendered = render(reply)
    return {"text": rendered.text, "blocks": rendered.blocks}


def _pressed_in_slack(pressed: Mapping[str, Any]) -> tuple[Action, str] | None:
    from bot.platforms.slack.views import actions

    found = actions.read(pressed)
    action = actions.as_action(found[0]) if found else None
    return (action, found[1]) if found and action else None


def _as_teams(reply: Reply) -> Json:
    from bot.platforms.teams.cards.reply import card

    return card(reply)


def _pressed_in_teams(pressed: Mapping[str, Any]) -> tuple[Action, str] | None:
    from bot.platforms.teams.cards.tip_form import SAVE, Entered

    action, value = pressed.get("action"), pressed.get("value", "")
    if action == SAVE:
        return "daily-confirm", Entered.of(pressed).command()
    if action not in get_args(Action) or not isinstance(value, str):
        return None
    return cast("Action", action), value
