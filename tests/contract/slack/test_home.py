"""The Home: own promises and the daily tips that one looks after, changed by the rules of what is typed."""

from pathlib import Path
from typing import Any

import pytest

from bot.conversation.responses import retention_notice
from bot.message import Place, ThemeGroup
from bot.platforms.slack.api.scopes import ASK_SHORTCUT
from bot.platforms.slack.listeners.home import HomeData, build_home_view
from bot.promises.personal import ManagedTip, OpenPromise
from bot.store.database import open_engine
from bot.store.subscriptions import Subscription, Subscriptions
from tests.contract.slack.blockkit import find_view_problems
from tests.contract.slack.conftest import Start
from tests.contract.slack.fake_slack import TEAM, TOKEN, FakeSlack
from tests.contract.slack.workspace import (
    ANN,
    BEN,
    DIRECT,
    OURS,
    Body,
    RequestSender,
    collect_text,
    find_button,
    find_elements,
)

SET_UP = {"action_id": "steps:tips:0", "type": "button", "value": "change"}


async def home(sender: RequestSender, slack: FakeSlack, person: str = ANN) -> list[Body]:
    """Open the Home; returns its blocks."""
    slack.homes.pop(person, None)
    await sender.send_event({"type": "app_home_opened", "user": person, "tab": "home", "event_ts": "1.0"})
    await slack.wait_until(lambda: person in slack.homes)
    return slack.homes[person]["blocks"]


async def press(sender: RequestSender, slack: FakeSlack, element: Body, person: str = ANN) -> str:
    """Press something on the Home; returns the view that it opened."""
    before = set(slack.views)
    await sender.press_element(element, user={"id": person, "team_id": TEAM}, **sender.on_view("V0HOME", "home"))
    await slack.wait_until(lambda: set(slack.views) - before)
    (opened,) = set(slack.views) - before
    return opened


async def after(slack: FakeSlack, opened: str, says: str) -> list[Body]:
    """Wait until a view says something and the Home was shown anew; returns the Home."""
    await slack.wait_until(lambda: says in collect_text(slack.views[opened]["blocks"]))
    await slack.wait_until(
        lambda: [m for m, _ in slack.calls if m in ("views.update", "views.publish")][-1].endswith("ish")
    )
    return slack.homes[ANN]["blocks"]


async def fill_in(sender: RequestSender, slack: FakeSlack, opened: str, person: str = ANN, **typed: Body) -> str:
    """Send the form as it stands in the view, but for what is typed; returns the acknowledgement."""
    fields = {block["block_id"]: block["element"] for block in slack.views[opened]["blocks"] if "element" in block}
    values = {name: {name: as_sent(element) | typed.get(name, {})} for name, element in fields.items()}
    sent = {"id": opened, "type": "modal", "callback_id": slack.views[opened]["callback_id"]}
    user = {"id": person, "team_id": TEAM}
    submission = {"type": "view_submission", "user": user, "view": sent | {"state": {"values": values}}}
    status, body = await sender.send_interaction(submission)
    assert status == 200
    return body


def as_sent(element: Body) -> Body:
    """Turn what stands in a field at first into what Slack sends of it."""
    sent = {"initial_value": "value", "initial_conversation": "selected_conversation", "initial_date": "selected_date"}
    sent |= {"initial_options": "selected_options", "initial_option": "selected_option"}
    return {"type": element["type"]} | {sent[name]: element[name] for name in sent if name in element}


async def subscriptions(folder: Path) -> list[Subscription]:
    engine = open_engine(f"sqlite:///{folder / 'bot.sqlite'}")
    found = await Subscriptions(engine).all()
    await engine.dispose()
    return found


AT_NINE: dict[str, Body] = {"at": {"value": "nine o’clock"}, "where": {"selected_conversation": OURS}}


