"""Deploy to Netlify by its API: name every file by the SHA-1 of its bytes, send those that it lacks, and it shows all at once.

A deploy that is not complete is never shown. Ours is not before its record has arrived, which is therefore sent last. Written after
the published description of the API (open-api.netlify.com, docs.netlify.com) and tried against a stand-in that follows it.
"""

from dataclasses import dataclass
from hashlib import sha1

import msgspec

from recto.deploy.faults import DeployError
from recto.deploy.shipment import Item, made
from recto.deploy.snapshot import File, Snapshot, is_inside
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets.record import Record, Shelf, is_record, packed, unpack
from recto.deploy.targets.service import Host, Service, foreign, overtaken
from recto.deploy.web import in_parallel, until
from recto.model import NetlifyTarget
from recto.text import encode_path

HOST = Host(
    name="Netlify",
    variable="NETLIFY_AUTH_TOKEN",
    tokens="https://app.netlify.com/user/applications",
)
MANY = 100  # files from which on Netlify wants to compare in its own time
WORKERS = 8
PATIENCE = 600.0  # seconds in which Netlify is to have made a site of what it has

_RAW = {"Accept": "application/vnd.bitballoon.v1.raw", "Content-Type": "application/vnd.bitballoon.v1.raw"}
_WORKING = {"new", "pending_review", "accepted", "enqueued", "building", "preparing", "retrying"}


class _Deploy(msgspec.Struct, frozen=True):
    id: str
    state: str = ""
    required: tuple[str, ...] | None = ()
    error_message: str | None = None
    title: str | None = None
    created_at: str | None = None
    locked: bool | None = None
    draft: bool | None = None

    @property
    def lacks(self) -> set[str]:
        """The names of what has to be sent."""
        return set(self.required or ())


class _Site(msgspec.Struct, frozen=True):
    id: str
    published_deploy: _Deploy | None = None

    @property
    def shown(self) -> str:
        """The id of the deploy that readers see, if there is one."""
        return self.published_deploy.id if self.published_deploy else ""


class _Listed(msgspec.Struct, frozen=True):
    path: str
    sha: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """A deploy that Netlify knows of, and all files that can be sent for it, by their names there; `record` is one of them."""

    deploy: _Deploy
    items: dict[str, Item]
    record: Item


