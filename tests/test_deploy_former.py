"""What is found of a site that was there before: of a real server's answers, and of files."""

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from answering import Host, serving
from recto.deploy import former as module
from recto.deploy.faults import DeployError
from recto.deploy.former import Former, former
from recto.deploy.web import Web


@pytest.fixture
def old() -> Iterator[Host]:
    with serving() as host:
        yield host


def sitemap(*addresses: str) -> bytes:
    return f"<urlset>{''.join(f'<url><loc>{address}</loc></url>' for address in addresses)}</urlset>".encode()


def index(*addresses: str) -> bytes:
    parts = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"<sitemapindex>{parts}</sitemapindex>".encode()


def feed(*items: str, head: str = "") -> bytes:
    shown = "".join(f"<item><link>{item}</link><guid>{item}</guid></item>" for item in items)
    return f"<rss><channel>{head}{shown}</channel></rss>".encode()


def found(source: str) -> Former:
    with Web(tries=1) as web:
        return former(source, web, lambda name, count: None)


def addresses(site: Former, base: str = "") -> list[str]:
    return [entry.address.removeprefix(base) for entry in site.entries]


def refused(source: str) -> str:
    with pytest.raises(DeployError) as caught:
        found(source)
    [problem] = caught.value.diagnostics
    return f"{problem.message} ({problem.hint})"


# ---- a site -------------------------------------------------------------------------------------------------


def test_a_front_page_leads_to_the_sitemaps_of_robots_txt_and_to_its_feeds(old: Host) -> None:
    old.answers |= {
        "/": b"<html><link rel=alternate type=application/rss+xml href=/rss/all/></html>",
        "/robots.txt": f"Sitemap: {old.base}/index.xml.gz".encode(),
        "/index.xml.gz": gzip.compress(index(f"{old.base}/1.xml", "/2.xml")),
        "/1.xml": sitemap(f"{old.base}/a/"),
        "/2.xml": sitemap(f"{old.base}/b/"),
        "/rss/all/": feed(f"{old.base}/a/"),
    }
    site = found(old.base)
    assert addresses(site, old.base) == ["/a/", "/a/", "/b/"]
    assert [entry.id for entry in site.entries] == [f"{old.base}/a/", "", ""]
    assert (site.home, site.feeds, site.flaws) == (old.base, (f"{old.base}/rss/all/",), ())


def test_sitemaps_and_feeds_that_nobody_names_are_found_where_they_usually_are(old: Host) -> None:
    old.answers |= {
        "/blog/": b"<html></html>",
        "/blog/sitemap.xml": sitemap(f"{old.base}/blog/a/"),
        "/blog/atom.xml": feed(f"{old.base}/blog/b/"),
        "/blog/feed/": feed(f"{old.base}/blog/b/"),
        "/blog/rss.xml": b"<html>not here, with the status of what is</html>",
    }
    site = found(f"{old.base}/blog/")
    assert addresses(site, old.base) == ["/blog/a/", "/blog/b/"]
    assert site.home == f"{old.base}/blog"
    assert site.feeds == (f"{old.base}/blog/atom.xml", f"{old.base}/blog/feed/")
    assert site.flaws == ()


def test_the_pages_of_a_feed_are_read_until_one_is_missing_or_tells_nothing_new(old: Host) -> None:
    wordpress = "<generator>https://wordpress.org/?v=6</generator>"
    old.answers |= {
        "/feed/": feed(f"{old.base}/a/", head=wordpress),
        "/feed/?paged=2": feed(f"{old.base}/b/", head=wordpress),
        "/feed/?paged=3": feed(f"{old.base}/c/", head=wordpress),
    }
    site = found(f"{old.base}/feed/")
    assert addresses(site, old.base) == ["/a/", "/b/", "/c/"]
    assert (site.home, site.feeds, site.flaws) == (old.base, (f"{old.base}/feed/",), ())
    old.answers["/feed/?paged=2"] = old.answers["/feed/"]
    old.asked.clear()
    assert addresses(found(f"{old.base}/feed/"), old.base) == ["/a/"]
    assert old.asked == ["/feed/", "/feed/?paged=2"]


def test_documents_that_cannot_be_read_are_told_and_the_others_are_read(old: Host) -> None:
    old.answers |= {
        "/s.xml": index("/missing.xml", "/html.xml", "/broken.xml", "/good.xml"),
        "/html.xml": b"<html></html>",
        "/broken.xml": b"<urlset><url><loc>/x/</loc></url>",
        "/good.xml": sitemap("/y/"),
    }
    site = found(f"{old.base}/s.xml")
    assert addresses(site, old.base) == ["/x/", "/y/"]
    assert site.flaws == (
        f"{old.base}/missing.xml cannot be read: it answers with 404",
        f"{old.base}/html.xml: it is no sitemap and no feed",
        f"{old.base}/broken.xml: it breaks off at line 1: no element found",
    )


