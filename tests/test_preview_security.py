"""What a preview refuses, over real sockets: nobody sees a site but the person at this machine, and nothing but the site."""

import asyncio
import os
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from starlette.types import Message

from conftest import MakeProject, Project
from previewing import Events, Previewed, previewing, reply, run_apart
from recto.preview import answers, connections
from recto.preview.guard import Names

MARK = "THE-SECRET"
POST = "---\ntitle: Tides\ndate: 2026-11-02\n---\n\nThe sea.\n"
PATHS = (
    "/",
    "/tide.txt",
    "/nowhere",
    "/_recto/",
    "/_recto/events",
    "/_recto/page?url=/",
    "/_recto/preview.js",
)


@pytest.fixture
def site(project: MakeProject, tmp_path: Path) -> Project:
    """A site with a secret beside it, and others in it that are no part of what it publishes."""
    (tmp_path / "secret.txt").write_text(MARK)
    return project(
        {
            "posts/tides.md": POST,
            "static/tide.txt": "high\n",
            "static/folder/a.txt": "a",
            "site.yaml": f"title: Coast\n# {MARK}\n",
            ".env": MARK,
            ".git/config": MARK,
            "notes.txt": MARK,
            "templates/parts/mine.html": MARK,
        }
    )


@pytest.fixture
def preview(site: Project) -> Iterator[Previewed]:
    with previewing(site.path) as preview:
        yield preview


# ---- who asks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:{port}",
        "localhost:1",
        "127.0.0.1:{port}",
        "127.8.9.10",
        "[::1]:{port}",
        "blog.localhost:{port}",
    ],
)
def test_names_of_this_machine_are_answered(preview: Previewed, host: str) -> None:
    assert preview.get("/", host=host.format(port=preview.port)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "[::1].evil.example",
        "169.254.169.254",
        "192.168.1.5:{port}",
        "0.0.0.0:{port}",
        "[::]:{port}",
        "[2001:db8::1]",
        "localhost:80:80",
        "localhost@evil.example",
        "evil.example#localhost",
        "2130706433",
        "0x7f.1",
        "127.1",
        "127.0.0.1, evil.example",
        "localhost/",
        "",
    ],
)
def test_names_of_others_are_refused_everywhere_and_told_why(preview: Previewed, host: str) -> None:
    for path in PATHS:
        answer = preview.get(path, host=host.format(port=preview.port))
        assert answer.status in (400, 421), path
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        if host:
            assert "http://localhost" in answer.text
            assert "recto serve --host" in answer.text


@pytest.mark.parametrize(
    "head", [b"", b"Host: localhost\r\nHost: evil.example\r\n", b"Host: localhost\r\n Host: x\r\n"]
)
def test_request_names_one_host(preview: Previewed, head: bytes) -> None:
    answer = preview.raw(b"GET / HTTP/1.1\r\n" + head + b"Connection: close\r\n\r\n")
    assert answer.status in (400, 421)


def test_request_of_the_old_protocol_names_one_too(preview: Previewed) -> None:
    assert preview.raw(b"GET / HTTP/1.0\r\n\r\n").status == 400


def test_name_that_was_asked_for_is_answered_and_addresses_only_where_all_are_listened_to() -> None:
    assert Names(own=("my-laptop.local",)).has("My-Laptop.local:8000")
    assert not Names(own=("my-laptop.local",)).has("x.my-laptop.local")
    assert not Names(own=("",)).has("")
    assert Names(any_address=True).has("192.168.1.5:8000")
    assert Names(any_address=True).has("[fe80::1]:8000")
    assert not Names(any_address=True).has("evil.example")
    assert not Names().has("192.168.1.5:8000")


def test_listening_to_all_addresses_says_so_and_still_refuses_names_of_others(site: Project) -> None:
    with previewing(site.path, host="0.0.0.0") as preview:
        assert preview.preview.listening.public
        assert preview.get("/", host="192.168.1.5:8000").status == 200
        assert preview.get("/", host="evil.example").status == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:1",
        "https://localhost:{port}",
        "null",
        "http://192.168.1.9",
        "",
    ],
)
def test_requests_from_pages_of_others_are_refused_everywhere(preview: Previewed, origin: str) -> None:
    for path in PATHS:
        answer = preview.get(path, origin=origin.format(port=preview.port))
        assert answer.status == 403, path


