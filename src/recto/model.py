"""The values that flow through a build: data only, immutable, pointing one way.

Site -> Term -> Post -> Content, so that equality, digests and pickling stay finite. Whatever a value says was
checked by the loader or the configuration, the only places where an author's text enters.

Three kinds of address, never mixed: a `path` is a file in the output folder ("posts/über/index.html"); a `url`
is root-relative and percent-encoded and does not know below which folder the site is deployed
("/posts/%C3%BCber/"); a `permalink` is absolute ("https://example.com/blog/posts/%C3%BCber/"), or "" where the
site has no address. The renderer puts the deployment folder before every root-relative address of a page, in one
place, so no template can get it wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date  # noqa: N812
from datetime import datetime
from itertools import chain
from typing import Literal

from markupsafe import Markup, escape

from recto.diagnostics import Diagnostic, Location, Severity
from recto.pictures import Frame, Image, framed, measured
from recto.words import Phrase

# ---- configuration ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes; `url` and `avatar` may be root-relative. `page` is the URL of the author's own page here, or "";
    `image` the avatar in the sizes that there are of it, None where there is none."""

    name: str = ""  # the name
    email: str = ""  # an address for mail
    url: str = ""  # a page about them, here or elsewhere
    avatar: str = ""  # the address of a small picture
    bio: str = ""  # a sentence or two
    page: str = ""  # the address of the page with their posts
    image: Image | None = None  # the avatar, as a picture


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """An entry of the main navigation."""

    title: str  # what it says
    url: str  # where it leads
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """A way to group posts. `name` is the front matter key ("categories") and the first part of its URLs."""

    name: str
    title: str
    singular: str
    descriptions: Mapping[str, str] = field(default_factory=dict)  # term name -> its description
    closed: bool = False  # whether `descriptions` is the complete list of terms
    feed: bool = False  # whether each term has an Atom feed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """`items` newest posts; `full` content or excerpts; a feed with both off is not written."""

    items: int = 20
    full: bool = True
    atom: bool = True
    json: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownOptions:
    """How bodies are converted."""

    smart: bool = True  # typographic quotes and dashes
    line_numbers: bool = False  # in code blocks that do not say
    anchors: bool = True  # a link beside each heading
    toc_depth: int = 3  # deepest heading level in the contents


FONT_FILES = (".woff2", ".woff", ".ttf", ".otf")  # how the name of a font file ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """The typefaces of text, headings, labels and code: each the path of a font file among the site's static files
    ("fonts/x.woff2"), or a list of families as CSS has it; "" is the theme's own."""

    text: str = ""
    display: str = ""
    ui: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """Who keeps the comments. `repo` is "owner/name" on GitHub; the rest is giscus's own (its `data-` attributes)."""

    provider: Literal["none", "giscus", "utterances"] = "none"
    repo: str = ""
    repo_id: str = ""
    category: str = ""
    category_id: str = ""
    mapping: Literal["pathname", "url", "title"] = "pathname"


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the theme shows beyond posts and lists, each on or off."""

    covers: bool = True  # drawn from the title, for posts without a picture
    social_images: bool = True  # drawn for each post, for other sites to show
    search: bool = True
    share: bool = True
    related: bool = True
    reading_time: bool = True
    subscribe: bool = True  # the page that explains feeds
    zoom: bool = True
    transitions: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The default theme's settings: `hue` 0 to 360, `mode` the scheme before the reader chooses. `edit` is an address
    with "{path}" in it, at which a post's source can be edited. `words` replaces words of the theme by the author's own."""

    hue: int = 35
    mode: Literal["auto", "light", "dark"] = "auto"
    fonts: Fonts = Fonts()
    social: tuple[NavItem, ...] = ()
    comments: Comments = Comments()
    edit: str = ""
    words: Mapping[str, Phrase] = field(default_factory=dict)
    features: Features = Features()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOptions:
    """What is made of pictures: files of these widths (pixels; none: pictures stay as they are), of these modern formats
    beside the original one; `quality` 1 to 100; `strip` takes out where and by what a picture was taken; `sizes` says how
    wide pictures of a text are shown, as HTML has it ("" is the theme's own)."""

    widths: tuple[int, ...] = (480, 800, 1200, 1600)
    formats: tuple[Literal["avif", "webp"], ...] = ("webp",)
    quality: int = 80
    strip: bool = True
    sizes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where a site keeps its sources, relative to its own folder."""

    posts: str = "posts"
    pages: str = "pages"
    data: str = "data"
    images: str = "images"
    static: str = "static"
    templates: str = "templates"


DEFAULT_TAXONOMIES = (
    Taxonomy(name="categories", title="Categories", singular="category", feed=True),
    Taxonomy(name="tags", title="Tags", singular="tag"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything `site.yaml` says, checked, with defaults filled in.

    `url` has no trailing slash ("https://example.com/blog") and may be "". `permalink` is a pattern of posts,
    always in recto's style ("/{year}/{month}/{slug}/"); Jekyll's styles are translated when read.
    `timezone` is an IANA name. `ignore` are shell patterns of paths that the loader passes over. `places` is
    where each key stands, for messages.
    """

    title: str = "Blog"
    url: str = ""
    description: str = ""
    language: str = "en"
    timezone: str = "UTC"
    author: Author = Author()
    authors: Mapping[str, Author] = field(default_factory=dict)  # by the name that posts call them
    permalink: str = "/posts/{slug}/"
    paginate: int = 10
    pagination: Literal["stable", "plain"] = "stable"
    nav: tuple[NavItem, ...] = ()
    taxonomies: tuple[Taxonomy, ...] = DEFAULT_TAXONOMIES
    feed: FeedOptions = FeedOptions()
    markdown: MarkdownOptions = MarkdownOptions()
    ignore: tuple[str, ...] = ()
    folders: Folders = Folders()
    theme: Theme = Theme()
    images: ImageOptions = ImageOptions()
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)


