"""Put a finished set of staged files in place of an old one, so that a kill at any moment loses neither.

The journal is written, and synced, when every new byte is staged; from then on the new site is the site, and each
step can be taken again. Staged files themselves are not synced one by one, which would cost more than rendering
them: that is of no account to a kill. After a loss of power their digests tell which are whole; the others are left
out, and the commit that follows notices and makes them again.
"""

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from recto.memo import digest_bytes
from recto.output.disk import Disk
from recto.output.manifest import is_inside, parents
from recto.text import same_name

AREA = ".recto-commit"
LOCK = f"{AREA}/lock"
JOURNAL = f"{AREA}/journal"
STAGED = f"{AREA}/staged"


class Move(msgspec.Struct, frozen=True):
    """A staged file and where it goes."""

    name: str
    path: str
    digest: str


class Journal(msgspec.Struct, frozen=True):
    """What a commit does."""

    moves: list[Move]
    removes: list[str]
    manifest: Move


def make_area(out: Path, disk: Disk) -> None:
    """Make the hidden folder, in place of anything else of its name."""
    if not is_folder(out / AREA):
        if os.path.lexists(out / AREA):
            disk.remove(out / AREA)
        with suppress(FileExistsError):
            disk.make_folder(out / AREA)


def write(out: Path, journal: Journal, disk: Disk) -> None:
    """The commit point."""
    body = msgspec.json.encode(journal)
    draft = out / f"{JOURNAL}.draft"
    disk.write(draft, [digest_bytes(body).encode(), b"\n", body], sync=True)
    disk.move(draft, out / JOURNAL)


def read(out: Path) -> Journal | None:
    """The journal of a commit that did not end; None where there is none, or none that is whole."""
    try:
        checksum, body = (out / JOURNAL).read_bytes().split(b"\n", 1)
        journal = msgspec.json.decode(body, type=Journal)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    moves = [*journal.moves, journal.manifest]
    names = [*journal.removes, *(move.name for move in moves), *(move.path for move in moves)]
    whole = checksum.decode("ascii", "replace") == digest_bytes(body) and all(map(is_inside, names))
    return journal if whole else None


def pending(out: Path) -> dict[str, Path]:
    """Where the files are, by the path that they are to have, which a commit that was killed has not put in place yet."""
    moves = journal.moves if (journal := read(out)) else ()
    return {move.path: out / STAGED / move.name for move in moves if _is_staged(out, move)}


def recover(out: Path, disk: Disk) -> None:
    """Finish the commit of a build that was killed, or drop what it had staged."""
    journal = read(out)
    if journal:
        switch(out, journal, disk, is_whole=lambda move: _is_whole(out / STAGED / move.name, move.digest))
    discard(out, disk)


def _is_whole(staged: Path, digest: str) -> bool:
    return digest_bytes(staged.read_bytes()) == digest


def discard(out: Path, disk: Disk) -> None:
    """Empty the staging, but for the lock."""
    for folder, kept in ((AREA, ("lock", "staged")), (STAGED, ())):
        with suppress(FileNotFoundError):
            for path in [path for path in (out / folder).iterdir() if path.name not in kept]:
                disk.remove(path)
    disk.drop_folder(out / STAGED)


def switch(
    out: Path, journal: Journal, disk: Disk, *, is_whole: Callable[[Move], bool] = lambda move: True
) -> None:
    """Do what the journal says, from wherever an earlier try was killed.

    Old files that stand in the way of new ones go first: a file where a folder comes, a folder where a file comes, a
    name that differs by letter case only. While no staged file has moved, that may be unfinished; afterwards it is
    done, and must not be done again: on a disk that ignores case, the old name is by then the new file.
    """
    pending = [move for move in journal.moves if _is_staged(out, move)]
    first, last = _split(journal)
    if len(pending) == len(journal.moves):
        remove(out, first, disk)
    solid = set[str]()
    for move in filter(is_whole, pending):
        _put(out, move, disk, solid)
    remove(out, last, disk)
    if _is_staged(out, journal.manifest) and is_whole(journal.manifest):
        _put(out, journal.manifest, disk, solid)
    disk.remove(out / JOURNAL)


def _is_staged(out: Path, move: Move) -> bool:
    return os.path.lexists(out / STAGED / move.name)


def _split(journal: Journal) -> tuple[list[str], list[str]]:
    """What to remove: first what is in the way of a new file or of its folders, last the rest."""
    files = {same_name(move.path) for move in journal.moves}
    places = files | {same_name(folder) for move in journal.moves for folder in parents(move.path)}
    first, last = list[str](), list[str]()
    for path in journal.removes:
        blocks = same_name(path) in places or any(same_name(folder) in files for folder in parents(path))
        (first if blocks else last).append(path)
    return first, last


def _put(out: Path, move: Move, disk: Disk, solid: set[str]) -> None:
    """Move a file into place. `solid` are the folders that are known to be there."""
    for folder in parents(move.path):
        if folder not in solid:
            _make_solid(out / folder, disk)
            solid.add(folder)
    target = out / move.path
    if is_folder(target):
        drop_empty(target, disk)
    disk.move(out / STAGED / move.name, target)


def _make_solid(folder: Path, disk: Disk) -> None:
    if not is_folder(folder):
        if os.path.lexists(folder):  # a link or a file in place of a folder; one that is not ours was refused
            disk.remove(folder)
        disk.make_folder(folder)


def remove(out: Path, paths: Sequence[str], disk: Disk) -> None:
    """Remove these files where they are still there, then the folders that this leaves empty."""
    folders = set[str]()
    for path in paths:
        inside = parents(path)
        if all(is_folder(out / folder) for folder in inside):  # else it lies behind a link, and is not ours
            folders.update(inside)
            if os.path.lexists(out / path) and not is_folder(out / path):
                disk.remove(out / path)
    for folder in sorted(folders, key=len, reverse=True):
        disk.drop_folder(out / folder)


def is_folder(path: Path) -> bool:
    """Whether it is a folder itself, and not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def drop_empty(folder: Path, disk: Disk) -> None:
    """Remove a folder that has nothing in it but such folders."""
    for inner in list(folder.iterdir()):
        if is_folder(inner):
            drop_empty(inner, disk)
    disk.drop_folder(folder)
