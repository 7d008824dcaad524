"""Every way in, through the front door: signed requests to the running bot, against a strict stand-in of Slack."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.message import Place
from bot.store.database import open_engine
from bot.store.subscriptions import Subscriptions
from bot.store.tables import AnswerRow, FeedbackRow
from tests.contract.slack.fake_slack import BOT_USER, TEAM, FakeSlack
from tests.contract.slack.workspace import ANN, BEN, DIRECT, OURS, Body, RequestSender, collect_text, find_button

MISSED = "that's not what I meant, this is no help"
QUESTION = "our consultants just cross their arms in every workshop, what do I do?"


async def test_a_mention_is_answered_in_its_thread(sender: RequestSender, slack: FakeSlack):
    """The answer stands in the thread, complete as blocks and as text."""
    event = sender.build_mention(QUESTION)

    assert (await sender.send_event(event))[0] == 200
    await slack.wait_until(lambda: slack.list_posts(OURS))

    (answer,) = slack.list_posts(OURS)
    assert answer["thread_ts"] == event["ts"]
    assert "One small step this week" in answer["text"]
    assert "One small step this week" in collect_text(answer["blocks"])
    assert find_button(answer["blocks"], "another")
    assert find_button(answer["blocks"], "feedback")


async def test_a_thread_goes_on_without_a_mention(sender: RequestSender, slack: FakeSlack):
    """Who spoke to the bot in a thread need not mention it again there."""
    first = sender.build_mention(QUESTION)
    await sender.send_event(first)
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 1)

    await sender.send_event(sender.build_message("thanks", thread=first["ts"]))

    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert slack.list_posts(OURS)[1]["thread_ts"] == first["ts"]


async def test_others_in_the_thread_are_answered_when_there_is_something_to_say(
    sender: RequestSender, slack: FakeSlack
):
    """A colleague's question is answered; their small talk is left alone."""
    first = sender.build_mention(QUESTION)
    await sender.send_event(first)
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 1)

    await sender.send_event(sender.build_message("thanks", person=BEN, thread=first["ts"]))
    await sender.send_event(sender.build_message("listening", person=BEN, thread=first["ts"]))

    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert slack.list_posts(OURS)[1]["text"].startswith("Listening")


@pytest.mark.parametrize("person", [ANN, BEN])
async def test_talk_among_others_in_the_thread_is_neither_kept_counted_nor_rated(
    start, slack: FakeSlack, tmp_path: Path, person: str
):
    """What a bystander says to a colleague leaves no trace; the same words from who spoke to the bot do."""
    async with start(keep_questions_days=30) as sender:
        first = sender.build_mention("listening")
        await sender.send_event(first)
        await slack.wait_until(lambda: slack.list_posts(OURS))
        for aside in ("who won the football on Saturday?", "that missed the point"):
            await sender.send_event(sender.build_message(aside, person=person, thread=first["ts"]))
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with database.connect() as connection:
        kept = len((await connection.exec_driver_sql("SELECT * FROM questions")).all())
        rated = len((await connection.exec_driver_sql("SELECT * FROM feedback")).all())
        counted = len((await connection.exec_driver_sql("SELECT * FROM answers WHERE kind = 'text'")).all())
    await database.dispose()
    assert (kept, rated, counted) == ((1, 1, 1) if person == ANN else (0, 0, 0))
    assert len(slack.list_posts(OURS)) == (3 if person == ANN else 1)


async def test_what_is_typed_in_a_thread_is_about_that_thread(sender: RequestSender, slack: FakeSlack, tmp_path: Path):
    """Whatever was answered elsewhere in the channel in between."""
    mine, theirs = sender.build_mention("listening"), sender.build_mention("vision", person=BEN)
    for event in (mine, theirs):
        await sender.send_event(event)
        await slack.wait_until(lambda event=event: in_thread(slack, event))

    for number, (text, says) in enumerate([("why?", "“Listening”"), ("another", "Listening"), (MISSED, "noted")], 2):
        await sender.send_event(sender.build_message(text, thread=mine["ts"]))
        await slack.wait_until(lambda number=number: len(in_thread(slack, mine)) == number)
        assert says in in_thread(slack, mine)[-1]["text"]
    assert await rated(tmp_path) == ["listening"]

    first = in_thread(slack, theirs)[0]
    await sender.press_element(find_button(first["blocks"], "another"), **sender.on_message(OURS, first))
    await slack.wait_until(lambda: len(in_thread(slack, theirs)) == 2)
    await sender.send_event(sender.build_mention("learning"))
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 7)
    await sender.send_event(sender.build_message("why?", person=BEN, thread=theirs["ts"]))
    await slack.wait_until(lambda: len(in_thread(slack, theirs)) == 3)
    assert "another lesson on “Vision and priorities”" in in_thread(slack, theirs)[-1]["text"]


