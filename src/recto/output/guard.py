"""Decide what recto may touch: which folder it may build into, and which names in it are its to write.

Whatever a folder holds that the manifest does not list belongs to somebody else, and stays as it is.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from recto.diagnostics import BuildError, Diagnostic, Location, error
from recto.memo import Store
from recto.output import journal, manifest
from recto.output.journal import is_folder
from recto.output.manifest import is_inside, parents
from recto.text import same_name

RESERVED = {same_name(manifest.NAME), same_name(journal.AREA)}
SURELY_SHORT = 100  # bytes in a name that every disk takes
SHOWN = 60  # characters of a long path in a message
ELSEWHERE = "name another folder with --output"


def refuse_sources(out: Path, shown: str, site: Path | None, sources: Iterable[str]) -> None:
    """BuildError where the output folder is, or holds, the site's sources or the home folder."""
    if _holds(out, _home()):
        raise _refused(f"{shown} is or holds your home folder")
    if site and _holds(out, site.resolve()):
        raise _refused(f"{shown} is or holds the site's own folder")
    inside = str(out) + os.sep
    real = cache(os.path.realpath)  # of folders, which are few
    for source in sources:
        folder, name = os.path.split(source)
        path = os.path.join(real(folder), name)  # noqa: PTH118  # for ten thousand sources
        if path.startswith(inside) and os.path.lexists(path):
            raise _refused(f"{shown} holds a source of the site: {path.removeprefix(inside)}")


def refuse_foreign(out: Path, shown: str, *, adopt: bool = False) -> None:
    """BuildError where the folder has files and recto did not make it, unless it is to `adopt` it; or where it is none."""
    if out.exists() and not out.is_dir():
        raise BuildError([error("output-not-ours", f"{shown} is a file, not a folder", hint=ELSEWHERE)])
    if not adopt and not _is_ours(out):
        message = f"{shown} is not empty, and recto did not make it"
        hint = f"{ELSEWHERE}, or empty this one yourself"
        raise BuildError([error("output-not-ours", message, hint=hint)])


def adopted(places: Sequence[tuple[str, Location]], out: Path) -> dict[str, str]:
    """The files that stand where new ones go, as if recto had written them: with a digest that no file has."""
    return {path: "" for path, _ in places if os.path.lexists(out / path) and not is_folder(out / path)}


def _is_ours(out: Path) -> bool:
    names = {path.name for path in out.iterdir()} if out.is_dir() else set()
    return names <= {journal.AREA} or manifest.NAME in names or journal.read(out) is not None


def _holds(out: Path, folder: Path) -> bool:
    return folder == out or out in folder.parents


def _home() -> Path:
    return Path.home().resolve()


def _refused(message: str) -> BuildError:
    return BuildError([error("output-in-sources", message, hint=f"{ELSEWHERE}, such as dist")])


# ---- names --------------------------------------------------------------------------------------------------


def bad_names(places: Sequence[tuple[str, Location]], out: Path) -> Iterator[Diagnostic]:
    """Problems of the paths themselves: not in the folder, recto's own, too long, a file and a folder at once."""
    files = dict(places)
    for path, place in places:
        clash = next((folder for folder in parents(path) if folder in files), None)
        if not is_inside(path) or same_name(path.split("/")[0]) in RESERVED:
            yield error("output-name", f"{path!r} cannot be the path of a file in the output folder", place)
        elif _is_too_long(out, path):
            hint = "give the post a shorter slug or permalink, or the file a shorter name"
            yield error("output-name", f"the path {_cut(path)} is too long for this disk", place, hint=hint)
        elif clash:
            message = f"{clash} would have to be a file and a folder at once: {path} lies in it"
            yield error("output-name", message, place, related=(files[clash],))


def twice(places: Sequence[tuple[str, Location]]) -> Iterator[Diagnostic]:
    """Two files at one path."""
    seen: dict[str, Location] = {}
    for path, place in places:
        if path in seen:
            yield error("output-name", f"two files would be at {path}", place, related=(seen[path],))
        seen[path] = place


def _is_too_long(out: Path, path: str) -> bool:
    """The disk knows: it is asked about each long name by itself, and about a long path as a whole."""
    names = [name for name in path.split("/") if len(name.encode(errors="replace")) > SURELY_SHORT]
    asked = [*names, path] if len(path) > SURELY_SHORT else names
    return any(_raises_too_long(out / name) for name in asked)


def _raises_too_long(path: Path) -> bool:
    try:
        path.lstat()
    except OSError as problem:
        return problem.errno == errno.ENAMETOOLONG
    return False


def _cut(path: str) -> str:
    return path if len(path) <= SHOWN else f"{path[:SHOWN]}…"


# ---- what stands there already ------------------------------------------------------------------------------


class Standing:
    """What stands in the output folder, seen with the manifest of the build that wrote it."""

    def __init__(self, out: Path, files: Mapping[str, str], store: Store) -> None:
        self.files = files
        self._out = out
        self._store = store
        self._solid: dict[str, bool] = {"": True}

    def digest(self, path: str) -> str | None:
        """The digest of the file there, where it is the one that we wrote."""
        digest = self.files.get(path)
        if digest is None or not self._is_solid(path.rpartition("/")[0]):
            return None
        return digest if self._actual(path) == digest else None

    def foreign(self, path: str, digest: str) -> str | None:
        """What is in the way of a new file and is not ours to remove, if anything."""
        for folder in parents(path):
            if not self._is_solid(folder):
                if not os.path.lexists(self._out / folder):
                    return None
                replaced = (self._out / folder).is_symlink() and same_name(folder) in self._our_folders
                return None if replaced or self._is_ours(folder) else folder
        if is_folder(self._out / path):
            return next((file for file in self._files_in(path) if not self._is_ours(file)), None)
        free = not os.path.lexists(self._out / path) or self._is_ours(path) or self._actual(path) == digest
        return None if free else path

    def _is_solid(self, folder: str) -> bool:
        """Whether a folder is one, and so are those it lies in: no links."""
        if folder not in self._solid:
            outer = folder.rpartition("/")[0]
            self._solid[folder] = self._is_solid(outer) and is_folder(self._out / folder)
        return self._solid[folder]

    def _actual(self, path: str) -> str | None:
        file = f"{self._out}{os.sep}{path}"  # quicker than a Path, for tens of thousands
        try:
            regular = stat.S_ISREG(os.lstat(file).st_mode)
            return self._store.file(file).digest if regular else None
        except OSError:
            return None

    def _is_ours(self, path: str) -> bool:
        """Whether the manifest lists it, perhaps in another letter case where the disk ignores that."""
        if path in self.files:
            return True
        other = self._by_fold.get(same_name(path))
        return other is not None and _is_same(self._out / other, self._out / path)

    def _files_in(self, folder: str) -> Iterator[str]:
        for path in (self._out / folder).rglob("*"):
            if not is_folder(path):
                yield path.relative_to(self._out).as_posix()

    @cached_property
    def _by_fold(self) -> dict[str, str]:
        return {same_name(path): path for path in self.files}

    @cached_property
    def _our_folders(self) -> set[str]:
        return {same_name(folder) for path in self.files for folder in parents(path)}


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except OSError:
        return False
