"""What is wrong with a site before it is written: collisions, impossible names, dead addresses."""

from collections.abc import Iterable
from typing import Any

import pytest

from recto import audit
from recto.diagnostics import Diagnostic, Location, format_text
from recto.model import (
    Asset,
    Body,
    Content,
    FrontMatter,
    NavItem,
    Page,
    Post,
    Reference,
    Site,
    Source,
    Sources,
)
from recto.pictures import Image
from recto.text import output_path


def page(url: str, origin: str = "") -> Page:
    path = output_path(url)
    return Page(path=path, url=url, template="post.html", context={}, origin=Location(path=origin or path))


def asset(path: str, origin: str = "") -> Asset:
    return Asset(path=path, source="/" + path, origin=origin or path, digest="0")


def post(url: str, *links: str, kind: str = "link", ids: tuple[str, ...] = (), **more: Any) -> Post:
    references = tuple(
        Reference(url=link, kind=kind, line=line, column=2)  # type: ignore[arg-type]
        for line, link in enumerate(links, 1)
    )
    name = url.strip("/").rpartition("/")[2] or "index"
    return Post(
        **{
            "source": f"posts/{name}.md",
            "slug": name,
            "url": url,
            "path": output_path(url),
            "permalink": "",
            "title": name.capitalize(),
            "body": Content(references=references, ids=ids),
            "links": links,
            **more,
        }
    )


def check(
    *posts: Post,
    pages: Iterable[Page] = (),
    assets: Iterable[Asset] = (),
    front: FrontMatter | None = None,
    **more: Any,
) -> tuple[Diagnostic, ...]:
    sources = Sources(
        posts=tuple(
            Source(
                path=p.source,
                kind="post",
                stem=p.slug,
                bundle="posts",
                front=front or FrontMatter(),
                body=Body(text="\n".join(f"({link})" for link in p.links)),
                body_line=5,
            )
            for p in posts
        )
    )
    site = Site(title="Tides", posts=posts, **more)
    return audit.check(site, sources, [*(page(p.url, p.source) for p in posts), *pages], assets)


def only(found: tuple[Diagnostic, ...]) -> str:
    (text,) = format_text(found)
    return text


def messages(found: Iterable[Diagnostic]) -> list[tuple[str, str]]:
    return [(d.code, d.message) for d in found]


# ---- outputs ------------------------------------------------------------------------------------------------


def test_two_posts_at_one_address_are_an_error_at_both_places() -> None:
    assert only(check(pages=(page("/bees/", "posts/a.md"), page("/bees/", "posts/b.md")))) == (
        'error[two-outputs]: two files would be "/bees/"\n'
        "  posts/b.md\n"
        "  posts/a.md\n"
        "  fix: give one of them another slug or permalink"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("images/Sea.jpg", "images/sea.jpg"), ("über.txt", "u\u0308ber.txt"), ("Straße.txt", "STRASSE.txt")],
)
def test_names_that_some_systems_take_for_one_are_an_error(one: str, other: str) -> None:
    (found,) = check(assets=(asset(one), asset(other)))
    assert (found.code, found.message) == (
        "two-outputs",
        f'"/{other}" and "/{one}" would be one file on many systems',
    )
    assert found.related == (Location(path=one),)


def test_file_where_a_folder_is_needed_is_an_error_at_both_places() -> None:
    (found,) = check(pages=(page("/CNAME/x/", "posts/x.md"),), assets=(asset("cname", "static/cname"),))
    assert found.message == '"/cname" would be a file, and a folder with "/CNAME/x/" in it'
    assert (found.location, found.related) == (Location(path="static/cname"), (Location(path="posts/x.md"),))


