"""What every target can do, however it does it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from recto.deploy.planning import Sending
from recto.deploy.shipment import Shipment
from recto.deploy.snapshot import Snapshot

Progress = Callable[[int, int], None]
"""Told how many files are done, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a target is opened with: the site's folder, and a folder of recto's own for what it keeps between deploys (which may
    be lost at any time)."""

    root: Path
    cache: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A site to be deployed: its files, what of it has to be done, and how the target is to be described afterwards.
    `label` says in a line what it is, for a history."""

    shipment: Shipment
    sending: Sending
    snapshot: Snapshot
    label: str


class Target(Protocol):
    """A place that a site is sent to. Opened for one command; `close` whatever happens.

    Every method raises DeployError, in words that say what to do, for what the world refuses; nothing else but our own
    faults may leave it, and no secret is in any message.
    """

    def read(self) -> Snapshot | None:
        """What the target holds; None where recto has never deployed there. What it sees now is what `apply` builds on."""

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Make the target hold the release. Whenever it ends, readers have had the old site or the new one, whole. Refuses where the
        target is no longer what `read` saw, or holds what somebody else put there; `force` overwrites the latter."""

    def rollback(self) -> str:
        """Show the release before again; its label."""

    def close(self) -> None:
        """Let go of connections and locks."""
