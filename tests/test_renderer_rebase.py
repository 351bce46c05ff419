"""Below a folder, every root-relative address of a page is moved, and nothing else is touched."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recto.renderer.rebase import rebase

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/x/">', '<a href="/blog/x/">'),
        ('<a href="/">', '<a href="/blog/">'),
        ("<a href='/x'>", "<a href='/blog/x'>"),
        ("<a href=/x>", "<a href=/blog/x>"),
        ("<A HREF = '/x'>", "<A HREF = '/blog/x'>"),
        ('<a title="a > b" href="/x">', '<a title="a > b" href="/blog/x">'),
        ('<img src="/a.png" srcset="/a.png 1x, /b.png 2x">', '<img src="/blog/a.png" srcset="/blog/a.png 1x, /blog/b.png 2x">'),
        ('<img srcset="/a.png,/b.png 2x, https://x/c.png 3x">', '<img srcset="/blog/a.png,/b.png 2x, https://x/c.png 3x">'),
        ('<img srcset="data:image/png;base64,/9j/ 1x, /b 2x">', '<img srcset="data:image/png;base64,/9j/ 1x, /blog/b 2x">'),
        ('<link imagesrcset="/a 1x">', '<link imagesrcset="/blog/a 1x">'),
        ('<video poster="/p.jpg" src="/v.mp4">', '<video poster="/blog/p.jpg" src="/blog/v.mp4">'),
        ('<form action="/s"><button formaction="/t">', '<form action="/blog/s"><button formaction="/blog/t">'),
        ('<object data="/x.svg">', '<object data="/blog/x.svg">'),
        ('<use xlink:href="/i.svg#a"/>', '<use xlink:href="/blog/i.svg#a"/>'),
        ('<script src="/a.js"></script>', '<script src="/blog/a.js"></script>'),
        ('<meta http-equiv="refresh" content="0; url=/x">', '<meta http-equiv="refresh" content="0; url=/blog/x">'),
        ("<meta http-equiv=refresh content='3;URL=\"/x\"'>", "<meta http-equiv=refresh content='3;URL=\"/blog/x\"'>"),
        ('<a\nhref="/x"\n>', '<a\nhref="/blog/x"\n>'),
        ('<a href=" /x">', '<a href=" /blog/x">'),
    ],
)  # fmt: skip
def test_root_relative_address_is_moved(before: str, after: str) -> None:
    assert rebase(before, "/blog") == after


@pytest.mark.parametrize(
    "page",
    [
        '<a href="//host/x">',
        '<a href="/\\host">',
        '<a href="#x">',
        '<a href="x/y">',
        '<a href="https://host/x">',
        '<a href="mailto:a@b">',
        '<a href="">',
        '<a data-href="/x" title="/x" alt="/x">',
        '<meta property="og:x" content="/x">',
        "<!-- <a href='/x'> -->",
        "<!--><a x>--> text",
        "<script>let a = '<a href=\"/x\">'</script>",
        '<STYLE>a{background:url("/x")}</style>',
        '<textarea><a href="/x"></textarea>',
        '<title><a href="/x"></title>',
        '<script type="application/ld+json">{"url": "/x"}</script>',
        '<code>&lt;a href="/x"&gt;</code>',
        'a < b href="/x"',
        '</a href="/x">',
        '<!doctype html "/x">',
        '<a href="/x',
        "<script>",
        "text / only",
    ],
)
def test_all_else_stays_as_it_is(page: str) -> None:
    assert rebase(page, "/blog") == page


def test_folder_that_needs_escaping_is_escaped() -> None:
    assert rebase('<a href="/x">', '/a&"b') == '<a href="/a&amp;&#34;b/x">'


PIECES = (
    *(
        "<a href=",
        "<img src=",
        "<img srcset=",
        "<p title=",
        "<form action=",
        "<video poster=",
        "<object data=",
        "<br/",
    ),
    *(
        '"/x"',
        "'/y z'",
        "/z",
        '"//h"',
        '"#f"',
        '"/a 1x, /b 2x"',
        '"',
        "'",
        "/",
        "=",
        " ",
        "\n",
        ">",
        ">",
        "<",
        "/>",
        "é",
    ),
    *(
        "<!--",
        "-->",
        "<!-->",
        "--!>",
        "<script>",
        "</script>",
        "<style ",
        "</style >",
        "<textarea>",
        "</textarea>",
    ),
    *(
        "<title>",
        "</title>",
        "</p href=",
        "<?x",
        "<!x",
        "</",
        "<code>",
        "&amp;",
        "href=",
        'href="/x"',
        " src='/y'",
        "text",
    ),
)


def _parsed(page: str) -> Any:
    return html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)


def _nodes(tree: Any) -> Iterator[tuple[object, dict[str, str], str | None, str | None]]:
    for node in tree.iter():
        yield node.tag, dict(node.attrib), node.text, node.tail


def _moved(name: str, value: str) -> str:
    if name == "srcset":
        return value.replace("/a 1x, /b 2x", "/blog/a 1x, /blog/b 2x")
    rooted = re.match(r"[\t\n\f\r ]*/(?![/\\])", value)
    moves = name in ("href", "src", "action", "poster", "data")
    return value.replace("/", "/blog/", 1) if moves and rooted else value


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_browsers_see_the_same_page_with_moved_addresses(page: str) -> None:
    assume("srcset=" not in page or not re.search(r"srcset=(?!\"/a 1x, /b 2x\")", page))
    assume(not re.search(r"<script.*<!--", page, re.DOTALL))
    before, after = _nodes(_parsed(page)), _nodes(_parsed(rebase(page, "/blog")))
    expected = [
        (tag, {name: _moved(name, value) for name, value in attributes.items()}, text, tail)
        for tag, attributes, text, tail in before
    ]
    assert list(after) == expected


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", '<a href="', "<a =", "<a b='", "<script>", "<", "<a /", '<img srcset="/ ,']
)
def test_hostile_text_takes_no_more_than_linear_time(piece: str) -> None:
    page = piece * 40_000
    assert rebase(page, "/blog").replace("/blog", "") == page
