"""Old addresses in the forms that hosts read: as they describe them, and as nginx and Apache understand them."""

import http.client
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

import hosts
from recto.deploy import hosting
from recto.diagnostics import Location
from recto.model import Move
from recto.model.targets import Redirects

HERE = Location(path="posts/a.md")

TARGETS = {
    "/2017/05/01/bees.html": "/posts/bees/",
    "/old/": "/posts/new/",
    "/%C3%BCber-uns/": "/posts/%C3%BCber/",
    "/with%20space/": "/posts/a%20b/",
    "/Bees/": "/bees/",
    "/a.b+(c)/": "/posts/c/",
    "/quote%22s/%5C/": "/posts/quote/",
    "/percent%25/": "/posts/100%25/",
    "/price$1/": "/posts/$2/",
    "/part/": "/posts/new/?view=all#part",
    "/away/": "https://elsewhere.example/caf%C3%A9/?a=b%20c",
    "/" + "very/long/" * 40: "/posts/long/",
    "/feed/": "/feed.xml",
    "/latin%E9/": "/posts/latin/",
    "/semi;colon/{x}/": "/posts/semi/",
}
GONE = ("/nothing-here/", "/gone.html")


def moves(targets: dict[str, str], gone: Sequence[str] = ()) -> list[Move]:
    return [
        Move(url=url, target=target, origin=HERE)
        for url, target in (targets | dict.fromkeys(gone, "")).items()
    ]


def made(
    kind: Redirects,
    targets: dict[str, str],
    gone: Sequence[str] = (),
    *,
    base_path: str = "",
    own: dict[str, bytes] | None = None,
    files: Sequence[str] = (),
) -> dict[str, str]:
    theirs = own or {}
    found = hosting.extras(kind, moves(targets, gone), base_path=base_path, own=theirs.get, files=files)
    return {path: data.decode() for path, data in found.items()}


# ---- Netlify ------------------------------------------------------------------------------------------------


def test_netlify_gets_a_forced_rule_for_each_address() -> None:
    assert made(
        "netlify", {"/old/": "/new/", "/away/": "https://elsewhere.example/"}, ["/x/", "/y.html"]
    ) == {
        "_redirects": "/old/ /new/ 301!\n/away/ https://elsewhere.example/ 301!\n"
        "/x/ /x/index.html 410!\n/y.html /y.html 410!\n"
    }


def test_addresses_of_rules_are_encoded() -> None:
    rules = made("netlify", {"/über uns/": "/neu und schön/", "/%C3%BC/": "/a%20b/"})["_redirects"]
    assert rules == "/%C3%BCber%20uns/ /neu%20und%20sch%C3%B6n/ 301!\n/%C3%BC/ /a%20b/ 301!\n"


@pytest.mark.parametrize("kind", ["netlify", "cloudflare"])
@pytest.mark.parametrize("url", ["/all/*/", "/:year/", "/a%0Ab/", "/a?b=c", "/a\nb/"])
def test_an_address_that_would_mean_something_else_to_the_host_keeps_its_page_only(
    kind: Redirects, url: str
) -> None:
    assert made(kind, {url: "/new/"}) == {}


def test_the_folder_of_a_site_is_on_both_sides() -> None:
    rules = made("netlify", {"/old/": "/new/", "/a/": "https://b.example/"}, ["/x/"], base_path="/blog")[
        "_redirects"
    ]
    assert (
        rules
        == "/blog/old/ /blog/new/ 301!\n/blog/a/ https://b.example/ 301!\n/blog/x/ /blog/x/index.html 410!\n"
    )


def test_a_host_that_reads_no_such_file_gets_none() -> None:
    kinds: tuple[Redirects, ...] = ("s3", "none")
    for kind in kinds:
        assert made(kind, {"/old/": "/new/"}, ["/x/"], files=["assets/a.1a2b3c4d.css"]) == {}


