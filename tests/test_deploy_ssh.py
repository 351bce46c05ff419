"""A folder on a server behind a real sshd: a release for each deploy, and a link that is switched at once."""

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

import hosts
import servers
from recto.deploy.shipment import Shipment
from recto.deploy.target import Place
from recto.deploy.targets.ssh import SshServer
from recto.model import SshTarget
from releases import NOW, Files, deploy, refused, release

WEEK = 7 * 24 * 3600
SITE = {
    "index.html": "home",
    "posts/a/index.html": "a",
    "assets/style.1234567a.css": "css",
    "images/über den fluss.png": "png",
}


@pytest.fixture(scope="module")
def server() -> Iterator[hosts.Sshd]:
    with hosts.sshd() as running:
        yield running


class Site:
    """A site with its target: `path` is the folder on the server, which is this machine."""

    def __init__(self, folder: Path, server: hosts.Sshd) -> None:
        self.root = folder / "site"
        self.path = folder / "www of \"ours\" and 'theirs' $HOME"
        self.server = server
        self._targets: dict[tuple[str, int], SshServer] = {}

    def target(self, *, run: str = "", releases: int = 5) -> SshServer:
        host, path = self.server.host, str(self.path)
        settings = SshTarget(name="live", type="ssh", host=host, path=path, run=run, releases=releases)
        return SshServer(settings, Place(root=self.root, cache=self.root / ".recto/deploy/live"))

    def deploy(self, files: Files, *, run: str = "", releases: int = 5) -> None:
        """Deploy, with one login for all deploys of a test."""
        if (run, releases) not in self._targets:
            self._targets[run, releases] = self.target(run=run, releases=releases)
        deploy(self._targets[run, releases], files)

    def close(self) -> None:
        for target in self._targets.values():
            target.close()

    def refused(self, files: Files, *, run: str = "") -> str:
        return refused(lambda: self.deploy(files, run=run))

    def shown(self) -> dict[str, str]:
        """What readers get."""
        site = self.path / "current"
        found = (path for path in site.rglob("*") if path.is_file())
        return {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in found}

    def releases(self) -> list[str]:
        """What is in the folder of releases; what is being made included."""
        return sorted(path.name for path in (self.path / "releases").iterdir())


@pytest.fixture
def site(tmp_path: Path, server: hosts.Sshd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("PATH", server.path)
    made = Site(tmp_path, server)
    yield made
    made.close()
    for program in server.remote_bin.iterdir():
        program.unlink()


# ---- what is shown ------------------------------------------------------------------------------------------


def test_server_shows_exactly_the_site_and_the_next_reader_learns_of_it(site: Site) -> None:
    target = site.target()
    assert target.read() is None
    sent = deploy(target, SITE)
    target.close()
    assert site.shown() == SITE
    again = site.target()
    assert again.read() == sent.snapshot
    again.close()


def test_current_leads_to_a_release_named_by_its_files_as_a_web_server_finds_it(site: Site) -> None:
    site.deploy(SITE)
    link = str((site.path / "current").readlink())
    assert re.fullmatch(r"releases/[0-9a-f]{40}-[0-9a-f]{8}/site", link)
    (site.path.parent / "www").symlink_to(site.path)
    with hosts.nginx(site.path.parent / "www/current") as web:
        done = hosts.run(["curl", "-s", f"{web.base}/posts/a/"], site.server.path)
    assert done.stdout == "a"


def test_only_what_changed_is_sent_and_the_rest_is_linked(site: Site) -> None:
    site.deploy(SITE)
    before = (site.path / "current/posts/a/index.html").stat()
    told: list[tuple[int, int]] = []
    target = site.target()
    target.apply(
        release(target.read(), SITE | {"index.html": "new", "b/index.html": "b"}),
        lambda *done: told.append(done),
    )
    target.close()
    assert site.shown() == SITE | {"index.html": "new", "b/index.html": "b"}
    after = (site.path / "current/posts/a/index.html").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 2)
    assert told == [(1, 2), (2, 2)]


