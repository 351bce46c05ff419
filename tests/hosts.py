"""Real servers for the tests of deploys, on the loopback interface: sshd with keys of its own, nginx and Apache serving a folder.

Each is started by a `with` and dies with it. `ssh` finds the server by the name that `Sshd.host` says, once `Sshd.bin` is first on the
PATH: a script there gives it a configuration that nobody else has, so that the one of the person who runs the tests does not count.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import servers

PATIENCE = 20.0  # seconds in which a server must answer
LOOPBACK = "127.0.0.1"
DOCS = Path(__file__).resolve().parents[1] / "docs/how-to/web-servers.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sshd:
    """A server that lets whoever runs the tests in, as themselves. `host` is its name for ssh, `port` its port; `folder` is its own:
    `config` is ssh's, `log` what the server said; `bin` holds the `ssh` that knows it, `remote_bin` is first on the PATH over there."""

    host: str
    port: int
    folder: Path
    pid: int

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def remote_bin(self) -> Path:
        return self.folder / "remote"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    @property
    def path(self) -> str:
        """A PATH on which `ssh` knows the server."""
        return f"{self.bin}{os.pathsep}{os.environ['PATH']}"

    @contextmanager
    def behind(self, drops: Callable[[int], bool], after: int = 0) -> Iterator["Wire"]:
        """The server as one that is reached over such a wire."""
        with Wire(self.port, drops, after) as wire:
            configure(self.folder, self.host, wire.port)
            try:
                yield wire
            finally:
                configure(self.folder, self.host, self.port)


@contextmanager
def sshd(*, host: str = "server.test", **options: str) -> Iterator[Sshd]:
    """A running sshd; `options` are further lines of its configuration."""
    # Not in pytest's folder: that is too long for the socket which ssh makes, and its parents are nobody else's to enter.
    with tempfile.TemporaryDirectory(prefix="sshd-") as temporary:
        folder = Path(temporary)
        for key in ("host_key", "key"):
            _run(
                servers.find("ssh-keygen"),
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                key,
                "-f",
                str(folder / key),
            )
        (folder / "key.pub").rename(folder / "authorized_keys")
        for name in ("bin", "remote"):
            (folder / name).mkdir()
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(parents=True, exist_ok=True)  # sshd wants it of root
        port, process = _listening(lambda port: _start_sshd(folder, port, options))
        try:
            _know(folder, host)
            configure(folder, host, port)
            yield Sshd(host=host, port=port, folder=folder, pid=process.pid)
        finally:
            end(process)


