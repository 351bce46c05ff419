"""A post as templates see it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from datetime import datetime
from itertools import chain
from typing import Literal

from markupsafe import Markup

from recto.diagnostics import Location
from recto.model.config import Author
from recto.model.content import Content, Heading
from recto.model.sources import CoverOptions
from recto.pictures import Frame, Image, framed, measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A term as a post shows it: its name and where its page is."""

    name: str  # what it is called
    slug: str  # the same as a part of addresses
    url: str  # the address of its page


_ANCHOR = re.compile(r'<a class="anchor"[^>]*>#</a>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post, or a standalone page (then without date, terms and neighbours), as templates see it.

    `links` and `permalinks` are the addresses of its Content's references, resolved: root-relative for pages of the
    site, absolute for feeds. `images` are the pictures of its frames, None where nothing is known of one, `sizes` how
    wide they are shown ("" is the theme's own), and `zoom` whether they lead to themselves. `cover` is drawn from the
    title, where there is no `image`, as `cover_options` say; `social` is for other sites to show. `source` is the file it
    comes from. `updated` is never earlier than `date`, and the same where its author does not say. `places` are those of
    what its front matter names, for messages.
    """

    source: str  # the file it comes from
    slug: str  # the last part of its address
    url: str  # its address from the root
    path: str  # the file it becomes
    permalink: str  # its full address; empty where the site has no `url`
    title: str  # the title
    date: datetime | None = None  # when it was published
    day: Date | None = None  # the date as written
    updated: datetime | None = None  # when it last changed in substance
    body: Content = Content()
    links: tuple[str, ...] = ()
    permalinks: tuple[str, ...] = ()
    images: tuple[Image | None, ...] = ()  # the pictures of its text; none for one of which nothing is known
    sizes: str = ""  # how wide the pictures of its text are shown, as HTML has it; empty for the theme's own
    zoom: bool = False  # whether large pictures of its text open in place
    description: str = ""  # the opening as the front matter has it
    excerpt_html: str = ""
    authors: tuple[Author, ...] = ()  # who wrote it, as authors
    terms: Mapping[str, tuple[Label, ...]] = field(default_factory=dict)  # labels by the taxonomy's name
    image: Image | None = None  # its picture
    cover_options: CoverOptions = CoverOptions()  # the `style` and `hue` of its cover, as far as it says
    cover: Image | None = None  # what is drawn for it where it has no picture
    social: Image | None = None  # the picture that other sites show with a link to it
    edit_url: str = ""  # where its file can be edited
    comments: bool = True  # whether it is open to comments
    language: str = "en"  # such as `de`
    direction: Literal["ltr", "rtl"] = "ltr"  # `ltr` or `rtl`
    template: str = ""  # the template it asks for, without `.html`
    toc: tuple[Heading, ...] = ()  # the headings for a list of contents, where there is to be one
    series: str = ""  # the name of its series
    pinned: bool = False  # whether it stands first on the front page
    listed: bool = True  # whether lists show it
    draft: bool = False  # whether it is a draft
    aliases: tuple[str, ...] = ()  # its old addresses, as its author gives them
    former: tuple[str, ...] = ()  # its old addresses, as recto remembers them
    feed_id: str = ""  # what feeds know it by, for ever; empty where the site has no `url`
    # the keys of its front matter that recto does not know
    extra: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Location] = field(
        default_factory=dict
    )  # of what its front matter names, for messages

    @property
    def content(self) -> Markup:
        """The body as HTML for a page of the site."""
        hero = bool(self.image and not self.image.in_text)
        return self.body.html.fill((*self.links, *self._framed(eager=not hero, zoom=self.zoom)))

    @property
    def picture(self) -> Image | None:
        """Its picture, else its cover."""
        return self.image or self.cover

    @property
    def feed_content(self) -> Markup:
        """The body as HTML with absolute addresses and without the links beside its headings, for a feed."""
        sizes = chain.from_iterable(measured(image, frame) for frame, image in self._frames)
        return Markup(_ANCHOR.sub("", self.body.html.fill((*self.permalinks, *sizes))))

    @property
    def excerpt(self) -> Markup:
        """The opening as HTML, from front matter where that has one; made for lists, so "#x" leads to the post."""
        if self.excerpt_html:
            return Markup(self.excerpt_html)
        links = [self.url + u if u[:1] in ("", "#") else u for u in self.links]
        return self.body.excerpt.fill((*links, *self._framed()))

    @property
    def _frames(self) -> list[tuple[Frame, Image | None]]:
        images = self.images or (None,) * len(self.body.frames)
        return list(zip(self.body.frames, images, strict=True))

    def _framed(self, *, eager: bool = False, zoom: bool = False) -> Iterator[Markup]:
        """What fills the holes of its frames; `eager` is for the first."""
        for number, (frame, image) in enumerate(self._frames):
            first = eager and number == 0
            yield from framed(image, frame, sizes=self.sizes, eager=first, zoom=zoom)

    @property
    def summary(self) -> str:
        """The opening as plain text."""
        return self.description or self.body.summary

    @property
    def categories(self) -> tuple[Label, ...]:
        """Its categories."""
        return self.terms.get("categories", ())

    @property
    def tags(self) -> tuple[Label, ...]:
        """Its tags."""
        return self.terms.get("tags", ())

    @property
    def words(self) -> int:
        """How many words the body has."""
        return self.body.words

    @property
    def reading_time(self) -> int:
        """Minutes to read it at 220 words a minute, at least 1."""
        return max(1, round(self.body.words / 220))
