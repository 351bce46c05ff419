"""The default theme: every page is valid, complete and the same for odd posts, for one post and for none."""

import itertools
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import etree

import pages
from recto.model import Asset, Author, Features, FeedOptions, Fonts, NavItem, Post, Site
from recto.model import Theme as ThemeSettings
from recto.pictures import Image

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib

PICTURED = pages.post("pictured", image=pages.PICTURE, series="A series", description="Said & done.")
ARABIC = pages.post("ar", title="دفتر صغير", language="ar", direction="rtl")
HOSTILE = pages.post(
    "hostile", title="</script><!-- \" ' & </title>", description="</script>", series="</script>"
)
LONG = pages.post(
    "long",
    title="Long" * 75,
    authors=(Author(name="A"), Author(name="B", avatar="/images/b.jpg", image=Image(url="/images/b.jpg"))),
)
BARE = pages.bare()

SITES: dict[str, Site] = {
    "full": pages.site(PICTURED, ARABIC, HOSTILE, LONG, BARE, pages=(pages.bare("about", url="/about/"),)),
    "one post": pages.site(pages.post()),
    "one bare post": pages.site(BARE, description="", author=Author()),
    "no posts": pages.site(),
    "no address": pages.site(PICTURED, pages.post(root=""), url=""),
    "below a folder": pages.site(PICTURED, BARE, url="https://example.com/blog", base_path="/blog"),
    "with settings": pages.site(
        PICTURED,
        theme=ThemeSettings(hue=250, mode="dark"),
        feed=FeedOptions(full=False),
        nav=(NavItem(title="Home & away", url="/"), NavItem(title="Elsewhere", url="https://a.example/")),
    ),
}
SITES["with everything switched off"] = pages.site(
    PICTURED,
    BARE,
    feed=FeedOptions(atom=False, json=False),
    theme=ThemeSettings(features=Features(**{part.name: False for part in fields(Features)})),
)
OUTPUTS = {name: pages.output(site) for name, site in SITES.items()}


def every(*endings: str) -> list[Any]:
    found = ((name, path) for name, output in OUTPUTS.items() for path in output)
    return [pytest.param(OUTPUTS[n][p], id=f"{n}: {p}") for n, p in found if p.endswith(endings)]


def tree(html: str) -> ElementTree.Element:
    parser = html5lib.HTMLParser(
        strict=True, tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
    )
    return parser.parse(html)  # type: ignore[no-any-return]  # html5lib has no types


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


# ---- every page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("html", every(".html"))
def test_page_is_valid_html(html: str) -> None:
    tree(html)


@pytest.mark.parametrize("html", every(".html"))
def test_page_has_what_every_page_needs(html: str) -> None:
    root = tree(html)
    assert root.get("lang")
    assert len(list(root.iter("h1"))) == 1
    assert len(list(root.iter("title"))) == 1
    assert len(list(root.iter("main"))) == 1
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [element.get("href", "") for element in root.iter("a")]
    assert all(links)
    targets = {target[1:] for target in links if target.startswith("#") and "%" not in target}
    assert targets - {"one", "über"} <= {*ids, "main"}


@pytest.mark.parametrize("html", every(".html"))
def test_every_picture_and_link_has_a_name(html: str) -> None:
    root = tree(html)
    assert [image for image in root.iter("img") if image.get("alt") is None] == []
    assert [link for link in root.iter("a") if not text(link) and not link.get("aria-label")] == []
    assert [b for b in root.iter("button") if not text(b) and not b.get("aria-label")] == []


@pytest.mark.parametrize("html", every(".html"))
def test_no_page_has_leftovers(html: str) -> None:
    assert not re.search(r"\bNone\b|\bUndefined\b|Markup\(|&amp;amp;|&amp;#|\{\{|\{%|\n\n\n", html)
    assert html.endswith("</html>\n")


@pytest.mark.parametrize("html", every(".html"))
def test_headings_skip_no_level(html: str) -> None:
    levels = [
        int(element.tag[1]) for element in tree(html).iter() if re.fullmatch("h[1-6]", str(element.tag))
    ]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


