"""The objects of a bucket, below the folder of a target: the few things that a deploy does with them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from recto.deploy.targets import aws
from recto.model import S3Target

_NOT_THERE = {"NoSuchKey", "404"}
_OTHERWISE = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409", *_NOT_THERE}
_UNHEARD_OF = {"NotImplemented", "501"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An object in a list. `tag` is another for other bytes."""

    name: str
    tag: str
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An object with its bytes. `age` is for how many seconds it has been as it is, by the server's clock."""

    data: bytes
    tag: str
    age: float


class Objects:
    """The objects of a bucket, by their names without the target's prefix. What may pass is tried again; then, and for what is
    refused, every method raises DeployError."""

    def __init__(self, settings: S3Target) -> None:
        self._settings = settings
        self._client: Any = aws.client(settings, "s3", settings.endpoint)
        self._prefix = "".join(f"{part}/" for part in settings.prefix.split("/") if part)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def listed(self, folder: str = "") -> Iterator[Entry]:
        """All objects of a folder, by name."""
        pages = self._client.get_paginator("list_objects_v2")
        with aws.telling(self._settings):
            for page in pages.paginate(Bucket=self._settings.bucket, Prefix=self._prefix + folder):
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self._prefix)
                    yield Entry(name=name, tag=found["ETag"], modified=found["LastModified"])

    def get(self, name: str) -> Found | None:
        """An object; None where there is none."""
        with aws.telling(self._settings):
            for _ in range(aws.TRIES - 1):
                with suppress(*aws.BROKEN):  # in its midst, which boto3 does not mend
                    return self._read(name)
            return self._read(name)

    def _read(self, name: str) -> Found | None:
        try:
            answer = self._client.get_object(**self._at(name))
        except ClientError as problem:
            if aws.code_of(problem) in _NOT_THERE:
                return None
            raise
        return Found(data=answer["Body"].read(), tag=answer["ETag"], age=_age(answer))

    def put(self, name: str, data: bytes, **headers: str) -> str:
        """Make or replace an object; its tag. `headers` by the names that boto3 has for them."""
        with aws.telling(self._settings):
            answer = self._client.put_object(**self._at(name), Body=data, **headers)
            return str(answer["ETag"])

    def swap(self, name: str, data: bytes, tag: str) -> str | None:
        """Replace the object if it still has this tag, "" for none at all; its new tag. None where it is otherwise by now.

        A service that has never heard of conditions is asked without.
        """
        condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        with aws.telling(self._settings):
            try:
                answer = self._client.put_object(**self._at(name), Body=data, **condition)
                return str(answer["ETag"])
            except ClientError as problem:
                if aws.code_of(problem) in _OTHERWISE:
                    return None
                if aws.code_of(problem) not in _UNHEARD_OF:
                    raise
        return self.put(name, data)

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        with aws.telling(self._settings):
            self._client.delete_object(**self._at(name))

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._settings.bucket, "Key": self._prefix + name}


def _age(answer: Any) -> float:
    try:
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return float((now - answer["LastModified"]).total_seconds())
    except (LookupError, TypeError, ValueError):
        return 0.0  # a server that does not know the time
