"""What web servers are told to say of files."""

import pytest

from recto.deploy.headers import LASTING, PASSING, cache_control, content_type


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("Old/PAGE.HTM", "text/html; charset=utf-8"),
        ("assets/style.1a2b3c4d.css", "text/css; charset=utf-8"),
        ("assets/search.1a2b3c4d.js", "text/javascript; charset=utf-8"),
        ("feed.xml", "application/xml; charset=utf-8"),
        ("tags/sea/feed.json", "application/feed+json; charset=utf-8"),
        ("search/pagefind.json", "application/json; charset=utf-8"),
        ("covers/bees.svg", "image/svg+xml; charset=utf-8"),
        ("photo.JPEG", "image/jpeg"),
        ("paper.pdf", "application/pdf"),
        ("fonts/serif.woff2", "font/woff2"),
        ("CNAME", "application/octet-stream"),
        (".nojekyll", "application/octet-stream"),
        ("a.html/raw", "application/octet-stream"),
    ],
)
def test_a_file_has_the_media_type_of_its_name(path: str, kind: str) -> None:
    assert content_type(path) == kind


@pytest.mark.parametrize("path", ["assets/style.1a2b3c4d.css", "posts/x/tide-800.0a1b2c3d.webp"])
def test_a_file_whose_name_holds_a_digest_is_cached_for_ever(path: str) -> None:
    assert cache_control(path) == LASTING


@pytest.mark.parametrize(
    "path",
    ["index.html", "posts/x/index.html", "feed.xml", "robots.txt", "favicon.ico", "report-20170501.pdf"],
)
def test_a_file_that_may_change_under_its_name_is_cached_for_a_minute(path: str) -> None:
    assert cache_control(path) == PASSING