@pytest.mark.parametrize("kind", ["netlify", "cloudflare", "apache", "nginx"])
def test_a_site_without_old_addresses_gets_no_file(kind: Redirects) -> None:
    assert (
        made(
            kind,
            {},
            own={"_redirects": b"/a /b\n", ".htaccess": b"Options None\n", "_redirects.map": b"/a /b;\n"},
        )
        == {}
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("netlify", "_redirects"),
        ("cloudflare", "_redirects"),
        ("apache", ".htaccess"),
        ("nginx", "_redirects.map"),
    ],
)
def test_the_authors_own_lines_come_first_and_stay(kind: Redirects, name: str) -> None:
    rules = made(kind, {"/old/": "/new/"}, own={name: "# schön\n/a/ /b/ 302".encode()})[name]
    assert rules.startswith("# schön\n/a/ /b/ 302\n") and "/new/" in rules


# ---- Cloudflare ---------------------------------------------------------------------------------------------


def test_cloudflare_gets_plain_rules_and_no_status_that_it_does_not_know() -> None:
    assert made("cloudflare", {"/old/": "/new/"}, ["/x/"]) == {"_redirects": "/old/ /new/ 301\n"}


def test_cloudflare_gets_no_more_rules_than_it_reads_and_none_that_is_too_long() -> None:
    targets = {"/" + "x" * 990 + "/": "/long/"} | {f"/old/{n}/": f"/new/{n}/" for n in range(2500)}
    rules = made("cloudflare", targets, own={"_redirects": b"# mine\n\n/a /b\n"})["_redirects"].splitlines()
    assert rules[:4] == ["# mine", "", "/a /b", "/old/0/ /new/0/ 301"]
    assert rules[-1] == "/old/1998/ /new/1998/ 301"


def test_plain_rules_stand_before_the_authors_patterns_so_that_cloudflare_counts_them_as_plain() -> None:
    own = {"_redirects": b"/a /b 301\n/news/* /posts/:splat 301\n/c /d\n"}
    rules = made("cloudflare", {"/old/": "/new/"}, own=own)["_redirects"]
    assert rules == "/a /b 301\n/old/ /new/ 301\n/news/* /posts/:splat 301\n/c /d\n"


# ---- caching ------------------------------------------------------------------------------------------------