def test_requests_from_pages_of_the_preview_are_answered(preview: Previewed) -> None:
    assert preview.get("/", origin=f"http://localhost:{preview.port}").status == 200
    for site in ("same-origin", "none", "same-site"):
        assert preview.get("/", sec_fetch_site=site, sec_fetch_mode="cors").status == 200


@pytest.mark.parametrize(
    ("mode", "dest", "status"),
    [
        ("no-cors", "script", 403),
        ("no-cors", "image", 403),
        ("cors", "empty", 403),
        ("navigate", "iframe", 403),
        ("navigate", "object", 403),
        ("navigate", "document", 200),
    ],
)
def test_page_of_another_site_can_lead_here_and_do_nothing_else(
    preview: Previewed, mode: str, dest: str, status: int
) -> None:
    answer = preview.get("/", sec_fetch_site="cross-site", sec_fetch_mode=mode, sec_fetch_dest=dest)
    assert answer.status == status


def test_no_answer_is_for_other_sites_or_for_guessing(preview: Previewed) -> None:
    refused = [
        preview.get("/", host="evil.example"),
        preview.get("/", "POST"),
        preview.get("/", origin="null"),
    ]
    for answer in (*map(preview.get, (path for path in PATHS if "events" not in path)), *refused):
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    with Events(preview) as page:
        assert page.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"]
)
def test_preview_can_only_be_read(preview: Previewed, method: str) -> None:
    for path in PATHS:
        answer = preview.get(path, method, content_length="0")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD"), path


def test_no_other_protocol_is_spoken(preview: Previewed) -> None:
    for wanted in ("websocket", "h2c"):
        answer = preview.get(
            "/_recto/events",
            "HEAD",
            connection="Upgrade, close",
            upgrade=wanted,
            sec_websocket_version="13",
            sec_websocket_key="AAAAAAAAAAAAAAAAAAAAAA==",
        )
        assert answer.status == 200  # as if it had not been asked for


def test_it_listens_to_this_machine_alone(site: Project) -> None:
    with previewing(site.path, host="") as preview:
        listening = preview.preview.listening
        assert {each.getsockname()[0] for each in listening.sockets} <= {"127.0.0.1", "::1"}
        assert not listening.public
        assert len({each.getsockname()[1] for each in listening.sockets}) == 1


def test_no_answer_is_held_back_until_another_packet_is_acknowledged(preview: Previewed) -> None:
    # asyncio turns Nagle's algorithm off only where a socket says that it is one of TCP.
    assert {each.proto for each in preview.preview.listening.sockets} == {socket.IPPROTO_TCP}


# ---- what for -----------------------------------------------------------------------------------------------

UP = "../" * 12
FORMS = [
    "{up}{path}",
    "{up%2f}{path}",
    "{up%2e}{path}",
    "{up%5c}{path}",
    "{up\\}{path}",
    "....//....//....//{path}",
    "%252e%252e%252f%252e%252e%252f{path}",
    "%c0%ae%c0%ae/%c0%ae%c0%ae/{path}",
    "/{path}",
    "//{path}",
    "///{path}",
    "@fs/{path}",
    "file:///{path}",
    "index.html/{up}{path}",
    "./{up}{path}",
    "folder/../{up}{path}",
    "folder/{up}{path}",
    "%00/{up}{path}",
    "{up}{path}%00.html",
    "{path}%00.txt",
    "..;/..;/{path}",
    "%uff0e%uff0e/{path}",
    "%ef%bc%8e%ef%bc%8e/{path}",
    "_recto/{up}{path}",
    "_recto/..%2f..%2f{path}",
    "_recto/{path}",
    "_recto/page?url={up}{path}",
    "_recto/client/{up}{path}",
    "?/{up}{path}",
    "pagefind/{up}{path}",
    "%2f{path}",
    "~/{path}",
    "%7e/{path}",
    "C:/{path}",
    "C:%5c{path}",
    "folder/a.txt::$DATA",
    "{path}/",
    "{path}~",
    "{path}.bak",
    "static/{path}",
    "folder/",
    "%",
    "%zz%f",
]


