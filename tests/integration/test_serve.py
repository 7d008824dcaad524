"""What an operator reads when the bot starts."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pexpect
import pytest
from aiohttp import ClientSession

from bot.cli import serve

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds; a machine that runs much else is slow


@pytest.mark.parametrize("page", ["on", "off"])
async def test_the_address_of_the_page_is_printed_whole_and_answers(settings, capsys, page):
    bot = asyncio.create_task(serve._serve(settings.model_copy(update={"port": 0, "simulator": page})))
    said = ""
    try:
        async with asyncio.timeout(120), ClientSession() as session:
            while "Listening on" not in said:
                assert not bot.done()
                await asyncio.sleep(0.05)
                said += capsys.readouterr().out
            found = re.search(r"^The page is at (http://127\.0\.0\.1:\d+/simulator/)$", said, re.MULTILINE)
            assert bool(found) == (page == "on")
            if found:
                assert (await session.get(found[1])).status == 200
    finally:
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)


async def test_each_component_is_listed_by_its_everyday_name(settings, capsys):
    bot = asyncio.create_task(serve._serve(settings.model_copy(update={"port": 0})))
    said = ""
    try:
        async with asyncio.timeout(120):
            while "Listening on" not in said:
                assert not bot.done()
                await asyncio.sleep(0.05)
                said += capsys.readouterr().out
    finally:
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
    assert re.findall(r"^(\w+) +(?:on|off)  +", said, re.MULTILINE) == ["Slack", "Teams", "Tips", "Page", "Editor"]


def test_a_server_loads_no_library_of_what_is_off(tmp_path):
    """What only Slack, Teams, tips, editors or a terminal need takes memory that a server can do without."""
    off = "slack_bolt|slack_sdk|botbuilder|msal|cryptography|dbos|ruamel|openpyxl|rich|sklearn|scipy"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SMALL_STEPS_")}
    bot = pexpect.spawn(
        sys.executable,
        ["-X", "importtime", "-m", "bot", "serve", "--port", "0"],
        env={**ours, "PYTHONPATH": str(ROOT), "SMALL_STEPS_DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite"},
        encoding="utf-8",
        timeout=PATIENCE,
    )
    try:
        bot.expect("Listening on")
        imported = set(re.findall(r"^import time:.*\| +(\w+)", bot.before or "", re.MULTILINE))
    finally:
        bot.close(force=True)
    assert {"aiohttp", "onnxruntime"} <= imported
    assert sorted(imported & set(off.split("|"))) == []
