"""What was public before recto, as sitemaps and feeds tell it: read from anybody's bytes."""

import gzip
import zlib
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.ledger.imported import LARGEST, Document, Entry, feeds_named, read, sitemaps_named

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel>
  <title>Old blog</title>
  <link>https://old.example/</link>
  <atom:link rel="self" href="https://old.example/feed/"/>
  <image><url>https://old.example/logo.png</url><title>Logo</title><link>https://old.example/</link></image>
  {items}
</channel>
</rss>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://old.example/blog/">
  <title>Old blog</title><link href="https://old.example/"/><id>tag:old.example,2017:feed</id>
  {entries}
</feed>"""


def rss(*items: str) -> Document:
    return read(RSS.format(items="".join(f"<item>{item}</item>" for item in items)).encode())


def atom(*entries: str) -> Document:
    return read(ATOM.format(entries="".join(f"<entry>{entry}</entry>" for entry in entries)).encode())


def only(document: Document) -> Entry:
    [entry] = document.entries
    return entry


# ---- sitemaps -----------------------------------------------------------------------------------------------

SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
  xmlns:xhtml="http://www.w3.org/1999/xhtml">
  <url>
    <image:image><image:loc>https://old.example/bees.jpg</image:loc></image:image>
    <xhtml:link rel="alternate" hreflang="de" href="https://old.example/de/"/>
    <loc> https://old.example/2017/05/01/bees.html </loc><lastmod>2020-01-01</lastmod>
  </url>
  <url><loc>https://old.example/a?x=1&amp;y=2</loc></url>
  <url><loc>ftp://old.example/</loc></url><url/>
</urlset>"""


def test_a_sitemap_tells_its_pages_and_not_their_pictures() -> None:
    found = read(SITEMAP)
    assert (found.kind, found.more, found.flaw) == ("sitemap", (), "")
    assert found.entries == (
        Entry(address="https://old.example/2017/05/01/bees.html"),
        Entry(address="https://old.example/a?x=1&y=2"),
    )


def test_a_gzipped_sitemap_is_the_same() -> None:
    assert read(gzip.compress(SITEMAP)) == read(SITEMAP)


@pytest.mark.parametrize("space", ["", ' xmlns="http://www.google.com/schemas/sitemap/0.84"', ' xmlns="x"'])
def test_a_sitemap_in_a_wrong_namespace_is_read(space: str) -> None:
    text = f"<urlset{space}><url><loc>https://old.example/x/</loc></url></urlset>"
    assert only(read(text.encode())) == Entry(address="https://old.example/x/")


def test_an_index_of_sitemaps_tells_where_they_are() -> None:
    text = "<sitemapindex><sitemap><loc>https://old.example/1.xml.gz</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>"
    found = read(text.encode(), "https://old.example/sitemap.xml")
    assert (found.kind, found.entries) == ("sitemap", ())
    assert found.more == ("https://old.example/1.xml.gz", "https://old.example/2.xml")


def test_a_list_of_addresses_is_a_sitemap_too() -> None:
    found = read("﻿https://old.example/x/\r\n# by hand\n\n/2017/über/\n/".encode())
    assert found.kind == "list"
    assert [entry.address for entry in found.entries] == ["https://old.example/x/", "/2017/über/", "/"]


# ---- feeds --------------------------------------------------------------------------------------------------


def test_an_entry_of_rss_has_address_title_day_and_the_id_that_readers_know() -> None:
    entry = only(
        rss(
            "<media:title>no</media:title><title>Bees &amp;amp; I</title><link>https://old.example/bees/</link>"
            '<guid isPermaLink="false">https://old.example/?p=12</guid>'
            "<pubDate>Mon, 01 May 2017 23:30:00 -0700</pubDate>"
        )
    )
    assert entry == Entry(
        address="https://old.example/bees/",
        title="Bees & I",
        day="2017-05-01",
        id="https://old.example/?p=12",
    )


def test_an_entry_of_rss_without_a_link_is_at_its_lasting_guid_only() -> None:
    assert only(rss("<guid>https://old.example/bees/</guid>")).address == "https://old.example/bees/"
    assert rss('<guid isPermaLink="false">https://old.example/bees/</guid>').entries == ()


def test_an_entry_of_rss_without_a_guid_is_known_by_its_link() -> None:
    assert only(rss("<link>https://old.example/bees/</link>")).id == "https://old.example/bees/"


def test_the_address_before_a_feed_service_counts() -> None:
    entry = only(
        rss(
            "<link>https://feeds.example.net/~r/1</link><feedburner:origLink>https://old.example/b/</feedburner:origLink>"
            "<dc:date>2017-05-01T10:00:00Z</dc:date>"
        )
    )
    assert (entry.address, entry.day) == ("https://old.example/b/", "2017-05-01")


def test_an_entry_of_rdf_is_known_by_what_it_is_about() -> None:
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <channel rdf:about="https://old.example/"><items><rdf:Seq><rdf:li resource="x"/></rdf:Seq></items></channel>
      <item rdf:about="https://old.example/?e=1"><title>Bees</title><link>https://old.example/bees/</link></item></rdf:RDF>"""
    assert only(read(text.encode())) == Entry(
        address="https://old.example/bees/", title="Bees", id="https://old.example/?e=1"
    )


