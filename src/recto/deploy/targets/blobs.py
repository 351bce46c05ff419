"""The store of Cloudflare Pages, in which every file lies by a name that is made of its bytes, whatever deployments it is in.

Cloudflare describes this store nowhere; what is asked of it is what its own command, wrangler, asks.
"""

import base64
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Generic, TypeVar

import msgspec

from recto.deploy.faults import DeployError
from recto.deploy.headers import content_type
from recto.deploy.shipment import Item
from recto.deploy.targets.service import Service
from recto.deploy.web import Answer, in_parallel

MAX_FILES = 20_000  # in a deployment, unless the account may have more
MAX_SIZE = 25 * 1024 * 1024  # bytes of a file
BUCKET_SIZE = 8 * 1024 * 1024  # bytes that are sent, and so held, at once
BUCKET_FILES = 1000
WORKERS = 3

_EXPIRED = 8000013

T = TypeVar("T")


class Said(msgspec.Struct, Generic[T], frozen=True):
    """The form of every answer of Cloudflare."""

    result: T


class _Problem(msgspec.Struct, frozen=True):
    code: int = 0


class _Problems(msgspec.Struct, frozen=True):
    errors: tuple[_Problem, ...] = ()


class _Token(msgspec.Struct, frozen=True):
    jwt: str


class _Claims(msgspec.Struct, frozen=True):
    max_file_count_allowed: int = MAX_FILES


def naming() -> Callable[[str, bytes], str]:
    """How the store names a file, given its path and its bytes. DeployError where that cannot be computed here."""
    try:
        from blake3 import blake3
    except ImportError:
        message = "Cloudflare names files by a digest that Python itself does not have"
        raise DeployError("deploy-missing", message, "pip install 'recto[cloudflare]'") from None

    def name(path: str, data: bytes) -> str:
        ending = PurePosixPath(path).suffix.removeprefix(".")
        return blake3(base64.b64encode(data) + ending.encode()).hexdigest()[:32]

    return name


class Blobs:
    """The store of a project (its path in the API), for one deploy."""

    def __init__(self, service: Service, project: str) -> None:
        self._service = service
        self._project = project
        self._token = self._fetched()

    def refuse_excess(self, items: Collection[Item]) -> None:
        """DeployError where there are more files than a deployment can have, or one is too large."""
        most = _claims(self._token).max_file_count_allowed
        if len(items) > most:
            raise self._service.refused(
                f"a site may have {most:,} files there, and this one has {len(items):,}"
            )
        large = next((item for item in items if item.size > MAX_SIZE), None)
        if large:
            raise self._service.refused(
                f"a file may have {MAX_SIZE // 2**20} MiB there, and {large.path} has {large.size / 2**20:.1f}"
            )

    def lacks(self, names: Iterable[str]) -> set[str]:
        """Which of these it does not have."""
        answer = self._ask("check-missing", {"hashes": sorted(set(names))})
        return set(self._service.understood(answer, Said[list[str]]).result)

    def send(self, items: Mapping[str, Item]) -> Iterator[int]:
        """Put files in by their names; how many are in, after each bucket."""
        return accumulate(in_parallel(self._put, list(_buckets(items.items())), workers=WORKERS))

    def keep(self, names: Iterable[str]) -> None:
        """Say that these are in use."""
        self._ask("upsert-hashes", {"hashes": sorted(set(names))})

    def _put(self, bucket: list[tuple[str, Item]]) -> int:
        self._ask("upload", [_file(name, item) for name, item in bucket])
        return len(bucket)

    def _ask(self, what: str, value: object) -> Answer:
        answer = self._asked(what, value)
        if _is_expired(answer):
            self._token = self._fetched()
            answer = self._asked(what, value)
        return self._service.good(answer)

    def _asked(self, what: str, value: object) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._service.answer("POST", f"/pages/assets/{what}", json=value, headers=headers)

    def _fetched(self) -> str:
        return self._service.ask("GET", f"{self._project}/upload-token", Said[_Token]).result.jwt


def _file(name: str, item: Item) -> dict[str, object]:
    kind = {"contentType": content_type(item.path)}
    return {"key": name, "value": item.read(), "metadata": kind, "base64": True}


def _buckets(items: Iterable[tuple[str, Item]]) -> Iterator[list[tuple[str, Item]]]:
    """The files in groups, none of which is too large to be sent at once."""
    bucket: list[tuple[str, Item]] = []
    size = 0
    for name, item in items:
        if bucket and (size + item.size > BUCKET_SIZE or len(bucket) == BUCKET_FILES):
            yield bucket
            bucket, size = [], 0
        bucket.append((name, item))
        size += item.size
    if bucket:
        yield bucket


def _is_expired(answer: Answer) -> bool:
    """Whether the store wants a newer token: ours is good for some minutes only."""
    if answer.ok:
        return False
    try:
        problems = msgspec.json.decode(answer.body, type=_Problems).errors
    except (msgspec.MsgspecError, ValueError):
        problems = ()
    return answer.status == 401 or any(problem.code == _EXPIRED for problem in problems)


def _claims(token: str) -> _Claims:
    """What a token says of itself. It is not ours to check."""
    part = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=_Claims)
    except (msgspec.MsgspecError, ValueError):
        return _Claims()
