"""What is pressed is answered where it was pressed, for whom it was pressed."""

from pathlib import Path

from bot.store.database import open_engine
from bot.store.promises import Promises
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

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"


async def asked(sender: RequestSender, slack: FakeSlack, text: str = QUESTION, channel: str = OURS) -> Body:
    """Ask, and return the answer."""
    event = (
        sender.build_message(text, channel=channel)
        if channel == DIRECT
        else sender.build_mention(text, channel=channel)
    )
    await sender.send_event(event)
    await slack.wait_until(lambda: slack.list_posts(channel))
    return slack.list_posts(channel)[-1]


async def test_another_is_posted_in_the_thread_for_all(sender: RequestSender, slack: FakeSlack):
    answer = await asked(sender, slack)

    await sender.press_element(find_button(answer["blocks"], "another"), **sender.on_message(OURS, answer, BEN))

    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    another = slack.list_posts(OURS)[1]
    assert another["thread_ts"] == answer["thread_ts"]
    assert another["text"] != answer["text"]


async def test_why_is_whispered_to_who_asked(sender: RequestSender, slack: FakeSlack):
    answer = await asked(sender, slack)

    await sender.press_element(find_button(answer["blocks"], "why"), **sender.on_message(OURS, answer, BEN))

    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    whisper = slack.list_calls("chat.postEphemeral")[0]
    assert (whisper["user"], whisper["thread_ts"]) == (BEN, answer["thread_ts"])
    assert "The words that counted" in whisper["text"]


async def test_feedback_is_thanked_for(sender: RequestSender, slack: FakeSlack):
    """Both verdicts come from one element, and each is read as what it says."""
    answer = await asked(sender, slack)
    buttons = find_button(answer["blocks"], "feedback")

    for verdict in ("positive_button", "negative_button"):
        await sender.press_element(buttons | {"value": buttons[verdict]["value"]}, **sender.on_message(OURS, answer))

    await slack.wait_until(lambda: len(slack.list_calls("chat.postEphemeral")) == 2)
    said = " ".join(call["text"] for call in slack.list_calls("chat.postEphemeral"))
    assert "I am glad it helped" in said
    assert "I have noted that it did not help" in said


async def test_picking_a_theme_answers_in_place(sender: RequestSender, slack: FakeSlack, unclear: str):
    """A clarifying question gives way to its answer."""
    question = await asked(sender, slack, unclear)

    await sender.press_element(find_elements(question["blocks"])[0], **sender.on_message(OURS, question))

    await slack.wait_until(lambda: slack.list_calls("chat.update"))
    assert len(slack.list_posts(OURS)) == 1
    assert "One small step this week" in slack.list_posts(OURS)[0]["text"]
    assert slack.list_posts(OURS)[0]["ts"] == question["ts"]


async def test_none_of_these_is_taken_in_place(sender: RequestSender, slack: FakeSlack, unclear: str):
    question = await asked(sender, slack, unclear, DIRECT)

    await sender.press_element(find_button(question["blocks"], "none-of-these"), **sender.on_message(DIRECT, question))

    await slack.wait_until(lambda: slack.list_calls("chat.update"))
    assert "Try once more" in slack.list_posts(DIRECT)[0]["text"]


async def test_the_picker_of_themes_answers(sender: RequestSender, slack: FakeSlack):
    await sender.send_command("themes")
    await slack.wait_until(lambda: slack.responses)
    picker = find_button(slack.responses[0][1]["blocks"], "theme")
    option = picker["option_groups"][0]["options"][0]

    await sender.press_element(picker | {"selected_option": option}, **sender.on_ephemeral())

    await slack.wait_until(lambda: len(slack.responses) == 2)
    assert slack.responses[1][1]["text"].startswith(option["text"]["text"])


async def test_an_answer_of_another_place_is_not_told(sender: RequestSender, slack: FakeSlack):
    """A value is looked up in the place where it is pressed, never trusted."""
    answer = await asked(sender, slack, channel="G0PRIVATE")

    await sender.press_element(find_button(answer["blocks"], "why"), **sender.on_message(OURS, answer))

    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    assert "I have not given a lesson here yet" in slack.list_calls("chat.postEphemeral")[0]["text"]


