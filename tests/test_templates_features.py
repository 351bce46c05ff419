"""What the theme shows can be switched off, one thing at a time, and what the settings say reaches the page."""

import re
from dataclasses import replace
from typing import Any

import pytest

import pages
from recto.model import Author, Comments, Features, Fonts, Hypertext, NavItem, Post, Site, Theme
from recto.pictures import Image
from test_templates import of_class, text, tree

AUTHOR = Author(
    name="The author",
    url="/about/",
    email="a@example.com",
    bio="Writes.",
    image=Image(url="/images/me.jpg"),
    page="/authors/the-author/",
)
POST = pages.post(image=pages.SIZED, series="A walk", edit_url="https://git.example/a.md", authors=(AUTHOR,))
OTHERS = tuple(pages.post(f"p{n}", image=pages.SIZED) for n in range(3))
ALL = Theme(
    social=(
        NavItem(title="Mastodon", url="https://social.example/@author"),
        NavItem(title="Code", url="https://git.example/@author"),
    ),
    comments=Comments(provider="giscus", repo="a/b", repo_id="R", category="C", category_id="D"),
)


def site(theme: Theme = ALL, *posts: Post, **fields: Any) -> Site:
    return pages.site(*(posts or (POST, *OTHERS)), theme=theme, **{"author": AUTHOR} | fields)


def output(theme: Theme = ALL, *posts: Post, **fields: Any) -> dict[str, str]:
    return pages.output(site(theme, *posts, **fields))


WITH = output()
WITHOUT = {
    name: output(replace(ALL, features=Features(**{name: False})))
    for name in ("search", "share", "reading_time", "subscribe", "transitions")
}


@pytest.mark.parametrize(
    ("feature", "path", "mark"),
    [
        ("search", "index.html", 'href="/search/"'),
        ("share", POST.path, "mailto:?subject="),
        ("share", POST.path, "Copy link"),
        ("reading_time", POST.path, "2 min read"),
        ("reading_time", "index.html", "2 min<"),
        ("subscribe", "index.html", 'href="/subscribe/"'),
        ("subscribe", "feed.xml", "/subscribe/"),
        ("transitions", "index.html", "view-transition-name: c-a"),
        ("transitions", POST.path, "view-transition-name: c-a"),
    ],
)
def test_feature_is_shown_unless_it_is_switched_off(feature: str, path: str, mark: str) -> None:
    assert mark in WITH[path]
    assert mark not in WITHOUT[feature][path]


@pytest.mark.parametrize("path", ["archive/index.html", "404.html"])
def test_one_can_search_where_there_is_an_index_to_search_in(path: str) -> None:
    assert 'role="search" action="/search/"' in output(search=True)[path]
    assert 'role="search"' not in WITH[path]


def test_without_a_page_about_feeds_the_feed_itself_is_linked() -> None:
    follow = re.compile(r'<nav aria-label="Follow">.*?</nav>', re.DOTALL)
    shown = {name: follow.search(html["index.html"]) for name, html in (("on", WITH), *WITHOUT.items())}
    assert all(shown.values())
    assert 'href="/feed.xml"' not in str(shown["on"] and shown["on"][0])
    assert 'href="/feed.xml"' in str(shown["subscribe"] and shown["subscribe"][0])


def test_pages_do_not_fade_where_that_is_switched_off() -> None:
    assert "<style>" not in WITH["index.html"]
    assert "@view-transition { navigation: none }" in WITHOUT["transitions"]["index.html"]


@pytest.mark.parametrize("path", ["index.html", POST.path, "categories/life-work/index.html"])
def test_names_of_moving_pictures_are_one_of_a_kind_on_a_page(path: str) -> None:
    names = re.findall(r"view-transition-name: ([\w-]+)", WITH[path])
    assert names
    assert len(names) == len(set(names))


def test_tools_of_a_text_without_an_address_are_left_out() -> None:
    bare = replace(POST, permalink="", edit_url="")
    shown = output(ALL, bare, url="")[bare.path]
    assert of_class(tree(shown), "share") == []


def test_comments_are_there_where_they_are_set_up_and_wanted() -> None:
    assert len(of_class(tree(WITH[POST.path]), "comments")) == 1
    silent = replace(POST, comments=False)
    assert of_class(tree(output(ALL, silent)[silent.path]), "comments") == []
    assert of_class(tree(output(Theme())[POST.path]), "comments") == []


# ---- people -----------------------------------------------------------------------------------------------------


