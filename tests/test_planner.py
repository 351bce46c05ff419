"""Which files a site has, and what each one sees."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recto import planner
from recto.diagnostics import Location
from recto.model import (
    Asset,
    Author,
    Features,
    FeedOptions,
    Label,
    Meta,
    NavItem,
    Page,
    Paginator,
    Post,
    Site,
    Term,
    TermIndex,
    Theme,
    Year,
)
from recto.planner.sitemaps import sitemap

START = datetime(2020, 1, 1, tzinfo=UTC)
URL = "https://example.com/blog"


def post(name: str, day: int | None = 1, **more: Any) -> Post:
    date = START + timedelta(days=day) if day is not None else None
    url = more.pop("url", f"/posts/{name}/")
    return Post(
        source=f"posts/{name}.md",
        slug=name,
        url=url,
        path=(url + "index.html" if url.endswith("/") else url)[1:],
        permalink=URL + url,
        title=name.capitalize(),
        **{"date": date, "updated": date, "day": date and date.date(), **more},
    )


def page(name: str, url: str, **more: Any) -> Post:
    return replace(post(name, None, url=url), source=f"pages/{name}.md", **more)


def site(*posts: Post, **more: Any) -> Site:
    return Site(title="Tides", **{"url": URL, "paginate": 2, "posts": posts, **more})


def term(*posts: Post, feed: bool = True) -> TermIndex:
    coast = Term(
        taxonomy="categories",
        name="Coast",
        slug="coast",
        url="/categories/coast/",
        description="By the sea",
        feed_url="/categories/coast/feed.xml" if feed else "",
        posts=posts,
    )
    return TermIndex(
        name="categories", title="Categories", singular="category", url="/categories/", terms=(coast,)
    )


def plan(found: Site, assets: Sequence[Asset] = ()) -> dict[str, Page]:
    pages = planner.plan(found, assets).pages
    assert len({p.path for p in pages}) == len(pages)
    return {p.path: p for p in pages}


def meta(found: Page) -> Meta:
    value = found.context["page"]
    assert isinstance(value, Meta)
    return value


def pager(found: Page) -> Paginator:
    value = found.context["paginator"]
    assert isinstance(value, Paginator)
    return value


def slugs(found: Page) -> list[str]:
    return [p.slug for p in pager(found).posts]


FIVE = tuple(post(name, day) for day, name in zip((5, 4, 3, 2, 1), "edcba", strict=True))


def test_every_kind_of_page_is_planned() -> None:
    found = site(*FIVE, pages=(page("about", "/about/"),), taxonomies=(term(*FIVE),))
    assert sorted(plan(found)) == [
        "404.html",
        "about/index.html",
        "archive/index.html",
        "categories/coast/feed.xml",
        "categories/coast/index.html",
        "categories/coast/page/1/index.html",
        "categories/index.html",
        "feed.json",
        "feed.xml",
        "index.html",
        "page/1/index.html",
        *(f"posts/{p.slug}/index.html" for p in reversed(FIVE)),
        "robots.txt",
        "search/index.html",
        "sitemap.xml",
        "subscribe/index.html",
    ]


def test_site_without_an_address_has_no_feeds_and_no_sitemap() -> None:
    found = plan(site(*FIVE, url="", taxonomies=(term(*FIVE, feed=False),)))
    assert not {"feed.xml", "feed.json", "sitemap.xml", "categories/coast/feed.xml"} & found.keys()
    assert "subscribe/index.html" not in found
    assert meta(found["index.html"]).permalink == ""
    assert "robots.txt" in found


def test_page_about_the_feed_is_there_only_where_there_is_a_feed_and_it_is_wanted() -> None:
    assert "subscribe/index.html" in plan(site())
    assert "subscribe/index.html" not in plan(site(feed=FeedOptions(atom=False)))
    unwanted = Theme(features=Features(subscribe=False))
    assert "subscribe/index.html" not in plan(site(theme=unwanted))


def test_empty_site_has_its_pages_and_valid_feeds() -> None:
    found = plan(site())
    assert slugs(found["index.html"]) == []
    assert found["feed.xml"].context["updated"] is None
    assert found["feed.xml"].context["posts"] == ()
    assert found["archive/index.html"].lastmod is None


# ---- posts --------------------------------------------------------------------------------------------------


def test_post_knows_its_neighbours() -> None:
    context = plan(site(*FIVE))["posts/c/index.html"].context
    assert (context["older"], context["newer"]) == (FIVE[3], FIVE[1])
    assert plan(site(*FIVE))["posts/e/index.html"].context["newer"] is None
    assert plan(site(*FIVE))["posts/a/index.html"].context["older"] is None


def test_series_is_told_from_its_beginning() -> None:
    parts = (post("c", 3, series="Sea"), post("b", 2), post("a", 1, series="Sea"))
    hidden = post("h", 4, series="Sea", listed=False)
    found = plan(site(*parts, unlisted=(hidden,)))
    assert found["posts/c/index.html"].context["series"] == (parts[2], parts[0])
    assert found["posts/h/index.html"].context["series"] == (parts[2], parts[0])
    assert found["posts/b/index.html"].context["series"] == ()


def test_head_of_a_post_is_its_own() -> None:
    head = meta(
        plan(site(post("a", language="ar", direction="rtl", description="Salt")))["posts/a/index.html"]
    )
    assert (head.kind, head.title, head.description, head.url) == ("post", "A", "Salt", "/posts/a/")
    assert (head.language, head.direction, head.permalink, head.indexed) == (
        "ar",
        "rtl",
        URL + "/posts/a/",
        True,
    )


def test_unlisted_post_is_built_and_in_no_list() -> None:
    found = plan(site(*FIVE[:1], unlisted=(post("h", listed=False),)))
    hidden = found["posts/h/index.html"]
    assert not hidden.indexed and not meta(hidden).indexed
    assert slugs(found["index.html"]) == ["e"]
    assert hidden.context["older"] is hidden.context["newer"] is None
    assert all("/posts/h/" not in url for url in urls_of(found["sitemap.xml"]))


def test_draft_is_not_to_be_found() -> None:
    assert not plan(site(post("a", draft=True)))["posts/a/index.html"].indexed


@pytest.mark.parametrize(
    ("named", "template"),
    [
        ("", "post.html"),
        ("post", "post.html"),
        ("default", "post.html"),
        ("page", "page.html"),
        ("photo", "photo.html"),
    ],
)
def test_post_may_name_its_template(named: str, template: str) -> None:
    assert plan(site(post("a", template=named)))["posts/a/index.html"].template == template


def test_standalone_page_has_its_template_and_all_that_a_post_has() -> None:
    made = plan(site(pages=(page("about", "/about/", template="default"),)))["about/index.html"]
    assert made.template == "page.html"
    assert meta(made).kind == "page"
    assert {"post", "older", "newer", "series"} <= made.context.keys()


def test_template_that_is_named_is_asked_for_where_it_is_named() -> None:
    place = Location(path="posts/a.md", line=3, column=9)
    named = post("a", template="photo", places={"template": place})
    assert plan(site(named))["posts/a/index.html"].origin == place
    assert plan(site(post("a", places={"template": place})))["posts/a/index.html"].origin == Location(
        path="posts/a.md"
    )


def test_alias_leads_to_the_post() -> None:
    place = Location(path="posts/a.md", line=4)
    found = plan(site(post("a", aliases=("/old/", "/posts/a/", "/b.html"), places={"aliases.2": place})))
    assert found["old/index.html"].context["target"] == "/posts/a/"
    assert found["old/index.html"].context["permalink"] == URL + "/posts/a/"
    assert found["old/index.html"].origin == Location(path="posts/a.md")
    assert found["b.html"].origin == place
    assert not found["b.html"].indexed


# ---- lists --------------------------------------------------------------------------------------------------


def test_list_pages_count_from_the_oldest() -> None:
    found = plan(site(*FIVE))
    assert (slugs(found["index.html"]), slugs(found["page/1/index.html"])) == (["e", "d", "c"], ["b", "a"])
    front, first = pager(found["index.html"]), pager(found["page/1/index.html"])
    assert (front.number, front.newer, front.older) == (None, "", "/page/1/")
    assert (first.number, first.newer, first.older) == (1, "/", "")


def test_plain_list_pages_count_from_the_newest() -> None:
    found = plan(site(*FIVE, pagination="plain"))
    lists = ("index.html", "page/2/index.html", "page/3/index.html")
    assert [slugs(found[path]) for path in lists] == [["e", "d"], ["c", "b"], ["a"]]
    assert [pager(found[path]).older for path in lists] == ["/page/2/", "/page/3/", ""]
    assert [pager(found[path]).newer for path in lists] == ["", "/", "/page/2/"]


def test_up_to_two_pages_worth_is_one_page() -> None:
    assert "page/1/index.html" not in plan(site(*FIVE[:3]))
    assert "page/1/index.html" in plan(site(*FIVE[:4]))


def test_pinned_post_is_first_on_the_front_page_and_keeps_its_place() -> None:
    posts = (*FIVE[:4], replace(FIVE[4], pinned=True))
    found = plan(site(*posts))
    assert slugs(found["index.html"]) == ["a", "e", "d", "c"]
    assert slugs(found["page/1/index.html"]) == ["b", "a"]
    recent = (replace(FIVE[0]), replace(FIVE[1], pinned=True))
    assert slugs(plan(site(*recent))["index.html"]) == ["d", "e"]


def test_titles_of_list_pages() -> None:
    found = plan(site(*FIVE, description="Salt", taxonomies=(term(*FIVE),)))
    titles = {
        path: meta(made).title for path, made in found.items() if made.template in ("index.html", "term.html")
    }
    assert titles == {
        "index.html": "",
        "page/1/index.html": "Page 1",
        "categories/coast/index.html": "Coast",
        "categories/coast/page/1/index.html": "Coast, page 1",
    }
    assert meta(found["index.html"]).description == "Salt"
    assert meta(found["categories/coast/index.html"]).description == "By the sea"
    assert meta(found["categories/coast/index.html"]).feeds == (
        ("Tides: Coast", "/categories/coast/feed.xml"),
    )


def test_own_front_page_moves_the_list_below_posts() -> None:
    found = plan(site(*FIVE, pages=(page("index", "/"),)))
    assert found["index.html"].origin == Location(path="pages/index.md")
    assert slugs(found["posts/index.html"]) == ["e", "d", "c"]
    assert meta(found["posts/index.html"]).title == "Posts"
    assert pager(found["posts/page/1/index.html"]).newer == "/posts/"


def test_standalone_page_takes_the_place_of_a_generated_one() -> None:
    found = plan(site(pages=(page("archive", "/archive/"), page("404", "/404.html"))))
    assert found["archive/index.html"].template == "page.html"
    assert found["404.html"].template == "page.html"
    assert not found["404.html"].indexed


def test_own_file_takes_the_place_of_a_generated_one() -> None:
    own = Asset(path="robots.txt", source="/x", origin="static/robots.txt", digest="0")
    assert "robots.txt" not in plan(site(), [own])


def test_post_does_not_take_the_place_of_a_generated_page() -> None:
    made = planner.plan(site(post("a", url="/archive/"))).pages
    assert [p.path for p in made].count("archive/index.html") == 2


# ---- feeds and sitemap --------------------------------------------------------------------------------------


def test_feed_has_the_newest_dated_posts_and_their_moment() -> None:
    changed = replace(FIVE[4], updated=START + timedelta(days=90))
    posts = (*FIVE[:4], changed, post("undated", None))
    feed = plan(site(*posts, feed=FeedOptions(items=4)))["feed.xml"].context
    assert feed["posts"] == FIVE[:4]
    assert feed["updated"] == FIVE[0].date
    feed = plan(site(*posts, feed=FeedOptions(items=9)))["feed.xml"].context
    assert feed["posts"] == posts[:5]
    assert feed["updated"] == changed.updated
    assert (feed["feed_title"], feed["self_url"], feed["home_url"]) == ("Tides", "/feed.xml", "/")


def test_term_feed_has_the_posts_of_the_term() -> None:
    feed = plan(site(*FIVE, taxonomies=(term(*FIVE[:2]),)))["categories/coast/feed.xml"].context
    assert feed["posts"] == FIVE[:2]
    assert (feed["feed_title"], feed["home_url"]) == ("Tides: Coast", "/categories/coast/")


def test_feeds_can_be_off() -> None:
    found = plan(site(feed=FeedOptions(atom=False)))
    assert "feed.json" in found and "feed.xml" not in found
    assert "feed.json" not in plan(site(feed=FeedOptions(json=False)))


def urls_of(found: Page) -> dict[str, datetime | None]:
    entries = found.context["entries"]
    assert isinstance(entries, tuple)
    return {permalink.removeprefix(URL): moment for permalink, moment in entries}


def test_sitemap_says_when_each_page_changed() -> None:
    changed = replace(FIVE[4], updated=START + timedelta(days=90))
    found = plan(
        site(
            *FIVE[:4],
            changed,
            post("u", None),
            pages=(page("about", "/about/"),),
            taxonomies=(term(FIVE[1]),),
        )
    )
    assert urls_of(found["sitemap.xml"]) == {
        "/": FIVE[0].date,
        "/page/2/": FIVE[2].date,
        "/page/1/": changed.updated,
        "/about/": None,
        "/archive/": changed.updated,
        "/categories/": FIVE[1].date,
        "/categories/coast/": FIVE[1].date,
        "/posts/u/": None,
        "/subscribe/": None,
        **{p.url: p.updated for p in (*FIVE[:4], changed)},
    }


def test_too_many_urls_are_split_over_sitemaps() -> None:
    found = site(*FIVE, paginate=99)
    made = {p.path: p for p in sitemap(found, planner.plan(found).pages, most=3)}
    assert made["sitemap.xml"].template == "sitemap-index.xml"
    assert list(urls_of(made["sitemap.xml"])) == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    assert [len(urls_of(made[f"sitemap-{n}.xml"])) for n in (1, 2, 3)] == [3, 3, 2]
    assert urls_of(made["sitemap.xml"])["/sitemap-3.xml"] == FIVE[0].date


def test_taxonomy_without_terms_has_a_page_only_where_the_navigation_leads_to_it() -> None:
    unused = replace(term(), terms=())
    assert "categories/index.html" not in plan(site(taxonomies=(unused,)))
    found = plan(site(taxonomies=(unused,), nav=(NavItem(title="Topics", url="/categories/"),)))
    assert not found["categories/index.html"].indexed


def test_every_html_page_has_a_head() -> None:
    found = plan(
        site(*FIVE, pages=(page("about", "/about/"),), taxonomies=(term(*FIVE),), years=(Year(year=2020),))
    )
    for made in found.values():
        if made.path.endswith(".html"):
            assert meta(made).url == made.url


def test_labels_do_not_matter_to_the_plan() -> None:
    labelled = post("a", terms={"tags": (Label(name="x", slug="x", url="/tags/x/"),)})
    assert "tags/x/index.html" not in plan(site(labelled))


# ---- authors ------------------------------------------------------------------------------------------------


def by(name: str, *posts: Post, feed: bool = True) -> Term:
    url = f"/authors/{name.lower()}/"
    return Term(
        taxonomy="authors",
        name=name,
        slug=name.lower(),
        url=url,
        feed_url=f"{url}feed.xml" if feed else "",
        author=Author(name=name, page=url),
        posts=posts,
    )


def test_each_author_has_pages_and_a_feed_and_all_have_one_list() -> None:
    posts = [post(name, day) for day, name in enumerate("abcd", 1)][::-1]
    made = plan(site(*posts, authors=(by("Kim", *posts), by("Robin", posts[0]))))
    assert [path for path in made if path.startswith("authors/")] == [
        "authors/index.html",
        "authors/kim/index.html",
        "authors/kim/page/1/index.html",
        "authors/robin/index.html",
        "authors/kim/feed.xml",
        "authors/robin/feed.xml",
    ]
    robin, every = made["authors/robin/index.html"], made["authors/index.html"]
    assert (robin.template, meta(robin).kind, meta(robin).title) == ("author.html", "author", "Robin")
    assert (every.template, meta(every).title) == ("terms.html", "Authors")
    assert meta(made["authors/kim/page/1/index.html"]).title == "Kim, page 1"


def test_site_without_pages_of_authors_has_no_list_of_them() -> None:
    assert not any(path.startswith("authors/") for path in plan(site(post("a"))))


def test_titles_are_in_the_language_of_the_site_or_its_own_words() -> None:
    posts = [post(name, day) for day, name in enumerate("abcd", 1)]
    german = plan(site(*posts, language="de"))
    assert meta(german["page/1/index.html"]).title == "Seite 1"
    assert meta(german["archive/index.html"]).title == "Archiv"
    own = plan(site(*posts, theme=Theme(words={"Archive": "All of it"})))
    assert meta(own["archive/index.html"]).title == "All of it"


# ---- pinned posts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pagination", ["stable", "plain"])
@pytest.mark.parametrize("pinned", [{1}, {7}, {1, 4, 7}, set(range(1, 8))])
def test_pinned_posts_lead_the_front_page_and_no_post_is_lost(pagination: str, pinned: set[int]) -> None:
    posts = [post(f"p{n}", n, pinned=n in pinned) for n in range(7, 0, -1)]
    made = plan(site(*posts, pagination=pagination))
    lists = [p.context["paginator"] for p in made.values() if p.template == "index.html"]
    shown = [[one.slug for one in paginator.posts] for paginator in lists if isinstance(paginator, Paginator)]
    unpinned = [one.slug for one in posts if not one.pinned]
    assert shown[0][: len(pinned)] == [one.slug for one in posts if one.pinned]
    assert [slug for slugs in shown for slug in slugs if slug in unpinned] == unpinned
    assert all(len(slugs) == len(set(slugs)) for slugs in shown)


@pytest.mark.parametrize("pagination", ["stable", "plain"])
def test_pinned_post_keeps_its_place_among_the_older_ones(pagination: str) -> None:
    plain = [post(f"p{n}", n) for n in range(7, 0, -1)]
    pinned = [replace(one, pinned=one.slug == "p1") for one in plain]

    def later(found: Site) -> list[list[str]]:
        pages = [p for p in plan(found).values() if p.template == "index.html"][1:]
        return [[one.slug for one in p.context["paginator"].posts] for p in pages]  # type: ignore[attr-defined]

    assert later(site(*pinned, pagination=pagination)) == later(site(*plain, pagination=pagination))
