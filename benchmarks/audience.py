"""Those who look at a preview while its author writes, and whether they see what is there."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 5.0  # seconds until everybody must have heard and seen it

# What a reader sees of a page, without what only scripts know.
SEEN = """
() => {
  const text = (selector) => document.querySelector(selector)?.textContent.replace(/\\s+/g, " ").trim();
  const style = getComputedStyle(document.body);
  const notices = document.querySelector("recto-preview");
  return [document.title, text("main"), text("body > footer"), style.getPropertyValue("--mark").trim(), !notices?.hidden];
}
"""


class _Listener(threading.Thread):
    """Hears the events of one open page."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.numbers: list[int] = []
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/_recto/events")
        self._socket, self._stream = connection.sock, connection.getresponse()

    def run(self) -> None:
        try:
            while line := self._stream.readline():
                if line.startswith(b"data: "):
                    self.numbers.append(json.loads(line.removeprefix(b"data: "))["number"])
        except (OSError, ValueError, http.client.HTTPException):  # the preview has ended
            return

    def leave(self) -> None:
        """Hear no more."""
        with suppress(OSError):  # the preview may have ended before
            self._socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self._stream.close()
        self._socket.close()


class Listeners:
    """Pages that hear the events and do nothing."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._all = [_Listener(port) for _ in range(count)]
        for each in self._all:
            each.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._all:
            each.leave()

    def look(self, urls: Sequence[str]) -> Iterator[str]:
        """Whether all have heard what a new one hears, and each edition once."""
        newest = _Listener(self._port)
        newest.start()
        everybody = [newest, *self._all]
        if not _wait_for(lambda: len({each.numbers[-1] if each.numbers else 0 for each in everybody}) == 1):
            yield f"listeners are at editions {[each.numbers[-1:] for each in everybody]}"
        newest.leave()
        for each in self._all:
            if each.numbers != sorted({*each.numbers}):
                yield f"a listener heard of editions {each.numbers[-20:]}"


class Tabs:
    """Open tabs of a real browser. Now and then one goes to another page."""

    def __init__(self, browser: "Browser", base: str, count: int, random: Random) -> None:
        self._context = browser.new_context()
        self._base, self._random = base, random
        self._faults: list[str] = []
        self._tabs = [self._open("/") for _ in range(count)]

    def _open(self, url: str) -> "Page":
        page = self._context.new_page()
        page.on("pageerror", lambda error: self._faults.append(f"a script failed: {error}"))
        page.goto(self._base + url)
        return page

    def look(self, urls: Sequence[str]) -> Iterator[str]:
        """Whether each tab shows what one shows that is opened now."""
        for tab in self._tabs:
            url = urlsplit(tab.url).path
            if url in urls:
                yield from self._stale(tab, url)
            if url not in urls or self._random.random() < 0.2:
                tab.goto(self._base + self._random.choice(urls))
        yield from self._faults
        self._faults.clear()

    def _stale(self, tab: "Page", url: str) -> Iterator[str]:
        new = self._open(url)
        found: list[Any] = []

        def same() -> bool:
            tab.wait_for_timeout(20)  # lets the browser tell what happened
            found[:] = [_seen(tab), _seen(new)]
            return bool(found[0]) and found[0] == found[1]

        if not _wait_for(same):
            yield f"a tab at {url} shows {found[0]}, and a new one {found[1]}"
        new.close()


def _seen(page: "Page") -> Any:
    from playwright.sync_api import Error

    try:
        return page.evaluate(SEEN)
    except Error:  # it is being loaded anew
        return None


def _wait_for(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
