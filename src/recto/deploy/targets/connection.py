"""Talk to a server over one login: scripts for its `sh`, files by rsync. What ssh and rsync say when they fail is put in plain words here.

Scripts go in as standard input, so no login shell of whatever kind has to understand a quote. A connection that breaks is tried again,
so every script must be one that can be run twice.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recto.deploy.faults import DeployError

PAUSES = (0.3, 1.0, 2.0, 4.0)  # seconds between one try and the next
TRIES = len(PAUSES) + 1

_MARK = b"::recto::\n"  # what comes before it was said by the login shell
_BROKEN = frozenset(
    (10, 12, 30, 35, 255)
)  # exit codes: rsync's for a connection that broke or fell silent, and ssh's
_PLAIN = re.compile(r"[A-Za-z0-9_./+-]*")  # what every rsync hands over as it is


@dataclass(frozen=True, slots=True)
class _Fault:
    """What a server may say: by what it is known, and what to tell; {0} is the host, {1} its own last words."""

    pattern: str
    code: str
    message: str
    hint: str
    final: bool = True  # trying again is of no use


_FAULTS = (
    _Fault(
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "deploy-refused",
        "{0} has another key than the one that ssh knows",
        "somebody may stand between; if the server was set up anew: ssh-keygen -R, then ssh {0}",
    ),
    _Fault(
        "Host key verification failed",
        "deploy-refused",
        "the key of {0} is not known here",
        "run ssh {0} once, and compare the key that it shows with the server's",
    ),
    _Fault(
        r"Permission denied \([a-z]|Too many authentication failures",
        "deploy-refused",
        "{0} does not let us in",
        "see that ssh {0} works without a question: the key has to be in ~/.ssh/authorized_keys over there, "
        "and in ssh-agent or ~/.ssh/config here",
    ),
    _Fault(
        "Could not resolve hostname",
        "deploy-unreachable",
        "{0} is not found",
        "see that host is right, and that there is a network",
        final=False,
    ),
    _Fault(
        "No space left on device|Disk quota exceeded",
        "deploy-full",
        "there is no space left on {0}",
        "make room there, or keep fewer releases; then deploy again. Readers have the site that was there",
    ),
    _Fault(
        "rsync: (?:command )?not found|rsync: No such file|remote command not found",
        "deploy-missing",
        "there is no rsync on {0}",
        "install rsync there",
    ),
    _Fault(
        "protocol version mismatch|is your shell clean",
        "deploy-noise",
        "the login shell of {0} says something where only rsync may speak",
        "let ~/.bashrc or the like print nothing where nobody reads it",
    ),
    _Fault(
        "Permission denied|Read-only file system|Operation not permitted|Not a directory|File exists",
        "deploy-unwritable",
        "the folder cannot be written to on {0}: {1}",
        "let the user that logs in own the folder that path names",
    ),
)
_BROKE = _Fault(
    "",
    "deploy-unreachable",
    "{0} cannot be reached: {1}",
    "see that the server is up and that ssh {0} works; then deploy again",
)
_UNKNOWN = _Fault("", "deploy-failed", "{0} failed: {1}", "see to that on the server; then deploy again")


class Connection:
    """A server that ssh leads to. `name` is what the author calls it; `host` and `port` are as ssh takes them, port 0 is ssh's own."""

    def __init__(self, name: str, host: str, port: int = 0) -> None:
        self._name, self._host = name, host
        self._folder = Path(tempfile.mkdtemp(prefix="recto-"))
        self._options = [
            "-o",
            "ConnectTimeout=20",
            "-o",
            "ServerAliveInterval=15",
            "-o",
            "ServerAliveCountMax=4",
        ]
        if port:
            self._options += ["-p", str(port)]
        if not sys.stdin.isatty():
            self._options += ["-o", "BatchMode=yes"]
        if os.name != "nt":  # where one login cannot serve several commands
            socket = f"ControlPath={self._folder / 's'}"
            self._options += ["-o", "ControlMaster=auto", "-o", "ControlPersist=60", "-o", socket]

    def run(self, script: str, *, tries: int = TRIES) -> bytes:
        """What a script for `sh` prints. DeployError where it fails."""
        # A script that is cut off on its way does nothing: only its last line runs what the others say.
        text = f"LC_ALL=C; export LC_ALL; umask 022; set -eu\nmain() {{\necho ::recto::\n{script}\n}}\nmain </dev/null\n"
        command = ["ssh", *self._options, "-T", "--", self._host, "exec sh"]
        return self._trying(lambda: self._once(command, text.encode()), tries).partition(_MARK)[2]

    def send(self, folder: Path, paths: Sequence[str], to: str, told: Callable[[], None]) -> None:
        """Make these files of a folder be in the folder `to` over there too; `told` at each. DeployError."""
        names = self._folder / "paths"
        names.write_bytes(b"".join(os.fsencode(path) + b"\0" for path in paths))
        options = [
            "-LIz",
            "--from0",
            f"--files-from={names}",
            "--timeout=120",
            "--out-format=%n",
            *([] if _PLAIN.fullmatch(to) else ["-s"]),
        ]
        shell = shlex.join(["ssh", *self._options])
        command = ["rsync", *options, "-e", shell, "--", f"{folder}/", f"{self._host}:{to}/"]
        self._trying(lambda: self._watched(command, told), TRIES)

    def close(self) -> None:
        """Log out."""
        if (self._folder / "s").exists():
            with suppress(OSError, subprocess.SubprocessError):
                command = ["ssh", *self._options, "-O", "exit", "--", self._host]
                subprocess.run(
                    command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10
                )
        shutil.rmtree(self._folder, ignore_errors=True)

    def _trying(self, attempt: Callable[[], subprocess.CompletedProcess[bytes]], tries: int) -> bytes:
        for pause in (*PAUSES[: tries - 1], None):
            try:
                done = attempt()
            except FileNotFoundError as missing:
                program = str(missing.filename)
                message = f"{self._name}: {program} is not installed here"
                raise DeployError("deploy-missing", message, f"install {program}") from None
            if done.returncode == 0:
                return done.stdout
            said = done.stderr.decode("utf-8", "replace")
            fault = next((fault for fault in _FAULTS if re.search(fault.pattern, said)), None)
            broken = done.returncode in _BROKEN and not (fault and fault.final)
            if not broken or pause is None:
                raise self._fault(fault, said, broken)
            time.sleep(pause)
        raise AssertionError  # the last pause is none

    def _once(self, command: Sequence[str], text: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, input=text, capture_output=True, check=False)

    def _watched(
        self, command: Sequence[str], told: Callable[[], None]
    ) -> subprocess.CompletedProcess[bytes]:
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            ) as process:
                for line in process.stdout or ():
                    if not line.endswith(b"/\n"):
                        told()
            errors.seek(0)
            return subprocess.CompletedProcess(command, process.returncode, b"", errors.read())

    def _fault(self, known: _Fault | None, said: str, broken: bool) -> DeployError:
        if not known:
            known = _BROKE if broken else _UNKNOWN
        message = known.message.format(self._host, _last_words(said))
        return DeployError(known.code, f"{self._name}: {message}", known.hint.format(self._host))


def _last_words(said: str) -> str:
    """The last line that says something: rsync ends with one that only counts."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [
        line for line in lines if not line.startswith(("rsync error:", "rsync: connection unexpectedly"))
    ]
    return next(reversed(telling or lines), "it does not say why")
