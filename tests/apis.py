"""Stand-ins for Netlify and Cloudflare Pages: real servers on this machine that speak as the published descriptions say, and are
stricter than those. What readers would see is below `/live/`."""

import base64
import email
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from blake3 import blake3

from recto.deploy.planning import sending
from recto.deploy.shipment import Shipment, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Release, Target
from recto.deploy.targets.record import is_record

NOW = 1_800_000_000
TOKEN = "nfp_very-secret-Token"
RAW = "application/vnd.bitballoon.v1.raw"


def release(
    files: Mapping[str, bytes], before: Snapshot | None = None, *, label: str = "Deploy: pages 1 new"
) -> Release:
    """A site of these files, for a target that holds `before`."""
    shipment = Shipment(items={path: made(path, data) for path, data in files.items()})
    todo = sending(before, shipment.files, now=NOW)
    after = Snapshot(
        url="https://example.com",
        files=shipment.files,
        kept=dict(todo.kept),
        ledger="home\thttps://example.com\n",
    )
    return Release(shipment=shipment, sending=todo, snapshot=after, label=label)


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


class Said(NamedTuple):
    """An answer: `value` is sent as JSON unless it is bytes."""

    status: int
    value: Any = None
    headers: Mapping[str, str] = {}


DROP = Said(0)  # no answer at all: the connection is closed
Trouble = Callable[[int, Asked], Said | None]


@dataclass
class StandIn:
    """A server: `asked` are the requests so far. `trouble` may answer a request, given its number, instead of the service."""

    token: str = TOKEN
    asked: list[Asked] = field(default_factory=list)
    trouble: Trouble = lambda number, asked: None
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def answer(self, asked: Asked) -> Said:
        """The answer of the service, or what a reader gets."""
        with self.lock:
            self.asked.append(asked)
            number = len(self.asked)
        trouble = self.trouble(number, asked)
        if trouble:
            return trouble
        with self.lock:
            return self.read(asked) or self.serve(asked)

    def read(self, asked: Asked) -> Said | None:
        """What a reader gets."""
        if not asked.path.startswith("/live/"):
            return None
        return file_of(self.site, asked.path.removeprefix("/live/"))

    def serve(self, asked: Asked) -> Said:
        raise NotImplementedError

    @property
    def site(self) -> dict[str, bytes]:
        """The files that readers see."""
        raise NotImplementedError

    def sent(self, method: str, start: str) -> list[str]:
        """The rest of the paths of requests that begin so."""
        return [
            each.path.removeprefix(start)
            for each in self.asked
            if each.method == method and each.path.startswith(start)
        ]


def file_of(site: Mapping[str, bytes], path: str) -> Said:
    """A file of a site, as every web server finds it."""
    name = f"{path}index.html" if not path or path.endswith("/") else path
    return Said(200, site[name]) if name in site else Said(404, b"there is no such page")


