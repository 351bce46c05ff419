"""How a picture is shown: in its sizes, with its measures, and never with anything twice that its author said."""

from dataclasses import replace
from typing import Any

import html5lib
import pytest

from recto.markup import convert
from recto.model import Body, Post
from recto.pictures import Image, Variant, media_type, picture

PHOTO = Image(
    url="/images/x.jpg",
    alt="A <heron>",
    width=3000,
    height=2000,
    color="#a0b0c0",
    variants=(
        Variant(url="/images/x-480.1.webp", width=480, type="image/webp"),
        Variant(url="/images/x-800.2.webp", width=800, type="image/webp"),
        Variant(url="/images/x-480.3.jpg", width=480, type="image/jpeg"),
        Variant(url="/images/x-800.4.jpg", width=800, type="image/jpeg"),
    ),
)
PLAIN = replace(PHOTO, variants=(), color="", width=600, height=400)
SOURCE = (
    '<source type="image/webp" srcset="/images/x-480.1.webp 480w, /images/x-800.2.webp 800w" sizes="50vw">'
)
SRCSET = ' srcset="/images/x-480.3.jpg 480w, /images/x-800.4.jpg 800w" sizes="50vw"'


def post(text: str, *images: Image | None, **fields: Any) -> Post:
    """A post of that Markdown, with these pictures in its frames."""
    body = convert(Body(text=text))
    links = tuple(reference.url for reference in body.references)
    values: dict[str, Any] = {
        "source": "posts/a.md",
        "slug": "a",
        "url": "/a/",
        "path": "a/index.html",
        "permalink": "https://example.com/a/",
        "title": "A",
        "body": body,
        "links": links,
        "permalinks": tuple("https://example.com" + link for link in links),
        "images": images,
        "sizes": "50vw",
    }
    return Post(**values | fields)


def content(text: str, *images: Image | None, **fields: Any) -> str:
    made = str(post(text, *images, **fields).content)
    html5lib.HTMLParser(strict=True).parse(f"<!doctype html><title>x</title>{made}")
    return made


# ---- in templates -------------------------------------------------------------------------------------------


def test_a_picture_has_all_that_a_browser_can_choose_from() -> None:
    assert picture(PHOTO, sizes="50vw", name="u-photo") == (
        f'<picture>{SOURCE}<img class="u-photo" src="/images/x.jpg" alt="A &lt;heron&gt;"{SRCSET}'
        ' width="3000" height="2000" style="background:#a0b0c0" loading="lazy"></picture>'
    )


def test_the_first_picture_of_a_page_is_loaded_at_once() -> None:
    assert picture(PLAIN, eager=True, alt="") == (
        '<img src="/images/x.jpg" alt="" width="600" height="400" fetchpriority="high">'
    )


def test_files_of_other_types_than_its_own_are_never_in_its_tag() -> None:
    only_webp = replace(PHOTO, variants=PHOTO.variants[:2])
    assert picture(only_webp, sizes="50vw").count("srcset") == 1
    assert picture(only_webp, sizes="50vw").startswith(f"<picture>{SOURCE}<img src=")


def test_a_picture_of_which_nothing_is_known_is_only_lazy() -> None:
    assert picture(Image(url="https://e.com/x")) == '<img src="https://e.com/x" alt="" loading="lazy">'


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/a/x.JPG?v=1", "image/jpeg"),
        ("x.svg#part", "image/svg+xml"),
        ("/a.png/", ""),
        ("/a", ""),
        ("/a.html?x.png", ""),
    ],
)
def test_the_ending_of_an_address_says_what_kind_of_picture_it_is(address: str, kind: str) -> None:
    assert media_type(address) == kind


# ---- in bodies ----------------------------------------------------------------------------------------------


def test_a_picture_of_a_body_is_dressed_where_it_stands() -> None:
    assert content("![a](/images/x.jpg)", PHOTO) == (
        f'<p><picture>{SOURCE}<img alt="a" src="/images/x.jpg"{SRCSET}'
        ' width="3000" height="2000" style="background:#a0b0c0" fetchpriority="high"></picture></p>'
    )


