"""What recto remembers between builds: results of steps and the files they made, facts of files, which pages were rendered.

Everything is typed MessagePack with a checksum, read back strictly; nothing is ever unpickled. Whatever cannot be
read was never remembered, so deleting `.recto/`, or a part of it, is always safe.
"""

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from recto.memo.blobs import Blobs
from recto.memo.digests import digest
from recto.memo.entries import PATIENCE, Entries
from recto.memo.files import FileFacts, Files, Record, Written

FOLDER = ".recto"
FILES = "files"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """What was rendered: the page's key and the digest of the bytes that came of it."""

    key: str
    digest: str


class Store:
    """The memo of one site. Opening never fails; used by one thread of one process."""

    def __init__(self, folder: Path | None, entries: Entries, home: Path | None = None) -> None:
        self.folder = folder
        self._entries = entries
        records = self._value(FILES, dict[str, Record]) or {}
        moment = self.moment()
        self._files = Files(records, moment)
        self._blobs = Blobs(home, self._files, moment)

    @classmethod
    def open(cls, folder: Path, *, patience: float = PATIENCE) -> Self:
        """The memo of the site in this folder; in memory where the folder cannot be written."""
        home = folder / FOLDER
        try:
            home.mkdir(exist_ok=True)
            (home / ".gitignore").write_text("*\n", encoding="utf-8")
        except OSError:
            return cls(folder, Entries(None))
        return cls(folder, Entries(home / "memo.sqlite", patience=patience), home)

    @classmethod
    def memory(cls) -> Self:
        """A memo that lasts as long as this value."""
        return cls(None, Entries(None))

    @staticmethod
    def forget(folder: Path) -> bool:
        """Remove the memo of the site in this folder; whether there was one."""
        home = folder / FOLDER
        if not home.is_dir() or home.is_symlink():
            return False
        shutil.rmtree(home, ignore_errors=True)
        return not home.exists()

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The results of steps kept under these keys."""
        return self._entries.get(keys)

    def put(self, results: Mapping[str, bytes]) -> None:
        """Keep results of steps."""
        self._entries.put(results)

    @property
    def blobs(self) -> Path:
        """The folder of the files that steps make (`keep_blob`); a temporary one where the memo is in memory."""
        return self._blobs.folder

    def holds(self, digests: Iterable[str]) -> bool:
        """Whether all these blobs are there and whole: then a result that names them can be used."""
        return all(self._blobs.has(digest) for digest in digests)

    def file(self, path: Path | str) -> FileFacts:
        """A file's digest and size, without reading it where it is as recorded. OSError where it cannot be read."""
        return self._files.file(path)

    def wrote(self, files: Iterable[Written]) -> None:
        """Learn the facts of files that this process has just written."""
        self._files.wrote(files, self.moment())

    def pages(self, out: Path) -> dict[str, PageRecord]:
        """What was rendered into this folder, by path."""
        return self._value(_pages_key(out), dict[str, PageRecord]) or {}

    def set_pages(self, out: Path, pages: Mapping[str, PageRecord]) -> None:
        """Remember what is rendered in this folder now."""
        self._keep(_pages_key(out), dict(sorted(pages.items())))

    def close(self) -> None:
        """Write down what was learnt."""
        if written := self._blobs.written():
            self.wrote(written)
        self._blobs.close()
        if self._files.changed:
            self._files.prune()
            self._keep(FILES, self._files.records)
        self._entries.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _value(self, key: str, shape: type[Value]) -> Value | None:
        data = self._entries.get([key]).get(key)
        with suppress(msgspec.MsgspecError, ValueError):
            return msgspec.msgpack.decode(data, type=shape) if data else None
        return None

    def _keep(self, key: str, value: Any) -> None:
        data = msgspec.msgpack.encode(value)
        if self._entries.get([key]).get(key) != data:
            self._entries.put({key: data})

    def moment(self) -> int:
        """The file system's time: that of a file written now. 0, with which nothing settles, where none can be."""
        if self.folder is None:
            return 0
        clock = self.folder / FOLDER / ".gitignore"
        try:
            clock.write_text("*\n", encoding="utf-8")
            return clock.stat().st_mtime_ns
        except OSError:
            return 0


def _pages_key(out: Path) -> str:
    return digest(("pages", str(out.absolute())))
