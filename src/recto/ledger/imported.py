"""Read what was public before recto: sitemaps, feeds and plain lists of addresses, as anybody may have written them.

Nothing in a document reaches further than into the values made of it, and what it unpacks to is limited. A document that
breaks off gives what stands before the break, and says where that is.
"""

import html
import re
import zlib

import msgspec

from recto.ledger.elements import Reader
from recto.ledger.entries import ADDRESS, Document, Entry, day_of, joined, listed, told

__all__ = ["LARGEST", "Document", "Entry", "feeds_named", "read", "sitemaps_named"]

LARGEST = 50 * 1024 * 1024  # bytes of one document, unpacked: as many as a sitemap may have (sitemaps.org)

_GZIP = b"\x1f\x8b"


def read(data: bytes, address: str = "") -> Document:
    """The document that these bytes are, gzipped or not. `address` is where they were found; relative addresses count from it."""
    try:
        data = _unpacked(data)
    except (zlib.error, ValueError) as problem:
        return Document(flaw=f"it cannot be unpacked: {problem}")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"{":
        return _json_feed(data, address)
    if start == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Reader(address).read(data)
    return _list(data)


def _unpacked(data: bytes) -> bytes:
    """The bytes without gzip. ValueError where they break off, or are too many."""
    if data[:2] == _GZIP:
        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        data = unpacking.decompress(data, LARGEST + 1)
        if not unpacking.eof and len(data) <= LARGEST:
            raise ValueError("it breaks off")
    if len(data) > LARGEST:
        raise ValueError(f"it has more than {LARGEST:,} bytes")
    return data


def _list(data: bytes) -> Document:
    """One address a line, which is a form of sitemap too (sitemaps.org)."""
    lines = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found or not all(map(ADDRESS.fullmatch, found)):
        return Document(flaw="it is no sitemap, no feed and no list of addresses")
    return Document(kind="list", entries=tuple(filter(None, map(listed, found))))


def _json_feed(data: bytes, address: str) -> Document:
    try:
        feed = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Document(flaw="it is no JSON")
    items = feed.get("items")
    if "jsonfeed.org" not in str(feed.get("version"))[:100] or not isinstance(items, list):
        return Document(flaw="it is no JSON Feed")
    entries = (_json_entry(item, address) for item in items if isinstance(item, dict))
    following = feed.get("next_url")
    more = (joined(address, following),) if isinstance(following, str) and following else ()
    return Document(kind="feed", entries=tuple(filter(None, entries)), more=tuple(filter(None, more)))


def _json_entry(item: dict[str, object], address: str) -> Entry | None:
    said = {key: value for key, value in item.items() if isinstance(value, str)}
    id = said.get("id") or str(item.get("id", ""))  # some write a number
    return told(
        joined(address, said.get("url") or id),
        title=said.get("title", ""),
        day=day_of(said.get("date_published", "")),
        id=id,
    )


# ---- where there are more -----------------------------------------------------------------------------------

_SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(r"<link\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FEED = re.compile(r"application/(?:(?:atom|rss|rdf)\+xml|feed\+json)", re.IGNORECASE)
_HEAD = 256 * 1024  # bytes of a page in which its head is looked for


def sitemaps_named(robots: bytes, address: str) -> tuple[str, ...]:
    """The addresses of sitemaps that a robots.txt names."""
    found = (match[1].decode("utf-8", "replace") for match in _SITEMAP.finditer(robots[:_HEAD]))
    return tuple(filter(None, (joined(address, sitemap) for sitemap in dict.fromkeys(found))))


def feeds_named(page: bytes, address: str) -> tuple[str, ...]:
    """The addresses of feeds that the head of an HTML page names."""
    links = map(_attributes, _LINK.findall(page[:_HEAD].decode("utf-8", "replace")))
    feeds = (
        joined(address, link.get("href", ""))
        for link in links
        if "alternate" in link.get("rel", "").lower().split() and _FEED.match(link.get("type", ""))
    )
    return tuple(filter(None, dict.fromkeys(feeds)))


def _attributes(tag: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(tag[:4_000])
    return {match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in found}
