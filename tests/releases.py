"""Releases made of a dictionary, and targets that are given them, without a build."""

from collections.abc import Callable, Mapping

from recto.deploy.faults import DeployError
from recto.deploy.planning import sending
from recto.deploy.shipment import Shipment, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Release, Target

NOW = 1_795_435_200

Files = Mapping[str, str | bytes]


def release(
    before: Snapshot | None, files: Files, *, label: str = "Deploy", ledger: str = "", now: int = NOW
) -> Release:
    """What makes a target that holds `before` hold these files."""
    items = {
        path: made(path, data.encode() if isinstance(data, str) else data) for path, data in files.items()
    }
    shipment = Shipment(items=items)
    todo = sending(before, shipment.files, now=now)
    after = Snapshot(url="https://example.com", files=shipment.files, kept=dict(todo.kept), ledger=ledger)
    return Release(shipment=shipment, sending=todo, snapshot=after, label=label)


def deploy(
    target: Target, files: Files, *, force: bool = False, label: str = "Deploy", now: int = NOW
) -> Release:
    """Read the target and make it hold these files, as a command does."""
    wanted = release(target.read(), files, label=label, now=now)
    target.apply(wanted, lambda done, total: None, force=force)
    return wanted


def refused(work: Callable[[], object]) -> str:
    """What the DeployError says: `code: message (hint)`."""
    try:
        work()
    except DeployError as error:
        (told,) = error.diagnostics
        assert told.message[0] == told.message[0].lower() or told.message[0] == '"'
        assert not told.message.endswith(".")
        assert told.hint
        return f"{told.code}: {told.message} ({told.hint})"
    raise AssertionError("it was not refused")