class Netlify:
    """A site at Netlify."""

    def __init__(self, settings: NetlifyTarget, place: Place) -> None:
        self._settings = settings
        self._service = Service(HOST, settings.name, settings.api)
        self._shelf = Shelf(place.cache)
        self._record: Record | None = None
        self._site = self._shown = ""
        self._foreign = False

    def read(self) -> Snapshot | None:
        """What the site shows."""
        site = self._find()
        self._site, self._shown = site.id, site.shown
        if not site.shown:
            return None
        self._record = self._shelf.get(site.shown)
        return self._record.snapshot if self._record else self._asked()

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Make a deploy of the release and wait until it is shown."""
        if self._foreign and not force:
            raise foreign(self._settings.name, HOST.name)
        self._refuse_locked()
        offer = self._offered(release, self._names(release))
        self._send(offer, len(release.sending.sent), progress)
        self._wait(offer.deploy.id)
        self._shelf.put(offer.deploy.id, offer.record.data)

    def rollback(self) -> str:
        """Show the deploy before again."""
        site = self._find()
        path = f"/sites/{site.id}/deploys?production=true&per_page=100"
        good = [
            each
            for each in self._service.ask("GET", path, list[_Deploy])
            if each.state == "ready" and not each.draft
        ]
        ids = [each.id for each in good]
        older = good[ids.index(site.shown) + 1 :] if site.shown in ids else []
        if not older:
            message = f"Netlify has no earlier deploy of {self._settings.name}"
            raise DeployError(
                "deploy-rollback", message, "check out the sources of the time, and deploy them"
            )
        self._service.ask("POST", f"/sites/{site.id}/deploys/{older[0].id}/restore", _Deploy)
        self._site, self._shown = site.id, site.shown
        self._wait(older[0].id)
        return older[0].title or older[0].created_at or older[0].id

    def close(self) -> None:
        """Let go of the connections."""
        self._service.close()

    # ---- what is there ----------------------------------------------------------------------------------

    def _find(self) -> _Site:
        """The site. Its name alone will do, without ".netlify.app"."""
        name = self._settings.site
        message = f'Netlify knows no site "{name}" that the token in {HOST.variable} may see'
        hint = f'see "site" of {self._settings.name} in site.yaml: the name or the id under Site configuration at Netlify'
        full = encode_path(name).replace("/", "%2F")
        if "." not in name:
            answer = self._service.answer("GET", f"/sites/{full}")
            if answer.status == 404:
                full += ".netlify.app"
        return self._service.ask("GET", f"/sites/{full}", _Site, missing=(message, hint))

    def _asked(self) -> Snapshot:
        """What Netlify itself knows of the deploy that it shows, with our record of it if it is ours."""
        listed = self._service.ask("GET", f"/sites/{self._site}/files", list[_Listed])
        files = {each.path.lstrip("/"): each for each in listed}
        path = next(filter(is_record, files), "")
        self._foreign = not path
        data = (
            self._service.answer("GET", f"/sites/{self._site}/files/{path}", headers=_RAW).body
            if path
            else b""
        )
        self._record = unpack(path, data)
        if self._record:
            self._shelf.put(self._shown, data)
            return self._record.snapshot
        return Snapshot(
            files={path: File("", each.size or 0) for path, each in files.items() if is_inside(path)}
        )

    def _expect_known(self) -> _Site:
        """The site, of which readers still see what we know. DeployError where somebody else was quicker."""
        site = self._service.ask("GET", f"/sites/{self._site}", _Site)
        if site.shown != self._shown:
            raise overtaken(self._settings.name, HOST.name)
        return site

    def _refuse_locked(self) -> None:
        shown = self._expect_known().published_deploy
        if shown and shown.locked:
            message = f"{self._settings.name} is locked at Netlify, which would not show a new deploy"
            raise DeployError(
                "deploy-refused", message, "unlock it under Deploys at Netlify, then deploy again"
            )

    # ---- what is to be ----------------------------------------------------------------------------------

    def _names(self, release: Release) -> dict[str, str]:
        """The name of each file that is to be there."""
        bad = next((item.path for item in release.shipment if set(item.path) & set("#?")), "")
        if bad:
            raise self._service.refused(f'it has no place for "#" and "?" in the name of a file ({bad})')
        known = self._record.names if self._record else {}
        todo = release.sending
        same = {path: known[path] for path in (*todo.unchanged, *todo.kept) if path in known}
        return same | {item.path: _name(item.read()) for item in release.shipment if item.path not in same}

    def _offered(self, release: Release, names: dict[str, str]) -> _Offer:
        """A deploy of files with these names, and all that can be sent for it. What is kept and yet lacking is nowhere any more."""
        record = made(*packed(Record(snapshot=release.snapshot, names=names)))
        named = names | {record.path: _name(record.data)}
        items = {named[item.path]: item for item in (*release.shipment, record)}
        deploy = self._created(named, release.label)
        lost = deploy.lacks - items.keys()
        if not lost:
            return _Offer(deploy=deploy, items=items, record=record)
        self._cancel(deploy)
        return self._offered(release, {path: name for path, name in names.items() if name not in lost})

    def _created(self, names: dict[str, str], label: str) -> _Deploy:
        files = {f"/{path}": name for path, name in sorted(names.items())}
        path = f"/sites/{self._site}/deploys?title={encode_path(label)}"
        made = self._service.ask("POST", path, _Deploy, json={"files": files, "async": len(files) > MANY})
        return self._watched(made.id, _WORKING) if made.state in _WORKING else made

    def _cancel(self, deploy: _Deploy) -> None:
        self._service.answer("POST", f"/deploys/{deploy.id}/cancel")

    def _send(self, offer: _Offer, total: int, progress: Progress) -> None:
        """Send what is lacking; with the last of it, which makes the deploy whole, only while readers still see what we know."""
        lacking = [offer.items[name] for name in sorted(offer.deploy.lacks)]
        first = [item for item in lacking if item is not offer.record]
        puts = in_parallel(lambda item: self._put(offer.deploy, item), first, workers=WORKERS)
        for done, _ in enumerate(puts, max(0, total - len(first)) + 1):
            progress(done, max(total, len(first)))
        if offer.record in lacking:
            self._seal(offer)

    def _seal(self, offer: _Offer) -> None:
        try:
            self._expect_known()
        except DeployError:
            self._cancel(offer.deploy)
            raise
        self._put(offer.deploy, offer.record)

    def _put(self, deploy: _Deploy, item: Item) -> None:
        where = f"/deploys/{deploy.id}/files/{encode_path(item.path)}"
        headers = {"Content-Type": "application/octet-stream"}
        self._service.good(self._service.answer("PUT", where, body=item.read, headers=headers))

    def _wait(self, deploy: str) -> None:
        """Until readers see the deploy. DeployError where that does not come to be."""
        self._watched(deploy, _WORKING | {"uploading", "uploaded", "prepared", "processing", "processed"})
        if not until(lambda: self._showing(deploy), patience=60):
            raise overtaken(self._settings.name, HOST.name)

    def _showing(self, deploy: str) -> bool | None:
        """Whether readers see the deploy; None where they still see what we knew."""
        shown = self._service.ask("GET", f"/sites/{self._site}", _Site).shown
        return None if shown == self._shown else shown == deploy

    def _watched(self, deploy: str, working: set[str]) -> _Deploy:
        """The deploy, when it is in none of these states any more."""

        def look() -> _Deploy | None:
            seen = self._service.ask("GET", f"/sites/{self._site}/deploys/{deploy}", _Deploy)
            return None if seen.state in working else seen

        seen = until(look, patience=PATIENCE)
        if seen is None:
            message = f"Netlify is still at work on {self._settings.name} after {PATIENCE / 60:.0f} minutes"
            raise DeployError(
                "deploy-unreachable",
                message,
                "look at Deploys at Netlify; until it is done readers have the site they had",
            )
        if seen.state in ("error", "rejected"):
            raise self._service.refused(seen.error_message or f'its deploy ended as "{seen.state}"')
        return seen


def _name(data: bytes) -> str:
    return sha1(data, usedforsecurity=False).hexdigest()