def test_only_the_first_picture_of_a_page_is_loaded_at_once() -> None:
    two = "![a](/images/x.jpg)\n\n![b](/images/x.jpg)"
    assert content(two, PLAIN, PLAIN).count('fetchpriority="high"') == 1
    assert content(two, PLAIN, PLAIN).index("fetchpriority") < content(two, PLAIN, PLAIN).index("lazy")


def test_below_a_hero_no_picture_is_the_first() -> None:
    assert content("![a](/images/x.jpg)", PLAIN, image=PHOTO).count('loading="lazy"') == 1
    in_text = replace(PHOTO, in_text=True)
    assert content("![a](/images/x.jpg)", PLAIN, image=in_text).count('loading="lazy"') == 0


def test_a_picture_from_elsewhere_is_only_lazy() -> None:
    text = "![a](/images/x.jpg)\n\n![b](https://e.com/y.jpg)"
    assert content(text, PLAIN, None).endswith(
        '<p><img alt="b" src="https://e.com/y.jpg" loading="lazy"></p>'
    )
    assert content("![b](https://e.com/y.jpg)", None) == '<p><img alt="b" src="https://e.com/y.jpg"></p>'


@pytest.mark.parametrize(
    ("written", "added"),
    [
        ("", ' width="600" height="400"'),
        (' width="300"', ' height="200"'),
        (" width=300px", ' height="200"'),
        (' height="100"', ' width="150"'),
        (' width="300" height="300"', ""),
        (' width="50%"', ""),
    ],
)
def test_a_measure_that_is_written_gives_the_other(written: str, added: str) -> None:
    made = str(post(f'<img src="/images/x.jpg" alt="a"{written}>', PLAIN).content)
    assert made == f'<p><img src="/images/x.jpg" alt="a"{written}{added} fetchpriority="high"></p>'


@pytest.mark.parametrize("written", ['style="color: red"', 'loading="lazy"', 'fetchpriority="low"'])
def test_nothing_is_said_that_its_author_said(written: str) -> None:
    name = written.partition("=")[0]
    made = content(f'<img src="/images/x.jpg" alt="a" {written}>', PHOTO)
    assert made.count(f" {name}=") == 1
    assert not (name == "loading" and "fetchpriority" in made)
    assert made.count(" width=") == 1


@pytest.mark.parametrize(
    "text",
    [
        '<img src="/images/x.jpg" srcset="/images/y.jpg 2x" alt="a">',
        '<picture><source srcset="/images/y.webp"><img src="/images/x.jpg" alt="a"></picture>',
    ],
)
def test_files_that_its_author_chose_are_the_only_ones(text: str) -> None:
    made = content(text, PHOTO, zoom=True)
    assert made.removeprefix("<p>").startswith(text.partition("alt")[0])
    assert made.count("srcset") == 1
    assert "zoom" not in made
    assert ' width="3000" height="2000"' in made


def test_a_slash_at_the_end_of_a_tag_goes() -> None:
    made = content('<img src="/images/x.jpg" alt="a" />', PLAIN)
    assert made == '<p><img src="/images/x.jpg" alt="a" width="600" height="400" fetchpriority="high"></p>'


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("![a](/images/x.jpg)", "(min-width: 72rem) 42rem, (min-width: 42rem) 39rem, 91vw"),
        ("![a](/images/x.jpg){.wide}", "(min-width: 60rem) 56rem, 91vw"),
        (
            '<figure class="out"><img src="/images/x.jpg" alt="a"></figure>',
            "(min-width: 60rem) 56rem, 91vw",
        ),
        (
            '<figure class="out duo"><img src="/images/x.jpg" alt="a"></figure>',
            "(min-width: 72rem) 20.6rem, (min-width: 42rem) 19rem, 44vw",
        ),
        (
            '<figure class="out"></figure><img src="/images/x.jpg" alt="a">',
            "(min-width: 72rem) 42rem, (min-width: 42rem) 39rem, 91vw",
        ),
        ("![a](/images/x.jpg){width=300}", "300px"),
        ("![a](/images/x.jpg){height=100}", "150px"),
    ],
)
def test_a_picture_is_as_wide_as_its_place(text: str, sizes: str) -> None:
    assert f'800w" sizes="{sizes}"' in content(text, PHOTO, sizes="")


