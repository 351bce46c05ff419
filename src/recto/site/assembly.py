"""Put the site together: sources and their converted bodies become posts that know where they and their links live.

Row by row: each stage makes of every source what only that source and a few shared values decide, so that a later build in
the same process makes only the rows that changed (`recto.recall`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from markupsafe import Markup

from recto.diagnostics import Diagnostic, Location
from recto.model import (
    Asset,
    Author,
    Config,
    Content,
    Heading,
    Label,
    Ledger,
    NavItem,
    Omission,
    Post,
    Site,
    Sources,
)
from recto.pictures import Image
from recto.recall import Recall
from recto.site import placing
from recto.site.bundles import publish
from recto.site.covers import cover
from recto.site.gathering import Shelves, gather
from recto.site.past import Past, pasts
from recto.site.people import Credit, People, credits, people
from recto.site.references import References, is_source, named
from recto.site.settings import edit_url, font_problems
from recto.site.terms import labels, uses, vocabulary
from recto.text import direction, encode_path, flaw, output_path, tidy


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """The posts and pages in the order of the `sources` that they were made of, how they are found, the files that are
    copied into the site and where to, and what is wrong. `images` are the pictures of which something is known, by their
    paths; `social` is what other sites show of the site itself; `search` says whether there is an index."""

    posts: tuple[Post, ...]
    sources: Sources
    config: Config
    shelves: Shelves
    assets: tuple[Asset, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    images: Mapping[str, Image] = field(default_factory=dict)
    social: Image | None = None
    search: bool = False
    recall: Recall = field(default_factory=Recall, repr=False, compare=False)

    @cached_property
    def site(self) -> Site:
        """The posts in their order and their groups, with all that is known of them so far."""
        made = gather(self.config, self.sources, self.posts, self.shelves, self.recall)
        return replace(made, social=self.social, search=self.search)


def assemble(
    config: Config,
    sources: Sources,
    contents: Mapping[str, Content],
    *,
    left_out: tuple[Omission, ...] = (),
    ledger: Ledger | None = None,
    recall: Recall | None = None,
) -> Assembly:
    """The whole site. `contents` are the converted bodies by source path; `left_out` what select() recorded; `ledger` what is
    known of the posts (see `follow`)."""
    recall = recall or Recall()
    config = recall.same("config", replace(config, url=config.url.rstrip("/")))
    found = (*sources.posts, *sources.pages)
    fronts = [source.front for source in found]
    placed = recall.each(placing.put, found, (contents[source.path] for source in found), shared=(config,))
    references, assets = _references(config, sources, placed, left_out, recall)
    names = recall.each(_names, placed)
    nothing = recall.same("no references", References(home=references.home))
    narrowed = recall.each(_narrowed, names, shared=(references, nothing))
    addresses = recall.each(_addresses, placed, narrowed)

    posts, parts = (
        fronts[: len(sources.posts)],
        [recall.part(taxonomy.name) for taxonomy in config.taxonomies],
    )
    paths = [source.path for source in found]
    rows = [
        part.each(uses, posts, paths[: len(posts)], shared=(taxonomy,))
        for part, taxonomy in zip(parts, config.taxonomies, strict=True)
    ]
    vocabularies = tuple(
        part.once(vocabulary, taxonomy, tuple(used))
        for part, taxonomy, used in zip(parts, config.taxonomies, rows, strict=True)
    )
    labelled = [
        part.each(labels, used, shared=(words,))
        for part, words, used in zip(parts, vocabularies, rows, strict=True)
    ]
    kinds = tuple(taxonomy.name for taxonomy in config.taxonomies)
    terms = recall.each(_terms, *labelled, shared=(kinds,)) if labelled else [_NO_TERMS] * len(posts)
    credited = recall.each(credits, fronts, paths, shared=(config,))
    writers = recall.once(people, config, tuple(credited[: len(posts)]), references)
    authors = recall.each(
        _authors,
        credited,
        (source.bundle for source in found),
        (item.url for item in placed),
        shared=(writers,),
    )
    known = pasts(ledger, paths, [where.permalink for where in addresses], recall)
    made = recall.each(
        _post,
        placed,
        addresses,
        (*terms, *[_NO_TERMS] * len(sources.pages)),
        authors,
        known,
        shared=(config,),
    )
    problems = chain(
        chain.from_iterable(recall.each(_address_problems, placed, shared=(config,))),
        chain.from_iterable(
            recall.each(
                _body_problems,
                placed,
                [references if any(map(is_source, asked)) else nothing for asked in names],
            )
        ),
        chain.from_iterable(words.diagnostics for words in vocabularies),
        writers.diagnostics,
        recall.once(_nav_problems, config, references),
        recall.once(_font_problems, config, assets),
    )
    return Assembly(
        posts=tuple(made),
        sources=sources,
        config=config,
        shelves=Shelves(
            vocabularies=vocabularies,
            writers=writers,
            author=writers.shown(config.author),
            nav=recall.once(_nav, config, references),
        ),
        assets=assets,
        diagnostics=tuple(problems),
        recall=recall,
    )


def _references(
    config: Config,
    sources: Sources,
    placed: list[placing.Placed],
    left_out: tuple[Omission, ...],
    recall: Recall,
) -> tuple[References, tuple[Asset, ...]]:
    """What can be referred to, and the files with their places in the output."""
    urls = {item.source.path: item.url for item in placed}
    omitted = {omission.source: omission for omission in left_out if omission.source not in urls}
    bundles = {item.source.bundle: item.url for item in placed if item.source.is_bundle}
    assets = recall.once(publish, sources.assets, bundles, tuple(omitted), config.folders)
    files = recall.once(_files, assets)
    return recall.once(_known, config.url, urls, files, omitted), assets


def _files(assets: tuple[Asset, ...]) -> dict[str, str]:
    return {asset.origin: "/" + encode_path(asset.path) for asset in assets}


def _known(
    home: str, documents: Mapping[str, str], files: Mapping[str, str], left_out: Mapping[str, Omission]
) -> References:
    return References(home=home, documents=documents, files=files, left_out=left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addresses:
    """Where a post's links lead, from the site's root and from elsewhere, and its own picture's address."""

    links: tuple[str, ...]
    permalinks: tuple[str, ...]
    permalink: str
    image: str
    image_permalink: str


