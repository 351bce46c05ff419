"""A site made of values, and every kind of page of it, without reading or planning anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from recto.diagnostics import Location
from recto.model import (
    Asset,
    Author,
    Content,
    Heading,
    Hypertext,
    Label,
    Meta,
    Page,
    Paginator,
    Post,
    Site,
    Template,
    Term,
    TermIndex,
    Year,
)
from recto.pictures import Image, Variant
from recto.renderer import Renderer

THEME = Path(__file__).parents[1] / "templates"
AUTHOR = Author(name="The author", url="/about/", email="author@example.com", bio="Writes & walks.")
SHEET = Asset(path="assets/style.0a1b2c3d.css", source="", origin="default/assets/style.css", digest="0")
ASSETS = (
    SHEET,
    *(
        Asset(path=f"assets/{path.name}", source="", origin=f"default/assets/{path.name}", digest="0")
        for path in sorted((THEME / "assets").iterdir())
        if path.name != "style.css"
    ),
)

TEMPLATES = tuple(
    Template(
        name=f"default/{path.relative_to(THEME).as_posix()}", path=str(path), text=path.read_text("utf-8")
    )
    for path in sorted(THEME.rglob("*"))
    if path.suffix in (".html", ".xml", ".json", ".txt", ".svg")
)


def post(slug: str = "a", *, root: str = "https://example.com", **fields: Any) -> Post:
    """A dated post with one category, one tag and a link, a picture and a note in its body."""
    at = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
    html = Hypertext(
        parts=('<p>Hello <a href="', '">you</a> &amp; all.</p>\n<h2 id="one">One</h2>'), holes=(0,)
    )
    values: dict[str, Any] = {
        "source": f"posts/{slug}.md",
        "slug": slug,
        "url": f"/posts/{slug}/",
        "path": f"posts/{slug}/index.html",
        "permalink": f"{root}/posts/{slug}/" if root else "",
        "feed_id": f"{root}/posts/{slug}/" if root else "",
        "title": f'The post {slug} <of> & "all"',
        "date": at,
        "day": at.date(),
        "updated": at + timedelta(days=2),
        "body": Content(html=html, excerpt=html, summary="Hello you & all.", words=450),
        "links": ("/about/",),
        "permalinks": (f"{root}/about/",),
        "authors": (AUTHOR,),
        "terms": {
            "categories": (Label(name="Life & work", slug="life-work", url="/categories/life-work/"),),
            "tags": (Label(name="c++", slug="c", url="/tags/c/"),),
        },
        "toc": (Heading(level=2, id="one", text="One"), Heading(level=3, id="über", text="Ü <b>")),
    }
    return Post(**values | fields)


def bare(slug: str = "bare", **fields: Any) -> Post:
    """A post with nothing but a title and a body: no date, terms, author or picture."""
    nothing: dict[str, Any] = {
        "date": None,
        "day": None,
        "updated": None,
        "authors": (),
        "terms": {},
        "toc": (),
    }
    return post(slug, **nothing | fields)


def site(*posts: Post, url: str = "https://example.com", base_path: str = "", **fields: Any) -> Site:
    """A site of these posts, with the terms and years that follow from them."""
    dated = [p for p in posts if p.date]
    years = sorted({p.date.year for p in dated if p.date}, reverse=True)
    values: dict[str, Any] = {
        "title": "A blog & more",
        "url": url,
        "base_path": base_path,
        "description": "Notes on <things>.",
        "author": AUTHOR,
        "posts": posts,
        "years": tuple(
            Year(year=y, posts=tuple(p for p in dated if p.date and p.date.year == y)) for y in years
        ),
        "taxonomies": tuple(index(name, posts) for name in ("categories", "tags")),
    }
    return Site(**values | fields)


def index(taxonomy: str, posts: tuple[Post, ...]) -> TermIndex:
    """The terms of a taxonomy."""
    labels = sorted(
        {label for p in posts for label in p.terms.get(taxonomy, ())}, key=lambda label: label.name
    )
    terms = tuple(
        Term(
            taxonomy=taxonomy,
            name=label.name,
            slug=label.slug,
            url=label.url,
            description="About it.",
            feed_url=f"{label.url}feed.xml" if taxonomy == "categories" else "",
            posts=tuple(p for p in posts if label in p.terms.get(taxonomy, ())),
        )
        for label in labels
    )
    return TermIndex(name=taxonomy, title=taxonomy.title(), singular="term", url=f"/{taxonomy}/", terms=terms)


def page(
    template: str, url: str, kind: str, where: Site, meta: dict[str, Any] | None = None, **context: Any
) -> Page:
    """A page to be rendered."""
    path = url.removeprefix("/") + "index.html" if url.endswith("/") else url.removeprefix("/")
    head = {
        "kind": kind,
        "title": kind,
        "url": url,
        "permalink": where.url + url if where.url else "",
        **(meta or {}),
    }
    values = {"site": where, "page": Meta(**head), **context}
    return Page(
        path=path, url=url, template=template, context=values, origin=Location(path=f"from/{kind}.md")
    )


def post_page(where: Site, one: Post, **context: Any) -> Page:
    """The page of a post."""
    head: dict[str, object] = {
        "title": one.title,
        "description": one.summary,
        "image": one.image,
        "language": one.language,
    }
    head |= {"direction": one.direction, "indexed": one.listed}
    values = {"older": None, "newer": None, "series": (), "related": (), **context}
    return page("post.html", one.url, "post", where, head, post=one, **values)


def every_page(where: Site) -> dict[str, Page]:
    """One page or more of every template, by path."""
    posts = where.posts
    found = [
        page(
            "index.html",
            "/",
            "index",
            where,
            {"title": ""},
            paginator=Paginator(posts=posts, older="/page/2/"),
        ),
        page(
            "index.html",
            "/page/2/",
            "index",
            where,
            paginator=Paginator(posts=posts[:2], number=2, newer="/", older="/page/1/"),
        ),
        page("archive.html", "/archive/", "archive", where),
        page("404.html", "/404.html", "404", where, {"indexed": False}),
        page("redirect.html", "/old/", "page", where, target="/posts/a/", permalink=f"{where.url}/posts/a/"),
        page("page.html", "/about/", "page", where, post=bare("about", url="/about/")),
        *(
            post_page(where, one, older=posts[-1], newer=posts[0], series=posts[:2], related=posts[-3:])
            for one in posts
        ),
        page("search.html", "/search/", "search", where),
        page(
            "author.html",
            "/authors/the-author/",
            "author",
            where,
            {"title": AUTHOR.name},
            term=Term(
                taxonomy="authors",
                name=AUTHOR.name,
                slug="the-author",
                url="/authors/the-author/",
                author=AUTHOR,
                posts=posts,
            ),
            paginator=Paginator(posts=posts),
        ),
        *(page("terms.html", index.url, "terms", where, taxonomy=index) for index in where.taxonomies),
        *(
            page(
                "term.html",
                term.url,
                "term",
                where,
                {"feeds": ((term.name, term.feed_url),) if term.feed_url else ()},
                term=term,
                paginator=Paginator(posts=term.posts),
            )
            for index in where.taxonomies
            for term in index.terms
        ),
        page("robots.txt", "/robots.txt", "robots", where),
    ]
    if where.url:
        found += [
            page("subscribe.html", "/subscribe/", "subscribe", where),
            _feed("feed.xml", where),
            _feed("feed.json", where),
            page(
                "sitemap.xml",
                "/sitemap.xml",
                "sitemap",
                where,
                entries=((f"{where.url}/", None), *((one.permalink, one.updated) for one in posts)),
            ),
        ]
    return {one.path: one for one in found}


def _feed(name: str, where: Site) -> Page:
    return page(
        name,
        f"/{name}",
        "feed",
        where,
        feed_title=where.title,
        self_url=f"{where.url}/{name}",
        home_url=f"{where.url}/",
        updated=where.posts[0].updated if where.posts else None,
        posts=where.posts,
    )


def renderer(where: Site, own: dict[str, str] | None = None, assets: tuple[Asset, ...] = ASSETS) -> Renderer:
    """With the default theme, and these templates of the site's own."""
    ours = tuple(Template(name=n, path=f"templates/{n}", text=text) for n, text in (own or {}).items())
    return Renderer((*TEMPLATES, *ours), where, assets)


def output(
    where: Site, own: dict[str, str] | None = None, assets: tuple[Asset, ...] = ASSETS
) -> dict[str, str]:
    """Every page of the site by path."""
    made = renderer(where, own, assets)
    return {path: made.render(one).decode() for path, one in every_page(where).items()}


PICTURE = Image(url="/images/a.jpg", permalink="https://example.com/images/a.jpg", alt='A "sea" & sky')
SIZED = replace(
    PICTURE,
    width=1600,
    height=1067,
    color="#a0b0c0",
    variants=tuple(
        Variant(url=f"/images/a-{width}.0a1b2c3d.{kind}", width=width, type=f"image/{kind}")
        for kind in ("webp", "jpeg")
        for width in (480, 800, 1200)
    ),
)