def in_thread(slack: FakeSlack, first: Body) -> list[Body]:
    return [posted for posted in slack.list_posts(OURS) if posted["thread_ts"] == first["ts"]]


async def rated(folder: Path) -> list[str]:
    """List the themes of the answers that somebody gave a verdict on."""
    engine = open_engine(f"sqlite:///{folder / 'bot.sqlite'}")
    async with engine.connect() as connection:
        query = select(AnswerRow.intent).join(FeedbackRow, FeedbackRow.answer == AnswerRow.id)
        found = list((await connection.execute(query)).scalars())
    await engine.dispose()
    return found


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"bot_profile": {"id": "B1"}},
        {"subtype": "bot_message"},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"hidden": True},
        {"edited": {"user": ANN, "ts": "1.0"}},
        {"user": BOT_USER},
        {"user": "USLACKBOT"},
        {"user": None},
        {"text": f"<@{BEN}> what do you think?"},
        {"text": f"<@{BOT_USER}> listening"},  # its app_mention is what is answered
    ],
    ids=str,
)
async def test_what_the_bot_never_answers(sender: RequestSender, slack: FakeSlack, change: dict):
    """Bots, itself, edits, joins, hidden messages and what is said to others get no answer, even in its own thread."""
    first = sender.build_mention(QUESTION)
    await sender.send_event(first)
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 1)

    assert (await sender.send_event(sender.build_message("listening", thread=first["ts"]) | change))[0] == 200
    await sender.send_event(sender.build_mention("tip"))

    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert slack.list_posts(OURS)[1]["thread_ts"] != first["ts"]


async def test_talk_in_a_channel_is_not_for_the_bot(sender: RequestSender, slack: FakeSlack):
    """The bot speaks only when it is spoken to."""
    await sender.send_event(sender.build_message(QUESTION))
    await sender.send_event(sender.build_message(QUESTION, thread="1700000000.000100"))
    await sender.send_event(sender.build_mention("tip"))

    await slack.wait_until(lambda: slack.list_posts(OURS))
    assert len(slack.list_posts(OURS)) == 1


async def test_a_direct_message_is_answered_without_a_thread(sender: RequestSender, slack: FakeSlack):
    """In the Messages tab the answer follows the question; a mention in it changes nothing."""
    await sender.send_event(sender.build_message(f"<@{BOT_USER}> {QUESTION}", channel=DIRECT))

    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert "thread_ts" not in slack.list_posts(DIRECT)[0]
    assert find_button(slack.list_posts(DIRECT)[0]["blocks"], "share") is not None


async def test_a_file_with_words_and_a_reply_sent_to_the_channel_are_heard(sender: RequestSender, slack: FakeSlack):
    await sender.send_event(sender.build_message("listening", channel=DIRECT, subtype="file_share"))

    await slack.wait_until(lambda: slack.list_posts(DIRECT))


async def test_a_person_in_distress_is_handed_over(sender: RequestSender, slack: FakeSlack):
    """A handover has who to turn to, and nothing to press."""
    await sender.send_event(sender.build_message("I want to hurt myself", channel=DIRECT))

    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert "116 123" in slack.list_posts(DIRECT)[0]["text"]
    assert "116 123" in collect_text(slack.list_posts(DIRECT)[0]["blocks"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "/steps themes"),
        ("help", "/steps themes"),
        ("themes", "These are the themes I know."),
        ("tip", "One small step this week"),
        ("listening", "Listening"),
        ("LISTENING", "Listening"),
        ("quality &amp; cost together", "Quality and cost together"),
        (QUESTION, "One small step this week"),
        ("lisening", "Did you mean this theme?"),
        ("why", "I have not given a lesson here yet."),
        ("share", "I have no answer of yours to share."),
    ],
)
async def test_the_command_answers_only_who_asked(sender: RequestSender, slack: FakeSlack, text: str, says: str):
    """Every sub-command is acknowledged at once and answered privately."""
    status, body, number = await sender.send_command(text)

    assert (status, body) == (200, "")
    await slack.wait_until(lambda: slack.responses)
    ((answered, answer),) = slack.responses
    assert answered == number
    assert answer["response_type"] == "ephemeral"
    assert says in answer["text"]
    assert not slack.list_posts(OURS)


