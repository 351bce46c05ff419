"""Serve until Ctrl-C, and leave nothing behind then: no thread, no process, no open stream, and the terminal as it was."""

import asyncio
import gc
import multiprocessing
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from time import monotonic
from typing import Any

from recto import builder
from recto.preview.app import App
from recto.preview.connections import Server
from recto.preview.doorway import Doorway
from recto.preview.editions import Edition
from recto.preview.events import Hub
from recto.preview.guard import Guard, Names
from recto.preview.index import Index
from recto.preview.kept import Kept
from recto.preview.options import Options, Teller
from recto.preview.ports import listen
from recto.preview.press import Press, our_fault
from recto.preview.workshop import Workshop

REST = 0.4  # seconds that threads may take to end
READERS = 4  # files read at once
FILES = 4_096  # that may be open at once, if the system lets us
BROWSER = "recto-browser"  # the thread whose processes are not ours
OFTEN = 5.0  # seconds between two looks whether the watcher can watch

Progress = AbstractContextManager[builder.Progress | None]


def serve(options: Options, teller: Teller, progress: Progress) -> int:
    """Serve a site until Ctrl-C or its like; the exit code. ServeError where it cannot be served as asked for.

    Called in the main thread, while there is no other. `progress` shows how far the first build is.
    """
    _allow_many_files()
    with Preview(options, teller) as preview:
        preview.build(progress)
        with _on_signals(preview.stop):
            preview.run(_keep_all)
    teller.ended()
    if preview.left or preview.workshop.takes_long:
        _leave(preview.left)  # the system frees what a large site holds in no time
    return 0


