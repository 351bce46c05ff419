"""Find who writes in what the posts say: one page for each author, where there are several or the site describes them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple
from unicodedata import normalize

from recto.diagnostics import Diagnostic, error
from recto.model import Author, Config, FrontMatter, Post, Spot, Term
from recto.recall import Recall
from recto.site.references import References
from recto.text import encode_path, slugify

HOME = "/authors/"


class Credit(NamedTuple):
    """An author as one post names them, where, and whether lists show the post."""

    author: Author
    spot: Spot
    listed: bool


def credits(front: FrontMatter, path: str, config: Config) -> tuple[Credit, ...]:
    """The authors of a post, the site's own where it names none."""
    named = front.authors or ((config.author,) if config.author.name else ())
    return tuple(
        Credit(author, Spot(front.places, path, (f"author.{position}", "author")), not front.unlisted)
        for position, author in enumerate(named)
    )


@dataclass(frozen=True, kw_only=True)
class People:
    """Those who write. `slugs` are of those who have a page, by folded name: who wrote a listed post."""

    config: Config
    references: References
    slugs: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, credited: Iterable[Credit], folder: str, url: str) -> tuple[Author, ...]:
        """The authors of a post at `url` whose files stand in `folder`."""
        return tuple(self.shown(credit.author, folder, url) for credit in credited)

    def shown(self, author: Author, folder: str = "", url: str = "/") -> Author:
        """An author with their page, and with addresses as the page at `url` must give them; those of site.yaml begin in
        the site's folder."""
        return self._described.get(author) or self._shown(author, folder, url)

    @cached_property
    def _described(self) -> dict[Author, Author]:
        """Those whom site.yaml describes, as they are shown everywhere."""
        authors = (*self.config.authors.values(), self.config.author)
        return {author: self._shown(author, "", "/") for author in authors}

    @property
    def described(self) -> tuple[Author, ...]:
        """Those whom site.yaml describes, as they are shown, the site's own author last."""
        return tuple(self._described.values())

    def _shown(self, author: Author, folder: str, url: str) -> Author:
        def resolve(address: str) -> str:
            return address and self.references.resolve(address, folder=folder, url=url)

        page = self._page(_fold(author.name))
        return replace(author, url=resolve(author.url), avatar=resolve(author.avatar), page=page)

    def _page(self, name: str) -> str:
        return f"{HOME}{encode_path(self.slugs[name])}/" if name in self.slugs else ""

    def index(
        self, posts: Sequence[Post], faces: Mapping[Author, Author], *, feeds: bool, recall: Recall
    ) -> tuple[Term, ...]:
        """The authors who have a page, by name, each with those of the posts that are theirs, in the order given. `faces` are
        authors with what is known of their avatars."""
        members = recall.once(_members, tuple(post.authors for post in posts))
        known = {author.page: faces.get(author, author) for author in reversed(self.described)}
        found = [(slug, self._page(name)) for name, slug in sorted(self.slugs.items())]
        authors = [known.get(url) or members[url].author for _, url in found]
        theirs = [
            tuple(posts[number] for number in members[url].posts) if url in members else ()
            for _, url in found
        ]
        return tuple(recall.each(_term, found, authors, theirs, shared=(feeds,)))


class _Works(NamedTuple):
    """An author, as the post shows them that says most of them, and the numbers of their posts."""

    author: Author
    posts: tuple[int, ...]


def _members(credited: tuple[tuple[Author, ...], ...]) -> dict[str, _Works]:
    """What each author who has a page wrote, by the page."""
    members: dict[str, list[int]] = defaultdict(list)
    faces: dict[str, list[Author]] = defaultdict(list)
    for number, authors in enumerate(credited):
        for author in {author.page: author for author in authors if author.page}.values():
            members[author.page].append(number)
            faces[author.page].append(author)
    return {url: _Works(max(faces[url], key=_fullness), tuple(members[url])) for url in members}


def _term(found: tuple[str, str], author: Author, posts: tuple[Post, ...], feeds: bool) -> Term:
    slug, url = found
    return Term(
        taxonomy="authors",
        name=author.name,
        slug=slug,
        url=url,
        description=author.bio,
        feed_url=url + "feed.xml" if feeds else "",
        author=author,
        posts=posts,
    )


def people(config: Config, credited: Iterable[tuple[Credit, ...]], references: References) -> People:
    """Those who write the posts, and whose names would share an address."""
    keys = {_fold(author.name): key for key, author in config.authors.items()}
    first: dict[str, Credit] = {}
    for credit in chain.from_iterable(credited):
        if credit.listed and credit.author.name:
            first.setdefault(_fold(credit.author.name), credit)
    if len(first) < 2 and not config.authors:
        return People(config=config, references=references)
    slugs = {name: slugify(keys.get(name, use.author.name)) for name, use in first.items()}
    return People(
        config=config,
        references=references,
        slugs={name: slug for name, slug in slugs.items() if slug},
        diagnostics=tuple(_problems(first, slugs)),
    )


def _problems(first: Mapping[str, Credit], slugs: Mapping[str, str]) -> Iterator[Diagnostic]:
    taken: dict[str, str] = {}
    for name, slug in slugs.items():
        author, spot, _ = first[name]
        other = taken.setdefault(slug, name)
        if not slug:
            message = f'author "{author.name}" has no letter or digit to make an address of'
            hint = "put a key with letters before the name, under authors: in site.yaml"
            yield error("author-slug", message, spot.place, hint=hint)
        elif other != name:
            known, where, _ = first[other]
            yield error(
                "author-slug",
                f'authors "{known.name}" and "{author.name}" would share the address {HOME}{slug}/',
                spot.place,
                related=(where.place,),
                hint="write one name as the other, or give each a key of their own under authors: in site.yaml",
            )


def _fold(name: str) -> str:
    """What is the same in all the spellings of a name."""
    return normalize("NFC", " ".join(name.split()).casefold())


def _fullness(author: Author) -> int:
    """How much is said of them, apart from the files of their avatar."""
    return sum(bool(getattr(author, part.name)) for part in fields(author) if part.name != "image")
