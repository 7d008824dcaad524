"""Modals (pure)."""

from collections.abc import Sequence

from bot.conversation.audiences import ROLE_NAMES, SEATS
from bot.platforms.slack.views.elements import BlockKit, mention_channel, note, paragraph, plain, run
from bot.platforms.slack.views.reply import RenderedReply
from bot.store.readers import ANYBODY, Reader

ASK = "steps:ask"
SHARE = "steps:share"
SETTINGS = "steps:settings"
TIP = "steps:tip"
QUESTION = "question"
CHANNEL = "channel"
FORGET = "forget"
ROLE, MINUTES = "role", "minutes"
UNSAID = "unsaid"  # value of a role or of minutes that nobody said
_MINUTES = (5, 10, 15, 30, 60)
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


def build_settings_view(seen: int, retention_notice: str, reader: Reader = ANYBODY) -> BlockKit:
    """Return the settings view of a person.

    Parameters
    ----------
    seen
        How many lessons the person has been shown.
    retention_notice
        Sentence about what is stored of the text that people type.
    reader
        Who the person asked to have remembered.
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
    blocks = [*_build_reader_fields(reader), paragraph(run(told)), chosen]
    return build_view("Your settings", blocks, SETTINGS, submit="Save")


def _build_reader_fields(reader: Reader) -> list[BlockKit]:
    roles = [(role, f"{name[0].upper()}{name[1:]}") for role, name in (ROLE_NAMES | SEATS).items()]
    lengths = sorted({*_MINUTES, *([reader.minutes] if reader.minutes else [])})
    return [
        _build_choice(ROLE, "Who are you?", [(UNSAID, "I would rather not say"), *roles], reader.role),
        _build_choice(
            MINUTES,
            "How long do you have for a small step?",
            [(UNSAID, "As long as it takes"), *((str(one), f"{one} minutes") for one in lengths)],
            str(reader.minutes or ""),
            "I choose lessons and steps by both, remember them until you change them here or type “forget me”, "
            "and show them to nobody.",
        ),
    ]


def _build_choice(name: str, label: str, offered: Sequence[tuple[str, str]], chosen: str, hint: str = "") -> BlockKit:
    options = {value: {"text": plain(said, 75), "value": value} for value, said in offered}
    field: BlockKit = {"type": "static_select", "action_id": name, "options": list(options.values())}
    field["initial_option"] = options.get(chosen, options[UNSAID])
    made: BlockKit = {"type": "input", "block_id": name, "label": plain(label, 2_000), "element": field}
    return made | ({"hint": plain(hint, 2_000)} if hint else {})


def build_view(title: str, blocks: list[BlockKit], callback: str = "", submit: str = "") -> BlockKit:
    """Return a modal of blocks."""
    made: BlockKit = {"type": "modal", "title": plain(title, 24), "close": plain("Close", 24), "blocks": blocks}
    if callback:
        made["callback_id"] = callback
    if submit:
        made["submit"] = plain(submit, 24)
    return made
