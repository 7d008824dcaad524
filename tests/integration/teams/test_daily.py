"""The daily tip by a card: set up, changed, paused and stopped by the same rules as what is typed."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.message import Place
from bot.store.subscriptions import Subscriptions
from tests.integration.teams.people import CHANNEL, CHAT, JANE, TeamsPerson
from tests.integration.teams.standin import TENANT, Fault

PLACES = {
    "personal": Place("teams", TENANT, f"a:{JANE}", private=True),
    "groupChat": Place("teams", TENANT, CHAT),
    "channel": Place("teams", TENANT, CHANNEL),
}
FILLED = {"at": "08:30", "shape": "days", "days": "mon,wed", "themes": "", "nation": "Wales", "pause": ""}


@pytest.fixture(params=["jane", "in_chat", "in_channel"])
def person(request):
    return request.getfixturevalue(request.param)


def said(card):
    return json.dumps(card, ensure_ascii=False)


def titles(card):
    return [action["title"] for action in card["actions"]]


def inputs(card):
    """Give the inputs of a card by their ids, hidden or not."""
    if isinstance(card, list):
        return {name: one for part in card for name, one in inputs(part).items()}
    if card.get("type", "").startswith("Input."):
        return {card["id"]: card}
    return inputs([*card.get("body", []), *card.get("items", [])])


def entered(card):
    """Give what a client would send of a form that nobody touched."""
    return {name: one.get("value", "") for name, one in inputs(card).items()}


async def pressed(person, card, label, **filled):
    """Press a button by its label, as Teams does: with the inputs, unless the button leaves them out."""
    found = next(action for action in card["actions"] if action["title"] == label)
    sent = {} if found.get("associatedInputs") == "none" else entered(card) | filled
    answer = await person.execute(found["data"] | sent)
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    return answer["value"]


async def form(person, microsoft):
    await person.write("daily")
    return microsoft.posted.pop().card


async def set_up(person, microsoft, **filled):
    return await pressed(person, await form(person, microsoft), "Start", **(FILLED | filled))


async def subscription(bot, scope="personal"):
    return await Subscriptions(bot.engine).at(PLACES[scope])


async def test_daily_alone_shows_a_form_whose_every_field_has_a_label(person, microsoft):
    card = await form(person, microsoft)

    assert [one["label"] for one in inputs(card).values()] == [
        "Time of day",
        "What comes",
        "Days",
        "No tip on the bank holidays of",
        "Pause until; empty for no pause",
        "Themes; with none chosen it may be any",
    ]
    assert all(one["errorMessage"] for one in inputs(card).values() if one.get("isRequired"))
    assert "daily weekdays 8:30" in card["fallbackText"]
    assert card["speak"].startswith("No daily tip is set up here.")


async def test_a_form_begins_with_working_days_and_the_operators_bank_holidays(jane, microsoft):
    card = await form(jane, microsoft)

    assert entered(card) == {
        "at": "09:00",
        "shape": "days",
        "days": "mon,tue,wed,thu,fri",
        "themes": "",
        "nation": "England",
        "pause": "",
    }


async def test_the_form_sets_the_tip_up_and_turns_into_what_is_set_up(person, microsoft, bot, card_schema):
    card = await set_up(person, microsoft)

    card_schema.check(card)
    assert "on Mondays and Wednesdays at 08:30 (Europe/London), but not on bank holidays in Wales" in card["speak"]
    assert titles(card) == ["Change", "Pause", "Stop"]
    kept = await subscription(bot, person.scope)
    assert (kept.at, kept.weekdays, kept.themes) == (time(8, 30), {0, 2}, ())
    assert (kept.nation, kept.owner, kept.state) == ("Wales", JANE, "on")


async def test_the_place_is_told_of_a_change_and_a_person_alone_only_sees_the_card(person, microsoft):
    card = await set_up(person, microsoft)
    await pressed(person, card, "Stop")

    told = [posted.card["speak"] for posted in microsoft.posted]
    if person.scope == "personal":
        assert told == []
    else:
        assert "I will post a small tip here on Mondays and Wednesdays at 08:30" in told[0]
        assert "I will post no more tips here" in told[1]


async def test_daily_shows_what_is_set_up_once_it_is(jane, microsoft):
    await set_up(jane, microsoft)

    card = await form(jane, microsoft)

    assert "A small tip comes here on Mondays and Wednesdays at 08:30" in card["speak"]
    assert titles(card) == ["Change", "Pause", "Stop"]
    assert "“daily pause”, “daily off”" in card["fallbackText"]


async def test_a_week_with_a_shape_is_chosen_where_a_tip_is_set_up(jane, microsoft, bot, card_schema):
    card = await set_up(jane, microsoft, shape="week", days="")

    card_schema.check(card)
    assert "a small step on Mondays, a short story on Wednesdays, on Fridays the question" in card["speak"]
    assert (await subscription(bot)).shape == "week"
    change = card["actions"][0]["card"]
    assert entered(change)["shape"] == "week"
    card = await pressed(jane, change, "Save", at="10:00")
    assert (await subscription(bot)).shape == "week"
    await pressed(jane, card["actions"][0]["card"], "Save", shape="days", days="tue")
    assert ((await subscription(bot)).shape, (await subscription(bot)).weekdays) == ("days", {1})


async def test_changing_begins_with_what_is_set_up(jane, microsoft, bot):
    themes = "learning,listening,quality-and-cost"
    card = await set_up(jane, microsoft, themes=themes)
    change = card["actions"][0]["card"]
    assert entered(change) == FILLED | {"themes": themes}

    card = await pressed(jane, change, "Save", at="14:00")

    assert "at 14:00" in card["speak"]
    assert "on “Learning”, “Listening” and “Quality and cost together”" in card["speak"]
    assert (await subscription(bot)).at == time(14)


async def test_every_theme_can_be_chosen_alone_and_all_together(jane, microsoft, bot, knowledge):
    card = await set_up(jane, microsoft)
    listed = [choice["value"] for choice in inputs(card["actions"][0]["card"])["themes"]["choices"]]
    assert sorted(listed) == sorted(knowledge.themes)

    for chosen in (*listed, ",".join(listed)):
        card = await pressed(jane, card["actions"][0]["card"], "Save", themes=chosen)
        assert ",".join((await subscription(bot)).themes) == chosen


async def test_a_tip_is_paused_goes_on_stops_and_starts_again(jane, microsoft, bot):
    card = await set_up(jane, microsoft)

    card = await pressed(jane, card, "Pause")
    assert titles(card) == ["Change", "Go on", "Stop"]
    assert (await subscription(bot)).paused_until == date.max
    card = await pressed(jane, card, "Go on")
    assert (await subscription(bot)).paused_until is None
    card = await pressed(jane, card, "Stop")
    assert titles(card) == ["Change", "Start again"]
    assert (await subscription(bot)).state == "off"
    card = await pressed(jane, card, "Start again")
    assert titles(card) == ["Change", "Pause", "Stop"]
    assert (await subscription(bot)).at == time(8, 30)


async def test_a_pause_with_an_end_is_set_and_lifted_in_the_form(jane, microsoft, bot):
    end = (datetime.now(UTC) + timedelta(days=20)).date()

    card = await set_up(jane, microsoft, pause=end.isoformat())

    assert (await subscription(bot)).paused_until == end
    assert (await subscription(bot)).next_day >= end
    change = card["actions"][0]["card"]
    assert entered(change)["pause"] == end.isoformat()
    await pressed(jane, change, "Save", pause="")
    assert (await subscription(bot)).paused_until is None


async def test_saving_the_form_does_not_end_a_pause_without_an_end(jane, microsoft, bot):
    card = await pressed(jane, await set_up(jane, microsoft), "Pause")
    change = card["actions"][0]["card"]
    assert inputs(change)["pause"]["label"] == "Pause until; empty to stay paused"

    card = await pressed(jane, change, "Save", at="14:00")

    assert "It stays paused" in card["speak"]
    assert titles(card) == ["Change", "Go on", "Stop"]
    assert (await subscription(bot)).paused_until == date.max


async def test_times_are_those_of_whoever_sets_it_up(in_channel, microsoft, bot):
    data = (await form(in_channel, microsoft))["actions"][0]["data"] | FILLED

    await in_channel.invoke("adaptiveCard/action", {"action": {"data": data}}, localTimezone="Pacific/Auckland")

    assert (await subscription(bot, "channel")).zone == "Pacific/Auckland"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"at": "25:00"}, "no time of day called “25:00”"),
        ({"at": "soon"}, "I did not understand “soon”"),
        ({"pause": "2020-01-01"}, "Wednesday 1 January 2020 has passed"),
        ({"pause": "2099-02-03"}, "more than a year away"),
        ({"pause": "2027-02-31"}, "There is no 31 February in 2027"),
        ({"themes": "astrology"}, "I know no theme called “astrology”"),
        ({"nation": "Narnia"}, "Whose bank holidays do you mean?"),
    ],
    ids=str,
)
async def test_what_cannot_be_meant_gets_a_kind_sentence_and_keeps_what_was_entered(
    in_channel, microsoft, bot, card_schema, wrong, says
):
    card = await set_up(in_channel, microsoft, **wrong)

    card_schema.check(card)
    assert says in card["speak"]
    assert titles(card) == ["Start"]
    kept = {name: value for name, value in FILLED.items() if name not in wrong}
    assert kept.items() <= entered(card).items()
    assert await subscription(bot, "channel") is None
    assert microsoft.posted == []


async def test_a_change_that_cannot_be_meant_changes_nothing(jane, microsoft, bot):
    card = await set_up(jane, microsoft)
    before = await subscription(bot)

    again = await pressed(jane, card["actions"][0]["card"], "Save", at="24:61", pause="2020-01-01")

    assert titles(again) == ["Save"]
    assert await subscription(bot) == before


async def test_a_client_without_execute_sets_it_up_by_a_message(in_channel, microsoft, bot):
    save = (await form(in_channel, microsoft))["actions"][0]["fallback"]
    assert save["type"] == "Action.Submit"

    await in_channel.send(in_channel.activity(text=None, value=save["data"] | FILLED))

    assert "on Mondays and Wednesdays at 08:30" in microsoft.posted[0].card["speak"]
    assert (await subscription(bot, "channel")).at == time(8, 30)


async def test_a_button_beside_the_form_can_be_pressed_while_the_form_is_empty(jane, microsoft):
    card = await form(jane, microsoft)

    tip = await pressed(jane, card, "Give me a tip")

    assert "One small step this week" in said(tip)


@pytest.mark.parametrize(
    "wild", [None, 3, ["mon"], {"a": 1}, "x" * 5000, "off", "\n\nstatus", "<b>", "{{x}}"], ids=repr
)
@pytest.mark.parametrize("field", list(FILLED))
async def test_a_forged_form_does_no_harm(jane, microsoft, field, wild, card_schema):
    card = await form(jane, microsoft)

    answer = await jane.execute(card["actions"][0]["data"] | FILLED | {field: wild})

    assert answer["statusCode"] == 200
    card_schema.check(answer["value"])


async def test_a_form_acts_where_it_is_pressed_whatever_it_carries(jane, in_channel, microsoft, bot):
    card = await form(in_channel, microsoft)
    forged = card["actions"][0]["data"] | FILLED | {"place": PLACES["channel"].key, "value": PLACES["channel"].key}

    await jane.execute(forged)

    assert await subscription(bot, "channel") is None
    assert (await subscription(bot, "personal")).owner == JANE


async def test_whoever_is_in_the_place_may_change_it_and_the_place_is_told(in_channel, microsoft, bot, key):
    card = await set_up(in_channel, microsoft)
    john = TeamsPerson(bot.url, microsoft, key, "channel", "29:john")

    await pressed(john, card, "Pause")

    assert "The daily tip is paused" in microsoft.posted[-1].card["speak"]
    assert titles(microsoft.posted[-1].card) == ["Change", "Go on", "Stop"]


async def test_whoever_changes_it_learns_when_the_place_cannot_be_told(in_channel, microsoft):
    card = await form(in_channel, microsoft)
    microsoft.faults.append(Fault(403, body={"error": {"code": "BotNotInConversationRoster"}}))

    answer = await pressed(in_channel, card, "Start", **FILLED)

    assert "I could not post it here" in said(answer)


async def test_a_repeated_press_tells_the_place_once(in_channel, microsoft):
    data = (await form(in_channel, microsoft))["actions"][0]["data"] | FILLED
    press = in_channel.activity(type="invoke", name="adaptiveCard/action", value={"action": {"data": data}})

    first, second = await in_channel.send(press), await in_channel.send(press)

    assert first == second
    assert len(microsoft.posted) == 1


async def test_the_welcome_leads_to_the_form(jane, microsoft):
    await jane.send(jane.activity(type="installationUpdate", action="add"))

    card = await pressed(jane, microsoft.posted[0].card, "A daily tip here")

    assert "Time of day" in said(card)


async def test_where_tips_are_off_the_welcome_does_not_offer_one(start, microsoft, key):
    bot = await start(daily_tips=False)
    jane = TeamsPerson(bot.url, microsoft, key)

    await jane.send(jane.activity(type="installationUpdate", action="add"))

    assert titles(microsoft.posted[0].card) == ["Give me a tip", "See all themes"]