def test_files_are_sent_from_where_they_are_and_may_be_read_by_a_web_server(
    site: Site, tmp_path: Path
) -> None:
    dist = tmp_path / "dist"
    for path, text in SITE.items():
        (dist / path).parent.mkdir(parents=True, exist_ok=True)
        (dist / path).write_text(text)
        (dist / path).chmod(0o600)
    usual = release(None, SITE | {"_redirects.map": "/a /b;"})
    there = {path: replace(usual.shipment[path], source=dist / path, data=b"") for path in SITE}
    wanted = replace(usual, shipment=Shipment(items={**usual.shipment.items, **there}))
    target = site.target()
    target.read()
    target.apply(wanted, lambda *_: None)
    assert site.shown() == SITE | {"_redirects.map": "/a /b;"}
    modes = {path.stat().st_mode & 0o777 for path in (site.path / "current").rglob("*")}
    assert modes == {0o755, 0o644}
    (dist / "index.html").write_text("meanwhile")
    target.read()
    assert refused(lambda: target.apply(wanted, lambda *_: None)).startswith("deploy-changed: ")
    target.close()


def test_a_release_stays_as_it_was_when_the_next_one_changes_its_files(site: Site) -> None:
    site.deploy(SITE)
    old = (site.path / "current").resolve()
    site.deploy(SITE | {"index.html": "new!"})
    assert (old / "index.html").read_text() == "home"


def test_what_left_the_site_leaves_but_what_open_pages_may_want(site: Site) -> None:
    site.deploy(SITE)
    site.deploy({"index.html": "home"})
    assert site.shown() == {"index.html": "home", "assets/style.1234567a.css": "css"}
    assert not (site.path / "current/posts").exists()
    target = site.target()
    deploy(target, {"index.html": "home"}, now=NOW + WEEK + 1)
    target.close()
    assert site.shown() == {"index.html": "home"}


def test_a_file_becomes_a_folder_and_a_folder_a_file(site: Site) -> None:
    site.deploy({"a": "file", "b/c/d": "deep", "index.html": "1"})
    site.deploy({"a/b": "deep", "b": "file", "index.html": "1"})
    assert site.shown() == {"a/b": "deep", "b": "file", "index.html": "1"}


def test_a_path_may_count_from_home(site: Site, server: hosts.Sshd) -> None:
    with hosts.sshd(host="home.test", SetEnv=f'PATH="{os.environ["PATH"]}"') as other:
        os.environ["PATH"] = f"{other.bin}:{os.environ['PATH']}"
        home = Path(hosts.run(["ssh", other.host, "pwd"], os.environ["PATH"]).stdout.strip())
        folder = home / f".recto test {os.getpid()}"
        try:
            target = SshServer(
                SshTarget(name="live", type="ssh", host=other.host, path=f"~/{folder.name}/"),
                Place(root=site.root, cache=site.root / "cache"),
            )
            deploy(target, SITE)
            target.close()
            assert (folder / "current/index.html").read_text() == "home"
        finally:
            subprocess.run(["rm", "-rf", str(folder)], check=True)


# ---- earlier releases ---------------------------------------------------------------------------------------


def test_the_newest_releases_are_kept_and_nothing_that_is_not_ours_is_removed(site: Site) -> None:
    (site.path / "releases/20240101").mkdir(parents=True)
    for n in range(5):
        site.deploy({"index.html": f"{n}"}, releases=3)
    assert len(site.releases()) == 3 + 1
    assert "20240101" in site.releases()
    site.deploy({"index.html": "only"}, releases=1)
    assert len(site.releases()) == 1 + 1 and site.shown() == {"index.html": "only"}


def back(site: Site) -> str:
    target = site.target()
    try:
        return target.rollback()
    finally:
        target.close()


def test_rollback_shows_the_release_before_and_twice_the_one_before_that(site: Site) -> None:
    for n in range(3):
        target = site.target()
        deploy(target, {"index.html": f"{n}"}, label=f"Deploy {n}\nof mine")
        target.close()
    assert (back(site), site.shown()) == ("Deploy 1 of mine", {"index.html": "1"})
    assert (back(site), site.shown()) == ("Deploy 0 of mine", {"index.html": "0"})
    assert refused(lambda: back(site)).startswith(
        "deploy-rollback: live has no release from before this one ("
    )