def test_files_that_only_look_alike_are_fine() -> None:
    assert (
        check(pages=(page("/a/"), page("/a.html"), page("/a/b/"), page("/ab/")), assets=(asset("a.txt"),))
        == ()
    )


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("a/what?.txt", "have '?' in it"),
        ("a:b.txt", "have ':' in it"),
        ("dot./x.txt", 'end in "."'),
        ("con.txt", 'be "con"'),
        ("a/AUX/index.html", 'be "AUX"'),
        ("tab\there.txt", "have '\\t' in it"),
        ("two\nlines.txt", "have '\\n' in it"),
    ],
)
def test_name_that_windows_cannot_hold_is_a_warning(path: str, why: str) -> None:
    (found,) = check(assets=(asset(path),))
    shown = path.removesuffix("index.html").replace("\t", "\\t").replace("\n", "\\n")
    assert (found.severity, found.message) == (
        "warning",
        f'"/{shown}" cannot be written on Windows: a name there cannot {why}',
    )


@pytest.mark.parametrize(
    "path", ["console.txt", "a/iconic/x", "com10.txt", ".well-known/x", "a.b/c d.txt", "über/日本語"]
)
def test_name_that_all_systems_hold_is_fine(path: str) -> None:
    assert check(assets=(asset(path),)) == ()


def test_name_that_no_system_holds_is_an_error() -> None:
    found = check(assets=(asset("日" * 86), asset("x" * 255), asset("a\0b")))
    assert [(d.severity, d.code) for d in found] == [("error", "file-name")] * 2


# ---- addresses ----------------------------------------------------------------------------------------------

THERE = (page("/"), page("/posts/long-way-home/"), page("/about.html"), page("/posts/%C3%BCber/"))
FILES = (asset("images/fulls/sea.jpg"), asset("files/a b.pdf"), asset("files/x.zip"))


def links(*urls: str, kind: str = "link", **more: Any) -> tuple[Diagnostic, ...]:
    return check(post("/posts/a/", *urls, kind=kind), pages=THERE, assets=FILES, **more)


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/index.html",
        "/posts/long-way-home/",
        "/posts/long-way-home",
        "/posts/long-way-home/index.html",
        "/posts/long-way-home/?x=1#anything-a-template-made",
        "/about.html",
        "/posts/%C3%BCber/",
        "/posts/u%CC%88ber/",
        "/files/a%20b.pdf",
        "https://elsewhere.example/nothing/",
        "https://example.community/x",
        "mailto:a@b.example",
        "//cdn.example/x.js",
        "#",
        "#top",
        "other.md",
    ],
)
def test_address_that_leads_somewhere_is_fine(url: str) -> None:
    assert links(url, url="https://example.com") == ()


def test_dead_link_is_a_warning_at_its_place() -> None:
    assert only(links("/posts/long-way-hom/")) == (
        'warning[dead-link]: nothing is at "/posts/long-way-hom/"\n'
        "  posts/a.md:5:2\n"
        "  5 | (/posts/long-way-hom/)\n"
        "    |  ^^^^^^^^^^^^^^^^^^^^\n"
        '  fix: did you mean "/posts/long-way-home/"?'
    )


def test_missing_picture_is_a_warning_at_its_place() -> None:
    assert only(links("/images/fulls/StockSnap_T9AY19HFC0.jpg", kind="image")) == (
        'warning[missing-image]: there is no picture at "/images/fulls/StockSnap_T9AY19HFC0.jpg"\n'
        "  posts/a.md:5:2\n"
        "  5 | (/images/fulls/StockSnap_T9AY19HFC0.jpg)\n"
        "    |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  fix: put it at images/fulls/StockSnap_T9AY19HFC0.jpg, or mend the address"
    )


def test_picture_of_another_name_is_suggested() -> None:
    (found,) = links("/images/sea.png", kind="image")
    assert found.hint == 'did you mean "/images/fulls/sea.jpg"?'


def test_missing_file_of_a_media_element_is_a_warning() -> None:
    assert messages(links("/sounds/tide.ogg", kind="media")) == [
        ("missing-file", 'there is no file at "/sounds/tide.ogg"')
    ]


