"""A deploy as a hosting service keeps it: one more file of the site, which says what the site is, for the next deploy.

Its name holds the digest of its bytes, and these name every file of the site: so nobody can guess it, and what is read under it is
known to be whole. What it holds is kept on this machine too, which saves asking; that copy may be lost at any time.
"""

import re
import zlib
from contextlib import suppress
from itertools import chain
from pathlib import Path

import msgspec

from recto.deploy import snapshot, writing
from recto.deploy.snapshot import Snapshot
from recto.memo import digest_bytes

COPIES = 5  # deploys that are known on this machine

_NAME = re.compile(r"recto-[0-9a-f]{40}\.bin")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot, and the name by which the service knows the bytes of each file, where it does."""

    snapshot: Snapshot
    names: dict[str, str]


class _Stored(msgspec.Struct, frozen=True):
    snapshot: msgspec.Raw
    names: tuple[str, ...]  # in the order of `_paths`


def packed(record: Record) -> tuple[str, bytes]:
    """The record as a file: where in the site it is, and its bytes."""
    names = tuple(record.names.get(path, "") for path in _paths(record.snapshot))
    stored = _Stored(snapshot=msgspec.Raw(snapshot.as_bytes(record.snapshot)), names=names)
    data = zlib.compress(msgspec.json.encode(stored))
    return _path(data), data


def is_record(path: str) -> bool:
    """Whether that is where a record is."""
    return bool(_NAME.fullmatch(path))


def unpack(path: str, data: bytes) -> Record | None:
    """The record that was read there; None where it is damaged, or another recto's."""
    try:
        stored = msgspec.json.decode(zlib.decompress(data), type=_Stored) if path == _path(data) else None
    except (zlib.error, msgspec.MsgspecError, ValueError):
        stored = None
    return _understood(stored) if stored else None


def _understood(stored: _Stored) -> Record | None:
    found = snapshot.read(bytes(stored.snapshot))
    if found is None or len(stored.names) != len(_paths(found)):
        return None
    return Record(
        snapshot=found,
        names={path: name for path, name in zip(_paths(found), stored.names, strict=True) if name},
    )


def _path(data: bytes) -> str:
    return f"recto-{digest_bytes(data)}.bin"


def _paths(deployed: Snapshot) -> tuple[str, ...]:
    return tuple(chain(sorted(deployed.files), sorted(deployed.kept)))


class Shelf:
    """Records in a folder of this machine, by the id of the deploy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, deploy: str) -> Record | None:
        """The record of a deploy, if it is there."""
        try:
            data = self._place(deploy).read_bytes()
        except OSError:
            return None
        return unpack(_path(data), data)

    def put(self, deploy: str, data: bytes) -> None:
        """Keep a record. That this cannot be done is no harm: the service has it."""
        with suppress(OSError):
            writing.replace(self._place(deploy), data)
            newest_last = sorted(self._folder.glob("*.record"), key=lambda each: each.stat().st_mtime)
            for old in newest_last[:-COPIES]:
                old.unlink()

    def _place(self, deploy: str) -> Path:
        return self._folder / f"{digest_bytes(deploy.encode())}.record"
