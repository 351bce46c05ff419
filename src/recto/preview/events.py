"""Tell open pages of new editions, by server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

A listener that reads slowly, or never, costs what is to be said at last and no more: it is told of the newest edition, and of
every file that changed since the one it was told of before.
"""

import asyncio
import json
from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from recto.preview.answers import departure, said
from recto.preview.editions import Edition

MOST = 400  # listeners at once
ALIVE = 15.0  # seconds of silence, after which a listener is shown that the line still stands
AGAIN = 500  # ms that a browser waits until it calls again

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}


class Hub:
    """All listeners; used by the event loop alone."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._listeners: set[_Listener] = set()
        self._closed = False

    def publish(self, edition: Edition) -> None:
        """Let everybody know of an edition."""
        self._edition = edition
        files = [edition.address(path) for path in edition.renewed]
        for listener in self._listeners:
            listener.hear(edition, files)

    def close(self) -> None:
        """End all streams: the server stops."""
        self._closed = True
        for listener in self._listeners:
            listener.news.set()

    def stream(self) -> Response:
        """The answer that tells of the newest edition, and of every one after it."""
        if self._closed or len(self._listeners) >= MOST:
            return said(503, "There are more open pages than this preview can tell of changes; close some.")
        return _Stream(self)

    async def tell(self, receive: Receive, send: Send) -> None:
        """Keep a listener up to date until it leaves, or the server stops."""
        listener = _Listener(self._edition)
        self._listeners.add(listener)
        leaving = asyncio.ensure_future(departure(receive))
        leaving.add_done_callback(lambda done: listener.news.set())
        try:
            text = f"retry: {AGAIN}\n\n"
            while not (self._closed or leaving.done()):
                text += listener.take() or ": alive\n\n"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                text = ""
                await listener.wait()
            await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()
            self._listeners.discard(listener)


class _Listener:
    """What one open page was not told yet."""

    def __init__(self, edition: Edition) -> None:
        self.news = asyncio.Event()
        self._edition: Edition | None = edition
        self._files: dict[str, None] = {}

    def hear(self, edition: Edition, files: Iterable[str]) -> None:
        self._edition = edition
        self._files.update(dict.fromkeys(files))
        self.news.set()

    def take(self) -> str:
        """The event for what it was not told yet; "" where there is nothing."""
        edition, files = self._edition, [*self._files]
        self._edition = None
        self._files.clear()
        return event(edition, files) if edition else ""

    async def wait(self) -> None:
        """Until there is news, or there was none for long."""
        try:
            await asyncio.wait_for(self.news.wait(), ALIVE)
        except TimeoutError:
            return
        self.news.clear()


def event(edition: Edition, files: Iterable[str]) -> str:
    """What a listener is told of an edition: its number, and the urls of files that have other bytes than before."""
    data = json.dumps({"session": edition.session, "number": edition.number, "files": [*files]})
    return f"id: {edition.number}\nevent: edition\ndata: {data}\n\n"


class _Stream(Response):
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        super().__init__(b"", 200, _HEADERS)
        self.raw_headers = [pair for pair in self.raw_headers if pair[0] != b"content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._hub.tell(receive, send)
