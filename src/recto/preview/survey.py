"""What became of everything that a site is made of, as rows to look at: texts, terms, files. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from datetime import datetime
from itertools import chain
from typing import Literal

from recto.builder import Plan
from recto.diagnostics import Location
from recto.model import Label, Omission, Post
from recto.text import encode_path

# How a text can stand, with why; {where} says whether this preview shows it all the same.
STATES = {
    "published": "",
    "draft": "{where}",
    "scheduled": "{where} until {when}",
    "unpublished": "{where}: published: false",
    "expired": "{where} since {when}",
    "unlisted": "built but in no list, feed or sitemap",
    "ignored": "{where}: its name, or ignore in site.yaml, says so",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A post or a standalone page, or a file that became none; then `url` is ""."""

    title: str
    origin: Location
    url: str = ""
    state: str = "published"
    why: str = ""
    day: Date | None = None
    labels: tuple[Label, ...] = ()


def texts(plan: Plan) -> list[Text]:
    """All texts: posts from the newest, standalone pages, then what was left out."""
    dated = sorted((*plan.site.posts, *plan.site.unlisted), key=_age)
    unlisted = {post.source for post in plan.site.unlisted} | {
        omission.source for omission in plan.omissions if omission.reason == "unlisted"
    }
    built = [_built(post, plan.withheld, unlisted) for post in (*dated, *plan.site.pages)]
    return built + [
        Text(
            title=left.title, origin=Location(path=left.source), state=left.reason, why=_why(left, "left out")
        )
        for left in plan.omissions
        if left.reason != "unlisted"
    ]


def _age(post: Post) -> float:
    return -post.date.timestamp() if post.date else float("inf")


def _built(post: Post, withheld: Mapping[str, Omission], unlisted: set[str]) -> Text:
    held = withheld.get(post.source)
    if held is None and post.source in unlisted:
        held = Omission(source=post.source, title=post.title, reason="unlisted")
    return Text(
        title=post.title,
        origin=Location(path=post.source),
        url=post.url,
        state=held.reason if held else "published",
        why=_why(held, "only in this preview") if held else "",
        day=post.day,
        labels=tuple(chain.from_iterable(post.terms.values())) if post.terms else (),
    )


def _why(omission: Omission, where: str) -> str:
    return STATES[omission.reason].format(
        where=where, when=moment(omission.when) if omission.when else "then"
    )


def moment(when: datetime) -> str:
    """A moment in the words of the terminal."""
    return f"{when:%Y-%m-%d %H:%M} {when.tzname() or ''}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A term with the taxonomy that it belongs to."""

    taxonomy: str
    name: str
    url: str
    feed_url: str
    count: int


def terms(plan: Plan) -> list[Entry]:
    """All terms, and the authors who have a page, by taxonomy and name."""
    site = plan.site
    groups = [*((index.title, index.terms) for index in site.taxonomies), ("Authors", site.authors)]
    return [
        Entry(taxonomy=title, name=term.name, url=term.url, feed_url=term.feed_url, count=term.count)
        for title, found in groups
        for term in found
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the built site: one that a `template` makes, or one that is copied or made of another, with its `size`. `own`
    says that what it comes from is a file of the site's folder."""

    kind: Literal["rendered", "copied"]
    path: str
    url: str
    origin: Location
    own: bool
    template: str = ""
    size: int = 0


def files(plan: Plan) -> list[File]:
    """All files of the built site: the rendered ones in the order of the plan, then the others."""
    sources = plan.sources
    own = {file.path for kind in (sources.posts, sources.pages, sources.templates) for file in kind}
    own |= {asset.origin for asset in sources.assets}
    rendered = (
        File(
            kind="rendered",
            path=page.path,
            url=page.url,
            origin=page.origin,
            own=page.origin.path in own,
            template=page.template,
        )
        for page in plan.pages
    )
    copied = (
        File(
            kind="copied",
            path=asset.path,
            url=f"/{encode_path(asset.path)}",
            origin=Location(path=asset.origin),
            own=asset.origin in own,
            size=asset.size,
        )
        for asset in plan.assets
    )
    return [*rendered, *copied]