async def test_a_channels_tip_is_set_up_on_the_home_and_the_channel_is_told(sender, slack: FakeSlack, tmp_path: Path):
    opened = await press(sender, slack, find_button(await home(sender, slack), "Set up a daily tip"))
    until = {"selected_date": "2999-01-04"}
    typed = AT_NINE | {"themes": {"selected_options": [{"value": "listening"}]}}

    assert '"response_action": "update"' in await fill_in(sender, slack, opened, **typed)
    await slack.wait_until(lambda: slack.list_posts(OURS))

    assert "Monday to Friday at 09:00 (Europe/London), on “Listening”" in slack.list_posts(OURS)[0]["text"]
    shown = await after(slack, opened, "I will post a small tip here")
    assert "Daily tips you look after" in collect_text(shown)
    assert "Monday to Friday at 09:00" in collect_text(shown)
    assert {"type": "channel", "channel_id": OURS} in [e for b in shown if b["type"] == "rich_text" for e in runs(b)]
    (kept,) = await subscriptions(tmp_path)
    assert (kept.place, kept.owner, kept.themes, kept.nation) == (
        Place("slack", TEAM, OURS),
        ANN,
        ("listening",),
        "England",
    )
    assert '"response_action": "errors"' in await fill_in(
        sender, slack, await press(sender, slack, SET_UP), **typed | {"until": until}
    )


async def test_a_tip_is_paused_resumed_changed_and_stopped_on_the_home(sender, slack: FakeSlack, tmp_path: Path):
    await sender.send_command("daily weekdays 9:00 holidays Scotland")
    await slack.wait_until(lambda: slack.responses)
    for label, says, then in (
        ("Pause", "The daily tip is paused", "Paused."),
        ("Resume", "I will post a small tip here", "The next one comes on"),
    ):
        opened = await press(sender, slack, find_button(await home(sender, slack), label))
        await after(slack, opened, says)
        assert then in collect_text(await home(sender, slack))
        assert says in slack.list_posts(OURS)[-1]["text"]
    form = await press(sender, slack, find_button(await home(sender, slack), "Change"))
    await fill_in(sender, slack, form, at={"value": "half past eight"})
    await after(slack, form, "at 08:30")
    (kept,) = await subscriptions(tmp_path)
    assert (f"{kept.at:%H:%M}", kept.nation, kept.weekdays) == ("08:30", "Scotland", frozenset(range(5)))
    await after(slack, await press(sender, slack, find_button(await home(sender, slack), "Stop")), "no more tips")
    assert "None yet." in collect_text(await home(sender, slack))
    assert len(slack.list_posts(OURS)) == 4


async def test_a_person_sets_a_tip_up_for_themselves(sender, slack: FakeSlack, tmp_path: Path):
    """Without a channel it is the person's own, in their own time zone, and no channel is told."""
    slack.zones[ANN] = "Europe/Paris"
    opened = await press(sender, slack, SET_UP)

    await fill_in(sender, slack, opened, at={"value": "7.45"}, nation={"selected_option": {"value": "none"}})

    assert "For you alone" in collect_text(await after(slack, opened, "at 07:45 (Europe/Paris)"))
    (kept,) = await subscriptions(tmp_path)
    assert (kept.place, kept.nation) == (Place("slack", TEAM, ANN, private=True), "")
    assert not any(slack.messages.values())


async def test_who_one_is_is_saved_changed_and_forgotten_in_the_settings(sender, slack: FakeSlack):
    """Both count from then on, stand on the person's own Home, and go with the next choice."""

    async def save(role: str, minutes: str, says: str) -> str:
        opened = await press(sender, slack, find_button(await home(sender, slack), "Settings"))
        assert find_view_problems(slack.views[opened]) == []
        chosen = {"role": role, "minutes": minutes}
        await fill_in(
            sender, slack, opened, **{name: {"selected_option": {"value": value}} for name, value in chosen.items()}
        )
        return collect_text(await after(slack, opened, says))

    shown = await save("councillor", "10", "for a councillor and for 10 minutes")
    assert "I choose for a councillor and for 10 minutes." in shown
    assert "I choose for" not in collect_text(await home(sender, slack, BEN))
    settings = await press(sender, slack, find_button(await home(sender, slack), "Settings"))
    chosen = {block["block_id"]: block["element"].get("initial_option") for block in slack.views[settings]["blocks"]
              if block["type"] == "input"}  # fmt: skip
    assert (chosen["role"]["value"], chosen["minutes"]["value"]) == ("councillor", "10")
    assert "I choose for a manager. " in await save("manager", "unsaid", "for a manager")
    await save("manager", "unsaid", "Nothing was changed")
    assert "I choose for" not in await save("unsaid", "unsaid", "I have deleted who you are")


