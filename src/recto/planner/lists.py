"""Plan the pages that list posts: the front page, every term, every author, the archive; and those that help to find some."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain

from recto.model import Page, Paginator, Site, Term, TermIndex
from recto.planner.heads import html, latest, numbered, words
from recto.planner.pagination import paginate
from recto.recall import Recall

AUTHORS = "/authors/"


def bare(site: Site, recall: Recall) -> Site:
    """The site without its posts: what lists need to know of it, which seldom changes."""
    empty = replace(site, posts=(), unlisted=(), pages=(), taxonomies=(), authors=(), years=(), data={})
    return recall.same("bare site", empty)


def index(site: Site, recall: Recall) -> list[Page]:
    """The list of all posts, the pinned ones first on its front page. Where a standalone page is the site's front page,
    the list begins at "/posts/"."""
    home = "/posts/" if any(page.url == "/" for page in site.pages) else "/"
    pinned = tuple(post for post in site.posts if post.pinned)
    found = list(paginate(site.posts, site.paginate, site.pagination, home))
    if pinned:
        url, front = found[0]
        rest = tuple(post for post in front.posts if not post.pinned)
        found[0] = (url, replace(front, posts=(*pinned, *rest)))
    urls, paginators = [url for url, _ in found], [paginator for _, paginator in found]
    return recall.each(_index_page, urls, paginators, shared=(bare(site, recall), home))


def _index_page(url: str, paginator: Paginator, site: Site, home: str) -> Page:
    return html(
        site,
        url,
        "index.html",
        kind="index",
        title=numbered(site, "" if home == "/" else words(site).say("Posts"), paginator),
        description=site.description,
        lastmod=latest(paginator.posts),
        paginator=paginator,
    )


def terms(site: Site, recall: Recall) -> Iterator[Page]:
    """For each taxonomy the page of its terms, and the list of each term. A taxonomy without terms has its page only
    where the navigation leads to it, as that of a new site does."""
    wanted = {item.url for item in site.nav}
    for taxonomy in (found for found in site.taxonomies if found.terms or found.url in wanted):
        lists = recall.part(taxonomy.name).each(
            _term_pages, taxonomy.terms, shared=(bare(site, recall), "term")
        )
        yield html(
            site,
            taxonomy.url,
            "terms.html",
            kind="terms",
            title=words(site).say(taxonomy.title),
            lastmod=_latest(page.lastmod for page in chain.from_iterable(lists)),
            indexed=bool(taxonomy.terms),
            taxonomy=taxonomy,
        )
        yield from chain.from_iterable(lists)


def authors(site: Site, recall: Recall) -> Iterator[Page]:
    """The list of each author's posts, and the page of all the authors."""
    if not site.authors:
        return
    title = "Authors"
    lists = recall.part(AUTHORS).each(_term_pages, site.authors, shared=(bare(site, recall), "author"))
    yield html(
        site,
        AUTHORS,
        "terms.html",
        kind="terms",
        title=words(site).say(title),
        lastmod=_latest(page.lastmod for page in chain.from_iterable(lists)),
        taxonomy=TermIndex(name="authors", title=title, singular="author", url=AUTHORS, terms=site.authors),
    )
    yield from chain.from_iterable(lists)


def _term_pages(term: Term, site: Site, kind: str) -> tuple[Page, ...]:
    feeds = ((f"{site.title}: {term.name}", term.feed_url),) if term.feed_url else ()
    return tuple(
        html(
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
        for url, paginator in paginate(term.posts, site.paginate, site.pagination, term.url)
    )


def archive(site: Site, recall: Recall) -> Iterator[Page]:
    """All posts by year."""
    yield html(
        site,
        "/archive/",
        "archive.html",
        kind="archive",
        title=words(site).say("Archive"),
        lastmod=recall.once(_latest, tuple(post.updated for post in site.posts)),
    )


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def search(site: Site, recall: Recall) -> Iterator[Page]:
    """The page that searches; without an index it leads to the lists."""
    if site.theme.features.search:
        yield html(
            site, "/search/", "search.html", kind="search", title=words(site).say("Search"), indexed=False
        )


def subscribe(site: Site, recall: Recall) -> Iterator[Page]:
    """How to read the blog by its feed, where it has one."""
    if site.url and site.feed.atom and site.theme.features.subscribe:
        yield html(
            site, "/subscribe/", "subscribe.html", kind="subscribe", title=words(site).say("Subscribe")
        )


def not_found(site: Site, recall: Recall) -> Iterator[Page]:
    """What hosts show for an address that leads nowhere."""
    yield html(
        site, "/404.html", "404.html", kind="404", title=words(site).say("Page not found"), indexed=False
    )
