"""Find addresses that lead to nothing: in bodies, in the navigation, in front matter.

They are judged as static hosts serve the output, and as they are once resolved. What leads to another site is not judged, and
neither is a link to a source file, of which the assembly has said already what is wrong.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from recto.audit.outputs import Output, Outputs
from recto.diagnostics import Diagnostic, Location, warning
from recto.model import NavItem, Post, Site, Source, Sources
from recto.recall import Recall
from recto.text import ELSEWHERE, Names, output_path, unquote_path

_PARTS = re.compile(r"([^?#]*)(?:\?[^#]*)?(?:#(.*))?", re.DOTALL)
_SOURCE = re.compile(r"[^?#]*\.(?:md|markdown)(?:[?#]|\Z)", re.IGNORECASE)
_EVERYWHERE = frozenset(
    ("", "top", "main")
)  # fragments that every browser, or every page of the theme, knows


def links(site: Site, sources: Sources, files: Outputs, recall: Recall) -> tuple[Diagnostic, ...]:
    """A warning for every address that leads to nothing in a site of these files."""
    reach = recall.revise(_reach, (site.url, site.base_path, files))
    posts = (*site.posts, *site.unlisted, *site.pages)
    by_path = {source.path: source for source in (*sources.posts, *sources.pages)}
    parts = dict(zip((post.path for post in posts), recall.each(_part, posts), strict=True))
    targets = recall.batch(
        lambda some: [_targets(post, reach) for post in some], posts, name=_targets, shared=(reach.verdict,)
    )
    seen = [tuple([parts.get(path) for path in found.pages]) if found.pages else () for found in targets]
    found = recall.each(_of_post, posts, (by_path[post.source] for post in posts), targets, seen)
    return (*chain.from_iterable(found), *_of_nav(site.nav, reach, parts))


class _Part(NamedTuple):
    """A post or standalone page, as far as links into it are concerned: its title and its ids."""

    title: str
    ids: tuple[str, ...]


def _part(post: Post) -> _Part:
    return _Part(post.title, post.body.ids)


class _Targets(NamedTuple):
    """Where the links of a post lead, and its own picture; the files of other pages into whose parts they lead."""

    links: tuple["_Target", ...]
    image: "_Target | None"
    pages: tuple[str, ...]


def _targets(post: Post, reach: "Reach") -> _Targets:
    kinds = (reference.kind for reference in post.body.references)
    found = tuple([reach.target(link, kind) for link, kind in zip(post.links, kinds, strict=True)])
    asked = dict.fromkeys(target.file for target in found if target.file and target.fragment)
    image = reach.target(post.image.url, "image") if post.image else None
    return _Targets(found, image, tuple(asked))


def _of_post(
    post: Post, source: Source, targets: _Targets, seen: tuple[_Part | None, ...]
) -> tuple[Diagnostic, ...]:
    """What is wrong in one post, whose links lead into those parts of other pages."""
    parts = {**dict(zip(targets.pages, seen, strict=True)), post.path: _part(post)}
    wrong = [
        (reference, trouble)
        for reference, target in zip(post.body.references, targets.links, strict=True)
        if (trouble := _trouble(target, post.path, parts)) and not _SOURCE.match(reference.url)
    ]
    places = source.locate((r.line, r.column, max(1, len(r.url))) for r, _ in wrong)
    found = [replace(trouble, location=place) for (_, trouble), place in zip(wrong, places, strict=True)]
    if targets.image and source.front.image and (trouble := _trouble(targets.image, post.path, parts)):
        found.append(replace(trouble, location=source.place("image")))
    return tuple(found)


def _of_nav(
    nav: Iterable[NavItem], reach: "Reach", parts: Mapping[str, _Part | None]
) -> Iterator[Diagnostic]:
    for item in nav:
        if trouble := _trouble(reach.target(item.url, "link"), "index.html", parts):
            yield replace(trouble, location=item.location or Location(path="site.yaml"))


def _trouble(target: "_Target", own: str, parts: Mapping[str, _Part | None]) -> Diagnostic | None:
    """What is wrong with a target of a link on the page whose file is `own`, without a location; `parts` are those of the
    pages of which they are known."""
    part = parts.get(target.file or own) if target.inside and not target.trouble else None
    return _no_part(part, target.fragment) if part else target.trouble


_Reached = tuple[str, str, Outputs]


def _reach(asked: _Reached, before: "tuple[_Reached, Reach] | None") -> "Reach":
    """What can be reached in a site at an address, below a folder, of these files. What was judged in an earlier one is not
    judged again where the same file must answer."""
    home, base_path, (pages, assets) = asked
    made = {asset.path for asset in assets if not _is_as_written(asset)}
    files = frozenset([output.path for output in (*pages, *assets)])
    guides, judged, verdict = _Guides(files - made), {}, object()
    if before and before[0][:2] == asked[:2]:
        earlier = before[1]
        guides = earlier.guides if earlier.guides.files == guides.files else guides
        same_guides = guides is earlier.guides
        judged = {
            key: target for key, target in earlier.judged.items() if _still_holds(target, files, same_guides)
        }
        verdict = earlier.verdict if len(judged) == len(earlier.judged) else verdict
    return Reach(home=home, base_path=base_path, files=files, guides=guides, judged=judged, verdict=verdict)


def _still_holds(target: "_Target", files: Collection[str], same_guides: bool) -> bool:
    """Whether nothing can have changed about a target: the first of its candidates that is a file is the one that was."""
    first = next((candidate for candidate in target.candidates if candidate in files), "")
    return first == target.file and (same_guides or not target.trouble)


def _is_as_written(file: Output) -> bool:
    """Whether a file has the name that its author gave it, and not one with a digest."""
    return file.path.rpartition("/")[2] == file.origin.path.rpartition("/")[2]


@dataclass(frozen=True)
class _Guides:
    """What an address can have meant, among the files that have names which somebody writes."""

    files: frozenset[str]

    @cached_property
    def names(self) -> Names:
        """What a link's can have."""
        return Names(sorted("/" + file.removesuffix("index.html") for file in self.files))

    @cached_property
    def embeddable(self) -> Names:
        """What a picture's can have: no page."""
        return Names(sorted(f"/{file}" for file in self.files if not file.endswith(".html")))


