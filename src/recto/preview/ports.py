"""Find a port to listen at, on this machine alone unless another host is asked for."""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address

from recto.preview.options import ServeError

LOOPBACK = ("127.0.0.1", "::1")
TRIED = 50  # ports
BACKLOG = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Open sockets. `hosts` are names for the same place, the best first; `public` says whether other machines see it."""

    sockets: Sequence[socket.socket]
    port: int
    hosts: Sequence[str]
    public: bool

    def addresses(self, path: str) -> list[str]:
        """The addresses of a path of the server."""
        return [f"http://{f'[{host}]' if ':' in host else host}:{self.port}{path}" for host in self.hosts]

    def close(self) -> None:
        """Give the port back."""
        for each in self.sockets:
            each.close()


def listen(host: str, port: int) -> Listening:
    """Listen at the host ("" is this machine alone) and the port or, where that is taken, at the next one that is free.

    ServeError where that cannot be.
    """
    found = _found(host)
    for candidate in range(port, min(port + TRIED, 65_536)) if port else [0] * TRIED:
        if sockets := _bound(found, candidate, host):
            public = not all(ip_address(address).is_loopback for _, address in found)
            return Listening(
                sockets=sockets,
                port=sockets[0].getsockname()[1],
                hosts=tuple(_names(host, found)),
                public=public,
            )
    raise ServeError(f"port {port} is taken, and so are the {TRIED} after it", "choose another with --port")


def _found(host: str) -> Sequence[tuple[int, str]]:
    """The addresses of a host, each with its family, none twice."""
    if not host or host == "localhost":
        return [(socket.AF_INET, LOOPBACK[0]), (socket.AF_INET6, LOOPBACK[1])]
    try:
        known = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        hint = "name an address of this machine, such as 0.0.0.0 for all of them, or leave it out"
        raise ServeError(f'there is no host "{host}"', hint) from None
    return [*dict.fromkeys((int(family), str(place[0])) for family, _, _, _, place in known)]


def _bound(found: Sequence[tuple[int, str]], port: int, host: str) -> Sequence[socket.socket]:
    """Sockets that listen at all these addresses that there are; none where one of them is taken at this port."""
    with ExitStack() as opened:
        sockets: list[socket.socket] = []
        for family, address in found:
            try:
                made = opened.enter_context(_socket(family))
                given = port or (sockets[0].getsockname()[1] if sockets else 0)
                _take(made, address, given)
            except OSError as problem:
                if problem.errno in (errno.EADDRINUSE, errno.EEXIST):
                    return []
                if len(found) > 1 and problem.errno in _ABSENT:
                    continue  # a machine without IPv6
                raise _refused(problem, host or address, port) from problem
            sockets.append(made)
        if not sockets:
            raise ServeError(f'"{host}" is no address of this machine', "leave --host out, or name another")
        opened.pop_all()
        return sockets


_ABSENT = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)


def _socket(family: int) -> socket.socket:
    made = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, or asyncio leaves Nagle's delay on
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if sys.platform == "win32":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def _take(made: socket.socket, address: str, port: int) -> None:
    """Listen, so that nobody else takes it. OSError with EADDRINUSE where somebody has."""
    if sys.platform == "darwin" and port and _answers(made.family, address, port):
        # There an address can be taken beneath a server that listens to all of them.
        raise OSError(errno.EADDRINUSE, "taken")
    made.bind((address, port))
    made.listen(BACKLOG)


def _answers(family: int, address: str, port: int) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as asking:
        asking.settimeout(0.2)
        return asking.connect_ex((address, port)) == 0


def _refused(problem: OSError, host: str, port: int) -> ServeError:
    if problem.errno == errno.EACCES:
        hint = "choose one from 1024 up, such as --port 8000"
        return ServeError(f"port {port} is only for the system", hint)
    if problem.errno == errno.EADDRNOTAVAIL:
        return ServeError(f'"{host}" is no address of this machine', "leave --host out, or name another")
    reason = (problem.strerror or str(problem)).lower()
    return ServeError(
        f"cannot listen at {host}, port {port}: {reason}", "choose another with --host or --port"
    )


def _names(host: str, found: Sequence[tuple[int, str]]) -> Iterator[str]:
    """What a browser can call the server: on this machine first, then, for all addresses, from the network."""
    addresses = [address for _, address in found]
    if not host or host == "localhost":
        yield "localhost"
    elif any(ip_address(address).is_unspecified for address in addresses):
        yield "localhost"
        yield from _in_the_network()
    else:
        yield host


def _in_the_network() -> Iterator[str]:
    """This machine's address towards the rest of the world. Nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
        except OSError:
            return
        yield str(asking.getsockname()[0])
