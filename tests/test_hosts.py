"""The servers that the tests of deploys start are those that they say."""

import urllib.request
from pathlib import Path

import hosts


def test_ssh_leads_to_the_server_and_a_program_put_there_is_found_first() -> None:
    with hosts.sshd() as server:
        hosts.script(server.remote_bin / "rsync", "echo of the test")
        done = hosts.run(["ssh", server.host, "rsync"], server.path)
    assert (done.stdout, done.stderr, done.returncode) == ("of the test\n", "", 0)


def test_a_wire_drops_the_connections_that_it_should() -> None:
    with hosts.sshd() as server, server.behind(lambda n: n == 1, after=500) as wire:
        assert [hosts.run(["ssh", server.host, "true"], server.path).returncode for _ in range(2)] == [255, 0]
    assert (wire.connections, wire.dropped) == (2, 1)


def test_nginx_serves_the_folder(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello", "utf-8")
    with hosts.nginx(tmp_path) as server, urllib.request.urlopen(server.base, timeout=10) as answer:
        assert (answer.status, answer.read()) == (200, b"hello")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