async def test_a_role_that_is_none_of_ours_is_not_saved(sender, slack: FakeSlack):
    opened = await press(sender, slack, find_button(await home(sender, slack), "Settings"))
    await fill_in(sender, slack, opened, role={"selected_option": {"value": "emperor"}})

    assert "I choose for" not in collect_text(await after(slack, opened, "."))


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"at": {"value": "25:00"}}, "at", "I know no time of day called “25:00”"),
        ({"at": {"value": "at 5"}}, "at", "Do you mean 05:00 or 17:00?"),
        ({"at": {"value": "soon"}}, "at", "I could not read that time"),
        ({"at": {"value": "9"}, "days": {"selected_options": []}}, "days", "choose at least one day"),
        ({"at": {"value": "9"}, "until": {"selected_date": "2026-01-05"}}, "until", "has passed"),
    ],
    ids=["no such time", "either", "no time", "no day", "past"],
)
async def test_what_cannot_be_meant_is_said_at_its_field(
    sender, slack: FakeSlack, tmp_path: Path, typed: dict[str, Body], field: str, says: str
):
    """The sentence is the one for what is typed; the form stays as it was filled in, and nothing changes."""
    body = await fill_in(sender, slack, await press(sender, slack, SET_UP), **typed)

    assert '"response_action": "errors"' in body
    assert f'"{field}": "' in body
    assert says in body.encode().decode("unicode_escape")
    assert await subscriptions(tmp_path) == []


async def test_only_a_member_sets_up_the_tip_of_a_channel(sender, slack: FakeSlack, tmp_path: Path):
    opened = await press(sender, slack, SET_UP, BEN)

    await fill_in(sender, slack, opened, BEN, **AT_NINE)

    await slack.wait_until(
        lambda: "Only members of a channel can change" in collect_text(slack.views[opened]["blocks"])
    )
    assert await subscriptions(tmp_path) == []
    assert not slack.list_posts(OURS)


async def test_who_left_a_channel_no_longer_changes_its_tip(sender, slack: FakeSlack, tmp_path: Path):
    await sender.send_command("daily 9:00")
    await slack.wait_until(lambda: slack.responses)
    shown = await home(sender, slack)
    slack.members[ANN].remove(OURS)

    await after(slack, await press(sender, slack, find_button(shown, "Stop")), "Only members of a channel can change")

    assert [one.state for one in await subscriptions(tmp_path)] == ["on"]


async def test_nobody_reaches_a_tip_that_another_looks_after(sender, slack: FakeSlack, tmp_path: Path):
    """What a button names is looked up among the presser's own."""
    await sender.send_command("daily 9:00")
    await slack.wait_until(lambda: slack.responses)
    slack.members[BEN].add(OURS)
    stop = find_button(await home(sender, slack), "Stop")
    assert "09:00" not in collect_text(await home(sender, slack, BEN))

    for element in (stop, {**stop, "value": stop["value"].replace("off", "change")}, {**stop, "value": "off"}):
        opened = await press(sender, slack, element, BEN)
        await slack.wait_until(
            lambda opened=opened: "no longer look after" in collect_text(slack.views[opened]["blocks"])
        )

    assert [(one.state, one.owner) for one in await subscriptions(tmp_path)] == [("on", ANN)]


async def test_without_the_scope_it_says_where_to_type_instead(sender, slack: FakeSlack, tmp_path: Path):
    """A workspace that agreed to fewer scopes is told what to do, and nothing is set up unchecked."""
    slack.tokens[TOKEN].scopes.discard("groups:read")
    opened = await press(sender, slack, SET_UP)

    await fill_in(sender, slack, opened, **AT_NINE)

    await slack.wait_until(lambda: "type /steps daily in it" in collect_text(slack.views[opened]["blocks"]))
    assert await subscriptions(tmp_path) == []