def _names(item: placing.Placed) -> tuple[str, ...]:
    """The names by which a post's addresses mean files of the site."""
    addresses = [reference.url for reference in item.content.references]
    if item.source.front.image:
        addresses.append(item.source.front.image)
    found = dict.fromkeys(named(address, item.source.bundle) for address in addresses)
    return tuple(name for name in found if name)


def _narrowed(names: tuple[str, ...], references: References, nothing: References) -> References:
    """What a post's addresses depend on: so that a new file concerns only those that may mean it."""
    return references.narrowed(names) if names else nothing


def _addresses(item: placing.Placed, references: References) -> _Addresses:
    source, permalink = item.source, references.home and references.home + item.url
    links = tuple(
        references.resolve(reference.url, folder=source.bundle, url=item.url)
        for reference in item.content.references
    )
    image = (
        references.resolve(source.front.image, folder=source.bundle, url=item.url)
        if source.front.image
        else next(iter(_inline(item, links)), "")
    )
    return _Addresses(
        links=links,
        permalinks=tuple(references.absolute(link, permalink) for link in links),
        permalink=permalink,
        image=image,
        image_permalink=references.absolute(image, permalink) if references.home else "",
    )


def _inline(item: placing.Placed, links: tuple[str, ...]) -> dict[str, str]:
    """The pictures of the body: their addresses, each with its text."""
    inline: dict[str, str] = {}
    for frame in item.content.frames:
        if not links[frame.reference].startswith("data:"):
            inline.setdefault(links[frame.reference], frame.alt)
    return inline


_Terms = Mapping[str, tuple[Label, ...]]
_NO_TERMS: _Terms = {}


def _terms(*found: tuple[Any, ...]) -> _Terms:
    """The labels of a post in each taxonomy, of those in which it has any; last come the names of the taxonomies."""
    *groups, names = found
    return {name: group for name, group in zip(names, groups, strict=True) if group} or _NO_TERMS


def _authors(credited: tuple[Credit, ...], folder: str, url: str, writers: People) -> tuple[Author, ...]:
    return writers.of(credited, folder, url)