def test_each_document_is_asked_for_once_however_they_lead_in_circles(old: Host) -> None:
    old.answers |= {"/s.xml": index("/s.xml", "/t.xml"), "/t.xml": index("/s.xml", "/t.xml", "/u.xml")}
    old.answers["/u.xml"] = sitemap("/x/")
    found(f"{old.base}/s.xml")
    assert sorted(old.asked) == ["/s.xml", "/s.xml", "/t.xml", "/u.xml"]


def test_no_other_host_is_asked_whatever_documents_say(old: Host) -> None:
    with serving() as other:
        old.answers |= {
            "/s.xml": index(
                f"{other.base}/x.xml", f"http://me@{old.base[7:]}/y.xml", "/moved.xml", "/good.xml"
            ),
            "/moved.xml": f"{other.base}/moved.xml",
            "/good.xml": sitemap("/x/"),
        }
        site = found(f"{old.base}/s.xml")
        assert other.asked == []
    assert site.flaws == (
        f"{other.base}/x.xml is at another host, and is not asked",
        f"http://me@{old.base[7:]}/y.xml is at another host, and is not asked",
        f"{old.base}/moved.xml leads to {other.base}/moved.xml, at another host",
    )
    assert addresses(site, old.base) == ["/x/"]


def test_only_so_many_documents_are_asked_for(old: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    old.answers |= {f"/{number}.xml": sitemap(f"/{number}/") for number in range(9)}
    old.answers["/s.xml"] = index(*(f"/{number}.xml" for number in range(9)))
    site = found(f"{old.base}/s.xml")
    assert len(old.asked) == 4
    assert "is not asked: there are more than 3 documents" in site.flaws[-1]


def test_a_site_that_tells_nothing_is_refused(old: Host) -> None:
    old.answers["/"] = b"<html></html>"
    assert refused(f"{old.base}/") == (
        f"{old.base}/ has no sitemap and no feed that can be found"
        " (give the address of one, or a file with one address a line)"
    )


def test_an_address_that_gives_nothing_is_refused(old: Host) -> None:
    old.answers["/moved/"] = "https://new.example/"
    assert refused(f"{old.base}/x").startswith(f"{old.base}/x cannot be read: it answers with 404 (")
    assert refused(f"{old.base}/moved/") == (
        f"{old.base}/moved/ leads to https://new.example/, at another host (give that address, if it is meant)"
    )
    assert "cannot be read: it refuses the connection" in refused("http://127.0.0.1:9/")
    assert refused("http://[x/").startswith("a source is no address that can be asked (")


def test_a_password_in_an_address_is_neither_sent_nor_shown(old: Host) -> None:
    old.answers["/"] = sitemap("/a/")
    assert "secret" not in refused(f"http://me:secret@{old.base[7:]}/")
    assert old.asked == []


# ---- files --------------------------------------------------------------------------------------------------

SITEMAP = sitemap("https://old.example/a/", "https://old.example/b/", "https://other.example/")


@pytest.mark.parametrize(
    ("data", "home", "count"),
    [
        (SITEMAP, "https://old.example", 3),
        (gzip.compress(SITEMAP, mtime=0), "https://old.example", 3),
        (feed("https://old.example/a/"), "https://old.example", 1),
        (b"/a/\n/b/\n", "", 2),
    ],
)
def test_a_file_tells_of_the_host_that_most_of_its_addresses_are_at(
    tmp_path: Path, data: bytes, home: str, count: int
) -> None:
    (tmp_path / "x").write_bytes(data)
    site = found(str(tmp_path / "x"))
    assert (site.home, len(site.entries), site.feeds) == (home, count, ())


def test_a_file_leads_to_no_host(tmp_path: Path, old: Host) -> None:
    (tmp_path / "index.xml").write_bytes(index(f"{old.base}/1.xml"))
    assert found(str(tmp_path / "index.xml")).flaws == (
        f"{tmp_path}/index.xml names 1 more: import those too",
    )
    assert old.asked == []


@pytest.mark.parametrize(
    ("files", "source", "words"),
    [
        ({}, "old.example", "old.example cannot be read: no such file or directory (name a file that is there, or an address with its scheme: https://old.example)"),
        ({"x": b"\x89PNG"}, "x", "x cannot be read: it is no sitemap, no feed and no list of addresses (name a sitemap, a feed, or a file with one address a line)"),
    ],
)  # fmt: skip
def test_a_file_that_tells_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Mapping[str, bytes], source: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert refused(source) == words
