"""Components of `serve`: each platform, the daily tips and the page, each on or off.

Heavy modules are imported inside the functions, so that a question in a terminal loads no server.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import Action
from bot.app import App
from bot.delivery.component import build_delivery, build_place_forgetter, build_team_forgetter
from bot.message import Platform, Reply
from bot.platforms.abilities import ABILITIES
from bot.web.component import Component

if TYPE_CHECKING:
    from bot.delivery.poster import Poster
    from bot.platforms.simulator.looks import Json, Look

NEED_DATABASE = frozenset({"Tips"})  # names of the components that cannot begin to run without the database


def build_components(app: App) -> list[Component]:
    """Return every component, on or off.

    Raises
    ------
    OperatorError
        When a component is configured incompletely.
    """
    from bot.platforms.teams.component import build_teams

    posters: dict[Platform, Poster] = {}  # filled by each platform that is on
    platforms = [
        _build_slack(app, posters),
        build_teams(
            app.settings, app.engine, app.conversation, forget=[build_place_forgetter(app.engine)], posters=posters
        ),
    ]
    alone = not any(platform.on for platform in platforms)
    return [
        *platforms,
        build_delivery(
            app.settings, app.engine, app.tips, posters, ABILITIES, app.metrics.record_delivery if app.metrics else None
        ),
        _build_page(app, alone=alone),
        _build_editor(app),
    ]


def _build_slack(app: App, posters: "dict[Platform, Poster]") -> Component:
    """Return the component of Slack; its libraries take 27 MiB, which a bot without Slack does not spend."""
    from bot.platforms.slack.api.mode import MODE_DESCRIPTIONS, choose_mode

    if choose_mode(app.settings) == "off":
        return Component("Slack", on=False, why=MODE_DESCRIPTIONS["off"])
    from bot.platforms.slack.component import build_slack

    return build_slack(
        app.settings,
        app.engine,
        app.conversation,
        overview=app.overview,
        forget=[build_team_forgetter(app.engine, "slack")],
        posters=posters,
    )


def _build_page(app: App, *, alone: bool) -> Component:
    """Return the page component. The page renders for both platforms, and no platform may import another."""
    from bot.insights.counts import InsightCounter
    from bot.platforms.simulator.component import PageSources, build_simulator

    keeps = app.settings.keep_questions_days > 0
    insights = InsightCounter(app.engine, app.settings.time_zone, app.knowledge, keeps_questions=keeps)

    async def count(weeks: int) -> "Json":
        return (await insights.count_weeks(weeks)).as_json()

    sources = PageSources(
        conversation=app.conversation,
        classifier=app.classifier,
        knowledge=app.knowledge,
        answers=app.answers,
        looks=_list_looks(),
        insights=count,
    )
    return build_simulator(app.settings, sources, host=app.settings.host, alone=alone)


def _build_editor(app: App) -> Component:
    from bot.own_pack import OwnPackWatch
    from bot.platforms.simulator.editor.component import EditorSources, build_editor
    from bot.store.questions import Questions

    sources = EditorSources(
        store=app.pack,
        knowledge=app.knowledge,
        classifier=app.classifier,
        questions=Questions(app.engine),
        looks=_list_looks(),
        serve=OwnPackWatch(app.pack, app.knowledge).look,
    )
    return build_editor(app.settings, sources)


def _list_looks() -> "tuple[Look, ...]":
    from bot.platforms.simulator.looks import Look

    return (
        Look("slack", _render_for_slack, _read_slack_action),
        Look("teams", _render_for_teams, _read_teams_action),
    )


def _render_for_slack(reply: Reply) -> "Json":
    from bot.platforms.slack.views.reply import render_reply

    rendered = render_reply(reply)
    return {"text": rendered.text, "blocks": rendered.blocks}


def _read_slack_action(pressed: Mapping[str, Any]) -> Action | None:
    from bot.platforms.slack.views import actions

    found = actions.read_action(pressed)
    return found.action if found and not isinstance(found.action, actions.SlackAction) else None


def _render_for_teams(reply: Reply) -> "Json":
    from bot.platforms.teams.cards.reply import render_card

    return render_card(reply)


def _read_teams_action(pressed: Mapping[str, Any]) -> Action | None:
    from bot.platforms.teams.handlers.card_actions import read_action

    return read_action(pressed)