def test_smaller_file_of_a_picture_is_never_suggested() -> None:
    files = (asset("images/hern.jpg"), asset("images/hero-480.0a1b2c3d.jpg", "images/hern.jpg"))
    written = post("/a/", "/images/hero-480.0a1b2c3e.jpg", "/images/hero-480.0a1b2c3d.jpg", kind="image")
    (found,) = check(written, assets=files)
    assert "hero-480.0a1b2c3d" not in found.hint


def test_address_is_shown_readably() -> None:
    (found,) = links("/%C3%A9t%C3%A9/")
    assert found.message == 'nothing is at "/été/"'


def test_page_is_not_found_without_its_ending() -> None:
    (found,) = links("/about")
    assert found.hint == 'did you mean "/about.html"?'


def test_own_absolute_address_is_checked_too() -> None:
    found = links(
        "https://example.com/blog/nothing/", "https://example.com/blog", url="https://example.com/blog"
    )
    assert messages(found) == [("dead-link", 'nothing is at "/nothing/"')]


def test_deployment_folder_written_out_is_told_so() -> None:
    (found,) = links("/blog/about.html", url="https://example.com/blog", base_path="/blog")
    assert found.hint == 'write "/about.html": recto puts "/blog" before it'


def test_empty_address_is_a_warning() -> None:
    assert messages(links("")) == [("dead-link", "this link has no address")]
    assert messages(links("", kind="image")) == [("dead-link", "this picture has no address")]


def test_part_must_be_there() -> None:
    target = post("/posts/tides/", ids=("what-the-tide-leaves", "über"))
    found = check(
        target,
        post(
            "/posts/a/",
            "/posts/tides/#what-the-tide-leave",
            "/posts/tides/#%C3%BCber",
            "#none",
            "/posts/tides#x",
        ),
    )
    assert [(d.code, d.message, d.hint, d.location and d.location.line) for d in found] == [
        (
            "dead-fragment",
            '"Tides" has no part "#what-the-tide-leave"',
            'did you mean "#what-the-tide-leaves"?',
            5,
        ),
        (
            "dead-fragment",
            '"A" has no part "#none"',
            "mend the link: a heading's part is its words, with hyphens",
            7,
        ),
        (
            "dead-fragment",
            '"Tides" has no part "#x"',
            "mend the link: a heading's part is its words, with hyphens",
            8,
        ),
    ]


def test_same_part_is_judged_on_each_page() -> None:
    assert messages(check(post("/a/", "#x", ids=("x",)), post("/b/", "#x"))) == [
        ("dead-fragment", '"B" has no part "#x"')
    ]


def test_navigation_is_checked() -> None:
    place = Location(path="site.yaml", line=4, column=9, text="  - {About: /abot/}")
    (found,) = check(pages=(page("/about/"),), nav=(NavItem(title="About", url="/abot/", location=place),))
    assert (found.message, found.hint, found.location) == (
        'nothing is at "/abot/"',
        'did you mean "/about/"?',
        place,
    )


def test_picture_of_the_front_matter_is_checked() -> None:
    place = Location(path="posts/a.md", line=3, column=8)
    front = FrontMatter(image="/images/x.jpg", places={"image": place})
    (found,) = check(post("/posts/a/", image=Image(url="/images/x.jpg")), front=front)
    assert (found.code, found.location) == ("missing-image", place)


def test_hostile_addresses_do_not_fail() -> None:
    links("/{x}/", "/%00", "/%FF", "#" + "x" * 10_000, "/" + "../" * 1000, "/[", "/\ud800", "/?#%")


def test_many_dead_links_in_a_big_site_are_no_search_each() -> None:
    """Would take minutes if a suggestion looked at every page."""
    pages = [page(f"/posts/post-number-{n}/") for n in range(5000)]
    dead = [f"/posts/post-nubmer-{n}/" for n in range(3000)]
    assert len(check(post("/a/", *dead), pages=pages)) == 3000