async def test_a_direct_answer_is_shared_with_a_channel_that_is_chosen(sender: RequestSender, slack: FakeSlack):
    answer = await asked(sender, slack, channel=DIRECT)
    await sender.press_element(find_button(answer["blocks"], "share"), **sender.on_message(DIRECT, answer))
    await slack.wait_until(lambda: slack.views)
    (opened,) = slack.views
    chosen = {"channel": {"channel": {"type": "conversations_select", "selected_conversation": OURS}}}

    await sender.send_interaction(
        {
            "type": "view_submission",
            "view": {
                "id": opened,
                "type": "modal",
                "callback_id": "steps:share",
                "private_metadata": slack.views[opened]["private_metadata"],
                "state": {"values": chosen},
            },
            "response_urls": [{"channel_id": OURS, "response_url": slack.issue_response_url()}],
        }
    )

    await slack.wait_until(lambda: slack.list_posts(OURS) and slack.list_calls("views.update"))
    assert "It is shared" in collect_text(slack.views[opened]["blocks"])
    assert {"type": "user", "user_id": ANN} in slack.list_posts(OURS)[0]["blocks"][0]["elements"][0]["elements"]


async def test_in_a_view_another_replaces_and_why_opens_on_top(sender: RequestSender, slack: FakeSlack):
    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.views)
    (opened,) = slack.views
    typed = {"question": {"question": {"type": "plain_text_input", "value": QUESTION}}}
    view = {"id": opened, "type": "modal", "callback_id": "steps:ask", "state": {"values": typed}}
    await sender.send_interaction({"type": "view_submission", "view": view})
    await slack.wait_until(lambda: slack.list_calls("views.update"))
    blocks = slack.views[opened]["blocks"]

    await sender.press_element(find_button(blocks, "why"), **sender.on_view(opened))
    await slack.wait_until(lambda: slack.list_calls("views.push"))
    await sender.press_element(find_button(blocks, "another"), **sender.on_view(opened))
    await slack.wait_until(lambda: len(slack.list_calls("views.update")) == 2)

    assert slack.views[opened]["blocks"] != blocks


async def test_the_home_shows_themes_and_the_step_of_the_week(sender: RequestSender, slack: FakeSlack):
    """Home lists the themes; after an answer it recalls its step; its picker opens the lesson in a view."""
    opened = {"type": "app_home_opened", "user": ANN, "channel": DIRECT, "tab": "home", "event_ts": "1.0"}
    await sender.send_event(opened)
    await slack.wait_until(lambda: slack.homes)
    assert "One small step this week" not in collect_text(slack.homes[ANN]["blocks"])

    answer = await asked(sender, slack, channel=DIRECT)
    slack.homes.clear()
    await sender.send_event(opened)
    await slack.wait_until(lambda: slack.homes)
    step = answer["text"].partition("One small step this week: ")[2].splitlines()[0]
    assert step.replace("&amp;", "&") in collect_text(slack.homes[ANN]["blocks"])

    picker = find_button(slack.homes[ANN]["blocks"], "theme")
    option = picker["option_groups"][0]["options"][0]
    await sender.press_element(picker | {"selected_option": option}, **sender.on_view("V0HOME", "home"))
    await slack.wait_until(lambda: slack.list_calls("views.update"))
    (view,) = slack.views.values()
    assert option["text"]["text"] in collect_text(view["blocks"])


async def test_the_messages_tab_alone_publishes_no_home(sender: RequestSender, slack: FakeSlack):
    await sender.send_event(
        {"type": "app_home_opened", "user": ANN, "channel": DIRECT, "tab": "messages", "event_ts": "1.0"}
    )
    await sender.send_event(sender.build_message("tip", channel=DIRECT))

    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert not slack.homes


async def test_settings_forget_what_a_person_was_shown(sender: RequestSender, slack: FakeSlack):
    await asked(sender, slack, channel=DIRECT)
    await sender.press_element({"action_id": "steps:settings:0", "type": "button"}, **sender.on_view("V0HOME", "home"))
    await slack.wait_until(lambda: slack.views)
    (opened,) = slack.views
    assert "I showed you one lesson" in collect_text(slack.views[opened]["blocks"])
    values = {"forget": {"forget": {"type": "checkboxes", "selected_options": [{"value": "forget"}]}}}

    view = {"id": opened, "type": "modal", "callback_id": "steps:settings", "state": {"values": values}}
    await sender.send_interaction({"type": "view_submission", "view": view})

    await slack.wait_until(lambda: slack.list_calls("views.update") and slack.homes)
    assert "I start afresh" in collect_text(slack.views[opened]["blocks"])
    await sender.send_command("why")
    await slack.wait_until(lambda: slack.responses)
    assert "I have not given a lesson here yet" in slack.responses[0][1]["text"]


async def test_what_we_did_not_make_is_acknowledged_and_left(sender: RequestSender, slack: FakeSlack):
    """A forged or outdated action id does nothing, and nothing breaks."""
    for action in ("steps:", "steps:delete-everything:1", "steps:feedback", "other"):
        status, _ = await sender.press_element(
            {"action_id": action, "type": "button", "value": "x"}, **sender.on_ephemeral()
        )
        assert status == 200
    assert [method for method, _ in slack.calls] == ["auth.test"]  # the check of the token at the start


