"""Say when: what was noticed is a batch as soon as it seems complete, since an editor saves a file in several steps and a
burst of saves is one update; and all files are looked at again the sooner, the less events can be trusted."""

import os
import stat
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from recto.preview.sweeping import View

QUIET = 0.015  # seconds without news that end a batch
LONGER = 0.1  # the same for many files, after git's work, and soon after another batch
SOON = 0.3  # seconds after a batch in which news belong to the same burst
RETURN = 0.15  # seconds that a file may be gone or empty while its editor saves it
MANY = 50  # files
LIMIT, LONG_LIMIT = 2.0, 10.0  # seconds that a batch may take; for many files, and while git is at work

POLL = 0.3  # seconds between two looks where there are no events
REST, LONGEST_REST = 1.0, 60.0  # the same where there are: at first, and when all has been well for long
AFTERWARDS = 0.2  # seconds from new folders to a look at what came into them unheard
SHARE, POLL_SHARE = 100, 10  # how many times as long as a look the time to the next is, at least


@dataclass(slots=True)
class News:
    """What was noticed and is not delivered yet: `told` by events, `found` by looking; `doubt` is that there may be more.
    `first` and `last` are when. `git` is that git is at work, `many` that this is a program's work and not an author's."""

    told: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    doubt: bool = False
    first: float = inf
    last: float = -inf
    git: bool = False
    many: bool = False

    def __bool__(self) -> bool:
        return bool(self.told or self.found or self.doubt)

    def add(self, told: Collection[str], found: Collection[str], doubt: bool, now: float) -> None:
        """Take in more."""
        self.told.update(told)
        self.found.update(found)
        self.doubt |= doubt
        self.first, self.last = min(self.first, now), now
        self.many |= len(self.told) + len(self.found) > MANY


def due(news: News, view: View, root: Path, *, now: float, delivered: float, interval: float = 0.0) -> float:
    """When the news will be a batch, as far as can be said `now`; not after now if they are one. `view` is what there was
    before, `delivered` when the last batch was, `interval` the time between two looks where there are no events."""
    if not news:
        return inf
    limit = news.first + (LONG_LIMIT if news.many else LIMIT)
    burst = news.many or news.first - delivered < SOON
    quiet = news.last + (LONGER if burst else QUIET) + (2 * interval if news.many else 0)
    if now < quiet:
        return min(quiet, limit)
    busy = is_git_busy(root)
    if (busy or news.git) and now < limit:  # when it has just finished, what it did last is not heard yet
        news.git, news.many, news.last = busy, True, now
        return now + LONGER
    if not news.many and _is_halfway(news, view):
        return min(news.last + RETURN, limit)
    return now


def _is_halfway(news: News, view: View) -> bool:
    """Whether a file is gone or empty that was not: its editor may be about to write it."""
    return any(_is_lacking(path, view) for path in news.told) or any(map(_is_lacking, news.found))


def _is_lacking(path: str, before: View | None = None) -> bool:
    try:
        status = os.stat(path)  # noqa: PTH116  # faster than Path.stat
    except OSError:
        return before is None or path in before.files or path in before.folders
    known = before.files.get(path) if before else None
    return stat.S_ISREG(status.st_mode) and not status.st_size and (known is None or known[0] > 0)


def is_git_busy(folder: Path) -> bool:
    """Whether git is changing the files around here. A lock that a killed git has left is soon too old to count."""
    try:
        age = time.time() - (_git_folder(folder) / "index.lock").stat().st_mtime
    except OSError:
        return False
    return abs(age) < LONG_LIMIT


def _git_folder(folder: Path) -> Path:
    """Where git keeps what it knows of these files; NotADirectoryError where there is no repository."""
    for place in (folder, *folder.parents):
        git = place / ".git"
        if git.is_dir():
            return git
        if git.is_file():  # a worktree's, or a submodule's
            return place / git.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
    raise NotADirectoryError(folder)


@dataclass(slots=True)
class Rounds:
    """When to look at all files again: `next`. `interval` is the time between two looks without events; `afterwards` is that
    the next look follows new folders."""

    next: float = 0.0
    interval: float = POLL
    afterwards: bool = False
    _rest: float = REST
    _lost: int = 0

    @property
    def deaf(self) -> bool:
        """Whether events do not come: again and again looking found what they should have told, and none has come since."""
        return self._lost > 1

    def looked(self, now: float, took: float, *, hearing: bool) -> None:
        """A look has ended that took so many seconds."""
        self.interval = max(POLL, POLL_SHARE * took)
        rest = max(self._rest, SHARE * took)
        self.next = now + (rest if hearing and not self.deaf else self.interval)
        self.afterwards = False
        if not self._lost:
            self._rest = min(2 * self._rest, LONGEST_REST)

    def soon(self, now: float) -> None:
        """There are new folders, which nobody heard being filled."""
        self.next, self.afterwards = min(self.next, now + AFTERWARDS), True

    def later(self, now: float) -> None:
        """There are other things to do first."""
        self.next, self.afterwards = max(self.next, now + REST), False

    def heard(self) -> None:
        """Events come."""
        self._lost = 0

    def lost(self, now: float) -> None:
        """A look found what no event has told."""
        self._lost += 1
        self._rest = REST
        self.next = min(self.next, now + max(REST, SHARE / POLL_SHARE * self.interval))
