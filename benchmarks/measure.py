"""Timing primitives: whole-process figures through wait4, and save-to-served time over HTTP."""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

LAUNCHER = Path(__file__).with_name("launch.py")

Figures = dict[str, Any]
"""What was measured, by name, as it is kept in the JSON file of results."""


class CommandError(RuntimeError):
    """A command that was to be measured failed, or did not end."""


def run_command(command: list[str], cwd: Path, env: dict[str, str], log: Path, timeout: int) -> Figures:
    """One run of a command: wall, cpu, user, sys (seconds), rss_mib (largest single process)."""
    launcher = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LAUNCHER), str(timeout), str(log), "--", *command],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
    )
    try:
        output, _ = launcher.communicate()
    except BaseException:  # interrupted: the launcher ends the command that it started
        launcher.terminate()
        launcher.wait()
        raise
    result: Figures = json.loads(output)
    if result["timed_out"]:
        raise CommandError(f"timed out after {timeout} s")
    if result["exit"] != 0:
        tail = log.read_text(errors="replace")[-1500:]
        raise CommandError(f"exit {result['exit']}: {Path(command[0]).name} {' '.join(command[1:])}\n{tail}")
    return result


def summarise(runs: Sequence[Figures]) -> Figures:
    """Medians, with every single run kept beside them."""
    summary: Figures = {
        key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "user", "sys", "rss_mib")
    }
    summary["runs"] = [{key: round(run[key], 4) for key in ("wall", "cpu", "rss_mib")} for run in runs]
    return summary


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _get(port: int, path: str, timeout: float) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}", "Accept": "text/html"})
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        return body if response.status == http.HTTPStatus.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def session(leader: int) -> Iterator[tuple[Path, list[str]]]:
    """The processes of the session that `leader` started, each with what the system says of it after its name (Linux)."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            yield process, fields


def session_cpu(leader: int) -> float:
    """CPU seconds used so far in the session that `leader` started, ended children included."""
    ticks = sum(int(time) for _, fields in session(leader) for time in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def session_memory(leader: int) -> float:
    """MiB that the processes of the session that `leader` started have together, shared pages counted once (PSS)."""
    return sum(_memory(process) for process, _ in session(leader))


def _memory(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


class Server:
    """A development server in its own session; leaving the context stops that session only."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str], log: Path, port: int) -> None:
        self.command, self.cwd, self.env, self.log, self.port = command, cwd, env, log, port

    def __enter__(self) -> Self:
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        for stop in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, stop)
                self.process.wait(timeout=5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()

    def cpu(self) -> float:
        """CPU seconds that the server has used so far."""
        return session_cpu(self.process.pid)

    def memory(self) -> float:
        """MiB that the server has now."""
        return session_memory(self.process.pid)

    def wait_for(
        self, path: str, wanted: Callable[[str], bool], timeout: float, interval: float = 0.01
    ) -> float:
        """Seconds until GET path gives a body that `wanted` accepts."""
        begin = time.monotonic()
        while True:
            body = _get(self.port, path, timeout=timeout)
            passed = time.monotonic() - begin
            if body is not None and wanted(body):
                return passed
            if self.process.poll() is not None:
                raise CommandError(f"server ended: {self.log.read_text(errors='replace')[-1500:]}")
            if passed > timeout:
                raise CommandError(f"not served within {timeout:.0f} s")
            time.sleep(interval)

    def settle(self, quiet: float = 1.0, timeout: float = 120.0) -> None:
        """Wait until the server has used next to no CPU for `quiet` seconds."""
        begin, before = time.monotonic(), self.cpu()
        while time.monotonic() - begin < timeout:
            time.sleep(quiet)
            after = self.cpu()
            if after - before < 0.05 * quiet:
                return
            before = after
