"""What a browser that shows a page is told of it: what is wrong, where on the page that is, what became of a page that is
gone. Pure: values in, plain values (for JSON) out."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Literal, TypedDict

from recto.builder import Plan
from recto.diagnostics import Diagnostic, Location, Severity
from recto.model import Meta, Page, Post
from recto.preview.problems import Link as Link
from recto.preview.problems import drawn
from recto.text import Names, unquote_path

Kind = Literal["link", "image", "media"]


class Mark(TypedDict):
    """An address that leads to nothing, as it stands in the page's HTML."""

    address: str
    kind: Kind
    message: str


class Gone(TypedDict):
    """What became of a page, and where to go from it."""

    heading: str
    message: str
    url: str
    title: str


class Told(TypedDict):
    """All that a browser is told of the page it shows; problems are HTML."""

    errors: list[str]
    warnings: list[str]
    marks: list[Mark]
    gone: Gone | None


_GONE, _MOVED = "This page is gone", "This page has moved"
_SETTINGS = ("site.yaml", "_config.yml", "urls.lock")
_ABOUT_ADDRESSES = frozenset(("dead-link", "missing-image", "missing-file", "dead-fragment", "link-left-out"))
_WHY = {
    "unlisted": "no list shows it",
    "draft": "it is a draft",
    "unpublished": "it is not published",
    "scheduled": "its date is in the future",
    "expired": "it has expired",
    "ignored": "its name, or ignore in site.yaml, keeps it out",
}


