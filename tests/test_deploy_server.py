"""A blog on a server of its own, by the command alone: ssh, the configuration of nginx that the documentation shows, and years of changes."""

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import hosts
from conftest import MakeProject, Project
from test_cli import recto


def post(title: str, *more: str) -> str:
    return "\n".join(
        ("---", f"title: {title}", "date: 2026-11-02", *more, "---", "", f"The text of {title}.", "")
    )


class Blog:
    """A blog, and the server that it is deployed to."""

    def __init__(self, project: Project, base: str) -> None:
        self.project, self.base = project, base

    def recto(self, *arguments: str) -> None:
        done = recto(*arguments, cwd=self.project.path)
        assert (done.returncode, done.stderr) == (0, "")

    def asked(self, url: str) -> tuple[int, str]:
        """What the server answers: its status, and where that leads or the page."""
        place = urlsplit(self.base)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        connection.request("GET", url)
        answer = connection.getresponse()
        found = answer.status, answer.getheader("Location") or answer.read().decode()
        connection.close()
        return found

    def comes_to(self, url: str, status: int, text: str = "") -> None:
        """That a page is answered so once nginx has read its configuration anew, which it does in its own time."""
        deadline = time.monotonic() + 20
        while not ((found := self.asked(url))[0] == status and text in found[1]):
            assert time.monotonic() < deadline, (url, found[0], found[1][:200])
            time.sleep(0.02)

    def ids(self) -> dict[str, str]:
        """The entries of the feed: title and id."""
        return {entry["title"]: entry["id"] for entry in json.loads(self.asked("/feed.json")[1])["items"]}


@pytest.fixture
def blog(project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Blog]:
    root = tmp_path / "server"
    root.mkdir()
    outside, inside = hosts.documented(root / "current")
    with hosts.sshd() as server, hosts.nginx(root / "current", http=outside, server=inside) as web:
        monkeypatch.setenv("PATH", server.path)
        settings = {
            "title": "Tides",
            "url": "https://example.com",
            "deploy": {
                "default": {
                    "type": "ssh",
                    "host": server.host,
                    "path": str(root),
                    "redirects": "nginx",
                    "run": f"kill -HUP {web.pid}",
                    "verify": web.base,
                }
            },
        }
        posts = {"posts/fog.md": post("Fog", "aliases: [/2009/nebel.html]"), "posts/tide.md": post("Tide")}
        yield Blog(
            project({"site.yaml": json.dumps(settings), **posts, "posts/wind.md": post("Wind")}), web.base
        )


def test_addresses_and_ids_live_through_renames_new_permalinks_and_farewells(blog: Blog) -> None:
    blog.recto("deploy", "--yes")
    blog.comes_to("/posts/fog/", 200, "The text of Fog.")
    blog.comes_to("/2009/nebel.html", 301, "/posts/fog/")
    first = blog.ids()

    settings = blog.project.path / "site.yaml"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"permalink": "/:year/:slug/"}))
    (blog.project.path / "posts/tide.md").rename(blog.project.path / "posts/high-water.md")
    blog.recto("deploy", "--yes")
    blog.comes_to("/2026/high-water/", 200, "The text of Tide.")
    for old, new in {
        "/posts/tide/": "/2026/high-water/",
        "/posts/fog/": "/2026/fog/",
        "/2009/nebel.html": "/2026/fog/",
    }.items():
        blog.comes_to(old, 301)
        assert blog.asked(old) == (301, new)
    assert blog.ids() == first

    blog.project.delete("posts/wind.md")
    blog.recto("deploy", "--yes", "--gone", "/2026/wind/", "--gone", "/posts/wind/")
    blog.comes_to("/2026/wind/", 410, "<html")
    assert blog.asked("/posts/wind/")[0] == 410

    blog.recto("rollback", "--yes")
    blog.comes_to("/2026/wind/", 200, "The text of Wind.")
    blog.comes_to("/posts/wind/", 301, "/2026/wind/")