def test_foot_says_who_writes_and_where_else_they_are() -> None:
    (footer,) = of_class(tree(WITH["index.html"]), "site-foot")
    (card,) = of_class(footer, "h-card")
    assert [(a.get("href"), a.get("rel")) for a in of_class(card, "u-url")] == [
        ("/about/", "me"),
        ("https://social.example/@author", "me"),
        ("https://git.example/@author", "me"),
    ]
    assert [a.get("href") for a in of_class(card, "u-email")] == ["mailto:a@example.com"]
    assert [text(e) for e in of_class(card, "p-name")] == ["The author"]
    assert [text(e) for e in of_class(card, "p-note")] == ["Writes."]
    assert text(of_class(footer, "base")[0]) == "© 2026 The author"


def test_account_on_mastodon_is_credited_where_posts_are_shared() -> None:
    credited = re.findall(r'<meta name="fediverse:creator" content="(.*?)">', WITH[POST.path])
    assert credited == ["@author@social.example"]
    assert "fediverse:creator" not in output(Theme())[POST.path]


def test_post_names_its_author_above_and_tells_of_them_below() -> None:
    root = tree(WITH[POST.path])
    (byline,) = of_class(root, "byline")
    assert [a.get("href") for a in of_class(byline, "p-author")[0].iter("a")] == ["/authors/the-author/"]
    assert [i.get("src") for i in of_class(byline, "u-photo")] == ["/images/me.jpg"]
    (about,) = of_class(root, "author")
    assert text(about) == "The author Writes."
    nobody = output(ALL, replace(POST, authors=(Author(name="A"),)))[POST.path]
    assert of_class(tree(nobody), "author") == []


def test_page_of_an_author_says_who_that_is() -> None:
    root = tree(WITH["authors/the-author/index.html"])
    (card,) = of_class(of_class(root, "intro")[0], "h-card")
    assert text(of_class(card, "p-note")[0]) == "Writes & walks."
    assert [a.get("href") for a in of_class(card, "u-url")] == ["/about/"]
    assert len(of_class(root, "card")) == 4


# ---- pictures ---------------------------------------------------------------------------------------------------


def test_first_picture_of_a_list_is_loaded_at_once_and_the_others_when_they_are_near() -> None:
    images = of_class(tree(WITH["index.html"]), "u-photo")
    assert [(i.get("fetchpriority"), i.get("loading")) for i in images] == [
        ("high", None),
        *[(None, "lazy")] * 3,
    ]
    assert all(i.get("width") and i.get("srcset") and i.get("alt") == "" for i in images)


def test_picture_of_a_post_stands_above_its_text_with_its_words() -> None:
    captioned = replace(POST, extra={"image_caption": "At six."})
    (hero,) = of_class(tree(output(ALL, captioned)[POST.path]), "hero")
    (image,) = hero.iter("img")
    assert (image.get("alt"), image.get("fetchpriority")) == (pages.PICTURE.alt, "high")
    assert text(hero) == "At six."


def test_drawn_cover_is_shown_in_lists_and_not_above_the_text() -> None:
    covered = pages.post(cover=replace(pages.PICTURE, url="/covers/a.svg", drawn=True))
    shown = output(ALL, covered)
    assert "/covers/a.svg" in shown["index.html"]
    assert of_class(tree(shown[covered.path]), "hero") == []


def test_older_and_newer_posts_are_shown_with_their_pictures() -> None:
    (more,) = of_class(tree(WITH[POST.path]), "next")
    assert [i.get("sizes") for i in more.iter("img")] == ["(min-width: 52rem) 9.5rem, 7rem"] * 2


def test_post_that_nothing_is_like_has_no_related_ones() -> None:
    where = site()
    html = pages.renderer(where).render(pages.post_page(where, POST)).decode()
    assert "Related posts" not in html
    assert "Related posts" in WITH[POST.path]


# ---- lists, and the head ----------------------------------------------------------------------------------------


def described(html: str) -> list[str]:
    return re.findall(r'<meta name="description" content="(.*?)">', html)


def test_every_page_has_a_description_of_its_own() -> None:
    assert described(WITH["index.html"]) == ["Notes on &lt;things&gt;."]
    assert described(WITH["categories/life-work/index.html"]) == ["Posts about term"]
    assert described(WITH["authors/the-author/index.html"]) == ["Posts by The author"]
    nameless = output(ALL, description="")
    assert described(nameless["index.html"]) == ["A blog &amp; more"]
    assert described(nameless["archive/index.html"]) == ["archive"]


def test_neighbouring_pages_of_a_list_are_in_the_head() -> None:
    links = re.findall(r'<link rel="(prev|next)" href="(.*?)">', WITH["page/2/index.html"])
    assert links == [("prev", "/"), ("next", "/page/1/")]