def _post(
    item: placing.Placed,
    addresses: _Addresses,
    terms: _Terms,
    authors: tuple[Author, ...],
    past: Past,
    config: Config,
) -> Post:
    source, front, content = item.source, item.source.front, item.content
    moments = [moment.instant for moment in (source.date, front.updated) if moment]
    description = " ".join(front.excerpt.split())
    language = front.language or config.language
    image = _image(item, addresses)
    path = output_path(item.url)
    return Post(
        source=source.path,
        slug=item.slug,
        url=item.url,
        path=path,
        permalink=addresses.permalink,
        title=item.title,
        date=source.date.instant if source.date else None,
        day=source.date.day if source.date else None,
        updated=max(moments, default=None),
        body=content,
        links=addresses.links,
        permalinks=addresses.permalinks,
        description=description,
        excerpt_html=Markup("<p>{}</p>").format(description) if description else "",
        authors=authors,
        terms=terms,
        image=image,
        cover=None
        if image or source.kind == "page"
        else cover(config.url, config.theme, item.title, path, front.cover),
        cover_options=front.cover,
        edit_url=edit_url(config, source.path),
        comments=front.comments,
        language=language,
        direction=direction(language),
        template=front.template,
        toc=_toc(config, front.toc, content),
        series=front.series,
        pinned=front.pinned,
        listed=not front.unlisted,
        draft=front.draft or not front.published,
        aliases=tuple(
            tidy(placing.local(config, alias))
            for alias in front.aliases
            if not flaw(placing.local(config, alias))
        ),
        former=tuple(url for url in past.urls if url != item.url),
        feed_id=past.id or addresses.permalink,
        extra=front.extra,
        places={key: front.places[key] for key in front.places if key.partition(".")[0] in _PLACES},
    )


_PLACES = frozenset(("template", "aliases"))  # what asks for a file that others must answer for


_WORTH_CONTENTS = 3  # headings; fewer are seen at a glance


def _toc(config: Config, wanted: bool | None, content: Content) -> tuple[Heading, ...]:
    found = tuple(heading for heading in content.headings if heading.level <= config.markdown.toc_depth)
    return found if (len(found) >= _WORTH_CONTENTS if wanted is None else wanted) else ()


def _image(item: placing.Placed, addresses: _Addresses) -> Image | None:
    """The picture that front matter names, else the first one of the body."""
    if not addresses.image:
        return None
    front, inline = item.source.front, _inline(item, addresses.links)
    return Image(
        url=addresses.image,
        permalink=addresses.image_permalink,
        alt=inline.get(addresses.image, "") if front.image_alt is None else front.image_alt,
        in_text=addresses.image in inline,
    )


def _address_problems(item: placing.Placed, config: Config) -> tuple[Diagnostic, ...]:
    return tuple(placing.problems(config, item))


def _body_problems(item: placing.Placed, references: References) -> tuple[Diagnostic, ...]:
    return tuple(_found_in_body(item, references))


def _found_in_body(item: placing.Placed, references: References) -> Iterator[Diagnostic]:
    source, found = item.source, item.content.problems
    for problem, where in zip(found, source.locate((p.line, p.column, p.width) for p in found), strict=True):
        yield Diagnostic(
            severity=problem.severity,
            code=problem.code,
            message=problem.message,
            location=where,
            hint=problem.hint,
        )
    lost = [r for r in item.content.references if references.missing(r.url, folder=source.bundle)]
    for reference, where in zip(
        lost, source.locate((r.line, r.column, len(r.url)) for r in lost), strict=True
    ):
        yield from references.problems(reference.url, folder=source.bundle, place=where)


def _nav(config: Config, references: References) -> tuple[NavItem, ...]:
    return tuple(replace(item, url=references.resolve(item.url)) for item in config.nav)


def _nav_problems(config: Config, references: References) -> tuple[Diagnostic, ...]:
    return tuple(
        problem
        for item in config.nav
        if references.missing(item.url, folder="")
        for problem in references.problems(
            item.url, folder="", place=item.location or Location(path="site.yaml")
        )
    )


def _font_problems(config: Config, assets: tuple[Asset, ...]) -> tuple[Diagnostic, ...]:
    return tuple(font_problems(config, assets))
