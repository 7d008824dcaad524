"""The page's files: HTML templates, scripts and styles, all from this package."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A static file: its content, its content type and its ETag."""

    body: bytes
    kind: str
    tag: str


class StaticFiles:
    """The files that a browser may fetch, read once at the start."""

    def __init__(self) -> None:
        self._files = dict(_read_files(resources.files(__package__) / "static"))
        self._pages = Environment(
            loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def render_page(self, name: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
        """Return a page rendered from its template."""
        text = self._pages.get_template(name).render(values)
        response = web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def send_file(self, request: web.Request) -> web.Response:
        """Return a static file; 404 for any other name."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        if request.if_none_match and any(tag.value == file.tag for tag in request.if_none_match):
            return web.Response(status=304, headers={"ETag": f'"{file.tag}"'})
        headers = {"ETag": f'"{file.tag}"', "Cache-Control": "no-cache"}
        response = web.Response(body=file.body, content_type=file.kind, charset="utf-8", headers=headers)
        response.enable_compression()
        return response


def _read_files(folder: Traversable, prefix: str = "") -> list[tuple[str, StaticFile]]:
    found: list[tuple[str, StaticFile]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _read_files(entry, f"{prefix}{entry.name}/")
        elif kind := _TYPES.get(entry.name[entry.name.rfind(".") :]):
            body = entry.read_bytes()
            found.append((prefix + entry.name, StaticFile(body, kind, hashlib.sha256(body).hexdigest()[:20])))
    return found
