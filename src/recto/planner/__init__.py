"""Decide which files the site has, by which template each is made, and what each one sees.

A planner is a function from the site to pages. Those of AUTHORED make what somebody wrote. Those of GENERATED make what
follows from it, and give way: a standalone page or a file that has the path of a generated one takes its place, so
pages/archive.md is the archive and static/robots.txt the robots.txt. (Two things that somebody wrote at one path are a
mistake; the audit says so.) What answers at old addresses gives way to all of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recto.model import Asset, Move, Page, Site
from recto.planner.answers import answers
from recto.planner.authored import posts, standalone
from recto.planner.covers import covers
from recto.planner.feeds import feeds
from recto.planner.lists import archive, authors, index, not_found, search, subscribe, terms
from recto.planner.moves import Past
from recto.planner.pagination import paginate
from recto.planner.sitemaps import robots, sitemap
from recto.recall import Recall

__all__ = ["AUTHORED", "GENERATED", "Past", "Planned", "paginate", "plan"]

Planner = Callable[[Site, Recall], Iterable[Page]]

AUTHORED: tuple[Planner, ...] = (posts, standalone)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Every page of a site; its old addresses, and the files that are copied there."""

    pages: tuple[Page, ...]
    moves: tuple[Move, ...] = ()
    assets: tuple[Asset, ...] = ()


def plan(
    site: Site, assets: Iterable[Asset] = (), recall: Recall | None = None, past: Past | None = None
) -> Planned:
    """Every page of the site; `assets` are the files that are copied into it, `past` is what is known of old addresses. The
    sitemap comes last, for it lists the others."""
    recall, assets = recall or Recall(), tuple(assets)
    taken = {asset.path for asset in assets} | {page.path for page in site.pages}
    authored = [page for planner in AUTHORED for page in planner(site, recall)]
    generated = [page for planner in GENERATED for page in planner(site, recall) if page.path not in taken]
    pages = (*authored, *generated)
    pages = (*pages, *(page for page in sitemap(site, pages, recall) if page.path not in taken))
    old = answers(site, pages, assets, past or Past(), recall)
    return Planned(pages=(*pages, *old.pages), moves=old.moves, assets=old.assets)
