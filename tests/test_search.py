"""The index of the search page: made of values, the same bytes wherever it is made, and only where a text changed."""

import gzip
import json
import os
import re
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import Struct

import pages
from conftest import MakeProject, Project
from recto import planner
from recto.model import Features, Hypertext, Theme
from recto.search.documents import Document, documents, spread
from recto.search.indexing import Library, index
from recto.search.service import Service, ServiceError

pytestmark = pytest.mark.usefixtures("searchable")

SITE = "title: Blog\nurl: https://example.com/blog\n"


def post(title: str, body: str = "Some text.", extra: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2026-03-04\n{extra}---\n\n{body}\n"


def blog(project: MakeProject, **more: str) -> Project:
    return project(
        {
            "site.yaml": SITE,
            "posts/a.md": post("Bread", "Flour, *water* and time.\n\n## The dough\n\nKnead it."),
            "posts/b.md": post("Häuser", "Alte Häuser.", "language: de\ntags: [Dächer]\n"),
            "pages/about.md": "# About\n\nWho we are.\n",
            **more,
        }
    )


def indexed(site: Project) -> dict[str, bytes]:
    """The files of the index, by their path in it."""
    return {
        path.removeprefix("pagefind/"): data
        for path, data in site.output().items()
        if path.startswith("pagefind/")
    }


def fragments(site: Project) -> dict[str, dict[str, object]]:
    """What the index can show of each page, by URL: Pagefind keeps it as JSON after twelve letters of its own."""
    found = [gzip.decompress(data) for path, data in indexed(site).items() if path.endswith(".pf_fragment")]
    values = [json.loads(data.removeprefix(b"pagefind_dcd")) for data in found]
    return {value["url"]: value for value in values}


def timing(site: Project) -> tuple[int, int]:
    """How many pages the next build has in its index, and how many of them it remembered."""
    [stage] = [stage for stage in site.build().plan.timings if stage.stage == "search"]
    return stage.count, stage.remembered


# ---- what is found ------------------------------------------------------------------------------------------


def test_posts_and_pages_are_found_and_nothing_else(project: MakeProject) -> None:
    site = blog(
        project,
        **{
            "posts/draft.md": post("Draft", extra="draft: true\n"),
            "posts/unlisted.md": post("Hidden", extra="unlisted: true\n"),
            "pages/404.md": "---\ntitle: Lost\npermalink: /404.html\n---\n\nGone.\n",
        },
    )
    plan = site.build().plan
    assert plan.site.search
    assert sorted(fragments(site)) == ["/about/", "/posts/a/", "/posts/b/"]


def test_a_result_knows_title_date_topic_language_and_headings(project: MakeProject) -> None:
    site = blog(project)
    site.build()
    found = fragments(site)
    assert found["/posts/a/"]["meta"] == {"title": "Bread", "date": "2026-03-04"}
    assert found["/posts/a/"]["content"] == "Flour, water and time. The dough. Knead it."
    assert [anchor["id"] for anchor in found["/posts/a/"]["anchors"]] == ["the-dough"]  # type: ignore[attr-defined]
    assert found["/posts/b/"]["meta"] == {"title": "Häuser", "date": "2026-03-04", "topic": "Dächer"}
    assert [anchor["id"] for anchor in found["/posts/b/"]["anchors"]] == ["lang=de"]  # type: ignore[attr-defined]
    assert found["/about/"]["meta"] == {"title": "About"}


def test_one_index_in_the_sites_language_has_the_posts_of_all_languages(project: MakeProject) -> None:
    site = blog(project)
    site.build()
    [language] = json.loads(indexed(site)["pagefind-entry.json"])["languages"].items()
    assert (language[0], language[1]["page_count"]) == ("en", 3)


def test_marks_of_headings_and_notes_are_no_words(project: MakeProject) -> None:
    site = project({"posts/a.md": post("A", "## One\n\nWords[^1].\n\n[^1]: Note.")})
    site.build()
    assert fragments(site)["/posts/a/"]["content"] == "One. Words. Note."


def test_only_files_that_a_search_reads_are_published(project: MakeProject) -> None:
    site = blog(project)
    site.build()
    names = sorted(re.sub(r"en_[0-9a-f]+", "en_x", name) for name in indexed(site))
    assert names == [
        "fragment/en_x.pf_fragment",
        "fragment/en_x.pf_fragment",
        "fragment/en_x.pf_fragment",
        "index/en_x.pf_index",
        "pagefind-entry.json",
        "pagefind.en_x.pf_meta",
        "pagefind.js",
        "wasm.en.pagefind",
    ]


def test_a_language_that_pagefind_does_not_know_has_an_index_all_the_same(project: MakeProject) -> None:
    site = blog(project, **{"site.yaml": SITE + "language: ja\n"})
    assert site.build().problems == []
    assert "wasm.unknown.pagefind" in indexed(site)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain text", "Plain text"),
        ("机の上", " 机 の 上 "),
        ("Python入門、です", "Python 入 門 、 で す "),
        ('<a title="机の上" id=机>机</a>', '<a title="机の上" id=机> 机 </a>'),
        ("<!-- 机の上 -->", "<!-- 机の上 -->"),
        ("1 < 2 机", "1 < 2  机 "),
        ("한국어 مرحبا", "한국어 مرحبا"),
    ],
)
def test_characters_of_scripts_without_spaces_become_words(text: str, expected: str) -> None:
    assert spread(text) == expected


