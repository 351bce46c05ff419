"""Hear from the operating system that something changed in a folder, by watchfiles."""

import sys
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

STEP = 5  # ms between two questions whether there is news
MANY = 4  # ears at a time
WHOLE = sys.platform != "linux"  # where one ear for a folder with all in it is the cheap one

Hear = Callable[[Collection[str] | None], None]
"""Told of paths that something happened to; of None where the ear is broken and nobody knows."""


class Ear(Protocol):
    """Hears of changes until it is closed."""

    def close(self) -> None:
        """Hear no more."""


Listen = Callable[[Sequence[str], Hear], Ear]
"""Makes an ear for folders, for each without the folders in it. OSError where the system refuses."""


class SystemEar:
    """What the operating system tells, from a thread of its own."""

    def __init__(self, folders: Sequence[str], hear: Hear) -> None:
        self._hear = hear
        self._done = threading.Event()
        try:
            self._system = RustNotify(list(folders), False, False, 0, WHOLE, False)
        except WatchfilesRustInternalError as problem:
            raise OSError(str(problem)) from problem
        self._thread = threading.Thread(target=self._run, name="recto-ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear no more."""
        self._done.set()
        self._thread.join()
        self._system.close()

    def _run(self) -> None:
        """No call has a time limit: what came at the very end of one would be lost."""
        while True:
            try:
                news = self._system.watch(0, STEP, 0, self._done)
            except WatchfilesRustInternalError:  # a name that is not UTF-8, or a new folder too many
                self._hear(None)
                return
            if not isinstance(news, set):
                return
            self._hear({path for _, path in news})


class Ears:
    """As many ears as it takes: new folders get one of their own, until there are so many that one takes over all."""

    def __init__(self, root: str, listen: Listen, hear: Hear) -> None:
        self._root, self._listen, self._hear = root, listen, hear
        self._open: list[Ear] = []
        self._covered: set[str] = set()

    def cover(self, folders: set[str], new: Collection[str] = ()) -> bool:
        """Hear of all these folders; whether that took more than is there already. Those that are `new` may only have
        the name of one that was covered. OSError where the system refuses; then there are no ears."""
        wanted = {self._root} if WHOLE else {folder for folder in folders if _is_plain(folder)}
        missing = wanted - self._covered | (wanted & set(new) if not WHOLE else set())
        self._covered &= wanted
        if not missing:
            return False
        old = self._open if len(self._open) >= MANY else []
        try:
            ear = self._listen(sorted(wanted if old else missing), self._hear)
        except OSError:
            self.close()
            raise
        self._open = [ear] if old else [*self._open, ear]
        self._covered |= missing
        for other in old:
            other.close()
        return True

    def close(self) -> None:
        """Hear no more."""
        for ear in self._open:
            ear.close()
        self._open, self._covered = [], set()

    def __bool__(self) -> bool:
        return bool(self._open)


def _is_plain(folder: str) -> bool:
    """Whether a name is Unicode: others have no way to the system from here."""
    return folder.isascii() or folder == folder.encode("utf-8", "replace").decode()