# ---- what the loader finds ----------------------------------------------------------------------------------


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
        found = (self.front.places[key] for key in keys if key in self.front.places)
        return next(found, Location(path=self.path))


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
    passed_over: tuple[str, ...] = ()  # Markdown files, and folders, that their names or `ignore` keep out
    diagnostics: tuple[Diagnostic, ...] = ()


# ---- what the Markdown step makes ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An address in a body, as written. `line` and `column` count from 1 within the body's text; 0 is unknown."""

    url: str
    kind: Literal["link", "image", "media"]
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypertext:
    """HTML with a hole for every address: parts[0] hole[0] parts[1] ... parts[n]; and for every picture, before its tag, at
    the end of the tag, after it, and in the tag of a link to a picture that is around it alone.

    `holes` are indexes into the fillings: first one for each reference of the Content it belongs to, then four for each
    of its frames. So one text serves the page, the lists and the feeds, each with addresses of its own.
    """

    parts: tuple[str, ...] = ("",)
    holes: tuple[int, ...] = ()

    def fill(self, fillings: Sequence[str]) -> Markup:
        """The HTML with `fillings[i]` in the holes i; what is no Markup is escaped."""
        pieces = [self.parts[0]]
        for hole, part in zip(self.holes, self.parts[1:], strict=True):
            pieces += (escape(fillings[hole]), part)
        return Markup("".join(pieces))

    def __bool__(self) -> bool:
        return self.parts != ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of a body: `level` 1 to 6, its `id`, its plain `text`."""

    level: int  # 2 for `##`
    id: str  # what a link to it ends in, after `#`
    text: str  # its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem within a body: lines and columns count from 1 within the body's text; 0 is unknown."""

    severity: Severity
    code: str
    message: str
    line: int = 0
    column: int = 0
    width: int = 1
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body's whole output. `title` is the text of its first heading; `excerpt` its opening (to the more mark,
    else the first paragraph) and `summary` the same as plain text; `text` the plain text of it all; `words` counts
    words, with a character of a script without spaces as half a word; `ids` are all its element ids; `keywords` the words
    that it uses most."""

    html: Hypertext = Hypertext()
    excerpt: Hypertext = Hypertext()
    summary: str = ""
    references: tuple[Reference, ...] = ()
    frames: tuple[Frame, ...] = ()
    headings: tuple[Heading, ...] = ()
    ids: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    words: int = 0
    keywords: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


# ---- what the picture step makes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The whole input of the picture step: a picture's bytes, by their `digest`, and what to make of them. `source` is
    where to read them and `blobs` the folder for what is made: these two decide nothing. `options` without widths asks
    for its facts only."""

    digest: str
    source: str
    blobs: str
    options: ImageOptions = ImageOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file made by a step, kept in the store's folder of blobs under its `digest`."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A picture in another size or kind: `format` is "webp", "avif", "jpeg", "png" or "gif"."""

    width: int
    height: int
    format: str
    blob: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the picture step makes of an Original: its size as shown and its mean color ("#a0b0c0"), its `renditions` from
    modern formats to its own and from narrow to wide, and the `stripped` file to publish in its place (None: it goes as
    it is). `problem` says in words why it could not be read; then nothing else is known."""

    width: int = 0
    height: int = 0
    color: str = ""
    renditions: tuple[Rendition, ...] = ()
    stripped: Blob | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The whole input of the card step: what other sites show of a page. `text` is set large, `above` and `below` small
    ("": nothing), in the `font` of that digest, through a shaper where its script needs one (`shaped`).

    Beside the text is the `picture` of that digest, or where that is "" the cover of `title`; where there is no text, that
    alone. `font_file`, `picture_file` and `blobs` say where to read and to write: they decide nothing.
    """

    title: str
    text: str = ""
    above: str = ""
    below: str = ""
    direction: Literal["ltr", "rtl"] = "ltr"
    hue: int = 35
    options: CoverOptions = CoverOptions()
    picture: str = ""
    font: str = ""
    shaped: bool = False
    picture_file: str = ""
    font_file: str = ""
    blobs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """A card's file. `complete` says that it shows the text and the picture that were asked for."""

    blob: Blob
    format: Literal["png", "jpeg"]
    complete: bool = True


