"""What a browser is told of the page that it shows: in the terminal's words, of that page alone, and where it stands."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape

import html5lib
import pytest

from conftest import NOW, MakeProject, Project
from recto import builder
from recto.diagnostics import Location, error, format_text, warning
from recto.memo import Store
from recto.model import Page
from recto.preview import editor
from recto.preview.banners import banner
from recto.preview.failures import failure
from recto.preview.injection import inject, script, strip
from recto.preview.notices import Notices
from recto.preview.problems import Link, drawn

SITE = "title: A blog\nurl: https://example.com/blog\n"
BODY = "Enough words to be a post.\n"


def nowhere(place: Location) -> str:
    return ""


VSCODE: Link = partial(editor.link, "vscode", "/home/me/blog")


def plan(made: Project, now: datetime = NOW) -> builder.Plan:
    """The plan of a preview."""
    with Store.open(made.path) as store:
        return builder.build(made.path, store=store, now=now, drafts=True, future=True, jobs=1, index=False)


def page(found: builder.Plan, url: str) -> Page:
    return next(one for one in found.pages if one.url == url)


def notices(found: builder.Plan, link: Link = nowhere) -> Notices:
    return Notices(found, found.diagnostics, link=link)


def text(html: str) -> str:
    """A problem as a reader sees it: one line for each innermost span."""
    root = html5lib.parseFragment(html, namespaceHTMLElements=False)
    spans = [e for e in root.iter("span") if e.get("class") != "excerpt"]
    return "\n".join("".join(span.itertext()) for span in spans)


# ---- problems ----------------------------------------------------------------------------------------------------------

PLACE = Location(path="posts/a & b.md", line=3, column=7, width=4, text='title: <b> & "c"')
PROBLEMS = [
    error("front-matter", 'no "<b>" here', PLACE, hint="write this\nand that"),
    error(
        "twice", "two posts at /a/", Location(path="posts/a.md"), related=(PLACE, Location(path="posts/c.md"))
    ),
    error("template", "it fails", PLACE, context="posts/x.md"),
    error("template", "it fails", PLACE, context="posts/y.md"),
    error("lost", "no place at all", context="posts/z.md"),
    error("bare", "nothing is known"),
    error("control", "a \x1b sign", Location(path="posts/\x1b.md", line=1, text="\x1b[31m")),
    warning("wide", "wide letters", Location(path="a.md", line=12, column=3, width=2, text="日本語")),
]


def test_problems_are_word_for_word_those_of_the_terminal() -> None:
    assert [text(html) for html in drawn(PROBLEMS, VSCODE)] == format_text(PROBLEMS)


def test_problems_of_every_kind_that_the_golden_files_know_are_word_for_word() -> None:
    places = [
        Location(path="p.md", line=n, column=c, width=w, text="x" * 150)
        for n in (0, 9)
        for c in (0, 140)
        for w in (1, 9)
    ]
    found = [
        error("code", f"message {n}", place, hint="help", related=(place,)) for n, place in enumerate(places)
    ]
    assert [text(html) for html in drawn(found, nowhere)] == format_text(found)


def test_each_place_opens_the_editor_there() -> None:
    [html] = drawn([PROBLEMS[1]], VSCODE)
    links = [
        (a.get("href"), a.text) for a in html5lib.parseFragment(html, namespaceHTMLElements=False).iter("a")
    ]
    assert links == [
        ("vscode://file/home/me/blog/posts/a.md:1:1", "posts/a.md"),
        ("vscode://file/home/me/blog/posts/a%20%26%20b.md:3:7", "posts/a & b.md:3:7"),
        ("vscode://file/home/me/blog/posts/c.md:1:1", "posts/c.md"),
    ]


def test_without_an_editor_there_is_no_link() -> None:
    assert "<a" not in "".join(drawn(PROBLEMS, nowhere))


def test_lines_of_a_file_stand_together_and_the_mark_below_them_is_told_apart() -> None:
    [html] = drawn(PROBLEMS[:1], nowhere)
    assert re.findall(r'class="([\w ]+)"', html) == [
        "problem error",
        "head",
        "place",
        "excerpt",
        "code",
        "caret",
        "hint",
        "hint",
    ]


def test_page_of_errors_says_the_same_and_needs_no_script_for_it() -> None:
    html = failure(PROBLEMS, base="/blog", link=nowhere)
    root = html5lib.parse(html, namespaceHTMLElements=False)
    said = [
        "\n".join("".join(s.itertext()) for s in li.iter("span") if s.get("class") != "excerpt")
        for li in root.iter("li")
    ]
    assert said == format_text(PROBLEMS)
    assert [e.get("href") for e in root.iter("link")] == ["data:,", "/blog/_recto/preview.css"]


def test_page_of_errors_has_the_script_so_that_it_mends_itself() -> None:
    html = failure(PROBLEMS, base="/blog", link=nowhere)
    assert html.count(b"<script") == 1
    assert b"<head>" + script("/blog") in html


# ---- warnings ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def blog(project: MakeProject) -> Project:
    return project(
        {
            "site.yaml": SITE + "nav: [{Posts: /}, {Lost: /lost/}]\n",
            "posts/a.md": "---\ndate: 2026-11-01\nimage: hero.jpg\n---\n[one](/nowhere/) ![two](gone.png) [three](#part) [four](/nowhere/)\n",
            "posts/b.md": f"---\ndate: 2026-11-02\n---\n[fine](/posts/a/) <video src='/film.mp4'></video> [draft](c.md)\n{BODY}",
            "posts/c.md": f"---\ndate: 2026-11-03\n---\n{BODY}",
        }
    )


def heads(problems: list[str]) -> list[str]:
    return [text(html).split("\n")[0] for html in problems]


def test_page_is_told_the_warnings_of_its_own_source(blog: Project) -> None:
    found = plan(blog)
    assert heads(notices(found).of(page(found, "/posts/a/"))["warnings"]) == [
        'warning[missing-image]: there is no picture at "/posts/a/hero.jpg"',
        'warning[dead-link]: nothing is at "/nowhere/"',
        'warning[missing-image]: there is no picture at "/posts/a/gone.png"',
        'warning[dead-fragment]: "A" has no part "#part"',
        'warning[dead-link]: nothing is at "/nowhere/"',
        'warning[dead-link]: nothing is at "/lost/"',
    ]


def test_page_of_which_all_is_well_is_told_what_is_wrong_with_the_navigation_alone(blog: Project) -> None:
    found = plan(blog)
    told = notices(found).of(page(found, "/posts/c/"))
    assert heads(told["warnings"]) == ['warning[dead-link]: nothing is at "/lost/"']
    assert told["marks"] == [{"address": "/blog/lost/", "kind": "link", "message": 'nothing is at "/lost/"'}]
    assert (told["errors"], told["gone"]) == ([], None)


@pytest.mark.parametrize("file", ["site.yaml", "urls.lock"])
def test_front_page_is_told_what_concerns_the_site_as_a_whole(project: MakeProject, file: str) -> None:
    found = plan(project({"site.yaml": "title: A blog\nnav: [{Lost: /lost/}]\n", "posts/a.md": BODY}))
    strange = warning("strange", "something of the site", Location(path=file, line=1))
    placeless = warning("placeless", "something")
    told = Notices(replace(found, diagnostics=(*found.diagnostics, strange, placeless)), (), link=nowhere)
    assert {"warning[strange]: something of the site", "warning[placeless]: something"} <= {
        *heads(told.of(page(found, "/"))["warnings"])
    }
    assert not any("something" in head for head in heads(told.of(page(found, "/posts/a/"))["warnings"]))


def test_warning_about_two_posts_is_told_on_both(project: MakeProject) -> None:
    found = plan(project({"site.yaml": SITE, "posts/a.md": BODY, "posts/b.md": BODY}))
    both = warning("alike", "alike", Location(path="posts/a.md"), related=(Location(path="posts/b.md"),))
    told = Notices(replace(found, diagnostics=(both,)), (), link=nowhere)
    assert [heads(told.of(page(found, f"/posts/{n}/"))["warnings"]) for n in "ab"] == [
        ["warning[alike]: alike"]
    ] * 2


def test_warning_of_a_template_is_told_on_the_page_that_it_was_building(project: MakeProject) -> None:
    found = plan(project({"site.yaml": SITE, "posts/a.md": BODY, "posts/b.md": BODY}))
    odd = warning("odd", "odd", Location(path="templates/post.html", line=1), context="posts/a.md")
    told = Notices(replace(found, diagnostics=(odd,)), (), link=nowhere)
    assert [len(told.of(page(found, f"/posts/{n}/"))["warnings"]) for n in "ab"] == [1, 0]


# ---- marks ---------------------------------------------------------------------------------------------------------------


def test_what_leads_nowhere_is_marked_as_its_page_writes_it(blog: Project) -> None:
    found = plan(blog)
    marks = notices(found).of(page(found, "/posts/a/"))["marks"]
    assert {(mark["address"], mark["kind"]) for mark in marks} == {
        ("/blog/lost/", "link"),
        ("/blog/nowhere/", "link"),
        ("/blog/posts/a/gone.png", "image"),
        ("#part", "link"),
        ("/blog/posts/a/hero.jpg", "image"),
    }
    html = found.renderer.render(page(found, "/posts/a/")).decode()
    for mark in marks:
        name = "href" if mark["kind"] == "link" else "src"
        assert f'{name}="{mark["address"]}"' in unescape(html)


def test_mark_says_what_the_warning_says(blog: Project) -> None:
    found = plan(blog)
    marks = notices(found).of(page(found, "/posts/b/"))["marks"]
    assert {
        "address": "/blog/film.mp4",
        "kind": "media",
        "message": 'there is no file at "/film.mp4"',
    } in marks
    assert not any("/posts/a/" in mark["address"] for mark in marks)


# ---- errors ----------------------------------------------------------------------------------------------------------------


def test_errors_are_told_on_every_page_over_the_last_good_plan(blog: Project) -> None:
    good = plan(blog)
    blog.write({"posts/c.md": "---\ntitle: a: b\n---\n"})
    bad = plan(blog)
    told = Notices(good, bad.diagnostics, link=nowhere)
    for one in ("/", "/posts/a/", "/posts/c/"):
        assert [text(html) for html in told.of(page(good, one))["errors"]] == format_text(
            [d for d in bad.diagnostics if d.severity == "error"]
        )


def test_what_keeps_one_page_from_being_made_is_an_error_of_that_page(blog: Project) -> None:
    found = plan(blog)
    failed = (error("undefined", "post.titel does not exist"),)
    told = notices(found).of(page(found, "/posts/a/"), failed=failed)
    assert heads(told["errors"]) == ["error[undefined]: post.titel does not exist"]
    assert notices(found).of(page(found, "/posts/a/"))["errors"] == []


def test_before_there_is_any_good_plan_errors_are_told_all_the_same() -> None:
    told = Notices(None, PROBLEMS, link=nowhere).of(None)
    assert len(told["errors"]) == 6
    assert (told["warnings"], told["marks"], told["gone"]) == ([], [], None)


# ---- what is gone ----------------------------------------------------------------------------------------------------------


def gone(blog: Project, url: str, change: Callable[[], None]) -> tuple[str, str, str, str]:
    """What is told of a page at a url after a change."""
    before = plan(blog)
    change()
    told = notices(plan(blog)).of(None, last=page(before, url))["gone"]
    assert told
    return told["heading"], told["message"], told["url"], told["title"]


def test_deleted_post_leads_to_its_neighbour_in_time(blog: Project) -> None:
    said = gone(blog, "/posts/b/", lambda: blog.delete("posts/b.md"))
    assert said == ("This page is gone", "posts/b.md was deleted.", "/blog/posts/c/", "C")


def test_deleted_post_leads_to_the_one_with_the_nearest_name_first(blog: Project) -> None:
    blog.write({"posts/walking.md": f"---\ndate: 2026-01-01\n---\n{BODY}", "posts/walkng.md": BODY})
    said = gone(blog, "/posts/walkng/", lambda: blog.delete("posts/walkng.md"))
    assert said[2:] == ("/blog/posts/walking/", "Walking")


def test_post_with_a_new_address_leads_there(blog: Project) -> None:
    change = partial(blog.write, {"posts/b.md": f"---\ndate: 2026-11-02\nslug: new\n---\n{BODY}"})
    assert gone(blog, "/posts/b/", change) == (
        "This page has moved",
        "posts/b.md is at /posts/new/ now.",
        "/blog/posts/new/",
        "B",
    )


def test_post_under_a_new_name_leads_there(blog: Project) -> None:
    post = "---\ntitle: Bees\ndate: 2026-11-02\n---\nWords about bees.\n"
    blog.write({"posts/bees.md": post})

    def rename() -> None:
        blog.delete("posts/bees.md")
        blog.write({"posts/on-bees.md": post})

    assert gone(blog, "/posts/bees/", rename) == (
        "This page has moved",
        "posts/bees.md is posts/on-bees.md now.",
        "/blog/posts/on-bees/",
        "Bees",
    )


def test_post_that_is_left_out_says_why(blog: Project) -> None:
    change = partial(blog.write, {"posts/b.md": f"---\ndate: 2026-11-02\nexpires: 2026-11-20\n---\n{BODY}"})
    assert gone(blog, "/posts/b/", change)[:2] == (
        "This page is gone",
        "posts/b.md is left out: it has expired.",
    )


def test_list_without_posts_leads_to_the_list_above_it(blog: Project) -> None:
    blog.write({"posts/d.md": f"---\ntags: [tea]\n---\n{BODY}", "posts/e.md": f"---\ntags: [x]\n---\n{BODY}"})
    said = gone(blog, "/tags/tea/", lambda: blog.delete("posts/d.md"))
    assert said == ("This page is gone", "Nothing is at /tags/tea/ any more.", "/blog/tags/", "Tags")


def test_where_nothing_is_near_the_front_page_is(blog: Project) -> None:
    blog.write({"pages/about.md": BODY})
    said = gone(blog, "/about/", lambda: blog.delete("pages/about.md"))
    assert said[1:] == ("pages/about.md was deleted.", "/blog/", "A blog")


def test_nothing_is_told_of_an_address_at_which_nothing_ever_was(blog: Project) -> None:
    assert notices(plan(blog)).of(None)["gone"] is None


def test_page_that_is_there_is_not_gone(blog: Project) -> None:
    found = plan(blog)
    there = page(found, "/posts/a/")
    assert notices(found).of(there, last=there)["gone"] is None


# ---- banners ---------------------------------------------------------------------------------------------------------------


def told(
    front: str, project: MakeProject, now: datetime = NOW, link: Link = nowhere, site: str = SITE
) -> str:
    """What the banner of a post with this front matter says."""
    found = plan(project({"site.yaml": site, "posts/a.md": f"---\n{front}\n---\n{BODY}"}))
    html = banner(found, page(found, "/posts/a/"), now=now, link=link)
    return " ".join(re.sub(r"<style>.*</style>|<[^>]+>", "", html, flags=re.DOTALL).split())


STOCKHOLM = SITE + "timezone: Europe/Stockholm\n"


def test_draft_says_what_to_remove(project: MakeProject) -> None:
    assert told("draft: true", project) == "Draft: not published until you remove draft: true."


def test_line_is_shown_as_its_author_wrote_it(project: MakeProject) -> None:
    assert told("draft:   yes", project) == "Draft: not published until you remove draft: yes."


def test_unpublished_says_what_to_remove(project: MakeProject) -> None:
    assert (
        told("published: false", project) == "Unpublished: not published until you remove published: false."
    )


def test_draft_of_the_future_says_both(project: MakeProject) -> None:
    assert told("draft: true\ndate: 2026-12-24", project) == (
        "Draft: not published until you remove draft: true, and not before 24 December 2026 (UTC)."
    )


def test_scheduled_says_when_and_how_long_until_then(project: MakeProject) -> None:
    assert told("date: 2026-12-24 09:00", project, site=STOCKHOLM) == (
        "Scheduled: goes live on 24 December 2026 at 09:00 (Europe/Stockholm), in 31 days."
    )


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=800), "in 2 years"),
        (timedelta(days=100), "in 3 months"),
        (timedelta(days=60), "in 60 days"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(hours=20), "tomorrow"),
        (timedelta(hours=2, minutes=30), "in 2 hours"),
        (timedelta(hours=1), "in 1 hour"),
        (timedelta(minutes=30), "in 30 minutes"),
        (timedelta(seconds=30), "in 1 minute"),
        (timedelta(0), "with the next build"),
    ],
)
def test_time_until_then_is_said_as_people_do(project: MakeProject, before: timedelta, words: str) -> None:
    made = project({"site.yaml": SITE, "posts/a.md": f"---\ndate: 2030-06-15 12:00\n---\n{BODY}"})
    found = plan(made)
    now = datetime(2030, 6, 15, 12, tzinfo=UTC) - before
    assert f"at 12:00 (UTC), {words}." in banner(found, page(found, "/posts/a/"), now=now, link=nowhere)


def test_public_post_has_no_banner(project: MakeProject) -> None:
    assert told("date: 2026-11-01", project) == ""


def test_list_that_shows_a_draft_has_no_banner(project: MakeProject) -> None:
    found = plan(project({"site.yaml": SITE, "posts/a.md": f"---\ndraft: true\n---\n{BODY}"}))
    assert banner(found, page(found, "/"), now=NOW, link=nowhere) == ""


def test_banner_leads_to_the_line_in_the_editor(project: MakeProject) -> None:
    found = plan(project({"site.yaml": SITE, "posts/a.md": f"---\ntitle: A\ndraft: true\n---\n{BODY}"}))
    html = banner(found, page(found, "/posts/a/"), now=NOW, link=VSCODE)
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', html) == [
        ("vscode://file/home/me/blog/posts/a.md:3:8", "Edit posts/a.md")
    ]


def test_banner_is_one_note_that_comes_out_of_the_page_again(project: MakeProject) -> None:
    found = plan(project({"site.yaml": SITE, "posts/a.md": f"---\ndraft: true\n---\n{BODY}"}))
    there = page(found, "/posts/a/")
    html = banner(found, there, now=NOW, link=VSCODE)
    built = found.renderer.render(there)
    served = inject(built, "/blog", html)
    assert strip(served) == built != served
    [aside] = [
        e for e in html5lib.parse(served, namespaceHTMLElements=False).iter() if e.get("id") == "recto-banner"
    ]
    assert (aside.tag, aside.get("role"), aside.get("aria-label")) == ("aside", "note", "Not public")


def test_words_of_the_author_are_no_html(project: MakeProject) -> None:
    found = plan(project({"site.yaml": SITE, "posts/a.md": f"---\ndraft: true # <b>&\n---\n{BODY}"}))
    html = banner(found, page(found, "/posts/a/"), now=NOW, link=lambda place: 'x:"><b>')
    assert "<b>&" not in html
    assert '"><b>' not in html
