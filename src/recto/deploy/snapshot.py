"""What a target holds, as one value: written beside the site with each deploy, and read by the next."""

from collections.abc import Mapping

import msgspec

from recto.memo import digest_bytes

NAME = ".recto-deploy.json"
VERSION = 1


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file that is there: the digest of its bytes ("" where that is not known for sure), and how many there are."""

    digest: str
    size: int = 0


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A file that the site no longer has, left for pages that somebody has open: `since` when it left, in seconds since 1970."""

    digest: str
    size: int
    since: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A deployed site. `files` and `kept` are by path. `url` is the site's address; `feed` the ids of the entries of its
    main feed; `redirects` its old addresses and where each leads ("" for gone); `commit` the commit of the sources, "" where
    they are in none; `ledger` the text of its urls.lock."""

    version: int = VERSION
    url: str = ""
    files: dict[str, File] = {}
    kept: dict[str, Kept] = {}
    feed: tuple[str, ...] = ()
    redirects: dict[str, str] = {}
    commit: str = ""
    ledger: str = ""

    @property
    def digest(self) -> str:
        """A name for what readers are sent: equal for equal files."""
        return digest_of({path: file.digest for path, file in self.files.items()})

    def unsure(self, paths: Mapping[str, int]) -> "Snapshot":
        """The same while these files (with their sizes) are being sent or removed: what is in their places is not known."""
        known = {path: File(file.digest, file.size) for path, file in self.files.items() if path not in paths}
        return msgspec.structs.replace(
            self, files=known | {path: File("", size) for path, size in paths.items()}
        )


def digest_of(files: Mapping[str, str]) -> str:
    """A name for a set of files, given their digests by path."""
    return digest_bytes(msgspec.json.encode(dict(sorted(files.items()))))


def as_bytes(snapshot: Snapshot) -> bytes:
    """The snapshot as a file: the same for equal ones."""
    ordered = msgspec.structs.replace(
        snapshot,
        files=dict(sorted(snapshot.files.items())),
        kept=dict(sorted(snapshot.kept.items())),
        redirects=dict(sorted(snapshot.redirects.items())),
    )
    return msgspec.json.encode(ordered)


def read(data: bytes) -> Snapshot | None:
    """The snapshot that a file holds; None where it is none that this recto understands, or names what is outside."""
    try:
        found = msgspec.json.decode(data, type=Snapshot)
    except (msgspec.MsgspecError, ValueError):
        return None
    safe = found.version == VERSION and all(map(is_inside, (*found.files, *found.kept)))
    return found if safe else None


def is_inside(path: str) -> bool:
    """Whether a path names a file within the site."""
    return not any(part in ("", ".", "..") for part in path.split("/")) and not set(path) & set("\0\\")
