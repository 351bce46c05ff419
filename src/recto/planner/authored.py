"""Plan a page for every post and every standalone page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from recto.diagnostics import Location
from recto.model import Meta, Page, Post, Site
from recto.pictures import Image
from recto.planner.related import related
from recto.recall import Recall

# Names of Jekyll's that mean no more than "a post" or "a page".
_COMMON_TEMPLATES = frozenset(("", "default"))


def posts(site: Site, recall: Recall) -> list[Page]:
    """Each post, with its neighbours in time, the other posts of its series, and those most like it."""
    series = _series(site.posts)
    alike = related(site.posts, recall) if site.theme.features.related else [()] * len(site.posts)
    listed = recall.part("listed").each(
        _post,
        site.posts,
        (*site.posts, None)[1:],
        (None, *site.posts)[:-1],
        (series.get(post.series, ()) for post in site.posts),
        alike,
        shared=(site.social,),
    )
    unlisted = recall.part("unlisted").each(
        _unlisted,
        site.unlisted,
        (series.get(post.series, ()) for post in site.unlisted),
        shared=(site.social,),
    )
    return [*listed, *unlisted]


def standalone(site: Site, recall: Recall) -> list[Page]:
    """Each standalone page; it may use a post's template, and so has all that a post has."""
    return recall.each(_standalone, site.pages, shared=(site.social,))


def _series(posts: Iterable[Post]) -> Mapping[str, tuple[Post, ...]]:
    """The posts of each series, oldest first."""
    series: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        if post.series:
            series[post.series].append(post)
    return {name: tuple(reversed(parts)) for name, parts in series.items()}


_Posts = tuple[Post, ...]


def _post(
    post: Post, older: Post | None, newer: Post | None, series: _Posts, near: _Posts, social: Image | None
) -> Page:
    return _page(post, "post", social, older=older, newer=newer, series=series, related=near)


def _unlisted(post: Post, series: _Posts, social: Image | None) -> Page:
    return _page(post, "post", social, older=None, newer=None, series=series, related=())


def _standalone(post: Post, social: Image | None) -> Page:
    return _page(post, "page", social, older=None, newer=None, series=(), related=())


def _page(post: Post, kind: str, social: Image | None, **context: object) -> Page:
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
        social=post.social or social,
        indexed=indexed,
    )
    return Page(
        path=post.path,
        url=post.url,
        template=f"{kind if common else post.template.removesuffix('.html')}.html",
        context={"page": meta, "post": post, **context},
        origin=file if common else post.places.get("template", file),
        lastmod=post.updated,
        indexed=indexed,
    )
