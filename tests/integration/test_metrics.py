"""Figures on /metrics: what is counted, and that no handover shows in them, not even as what is missing."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp.test_utils import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pytest_aiohttp.plugin import AiohttpClient

from bot.app import App, build_app
from bot.components import build_components
from bot.message import Message, Place
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from bot.web.metrics import Metrics

CHANNEL = Place("slack", "T1", "C1")
Figures = dict[tuple[str, ...], float]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with build_app(settings.model_copy(update={"daily_tips": False}), Metrics()) as built:
        yield built


@pytest.fixture
async def client(app: App, aiohttp_client: AiohttpClient) -> TestClient:
    return await aiohttp_client(
        server.create_application(build_components(app), lambda: check_database_ready(app.engine), app.metrics)
    )


async def read(client: TestClient) -> Figures:
    """Every sample by its name and its labels' values."""
    answer = await client.get("/metrics")
    assert answer.status == 200
    families = text_string_to_metric_families(await answer.text())
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


async def test_answers_and_their_seconds_are_counted_where_daily_tips_are_off(app, client):
    for text in ("Nobody listens to us.", "themes", "What is the capital of France?"):
        await app.conversation.answer_message(Message(text, "U1", CHANNEL))

    figures = await read(client)
    assert figures["small_steps_answers_total", "lesson", "slack"] == 1
    assert figures["small_steps_answers_total", "out-of-scope", "slack"] == 1
    assert figures["small_steps_answers_total", "lesson", "teams"] == 0
    assert figures["small_steps_answer_seconds_count",] == 2
    assert figures["small_steps_answer_seconds_bucket", "+Inf"] == 2
    assert 0 < figures["small_steps_answer_seconds_sum",] < 60


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I've had chest pain since lunch", "handover"),
        ("I feel like ending it all", "handover"),
        ("thank you", "text"),
        ("hello", "text"),
        ("help", "text"),
        ("themes", "themes"),
        ("why", "text"),
        ("daily 09:00", "text"),
    ],
)
async def test_a_handover_changes_no_figure_and_neither_do_the_replies_that_hide_it(app, client, text, kind):
    """If all else were counted, the requests that a proxy sees, less the answers, would be the handovers."""
    before = await read(client)
    reply = await app.conversation.answer_message(Message(text, "U1", CHANNEL))
    assert reply.kind == kind
    assert await read(client) == before


async def test_no_figure_of_the_process_is_shown_that_would_rise_with_an_answer_not_counted(client):
    names = {name for name, *_ in await read(client)}
    assert all(name.startswith("small_steps_") for name in names)
    assert not any("handover" in part for figure in await read(client) for part in figure)


async def test_what_was_not_said_to_the_bot_is_not_counted(app, client):
    before = await read(client)
    await app.conversation.answer_message(Message("Nobody listens to us.", "U1", CHANNEL, addressed=False))
    assert await read(client) == before


async def test_a_full_disk_makes_readiness_red_and_says_why(client, monkeypatch):
    assert (await client.get("/readyz")).status == 200

    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=1_000_000))

    answer = await client.get("/readyz")
    assert answer.status == 503
    assert (await answer.json())["Database"] == "the disk is full"


@pytest.mark.parametrize("replaced", [False, True], ids=["deleted", "replaced"])
async def test_a_database_whose_file_was_taken_away_makes_readiness_red_and_says_what_to_do(
    app, client, tmp_path, replaced
):
    """What is saved from then on is lost, and every answer would look as before."""
    file = Path(app.engine.url.database)
    copy = tmp_path / "copy.sqlite"
    shutil.copy(file, copy)
    file.unlink()
    if replaced:
        shutil.move(copy, file)

    answer = await client.get("/readyz")

    assert answer.status == 503
    assert (
        "was deleted or replaced while the bot ran; put it back, and start the bot again"
        in ((await answer.json())["Database"])
    )
