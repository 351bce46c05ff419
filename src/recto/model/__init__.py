"""The values that flow through a build: data only, immutable, pointing one way.

Site -> Term -> Post -> Content, so that equality, digests and pickling stay finite. Whatever a value says was
checked by the loader or the configuration, the only places where an author's text enters.

Three kinds of address, never mixed: a `path` is a file in the output folder ("posts/über/index.html"); a `url`
is root-relative and percent-encoded and does not know below which folder the site is deployed
("/posts/%C3%BCber/"); a `permalink` is absolute ("https://example.com/blog/posts/%C3%BCber/"), or "" where the
site has no address. The renderer puts the deployment folder before every root-relative address of a page, in one
place, so no template can get it wrong.

Its modules stand in the order of a build, each seeing only those before it.
"""

from recto.model.config import (
    DEFAULT_TAXONOMIES,
    EDITORS,
    FONT_FILES,
    Author,
    Comments,
    Config,
    Features,
    FeedOptions,
    Folders,
    Fonts,
    ImageOptions,
    MarkdownOptions,
    NavItem,
    Taxonomy,
    Theme,
)
from recto.model.content import Content, Heading, Hypertext, Problem, Reference
from recto.model.files import Blob, Card, CardFile, Original, Picture, Rendition
from recto.model.ledger import Known, Ledger, Move
from recto.model.plan import Build, Changes, Meta, Page, Paginator, Timing
from recto.model.post import Label, Post
from recto.model.site import Omission, Site, Term, TermIndex, Year
from recto.model.sources import (
    Asset,
    Body,
    CoverOptions,
    FrontMatter,
    Moment,
    Source,
    Sources,
    Spot,
    Template,
)
from recto.model.targets import (
    ArchiveTarget,
    CloudflareTarget,
    FolderTarget,
    GitTarget,
    NetlifyTarget,
    Redirects,
    S3Target,
    SshTarget,
    Target,
)

__all__ = [
    "DEFAULT_TAXONOMIES",
    "EDITORS",
    "FONT_FILES",
    "ArchiveTarget",
    "Asset",
    "Author",
    "Blob",
    "Body",
    "Build",
    "Card",
    "CardFile",
    "Changes",
    "CloudflareTarget",
    "Comments",
    "Config",
    "Content",
    "CoverOptions",
    "Features",
    "FeedOptions",
    "FolderTarget",
    "Folders",
    "Fonts",
    "FrontMatter",
    "GitTarget",
    "Heading",
    "Hypertext",
    "ImageOptions",
    "Known",
    "Label",
    "Ledger",
    "MarkdownOptions",
    "Meta",
    "Moment",
    "Move",
    "NavItem",
    "NetlifyTarget",
    "Omission",
    "Original",
    "Page",
    "Paginator",
    "Picture",
    "Post",
    "Problem",
    "Redirects",
    "Reference",
    "Rendition",
    "S3Target",
    "Site",
    "Source",
    "Sources",
    "Spot",
    "SshTarget",
    "Target",
    "Taxonomy",
    "Template",
    "Term",
    "TermIndex",
    "Theme",
    "Timing",
    "Year",
]
