"""Deploy to one file that holds the whole site: a `.tar.gz` or a `.zip`, the same byte for byte for the same site.

It is written beside the old one, and takes its place at one stroke. The snapshot is the first of its members, so that it can be read
without believing anything of the others.
"""

import gzip
import os
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from recto.deploy import snapshot
from recto.deploy.faults import DeployError
from recto.deploy.shipment import Item, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets import disks
from recto.model import ArchiveTarget
from recto.output import BusyError, locked

LIMIT = 256 * 1024 * 1024  # bytes of a snapshot

_EARLIEST = 315_532_800  # 1980-01-01, in seconds since 1970: a zip knows no time before
_DAMAGED = (
    zlib.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
    OSError,
)


class Archive:
    """A file with a site in it. Nobody looks at pages while it changes, so it keeps nothing for those who have one open."""

    def __init__(self, settings: ArchiveTarget, place: Place) -> None:
        self._name = settings.name
        self._path = disks.located(place.root, settings.path)
        self._is_zip = settings.path.lower().endswith(".zip")
        self._seen: tuple[int, ...] | None = None
        self._held: Snapshot | None = None

    def read(self) -> Snapshot | None:
        """What the archive holds."""
        self._seen = self._looks()
        self._held = snapshot.read(self._first()) if self._seen else None
        return self._held

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Write the whole site, and put it in the place of what `read` saw."""
        if self._seen and not self._held and not force:
            message = f"{self._name}: {self._path} is there, and is not recto's"
            raise DeployError("deploy-foreign", message, "move it away, or replace it: recto deploy --force")
        after = msgspec.structs.replace(release.snapshot, kept={})
        items = [made(snapshot.NAME, snapshot.as_bytes(after)), *sorted(release.shipment, key=_path)]
        with disks.telling(self._name, self._path), self._alone() as draft:
            try:
                with draft.open("wb") as file:
                    _write(file, _counted(items, progress), is_zip=self._is_zip)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(self._path)
            finally:
                draft.unlink(missing_ok=True)

    def rollback(self) -> str:
        """Refused: an archive is one release."""
        message = f"{self._name}: an archive keeps no release before the one that it holds"
        raise DeployError(
            "deploy-rollback", message, "check out an earlier commit of the site, and deploy that"
        )

    def close(self) -> None:
        """Nothing is held."""

    @contextmanager
    def _alone(self) -> Iterator[Path]:
        """A place to write to, while nobody else deploys there, where nobody has since `read`."""
        area = self._path.with_name(f".{self._path.name}.recto")
        area.parent.mkdir(parents=True, exist_ok=True)
        try:
            with locked(area / "lock"):
                if self._looks() != self._seen:
                    message = f"{self._name}: somebody else wrote {self._path} in the meantime"
                    raise DeployError(
                        "deploy-overtaken", message, "look at it with recto diff, then deploy again"
                    )
                yield area / "draft"
        except BusyError:
            message = f"{self._name}: another recto is writing {self._path} at this moment"
            raise DeployError(
                "deploy-busy", message, "wait until it has finished, then deploy again"
            ) from None

    def _looks(self) -> tuple[int, ...] | None:
        with disks.telling(self._name, self._path), suppress(FileNotFoundError):
            seen = self._path.stat()
            return (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        return None

    def _first(self) -> bytes:
        """The snapshot in the archive; b"" where it is none of recto's."""
        if not self._path.is_file():
            return b""
        with disks.telling(self._name, self._path):
            file = self._path.open("rb")
        with file, suppress(*_DAMAGED):
            return _from_zip(file) if self._is_zip else _from_tar(file)
        return b""


def _path(item: Item) -> str:
    return item.path


def _counted(items: list[Item], progress: Progress) -> Iterator[tuple[Item, bytes]]:
    for done, item in enumerate(items, 1):
        yield item, item.read()
        progress(done, len(items))


# ---- the two kinds ------------------------------------------------------------------------------------------


def _write(file: IO[bytes], members: Iterable[tuple[Item, bytes]], *, is_zip: bool) -> None:
    if is_zip:
        with zipfile.ZipFile(file, "w") as archive:
            for item, data in members:
                archive.writestr(_zip_info(item), data, zipfile.ZIP_DEFLATED, compresslevel=9)
    else:
        with (
            gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar,
        ):
            for item, data in members:
                tar.addfile(_tar_info(item, len(data)), BytesIO(data))


def _zip_info(item: Item) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(item.path, time.gmtime(_time(item))[:6])
    info.create_system = 3  # Unix, whatever this is
    info.external_attr = 0o100644 << 16
    return info


def _tar_info(item: Item, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(item.path)
    info.size, info.mtime, info.mode = size, _time(item), 0o644
    return info


def _time(item: Item) -> int:
    """A time for a file, made of what is in it: to many web servers, files of one size and one time are the same file."""
    return _EARLIEST + 2 * int(item.digest[:6], 16)


def _from_zip(file: IO[bytes]) -> bytes:
    with zipfile.ZipFile(file) as archive, archive.open(snapshot.NAME) as member:
        return member.read(LIMIT)


def _from_tar(file: IO[bytes]) -> bytes:
    with gzip.GzipFile(fileobj=file) as packed:
        info = tarfile.TarInfo.frombuf(packed.read(tarfile.BLOCKSIZE), "utf-8", "strict")
        wanted = info.name == snapshot.NAME and info.isreg() and 0 <= info.size <= LIMIT
        return packed.read(info.size) if wanted else b""
