"""A bucket of S3, or of what speaks like it, as a target.

A bucket has no switch, so order does it: each file is replaced at one stroke, what pages show goes before the pages, and
what is shown no more goes last. What a deploy is about to touch is written down before it does, so the next one finishes what was
begun by one that was killed, and leaves nothing behind.
"""

import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count, groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from recto.deploy import snapshot
from recto.deploy.faults import DeployError
from recto.deploy.headers import cache_control, content_type
from recto.deploy.planning import Sending, is_page
from recto.deploy.shipment import Item
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.model import S3Target

if TYPE_CHECKING:
    from recto.deploy.targets.leases import Lease
    from recto.deploy.targets.objects import Entry, Objects

FOLDER = ".recto/"  # of what recto keeps in the bucket beside the site
LOCK = f"{FOLDER}lock"
ENDING = ".json.gz"
WORKERS = 8  # requests at the same time

_GZIP = 31  # what zlib calls the format
_LARGEST = 512 * 1024 * 1024  # bytes of a snapshot
_OF_URLS = "!#$%&'()*+,/:;=?@[]~"  # what stays as it is in an address


class Bucket:
    """A site as the objects of a bucket, below a prefix. Keys come from where AWS's own tools have them.

    The snapshot has a name that nobody can guess, as it tells of pages that no other page leads to, and the bucket's readers could ask for it.
    """

    def __init__(self, settings: S3Target, place: Place) -> None:
        self._settings = settings
        self._objects = _objects(settings)
        self._seen: Entry | None = None
        self._before: Snapshot | None = None

    def read(self) -> Snapshot | None:
        """What the bucket holds."""
        self._seen = self._described()
        found = self._objects.get(self._seen.name) if self._seen else None
        self._before = _unpacked(found.data) if found else None
        return self._before

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Send what is to be sent. Files that recto did not put there stay; those whose names the site wants are overwritten only by
        `force`."""
        from recto.deploy.targets.leases import Lease

        with Lease(self._objects, LOCK, self._settings.name) as lease:
            self._refuse_overtaken()
            if not force:
                self._refuse_foreign(release)
            self._replace(release, progress, lease)

    def rollback(self) -> str:
        """Refuses: a bucket holds one release."""
        message = f"{self._settings.name} has no release to go back to: a bucket holds one at a time"
        hint = f"check out the sources as they were, and recto deploy {self._settings.name} --force"
        raise DeployError("deploy-rollback", message, hint)

    def close(self) -> None:
        """Let go of the connections."""
        self._objects.close()

    def _described(self) -> "Entry | None":
        """The object with the snapshot; the newest, should there ever be two."""
        found = (entry for entry in self._objects.listed(FOLDER) if entry.name.endswith(ENDING))
        return max(found, key=lambda entry: (entry.modified, entry.name), default=None)

    def _refuse_overtaken(self) -> None:
        if self._described() != self._seen:
            message = f"{self._settings.name} was deployed from elsewhere meanwhile"
            raise DeployError("deploy-overtaken", message, "look at recto diff, then deploy again")

    def _refuse_foreign(self, release: Release) -> None:
        """DeployError where the first deploy would overwrite what is there."""
        if self._before is not None:
            return
        there = {entry.name for entry in self._objects.listed()}
        if taken := [path for path in release.sending.sent if path in there]:
            more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
            message = f"{self._settings.name} would overwrite what recto did not put there: {taken[0]}{more}"
            hint = "name an empty bucket, or a folder in it as prefix:, or recto deploy --force to overwrite"
            raise DeployError("deploy-foreign", message, hint)

    def _replace(self, release: Release, progress: Progress, lease: "Lease") -> None:
        todo, items = release.sending, release.shipment.items
        sizes = {path: items[path].size for path in todo.sent} | dict.fromkeys(todo.removed, 0)
        name = self._seen.name if self._seen else f"{FOLDER}{secrets.token_hex(16)}{ENDING}"
        if sizes:
            self._describe(name, self._meanwhile(release, sizes))

        def work(path: str) -> None:
            lease.check()
            if path in items:
                self._send(items[path])
            else:
                self._objects.remove(path)

        done = count(1)
        with ThreadPoolExecutor(WORKERS) as pool:
            for stage in _stages(todo):
                for _ in pool.map(work, stage):  # to its end: the next stage begins when this one is done
                    progress(next(done), len(sizes))
        if self._settings.cloudfront:
            self._forget(sizes, release.snapshot.url)
        lease.check()
        self._describe(name, release.snapshot)

    def _meanwhile(self, release: Release, sizes: Mapping[str, int]) -> Snapshot:
        """What the bucket holds while the deploy is at work. New addresses are known before anybody can see them."""
        before = self._before or Snapshot(url=release.snapshot.url)
        return msgspec.structs.replace(before.unsure(sizes), ledger=release.snapshot.ledger)

    def _describe(self, name: str, state: Snapshot) -> None:
        self._objects.put(
            name, zlib.compress(snapshot.as_bytes(state), wbits=_GZIP), ContentType="application/gzip"
        )

    def _send(self, item: Item) -> None:
        headers = {"ContentType": content_type(item.path), "CacheControl": cache_control(item.path)}
        if item.redirect:
            headers["WebsiteRedirectLocation"] = quote(item.redirect, safe=_OF_URLS)
        self._objects.put(item.path, item.read(), **headers)

    def _forget(self, paths: Iterable[str], site: str) -> None:
        from recto.deploy.targets.cloudfront import invalidate

        invalidate(self._settings, paths, site)


def _objects(settings: S3Target) -> "Objects":
    try:
        from recto.deploy.targets.objects import Objects
    except ModuleNotFoundError:
        message = f"{settings.name} needs boto3, which is not installed"
        raise DeployError("deploy-missing", message, "pip install 'recto[s3]'") from None
    return Objects(settings)


def _stages(todo: Sending) -> Iterator[tuple[str, ...]]:
    """All that is to be done, in its order; what is removed too: pages before what they show."""
    yield from todo.stages
    for _, paths in groupby(todo.removed, is_page):
        yield tuple(paths)


def _unpacked(data: bytes) -> Snapshot | None:
    stream = zlib.decompressobj(_GZIP)
    try:
        text = stream.decompress(data, _LARGEST)
    except zlib.error:
        return None
    return snapshot.read(text) if stream.eof else None
