"""Answer from what is kept of the last preview until the site is there: who asks for anything else waits for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from recto.memo import digest_bytes
from recto.preview import answers, injection
from recto.preview.editions import path_of
from recto.preview.kept import Kept

CLIENT = Path(__file__).with_name("client")
SCRIPTS = ("preview.js", "notices.js", "preview.css")  # of the preview's own
OWN = "/_recto/"
GLANCE = 0.02  # seconds


class Doorway:
    """An ASGI application that becomes another one with `open`. `root` is the site's folder. While `is_behind` says that
    something has changed, what is kept is not shown."""

    def __init__(self, root: Path, kept: Kept | None, is_behind: Callable[[], bool]) -> None:
        self._root = str(root)
        self._is_behind = is_behind
        self._kept = kept
        self._assets = {asset.path: asset for asset in kept.assets} if kept else {}
        self._app: ASGIApp | None = None
        self._there = asyncio.Event()
        self._closing: Callable[[], None] = lambda: None

    def open(self, app: ASGIApp, closing: Callable[[], None]) -> None:
        """Hand all requests on from now on; `closing` is called at the end."""
        self._app, self._closing, self._kept = app, closing, None
        self._there.set()

    def close(self) -> None:
        """Begin to end."""
        self._closing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        while self._app is None and self._is_behind():
            await asyncio.sleep(GLANCE)
        answer = self._answer(Request(scope)) if self._app is None else None
        if answer:
            await answer(scope, receive, send)
            return
        await self._there.wait()
        assert self._app
        await self._app(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        url = answers.decoded(request.scope["raw_path"])
        if url is None or self._kept is None:
            return None
        _, own, name = url.rpartition(OWN)
        if own:
            return client(request, name) if name in SCRIPTS else None
        path = path_of(url, self._kept.base) or ""
        if page := self._kept.pages.get(path):
            kind = answers.content_type(path)
            data = injection.inject(page, self._kept.base) if kind.startswith("text/html") else page
            return answers.held(request.method, request.headers, data, kind)
        return self._file(request, path)

    def _file(self, request: Request, path: str) -> Response | None:
        """The answer that gives a file of the site; None where it is none, or one that needs the script."""
        asset, kind = self._assets.get(path), answers.content_type(path)
        if asset is None or kind.startswith("text/html"):
            return None
        try:
            with answers.opened(asset.source, self._root) as file:
                data = file.read()
        except OSError:
            return None
        # A cache may have been tampered with: whoever names a file must know what is in it.
        if digest_bytes(data) != asset.digest:
            return None
        return answers.held(request.method, request.headers, data, kind)


def client(request: Request, name: str) -> Response:
    """The answer that gives a file of the preview's own."""
    data = (CLIENT / name).read_bytes()
    return answers.held(request.method, request.headers, data, answers.content_type(name))
