"""Keep files that steps make (pictures, indexes) in one folder beside the memo, each named by the digest of its bytes.

Results name their files by digest, so one that is damaged or gone is noticed, and its step runs again. What no build
has used for a month is dropped by a build that keeps something new. A build in use of a file shows it by the file's
time, so a second build that does not need that file lets it stand.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from recto.memo.digests import digest_bytes
from recto.memo.files import FileFacts, Files, Written

DAY = 86_400 * 10**9  # ns
UNUSED = 30 * DAY  # for which a file may go unused
_OURS = re.compile(r"[0-9a-f]{40}|new-\w+")


def keep_blob(folder: str, data: bytes) -> FileFacts:
    """Keep these bytes in the folder under their digest, whole or not at all: for steps, in whatever process they run."""
    digest = digest_bytes(data)
    Path(folder).mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="new-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(Path(folder, digest))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return FileFacts(digest=digest, size=len(data))


class Blobs:
    """The kept files as one build sees them. `home` is where the memo is, None where it is in memory; `moment` the file
    system's time when the build began."""

    def __init__(self, home: Path | None, files: Files, moment: int) -> None:
        self._home, self._files, self._moment = home, files, moment
        self._folder: Path | None = None
        self._temporary = False
        self._used: set[str] = set()
        self._written: list[Written] = []  # files whose facts are known without reading them
        self._grew = False

    @property
    def folder(self) -> Path:
        """Where they are: made when first asked for; for this build only where the memo cannot keep them."""
        if self._folder is None:
            self._folder = self._lasting() or Path(tempfile.mkdtemp(prefix="recto-"))
            self._temporary = self._home is None or self._folder.parent != self._home
        return self._folder

    def _lasting(self) -> Path | None:
        if self._home is None:
            return None
        folder = self._home / "blobs"
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            if os.access(folder, os.W_OK) and not folder.is_symlink():
                return folder
        return None

    def has(self, digest: str) -> bool:
        """Whether the file is there, whole. One written since the build began was so by a step, which named it."""
        path = self.folder / digest
        with suppress(OSError):
            status = path.lstat()
            if min(status.st_mtime_ns, status.st_ctime_ns) > self._moment:
                self._grew = True
                self._learn(path, digest)
            elif self._files.file(path).digest != digest:
                return False
            elif status.st_mtime_ns < self._moment - DAY:
                os.utime(path)
                self._learn(path, digest)
            self._used.add(digest)
            return True
        return False

    def _learn(self, path: Path, digest: str) -> None:
        status = path.lstat()
        facts = FileFacts(digest=digest, size=status.st_size)
        self._written.append(Written(path=path, facts=facts, modified=status.st_mtime_ns))

    def written(self) -> Iterable[Written]:
        """The files that this build wrote or marked as used, told once."""
        told, self._written = self._written, []
        return told

    def close(self) -> None:
        """Drop what nobody uses any more."""
        if self._folder is None:
            return
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)
        elif self._grew:
            with suppress(OSError):
                self._sweep(self._folder)

    def _sweep(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name not in self._used and _OURS.fullmatch(entry.name) and self._is_old(entry):
                    Path(entry).unlink(missing_ok=True)

    def _is_old(self, entry: os.DirEntry[str]) -> bool:
        return entry.stat(follow_symlinks=False).st_mtime_ns + UNUSED < self._moment
