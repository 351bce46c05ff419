"""Find addresses that lead to nothing: in bodies, in the navigation, in front matter.

They are judged as static hosts serve the output, and as they are once resolved. What leads to another site is not judged, and
neither is a link to a source file, of which the assembly has said already what is wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from recto.diagnostics import Diagnostic, Location, warning
from recto.model import Asset, NavItem, Post, Reference, Site, Source, Sources
from recto.recall import Recall
from recto.text import ELSEWHERE, Names, output_path, unquote_path

_PARTS = re.compile(r"([^?#]*)(?:\?[^#]*)?(?:#(.*))?", re.DOTALL)
_SOURCE = re.compile(r"[^?#]*\.(?:md|markdown)(?:[?#]|\Z)", re.IGNORECASE)
_EVERYWHERE = frozenset(
    ("", "top", "main")
)  # fragments that every browser, or every page of the theme, knows


def links(site: Site, sources: Sources, known: "Reach", recall: Recall) -> tuple[Diagnostic, ...]:
    """A warning for every address that leads to nothing."""
    posts = (*site.posts, *site.unlisted, *site.pages)
    by_path = {source.path: source for source in (*sources.posts, *sources.pages)}
    paths = [post.path for post in posts]
    parts = recall.same("parts", dict(zip(paths, recall.each(_part, posts), strict=True)))
    others = recall.each(_other_pages, posts, shared=(known,))
    seen = [tuple((path, parts.get(path)) for path in asked) if asked else () for asked in others]
    found = recall.each(_of_post, posts, (by_path[post.source] for post in posts), seen, shared=(known,))
    return (*chain.from_iterable(found), *recall.once(_of_nav, site.nav, known, parts))


class _Part(NamedTuple):
    """A post or standalone page, as far as links into it are concerned: its title and its ids."""

    title: str
    ids: tuple[str, ...]


def _part(post: Post) -> _Part:
    return _Part(post.title, post.body.ids)


_Parts = Mapping[str, _Part | None]


def _other_pages(post: Post, known: "Reach") -> tuple[str, ...]:
    """The files into whose parts a post links."""
    asked = (known.target(link).file for link in post.links if "#" in link and not link.startswith("#"))
    return tuple(dict.fromkeys(file for file in asked if file))


def _of_post(
    post: Post, source: Source, seen: tuple[tuple[str, _Part | None], ...], known: "Reach"
) -> tuple[Diagnostic, ...]:
    """What is wrong in one post, which links into those parts of others."""
    parts = dict(seen) | {post.path: _part(post)}
    return (*_body(known, post, source, parts), *_picture(known, post, source, parts))


def _of_nav(nav: tuple[NavItem, ...], known: "Reach", parts: _Parts) -> tuple[Diagnostic, ...]:
    found = ((item, known.trouble(item.url, "link", "index.html", parts)) for item in nav)
    return tuple(
        replace(trouble, location=item.location or Location(path="site.yaml"))
        for item, trouble in found
        if trouble
    )


def reach(home: str, base_path: str, pages: Iterable[str], assets: Iterable[Asset]) -> "Reach":
    """What can be reached in a site of these pages and files."""
    assets = tuple(assets)
    return Reach(
        home=home,
        base_path=base_path,
        files=frozenset((*pages, *(asset.path for asset in assets))),
        made=frozenset(asset.path for asset in assets if not _is_as_written(asset)),
    )


def _is_as_written(asset: Asset) -> bool:
    """Whether the file has the name that its author gave it, and not one with a digest."""
    return asset.path.rpartition("/")[2] == asset.origin.rpartition("/")[2]


def _body(known: "Reach", post: Post, source: Source, parts: _Parts) -> Iterator[Diagnostic]:
    found: list[tuple[Reference, Diagnostic]] = []
    for reference, link in zip(post.body.references, post.links, strict=True):
        trouble = known.trouble(link, reference.kind, post.path, parts)
        if trouble and not _SOURCE.match(reference.url):
            found.append((reference, trouble))
    places = source.locate((r.line, r.column, max(1, len(r.url))) for r, _ in found)
    for (_, trouble), place in zip(found, places, strict=True):
        yield replace(trouble, location=place)


def _picture(known: "Reach", post: Post, source: Source, parts: _Parts) -> Iterator[Diagnostic]:
    if not (post.image and source.front.image):
        return
    if trouble := known.trouble(post.image.url, "image", post.path, parts):
        yield replace(trouble, location=source.place("image"))


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What can be reached: the `files` of the output, and which of them have names that nobody writes (`made`)."""

    home: str
    base_path: str
    files: frozenset[str]
    made: frozenset[str]

    def trouble(self, link: str, kind: str, own: str, parts: _Parts) -> Diagnostic | None:
        """What is wrong with a resolved address on the page whose file is `own`, without a location; `parts` are those of
        the pages of which they are known."""
        found = self.target(link, kind)
        if found.trouble or not found.inside:
            return found.trouble
        part = parts.get(found.file or own)
        return None if part is None else _no_part(part, found.fragment)

    def target(self, link: str, kind: str = "link") -> "_Target":
        """Where a resolved address leads."""
        if (link, kind) not in self._judged:
            self._judged[link, kind] = self._judge(link, kind)
        return self._judged[link, kind]

    @cached_property
    def _judged(self) -> dict[tuple[str, str], "_Target"]:
        return {}

    def _judge(self, link: str, kind: str) -> "_Target":
        if not link:
            message = f"this {_NOUNS[kind]} has no address"
            return _Target(trouble=warning("dead-link", message, hint="write one, or take it out"))
        address = self._local(link)
        match = _PARTS.match(address or "")
        if address is None or match is None:
            return _Target()
        path, fragment = match[1], unquote_path(match[2] or "").partition(":~:")[0]
        file = self._file(path) if path else ""
        if path and not file:
            return _Target(trouble=self._nothing(unquote_path(path), kind))
        return _Target(inside=True, file=file, fragment=fragment)

    def _local(self, link: str) -> str | None:
        """The address within the site; None where it leads elsewhere."""
        if self.home and (link == self.home or link.startswith((f"{self.home}/", f"{self.home}#"))):
            return link[len(self.home) :] or "/"
        return None if ELSEWHERE.match(link) else link

    def _file(self, path: str) -> str:
        """The file that answers for a path: for "/x" the file x, or else x/index.html; "" if there is none."""
        name = unquote_path(path).removeprefix("/")
        candidates = (output_path(f"/{name}"), f"{name}/index.html")
        return next((file for file in candidates if file in self.files), "")

    def _nothing(self, path: str, kind: str) -> Diagnostic:
        code, message = _NOTHING[kind]
        return warning(code, f'{message} "{path}"', hint=self._hint(path, kind))

    def _hint(self, path: str, kind: str) -> str:
        short = path.removeprefix(self.base_path)
        if self.base_path and path.startswith(f"{self.base_path}/") and self._file(short):
            return f'write "{short}": recto puts "{self.base_path}" before it'
        if near := (self._names if kind == "link" else self._embeddable).nearest(path):
            return f'did you mean "{near}"?'
        if kind == "link":
            return "mend the link, or take it out"
        where = f"at {path[1:]}" if path.startswith("/images/") else "beside the post"
        return f"put it {where}, or mend the address"

    @cached_property
    def _names(self) -> Names:
        return Names(sorted("/" + file.removesuffix("index.html") for file in self.files - self.made))

    @cached_property
    def _embeddable(self) -> Names:
        """What a picture's address can have meant: no page."""
        return Names(sorted(f"/{file}" for file in self.files - self.made if not file.endswith(".html")))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What an address leads to: something `inside` the site, by its `file` ("" for the page itself) and the part of it, or
    else elsewhere; or what is wrong with it."""

    inside: bool = False
    file: str = ""
    fragment: str = ""
    trouble: Diagnostic | None = None


def _no_part(part: _Part, fragment: str) -> Diagnostic | None:
    """What is wrong where a page has no such part."""
    if fragment in _EVERYWHERE or fragment in part.ids:
        return None
    near = _guide(part.ids).nearest(fragment)
    hint = (
        f'did you mean "#{near}"?' if near else "mend the link: a heading's part is its words, with hyphens"
    )
    return warning("dead-fragment", f'"{part.title}" has no part "#{fragment}"', hint=hint)


@lru_cache(maxsize=64)
def _guide(ids: tuple[str, ...]) -> Names:
    return Names(sorted(set(ids)))


_NOUNS = {"link": "link", "image": "picture", "media": "element"}
_NOTHING = {
    "link": ("dead-link", "nothing is at"),
    "image": ("missing-image", "there is no picture at"),
    "media": ("missing-file", "there is no file at"),
}
