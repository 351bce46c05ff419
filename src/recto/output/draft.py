"""Stage the bytes of a new site beside the old one: only what differs, one file at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recto.diagnostics import BuildError, Diagnostic, Location, error
from recto.memo import PageRecord, Written, digest_bytes
from recto.model import Asset, Page
from recto.output.disk import Disk, reason, telling
from recto.output.guard import Standing
from recto.output.journal import STAGED

CHUNK = 1 << 20  # bytes of an asset that are held at once


class _UnreadableError(Exception):
    pass


@dataclass(slots=True, kw_only=True)
class Draft:
    """The new site, as far as it is known: every file's digest by path, and the files that are staged.

    From the first problem on nothing more is staged; the rest is looked at for its problems only.
    """

    out: Path
    shown: str
    standing: Standing
    disk: Disk
    files: dict[str, str] = field(default_factory=dict)
    staged: dict[str, Written] = field(default_factory=dict)
    records: dict[str, PageRecord] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def add_page(
        self,
        page: Page,
        key: Callable[[Page], str],
        render: Callable[[Page], bytes],
        rendered: Mapping[str, PageRecord],
    ) -> None:
        """Take the page as it stands, where that is known to be its rendering; else render it."""
        standing = self.standing.digest(page.path)
        try:
            now = key(page)
            known = standing is not None and rendered.get(page.path) == PageRecord(key=now, digest=standing)
            data = b"" if known else render(page)
        except BuildError as problem:
            self.problems += problem.diagnostics
            return
        digest = standing if known and standing else digest_bytes(data)
        self.files[page.path] = digest
        self.records[page.path] = PageRecord(key=now, digest=digest)
        if digest != standing:
            self._stage(page.path, digest, [data], page.origin)

    def add_asset(self, asset: Asset) -> None:
        """Take the asset as it stands, or copy it."""
        self.files[asset.path] = asset.digest
        if self.standing.digest(asset.path) == asset.digest:
            return
        try:
            self._stage(asset.path, asset.digest, _chunks(asset), Location(path=asset.origin))
        except _UnreadableError as problem:
            hint = "see that the file is there and that you may read it"
            message = f"{asset.origin} cannot be read: {problem}"
            self.problems.append(error("asset-unreadable", message, Location(path=asset.origin), hint=hint))

    def _stage(self, path: str, digest: str, chunks: Iterable[bytes], place: Location) -> None:
        foreign = self.standing.foreign(path, digest)
        if foreign is not None:
            message = f"{self.shown}/{foreign} was not made by recto, and is where the site has {path}"
            hint = "move it away; what is to be in the output without change goes into static/"
            self.problems.append(error("output-not-ours", message, place, hint=hint))
        elif not self.problems:
            with telling(f"{self.shown}/{path}", self.shown):
                name = self.out / STAGED / str(len(self.staged))
                self.staged[path] = written = self.disk.write(name, chunks)
            self.files[path] = written.facts.digest


def _chunks(asset: Asset) -> Iterator[bytes]:
    try:
        with Path(asset.source).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as problem:
        raise _UnreadableError(reason(problem)) from problem
