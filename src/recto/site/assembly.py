"""Put the site together: sources and their converted bodies become posts that know where they and their links live."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from urllib.parse import urlsplit

from markupsafe import Markup

from recto.diagnostics import Diagnostic, Location
from recto.model import (
    Asset,
    Config,
    Content,
    Heading,
    Omission,
    Post,
    Site,
    Sources,
    Year,
)
from recto.pictures import Image
from recto.site import placing
from recto.site.addresses import flaw, tidy
from recto.site.bundles import publish
from recto.site.covers import cover
from recto.site.people import People, people
from recto.site.references import References
from recto.site.settings import edit_url, font_problems
from recto.site.terms import Vocabulary, vocabulary
from recto.text import direction, encode_path, output_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The site, the files that are copied into it and where to, and what is wrong. `sources` are what it was made of."""

    site: Site
    sources: Sources = field(default_factory=Sources)
    assets: tuple[Asset, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def assemble(
    config: Config, sources: Sources, contents: Mapping[str, Content], *, left_out: tuple[Omission, ...] = ()
) -> Assembly:
    """The whole site. `contents` are the converted bodies by source path; `left_out` what select() recorded."""
    config = replace(config, url=config.url.rstrip("/"))
    placed = [
        placing.put(config, source, contents[source.path]) for source in (*sources.posts, *sources.pages)
    ]
    urls = {item.source.path: item.url for item in placed}
    omitted = {omission.source: omission for omission in left_out if omission.source not in urls}
    bundles = {item.source.bundle: item.url for item in placed if item.source.is_bundle}
    assets = publish(sources.assets, bundles, omitted, config.folders)
    references = References(
        home=config.url,
        documents=urls,
        files={asset.origin: "/" + encode_path(asset.path) for asset in assets},
        left_out=omitted,
    )
    vocabularies = [vocabulary(taxonomy, sources.posts) for taxonomy in config.taxonomies]
    writers = people(config, sources.posts, references)
    posts = [_post(config, item, references, vocabularies, writers) for item in placed]
    problems = [
        *(problem for item in placed for problem in placing.problems(config, item)),
        *(problem for item in placed for problem in _body_problems(item, references)),
        *(problem for words in vocabularies for problem in words.diagnostics),
        *writers.diagnostics,
        *_nav_problems(config, references),
        *font_problems(config, assets),
    ]
    site = _site(config, sources, posts, references, vocabularies, writers)
    return Assembly(site=site, sources=sources, assets=assets, diagnostics=tuple(problems))


def _post(
    config: Config,
    item: placing.Placed,
    references: References,
    vocabularies: Sequence[Vocabulary],
    writers: People,
) -> Post:
    source, front, content = item.source, item.source.front, item.content
    permalink = config.url and config.url + item.url
    links = tuple(
        references.resolve(reference.url, folder=source.bundle, url=item.url)
        for reference in content.references
    )
    moments = [moment.instant for moment in (source.date, front.updated) if moment]
    description = " ".join(front.excerpt.split())
    language = front.language or config.language
    labels = {words.taxonomy.name: words.of(source) for words in vocabularies if source.kind == "post"}
    image = _image(item, references, links, permalink)
    path = output_path(item.url)
    return Post(
        source=source.path,
        slug=item.slug,
        url=item.url,
        path=path,
        permalink=permalink,
        title=item.title,
        date=source.date.instant if source.date else None,
        day=source.date.day if source.date else None,
        updated=max(moments, default=None),
        body=content,
        links=links,
        permalinks=tuple(references.absolute(link, permalink) for link in links),
        description=description,
        excerpt_html=Markup("<p>{}</p>").format(description) if description else "",
        authors=writers.of(source, item.url),
        terms={name: found for name, found in labels.items() if found},
        image=image,
        cover=None if image or source.kind == "page" else cover(config, item.title, path, front.cover),
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
        extra=front.extra,
        places={key: front.places[key] for key in front.places if key.partition(".")[0] in _PLACES},
    )


_PLACES = frozenset(("template", "aliases"))  # what asks for a file that others must answer for


_WORTH_CONTENTS = 3  # headings; fewer are seen at a glance


def _toc(config: Config, wanted: bool | None, content: Content) -> tuple[Heading, ...]:
    found = tuple(heading for heading in content.headings if heading.level <= config.markdown.toc_depth)
    return found if (len(found) >= _WORTH_CONTENTS if wanted is None else wanted) else ()


def _image(
    item: placing.Placed, references: References, links: Sequence[str], permalink: str
) -> Image | None:
    """The picture that front matter names, else the first one of the body."""
    front = item.source.front
    inline: dict[str, str] = {}
    for frame in item.content.frames:
        if not links[frame.reference].startswith("data:"):
            inline.setdefault(links[frame.reference], frame.alt)
    link = (
        references.resolve(front.image, folder=item.source.bundle, url=item.url)
        if front.image
        else next(iter(inline), "")
    )
    if not link:
        return None
    return Image(
        url=link,
        permalink=references.absolute(link, permalink) if references.home else "",
        alt=inline.get(link, "") if front.image_alt is None else front.image_alt,
        in_text=link in inline,
    )


def _body_problems(item: placing.Placed, references: References) -> Iterator[Diagnostic]:
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


def _nav_problems(config: Config, references: References) -> Iterator[Diagnostic]:
    for item in config.nav:
        if references.missing(item.url, folder=""):
            yield from references.problems(
                item.url, folder="", place=item.location or Location(path="site.yaml")
            )


def _site(
    config: Config,
    sources: Sources,
    posts: Iterable[Post],
    references: References,
    vocabularies: Sequence[Vocabulary],
    writers: People,
) -> Site:
    kinds = {source.path for source in sources.pages}
    ordered = sorted(posts, key=lambda post: post.source)
    pages = tuple(post for post in ordered if post.source in kinds)
    dated = sorted((post for post in ordered if post.source not in kinds), key=_age, reverse=True)
    listed = tuple(post for post in dated if post.listed)
    feeds = bool(config.url) and config.feed.atom
    return Site(
        title=config.title,
        url=config.url,
        base_path=urlsplit(config.url).path,
        description=config.description,
        language=config.language,
        direction=direction(config.language),
        author=writers.shown(config.author),
        nav=tuple(replace(item, url=references.resolve(item.url)) for item in config.nav),
        paginate=config.paginate,
        pagination=config.pagination,
        feed=config.feed,
        theme=config.theme,
        posts=listed,
        unlisted=tuple(post for post in dated if not post.listed),
        pages=pages,
        taxonomies=tuple(words.index(listed, feeds=feeds) for words in vocabularies),
        authors=writers.index(listed, feeds=feeds),
        years=_years(listed),
        data=sources.data,
    )


def _age(post: Post) -> float:
    return post.date.timestamp() if post.date else -inf


def _years(posts: Iterable[Post]) -> tuple[Year, ...]:
    years: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        if post.day:
            years[post.day.year].append(post)
    return tuple(Year(year=year, posts=tuple(years[year])) for year in sorted(years, reverse=True))
