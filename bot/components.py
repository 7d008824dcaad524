"""What can be on or off, built for `serve`: each platform, the tips, the page.

What is heavy is imported here when it is built, so that a question in a terminal does without a server.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from bot.app import App
from bot.delivery.component import forget_place, forget_team, tips_part
from bot.message import Action, Platform, Reply
from bot.web.component import Part

if TYPE_CHECKING:
    from bot.delivery.poster import Poster
    from bot.platforms.simulator.looks import Json


def parts(app: App) -> list[Part]:
    """Build every part that can be on or off; what is heavy is imported here, for `serve` alone.

    Raises
    ------
    OperatorError
        When a part is configured in part.
    """
    from bot.platforms.slack.component import slack
    from bot.platforms.teams.component import teams

    posters: dict[Platform, Poster] = {}  # each platform that is on puts its own in
    platforms = [
        slack(
            app.settings,
            app.engine,
            app.conversation,
            own=app.own,
            forget=[forget_team(app.engine, "slack")],
            posters=posters,
        ),
        teams(app.settings, app.engine, app.conversation, forget=[forget_place(app.engine)], posters=posters),
    ]
    alone = not any(platform.on for platform in platforms)
    return [
        *platforms,
        tips_part(app.settings, app.engine, app.tips, posters),
        _page(app, alone=alone),
    ]


def _page(app: App, *, alone: bool) -> Part:
    """Build the page: it shows what the platforms show, and platforms do not know each other."""
    from bot.insights.counts import Counting
    from bot.platforms.simulator.component import Shown, simulator
    from bot.platforms.simulator.looks import Look

    insights = Counting(app.engine, app.settings.time_zone, app.knowledge)

    async def count(weeks: int) -> "Json":
        return (await insights.last(weeks)).as_json()

    shown = Shown(
        conversation=app.conversation,
        classifier=app.classifier,
        knowledge=app.knowledge,
        answers=app.answers,
        looks=(Look("slack", _as_slack, _pressed_in_slack), Look("teams", _as_teams, _pressed_in_teams)),
        insights=count,
    )
    return simulator(app.settings, shown, host=app.settings.host, alone=alone)


def _as_slack(reply: Reply) -> "Json":
    from bot.platforms.slack.views.reply import render

    rendered = render(reply)
    return {"text": rendered.text, "blocks": rendered.blocks}


def _pressed_in_slack(pressed: Mapping[str, Any]) -> tuple[Action, str] | None:
    from bot.platforms.slack.views import actions

    found = actions.read(pressed)
    action = actions.as_action(found[0]) if found else None
    return (action, found[1]) if found and action else None


def _as_teams(reply: Reply) -> "Json":
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
