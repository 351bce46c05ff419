"""Plan the pages that list posts: the front page, every term, the archive; and the page for what is not there."""

from collections.abc import Iterator
from dataclasses import replace

from recto.model import Page, Site, Term
from recto.planner.heads import html, latest, numbered
from recto.planner.pagination import paginate


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
            title=numbered("" if home == "/" else "Posts", paginator).capitalize(),
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
            title=taxonomy.title,
            lastmod=latest(post for term in taxonomy.terms for post in term.posts),
            indexed=bool(taxonomy.terms),
            taxonomy=taxonomy,
        )
        for term in taxonomy.terms:
            yield from _term(site, term)


def _term(site: Site, term: Term) -> Iterator[Page]:
    feeds = ((f"{site.title}: {term.name}", term.feed_url),) if term.feed_url else ()
    for url, paginator in paginate(term.posts, site.paginate, site.pagination, term.url):
        yield html(
            site,
            url,
            "term.html",
            kind="term",
            title=numbered(term.name, paginator),
            description=term.description,
            feeds=feeds,
            lastmod=latest(paginator.posts),
            term=term,
            paginator=paginator,
        )


def archive(site: Site) -> Iterator[Page]:
    """All posts by year."""
    yield html(site, "/archive/", "archive.html", kind="archive", title="Archive", lastmod=latest(site.posts))


def not_found(site: Site) -> Iterator[Page]:
    """What hosts show for an address that leads nowhere."""
    yield html(site, "/404.html", "404.html", kind="404", title="Page not found", indexed=False)
