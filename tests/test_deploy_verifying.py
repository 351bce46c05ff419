"""After a deploy the site is read as readers do, and what differs from what was sent is said exactly."""

from collections.abc import Iterator

import pytest

import apis
from apis import DROP, Asked, Said
from recto.deploy.snapshot import File
from recto.deploy.verifying import Report, chosen, url_of, verify
from recto.deploy.web import Web, WebError
from recto.memo import digest_bytes

PAGES = {f"posts/{number:03}/index.html": b"<p>%d</p>" % number for number in range(100)}
SITE = PAGES | {
    "index.html": b"<h1>Bees</h1>",
    "feed.xml": b"<feed/>",
    "404.html": b"nothing",
    "a/style.css": b"a",
}


class Host(apis.StandIn):
    """A web server with some files."""

    files: dict[str, bytes]

    @property
    def site(self) -> dict[str, bytes]:
        return self.files


@pytest.fixture
def there() -> Iterator[Host]:
    server = Host()
    server.files = dict(SITE)
    with apis.running(server):
        yield server


def files(site: dict[str, bytes]) -> dict[str, File]:
    return {path: File(digest_bytes(data), len(data)) for path, data in site.items()}


def verified(
    server: Host, *changed: str, patience: float = 0, before: dict[str, bytes] | None = None
) -> Report:
    return verify(f"{server.url}/live/", files(SITE), changed, patience=patience, before=files(before or {}))


def problems(report: Report) -> dict[str, str]:
    return {each.path: each.problem for each in report.deviations}


# ---- what is read -------------------------------------------------------------------------------------------


def test_the_front_page_the_feed_and_ten_changed_pages_from_all_over_are_read() -> None:
    first, feed, *pages = chosen(files(SITE), list(PAGES))
    assert (first, feed) == ("index.html", "feed.xml")
    assert pages == [f"posts/{number:03}/index.html" for number in range(0, 100, 10)]


def test_fewer_changed_pages_are_all_read_and_each_once() -> None:
    changed = [
        "index.html",
        "posts/007/index.html",
        "posts/007/index.html",
        "a/style.css",
        "404.html",
        "gone.html",
    ]
    assert chosen(files(SITE), changed) == ("index.html", "feed.xml", "posts/007/index.html")


def test_a_site_without_a_feed_or_a_front_page_is_read_too() -> None:
    assert chosen(files({"x.html": b"x"}), ["x.html"]) == ("x.html",)


def test_a_page_is_read_at_its_address() -> None:
    assert (
        url_of("https://example.com/blog/", "posts/\xfcber 50%/index.html")
        == "https://example.com/blog/posts/%C3%BCber%2050%25/"
    )
    assert url_of("https://example.com", "index.html") == "https://example.com/"
    assert url_of("https://example.com", "a/myindex.html") == "https://example.com/a/myindex.html"


# ---- what is said -------------------------------------------------------------------------------------------


def test_a_site_that_is_as_sent_is_fine(there: Host) -> None:
    report = verified(there, *PAGES)
    assert report.ok
    assert len(report.paths) == 12
    assert {each.path for each in there.asked} == {
        f"/live/{path.removesuffix('index.html')}" for path in report.paths
    }


def test_what_differs_is_said_exactly(there: Host) -> None:
    there.files["index.html"] = b"<h1>Old bees</h1>"
    there.files["feed.xml"] = b"<feed>injected</feed>"
    del there.files["posts/001/index.html"]
    report = verified(there, *list(PAGES)[:3], before={"index.html": b"<h1>Old bees</h1>"})
    assert not report.ok
    assert problems(report) == {
        "index.html": "is still as it was before",
        "feed.xml": "is not what was sent: 21 bytes came, 7 were sent",
        "posts/001/index.html": "answers 404",
    }
    assert report.deviations[2].url == f"{there.url}/live/posts/001/"


def test_the_right_bytes_with_the_wrong_status_are_not_fine(there: Host) -> None:
    there.trouble = lambda number, asked: Said(404, SITE["index.html"]) if asked.path == "/live/" else None
    assert problems(verified(there)) == {"index.html": "answers 404"}