def test_an_entry_of_atom_is_at_its_page_for_people() -> None:
    entry = only(
        atom(
            "<source><title>no</title><id>no</id></source>"
            '<link rel="replies" href="replies/"/><link rel="alternate" type="application/pdf" href="a.pdf"/>'
            '<link type="text/html" href="bees/"/><link type="text/plain" href="bees.txt"/><id> tag:old.example,2017:1 </id>'
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Bees <b>and</b> I</div></title>'
            "<updated>2019-01-01T00:00:00Z</updated><published>2017-05-01T00:00:00+02:00</published>"
            "<content type='html'>&lt;p>x</content>"
        )
    )
    assert entry == Entry(
        address="https://old.example/blog/bees/",
        title="Bees and I",
        day="2017-05-01",
        id="tag:old.example,2017:1",
    )


def test_an_entry_of_atom_that_has_no_page_for_people_is_at_what_it_has() -> None:
    entry = only(atom('<link type="application/pdf" href="a.pdf"/><id>tag:1</id>'))
    assert entry.address == "https://old.example/blog/a.pdf"


def test_an_entry_of_a_json_feed_is_read() -> None:
    text = """{"version": "https://jsonfeed.org/version/1.1", "next_url": "/feed.json?page=2", "items": [
      {"id": 7, "url": "/bees/", "title": "Bees", "date_published": "2017-05-01T10:00:00Z"}, 3, {"id": "https://old.example/x/"}]}"""
    found = read(text.encode(), "https://old.example/feed.json")
    assert found.kind == "feed"
    assert found.more == ("https://old.example/feed.json?page=2",)
    assert found.entries == (
        Entry(address="https://old.example/bees/", title="Bees", day="2017-05-01", id="7"),
        Entry(address="https://old.example/x/", id="https://old.example/x/"),
    )


def test_a_comment_says_nothing_of_its_post_but_that_it_is_there() -> None:
    entry = only(rss("<title>By: Kim</title><link>https://old.example/bees/#c1</link><guid>c1</guid>"))
    assert entry == Entry(address="https://old.example/bees/")


def test_a_feed_tells_where_its_next_page_is() -> None:
    found = read(ATOM.format(entries='<link rel="next" href="feed.xml?page=2"/>').encode())
    assert found.more == ("https://old.example/blog/feed.xml?page=2",)


@pytest.mark.parametrize(
    ("address", "following"),
    [
        ("https://old.example/feed/", ("https://old.example/feed/?paged=2",)),
        ("https://old.example/feed/?paged=2", ("https://old.example/feed/?paged=3",)),
        ("", ()),
    ],
)
def test_a_feed_of_wordpress_has_further_pages_until_one_is_empty(
    address: str, following: tuple[str, ...]
) -> None:
    generator = "<generator>https://wordpress.org/?v=6.5</generator>"
    item = "<item><link>https://old.example/bees/</link></item>"
    assert read(RSS.format(items=generator + item).encode(), address).more == following
    assert read(RSS.format(items=generator).encode(), address).more == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mon, 1 May 2017 10:00:00 GMT", "2017-05-01"),
        ("1 May 17 10:00 EST", "2017-05-01"),
        ("Mon, 31 Feb 2017 10:00:00 GMT", ""),
        ("yesterday", ""),
        ("2017-05-01", "2017-05-01"),
        ("2017-13-01T00:00:00Z", ""),
    ],
)
def test_a_day_is_read_as_it_was_written(text: str, day: str) -> None:
    assert only(rss(f"<link>https://old.example/</link><pubDate>{text}</pubDate>")).day == day


# ---- where there are more -----------------------------------------------------------------------------------


def test_robots_txt_names_sitemaps() -> None:
    text = b"User-agent: *\r\nDisallow:\r\nsitemap:/a.xml # one\r\nSitemap: https://old.example/b.xml.gz\r\n"
    assert sitemaps_named(text, "https://old.example/robots.txt") == (
        "https://old.example/a.xml",
        "https://old.example/b.xml.gz",
    )


def test_a_page_names_feeds_in_its_head() -> None:
    page = b"""<html><head><link rel="stylesheet" href="a.css"><LINK REL='Alternate home' type=application/rss+xml href=/feed/>
      <link href="/feed.json?a=1&amp;b=2" type="application/feed+json" rel="alternate" title="x">
      <link rel="alternate" hreflang="de" href="/de/"><link rel="alternate" type="application/atom+xml">"""
    assert feeds_named(page, "https://old.example/") == (
        "https://old.example/feed/",
        "https://old.example/feed.json?a=1&b=2",
    )


# ---- slips --------------------------------------------------------------------------------------------------


