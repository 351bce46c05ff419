"""What a deploy does is a pure difference of two snapshots; carried out in order, no page ever lacks what it shows."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.deploy import snapshot
from recto.deploy.difference import Difference, Shown, difference, url_of
from recto.deploy.planning import KEPT_FOR, Sending, is_lasting, sending
from recto.deploy.shipment import Item, made
from recto.deploy.snapshot import File, Kept, Snapshot

NOW = 1_795_435_200


def files(**digests: str) -> dict[str, File]:
    """`files(index_html="1")` is index.html with digest 1; "__" is "/"."""
    paths = {name.replace("__", "/").replace("_", "."): digest for name, digest in digests.items()}
    return {path: File(digest, len(digest)) for path, digest in paths.items()}


def held(**digests: str) -> Snapshot:
    return Snapshot(files=files(**digests))


# ---- what is sent, removed, kept ----------------------------------------------------------------------------


def test_first_deploy_sends_everything() -> None:
    todo = sending(None, files(index_html="1", style_css="2"), now=NOW)
    assert todo.sent == ("style.css", "index.html")
    assert not todo.removed


def test_only_what_differs_is_sent() -> None:
    todo = sending(held(a_html="1", b_html="1"), files(a_html="1", b_html="2"), now=NOW)
    assert (todo.sent, todo.unchanged) == (("b.html",), ("a.html",))


def test_what_the_site_no_longer_has_is_removed() -> None:
    assert sending(held(a_html="1", b_html="1"), files(a_html="1"), now=NOW).removed == ("b.html",)


def test_equal_sites_need_nothing() -> None:
    assert sending(held(a_html="1"), files(a_html="1"), now=NOW).nothing


def test_file_of_which_nothing_is_sure_is_sent_again_and_removed_if_it_is_not_wanted() -> None:
    unsure = held(a_html="1", b_html="1").unsure({"a.html": 1, "new.html": 1})
    todo = sending(unsure, files(a_html="1", b_html="1"), now=NOW)
    assert todo.sent == ("a.html",)
    assert todo.removed == ("new.html",)


def test_what_pages_show_goes_before_new_pages_before_changed_ones_before_what_tells_of_them() -> None:
    before = held(index_html="1", feed_xml="1")
    after = {
        path: File("2", 1)
        for path in (
            "feed.xml",
            "index.html",
            "posts/x/index.html",
            "assets/style.css",
            "images/x.jpg",
            "sitemap.xml",
        )
    }
    assert sending(before, after, now=NOW).stages == (
        ("assets/style.css", "images/x.jpg"),
        ("posts/x/index.html",),
        ("index.html",),
        ("feed.xml", "sitemap.xml"),
    )


def test_files_named_by_their_bytes_go_before_the_files_that_name_them() -> None:
    paths = ("pagefind/entry.json", "pagefind/index/en_0123abc.pf_index")
    todo = sending(held(pagefind__entry_json="1"), {path: File("2", 1) for path in paths}, now=NOW)
    assert todo.stages == (paths[1:], paths[:1])


HASHED = "assets/style.0123abcd.css"


def test_file_with_a_digest_in_its_name_stays_for_pages_that_somebody_has_open() -> None:
    before = Snapshot(files={HASHED: File("1", 7)})
    todo = sending(before, {}, now=NOW)
    assert todo.kept == {HASHED: Kept("1", 7, NOW)}
    assert not todo.removed


def test_kept_file_is_removed_when_its_time_is_over() -> None:
    before = Snapshot(kept={HASHED: Kept("1", 7, NOW)})
    assert sending(before, {}, now=NOW + KEPT_FOR - 1).kept == before.kept
    assert sending(before, {}, now=NOW + KEPT_FOR).removed == (HASHED,)


def test_page_is_removed_before_what_it_shows() -> None:
    assert sending(held(x_html="1", a_css="1"), {}, now=NOW).removed == ("x.html", "a.css")


def test_purge_leaves_nothing_of_what_was() -> None:
    before = Snapshot(files={HASHED: File("1", 7)}, kept={"assets/old.89abcdef.js": Kept("2", 1, NOW)})
    assert sending(before, {}, now=NOW, purge=True).removed == ("assets/old.89abcdef.js", HASHED)


def test_kept_file_that_comes_back_is_not_sent_again() -> None:
    before = Snapshot(kept={HASHED: Kept("1", 7, NOW)})
    todo = sending(before, {HASHED: File("1", 7)}, now=NOW)
    assert (todo.sent, todo.kept, todo.unchanged) == ((), {}, (HASHED,))


@pytest.mark.parametrize(
    ("path", "lasting"),
    [
        ("assets/style.0123abcd.css", True),
        ("images/tide-800.89abcdef.webp", True),
        ("pagefind/fragment/en_0a1b2c3.pf_fragment", True),
        ("images/tide.jpg", False),
        ("posts/2017-05-01-x/index.html", False),
        ("posts/deadbeef/index.html", False),
    ],
)
def test_name_lasts_where_it_holds_a_digest(path: str, lasting: bool) -> None:
    assert is_lasting(path) is lasting


# ---- no page lacks what it shows ----------------------------------------------------------------------------

Site = Mapping[str, str]


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """A site of some pages, each of which shows a style sheet named by its digest, or a picture that has none in its name."""
    sheet = draw(st.sampled_from(["aaaaaaaa", "bbbbbbbb", "cccccccc"]))
    pages = draw(st.sets(st.sampled_from("uvwxyz")))
    shown = {f"{page}.html": f"{sheet} {draw(st.integers(0, 1))}" for page in pages}
    return {f"style.{sheet}.css": sheet} | shown


def steps(todo: Sending, site: Site) -> Iterator[tuple[str, str | None]]:
    """Each file that is sent, or removed, in order."""
    yield from ((path, site[path]) for path in todo.sent)
    yield from ((path, None) for path in todo.removed)


@given(history=st.lists(st.tuples(sites(), st.integers(0, 12)), min_size=1, max_size=6))
def test_whenever_deploys_are_killed_each_page_is_whole_and_the_next_deploy_finishes(
    history: list[tuple[Site, int]],
) -> None:
    there: dict[str, str] = {}
    state: Snapshot | None = None
    for site, killed_after in [*history, (history[-1][0], 10**6)]:
        wanted = {path: File(digest, len(digest)) for path, digest in site.items()}
        todo = sending(state, wanted, now=NOW)
        work = list(steps(todo, site))
        state = (state or Snapshot()).unsure({path: 0 for path, _ in work})
        for path, content in work[:killed_after]:
            if content is None:
                there.pop(path, None)
            else:
                there[path] = content
            shown = {page: text.split()[0] for page, text in there.items() if page.endswith(".html")}
            assert [page for page, sheet in shown.items() if f"style.{sheet}.css" not in there] == []
        if killed_after >= len(work):
            state = Snapshot(files=wanted, kept=dict(todo.kept))
    assert {path: there[path] for path in site} == site
    assert {path for path in there if path.endswith(".html")} == {
        path for path in site if path.endswith(".html")
    }


# ---- the snapshot as a file ---------------------------------------------------------------------------------


def test_snapshot_is_read_as_it_was_written() -> None:
    whole = Snapshot(
        url="https://example.com",
        files=files(index_html="1"),
        kept={HASHED: Kept("1", 7, NOW)},
        feed=("https://example.com/x/",),
        redirects={"/old/": "/new/", "/gone/": ""},
        commit="c0ffee",
        ledger="home\thttps://example.com\n",
    )
    assert snapshot.read(snapshot.as_bytes(whole)) == whole


def test_equal_snapshots_are_equal_bytes_whatever_their_order() -> None:
    one, other = files(a_html="1", b_html="2"), files(b_html="2", a_html="1")
    assert snapshot.as_bytes(Snapshot(files=one)) == snapshot.as_bytes(Snapshot(files=other))


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../b", "a//b", "", "a\0b", "a\\b"])
def test_snapshot_that_names_what_is_outside_is_not_believed(path: str) -> None:
    data = msgspec.json.encode({"version": 1, "files": {path: ["1", 1]}})
    assert snapshot.read(data) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"version": 2}', b'{"files": {"a": 1}}', b"\xff"])
def test_what_is_no_snapshot_is_none(data: bytes) -> None:
    assert snapshot.read(data) is None


# ---- what is shipped ----------------------------------------------------------------------------------------


def test_file_that_changed_since_it_was_built_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_bytes(b"built")
    item = Item(path="x.html", digest=made("x.html", b"built").digest, size=5, source=tmp_path / "x.html")
    assert item.read() == b"built"
    (tmp_path / "x.html").write_bytes(b"other")
    with pytest.raises(Exception, match=r"x\.html changed while it was being deployed"):
        item.read()


# ---- what readers see ---------------------------------------------------------------------------------------


def seen(before: Snapshot | None, after: Snapshot, **entries: Shown) -> Difference:
    todo = sending(before, after.files, now=NOW)
    return difference(before, after, todo, titles={"x/index.html": "Fog"}, entries=entries)


def test_new_changed_and_gone_pages_are_told_by_their_addresses() -> None:
    before = held(index_html="1", a__index_html="1", style_css="1")
    after = held(index_html="2", x__index_html="1", style_css="2")
    told = seen(before, after)
    assert told.new == (Shown(url="/x/", title="Fog"),)
    assert told.changed == (Shown(url="/"),)
    assert told.gone == (Shown(url="/a/"),)
    assert told.sent == 3


def test_page_that_became_a_redirect_is_not_gone_but_moved() -> None:
    before = held(a__index_html="1")
    after = Snapshot(files=files(a__index_html="2", b__index_html="1"), redirects={"/a/": "/b/"})
    told = seen(before, after)
    assert (told.gone, told.changed) == ((), ())
    assert told.redirects == {"/a/": "/b/"}
    assert told.new == (Shown(url="/b/"),)


def test_redirect_that_was_there_is_not_told_again() -> None:
    before = Snapshot(files=files(a__index_html="1"), redirects={"/a/": "/b/"})
    assert seen(before, before).redirects == {}


def test_entry_that_feed_readers_have_had_does_not_appear() -> None:
    before = Snapshot(feed=("one",))
    told = seen(before, before, one=Shown(url="/1/"), two=Shown(url="/2/", title="Two"))
    assert told.entries == (Shown(url="/2/", title="Two"),)


def test_weight_is_what_the_site_gains() -> None:
    assert seen(held(a_html="12345"), held(a_html="123")).weight == -2


def test_more_than_a_tenth_of_the_pages_is_many() -> None:
    ten = {f"{n}.html": File("1", 1) for n in range(10)}
    nine, eight = dict(list(ten.items())[1:]), dict(list(ten.items())[2:])
    assert not seen(Snapshot(files=ten), Snapshot(files=nine)).many
    assert seen(Snapshot(files=ten), Snapshot(files=eight)).many


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("index.html", "/"),
        ("über/index.html", "/%C3%BCber/"),
        ("a/x.html", "/a/x.html"),
        ("myindex.html", "/myindex.html"),
    ],
)
def test_address_of_a_file(path: str, url: str) -> None:
    assert url_of(path) == url
