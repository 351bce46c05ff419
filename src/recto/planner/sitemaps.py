"""Plan what search engines read: robots.txt, and the sitemap with the moment each page truly changed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter

from recto.model import Page, Site
from recto.planner.heads import absolute, data
from recto.recall import Recall

MOST = 50_000  # URLs in one sitemap (sitemaps.org)


def robots(site: Site, recall: Recall) -> Iterator[Page]:
    """Everybody may read everything, and the sitemap says where that is."""
    yield data(site, "/robots.txt", "robots.txt")


def sitemap(
    site: Site, pages: Iterable[Page], recall: Recall | None = None, most: int = MOST
) -> Iterator[Page]:
    """All the pages that want to be found: one sitemap, or a list of sitemaps where one cannot hold them."""
    if not site.url:
        return
    found = [page for page in pages if page.indexed]
    urls, moments = tuple(page.url for page in found), tuple(page.lastmod for page in found)
    entries = (recall or Recall()).once(_entries, site.url, urls, moments)
    if len(entries) <= most:
        yield data(site, "/sitemap.xml", "sitemap.xml", entries=entries)
        return
    parts = [entries[start : start + most] for start in range(0, len(entries), most)]
    named = [(f"/sitemap-{number}.xml", part) for number, part in enumerate(parts, 1)]
    for url, part in named:
        yield data(site, url, "sitemap.xml", entries=part)
    maps = tuple((absolute(site, url), max((m for _, m in part if m), default=None)) for url, part in named)
    yield data(site, "/sitemap.xml", "sitemap-index.xml", entries=maps)


def _entries(
    home: str, urls: tuple[str, ...], moments: tuple[datetime | None, ...]
) -> tuple[tuple[str, datetime | None], ...]:
    """The addresses, sorted, with the moment each page changed."""
    found = sorted(zip(urls, moments, strict=True), key=itemgetter(0))
    return tuple((home + url, moment) for url, moment in found)
