"""Gather the posts into a site: in their order, by term, by author, by year."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date  # noqa: N812
from datetime import datetime
from math import inf
from urllib.parse import urlsplit

from recto.model import Author, Config, NavItem, Post, Site, Sources, Year
from recto.recall import Recall
from recto.site.people import People
from recto.site.terms import Vocabulary
from recto.text import direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """What posts are grouped by, the site's own author, and the navigation with its addresses. `faces` are authors with what
    is known of their avatars."""

    vocabularies: tuple[Vocabulary, ...]
    writers: People
    author: Author
    nav: tuple[NavItem, ...]
    faces: Mapping[Author, Author] = field(default_factory=dict)


def gather(config: Config, sources: Sources, posts: Sequence[Post], shelves: Shelves, recall: Recall) -> Site:
    """The site of these posts and pages, which are in the order of their sources."""
    split = len(sources.posts)
    dates = tuple(post.date for post in posts[:split])
    dated = [
        posts[n] for n in recall.once(_newest_first, dates, tuple(post.source for post in posts[:split]))
    ]
    listed = tuple(post for post in dated if post.listed)
    feeds = bool(config.url) and config.feed.atom
    return Site(
        title=config.title,
        url=config.url,
        base_path=urlsplit(config.url).path,
        description=config.description,
        language=config.language,
        direction=direction(config.language),
        author=shelves.faces.get(shelves.author, shelves.author),
        nav=shelves.nav,
        paginate=config.paginate,
        pagination=config.pagination,
        feed=config.feed,
        theme=config.theme,
        posts=listed,
        unlisted=tuple(post for post in dated if not post.listed),
        pages=tuple(sorted(posts[split:], key=lambda page: page.source)),
        taxonomies=tuple(
            words.index(listed, feeds=feeds, recall=recall.part(words.taxonomy.name))
            for words in shelves.vocabularies
        ),
        authors=shelves.writers.index(listed, shelves.faces, feeds=feeds, recall=recall),
        years=_years(listed, recall),
        data=sources.data,
    )


def _newest_first(dates: Sequence[datetime | None], names: Sequence[str]) -> list[int]:
    """The numbers of the posts by their dates, those without one last; of equals by their names."""
    ages = [date.timestamp() if date else -inf for date in dates]
    by_name = sorted(range(len(names)), key=names.__getitem__)
    return sorted(by_name, key=ages.__getitem__, reverse=True)


def _years(posts: Sequence[Post], recall: Recall) -> tuple[Year, ...]:
    numbers = recall.once(_by_year, tuple(post.day for post in posts))
    years = [tuple(posts[number] for number in found) for found in numbers.values()]
    return tuple(recall.each(_year, numbers, years))


def _by_year(days: Sequence[Date | None]) -> dict[int, list[int]]:
    """The numbers of the posts of each year, the newest year first."""
    years: dict[int, list[int]] = defaultdict(list)
    for number, day in enumerate(days):
        if day:
            years[day.year].append(number)
    return dict(sorted(years.items(), reverse=True))


def _year(year: int, posts: tuple[Post, ...]) -> Year:
    return Year(year=year, posts=posts)
