"""The view in which a daily tip is set up or changed (pure)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.actions import NATIONS, Form
from bot.message import ThemeGroup
from bot.platforms.slack.views import modals
from bot.platforms.slack.views.elements import BlockKit, plain
from bot.store.subscriptions import Subscription
from bot.subscriptions.dates import DAY_NAMES
from bot.subscriptions.form import read_end_of_pause, read_rhythm
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.times import NotUnderstood

WHERE, AT, DAYS, THEMES, NATION, UNTIL = "where", "at", "days", "themes", "nation", "until"
_NOBODYS = "none"
_MAX_OPTIONS = 100  # in a picker, and groups of them


def build_tip_form(groups: Sequence[ThemeGroup], now: Subscription | None, nation: str) -> BlockKit:
    """Make the view.

    Parameters
    ----------
    now
        The tip as it is, when it is to be changed.
    nation
        Whose bank holidays a new tip leaves out; empty for nobody's.
    """
    blocks = [
        _where(now),
        _at(now),
        _days(now.weekdays if now else WEEKDAYS),
        _themes(groups, now.themes if now else ()),
        _nation(now.nation if now else nation),
        _until(now),
    ]
    return modals.build_view("Daily tip", blocks, modals.TIP, submit="Save")


def read_tip_form(body: BlockKit) -> tuple[str, Form]:
    """Read what was filled in: the channel, empty for the person's own tip, and the form."""
    values = body["view"]["state"]["values"]
    picked = values[THEMES][THEMES].get("selected_options") or []
    nation = _one(values, NATION)
    form = Form(
        at=str(values[AT][AT].get("value") or ""),
        weekdays=frozenset(int(day["value"]) for day in values[DAYS][DAYS].get("selected_options") or [])
        & frozenset(range(7)),
        themes=tuple(str(option["value"]) for option in picked),
        nation="" if nation == _NOBODYS else nation,
        until=str(values[UNTIL][UNTIL].get("selected_date") or ""),
    )
    return str(values[WHERE][WHERE].get("selected_conversation") or ""), form


def find_problems(body: BlockKit) -> dict[str, str]:
    """Say what cannot be meant, by field; empty when all can."""
    _, form = read_tip_form(body)
    found: dict[str, str] = {}
    try:
        read_rhythm(form)
    except NotUnderstood as error:
        found[AT if form.weekdays else DAYS] = str(error)
    try:
        read_end_of_pause(form, datetime.now(UTC).date())
    except NotUnderstood as error:
        found[UNTIL] = str(error)
    return found


def _where(now: Subscription | None) -> BlockKit:
    field: BlockKit = {
        "type": "conversations_select",
        "action_id": WHERE,
        "placeholder": plain("Choose a channel", 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if now and not now.place.private:
        field["initial_conversation"] = now.place.channel
    return _input(
        WHERE, "In which channel?", field, "One that you are a member of. Leave it empty for a tip to you alone."
    )


def _at(now: Subscription | None) -> BlockKit:
    field: BlockKit = {"type": "plain_text_input", "action_id": AT, "max_length": 40, "placeholder": plain("9:00", 150)}
    if now:
        field["initial_value"] = f"{now.at:%H:%M}"
    return _input(AT, "At what time?", field, "As you would say it: 8:30, 9am, half past twelve.", optional=False)


def _days(chosen: frozenset[int]) -> BlockKit:
    options = [_option(name, str(day)) for day, name in enumerate(DAY_NAMES)]
    field = {
        "type": "checkboxes",
        "action_id": DAYS,
        "options": options,
        "initial_options": [options[day] for day in sorted(chosen)],
    }
    return _input(DAYS, "On which days?", field, optional=False)


def _themes(groups: Sequence[ThemeGroup], chosen: Sequence[str]) -> BlockKit:
    listed: list[BlockKit] = [
        {"label": plain(group.title, 75), "options": [_option(title, theme) for theme, title in group.themes]}
        for group in groups[:_MAX_OPTIONS]
        if group.themes
    ]
    initial = [option for group in listed for option in group["options"] if option["value"] in chosen]
    field: BlockKit = {"type": "multi_static_select", "action_id": THEMES, "option_groups": listed}
    field |= {"placeholder": plain("Every theme", 150)} | ({"initial_options": initial} if initial else {})
    return _input(THEMES, "On which themes?", field, "Leave it empty for every theme.")


def _nation(chosen: str) -> BlockKit:
    options = [*(_option(nation, nation) for nation in NATIONS), _option("Nobody’s: a tip comes on them too", _NOBODYS)]
    initial = next((option for option in options if option["value"] == chosen), options[-1])
    field = {"type": "static_select", "action_id": NATION, "options": options, "initial_option": initial}
    return _input(NATION, "Whose bank holidays are left out?", field, optional=False)


def _until(now: Subscription | None) -> BlockKit:
    field: BlockKit = {"type": "datepicker", "action_id": UNTIL}
    if now and (until := now.end_of_pause(datetime.now(ZoneInfo(now.zone)).date())):
        field["initial_date"] = until.isoformat()
    empty = "to stay paused" if now and now.paused_for_good else "for no pause"
    return _input(UNTIL, "Pause until", field, f"The first day with a tip again. Leave it empty {empty}.")


def _input(name: str, label: str, element: BlockKit, hint: str = "", *, optional: bool = True) -> BlockKit:
    block: BlockKit = {"type": "input", "block_id": name, "label": plain(label, 2_000), "element": element}
    return block | {"optional": optional} | ({"hint": plain(hint, 2_000)} if hint else {})


def _option(text: str, value: str) -> BlockKit:
    return {"text": plain(text, 75), "value": value}


def _one(values: dict[str, Any], name: str) -> str:
    return str((values[name][name].get("selected_option") or {}).get("value") or "")