def test_a_redirect_to_elsewhere_is_said_and_not_followed(there: Host) -> None:
    with apis.running(Host()) as other:
        there.trouble = lambda number, asked: Said(
            301, {}, {"Location": other.url.replace("127.0.0.1", "localhost")}
        )
        report = verified(there)
        assert (
            problems(report)["index.html"]
            == f"leads elsewhere: http://localhost:{other.url.rpartition(':')[2]}"
        )
        assert other.asked == []


def test_a_redirect_within_the_site_is_followed(there: Host) -> None:
    def without_slash(number: int, asked: Asked) -> Said | None:
        return Said(308, {}, {"Location": "/live/posts/001.html"}) if asked.path.endswith("/001/") else None

    there.trouble = without_slash
    there.files["posts/001.html"] = PAGES["posts/001/index.html"]
    assert verified(there, "posts/001/index.html").ok
    there.files["posts/001.html"] = b"other"
    said = problems(verified(there, "posts/001/index.html"))["posts/001/index.html"]
    assert (
        said
        == f"leads to {there.url}/live/posts/001.html and is not what was sent: 5 bytes came, 8 were sent"
    )


def test_a_host_that_is_away_is_said() -> None:
    report = verify("http://127.0.0.1:1/", files(SITE), [], patience=0)
    assert problems(report) == dict.fromkeys(
        ("index.html", "feed.xml"), "cannot be read: it refuses the connection"
    )


# ---- patience -----------------------------------------------------------------------------------------------


def test_a_cache_that_holds_the_old_page_is_waited_for(there: Host) -> None:
    told = []
    there.trouble = lambda number, asked: Said(200, b"old") if number < 5 and asked.path == "/live/" else None
    report = verify(
        f"{there.url}/live",
        files(SITE),
        [],
        patience=30,
        progress=lambda done, total: told.append((done, total)),
    )
    assert report.ok
    assert told[0] == (1, 2)
    assert told[-1] == (2, 2)
    assert there.sent("GET", "/live/feed.xml") == [""]  # what is right is not read again


def test_patience_ends(there: Host) -> None:
    there.files["index.html"] = b"old"
    report = verified(there, patience=0.5)
    assert list(problems(report)) == ["index.html"]
    assert 0.5 <= report.waited < 10


# ---- asking -------------------------------------------------------------------------------------------------


def test_an_answer_that_is_too_large_is_not_held(there: Host) -> None:
    with Web() as web, pytest.raises(WebError, match="it sends more than 3 bytes"):
        web.get(f"{there.url}/live/feed.xml", limit=3)


def test_redirects_in_a_circle_end(there: Host) -> None:
    there.trouble = lambda number, asked: Said(302, {}, {"Location": asked.path})
    with Web() as web, pytest.raises(WebError, match="it redirects in a circle"):
        web.get(f"{there.url}/live/")
    assert len(there.asked) < 10


@pytest.mark.parametrize(
    "location",
    [
        "http://[",
        "https://evil.example/",
        "//evil.example/",
        "file:///etc/passwd",
        "",
        "http://localhost:{port}/",
    ],
)
def test_a_redirect_that_leads_away_is_the_answer(there: Host, location: str) -> None:
    target = location.format(port=there.url.rpartition(":")[2])
    there.trouble = lambda number, asked: Said(302, {}, {"Location": target} if target else {})
    with Web() as web:
        assert web.get(f"{there.url}/live/").status == 302
    assert len(there.asked) == 1


def test_a_broken_connection_is_tried_again_but_not_for_ever(there: Host) -> None:
    there.trouble = lambda number, asked: DROP if number < 3 else None
    with Web() as web:
        assert web.get(f"{there.url}/live/feed.xml").ok
    there.trouble = lambda number, asked: DROP
    there.asked.clear()
    with Web(tries=3) as web, pytest.raises(WebError, match="the connection broke"):
        web.get(f"{there.url}/live/feed.xml")
    assert len(there.asked) == 3


@pytest.mark.parametrize("address", ["", "nothing", "ftp://example.com/", "http://\0/", "mailto:a@b"])
def test_what_is_no_address_is_said(address: str) -> None:
    with Web() as web, pytest.raises(WebError, match="that is no address of the web"):
        web.get(address)


def test_a_password_in_an_address_is_in_no_message() -> None:
    with Web(tries=1) as web, pytest.raises(WebError) as error:
        web.get("http://me:secret@127.0.0.1:1/")
    assert "secret" not in str(error.value)