@pytest.mark.parametrize("html", [case for case in every(".html") if "old/" not in str(case.id)])
def test_page_has_landmarks_and_a_way_past_them(html: str) -> None:
    body = tree(html).find("body")
    assert body is not None
    assert [str(child.tag) for child in body] == ["a", "header", "main", "footer"]
    assert (body[0].get("href"), body[2].get("id"), body[2].get("tabindex")) == ("#main", "main", "-1")
    assert [n for n in body.iter("nav") if not (n.get("aria-label") or n.get("aria-labelledby"))] == []


# ---- head -------------------------------------------------------------------------------------------------------


def head(name: str, path: str) -> dict[str, str]:
    """What the head says: names of metadata and relations of links, and their values."""
    found: dict[str, str] = {}
    for element in tree(OUTPUTS[name][path]).iter():
        if element.tag == "meta":
            found[
                element.get("name") or element.get("property") or element.get("http-equiv") or "charset"
            ] = element.get("content") or ""
        elif element.tag == "link":
            found[f"{element.get('rel')} {element.get('type', '')}".strip()] = element.get("href") or ""
    return found


def test_post_says_what_it_is() -> None:
    said = head("full", "posts/pictured/index.html")
    assert (
        said.items()
        >= {
            "description": "Said & done.",
            "canonical": "https://example.com/posts/pictured/",
            "alternate application/atom+xml": "/feed.xml",
            "alternate application/feed+json": "/feed.json",
            "og:type": "article",
            "og:title": PICTURED.title,
            "og:url": "https://example.com/posts/pictured/",
            "og:site_name": "A blog & more",
            "og:image": "https://example.com/images/a.jpg",
            "og:image:alt": 'A "sea" & sky',
            "twitter:card": "summary_large_image",
            "article:published_time": "2026-11-14T09:30:00+00:00",
            "article:modified_time": "2026-11-16T09:30:00+00:00",
        }.items()
    )
    assert "robots" not in said


def test_only_pages_with_a_text_have_the_sheet_of_texts() -> None:
    def sheets(path: str) -> list[str]:
        return re.findall(r'<link rel="stylesheet" href="(.*?)">', OUTPUTS["full"][path])

    assert sheets("posts/pictured/index.html") == ["/assets/style.0a1b2c3d.css", "/assets/post.css"]
    assert sheets("about/index.html") == ["/assets/style.0a1b2c3d.css", "/assets/post.css"]
    assert sheets("index.html") == sheets("archive/index.html") == ["/assets/style.0a1b2c3d.css"]


def test_site_without_an_address_has_nothing_that_needs_one() -> None:
    said = head("no address", "index.html")
    assert {
        "canonical",
        "og:url",
        "alternate application/atom+xml",
        "alternate application/feed+json",
    } & said.keys() == set()
    assert "Sitemap" not in OUTPUTS["no address"]["robots.txt"]
    assert "feed.xml" not in OUTPUTS["no address"]["index.html"]


def test_category_offers_its_own_feed() -> None:
    assert (
        'title="Life &amp; work" href="/categories/life-work/feed.xml"'
        in OUTPUTS["full"]["categories/life-work/index.html"]
    )


def test_unlisted_page_asks_not_to_be_indexed() -> None:
    page = pages.post_page(SITES["full"], replace(PICTURED, listed=False))
    assert '<meta name="robots" content="noindex">' in pages.renderer(SITES["full"]).render(page).decode()
    assert head("full", "404.html")["robots"] == "noindex"
    assert "canonical" not in head("full", "404.html")


def test_settings_of_the_theme_reach_the_page() -> None:
    opening = OUTPUTS["with settings"]["index.html"].split("<head>")[0]
    assert opening == '<!doctype html>\n<html lang="en" dir="ltr" data-theme="dark">\n'
    assert "<style>\n:root { --hue: 250 }\n</style>" in OUTPUTS["with settings"]["index.html"]
    assert "<style>" not in OUTPUTS["full"]["index.html"]
    assert head("with settings", "index.html")["color-scheme"] == "dark"


def test_own_sheet_comes_after_all_that_the_theme_and_its_settings_say() -> None:
    custom = Asset(path="custom.css", source="", origin="static/custom.css", digest="1")
    theme = ThemeSettings(hue=250, fonts=Fonts(text="Georgia"), features=Features(transitions=False))
    html = pages.output(pages.site(pages.post(), theme=theme), assets=(*pages.ASSETS, custom))[
        "posts/a/index.html"
    ]
    order = (
        "style.0a1b2c3d.css",
        "post.",
        "--hue: 250",
        "--font-text: Georgia",
        "@view-",
        'href="/custom.css"',
    )
    places = [html.index(part) for part in order]
    assert places == sorted(places)


