"""Plan what search engines read: robots.txt, and the sitemap with the moment each page truly changed."""

from collections.abc import Iterable, Iterator

from recto.model import Page, Site
from recto.planner.heads import absolute, data

MOST = 50_000  # URLs in one sitemap (sitemaps.org)


def robots(site: Site) -> Iterator[Page]:
    """Everybody may read everything, and the sitemap says where that is."""
    yield data(site, "/robots.txt", "robots.txt")


def sitemap(site: Site, pages: Iterable[Page], most: int = MOST) -> Iterator[Page]:
    """All the pages that want to be found: one sitemap, or a list of sitemaps where one cannot hold them."""
    found = sorted((page for page in pages if page.indexed), key=lambda page: page.url)
    entries = [(absolute(site, page.url), page.lastmod) for page in found]
    if not site.url:
        return
    if len(entries) <= most:
        yield data(site, "/sitemap.xml", "sitemap.xml", entries=tuple(entries))
        return
    parts = [tuple(entries[start : start + most]) for start in range(0, len(entries), most)]
    named = [(f"/sitemap-{number}.xml", part) for number, part in enumerate(parts, 1)]
    for url, part in named:
        yield data(site, url, "sitemap.xml", entries=part)
    maps = tuple((absolute(site, url), max((m for _, m in part if m), default=None)) for url, part in named)
    yield data(site, "/sitemap.xml", "sitemap-index.xml", entries=maps)
