from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter

import lxml.html
import pytest
from lxml.html import HtmlElement

from conftest import NOW, Files, MakeProject
from recto import __version__, builder
from recto.diagnostics import Diagnostic, Location, error, format_text, warning
from recto.memo import Store
from recto.model import Omission, Post, Timing
from recto.preview import editions, editor, inspector
from recto.preview.editions import Edition, Round
from recto.preview.problems import Link

SITE: Files = {
    "site.yaml": "title: Long way home\nurl: https://example.com/blog\n",
    "posts/2026-11-02-tide.md": "---\ntitle: What the tide leaves\ncategories: [Coast]\ntags: [walking]\n---\nText.\n",
    "posts/2026-11-01-fog.md": "---\ntitle: Fog\ncategories: [Coast]\n---\nText.\n",
    "posts/2026-10-01-half.md": "---\ntitle: Half an idea\ndraft: true\n---\nText.\n",
    "posts/2026-10-02-not.md": "---\ntitle: Not yet\npublished: false\n---\nText.\n",
    "posts/2027-01-01-new.md": "---\ntitle: Happy new year\n---\nText.\n",
    "posts/2026-01-01-gone.md": "---\ntitle: Gone\nexpires: 2026-02-01\n---\nText.\n",
    "posts/2026-01-02-quiet.md": "---\ntitle: Quiet\nunlisted: true\n---\nText.\n",
    "posts/_scrap.md": "Text.\n",
    "pages/about.md": "---\ntitle: About\n---\nText.\n",
}
SHOWN = ("posts/2026-10-01-half.md", "posts/2026-10-02-not.md", "posts/2027-01-01-new.md")
CLOCK = f"{NOW.astimezone():%H:%M:%S}"
LINK = partial(editor.link, "vscode", "/home/me/blog")


def plan_of(project: MakeProject, files: Files, *, everything: bool = True) -> builder.Plan:
    root = project(files).path
    with Store.memory() as store:
        return builder.build(
            root, store=store, now=NOW, drafts=everything, future=everything, jobs=1, index=False
        )


def edition(plan: builder.Plan | None, diagnostics: Sequence[Diagnostic] = ()) -> Edition:
    made = Round(moment=NOW, seconds=0.0342, plan=plan, diagnostics=tuple(diagnostics))
    return editions.first("s", made)


def opened(shown: Edition, link: Link = LINK, **query: str) -> HtmlElement:
    return lxml.html.fromstring(inspector.page(shown, query, link=link))


def rows(page: HtmlElement) -> list[str]:
    """Each thing of the list as one line."""
    return [" ".join(row.text_content().split()) for row in page.xpath("//main/ul[not(@class='chips')]/li")]


def row(page: HtmlElement, word: str) -> str:
    [found] = [text for text in rows(page) if word in text]
    return found


def choices(page: HtmlElement) -> list[str]:
    return [" ".join(item.xpath(".//text()")).strip() for item in page.xpath("//ul[@class='chips']/li/a")]


def addresses(page: HtmlElement, within: str = "") -> list[str]:
    return [str(found) for found in page.xpath(f"//main{within}//a/@href")]


@pytest.fixture
def site(project: MakeProject) -> Edition:
    """A site with a text of every state, drafts and future posts among it."""
    return edition(plan_of(project, SITE))


def test_every_text_is_there_with_its_state_and_why(site: Edition) -> None:
    page = opened(site)
    assert rows(page) == [
        "Happy new year posts/2027-01-01-new.md "
        "Scheduled, only in this preview until 2027-01-01 00:00 UTC 2027-01-01 /posts/new/",
        "What the tide leaves posts/2026-11-02-tide.md 2026-11-02 /posts/tide/ Coast walking",
        "Fog posts/2026-11-01-fog.md 2026-11-01 /posts/fog/ Coast",
        "Not yet posts/2026-10-02-not.md "
        "Unpublished, only in this preview: published: false 2026-10-02 /posts/not/",
        "Half an idea posts/2026-10-01-half.md Draft, only in this preview 2026-10-01 /posts/half/",
        "Quiet posts/2026-01-02-quiet.md "
        "Unlisted, built but in no list, feed or sitemap 2026-01-02 /posts/quiet/",
        "About pages/about.md /about/",
        "Gone posts/2026-01-01-gone.md Expired, left out since 2026-02-01 00:00 UTC",
        "posts/_scrap.md posts/_scrap.md Ignored, left out: its name, or ignore in site.yaml, says so",
    ]


