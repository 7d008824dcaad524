"""A `Poster` for the tests' platform, as Slack's and Teams' are written: every answer becomes one of the port's."""

from datetime import datetime

import aiohttp

from bot.delivery.poster import Postable, PostRefusedError, PostUncertainError, RetryLaterError
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
                    raise RetryLaterError(float(answer.headers["Retry-After"]))
                if answer.status == 403:
                    raise PostRefusedError("the channel is archived", permanent=True)
                if answer.status >= 500:
                    raise PostUncertainError
        except aiohttp.ClientConnectorError as error:
            raise RetryLaterError(0.5) from error
        except aiohttp.ClientError as error:
            raise PostUncertainError from error

    async def find(self, place: Place, key: str, *, since: datetime) -> bool | None:
        try:
            async with self._session.get(f"{self._url}/find", params={"key": key}) as answer:
                if answer.status == 501:
                    return None
                if answer.status >= 500:
                    raise PostUncertainError
                return bool((await answer.json())["found"])
        except aiohttp.ClientError as error:
            raise PostUncertainError from error
