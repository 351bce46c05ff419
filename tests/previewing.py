"""A preview that runs in a thread of the test, asked over real sockets."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, TypeVar

from conftest import NOW
from recto.diagnostics import Diagnostic, format_text
from recto.preview.editions import Edition
from recto.preview.options import Options
from recto.preview.running import Preview

Result = TypeVar("Result")

PATIENCE = 20.0  # seconds, of which a test that passes needs few


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(slots=True)
class Told:
    """What a preview tells, kept."""

    editions: list[Edition] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    addresses: Sequence[str] = ()

    def started(self, edition: Edition, addresses: Sequence[str], *, asked: int, public: bool) -> None:
        self.editions.append(edition)
        self.addresses = addresses

    def published(self, edition: Edition) -> None:
        self.editions.append(edition)

    def found(self, problems: Sequence[Diagnostic]) -> None:
        self.problems += format_text(problems)

    def noted(self, note: str) -> None:
        self.notes.append(note)

    def ended(self) -> None:
        pass


@dataclass(slots=True)
class Previewed:
    """A preview at work."""

    preview: Preview
    port: int
    told: Told
    thread: threading.Thread

    def connect(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def raw(self, request: bytes) -> Reply:
        """The answer to these very bytes."""
        with self.connect() as connection:
            connection.sendall(request)
            return reply(connection, head=request.startswith(b"HEAD "))

    def get(self, target: str, method: str = "GET", **headers: str) -> Reply:
        """The answer to a request. `headers` are named with "_" for "-"; without `host`, the right one is added."""
        said = {"host": f"localhost:{self.port}", "connection": "close", **headers}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items()]
        return self.raw("\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1"))

    def stop(self) -> float:
        """Stop it; how many seconds that took."""
        start = time.monotonic()
        self.preview.stop()
        self.thread.join()
        return time.monotonic() - start

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.01)

    def until_in(self, target: str, text: str) -> Reply:
        """Wait until a text is in an answer."""
        self.until(lambda: text in self.get(target).body.decode("utf-8", "replace"))
        return self.get(target)


def reply(connection: socket.socket, *, head: bool = False) -> Reply:
    """Read one answer."""
    with HTTPResponse(connection, method="HEAD" if head else "GET") as response:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, response.read())


@contextmanager
def previewing(
    root: Path,
    *,
    clock: Callable[[], datetime] = lambda: NOW,
    host: str = "127.0.0.1",
    port: int = 0,
    base_path: str | None = None,
    drafts: bool = True,
    future: bool = True,
    poll: bool = False,
) -> Iterator[Previewed]:
    """Serve the site in a folder for as long as the block lasts, and see that nothing of it is left afterwards."""
    options = Options(
        root=root,
        clock=clock,
        host=host,
        port=port,
        base_path=base_path,
        drafts=drafts,
        future=future,
        poll=poll,
    )
    told = Told()
    with Preview(options, told) as preview:
        preview.build(nullcontext())
        thread = threading.Thread(target=preview.run)
        thread.start()
        previewed = Previewed(preview, preview.listening.port, told, thread)
        try:
            previewed.until(lambda: told.addresses and preview.workshop.is_watching)
            yield previewed
        finally:
            previewed.stop()
    assert not preview.left, "a thread of the preview is still at work"


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine gives, in a thread of its own: in that of the test a browser may keep a loop running."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()


class Events:
    """One open page's end of the stream of events."""

    def __init__(self, preview: Previewed, path: str = "/_recto/events") -> None:
        self.connection = preview.connect()
        self._file = self.connection.makefile("rb")
        self.connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode())
        self.status = int(self._file.readline().split()[1])
        self.headers = dict(self._lines())

    def _lines(self) -> Iterator[tuple[str, str]]:
        while line := self._file.readline().decode().strip():
            name, _, value = line.partition(":")
            yield name.lower(), value.strip()

    def next(self) -> dict[str, object]:
        """What the next event tells; AssertionError where the stream ends."""
        while line := self._file.readline():
            if line.startswith(b"data: "):
                told = json.loads(line.removeprefix(b"data: "))
                assert isinstance(told, dict)
                return told
        raise AssertionError("the stream has ended")

    def close(self) -> None:
        """Leave."""
        self._file.close()
        self.connection.close()

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