async def test_a_near_miss_suggests_the_theme_and_the_press_answers_in_place(sender: RequestSender, slack: FakeSlack):
    await sender.send_command("lisening")
    await slack.wait_until(lambda: slack.responses)
    suggested = find_button(slack.responses[0][1]["blocks"], "Listening")

    await sender.press_element(suggested, **sender.on_ephemeral())

    await slack.wait_until(lambda: len(slack.responses) == 2)
    answer = slack.responses[1][1]
    assert answer["replace_original"] is True
    assert answer["text"].startswith("Listening")


async def test_a_command_is_shared_on_purpose(sender: RequestSender, slack: FakeSlack):
    """What only one person saw is shown to the channel by /steps share, with who shared it."""
    await sender.send_command("listening")
    await slack.wait_until(lambda: slack.responses)

    await sender.send_command("share")

    await slack.wait_until(lambda: len(slack.responses) == 2)
    (shared,) = slack.list_posts(OURS)
    assert {"type": "user", "user_id": ANN} in shared["blocks"][0]["elements"][0]["elements"]
    assert slack.responses[0][1]["text"].splitlines()[-1] == shared["text"].splitlines()[-1]  # the same small step


async def test_sharing_works_where_the_bot_is_no_member(sender: RequestSender, slack: FakeSlack):
    await sender.send_command("listening", channel="C0FOREIGN")
    await slack.wait_until(lambda: slack.responses)

    await sender.send_command("share", channel="C0FOREIGN")

    await slack.wait_until(lambda: len(slack.responses) == 3)
    assert [answer["response_type"] for _, answer in slack.responses] == ["ephemeral", "in_channel", "ephemeral"]


async def test_nobody_shares_what_another_person_was_told(sender: RequestSender, slack: FakeSlack):
    """A button's value is looked up among the presser's own answers."""
    await sender.send_command("listening")
    await slack.wait_until(lambda: slack.responses)
    share = find_button(slack.responses[0][1]["blocks"], "share")

    await sender.press_element(share, **sender.on_ephemeral(person=BEN))

    await slack.wait_until(lambda: len(slack.responses) == 2)
    assert "no answer of yours" in slack.responses[1][1]["text"]
    assert not slack.list_posts(OURS)


async def test_a_message_shortcut_answers_privately_and_shares_to_its_thread(sender: RequestSender, slack: FakeSlack):
    message = {"type": "message", "user": BEN, "text": QUESTION, "ts": "1700000000.000300"}
    where = {"channel": {"id": OURS, "name": "ours"}, "response_url": slack.issue_response_url(), "message": message}

    status, _ = await sender.send_interaction({"type": "message_action", "callback_id": "steps:help-here", **where})

    assert status == 200
    await slack.wait_until(lambda: slack.responses)
    assert slack.responses[0][1]["response_type"] == "ephemeral"
    await sender.press_element(find_button(slack.responses[0][1]["blocks"], "share"), **sender.on_ephemeral())
    await slack.wait_until(lambda: slack.list_posts(OURS))
    assert slack.list_posts(OURS)[0]["thread_ts"] == message["ts"]


async def test_the_global_shortcut_asks_and_answers_in_a_view(sender: RequestSender, slack: FakeSlack):
    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.views)
    (opened,) = slack.views

    status, body = await sender.send_interaction(
        {
            "type": "view_submission",
            "view": {
                "id": opened,
                "type": "modal",
                "callback_id": "steps:ask",
                "state": {"values": {"question": {"question": {"type": "plain_text_input", "value": QUESTION}}}},
            },
        }
    )

    assert status == 200
    assert '"response_action": "update"' in body
    await slack.wait_until(lambda: slack.list_calls("views.update"))
    assert "One small step this week" in collect_text(slack.views[opened]["blocks"])


async def test_a_channel_that_is_not_allowed_is_left_in_peace(start, slack: FakeSlack):
    """Elsewhere than in the allowed channels, who mentions the bot is told so privately; commands still answer."""
    async with start(slack_channels=("C0OTHER",)) as sender:
        await sender.send_event(sender.build_mention(QUESTION))
        await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
        await sender.send_command("listening")
        await slack.wait_until(lambda: slack.responses)
        await sender.send_command("share")
        await slack.wait_until(lambda: len(slack.responses) == 2)
        await sender.send_event(sender.build_mention(QUESTION, channel="C0OTHER"))
        await slack.wait_until(lambda: slack.list_posts("C0OTHER"))

    assert "asked not to speak in this channel" in slack.list_calls("chat.postEphemeral")[0]["text"]
    assert "asked not to speak in this channel" in slack.responses[1][1]["text"]
    assert not slack.list_posts(OURS)


