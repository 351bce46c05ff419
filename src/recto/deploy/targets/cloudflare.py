"""Deploy to Cloudflare Pages: put the files that it lacks into its store, then make a deployment that names them all, shown at once.

Projects and deployments are as the published description of the API has them (developers.cloudflare.com/api). Tried against a
stand-in that follows it, not against Cloudflare.
"""

from collections.abc import Iterator
from itertools import dropwhile, islice

import msgspec

from recto.deploy.faults import DeployError
from recto.deploy.shipment import Item, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets.blobs import Blobs, Said, naming
from recto.deploy.targets.record import Record, Shelf, is_record, packed, unpack
from recto.deploy.targets.service import Host, Service, foreign, overtaken
from recto.deploy.web import Web, WebError, form, until
from recto.model import CloudflareTarget
from recto.text import encode_path

HOST = Host(
    name="Cloudflare",
    variable="CLOUDFLARE_API_TOKEN",
    tokens="https://dash.cloudflare.com/profile/api-tokens",
)
PATIENCE = 300.0  # seconds in which a deployment is to be shown
PAGES = 40  # of the list of deployments, that are read at most
MESSAGE = 256  # bytes of a label; Cloudflare keeps 384 of a message

_ASIDE = ("_headers", "_redirects")  # go beside the files: they are rules for them
_TRAILER = "Recto-Record: "


class _Stage(msgspec.Struct, frozen=True):
    name: str = ""
    status: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    branch: str = ""
    commit_message: str | None = ""


class _Trigger(msgspec.Struct, frozen=True):
    metadata: _Metadata | None = None


class _Deployment(msgspec.Struct, frozen=True):
    id: str
    url: str = ""
    latest_stage: _Stage | None = None
    deployment_trigger: _Trigger | None = None
    created_on: str = ""

    @property
    def branch(self) -> str:
        """The branch that it shows."""
        return self._metadata.branch

    @property
    def label(self) -> str:
        """What it was said to be."""
        return (self._metadata.commit_message or self.created_on or self.id).splitlines()[0]

    @property
    def record(self) -> str:
        """The path of our record of it; "" where it is none of ours."""
        path = (self._metadata.commit_message or "").rpartition(_TRAILER)[2].strip()
        return path if is_record(path) else ""

    @property
    def is_shown(self) -> bool:
        """Whether it has come as far as to be shown."""
        return self.latest_stage == _Stage("deploy", "success")

    @property
    def _metadata(self) -> _Metadata:
        return (self.deployment_trigger and self.deployment_trigger.metadata) or _Metadata()


class _Project(msgspec.Struct, frozen=True):
    production_branch: str = ""
    canonical_deployment: _Deployment | None = None