FILES = (
    "index.html",
    "assets/style.1a2b3c4d.css",
    "assets/fonts/serif.0a0b0c0d.woff2",
    "social/a b/x.1a2b3c4d.png",
    "posts/x/index.html",
    "posts/x/tide-800.1a2b3c4d.webp",
)
HEADERS = (
    "/blog/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    "/blog/social/*\n  Cache-Control: public, max-age=31536000, immutable\n"
)


@pytest.mark.parametrize("kind", ["netlify", "cloudflare"])
def test_folders_that_hold_only_files_named_by_their_bytes_are_cached_for_ever(kind: Redirects) -> None:
    assert made(kind, {}, base_path="/blog", files=FILES) == {"_headers": HEADERS}


def test_a_folder_in_which_one_file_may_change_is_not_cached_for_ever() -> None:
    found = made("netlify", {}, base_path="/blog", files=(*FILES, "assets/logo.png", "social/card.png"))[
        "_headers"
    ]
    assert [line for line in found.splitlines() if line.startswith("/")] == [
        "/blog/assets/fonts/*",
        "/blog/social/a%20b/*",
    ]


def test_cloudflare_gets_no_more_header_rules_than_it_reads() -> None:
    own = "".join(f"/{n}\n  X: y\n" for n in range(98)).encode()
    files = [f"{name}/x.1a2b3c4d.css" for name in "abcdef"]
    found = made("cloudflare", {}, own={"_headers": own}, files=files)["_headers"]
    assert [line for line in found.splitlines() if line.startswith("/")][98:] == ["/a/*", "/b/*"]


# ---- as real servers understand them ------------------------------------------------------------------------


def asked(base: str, url: str) -> tuple[int, str, bytes, str]:
    """What a server answers: status, where it leads, its page, how long that may be cached."""
    place = urlsplit(base)
    assert place.hostname and place.port
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    connection.request("GET", url)
    answer = connection.getresponse()
    found = (
        answer.status,
        answer.getheader("Location", ""),
        answer.read(),
        answer.getheader("Cache-Control", ""),
    )
    connection.close()
    return found


def site(folder: Path, below: str, kind: Redirects) -> None:
    """A site as it is deployed: pages, a page at each old address, and the files of the server."""
    root = folder / below.strip("/")
    pages = {
        "index.html": "front",
        "404.html": "not here",
        "bees/index.html": "bees",
        "nothing-here/index.html": "farewell",
    }
    more = {
        "gone.html": "farewell",
        "old/index.html": "moved",
        "assets/a.1a2b3c4d.css": "a",
        "x-20170501.pdf": "x",
    }
    for path, text in (pages | more).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    for path, data in hosting.extras(
        kind, moves(TARGETS, GONE), base_path=below, own=lambda path: None
    ).items():
        (root / path).write_bytes(data)


@contextmanager
def serving(kind: Literal["nginx", "apache"], below: str) -> Iterator[str]:
    """The address of the site on such a server."""
    with hosts.open_folder() as root:
        site(root, below, kind)
        outside, inside = hosts.documented(root, below)
        server = hosts.nginx(root, http=outside, server=inside) if kind == "nginx" else hosts.apache(root)
        with server as running:
            yield running.base + below


ON_NGINX = [pytest.param(("nginx", ""), id="nginx-root"), pytest.param(("nginx", "/blog"), id="nginx-below")]
ON_APACHE = [
    pytest.param(("apache", ""), id="apache-root"),
    pytest.param(("apache", "/blog"), id="apache-below"),
]


@pytest.fixture(scope="module", params=ON_NGINX)
def nginx(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the site on nginx."""
    with serving(*request.param) as base:
        yield base


@pytest.fixture(scope="module", params=ON_NGINX + ON_APACHE)
def base(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the site on each server, at the root of its host and below a folder."""
    with serving(*request.param) as base:
        yield base


@pytest.mark.parametrize("url", TARGETS)
def test_an_old_address_answers_with_one_redirect_to_the_right_place(base: str, url: str) -> None:
    place, target = urlsplit(base), TARGETS[url]
    status, location, _, _ = asked(base, place.path + url)
    wanted = target if target.startswith("https:") else place.path + target
    same = location.removeprefix(f"{place.scheme}://{place.netloc}")
    assert (status, unquote_to_bytes(same)) == (301, unquote_to_bytes(wanted))
    assert "%25" not in location or "%25" in target  # encoded once


@pytest.mark.parametrize("url", GONE)
def test_what_is_gone_answers_with_410_and_a_farewell(base: str, url: str) -> None:
    assert asked(base, urlsplit(base).path + url)[::2][:2] == (410, b"farewell")


@pytest.mark.parametrize(
    ("url", "status", "text"), [("/", 200, b"front"), ("/bees/", 200, b"bees"), ("/old/deeper/", 404, b"")]
)
def test_what_did_not_move_is_served(base: str, url: str, status: int, text: bytes) -> None:
    answer = asked(base, urlsplit(base).path + url)
    assert answer[0] == status and answer[2].startswith(text)


def test_nginx_caches_as_documented_and_shows_nobody_the_map(nginx: str) -> None:
    folder = urlsplit(nginx).path
    assert asked(nginx, folder + "/assets/a.1a2b3c4d.css")[3] == "public, max-age=31536000, immutable"
    assert (
        asked(nginx, folder + "/bees/")[3]
        == asked(nginx, folder + "/x-20170501.pdf")[3]
        == "public, max-age=60"
    )
    assert asked(nginx, folder + "/_redirects.map")[::2][:2] == (404, b"not here")


def test_the_authors_entry_of_a_map_takes_the_place_of_ours() -> None:
    own = b"# mine\n/Old/ /mine/;\n"
    found = hosting.extras("nginx", moves({"/old/": "/a/", "/b/": "/c/"}), base_path="", own=lambda path: own)
    assert found["_redirects.map"] == own + b'"/b/" "/c/";\n'