@dataclass(frozen=True, kw_only=True, eq=False)
class Reach:
    """What can be reached: the `files` of the output; what was `judged` of addresses, by them and what they are for. While
    `verdict` is the same object, so is all that was."""

    home: str
    base_path: str
    files: frozenset[str]
    guides: _Guides
    judged: dict[tuple[str, str], "_Target"]
    verdict: object

    def target(self, link: str, kind: str) -> "_Target":
        """Where a resolved address leads, or what is wrong with it."""
        if (link, kind) not in self.judged:
            self.judged[link, kind] = self._judge(link, kind)
        return self.judged[link, kind]

    def _judge(self, link: str, kind: str) -> "_Target":
        if not link:
            message = f"this {_NOUNS[kind]} has no address"
            return _Target(trouble=warning("dead-link", message, hint="write one, or take it out"))
        address = self._local(link)
        match = _PARTS.match(address or "")
        if address is None or match is None:
            return _Target()
        path, fragment = match[1], unquote_path(match[2] or "").partition(":~:")[0]
        if not path:
            return _Target(inside=True, fragment=fragment)
        candidates = self._candidates(path)
        file = next((candidate for candidate in candidates if candidate in self.files), "")
        trouble = None if file else self._nothing(unquote_path(path), kind)
        asked = candidates if file else (*candidates, *self._candidates(self._within(path)))
        return _Target(inside=True, file=file, fragment=fragment, trouble=trouble, candidates=asked)

    def _local(self, link: str) -> str | None:
        """The address within the site; None where it leads elsewhere."""
        if self.home and (link == self.home or link.startswith((f"{self.home}/", f"{self.home}#"))):
            return link[len(self.home) :] or "/"
        return None if ELSEWHERE.match(link) else link

    def _candidates(self, path: str) -> tuple[str, ...]:
        """The files that may answer for a path: for "/x" the file x, or else x/index.html."""
        name = unquote_path(path).removeprefix("/")
        return (output_path(f"/{name}"), f"{name}/index.html")

    def _within(self, path: str) -> str:
        """The path without the folder below which the site is deployed."""
        inside = bool(self.base_path) and path.startswith(f"{self.base_path}/")
        return path[len(self.base_path) :] if inside else path

    def _nothing(self, path: str, kind: str) -> Diagnostic:
        code, message = _NOTHING[kind]
        return warning(code, f'{message} "{path}"', hint=self._hint(path, kind))

    def _hint(self, path: str, kind: str) -> str:
        short = self._within(path)
        if short != path and any(candidate in self.files for candidate in self._candidates(short)):
            return f'write "{short}": recto puts "{self.base_path}" before it'
        if near := (self.guides.names if kind == "link" else self.guides.embeddable).nearest(path):
            return f'did you mean "{near}"?'
        if kind == "link":
            return "mend the link, or take it out"
        where = f"at {path[1:]}" if path.startswith("/images/") else "beside the post"
        return f"put it {where}, or mend the address"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What an address leads to: something `inside` the site, by its `file` ("" for the page itself) and the part of it, or
    else elsewhere; or what is wrong with it. `candidates` are the files that may answer for it, the first one does."""

    inside: bool = False
    file: str = ""
    fragment: str = ""
    trouble: Diagnostic | None = None
    candidates: tuple[str, ...] = ()


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
