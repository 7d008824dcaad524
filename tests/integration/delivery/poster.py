"""A `Poster` for the tests' platform, as Slack's and Teams' are written: every answer becomes one of the port's."""

import aiohttp

from bot.delivery.poster import Postable, Refused, RetryLater, Unknown
from bot.message import Place


class LoopbackPoster:
    """Posts over HTTP on loopback."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        body = {"place": place.key, "key": key, "kind": reply.kind}
        try:
            async with self._session.post(f"{self._url}/post", json=body) as answer:
                if answer.status == 429:
                    raise RetryLater(float(answer.headers["Retry-After"]))
                if answer.status == 403:
                    raise Refused("the channel is archived", permanent=True)
                if answer.status >= 500:
                    raise Unknown
        except aiohttp.ClientConnectorError as error:
            raise RetryLater(0.5) from error
        except aiohttp.ClientError as error:
            raise Unknown from error

    async def find(self, place: Place, key: str) -> bool | None:
        try:
            async with self._session.get(f"{self._url}/find", params={"key": key}) as answer:
                if answer.status == 501:
                    return None
                if answer.status >= 500:
                    raise Unknown
                return bool((await answer.json())["found"])
        except aiohttp.ClientError as error:
            raise Unknown from error
