"""Keep named bytes in one SQLite file that nothing can make fail: what cannot be kept is forgotten.

Whole after a kill, by SQLite's journal. Not synced to the disk: after a loss of power the file may be damaged,
which costs one cold build. A damaged file, or one of another shape, is thrown away and made anew; where the folder
cannot be written, or another process holds the file for long, memory takes its place for the rest of this process.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TypeVar
from zlib import crc32

SCHEMA = (
    "CREATE TABLE entry (key TEXT PRIMARY KEY, used INTEGER, checksum BLOB, value BLOB)",
    "CREATE INDEX entry_used ON entry (used)",
)
SHAPE = crc32("".join(SCHEMA).encode()) & 0x7FFFFFFF  # kept in the file as SQLite's application_id
PATIENCE = 3.0  # seconds that we wait for another process
KEEP = 100  # generations that an entry may go unused; a build that kept something new ends a generation
BATCH = 500  # keys in one query; every SQLite takes 999 variables
LARGEST = 100_000_000  # bytes in one value; SQLite takes 10^9

# Primary result codes after which the file may well be whole: another process, rights, the disk.
OUTSIDE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}

Item = TypeVar("Item")
Result = TypeVar("Result")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


class Entries:
    """Bytes by name, in a file or, without a path, in memory. Used by one thread."""

    def __init__(self, path: Path | None, *, patience: float = PATIENCE) -> None:
        self._path = path
        self._patience = patience
        self._mended = False
        self._db: sqlite3.Connection | None = None
        self._generation = 0
        self._stale: set[str] = set()
        self._grew = False
        self._do(lambda db: None)

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """What is kept under these keys; a damaged entry is not."""
        found: dict[str, bytes] = {}
        for batch in batches(keys, BATCH):
            for key, used, checksum, value in self._do(partial(_select, keys=batch)):
                if checksum == _checksum(key, value):
                    found[key] = value
                    if used < self._generation - KEEP // 2:
                        self._stale.add(key)
        return found

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Keep these, all or none."""
        rows = [(k, self._generation, _checksum(k, v), v) for k, v in entries.items() if len(v) < LARGEST]
        if rows:
            self._grew = True
            self._do(lambda db: _insert(db, rows))

    def close(self) -> None:
        """End a generation if it brought anything new, and drop what was not used for a hundred of them."""
        if self._path and (self._grew or self._stale):
            self._do(lambda db: _sweep(db, self._stale))
        self._disconnect()

    def _do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Work on the file; where that fails on a new file; where that fails in memory."""
        while True:
            try:
                with self._connected() as db:
                    return work(db)
            except sqlite3.DatabaseError as problem:
                if self._path is None or isinstance(problem, sqlite3.ProgrammingError):
                    raise
                self._replace(problem)

    def _connected(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(
                self._path or ":memory:", timeout=self._patience, isolation_level="IMMEDIATE"
            )
            _shape(self._db)
            self._generation = _pragma(self._db, "user_version")
        return self._db

    def _disconnect(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
        self._db = None

    def _replace(self, problem: sqlite3.DatabaseError) -> None:
        self._disconnect()
        damaged = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in OUTSIDE
        if damaged and not self._mended and self._path and _thrown_away(self._path):
            self._mended = True
        else:
            self._path = None


def _thrown_away(path: Path) -> bool:
    try:
        for name in (path, path.with_name(f"{path.name}-journal")):
            name.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _shape(db: sqlite3.Connection) -> None:
    """Make the table in a new file. sqlite3.DatabaseError where the file has any other."""
    db.execute("PRAGMA synchronous = OFF")
    if _pragma(db, "application_id") == SHAPE:
        return
    db.execute("PRAGMA auto_vacuum = FULL")
    with db:
        db.execute("BEGIN IMMEDIATE")
        if _pragma(db, "application_id") == SHAPE:  # by another process, while we waited
            return
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("a file of another shape")
        for statement in SCHEMA:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {SHAPE}")


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _select(db: sqlite3.Connection, keys: list[str]) -> list[tuple[str, int, bytes, bytes]]:
    """Rows of those keys. The casts make sure of the types, whoever wrote the file."""
    columns = "key, CAST(used AS INTEGER), CAST(checksum AS BLOB), CAST(value AS BLOB)"
    holes = ",".join("?" * len(keys))
    rows = db.execute(f"SELECT {columns} FROM entry WHERE key IN ({holes})", keys).fetchall()
    return [(key, used or 0, checksum, value or b"") for key, used, checksum, value in rows]


def _insert(db: sqlite3.Connection, rows: list[tuple[str, int, bytes, bytes]]) -> None:
    db.executemany("INSERT OR REPLACE INTO entry (key, used, checksum, value) VALUES (?, ?, ?, ?)", rows)


def _sweep(db: sqlite3.Connection, stale: set[str]) -> None:
    db.execute("DELETE FROM entry WHERE 0")  # begins the transaction, so that nobody counts between
    generation = _pragma(db, "user_version") + 1
    db.executemany("UPDATE entry SET used = ? WHERE key = ?", [(generation, key) for key in stale])
    db.execute("DELETE FROM entry WHERE used < ?", [generation - KEEP])
    db.execute(f"PRAGMA user_version = {generation}")


def _checksum(key: str, value: bytes) -> bytes:
    """Of both, so that a value under another's key is noticed."""
    return blake2b(value, digest_size=16, key=blake2b(key.encode(), digest_size=16).digest()).digest()
