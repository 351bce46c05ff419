"""Tell which files of a site have changed: soon after they were saved, and once for each time that they were.

Events say when and where to look; what is told is what the files say. Where events get lost, or never come, looking at all
files from time to time finds what they would have told.
"""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from math import inf
from pathlib import Path

from recto.preview.hearing import Ears, Listen, SystemEar
from recto.preview.quiet import News, Rounds, due
from recto.preview.sweeping import Ground, View, is_coarse

ASLEEP = 5.0  # seconds by which the clock is ahead after a machine's sleep
TICK = 0.1  # seconds until a wish to stop is seen
GRAIN = 2.0  # seconds in which a coarse file system sees no second change

FULL = "the system has no watches left for this site, so recto looks for changes itself, which takes longer"
UNTOLD = (
    "the system tells nothing of changes in this site, so recto looks for them itself, which takes longer"
)


class Watcher:
    """Watches the site in `root`: `folders` are those that it is made of, `closed` those that are never looked into, both
    as they are at that moment. `poll` does without events.

    `on_notice` is called, from a thread of the watcher, when the first news of a batch comes; `pending` is True from then
    until whoever takes the batches asks for the next one. News may turn out to be nothing: then no batch comes. `problem`
    says why there are no events, where there are none.
    """

    def __init__(
        self,
        root: Path,
        *,
        folders: Callable[[], Sequence[Path]],
        closed: Callable[[], Sequence[Path]],
        poll: bool = False,
        listen: Listen = SystemEar,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.on_notice: Callable[[], None] | None = None
        self._given, self._root = Path(os.path.abspath(root)), root.resolve()  # noqa: PTH100
        self._folders, self._closed = folders, closed
        self._poll, self._clock = poll, clock
        self._ears = Ears(str(self._root), listen, self._hear)
        self._asked: tuple[tuple[Path, ...], tuple[Path, ...]] | None = None
        self._ground, self._view = Ground(str(self._root), (), ()), View()
        self._names: dict[str, list[str]] = {}
        self._news, self._lock, self._stirred = News(), threading.Lock(), threading.Event()
        self._delivering, self._delivered = True, -inf
        self._rounds = Rounds()
        self._broken = False  # an ear is
        self._refused = False  # by the system, which has no more ears
        self._unheard: set[str] = set()  # found by looking, until it is known whether an event told of it
        self._coarse: dict[str, float] = {}

    @property
    def problem(self) -> str:
        """Why changes are not told by events but found by looking, which takes longer; "" where all is well or `poll` asked
        for it."""
        return FULL if self._refused else UNTOLD if self._rounds.deaf else ""

    @property
    def pending(self) -> bool:
        """Whether something was noticed that is not delivered yet."""
        return self._delivering or bool(self._news)

    def batches(self, stop: threading.Event) -> Iterator[frozenset[str] | None]:
        """The absolute paths that changed since the last batch, again and again until `stop`; None where anything may
        have, as at first: then watching has begun, and nothing that comes after is missed."""
        try:
            while not stop.is_set():
                batch = self._batch()
                if batch is None or batch:
                    yield batch
                self._delivering = False
        finally:
            self._ears.close()

    def _batch(self) -> frozenset[str] | None:
        """The next batch if it comes within a tick; empty if not."""
        asked = (tuple(self._folders()), tuple(self._closed()))
        if asked != self._asked:
            self._asked = asked
            self._arrive(*asked)
            return None
        if time.monotonic() >= self._rounds.next and not (self._ears and self._news):
            self._go_round()
        now = time.monotonic()
        with self._lock:
            ready = due(
                self._news,
                self._view,
                self._root,
                now=now,
                delivered=self._delivered,
                interval=0.0 if self._ears else self._rounds.interval,
            )
        if ready <= now:
            return self._settle(now)
        self._wait(min(ready, now + TICK, inf if self._news else self._rounds.next) - now)
        return frozenset()

    def _wait(self, seconds: float) -> None:
        before = self._clock()
        self._stirred.wait(max(0.0, seconds))
        self._stirred.clear()
        if self._clock() - before > ASLEEP:
            self._notice(doubt=True)

    # ---- news -----------------------------------------------------------------------------------------------

    def _hear(self, paths: Collection[str] | None) -> None:
        """What an ear tells, from its thread."""
        if paths is None:
            self._broken = True
            self._notice(doubt=True)
        else:
            self._notice(told={name for path in paths for name in self._called(path)})

    def _called(self, path: str) -> Iterator[str]:
        """The names of a path in the site; none where it does not count."""
        yield from self._names.get(path, ())
        folder, name = os.path.split(path)
        while name and folder not in self._names:  # it is in a folder that is not known yet
            folder, name = os.path.split(folder)
        for known in self._names.get(folder, ()):
            if self._ground.counts(known, name):
                yield f"{known}{os.sep}{name}"

    def _notice(
        self, told: Collection[str] = (), found: Collection[str] = (), *, doubt: bool = False
    ) -> None:
        if not (told or found or doubt):
            return
        if told:
            self._rounds.heard()
        with self._lock:
            begins = not self._news
            self._news.add(told, found, doubt, time.monotonic())
        self._stirred.set()
        if begins and self.on_notice:
            self.on_notice()

    # ---- what is true ---------------------------------------------------------------------------------------

    def _arrive(self, folders: Sequence[Path], closed: Sequence[Path]) -> None:
        """Begin with these folders."""
        self._delivering = True
        self._ground = Ground(str(self._root), map(self._within, folders), map(str, closed))
        self._rounds, self._refused = Rounds(), False
        with self._lock:
            self._news = News()
        self._look()
        self._rounds.later(time.monotonic())

    def _within(self, folder: Path) -> str:
        """A folder's name below the root's real one."""
        path = Path(os.path.abspath(self._root / folder))  # noqa: PTH100
        return str(self._root / path.relative_to(self._given) if path.is_relative_to(self._given) else path)

    def _settle(self, now: float) -> frozenset[str]:
        """What of the news is true."""
        self._delivering = True
        with self._lock:
            news, self._news = self._news, News()
        if self._broken:
            self._broken = False
            self._ears.close()
        changed = set(news.found)
        if news.doubt or news.many:
            changed |= self._look(news.told) | (news.told & self._view.files.keys())
        else:
            for path in sorted(news.told):
                changed |= self._look_at(path)
        if self._unheard - news.told:
            self._rounds.lost(now)
        self._unheard = set()
        if changed:
            self._delivered = now
        return frozenset(changed)

    def _go_round(self) -> None:
        """Look at everything, although nothing was told."""
        afterwards = self._rounds.afterwards
        found = self._look()
        self._unheard = found if self._ears and not afterwards else set()
        self._notice(found=found)

    def _look(self, told: Collection[str] = ()) -> set[str]:
        """What is not as it was when it was last looked at; a folder among `told` may be a new one of the same name."""
        start = time.monotonic()
        view = self._ground.survey()
        changed = view.changed(self._view)
        self._view, self._names = view, view.names()
        now = time.monotonic()
        self._rounds.looked(now, now - start, hearing=bool(self._ears))
        self._cover({view.folders[path] for path in told if path in view.folders})
        return changed if self._ears else changed | self._settled(changed, now)

    def _look_at(self, path: str) -> set[str]:
        """What is not as it was at this path."""
        old, new = self._view.below(path), self._ground.look(path)
        if not (old.files or old.folders or new.files or new.folders):
            return set()  # a file that was there for a moment only
        self._view.put(new, old)
        if old.folders or new.folders or old.links or new.links:
            self._names = self._view.names()
            self._cover(new.folders.values())
        return new.changed(old) | {path}

    def _settled(self, changed: Collection[str], now: float) -> set[str]:
        """The files that changed so long ago that another change could no longer hide: where times are whole seconds, two in
        one second look the same."""
        settled = {path for path, since in self._coarse.items() if now - since > GRAIN}
        coarse = (path for path in changed if is_coarse(self._view.files.get(path)))
        self._coarse = {p: at for p, at in self._coarse.items() if p not in settled} | dict.fromkeys(
            coarse, now
        )
        return settled

    def _cover(self, new: Collection[str]) -> None:
        """Hear of changes in all folders that there are."""
        if self._poll or self._refused:
            return
        try:
            if self._ears.cover(self._view.places(), new):
                self._rounds.soon(time.monotonic())
        except FileNotFoundError:  # gone since it was looked at
            self._rounds.soon(time.monotonic())
        except OSError:
            self._refused = True
