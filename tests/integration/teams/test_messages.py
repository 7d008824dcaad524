"""Writing to the bot and pressing its buttons, in each kind of conversation."""

import json

import pytest
from sqlalchemy import select

from bot.message import Place
from bot.platforms.teams.cards import responses
from bot.platforms.teams.cards.plain_text import STEP
from bot.store.tables import FeedbackRow
from bot.store.teams import TeamsConversations, TeamsPosts
from tests.integration.teams.people import CHANNEL, CHAT, JANE, TeamsPerson
from tests.integration.teams.standin import BOT, TENANT, Fault


def said(card):
    return json.dumps(card, ensure_ascii=False)


async def test_a_question_gets_a_lesson_a_quote_and_a_small_step(jane, microsoft):
    await jane.write("nobody listens to us")

    posted = microsoft.posted[0]
    assert posted.path == f"/uk/v3/conversations/a:{JANE}/activities/{posted.body['replyToId']}"
    assert STEP in said(posted.card)
    assert "Listening" in posted.body["summary"]
    assert "channelData" not in posted.body, "a verdict is given on the card, and nobody is asked for words"


async def test_a_mention_in_a_channel_is_answered_in_its_thread(in_channel, microsoft, bot):
    await in_channel.write("nobody listens to us")

    posted = microsoft.posted[0]
    assert posted.body["conversation"]["id"] == f"{CHANNEL};messageid=17"
    assert bot.classifier.asked[0] == "nobody listens to us"


async def test_what_is_typed_in_a_thread_is_about_that_thread(in_channel, microsoft):
    elsewhere = in_channel.conversation | {"id": f"{CHANNEL};messageid=18"}
    await in_channel.write("listening")
    await in_channel.write("vision", conversation=elsewhere)
    await in_channel.write("why")
    await in_channel.write("another")
    await in_channel.write("why", conversation=elsewhere)

    first, _, why, another, why_elsewhere = (posted.card["speak"] for posted in microsoft.posted)
    assert "“Listening”" in why
    assert another.startswith("Listening")
    assert another != first
    assert "“Vision and priorities”" in why_elsewhere


async def test_a_group_chat_is_answered_there(in_chat, microsoft):
    await in_chat.write("nobody listens to us")

    assert microsoft.posted[0].body["conversation"]["id"] == CHAT


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ask nobody listens to us", "nobody listens to us"),
        ("themes", "themes"),
        ("tip", "tip"),
        ("why", "why"),
        ("help", "help"),
        ("ask", "help"),
        ("daily 09:00", "daily 09:00"),
    ],
)
async def test_typed_commands_work_without_the_list(jane, bot, typed, expected):
    assert (await jane.write(typed))[0] == 200
    assert bot.classifier.asked[0] == expected