@contextmanager
def running(server: StandIn) -> Iterator[StandIn]:
    """The server, while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each answer waits for the client to acknowledge its head

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, TimeoutError):
                self.close_connection = True  # who asked is gone

        def answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            said = server.answer(Asked(self.command, unquote(parts.path), query, headers, body))
            if said is DROP:
                self.close_connection = True
                return
            data = said.value if isinstance(said.value, bytes) else json.dumps(said.value).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


S = TypeVar("S", bound=StandIn)
T = TypeVar("T")


class Here(Generic[S, T]):
    """This machine, with what it knows of earlier deploys."""

    def __init__(self, server: S, folder: Path, settings: T, opened: Callable[[T, Place], Target]) -> None:
        self.server, self.settings, self._opened = server, settings, opened
        self.place = Place(root=folder, cache=folder / ".recto/deploy/live")
        self.progress: list[tuple[int, int]] = []

    def read(self) -> Snapshot | None:
        target = self._opened(self.settings, self.place)
        try:
            return target.read()
        finally:
            target.close()

    def deploy(self, files: dict[str, bytes], *, force: bool = False, label: str = "Deploy") -> Release:
        target = self._opened(self.settings, self.place)
        try:
            sent = release(files, target.read(), label=label)
            target.apply(sent, self._tell, force=force)
        finally:
            target.close()
        return sent

    def rollback(self) -> str:
        target = self._opened(self.settings, self.place)
        try:
            return target.rollback()
        finally:
            target.close()

    def forget(self) -> None:
        """Lose all that is known of earlier deploys, as a new machine does."""
        self.place = replace(self.place, cache=self.place.root / f"cache{len(self.server.asked)}")

    def _tell(self, done: int, total: int) -> None:
        self.progress.append((done, total))


def shown(server: StandIn) -> dict[str, bytes]:
    """The files that readers see, but for our record."""
    return {path: data for path, data in server.site.items() if not is_record(path)}


# ---- Netlify ------------------------------------------------------------------------------------------------


@dataclass
class Netlify(StandIn):
    """One site, "blog". `slowness` is how often one has to look until Netlify has done something in its own time."""

    store: dict[str, bytes] = field(default_factory=dict)
    deploys: dict[str, dict[str, Any]] = field(default_factory=dict)  # the oldest first
    shown: str = ""
    locked: bool = False
    slowness: int = 1

    @property
    def api(self) -> str:
        """The address of the interface."""
        return f"{self.url}/api/v1"

    @property
    def site(self) -> dict[str, bytes]:
        """The files that readers see."""
        if not self.shown:
            return {}
        return {
            path.lstrip("/"): self.store[name] for path, name in self.deploys[self.shown]["files"].items()
        }

    def put_foreign(self, files: Mapping[str, bytes]) -> None:
        """Somebody deploys by other means."""
        names = {f"/{path}": hashlib.sha1(data).hexdigest() for path, data in files.items()}
        self.store |= dict(zip(names.values(), files.values(), strict=True))
        deploy = self._new(names, "by hand")
        deploy["state"], self.shown = "ready", deploy["id"]

    def serve(self, asked: Asked) -> Said:
        """The interface."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Said(401, {"code": 401, "message": f"Access Denied: {asked.headers.get('authorization')}"})
        match asked.method, asked.path.removeprefix("/api/v1").strip("/").split("/", 4):
            case "GET", ["sites", "site-1" | "blog.netlify.app"]:
                return Said(200, self._site())
            case "GET", ["sites", "site-1", "files"]:
                return Said(200, [self._file(f"/{path}", data) for path, data in self.site.items()])
            case "GET", ["sites", "site-1", "files", *path] if asked.headers.get("content-type") == RAW:
                return file_of(self.site, "/".join(path))
            case "GET", ["sites", "site-1", "deploys"]:
                return Said(200, [self._deploy(each) for each in reversed(self.deploys.values())])
            case "POST", ["sites", "site-1", "deploys"]:
                return self._create(asked)
            case "GET", ["sites", "site-1", "deploys", id] if id in self.deploys:
                return self._look(self.deploys[id])
            case "POST", ["sites", "site-1", "deploys", id, "restore"]:
                self.shown = id
                return Said(201, self._deploy(self.deploys[self.shown]))
            case "POST", ["deploys", id, "cancel"]:
                self.deploys[id]["state"] = "error"
                return Said(201, self._deploy(self.deploys[id]))
            case "PUT", ["deploys", id, "files", *path] if id in self.deploys:
                return self._take(self.deploys[id], "/" + "/".join(path), asked)
        return Said(404, {"code": 404, "message": "Not Found"})

    def _site(self) -> dict[str, Any]:
        published = self._deploy(self.deploys[self.shown]) | {"locked": self.locked} if self.shown else None
        return {"id": "site-1", "name": "blog", "published_deploy": published}

    def _file(self, path: str, data: bytes) -> dict[str, Any]:
        return {"id": path, "path": path, "sha": hashlib.sha1(data).hexdigest(), "size": len(data)}

    def _deploy(self, deploy: dict[str, Any]) -> dict[str, Any]:
        shown = {key: value for key, value in deploy.items() if key not in ("files", "looks")}
        return shown | {"required": self._lacking(deploy) if deploy["state"] != "preparing" else None}

    def _lacking(self, deploy: dict[str, Any]) -> list[str]:
        return sorted(set(deploy["files"].values()) - self.store.keys())

    def _new(self, names: Mapping[str, str], title: str) -> dict[str, Any]:
        id = f"deploy-{len(self.deploys) + 1}"
        self.deploys[id] = {
            "id": id,
            "files": dict(names),
            "title": title,
            "state": "uploading",
            "looks": 0,
            "draft": False,
        }
        return self.deploys[id]

    def _create(self, asked: Asked) -> Said:
        names = asked.json["files"]
        if not all(path.startswith("/") and len(name) == 40 for path, name in names.items()):
            return Said(422, {"code": 422, "message": "no digests"})
        deploy = self._new(names, asked.query["title"])
        if asked.json.get("async"):
            deploy["state"] = "preparing"
        else:
            self._advance(deploy)
        return Said(200, self._deploy(deploy))

    def _take(self, deploy: dict[str, Any], path: str, asked: Asked) -> Said:
        name = hashlib.sha1(asked.body).hexdigest()
        if deploy["files"].get(path) != name or deploy["state"] not in ("uploading", "prepared"):
            return Said(422, {"code": 422, "message": f"{path} is not wanted so"})
        self.store[name] = asked.body
        self._advance(deploy)
        return Said(200, self._file(path, asked.body))

    def _advance(self, deploy: dict[str, Any]) -> None:
        if not self._lacking(deploy):
            deploy["state"], deploy["looks"] = "processing", 0

    def _look(self, deploy: dict[str, Any]) -> Said:
        deploy["looks"] += 1
        if deploy["looks"] > self.slowness and deploy["state"] == "preparing":
            deploy["state"] = "prepared"
            self._advance(deploy)
        elif deploy["looks"] > self.slowness and deploy["state"] == "processing":
            deploy["state"] = "ready"
            self.shown = self.shown if self.locked else deploy["id"]
        return Said(200, self._deploy(deploy))


