"""Addresses of a site that was there before, as this site has them: from its root, in the form in which it serves them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from urllib.parse import SplitResult, urlsplit

from recto.ledger.entries import Entry
from recto.text import flaw, quote, tidy

# What is served as it is, and not as a page; any other address means the page in a folder of that name ("/x.php" too).
_FILE = re.compile(
    r"\.(?:pdf|epub|mobi|zip|[tg]z|tgz|bz2|xz|7z|rar|docx?|od[tsp]|xlsx?|pptx?|csv|txt|xml|json|rss|atom|rdf|ics"
    r"|svg|png|jpe?g|gif|webp|avif|mp[34]|m4[av]|og[agv]|webm|wav)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """An address that the site had, from its root, and what a feed says of the page there. `full` is how it was told, "" where
    that was from the root too."""

    url: str
    full: str = ""
    title: str = ""
    day: str = ""
    id: str = ""


def placed(entries: Iterable[Entry], home: str, site: str) -> tuple[list[Old], list[str]]:
    """The addresses of the site that was at `home` as those of the one that is at the address `site`; and the addresses that
    none of its can be: of other places, and those with a query."""
    found: list[Old] = []
    others: dict[str, None] = {}
    old_home, new_home = _split(home), _split(site)
    for entry in entries:
        path = _path(entry.address, old_home, new_home)
        if not path or flaw(path):
            others[entry.address] = None
        else:
            found.append(_old(path, entry))
    return found, list(others)


def each_once(olds: Iterable[Old]) -> dict[str, Old]:
    """The addresses, each with all that is told of it; where that differs, with what is told first."""
    found: dict[str, Old] = {}
    for old in olds:
        found[old.url] = _both(found[old.url], old) if old.url in found else old
    return found


def _path(address: str, home: SplitResult, site: SplitResult) -> str:
    """The path of an address (with its query, if any) below the folder of the new site; "" where the address is not the old site's, or where
    the new one cannot answer for it."""
    parts = _split(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.netloc and not (_host(parts) == _host(home) and _is_below(parts.path, home.path)):
        return ""
    if site.path and _is_below(parts.path, site.path):
        return path[len(site.path) :] or "/"
    elsewhere = site.path and parts.netloc and _host(parts) == _host(site)
    return "" if elsewhere else path


def _split(address: str) -> SplitResult:
    """The parts of an address; all "" where it has none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "?", "", "", "")


def _host(parts: SplitResult) -> str:
    return parts.netloc.lower().removeprefix("www.")


def _is_below(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder.rstrip('/')}/")


def _old(path: str, entry: Entry) -> Old:
    url = quote(path) if _FILE.search(path) else tidy(path)
    full = "" if entry.address.startswith("/") else entry.address
    return Old(url=url, full=full, title=entry.title, day=entry.day, id=entry.id)


def _both(one: Old, other: Old) -> Old:
    """What two say of one address; the first where they differ."""
    return Old(**{part.name: getattr(one, part.name) or getattr(other, part.name) for part in fields(Old)})
