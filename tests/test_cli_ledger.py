"""`recto ledger`: taking over the addresses of the site before, recording those of now, listing them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from answering import Host, serving
from conftest import MakeProject, Project
from recto.cli import main
from recto.text import output_path

SITE = {
    "site.yaml": "url: https://example.com\nfeed: {items: 20}\n",
    "posts/2017-05-01-bees.md": "---\ntitle: Bees\ntags: [sea]\n---\n\nThe bees.\n",
    "posts/2018-03-09-the-sea.md": "---\ntitle: What's the sea?\n---\n\nThe sea.\n",
    "pages/about.md": "---\ntitle: About\n---\n\nMe.\n",
    "posts/2019-01-01-half.md": "---\ntitle: Half\ndraft: true\n---\n\nHalf.\n",
}


@pytest.fixture
def site(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795435200")
    made = project(SITE)
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def old() -> Iterator[Host]:
    """A site as WordPress has them: with sitemaps, and ids in its feed that are no addresses of posts."""
    with serving() as host:
        base = host.base

        def item(url: str, title: str, day: str, number: int) -> str:
            return (
                f'<item><title>{title}</title><link>{base}{url}</link><guid isPermaLink="false">{base}/?p={number}</guid>'
                f"<pubDate>{day} 23:30:00 +0000</pubDate></item>"
            )

        def feed(*items: str) -> bytes:
            head = "<generator>https://wordpress.org/?v=6.5</generator>"
            return f"<rss><channel>{head}{''.join(items)}</channel></rss>".encode()

        urls = ("/", "/2017/05/bees/", "/2018/03/sea-question/", "/about/", "/tag/sea/", "/2009/lost/")
        host.answers |= {
            "/": b'<html><link rel="alternate" type="application/rss+xml" href="/feed/"></html>',
            "/robots.txt": f"Sitemap: {base}/wp-sitemap.xml".encode(),
            "/wp-sitemap.xml": f"<sitemapindex><sitemap><loc>{base}/1.xml</loc></sitemap></sitemapindex>".encode(),
            "/1.xml": f"<urlset>{''.join(f'<url><loc>{base}{url}</loc></url>' for url in urls)}</urlset>".encode(),
            "/feed/": feed(
                item("/2018/03/sea-question/", "What&amp;#8217;s the sea?", "Fri, 09 Mar 2018", 12)
            ),
            "/feed/?paged=2": feed(item("/2017/05/bees/", "Bees", "Mon, 01 May 2017", 3)),
        }
        yield host


def locked(site: Project) -> str:
    return (site.path / "urls.lock").read_text("utf-8")


def leads(site: Project, url: str) -> str:
    """Where the page at an old address leads."""
    page = site.output()[output_path(url)].decode()
    [target] = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', page)
    return str(target)


# ---- import -------------------------------------------------------------------------------------------------


def test_a_site_that_moves_keeps_its_addresses_and_the_ids_of_its_feed(site: Project, old: Host) -> None:
    assert main(["ledger", "import", old.base]) == 0
    site.build()
    assert leads(site, "/2017/05/bees/") == "/posts/bees/"
    assert leads(site, "/2018/03/sea-question/") == "/posts/the-sea/"
    feed = site.output()["feed.xml"].decode()
    assert re.findall(r"<id>(.*)</id>", feed)[1:] == [f"{old.base}/?p=12", f"{old.base}/?p=3"]
    assert [item["id"] for item in json.loads(site.output()["feed.json"])["items"]] == [
        f"{old.base}/?p=12",
        f"{old.base}/?p=3",
    ]


def test_an_import_tells_what_became_of_what_it_read(
    site: Project, old: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ledger", "import", old.base])
    shown = capsys.readouterr()
    assert shown.out.replace(old.base, "OLD") == (
        "OLD/wp-sitemap.xml: 0 addresses\n"
        "OLD/feed/: 1 address\n"
        "OLD/1.xml: 6 addresses\n"
        "OLD/feed/?paged=2: 1 address\n"
        "urls.lock knows 7 addresses of the site before\n"
        "  posts     3 addresses of 3 files\n"
        "  feed ids  2 stay\n"
        "  others    1 address that the site answers too\n"
        "  strays    3 addresses that lead nowhere yet\n"
    )
    assert shown.err == (
        "these may lead to what is like them: if that is right, write into site.yaml\n"
        "  redirects:\n"
        "    /feed/: /feed.xml\n"
        "    /tag/sea/: /tags/sea/\n"
        "nothing is like /2009/lost/: lead them on by redirects too, or recto deploy --gone URL\n"
    )


def test_a_stray_is_told_by_each_import_until_it_leads_somewhere(
    site: Project, old: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ledger", "import", old.base])
    first = capsys.readouterr()
    main(["ledger", "import", old.base])
    assert capsys.readouterr() == first


def test_no_feed_is_suggested_that_the_site_does_not_have(
    site: Project, old: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    site.write({"site.yaml": "title: No address\n"})
    main(["ledger", "import", old.base])
    assert "nothing is like /2009/lost/, /feed/:" in capsys.readouterr().err


def test_with_the_redirects_that_an_import_suggests_nothing_leads_nowhere(
    site: Project, old: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    del old.answers["/1.xml"]
    main(["ledger", "import", old.base])
    lines = capsys.readouterr().err.splitlines()
    told = lines[lines.index("  redirects:") : lines.index("  redirects:") + 2]
    site.write({"site.yaml": "\n".join([SITE["site.yaml"], *(line[2:] for line in told), ""])})
    result = site.build()
    assert result.problems == []
    assert site.output()["feed/index.html"]
    assert main(["ledger", "import", old.base]) == 0
    assert "  strays    0 addresses" in capsys.readouterr().out


def test_the_front_page_of_a_site_that_was_below_a_folder_leads_to_the_one_of_now(
    site: Project, old: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    old.answers |= {
        "/blog/": b"<html></html>",
        "/1.xml": f"<urlset><url><loc>{old.base}/blog/</loc></url></urlset>".encode(),
    }
    main(["ledger", "import", f"{old.base}/blog/"])
    assert "    /blog/: /\n" in capsys.readouterr().err


def test_the_same_import_again_changes_nothing(site: Project, old: Host) -> None:
    main(["ledger", "import", old.base])
    before = locked(site)
    assert main(["ledger", "import", old.base]) == 0
    assert locked(site) == before
    main(["ledger", "update"])
    before = locked(site)
    assert main(["ledger", "import", old.base]) == 0
    assert locked(site) == before


def test_a_sitemap_and_a_feed_may_be_imported_one_after_the_other(site: Project) -> None:
    site.write(
        {
            "map.txt": "https://old.example/2017/05/bees/\nhttps://old.example/2017/05/01/bees.html\n",
            "feed.xml": "<rss><item><link>https://old.example/2017/05/bees/</link><guid>tag:1</guid></item></rss>",
        }
    )
    main(["ledger", "import", "map.txt"])
    main(["ledger", "import", "feed.xml"])
    one_by_one = locked(site)
    (site.path / "urls.lock").unlink()
    main(["ledger", "import", "feed.xml", "map.txt"])
    assert "tag:1" in one_by_one
    assert locked(site) == one_by_one


def test_an_import_records_no_address_that_nobody_has_seen(site: Project) -> None:
    site.write({"map.txt": "https://old.example/2017/05/bees/\nhttps://old.example/about/\n"})
    main(["ledger", "import", "map.txt"])
    assert [line.split("\t")[0] for line in locked(site).splitlines()[2:]] == ["/2017/05/bees/", "/about/"]


def test_an_import_keeps_what_the_ledger_has(site: Project) -> None:
    main(["ledger", "update"])
    before = set(locked(site).splitlines())
    site.write({"map.txt": "https://old.example/2017/05/bees/\n"})
    main(["ledger", "import", "map.txt"])
    assert set(locked(site).splitlines()) == before | {"/2017/05/bees/\twas\tposts/2017-05-01-bees.md"}


def test_a_draft_takes_no_address(site: Project) -> None:
    site.write({"map.txt": "https://old.example/2019/01/half/\n"})
    main(["ledger", "import", "map.txt"])
    assert "/2019/01/half/\tstray\n" in locked(site)


def test_an_address_below_the_folder_of_the_site_counts_from_there(site: Project) -> None:
    site.write(
        {
            "site.yaml": "url: https://example.com/blog\n",
            "map.txt": "https://example.com/blog/2017/05/bees/\nhttps://example.com/shop/\n",
        }
    )
    main(["ledger", "import", "map.txt"])
    site.build()
    assert leads(site, "/2017/05/bees/") == "/blog/posts/bees/"
    assert "shop" not in locked(site)


def test_what_cannot_be_imported_is_told_and_cannot_steer_a_terminal(
    site: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = "https://old.example/2017/05/bees/\nhttps://old.example/\x1b[31m\nhttps://old.example/?p=1\n"
    site.write(
        {"map.txt": urls, "index.xml": "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>"}
    )
    main(["ledger", "import", "map.txt", "index.xml"])
    assert capsys.readouterr().err == (
        "passed over: 2 addresses at another place, or with a query: https://old.example/␛[31m, https://old.example/?p=1\n"
        "not read: index.xml names 1 more: import those too\n"
    )


@pytest.mark.parametrize("files", [{}, {"posts/bad.md": "---\ntitle: a: b\n---\n"}])
def test_an_import_that_cannot_be_leaves_the_ledger_as_it_was(
    site: Project, files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    site.write({"map.txt": "/2017/05/bees/\n", **files})
    assert main(["ledger", "import", "map.txt", *([] if files else ["missing.xml"])]) == 1
    assert ("posts/bad.md" if files else "missing.xml cannot be read") in capsys.readouterr().err
    assert not (site.path / "urls.lock").exists()


# ---- update, list -------------------------------------------------------------------------------------------


def test_update_records_the_addresses_of_now(site: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "update"]) == 0
    assert "/posts/bees/\tis\tposts/2017-05-01-bees.md" in locked(site)
    assert "half" not in locked(site)
    first = capsys.readouterr().out
    assert re.fullmatch(r"urls\.lock knows (\d+) addresses \(\1 new\)\n", first)
    before = locked(site)
    main(["ledger", "update"])
    assert capsys.readouterr().out == first.partition("(")[0] + "(nothing new)\n"
    assert locked(site) == before


def test_update_tells_what_leads_nowhere_and_keeps_it(
    site: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ledger", "update"])
    site.delete("posts/2017-05-01-bees.md")
    assert main(["ledger", "update"]) == 0
    assert '"/posts/bees/" would be gone' in capsys.readouterr().err
    assert "/posts/bees/\t" in locked(site)


def test_list_tells_where_each_old_address_leads(site: Project, capsys: pytest.CaptureFixture[str]) -> None:
    site.write({"static/paper.pdf": "paper"})
    main(["ledger", "update"])
    assert "/paper.pdf\tfile" in locked(site)
    with (site.path / "urls.lock").open("a") as file:
        file.write("/lost/\tstray\n/given-up/\tgone\n")
    site.write({"site.yaml": SITE["site.yaml"] + "permalink: /{slug}/\n"})
    capsys.readouterr()
    assert main(["ledger"]) == 0
    assert capsys.readouterr().out == (
        "/given-up/       is gone, and says so\n"
        "/lost/           leads nowhere\n"
        "/posts/bees/     -> /bees/\n"
        "/posts/the-sea/  -> /the-sea/\n"
    )
    main(["ledger", "list", "--json"])
    assert json.loads(capsys.readouterr().out) == [
        {"url": "/given-up/", "leads_to": None, "answer": "gone"},
        {"url": "/lost/", "leads_to": None, "answer": "lost"},
        {"url": "/posts/bees/", "leads_to": "/bees/", "answer": "moved"},
        {"url": "/posts/the-sea/", "leads_to": "/the-sea/", "answer": "moved"},
    ]


def test_a_site_without_old_addresses_lists_none(site: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "list"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "no address of the site is an old one\n")
    main(["ledger", "list", "--json"])
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["imprt", "x"], 'recto ledger cannot "imprt"\n  fix: did you mean "import"?'),
        (["import"], "recto ledger import needs to know where the site was"),
        (["list", "x"], '"x" is one word too many'),
        (["update", "x"], '"x" is one word too many'),
    ],
)
def test_words_that_make_no_sense_are_wrong_usage(
    site: Project, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledger", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_ledger_that_is_damaged_is_not_written_over(
    site: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    site.write({"urls.lock": "<<<<<<< HEAD\n", "map.txt": "/x/\n"})
    for words in (["update"], ["import", "map.txt"], ["list"]):
        assert main(["ledger", *words]) == 1
        assert "urls.lock:1" in capsys.readouterr().err
    assert Path("urls.lock").read_text() == "<<<<<<< HEAD\n"
