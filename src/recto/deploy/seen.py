"""Look what a target holds, and keep that: who cannot look, for want of a secret, is shown what was last seen."""

from contextlib import suppress
from pathlib import Path

from recto import model
from recto.deploy import opening, snapshot, writing
from recto.deploy.faults import DeployError
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Progress, Release, Target


class _Closed:
    """A target that cannot be opened here: whatever is asked of it is answered with why."""

    def __init__(self, problem: DeployError) -> None:
        self._problem = problem

    def read(self) -> Snapshot | None:
        raise self._problem

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        raise self._problem

    def rollback(self) -> str:
        raise self._problem

    def close(self) -> None:
        pass


def opened(settings: model.Target, root: Path) -> Target:
    """The target; one that can be asked for nothing where it cannot be opened."""
    try:
        return opening.opened(settings, root)
    except DeployError as problem:
        return _Closed(problem)


def held(settings: model.Target, root: Path, target: Target, *, looking: bool) -> tuple[Snapshot | None, str]:
    """What the target holds; for those who only look, and cannot, what was last seen of it, and why they cannot."""
    try:
        found = target.read()
    except DeployError as problem:
        known = _remembered(settings, root) if looking else None
        if known is None:
            raise
        return known, str(problem)
    if found:
        remember(settings, root, found)
    return found, ""


def _note(settings: model.Target, root: Path) -> Path:
    return opening.place(settings, root).cache / "held.json"


def remember(settings: model.Target, root: Path, seen: Snapshot) -> None:
    """Note what the target holds, if that can be: nothing depends on it."""
    with suppress(OSError):
        writing.replace(_note(settings, root), snapshot.as_bytes(seen))


def _remembered(settings: model.Target, root: Path) -> Snapshot | None:
    try:
        return snapshot.read(_note(settings, root).read_bytes())
    except OSError:
        return None