def test_what_the_preview_was_asked_to_leave_out_is_said_to_be_left_out(project: MakeProject) -> None:
    page = opened(edition(plan_of(project, SITE, everything=False)))
    assert row(page, "Half an idea") == "Half an idea posts/2026-10-01-half.md Draft, left out"
    assert row(page, "Happy new year").endswith("Scheduled, left out until 2027-01-01 00:00 UTC")
    assert "/posts/half/" not in lxml.html.tostring(page, encoding="unicode")


def test_title_leads_to_the_page_and_its_source_to_the_editor(site: Edition) -> None:
    below = replace(site, base="/blog")
    assert addresses(opened(below, q="tide"), "//li[div]")[:2] == [
        "/blog/posts/tide/",
        "vscode://file/home/me/blog/posts/2026-11-02-tide.md:1:1",
    ]


def test_text_that_is_left_out_leads_only_to_the_editor(site: Edition) -> None:
    found = addresses(opened(site, only="expired"), "//li[div]")
    assert found == ["vscode://file/home/me/blog/posts/2026-01-01-gone.md:1:1"]


def test_without_an_editor_nothing_leads_there_and_the_page_says_how_it_would(site: Edition) -> None:
    page = opened(site, partial(editor.link, "", "/home/me/blog"))
    assert "/home/me" not in lxml.html.tostring(page, encoding="unicode")
    assert "With editor: vscode in site.yaml" in page.text_content()
    assert "With editor: vscode in site.yaml" not in opened(site).text_content()


def test_states_are_counted_and_lead_to_their_texts(site: Edition) -> None:
    page = opened(site)
    assert choices(page) == [
        "All 9",
        "Published 3",
        "Draft 1",
        "Scheduled 1",
        "Unpublished 1",
        "Expired 1",
        "Unlisted 1",
        "Ignored 1",
    ]
    assert "?view=texts&only=draft" in addresses(page)
    assert [text.partition(" posts")[0] for text in rows(opened(site, only="draft"))] == ["Half an idea"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("TIDE", 1),
        ("the leaves", 1),
        ("the fog", 0),
        ("2026-11", 2),
        ("/about/", 1),
        ("_scrap", 1),
        ("nowhere", 0),
    ],
)
def test_words_are_found_in_titles_files_and_addresses(site: Edition, words: str, found: int) -> None:
    assert len(rows(opened(site, q=words))) == found


def test_word_is_found_in_an_address_of_any_script(project: MakeProject) -> None:
    made = edition(plan_of(project, {"posts/2026-01-01-海.md": "---\ntitle: Sea\n---\nText.\n"}))
    assert len(rows(opened(made, q="/海/"))) == 1


def test_search_keeps_what_was_chosen_and_what_was_written(site: Edition) -> None:
    page = opened(site, q='"x" & <y>', only="draft")
    fields = {field.get("name"): field.get("value") for field in page.xpath("//form/input")}
    assert fields == {"view": "texts", "only": "draft", "q": '"x" & <y>'}


def test_terms_are_counted_and_lead_to_their_page_and_their_texts(site: Edition) -> None:
    page = opened(replace(site, base="/blog"), view="terms")
    assert rows(page) == ["Coast 2 posts feed", "walking 1 post"]
    assert choices(page) == ["All 2", "Categories 1", "Tags 1"]
    assert addresses(page, "//li[div]") == [
        "/blog/categories/coast/",
        "?view=texts&term=/categories/coast/",
        "/blog/categories/coast/feed.xml",
        "/blog/tags/walking/",
        "?view=texts&term=/tags/walking/",
    ]
    assert len(rows(opened(site, view="texts", term="/categories/coast/"))) == 2


def test_files_lead_to_themselves_and_to_what_they_come_from(project: MakeProject) -> None:
    files = {
        "posts/2026-01-01-a.md": "Text.\n",
        "templates/post.html": '{% extends "default/post.html" %}',
        "templates/404.html": '{% extends "default/404.html" %}',
        "static/my logo.txt": "Logo\n",
    }
    page = opened(edition(plan_of(project, files)), view="files")
    assert row(page, "a/index.html") == "posts/a/index.html posts/2026-01-01-a.md post.html"
    assert row(page, "my logo.txt") == "my logo.txt static/my logo.txt 5 B"
    found = addresses(page)
    assert {"/posts/a/", "/my%20logo.txt"} < set(found)
    assert {address for address in found if address.startswith("vscode:")} == {
        "vscode://file/home/me/blog/posts/2026-01-01-a.md:1:1",
        "vscode://file/home/me/blog/templates/404.html:1:1",
        "vscode://file/home/me/blog/static/my%20logo.txt:1:1",
    }


