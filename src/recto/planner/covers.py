"""Plan the covers that are drawn for posts without a picture: a file each, which pages show as they show any picture."""

from collections.abc import Iterator

from recto.diagnostics import Location
from recto.model import Page, Site
from recto.text import output_path, same_name


def covers(site: Site) -> Iterator[Page]:
    """The cover of each post that has one. Posts at one address, which others will tell of, have one between them."""
    seen: set[str] = set()
    for post in (*site.posts, *site.unlisted):
        path = output_path(post.cover.url) if post.cover else ""
        if post.cover and same_name(path) not in seen:
            seen.add(same_name(path))
            yield Page(
                path=path,
                url=post.cover.url,
                template="cover.svg",
                context={"site": site, "post": post},
                origin=Location(path=post.source),
            )