def test_address_of_every_page_is_moved_below_the_folder() -> None:
    for path, html in OUTPUTS["below a folder"].items():
        if path.endswith(".html"):
            addresses = [
                e.get(name, "") for e in tree(html).iter() for name in ("href", "src") if e.get(name)
            ]
            assert [a for a in addresses if a.startswith("/") and not a.startswith("/blog/")] == []
    assert 'content="0; url=/blog/posts/a/"' in OUTPUTS["below a folder"]["old/index.html"]


# ---- posts ------------------------------------------------------------------------------------------------------


def data(html: str) -> dict[str, Any]:
    (script,) = [e for e in tree(html).iter("script") if e.get("type") == "application/ld+json"]
    return json.loads(script.text or "")  # type: ignore[no-any-return]


@pytest.mark.parametrize("post", [PICTURED, ARABIC, HOSTILE, LONG, BARE], ids=lambda post: str(post.slug))
def test_post_describes_itself_to_machines(post: Post) -> None:
    said = data(OUTPUTS["full"][post.path])
    assert said["@context"] == "https://schema.org"
    assert said["@type"] == "BlogPosting"
    assert said["headline"] == post.title
    assert said["url"] == post.permalink
    assert said["inLanguage"] == post.language
    assert said.get("datePublished") == (post.date.isoformat() if post.date else None)
    assert [author["name"] for author in said["author"]] == [a.name for a in post.authors or (pages.AUTHOR,)]


def test_post_without_an_author_names_none_to_machines() -> None:
    assert "author" not in data(OUTPUTS["one bare post"][BARE.path])


def test_title_cannot_end_a_script_or_the_title() -> None:
    html = OUTPUTS["full"][HOSTILE.path]
    root = tree(html)
    (title,) = root.iter("title")
    (heading,) = root.iter("h1")
    assert title.text == f"{HOSTILE.title} · A blog & more"
    assert text(heading) == " ".join(HOSTILE.title.split())
    assert html.count("</script>") == html.count("<script") == 3


def test_post_is_an_entry_that_other_sites_can_read() -> None:
    root = tree(pages.renderer(SITES["full"]).render(pages.post_page(SITES["full"], PICTURED)).decode())
    (entry,) = of_class(root, "h-entry")
    assert text(of_class(entry, "p-name")[0]) == PICTURED.title
    assert of_class(entry, "dt-published")[0].get("datetime") == "2026-11-14T09:30:00+00:00"
    assert of_class(entry, "dt-updated")[0].get("datetime") == "2026-11-16T09:30:00+00:00"
    assert text(of_class(entry, "e-content")[0]) == "Hello you & all. One"
    assert PICTURED.url in [link.get("href") for link in of_class(entry, "u-url")]
    assert [(e.get("data-category"), e.get("data-tag")) for e in of_class(entry, "p-category")] == [
        ("Life & work", None),
        (None, "c++"),
    ]


def test_post_lists_its_contents_series_and_neighbours() -> None:
    root = tree(OUTPUTS["full"][PICTURED.path])
    (contents,) = of_class(root, "toc")
    assert [a.get("href") for a in contents.iter("a")] == ["#one", "#%C3%BCber"]
    (series,) = of_class(root, "series")
    assert [a.get("aria-current") for a in series.iter("a")] == ["page", None]
    (more,) = of_class(root, "next")
    assert [(a.get("rel"), a.get("href")) for a in more.iter("a")] == [
        ("prev", BARE.url),
        ("next", PICTURED.url),
    ]


def test_bare_post_shows_nothing_that_it_does_not_have() -> None:
    html = pages.renderer(SITES["full"]).render(pages.post_page(SITES["full"], BARE)).decode()
    root = tree(html)
    assert [
        name for name in ("toc", "series", "next", "tags", "eyebrow", "hero", "deck") if of_class(root, name)
    ] == []
    assert list(root.iter("time")) == []


@pytest.mark.parametrize("template", ["post.html", "page.html"])
def test_a_picture_that_the_text_shows_is_not_shown_above_it_too(template: str) -> None:
    for in_text, shown in ((False, 1), (True, 0)):
        post = pages.post(image=Image(url="/images/a.jpg", in_text=in_text))
        page = replace(pages.post_page(SITES["full"], post), template=template)
        html = pages.renderer(SITES["full"]).render(page).decode()
        assert len(of_class(tree(html), "hero")) == shown


