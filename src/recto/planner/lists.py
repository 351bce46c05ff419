"""Plan the pages that list posts: the front page, every term, every author, the archive; and those that help to find some."""

from collections.abc import Iterator
from dataclasses import replace

from recto.model import Page, Site, Term, TermIndex
from recto.planner.heads import html, latest, numbered, words
from recto.planner.pagination import paginate

AUTHORS = "/authors/"


def index(site: Site) -> Iterator[Page]:
    """The list of all posts, the pinned ones first on its front page. Where a standalone page is the site's front page,
    the list begins at "/posts/"."""
    home = "/posts/" if any(page.url == "/" for page in site.pages) else "/"
    pinned = tuple(post for post in site.posts if post.pinned)
    for url, paginator in paginate(site.posts, site.paginate, site.pagination, home):
        if url == home and pinned:
            rest = tuple(post for post in paginator.posts if not post.pinned)
            paginator = replace(paginator, posts=(*pinned, *rest))
        yield html(
            site,
            url,
            "index.html",
            kind="index",
            title=numbered(site, "" if home == "/" else words(site).say("Posts"), paginator),
            description=site.description,
            lastmod=latest(paginator.posts),
            paginator=paginator,
        )


def terms(site: Site) -> Iterator[Page]:
    """For each taxonomy the page of its terms, and the list of each term. A taxonomy without terms has its page only
    where the navigation leads to it, as that of a new site does."""
    wanted = {item.url for item in site.nav}
    for taxonomy in (found for found in site.taxonomies if found.terms or found.url in wanted):
        yield html(
            site,
            taxonomy.url,
            "terms.html",
            kind="terms",
            title=words(site).say(taxonomy.title),
            lastmod=latest(post for term in taxonomy.terms for post in term.posts),
            indexed=bool(taxonomy.terms),
            taxonomy=taxonomy,
        )
        for term in taxonomy.terms:
            yield from _term(site, term)


def authors(site: Site) -> Iterator[Page]:
    """The list of each author's posts, and the page of all the authors."""
    if not site.authors:
        return
    title = "Authors"
    yield html(
        site,
        AUTHORS,
        "terms.html",
        kind="terms",
        title=words(site).say(title),
        lastmod=latest(post for author in site.authors for post in author.posts),
        taxonomy=TermIndex(name="authors", title=title, singular="author", url=AUTHORS, terms=site.authors),
    )
    for author in site.authors:
        yield from _term(site, author, "author")


def _term(site: Site, term: Term, kind: str = "term") -> Iterator[Page]:
    feeds = ((f"{site.title}: {term.name}", term.feed_url),) if term.feed_url else ()
    for url, paginator in paginate(term.posts, site.paginate, site.pagination, term.url):
        yield html(
            site,
            url,
            f"{kind}.html",
            kind=kind,
            title=numbered(site, term.name, paginator),
            description=term.description,
            feeds=feeds,
            lastmod=latest(paginator.posts),
            term=term,
            paginator=paginator,
        )


def archive(site: Site) -> Iterator[Page]:
    """All posts by year."""
    yield html(
        site,
        "/archive/",
        "archive.html",
        kind="archive",
        title=words(site).say("Archive"),
        lastmod=latest(site.posts),
    )


def search(site: Site) -> Iterator[Page]:
    """The page that searches; without an index it leads to the lists."""
    if site.theme.features.search:
        yield html(
            site, "/search/", "search.html", kind="search", title=words(site).say("Search"), indexed=False
        )


def subscribe(site: Site) -> Iterator[Page]:
    """How to read the blog by its feed, where it has one."""
    if site.url and site.feed.atom and site.theme.features.subscribe:
        yield html(
            site, "/subscribe/", "subscribe.html", kind="subscribe", title=words(site).say("Subscribe")
        )


def not_found(site: Site) -> Iterator[Page]:
    """What hosts show for an address that leads nowhere."""
    yield html(
        site, "/404.html", "404.html", kind="404", title=words(site).say("Page not found"), indexed=False
    )
