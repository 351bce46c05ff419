"""Deploy to a folder of this machine, or to one that is mounted. It is written as `recto build` writes the output folder.

So a kill at any moment leaves files that are whole, each page with what it shows, and the next deploy finishes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recto import output
from recto.deploy import snapshot
from recto.deploy.faults import DeployError
from recto.deploy.shipment import Item, made
from recto.deploy.snapshot import Kept, Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets import disks
from recto.diagnostics import BuildError, Location
from recto.memo import Store
from recto.model import FolderTarget, Page
from recto.output import Disk

# What stops a commit to an output folder, as it concerns a deploy: the rest is told as it is.
_REFUSALS = {
    "output-busy": ("deploy-busy", "wait until it has finished, then deploy again"),
    "output-not-ours": (
        "deploy-foreign",
        "move it away, or deploy with --force: what is in the way is replaced, all else stays",
    ),
    "output-in-sources": ("deploy-foreign", "name a folder at path: that is for nothing else"),
    "output-manifest": ("deploy-foreign", "empty that folder yourself, then deploy again"),
}


class Folder:
    """A folder from which a web server, or whatever it may be, takes the site. `disk` is how it is changed."""

    def __init__(self, settings: FolderTarget, place: Place, disk: Disk | None = None) -> None:
        self._name = settings.name
        self._place = place
        self._path = disks.located(place.root, settings.path)
        self._disk = disk or Disk()
        self._seen = b""

    def read(self) -> Snapshot | None:
        """What the folder holds, as the last deploy left it."""
        self._seen = self._snapshot()
        return snapshot.read(self._seen)

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Stage what differs, then rename it into place: what pages show, new pages, changed ones, and the snapshot last."""
        self._refuse_source(release)
        if self._snapshot() != self._seen:
            message = f"{self._name}: somebody else deployed to {self._path} in the meantime"
            hint = "look at what is there with recto diff, then deploy again"
            raise DeployError("deploy-overtaken", message, hint)
        with disks.telling(self._name, self._place.cache):
            self._place.cache.mkdir(parents=True, exist_ok=True)
        with Store.open(self._place.cache) as store, self._telling():
            items = {item.path: item for item in self._items(release, store)}
            output.commit(
                self._path,
                [_page(path) for path in items],
                (),
                render=lambda page: items[page.path].read(),
                key=lambda page: items[page.path].digest,
                store=store,
                root=self._place.root,
                progress=progress,
                adopt=force,
                disk=self._disk,
            )

    def rollback(self) -> str:
        """Refused: a folder has room for one release."""
        message = f"{self._name}: a folder keeps no release before the one that it shows"
        raise DeployError(
            "deploy-rollback", message, "check out an earlier commit of the site, and deploy that"
        )

    def close(self) -> None:
        """Nothing is held."""

    def _snapshot(self) -> bytes:
        """What tells of the site that readers have: of the newer one where a deploy was killed while it was put in place, as the
        next one goes on from there."""
        with disks.telling(self._name, self._path), suppress(FileNotFoundError, NotADirectoryError):
            waiting = output.pending(self._path)
            return waiting.get(snapshot.NAME, self._path / snapshot.NAME).read_bytes()
        return b""

    def _items(self, release: Release, store: Store) -> Iterator[Item]:
        """All files in the order in which they are to come."""
        sending, shipment = release.sending, release.shipment
        waiting = output.pending(self._path)
        for path, kept in sending.kept.items():
            if _has(waiting.get(path, self._path / path), kept, store):
                yield Item(path=path, digest=kept.digest, size=kept.size, source=self._path / path)
        yield from (shipment[path] for path in (*sending.unchanged, *sending.sent))
        yield made(snapshot.NAME, snapshot.as_bytes(release.snapshot))

    def _refuse_source(self, release: Release) -> None:
        """DeployError where the site would be deployed onto itself."""
        out = str(self._path)
        folders = {os.path.realpath(item.source.parent) for item in release.shipment if item.source}
        if any(folder == out or folder.startswith(out + os.sep) for folder in folders):
            message = f"{self._name}: {self._path} is where the site is built"
            raise DeployError("deploy-foreign", message, "name another folder at path:")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell of what stops a commit as of a deploy that is stopped."""
        try:
            yield
        except BuildError as problem:
            if isinstance(cause := problem.__cause__, OSError):
                raise disks.refusal(self._name, self._path, cause) from None
            first, *more = problem.diagnostics
            code, hint = _REFUSALS.get(first.code, (first.code, first.hint or "see recto build --output"))
            others = f" (and {len(more)} more)" if more else ""
            raise DeployError(code, f"{self._name}: {first.message}{others}", hint) from None


def _has(place: Path, kept: Kept, store: Store) -> bool:
    with suppress(OSError):
        return store.file(place).digest == kept.digest
    return False


def _page(path: str) -> Page:
    return Page(path=path, url="", template="", context={}, origin=Location(path=path))
