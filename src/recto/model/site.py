"""The assembled site as templates see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from recto.model.config import Author, FeedOptions, NavItem, Theme
from recto.model.post import Post
from recto.pictures import Image


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
    """A post that was left out, and why; `title` is "" where the file was not even read. `when` is the moment it appears
    (scheduled) or went (expired)."""

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