async def test_a_channel_without_the_bot_is_set_up_and_the_person_asked_to_invite_it(sender, slack: FakeSlack):
    opened = await press(sender, slack, SET_UP)

    await fill_in(sender, slack, opened, at={"value": "9"}, where={"selected_conversation": "C0FOREIGN"})

    await after(slack, opened, "Type /invite there and choose me")


async def test_a_channel_that_is_not_allowed_gets_no_tip(start, slack: FakeSlack, tmp_path: Path):
    async with start(slack_channels=("C0OTHER",)) as sender:
        opened = await press(sender, slack, SET_UP)
        await fill_in(sender, slack, opened, **AT_NINE)
        await slack.wait_until(lambda: "not to speak in this channel" in collect_text(slack.views[opened]["blocks"]))
    assert await subscriptions(tmp_path) == []


@pytest.mark.parametrize(("label", "says"), [("Done", "Thank you for doing it"), ("Withdraw it", "deleted it")])
async def test_a_promise_is_kept_or_withdrawn_on_the_home(sender, slack: FakeSlack, label: str, says: str):
    """Each open promise stands on its maker's Home alone, and goes from it when it is done or withdrawn."""
    answers: list[Body] = []
    for number in (1, 2):
        await sender.send_event(sender.build_message("tip", channel=DIRECT))
        await slack.wait_until(lambda n=number: len(slack.list_posts(DIRECT)) == 2 * n - 1)
        answers.append(slack.list_posts(DIRECT)[-1])
        await sender.press_element(
            find_button(answers[-1]["blocks"], "I’ll do this"), **sender.on_message(DIRECT, answers[-1])
        )
        await slack.wait_until(lambda n=number: len(slack.list_posts(DIRECT)) == 2 * n)
    step = answers[-1]["text"].partition("One small step this week: ")[2].splitlines()[0].replace("&amp;", "&")
    shown = await home(sender, slack)
    assert collect_text(shown).count("(open, taken on") == 2
    assert step in collect_text(shown)
    assert "(open" not in collect_text(await home(sender, slack, BEN))

    await after(slack, await press(sender, slack, find_button(shown, label)), says)

    assert collect_text(await home(sender, slack)).count("(open, taken on") == 1


async def test_where_the_tips_are_off_the_home_does_without(start, slack: FakeSlack):
    async with start(daily_tips=False) as sender:
        shown = await home(sender, slack)
        status, _ = await sender.press_element(SET_UP, **sender.on_view("V0HOME", "home"))
        await home(sender, slack)
    assert status == 200
    assert "Your promises" not in collect_text(shown)
    assert not [e for e in find_elements(shown) if e["action_id"].startswith("steps:tips")]
    assert not slack.views


def test_the_fullest_home_is_one_that_slack_takes():
    themes = tuple((f"theme-{number}", "A theme " * 5) for number in range(100))
    tips = [ManagedTip("x" * 16, Place("slack", TEAM, "C0"), "long " * 900, resting=bool(n % 2)) for n in range(40)]
    data = HomeData([ThemeGroup("A group", themes)] * 20, None, [OpenPromise("p", "A small step " * 300)] * 40, tips)

    view = build_home_view(data, retention_notice())
    assert find_view_problems(view) == []
    assert collect_text(view["blocks"]).count("And 30 more.") == 2  # promises, and tips


def runs(block: Body) -> list[Any]:
    return [run for part in block["elements"] for run in part["elements"]]


async def test_where_questions_are_kept_every_view_says_so(start: Start, slack: FakeSlack):
    async with start(keep_questions_days=30) as sender:
        shown = await home(sender, slack)
        settings = await press(sender, slack, find_button(shown, "Settings"))
        asking = await press(sender, slack, find_button(shown, "Ask a question"))
        await sender.send_interaction({"type": "shortcut", "callback_id": ASK_SHORTCUT})
        await slack.wait_until(lambda: len(slack.views) == 3)

    for blocks in (shown, *(slack.views[one]["blocks"] for one in (settings, asking, *slack.views))):
        assert "is kept for 30 days" in collect_text(blocks)
