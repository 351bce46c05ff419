"""What the loader finds: files as their author wrote them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from datetime import datetime
from typing import Literal

from recto.diagnostics import Diagnostic, Location
from recto.model.config import Author, MarkdownOptions
from recto.model.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as an author gave it. `instant` is aware, in the site's time zone unless the author gave another
    (a date without a time is the start of that day in the site's zone); `day` is the date as written, which URLs use;
    `timed` says whether a time of day was written."""

    instant: datetime
    day: Date
    timed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverOptions:
    """What an author fixes of a post's drawn cover: `style` is hills, tiles, rings, waves or dots, `hue` 0 to 360; "" and
    None leave it to the title. `drawn` False: no cover."""

    drawn: bool = True
    style: str = ""
    hue: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the first of some keys stands that is there, else the file `path` itself: a place that is drawn only when it is
    asked for."""

    places: Mapping[str, Location]
    path: str
    keys: tuple[str, ...]

    @property
    def place(self) -> Location:
        """The place."""
        found = (self.places[key] for key in self.keys if key in self.places)
        return next(found, None) or Location(path=self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What a post says about itself. None and "" mean: not said. `terms` maps a taxonomy's name to the names
    given. `places` maps a key as written, and "key.0" for the items of a list, to where it stands."""

    title: str | None = None
    date: Moment | None = None
    updated: Moment | None = None
    published: bool = True
    draft: bool = False
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slug: str = ""
    permalink: str = ""
    aliases: tuple[str, ...] = ()
    excerpt: str = ""
    image: str = ""
    image_alt: str | None = None
    authors: tuple[Author, ...] = ()
    template: str = ""
    toc: bool | None = None
    cover: CoverOptions = CoverOptions()
    comments: bool = True
    language: str = ""
    series: str = ""
    pinned: bool = False
    unlisted: bool = False
    expires: Moment | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Location] = field(default_factory=dict)

    def place(self, path: str, *keys: str) -> Location:
        """Where the first of these keys stands that is there, else the file `path` itself."""
        return Spot(self.places, path, keys).place


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The whole input of the Markdown step: nothing else may influence its Content.

    `text` has LF line ends and no BOM. With `lift_title`, a heading that opens the text becomes the Content's
    title and leaves its HTML (for posts whose front matter has no title).
    """

    text: str
    options: MarkdownOptions = MarkdownOptions()
    language: str = "en"
    lift_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A Markdown file with its front matter checked and its body still Markdown.

    `path` is relative to the site's folder, NFC, with forward slashes. `stem` is the name without date and
    extension ("sales-vs-engineering"; a bundle's is its folder's). `bundle` is the folder whose files a relative
    address finds ("posts/2017-05-01-x" for a bundle, else the file's own folder). `body_line` is the 1-based line of
    the file on which the body starts. `date` is the effective date (front matter, else file name, else git).
    """

    path: str
    kind: Literal["post", "page"]
    stem: str
    bundle: str
    is_bundle: bool = False
    front: FrontMatter = FrontMatter()
    date: Moment | None = None
    body: Body = Body(text="")
    body_line: int = 1

    def locate(self, marks: Iterable[tuple[int, int, int]]) -> list[Location]:
        """The places in the file of marks in the body: (line, column, width), counted from 1; 0 is unknown."""
        marks = list(marks)
        lines = ["", *self.body.text.split("\n")] if marks else []  # most bodies are without fault
        return [
            Location(
                path=self.path,
                line=line and line + self.body_line - 1,
                column=column,
                width=width,
                text=lines[line] if line < len(lines) else "",
            )
            for line, column, width in marks
        ]

    def place(self, *keys: str) -> Location:
        """Where the first of these front matter keys stands that is there, else the file itself."""
        return self.front.place(self.path, *keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template's text. `name` is how templates call it ("post.html", "default/post.html"); `path` is for people."""

    name: str
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file copied unchanged: `path` in the output; `source` where to read it, absolute; `origin` its name for
    people; `digest` of its bytes."""

    path: str
    source: str
    origin: str
    digest: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that the loader read. Sorted by path, so that the order of files on disk does not matter."""

    posts: tuple[Source, ...] = ()
    pages: tuple[Source, ...] = ()
    templates: tuple[Template, ...] = ()
    assets: tuple[Asset, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    ledger: Ledger | None = None  # None where there is no urls.lock
    passed_over: tuple[str, ...] = ()  # Markdown files, and folders, that their names or `ignore` keep out
    diagnostics: tuple[Diagnostic, ...] = ()
