"""One build at a time in an output folder.

The lock is the operating system's lock on a file, so it ends with its process, however that ends.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


BUSY = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class BusyError(Exception):
    """Another process holds the lock."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock: a file that, with its folder, exists only meanwhile. BusyError; OSError."""
    handle = _acquired(path)
    try:
        yield
    finally:
        _release(handle, path)


def _acquired(path: Path) -> int:
    """Open and lock the file; again where its last holder removed it between the two."""
    while True:
        path.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            handle = os.open(path, FLAGS, 0o666)
            if _holds(handle, path):
                return handle


def _holds(handle: int, path: Path) -> bool:
    """Lock the open file; whether it is still the one of that name. Closes it where it is not."""
    held = False
    try:
        _try_lock(handle)
        with suppress(FileNotFoundError):
            held = os.path.samestat(os.fstat(handle), path.stat())
    finally:
        if not held:
            os.close(handle)
    return held


def _try_lock(handle: int) -> None:
    try:
        _lock(handle)
    except OSError as problem:
        if problem.errno in BUSY:
            raise BusyError from problem
        # A file system without locks (some network ones): go on without, as one build at a time is the rule.


def _release(handle: int, path: Path) -> None:
    """Remove the file while the lock is held; after it only where an open file cannot be removed (Windows)."""
    removed = _removed(path)
    os.close(handle)
    if not removed:
        _removed(path)
    with suppress(OSError):
        path.parent.rmdir()


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
