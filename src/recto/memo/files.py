"""Know a file's digest without reading it again, for as long as nothing says that it changed.

The rule is git's for its index ("racy git", Documentation/technical/racy-git.txt in git's sources): a file is
unchanged while size, times and inode are as recorded, unless a recorded time is so near to the moment of recording
that a later change could have got the same time. That moment is read off a file that we have just written, so the
times come from one clock, that of the file system. A restored cache has all-new times: then the content decides.
"""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from recto.memo.digests import DIGEST_SIZE

COARSE = 2_000_000_000  # ns; the longest grain of a file system's clock (FAT)
FINE = 50_000_000  # ns; more than a tick of any kernel's clock, where times have fractions of a second
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a file holds: the digest of its bytes (see `digest_bytes`) and how many they are."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that this process wrote: where, what, and its time of change when its last byte was written."""

    path: Path
    facts: FileFacts
    modified: int  # st_mtime_ns


@dataclass(frozen=True, slots=True)
class Mark:
    """How a file looked from outside."""

    size: int
    modified: int
    changed: int
    inode: int


@dataclass(frozen=True, slots=True)
class Record:
    """A file's looks and the digest it had then, and the file system's time before that was read."""

    mark: Mark
    digest: str
    moment: int


class Files:
    """The facts of files by path; `records` are what an earlier build knew."""

    def __init__(self, records: dict[str, Record], moment: int) -> None:
        self.records = records
        self.changed = False
        self._moment = moment
        self._asked: set[str] = set()

    def file(self, path: Path | str) -> FileFacts:
        """A file's digest and size, read only where that is not known. OSError where it cannot be read."""
        name = _name(path)
        self._asked.add(name)
        known = self.records.get(name)
        if known and known.mark == mark(os.stat(path)) and is_settled(known.mark, known.moment):  # noqa: PTH116  # twice as fast
            return FileFacts(digest=known.digest, size=known.mark.size)
        looks, digest = _read(Path(path))
        self._record(name, Record(looks, digest, self._moment))
        return FileFacts(digest=digest, size=looks.size)

    def wrote(self, files: Iterable[Written], moment: int) -> None:
        """Learn the facts of files without reading them. `moment` is the file system's time, read just now."""
        self._moment = moment
        for file in files:
            with suppress(OSError):  # gone already: then there is nothing to know
                looks = mark(file.path.lstat())
                if (looks.size, looks.modified) == (file.facts.size, file.modified):
                    self._record(_name(file.path), Record(looks, file.facts.digest, moment))

    def prune(self) -> None:
        """Forget files that are gone; only those that nobody asked about need a look."""
        unasked = self.records.keys() - self._asked
        for name in [name for name in unasked if not os.path.lexists(name.encode("latin-1"))]:
            del self.records[name]

    def _record(self, name: str, record: Record) -> None:
        self._asked.add(name)
        self.records[name] = record
        self.changed = True


def _name(path: Path | str) -> str:
    return os.fsencode(os.path.abspath(path)).decode("latin-1")  # noqa: PTH100  # any bytes as text, reversibly


def mark(status: os.stat_result) -> Mark:
    """How a file looks, by what the system says of it."""
    return Mark(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(looks: Mark, moment: int) -> bool:
    """Whether a change after that moment (ns, of the file system's clock) must show in the times."""
    return all(time + _grain(time) <= moment for time in (looks.modified, looks.changed))


def _grain(time: int) -> int:
    return FINE if time % 1_000_000_000 else COARSE


def _read(path: Path) -> tuple[Mark, str]:
    """The looks are taken before the bytes: a change while we read makes them differ afterwards."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(None, "not a file", str(path))
        hasher = blake2b(digest_size=DIGEST_SIZE)
        while chunk := file.read(CHUNK):
            hasher.update(chunk)
    return mark(status), hasher.hexdigest()