async def test_free_words_about_a_daily_tip_are_about_the_channel_where_they_are_typed(
    start, slack: FakeSlack, tmp_path: Path
):
    """`/steps can you post a tip here …` asks its writer privately; a yes sets the channel's tip up, and tells it."""
    async with start() as sender:
        await sender.send_command("can you post a tip here every morning at nine?")
        await slack.wait_until(lambda: slack.responses)
        question = slack.responses[0][1]
        assert question["response_type"] == "ephemeral"
        assert "Shall I post a small tip here Monday to Friday at 09:00" in question["text"]
        await sender.press_element(find_button(question["blocks"], "Yes, please"), **sender.on_ephemeral())
        await slack.wait_until(lambda: len(slack.responses) == 3)
        assert slack.responses[1][1]["response_type"] == "in_channel"
        await sender.send_command("when does the next daily tip come here?")
        await slack.wait_until(lambda: len(slack.responses) == 4)
        assert "at 09:00 (Europe/London)" in slack.responses[3][1]["text"]
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    places = [one.place for one in await Subscriptions(database).all()]
    await database.dispose()
    assert places == [Place("slack", TEAM, OURS)]


async def test_a_yes_in_a_channel_without_the_bot_says_how_to_invite_it(sender: RequestSender, slack: FakeSlack):
    """The tip is set up by the button, and the channel is told what is missing for it to come."""
    await sender.send_command("can you post a tip here every morning at nine?", channel="C0FOREIGN")
    await slack.wait_until(lambda: slack.responses)
    yes = find_button(slack.responses[0][1]["blocks"], "Yes, please")

    await sender.press_element(yes, **sender.on_ephemeral("C0FOREIGN"))
    await slack.wait_until(lambda: len(slack.responses) == 3)

    told = slack.responses[1][1]
    assert told["response_type"] == "in_channel"
    assert "at 09:00" in told["text"]
    assert "Type /invite here and choose me." in told["text"]


async def test_free_words_about_a_daily_tip_set_nothing_up_in_a_channel_that_is_not_allowed(start, slack: FakeSlack):
    async with start(slack_channels=("C0OTHER",)) as sender:
        for words_ in ("can you post a tip here every morning at nine?", "daily 9:00"):
            await sender.send_command(words_)
        await slack.wait_until(lambda: len(slack.responses) == 2)
    assert all("asked not to speak in this channel" in answer["text"] for _, answer in slack.responses)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("`promises`", "no promises"),
        ("*daily*", "No daily tip is set up here."),
        ("_daily 9:00_ theme quality &amp; cost", "Quality and cost together"),
        ("*daily test*", "One small step this week"),
    ],
)
async def test_what_is_typed_is_understood_as_slack_writes_it(
    sender: RequestSender, slack: FakeSlack, written: str, says: str
):
    """Slack keeps people's marks and writes & as &amp;; what concerns one person alone is whispered all the same."""
    await sender.send_event(sender.build_mention(written))

    await slack.wait_until(lambda: slack.list_posts(OURS) or slack.list_calls("chat.postEphemeral"))
    (answer,) = [*slack.list_posts(OURS), *slack.list_calls("chat.postEphemeral")]
    assert says in answer["text"]
    assert bool(slack.list_posts(OURS)) == ("9:00" in written)


async def test_a_daily_tip_asked_for_in_a_sentence_comes_in_its_writers_time_zone(
    sender: RequestSender, slack: FakeSlack
):
    """However it is asked for: the question back says the writer's own zone, and “yes” saves that one."""
    slack.zones["U0ANN"] = "Europe/Paris"
    await sender.send_command("message us every morning at 9")
    await slack.wait_until(lambda: slack.responses)
    question = slack.responses[0][1]
    assert "at 09:00 (Europe/Paris)" in question["text"]

    slack.zones["U0BEN"] = "Europe/London"
    await sender.press_element(find_button(question["blocks"], "Yes, please"), **sender.on_ephemeral(person=BEN))

    await slack.wait_until(lambda: len(slack.responses) > 1)
    assert "at 09:00 (Europe/Paris)" in slack.responses[1][1]["text"]


async def test_a_time_zone_is_asked_for_only_when_a_daily_tip_is(sender: RequestSender, slack: FakeSlack):
    await sender.send_command("tip")
    await sender.send_command("daily at 9")

    await slack.wait_until(lambda: len(slack.responses) == 2)
    assert len(slack.list_calls("users.info")) == 1
