"""Selection and assembly: which posts there are, where they live, what their links mean."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from recto import site
from recto.config import parse
from recto.diagnostics import Diagnostic, Location, Severity, format_text
from recto.model import (
    Asset,
    Author,
    Body,
    Config,
    Content,
    Folders,
    FrontMatter,
    Heading,
    Hypertext,
    MarkdownOptions,
    Moment,
    NavItem,
    Omission,
    Post,
    Problem,
    Reference,
    Source,
    Sources,
    Taxonomy,
    Theme,
)
from recto.pictures import Frame

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONFIG = Config(url="https://example.com/blog")


def moment(year: int, month: int = 1, day: int = 1, hour: int | None = None) -> Moment:
    return Moment(
        instant=datetime(year, month, day, hour or 0, tzinfo=UTC),
        day=date(year, month, day),
        timed=hour is not None,
    )


def source(path: str, *, on: Moment | None = None, text: str = "", line: int = 1, **front: Any) -> Source:
    folder, _, name = path.rpartition("/")
    bundle = name.startswith("index.")
    stem = (folder.rpartition("/")[2] if bundle else name).removesuffix(".md")
    parts = stem.split("-", 3)
    dated = len(parts) == 4 and parts[0].isdigit()
    return Source(
        path=path,
        kind="page" if path.startswith("pages/") else "post",
        stem=parts[3] if dated else stem,
        bundle=folder,
        is_bundle=bundle,
        front=FrontMatter(**front),
        date=on or (moment(*map(int, parts[:3])) if dated else None),
        body=Body(text=text),
        body_line=line,
    )


def links_of(*urls: str, kind: str = "link") -> Content:
    refs = tuple(Reference(url=url, kind=kind, line=1, column=1) for url in urls)  # type: ignore[arg-type]
    return Content(references=refs)


def asset(path: str, origin: str = "") -> Asset:
    return Asset(path=path, source="/" + path, origin=origin or path, digest="0")


def assemble(
    *sources: Source,
    config: Config = CONFIG,
    contents: Mapping[str, Content] | None = None,
    assets: tuple[Asset, ...] = (),
    left_out: tuple[Omission, ...] = (),
) -> site.Assembly:
    found = Sources(
        posts=tuple(s for s in sources if s.kind == "post"),
        pages=tuple(s for s in sources if s.kind == "page"),
        assets=assets,
    )
    every = {s.path: Content() for s in sources} | dict(contents or {})
    return site.assemble(config, found, every, left_out=left_out)


def one(found: Source, config: Config = CONFIG, content: Content | None = None) -> Post:
    made = assemble(found, config=config, contents={found.path: content} if content else None).site
    return (*made.posts, *made.unlisted, *made.pages)[0]


def only(diagnostics: tuple[Diagnostic, ...]) -> str:
    (text,) = format_text(diagnostics)
    return text


# ---- selection ----------------------------------------------------------------------------------------------


def select(
    *sources: Source, drafts: bool = False, future: bool = False
) -> tuple[list[str], list[tuple[str, str]]]:
    found = Sources(
        posts=tuple(s for s in sources if s.kind == "post"),
        pages=tuple(s for s in sources if s.kind == "page"),
    )
    kept, left_out = site.select(found, now=NOW, drafts=drafts, future=future)
    return [s.path for s in (*kept.posts, *kept.pages)], [(o.title, o.reason) for o in left_out]


def test_drafts_and_unpublished_posts_are_left_out_unless_asked_for() -> None:
    posts = (source("posts/a.md", draft=True), source("posts/b-c.md", published=False))
    assert select(*posts) == ([], [("A", "draft"), ("B c", "unpublished")])
    assert select(*posts, drafts=True) == (["posts/a.md", "posts/b-c.md"], [])


def test_future_posts_are_left_out_unless_asked_for() -> None:
    later = source("posts/a.md", on=moment(2026, 11, 23, 13), title="Later")
    assert select(later) == ([], [("Later", "scheduled")])
    assert select(later, future=True) == (["posts/a.md"], [])


def test_scheduled_post_says_when_it_appears() -> None:
    later = source("posts/a.md", on=moment(2027))
    _, (omission,) = site.select(Sources(posts=(later,)), now=NOW)
    assert omission.when == datetime(2027, 1, 1, tzinfo=UTC)


def test_post_dated_today_is_never_in_the_future() -> None:
    for now in (datetime(2026, 11, 23, tzinfo=UTC), NOW):
        kept, _ = site.select(Sources(posts=(source("posts/2026-11-23-a.md"),)), now=now)
        assert kept.posts


def test_expired_posts_never_come_back() -> None:
    gone = source("posts/a.md", expires=moment(2026, 11, 23, 12), draft=True)
    assert select(gone, drafts=True, future=True) == ([], [("A", "expired")])
    assert select(source("posts/a.md", expires=moment(2026, 11, 23, 13)))[0] == ["posts/a.md"]


def test_unlisted_posts_are_built_and_recorded() -> None:
    assert select(source("posts/a.md", unlisted=True)) == (["posts/a.md"], [("A", "unlisted")])


def test_standalone_pages_are_drafts_too_but_never_scheduled() -> None:
    assert select(source("pages/a.md", draft=True)) == ([], [("A", "draft")])
    assert select(source("pages/a.md", on=moment(2030)))[0] == ["pages/a.md"]


# ---- names and addresses ------------------------------------------------------------------------------------


def test_title_is_from_the_front_matter_else_the_text_else_the_file_name() -> None:
    assert (
        one(source("posts/a.md", title=" Front\n matter "), content=Content(title="Text")).title
        == "Front matter"
    )
    assert one(source("posts/a.md"), content=Content(title="Text")).title == "Text"
    assert one(source("posts/2017-06-12-sales-vs-engineering.md")).title == "Sales vs engineering"


@pytest.mark.parametrize(
    ("permalink", "url", "path"),
    [
        ("/posts/{slug}/", "/posts/bees/", "posts/bees/index.html"),
        ("/{year}/{month}/{day}/{slug}.html", "/2017/05/01/bees.html", "2017/05/01/bees.html"),
        (
            "/{short_year}/{i_month}/{i_day}/{title}/",
            "/17/5/1/all-about-bees/",
            "17/5/1/all-about-bees/index.html",
        ),
        ("/{categories}/{slug}", "/coast/field-notes/bees/", "coast/field-notes/bees/index.html"),
        ("/{category}/W{week}/{slug}/", "/coast/W18/bees/", "coast/W18/bees/index.html"),
        ("{slug}", "/bees/", "bees/index.html"),
    ],
)
def test_permalink_pattern_makes_the_address(permalink: str, url: str, path: str) -> None:
    post = one(
        source(
            "posts/2017-05-01-bees.md", title="All about bees", terms={"categories": ("Coast", "Field notes")}
        ),
        replace(CONFIG, permalink=permalink),
    )
    assert (post.url, post.path, post.permalink) == (url, path, "https://example.com/blog" + url)


@pytest.mark.parametrize(
    ("permalink", "url"),
    [
        ("/{year}/{month}/{slug}/", "/bees/"),
        ("/notes/{year}/{slug}.html", "/notes/bees.html"),
        ("/{year}-{month}-{slug}/", "/posts/bees/"),
        ("/{category}/{slug}/", "/bees/"),
    ],
)
def test_undated_post_has_an_address_without_a_date(permalink: str, url: str) -> None:
    assert one(source("posts/bees.md"), replace(CONFIG, permalink=permalink)).url == url


@pytest.mark.parametrize(
    ("own", "url"),
    [
        ("/coast/bees", "/coast/bees/"),
        ("coast//bees.html", "/coast/bees.html"),
        ("/coast/index.html", "/coast/"),
        ("/:year/{slug}/", "/2017/bees/"),
        ("/v1.2", "/v1.2/"),
        ("/küste", "/k%C3%BCste/"),
        ("https://example.com/blog/coast/", "/coast/"),
    ],
)
def test_front_matter_says_the_address(own: str, url: str) -> None:
    assert one(source("posts/2017-05-01-bees.md", permalink=own)).url == url


def test_address_keeps_the_script_of_the_name() -> None:
    post = one(source("posts/2024-02-11-u\u0308ber-دفتر.md"))
    assert post.slug == "über-دفتر"
    assert post.url == "/posts/%C3%BCber-%D8%AF%D9%81%D8%AA%D8%B1/"
    assert post.path == "posts/über-دفتر/index.html"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("pages/about.md", "/about/"),
        ("pages/Docs/Set up.md", "/docs/set-up/"),
        ("pages/docs/index.md", "/docs/"),
        ("pages/index.md", "/"),
        ("pages/404.md", "/404.html"),
    ],
)
def test_standalone_page_lives_by_its_path(path: str, url: str) -> None:
    assert one(source(path)).url == url


def test_slug_of_a_page_renames_its_last_part() -> None:
    assert one(source("pages/docs/a.md", slug="Über B")).url == "/docs/%C3%BCber-b/"


def test_name_without_a_letter_is_an_error() -> None:
    made = assemble(source("posts/!!!.md"), source("posts/???.md"))
    assert len({post.url for post in made.site.posts}) == 2
    assert format_text(made.diagnostics)[0] == (
        'error[slug]: the name "!!!" has no letter or digit to make an address of\n'
        "  posts/!!!.md\n"
        "  fix: add a slug to the front matter, such as slug: tides"
    )


def test_faulty_permalinks_and_aliases_are_located() -> None:
    places = {
        "permalink": Location(path="posts/a.md", line=2, column=12, text="permalink: /{yaer}/"),
        "aliases.0": Location(path="posts/a.md", line=3, column=11, text="aliases: [/?p=12]"),
    }
    made = assemble(source("posts/a.md", permalink="/{yaer}/", aliases=("/?p=12",), places=places))
    assert [(d.code, d.message, d.hint, str(d.location)) for d in made.diagnostics] == [
        ("permalink", 'there is no "{yaer}" in permalinks', 'did you mean "year"?', "posts/a.md:2:12"),
        (
            "alias",
            'alias "/?p=12" has a "?" or "#", which never reaches a file',
            'write a path such as "/old/tides/"',
            "posts/a.md:3:11",
        ),
    ]
    assert made.site.posts[0].url == "/posts/a/"


@pytest.mark.parametrize("alias", ["https://other.example/x/", "/a/../b/", "/a\x00b/", "//host/x"])
def test_alias_that_is_no_place_in_the_site_is_an_error(alias: str) -> None:
    made = assemble(source("posts/a.md", aliases=(alias,)))
    assert [d.code for d in made.diagnostics] == ["alias"]
    assert made.site.posts[0].aliases == ()


def test_aliases_are_addresses_of_the_site() -> None:
    post = one(source("posts/a.md", aliases=("old/Straße", "/2018/a.html", "https://example.com/blog/b/")))
    assert post.aliases == ("/old/Stra%C3%9Fe/", "/2018/a.html", "/b/")


# ---- what a post is -----------------------------------------------------------------------------------------


def test_posts_are_newest_first_then_by_path_and_the_undated_last() -> None:
    made = assemble(
        source("posts/z.md"),
        source("posts/2017-05-01-b.md"),
        source("posts/2017-05-01-a.md"),
        source("posts/2018-05-01-c.md"),
        source("posts/2017-05-02-h.md", unlisted=True),
    ).site
    assert [post.slug for post in made.posts] == ["c", "a", "b", "z"]
    assert [post.slug for post in made.unlisted] == ["h"]
    assert [(year.year, len(year.posts)) for year in made.years] == [(2018, 1), (2017, 2)]


def test_updated_is_never_before_the_date_and_the_date_if_not_said() -> None:
    dated = source("posts/2017-05-01-a.md")
    assert one(dated).updated == datetime(2017, 5, 1, tzinfo=UTC)
    assert one(replace(dated, front=FrontMatter(updated=moment(2016)))).updated == datetime(
        2017, 5, 1, tzinfo=UTC
    )
    assert one(replace(dated, front=FrontMatter(updated=moment(2018)))).updated == datetime(
        2018, 1, 1, tzinfo=UTC
    )
    assert one(source("posts/a.md")).updated is None


def test_year_is_that_of_the_day_as_written() -> None:
    tokyo = Moment(instant=datetime(2023, 12, 31, 15, tzinfo=UTC), day=date(2024, 1, 1))
    made = assemble(source("posts/a.md", on=tokyo), config=replace(CONFIG, permalink="/{year}/{slug}/")).site
    assert made.years[0].year == 2024
    assert made.posts[0].url == "/2024/a/"


def test_authors_are_those_of_the_post_else_of_the_site() -> None:
    config = replace(CONFIG, author=Author(name="The author", avatar="images/me.jpg"))
    guest = Author(name="A guest", url="/guest/")
    assert one(source("posts/a.md", authors=(guest,)), config).authors == (guest,)
    assert one(source("posts/a.md")).authors == ()
    assert [a.name for a in one(source("posts/a.md"), config).authors] == ["The author"]


ROBIN = Author(name="Robin Ø.", avatar="images/robin.jpg", bio="Draws the maps.")
KIM = Author(name="Kim")


def authors(*sources: Source, config: Config = CONFIG) -> list[tuple[str, list[str]]]:
    """The pages of authors: where each is, and the posts on it."""
    made = assemble(*sources, config=config)
    assert made.diagnostics == ()
    return [(author.url, [post.slug for post in author.posts]) for author in made.site.authors]


def test_author_who_writes_alone_has_no_page() -> None:
    config = replace(CONFIG, author=Author(name="The author"))
    assert authors(source("posts/a.md"), source("posts/b.md"), config=config) == []
    assert one(source("posts/a.md"), config).authors[0].page == ""


def test_each_of_several_authors_has_a_page_with_their_posts_newest_first() -> None:
    config = replace(CONFIG, author=Author(name="The author"))
    first = source("posts/a.md", on=moment(2020), authors=(KIM, config.author))
    second = source("posts/b.md", on=moment(2021), authors=(KIM,))
    assert authors(first, second, config=config) == [
        ("/authors/kim/", ["b", "a"]),
        ("/authors/the-author/", ["a"]),
    ]


def test_author_of_site_yaml_has_a_page_at_their_key_even_alone() -> None:
    config = replace(CONFIG, authors={"robin": ROBIN})
    made = assemble(source("posts/2020-01-01-a/index.md", authors=(ROBIN,)), config=config).site
    [term] = made.authors
    shown = replace(ROBIN, avatar="/images/robin.jpg", page="/authors/robin/")
    assert (term.author, term.name, term.description) == (shown, "Robin Ø.", "Draws the maps.")
    assert term.feed_url == "/authors/robin/feed.xml"
    assert made.posts[0].authors == (shown,)


def test_site_author_has_their_page_too() -> None:
    config = replace(CONFIG, author=ROBIN)
    made = assemble(source("posts/a.md"), source("posts/b.md", authors=(KIM,)), config=config).site
    assert made.author.page == "/authors/robin-ø/".replace("ø", "%C3%B8")


def test_author_of_unlisted_posts_alone_has_no_page() -> None:
    posts = (source("posts/a.md", authors=(KIM,)), source("posts/b.md", authors=(ROBIN,)))
    secret = source("posts/c.md", authors=(Author(name="Nobody"),), unlisted=True)
    assert [url for url, _ in authors(*posts, secret)] == ["/authors/kim/", "/authors/robin-%C3%B8/"]


def test_author_described_in_one_post_is_the_one_named_in_another() -> None:
    described = replace(KIM, url="https://kim.example")
    posts = (source("posts/a.md", authors=(KIM,)), source("posts/b.md", authors=(described, ROBIN)))
    made = assemble(*posts).site
    assert [(a.slug, a.count, a.author and a.author.url) for a in made.authors] == [
        ("kim", 2, "https://kim.example"),
        ("robin-ø", 1, ""),
    ]


def test_authors_who_would_share_a_page_are_an_error() -> None:
    place = Location(path="posts/b.md", line=2, column=9)
    posts = (
        source("posts/a.md", authors=(KIM,)),
        source("posts/b.md", authors=(Author(name="Kim!"),), places={"author": place}),
    )
    assert only(assemble(*posts).diagnostics) == (
        'error[author-slug]: authors "Kim" and "Kim!" would share the address /authors/kim/\n'
        "  posts/b.md:2:9\n"
        "  posts/a.md\n"
        "  fix: write one name as the other, or give each a key of their own under authors: in site.yaml"
    )


def test_author_without_a_letter_is_an_error() -> None:
    posts = (source("posts/a.md", authors=(KIM,)), source("posts/b.md", authors=(Author(name="♥"),)))
    assert only(assemble(*posts).diagnostics) == (
        'error[author-slug]: author "♥" has no letter or digit to make an address of\n'
        "  posts/b.md\n"
        "  fix: put a key with letters before the name, under authors: in site.yaml"
    )


def test_excerpt_of_the_front_matter_is_text() -> None:
    post = one(source("posts/a.md", excerpt="Salt & <pepper>\n  too"))
    assert post.excerpt == "<p>Salt &amp; &lt;pepper&gt; too</p>"
    assert post.summary == "Salt & <pepper> too"


def test_excerpt_leads_to_the_post_itself() -> None:
    content = Content(
        excerpt=Hypertext(parts=('<a href="', '">x</a>'), holes=(0,)),
        html=Hypertext(parts=('<a href="', '">x</a>'), holes=(0,)),
        references=(Reference(url="#part", kind="link"),),
    )
    post = one(source("posts/a.md"), content=content)
    assert post.content == '<a href="#part">x</a>'
    assert post.excerpt == '<a href="/posts/a/#part">x</a>'
    assert post.feed_content == '<a href="https://example.com/blog/posts/a/#part">x</a>'


def test_direction_follows_the_language() -> None:
    post = one(source("posts/a.md", language="ar"))
    assert (post.language, post.direction) == ("ar", "rtl")
    assert one(source("posts/a.md")).language == "en"


def test_picture_is_the_one_named_else_the_first_in_the_text() -> None:
    content = Content(
        references=(
            Reference(url="/other/", kind="link"),
            Reference(url="data:image/png;base64,x", kind="image"),
            Reference(url="/images/poster.jpg", kind="image"),
            Reference(url="/images/a b.jpg", kind="image"),
        ),
        frames=(Frame(reference=1), Frame(reference=3, alt="A bee")),
    )
    first = one(source("posts/a.md"), content=content).image
    assert first and (first.url, first.permalink, first.alt) == (
        "/images/a%20b.jpg",
        "https://example.com/blog/images/a%20b.jpg",
        "A bee",
    )
    named = one(source("posts/a.md", image="/images/b.jpg", image_alt="Bees"), content=content).image
    assert named and (named.url, named.alt) == ("/images/b.jpg", "Bees")
    assert one(source("posts/a.md")).image is None


def test_a_picture_that_the_text_shows_is_marked_so() -> None:
    content = Content(
        references=(Reference(url="/images/a.jpg", kind="image"),), frames=(Frame(reference=0),)
    )
    for named, shown in (("", True), ("/images/a.jpg", True), ("/images/b.jpg", False)):
        found = one(source("posts/a.md", image=named), content=content).image
        assert found and found.in_text is shown


def test_contents_are_cut_at_the_depth() -> None:
    content = Content(headings=tuple(Heading(level=n, id=f"h{n}", text="H") for n in (2, 3, 3, 4)))
    config = replace(CONFIG, markdown=MarkdownOptions(toc_depth=3))
    assert [h.level for h in one(source("posts/a.md"), config, content).toc] == [2, 3, 3]


def test_contents_are_shown_from_three_headings_on_or_as_the_author_says() -> None:
    two, three = (Content(headings=(Heading(level=2, id="h", text="H"),) * n) for n in (2, 3))
    assert len(one(source("posts/a.md"), content=three).toc) == 3
    assert one(source("posts/a.md"), content=two).toc == ()
    assert len(one(source("posts/a.md", toc=True), content=two).toc) == 2
    assert one(source("posts/a.md", toc=False), content=three).toc == ()


def test_draft_that_is_shown_knows_that_it_is_one() -> None:
    assert one(source("posts/a.md", published=False)).draft
    assert not one(source("posts/a.md")).draft


# ---- references ---------------------------------------------------------------------------------------------

LIBRARY = (
    source("posts/2017-05-01-bees.md"),
    source("posts/2018-01-02-fog/index.md"),
    source("pages/about.md"),
    source("posts/sub/a.md"),
)
FILES = (
    asset("posts/2018-01-02-fog/pines.webp"),
    asset("posts/plan.pdf"),
    asset("images/fulls/sea.jpg"),
    asset("files/über.pdf", "static/files/über.pdf"),
)


def resolved(
    address: str, path: str = "posts/2018-01-02-fog/index.md", config: Config = CONFIG
) -> tuple[str, str]:
    made = assemble(*LIBRARY, config=config, contents={path: links_of(address)}, assets=FILES).site
    post = next(p for p in (*made.posts, *made.pages) if p.source == path)
    return post.links[0], post.permalinks[0]


HOME = "https://example.com/blog"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("../2017-05-01-bees.md#part", "/posts/bees/#part"),
        ("/posts/2017-05-01-bees.md?x=1#ü", "/posts/bees/?x=1#%C3%BC"),
        ("/pages/about.md", "/about/"),
        ("../../pages/about.md", "/about/"),
        ("pines.webp", "/posts/fog/pines.webp"),
        ("./pines.webp", "/posts/fog/pines.webp"),
        ("../plan.pdf", "/posts/plan.pdf"),
        ("../../images/fulls/sea.jpg", "/images/fulls/sea.jpg"),
        ("../../static/files/u\u0308ber.pdf", "/files/%C3%BCber.pdf"),
        ("/files/u%CC%88ber.pdf", "/files/%C3%BCber.pdf"),
        ("/a b/c%20d/100%/", "/a%20b/c%20d/100%25/"),
        ("../bees/", "/posts/bees/"),
        ("..", "/posts/"),
        ("../../../../x", "/x"),
        ("?page=2", "/posts/fog/?page=2"),
        (" /x/ ", "/x/"),
    ],
)
def test_address_of_the_site_is_resolved(address: str, link: str) -> None:
    assert resolved(address) == (link, HOME + link)


@pytest.mark.parametrize(
    "address", ["https://other.example/a b", "mailto:a@b.example", "//cdn.example/x.md", "data:,x"]
)
def test_address_elsewhere_stays(address: str) -> None:
    assert resolved(address) == (address, address)


def test_part_of_the_page_stays_on_the_page() -> None:
    assert resolved("#ü b") == ("#%C3%BC%20b", f"{HOME}/posts/fog/#%C3%BC%20b")
    assert resolved("") == ("", f"{HOME}/posts/fog/")


def test_without_a_url_permalinks_are_links() -> None:
    assert resolved("../2017-05-01-bees.md", config=Config()) == ("/posts/bees/", "/posts/bees/")


def test_hostile_addresses_are_only_encoded() -> None:
    for address in ("[", "http://[", "//[", "\ud800", "%", "%zz", "a\nb", "../" * 5000, "?", "#", "%FF"):
        resolved(address)


def test_link_to_a_missing_source_is_an_error_at_its_place() -> None:
    path = "posts/sub/a.md"
    found = source(path, text="See\n[it](../2017-05-01-bee.md#x).", line=5)
    content = Content(references=(Reference(url="../2017-05-01-bee.md#x", kind="link", line=2, column=6),))
    made = assemble(LIBRARY[0], found, contents={path: content})
    assert only(made.diagnostics) == (
        'error[link-source]: there is no post or page "posts/2017-05-01-bee.md"\n'
        "  posts/sub/a.md:6:6\n"
        "  6 | [it](../2017-05-01-bee.md#x).\n"
        "    |      ^^^^^^^^^^^^^^^^^^^^^^\n"
        '  fix: did you mean "../2017-05-01-bees.md"?'
    )


def test_link_to_a_source_that_is_left_out_says_why() -> None:
    omission = Omission(source="posts/soon.md", title="Soon", reason="scheduled")
    made = assemble(
        source("posts/a.md", text="[x](soon.md)"),
        contents={"posts/a.md": links_of("soon.md")},
        left_out=(omission,),
    )
    assert only(made.diagnostics) == (
        'warning[link-left-out]: "posts/soon.md" is left out of this build: its date is in the future\n'
        "  posts/a.md:1:1\n"
        "  1 | [x](soon.md)\n"
        "    | ^^^^^^^\n"
        "  fix: wait for its day, or take the link out; --future shows both"
    )


def test_markdown_file_that_is_only_copied_is_no_source() -> None:
    made = assemble(
        source("posts/a.md"),
        contents={"posts/a.md": links_of("/notes.md", "../static/notes.md")},
        assets=(asset("notes.md", "static/notes.md"),),
    )
    assert made.site.posts[0].links == ("/notes.md", "/notes.md")
    assert made.diagnostics == ()


def test_navigation_may_name_a_source() -> None:
    place = Location(path="site.yaml", line=3)
    config = replace(CONFIG, nav=(NavItem(title="About", url="/pages/about.md", location=place),))
    assert assemble(source("pages/about.md"), config=config).site.nav[0].url == "/about/"
    assert [str(d.location) for d in assemble(config=config).diagnostics] == ["site.yaml:3"]


def test_problem_of_a_body_is_located_in_the_file() -> None:
    problem = Problem(
        severity=Severity.WARNING, code="alt", message="no alt", line=2, column=3, width=4, hint="add"
    )
    made = assemble(
        source("posts/a.md", text="one\ntwo three", line=7),
        contents={"posts/a.md": Content(problems=(problem,))},
    )
    (found,) = made.diagnostics
    assert found.location == Location(path="posts/a.md", line=8, column=3, width=4, text="two three")
    assert (found.severity, found.code, found.message, found.hint) == (
        Severity.WARNING,
        "alt",
        "no alt",
        "add",
    )


# ---- files --------------------------------------------------------------------------------------------------


def paths(*sources: Source, assets: tuple[Asset, ...], **options: Any) -> list[str]:
    return [found.path for found in assemble(*sources, assets=assets, **options).assets]


def test_files_of_a_bundle_are_beside_its_page() -> None:
    found = source("posts/2018-01-02-fog/index.md", permalink="/fog.html")
    assert paths(found, assets=FILES) == [
        "files/über.pdf",
        "fog/pines.webp",
        "images/fulls/sea.jpg",
        "posts/plan.pdf",
    ]


def test_files_of_a_bundle_that_is_left_out_are_dropped() -> None:
    omission = Omission(source="posts/2018-01-02-fog/index.md", title="Fog", reason="draft")
    assert paths(assets=FILES[:2], left_out=(omission,)) == ["posts/plan.pdf"]


def test_files_beside_pages_are_published_as_pages_are() -> None:
    assert paths(assets=(asset("pages/docs/a.pdf"), asset("static/pages/b.pdf"))) == [
        "docs/a.pdf",
        "static/pages/b.pdf",
    ]


def test_posts_folder_of_another_name_does_not_show() -> None:
    config = replace(CONFIG, folders=Folders(posts="_posts"))
    assert paths(assets=(asset("_posts/a.pdf"),), config=config) == ["posts/a.pdf"]


# ---- terms --------------------------------------------------------------------------------------------------


def tagged(number: int, *names: str, **front: Any) -> Source:
    path = f"posts/2017-01-{number:02}-p{number}.md"
    places = {f"categories.{n}": Location(path=path, line=4, column=5 + n) for n in range(len(names))}
    return source(path, terms={"categories": names}, places=places, **front)


def test_labels_keep_their_order_without_doubles() -> None:
    post = one(tagged(1, "Walking", "Art", "walking"))
    assert [(label.name, label.url) for label in post.categories] == [
        ("Walking", "/categories/walking/"),
        ("Art", "/categories/art/"),
    ]


def test_spellings_merge_under_the_commonest() -> None:
    made = assemble(
        tagged(1, "walking"),
        tagged(2, "Walking"),
        tagged(3, "Walking"),
        tagged(4, "Cafe\u0301"),
        tagged(5, "Café"),
    )
    assert [(term.name, term.count) for term in made.site.categories] == [("Café", 2), ("Walking", 3)]
    assert only(made.diagnostics) == (
        'warning[category-spelling]: "walking" (1 post) is category "Walking" in another spelling\n'
        "  posts/2017-01-01-p1.md:4:5\n"
        '  fix: write "Walking"'
    )


def test_spellings_as_common_as_one_another_merge_under_the_first() -> None:
    assert assemble(tagged(1, "b", "a"), tagged(2, "B")).site.categories[1].name == "B"


def test_two_terms_with_one_slug_are_an_error_at_both_places() -> None:
    made = assemble(tagged(1, "C++"), tagged(2, "C#"))
    assert only(made.diagnostics) == (
        'error[term-slug]: categories "C++" and "C#" would share the address /categories/c/\n'
        "  posts/2017-01-02-p2.md:4:5\n"
        "  posts/2017-01-01-p1.md:4:5\n"
        "  fix: rename one of them"
    )


def test_term_without_a_letter_is_an_error() -> None:
    made = assemble(tagged(1, "++"))
    assert [d.message for d in made.diagnostics] == [
        'category "++" has no letter or digit to make an address of'
    ]
    assert made.site.categories == ()


def test_term_used_once_and_nearly_an_established_one_is_a_typo() -> None:
    made = assemble(*(tagged(n, "Walking") for n in (1, 2, 3)), tagged(4, "Walkng"))
    assert only(made.diagnostics) == (
        'warning[category-typo]: "Walkng" has 1 post; did you mean "Walking" (3 posts)?\n'
        "  posts/2017-01-04-p4.md:4:5\n"
        '  fix: rename it, or add "Walkng" under categories: in site.yaml'
    )


@pytest.mark.parametrize(
    ("known", "other"), [("2016", "2017"), ("Go", "Ada"), ("cat", "car"), ("Walking", "Talks")]
)
def test_short_names_and_numbers_are_no_typos(known: str, other: str) -> None:
    assert assemble(*(tagged(n, known) for n in (1, 2, 3)), tagged(4, other)).diagnostics == ()


CLOSED = Taxonomy(
    name="categories",
    title="Categories",
    singular="category",
    descriptions={"Walking": "On foot"},
    closed=True,
    feed=True,
)


def test_closed_taxonomy_knows_its_terms() -> None:
    made = assemble(tagged(1, "walking", "Walkng"), config=replace(CONFIG, taxonomies=(CLOSED,)))
    assert [(t.name, t.description) for t in made.site.categories if t.description] == [
        ("Walking", "On foot")
    ]
    assert [(d.code, d.message, d.hint) for d in made.diagnostics] == [
        ("category-unknown", 'there is no category "Walkng"', 'did you mean "Walking"?'),
        (
            "category-spelling",
            '"walking" (1 post) is category "Walking" in another spelling',
            'write "Walking"',
        ),
    ]


def test_term_has_its_listed_posts_newest_first() -> None:
    made = assemble(
        tagged(1, "A"), tagged(3, "A"), tagged(2, "A", unlisted=True), tagged(4, "Secret", unlisted=True)
    ).site
    (term,) = made.categories
    assert [post.slug for post in term.posts] == ["p3", "p1"]
    assert made.taxonomies[0].url == "/categories/"
    assert [label.name for post in made.unlisted for label in post.categories] == ["A"]


def test_term_feeds_need_a_taxonomy_that_wants_them_and_an_address() -> None:
    post = source("posts/a.md", terms={"categories": ("A",), "tags": ("B",)})
    made = assemble(post).site
    assert [term.feed_url for term in (*made.categories, *made.tags)] == ["/categories/a/feed.xml", ""]
    assert assemble(post, config=Config()).site.categories[0].feed_url == ""


def test_order_of_the_sources_does_not_matter() -> None:
    posts = [tagged(n, "A", f"t{n}") for n in range(1, 9)]
    assert assemble(*posts).site == assemble(*reversed(posts)).site


def test_site_knows_the_folder_it_is_deployed_in() -> None:
    assert assemble().site.base_path == "/blog"
    assert assemble(config=Config(url="https://example.com/")).site.base_path == ""
    assert assemble(config=Config(url="https://example.com/")).site.url == "https://example.com"


def test_ten_thousand_terms_do_not_take_a_comparison_each() -> None:
    """Would take minutes if each term were compared with each."""
    letters = str.maketrans("0123456789", "abcdefghij")
    when = Moment(instant=NOW, day=date(2020, 1, 1))
    posts = [
        source(
            f"posts/p{n}.md",
            on=when,
            terms={"tags": (f"{n:05}".translate(letters), f"known{n % 900:03}x".translate(letters))},
        )
        for n in range(3000)
    ]
    assert len(assemble(*posts).site.tags) == 3900


def test_the_front_page_is_the_front_page_wherever_it_is_named() -> None:
    for written in ("/", "/.", "/./"):
        config = replace(CONFIG, nav=(NavItem(title="Posts", url=written),))
        assert assemble(source("posts/a.md"), config=config).site.nav[0].url == "/"


def test_a_feed_has_no_links_beside_headings() -> None:
    heading = '<h2 id="x">X<a class="anchor" href="', '" aria-label="Link to this section">#</a></h2>'
    content = Content(
        html=Hypertext(parts=heading, holes=(0,)), references=(Reference(url="#x", kind="link"),)
    )
    post = one(source("posts/a.md"), content=content)
    assert "anchor" in post.content
    assert post.feed_content == '<h2 id="x">X</h2>'


def test_post_is_edited_where_its_file_is() -> None:
    theme = Theme(edit="https://example.org/edit/{path}?from={path}")
    config = replace(CONFIG, theme=theme)
    assert one(source("posts/2026-11-02-über uns.md"), config).edit_url == (
        "https://example.org/edit/posts/2026-11-02-%C3%BCber%20uns.md?from=posts/2026-11-02-%C3%BCber%20uns.md"
    )
    assert one(source("posts/a.md")).edit_url == ""


def test_post_is_closed_to_comments_if_it_says_so() -> None:
    assert one(source("posts/a.md")).comments is True
    assert one(source("posts/a.md", comments=False)).comments is False


def fonts(text: str, *paths: str) -> tuple[Diagnostic, ...]:
    """What is said of a site.yaml with these fonts, where the site has these files."""
    config, problems = parse(f"theme:\n  fonts: {text}\n")
    assert problems == ()
    assets = tuple(
        Asset(path=path, source="", origin=f"static/{path}", digest="0") for path in ("a.css", *paths)
    )
    return assemble(config=config, assets=assets).diagnostics


def test_font_that_is_there_is_no_problem() -> None:
    assert fonts("{text: fonts/a.woff2, code: /B.TTF, ui: Georgia}", "fonts/a.woff2", "B.TTF") == ()


def test_font_that_is_not_there_is_an_error_where_it_is_named() -> None:
    assert only(fonts("{text: static/fonts/literata.woff2}", "fonts/literata.woff2")) == (
        'error[missing-font]: there is no font "static/fonts/literata.woff2"\n'
        "  site.yaml:2:17\n"
        "  2 |   fonts: {text: static/fonts/literata.woff2}\n"
        "    |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        '  fix: did you mean "fonts/literata.woff2"?'
    )
    assert only(fonts("{ui: a.otf}")).endswith("fix: put it at static/a.otf")
