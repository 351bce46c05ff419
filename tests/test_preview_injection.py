"""What the preview adds to a page stands where it must, and comes out again without a trace."""

import re
from time import perf_counter

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.preview.injection import inject, script, strip

BANNER = '<aside id="recto-banner" role="note">Draft</aside>'
PAGE = b'<!doctype html>\n<html lang="en">\n<head>\n<title>A</title>\n</head>\n<body class="b">\n<p>x</p>\n</body>\n</html>\n'
TAG = script("")


def test_script_is_the_first_thing_in_the_head_and_all_else_is_as_it_was() -> None:
    served = inject(PAGE, "")
    assert served == PAGE.replace(b"<head>", b"<head>" + TAG)


def test_script_is_asked_for_below_the_folder_of_the_site() -> None:
    assert b'<head><script src="/blog/_recto/preview.js"></script>\n' in inject(PAGE, "/blog")


def test_folder_with_a_sign_of_html_stays_within_its_attribute() -> None:
    served = inject(PAGE, '/a"b&c')
    assert b'src="/a&#34;b&amp;c/_recto/preview.js"' in served
    assert strip(served) == PAGE


def test_banner_is_the_first_thing_in_the_body() -> None:
    served = inject(PAGE, "", BANNER)
    assert served.replace(TAG, b"") == PAGE.replace(
        b'<body class="b">', b'<body class="b">' + BANNER.encode()
    )


@pytest.mark.parametrize(
    ("page", "served"),
    [
        (b"<head>", b"<head>S"),
        (b"<HTML>\n<HEAD data-x='>'>\n", b"<HTML>\n<HEAD data-x='>'>S\n"),
        (b"<!-- <head> --><!doctype html><head>", b"<!-- <head> --><!doctype html><head>S"),
        (b"<!DOCTYPE html><title>x", b"<!DOCTYPE html>S<title>x"),
        (b"<html><body>", b"<html>S<body>"),
        (b"<html><!-- <head> --><title>", b"<html>S<!-- <head> --><title>"),
        (b"<p>text", b"S<p>text"),
        (b"text <head>", b"Stext <head>"),
        (b"", b"S"),
        (b"\xef\xbb\xbf<p>", b"\xef\xbb\xbfS<p>"),
        (b"<header><head>", b"S<header><head>"),
        (b"<!-- never closed <head>", b"S<!-- never closed <head>"),
        (b"<?xml version='1.0'?><html><head>", b"<?xml version='1.0'?><html><head>S"),
    ],
)
def test_script_finds_its_place(page: bytes, served: bytes) -> None:
    assert inject(page, "") == served.replace(b"S", TAG)


@pytest.mark.parametrize(
    ("page", "served"),
    [
        (b"<head></head><BODY\nclass=b>x", b"<head></head><BODY\nclass=b>~x"),
        (b"<head><!-- <body> --></head><body>x", b"<head><!-- <body> --></head><body>~x"),
        (
            b"<head><script>'<body>'</script><title><body></title></head><body>",
            b"<head><script>'<body>'</script><title><body></title></head><body>~",
        ),
        (b"<html data-x='<body>'><head></head><body>", b"<html data-x='<body>'><head></head><body>~"),
        (b"<head></head><bodyguard></body><body>", b"<head></head><bodyguard></body><body>~"),
        (b"<head></head><p>no body", b"<head></head><p>no body~"),
        (b"<head></head><script>never closed <body>", b"<head></head><script>never closed <body>~"),
    ],
)
def test_banner_finds_its_place(page: bytes, served: bytes) -> None:
    assert inject(page, "", BANNER).replace(TAG, b"") == served.replace(b"~", BANNER.encode())


PIECES = st.sampled_from(
    [
        "<head>",
        "<HEAD a='>'>",
        "</head>",
        "<body>",
        '<body x=">"',
        "<body",
        "</body>",
        "<html>",
        "<!doctype html>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<title>",
        "</title>",
        '"',
        "'",
        "<",
        ">",
        "/",
        "=",
        " ",
        "\n",
        "x",
        "é",
        "<p>",
        "<aside>",
        "</aside>",
        "<?",
    ]
)


@given(
    st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["", "/blog"]), st.sampled_from(["", BANNER])
)
def test_what_was_added_comes_out_again_whatever_the_page(page: str, base: str, banner: str) -> None:
    assert strip(inject(page.encode(), base, banner)) == page.encode()


def test_page_to_which_nothing_was_added_stays_as_it_is() -> None:
    assert strip(PAGE) == PAGE


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    page = PAGE.replace(b"x", bytes(range(128, 256)))
    assert strip(inject(page, "", BANNER)) == page


def test_browser_sees_the_same_elements_but_for_what_was_added() -> None:
    def tags(html: bytes) -> list[str]:
        return [e.tag for e in html5lib.parse(html, namespaceHTMLElements=False).iter()]

    added = inject(PAGE, "", BANNER)
    assert [t for t in tags(added) if t not in ("script", "aside")] == tags(PAGE)
    assert re.findall(rb"<(\w+)", added) == [b"html", b"head", b"script", b"title", b"body", b"aside", b"p"]


@pytest.mark.parametrize(
    "hostile",
    [b"<", b"<!--", b'<a "', b"<a b='", b"<script>", b"<!", b"</", b"<body x='", b"<title><", b"<p a=\"'"],
)
def test_hostile_page_takes_no_longer_than_another(hostile: bytes) -> None:
    def seconds(count: int) -> float:
        page, start = hostile * count, perf_counter()
        strip(inject(page, "", BANNER))
        return perf_counter() - start

    assert seconds(200_000) < 3  # a second or so where it is linear, hours where it is not
