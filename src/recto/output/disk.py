"""Every change that recto makes to an output folder is one of these few operations.

They are in one small class so that a test can fail, count or photograph each of them.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from recto.diagnostics import BuildError, error
from recto.memo import FileFacts, Written
from recto.memo.digests import DIGEST_SIZE


class Disk:
    """The real disk. Methods raise OSError."""

    def write(self, path: Path, chunks: Iterable[bytes], *, sync: bool = False) -> Written:
        """Make a file. With `sync`, it is on the disk before this returns."""
        hasher, size = blake2b(digest_size=DIGEST_SIZE), 0
        with path.open("wb") as file:
            for chunk in chunks:
                hasher.update(chunk)
                size += file.write(chunk)
            file.flush()
            if sync:
                os.fsync(file.fileno())
            modified = os.fstat(file.fileno()).st_mtime_ns
        return Written(path=path, facts=FileFacts(digest=hasher.hexdigest(), size=size), modified=modified)

    def move(self, source: Path, target: Path) -> None:
        """Put a file in another's place, at one stroke."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file, or a link and not what it points to."""
        path.unlink()

    def make_folder(self, path: Path) -> None:
        """Make a folder in one that is there."""
        path.mkdir()

    def drop_folder(self, path: Path) -> bool:
        """Remove a folder if it is empty; whether it was."""
        try:
            path.rmdir()
        except OSError:
            return False
        return True


DISK = Disk()

FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def telling(what: str, shown: str) -> Iterator[None]:
    """Turn a failure of the disk, while nothing is replaced yet, into a BuildError that says so."""
    try:
        yield
    except OSError as problem:
        remedy = "make room" if problem.errno in FULL else f"see that you may write to {shown}"
        hint = f"the site that was there is unchanged; {remedy} and build again"
        raise BuildError(
            [error("output-failed", f"could not write {what}: {reason(problem)}", hint=hint)]
        ) from problem


@contextmanager
def telling_halfway(shown: str) -> Iterator[None]:
    """The same while files are being replaced."""
    try:
        yield
    except OSError as problem:
        remedy = "make room" if problem.errno in FULL else f"see that you may write to {shown}"
        message = f"could not finish writing {shown}: {reason(problem)}"
        hint = (
            f"every file there is whole, some are new already; {remedy}, and the next build finishes the rest"
        )
        raise BuildError([error("output-halfway", message, hint=hint)]) from problem


def reason(problem: OSError) -> str:
    """What the system says, as the end of a sentence."""
    return (problem.strerror or str(problem)).lower()