def test_rollback_after_a_deploy_that_followed_one_shows_what_readers_had_before(site: Site) -> None:
    for text in ("good", "bad"):
        site.deploy({"index.html": text})
    back(site)
    site.deploy({"index.html": "better"})
    back(site)
    assert site.shown() == {"index.html": "good"}


def test_rollback_where_nothing_is_says_so(site: Site) -> None:
    assert refused(lambda: back(site)).startswith("deploy-rollback: ")


# ---- who else is there --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_somebody_else_put_there_is_replaced_by_force_only(site: Site, kind: str) -> None:
    place = site.path / "current" if kind == "folder" else site.path / "theirs"
    place.mkdir(parents=True)
    (place / "index.html").write_text("theirs")
    if kind == "link":
        (site.path / "current").symlink_to("theirs")
    assert site.refused(SITE).startswith("deploy-foreign: live: ")
    assert site.shown() == {"index.html": "theirs"}
    target = site.target()
    deploy(target, SITE, force=True)
    target.close()
    assert site.shown() == SITE
    kept = [path for path in site.path.iterdir() if path.name.startswith(("before-recto-", "theirs"))]
    assert [(path / "index.html").read_text() for path in kept] == ["theirs"]


def test_a_deploy_that_was_overtaken_is_refused_and_leaves_nothing(site: Site) -> None:
    slow, fast = site.target(), site.target()
    wanted = release(slow.read(), {"index.html": "slow"})
    deploy(fast, {"index.html": "fast"})
    hosts.script(site.server.remote_bin / "rsync", "exit 1")  # so nothing need be sent to see it
    assert refused(lambda: slow.apply(wanted, lambda *_: None)).startswith(
        "deploy-overtaken: live was deployed to by somebody else"
    )
    slow.close()
    fast.close()
    assert site.shown() == {"index.html": "fast"} and len(site.releases()) == 1


def test_of_two_deploys_at_once_one_is_whole_and_the_other_is_told(site: Site, server: hosts.Sshd) -> None:
    first, second = site.target(), site.target()
    wanted = release(first.read(), {"index.html": "first"}), release(second.read(), {"index.html": "second"})
    # The second one comes to its end while the first one is sending.
    hosts.script(
        server.remote_bin / "rsync",
        f'touch "{server.folder}/reached"; while [ ! -e "{server.folder}/go" ]; do sleep 0.02; done; PATH={os.environ["PATH"]} exec rsync "$@"',
    )
    errors: list[str] = []

    def slow() -> None:
        errors.append(refused(lambda: first.apply(wanted[0], lambda *_: None)))

    thread = Thread(target=slow)
    thread.start()
    wait_for((server.folder / "reached").exists)
    (server.remote_bin / "rsync").unlink()
    second.apply(wanted[1], lambda *_: None)
    (server.folder / "go").touch()
    thread.join()
    first.close()
    second.close()
    assert errors[0].startswith("deploy-overtaken: ")
    assert site.shown() == {"index.html": "second"} and len(site.releases()) == 1


def test_the_moment_of_switching_belongs_to_one_and_a_dead_ones_lock_does_not_last(site: Site) -> None:
    site.deploy({"index.html": "1"})
    lock = site.path / ".lock"
    lock.mkdir()
    os.utime(lock, (time.time() - 120,) * 2)
    site.deploy({"index.html": "2"})
    assert site.shown() == {"index.html": "2"} and not lock.exists()


def test_a_deploy_waits_for_another_that_is_switching_and_says_when_that_takes_too_long(
    site: Site, server: hosts.Sshd
) -> None:
    site.deploy({"index.html": "1"})
    (site.path / ".lock").mkdir()
    hosts.script(server.remote_bin / "sleep", "exit 0")
    assert site.refused({"index.html": "2"}).startswith(
        "deploy-busy: somebody else is deploying to live at this moment"
    )
    assert site.shown() == {"index.html": "1"} and len(site.releases()) == 1


