"""Plan what answers at the old addresses of the site: a page that leads on, a farewell, or a copy of what has moved."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from recto.model import Asset, Meta, Move, Page, Site
from recto.planner.heads import absolute, html, words
from recto.planner.lists import bare
from recto.planner.moves import FEED, Past, Way, ways
from recto.recall import Recall
from recto.text import IS_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The old addresses, and what answers there: pages, and copies of files."""

    moves: tuple[Move, ...] = ()
    pages: tuple[Page, ...] = ()
    assets: tuple[Asset, ...] = ()


def answers(
    site: Site, pages: Collection[Page], assets: tuple[Asset, ...], past: Past, recall: Recall
) -> Answers:
    """What leads from the site's old addresses to these pages and files."""
    found = ways(site, pages, assets, past, recall)
    if not found:
        return Answers()
    files: dict[str, Page | Asset] = {page.path: page for page in pages}
    files.update((asset.path, asset) for asset in assets)
    made = recall.each(_answer, found, (files.get(way.file) for way in found), shared=(bare(site, recall),))
    return Answers(
        moves=tuple(way.move for way in found),
        pages=tuple(one for one in made if isinstance(one, Page)),
        assets=tuple(one for one in made if isinstance(one, Asset)),
    )


def _answer(way: Way, there: Page | Asset | None, site: Site) -> Page | Asset | None:
    """The page at an old address, or the copy of a file where no page can be or nobody could read one."""
    if not way.path:
        return None
    if there and (IS_FILE.search(way.path) or there.path.endswith(FEED)):
        return _copy(way, there) if IS_FILE.search(there.path) else None
    if IS_FILE.search(way.path):
        return None
    return _redirect(way, there, site) if way.move.target else _farewell(way, site)


def _copy(way: Way, there: Page | Asset) -> Page | Asset:
    if isinstance(there, Asset):
        return replace(there, path=way.path)
    return replace(there, path=way.path, url=way.move.url, origin=way.move.origin)


def _redirect(way: Way, there: Page | Asset | None, site: Site) -> Page:
    known = there.context.get("page") if isinstance(there, Page) else None
    to = known if isinstance(known, Meta) else Meta(kind="", language=site.language, direction=site.direction)
    target, url = way.move.target, way.move.url
    meta = Meta(
        kind="redirect",
        title=to.title or site.title,
        url=url,
        permalink=absolute(site, url),
        language=to.language,
        direction=to.direction,
        indexed=False,
    )
    permalink = absolute(site, target) if target.startswith("/") else target
    context = {"page": meta, "target": target, "permalink": permalink}
    return Page(path=way.path, url=url, template="redirect.html", context=context, origin=way.move.origin)


def _farewell(way: Way, site: Site) -> Page:
    title = words(site).say("This page is gone")
    page = html(site, way.move.url, "gone.html", kind="gone", title=title, indexed=False)
    return replace(page, path=way.path, origin=way.move.origin)