@pytest.mark.parametrize("form", FORMS)
def test_no_spelling_leads_to_a_file_that_is_not_of_the_site(
    site: Project, preview: Previewed, tmp_path: Path, form: str
) -> None:
    ups = {
        "{up}": UP,
        "{up%2f}": "..%2f" * 12,
        "{up%2e}": "%2e%2e/" * 12,
        "{up%5c}": "..%5c" * 12,
        "{up\\}": "..\\" * 12,
    }
    for name, up in ups.items():
        form = form.replace(name, up)
    secrets = [
        str(tmp_path / "secret.txt").lstrip("/"),
        ".env",
        ".git/config",
        "site.yaml",
        "notes.txt",
        "posts/tides.md",
    ]
    for path in (*secrets, f"{site.path.name}/site.yaml", "templates/parts/mine.html", "dist/../site.yaml"):
        answer = preview.get("/" + form.replace("{path}", path))
        assert MARK.encode() not in answer.body, path
        assert b"title: Tides" not in answer.body, path
        assert answer.status in (200, 302, 400, 404), path
        assert answer.status != 200 or "?" in form, path


def test_whole_address_in_place_of_a_path_is_refused(preview: Previewed) -> None:
    for target in (f"http://localhost:{preview.port}/", "http://evil.example/", "*", "localhost:80", "x"):
        assert preview.get(target).status == 400, target


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/%2f..",
        "//evil.example",
        "/%5cevil.example",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "/https://evil.example/",
    ],
)
def test_nobody_is_led_to_another_host(preview: Previewed, path: str) -> None:
    for end in ("", "/", "/..", "/folder"):
        answer = preview.get(path + end)
        assert "location" not in answer.headers


def test_redirect_leads_to_what_the_plan_calls_it(site: Project) -> None:
    site.write({"site.yaml": "url: https://example.com/blog\n"})
    with previewing(site.path) as preview:
        answers = [
            preview.get(path)
            for path in ("/blog/posts%2Ftides", "/blog/posts/tides?//evil.example", "/?//evil.example")
        ]
    assert [answer.headers["location"] for answer in answers] == [
        "/blog/posts/tides/",
        "/blog/posts/tides/?//evil.example",
        "/blog/?//evil.example",
    ]


def test_no_header_is_made_of_an_address(preview: Previewed) -> None:
    for path in (
        "/%0d%0aX-Injected:%20yes",
        "/posts/tides?%0d%0aX-Injected:%20yes",
        "/posts/tides%0d%0aX-Injected:yes",
    ):
        assert "x-injected" not in preview.get(path).headers


# ---- files that are not what they were ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    ["../../secret.txt", "../../nothing.txt", "../.git/config", "../.recto/memo.sqlite", "/etc/passwd"],
)
def test_link_that_takes_the_place_of_a_file_is_not_followed(site: Project, target: str) -> None:
    with previewing(site.path) as preview:
        place = site.path / "static/tide.txt"
        for _ in range(20):
            place.unlink(missing_ok=True)
            place.symlink_to(target)
            answer = preview.get("/tide.txt")
            assert answer.status == 404
            place.unlink()
            place.write_text("high\n")
            preview.get("/tide.txt")


def test_link_out_of_the_site_is_never_followed(site: Project, tmp_path: Path) -> None:
    (site.path / "static/leak.txt").symlink_to(tmp_path / "secret.txt")
    (site.path / "static/leak").symlink_to(tmp_path, target_is_directory=True)
    (site.path / "posts/leak.md").symlink_to(tmp_path / "secret.txt")
    with previewing(site.path) as preview:
        for path in ("/leak.txt", "/leak/secret.txt", "/leak/", "/posts/leak/"):
            assert preview.get(path).status == 404, path


def test_link_within_the_site_is_followed(site: Project) -> None:
    (site.path / "static/same.txt").symlink_to("tide.txt")
    with previewing(site.path) as preview:
        assert preview.get("/same.txt").text == "high\n"


def test_only_a_file_is_opened_and_only_where_it_is_written(site: Project) -> None:
    root, folder = os.path.realpath(site.path), site.path / "static"
    os.mkfifo(folder / "pipe")
    (folder / "out").symlink_to("/etc/passwd")
    (folder / "beside").symlink_to("../../secret.txt")
    (folder / "kept").symlink_to("../.git/config")
    (folder / "same").symlink_to("tide.txt")
    for name in ("pipe", "out", "beside", "kept", "folder", "nothing", "tide.txt/x"):
        with pytest.raises(OSError):
            answers.opened(f"{root}/static/{name}", root)
    for name in ("tide.txt", "same"):
        with answers.opened(f"{root}/static/{name}", root) as file:
            assert file.read() == b"high\n"