class Cloudflare:
    """A project of Cloudflare Pages, or a branch of it."""

    def __init__(self, settings: CloudflareTarget, place: Place) -> None:
        self._settings = settings
        self._name = naming()
        self._service = Service(HOST, settings.name, settings.api)
        account, project = encode_path(settings.account), encode_path(settings.project)
        self._project = f"/accounts/{account}/pages/projects/{project}"
        self._shelf = Shelf(place.cache)
        self._shown: _Deployment | None = None
        self._record: Record | None = None

    def read(self) -> Snapshot | None:
        """What the project shows."""
        self._shown = shown = self._live()
        if shown is None or not shown.record:
            return None
        self._record = self._shelf.get(shown.id) or self._fetched(shown)
        return self._record.snapshot if self._record else Snapshot()

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Fill the store, make a deployment, and wait until it is shown."""
        if self._shown and not self._shown.record and not force:
            raise foreign(self._settings.name, HOST.name)
        names = self._names(release)
        record = made(*packed(Record(snapshot=release.snapshot, names=names)))
        names[record.path] = self._name(record.path, record.data)
        lost = self._stored(release, names, record, progress)
        self._refuse_overtaken()
        deployment = self._created(
            release, {path: name for path, name in names.items() if name not in lost}, record
        )
        self._wait(deployment)
        self._shelf.put(deployment.id, record.data)

    def rollback(self) -> str:
        """Show the deployment before again."""
        shown, branch = self._live(), self._branch()
        if branch != self._asked().production_branch:
            raise _no_rollback(
                f'Cloudflare goes back on the production branch only, and "{branch}" is another'
            )
        older = dropwhile(lambda each: shown is None or each.id != shown.id, self._deployments("production"))
        before = next((each for each in islice(older, 1, None) if each.is_shown), None)
        if before is None:
            raise _no_rollback(f"Cloudflare has no earlier deployment of {self._settings.name}")
        self._service.ask("POST", f"{self._project}/deployments/{before.id}/rollback", msgspec.Raw)
        self._wait(before)
        return before.label

    def close(self) -> None:
        """Let go of the connections."""
        self._service.close()

    # ---- what is there ----------------------------------------------------------------------------------

    def _asked(self) -> _Project:
        message = f'Cloudflare knows no project "{self._settings.project}" that the token in {HOST.variable} may see'
        hint = f'see "account" and "project" of {self._settings.name} in site.yaml; the project has to be made at Cloudflare first'
        return self._service.ask("GET", self._project, Said[_Project], missing=(message, hint)).result

    def _branch(self) -> str:
        return self._settings.branch or self._asked().production_branch

    def _live(self) -> _Deployment | None:
        """What readers of the branch see."""
        project = self._asked()
        if self._settings.branch in ("", project.production_branch):
            return project.canonical_deployment
        of_branch = (each for each in self._deployments("preview") if each.branch == self._settings.branch)
        return next((each for each in of_branch if each.is_shown), None)

    def _deployments(self, kind: str) -> Iterator[_Deployment]:
        """All of production or of previews, the newest first."""
        for page in range(1, PAGES + 1):
            path = f"{self._project}/deployments?env={kind}&page={page}"
            some = self._service.ask("GET", path, Said[list[_Deployment]]).result
            yield from some
            if not some:
                return

    def _fetched(self, shown: _Deployment) -> Record | None:
        """Our record, from where readers see the deployment; it may not be for everybody to see."""
        with Web() as web:
            try:
                answer = web.get(f"{shown.url}/{shown.record}")
            except WebError:
                return None
        found = unpack(shown.record, answer.body)
        if found:
            self._shelf.put(shown.id, answer.body)
        return found

    def _refuse_overtaken(self) -> None:
        live = self._live()
        if (live and live.id) != (self._shown and self._shown.id):
            raise overtaken(self._settings.name, HOST.name)

    # ---- what is to be ----------------------------------------------------------------------------------

    def _names(self, release: Release) -> dict[str, str]:
        """The name of each file that is to be there."""
        known = self._record.names if self._record else {}
        todo = release.sending
        same = {path: known[path] for path in (*todo.unchanged, *todo.kept) if path in known}
        rest = (item for item in _files(release) if item.path not in same)
        return same | {item.path: self._name(item.path, item.read()) for item in rest}

    def _stored(self, release: Release, names: dict[str, str], record: Item, progress: Progress) -> set[str]:
        """See that the store has all; the names of what it has lost, and nobody has any more."""
        store = Blobs(self._service, self._project)
        items = {names[item.path]: item for item in (*_files(release), record)}
        store.refuse_excess(items.values())
        lacking = store.lacks(names.values())
        send = {name: item for name, item in items.items() if name in lacking}
        total = max(len(release.sending.sent), len(send))
        for done in store.send(send):
            progress(total - len(send) + done, total)
        lost = lacking - items.keys()
        store.keep(set(names.values()) - lost)
        return lost

    def _created(self, release: Release, names: dict[str, str], record: Item) -> _Deployment:
        label = release.label.encode()[:MESSAGE].decode(errors="ignore")
        values = {
            "manifest": msgspec.json.encode(
                {f"/{path}": name for path, name in sorted(names.items())}
            ).decode(),
            "branch": self._branch(),
            "commit_message": f"{label}\n\n{_TRAILER}{record.path}",
        }
        beside = {item.path: item.read() for item in release.shipment if item.path in _ASIDE}
        body, kind = form(values, beside)
        answer = self._service.answer(
            "POST", f"{self._project}/deployments", body=body, headers={"Content-Type": kind}
        )
        return self._service.understood(self._service.good(answer), Said[_Deployment]).result

    def _wait(self, deployment: _Deployment) -> None:
        """Until readers see it. DeployError where that does not come to be."""

        def look() -> _Deployment | None:
            live = self._live()
            if live is None or live.id != deployment.id:
                self._refuse_failed(deployment)
                return None
            return live

        if until(look, patience=PATIENCE) is None:
            message = f"Cloudflare has the new site of {self._settings.name}, and does not show it yet"
            raise DeployError(
                "deploy-unreachable", message, "look at the deployments of the project at Cloudflare"
            )

    def _refuse_failed(self, deployment: _Deployment) -> None:
        path = f"{self._project}/deployments/{deployment.id}"
        stage = self._service.ask("GET", path, Said[_Deployment]).result.latest_stage
        if stage and stage.status in ("failure", "canceled"):
            raise self._service.refused(f'its deployment ended as "{stage.status}" ({stage.name})')


def _files(release: Release) -> Iterator[Item]:
    return (item for item in release.shipment if item.path not in _ASIDE)


def _no_rollback(message: str) -> DeployError:
    return DeployError("deploy-rollback", message, "check out the sources of the time, and deploy them")