# ---- what goes wrong ----------------------------------------------------------------------------------------


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_network_that_drops_each_third_connection_stops_no_deploy(site: Site) -> None:
    with site.server.behind(lambda n: n % 3 != 0, after=6000) as wire:
        site.deploy(SITE)
        site.deploy(SITE | {"index.html": "new"})
    assert wire.dropped
    assert site.shown() == SITE | {"index.html": "new"}


KILLED = """
import sys
from pathlib import Path
from recto.deploy.shipment import Shipment
from recto.deploy.targets.ssh import SshServer
from recto.deploy.target import Place
from recto.model import SshTarget
from releases import deploy
root, host, path = sys.argv[1:]
target = SshServer(SshTarget(name="live", type="ssh", host=host, path=path), Place(root=Path(root), cache=Path(root, "cache")))
deploy(target, {"index.html": "new", "b.html": "b"})
"""


@pytest.mark.parametrize("moment", ["sending", "switching"])
def test_a_killed_deploy_leaves_the_old_site_and_the_next_one_finishes(
    site: Site, server: hosts.Sshd, moment: str
) -> None:
    site.deploy(SITE)
    program = "rsync" if moment == "sending" else "ln"
    reached = server.folder / f"reached-{moment}"
    real = servers.find(program)
    hosts.script(server.remote_bin / program, f'touch "{reached}"; sleep 0.5; exec {real} "$@"')
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(site.root), server.host, str(site.path)]
    places = {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(server.folder)}
    environment = os.environ | places
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    wait_for(reached.exists)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert site.shown() == SITE
    (server.remote_bin / program).unlink()
    wait_for(lambda: not (site.path / ".lock").exists())
    site.deploy({"index.html": "newer"})
    assert site.shown()["index.html"] == "newer" and "posts/a/index.html" not in site.shown()


def test_what_a_dead_deploy_left_is_removed_after_a_day(site: Site) -> None:
    for name in (".new-00000000", ".new-11111111"):
        (site.path / "releases" / name / "site").mkdir(parents=True)
    os.utime(site.path / "releases/.new-00000000", (time.time() - 2 * 24 * 3600,) * 2)
    site.deploy(SITE)
    assert ".new-11111111" in site.releases() and ".new-00000000" not in site.releases()


@pytest.fixture
def small_disk(site: Site, server: hosts.Sshd) -> Iterator[None]:
    """A server whose disk is full after some bytes; where only root may make one, rsync says what it would."""
    site.path.mkdir()
    full = 'echo "rsync: write failed on x: No space left on device (28)" >&2; exit 11'
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "none", site.path], capture_output=True, check=False
    )
    if made.returncode:
        hosts.script(
            server.remote_bin / "rsync",
            f'PATH={os.environ["PATH"]}; case "$*" in *server*) [ -e "{site.path}/current" ] && {{ {full}; }};; esac; exec rsync "$@"',
        )
    yield
    if not made.returncode:
        subprocess.run(["umount", site.path], check=True)


def test_a_full_disk_is_told_and_readers_have_the_site_that_was_there(site: Site, small_disk: None) -> None:
    site.deploy(SITE)
    big = os.urandom(400_000)
    assert site.refused(SITE | {"big.bin": big}).startswith(
        "deploy-full: live: there is no space left on server.test (make room there"
    )
    assert site.shown() == SITE and len(site.releases()) == 1
    site.deploy(SITE | {"index.html": "new"})
    assert site.shown() == SITE | {"index.html": "new"}


def test_a_refused_key_is_told(site: Site, server: hosts.Sshd) -> None:
    keys = server.folder / "authorized_keys"
    keys.rename(server.folder / "away")
    try:
        told = site.refused(SITE)
    finally:
        (server.folder / "away").rename(keys)
    assert told.startswith(
        "deploy-refused: live: server.test does not let us in (see that ssh server.test works"
    )


