"""Talk with the Pagefind program: requests go in as JSON in base64, each ended by a comma; so do its answers come out.

Nothing of it outlives its `with` block, whatever ends that: an answer that does not come, a crash, Ctrl-C.
"""

import base64
import os
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Self, TypeVar

import msgspec

CHUNK = 1 << 16

Answer = TypeVar("Answer", bound=msgspec.Struct)


class ServiceError(Exception):
    """Why Pagefind does not answer, in words."""


class _Envelope(msgspec.Struct):
    payload: msgspec.Raw


class _Payload(msgspec.Struct):
    type: str
    message: str = ""


class Service:
    """A running Pagefind, for at most `patience` seconds. As a service it heeds no settings but those that it is sent."""

    def __init__(self, *, patience: float, program: Path | None = None) -> None:
        self._why = ""
        self._late = Timer(patience, self._give_up, [f"it was not done after {patience:.0f} seconds"])
        self._late.daemon = True
        with ExitStack() as started:
            self._errors = started.enter_context(tempfile.TemporaryFile())
            try:
                self._process = subprocess.Popen(
                    [program or _program(), "--service"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                )
            except (ImportError, OSError) as problem:
                reason = getattr(problem, "strerror", None) or str(problem)
                raise ServiceError(f"Pagefind does not start: {reason.lower()}") from problem
            started.callback(self._stop)
            self._late.start()
            self._open = started.pop_all()

    def ask(self, expected: type[Answer], kind: str, **details: object) -> Answer:
        """Its answer to one request. ServiceError where it has none, msgspec.MsgspecError where that makes no sense."""
        request = msgspec.json.encode({"message_id": 1, "payload": {"type": kind, **details}})
        with suppress(OSError):  # it has ended: so has what it says
            self._send(base64.b64encode(request) + b",")
        answer = self._receive()
        if not answer:
            raise ServiceError(self._end())
        payload = msgspec.json.decode(base64.b64decode(answer), type=_Envelope).payload
        head = msgspec.json.decode(payload, type=_Payload)
        if head.type == "Error":
            raise ServiceError(f"Pagefind says: {head.message}")
        return msgspec.json.decode(payload, type=expected)

    def _send(self, request: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(request)
        self._process.stdin.flush()

    def _receive(self) -> bytes:
        """All up to the comma; nothing where it ended before one."""
        assert self._process.stdout
        answer = bytearray()
        while not answer.endswith(b","):
            chunk = os.read(self._process.stdout.fileno(), CHUNK)
            if not chunk:
                return b""
            answer += chunk
        return bytes(answer[:-1])

    def _end(self) -> str:
        """Why it ended, as far as one can know."""
        self._stop()
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return f"Pagefind ended too early: {self._why or ''.join(said[-1:]) or 'it does not say why'}"

    def _give_up(self, why: str) -> None:
        self._why = why
        self._process.kill()

    def _stop(self) -> None:
        self._late.cancel()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # a request that it did not take
                pipe.close()  # type: ignore[union-attr]  # both are pipes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


def _program() -> Path:
    """The program that the extra installs, and no other: its version is part of the step's salt."""
    import pagefind_bin

    program: Path = pagefind_bin.get_executable()
    return program
