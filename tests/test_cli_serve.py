"""`recto serve` as a command: what it says, what it refuses, and how it ends."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import IO
from urllib.parse import urlsplit

import pytest

from conftest import MakeProject, Project
from recto.cli import main

POST = "---\ntitle: Tides\ndate: 2026-11-02\n---\n\nThe sea.\n"
PATIENCE = 20.0  # seconds


@dataclass(slots=True)
class Serving:
    """A running `recto serve`."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)  # lines of stdout
    complained: list[str] = field(default_factory=list)  # lines of stderr

    def until(self, words: str, *, lines: Sequence[str] | None = None) -> str:
        """The first line with these words, once it is there."""
        found = self.said if lines is None else lines
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in [*found]:
                if re.search(words, line):
                    return line
            time.sleep(0.01)
        raise AssertionError(f"{words!r} was not said: {self.said} {self.complained}")

    def watch(self, site: Project) -> None:
        """See a first change through: from then on each has a line of its own."""
        self.until("Serving")
        site.write({"posts/first.md": POST})
        self.until_said(2)

    def until_said(self, count: int) -> None:
        """Wait for that many lines."""
        end = time.monotonic() + PATIENCE
        while len(self.said) < count:
            assert time.monotonic() < end, self.said
            time.sleep(0.01)

    @property
    def address(self) -> str:
        """Where the site is."""
        found = re.search(r"http://\S+", self.until("Serving"))
        assert found
        return found[0]

    def get(self, path: str = "") -> str:
        """A page."""
        where = urlsplit(self.address)
        connection = HTTPConnection("127.0.0.1", where.port or 0, timeout=PATIENCE)
        connection.request("GET", where.path + path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def end(self, how: signal.Signals) -> tuple[int, float]:
        """End it; the exit code, and how many seconds that took."""
        start = time.monotonic()
        self.process.send_signal(how)
        return self.process.wait(PATIENCE), time.monotonic() - start


@contextmanager
def serving(site: Path, *options: str, **env: str) -> Iterator[Serving]:
    """`recto serve`, on any port unless one is said, until the block ends."""
    command = [sys.executable, "-m", "recto", "serve", str(site), *options]
    if "-p" not in options:
        command += ["-p", "0"]
    variables = {**os.environ, "SOURCE_DATE_EPOCH": "1795435200", "PYTHONUNBUFFERED": "1", **env}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        run = Serving(process)
        readers = [
            Thread(target=_collect, args=(process.stdout, run.said)),
            Thread(target=_collect, args=(process.stderr, run.complained)),
        ]
        for reader in readers:
            reader.start()
        try:
            yield run
        finally:
            process.kill()
            process.wait()
            for reader in readers:
                reader.join()


def _collect(stream: IO[str], lines: list[str]) -> None:
    lines.extend(line.rstrip("\n") for line in stream)


@pytest.fixture
def site(project: MakeProject) -> Project:
    return project({"posts/tides.md": POST, "site.yaml": "title: Coast\n"})


# ---- what it says -------------------------------------------------------------------------------------------


def test_first_line_says_where_the_site_is_and_what_is_in_it(site: Project) -> None:
    with serving(site.path) as run:
        line = run.until("Serving")
        assert re.fullmatch(r"Serving 1 post at http://localhost:\d+/ \(\d+ ms; Ctrl-C ends it\)", line)
        assert "The sea" in run.get("posts/tides/")
    assert run.complained == []


def test_first_line_counts_what_is_only_shown_here(site: Project) -> None:
    site.write(
        {
            "posts/a.md": POST.replace("---\n\n", "draft: true\n---\n\n"),
            "posts/b.md": POST.replace("---\n\n", "published: false\n---\n\n"),
            "posts/c.md": POST.replace("2026-11-02", "2027-01-01"),
        }
    )
    with serving(site.path) as run:
        assert run.until("Serving").startswith("Serving 4 posts (with 2 drafts and 1 scheduled) at ")
    with serving(site.path, "--no-drafts", "--no-future") as run:
        assert run.until("Serving").startswith("Serving 1 post at ")


def test_each_edition_is_a_line_with_the_time_and_what_changed(site: Project) -> None:
    with serving(site.path) as run:
        run.watch(site)
        site.write({"posts/tides.md": POST + "More.\n"})
        line = run.until("tides.md")
        site.write({f"posts/{name}.md": POST for name in "abcd"})
        several = run.until("more")
    assert re.fullmatch(r"\d\d:\d\d:\d\d  posts/tides\.md  \d+ ms", line)
    assert re.search(r"  posts/a\.md, posts/b\.md and 2 more  ", several)
    assert len(run.said) == 4


def test_problems_are_said_in_the_words_of_a_build_and_only_once_while_they_last(site: Project) -> None:
    with serving(site.path) as run:
        run.watch(site)
        site.write({"posts/gulls.md": "---\ntitle: a: b\n---\n"})
        assert run.until("gulls").endswith(": not built, the pages are as they were")
        expected = "\n\n".join(site.build(drafts=True, future=True).problems).splitlines()
        assert run.complained == expected
        site.write({"posts/tides.md": POST + "More.\n"})
        run.until("tides")
        assert run.complained == expected
        assert "More." not in run.get("posts/tides/")
        site.write({"posts/gulls.md": POST})
        assert run.until("gulls.*mended")
        assert "More." in run.get("posts/tides/")
        site.write({"posts/gulls.md": "---\ntitle: a: b\n---\n"})
        run.until_said(6)
        assert run.complained == [*expected, *expected]


def test_warnings_are_said_and_the_new_ones_alone_when_another_comes(site: Project) -> None:
    site.write({"posts/gulls.md": POST + "[x](/nowhere/)\n"})
    with serving(site.path) as run:
        run.watch(site)
        before = [*run.complained]
        site.write({"posts/terns.md": POST + "[x](/no-such/)\n"})
        run.until("terns")
    assert "/nowhere/" in " ".join(before)
    assert "/nowhere/" not in " ".join(run.complained[len(before) :])
    assert "/no-such/" in " ".join(run.complained[len(before) :])


def test_what_shows_only_when_a_page_is_asked_for_is_said_then(site: Project) -> None:
    site.write({"templates/post.html": "{{ post.title.nothing.at.all }}"})
    with serving(site.path) as run:
        run.until("Serving")
        assert run.complained == []
        for _ in range(3):
            run.get("posts/tides/")
        run.until(r"templates/post\.html:1", lines=run.complained)
        assert len([line for line in run.complained if line.startswith("error")]) == 1


def test_folder_without_a_site_is_served_until_it_is_one(tmp_path: Path) -> None:
    with serving(tmp_path) as run:
        assert "what is wrong, until it is mended" in run.until("Serving")
        assert "no-posts" in run.complained[0]
        (tmp_path / "posts").mkdir()
        (tmp_path / "posts/a.md").write_text(POST)
        run.until("mended")


def test_options_of_the_site_are_heeded(site: Project) -> None:
    with serving(site.path, "--base-path", "notes/", "--poll") as run:
        assert re.search(r"http://localhost:\d+/notes/ ", run.until("Serving"))
        site.write({"posts/tides.md": POST + "More.\n"})
        run.until_said(2)
        assert "More." in run.get("posts/tides/")


@pytest.mark.parametrize("path", ["/", ""])
def test_base_path_can_be_the_top(site: Project, path: str) -> None:
    site.write({"site.yaml": "url: https://example.com/blog\n"})
    with serving(site.path, "--base-path", path) as run:
        assert re.search(r"http://localhost:\d+/ ", run.until("Serving"))


def test_preview_is_another_word_for_it(site: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "recto", "preview", "--help"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "usage: recto serve" in done.stdout.replace("preview", "serve")
    assert "recto serve --host 0.0.0.0" in done.stdout


def test_port_that_is_taken_gives_way_to_the_next_and_that_is_said(site: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(site.path, "-p", str(port)) as run:
            assert urlsplit(run.address).port != port
            assert run.said[0].startswith(f"port {port} is taken, so it is {urlsplit(run.address).port}")
            with serving(site.path, "-p", str(port)) as another:
                assert urlsplit(another.address).port not in (port, urlsplit(run.address).port)


def test_it_says_when_others_can_see_it(site: Project) -> None:
    with serving(site.path, "--host", "0.0.0.0") as run:
        run.until("Serving")
        assert "everybody in the network" in run.until("note", lines=run.complained)
    with serving(site.path, "--host", "127.0.0.1") as run:
        assert "http://127.0.0.1:" in run.until("Serving")
    assert run.complained == []


def test_browser_is_opened_where_that_is_asked_for(site: Project, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > {shlex.quote(str(opened))}.new; mv {shlex.quote(str(opened))}.new {shlex.quote(str(opened))}\n'
    )
    browser.chmod(0o755)
    with serving(site.path, "-O", BROWSER=f"{browser} %s") as run:
        run.until("Serving")
        end = time.monotonic() + PATIENCE
        while not opened.exists() and time.monotonic() < end:
            time.sleep(0.01)
        assert opened.read_text().strip() == run.address


# ---- what it refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-p", "70000"], "from 1 to 65535"),
        (["-p", "-1"], ""),
        (["-p", "http"], "from 1 to 65535"),
        (["--host", "no-such-host.invalid"], 'there is no host "no-such-host.invalid"'),
        (["--host", "192.0.2.1"], '"192.0.2.1" is no address of this machine'),
        (["--base-path", "../x"], "--base-path is no folder of a site"),
        (["--base-path", "https://example.com/x"], "--base-path is no folder of a site"),
        (["--base-path", "a b"], "--base-path is no folder of a site"),
        (["--base-path", "/x?y"], "--base-path is no folder of a site"),
        (["no-such-folder"], 'there is no folder "no-such-folder"'),
        (["--opne"], 'did you mean "--open"?'),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_says_what_to_do(
    site: Project, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = [] if options[0][0] != "-" else [str(site.path)]
    try:
        code: object = main(["serve", *folder, *options])
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert words in said.err
    assert "\n  fix: " in said.err


# ---- how it ends --------------------------------------------------------------------------------------------


def nothing_is_left(run: Serving) -> bool:
    """Whether no process of its group is there any more; what was killed this moment has one."""
    end = time.monotonic() + 1
    while time.monotonic() < end:
        try:
            os.killpg(run.process.pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_within_a_second_with_open_streams_and_leaves_nothing(
    site: Project, how: signal.Signals
) -> None:
    with serving(site.path) as run, ExitStack() as stack:
        port = urlsplit(run.address).port or 0
        for _ in range(200):
            stream = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            stream.sendall(b"GET /_recto/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            stream.recv(1)
        code, seconds = run.end(how)
        assert (code, run.complained) == (0, [])
        assert seconds < 1
        assert nothing_is_left(run)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_it_ends_amid_work_that_takes_long_and_leaves_nothing(site: Project, tmp_path: Path) -> None:
    slow = tmp_path / "bin/slow"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 100\n")
    slow.chmod(0o755)
    (slow.parent / "pagefind_bin.py").write_text(f"def get_executable(): return {str(slow)!r}\n")
    path = os.pathsep.join(filter(None, (str(slow.parent), os.environ.get("PYTHONPATH"))))
    with serving(site.path, PYTHONPATH=path) as run:
        port = urlsplit(run.address).port or 0
        with socket.create_connection(("127.0.0.1", port)) as asking:
            asking.sendall(b"GET /pagefind/pagefind.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
            end = time.monotonic() + PATIENCE
            while not _children(run) and time.monotonic() < end:
                time.sleep(0.01)
            assert _children(run)
            code, seconds = run.end(signal.SIGTERM)
        assert code == 0
        assert seconds < 1.5
        assert nothing_is_left(run)


def _children(run: Serving) -> list[str]:
    threads = Path(f"/proc/{run.process.pid}/task").iterdir()
    return [child for thread in threads for child in (thread / "children").read_text().split()]


def test_ctrl_c_leaves_the_terminal_as_it_was(site: Project) -> None:
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    command = [sys.executable, "-m", "recto", "serve", str(site.path), "-p", "0"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=lambda: _take_terminal(theirs)
    ) as process:
        shown = b""
        while b"Ctrl-C ends it" not in shown:
            shown += os.read(ours, 65_536)
        os.write(ours, b"\x03")
        assert process.wait(PATIENCE) == 0
    assert termios.tcgetattr(theirs) == before
    os.close(theirs)
    with suppress(OSError):
        while more := os.read(ours, 65_536):
            shown += more
    os.close(ours)
    assert b"Traceback" not in shown
    assert shown.endswith(b"\n")


def _take_terminal(end: int) -> None:
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(end, termios.TIOCSCTTY, 0)
