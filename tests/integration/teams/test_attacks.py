"""Each way into Teams, each disguise and trouble: the person gets the numbers, alone and once; no word is kept."""

import asyncio
import html
import json
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import cycle
from pathlib import Path

import pytest

from intents import Classifier
from tests.attacks import DISGUISES, NEW_WORDS, PLAIN, full_disk
from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import Fault
from tests.integration.teams.test_acknowledging import locked
from tests.integration.teams.test_care import cards, count, said, where

NUMBER = "116 123"
FORWARD = '<p>what now?</p><blockquote itemtype="http://schema.skype.com/Forward"><p>{words}</p></blockquote>'
POSTED = {
    "personal": ("personal", "{}"),
    "ask": ("personal", "ask {}"),
    "a theme before it": ("personal", "governance {}"),
    "group chat": ("groupChat", "{}"),
    "channel": ("channel", "{}"),
    "a theme before it in a channel": ("channel", "governance {}"),
}
FORWARDED = ("personal", "groupChat", "channel")
TROUBLES = ("none", "database locked", "database away", "database full", "a hundred under way")


class RealClassifier(Classifier):
    """The shipped classifier, with what the fixture `start` asks of its stand-in."""

    asked: list[str] = []  # noqa: RUF012 - never filled


@pytest.fixture(scope="session")
def fake_classifier(classifier: Classifier) -> RealClassifier:
    return RealClassifier(classifier.model)


def _build_forward(person: TeamsPerson, words: str) -> dict[str, object]:
    markup = FORWARD.format(words=html.escape(words))
    return person.activity(text=f"what now? {words}", attachments=[{"contentType": "text/html", "content": markup}])


def _assert_given(microsoft, before: int, scope: str) -> None:
    """In a chat of one's own once; among others targeted and in the own chat; in public never."""
    given = cards(microsoft)[before:]
    assert len(given) == (1 if scope == "personal" else 2)
    assert all(NUMBER in said(one) and (one.targeted or where(one).startswith("a:")) for one in given)


def _assert_nothing_kept(folder: Path, logged: str, words: str) -> None:
    part = " ".join(words.split()[-3:])
    assert part not in logged
    for file in folder.glob("*.sqlite*"):
        assert part.encode() not in file.read_bytes()


