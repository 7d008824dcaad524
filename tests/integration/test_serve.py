"""What an operator reads when the bot starts."""

import asyncio
import re

import pytest
from aiohttp import ClientSession

from bot.cli import serve


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
