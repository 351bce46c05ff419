"""Slugs, URLs and words of any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto import text


@pytest.mark.parametrize(
    ("given_text", "slug"),
    [
        ("Sales vs. Engineering", "sales-vs-engineering"),
        ("  What's   new?! ", "whats-new"),
        ("'Rock \u2019n\u2019 roll'", "rock-n-roll"),
        ("l\u2019\u00e9t\u00e9", "l\u00e9t\u00e9"),
        ("snake_case", "snake-case"),
        ("C++", "c"),
        ("Über uns", "über-uns"),
        ("U\u0308ber", "über"),
        ("日本語のブログ", "日本語のブログ"),
        ("हिन्दी लेख", "हिन्दी-लेख"),
        ("ภาษาไทย", "ภาษาไทย"),
        ("soft\u00adhyphen \u200emark", "softhyphen-mark"),
        ("I ❤️ Python 🎉", "i-python"),
        ("...", ""),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_slug_keeps_letters_of_every_script(given_text: str, slug: str) -> None:
    assert text.slugify(given_text) == slug


@given(st.text())
def test_slug_of_a_slug_is_itself(anything: str) -> None:
    slug = text.slugify(anything)
    assert text.slugify(slug) == slug
    assert not slug.startswith("-") and not slug.endswith("-") and "--" not in slug and "/" not in slug


def test_quote_encodes_once() -> None:
    assert text.quote("/posts/über uns/") == "/posts/%C3%BCber%20uns/"
    assert text.quote("/posts/%C3%BCber%20uns/") == "/posts/%C3%BCber%20uns/"
    assert text.quote("100%.png") == "100%25.png"
    assert text.quote("u\u0308") == text.quote("u%CC%88") == "%C3%BC"


@given(st.text())
def test_quote_is_stable_and_ascii(anything: str) -> None:
    once = text.quote(anything)
    assert once.isascii()
    assert text.quote(text.encode_path(anything)) == text.encode_path(anything)


def test_path_of_a_file_encodes_its_percent_sign() -> None:
    assert text.encode_path("a%41.png") == "a%2541.png"
    assert text.unquote_path("a%2541.png") == "a%41.png"


def test_what_no_text_can_be_encoded_from_does_not_raise() -> None:
    assert text.encode_path("\ud800") == "%3F"
    assert text.unquote_path("%FF") == "\ufffd"


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("<b>un</b>broken", "unbroken"),
        ("a<br>b", "a b"),
        ("fish &amp; chips &eacute;", "fish & chips é"),
        ("<!-- <p>no</p> -->yes", "yes"),
        ("<script>let a = 1 < 2</script>yes", "yes"),
        ('<img alt="a > b">after', "after"),
        ("<a title=it's>odd</a>", "odd"),
        ("2 < 3 and 4 > 3", "2 < 3 and 4 > 3"),
        ("a\n\n\t b", "a b"),
        ("before<!-- never closed", "before"),
    ],
)
def test_plain_text(markup: str, plain: str) -> None:
    assert text.plain_text(markup) == plain


@pytest.mark.parametrize("piece", ["<a", '<a "', "<!--", "<script>", "<a '<", "&", "<a>"])
def test_hostile_markup_is_read_once(piece: str) -> None:
    """Would take minutes if any part of the text were read again for each piece."""
    text.plain_text(piece * 200_000)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("", 0),
        ("one two-three don't", 3),
        ("— … 'so' —", 1),
        ("日本語", 2),
        ("Rust と Go", 3),
        ("हिन्दी लेख", 2),
    ],
)
def test_words_are_counted(words: str, count: int) -> None:
    assert text.count_words(words) == count


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("he", "rtl"),
        ("ar-EG", "rtl"),
        ("az-Arab", "rtl"),
        ("ks-Deva", "ltr"),
        ("FA_ir", "rtl"),
        ("", "ltr"),
    ],
)
def test_direction_of_a_language(language: str, direction: str) -> None:
    assert text.direction(language) == direction


@pytest.mark.parametrize(
    ("url", "path"), [("/", "index.html"), ("/a/", "a/index.html"), ("/%C3%BC.html", "ü.html")]
)
def test_url_names_a_file_of_the_output(url: str, path: str) -> None:
    assert text.output_path(url) == path


def test_the_files_that_may_answer_for_an_address() -> None:
    assert text.output_paths("/x") == ("x", "x/index.html")
    assert text.output_paths("/%C3%BC/") == ("ü/index.html",)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("/old", "/old/"),
        ("/old//x/index.html", "/old/x/"),
        ("/old.html", "/old.html"),
        ("/feed.xml", "/feed.xml"),
        ("/a paper.PDF", "/a%20paper.PDF"),
        ("/v1.0", "/v1.0/"),
        ("/feed.xml/", "/feed.xml/"),
    ],
)
def test_an_old_address_may_be_a_file_s(address: str, url: str) -> None:
    assert text.tidy_old(address) == url


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("walkng", "walking", 1),
        ("waking", "walking", 1),
        ("wlak", "walk", 1),
        ("cat", "dog", 3),
    ],
)
def test_distance_counts_slips_of_the_hand(one: str, other: str, steps: int) -> None:
    assert text.distance(one, other) == text.distance(other, one) == steps


KNOWN = ("posts/2017-05-01-bees.md", "posts/fog/index.md", "images/fulls/sea.jpg", "/posts/long-way-home/")


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("posts/2017-05-01-bee.md", "posts/2017-05-01-bees.md"),
        ("posts/fgo/index.md", "posts/fog/index.md"),
        ("bees.md", "posts/2017-05-01-bees.md"),
        ("images/sea.png", "images/fulls/sea.jpg"),
        ("/long-way-home", "/posts/long-way-home/"),
        ("/nothing-like-it/", ""),
        ("/", ""),
    ],
)
def test_nearest_name(mistyped: str, meant: str) -> None:
    assert text.Names(KNOWN).nearest(mistyped) == meant


@given(st.text(), st.text())
def test_nearest_name_never_fails(known: str, mistyped: str) -> None:
    assert text.Names([known]).nearest(mistyped) in ("", known)
    assert text.Names([known]).nearest(known) == known or not text.Names([known]).nearest(known)


def test_words_two_slips_apart_share_what_is_left() -> None:
    assert set(text.deletions("photograhpy", 2)) & set(text.deletions("photogrephy", 2))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Rust-1.0", "Rust-1.0"),
        ("a--b", "a-b"),
        ("what is new?", "what-is-new"),
        ("\u00fcber_uns", "\u00fcber_uns"),
    ],
)
def test_a_file_name_keeps_capitals_and_dots(name: str, slug: str) -> None:
    assert text.name_slug(name) == slug


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("A common mantra...Always Be Learning", "a-common-mantraalways-be-learning"),
        ("Why can't we all just get along?", "why-cant-we-all-just-get-along"),
        ("Version 1.2 & more", "version-12--more"),
        ("\u6f22\u5b57 test", "\u6f22\u5b57-test"),
        ("?!", ""),
    ],
)
def test_heading_ids_are_those_that_people_link_to(heading: str, wanted: str) -> None:
    assert text.heading_id(heading) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [("A/B.html", "a/b.html"), ("\u00fc", "u\u0308"), ("\u0390", "\u1fd3"), ("stra\u00dfe", "STRASSE")],
)
def test_names_that_some_disk_takes_for_one_are_the_same(one: str, other: str) -> None:
    assert text.same_name(one) == text.same_name(other)


def test_names_that_only_look_alike_are_not_the_same() -> None:
    assert len({text.same_name(name) for name in ("a", "\u0430", "\u00e4", "a/", "\u0131", "i")}) == 6