def test_slips_that_are_common_do_not_keep_a_feed_from_being_read() -> None:
    entry = only(
        rss(
            "<title>Tom & Jerry&nbsp;\x0b<![CDATA[&amp; <i>I</i>]]></title><link>https://old.example/?a&b=é</link>"
        )
    )
    assert (entry.title, entry.address) == ("Tom & Jerry & I", "https://old.example/?a&b=é")


def test_encodings_are_those_that_the_document_declares() -> None:
    text = RSS.format(items="<item><title>Över å</title><link>https://old.example/</link></item>")
    latin = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    japanese = text.replace("UTF-8", "euc-jp").replace("Över å", "海").encode("euc-jp")
    unknown = text.replace("UTF-8", "zlib_codec").encode()
    for data, title in (
        (latin, "Över å"),
        (text.encode("utf-16"), "Över å"),
        (japanese, "海"),
        (unknown, "Över å"),
    ):
        assert only(read(data)).title == title


def test_a_document_that_breaks_off_gives_what_stands_before_and_says_where() -> None:
    found = read(b"<urlset>\n<url><loc>https://old.example/x/</loc></url>\n<url><loc>https://old.e")
    assert only(found) == Entry(address="https://old.example/x/")
    assert found.flaw == "it breaks off at line 3: no element found"


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (b"<!doctype html><html><link rel=alternate></html>", "it is no sitemap and no feed"),
        (b"<svg/>", "it is no sitemap and no feed"),
        (b"", "it is no sitemap, no feed and no list of addresses"),
        (b"\x89PNG\r\n", "it is no sitemap, no feed and no list of addresses"),
        (b"hello\n", "it is no sitemap, no feed and no list of addresses"),
        (b"{", "it is no JSON"),
        (b"{}", "it is no JSON Feed"),
        (b'{"a":' * 100_000, "it is no JSON"),
        (gzip.compress(SITEMAP)[:-20], "it cannot be unpacked: it breaks off"),
    ],
)
def test_what_is_no_document_says_so(data: bytes, flaw: str) -> None:
    assert read(data) == Document(flaw=flaw)


# ---- harm ---------------------------------------------------------------------------------------------------


def test_no_entity_is_expanded_and_no_file_is_read() -> None:
    for entity in ('"<b>x</b>"', 'SYSTEM "file:///etc/passwd"'):
        text = f"<!DOCTYPE rss [<!ENTITY e {entity}>]>" + RSS.partition("?>")[2].format(
            items="<item><title>&e;</title><link>https://old.example/</link></item>"
        )
        found = read(text.encode())
        assert found.entries == ()
        assert found.flaw in (
            "it declares entities, which no sitemap and no feed has to",
            "it is no sitemap and no feed",
        )


def test_a_document_type_without_entities_is_passed_over() -> None:
    kind = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">'
    item = "<item><title>caf&eacute;</title><link>https://old.example/</link></item>"
    assert only(read((kind + RSS.partition("?>")[2].format(items=item)).encode())).title == "café"


def test_what_would_unpack_to_too_much_is_refused() -> None:
    bomb = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    data = b"".join(bomb.compress(bytes(1024 * 1024)) for _ in range(60)) + bomb.flush()
    assert read(data).flaw == f"it cannot be unpacked: it has more than {LARGEST:,} bytes"


def test_elements_within_elements_without_end_are_refused() -> None:
    assert read(b"<rss>" + b"<a>" * 100_000).flaw == "it has more than 200 elements within one another"


def test_hostile_documents_are_read_in_a_time_that_grows_with_their_length() -> None:
    pieces = (
        b"<![CDATA[",
        b"&",
        b"<url>",
        b"<!--",
        b"&#",
        b"<a b='",
        b"<item><title>&lt;!--",
        b"\n",
        b"<?xml encoding",
    )
    for piece in pieces:
        start = perf_counter()
        read(b"<rss>" + piece * (1_000_000 // len(piece)))
        assert perf_counter() - start < 2, piece
    for piece in (b"<link", b"<link a=", b"<link a='", b"sitemap :", b"\t"):
        start = perf_counter()
        feeds_named(piece * 200_000, "")
        sitemaps_named(piece * 200_000, "")
        assert perf_counter() - start < 2, piece


@given(st.lists(st.sampled_from(RSS.split() + ATOM.split() + ["<item>", "</item>", "&", "]]>", "\x00", "é"])))
def test_no_document_of_parts_of_feeds_raises(parts: list[str]) -> None:
    read(" ".join(parts).encode())
    read(b"<feed>" + " ".join(parts).encode("utf-16"))


@given(st.binary(), st.text(max_size=30))
def test_no_bytes_and_no_address_raise(data: bytes, address: str) -> None:
    for start in (
        b"",
        b"<",
        b"{",
        b"\x1f\x8b",
        b"<feed><entry><link href='//[x'/></entry></feed>",
        b"<?xml encoding='",
    ):
        read(start + data, address)
    feeds_named(b"<link rel=alternate type=application/rss+xml href=" + data, address)
    sitemaps_named(b"Sitemap: " + data, address)


@given(st.text())
def test_no_day_raises(text: str) -> None:
    rss(f"<link>https://old.example/</link><pubDate><![CDATA[{text}]]></pubDate>")
