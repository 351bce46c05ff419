"""Build the site anew whenever its files or the time ask for it, in a thread that has the memo to itself.

The first build is made by whoever opens the workshop, while there is no other thread yet: then it may share its work with
processes that are forked. Every later one follows a batch of changes that the watcher tells, or the clock.
"""

import asyncio
import gc
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from time import perf_counter

from recto import builder
from recto.diagnostics import BuildError
from recto.memo import Store
from recto.model import Asset, Config
from recto.preview import kept
from recto.preview.editions import Edition, Round, first, following, is_new, moment_of_change
from recto.preview.kept import Kept
from recto.preview.making import Batch, Maker
from recto.preview.options import Options
from recto.preview.press import Told, our_fault
from recto.preview.watching import Watcher

PATIENCE = 5.0  # seconds that a request waits for a build that is due
GLANCE = 0.02  # seconds after which it looks again whether it is
A_MOMENT = 1.0  # seconds until what failed is tried again
A_WHILE = 30.0  # seconds between two looks at the clock, which may be set, and between builds from nothing
MANY = 50  # editions after which garbage is looked for even where there is no rest
CLOSED = ("dist", ".recto", ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__")


class Workshop:
    """Owns the memo, and what follows from one build to the next. `edition` is the newest; it is there from `open` on."""

    edition: Edition
    takes_long = False  # whether the first edition did
    has_kept: tuple[int, Collection[str]] = (0, ())  # of which edition which pages are kept for the next time

    def __init__(self, options: Options, session: str, *, watcher: type[Watcher] = Watcher) -> None:
        self.root = Path(os.path.realpath(options.root))
        self._options, self._session = options, session
        self._maker = Maker(self.root, options)
        self._due: datetime | None = None  # when time alone changes the site
        self._queue: Queue[Batch] = Queue()
        self._taken = 0  # batches that the next edition is of
        self._wish: tuple[Edition, Mapping[str, bytes]] | None = None  # what is to be kept
        self._untidy = 0  # editions since garbage was last looked for
        self._first_look = 1  # the batch with which the watcher begins: of no change that is known
        self._afresh, self._afresh_at = False, -A_WHILE
        self._stopping = Event()
        self._threads: list[Thread] = []
        self._lasting: Store | None = None
        self._watch_with = watcher
        self._watcher = self._new_watcher()

    # ---- at first, and at the end ----

    def open(self, progress: builder.Progress | None = None) -> Edition:
        """Make the first edition."""
        store = Store.open(self.root)
        made = self._maker.make(store, None, progress)
        self.edition = first(self._session, made, base=self._options.base_path or "")
        self.takes_long = made.seconds > kept.LONG
        self._look_ahead(made)
        if store.blobs.is_relative_to(self.root):
            store.close()
        else:
            self._lasting = store  # the files of such a store are there as long as it is open
        return self.edition

    def kept(self) -> Kept | None:
        """What is kept of an earlier preview, where it is still what the site is."""
        with Store.open(self.root) as store:
            known = kept.found(store, self.root)
            if known is None or known.name != kept.name_of(store, self.root, self._options):
                return None
        return known if known.due is None or self._options.clock() < known.due else None

    def watch(self, told: Told) -> None:
        """Notice changes from now on; `told` is called by the running event loop."""
        self._loop, self._told = asyncio.get_running_loop(), told
        self._turn: asyncio.Future[None] = self._loop.create_future()
        self._begin("recto-watcher", self._watch)

    def start(self, publish: Callable[[Edition], None]) -> None:
        """Follow the changes, those also that were noticed before; `publish` is called by the running event loop."""
        self._publish = publish
        self._begin("recto-builder", self._work)

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        self._threads.append(Thread(target=work, name=name, daemon=True))
        self._threads[-1].start()

    def close(self, patience: float) -> None:
        """Stop, and wait so long for what is at work."""
        self._stopping.set()
        self._queue.put(frozenset())
        end = perf_counter() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - perf_counter()))

    def release(self) -> None:
        """Let go of what was opened with the first edition, in the same thread."""
        if self._lasting:
            self._lasting.close()

    # ---- the event loop ----

    @property
    def settings(self) -> Config:
        """What the site's settings say by now."""
        return self._maker.settings

    @property
    def problem(self) -> str:
        """Why the system does not tell of changes; "" where it does."""
        return self._watcher.problem

    @property
    def is_watching(self) -> bool:
        """Whether no change can be missed any more: what came before is in the edition."""
        return self._first_look == 0

    async def settled(self) -> Edition:
        """The newest edition, once all that is known to have changed is in it, or after a while."""
        end = self._loop.time() + PATIENCE
        while self.is_behind and self._loop.time() < end:
            await asyncio.wait({self._turn}, timeout=GLANCE)
        return self.edition

    def keep(self, made: Mapping[str, bytes]) -> None:
        """Keep these pages of the edition for the next time, once it is sure that it is that of all the files."""
        self._wish = (self.edition, made)
        self._queue.put(None)

    def miss(self, asset: Asset) -> None:
        """Make everything from nothing, at most once in a while, if a file is gone that a step had made."""
        now, made = perf_counter(), self.root / ".recto"
        if Path(asset.source).is_relative_to(made) and now > self._afresh_at + A_WHILE:
            self._afresh, self._afresh_at = True, now
            self._queue.put(None)

    @property
    def is_behind(self) -> bool:
        """Whether something has changed that is not in the edition yet."""
        return self._watcher.pending or self._queue.unfinished_tasks > self._first_look

    def _turned(self, edition: Edition | None) -> None:
        self._turn.set_result(None)
        self._turn = self._loop.create_future()
        if edition:
            self._publish(edition)

    # ---- the watcher's thread ----

    def _watch(self) -> None:
        while not self._stopping.is_set():
            with self._going_on():
                for batch in self._watcher.batches(self._stopping):
                    self._queue.put(batch)
                return
            self._watcher = self._new_watcher()

    def _new_watcher(self) -> Watcher:
        folders, closed = self._folders, lambda: self._within(CLOSED)
        return self._watch_with(self.root, folders=folders, closed=closed, poll=self._options.poll)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Tell of a fault of our own, and have another try a moment later: a preview that stands still helps nobody."""
        try:
            yield
        except Exception as fault:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._told, (our_fault(fault),))
            self._stopping.wait(A_MOMENT)

    def _folders(self) -> Sequence[Path]:
        folders = self.settings.folders
        names = (
            folders.posts,
            folders.pages,
            folders.data,
            folders.images,
            folders.static,
            folders.templates,
        )
        return self._within(names)

    def _within(self, names: Sequence[str]) -> Sequence[Path]:
        return [self.root / name for name in names]

    # ---- the builder's thread ----

    def _work(self) -> None:
        while not self._stopping.is_set():
            with self._going_on(), Store.open(self.root) as store:
                while self._follow(store):
                    pass
            self._maker.forget()
            if self._afresh:
                self._afresh = False
                self._queue.put(None)

    def _follow(self, store: Store) -> bool:
        """Make an edition of what has changed; False where the memo is to be opened anew first."""
        batch = self._next()
        if self._stopping.is_set() or self._afresh:
            return False
        at_first = not self.is_watching
        wish, self._wish = self._wish, None
        name = kept.name_of(store, self.root, self._options) if wish else None
        made = self._maker.make(store, batch, self._heed)
        self._deliver(made)
        self._untidy += 1
        if self._untidy > MANY:
            self._tidy()
        self._look_ahead(made)
        if wish and name:
            self._keep(store, name, *wish)
        if at_first:
            self._maker.warm_up()
        return made.plan is not None

    def _keep(self, store: Store, name: str, edition: Edition, made: Mapping[str, bytes]) -> None:
        """Keep those pages of an edition for the next time, if it is still that of all the files."""
        if edition is self.edition and name == kept.name_of(store, self.root, self._options):
            with suppress(BuildError):  # of a front page that cannot be made
                kept.keep(store, self.root, kept.of(edition, name, made))
                self.has_kept = (edition.number, made.keys())

    def _next(self) -> Batch:
        """What has changed, once something has; nothing where only time has passed that changes the site."""
        while True:
            wait = min(self._until_due(), A_MOMENT if self._untidy else A_WHILE)
            with suppress(Empty):
                return self._gathered(self._queue.get(timeout=wait))
            self._tidy()
            if self._until_due() <= 0:
                return frozenset()

    def _tidy(self) -> None:
        """Look for garbage, of which requests leave some too, if nobody else does; all else is gone already."""
        if not gc.isenabled():
            gc.collect()
        self._untidy = 0

    def _gathered(self, batch: Batch) -> Batch:
        """The batch with all that wait behind it."""
        self._taken += 1
        while not self._queue.empty():
            more = self._queue.get()
            self._taken += 1
            batch = None if batch is None or more is None else batch | more
        return batch

    def _until_due(self) -> float:
        left = (self._due - self._options.clock()).total_seconds() if self._due else A_WHILE
        return min(max(left, 0.0), A_WHILE)

    def _look_ahead(self, made: Round) -> None:
        self._due = moment_of_change(made.plan, made.moment) if made.plan else None

    def _heed(self, stage: str, done: int, total: int) -> None:
        """Leave a build halfway when there is nobody left to see it; what it has made by then is remembered."""
        if self._stopping.is_set():
            raise SystemExit

    def _deliver(self, made: Round) -> None:
        new = is_new(self.edition, made)
        if new:
            self.edition = following(self.edition, made)
        taken, self._taken = self._taken, 0
        for _ in range(taken):
            self._queue.task_done()
        self._first_look = 0
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._turned, self.edition if new else None)