def test_an_unknown_and_a_changed_key_of_the_server_are_told(site: Site, server: hosts.Sshd) -> None:
    known = server.folder / "known_hosts"
    text = known.read_text()
    try:
        known.write_text("")
        unknown = site.refused(SITE)
        known.write_text(f"{server.host} {(server.folder / 'authorized_keys').read_text()}")
        changed = site.refused(SITE)
    finally:
        known.write_text(text)
    assert unknown.startswith(
        "deploy-refused: live: the key of server.test is not known here (run ssh server.test once"
    )
    assert changed.startswith(
        "deploy-refused: live: server.test has another key than the one that ssh knows ("
    )


def test_a_server_that_is_not_there_is_told_after_some_tries(
    site: Site, server: hosts.Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recto.deploy.targets.connection.PAUSES", (0.01,) * 4)
    with socket.socket() as nobody:
        nobody.bind((hosts.LOOPBACK, 0))
        hosts.configure(server.folder, server.host, nobody.getsockname()[1])
        try:
            told = site.refused(SITE)
        finally:
            hosts.configure(server.folder, server.host, server.port)
    assert (
        told.startswith("deploy-unreachable: live: server.test cannot be reached: ")
        and "Connection refused" in told
    )


def test_a_server_without_rsync_is_told(site: Site, server: hosts.Sshd) -> None:
    hosts.script(server.remote_bin / "rsync", 'echo "sh: 1: rsync: not found" >&2; exit 127')
    assert (
        site.refused(SITE) == "deploy-missing: live: there is no rsync on server.test (install rsync there)"
    )
    assert site.releases() == []


@pytest.mark.parametrize("program", ["ssh", "rsync"])
def test_a_program_that_is_missing_here_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    (tmp_path / "bin").mkdir()
    if program == "rsync":
        (tmp_path / "bin/ssh").symlink_to(site.server.bin / "ssh")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert site.refused(SITE) == f"deploy-missing: live: {program} is not installed here (install {program})"


def test_a_folder_that_cannot_be_made_is_told(site: Site) -> None:
    site.path.write_text("a file")
    told = site.refused(SITE)
    assert told.startswith("deploy-unwritable: live: the folder cannot be written to on server.test: mkdir: ")


def test_a_login_shell_that_talks_is_no_trouble_to_scripts(site: Site, server: hosts.Sshd) -> None:
    hosts.script(server.remote_bin / "sh", 'echo "Welcome!"; exec /bin/sh "$@"')
    site.deploy(SITE)
    assert site.shown() == SITE


# ---- the command after it -----------------------------------------------------------------------------------


def test_the_command_runs_in_the_folder_after_the_switch(site: Site) -> None:
    site.deploy(SITE, run="cat current/index.html > 'seen by it'; echo fine")
    assert (site.path / "seen by it").read_text() == "home"
    back_and_forth = site.target(run="echo back > here")
    deploy(back_and_forth, {"index.html": "2"})
    (site.path / "here").unlink()
    back_and_forth.rollback()
    back_and_forth.close()
    assert (site.path / "here").read_text() == "back\n"


def test_a_command_that_fails_is_told_and_the_site_stays(site: Site) -> None:
    told = site.refused(SITE, run="echo no such service >&2; exit 3")
    assert told == (
        "deploy-run: live is deployed, but its command failed (3): no such service "
        "(on the server: echo no such service >&2; exit 3)"
    )
    assert site.shown() == SITE


def test_a_command_that_breaks_the_connection_is_told_as_a_matter_of_its_own(site: Site) -> None:
    told = site.refused(SITE, run="kill -9 $PPID")
    assert told.startswith(
        "deploy-run: live is deployed, but its command failed (?): the connection broke, so it may"
    )
    assert site.shown() == SITE


def test_one_login_serves_a_whole_deploy_and_ends_with_it(site: Site, server: hosts.Sshd) -> None:
    before = server.log.count("Accepted publickey")
    target = site.target()
    deploy(target, SITE)
    assert server.log.count("Accepted publickey") == before + 1
    open_before = server.log.count("Disconnected from user")
    target.close()
    wait_for(lambda: server.log.count("Disconnected from user") > open_before)
