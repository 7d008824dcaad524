"""Modals (pure)."""

from bot.platforms.slack.views.elements import BlockKit, mention_channel, note, paragraph, plain, run
from bot.platforms.slack.views.reply import RenderedReply

ASK = "steps:ask"
SHARE = "steps:share"
SETTINGS = "steps:settings"
TIP = "steps:tip"
QUESTION = "question"
CHANNEL = "channel"
FORGET = "forget"
_MAX_QUESTION_LENGTH = 3_000


def build_question_view(retention_notice: str) -> BlockKit:
    """Return the question view; `retention_notice` says what is stored of the text that people type."""
    field = {
        "type": "plain_text_input",
        "action_id": QUESTION,
        "multiline": True,
        "max_length": _MAX_QUESTION_LENGTH,
        "placeholder": plain("Our consultants cross their arms in every workshop", 150),
    }
    question = {
        "type": "input",
        "block_id": QUESTION,
        "label": plain("What is getting in the way of the change you lead?", 2_000),
        "element": field,
        "hint": plain(f"Only you will see the answer. {retention_notice}", 2_000),
    }
    return build_view("Ask Small Steps", [question], ASK, submit="Ask")


def build_waiting_view() -> BlockKit:
    """Return the view that is shown until the answer is ready."""
    return build_view("Small Steps", [paragraph(run("One moment."))])


def build_answer_view(rendered: RenderedReply, channel: str = "") -> BlockKit:
    """Return the view of a reply, headed by the channel that the reply is about."""
    about = [paragraph(run("In "), mention_channel(channel), run(":"))] if channel else []
    return build_view("Small Steps", [*about, *rendered.blocks])


def build_share_view(answer_id: str) -> BlockKit:
    """Return the view that asks which channel to share an answer with.

    The view carries the answer's id, which is looked up among the person's answers at the submission.
    """
    field = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain("Choose a channel", 150),
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    chosen = {
        "type": "input",
        "block_id": CHANNEL,
        "label": plain("Where do you want to share it?", 2_000),
        "element": field,
    }
    warning = note("Everybody in the channel will see the lesson and that you shared it. What you asked is not shown.")
    return build_view("Share", [chosen, warning], SHARE, submit="Share") | {"private_metadata": answer_id}


def build_settings_view(seen: int, retention_notice: str) -> BlockKit:
    """Return the settings view of a person.

    Parameters
    ----------
    seen
        How many lessons the person has been shown.
    retention_notice
        Sentence about what is stored of the text that people type.
    """
    what = "one lesson" if seen == 1 else f"{seen} lessons"
    field = {
        "type": "checkboxes",
        "action_id": FORGET,
        "options": [{"text": plain("Forget which lessons I was shown, and start afresh", 75), "value": FORGET}],
    }
    chosen = {
        "type": "input",
        "block_id": FORGET,
        "optional": True,
        "label": plain("Start afresh", 2_000),
        "element": field,
    }
    told = f"I remember that I showed you {what}, so that I do not repeat them. {retention_notice}"
    return build_view("Your settings", [paragraph(run(told)), chosen], SETTINGS, submit="Save")


def build_view(title: str, blocks: list[BlockKit], callback: str = "", submit: str = "") -> BlockKit:
    """Return a modal of blocks."""
    made: BlockKit = {"type": "modal", "title": plain(title, 24), "close": plain("Close", 24), "blocks": blocks}
    if callback:
        made["callback_id"] = callback
    if submit:
        made["submit"] = plain(submit, 24)
    return made