def test_a_document_says_its_facts_as_html_and_is_not_moved_by_what_they_say() -> None:
    title = 'A "title" <script>'
    document = Document(
        url="/a/",
        title=title,
        topics=("x", "y", "z"),
        text=Hypertext(parts=("<p>", "</p>"), holes=(0,)),
        holes=1,
    )
    assert document.html == (
        "<!doctype html><html><head>"
        '<meta data-pagefind-meta="title[content]" content="A &quot;title&quot; &lt;script&gt;">'
        '<meta data-pagefind-meta="topic[content]" content="x">'
        '<meta data-pagefind-meta="topics[content]" content="y, z">'
        "</head><body><p></p></body></html>"
    )


# ---- the same bytes everywhere ------------------------------------------------------------------------------


def library(posts: int, blobs: Path) -> Library:
    """Posts in three languages that share many words."""
    words = [f"{start}{middle}{end}" for start in "bdfgkl" for middle in ("a", "or", "ei") for end in "nst"]
    found = [
        Document(
            url=f"/posts/{number}/",
            title=f"Title {number} 机の上",
            language=("", "de", "ja")[number % 3],
            topics=(f"Topic {number % 7}", f"More {number % 11}"),
            day=f"2026-01-{number % 28 + 1:02}",
            text=Hypertext(
                parts=(
                    "".join(
                        f"<h2 id='h{n}'>{w}</h2><p>{w} {number}</p>"
                        for n, w in enumerate(words[number % 9 :])
                    ),
                )
            ),
        )
        for number in range(posts)
    ]
    return Library(
        documents=tuple(sorted(found, key=lambda document: document.url)), language="en", blobs=str(blobs)
    )


def test_two_indexes_of_three_hundred_posts_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    first = index(library(300, tmp_path / "one"))
    assert (first.problem, len(first.files) > 300) == ("", True)
    assert index(library(300, tmp_path / "two")) == first


def test_the_order_of_posts_on_the_site_is_irrelevant() -> None:
    one, two = pages.post("a"), pages.post("b")
    assert documents(pages.site(one, two)) == documents(pages.site(two, one))


def test_settings_of_pagefind_that_lie_about_are_not_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = index(library(3, tmp_path / "one"))
    (tmp_path / "pagefind.yml").write_text("root_selector: h2\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGEFIND_EXCLUDE_SELECTORS", "p")
    assert index(library(3, tmp_path / "two")) == expected


def test_an_index_after_edits_is_that_of_a_clean_build(project: MakeProject) -> None:
    site = blog(project)
    edits: list[Callable[[], None]] = [
        lambda: site.write({"posts/c.md": post("New", "Fresh text.")}),
        lambda: site.write({"posts/a.md": post("Bread", "Other words.")}),
        lambda: site.delete("posts/b.md"),
        lambda: site.write({"posts/b.md": post("Häuser", "Alte Häuser.", "language: de\n")}),
        lambda: site.write({"site.yaml": SITE + "language: de\n"}),
    ]
    for edit in edits:
        site.build()
        edit()
        site.build()
        clean = project({path: (site.path / path).read_text() for path in sources(site)})
        clean.build()
        assert indexed(site) == indexed(clean) != {}


def sources(site: Project) -> list[str]:
    return [p.relative_to(site.path).as_posix() for p in site.path.rglob("*") if p.suffix in (".md", ".yaml")]


# ---- remembered ---------------------------------------------------------------------------------------------


def test_nothing_is_indexed_where_no_text_changed(project: MakeProject) -> None:
    site = blog(project)
    assert timing(site) == (3, 0)
    site.write({"templates/page.html": "{{ post.content }}"})
    assert timing(site) == (3, 3)
    site.write({"posts/a.md": post("Bread", "Other words.")})
    assert timing(site) == (3, 0)
    assert timing(site) == (3, 3)


@pytest.mark.parametrize(
    "change", [{"title": "Other"}, {"url": "/x/"}, {"language": "fr"}, {"terms": {}}, {"day": None}]
)
def test_whatever_a_result_shows_is_part_of_what_the_index_depends_on(change: dict[str, object]) -> None:
    before = pages.site(pages.post("a", language="de"))
    after = replace(before, posts=(replace(before.posts[0], **change),))  # type: ignore[arg-type]
    assert documents(before) != documents(after)


def test_where_links_and_pictures_lead_is_no_matter_of_the_index() -> None:
    before = pages.site(pages.post("a"))
    after = replace(before, posts=(replace(before.posts[0], links=("/other/",)),))
    assert documents(before) == documents(after)


def test_a_lost_file_of_the_index_is_made_again(project: MakeProject) -> None:
    site = blog(project)
    site.build()
    before = indexed(site)
    for blob in (site.path / ".recto/blobs").iterdir():
        blob.unlink()
    site.delete(*[f"dist/pagefind/{name}" for name in before])
    site.build()
    assert indexed(site) == before