def test_language_and_direction_are_those_of_the_post() -> None:
    assert OUTPUTS["full"][ARABIC.path].startswith('<!doctype html>\n<html lang="ar" dir="rtl">')
    cards = [e for e in of_class(tree(OUTPUTS["full"]["index.html"]), "card") if e.get("lang")]
    assert [(card.get("lang"), card.get("dir")) for card in cards] == [("ar", "rtl")]


def test_update_on_the_same_day_is_not_shown() -> None:
    date: datetime = pages.post().date  # type: ignore[assignment]  # dated
    post = pages.post(updated=date.replace(hour=23))
    assert (
        "Updated" not in pages.renderer(SITES["full"]).render(pages.post_page(SITES["full"], post)).decode()
    )


# ---- lists ------------------------------------------------------------------------------------------------------


def test_front_page_leads_with_the_newest_post() -> None:
    root = tree(OUTPUTS["full"]["index.html"])
    assert [text(e) for e in of_class(of_class(root, "lead")[0], "p-name")] == [PICTURED.title]
    assert len(of_class(root, "card")) == 5
    assert of_class(tree(OUTPUTS["full"]["page/2/index.html"]), "lead") == []


def test_list_pages_lead_to_newer_and_older_ones() -> None:
    def links(path: str) -> list[tuple[str | None, str | None]]:
        (pager,) = of_class(tree(OUTPUTS["full"][path]), "pager")
        return [(a.get("rel"), a.get("href")) for a in pager.iter("a")]

    assert links("index.html") == [("next", "/page/2/")]
    assert links("page/2/index.html") == [("prev", "/"), ("next", "/page/1/")]


def test_terms_are_listed_with_how_many_posts_they_have() -> None:
    (listed,) = of_class(tree(OUTPUTS["full"]["categories/index.html"]), "topics")
    assert [a.get("data-category") for a in listed.iter("a")] == ["Life & work"]
    assert [text(item) for item in listed.iter("li")] == ["Life & work 4 About it."]
    (chips,) = of_class(tree(OUTPUTS["full"]["index.html"]), "chips")
    assert [text(a) for a in chips.iter("a")] == ["Life & work 4"]
    assert "4 posts" in text(tree(OUTPUTS["full"]["categories/life-work/index.html"]))


def test_archive_has_a_section_a_year_and_the_undated_last() -> None:
    root = tree(OUTPUTS["full"]["archive/index.html"])
    assert [text(next(e.iter("h2"))) for e in of_class(root, "year")] == ["2026", "Undated"]
    dated, undated = of_class(root, "year")
    assert len(of_class(dated, "h-entry")) == 4
    assert [text(e) for e in of_class(undated, "p-name")] == [
        p.title for p in SITES["full"].posts if not p.date
    ]


def test_empty_blog_says_so() -> None:
    for path in ("index.html", "archive/index.html", "categories/index.html"):
        assert len(of_class(tree(OUTPUTS["no posts"][path]), "empty")) == 1, path


def test_navigation_marks_the_page_that_is_shown() -> None:
    for path, name in (
        ("index.html", "Posts"),
        ("archive/index.html", "Archive"),
        ("tags/index.html", "Tags"),
    ):
        current = [a for a in tree(OUTPUTS["full"][path]).iter("a") if a.get("aria-current") == "page"]
        assert [text(a) for a in current] == [name]
    (home, _) = of_class(tree(OUTPUTS["with settings"]["index.html"]), "site-nav")[0].iter("a")
    assert (text(home), home.get("aria-current")) == ("Home & away", "page")


# ---- other files ------------------------------------------------------------------------------------------------

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "atom.rng"))


@pytest.mark.parametrize("xml", every("feed.xml"))
def test_feed_is_valid_atom(xml: str) -> None:
    SCHEMA.assertValid(etree.fromstring(xml.encode()))