class Preview:
    """A site that is served: `build`, then `run` until `stop`. It listens from the beginning."""

    def __init__(self, options: Options, teller: Teller) -> None:
        self.listening = listen(options.host, options.port)
        self.left: Sequence[threading.Thread] = ()  # threads that are still at work after the end
        self._options, self._teller = options, teller
        self.workshop = Workshop(options, token_hex(4))
        self._server: Server | None = None
        self._stopped = self._browsed = False
        self._kept: Kept | None = None

    def __enter__(self) -> "Preview":
        return self

    def __exit__(self, *_: object) -> None:
        self.listening.close()
        self.workshop.release()

    def build(self, progress: Progress) -> None:
        """Make the first edition, unless what is kept of an earlier preview can stand for it until `run` has made it."""
        self._kept = self.workshop.kept()
        if self._kept is None:
            with progress as shown:
                self.workshop.open(shown)

    def run(self, opened: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`. `opened` is called once the first edition is there."""
        others = {*threading.enumerate()}
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve(opened))
        finally:
            end = monotonic() + REST
            self.workshop.close(REST)
            ours = {*threading.enumerate()} - others
            for thread in ours:
                thread.join(max(0.0, end - monotonic()))
            self.left = [thread for thread in ours if thread.is_alive()]

    def stop(self) -> None:
        """End: for a signal's handler, or another thread."""
        self._stopped = True
        if self._server:
            self._server.should_exit = True

    async def _serve(self, opened: Callable[[], None]) -> None:
        loop, workshop, teller = asyncio.get_running_loop(), self.workshop, self._teller
        loop.set_exception_handler(self._mishap)
        press, search, files = (
            ThreadPoolExecutor(size, f"recto-{name}")
            for name, size in (("press", 1), ("search", 1), ("files", READERS))
        )
        workshop.watch(teller.found)
        index, printer = Index(workshop.root, search, teller.found), Press(press, teller.found)
        doorway = Doorway(workshop.root, self._kept, lambda: workshop.is_behind)
        names = Names(own=(self._options.host.lower(),), any_address=self.listening.public)
        self._server = Server(Guard(doorway, names), doorway.close)

        def open_up() -> None:
            hub = Hub(workshop.edition)
            doorway.open(App(workshop, hub, printer, index, files, teller.found), hub.close)

            def publish(edition: Edition) -> None:
                teller.published(edition)
                hub.publish(edition)

            opened()
            workshop.start(publish)
            self._begin(loop)
            self._keep(loop, printer)

        try:
            if not self._stopped:
                serving: asyncio.Future[Any] = asyncio.ensure_future(
                    self._server.serve(sockets=[*self.listening.sockets])
                )
                if self._kept:
                    self._show_early(loop, self._kept)
                    opening: asyncio.Future[Any] = loop.run_in_executor(search, workshop.open)
                    await asyncio.wait({serving, opening}, return_when=asyncio.FIRST_COMPLETED)
                    if opening.done():
                        await opening  # where it failed, that is what went wrong
                if not serving.done():
                    open_up()
                await serving
        finally:
            index.close()
            for executor in (press, search, files):
                executor.shutdown(wait=False)

    def _show_early(self, loop: asyncio.AbstractEventLoop, kept: Kept) -> None:
        """Say where pages of last time are to be seen already."""
        [address, *_] = self.listening.addresses(f"{kept.base}/")
        self._teller.noted(
            f"{address} shows the pages of last time, which are as they were, while all is read"
        )
        self._browse_soon(loop, address)

    def _keep(self, loop: asyncio.AbstractEventLoop, press: Press, before: int = 0) -> None:
        """Have the pages that were looked at kept for the next time, if there is no newer edition than a while before."""
        workshop, edition = self.workshop, self.workshop.edition
        made = press.made(edition)
        quiet = edition.number == before and edition.round.good and not workshop.is_behind
        if quiet and workshop.takes_long and workshop.has_kept != (edition.number, made.keys()):
            workshop.keep(made)
        loop.call_later(OFTEN, self._keep, loop, press, edition.number)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say where the site is, and show it."""
        edition, listening = self.workshop.edition, self.listening
        addresses = listening.addresses(f"{edition.base}/")
        self._teller.started(edition, addresses, asked=self._options.port, public=listening.public)
        self._look_after(loop, "")
        self._browse_soon(loop, addresses[0])

    def _browse_soon(self, loop: asyncio.AbstractEventLoop, address: str) -> None:
        """Open the browser, once, if that is wanted."""
        if self._options.browse and not self._browsed:
            self._browsed = True
            browse = partial(self._browse, loop, address)
            threading.Thread(target=browse, name=BROWSER, daemon=True).start()

    def _browse(self, loop: asyncio.AbstractEventLoop, address: str) -> None:
        if not webbrowser.open(address):
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._teller.noted, "no browser was found to open")

    def _look_after(self, loop: asyncio.AbstractEventLoop, known: str) -> None:
        """Say what keeps the watcher from watching, when something does."""
        problem = self.workshop.problem
        if problem and problem != known:
            self._teller.noted(problem)
        loop.call_later(OFTEN, self._look_after, loop, problem)

    def _mishap(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What went wrong where nobody waits for it: a connection that broke is nobody's fault."""
        fault = context.get("exception")
        if fault and not isinstance(fault, OSError):
            self._teller.found((our_fault(fault),))


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Stop at Ctrl-C and whatever else ends programs, but for what whoever started this one wants ignored (nohup)."""
    known = [
        getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
    ]
    heeded = [each for each in known if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, lambda *_: stop()) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _leave(threads: Sequence[threading.Thread]) -> None:
    """End the process at once, whatever its threads are doing, and the processes that do their work with it."""
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    for thread in threads:
        if thread.name != BROWSER:
            _kill_children(thread)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def _kill_children(thread: threading.Thread) -> None:
    """Kill what a thread has started, where the system tells; elsewhere such processes end when they find nobody there."""
    with suppress(OSError):
        for child in Path(f"/proc/self/task/{thread.native_id}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
            os.waitpid(int(child), 0)


def _keep_all() -> None:
    """Look for garbage only when the workshop rests: nearly all that there is now stays to the end."""
    gc.freeze()
    gc.disable()


def _allow_many_files() -> None:
    """Have room for many connections: some systems give a program no more than 256 files."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