@pytest.mark.parametrize("disguise", DISGUISES)
async def test_a_disguise_is_seen_through_by_every_way_in(microsoft, key, bot, tmp_path, caplog, disguise):
    caplog.set_level(logging.DEBUG, logger="bot")
    words = DISGUISES[disguise]
    for scope, form in POSTED.values():
        before = len(cards(microsoft))
        await TeamsPerson(bot.url, microsoft, key, scope).write(form.format(words))
        _assert_given(microsoft, before, scope)
    for scope in FORWARDED:
        before, person = len(cards(microsoft)), TeamsPerson(bot.url, microsoft, key, scope)
        await person.send(_build_forward(person, words))
        _assert_given(microsoft, before, scope)
        assert "looking out for them" in said(cards(microsoft)[-1])
    before, jane = len(cards(microsoft)), TeamsPerson(bot.url, microsoft, key, "channel")
    query = {"commandId": "find", "parameters": [{"name": "query", "value": words}]}
    _, found = await jane.invoke("composeExtension/query", query)
    chosen = {"commandId": "help-here", "messagePayload": {"id": "1", "body": {"content": html.escape(words)}}}
    _, dialog = await jane.invoke("composeExtension/fetchTask", chosen)

    assert all(NUMBER in json.dumps(one) for one in (found, dialog))
    assert "looking out for them" in json.dumps(dialog)
    assert len(cards(microsoft)) == before, "nobody but the one who pressed is told"
    assert await count(bot) == len(POSTED) + len(FORWARDED)
    _assert_nothing_kept(tmp_path, caplog.text, words)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_trouble_stands_between_a_person_and_the_numbers(
    start, microsoft, key, sqlite_url, tmp_path, caplog, trouble
):
    free = asyncio.Event()
    bot = await _start_in(trouble, start, microsoft, key, free)
    with _cause(trouble, sqlite_url):
        for scope, form in POSTED.values():
            before, person = len(_with_numbers(microsoft)), TeamsPerson(bot.url, microsoft, key, scope)
            await _send_unsettled(person, form.format(PLAIN))
            await _reach(microsoft, before, scope)
        for scope in FORWARDED:
            before, person = len(_with_numbers(microsoft)), TeamsPerson(bot.url, microsoft, key, scope)
            await person.send(_build_forward(person, PLAIN), settle=False)
            await _reach(microsoft, before, scope)
        for name, value in _list_invokes(PLAIN):
            invoke = person.activity(type="invoke", name=name, value=value)
            _, found = await person.send(invoke, settle=False)
            assert NUMBER in json.dumps(found)
    free.set()
    await microsoft.settle()
    assert all(one.targeted or where(one).startswith("a:") for one in _with_numbers(microsoft))
    _assert_nothing_kept(tmp_path, caplog.text, PLAIN)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_in_each_trouble_each_disguise_is_seen_through(
    start, microsoft, key, sqlite_url, tmp_path, caplog, trouble
):
    """With words that the other tests do not know, by each way in turn."""
    free = asyncio.Event()
    bot = await _start_in(trouble, start, microsoft, key, free)
    new_words = [words for three in NEW_WORDS.values() for words in three]
    ways = cycle([*POSTED.values(), *((scope, None) for scope in FORWARDED)])
    with _cause(trouble, sqlite_url):
        for (scope, form), words in zip(ways, new_words, strict=False):
            before, person = len(_with_numbers(microsoft)), TeamsPerson(bot.url, microsoft, key, scope)
            if form is None:
                await person.send(_build_forward(person, words), settle=False)
            else:
                await _send_unsettled(person, form.format(words))
            await _reach(microsoft, before, scope)
    free.set()
    await microsoft.settle()
    for words in new_words:
        _assert_nothing_kept(tmp_path, caplog.text, words)


async def _start_in(trouble: str, start, microsoft, key, free: asyncio.Event):
    bot = await start(patience=1.0, **({"teams_most_at_once": 1} if trouble == "a hundred under way" else {}))
    if trouble == "database away":
        async with bot.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE teams_arrivals RENAME TO away")
    if trouble == "a hundred under way":
        await _fill_queue(bot, microsoft, key, free)
    return bot


def _cause(trouble: str, sqlite_url: str) -> AbstractContextManager[None]:
    match trouble:
        case "database locked":
            return locked(sqlite_url)
        case "database full":
            return full_disk()
    return nullcontext()


async def _reach(microsoft, before: int, scope: str) -> None:
    """Wait for the card in a chat of one's own; among others, for the two that nobody else sees."""
    await microsoft.reached(lambda: len(_with_numbers(microsoft)) == before + 1 + (scope != "personal"))


def _list_invokes(words: str) -> Iterator[tuple[str, dict[str, object]]]:
    """List a search and a message that somebody passes on, as Teams sends them."""
    yield "composeExtension/query", {"commandId": "find", "parameters": [{"name": "query", "value": words}]}
    passed_on = {"id": "1", "body": {"content": html.escape(words)}}
    yield "composeExtension/fetchTask", {"commandId": "help-here", "messagePayload": passed_on}


async def _fill_queue(bot, microsoft, key, free: asyncio.Event) -> None:
    microsoft.faults.append(Fault(201, body={"id": "late"}, until=free))
    for number in range(110):
        other = TeamsPerson(bot.url, microsoft, key, who=f"29:{number}")
        await other.send(other.activity(text="listening"), settle=False)


async def _send_unsettled(person: TeamsPerson, text: str) -> None:
    if person.scope == "personal":
        await person.send(person.activity(text=text), settle=False)
        return
    bot = person.activity()["recipient"]
    mention = {"type": "mention", "mentioned": bot, "text": "<at>Small Steps</at>"}
    activity = person.activity(text=f"<at>Small Steps</at> {text}", entities=[mention])
    await person.send(activity, settle=False)


def _with_numbers(microsoft) -> list:
    return [one for one in cards(microsoft) if NUMBER in said(one)]
