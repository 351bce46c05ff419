"""What a deploy sends: the files of a finished build, and those that only its target wants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recto.deploy.faults import DeployError
from recto.deploy.snapshot import File
from recto.memo import digest_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file: where its bytes are (`source`) or what they are (`data`), and their digest. `redirect` is where the
    address leads for a target that keeps that beside the file: a URL of the site or elsewhere."""

    path: str
    digest: str
    size: int
    source: Path | None = None
    data: bytes = b""
    redirect: str = ""

    def read(self) -> bytes:
        """The bytes, which are those that were built. DeployError where the file is not what it was."""
        if self.source is None:
            return self.data
        try:
            data = self.source.read_bytes()
        except OSError:
            data = b""
        if digest_bytes(data) != self.digest:
            message = f"{self.source} changed while it was being deployed"
            raise DeployError(
                "deploy-changed", message, "deploy again; nothing else may write there meanwhile"
            )
        return data


def made(path: str, data: bytes) -> Item:
    """A file that is made for the target."""
    return Item(path=path, digest=digest_bytes(data), size=len(data), data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """All files of the site as the target is to have it, by path."""

    items: Mapping[str, Item] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items.values())

    def __getitem__(self, path: str) -> Item:
        return self.items[path]

    @property
    def files(self) -> dict[str, File]:
        """The same for a snapshot."""
        return {item.path: File(item.digest, item.size) for item in self}