class Notices:
    """What is to be told of the pages of an edition; made once for it, and cheap to make.

    `plan` is the newest good one, of which pages are made (None: there was none yet); `diagnostics` are those of the newest
    build, which may have failed. `link` makes links into the editor, such as `partial(editor.link, name, root)`.
    """

    def __init__(self, plan: Plan | None, diagnostics: Sequence[Diagnostic], *, link: Link) -> None:
        self._plan = plan
        self._link = link
        self._errors = [d for d in diagnostics if d.severity is Severity.ERROR]

    def of(self, page: Page | None, *, failed: Sequence[Diagnostic] = (), last: Page | None = None) -> Told:
        """What is to be told of a page; `page` is None where there is none, and `last` is what was there before.

        `failed` are the problems that kept this page from being rendered. Errors are those of the whole site, warnings those of
        what this page is made of.
        """
        warnings = self._warnings(page) if page else []
        return Told(
            errors=drawn([*self._errors, *failed], self._link),
            warnings=drawn(warnings, self._link),
            marks=list(self._marks(page, warnings)) if page else [],
            gone=self._gone(last) if last and not page else None,
        )

    # ---- what is wrong ----

    def _warnings(self, page: Page) -> list[Diagnostic]:
        """Those of the page's source. What concerns the whole site is told on its front page, what is wrong with the
        navigation wherever that is."""
        everywhere = self._by_file.get("", []) if page.url == "/" else self._of_navigation
        return [*self._by_file.get(_source(page), []), *everywhere]

    @cached_property
    def _warned(self) -> list[Diagnostic]:
        diagnostics = self._plan.diagnostics if self._plan else ()
        return [d for d in diagnostics if d.severity is Severity.WARNING]

    @cached_property
    def _by_file(self) -> dict[str, list[Diagnostic]]:
        """Warnings by each file that they concern; "" is the site as a whole."""
        found: dict[str, list[Diagnostic]] = {}
        for diagnostic in self._warned:
            places = [p.path for p in (diagnostic.location, *diagnostic.related) if p]
            files = {"" if path in _SETTINGS else path for path in (diagnostic.context, *places) if path}
            for file in files or {""}:
                found.setdefault(file, []).append(diagnostic)
        return found

    @cached_property
    def _of_navigation(self) -> list[Diagnostic]:
        entries = {item.location for item in self._plan.site.nav} - {None} if self._plan else set()
        return [d for d in self._warned if d.location in entries]

    # ---- where it is ----

    def _marks(self, page: Page, warnings: Sequence[Diagnostic]) -> Iterator[Mark]:
        """The addresses of a page that its warnings are about."""
        told: dict[Location, list[Diagnostic]] = {}
        for diagnostic in warnings:
            if diagnostic.location and diagnostic.code in _ABOUT_ADDRESSES:
                told.setdefault(diagnostic.location, []).append(diagnostic)
        for place, kind, address in self._addresses(page) if told else ():
            for diagnostic in told.get(place, ()):
                if place.line or unquote_path(address) in diagnostic.message:
                    yield Mark(address=self._below(address), kind=kind, message=diagnostic.message)

    def _addresses(self, page: Page) -> Iterator[tuple[Location, Kind, str]]:
        """The addresses that are written by hand, with where they are written."""
        plan, post = self._plan, page.context.get("post")
        if plan is None:
            return
        for item in plan.site.nav:
            if item.location:
                yield item.location, "link", item.url
        if isinstance(post, Post):
            source = next(s for s in chain(plan.sources.posts, plan.sources.pages) if s.path == post.source)
            references = post.body.references
            places = source.locate((r.line, r.column, max(1, len(r.url))) for r in references)
            for place, reference, address in zip(places, references, post.links, strict=True):
                yield place, reference.kind, address
            if post.image:
                yield source.place("image"), "image", post.image.url

    def _below(self, address: str) -> str:
        """An address of the site as its pages have it, below the folder it is deployed to."""
        rooted = self._plan and address.startswith("/") and not address.startswith(("//", "/\\"))
        return self._plan.site.base_path + address if self._plan and rooted else address

    # ---- what is gone ----

    def _gone(self, last: Page) -> Gone | None:
        if self._plan is None:
            return None
        post = last.context.get("post")
        found = self._fate(post) if isinstance(post, Post) else None
        heading, message, to = found or (_GONE, f"Nothing is at {last.url} any more.", None)
        title, url = (to.title, to.url) if to else self._nearest(last)
        return Gone(heading=heading, message=message, url=self._below(url), title=title)

    def _fate(self, post: Post) -> tuple[str, str, Post | None]:
        """What became of a post: a heading, a sentence, and the post that it is now."""
        assert self._plan
        site = self._plan.site
        posts = (*site.posts, *site.unlisted, *site.pages)
        if there := next((p for p in posts if p.source == post.source), None):
            return _MOVED, f"{post.source} is at {there.url} now.", there
        if out := next((o for o in self._plan.omissions if o.source == post.source), None):
            return _GONE, f"{post.source} is left out: {_WHY[out.reason]}.", None
        same = (p for p in posts if p.title == post.title and p.body.text == post.body.text)
        if renamed := next(same, None):
            return _MOVED, f"{post.source} is {renamed.source} now.", renamed
        return _GONE, f"{post.source} was deleted.", None

    def _nearest(self, last: Page) -> tuple[str, str]:
        """Title and address of the page that is most like one that is gone: by its name, else its neighbour in time, else
        the list above it."""
        assert self._plan
        pages = self._pages
        beside = [p.url for p in map(last.context.get, ("newer", "older")) if isinstance(p, Post)]
        parts = last.url.strip("/").split("/")
        above = ["/".join(["", *parts[:count], ""]) for count in range(len(parts) - 1, 0, -1)]
        url = next((url for url in (self._names.nearest(last.url), *beside, *above) if url in pages), "/")
        return pages.get(url, "") or self._plan.site.title, url

    @cached_property
    def _pages(self) -> dict[str, str]:
        """The titles of all pages for people, by address."""
        metas = (page.context.get("page") for page in self._plan.pages) if self._plan else ()
        return {
            m.url: m.title for m in metas if isinstance(m, Meta) and m.kind not in ("redirect", "gone", "404")
        }

    @cached_property
    def _names(self) -> Names:
        return Names(self._pages)


def _source(page: Page) -> str:
    """The file that a page is made of: a post's, else that of what asks for it."""
    post = page.context.get("post")
    return post.source if isinstance(post, Post) else page.origin.path
