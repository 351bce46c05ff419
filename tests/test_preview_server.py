"""What a preview answers, over real sockets."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import pytest
from PIL import Image

from conftest import NOW, Files, MakeProject, Project
from previewing import Events, Previewed, previewing, reply
from recto import builder
from recto.model import Asset, Page
from recto.preview import answers, events
from recto.preview.injection import strip

POST = "---\ntitle: Tides\ndate: 2026-11-02\ntags: [sea]\n---\n\nThe sea.\n"
SITE: Files = {
    "posts/tides.md": POST,
    "site.yaml": "url: https://example.com\ntitle: Coast\n",
    "static/robots.txt": "User-agent: *\n",
    "static/film.webm": bytes(range(256)) * 4,
}
PICTURE = BytesIO()
Image.new("RGB", (1000, 600)).save(PICTURE, "PNG")
BROKEN = "---\ntitle: a: b\n---\n"


@pytest.fixture
def site(project: MakeProject) -> Project:
    return project(SITE)


@pytest.fixture
def preview(site: Project) -> Iterator[Previewed]:
    with previewing(site.path) as preview:
        yield preview


def told(preview: Previewed, url: str) -> dict[str, object]:
    value = json.loads(preview.get(f"/_recto/page?url={quote(url, safe='')}").body)
    assert isinstance(value, dict)
    return value


# ---- paths --------------------------------------------------------------------------------------------------


def test_every_file_of_the_site_is_served_as_it_is_built(site: Project) -> None:
    site.build(drafts=True, future=True)
    with previewing(site.path) as preview:
        for path, built in site.output().items():
            served = preview.get(f"/{path}")
            assert served.status == 200, path
            assert (strip(served.body) if path.endswith(".html") else served.body) == built, path


def test_html_carries_the_script_and_nothing_else_does(preview: Previewed) -> None:
    script = b'<head><script src="/_recto/preview.js"></script>'
    assert script in preview.get("/posts/tides/").body
    for path in ("/feed.xml", "/feed.json", "/robots.txt", "/sitemap.xml"):
        assert b"_recto" not in preview.get(path).body, path


def test_html_file_that_is_copied_carries_the_script_too(site: Project) -> None:
    site.write({"static/old.html": "<!doctype html><head><title>Old</title>"})
    with previewing(site.path) as preview:
        served = preview.get("/old.html")
    assert b"/_recto/preview.js" in served.body
    assert strip(served.body) == b"<!doctype html><head><title>Old</title>"


def test_folder_is_served_by_its_index_under_both_its_names(preview: Previewed) -> None:
    assert preview.get("/posts/tides/index.html").body == preview.get("/posts/tides/").body
    assert preview.get("/index.html").body == preview.get("/").body


def test_folder_without_its_slash_leads_to_it_and_keeps_the_query(preview: Previewed) -> None:
    answer = preview.get("/posts/tides?a=1&b=%20")
    assert (answer.status, answer.headers["location"]) == (302, "/posts/tides/?a=1&b=%20")


@pytest.mark.parametrize(
    "path",
    [
        "/Posts/tides/",
        "/posts/tides",
        "/posts//tides/",
        "//posts/tides/",
        "/posts/x/../tides/",
        "/posts",
        "/robots.txt/",
    ],
)
def test_another_spelling_is_another_address(preview: Previewed, path: str) -> None:
    assert preview.get(path).status == (302 if path == "/posts/tides" else 404)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_name_of_any_script_is_found_in_both_forms_of_unicode(site: Project, form: str) -> None:
    site.write({"posts/über-möwen.md": POST.replace("Tides", "Über Möwen")})
    with previewing(site.path) as preview:
        path = quote(normalize("NFC" if form == "NFC" else "NFD", "/posts/über-möwen/"))
        assert preview.get(path).status == 200
        assert preview.get(path.rstrip("/")).headers["location"] == quote("/posts/über-möwen/")


def test_encoding_that_is_not_needed_changes_nothing(preview: Previewed) -> None:
    assert preview.get("/%70osts/tides%2F").body == preview.get("/posts/tides/").body


def test_percent_sign_in_a_name_is_a_character(site: Project) -> None:
    site.write({"static/50%25.txt": "literal"})
    with previewing(site.path) as preview:
        assert preview.get("/50%2525.txt").text == "literal"
        assert preview.get("/50%25.txt").status == 404


def test_what_is_not_there_is_the_sites_own_page(site: Project, preview: Previewed) -> None:
    site.build(drafts=True, future=True)
    answer = preview.get("/posts/nowhere/")
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert strip(answer.body) == site.output()["404.html"]


# ---- below a folder -----------------------------------------------------------------------------------------


def test_site_is_served_below_the_folder_of_its_url(site: Project) -> None:
    site.write({"site.yaml": "url: https://example.com/blog\n"})
    site.build(drafts=True, future=True)
    with previewing(site.path) as preview:
        assert preview.told.addresses[0].endswith("/blog/")
        for path in ("/", "/blog"):
            assert preview.get(path).headers["location"] == "/blog/"
        assert preview.get("/?x=1").headers["location"] == "/blog/?x=1"
        page = preview.get("/blog/posts/tides/")
        assert strip(page.body) == site.output()["posts/tides/index.html"]
        assert b'<script src="/blog/_recto/preview.js">' in page.body
        assert preview.get("/blog/_recto/preview.js").status == 200
        assert preview.get("/posts/tides/").status == 404
        assert preview.get("/blogposts/tides/").status == 404
        assert preview.get("/blog/posts/tides").headers["location"] == "/blog/posts/tides/"


@pytest.mark.parametrize(("base", "top"), [("/notes", "/notes/"), ("", "/"), ("/b%C3%BC", "/b%C3%BC/")])
def test_folder_that_is_asked_for_replaces_that_of_the_url(site: Project, base: str, top: str) -> None:
    site.write({"site.yaml": "url: https://example.com/blog\n"})
    with previewing(site.path, base_path=base) as preview:
        page = preview.get(top)
        assert page.status == 200
        assert f'href="https://example.com{base}/"' in page.text
        assert f'href="{base}/posts/tides/"' in page.text


def test_folder_works_for_a_site_without_url(project: MakeProject) -> None:
    with previewing(project({"posts/tides.md": POST}).path, base_path="/notes") as preview:
        assert 'href="/notes/posts/tides/"' in preview.get("/notes/").text


# ---- types, conditions, ranges ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/feed.xml", "application/xml; charset=utf-8"),
        ("/feed.json", "application/json; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/film.webm", "video/webm"),
        ("/_recto/preview.js", "text/javascript; charset=utf-8"),
        ("/_recto/preview.css", "text/css; charset=utf-8"),
        ("/_recto/", "text/html; charset=utf-8"),
    ],
)
def test_answer_says_its_type(preview: Previewed, path: str, kind: str) -> None:
    answer = preview.get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.atom", "application/atom+xml; charset=utf-8"),
        ("a.CSS", "text/css; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.b/c", "application/octet-stream"),
        ("a.pf_meta", "application/octet-stream"),
        (".html", "text/html; charset=utf-8"),
    ],
)
def test_type_is_known_by_the_name(name: str, kind: str) -> None:
    assert answers.content_type(name) == kind


def test_head_is_get_without_the_body(preview: Previewed) -> None:
    for path in ("/", "/film.webm", "/nowhere", "/_recto/events"):
        if path == "/_recto/events":
            assert preview.get(path, "HEAD").body == b""
            continue
        asked, got = preview.get(path, "HEAD"), preview.get(path)
        assert asked.body == b""
        assert {**asked.headers, "date": ""} == {**got.headers, "date": ""}, path
        assert int(asked.headers["content-length"]) == len(got.body)
        assert preview.get(path, "HEAD", range="bytes=0-1").status == got.status, path


@pytest.mark.parametrize("path", ["/posts/tides/", "/film.webm", "/_recto/preview.js"])
def test_what_a_browser_has_is_not_sent_again(preview: Previewed, path: str) -> None:
    tag = preview.get(path).headers["etag"]
    assert tag.startswith('"')
    for said in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = preview.get(path, if_none_match=said)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag), said
        assert "content-length" not in answer.headers
    assert preview.get(path, if_none_match='"other"').status == 200


def test_every_answer_is_asked_for_again(preview: Previewed) -> None:
    for path in ("/", "/film.webm", "/_recto/preview.js"):
        assert preview.get(path).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=10-19", slice(10, 20)),
        ("bytes=1000-", slice(1000, None)),
        ("bytes=-10", slice(-10, None)),
        ("bytes=0-99999", slice(None)),
        ("bytes=-99999", slice(None)),
    ],
)
@pytest.mark.parametrize("path", ["/film.webm", "/posts/tides/"])
def test_part_of_a_file_is_served(preview: Previewed, path: str, asked: str, part: slice) -> None:
    whole = preview.get(path).body
    answer = preview.get(path, range=asked)
    start, stop, _ = part.indices(len(whole))
    assert (answer.status, answer.body) == (206, whole[part])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_part_beyond_the_end_is_refused(preview: Previewed, asked: str) -> None:
    answer = preview.get("/film.webm", range=asked)
    assert (answer.status, answer.body, answer.headers["content-range"]) == (416, b"", "bytes */1024")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "lines=0-1", "bytes=5-1", "bytes=-", "bytes=a-b", "bytes", "bytes=٣-٤"]
)
def test_range_that_is_not_understood_is_passed_over(preview: Previewed, asked: str) -> None:
    answer = preview.get("/film.webm", range=asked.encode().decode("latin-1"))
    assert (answer.status, len(answer.body)) == (200, 1024)


def test_part_is_only_for_those_who_have_the_same_file(preview: Previewed) -> None:
    tag = preview.get("/film.webm").headers["etag"]
    assert preview.get("/film.webm", range="bytes=0-9", if_range=tag).status == 206
    for other in ('"other"', f"W/{tag}", "Mon, 23 Nov 2026 12:00:00 GMT"):
        assert preview.get("/film.webm", range="bytes=0-9", if_range=other).status == 200, other


def test_connection_takes_several_requests(preview: Previewed) -> None:
    request = f"GET /robots.txt HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode()
    with preview.connect() as connection:
        for _ in range(3):
            connection.sendall(request)
            assert reply(connection).text == "User-agent: *\n"


def test_large_file_arrives_whole(site: Project) -> None:
    film = os.urandom(3_000_000)
    site.write({"static/film.webm": film})
    with previewing(site.path) as preview:
        assert preview.get("/film.webm").body == film
        assert preview.get("/film.webm", range="bytes=2999990-").body == film[-10:]


def test_file_that_shrinks_while_it_is_sent_ends_that_connection_alone(site: Project) -> None:
    site.write({"static/film.webm": bytes(30_000_000)})
    with previewing(site.path) as preview, preview.connect() as connection:
        connection.sendall(f"GET /film.webm HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        os.truncate(site.path / "static/film.webm", 1_000)
        received = 0
        while data := connection.recv(1 << 20):
            received += len(data)
        assert received < 30_000_000
        assert preview.get("/robots.txt").status == 200


def test_file_that_is_gone_is_not_found(site: Project, preview: Previewed) -> None:
    site.delete("static/robots.txt")
    preview.until(lambda: preview.get("/robots.txt").status == 404)


# ---- new editions -------------------------------------------------------------------------------------------


def test_saved_text_is_in_the_page_and_in_the_lists(site: Project, preview: Previewed) -> None:
    site.write({"posts/tides.md": POST.replace("Tides", "Ebb").replace("The sea", "The mud")})
    preview.until_in("/posts/tides/", "The mud")
    assert "Ebb" in preview.get("/").text
    assert "The mud" in preview.get("/feed.xml").text


def test_new_and_renamed_and_deleted_posts_move_through_the_lists(site: Project, preview: Previewed) -> None:
    site.write({"posts/gulls.md": POST.replace("Tides", "Gulls")})
    preview.until_in("/", "/posts/gulls/")
    (site.path / "posts/gulls.md").rename(site.path / "posts/terns.md")
    preview.until_in("/", "/posts/terns/")
    assert preview.get("/posts/gulls/").status == 404
    site.delete("posts/terns.md")
    preview.until(lambda: "/posts/terns/" not in preview.get("/").text)


def test_answer_waits_for_what_is_known_to_have_changed(site: Project, preview: Previewed) -> None:
    preview.until(lambda: preview.told.editions)
    for number in range(5):
        site.write({"posts/tides.md": POST.replace("The sea", f"Wave {number}")})
        preview.until(lambda: preview.preview.workshop.is_behind)  # only now it is known
        assert f"Wave {number}" in preview.get("/posts/tides/").text


def test_page_that_is_gone_is_remembered(site: Project, preview: Previewed) -> None:
    assert told(preview, "/posts/tides/")["gone"] is None
    (site.path / "posts/tides.md").rename(site.path / "posts/ebb.md")
    preview.until(lambda: preview.get("/posts/tides/").status == 404)
    gone = told(preview, "/posts/tides/")["gone"]
    assert isinstance(gone, dict)
    assert gone["url"] == "/posts/ebb/"


def test_page_that_was_never_there_is_not_called_gone(preview: Previewed) -> None:
    assert told(preview, "/posts/nowhere/")["gone"] is None


def test_drafts_and_posts_of_the_future_are_shown_with_a_banner_that_does_without_scripts(
    site: Project,
) -> None:
    site.write(
        {
            "posts/draft.md": POST.replace("tags: [sea]", "draft: true"),
            "posts/later.md": POST.replace("2026-11-02", "2026-11-25"),
        }
    )
    with previewing(site.path) as preview:
        assert 'id="recto-banner"' in preview.get("/posts/draft/").text
        assert "25 November 2026" in preview.get("/posts/later/").text.partition('id="recto-banner"')[2]
        assert 'id="recto-banner"' not in preview.get("/posts/tides/").text
    with previewing(site.path, drafts=False, future=False) as preview:
        assert preview.get("/posts/draft/").status == 404
        assert preview.get("/posts/later/").status == 404


def test_scheduled_post_comes_out_when_its_time_has_come(site: Project) -> None:
    start = monotonic()
    due = NOW + timedelta(seconds=2)
    site.write({"posts/later.md": POST.replace("2026-11-02", due.isoformat())})
    with previewing(
        site.path, clock=lambda: NOW + timedelta(seconds=monotonic() - start), future=False
    ) as preview:
        assert preview.get("/posts/later/").status == 404
        preview.until(lambda: preview.get("/posts/later/").status == 200)
        assert preview.told.editions[-1].round.changed == ()


# ---- what is wrong ------------------------------------------------------------------------------------------


def test_last_good_site_stays_while_something_is_wrong(site: Project, preview: Previewed) -> None:
    good = preview.get("/posts/tides/").body
    site.write({"posts/tides.md": BROKEN})
    preview.until(lambda: told(preview, "/posts/tides/")["errors"])
    assert preview.get("/posts/tides/").body == good
    assert preview.get("/").status == 200
    site.write({"posts/tides.md": POST.replace("The sea", "Mended")})
    preview.until_in("/posts/tides/", "Mended")
    assert told(preview, "/posts/tides/")["errors"] == []


def test_site_that_was_never_good_is_the_words_of_what_is_wrong(site: Project) -> None:
    site.write({"site.yaml": "titel: Coast\n"})
    words = site.build().problems[0].splitlines()
    with previewing(site.path) as preview:
        answer = preview.get("/posts/tides/")
        assert (answer.status, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert all(line.strip() in answer.text.replace("&quot;", '"').replace("&#34;", '"') for line in words)
        assert "/_recto/preview.js" in answer.text
        site.write({"site.yaml": "title: Coast\n"})
        preview.until(lambda: preview.get("/posts/tides/").status == 200)


def test_folder_without_a_site_is_served_and_becomes_one(tmp_path: Path) -> None:
    with previewing(tmp_path) as preview:
        answer = preview.get("/")
        assert (answer.status, "no-posts" in answer.text) == (500, True)
        (tmp_path / "posts").mkdir()
        (tmp_path / "posts/tides.md").write_text(POST)
        preview.until_in("/", "Tides")


def test_template_that_fails_leaves_the_last_good_page_and_all_others(
    site: Project, preview: Previewed
) -> None:
    good = preview.get("/posts/tides/").body
    site.write({"templates/post.html": "{{ post.title.nothing.at.all }}"})
    preview.until(lambda: told(preview, "/posts/tides/")["errors"])
    assert preview.get("/posts/tides/").body == good
    assert preview.get("/").status == 200
    site.write({"posts/gulls.md": POST})
    preview.until_in("/", "/posts/gulls/")
    assert preview.get("/posts/tides/").body == good
    assert len(preview.told.problems) == 1  # though it is the same in another edition
    assert "templates/post.html:1" in preview.told.problems[0]


def test_page_that_never_came_out_is_the_words_of_what_is_wrong(site: Project) -> None:
    site.write({"templates/post.html": "{{ post.title.nothing.at.all }}"})
    with previewing(site.path) as preview:
        answer = preview.get("/posts/tides/")
        assert (answer.status, "templates/post.html:1" in answer.text) == (500, True)
        site.write({"templates/post.html": "<head></head>Mended"})
        preview.until_in("/posts/tides/", "Mended")


def test_fault_of_recto_itself_is_told_and_the_next_save_tries_again(
    site: Project, preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    build, given = builder.build, list[Mapping[str, object]]()

    def record(*args: Any, **rest: Any) -> builder.Plan:
        given.append(rest)
        return build(*args, **rest)

    good = preview.get("/posts/tides/").body
    with monkeypatch.context() as patched:
        patched.setattr(builder, "build", fail)
        site.write({"posts/tides.md": POST.replace("The sea", "First")})
        preview.until(lambda: told(preview, "/")["errors"])
        assert "a bug" in json.dumps(told(preview, "/"))
        assert preview.get("/posts/tides/").body == good
    with monkeypatch.context() as patched:
        patched.setattr(builder, "build", record)
        site.write({"posts/gulls.md": POST})
        preview.until_in("/posts/gulls/", "The sea")
        site.write({"posts/gulls.md": POST.replace("The sea", "Feathers")})
        preview.until_in("/posts/gulls/", "Feathers")
    assert "First" in preview.get("/posts/tides/").text
    assert told(preview, "/")["errors"] == []
    assert given[0]["touched"] is None  # what a build knows that failed is not to be relied upon
    assert given[1]["touched"]


def test_fault_while_a_page_is_rendered_is_told_and_the_server_goes_on(
    site: Project, preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, page: Page) -> bytes:
        raise RuntimeError("a bug")

    good = preview.get("/").body
    site.write({"posts/gulls.md": POST})
    preview.until(lambda: preview.get("/posts/gulls/").status == 200)
    with monkeypatch.context() as patched:
        patched.setattr("recto.renderer.Renderer.render", fail)
        assert preview.get("/").body == good
        assert "a bug" in preview.get("/posts/tides/").text
    assert "a bug" in preview.told.problems[0]
    site.write({"posts/terns.md": POST})
    preview.until_in("/", "/posts/terns/")


def test_picture_whose_file_was_thrown_away_is_made_again(site: Project) -> None:
    site.write(
        {"images/dot.png": PICTURE.getvalue(), "posts/tides.md": f"{POST}\n![A dot](/images/dot.png)\n"}
    )
    with previewing(site.path) as preview:
        files = preview.told.editions[0].files.values()
        made = next(file.path for file in files if isinstance(file, Asset) and "dot" in file.path)
        assert preview.get(f"/{made}").status == 200
        for blob in (site.path / ".recto/blobs").iterdir():
            blob.unlink()
        preview.until(lambda: preview.get(f"/{made}").status == 200)


def test_site_that_keeps_no_memo_shows_its_pictures_all_the_same(site: Project) -> None:
    site.write(
        {
            ".recto": "not a folder",
            "images/dot.png": PICTURE.getvalue(),
            "posts/tides.md": f"{POST}\n![A dot](/images/dot.png)\n",
        }
    )
    with previewing(site.path) as preview:
        for text in ("One.", "Two."):
            site.write({"posts/gulls.md": POST + text})
            preview.until_in("/posts/gulls/", text)
            files = preview.told.editions[-1].files.values()
            made = [file.path for file in files if isinstance(file, Asset) and "dot" in file.path]
            assert len(made) > 1
            assert {preview.get(f"/{path}").status for path in made} == {200}


@pytest.mark.parametrize("part", ["recto.preview.workshop.is_new", "recto.preview.watching.Watcher._batch"])
def test_fault_in_a_thread_is_told_and_the_thread_goes_on(
    site: Project, preview: Previewed, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_: object) -> bool:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(part, fail)
        site.write({"posts/gulls.md": POST})
        preview.until(lambda: preview.told.problems)
    assert "a bug" in preview.told.problems[0]
    site.write({"posts/tides.md": POST.replace("The sea", "The mud")})
    preview.until_in("/posts/tides/", "The mud")
    preview.until_in("/posts/gulls/", "The sea")


# ---- events -------------------------------------------------------------------------------------------------


def test_open_page_is_told_of_the_edition_and_of_each_one_after_it(site: Project, preview: Previewed) -> None:
    with Events(preview) as page:
        assert (page.status, page.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        first = page.next()
        assert first["files"] == []
        site.write({"posts/tides.md": POST.replace("The sea", "The mud")})
        second = page.next()
    assert second == {"session": first["session"], "number": 2, "files": []}
    assert first["number"] == 1
    assert "The mud" in preview.get("/posts/tides/").text


def test_file_with_new_bytes_at_its_old_address_is_named(site: Project) -> None:
    site.write({"site.yaml": "url: https://example.com/b%20c\n", "static/custom.css": "p { margin: 0 }"})
    with previewing(site.path) as preview, Events(preview, "/b%20c/_recto/events") as page:
        page.next()
        site.write({"static/custom.css": "p { margin: 1em }"})
        assert page.next()["files"] == ["/b%20c/custom.css"]
        site.write({"static/new.css": "", "posts/tides.md": POST + "more"})
        assert page.next()["files"] == []


def test_page_that_was_away_sees_by_session_and_number_that_it_missed_something(site: Project) -> None:
    with previewing(site.path) as preview:
        with Events(preview) as page:
            before = page.next()
        site.write({"posts/tides.md": POST + "more"})
        preview.until_in("/posts/tides/", "more")
        with Events(preview) as page:
            after = page.next()
    with previewing(site.path, port=0) as again, Events(again) as page:
        restarted = page.next()
    assert (before["number"], after["number"]) == (1, 2)
    assert after["session"] == before["session"]
    assert restarted["session"] != before["session"]


def test_two_hundred_pages_that_read_nothing_do_not_stop_it(site: Project, preview: Previewed) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(Events(preview))
        site.write({"posts/tides.md": POST.replace("The sea", "The mud")})
        preview.until_in("/posts/tides/", "The mud")
        assert preview.stop() < 1


def test_streams_end_properly_with_the_server(preview: Previewed) -> None:
    with Events(preview) as page:
        page.next()
        assert preview.stop() < 1
        received = b""
        while data := page.connection.recv(1000):
            received += data
    assert received.endswith(b"0\r\n\r\n")


def test_more_pages_than_can_be_told_are_refused_until_others_leave(
    preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST", 2)
    with Events(preview) as one, Events(preview) as other:
        one.next()
        other.next()
        assert preview.get("/_recto/events").status == 503
    preview.until(lambda: _is_told(preview))


def _is_told(preview: Previewed) -> bool:
    with Events(preview) as asking:
        return asking.status == 200


def test_silence_is_broken_now_and_then(preview: Previewed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "ALIVE", 0.05)
    with Events(preview) as listening:
        listening.next()
        assert listening.connection.recv(100).startswith(b"9\r\n: alive")


# ---- search -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("searchable")
def test_search_index_is_made_when_it_is_asked_for_and_again_after_a_change(site: Project) -> None:
    with previewing(site.path) as preview:
        assert preview.get("/pagefind/pagefind.js").status == 200
        first = preview.get("/pagefind/pagefind-entry.json")
        assert json.loads(first.body)["languages"]["en"]["page_count"] == 1
        old = f"/pagefind/pagefind.{json.loads(first.body)['languages']['en']['hash']}.pf_meta"
        site.write({"posts/gulls.md": POST.replace("The sea", "Gulls")})
        preview.until_in("/", "/posts/gulls/")
        again = preview.get("/pagefind/pagefind-entry.json")
        assert json.loads(again.body)["languages"]["en"]["page_count"] == 2
        assert preview.get(old).status == 200
        assert preview.get("/pagefind/nothing.js").status == 404
