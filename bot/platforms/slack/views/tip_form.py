"""The tip form: the view that sets up or changes a daily tip (pure)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.actions import NATIONS, DailyForm
from bot.message import ThemeGroup
from bot.platforms.slack.views import modals
from bot.platforms.slack.views.elements import BlockKit, plain
from bot.store.subscriptions import Subscription
from bot.subscriptions.dates import DAY_NAMES
from bot.subscriptions.form import read_end_of_pause, read_rhythm
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError

WHERE, AT, SHAPE, DAYS, THEMES, NATION, UNTIL = "where", "at", "shape", "days", "themes", "nation", "until"
_NO_NATION = "none"
_MAX_OPTIONS = 100  # in a picker, and groups of them


def build_tip_form(groups: Sequence[ThemeGroup], current: Subscription | None, nation: str) -> BlockKit:
    """Return the view of the tip form.

    Parameters
    ----------
    current
        The tip to change; None for a new tip.
    nation
        Nation whose bank holidays a new tip leaves out; empty for none.
    """
    blocks = [
        _build_channel_input(current),
        _build_time_input(current),
        _build_shape_input(current.shape if current else "days"),
        _build_days_input(current.weekdays if current else WEEKDAYS),
        _build_themes_input(groups, current.themes if current else ()),
        _build_nation_input(current.nation if current else nation),
        _build_pause_input(current),
    ]
    return modals.build_view("Daily tip", blocks, modals.TIP, submit="Save")


def read_tip_form(body: BlockKit) -> tuple[str, DailyForm]:
    """Return the channel of a submission (empty for a private tip) and the form."""
    values = body["view"]["state"]["values"]
    picked = values[THEMES][THEMES].get("selected_options") or []
    nation = _read_option(values, NATION)
    form = DailyForm(
        at=str(values[AT][AT].get("value") or ""),
        weekdays=frozenset(int(day["value"]) for day in values[DAYS][DAYS].get("selected_options") or [])
        & frozenset(range(7)),
        themes=tuple(str(option["value"]) for option in picked),
        nation="" if nation == _NO_NATION else nation,
        until=str(values[UNTIL][UNTIL].get("selected_date") or ""),
        shape="week" if SHAPE in values and _read_option(values, SHAPE) == "week" else "days",
    )
    return str(values[WHERE][WHERE].get("selected_conversation") or ""), form


def find_problems(body: BlockKit) -> dict[str, str]:
    """Return the problem of each invalid field, by field."""
    _, form = read_tip_form(body)
    found: dict[str, str] = {}
    try:
        read_rhythm(form)
    except NotUnderstoodError as error:
        found[AT if form.weekdays or form.shape == "week" else DAYS] = str(error)
    try:
        read_end_of_pause(form, datetime.now(UTC).date())
    except NotUnderstoodError as error:
        found[UNTIL] = str(error)
    return found


def _build_channel_input(current: Subscription | None) -> BlockKit:
    field: BlockKit = {
        "type": "conversations_select",
        "action_id": WHERE,
        "placeholder": plain("Choose a channel", 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if current and not current.place.private:
        field["initial_conversation"] = current.place.channel
    return _build_input(
        WHERE, "In which channel?", field, "One that you are a member of. Leave it empty for a tip to you alone."
    )


def _build_time_input(current: Subscription | None) -> BlockKit:
    field: BlockKit = {"type": "plain_text_input", "action_id": AT, "max_length": 40, "placeholder": plain("9:00", 150)}
    if current:
        field["initial_value"] = f"{current.at:%H:%M}"
    return _build_input(AT, "At what time?", field, "As you would say it: 8:30, 9am, half past twelve.", optional=False)


def _build_shape_input(chosen: str) -> BlockKit:
    options = [
        _build_option("A tip on each of the days below", "days"),
        _build_option("A week with a shape: a step, a story, a question", "week"),
    ]
    initial = next(option for option in options if option["value"] == chosen)
    field = {"type": "radio_buttons", "action_id": SHAPE, "options": options, "initial_option": initial}
    hint = (
        "A week with a shape: a small step on Monday, a short story on Wednesday, on Friday the question what happened."
    )
    return _build_input(SHAPE, "What comes?", field, hint, optional=False)


def _build_days_input(chosen: frozenset[int]) -> BlockKit:
    options = [_build_option(name, str(day)) for day, name in enumerate(DAY_NAMES)]
    field = {
        "type": "checkboxes",
        "action_id": DAYS,
        "options": options,
        "initial_options": [options[day] for day in sorted(chosen)],
    }
    return _build_input(DAYS, "On which days?", field, optional=False)


def _build_themes_input(groups: Sequence[ThemeGroup], chosen: Sequence[str]) -> BlockKit:
    listed: list[BlockKit] = [
        {"label": plain(group.title, 75), "options": [_build_option(title, theme) for theme, title in group.themes]}
        for group in groups[:_MAX_OPTIONS]
        if group.themes
    ]
    initial = [option for group in listed for option in group["options"] if option["value"] in chosen]
    field: BlockKit = {"type": "multi_static_select", "action_id": THEMES, "option_groups": listed}
    field |= {"placeholder": plain("Every theme", 150)} | ({"initial_options": initial} if initial else {})
    return _build_input(THEMES, "On which themes?", field, "Leave it empty for every theme.")


def _build_nation_input(chosen: str) -> BlockKit:
    options = [
        *(_build_option(nation, nation) for nation in NATIONS),
        _build_option("Nobody’s: a tip comes on them too", _NO_NATION),
    ]
    initial = next((option for option in options if option["value"] == chosen), options[-1])
    field = {"type": "static_select", "action_id": NATION, "options": options, "initial_option": initial}
    return _build_input(NATION, "Whose bank holidays are left out?", field, optional=False)


def _build_pause_input(current: Subscription | None) -> BlockKit:
    field: BlockKit = {"type": "datepicker", "action_id": UNTIL}
    if current and (until := current.end_of_pause(datetime.now(ZoneInfo(current.zone)).date())):
        field["initial_date"] = until.isoformat()
    empty = "to stay paused" if current and current.paused_for_good else "for no pause"
    return _build_input(UNTIL, "Pause until", field, f"The first day with a tip again. Leave it empty {empty}.")


def _build_input(name: str, label: str, element: BlockKit, hint: str = "", *, optional: bool = True) -> BlockKit:
    block: BlockKit = {"type": "input", "block_id": name, "label": plain(label, 2_000), "element": element}
    return block | {"optional": optional} | ({"hint": plain(hint, 2_000)} if hint else {})


def _build_option(text: str, value: str) -> BlockKit:
    return {"text": plain(text, 75), "value": value}


def _read_option(values: dict[str, Any], name: str) -> str:
    return str((values[name][name].get("selected_option") or {}).get("value") or "")