async def test_the_reminder_of_a_promise_goes_by_the_clock_of_who_made_it(
    sender: RequestSender, slack: FakeSlack, tmp_path: Path
):
    """Their zone is asked for when the step is taken on, for Slack tells it with no message."""
    slack.zones[BEN] = "America/Los_Angeles"
    answer = await asked(sender, slack)

    await sender.press_element(find_button(answer["blocks"], "promise"), **sender.on_message(OURS, answer, BEN))

    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    database = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    (promise,) = await Promises(database).of("slack", TEAM, BEN)
    await database.dispose()
    assert promise.zone == "America/Los_Angeles"


async def test_a_zone_that_could_not_be_asked_for_is_asked_for_again(sender: RequestSender, slack: FakeSlack):
    slack.zones[ANN] = "Asia/Tokyo"
    slack.tokens[TOKEN].scopes.discard("users:read")
    await sender.send_command("daily 9:00")
    await slack.wait_until(lambda: slack.responses)
    slack.tokens[TOKEN].scopes.add("users:read")
    await sender.send_command("daily 9:00", channel="C0OTHER")

    await slack.wait_until(lambda: len(slack.responses) == 2)
    assert "at 09:00 (Europe/London)" in slack.responses[0][1]["text"]
    assert "at 09:00 (Asia/Tokyo)" in slack.responses[1][1]["text"]


async def test_a_double_click_gives_one_answer(sender: RequestSender, slack: FakeSlack):
    """Two presses of one button by one person in a moment; a second person's press is another matter."""
    answer = await asked(sender, slack)
    another = find_button(answer["blocks"], "another")
    for person in (ANN, ANN, BEN):
        await sender.press_element(another, **sender.on_message(OURS, answer, person))
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 3)
    await sender.send_event(sender.build_mention("tip"))
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 4)
    assert len(slack.list_posts(OURS)) == 4


async def test_a_lesson_is_shared_in_a_place_once(sender: RequestSender, slack: FakeSlack):
    """The second share says so; one that Slack refused may be tried again."""
    await sender.send_command("listening")
    await slack.wait_until(lambda: slack.responses)
    slack.fail_next("chat.postMessage", "msg_blocked")
    share = find_button(slack.responses[0][1]["blocks"], "share")
    await sender.press_element(share, **sender.on_ephemeral())
    await slack.wait_until(lambda: any("Something went wrong" in told["text"] for _, told in slack.responses))
    await sender.press_element(share, **sender.on_ephemeral())
    await slack.wait_until(lambda: slack.list_posts(OURS))
    await sender.press_element(share, **sender.on_ephemeral())
    await slack.wait_until(lambda: any("shared it there already" in told["text"] for _, told in slack.responses))
    assert len(slack.list_posts(OURS)) == 1


async def test_what_is_done_weighs_most_and_what_is_undone_asks_once(sender: RequestSender, slack: FakeSlack):
    """“I’ll do this” is the primary button; a withdrawal in the Home asks before it is done."""
    answer = await asked(sender, slack, channel=DIRECT)
    styles = {one["action_id"].split(":")[1]: one.get("style") for one in find_elements(answer["blocks"])}
    assert [name for name, style in styles.items() if style == "primary"] == ["promise"]
    await sender.press_element(find_button(answer["blocks"], "promise"), **sender.on_message(DIRECT, answer))
    await slack.wait_until(lambda: len(slack.list_posts(DIRECT)) == 2 or slack.list_calls("chat.postEphemeral"))
    await sender.send_event({"type": "app_home_opened", "user": ANN, "channel": DIRECT, "tab": "home"})
    await slack.wait_until(lambda: "Withdraw it" in collect_text(slack.homes.get(ANN, {}).get("blocks", [])))
    assert find_button(slack.homes[ANN]["blocks"], "withdraw")["confirm"]["deny"]["text"] == "Keep it"


async def test_help_shows_commands_as_code(sender: RequestSender, slack: FakeSlack):
    await sender.send_command("help")
    await slack.wait_until(lambda: slack.responses)
    (listed,) = [block for block in slack.responses[0][1]["blocks"] if "rich_text_list" in str(block)]
    runs = [run for item in listed["elements"][0]["elements"] for run in item["elements"]]
    typed = {run["text"] for run in runs if run.get("style", {}).get("code")}
    assert {"/steps", "/steps themes", "/steps another", "/steps help"} <= typed
    assert not any("/steps" in run["text"] for run in runs if not run.get("style"))