def test_pipe_in_the_place_of_a_file_holds_nobody_up(site: Project, preview: Previewed) -> None:
    place = site.path / "static/tide.txt"
    place.unlink()
    os.mkfifo(place)
    assert preview.get("/tide.txt").status == 404
    assert preview.get("/").status == 200


# ---- slow, many and odd clients -----------------------------------------------------------------------------


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"Connection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\xc3\xbc HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"\x00" * 100_000,
    ],
)
def test_odd_request_is_an_error_of_its_sender(preview: Previewed, request_: bytes) -> None:
    with preview.connect() as connection:
        try:
            connection.sendall(request_)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65_536)
        except OSError:
            answer = b""  # cut off halfway
    assert status(answer) in (0, 200, 400, 404, 405)
    assert b"Traceback" not in answer
    assert preview.get("/").status == 200


def test_half_requests_do_not_stop_it_and_are_let_go(
    preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.5)
    with ExitStack() as stack:
        waiting = [stack.enter_context(preview.connect()) for _ in range(60)]
        for number, each in enumerate(waiting):
            each.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n"[:number])
        assert preview.get("/").status == 200
        started = time.monotonic()
        for each in waiting:
            while time.monotonic() < started + 5:
                try:
                    each.sendall(b"X")  # a drop at a time buys no time
                    time.sleep(0.01)
                except ConnectionError:
                    break
        assert time.monotonic() - started < 5


def test_connection_that_is_not_used_again_is_let_go(
    preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.2)
    with preview.connect() as connection:
        connection.sendall(b"GET /tide.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        while data := connection.recv(65_536):
            received += data
    assert received.endswith(b"high\n")


def test_answer_that_takes_longer_than_a_request_may_is_not_cut_off(
    preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.1)
    with Events(preview) as page:
        page.next()
        time.sleep(0.3)
        assert preview.get("/").status == 200
        page.connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            page.connection.recv(1)


def test_of_too_many_connections_the_one_that_waits_longest_gives_way(
    preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 5)
    with ExitStack() as stack:
        idle = [stack.enter_context(preview.connect()) for _ in range(5)]
        idle[4].sendall(b"GET /tide.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert reply(idle[4]).status == 200  # so all are connected
        assert preview.get("/").status == 200
        idle[0].settimeout(5)
        assert idle[0].recv(1) == b""
        idle[4].sendall(b"GET /tide.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert reply(idle[4]).status == 200


def test_more_connections_than_can_be_answered_are_told_so(
    preview: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 3)
    with Events(preview), Events(preview), Events(preview):
        assert preview.get("/").status == 503
    preview.until(lambda: preview.get("/").status == 200)


def test_client_that_leaves_amid_a_large_file_leaves_nothing_open(site: Project) -> None:
    site.write({"static/film.webm": bytes(50_000_000)})
    with previewing(site.path) as preview:
        for _ in range(20):
            with preview.connect() as connection:
                connection.sendall(b"GET /film.webm HTTP/1.1\r\nHost: localhost\r\n\r\n")
                connection.recv(10)
        preview.until(lambda: not [name for name in _open_files() if name.endswith("film.webm")])
        assert preview.get("/").status == 200


def _open_files() -> list[str]:
    found = []
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed by now
            found.append(str(each.readlink()))
    return found


def test_file_is_not_read_on_for_a_client_that_has_left(tmp_path: Path) -> None:
    (tmp_path / "film.webm").write_bytes(bytes(10 * answers.CHUNK))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        await asyncio.sleep(0)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def ask() -> None:
        file = answers.opened(str(tmp_path / "film.webm"), str(tmp_path))
        with ThreadPoolExecutor(1) as executor:
            answer = answers.of_file("GET", {}, file, "video/webm", digest="x", executor=executor)
            await answer({"type": "http"}, receive, send)

    run_apart(ask())
    assert len(sent) < 5
