"""Each way in, each disguise and each trouble: the person gets the numbers, alone and once, and no word is kept."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from itertools import cycle
from pathlib import Path

import pytest

from tests.attacks import DISGUISES, NEW_WORDS, PLAIN, full_disk
from tests.contract.slack.fake_slack import BOT_USER, FakeSlack
from tests.contract.slack.test_acknowledgement import away, locked
from tests.contract.slack.test_care import NUMBER, cards, count_handovers, wait_for_counts, whispers
from tests.contract.slack.workspace import BEN, DIRECT, OURS, Body, RequestSender

Send = Callable[[RequestSender, str, str], Awaitable[object]]


def _event(build: Callable[[RequestSender, str, str], Body]) -> Send:
    async def send(sender: RequestSender, words: str, thread: str) -> None:
        await sender.send_event(build(sender, words, thread))

    return send


def _to_bot(words: str) -> str:
    return f"<@{BOT_USER}> {words}"


def _forward(words: str) -> list[Body]:
    return [{"is_share": True, "is_msg_unfurl": True, "author_id": BEN, "text": words, "fallback": words}]


async def _press_shortcut(sender: RequestSender, words: str, thread: str) -> None:
    message = {"type": "message", "user": BEN, "text": words, "ts": sender.ts()}
    where = {"channel": {"id": OURS, "name": "ours"}, "response_url": sender.slack.issue_response_url()}
    await sender.send_interaction(
        {"type": "message_action", "callback_id": "steps:help-here", "message": message, **where}
    )


# Where the card comes besides the direct message: "whisper", by its "address", or nowhere.
WAYS: dict[str, tuple[Send, str]] = {
    "mention": (_event(lambda s, w, t: s.build_mention(w)), "whisper"),
    "mention in a thread": (_event(lambda s, w, t: s.build_mention(w, thread=t)), "whisper"),
    "further in the thread": (_event(lambda s, w, t: s.build_message(w, thread=t)), "whisper"),
    "a colleague in the thread": (_event(lambda s, w, t: s.build_message(w, thread=t, person=BEN)), "whisper"),
    "to a colleague in the thread": (
        _event(lambda s, w, t: s.build_message(f"<@{BEN}> {w}", thread=t)),
        "whisper",
    ),
    "direct": (_event(lambda s, w, t: s.build_message(w, channel=DIRECT)), ""),
    "/me": (_event(lambda s, w, t: s.build_message(w, channel=DIRECT, subtype="me_message")), ""),
    "/me with a mention": (_event(lambda s, w, t: s.build_message(_to_bot(w), subtype="me_message")), "whisper"),
    "beside a file": (_event(lambda s, w, t: s.build_message(_to_bot(w), subtype="file_share")), "whisper"),
    "sent to the channel too": (
        _event(lambda s, w, t: s.build_message(_to_bot(w), thread=t, subtype="thread_broadcast")),
        "whisper",
    ),
    "forwarded": (
        _event(lambda s, w, t: s.build_message("what now?", channel=DIRECT, attachments=_forward(w))),
        "",
    ),
    "forwarded with a mention": (_event(lambda s, w, t: s.build_mention("help?", attachments=_forward(w))), "whisper"),
    "/steps": (lambda s, w, t: s.send_command(w), "address"),
    "/steps with a theme": (lambda s, w, t: s.send_command(f"governance {w}"), "address"),
    "message shortcut": (_press_shortcut, "address"),
}
TROUBLES = {
    "a closed channel": {"slack_channels": ("C0OTHER",)},
    "one answer at once": {"slack_most_at_once": 1},
    "database locked": {},
    "database away": {},
    "database full": {},
    "a hundred under way": {},
}
# What is said in a thread is read where it is known that the bot is in it; not while that cannot be looked up.
IN_THREADS = ("further in the thread", "a colleague in the thread", "to a colleague in the thread")
UNKNOWN_IN = ("a closed channel", "database locked", "a hundred under way")


async def _join_thread(sender: RequestSender, slack: FakeSlack) -> str:
    slack.direct[BEN], slack.channels["D0BEN"] = "D0BEN", True
    first = sender.build_mention("listening")
    await sender.send_event(first)
    await slack.wait_until(lambda: slack.list_posts(OURS) or slack.list_calls("chat.postEphemeral"))
    return str(first["ts"])


async def _attack(sender: RequestSender, slack: FakeSlack, way: str, words: str, thread: str) -> None:
    """Send the words by one way, and see that the card comes by each private way, once, and by no public one."""
    send, also = WAYS[way]
    before, public = (len(whispers(slack)), len(_by_direct(slack)), len(slack.responses)), len(slack.list_posts(OURS))
    await send(sender, words, thread)
    wanted = (
        before[0] + (also == "whisper"),
        before[1] + 1,
        before[2] + (also == "address"),
    )
    await slack.wait_until(lambda: (len(whispers(slack)), len(_by_direct(slack)), len(slack.responses)) == wanted)
    if also == "address":
        assert NUMBER in slack.responses[-1][1]["text"]
    assert len(slack.list_posts(OURS)) == public


def _by_direct(slack: FakeSlack) -> list[Body]:
    return [one for one in slack.list_calls("chat.postMessage") if NUMBER in one["text"] and one["channel"] != OURS]


def _assert_nothing_kept(folder: Path, logged: str, words: str) -> None:
    part = " ".join(words.split()[-3:])
    assert part not in logged
    for file in folder.glob("bot.sqlite*"):
        assert part.encode() not in file.read_bytes()


@pytest.mark.parametrize("disguise", DISGUISES)
async def test_a_disguise_is_seen_through_by_every_way_in(
    sender: RequestSender, slack: FakeSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture, disguise: str
):
    caplog.set_level(logging.DEBUG, logger="bot")
    words = DISGUISES[disguise]
    thread = await _join_thread(sender, slack)

    for way in WAYS:
        await _attack(sender, slack, way, words, thread)

    await wait_for_counts(slack, tmp_path, len(WAYS))
    _assert_nothing_kept(tmp_path, caplog.text, words)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_trouble_stands_between_a_person_and_the_numbers(
    start, slack: FakeSlack, settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, trouble: str
):
    """What is said straight to the bot is read always; a thread only where the bot is known to be in it.

    With the database out of reach nobody knows that, and in a closed channel the bot is in none.
    """
    async with start(**TROUBLES[trouble]) as sender:
        thread = await _join_thread(sender, slack)
        ways = _list_ways(trouble)
        async with _cause(trouble, settings, tmp_path):
            await _crowd(sender, trouble)
            for way in ways:
                await _attack(sender, slack, way, PLAIN, thread)
        await wait_for_counts(slack, tmp_path, len(ways))
        _assert_nothing_kept(tmp_path, caplog.text, PLAIN)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_in_each_trouble_each_disguise_is_seen_through(
    start, slack: FakeSlack, settings, tmp_path: Path, caplog: pytest.LogCaptureFixture, trouble: str
):
    """With words that the other tests do not know, by each way in turn."""
    async with start(**TROUBLES[trouble]) as sender:
        thread = await _join_thread(sender, slack)
        attacks = list(zip(cycle(_list_ways(trouble)), _list_new_words(), strict=False))
        async with _cause(trouble, settings, tmp_path):
            await _crowd(sender, trouble)
            for way, words in attacks:
                await _attack(sender, slack, way, words, thread)
        await wait_for_counts(slack, tmp_path, len(attacks))
        for words in _list_new_words():
            _assert_nothing_kept(tmp_path, caplog.text, words)


def _list_new_words() -> list[str]:
    return [words for three in NEW_WORDS.values() for words in three]


def _list_ways(trouble: str) -> list[str]:
    return [way for way in WAYS if not (way in IN_THREADS and trouble in UNKNOWN_IN)]


@asynccontextmanager
async def _fill_disk() -> AsyncIterator[None]:
    with full_disk():
        yield


def _cause(trouble: str, settings, folder: Path) -> AbstractAsyncContextManager[None]:
    match trouble:
        case "database locked" | "a hundred under way":
            return locked(folder)
        case "database away":
            return away(settings)
        case "database full":
            return _fill_disk()
    return nullcontext()


async def _crowd(sender: RequestSender, trouble: str) -> None:
    """Ask a hundred questions and more, which wait for the lock."""
    if trouble == "a hundred under way":
        for number in range(110):
            await sender.send_event(sender.build_mention(f"our board wants plan {number} by Friday"))


async def test_talk_to_others_is_read_for_danger_and_not_answered(
    sender: RequestSender, slack: FakeSlack, tmp_path: Path
):
    """In a thread of the bot; in any other nothing is read."""
    thread = await _join_thread(sender, slack)

    await sender.send_event(sender.build_message(f"<@{BEN}> nobody listens to us", thread=thread))
    await sender.send_event(sender.build_message(f"<@{BEN}> {PLAIN}", thread="1700000000.000100"))
    await sender.send_event(sender.build_message(f"<@{BEN}> {PLAIN}", subtype="me_message"))
    await sender.send_event(sender.build_message("thanks", channel=DIRECT))

    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert not cards(slack)
    assert not whispers(slack)
    assert len(slack.list_posts(OURS)) == 1
    assert await count_handovers(tmp_path) == 0
