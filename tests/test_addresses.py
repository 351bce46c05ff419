"""Old addresses in whole builds: where each leads, what feeds know posts by, what would be gone."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import NOW, Files, MakeProject, Project, Result
from recto import builder, ledger
from recto.memo import Store
from recto.model import Ledger
from recto.recall import Recall

URL = "https://example.com/blog"
SETTINGS = f"title: Tides\nurl: {URL}\nfeed: {{json: true}}\n"


def post(title: str, text: str = "", *, day: str = "2026-01-01", **front: object) -> str:
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in front.items())
    return f"---\ntitle: {title}\ndate: {day}\n{lines}---\n{text or f'The text of {title}.'}\n"


THREE: Files = {
    "site.yaml": SETTINGS,
    "posts/bees.md": post("Bees", tags=["sea"]),
    "posts/fog.md": post("Fog"),
    "pages/about.md": "---\ntitle: About\n---\nHello.\n",
    "static/paper.pdf": b"%PDF",
}


def deployed(made: Project, now: datetime = NOW) -> Result:
    """Build, and keep what is public, as a deploy does."""
    result = made.build(now=now)
    assert isinstance(result.plan, builder.Plan)
    text = ledger.write(ledger.updated(result.plan, result.plan.sources))
    made.write({"urls.lock": text})
    return result


@pytest.fixture
def site(project: MakeProject) -> Project:
    """A site that was deployed."""
    made = project(THREE)
    assert deployed(made).problems == []
    return made


def kept(made: Project) -> Ledger:
    """What the ledger of a site says."""
    known, problems = ledger.parse((made.path / "urls.lock").read_text())
    assert problems == ()
    return known


def leads(result: Result) -> dict[str, str]:
    return {move.url: move.target for move in result.plan.moves}


def ids(made: Project) -> list[str]:
    feed = json.loads(made.output()["feed.json"])
    found = [item["id"] for item in feed["items"]]
    assert (
        re.findall(r"<id>(.*)</id>", made.output()["feed.xml"].decode())[1:] == found
    )  # the first is the feed's own
    return sorted(found)


def refresh(made: Project, path: str) -> str:
    """Where the page at an old address leads."""
    found = re.search(rb'<meta http-equiv="refresh" content="0; url=([^"]*)">', made.output()[path])
    assert found
    return found[1].decode()


# ---- what is public -----------------------------------------------------------------------------------------


def test_a_deploy_records_each_post_list_and_document(site: Project) -> None:
    known = kept(site)
    assert known.home == URL
    assert {post.source: post.urls for post in known.posts} == {
        "pages/about.md": ("/about/",),
        "posts/bees.md": ("/posts/bees/",),
        "posts/fog.md": ("/posts/fog/",),
    }
    assert known.lists == (
        "/",
        "/archive/",
        "/feed.json",
        "/feed.xml",
        "/search/",
        "/subscribe/",
        "/tags/",
        "/tags/sea/",
    )
    assert list(known.files) == ["/paper.pdf"]


def test_what_nobody_asks_for_is_not_recorded(project: MakeProject) -> None:
    made = project(
        {
            "site.yaml": SETTINGS + "redirects: {/feed/: /feed.xml}\n",
            "pages/404.md": "---\ntitle: Lost\n---\nLost.\n",
            "posts/a.md": post("A", draft=True),
            "static/robots.txt": "",
            "static/sheet.css": "",
        }
    )
    deployed(made)
    known = kept(made)
    assert (known.posts, known.files, known.strays) == ((), {}, ("/feed/",))
    assert "/feed/" not in known.lists
    assert not {url for url in known.lists if "404" in url or "sitemap" in url or "covers" in url}


def test_a_second_deploy_of_the_same_site_changes_nothing_in_the_ledger(site: Project) -> None:
    before = (site.path / "urls.lock").read_bytes()
    assert deployed(site).plan.moves == ()
    assert (site.path / "urls.lock").read_bytes() == before


def test_a_ledger_changes_no_page_while_nothing_has_moved(project: MakeProject) -> None:
    made = project(THREE)
    deployed(made)
    before = made.output()
    made.build()
    assert made.output() == before


# ---- posts that move ----------------------------------------------------------------------------------------


def test_a_renamed_post_is_found_at_its_old_address_and_is_the_same_to_feeds(site: Project) -> None:
    before = ids(site)
    (site.path / "posts/bees.md").rename(site.path / "posts/honey.md")
    result = site.build()
    assert result.problems == []
    assert leads(result) == {"/posts/bees/": "/posts/honey/"}
    assert refresh(site, "posts/bees/index.html") == "/blog/posts/honey/"
    assert ids(site) == before
    [honey] = [post for post in result.plan.site.posts if post.slug == "honey"]
    assert (honey.former, honey.feed_id) == (("/posts/bees/",), f"{URL}/posts/bees/")


def test_another_style_of_permalinks_moves_every_post_and_no_feed_id(site: Project) -> None:
    before = ids(site)
    site.write({"site.yaml": SETTINGS + "permalink: /{year}/{slug}.html\n"})
    result = site.build()
    assert result.problems == []
    assert leads(result) == {"/posts/bees/": "/2026/bees.html", "/posts/fog/": "/2026/fog.html"}
    assert ids(site) == before


def test_addresses_of_three_styles_all_lead_to_the_last_one(site: Project) -> None:
    for style in ("/{year}/{slug}/", "/{slug}.html"):
        site.write({"site.yaml": SETTINGS + f"permalink: {style}\n"})
        assert deployed(site).problems == []
    assert leads(site.build()) == {
        "/posts/bees/": "/bees.html",
        "/2026/bees/": "/bees.html",
        "/posts/fog/": "/fog.html",
        "/2026/fog/": "/fog.html",
    }


def test_a_chain_of_renames_is_followed_by_the_texts(site: Project) -> None:
    (site.path / "posts/fog.md").rename(site.path / "posts/mist.md")
    (site.path / "posts/bees.md").rename(site.path / "posts/fog.md")
    result = site.build()
    assert result.problems == []
    assert leads(result) == {"/posts/bees/": "/posts/fog/"}
    assert {post.source: post.feed_id for post in result.plan.site.posts} == {
        "posts/mist.md": f"{URL}/posts/fog/",
        "posts/fog.md": f"{URL}/posts/bees/",
    }


def test_a_post_renamed_and_rewritten_is_known_by_title_and_day(site: Project) -> None:
    site.delete("posts/bees.md")
    site.write({"posts/honey.md": post("Bees", "All is new.", tags=["sea"])})
    assert leads(site.build()) == {"/posts/bees/": "/posts/honey/"}


def test_a_post_in_another_folder_under_another_title_is_known_by_its_slug(site: Project) -> None:
    site.delete("posts/bees.md")
    site.write(
        {"pages/old/bees.md": "---\ntitle: Anew\n---\nAll is new.\n", "posts/x.md": post("X", tags=["sea"])}
    )
    assert leads(site.build()) == {"/posts/bees/": "/old/bees/"}


def test_a_post_that_two_are_like_is_not_guessed(site: Project) -> None:
    site.delete("posts/bees.md")
    site.write({f"posts/{n}.md": post("Bees", f"New {n}.", tags=["sea"]) for n in (1, 2)})
    result = site.build()
    assert leads(result) == {}
    assert len(result.problems) == 1


def test_a_new_post_at_the_address_of_a_renamed_one_has_an_id_of_its_own(site: Project) -> None:
    (site.path / "posts/bees.md").rename(site.path / "posts/honey.md")
    deployed(site)
    site.write({"posts/bees.md": post("Other bees")})
    result = site.build()
    assert (result.problems, leads(result)) == ([], {})
    found = ids(site)
    assert len(set(found)) == 3
    assert found.count(f"{URL}/posts/bees/") == 1
    [own] = [name for name in found if name.startswith(f"{URL}/posts/bees/#")]
    deployed(site)
    site.build()
    assert own in ids(site)


def test_another_address_of_the_site_leaves_every_feed_id(site: Project) -> None:
    before = ids(site)
    site.write({"site.yaml": SETTINGS.replace("example.com/blog", "new.example")})
    deployed(site)
    assert (ids(site), kept(site).home) == (before, "https://new.example")
    site.build()
    assert ids(site) == before


def test_an_alias_stays_when_its_author_takes_it_out(site: Project) -> None:
    site.write({"posts/fog.md": post("Fog", aliases=["/mist/"])})
    assert leads(deployed(site)) == {"/mist/": "/posts/fog/"}
    site.write({"posts/fog.md": post("Fog")})
    assert leads(site.build()) == {"/mist/": "/posts/fog/"}


def test_a_page_at_an_old_address_is_simply_there(site: Project) -> None:
    (site.path / "posts/bees.md").rename(site.path / "posts/honey.md")
    site.write({"pages/posts/bees.md": "---\ntitle: Not a post\n---\nHello.\n"})
    result = site.build()
    assert (result.problems, leads(result)) == ([], {})
    assert b"Not a post" in site.output()["posts/bees/index.html"]


# ---- posts that go ------------------------------------------------------------------------------------------


def lost(result: Result) -> str:
    [problem] = result.problems
    return problem


def test_a_deleted_post_is_missed_with_three_ways_out(site: Project) -> None:
    site.delete("posts/fog.md")
    site.write({"posts/frog.md": post("Frog", "Quite another text.")})
    lines = (site.path / "urls.lock").read_text().splitlines()
    [line] = [number for number, text in enumerate(lines, 1) if text.startswith("/posts/fog/")]
    assert lost(site.build()).splitlines() == [
        'warning[url-lost]: "/posts/fog/" would be gone: posts/fog.md is not there, and no other post is surely the same',
        f"  urls.lock:{line}",
        "  fix: write aliases: [/posts/fog/] in posts/frog.md, if that replaces it,",
        "       or in site.yaml, redirects: {/posts/fog/: /where/it/is/now/},",
        "       or give it up: recto deploy --gone /posts/fog/",
    ]


@pytest.mark.parametrize(
    ("front", "why"),
    [
        ({"draft": True}, "its post is a draft now"),
        ({"published": False}, "its post is not published now"),
        ({"day": "2027-01-01"}, "the date of its post is in the future now"),
    ],
)
def test_a_post_that_is_left_out_is_missed_with_the_reason(
    site: Project, front: dict[str, Any], why: str
) -> None:
    site.write({"posts/fog.md": post("Fog", **front)})
    assert f'"/posts/fog/" would be gone: {why}\n' in lost(site.build())


def test_a_post_that_is_passed_over_is_missed_with_the_reason(site: Project) -> None:
    site.write({"site.yaml": SETTINGS + "ignore: [posts/fog.md]\n"})
    assert "the name of its post, or ignore in site.yaml, keeps it out now" in lost(site.build())


def test_nothing_is_missed_that_a_preview_shows(site: Project) -> None:
    site.write({"posts/fog.md": post("Fog", draft=True)})
    assert site.build(drafts=True).problems == []


def test_an_expired_post_says_farewell_by_itself(site: Project) -> None:
    site.write({"posts/fog.md": post("Fog", expires="2026-11-24")})
    deployed(site)
    result = deployed(site, NOW + timedelta(days=2))
    assert (result.problems, leads(result)) == ([], {"/posts/fog/": ""})
    page = site.output()["posts/fog/index.html"].decode()
    assert "This page is gone" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "posts/fog" not in site.output()["sitemap.xml"].decode()
    known = kept(site)
    assert ({post.source for post in known.posts} >= {"posts/fog.md"}, known.gone) == (True, ())


def given_up(made: Project, *urls: str) -> None:
    path = made.path / "urls.lock"
    path.write_text(ledger.write(ledger.give_up(kept(made), urls)))


def test_what_is_given_up_says_farewell_until_it_is_back(site: Project) -> None:
    site.delete("posts/fog.md")
    given_up(site, "/posts/fog/")
    result = deployed(site)
    assert (result.problems, leads(result)) == ([], {"/posts/fog/": ""})
    assert "This page is gone" in site.output()["posts/fog/index.html"].decode()
    site.write({"posts/fog.md": post("Fog")})
    assert leads(deployed(site)) == {}
    assert kept(site).gone == ()


# ---- lists, feeds, files ------------------------------------------------------------------------------------


def test_the_list_of_a_tag_without_posts_leads_to_the_list_above(site: Project) -> None:
    site.write({"posts/bees.md": post("Bees", tags=["honey"])})
    result = site.build()
    assert (result.problems, leads(result)) == ([], {"/tags/sea/": "/tags/"})


def test_a_page_of_a_list_that_is_shorter_leads_to_the_list(project: MakeProject) -> None:
    made = project(
        {"site.yaml": SETTINGS + "paginate: 1\n", **{f"posts/{n}.md": post(f"N{n}") for n in range(3)}}
    )
    deployed(made)
    assert "page/1/index.html" in made.output()
    made.write({"site.yaml": SETTINGS})
    assert leads(made.build()) == {"/page/1/": "/", "/page/2/": "/"}


def test_a_feed_that_is_no_more_is_missed(site: Project) -> None:
    site.write({"site.yaml": SETTINGS.replace("json: true", "json: false")})
    assert '"/feed.json" would be gone: the list that was there is no more' in lost(site.build())


def test_a_document_that_moved_is_also_where_it_was(site: Project) -> None:
    site.delete("static/paper.pdf")
    site.write({"static/papers/bees.pdf": b"%PDF"})
    result = site.build()
    assert (result.problems, leads(result)) == ([], {"/paper.pdf": "/papers/bees.pdf"})
    assert site.output()["paper.pdf"] == b"%PDF"


def test_an_html_file_that_moved_leads_to_where_it_is(project: MakeProject) -> None:
    made = project({**THREE, "static/talk.html": "<p>Slides</p>"})
    deployed(made)
    made.delete("static/talk.html")
    made.write({"static/talks/one.html": "<p>Slides</p>"})
    assert made.build().problems == []
    assert refresh(made, "talk.html") == "/blog/talks/one.html"


def test_a_document_that_is_nowhere_is_missed(site: Project) -> None:
    site.write({"static/paper.pdf": b"%PDF-2"})
    assert site.build().problems == []
    site.delete("static/paper.pdf")
    assert '"/paper.pdf" would be gone: the file is not there' in lost(site.build())


# ---- site.yaml ----------------------------------------------------------------------------------------------

Redirected = Callable[[Mapping[str, str]], Result]


@pytest.fixture
def redirected(project: MakeProject) -> Redirected:
    """Builds a site with these redirects in its settings."""

    def build(redirects: Mapping[str, str]) -> Result:
        return project({**THREE, "site.yaml": SETTINGS + f"redirects: {json.dumps(redirects)}\n"}).build()

    return build


def test_the_redirects_of_the_settings_lead_into_the_site_and_elsewhere(project: MakeProject) -> None:
    to = {
        "/old": "/posts/bees",
        "/talks/": "https://example.org/talks/",
        "/part/": "/about/#me",
        "/full/": f"{URL}/about/",
        "/feed/": "/feed.xml",
        "/atom.xml": "/feed.xml",
        "/old.pdf": "/paper.pdf",
        "/old.php": "/about/",
    }
    made = project({**THREE, "site.yaml": SETTINGS + f"redirects: {json.dumps(to)}\n"})
    result = made.build()
    assert result.problems == []
    assert leads(result) == {
        "/old/": "/posts/bees/",
        "/talks/": "https://example.org/talks/",
        "/part/": "/about/#me",
        "/full/": "/about/",
        "/feed/": "/feed.xml",
        "/atom.xml": "/feed.xml",
        "/old.pdf": "/paper.pdf",
        "/old.php": "/about/",
    }
    files = made.output()
    assert refresh(made, "old/index.html") == "/blog/posts/bees/"
    assert refresh(made, "talks/index.html") == "https://example.org/talks/"
    assert refresh(made, "part/index.html") == "/blog/about/#me"
    assert files["feed/index.html"] == files["atom.xml"] == files["feed.xml"]
    assert files["old.pdf"] == files["paper.pdf"]
    assert "old.php" not in files
    deployed(made)
    assert made.build().problems == []


def test_redirects_one_after_the_other_lead_to_the_end_at_once(redirected: Redirected) -> None:
    result = redirected({"/a/": "/b/", "/b/": "/c", "/c": "/about/"})
    assert (result.problems, set(leads(result).values())) == ([], {"/about/"})


def test_redirects_in_a_circle_are_an_error_where_they_stand(redirected: Redirected) -> None:
    result = redirected({"/a/": "/b/", "/b/": "/a/", "/c/": "/a/"})
    assert [problem.splitlines()[0] for problem in result.problems] == [
        f'error[redirect-circle]: the redirect from "{url}" leads in a circle'
        for url in ("/a/", "/b/", "/c/")
    ]
    assert result.problems[0].splitlines()[1] == "  site.yaml:4:13"


@pytest.mark.parametrize(
    ("to", "hint"),
    [
        ("/abuot/", 'did you mean "/about/"?'),
        ("/zebra/", "let it lead to a page that is there"),
        ("/blog/about/", 'write "/about/": recto puts "/blog" before it'),
    ],
)
def test_a_redirect_into_nothing_is_an_error(redirected: Redirected, to: str, hint: str) -> None:
    problem = lost(redirected({"/a/": to}))
    assert problem.startswith(
        f'error[redirect-nowhere]: the redirect from "/a/" leads to "{to}", where nothing is'
    )
    assert problem.endswith(f"  fix: {hint}")


def test_a_redirect_to_what_is_gone_for_good_is_an_error(site: Project) -> None:
    site.delete("posts/fog.md")
    given_up(site, "/posts/fog/")
    site.write({"site.yaml": SETTINGS + "redirects: {/a/: /posts/fog/}\n"})
    assert 'leads to "/posts/fog/", which is gone for good' in lost(site.build())


def test_a_redirect_from_where_something_is_is_told(redirected: Redirected) -> None:
    result = redirected({"/about/": "/posts/fog/"})
    assert leads(result) == {}
    assert 'something is at "/about/", so nobody is led from there to "/posts/fog/"' in lost(result)


def test_a_redirect_is_remembered_when_it_is_taken_out(project: MakeProject) -> None:
    made = project({**THREE, "site.yaml": SETTINGS + "redirects: {/old/: /about/}\n"})
    assert deployed(made).problems == []
    made.write({"site.yaml": SETTINGS})
    assert '"/old/" would be gone: it was public before, and no post has it' in lost(made.build())


def test_the_settings_count_for_more_than_the_ledger(site: Project) -> None:
    (site.path / "posts/bees.md").rename(site.path / "posts/honey.md")
    site.write({"site.yaml": SETTINGS + "redirects: {/posts/bees/: /about/}\n"})
    assert leads(site.build()) == {"/posts/bees/": "/about/"}


# ---- the build ----------------------------------------------------------------------------------------------


def test_a_faulty_ledger_stops_the_build(site: Project) -> None:
    site.write({"urls.lock": "<<<<<<< HEAD\n/a/\tlist\n"})
    result = site.build()
    assert result.changes is None
    assert result.problems[0].startswith("error[ledger-conflict]")


def test_a_ledger_that_is_handed_over_counts_for_the_one_of_the_site(site: Project) -> None:
    known, _ = ledger.parse("/old/\tgone\n")
    with Store.memory() as store:
        plan = builder.build(site.path, store=store, now=NOW, jobs=1, ledger=known)
    assert [move.url for move in plan.moves] == ["/old/"]


def test_a_preview_follows_each_change_of_the_ledger(site: Project) -> None:
    lock, recall = site.path / "urls.lock", Recall()

    def moves(touched: set[str] | None) -> list[str]:
        with Store.open(site.path) as store:
            plan = builder.build(site.path, store=store, now=NOW, jobs=1, recall=recall, touched=touched)
        return [move.url for move in plan.moves]

    text = lock.read_text()
    lock.unlink()
    assert moves(None) == []
    lock.write_text(f"{text}/old/\tgone\n")
    assert moves({str(lock)}) == ["/old/"]
    lock.write_text(f"{text}/older/\tgone\n")
    assert moves({str(lock)}) == ["/older/"]
    lock.unlink()
    assert moves({str(lock)}) == []


def test_two_old_addresses_that_differ_in_letter_case_are_one_file(site: Project) -> None:
    site.write({"site.yaml": SETTINGS + "redirects: {/Old/: /about/, /old/: /about/, /ABOUT/: /about/}\n"})
    result = site.build()
    assert (result.problems, set(leads(result))) == ([], {"/Old/", "/old/", "/ABOUT/"})
    assert [path for path in site.output() if path.lower() == "old/index.html"] == ["Old/index.html"]


def test_an_old_address_may_have_any_name(site: Project) -> None:
    site.write({"urls.lock": f"/a:b/\tgone\n/{'x' * 300}/\tgone\n/x\tgone\n"})
    result = site.build()
    assert (result.problems, len(result.plan.moves)) == ([], 3)
    assert {"a:b/index.html", "x/index.html"} <= site.output().keys()
