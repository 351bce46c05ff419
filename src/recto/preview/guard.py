"""Let in only who may see a preview: the person at this machine, by way of a browser that this server's own pages opened.

A web page anywhere can make a browser ask this server, under this machine's name or under one of its own that it points here
(DNS rebinding). Such a request is told by its headers, and refused before anything else looks at it.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recto.preview.answers import said

METHODS = ("GET", "HEAD")

_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::\d{1,5})?", re.ASCII)
_ADDED = (  # to every answer
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_ABROAD = """This is the preview of a site on somebody's own machine. It answers to names of that machine only, or any web page could
read it through the browser of whoever looks at it. Open it as http://localhost, with the port that recto says.
To reach it from other machines, start it with recto serve --host and the name or address they use."""
_FOREIGN = """This is the preview of a site on somebody's own machine, and a page of another site asked for this. Open the address
itself to see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the server may be called. `own` are the names it was given, `any_address` whether every IP address is one too
    (where it listens to more than this machine)."""

    own: Collection[str] = ()
    any_address: bool = False

    def has(self, host: str) -> bool:
        """Whether a Host header calls it so; the port does not matter."""
        found = _AUTHORITY.fullmatch(host)
        if not found:
            return False
        name = (found["v6"] or found["name"]).lower()
        return (
            name == "localhost"
            or name.endswith(".localhost")
            or name in self.own
            or _is_address(name, any_=self.any_address)
        )


def _is_address(name: str, *, any_: bool) -> bool:
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return any_ or address.is_loopback


class Guard:
    """An ASGI application that hands on what may be answered, and refuses the rest in words."""

    def __init__(self, app: ASGIApp, names: Names) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_ADDED]
            await send(message)

        await (refusal(scope, self._names) or self._app)(scope, receive, sending)


def refusal(scope: Scope, names: Names) -> Response | None:
    """What to answer to a request that is none of ours; None for one that is."""
    host = _one(scope, b"host")
    if not host or not names.has(host):
        return said(421 if host else 400, _ABROAD)
    if _is_foreign(scope, host):
        return said(403, _FOREIGN)
    if scope["method"] not in METHODS:
        return said(405, "A preview only shows things: GET and HEAD.", Allow=", ".join(METHODS))
    return None


def _is_foreign(scope: Scope, host: str) -> bool:
    """Whether a page of another site asks, unless a person follows a link from there.

    Browsers say where a request comes from in Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), and in Origin.
    """
    origin = _one(scope, b"origin")
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        return True
    if _one(scope, b"sec-fetch-site") != "cross-site":
        return False
    navigates = _one(scope, b"sec-fetch-mode") == "navigate"
    return not (navigates and _one(scope, b"sec-fetch-dest") in (None, "document"))


def _one(scope: Scope, name: bytes) -> str | None:
    """A header of a request; where it comes several times, all of them, which is never what it should be."""
    pairs: Iterable[tuple[bytes, bytes]] = scope["headers"]
    found = [value.decode("latin-1") for key, value in pairs if key == name]
    return ", ".join(found) if found else None
