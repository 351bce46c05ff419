"""Find the files of a site: sorted, with composed names, and never outside its folder.

What is passed over for a reason that its author may not expect is said; what every system leaves lying about is not.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from unicodedata import normalize

from recto.diagnostics import Diagnostic, Location, error, warning

MANIFEST = ".recto-manifest.json"  # stands in what recto has built, which is nobody's source
MAX_LINKED = 1_000  # folders reached through symbolic links

# What editors, systems and version control leave, in any folder.
_LITTER = re.compile(
    r".*~|\.?#.*|\..*\.sw[a-z]|.*\.swp|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini"
    r"|\.git|\.gitignore|\.gitkeep|\.gitattributes|\.hg|\.svn|\.recto",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its name within the site's folder (NFC, forward slashes) and where the system finds it."""

    path: str
    file: str


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    file: str
    inside: tuple[str, ...]  # the real folders that lead here: a link to one of them goes in circles


class Walk:
    """A way through one folder tree. `avoid` are folders never entered, `ignore` patterns of paths to pass over."""

    def __init__(self, root: Path, *, avoid: Iterable[Path] = (), ignore: Iterable[str] = ()) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.passed_over: list[str] = []  # by their names or by a pattern; folders end in "/"
        self._root = os.path.realpath(root)
        self._avoid = frozenset(os.path.realpath(folder) for folder in avoid)
        self._ignored = _matcher(ignore)
        self.linked = False  # whether a symbolic link was followed
        self._linked_folders = 0

    def files(self, folder: str, *, hidden: bool = False, underscored: bool = True) -> list[Found]:
        """The files below a folder (relative to the root, "." for the root), by path. `hidden` and `underscored`:
        whether names that begin with "." or "_" count."""
        passed = "".join(("" if hidden else ".", "" if underscored else "_"))
        start = os.fspath(Path(self._root, folder))
        path = "" if folder == "." else folder
        found: list[Found] = []
        for place in self._starting(path, start):
            self._scan(place, passed, found)
        return sorted(found, key=lambda file: file.path)

    def _starting(self, path: str, start: str) -> list[_Folder]:
        if not os.path.lexists(start):
            return []
        real = os.path.realpath(start)
        if not _within(real, self._root):
            self._outside(path)
            return []
        return [_Folder(path, os.path.normpath(start), (real,))]

    def _scan(self, start: _Folder, passed: str, found: list[Found]) -> None:
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            for entry in self._entries(folder):
                name = entry.name
                if _LITTER.fullmatch(name) or (name[0] == "." and "." in passed):
                    continue
                path = _path(folder, name)
                if (passed and name[0] in passed) or self._ignored(path):
                    self.passed_over.append(path + ("/" if entry.is_dir(follow_symlinks=False) else ""))
                    continue
                if entry.is_symlink():
                    waiting += self._link(entry, path, folder, found)
                elif entry.is_dir(follow_symlinks=False):
                    waiting += self._folder(entry, path, folder)
                elif entry.is_file(follow_symlinks=False):
                    found += self._file(entry, path)
                else:
                    self._warn("special-file", "this is not a file, so it is passed over", path)

    def _entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder.file) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:  # gone since its name was read
            return []
        except OSError as problem:
            self.diagnostics.append(unreadable(_shown(folder.path), problem))
            return []
        if any(entry.name == MANIFEST for entry in found):
            hint = f"remove it; if its files belong to the site, remove its {MANIFEST}"
            self._warn("output-folder", "recto made this folder, so it is passed over", folder.path, hint)
            return []
        return found

    def _file(self, entry: os.DirEntry[str], path: str) -> Iterator[Found]:
        if self._has_name(path):
            yield Found(path, entry.path)

    def _folder(self, entry: os.DirEntry[str], path: str, outer: _Folder) -> Iterator[_Folder]:
        if self._has_name(path) and entry.path not in self._avoid:
            yield _Folder(path, entry.path, outer.inside)

    def _has_name(self, path: str) -> bool:
        if path.isascii() or path == path.encode("utf-8", "replace").decode():
            return True
        place = Location(path=_shown(path))
        message = "this name is not valid UTF-8, so it has no address"
        self.diagnostics.append(error("file-name", message, place, hint="rename it"))
        return False

    def _link(
        self, entry: os.DirEntry[str], path: str, outer: _Folder, found: list[Found]
    ) -> Iterator[_Folder]:
        real = os.path.realpath(entry.path)
        if not _within(real, self._root) or self._is_avoided(real):
            self._outside(path)
        elif Path(real).is_file():
            self.linked = True
            found += self._file(entry, path)
        elif not Path(real).is_dir():
            self._warn("symbolic-link", "this symbolic link leads to nothing", path, "remove it, or mend it")
        elif any(_within(place, real) for place in (*outer.inside, os.path.realpath(outer.file))):
            self._warn("symbolic-link", "this symbolic link leads back to its own folder", path, "remove it")
        elif self._linked_folders >= MAX_LINKED:
            self._warn(
                "symbolic-link", f"only {MAX_LINKED:,} links to folders are followed", path, "copy the files"
            )
        elif self._has_name(path):
            self.linked = True
            self._linked_folders += 1
            yield _Folder(path, entry.path, (*outer.inside, os.path.realpath(outer.file), real))

    def _is_avoided(self, real: str) -> bool:
        return any(_within(real, folder) for folder in self._avoid)

    def _outside(self, path: str) -> None:
        message = "this symbolic link leads out of the site's folder, so it is not followed"
        self._warn("symbolic-link", message, path, "copy what it leads to into the site's folder")

    def _warn(self, code: str, message: str, path: str, hint: str = "") -> None:
        self.diagnostics.append(warning(code, message, Location(path=_shown(path)), hint=hint))


def unreadable(path: str, problem: OSError) -> Diagnostic:
    """The error for a file or folder that the system does not give."""
    reason = (problem.strerror or str(problem)).lower()
    hint = "check who may read it" if isinstance(problem, PermissionError) else ""
    return error("unreadable", f"this cannot be read: {reason}", Location(path=path), hint=hint)


def _path(folder: _Folder, name: str) -> str:
    name = name if name.isascii() else normalize("NFC", name)
    return f"{folder.path}/{name}" if folder.path else name


def _shown(path: str) -> str:
    """A path as it can be printed, whatever bytes and control characters its name has."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text) or "."


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path fits one of the patterns: as a whole, or, for a pattern without a slash, by its last name."""
    whole: list[str] = []
    names: list[str] = []
    for pattern in patterns:
        plain = normalize("NFC", pattern).strip("/").removeprefix("./")
        (whole if "/" in plain else names).append(translate(plain))
    if not (whole or names):
        return lambda path: False
    by_path, by_name = re.compile("|".join(whole or ["(?!)"])), re.compile("|".join(names or ["(?!)"]))
    return lambda path: bool(by_path.match(path) or by_name.match(path.rpartition("/")[2]))