PROBLEMS = (
    warning(
        "dead-link",
        'the link to "/b/" leads to no page',
        Location(path="posts/a.md", line=3, column=5, width=3, text="See [b](/b/)."),
        hint="did you mean /a/?\nor remove it",
        related=(Location(path="posts/c.md", line=4, text="More"), Location(path="default/x.html", line=1)),
    ),
    error("front-matter", "date: there is no month 13", Location(path="posts/b.md", line=3)),
    warning("odd", "<script>alert(1)</script>"),
    warning("shared", "twice", Location(path="t.html", line=1), context="posts/a.md"),
    warning("shared", "twice", Location(path="t.html", line=1), context="posts/b.md"),
)


def test_problems_stand_word_for_word_as_in_the_terminal(site: Edition) -> None:
    page = opened(replace(site, round=replace(site.round, diagnostics=PROBLEMS)), view="problems")
    shown = [
        "\n".join(line.text_content() for line in item.xpath(".//span[not(@class='excerpt')]"))
        for item in page.xpath("//ol/li")
    ]
    assert shown == format_text(PROBLEMS)


def test_each_place_of_a_problem_leads_to_the_editor(site: Edition) -> None:
    page = opened(replace(site, round=replace(site.round, diagnostics=PROBLEMS)), view="problems")
    assert [(link.text_content(), link.get("href")) for link in page.xpath("//ol//a")] == [
        ("posts/b.md:3", "vscode://file/home/me/blog/posts/b.md:3:1"),
        ("posts/a.md:3:5", "vscode://file/home/me/blog/posts/a.md:3:5"),
        ("posts/c.md:4", "vscode://file/home/me/blog/posts/c.md:4:1"),
        ("t.html:1", "vscode://file/home/me/blog/t.html:1:1"),
    ]


def test_errors_are_told_on_every_page_with_what_they_mean(site: Edition) -> None:
    assert site.plan
    worse = replace(site.plan, site=replace(site.plan.site, posts=()))
    broken = editions.following(site, Round(moment=NOW, seconds=0.1, plan=worse, diagnostics=PROBLEMS))
    for view in ("texts", "terms", "files", "builds"):
        assert "1 error: what is shown is of the last build without any." in opened(broken, view=view).xpath(
            "string(//p[@class='note'])"
        )
    assert opened(site).xpath("//p[@class='note']") == []
    assert row(opened(broken), "Fog")


@pytest.mark.parametrize("view", inspector.VIEWS)
def test_site_that_was_never_built_has_every_page(view: str) -> None:
    page = opened(edition(None, PROBLEMS), view=view)
    assert "Not built yet" in page.xpath("string(//h1)")
    assert rows(page) == []


def test_builds_tell_how_long_each_stage_took(site: Edition) -> None:
    timings = (
        Timing(stage="read", seconds=0.0021, count=1200),
        Timing(stage="convert", seconds=1.25, count=10, remembered=9),
    )
    assert site.plan
    later = f"{(NOW + timedelta(seconds=5)).astimezone():%H:%M:%S}"
    second = editions.following(
        site,
        Round(
            moment=NOW + timedelta(seconds=5),
            seconds=1.3,
            changed=("posts/a.md", "posts/b.md", "posts/c.md", "posts/d.md", "posts/e.md"),
            plan=replace(site.plan, timings=timings),
        ),
    )
    tables = [
        [" ".join(line.text_content().split()) for line in table.iter("caption", "tr")]
        for table in opened(second, view="builds").xpath("//table")
    ]
    assert tables[0] == [
        f"Build 2 at {later}, 1.3 s, after a change of posts/a.md, posts/b.md, posts/c.md and 2 others",
        "StageTimeCountRemembered",
        "Read2.1 ms1,200",
        "Convert1.2 s109",
    ]
    assert tables[1] == [
        "The last 2 builds",
        "BuildTimeAtProblems",
        f"21.3 s{later}",
        f"134 ms{CLOCK}",
    ]
    first = opened(second, view="builds", build="1").xpath("string(//caption)")
    assert first.startswith(f"Build 1 at {CLOCK}, 34 ms")


def test_head_tells_what_the_site_is(site: Edition) -> None:
    page = opened(replace(site, base="/blog"))
    facts = {
        " ".join(fact.xpath("string(dt)").split()): " ".join(fact.xpath("string(dd)").split())
        for fact in page.xpath("//dl/div")
    }
    assert site.plan
    assert facts == {
        "Address": "https://example.com/blog",
        "Served below": "/blog/",
        "Made of it": f"{len(site.plan.pages)} pages, {len(site.plan.assets)} files",
        "Only in this preview": "3 texts",
        "Left out": "2 texts",
        "Last build": f"34 ms, at {CLOCK}",
    }
    assert f"recto {__version__} " in page.xpath("string(//header)")


HOSTILE = "\"><script>alert('x')</script>&amp;"


