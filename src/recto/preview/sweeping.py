"""See what stands in a site's folders. What a system tells of changes is news; this is the truth it is held against.

The ways are those of the loader: the same litter is passed over, and symbolic links are followed as long as they stay
within the site and lead to no folder that they stand in.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

MANIFEST = ".recto-manifest.json"  # stands in what recto has built, which is nobody's source
MAX_LINKED = 1_000  # links to folders that are followed

_SETTINGS = re.compile(r"site\.ya?ml|urls\.lock|.*\.py")  # what counts of the files in the site's own folder
_LITTER = re.compile(
    r".*~|\.?#.*|\..*\.sw[a-z]|.*\.swp|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini"
    r"|\.git|\.gitignore|\.gitkeep|\.gitattributes|\.hg|\.svn|\.recto",
    re.IGNORECASE | re.DOTALL,
)

Mark = tuple[int, int, int, int]
"""How a file looks from outside: size, time of its last change, of that of its inode (ns), inode."""


@dataclass(slots=True)
class View:
    """What there is, by absolute paths within the site: files with their looks, folders with where they really are, and
    for each file that is a symbolic link the file that it leads to."""

    files: dict[str, Mark] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def below(self, path: str) -> "View":
        """The part of this that is the path: a file, a folder with all in it, or nothing."""
        if path not in self.folders:
            names = [path] if path in self.files else []
            return View({name: self.files[name] for name in names}, {}, self._links(names))
        inside = path + os.sep
        names = [name for name in self.files if name.startswith(inside)]
        folders = {n: real for n, real in self.folders.items() if n == path or n.startswith(inside)}
        return View({name: self.files[name] for name in names}, folders, self._links(names))

    def _links(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self.links[name] for name in names if name in self.links}

    def put(self, new: "View", old: "View") -> None:
        """Let `new` stand where `old` stood."""
        for mapping in (old.files, old.folders, old.links):
            for name in mapping:
                for mine in (self.files, self.folders, self.links):
                    mine.pop(name, None)
        self.files |= new.files
        self.folders |= new.folders
        self.links |= new.links

    def changed(self, other: "View") -> set[str]:
        """The files that differ, and the folders that only one of them has."""
        files = {name for name, _ in self.files.items() ^ other.files.items()}
        return files | (self.folders.keys() ^ other.folders.keys())

    def names(self) -> dict[str, list[str]]:
        """What the site calls each real folder, and each file that links lead to."""
        found: dict[str, list[str]] = {}
        for name, real in (*self.folders.items(), *self.links.items()):
            found.setdefault(real, []).append(name)
        return found

    def places(self) -> set[str]:
        """The real folders in which a change can show."""
        return {*self.folders.values(), *map(os.path.dirname, self.links.values())}


@dataclass(frozen=True, slots=True)
class _Folder:
    name: str
    real: str
    inside: tuple[str, ...] = ()  # the real folders that led here through links


class Ground:
    """The part of a site's folder that counts: `folders` with all in them, of the `root` itself only the settings, and
    nothing that is `closed`."""

    def __init__(self, root: str, folders: Iterable[str], closed: Iterable[str]) -> None:
        self.root = root
        self._tops = frozenset(folders)
        self._closed = frozenset(map(os.path.realpath, closed))
        self._above = frozenset(_above(self._tops, root))
        self._linked = 0

    def survey(self) -> View:
        """All there is."""
        return self.look(self.root)

    def look(self, path: str) -> View:
        """What there is at a path: a file, a folder with all that counts in it, or nothing."""
        view, self._linked = View(), 0
        real = os.path.realpath(path)
        try:
            status = os.stat(path)  # noqa: PTH116  # twice as fast as Path.stat, as is all here
        except OSError:
            return view
        if not _within(real, self.root) or self._is_closed(real):
            return view
        if not stat.S_ISDIR(status.st_mode):
            view.files[path] = _mark(status)
            if Path(path).is_symlink():
                view.links[path] = real
            return view
        waiting = [_Folder(path, real)]
        while waiting:
            waiting += self._enter(waiting.pop(), view)
        return view

    def counts(self, folder: str, name: str) -> bool:
        """Whether that name in that folder of the site can matter to it."""
        path = f"{folder}{os.sep}{name}"
        if _LITTER.fullmatch(name) or path in self._closed:
            return False
        if self._is_deep(folder):
            return path in self._tops or not (name[0] == "." and self._is_own(folder))
        return path in self._above or path in self._tops or self._is_setting(folder, name)

    def _is_setting(self, folder: str, name: str) -> bool:
        return folder == self.root and bool(_SETTINGS.fullmatch(name))

    def _is_deep(self, folder: str) -> bool:
        """Whether all in a folder counts: it is one of the site's, or in one of them."""
        return folder not in self._above or folder in self._tops

    def _is_own(self, folder: str) -> bool:
        """Whether a folder counts only because all the site's folder does: hidden things there are tools'."""
        return self.root in self._tops and not any(
            _within(folder, top) for top in self._tops if top != self.root
        )

    def _is_closed(self, real: str) -> bool:
        return any(_within(real, folder) for folder in self._closed)

    def _enter(self, folder: _Folder, view: View) -> Iterator[_Folder]:
        """Add a folder and its files to the view; the folders in it."""
        if folder.name in view.folders:
            return
        try:
            with os.scandir(folder.name) as found:
                entries = [entry for entry in found if self.counts(folder.name, entry.name)]
        except OSError:  # gone since its name was read, or not ours to read
            return
        if any(entry.name == MANIFEST for entry in entries):
            return
        view.folders[folder.name] = folder.real
        for entry in entries:
            try:
                yield from self._add(entry, folder, view)
            except OSError:
                continue

    def _add(self, entry: os.DirEntry[str], folder: _Folder, view: View) -> Iterator[_Folder]:
        if entry.is_symlink():
            yield from self._follow(entry, folder, view)
        elif not entry.is_dir(follow_symlinks=False):
            view.files[entry.path] = _mark(entry.stat(follow_symlinks=False))
        else:
            real = f"{folder.real}{os.sep}{entry.name}"
            if real not in self._closed:
                yield _Folder(entry.path, real, folder.inside)

    def _follow(self, entry: os.DirEntry[str], folder: _Folder, view: View) -> Iterator[_Folder]:
        real = os.path.realpath(entry.path)
        status = entry.stat()
        if not _within(real, self.root) or self._is_closed(real):
            return
        if not stat.S_ISDIR(status.st_mode):
            view.files[entry.path] = _mark(status)
            view.links[entry.path] = real
        elif self._linked < MAX_LINKED and not any(_within(p, real) for p in (*folder.inside, folder.real)):
            self._linked += 1
            yield _Folder(entry.path, real, (*folder.inside, folder.real))


def _above(tops: Iterable[str], root: str) -> Iterator[str]:
    """The root, and the folders between it and the site's folders: only what leads there counts in them."""
    yield root
    for top in tops:
        while _within(top := os.path.dirname(top), root):  # noqa: PTH120
            yield top


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _mark(status: os.stat_result) -> Mark:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_coarse(mark: Mark | None) -> bool:
    """Whether the time of the last change is a whole second, as all are where two changes within one may look the same."""
    return mark is not None and not mark[1] % 1_000_000_000
