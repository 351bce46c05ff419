"""Know which files look as they did: what one load of a process leaves to the next, so that it need not read everything again.

The rule is that of `recto.memo.files`: a file is unchanged while size, times and inode are the same, unless a time is so near
to the moment at which it was looked at that a later change could have got the same. Files that nothing can have touched
are not even looked at; but where a name came or went, all folders are walked again.
"""

import os
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any

from recto.diagnostics import Diagnostic
from recto.loader.walk import Found
from recto.memo import Mark, is_settled, mark


@dataclass(frozen=True, slots=True)
class Look:
    """How a file looked from outside; None where it is not there. `doubt` tells apart looks after which nothing is sure."""

    mark: Mark | None
    doubt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a walk found: files, what is wrong, what was passed over; `linked` where a symbolic link led to some of them."""

    files: tuple[Found, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    passed_over: tuple[str, ...] = ()
    linked: bool = False


@dataclass(slots=True)
class _List:
    """The looks of some files, in their order."""

    files: tuple[Found, ...]
    looks: list[Look]
    numbers: dict[str, int] = field(default_factory=dict)


class Looks:
    """The looks of all files of a site. One load begins with `begin`."""

    def __init__(self) -> None:
        self._round = 0
        self._moment = 0
        self._touched: Collection[str] | None = None
        self._walks: dict[Any, Walked] = {}
        self._before: dict[Any, Walked] = {}
        self._linked = False
        self._lists: dict[str, _List] = {}
        self._doubtful: set[str] = set()

    def begin(self, moment: int, touched: Collection[str] | None) -> None:
        """A new load at this moment of the file system's clock (ns): since the last one at most those files have changed."""
        self._round += 1
        self._moment = moment
        names = None if touched is None or len(touched) > _MANY or self._linked else set(map(_real, touched))
        if names is None or not self._are_known(names):
            self._before, self._walks, names = self._walks, {}, None
        self._touched = None if names is None else names | self._doubtful
        self._doubtful = set()

    def walk(self, key: Any, walk: Callable[[], Walked]) -> Walked:
        """What `walk()` finds; that of last time where no name can have come or gone."""
        if key not in self._walks:
            found = self._walks[key] = _as_before(self._before.get(key), walk())
            self._linked = self._linked or found.linked
        return self._walks[key]

    def of(self, name: str, files: tuple[Found, ...]) -> Sequence[Look]:
        """How these files look now, equal looks being the same objects. `name` tells lists apart."""
        known = self._lists.get(name)
        if known is None or known.files is not files:
            before = dict(zip((f.file for f in known.files), known.looks, strict=True)) if known else {}
            looks = [before.get(found.file) or self._look(found.file) for found in files]
            numbers = {found.file: number for number, found in enumerate(files)}
            asked: Iterable[str] = self._asked(numbers) if before else ()
            known = self._lists[name] = _List(files, looks, numbers)
        else:
            asked = self._asked(known.numbers)
        for file in asked:
            number = known.numbers[file]
            known.looks[number] = self._again(known.looks[number], file)
        return tuple(known.looks)

    def _asked(self, numbers: dict[str, int]) -> Iterable[str]:
        return list(numbers) if self._touched is None else [f for f in self._touched if f in numbers]

    def _again(self, before: Look, file: str) -> Look:
        now = self._look(file)
        return before if now.mark == before.mark and not now.doubt and not before.doubt else now

    def _look(self, file: str) -> Look:
        try:
            found = mark(os.stat(file))  # noqa: PTH116  # ten thousand posts: a Path each is what it costs
        except OSError:
            return Look(None)
        if is_settled(found, self._moment):
            return Look(found)
        self._doubtful.add(file)
        return Look(found, self._round)

    def _are_known(self, touched: Collection[str]) -> bool:
        """Whether they are files that are there as before, or neither there nor known."""
        known = self._lists.values()
        return all(_is_file(path) == any(path in one.numbers for one in known) for path in touched)


_MANY = 200  # touched files: with more, it is as well to look at all


def _real(path: str) -> str:
    """The path as walks write it, which begin in the real folder of the site."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118


def _is_file(path: str) -> bool | None:
    """Whether it is a file; None for a folder, and for what is nothing that a list of files can have."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except OSError:
        return False
    return True if stat.S_ISREG(mode) else None


def _as_before(before: Walked | None, now: Walked) -> Walked:
    """What was found now; as far as it is the same, by the very values of last time."""
    if before is None:
        return now
    known = {found.file: found for found in before.files}
    files = tuple(
        old if (old := known.get(found.file)) and old.path == found.path else found for found in now.files
    )
    if len(files) == len(before.files) and all(map(is_, files, before.files)):
        files = before.files
    return replace(now, files=files)
