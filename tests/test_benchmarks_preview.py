"""The benchmark of previews times what an author waits for, and notices where that never comes."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import preview
from contenders import CONTENDERS, Contender
from corpus import Post, make_corpus, write_static
from preview import KINDS, Bench, Blog

POSTS = make_corpus(12)


class Files(Contender):
    """Stands for a tool that serves at once what is saved: its sources are its pages."""

    name = "files"

    def prepare(self, site: Path, posts: Iterable[Post]) -> None:
        write_static(site)
        for post in posts:
            self.write_post(site, post)

    def source(self, site: Path, post: Post) -> Path:
        return site / self.post_path(post)

    def write_post(self, site: Path, post: Post) -> None:
        self.source(site, post).parent.mkdir(parents=True, exist_ok=True)
        self.source(site, post).write_text(f"<h1>{post.title}</h1>{post.body}")

    def version_command(self) -> list[str]:
        return [sys.executable, "--version"]

    def cold(self, site: Path) -> list[str]:
        return [sys.executable, "-c", ""]

    def serve(self, site: Path, port: int) -> list[str]:
        return [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]


class Stale(Files):
    """Stands for a tool that never shows what is saved later."""

    def __init__(self) -> None:
        super().__init__()
        self.written: set[Path] = set()

    def write_post(self, site: Path, post: Post) -> None:
        if self.source(site, post) not in self.written:
            super().write_post(site, post)
            self.written.add(self.source(site, post))


def _bench(tool: Contender, tmp_path: Path, *more: str) -> Bench:
    blog = Blog(tool, tmp_path / "site", POSTS)
    blog.prepare(None)
    args = preview.parse(["--saves", "2", "--pause", "0.05", "--limit", "10", *more])
    return Bench(blog, tmp_path / "log", args, None)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_save_brings_its_mark_to_its_url_and_to_no_other(tmp_path: Path, kind: str) -> None:
    site = tmp_path / "site"
    blog = Blog(Files(), site, POSTS)
    blog.prepare(tmp_path / "none")
    seen = []
    for _ in range(2):
        mark, url = blog.save(kind)
        having = [path for path in site.rglob("*.*") if mark.encode() in path.read_bytes()]
        shown = [f"/{path.relative_to(site)}".removesuffix("index.html") for path in having]
        assert shown == [url]
        seen.append(mark)
    assert len({*seen}) == 2


def test_an_earlier_save_leaves_no_mark(tmp_path: Path) -> None:
    blog = Blog(Files(), tmp_path / "site", POSTS)
    blog.prepare(None)
    (first, _), (last, _) = blog.save("body"), blog.save("title")
    text = Files().source(blog.site, blog.middle).read_text()
    assert last in text
    assert first not in text


def test_a_site_that_is_ready_is_copied(tmp_path: Path) -> None:
    (tmp_path / "ready/static").mkdir(parents=True)
    (tmp_path / "ready/kept").write_text("as it is")
    blog = Blog(CONTENDERS["recto"](), tmp_path / "site", POSTS)
    blog.prepare(tmp_path / "ready")
    assert (tmp_path / "site/kept").read_text() == "as it is"


def test_saves_and_starts_are_timed(tmp_path: Path) -> None:
    figures = _bench(Files(), tmp_path).run()
    assert [len(figures["saves"][kind]["http"]) for kind in KINDS] == [2, 2, 2, 2]
    assert all(0 < delay < 5 for found in figures["saves"].values() for delay in found["http"])
    assert (len(figures["start"]["cold"]), len(figures["start"]["warm"])) == (1, preview.STARTS)
    assert figures["mib"] > 1


def test_a_large_blog_is_not_started_from_nothing(tmp_path: Path) -> None:
    assert "cold" not in _bench(Files(), tmp_path, "--cold-max", "10").starts()


def test_a_save_that_is_never_shown_is_no_figure(tmp_path: Path) -> None:
    bench = _bench(Stale(), tmp_path, "--limit", "0.3", "--kinds", "body,css")
    saves = bench.run()["saves"]
    assert "has no zqsave1 after" in saves["body"]["failed"]
    assert len(saves["css"]["http"]) == 2


def test_recto_shows_every_kind_of_save(tmp_path: Path) -> None:
    saves = _bench(CONTENDERS["recto"](), tmp_path, "--saves", "1", "--cold-max", "0").run()["saves"]
    assert {kind: len(found.get("http", ())) for kind, found in saves.items()} == dict.fromkeys(KINDS, 1)


def test_the_tables_show_medians_and_the_worst() -> None:
    saves = {
        "body": {"http": [0.03, 0.01, 0.02], "dom": [0.05, 0.04, 0.09]},
        "css": {"failed": "too late\nat last"},
    }
    start = {"warm": [1.0, 3.0, 1.5], "cold": [9.0]}
    figures = {
        "recto": {"100": {"saves": saves, "start": start, "mib": 50}},
        "hugo": {"100": {"saves": {"body": {"http": [0.2]}}, "start": {"warm": [0.5]}, "mib": 70}},
    }
    lines = preview.report({"tools": figures}).splitlines()
    assert lines[0] == "### 100 posts: from the save to the new text, in ms"
    assert lines[4:7] == [
        "| body | recto | 20 | 30 | 50 | 90 | 3 |",
        "| body | hugo | 200 | 200 | - | - | 1 |",
        "| css | recto | - | - | - | - | too late |",
    ]
    assert lines[-2:] == ["| recto | 1.50 | 9.00 | 50 |", "| hugo | 0.50 | - | 70 |"]
