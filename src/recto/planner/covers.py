"""Plan the covers that are drawn for posts without a picture: a file each, which pages show as they show any picture."""

from recto.diagnostics import Location
from recto.model import Page, Post, Site
from recto.recall import Recall
from recto.text import output_path, same_name


def covers(site: Site, recall: Recall) -> list[Page]:
    """The cover of each post that has one. Posts at one address, which others will tell of, have one between them."""
    drawn = [post for post in (*site.posts, *site.unlisted) if post.cover]
    pages = recall.each(_cover, drawn)
    return [pages[number] for number in recall.once(_different, tuple(page.path for page in pages))]


def _cover(post: Post) -> Page:
    url = post.cover.url if post.cover else ""
    return Page(
        path=output_path(url),
        url=url,
        template="cover.svg",
        context={"post": post},
        origin=Location(path=post.source),
    )


def _different(paths: tuple[str, ...]) -> list[int]:
    """The numbers of the paths, of those that mean one file the first one."""
    names: dict[str, int] = {}
    for number, path in enumerate(paths):
        names.setdefault(same_name(path), number)
    return list(names.values())