# ---- without an index ---------------------------------------------------------------------------------------


def test_without_the_extra_the_site_is_built_without_an_index(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    site = blog(project)
    result = site.build()
    assert (result.problems, result.plan.site.search, indexed(site)) == ([], False, {})
    shown = site.output()["search/index.html"].decode()
    assert 'href="/blog/archive/"' in shown
    assert 'role="search"' not in shown.split("<main", 1)[1]
    assert "search.js" not in shown


def test_with_search_turned_off_there_is_no_index_no_page_and_no_link(project: MakeProject) -> None:
    site = blog(project, **{"site.yaml": SITE + "theme:\n  features: {search: false}\n"})
    site.build()
    assert [path for path in site.output() if "pagefind" in path or path.startswith("search/")] == []
    assert [
        path for path, data in site.output().items() if path.endswith(".html") and b"/search/" in data
    ] == []


def test_a_site_without_posts_and_pages_has_no_index(project: MakeProject) -> None:
    site = project({"site.yaml": SITE, "posts/draft.md": post("Draft", extra="draft: true\n")})
    result = site.build()
    assert (result.problems, result.plan.site.search, indexed(site)) == ([], False, {})


def program(folder: Path, text: str) -> Path:
    """A program that takes Pagefind's place."""
    made = folder / "program"
    made.write_text(f"#!/bin/sh\n{text}\n")
    made.chmod(made.stat().st_mode | stat.S_IXUSR)
    return made


posix = pytest.mark.skipif(os.name != "posix", reason="its programs are shell scripts")


@posix
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exit 3", "Pagefind ended too early: it does not say why"),
        (
            "head -c 4 >/dev/null; echo thread panicked >&2; exit 101",
            "Pagefind ended too early: thread panicked",
        ),
        ("exec sleep 1000", "Pagefind ended too early: it was not done after 0 seconds"),
        (
            # {"message_id":1,"payload":{"type":"Error","message":"no","original_message":""}}
            "printf eyJtZXNzYWdlX2lkIjoxLCJwYXlsb2FkIjp7InR5cGUiOiJFcnJvciIsIm1lc3NhZ2UiOiJubyIsIm9yaWdpbmFsX21lc3NhZ2UiOiIifX0=,; exec sleep 1000",
            "Pagefind says: no",
        ),
    ],
)
def test_a_program_that_fails_says_why_and_is_gone(tmp_path: Path, text: str, said: str) -> None:
    patience = 0.2 if "not done" in said else 60
    with (
        pytest.raises(ServiceError, match=f"^{re.escape(said)}$"),
        Service(program=program(tmp_path, text), patience=patience) as service,
    ):
        process = service._process
        service.ask(Struct, "NewIndex")
    assert process.poll() is not None


@posix
def test_ctrl_c_leaves_no_program_behind(tmp_path: Path) -> None:
    impatient = program(tmp_path, "head -c 4 >/dev/null; kill -INT $PPID; exec sleep 1000")
    with pytest.raises(KeyboardInterrupt), Service(program=impatient, patience=60) as service:
        process = service._process
        service.ask(Struct, "NewIndex")
    assert process.poll() is not None


def test_a_program_that_is_not_there_or_not_for_this_system_says_so(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"^Pagefind does not start: .*no such file"):
        Service(program=tmp_path / "nothing", patience=60)


def test_a_build_goes_on_where_the_index_cannot_be_made(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "pagefind_bin"
    broken.mkdir()
    (broken / "__init__.py").write_text(
        "from pathlib import Path\ndef get_executable(): return Path(__file__).parent / 'pagefind'\n"
    )
    site = blog(project)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        patch.delitem(sys.modules, "pagefind_bin", raising=False)
        result = site.build()
        sys.modules.pop("pagefind_bin", None)
    assert [problem.split("Pagefind does not start")[0] for problem in result.problems] == [
        "warning[search-index]: no search index was made: "
    ]
    assert "reinstall recto[search]" in result.problems[0]
    assert (result.plan.site.search, indexed(site)) == (False, {})
    assert site.build().problems == []  # a failure is not remembered
    assert indexed(site)


# ---- the page -----------------------------------------------------------------------------------------------


def test_the_search_page_is_planned_where_the_theme_searches_and_is_not_for_search_engines() -> None:
    site = pages.site(pages.post("a"))
    [page] = [page for page in planner.plan(site).pages if page.url == "/search/"]
    assert (page.template, page.indexed, page.path) == ("search.html", False, "search/index.html")
    off = replace(site, theme=Theme(features=Features(search=False)))
    assert [page for page in planner.plan(off).pages if page.url == "/search/"] == []


def test_a_page_of_the_authors_own_takes_the_place_of_the_search_page(project: MakeProject) -> None:
    site = blog(project, **{"pages/search.md": "# My search\n\nAsk me.\n"})
    assert site.build().problems == []
    assert b"Ask me." in site.output()["search/index.html"]


def test_the_script_of_the_search_page_is_small() -> None:
    script = (pages.THEME / "assets/search.js").read_bytes()
    assert len(gzip.compress(script)) <= 3072
