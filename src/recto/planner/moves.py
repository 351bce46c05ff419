"""Decide where each old address of the site leads, so that none dies.

An address that something has now is not an old one. Of those who have a say in the others, the first one is heard: front matter,
site.yaml, what was given up, the posts that had the address, what was like the thing that had it. Each leads to the end of its way at
once. What is said in vain stays as it was said, for the audit to tell.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from recto import ledger
from recto.diagnostics import Location
from recto.model import Asset, Ledger, Move, Page, Post, Site
from recto.recall import Recall
from recto.text import encode_path, old_path, output_path, output_paths, same_name

FEED = (".xml", ".json", ".rss", ".atom")
LONGEST = 255  # bytes of a name, on nearly every file system
_SUFFIX = re.compile(r"[?#].*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What there is to know of old addresses: the `ledger`, by the names that files have now; what site.yaml says; and the
    sources of posts that have expired."""

    ledger: Ledger | None = None
    redirects: tuple[Move, ...] = ()
    expired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An old address; the path of what is to answer there ("" where nothing can), and the file that it leads to."""

    move: Move
    path: str
    file: str


def ways(
    site: Site, pages: Collection[Page], assets: tuple[Asset, ...], past: Past, recall: Recall
) -> tuple[Way, ...]:
    """What leads from the site's old addresses to these pages and files, and elsewhere."""
    posts = (*site.posts, *site.unlisted, *site.pages)
    signs = tuple(sign for sign in recall.each(_sign, posts) if sign)
    if not (signs or past.ledger or past.redirects):
        return ()
    there = recall.once(_there, tuple([page.path for page in pages]), assets)
    return recall.once(_ways, site.url, signs, there, past)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """What a post says of its old addresses."""

    url: str
    aliases: tuple[Move, ...]
    former: tuple[str, ...]


def _sign(post: Post) -> _Sign | None:
    if not (post.aliases or post.former):
        return None
    whole = post.places.get("aliases", Location(path=post.source))
    places = {alias: post.places.get(f"aliases.{n}", whole) for n, alias in enumerate(post.aliases)}
    moves = (Move(url=alias, target=post.url, origin=places[alias]) for alias in places if alias != post.url)
    return _Sign(url=post.url, aliases=tuple(moves), former=post.former)


@dataclass(frozen=True, eq=False)
class _There:
    """The files of the site, by their paths."""

    paths: frozenset[str]
    assets: tuple[Asset, ...]

    def file(self, url: str) -> str:
        """The file that answers for an address; "" where none does."""
        for path in output_paths(url):
            if path in self.paths:
                return path
        return ""

    def above(self, url: str) -> str:
        """The nearest address above one that something answers for."""
        parts = url.strip("/").split("/")
        found = ("/".join(("", *parts[:depth], "")) for depth in range(len(parts) - 1, -1, -1))
        return next(filter(self.file, found), "")

    def equal(self, mark: str) -> str:
        """The address of a file with these bytes."""
        path = self._marks.get(mark, "")
        return path and "/" + encode_path(path)

    @cached_property
    def _marks(self) -> Mapping[str, str]:
        return {ledger.mark(asset.digest): asset.path for asset in reversed(self.assets)}

    @cached_property
    def names(self) -> frozenset[str]:
        """What no further file can be called."""
        return frozenset(map(same_name, self.paths))


def _there(paths: tuple[str, ...], assets: tuple[Asset, ...]) -> _There:
    return _There(frozenset((*paths, *(asset.path for asset in assets))), assets)


def _ways(home: str, signs: tuple[_Sign, ...], there: _There, past: Past) -> tuple[Way, ...]:
    aliases = [move for sign in signs for move in sign.aliases]
    known, others = {move.url: move for move in reversed(aliases)}, dict[str, Move]()
    for move in _told(signs, there, past):
        if move.url not in known and not there.file(move.url):
            known[move.url] = others[move.url] = move
    ends = _Ends(home, there, known)
    names = set(there.names)
    # What front matter says of an address that something has is a mistake, which the audit sees by the two files.
    ways = [Way(move=move, path=old_path(move.url), file=there.file(move.target)) for move in aliases]
    names.update(same_name(way.path) for way in ways)
    for said in others.values():
        # What the ledger tells is at its end already.
        move = said if said.origin.path == ledger.NAME else ends.of(said)
        path = old_path(move.url)
        free = not any(name in names for name in _taking(path)) and _can_be(path)
        names.add(same_name(path))
        ways.append(Way(move=move, path=path if free else "", file=ends.file(move.target)))
    return tuple(ways)


def _told(signs: tuple[_Sign, ...], there: _There, past: Past) -> Iterator[Move]:
    """What is said of old addresses, of the last word the most recent first; several may be of one address."""
    known = past.ledger or Ledger()
    yield from past.redirects
    yield from (_of_ledger(known, url, "") for url in known.gone)
    yield from (_of_ledger(known, url, sign.url) for sign in signs for url in sign.former)
    for post in known.posts:
        if post.source in past.expired:
            yield from (_of_ledger(known, url, "") for url in post.urls)
    for url in known.lists:
        if not (there.file(url) or url.endswith(FEED)) and (above := there.above(url)):
            yield _of_ledger(known, url, above)
    for url, mark in known.files.items():
        if not there.file(url) and (equal := there.equal(mark)):
            yield _of_ledger(known, url, equal)


def _of_ledger(known: Ledger, url: str, target: str) -> Move:
    return Move(url=url, target=target, origin=Location(path=ledger.NAME, line=known.lines.get(url, 0)))


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where the ways through a site end, at an address `home`: at a file, or elsewhere."""

    home: str
    there: _There
    known: Mapping[str, Move]

    def of(self, move: Move) -> Move:
        """The move that leads to the end at once; the same where that is nowhere, or the way goes in a circle."""
        target, passed = move.target, set[str]()
        while (url := self._inside(target)) and not self.there.file(url):
            following = self.known.get(url) or self.known.get(f"{url}/")
            if following is None or not following.target or following.url in passed:
                return move
            passed.add(following.url)
            target = following.target
        whole = self._whole(target)
        return move if whole == move.target else replace(move, target=whole)

    def file(self, target: str) -> str:
        """The file at the end; "" where there is none, or it is elsewhere."""
        return self.there.file(self._inside(target))

    def _inside(self, target: str) -> str:
        """The address within the site, without query and part; "" for what is elsewhere."""
        local = _SUFFIX.sub("", target.removeprefix(self.home) if self.home else target)
        return local if local[:1] == "/" and local[:2] != "//" else ""

    def _whole(self, target: str) -> str:
        """The target as the site's own links have it: "/x" is "/x/" where that is a folder."""
        url = self._inside(target)
        folder = self.there.file(url) == output_path(f"{url}/") and not url.endswith("/")
        suffix = target.removeprefix(self.home)[len(url) :]
        return f"{url}{'/' if folder else ''}{suffix}" if url else target


def _taking(path: str) -> Iterator[str]:
    """The names that a file must not find taken: its own, and those of the folders that it is in."""
    name = same_name(path)
    while name:
        yield name
        name = name.rpartition("/")[0]


def _can_be(path: str) -> bool:
    """Whether file systems can hold a file of that name, which was an address elsewhere."""
    return len(path) < LONGEST // 4 or all(len(part.encode()) <= LONGEST for part in path.split("/"))
