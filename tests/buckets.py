"""An S3 service for tests of deploys: moto's own HTTP server, on the loopback interface, and what can go wrong on the way to it.

moto answers conditional requests without holding others off meanwhile, so those wait for one another here, as in a real service.
It serves no websites: that an object redirects can only be read from the object.
"""

import json
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from recto.deploy.planning import Sending, sending
from recto.deploy.shipment import Item, Shipment, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets.s3 import Bucket
from recto.model import S3Target

LOOPBACK = "127.0.0.1"
SITE = "https://example.com/blog"
NOW = 1_795_435_200
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIATEST",
    "AWS_SECRET_ACCESS_KEY": "sesame-sesame",
    "AWS_DEFAULT_REGION": "us-east-1",
}

Files = Mapping[str, str]
Refusal = tuple[int, str]


# ---- the server ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Service:
    """The server. `asked` are its requests so far ("PUT bucket/key"). `before` is told of each, and may say with which status and code
    it it is refused; so may `after`, told of each that was carried out and is not answered yet. `ancient` refuses all conditions. `cut`
    says whose answer ends before its end. `odd` is a status and a text that answer everything."""

    app: Any
    url: str = ""
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], Refusal | None] = lambda request: None
    after: Callable[[str], Refusal | None] = lambda request: None
    cut: Callable[[str], bool] = lambda request: False
    ancient: bool = False
    odd: tuple[int, str] | None = None
    turn: Lock = field(default_factory=Lock)
    names: Iterator[int] = field(default_factory=count)
    clients: dict[str, Any] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].lstrip('/')}"
        self.asked.append(request)
        conditional = not {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"}.isdisjoint(environ)
        refusal = (501, "NotImplemented") if conditional and self.ancient else self.before(request)
        if refusal:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            return _refuse(start, *refusal)
        if self.odd:
            return _say(start, *self.odd)
        with self.turn if conditional else nullcontext():
            answer = list(self.app(environ, start))
        if self.cut(request):
            answer = [b"".join(answer)[:-1]]
        refusal = self.after(request)
        return _refuse(start, *refusal) if refusal else answer

    @property
    def changes(self) -> list[str]:
        """The requests that changed something, in order."""
        return [request for request in self.asked if request.startswith(("PUT", "DELETE"))]

    def client(self, service: str = "s3") -> Any:
        """A client that is not recto's."""
        if service not in self.clients:
            self.clients[service] = boto3.client(service, endpoint_url=self.url)
        return self.clients[service]

    def new_bucket(self) -> str:
        """The name of a bucket that is empty."""
        name = f"site-{next(self.names)}"
        self.client().create_bucket(Bucket=name)
        return name

    def deny(self, bucket: str, *actions: str) -> None:
        """Have a bucket refuse these to everybody."""
        at = f"arn:aws:s3:::{bucket}"
        rule = {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": [at, f"{at}/*"]}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
        self.client().put_bucket_policy(Bucket=bucket, Policy=policy)

    def keys(self, bucket: str) -> dict[str, Any]:
        """The objects of a bucket as moto has them."""
        return dict(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys.items())

    def files(self, bucket: str) -> dict[str, str]:
        """The files of the site, by their keys."""
        keys = self.keys(bucket)
        return {key: keys[key].value.decode() for key in sorted(keys) if ".recto/" not in key}


def _refuse(start: Callable[..., object], status: int, code: str) -> Iterable[bytes]:
    return _say(
        start, status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No.</Message></Error>"
    )


def _say(start: Callable[..., object], status: int, text: str) -> Iterable[bytes]:
    start(f"{status} No", [("Content-Type", "application/xml"), ("Content-Length", str(len(text)))])
    return [text.encode()]


class _Quiet(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The tests say what is wrong."""


@contextmanager
def serving() -> Iterator[Service]:
    """A server as long as the context lasts."""
    service = Service(app=DomainDispatcherApplication(create_backend_app))
    server = make_server(LOOPBACK, 0, service, threaded=True, request_handler=_Quiet)
    service.url = f"http://{LOOPBACK}:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ---- the way to it ------------------------------------------------------------------------------------------


@contextmanager
def shaky(url: str) -> Iterator[str]:
    """The address of a way to that server on which each third connection breaks: by turns before the request is there, and before its
    answer is."""
    port = int(url.rpartition(":")[2])
    numbers = count(1)
    with socket.create_server((LOOPBACK, 0)) as listener:
        thread = Thread(target=_relay, args=(listener, port, numbers))
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _relay(listener: socket.socket, port: int, numbers: Iterator[int]) -> None:
    workers = []
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            workers.append(Thread(target=_pass_on, args=(near, port, next(numbers))))
            workers[-1].start()
    for worker in workers:
        worker.join()


def _pass_on(near: socket.socket, port: int, number: int) -> None:
    with near, suppress(OSError):
        if number % 6 == 3:
            return
        with socket.create_connection((LOOPBACK, port)) as far:
            onward = Thread(target=_copy, args=(near, far))
            onward.start()
            for data in iter(lambda: far.recv(65536), b""):  # the server closes after each answer
                if number % 6 != 0:
                    near.sendall(data)
            with suppress(OSError):
                near.shutdown(socket.SHUT_RDWR)
            onward.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


# ---- what is sent to it -------------------------------------------------------------------------------------


def settings(url: str, bucket: str, **more: Any) -> S3Target:
    """A target in a bucket of the service at this address."""
    return S3Target(name="live", type="s3", endpoint=url, bucket=bucket, **more)


@contextmanager
def opened(wanted: S3Target) -> Iterator[Bucket]:
    """The target, opened for one command."""
    target = Bucket(wanted, Place(root=Path(), cache=Path()))
    try:
        yield target
    finally:
        target.close()


def release(before: Snapshot | None, items: Iterable[Item], *, now: int = NOW, ledger: str = "") -> Release:
    """What makes a target that holds `before` hold these."""
    shipment = Shipment(items={item.path: item for item in items})
    todo = sending(before, shipment.files, now=now)
    after = Snapshot(url=SITE, files=shipment.files, kept=dict(todo.kept), ledger=ledger)
    return Release(shipment=shipment, sending=todo, snapshot=after, label="Deploy")


def items(files: Files) -> list[Item]:
    """The files as they are sent."""
    return [made(path, text.encode()) for path, text in files.items()]


def deploy(
    wanted: S3Target,
    files: Files | list[Item],
    *,
    force: bool = False,
    now: int = NOW,
    progress: Progress = lambda done, total: None,
) -> Sending:
    """Deploy these files the way the command does, and tell what was to be done."""
    with opened(wanted) as target:
        todo = release(target.read(), items(files) if isinstance(files, Mapping) else files, now=now)
        target.apply(todo, progress, force=force)
    return todo.sending


if __name__ == "__main__":  # for tests that kill it
    address, name, text = sys.argv[1:]
    deploy(settings(address, name), json.loads(text))