def test_nothing_of_a_site_or_a_query_becomes_markup(project: MakeProject) -> None:
    files = {
        "site.yaml": f"title: |-\n  {HOSTILE}\n",
        "posts/2026-01-01-a.md": f"---\ntitle: |-\n  {HOSTILE}\ntags:\n  - |-\n    {HOSTILE}\n---\nText.\n",
    }
    hostile = warning(
        "odd", HOSTILE, Location(path=f"posts/{HOSTILE}.md", line=1, text=HOSTILE), hint=HOSTILE
    )
    made = replace(
        edition(plan_of(project, files)),
        base="/b",
        round=Round(moment=NOW, seconds=1, changed=(HOSTILE,), diagnostics=(hostile,)),
    )
    made = editions.following(made, replace(made.round, plan=made.plan))
    for view in inspector.VIEWS:
        for name in ("q", "only", "term", "page", "build"):
            page = opened(made, LINK, view=view, **{name: HOSTILE})
            assert page.xpath("//script") == []
            assert [
                attribute for attribute in page.xpath("//@*") if attribute.attrname.startswith("on")
            ] == []
    assert HOSTILE in opened(made).xpath("string(//h1)")


@pytest.mark.parametrize(
    "query",
    [
        {"view": "nonsense"},
        {"page": "-1"},
        {"page": "999999999999999999999999"},
        {"page": "٣"},
        {"page": "x", "build": "²"},
        {"only": "nonsense", "unknown": "x"},
        {"q": "x" * 100_000},
        {"q": "\udcff", "only": "draft"},
        {"build": "7", "view": "builds"},
    ],
)
def test_whatever_a_query_asks_there_is_a_page(site: Edition, query: Mapping[str, str]) -> None:
    assert len(inspector.page(site, query, link=LINK).encode("utf-8", "surrogateescape")) < 50_000


def large(project: MakeProject, number: int) -> Edition:
    """A site of that many posts, made of one."""
    plan = plan_of(project, {"posts/2026-01-01-a.md": "---\ntitle: A\ntags: [t]\n---\nText.\n"})
    [post] = plan.site.posts
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def another(n: int) -> Post:
        return replace(
            post, title=f"Post {n}", source=f"posts/{n}.md", url=f"/{n}/", date=moment - timedelta(hours=n)
        )

    [front, *_] = plan.pages
    return edition(
        replace(
            plan,
            site=replace(plan.site, posts=tuple(map(another, range(number)))),
            pages=tuple(replace(front, path=f"{n}/index.html", url=f"/{n}/") for n in range(2 * number)),
            omissions=tuple(
                Omission(source=f"posts/_{n}.md", title="", reason="ignored") for n in range(number // 10)
            ),
        ),
        [warning("odd", f"problem {n}", Location(path=f"posts/{n}.md", line=1)) for n in range(number // 10)],
    )


def test_large_site_is_shown_a_hundred_at_a_time_and_each_is_reached(project: MakeProject) -> None:
    site = large(project, 250)
    address, seen = "?view=texts", []
    for _ in range(4):
        query = dict(part.split("=", 1) for part in address[1:].split("&"))
        page = opened(site, LINK, **query)
        seen += rows(page)
        address = next(iter(page.xpath("//a[@rel='next']/@href")), "")
        if not address:
            break
    assert (len(rows(opened(site))), len(seen), len(set(seen))) == (100, 275, 275)
    assert "Page 3 of 3" in page.text_content()
    assert page.xpath("//a[@rel='prev']/@href") == ["?view=texts&page=2"]


def test_page_after_the_last_is_the_last(project: MakeProject) -> None:
    assert "Page 3 of 3" in opened(large(project, 250), page="9").text_content()


def test_search_and_choice_begin_at_the_first_page(project: MakeProject) -> None:
    page = opened(large(project, 250), page="2", only="published")
    assert "?view=texts&only=ignored" in addresses(page)
    assert [field.get("name") for field in page.xpath("//form/input")] == ["view", "only", "q"]


@pytest.mark.parametrize("view", inspector.VIEWS)
def test_site_of_ten_thousand_posts_is_shown_at_once(project: MakeProject, view: str) -> None:
    site = large(project, 10_000)
    inspector.page(site, {"view": view}, link=LINK)
    start = perf_counter()
    text = inspector.page(site, {"view": view, "q": "1"}, link=LINK)
    assert perf_counter() - start < 1
    assert len(text) < 100_000


def test_page_needs_no_script_and_nothing_from_elsewhere(site: Edition) -> None:
    for view in inspector.VIEWS:
        page = opened(site, view=view)
        assert page.xpath("//script | //img | //iframe | //link[not(@href='data:,')] | //@src") == []
        assert "url(" not in page.xpath("string(//style)")
