"""Which posts the addresses of the site before belong to, and what the ledger knows then."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.ledger import parse, write
from recto.ledger.adopted import Adoption, adopt, nearest
from recto.ledger.entries import Entry
from recto.ledger.placing import Old, each_once, placed
from recto.model import Known, Ledger

HOME = "https://example.com"


def post(source: str, url: str, day: str = "2017-05-01", *former: str) -> Known:
    return Known(source=source, day=day, text="t" + source, title="x", urls=(url, *former), id=HOME + url)


BEES = post("posts/2017-05-01-bees.md", "/posts/bees/")
SEA = post("posts/the-sea.md", "/posts/sea/", "2018-03-09")
ABOUT = post("pages/about.md", "/about/", "")
NOW = Ledger(home=HOME, posts=(ABOUT, BEES, SEA), lists=("/", "/tags/sea/"), files={"/paper.pdf": "abc"})
TITLES = {BEES.source: "Bees & I", SEA.source: "What’s the sea?", ABOUT.source: "About"}


def adopted(
    *olds: Old | str, ledger: Ledger | None = None, now: Ledger = NOW, titles: Mapping[str, str] = TITLES
) -> Adoption:
    given = [Old(url=old, full="https://old.example" + old) if isinstance(old, str) else old for old in olds]
    return adopt(ledger or Ledger(), now, given, titles)


def of(adoption: Adoption, source: str) -> Known:
    [known] = (known for known in adoption.ledger.posts if known.source == source)
    return known


# ---- which post ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("/posts/bees/", BEES.source),
        ("/2017/05/01/bees.html", BEES.source),
        ("/2017/05/bees/", BEES.source),
        ("/2017/5/1/Bees.php/", BEES.source),
        ("/2017/bees/", BEES.source),
        ("/blog/2017-05-01-bees/", BEES.source),
        ("/2018/03/the-sea/", SEA.source),  # the name of its file
        ("/blog/2018-03-09-the-sea/", SEA.source),
        ("/notes/sea.html", SEA.source),
        ("/about.html", ABOUT.source),
    ],
)
def test_an_address_belongs_to_the_post_with_its_last_part_and_date(url: str, source: str) -> None:
    adoption = adopted(url)
    assert adoption.posts == {url: source}
    assert adoption.strays == ()


@pytest.mark.parametrize(
    "url",
    [
        "/2016/05/01/bees.html",  # of another day
        "/2017/06/bees/",
        "/tag/bees/",  # a list
        "/2017/page/2/bees/",
        "/2017/05/",
        "/2017/",
        "/wasps/",
    ],
)
def test_an_address_that_fits_no_post_is_a_stray(url: str) -> None:
    assert adopted(url).ledger.strays == (url,)


def test_an_entry_of_a_feed_belongs_to_the_post_with_its_title_and_day() -> None:
    for day in ("2018-03-08", "2018-03-09", "2018-03-10"):  # days of feeds are those of other time zones
        old = Old(url="/?", title="What's the Sea", day=day)
        assert adopted(old).posts == {"/?": SEA.source}
    assert adopted(Old(url="/x/", title="What's the Sea", day="2018-03-11")).posts == {}
    assert adopted(Old(url="/x/", title="The sea", day="2018-03-09")).posts == {}


def test_no_guess_is_made_between_two_posts() -> None:
    twin = post("posts/garden/bees.md", "/garden/bees/")
    now = Ledger(posts=(BEES, twin))
    titles = {BEES.source: "Bees", twin.source: "Bees"}
    olds = ("/2017/05/01/bees.html", "/bees/", Old(url="/x/", title="Bees", day="2017-05-01"))
    assert adopted(*olds, now=now, titles=titles).posts == {}


def test_no_guess_is_made_between_two_addresses_without_a_date() -> None:
    assert adopted("/notes/bees/", "/garden/bees/").posts == {}


def test_an_address_without_a_date_is_not_given_to_a_post_that_has_one_already() -> None:
    assert adopted("/2017/05/01/bees.html", "/garden/bees/").posts == {"/2017/05/01/bees.html": BEES.source}


def test_a_post_at_its_address_of_now_is_not_found_by_its_slug() -> None:
    now = Ledger(posts=(post("posts/bees.md", "/wasps/"), post("posts/wasps.md", "/bees/")))
    assert adopted("/wasps/", "/bees/", now=now).posts == {
        "/wasps/": "posts/bees.md",
        "/bees/": "posts/wasps.md",
    }


# ---- what the ledger knows ----------------------------------------------------------------------------------


def test_a_post_that_was_not_known_is_so_at_its_old_addresses_only() -> None:
    bees = of(adopted("/2017/05/bees/", "/2017/05/01/bees.html"), BEES.source)
    assert bees.urls == ("/2017/05/bees/", "/2017/05/01/bees.html")
    assert (bees.day, bees.text) == (BEES.day, BEES.text)


def test_a_post_that_stays_where_it_was_has_that_address_first() -> None:
    now = Ledger(posts=(post(BEES.source, "/posts/bees/", "2017-05-01", "/alias/"),))
    olds = (Old(url="/alias/", id="tag:1"), "/posts/bees/", "/2017/05/bees/")
    assert of(adopted(*olds, now=now), BEES.source).urls[0] == "/posts/bees/"


def test_of_several_addresses_that_were_before_the_one_in_the_feed_is_first() -> None:
    olds = ("/2017/05/01/bees.html", Old(url="/2017/05/bees/", id="tag:1"))
    assert of(adopted(*olds), BEES.source).urls[0] == "/2017/05/bees/"


def test_the_archive_of_a_year_is_no_post_that_is_called_so() -> None:
    year = post("posts/2017.md", "/posts/2017/", "2017-12-31")
    assert adopted("/2017/", now=Ledger(posts=(year,))).strays == ("/2017/",)
    assert adopted("/2017/12/2017.html", now=Ledger(posts=(year,))).strays == ()


def test_the_id_in_a_feed_stays() -> None:
    old = Old(url="/2017/05/bees/", full="https://old.example/2017/05/bees/", id="tag:old.example,1")
    adoption = adopted("/2017/05/01/bees.html", old)
    assert of(adoption, BEES.source).id == "tag:old.example,1"
    assert adoption.ids == (BEES.source,)


def test_the_id_of_a_post_that_no_feed_tells_of_is_its_old_address() -> None:
    adoption = adopted("/2017/05/bees/")
    assert of(adoption, BEES.source).id == "https://old.example/2017/05/bees/"
    assert adoption.ids == ()


def test_the_id_that_a_ledger_has_gives_way_only_where_it_is_the_address() -> None:
    told = Old(url="/posts/bees/", id="tag:1")
    assert of(adopted(told, ledger=NOW), BEES.source).id == "tag:1"
    first = adopted(told, ledger=NOW).ledger
    assert of(adopted(Old(url="/posts/bees/", id="tag:2"), ledger=first), BEES.source).id == "tag:1"
    path = adopted(Old(url="/posts/bees/", id="tag:old.example,2017:/posts/bees/"), ledger=NOW).ledger
    again = adopted(Old(url="/posts/bees/", id="tag:2"), ledger=path)
    assert of(again, BEES.source).id == "tag:old.example,2017:/posts/bees/"


def test_nothing_that_a_ledger_knows_is_dropped() -> None:
    ledger = Ledger(
        home="https://first.example",
        posts=(post("posts/gone.md", "/gone/"), post(BEES.source, "/first/", "2017-05-01", "/second/")),
        lists=("/tags/old/",),
        files={"/old.pdf": "a"},
        strays=("/stray/",),
        gone=("/2017/05/01/bees.html",),
    )
    adoption = adopted("/2017/05/01/bees.html", "/2017/05/bees/", "/gone/", "/old.pdf", ledger=ledger)
    new = adoption.ledger
    assert (new.home, new.lists, new.files) == (ledger.home, ledger.lists, ledger.files)
    assert (new.strays, new.gone) == (ledger.strays, ledger.gone)
    assert of(adoption, "posts/gone.md") == ledger.posts[0]
    assert of(adoption, BEES.source).urls == ("/first/", "/2017/05/bees/", "/second/")
    assert adoption.there == ("/gone/", "/old.pdf")


def test_addresses_of_lists_and_documents_that_are_there_are_known_as_such() -> None:
    adoption = adopted("/tags/sea/", "/paper.pdf", "/page/12/", "/tag/sea/page/3/")
    assert adoption.ledger.lists == ("/page/12/", "/tag/sea/page/3/", "/tags/sea/")
    assert adoption.ledger.files == {"/paper.pdf": "abc"}
    assert adoption.strays == ()


def test_a_stray_that_leads_somewhere_by_now_is_none_that_is_told() -> None:
    now = Ledger(posts=NOW.posts, strays=("/tag/sea/",))
    adoption = adopted("/tag/sea/", "/x/", now=now)
    assert (adoption.strays, adoption.there) == (("/x/",), ("/tag/sea/",))
    assert adoption.ledger.strays == ("/tag/sea/", "/x/")


def test_a_stray_is_given_to_the_post_that_came_later() -> None:
    first = adopted("/2017/05/01/bees.html", now=Ledger()).ledger
    assert first.strays == ("/2017/05/01/bees.html",)
    later = adopted(ledger=first)
    assert later.ledger.strays == ()
    assert of(later, BEES.source).urls == ("/2017/05/01/bees.html",)


def test_strays_come_with_the_address_that_is_most_like_them() -> None:
    now = Ledger(posts=NOW.posts, lists=(*NOW.lists, "/page/12/"))
    assert nearest(now, ["/tag/sea/", "/tag/12/"]) == {"/tag/sea/": "/tags/sea/", "/tag/12/": ""}


_URLS = st.sampled_from(
    [
        "/bees/",
        "/2017/05/01/bees.html",
        "/posts/bees/",
        "/tags/sea/",
        "/x/",
        "/paper.pdf",
        "/page/3/",
        "/about/",
        "/sea/",
    ]
)
_OLDS = st.lists(
    st.builds(Old, url=_URLS, id=st.sampled_from(["", "tag:1", HOME + "/posts/bees/"])),
    unique_by=lambda old: old.url,
)


@given(_OLDS)
def test_the_same_again_changes_nothing(olds: Iterable[Old]) -> None:
    once = adopt(Ledger(), NOW, olds, TITLES).ledger
    assert adopt(once, NOW, olds, TITLES).ledger == once
    again, problems = parse(write(once))
    assert (again, problems) == (once, ())


@given(_OLDS, _OLDS)
def test_every_address_that_is_told_is_known(first: list[Old], second: list[Old]) -> None:
    ledger = adopt(adopt(Ledger(), NOW, first, TITLES).ledger, NOW, second, TITLES).ledger
    known = {
        *(url for known in ledger.posts for url in known.urls),
        *ledger.lists,
        *ledger.files,
        *ledger.strays,
    }
    assert known >= {old.url for old in (*first, *second)}


# ---- addresses ----------------------------------------------------------------------------------------------


def urls(*addresses: str, home: str = "https://old.example", site: str = HOME) -> list[str]:
    return [old.url for old in placed([Entry(address=address) for address in addresses], home, site)[0]]


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://old.example", "/"),
        ("http://www.OLD.example/x", "/x/"),
        ("https://old.example//a/../index.html", None),
        ("https://old.example/a//index.html", "/a/"),
        ("https://old.example/x.html", "/x.html"),
        ("https://old.example/x.php", "/x.php/"),
        ("https://old.example/notes/node.js", "/notes/node.js/"),
        ("https://old.example/paper.PDF", "/paper.PDF"),
        ("https://old.example/%c3%bcber/ü/", "/%C3%BCber/%C3%BC/"),
        ("/x", "/x/"),
        ("https://old.example/?p=12", None),
        ("https://old.example/a?b", None),
        ("https://other.example/x/", None),
        ("https://old.example.evil/x/", None),
        ("https://old.example:8000/x/", None),
        ("https://[x/", None),
        ("https://old.example/\x1b[31m", None),
        ("https://old.example/%00", None),
    ],
)
def test_an_address_is_that_at_which_this_site_would_have_the_page(address: str, url: str | None) -> None:
    assert urls(address) == ([url] if url else [])
    assert placed([Entry(address=address)], "https://old.example", HOME)[1] == ([] if url else [address])


@pytest.mark.parametrize(
    ("home", "site", "address", "url"),
    [
        ("https://example.com/blog", "https://example.com/blog", "https://example.com/blog/x/", "/x/"),
        ("https://example.com/blog", "https://example.com/blog", "https://example.com/blog", "/"),
        ("https://example.com/blog", "https://example.com/blog", "https://example.com/x/", None),
        ("https://example.com/blog", "https://example.com/blog", "https://example.com/blogs/x/", None),
        ("https://example.com/blog", "https://example.com", "https://example.com/blog/x/", "/blog/x/"),
        ("https://example.com/blog", "https://example.com", "https://example.com/shop/", None),
        ("https://example.com", "https://example.com/blog", "https://example.com/x/", None),
        ("https://old.example", "https://example.com/blog", "https://old.example/x/", "/x/"),
        ("https://old.example/blog", "https://example.com/blog", "https://old.example/blog/x/", "/x/"),
        ("", "https://example.com/blog", "/blog/x/", "/x/"),
        ("", "https://example.com/blog", "/x/", "/x/"),
        ("https://old.example", "", "https://old.example/x/", "/x/"),
    ],
)  # fmt: skip
def test_folders_below_which_sites_are_count(home: str, site: str, address: str, url: str | None) -> None:
    assert urls(address, home=home, site=site) == ([url] if url else [])


def test_an_address_that_comes_twice_has_all_that_is_told_of_it() -> None:
    entries = [
        Entry(address="https://old.example/x"),
        Entry(address="https://old.example/x/", title="X", day="2017-05-01", id="1"),
        Entry(address="https://old.example/x/", title="Y", id="2"),
    ]
    olds, _ = placed(entries, "https://old.example", HOME)
    assert each_once(olds) == {
        "/x/": Old(url="/x/", full="https://old.example/x", title="X", day="2017-05-01", id="1")
    }


@given(st.text(), st.text(max_size=20), st.text(max_size=20))
def test_no_address_raises(address: str, home: str, site: str) -> None:
    for start in ("", "https://", "/", "https://a/"):
        placed([Entry(address=start + address)], start + home, start + site)