# ---- Cloudflare Pages ---------------------------------------------------------------------------------------


@dataclass
class Cloudflare(StandIn):
    """One project, "blog", of the account "acc", with the production branch "main". A token for the store is good for `uses`."""

    store: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # media type and bytes by name
    used: set[str] = field(default_factory=set)
    deployments: dict[str, dict[str, Any]] = field(default_factory=dict)  # the oldest first
    shown: str = ""
    uses: int = 1000
    most: int = 20_000
    slowness: int = 1
    tokens: dict[str, int] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """The address of the interface."""
        return f"{self.url}/client/v4"

    @property
    def site(self) -> dict[str, bytes]:
        """The files that readers of production see."""
        return self.files(self.shown) if self.shown else {}

    def files(self, id: str) -> dict[str, bytes]:
        """The files of a deployment."""
        manifest = self.deployments[id]["manifest"]
        return {path.lstrip("/"): self.store[name][1] for path, name in manifest.items()}

    def put_foreign(self) -> None:
        """Somebody deploys by other means."""
        self.shown = self._new({}, {}, "main", "by hand")["id"]
        self.deployments[self.shown]["looks"] = self.slowness + 1

    def read(self, asked: Asked) -> Said | None:
        """What a reader gets, of the site or of one deployment."""
        if not asked.path.startswith("/d/"):
            return StandIn.read(self, asked)
        _, _, id, path = asked.path.split("/", 3)
        return file_of(self.files(id), path)

    def serve(self, asked: Asked) -> Said:
        """The interface."""
        match asked.method, asked.path.removeprefix("/client/v4").strip("/").split("/"):
            case "POST", ["pages", "assets", what]:
                return self._asset(what, asked)
            case method, ["accounts", "acc", "pages", "projects", "blog", *rest]:
                return self._project(method, rest, asked)
        return _fault(
            404,
            8000007,
            "Project not found. The specified project name does not match any of your existing projects.",
        )

    def _project(self, method: str, rest: list[str], asked: Asked) -> Said:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return _fault(403, 10000, f"Authentication error: {asked.headers.get('authorization')}")
        match method, rest:
            case "GET", []:
                shown = self._shown(self.deployments[self.shown]) if self.shown else None
                return _result({"name": "blog", "production_branch": "main", "canonical_deployment": shown})
            case "GET", ["upload-token"]:
                return _result({"jwt": self._token()})
            case "GET", ["deployments"]:
                page = [
                    self._shown(each)
                    for each in reversed(self.deployments.values())
                    if each["env"] == asked.query["env"]
                ]
                first = 2 * (int(asked.query["page"]) - 1)
                return _result(page[first : first + 2])
            case "POST", ["deployments"]:
                return self._create(asked)
            case "GET", ["deployments", id] if id in self.deployments:
                return _result(self._look(self.deployments[id]))
            case "POST", ["deployments", id, "rollback"] if self.deployments[id]["env"] == "production":
                self.shown = id
                return _result(self._shown(self.deployments[id]))
        return _fault(404, 7003, "Could not route")

    def _token(self) -> str:
        claims = (
            base64.urlsafe_b64encode(json.dumps({"max_file_count_allowed": self.most}).encode())
            .decode()
            .rstrip("=")
        )
        token = f"e30.{claims}.{len(self.tokens)}"
        self.tokens[token] = self.uses
        return token

    def _asset(self, what: str, asked: Asked) -> Said:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) < 1:
            return _fault(401, 8000013, "Authorization token expired")
        self.tokens[token] -= 1
        match what:
            case "check-missing":
                return _result([name for name in asked.json["hashes"] if name not in self.store])
            case "upload":
                return self._take(asked.json)
            case "upsert-hashes":
                self.used |= set(asked.json["hashes"])
                return _result(None)
        return _fault(404, 7003, "Could not route")

    def _take(self, files: list[dict[str, Any]]) -> Said:
        for file in files:
            if not file["base64"] or len(file["key"]) != 32:
                return _fault(400, 8000000, "no such encoding")
            self.store[file["key"]] = (
                file["metadata"]["contentType"],
                base64.b64decode(file["value"], validate=True),
            )
        return _result({"successful_key_count": len(files), "unsuccessful_keys": []})

    def _create(self, asked: Asked) -> Said:
        fields = _fields(asked)
        manifest, branch = json.loads(fields["manifest"]), fields["branch"].decode()
        for path, name in manifest.items():
            if name not in self.store or name not in self.used or not path.startswith("/"):
                return _fault(400, 8000096, f"{path} is not in the store")
            if cloudflare_name(path, self.store[name][1]) != name:
                return _fault(400, 8000096, f"{path} has another name")
        if len(fields["commit_message"]) > 384:
            return _fault(400, 8000111, "the message is too long")
        beside: dict[str, bytes] = {
            name: fields[name] for name in ("_headers", "_redirects") if name in fields
        }
        return _result(self._shown(self._new(manifest, beside, branch, fields["commit_message"].decode())))

    def _new(
        self, manifest: dict[str, str], beside: dict[str, bytes], branch: str, message: str
    ) -> dict[str, Any]:
        id = f"deployment-{len(self.deployments) + 1}"
        env = "production" if branch == "main" else "preview"
        self.deployments[id] = {
            "id": id,
            "manifest": manifest,
            "beside": beside,
            "branch": branch,
            "env": env,
            "message": message,
            "looks": 0,
        }
        return self.deployments[id]

    def _look(self, deployment: dict[str, Any]) -> dict[str, Any]:
        deployment["looks"] += 1
        if deployment["looks"] > self.slowness and deployment["env"] == "production":
            self.shown = deployment["id"]
        return self._shown(deployment)

    def _shown(self, deployment: dict[str, Any]) -> dict[str, Any]:
        done = deployment["looks"] > self.slowness
        metadata = {
            "branch": deployment["branch"],
            "commit_message": deployment["message"],
            "commit_hash": "",
        }
        return {
            "id": deployment["id"],
            "url": f"{self.url}/d/{deployment['id']}",
            "environment": deployment["env"],
            "created_on": "2026-11-27T03:00:00Z",
            "latest_stage": {"name": "deploy", "status": "success" if done else "active"},
            "deployment_trigger": {"type": "ad_hoc", "metadata": metadata},
        }


def cloudflare_name(path: str, data: bytes) -> str:
    """The name of a file in the store, by wrangler's rule."""
    ending = path.rpartition("/")[2].rpartition(".")
    return blake3(base64.b64encode(data) + (ending[2] if ending[0] else "").encode()).hexdigest()[:32]


def _result(value: Any) -> Said:
    return Said(200, {"success": True, "errors": [], "messages": [], "result": value})


def _fault(status: int, code: int, message: str) -> Said:
    return Said(
        status,
        {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None},
    )


def _fields(asked: Asked) -> dict[str, bytes]:
    """The fields of a form with files."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + asked.body)
    fields = {}
    for part in message.walk():
        if not part.is_multipart():
            data = part.get_payload(decode=True)
            fields[str(part.get_param("name", header="content-disposition"))] = (
                data if isinstance(data, bytes) else b""
            )
    return fields