def _start_sshd(folder: Path, port: int, options: dict[str, str]) -> subprocess.Popen[bytes]:
    settings = {
        "ListenAddress": f"{LOOPBACK}:{port}",
        "HostKey": str(folder / "host_key"),
        "AuthorizedKeysFile": str(folder / "authorized_keys"),
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "UseDNS": "no",
        "PermitRootLogin": "yes",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "MaxStartups": "100",
        "PrintMotd": "no",
        "PrintLastLog": "no",
        "SetEnv": f'PATH="{folder / "remote"}:{os.environ["PATH"]}"',
    } | options
    config = folder / "sshd_config"
    config.write_text("".join(f"{key} {value}\n" for key, value in settings.items()), "utf-8")
    with (folder / "log").open("ab") as log:
        command = [servers.find("sshd"), "-D", "-e", "-f", str(config)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _know(folder: Path, host: str) -> None:
    """Make the server's key known, and the script that leads there."""
    public = (folder / "host_key.pub").read_text("utf-8")
    (folder / "known_hosts").write_text(f"{host} {public}", "utf-8")
    script(folder / "bin" / "ssh", f'exec {servers.find("ssh")} -F {folder / "config"} "$@"')


def configure(folder: Path, host: str, port: int) -> None:
    """Write the configuration of ssh: the host is at this port."""
    lines = {
        "HostName": LOOPBACK,
        "HostKeyAlias": host,
        "Port": str(port),
        "IdentityFile": str(folder / "key"),
        "IdentitiesOnly": "yes",
        "IdentityAgent": "none",
        "UserKnownHostsFile": str(folder / "known_hosts"),
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "UpdateHostKeys": "no",
        "KexAlgorithms": "curve25519-sha256",  # a tenth of the work of what is usual, and the tests log in often
    }
    text = f"Host {host}\n" + "".join(f"  {key} {value}\n" for key, value in lines.items())
    (folder / "config").write_text(text, "utf-8")


def script(path: Path, text: str) -> Path:
    """A program for sh, in place of the one of its name where its folder is first on the PATH."""
    draft = path.with_name(f".{path.name}")
    draft.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    draft.chmod(0o755)
    draft.replace(path)
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A web server of static files. `base` is its address, "http://127.0.0.1:4711"; `log` what it said."""

    base: str
    pid: int
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine can enter, as servers must that are not root."""
    with tempfile.TemporaryDirectory(prefix="www-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def nginx(root: Path, *, server: str = "", http: str = "", workers: int = 1) -> Iterator[Web]:
    """nginx serving the folder `root` (which may be a link, looked up at each request). `server` and `http` are further lines of these
    blocks of its configuration; `location /` is theirs where `server` has one."""
    with tempfile.TemporaryDirectory(prefix="nginx-") as temporary:
        folder = Path(temporary)
        port, process = _listening(lambda port: _start_nginx(folder, port, root, server, http, workers))
        try:
            yield Web(base=f"http://{LOOPBACK}:{port}", pid=process.pid, folder=folder)
        finally:
            end(process)


def _start_nginx(
    folder: Path, port: int, root: Path, server: str, http: str, workers: int
) -> subprocess.Popen[bytes]:
    places = "".join(
        f"  {kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{user}daemon off;\npid {folder / 'pid'};\nerror_log stderr;\nworker_processes {workers};\n"
        "events { worker_connections 512; }\n"
        f"http {{\n  access_log off;\n{places}"
        "  types { text/html html; text/css css; text/javascript js; image/png png; application/xml xml; }\n"
        f"  charset utf-8;\n{http}\n"
        f"  server {{\n    listen {LOOPBACK}:{port};\n    absolute_redirect off;\n"
        f"    root {shlex.quote(str(root))};\n{server}\n  }}\n}}\n",
        "utf-8",
    )
    with (folder / "log").open("ab") as log:
        command = [servers.find("nginx"), "-p", str(folder), "-c", str(config), "-e", "stderr"]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def documented(root: Path, below: str = "") -> tuple[str, str]:
    """The configuration of nginx that our documentation shows, for a site in `root` (below a folder there): what belongs outside of the
    server's block, and inside."""
    shown, folder, *_ = re.findall(r"^```nginx\n(.*?)^```", DOCS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    outside, inside = shown.split("server {\n", 1)
    lines = [
        line
        for line in inside.rsplit("}", 1)[0].splitlines()
        if not re.match(r"\s*(listen|server_name|root) ", line)
    ]
    if below:
        lines = [line for line in lines if "404 /404.html" not in line]
        lines += [line for line in folder.splitlines() if not line.startswith("root ")]
    return outside.replace("/srv/blog/current", f"{root}{below}"), "\n".join(lines)


APACHE_MODULES = Path("/usr/lib/apache2/modules")


@contextmanager
def apache(root: Path) -> Iterator[Web]:
    """Apache serving the folder `root`, whose `.htaccess` counts."""
    with open_folder() as folder:
        port, process = _listening(lambda port: _start_apache(folder, port, root))
        try:
            yield Web(base=f"http://{LOOPBACK}:{port}", pid=process.pid, folder=folder)
        finally:
            end(process)


def _start_apache(folder: Path, port: int, root: Path) -> subprocess.Popen[bytes]:
    modules = ("mpm_event", "authz_core", "alias", "dir", "mime")
    load = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n" for name in modules)
    user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    (folder / "mime.types").write_text("text/html html\n", "utf-8")
    config = folder / "apache.conf"
    config.write_text(
        f"{load}{user}ServerRoot {folder}\nServerName {LOOPBACK}\nListen {LOOPBACK}:{port}\n"
        f"PidFile {folder}/pid\nDefaultRuntimeDir {folder}\nErrorLog {folder}/log\nTypesConfig mime.types\n"
        f"DocumentRoot {root}\n<Directory {root}>\n  AllowOverride All\n  Require all granted\n</Directory>\n",
        "utf-8",
    )
    with (folder / "log").open("ab") as log:
        command = [servers.find("apache2"), "-D", "FOREGROUND", "-f", str(config)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _listening(start: Callable[[int], subprocess.Popen[bytes]]) -> tuple[int, subprocess.Popen[bytes]]:
    """A server that listens, and where. It is given a port that is free; should another have taken it since, the next one."""
    for _ in range(10):
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        process = start(port)
        if _answers(process, port):
            return port, process
        end(process)
    raise AssertionError("the server does not start; its configuration may be wrong")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return process.poll() is None
        time.sleep(0.01)
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server and wait until it has."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Wire:
    """A network between a client and a server on this machine, that `drops(n)` the n-th connection (from 1) after `after` bytes."""

    def __init__(self, port: int, drops: Callable[[int], bool], after: int = 0) -> None:
        self._server, self._drops, self._after = port, drops, after
        self._socket = socket.create_server((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self.dropped = 0
        self._over = Event()
        self._open: list[socket.socket] = []
        self._threads = [Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> "Wire":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            socket.create_connection((LOOPBACK, self.port)).close()
        self._threads[0].join(PATIENCE)
        for connection in self._open:
            _shut(connection)
        for thread in self._threads:
            thread.join(PATIENCE)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            client, _ = self._socket.accept()
            if self._over.is_set():
                client.close()
                return
            self.connections += 1
            self._open.append(client)
            thread = Thread(target=self._carry, args=(client, self._drops(self.connections)), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _carry(self, client: socket.socket, drops: bool) -> None:
        with client, socket.create_connection((LOOPBACK, self._server)) as server:
            back = Thread(target=self._pass_on, args=(server, client, None), daemon=True)
            back.start()
            whole = self._pass_on(client, server, self._after if drops else None)
            self.dropped += not whole
            _shut(client)
            _shut(server)
            back.join(PATIENCE)

    def _pass_on(self, source: socket.socket, sink: socket.socket, limit: int | None) -> bool:
        """Whether all came through."""
        passed = 0
        with suppress(OSError):
            while limit is None or passed < limit:
                if not (data := source.recv(65536 if limit is None else min(65536, limit - passed))):
                    sink.shutdown(socket.SHUT_WR)
                    return True
                passed += len(data)
                sink.sendall(data)
            return False
        return True


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def run(command: Sequence[str], path: str) -> subprocess.CompletedProcess[str]:
    """Run a program with this PATH."""
    return subprocess.run(
        command,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
