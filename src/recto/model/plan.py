"""What is to be written, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from recto.diagnostics import Diagnostic, Location
from recto.model.ledger import Ledger, Move
from recto.model.post import Post
from recto.model.site import Omission, Site
from recto.model.sources import Asset
from recto.pictures import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the head of an HTML page says. `kind` is post, page, index, terms, term, author, archive, search,
    subscribe, 404, redirect or gone; `title` is without the site's name and "" on the front page; `feeds` are (title, url) of further
    feeds."""

    kind: str  # `post`, `page`, `index`, `terms`, `term`, `author`, `archive`, `search`, `subscribe`, `404`, `redirect`, `gone`
    title: str = ""  # the title without the site's name; empty on the front page
    description: str = ""  # a sentence
    url: str = ""  # its address from the root
    permalink: str = ""  # its full address
    language: str = "en"  # such as `de`
    direction: Literal["ltr", "rtl"] = "ltr"  # `ltr` or `rtl`
    image: Image | None = None  # its picture
    social: Image | None = None  # the picture that other sites show with a link to it
    feeds: tuple[tuple[str, str], ...] = ()  # pairs of title and address of further feeds
    indexed: bool = True  # whether search engines may list it


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator:
    """One page of a list. `number` is in its URL ("/page/12/"), None on the front page; `newer` and `older` are
    URLs or ""."""

    posts: tuple[Post, ...]  # the posts of this page
    number: int | None = None  # its number; nothing on the front page
    newer: str = ""  # the address of the page of newer posts
    older: str = ""  # the address of the page of older posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One output file to be rendered: where, by which template, with which values, and because of what.

    `context` holds only values of this module and plain ones; the site itself, which every page sees, is the renderer's. `origin` is the source file or the template that asks for
    it, for messages. `lastmod` and `indexed` are for the sitemap.
    """

    path: str
    url: str
    template: str
    context: Mapping[str, object]
    origin: Location
    lastmod: datetime | None = None
    indexed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a stage took, in seconds, and on how many things it worked (and how many were remembered)."""

    stage: str
    seconds: float
    count: int = 0
    remembered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A plan with no bytes yet: what the site is, which files it has, what is wrong, what was left out. `moves` are its old
    addresses that it has an answer for; `ledger` is what is known of them, by the names that files have now."""

    site: Site
    pages: tuple[Page, ...] = ()
    assets: tuple[Asset, ...] = ()
    moves: tuple[Move, ...] = ()
    ledger: Ledger | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    omissions: tuple[Omission, ...] = ()
    timings: tuple[Timing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a commit did to the output folder: paths, sorted."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
