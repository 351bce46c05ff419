"""Plan a page for every post and every standalone page, and one for each of their old addresses."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat

from recto.diagnostics import Location
from recto.model import Meta, Page, Post, Site
from recto.planner.heads import absolute
from recto.planner.related import related
from recto.text import output_path

# Names of Jekyll's that mean no more than "a post" or "a page".
_COMMON_TEMPLATES = frozenset(("", "default"))


def posts(site: Site) -> Iterator[Page]:
    """Each post, with its neighbours in time, the other posts of its series, and those most like it."""
    series = _series(site.posts)
    alike = related(site.posts) if site.theme.features.related else repeat(())
    neighbours = zip((*site.posts[1:], None), site.posts, (None, *site.posts), alike, strict=False)
    for older, post, newer, near in neighbours:
        parts = series.get(post.series, ())
        yield _page(site, post, "post", older=older, newer=newer, series=parts, related=near)
    for post in site.unlisted:
        parts = series.get(post.series, ())
        yield _page(site, post, "post", older=None, newer=None, series=parts, related=())


def standalone(site: Site) -> Iterator[Page]:
    """Each standalone page; it may use a post's template, and so has all that a post has."""
    for post in site.pages:
        yield _page(site, post, "page", older=None, newer=None, series=(), related=())


def _series(posts: Iterable[Post]) -> Mapping[str, tuple[Post, ...]]:
    """The posts of each series, oldest first."""
    series: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        if post.series:
            series[post.series].append(post)
    return {name: tuple(reversed(parts)) for name, parts in series.items()}


def _page(site: Site, post: Post, kind: str, **context: object) -> Page:
    indexed = post.listed and not post.draft and post.path != "404.html"
    common = post.template in _COMMON_TEMPLATES
    file = Location(path=post.source)
    meta = Meta(
        kind=kind,
        title=post.title,
        description=post.summary,
        url=post.url,
        permalink=post.permalink,
        language=post.language,
        direction=post.direction,
        image=post.image,
        social=post.social or site.social,
        indexed=indexed,
    )
    return Page(
        path=post.path,
        url=post.url,
        template=f"{kind if common else post.template.removesuffix('.html')}.html",
        context={"site": site, "page": meta, "post": post, **context},
        origin=file if common else post.places.get("template", file),
        lastmod=post.updated,
        indexed=indexed,
    )


def redirects(site: Site) -> Iterator[Page]:
    """A page at each old address that leads to the new one."""
    for post in (*site.posts, *site.unlisted, *site.pages):
        places = dict(zip(post.aliases, _alias_places(post), strict=True))
        for alias, place in places.items():
            if alias != post.url:
                yield _redirect(site, post, alias, place)


def _alias_places(post: Post) -> list[Location]:
    whole = post.places.get("aliases", Location(path=post.source))
    return [post.places.get(f"aliases.{n}", whole) for n in range(len(post.aliases))]


def _redirect(site: Site, post: Post, alias: str, origin: Location) -> Page:
    meta = Meta(
        kind="redirect",
        title=post.title,
        url=alias,
        permalink=absolute(site, alias),
        language=post.language,
        direction=post.direction,
        indexed=False,
    )
    return Page(
        path=output_path(alias),
        url=alias,
        template="redirect.html",
        context={"site": site, "page": meta, "target": post.url, "permalink": post.permalink},
        origin=origin,
    )