def test_a_site_says_how_wide_its_pictures_are_in_every_place() -> None:
    assert ' sizes="50vw"' in content("![a](/images/x.jpg){.wide}", PHOTO, sizes="50vw")


# ---- zoom ---------------------------------------------------------------------------------------------------


def test_a_picture_that_is_shown_smaller_than_it_is_leads_to_itself() -> None:
    made = content("![a](/images/x.jpg)", PHOTO, zoom=True)
    assert made.startswith('<p><a class="zoom" href="/images/x.jpg"><picture>')
    assert made.endswith("</picture></a></p>")


@pytest.mark.parametrize(
    "text",
    [
        "[![a](/images/x.jpg)](/about/)",
        "![](/images/x.jpg){decorative}",
        '<button><img src="/images/x.jpg" alt="a"></button>',
        '<img src="/images/x.jpg" alt="a" usemap="#m">',
    ],
)
def test_no_link_is_put_where_none_can_be_or_where_it_has_no_name(text: str) -> None:
    assert "zoom" not in content(text, PHOTO, zoom=True)


def test_a_picture_that_is_shown_as_it_is_leads_nowhere() -> None:
    assert "zoom" not in content("![a](/images/x.jpg)", PLAIN, zoom=True)
    assert "zoom" in content('<img src="/images/x.jpg" alt="a" width="200">', PLAIN, zoom=True)


def test_zoom_can_be_off() -> None:
    assert "zoom" not in content("![a](/images/x.jpg)", PHOTO)
    assert "zoom" not in content("[![a](/images/x.jpg)](/images/y.jpg)", PHOTO)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[![a](/t.jpg)](/f.JPG?v=1)", '<a class="zoom" href="/f.JPG?v=1"><img'),
        ("<A href=/f.png >\n<img src=/t.png alt=a>\n</A>", '<A class="zoom" href="/f.png" >'),
        (
            '<a href="/f.jpg" class="image fit"><img src="/t.jpg" alt="a"></a>',
            '<a href="/f.jpg" class="image fit"><img',
        ),
        ("[![a](/t.jpg)](/about/)", '<a href="/about/"><img'),
        ("[![a](/t.jpg) and words](/f.jpg)", '<a href="/f.jpg"><img'),
    ],
)
def test_a_link_around_a_picture_alone_to_a_picture_opens_it_in_place(text: str, link: str) -> None:
    assert link in content(text, None, zoom=True)


# ---- excerpts and feeds -------------------------------------------------------------------------------------


def test_a_picture_of_an_excerpt_is_lazy_and_no_link() -> None:
    text = "![a](/images/x.jpg) Words. [![b](/y.jpg)](/z.jpg)\n\n<!-- more -->\n\nMore."
    made = post(text, PHOTO, PLAIN, zoom=True).excerpt
    assert made.startswith(f"<p><picture>{SOURCE}<img alt")
    assert 'loading="lazy"></picture> Words. <a href="/z.jpg"><img' in made
    assert "zoom" not in made


def test_a_feed_has_plain_pictures_with_absolute_addresses_and_measures() -> None:
    made = post("[![a](/images/x.jpg)](/x.jpg)\n\n![b](/images/y.jpg)", PHOTO, None, zoom=True).feed_content
    assert made == (
        '<p><a href="https://example.com/x.jpg"><img alt="a" src="https://example.com/images/x.jpg"'
        ' width="3000" height="2000"></a></p>\n<p><img alt="b" src="https://example.com/images/y.jpg"></p>'
    )
