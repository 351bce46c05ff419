"""Say what the head of a page says, and whence a page comes: what all planners share."""

from collections.abc import Iterable
from datetime import datetime

from recto.diagnostics import Location
from recto.model import Meta, Page, Paginator, Post, Site
from recto.text import output_path
from recto.words import Words


def absolute(site: Site, url: str) -> str:
    """The permalink of a URL; "" where the site has no address."""
    return site.url and site.url + url


def latest(posts: Iterable[Post]) -> datetime | None:
    """When the newest change to any of the posts was made; None where none has a date."""
    return max((post.updated for post in posts if post.updated), default=None)


def html(
    site: Site,
    url: str,
    template: str,
    *,
    kind: str,
    title: str = "",
    description: str = "",
    feeds: tuple[tuple[str, str], ...] = (),
    lastmod: datetime | None = None,
    indexed: bool = True,
    **context: object,
) -> Page:
    """A page that no one wrote: its template is what asks for it."""
    meta = Meta(
        kind=kind,
        title=title,
        description=description,
        url=url,
        permalink=absolute(site, url),
        language=site.language,
        direction=site.direction,
        social=site.social,
        feeds=feeds,
        indexed=indexed,
    )
    return Page(
        path=output_path(url),
        url=url,
        template=template,
        context={"page": meta, **context},
        origin=Location(path=f"templates/{template}"),
        lastmod=lastmod,
        indexed=indexed,
    )


def data(site: Site, url: str, template: str, **context: object) -> Page:
    """A file for machines."""
    return Page(
        path=output_path(url),
        url=url,
        template=template,
        context=context,
        origin=Location(path=f"templates/{template}"),
    )


def words(site: Site) -> Words:
    """What planners say, in the site's language."""
    return Words(site.language, site.theme.words)


def numbered(site: Site, title: str, paginator: Paginator) -> str:
    """A list's title on one of its pages."""
    if paginator.number is None:
        return title
    said = words(site).say
    if not title:
        return said("Page {n}", n=paginator.number)
    return said("{title}, page {n}", title=title, n=paginator.number)