def test_title_line_is_the_description_unless_that_is_long() -> None:
    def line(html: str) -> str:
        return text(next(tree(html).iter("h1")))

    assert line(WITH["index.html"]) == "Notes on <things>."
    assert line(output(ALL, description="")["index.html"]) == "A blog & more"
    assert line(output(ALL, description="long " * 30)["index.html"]) == "A blog & more"


def test_list_of_all_posts_is_one_step_away() -> None:
    (bar, *_) = of_class(tree(WITH["index.html"]), "bar")
    assert text(bar) == "Recent posts All 4 posts" or text(bar) == "Recent postsAll 4 posts"
    assert [a.get("href") for a in bar.iter("a")] == ["/archive/"]
    assert "Recent posts" not in output(ALL, POST)["index.html"]


def test_post_of_a_series_says_which_part_it_is() -> None:
    (box,) = of_class(tree(WITH[POST.path]), "series")
    assert text(of_class(box, "eyebrow")[0]) == "Series · part 1 of 2"


def test_archive_has_the_category_of_each_post() -> None:
    rows = of_class(tree(WITH["archive/index.html"]), "year")[0]
    assert [text(e) for e in of_class(rows, "p-category")] == ["Life & work"] * 4
    assert "4 posts since 2026, newest first" in text(tree(WITH["archive/index.html"]))


def test_page_about_feeds_has_their_addresses() -> None:
    shown = WITH["subscribe/index.html"]
    assert 'data-copy="https://example.com/feed.xml"' in shown
    assert 'href="/categories/life-work/feed.xml"' in shown


def test_very_long_title_is_smaller() -> None:
    long = replace(POST, title="word " * 60)
    assert len(of_class(tree(output(ALL, long)[POST.path]), "long")) == 1
    assert of_class(tree(WITH[POST.path]), "long") == []


def test_icon_is_the_first_letter_in_the_accent_unless_there_is_one() -> None:
    icon = r'<link rel="icon" href="(.*?)" type="image/svg\+xml">'
    [drawn] = re.findall(icon, output(replace(ALL, hue=250))["index.html"])
    assert drawn.startswith("data:image/svg+xml,%3Csvg")
    assert "%20250%29" in drawn
    assert "%3EA%3C/text" in drawn


def test_typefaces_are_those_of_the_settings() -> None:
    font = replace(pages.SHEET, path="fonts/x.woff2", origin="static/fonts/x.woff2")
    where = site(Theme(fonts=Fonts(text='"Some Face", serif', code="fonts/x.woff2")))
    html = pages.output(where, assets=(*pages.ASSETS, font))["index.html"]
    assert ':root { --font-text: "Some Face", serif }' in html
    assert 'src: url("/fonts/x.woff2"); font-weight: 100 900; font-display: optional }' in html
    assert ":root { --font-code: own-code, monospace }" in html
    below = pages.output(replace(where, base_path="/blog"), assets=(*pages.ASSETS, font))["index.html"]
    assert 'src: url("/blog/fonts/x.woff2")' in below


def test_color_around_the_page_is_that_of_its_scheme() -> None:
    color = r'<meta name="theme-color" content="(.*?)"(?: media="(.*?)")?>'
    assert re.findall(color, WITH["index.html"]) == [
        ("#fcfaf6", "(prefers-color-scheme: light)"),
        ("#15120f", "(prefers-color-scheme: dark)"),
    ]
    assert re.findall(color, output(Theme(mode="dark"))["index.html"]) == [("#15120f", "")]
    assert re.findall(color, output(Theme(mode="light"))["index.html"]) == [("#fcfaf6", "")]


# ---- what has to be rendered again ------------------------------------------------------------------------------


def keys(where: Site) -> dict[str, str]:
    made = pages.renderer(where)
    return {path: made.key(page) for path, page in pages.every_page(where).items()}


def test_changed_text_concerns_its_own_page_and_the_feeds() -> None:
    posts = [POST, *OTHERS]
    changed = replace(OTHERS[1], body=replace(OTHERS[1].body, html=Hypertext(parts=("<p>New.</p>",))))
    before = keys(site(ALL, *posts))
    after = keys(site(ALL, *(changed if post is OTHERS[1] else post for post in posts)))
    assert sorted(path for path in before if before[path] != after[path]) == [
        "feed.json",
        "feed.xml",
        changed.path,
    ]


def test_new_post_does_not_concern_what_shows_no_posts() -> None:
    before, after = keys(site()), keys(site(ALL, pages.post("new"), POST, *OTHERS))
    untouched = {path for path in before if before[path] == after[path]}
    assert untouched >= {"404.html", "about/index.html", "search/index.html", "subscribe/index.html"}
