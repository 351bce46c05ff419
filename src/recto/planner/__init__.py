"""Decide which files the site has, by which template each is made, and what each one sees.

A planner is a function from the site to pages. Those of AUTHORED make what somebody wrote. Those of GENERATED make what
follows from it, and give way: a standalone page or a file that has the path of a generated one takes its place, so
pages/archive.md is the archive and static/robots.txt the robots.txt. (Two things that somebody wrote at one path are a
mistake; the audit says so.)
"""

from collections.abc import Callable, Iterable

from recto.model import Asset, Page, Site
from recto.planner.authored import posts, redirects, standalone
from recto.planner.covers import covers
from recto.planner.feeds import feeds
from recto.planner.lists import archive, authors, index, not_found, search, subscribe, terms
from recto.planner.pagination import paginate
from recto.planner.sitemaps import robots, sitemap
from recto.recall import Recall

__all__ = ["AUTHORED", "GENERATED", "paginate", "plan"]

Planner = Callable[[Site, Recall], Iterable[Page]]

AUTHORED: tuple[Planner, ...] = (posts, standalone, redirects)
GENERATED: tuple[Planner, ...] = (
    index,
    terms,
    authors,
    archive,
    search,
    subscribe,
    not_found,
    feeds,
    robots,
    covers,
)


def plan(site: Site, assets: Iterable[Asset] = (), recall: Recall | None = None) -> tuple[Page, ...]:
    """Every page of the site; `assets` are the files that are copied into it. The sitemap comes last, for it lists the
    others."""
    recall = recall or Recall()
    taken = {asset.path for asset in assets} | {page.path for page in site.pages}
    authored = [page for planner in AUTHORED for page in planner(site, recall)]
    generated = [page for planner in GENERATED for page in planner(site, recall) if page.path not in taken]
    pages = (*authored, *generated)
    return (*pages, *(page for page in sitemap(site, pages, recall) if page.path not in taken))