def test_feed_has_the_whole_text_with_full_addresses() -> None:
    feed = etree.fromstring(OUTPUTS["full"]["feed.xml"].encode())
    assert feed.findtext("a:id", namespaces=ATOM) == "https://example.com/feed.xml"
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {
        "self": "https://example.com/feed.xml",
        "related": "https://example.com/subscribe/",
        "alternate": "https://example.com/",
    }
    entry = feed.find("a:entry", ATOM)
    assert entry is not None
    assert entry.findtext("a:id", namespaces=ATOM) == PICTURED.permalink
    assert entry.findtext("a:title", namespaces=ATOM) == PICTURED.title
    assert entry.findtext("a:updated", namespaces=ATOM) == "2026-11-16T09:30:00+00:00"
    assert entry.findtext("a:published", namespaces=ATOM) == "2026-11-14T09:30:00+00:00"
    assert entry.findtext("a:author/a:name", namespaces=ATOM) == "The author"
    assert [c.get("term") for c in entry.findall("a:category", ATOM)] == ["Life & work", "c++"]
    content = entry.find("a:content", ATOM)
    assert content is not None
    assert (content.get("type"), content.text) == ("html", str(PICTURED.feed_content))
    assert "https://example.com/about/" in str(content.text)


def test_feed_has_only_openings_where_the_site_says_so() -> None:
    feed = etree.fromstring(OUTPUTS["with settings"]["feed.xml"].encode())
    assert feed.find("a:entry/a:content", ATOM) is None
    assert feed.findtext("a:entry/a:summary", namespaces=ATOM) == "Said & done."
    (item,) = json.loads(OUTPUTS["with settings"]["feed.json"])["items"]
    assert (item.get("content_html"), item["content_text"]) == (None, "Said & done.")


def test_feed_entry_says_its_language() -> None:
    feed = etree.fromstring(OUTPUTS["full"]["feed.xml"].encode())
    names = [
        entry.get("{http://www.w3.org/XML/1998/namespace}lang") for entry in feed.findall("a:entry", ATOM)
    ]
    assert names == [None, "ar", None, None, None]


def _json_items() -> Iterator[tuple[dict[str, Any], dict[str, Any], Post]]:
    for name, site in SITES.items():
        if site.url:
            feed = json.loads(OUTPUTS[name]["feed.json"])
            yield from ((feed, item, post) for item, post in zip(feed["items"], site.posts, strict=True))


def test_json_feed_has_what_version_1_1_asks_for() -> None:
    for feed, item, post in _json_items():
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"] == "A blog & more"
        assert feed["language"] == "en"
        assert feed["feed_url"].endswith("/feed.json")
        assert feed["home_page_url"].startswith("https://example.com/")
        assert item["id"] == item["url"] == post.permalink
        assert item["title"] == post.title
        assert ("content_html" in item) != ("content_text" in item)
        assert item["language"] == post.language
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert [author["name"] for author in item.get("authors", ())] == [a.name for a in post.authors]
        assert item.get("date_published") == (post.date.isoformat() if post.date else None)
        assert item.get("image") == (post.image.permalink if post.image else None)


def test_json_feed_of_an_empty_blog_has_no_items() -> None:
    assert json.loads(OUTPUTS["no posts"]["feed.json"])["items"] == []


def test_sitemap_follows_the_protocol() -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = etree.fromstring(OUTPUTS["full"]["sitemap.xml"].encode())
    assert root.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    for url in root.findall("s:url", space):
        assert [etree.QName(child).localname for child in url] in (["loc"], ["loc", "lastmod"])
        assert str(url.findtext("s:loc", namespaces=space)).startswith("https://example.com/")
    moments = [datetime.fromisoformat(str(e.text)) for e in root.iterfind("s:url/s:lastmod", space)]
    assert [moment.tzinfo is not None for moment in moments] == [True] * 4


def test_robots_are_shown_the_sitemap() -> None:
    assert OUTPUTS["below a folder"]["robots.txt"] == (
        "User-agent: *\nDisallow:\n\nSitemap: https://example.com/blog/sitemap.xml\n"
    )
    assert OUTPUTS["no address"]["robots.txt"] == "User-agent: *\nDisallow:\n"


def test_redirect_leads_browsers_people_and_search_engines() -> None:
    said = head("full", "old/index.html")
    assert (
        said.items()
        >= {
            "refresh": "0; url=/posts/a/",
            "canonical": "https://example.com/posts/a/",
            "robots": "noindex",
        }.items()
    )
    assert [a.get("href") for a in tree(OUTPUTS["full"]["old/index.html"]).iter("a")] == ["/posts/a/"]
