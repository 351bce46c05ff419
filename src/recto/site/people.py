"""Find who writes in what the posts say: one page for each author, where there are several or the site describes them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from unicodedata import normalize

from recto.diagnostics import Diagnostic, error
from recto.model import Author, Config, Post, Source, Term
from recto.site.references import References
from recto.text import encode_path, slugify

HOME = "/authors/"


@dataclass(frozen=True, kw_only=True)
class People:
    """Those who write. `slugs` are of those who have a page, by folded name: who wrote a listed post."""

    config: Config
    references: References
    slugs: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, source: Source, url: str) -> tuple[Author, ...]:
        """The authors of a post at `url`, the site's own where it names none."""
        return tuple(self.shown(author, source.bundle, url) for author in _named(self.config, source))

    def shown(self, author: Author, folder: str = "", url: str = "/") -> Author:
        """An author with their page, and with addresses as the page at `url` must give them; those of site.yaml begin in
        the site's folder."""
        return self._described.get(author) or self._shown(author, folder, url)

    @cached_property
    def _described(self) -> dict[Author, Author]:
        """Those whom site.yaml describes, as they are shown everywhere."""
        authors = (*self.config.authors.values(), self.config.author)
        return {author: self._shown(author, "", "/") for author in authors}

    def _shown(self, author: Author, folder: str, url: str) -> Author:
        def resolve(address: str) -> str:
            return address and self.references.resolve(address, folder=folder, url=url)

        page = self._page(_fold(author.name))
        return replace(author, url=resolve(author.url), avatar=resolve(author.avatar), page=page)

    def _page(self, name: str) -> str:
        return f"{HOME}{encode_path(self.slugs[name])}/" if name in self.slugs else ""

    def index(self, posts: Iterable[Post], *, feeds: bool) -> tuple[Term, ...]:
        """The authors who have a page, by name, each with those of the posts that are theirs, in the order given."""
        members: dict[str, list[Post]] = defaultdict(list)
        faces: dict[str, list[Author]] = defaultdict(list)
        for post in posts:
            for author in {author.page: author for author in post.authors if author.page}.values():
                members[author.page].append(post)
                faces[author.page].append(author)
        known = {author.page: author for author in reversed(self._described.values())}
        terms = []
        for name, slug in sorted(self.slugs.items()):
            url = self._page(name)
            author = known.get(url) or max(faces[url], key=_fullness)
            terms.append(
                Term(
                    taxonomy="authors",
                    name=author.name,
                    slug=slug,
                    url=url,
                    description=author.bio,
                    feed_url=url + "feed.xml" if feeds else "",
                    author=author,
                    posts=tuple(members[url]),
                )
            )
        return tuple(terms)


def people(config: Config, posts: Iterable[Source], references: References) -> People:
    """Those who write the posts, and whose names would share an address."""
    keys = {_fold(author.name): key for key, author in config.authors.items()}
    first: dict[str, tuple[Author, Source, int]] = {}
    for source in posts:
        for position, author in enumerate(_named(config, source) if not source.front.unlisted else ()):
            if author.name:
                first.setdefault(_fold(author.name), (author, source, position))
    if len(first) < 2 and not config.authors:
        return People(config=config, references=references)
    slugs = {name: slugify(keys.get(name, use[0].name)) for name, use in first.items()}
    return People(
        config=config,
        references=references,
        slugs={name: slug for name, slug in slugs.items() if slug},
        diagnostics=tuple(_problems(first, slugs)),
    )


def _problems(
    first: Mapping[str, tuple[Author, Source, int]], slugs: Mapping[str, str]
) -> Iterator[Diagnostic]:
    taken: dict[str, str] = {}
    for name, slug in slugs.items():
        author, source, position = first[name]
        place = source.place(f"author.{position}", "author")
        other = taken.setdefault(slug, name)
        if not slug:
            message = f'author "{author.name}" has no letter or digit to make an address of'
            hint = "put a key with letters before the name, under authors: in site.yaml"
            yield error("author-slug", message, place, hint=hint)
        elif other != name:
            known, where, position = first[other]
            yield error(
                "author-slug",
                f'authors "{known.name}" and "{author.name}" would share the address {HOME}{slug}/',
                place,
                related=(where.place(f"author.{position}", "author"),),
                hint="write one name as the other, or give each a key of their own under authors: in site.yaml",
            )


def _named(config: Config, source: Source) -> tuple[Author, ...]:
    return source.front.authors or ((config.author,) if config.author.name else ())


def _fold(name: str) -> str:
    """What is the same in all the spellings of a name."""
    return normalize("NFC", " ".join(name.split()).casefold())


def _fullness(author: Author) -> int:
    return sum(bool(getattr(author, part.name)) for part in fields(author))
