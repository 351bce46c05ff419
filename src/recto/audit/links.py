"""Find addresses that lead to nothing: in bodies, in the navigation, in front matter.

They are judged as static hosts serve the output, and as they are once resolved. What leads to another site is not judged, and
neither is a link to a source file, of which the assembly has said already what is wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from recto.diagnostics import Diagnostic, Location, warning
from recto.model import Asset, Page, Post, Reference, Site, Source, Sources
from recto.text import ELSEWHERE, Names, output_path, unquote_path

_PARTS = re.compile(r"([^?#]*)(?:\?[^#]*)?(?:#(.*))?", re.DOTALL)
_SOURCE = re.compile(r"[^?#]*\.(?:md|markdown)(?:[?#]|\Z)", re.IGNORECASE)
_EVERYWHERE = frozenset(
    ("", "top", "main")
)  # fragments that every browser, or every page of the theme, knows


def links(
    site: Site, sources: Sources, pages: Iterable[Page], assets: Iterable[Asset]
) -> Iterator[Diagnostic]:
    """A warning for every address that leads to nothing."""
    posts = (*site.posts, *site.unlisted, *site.pages)
    pages, assets = tuple(pages), tuple(assets)
    reach = _Reach(
        home=site.url,
        base_path=site.base_path,
        files=frozenset((*(page.path for page in pages), *(asset.path for asset in assets))),
        made=frozenset(asset.path for asset in assets if not _is_as_written(asset)),
        posts={post.path: post for post in posts},
    )
    by_path = {source.path: source for source in (*sources.posts, *sources.pages)}
    for post in posts:
        yield from _body(reach, post, by_path[post.source])
        yield from _picture(reach, post, by_path[post.source])
    for item in site.nav:
        if trouble := reach.trouble(item.url, "link", "index.html"):
            yield replace(trouble, location=item.location or Location(path="site.yaml"))


def _is_as_written(asset: Asset) -> bool:
    """Whether the file has the name that its author gave it, and not one with a digest."""
    return asset.path.rpartition("/")[2] == asset.origin.rpartition("/")[2]


def _body(reach: "_Reach", post: Post, source: Source) -> Iterator[Diagnostic]:
    found: list[tuple[Reference, Diagnostic]] = []
    for reference, link in zip(post.body.references, post.links, strict=True):
        trouble = reach.trouble(link, reference.kind, post.path)
        if trouble and not _SOURCE.match(reference.url):
            found.append((reference, trouble))
    places = source.locate((r.line, r.column, max(1, len(r.url))) for r, _ in found)
    for (_, trouble), place in zip(found, places, strict=True):
        yield replace(trouble, location=place)


def _picture(reach: "_Reach", post: Post, source: Source) -> Iterator[Diagnostic]:
    if post.image and source.front.image and (trouble := reach.trouble(post.image.url, "image", post.path)):
        yield replace(trouble, location=source.place("image"))


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """What can be reached: the `files` of the output, and which of them have names that nobody writes (`made`); posts and
    standalone pages by their file, whose ids are known."""

    home: str
    base_path: str
    files: frozenset[str]
    made: frozenset[str]
    posts: Mapping[str, Post]
    judged: dict[tuple[str, str], Diagnostic | None] = field(default_factory=dict)
    parts: dict[str, frozenset[str]] = field(default_factory=dict)
    guides: dict[str, Names] = field(default_factory=dict)

    def trouble(self, link: str, kind: str, own: str) -> Diagnostic | None:
        """What is wrong with a resolved address on the page whose file is `own`; without a location."""
        if link.startswith("#") or not link:
            return self._judge(link, kind, own)
        if (link, kind) not in self.judged:
            self.judged[link, kind] = self._judge(link, kind, own)
        return self.judged[link, kind]

    def _judge(self, link: str, kind: str, own: str) -> Diagnostic | None:
        if not link:
            return warning(
                "dead-link", f"this {_NOUNS[kind]} has no address", hint="write one, or take it out"
            )
        address = self._local(link)
        match = _PARTS.match(address or "")
        if address is None or match is None:
            return None
        path, fragment = match[1], unquote_path(match[2] or "").partition(":~:")[0]
        file = self._file(path) if path else own
        if not file:
            return self._nothing(unquote_path(path), kind)
        return None if self._has_part(file, fragment) else self._no_part(file, fragment)

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

    def _has_part(self, file: str, fragment: str) -> bool:
        """Whether a page has an element with that id; a page that only a template made may have any."""
        return fragment in _EVERYWHERE or file not in self.posts or fragment in self._parts(file)

    def _parts(self, file: str) -> frozenset[str]:
        if file not in self.parts:
            self.parts[file] = frozenset(self.posts[file].body.ids)
        return self.parts[file]

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

    def _no_part(self, file: str, fragment: str) -> Diagnostic:
        if file not in self.guides:
            self.guides[file] = Names(sorted(self._parts(file)))
        near = self.guides[file].nearest(fragment)
        hint = (
            f'did you mean "#{near}"?'
            if near
            else "mend the link: a heading's part is its words, with hyphens"
        )
        return warning("dead-fragment", f'"{self.posts[file].title}" has no part "#{fragment}"', hint=hint)

    @cached_property
    def _names(self) -> Names:
        return Names(sorted("/" + file.removesuffix("index.html") for file in self.files - self.made))

    @cached_property
    def _embeddable(self) -> Names:
        """What a picture's address can have meant: no page."""
        return Names(sorted(f"/{file}" for file in self.files - self.made if not file.endswith(".html")))


_NOUNS = {"link": "link", "image": "picture", "media": "element"}
_NOTHING = {
    "link": ("dead-link", "nothing is at"),
    "image": ("missing-image", "there is no picture at"),
    "media": ("missing-file", "there is no file at"),
}
