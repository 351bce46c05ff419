"""What a site's settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from recto.diagnostics import Location
from recto.model.ledger import Move
from recto.model.targets import Target
from recto.pictures import Image
from recto.words import Phrase


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


# The editors that are known by name, each with the address at which it opens a file.
EDITORS: Mapping[str, str] = {
    "vscode": "vscode://file{path}:{line}:{column}",
    "cursor": "cursor://file{path}:{line}:{column}",
    "idea": "idea://open?file={path}&line={line}",
    "subl": "subl://open?url=file://{path}&line={line}&column={column}",
    "zed": "zed://file{path}:{line}:{column}",
}

DEFAULT_TAXONOMIES = (
    Taxonomy(name="categories", title="Categories", singular="category", feed=True),
    Taxonomy(name="tags", title="Tags", singular="tag"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything `site.yaml` says, checked, with defaults filled in.

    `url` has no trailing slash ("https://example.com/blog") and may be "". `permalink` is a pattern of posts,
    always in recto's style ("/{year}/{month}/{slug}/"); Jekyll's styles are translated when read.
    `timezone` is an IANA name. `ignore` are shell patterns of paths that the loader passes over. `editor` is a name of
    EDITORS, an address with "{path}" in it, or ""; only the preview asks for it. `redirects` are old addresses that lead
    somewhere. `places` is where each key stands, for
    messages.
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
    editor: str = ""
    theme: Theme = Theme()
    images: ImageOptions = ImageOptions()
    redirects: tuple[Move, ...] = ()
    deploy: Mapping[str, Target] = field(default_factory=dict)  # by the names that the author gave them
    places: Mapping[str, Location] = field(default_factory=dict, compare=False, repr=False)
