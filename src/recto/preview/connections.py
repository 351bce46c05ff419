"""HTTP, by uvicorn, with connections that do not wait for ever: who asks nothing is let go, so that everybody else is answered."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

IDLE = 10.0  # seconds until a connection must have asked for something, to its last word
MOST = 512  # connections at once
GRACE = 0.2  # seconds that answers may take when the server stops

_FULL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Connection(H11Protocol):
    """HTTP over one connection. The time for a request begins with the connection, and with the end of the answer before."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._late: asyncio.TimerHandle | None = None  # while it asks nothing

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin. Where there are too many connections, the one that has asked nothing for longest gives way."""
        super().connection_made(transport)
        if len(self.connections) > MOST and not _let_one_go(self.connections):
            transport.write(_FULL)
            transport.close()
            return
        self._wait()

    def handle_events(self) -> None:
        """Read what came; once that is a whole request, take the time that its answer needs."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()

    def on_response_complete(self) -> None:
        """Wait for the next request, which may be there already."""
        self._wait()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._wait_no_more()
        self._late = self.loop.call_later(IDLE, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._late:
            self._late.cancel()
        self._late = None

    @property
    def waits_since(self) -> float | None:
        """Since when it has asked nothing; None while it is being answered."""
        return self._late.when() - IDLE if self._late else None


def _let_one_go(connections: set[Any]) -> bool:
    waiting = {each: each.waits_since for each in connections if each.waits_since is not None}
    if waiting:
        min(waiting, key=lambda each: waiting[each]).transport.abort()
    return bool(waiting)


class Server(uvicorn.Server):
    """Serves until `should_exit`. Then `closing` is called, and what is not answered soon is broken off."""

    def __init__(self, app: ASGIApp, closing: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            access_log=False,
            log_config=None,
            log_level=logging.CRITICAL + 1,  # what goes wrong is told by those who know what it means
            server_header=False,
            proxy_headers=False,
        )
        super().__init__(config)
        self._closing = closing
        self._broken_off = False

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: they are for the whole preview."""
        yield

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """End every connection."""
        self._closing()
        asyncio.get_running_loop().call_later(GRACE, self._break_off)
        await super().shutdown(sockets)

    def _break_off(self) -> None:
        for task in [*self.server_state.tasks]:
            task.cancel()
        for connection in [*self.server_state.connections]:
            connection.transport.abort()
        self.force_exit = (
            self._broken_off
        )  # what came in meanwhile is broken off a second time, and waited for no longer
        self._broken_off = True
        asyncio.get_running_loop().call_later(GRACE, self._break_off)
