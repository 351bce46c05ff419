"""Find what was public before recto: ask the site that was there for its sitemaps and feeds, or read files of them.

Only the host that was named is asked, however the documents found there would lead on, and only so many documents are read.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from recto.deploy.faults import DeployError
from recto.deploy.web import Answer, Web, WebError
from recto.ledger.imported import LARGEST, Document, Entry, feeds_named, read, sitemaps_named

MOST = 1_000  # documents of one site

# Where sites have them that name none.
_SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "wp-sitemap.xml")
_FEEDS = ("feed.xml", "atom.xml", "rss.xml", "index.xml", "feed/", "feed.json")

_Next = tuple[
    str, bool
]  # the address of a document, and whether another one names it, so that it has to be there
Told = Callable[[str, int], None]
"""Told of each document that was read, and how many addresses it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A site that was there: its pages, with full addresses or such from the root, and the addresses of its feeds. `home` is
    where it was. `flaws` says of documents why they, or a part of them, could not be read."""

    home: str
    entries: tuple[Entry, ...] = ()
    feeds: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()


def former(source: str, web: Web, told: Told) -> Former:
    """The site that an address or a file tells of. DeployError where it tells of none."""
    walk = _Walk(web, told)
    if source.lower().startswith(("http://", "https://")):
        walk.ask(source)
    else:
        walk.open(Path(source))
    home = walk.home or _home(walk.entries)
    return Former(
        home=home,
        entries=tuple(walk.entries),
        feeds=tuple(walk.feeds),
        flaws=tuple(walk.flaws),
    )


def _home(entries: Iterable[Entry]) -> str:
    """The host that most entries are at; "" where they tell of none."""
    hosts = Counter(_origin(entry.address) for entry in entries)
    return max(hosts, key=lambda host: (hosts[host], host), default="")


def _origin(address: str) -> str:
    """The scheme and the host of an address; "" where it has none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _host(address: str) -> str:
    """The host of an address in the form in which two are compared; "" where there is none, or a user before it."""
    host = _origin(address).lower().partition("://")[2].removeprefix("www.")
    return "" if "@" in host else host.removesuffix(":443").removesuffix(":80")


@dataclass(slots=True)
class _Walk:
    """What was found so far, and of which documents."""

    web: Web
    told: Told
    home: str = ""
    host: str = ""
    entries: dict[Entry, None] = field(default_factory=dict)
    feeds: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def open(self, path: Path) -> None:
        """Take what a file says."""
        try:
            with path.open("rb") as file:
                document = read(file.read(LARGEST + 1))
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            hint = f"name a file that is there, or an address with its scheme: https://{path}"
            raise _unreadable(f"{path} cannot be read: {reason}", hint) from None
        if not document.kind:
            hint = "name a sitemap, a feed, or a file with one address a line"
            raise _unreadable(f"{path} cannot be read: {document.flaw}", hint)
        self._take(str(path), document)
        if document.kind == "sitemap" and document.more:
            self.flaws.append(f"{path} names {len(document.more)} more: import those too")

    def ask(self, address: str) -> None:
        """Take what is at an address: a document, or the front page of a site."""
        self.host = _host(address)
        if not self.host:
            hint = (
                "write it as https://old.example/, without a user; what only members see can be read of files"
            )
            raise _unreadable("a source is no address that can be asked", hint)
        answer = self._answer(address)
        document = read(answer.body, answer.url)
        if document.kind:
            self._all(self._take(address, document))
            return
        front = answer.url
        self.home = front.rpartition("/")[0] if urlsplit(front).path else front
        robots = urljoin(front, "/robots.txt")
        told = self._tried(robots, named=False)
        sitemaps = sitemaps_named(told.body, robots) if told else ()
        self._all((address, True) for address in (*sitemaps, *feeds_named(answer.body, front)))
        self._all((urljoin(front, guess), False) for guess in (*([] if sitemaps else _SITEMAPS), *_FEEDS))
        if not self.entries:
            hint = "give the address of one, or a file with one address a line"
            raise _unreadable(f"{address} has no sitemap and no feed that can be found", hint)

    def _all(self, addresses: Iterable[_Next]) -> None:
        """Take what all these documents say, and those that they lead to."""
        waiting = deque(addresses)
        while waiting:
            address, named = waiting.popleft()
            if answer := self._tried(address, named=named):
                document = read(answer.body, answer.url)
                if document.kind:
                    waiting += self._take(address, document)
                elif named:
                    self.flaws.append(f"{address}: {document.flaw}")

    def _take(self, address: str, document: Document) -> list[_Next]:
        """Keep what a document says; those that go on where it ends. A feed does not, once it tells nothing new."""
        fresh = [entry for entry in document.entries if entry not in self.entries]
        self.entries |= dict.fromkeys(fresh)
        self.told(address, len(document.entries))
        if document.flaw:
            self.flaws.append(f"{address}: {document.flaw}")
        if self.host and document.kind == "feed" and any(entry.id for entry in document.entries):
            self.feeds += [address] if "?" not in address else []
        named = document.kind == "sitemap"
        return [(following, named) for following in document.more] if named or fresh else []

    def _tried(self, address: str, *, named: bool) -> Answer | None:
        """The answer at an address, asked once; None where there is none of use, which is a flaw if somebody `named` it."""
        if address in self.seen:
            return None
        self.seen.add(address)
        try:
            return self._answer(address)
        except DeployError as problem:
            if named:
                self.flaws.append(problem.diagnostics[0].message)
            return None

    def _answer(self, address: str) -> Answer:
        hint = "see whether a browser can read it"
        if _host(address) != self.host:
            raise _unreadable(f"{address} is at another host, and is not asked", hint)
        if len(self.seen) > MOST:
            raise _unreadable(f"{address} is not asked: there are more than {MOST:,} documents", hint)
        try:
            answer = self.web.get(address, limit=LARGEST)
        except WebError as problem:
            raise _unreadable(f"{address} cannot be read: {problem}", hint) from None
        if 300 <= answer.status < 400:
            target = urljoin(answer.url, answer.headers.get("location", ""))
            raise _unreadable(
                f"{address} leads to {target}, at another host", "give that address, if it is meant"
            )
        if not answer.ok:
            raise _unreadable(f"{address} cannot be read: it answers with {answer.status}", hint)
        return answer


def _unreadable(message: str, hint: str) -> DeployError:
    return DeployError("ledger-source", message, hint)