# ---- the assembled site -------------------------------------------------------------------------------------


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
    wide they are shown ("" is the theme's own), and `zoom` whether they lead to themselves. `cover` is drawn from the title, where there is no `image`, as `cover_options` say; `social` is for other sites to show. `source` is the file it comes from. `updated` is never earlier than `date`, and the
    same where its author does not say. `places` are those of what its front matter names, for messages.
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
    aliases: tuple[str, ...] = ()  # its old addresses
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One value of a taxonomy, with its listed posts, newest first."""

    taxonomy: str  # the name of its taxonomy
    name: str  # what it is called
    slug: str  # the same as a part of addresses
    url: str  # its address
    description: str = ""  # what the site says about it
    feed_url: str = ""  # the address of its feed
    author: Author | None = None  # whose posts they are, on the pages of authors
    posts: tuple[Post, ...] = ()  # its posts, newest first

    @property
    def count(self) -> int:
        """How many listed posts it has."""
        return len(self.posts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermIndex:
    """A taxonomy with its terms, sorted by name; `url` is the page that lists them."""

    name: str  # its name, as front matter has it
    title: str  # how it is headed
    singular: str  # the word for one of its terms
    url: str  # the address of the page that lists them
    terms: tuple[Term, ...] = ()  # its terms, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of the archive with its listed posts, newest first."""

    year: int  # such as 2026
    posts: tuple[Post, ...] = ()  # its posts, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A post that was left out, and why; `title` is "" where the file was not even read. `when` is the moment it appears (scheduled) or went (expired)."""

    source: str
    title: str
    reason: Literal["draft", "scheduled", "expired", "unpublished", "ignored", "unlisted"]
    when: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The whole blog. `posts` are the listed ones, newest first, undated last; `unlisted` are built but in no list;
    `pages` the standalone pages."""

    title: str  # its name
    url: str = ""  # its address
    base_path: str = ""  # the folder below which it is deployed
    description: str = ""  # a sentence about it
    language: str = "en"  # such as `en`
    direction: Literal["ltr", "rtl"] = "ltr"  # `ltr` or `rtl`
    author: Author = Author()  # who writes
    nav: tuple[NavItem, ...] = ()  # the main navigation, as links
    paginate: int = 10  # how many posts a list page shows
    pagination: Literal["stable", "plain"] = "stable"  # `stable` or `plain`
    feed: FeedOptions = FeedOptions()  # settings of the feeds
    theme: Theme = Theme()  # settings of the theme
    posts: tuple[Post, ...] = ()  # all listed posts, newest first
    unlisted: tuple[Post, ...] = ()  # posts that are in no list
    pages: tuple[Post, ...] = ()  # standalone pages
    taxonomies: tuple[TermIndex, ...] = ()  # ways to group posts
    authors: tuple[Term, ...] = ()  # those who have a page, each with their posts
    social: Image | None = None  # the picture that other sites show with a link to it
    search: bool = False  # whether there is an index to search in
    years: tuple[Year, ...] = ()  # the archive, newest first
    # what is in `data/`, by the names of files and folders
    data: Mapping[str, object] = field(default_factory=dict)

    def with_posts(self, changed: Mapping[str, Post]) -> "Site":
        """The same site with other posts in the place of those whose sources are named, wherever they stand."""

        def now(posts: Iterable[Post]) -> tuple[Post, ...]:
            return tuple(changed.get(post.source, post) for post in posts)

        def listed(terms: Iterable[Term]) -> tuple[Term, ...]:
            return tuple(replace(term, posts=now(term.posts)) for term in terms)

        return replace(
            self,
            posts=now(self.posts),
            unlisted=now(self.unlisted),
            pages=now(self.pages),
            taxonomies=tuple(replace(index, terms=listed(index.terms)) for index in self.taxonomies),
            authors=listed(self.authors),
            years=tuple(replace(year, posts=now(year.posts)) for year in self.years),
        )

    def terms(self, taxonomy: str) -> tuple[Term, ...]:
        """The terms of a taxonomy by its name; none where the site does not have it."""
        return next((index.terms for index in self.taxonomies if index.name == taxonomy), ())

    @property
    def categories(self) -> tuple[Term, ...]:
        """All categories, by name."""
        return self.terms("categories")

    @property
    def tags(self) -> tuple[Term, ...]:
        """All tags, by name."""
        return self.terms("tags")


# ---- the plan -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the head of an HTML page says. `kind` is post, page, index, terms, term, author, archive, search, subscribe or 404; `title` is
    without the site's name and "" on the front page; `feeds` are (title, url) of further feeds."""

    kind: str  # `post`, `page`, `index`, `terms`, `term`, `author`, `archive`, `search`, `subscribe`, `404`
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

    `context` holds only values of this module and plain ones. `origin` is the source file or the template that asks for
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
    """A plan with no bytes yet: what the site is, which files it has, what is wrong, what was left out."""

    site: Site
    pages: tuple[Page, ...] = ()
    assets: tuple[Asset, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    omissions: tuple[Omission, ...] = ()
    timings: tuple[Timing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a commit did to the output folder: paths, sorted."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
