"""Decide what a deploy does: a pure difference of two snapshots."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from recto.deploy.snapshot import File, Kept, Snapshot

KEPT_FOR = 7 * 24 * 3600  # seconds that a file is left after the site no longer has it

_DIGEST_IN_NAME = re.compile(r"[._-][0-9a-f]{7,}\.[^./]+\Z")
_FOR_MACHINES = re.compile(r"(?:feed|atom|rss|sitemap[^/]*)\.(?:xml|json)\Z|(?:\A|/)robots\.txt\Z")


def is_lasting(path: str) -> bool:
    """Whether the file's name holds a digest, so that other bytes would have another name."""
    return bool(_DIGEST_IN_NAME.search(path))


def is_page(path: str) -> bool:
    """Whether the file is a page that people read."""
    return path.endswith((".html", ".htm"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What is to be done to a target, as paths.

    `stages` are sent one after the other, each only when all of the one before is there: first what pages show (files with a digest
    in their name before others, which may name them), then new pages, then pages that change, then what tells of them. `removed` go last of all, in their order: pages before what they show. `kept` stay though the site no longer
    has them; `unchanged` are there already.
    """

    stages: tuple[tuple[str, ...], ...] = ()
    removed: tuple[str, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    unchanged: tuple[str, ...] = ()

    @property
    def sent(self) -> tuple[str, ...]:
        """All that are sent, in order."""
        return tuple(path for stage in self.stages for path in stage)

    @property
    def nothing(self) -> bool:
        """Whether the target has it all."""
        return not (self.sent or self.removed)


def sending(before: Snapshot | None, files: Mapping[str, File], *, now: int, purge: bool = False) -> Sending:
    """What makes the target that holds `before` hold these files, at the moment `now` (seconds since 1970).

    A file whose name holds a digest is not removed with the page that showed it: somebody may have that page open, or a
    cache may. It stays for a week, unless `purge` wants it gone.
    """
    there = before.files if before else {}
    leaving = {path: Kept(file.digest, file.size, now) for path, file in there.items() if path not in files}
    leaving |= {path: kept for path, kept in (before.kept if before else {}).items() if path not in files}
    kept = {} if purge else {path: file for path, file in leaving.items() if _stays(path, file, now)}
    returned = (
        {} if before is None else {path: before.kept[path].digest for path in before.kept if path in files}
    )
    same = {
        path
        for path, file in files.items()
        if file.digest == (there[path].digest if path in there else returned.get(path, ""))
    }
    changed = [path for path in files if path not in same]
    return Sending(
        stages=tuple(_staged(changed, there)),
        removed=tuple(sorted(leaving.keys() - kept.keys(), key=lambda path: (not is_page(path), path))),
        kept=kept,
        unchanged=tuple(sorted(same)),
    )


def _stays(path: str, file: Kept, now: int) -> bool:
    return is_lasting(path) and now - file.since < KEPT_FOR


def _staged(paths: Iterable[str], there: Mapping[str, File]) -> Iterator[tuple[str, ...]]:
    stages: tuple[list[str], ...] = ([], [], [], [], [])
    for path in sorted(paths):
        stages[_stage(path, path in there)].append(path)
    return (tuple(stage) for stage in stages if stage)


def _stage(path: str, known: bool) -> int:
    if _FOR_MACHINES.search(path):
        return 4
    if is_page(path):
        return 3 if known else 2
    return 0 if is_lasting(path) else 1
