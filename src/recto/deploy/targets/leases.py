"""One deploy at a time into a bucket: an object says who has the lock, and is replaced only by who knows what it says.

Only the server's clock decides when a lock is stale. Nothing is ever removed: a lock that is let go names nobody.
"""

import os
import secrets
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import msgspec

from recto.deploy.faults import DeployError
from recto.deploy.targets.objects import Found, Objects
from recto.memo import digest_bytes

STALE = 120  # seconds without a sign of life, by the server's clock
EVERY = 20.0  # seconds from one sign of life to the next
SURE = 60  # seconds for which a sign of life is enough: fewer than STALE, as what is on its way takes time

_Number = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who has a lock: nobody where `token` is "". `machine` says where `pid` means something; `since` is in seconds since 1970;
    `beats` counts the signs of life."""

    token: str = ""
    host: str = ""
    pid: _Number = 0
    machine: str = ""
    since: _Number = 0
    beats: _Number = 0


_NOBODY = Holder()
_SOMEBODY = Holder(token="?")  # what nobody can read


class Lease:
    """The lock of a bucket, held as long as the context lasts. `target` is its name for messages. DeployError where another deploy
    has it."""

    def __init__(self, objects: Objects, name: str, target: str, *, every: float = EVERY) -> None:
        self._objects, self._name, self._target, self._every = objects, name, target, every
        self._holder = _me()
        self._tag = ""
        self._signed = 0.0  # when the last sign of life was given
        self._lost = False
        self._turn = threading.Lock()
        self._over = threading.Event()
        self._heart = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> Self:
        found = self._objects.get(self._name)
        if found and _is_held(found):
            raise self._busy(found)
        self._tag = found.tag if found else ""
        if not self._sign(self._holder):
            raise self._busy(self._objects.get(self._name))
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with self._turn, suppress(DeployError):  # it goes stale by itself
            if not self._lost:
                self._sign(_NOBODY)

    def check(self) -> None:
        """DeployError where another deploy has taken the lock, as it may when this machine was asleep or without a network."""
        fresh = abs(time.time() - self._signed) < SURE
        if self._lost or not (fresh or self._beat()):
            message = f"another deploy to {self._target} took over, as this one gave no sign of life"
            raise DeployError("deploy-overtaken", message, "let it end, then deploy again")

    def _live(self) -> None:
        while not self._over.wait(self._every):
            with suppress(DeployError):  # should that last, `check` says so
                self._beat()

    def _beat(self) -> bool:
        """Give a sign of life; whether the lock is still held."""
        with self._turn:
            if not (self._lost or self._over.is_set()):
                self._holder = msgspec.structs.replace(self._holder, beats=self._holder.beats + 1)
                self._lost = not self._sign(self._holder)
            return not self._lost

    def _sign(self, holder: Holder) -> bool:
        """Write who has the lock, if it is as it is known to be; whether it was."""
        data, now = msgspec.json.encode(holder), time.time()
        while (tag := self._objects.swap(self._name, data, self._tag)) is None:
            found = self._objects.get(self._name)
            if not found or _read(found).token != self._holder.token:
                return False
            self._tag = found.tag  # what we wrote before, to which the answer was lost
        self._tag, self._signed = tag, now
        return True

    def _busy(self, found: Found | None) -> DeployError:
        holder = _read(found) if found else _NOBODY
        started = time.strftime("%H:%M UTC", time.gmtime(holder.since))
        who = f", from {holder.host} (process {holder.pid}) since {started}" if holder.host else ""
        hint = f"wait until it ends; if it is dead, deploy again in {STALE // 60} minutes"
        return DeployError("deploy-busy", f"another deploy to {self._target} is under way{who}", hint)


def _me() -> Holder:
    return Holder(
        token=secrets.token_hex(8),
        host=socket.gethostname(),
        pid=os.getpid(),
        machine=_machine(),
        since=int(time.time()),
    )


def _machine() -> str:
    """A name for all that shares its processes' numbers with us: the same host since it was started, and no container apart."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text())
    with suppress(OSError):
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return digest_bytes("\n".join(parts).encode())


def _read(found: Found) -> Holder:
    try:
        return msgspec.json.decode(found.data, type=Holder)
    except (msgspec.MsgspecError, ValueError):
        return _SOMEBODY


def _is_held(found: Found) -> bool:
    holder = _read(found)
    dead = holder.machine == _machine() and not _is_alive(holder.pid)
    return bool(holder.token) and found.age < STALE and not dead


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # there the question would end the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True