@pytest.mark.parametrize(
    ("text", "attachments", "says"),
    [
        (None, [{"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "x.docx"}], "no files"),
        ("", [{"contentType": "image/png", "contentUrl": "https://x"}], "no files"),
        (
            "",
            [
                {
                    "contentType": "text/html",
                    "content": '<blockquote itemtype="http://schema.skype.com/Forward">x</blockquote>',
                }
            ],
            "forward",
        ),
        ("", [{"contentType": "text/html", "content": '<p><img src="https://x/y.gif" alt="Cat GIF"></p>'}], "no files"),
        (
            "",
            [{"contentType": "text/html", "content": '<div><img itemtype="http://schema.skype.com/Giphy"></div>'}],
            "pictures",
        ),
        (None, [{"contentType": "application/vnd.microsoft.card.codesnippet", "content": {}}], "no files"),
        ("", [], "could not find any words"),
        ("   ", [], "could not find any words"),
        (None, [], "could not find any words"),
    ],
)
async def test_what_has_no_words_gets_a_kind_word(jane, microsoft, text, attachments, says):
    await jane.send(jane.activity(text=text, attachments=attachments))

    assert says in said(microsoft.posted[0].card)


async def test_words_beside_a_file_are_answered(jane, microsoft):
    await jane.write("nobody listens to us", attachments=[{"contentType": "image/png"}])

    assert STEP in said(microsoft.posted[0].card)


@pytest.mark.parametrize("sign", ["he took an overdose", "I am bullied", "I cannot go on"])
async def test_a_handover_points_to_people_and_gives_no_lesson(jane, microsoft, sign):
    await jane.write(sign)

    assert STEP not in said(microsoft.posted[0].card)
    assert "999" in said(microsoft.posted[0].card)
    assert "channelData" not in microsoft.posted[0].body


async def test_a_handover_is_given_though_nothing_can_be_remembered(jane, bot, microsoft, caplog):
    """Where the bot was spoken to is remembered after somebody in distress was answered, and only if that works."""
    async with bot.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE teams_conversations RENAME TO away")

    status, _ = await jane.write("I cannot go on")

    assert status == 200
    (posted,) = microsoft.posted
    assert "116 123" in said(posted.card)
    assert "could not be remembered" in caplog.text


async def test_another_refreshes_the_pressers_card_and_posts_nothing(in_channel, microsoft):
    await in_channel.write("nobody listens to us")
    first = microsoft.posted[0].card

    answer = await in_channel.press(first, "another")

    assert answer["statusCode"] == 200
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert said(answer["value"]) != said(first)
    assert len(microsoft.posted) == 1


async def test_why_keeps_the_lesson_and_adds_the_reason(jane, microsoft, card_schema):
    await jane.write("nobody listens to us")
    first = microsoft.posted[0].card

    answer = await jane.press(first, "why")

    card_schema.check(answer["value"])
    assert first["speak"].removesuffix("that this is what you mean.")[:200] in answer["value"]["speak"]
    assert "The words that counted: listens." in answer["value"]["speak"]


@pytest.mark.parametrize(
    ("action", "says"), [("helpful", "glad it helped"), ("not-helpful", "noted that it did not help")]
)
async def test_a_verdict_is_noted_under_the_lesson(jane, microsoft, action, says):
    await jane.write("nobody listens to us")

    answer = await jane.press(microsoft.posted[0].card, action)

    assert says in said(answer["value"])
    assert STEP in said(answer["value"])


async def test_a_verdict_counts_for_the_lesson_that_this_person_sees(in_channel, microsoft, bot, key):
    """After Another, on the card of the presser alone; everybody else still sees the first lesson and rates that."""
    john = TeamsPerson(bot.url, microsoft, key, "channel", "29:john")
    await in_channel.write("nobody listens to us")
    first = microsoft.posted[0].card
    refreshed = (await in_channel.press(first, "another"))["value"]

    await in_channel.press(refreshed, "helpful")
    await john.press(first, "not-helpful")

    async with bot.engine.connect() as connection:
        kept = dict((await connection.execute(select(FeedbackRow.answer, FeedbackRow.helpful))).all())
    seen = [
        next(one["data"]["value"] for one in card["actions"] if one["title"] == "Why this?")
        for card in (refreshed, first)
    ]
    assert kept == {seen[0]: True, seen[1]: False}
    assert len(kept) == 2


async def test_a_verdict_is_asked_for_in_one_way_and_once(jane, microsoft):
    await jane.write("nobody listens to us")

    rated = (await jane.press(microsoft.posted[0].card, "helpful"))["value"]

    assert "feedbackLoop" not in said(microsoft.posted[0].body)
    assert not {"Helpful", "Not helpful"} & {one["title"] for one in rated["actions"]}


async def test_a_name_that_is_missing_or_odd_is_no_reason_not_to_share(in_channel, microsoft):
    await in_channel.write("nobody listens to us")
    refreshed = (await in_channel.press(microsoft.posted[0].card, "another"))["value"]
    data = next(one["data"] for one in refreshed["actions"] if one["title"] == "Share")

    for name in (None, 3, "", "x" * 500, "[a](http://x)\n<b>"):
        await in_channel.invoke(
            "adaptiveCard/action", {"action": {"data": data}}, **{"from": {"id": JANE, "name": name}}
        )

    assert len(microsoft.posted) == 6
    assert "Shared by somebody here" in microsoft.posted[1].card["speak"]


async def test_a_refreshed_lesson_may_be_shared_in_a_channel_and_not_in_a_personal_chat(jane, in_channel, microsoft):
    await in_channel.write("nobody listens to us")
    await jane.write("nobody listens to us")
    here, alone = (posted.card for posted in microsoft.posted)

    refreshed = (await in_channel.press(here, "another"))["value"]
    private = (await jane.press(alone, "another"))["value"]
    answer = await in_channel.press(refreshed, "share")

    assert "share" not in [action["data"]["action"] for action in private["actions"]]
    assert responses.SHARED in said(answer["value"])
    assert len(microsoft.posted) == 3
    assert microsoft.posted[2].body["conversation"]["id"] == f"{CHANNEL};messageid=17"
    assert microsoft.posted[2].card["body"][0]["inlines"][0]["text"] == "Shared by Jane Doe from Small Steps."
    assert microsoft.posted[2].card["body"][1:3] == refreshed["body"][:2]


async def test_sharing_says_so_when_the_bot_may_not_post(in_channel, microsoft):
    await in_channel.write("nobody listens to us")
    refreshed = (await in_channel.press(microsoft.posted[0].card, "another"))["value"]
    microsoft.faults.append(Fault(403, body={"error": {"code": "BotNotInConversationRoster"}}))

    assert responses.NOT_SHARED in said((await in_channel.press(refreshed, "share"))["value"])


async def test_what_another_place_was_told_cannot_be_shared_or_explained_here(jane, in_channel, microsoft):
    await jane.write("nobody listens to us")
    card = microsoft.posted[0].card
    stolen = next(a["data"]["value"] for a in card["actions"] if a["data"]["action"] == "why")

    forged = {"actions": [{"data": {"verb": "steps", "action": name, "value": stolen}} for name in ("share", "why")]}

    assert (await in_channel.press(forged, "share"))["statusCode"] == 400
    assert "not given a lesson here" in said(await in_channel.press(forged, "why"))
    assert len(microsoft.posted) == 1


@pytest.mark.parametrize(
    "data",
    [None, 3, [], {}, {"verb": "steps"}, {"verb": "other", "action": "why"}, {"action": {"a": 1}}, {"action": "share"}],
    ids=str,
)
async def test_a_button_that_is_not_ours_is_refused_politely(jane, microsoft, data):
    status, answer = await jane.invoke("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": data}})

    assert status == 200
    assert answer["statusCode"] == 400
    assert answer["value"]["message"] == responses.NOT_OURS


async def test_a_theme_is_picked_from_the_list_by_its_input(jane, microsoft):
    await jane.write("themes")
    card = microsoft.posted[0].card
    picker = next(element for element in card["body"] if element["type"] == "Input.ChoiceSet")
    theme = next(choice for choice in picker["choices"] if choice["value"] == "governance")

    answer = await jane.press(card, "theme", value=theme["value"])

    assert said(answer["value"]).count(theme["title"])
    assert STEP in said(answer["value"])


async def test_a_clarifying_choice_answers_in_place(jane, microsoft):
    await jane.write("I am unsure what it is")

    answer = await jane.press(microsoft.posted[0].card, "theme")

    assert STEP in said(answer["value"])


async def test_a_client_without_execute_gets_its_answer_as_a_message(jane, microsoft):
    await jane.write("nobody listens to us")
    another = next(action for action in microsoft.posted[0].card["actions"] if action["title"] == "Another")
    submitted = another["fallback"]["data"]

    await jane.send(jane.activity(text=None, value=submitted))

    assert len(microsoft.posted) == 2
    assert STEP in said(microsoft.posted[1].card)


@pytest.mark.parametrize("value", [{"verb": "steps", "action": "x"}, {"verb": "x"}, {"verb": {}}])
async def test_submitted_nonsense_gets_a_kind_word(jane, microsoft, value):
    await jane.send(jane.activity(text=None, value=value))

    assert responses.NOT_OURS in said(microsoft.posted[0].card)


async def test_a_client_without_execute_cannot_share_and_is_told_so(in_channel, microsoft):
    await in_channel.write("nobody listens to us")
    refreshed = (await in_channel.press(microsoft.posted[0].card, "another"))["value"]
    share = next(action for action in refreshed["actions"] if action["title"] == "Share")

    await in_channel.send(in_channel.activity(text=None, value=share["fallback"]["data"]))

    assert responses.NOT_OURS in said(microsoft.posted[1].card)


FEEDBACK = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": '{"feedbackText":"secret"}'}}


@pytest.mark.parametrize("value", [FEEDBACK, {"data": FEEDBACK}], ids=["flat", "nested"])
@pytest.mark.parametrize("name", ["message/submitAction", "message/fetchTask"])
async def test_thumbs_of_a_former_release_are_kept_without_what_was_written(jane, microsoft, bot, value, name):
    await jane.write("nobody listens to us")
    answered = next(one["data"]["value"] for one in microsoft.posted[0].card["actions"] if one["title"] == "Another")
    await TeamsPosts(bot.engine).record(Place("teams", TENANT, f"a:{JANE}", private=True), "posted-1", answered)

    status, answer = await jane.invoke(name, value, replyToId="posted-1")

    assert (status, answer) == (200, {})
    async with bot.engine.connect() as connection:
        kept = (await connection.execute(select(FeedbackRow.helpful))).all()
    assert [bool(row[0]) for row in kept] == [True]


@pytest.mark.parametrize(
    "value", [None, {}, {"actionName": "feedback"}, {"actionName": "feedback", "actionValue": 3}, FEEDBACK]
)
async def test_thumbs_under_something_unknown_are_taken_calmly(jane, value):
    assert await jane.invoke("message/submitAction", value, replyToId="unknown") == (200, {})


async def test_an_invoke_that_is_not_known_is_not_implemented(jane):
    assert (await jane.invoke("task/unknown", {}))[0] == 501


@pytest.mark.parametrize(
    "kind", ["typing", "messageReaction", "messageUpdate", "messageDelete", "event", "endOfConversation"]
)
async def test_what_needs_no_answer_gets_none(jane, microsoft, kind):
    assert await jane.send(jane.activity(type=kind, text="nobody listens")) == (200, "")
    assert microsoft.calls == 0


async def test_nothing_is_repeated_until_the_theme_is_used_up(jane, microsoft):
    await jane.write("listening")
    titles = [said(microsoft.posted[0].card["body"][1])]
    card = microsoft.posted[0].card
    for _ in range(3):
        card = (await jane.press(card, "another"))["value"]
        titles.append(said(card["body"][1]))

    assert len(set(titles)) == 4


async def test_a_thread_and_its_channel_share_what_was_seen(in_channel, microsoft, bot):
    await in_channel.write("listening")
    await in_channel.send(
        in_channel.activity(text="listening", conversation=in_channel.conversation | {"id": f"{CHANNEL};messageid=99"})
    )

    first, second = (said(posted.card["body"][1]) for posted in microsoft.posted)
    assert first != second


@pytest.mark.parametrize(
    "wild",
    [
        "😀😀😀",
        "\u200b\u202e\u2066",
        "x" * 40_000,
        "<at>" * 500,
        "'; DROP TABLE answers; --",
        "\x00\x01\x1b[31m",
        "\ud83d",
        "a\u0300" * 3000,
        "<@U123> <https://x|label> &amp; :emoji: *bold*",
        "<script>alert(1)</script>",
        "{{7*7}} ${x} %s %n",
        "ﷺ" * 2000,
    ],
    ids=lambda wild: repr(wild[:10]),
)
async def test_wild_text_gets_an_answer(jane, microsoft, wild):
    body = json.dumps(jane.activity(text=wild)).encode()

    status, _ = await jane.send(body)

    assert status == 200
    assert len(microsoft.posted) == 1


@pytest.mark.parametrize(
    "name", ["value", "entities", "attachments", "channelData", "locale", "localTimezone", "timestamp"]
)
@pytest.mark.parametrize("wild", [None, 3, "x", [], {}, [None, 3, {"type": 4}], {"a": {"b": []}}], ids=str)
async def test_odd_fields_do_no_harm(jane, microsoft, name, wild):
    status, _ = await jane.send(jane.activity(text="nobody listens", **{name: wild}))

    assert status in (200, 400)
    assert len(microsoft.posted) == (status == 200)


async def test_a_failure_on_our_side_is_said_and_never_logged_with_the_text(jane, microsoft, caplog):
    status, _ = await jane.write("please crash with my secret words")

    assert status == 200
    assert "Something went wrong on my side" in said(microsoft.posted[0].card)
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


async def test_a_failing_press_is_a_500_and_not_a_traceback(jane, microsoft, bot, monkeypatch, caplog):
    await jane.write("nobody listens")

    async def fail(_press):
        raise RuntimeError(" ".join(["secret", "words"]))

    monkeypatch.setattr(bot.conversation, "answer_press", fail)
    status, answer = await jane.invoke("adaptiveCard/action", {"action": {"data": {"verb": "steps", "action": "tip"}}})

    assert (status, answer) == (500, "")
    assert "secret words" not in caplog.text


async def test_the_conversation_is_remembered_and_refreshed_on_every_turn(bot, jane, in_channel, microsoft):
    conversations = TeamsConversations(bot.engine)
    await jane.write("nobody listens")
    await in_channel.write("nobody listens")

    alone = await conversations.get(Place("teams", TENANT, f"a:{JANE}", private=True))
    channel = await conversations.get(Place("teams", TENANT, CHANNEL))

    assert alone.person == JANE
    assert alone.reference["serviceUrl"] == microsoft.service_url
    assert channel.reference == {
        "serviceUrl": microsoft.service_url,
        "conversation": CHANNEL,
        "bot": BOT,
        "tenant": TENANT,
    }
    assert channel.person == ""

    await conversations.close(channel.place, "BotNotInConversationRoster")
    await in_channel.write("nobody listens")
    assert (await conversations.get(channel.place)).closed is None


async def test_two_people_in_one_channel_see_one_list(in_channel, microsoft, bot, key):
    john = TeamsPerson(bot.url, microsoft, key, "channel", "29:john")
    await in_channel.write("listening")
    await john.write("listening")

    first, second = (said(posted.card["body"][1]) for posted in microsoft.posted)
    assert first != second
