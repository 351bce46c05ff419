"""Plan the feeds: the newest dated posts of the site, and of each term and author that has a feed.

A feed is as new as the newest of its entries, never as the clock: the same posts make the same feed on any day.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from recto.model import Page, Post, Site
from recto.planner.heads import data, latest
from recto.recall import Recall


def feeds(site: Site, recall: Recall) -> Iterator[Page]:
    """The Atom and JSON feeds; none for a site without an address, which no feed could be read from."""
    if site.url and site.feed.atom:
        yield _feed(site, "/feed.xml", "/", site.title, site.posts)
        terms = (term for taxonomy in site.taxonomies for term in taxonomy.terms)
        for term in chain(terms, site.authors):
            if term.feed_url:
                yield _feed(site, term.feed_url, term.url, f"{site.title}: {term.name}", term.posts)
    if site.url and site.feed.json:
        yield _feed(site, "/feed.json", "/", site.title, site.posts)


def _feed(site: Site, url: str, home: str, title: str, posts: Sequence[Post]) -> Page:
    newest = tuple(islice((post for post in posts if post.date), site.feed.items))
    template = "feed" + url[url.rindex(".") :]
    return data(
        site,
        url,
        template,
        feed_title=title,
        self_url=url,
        home_url=home,
        updated=latest(newest),
        posts=newest,
    )
