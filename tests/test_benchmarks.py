"""The benchmarks look at what they measure: a build that loses anything is not counted as a fast one."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

import photos
import verify
from contenders import Contender
from corpus import CATEGORIES, Post, make_corpus, write_static
from measure import CommandError, run_command
from report import report


class Fake(Contender):
    """Stands for a tool: writes by hand the output that a correct tool would have written."""

    name = "fake"

    def build(self, site: Path, posts: Sequence[Post]) -> None:
        out, newest = site / self.output, posts[::-1]
        write_static(out)
        for i, post in enumerate(posts):
            near = [*posts[max(0, i - 1) : i], *posts[i + 1 : i + 2]]
            code = '<pre><span class="k">def</span></pre>' if post.languages else ""
            text = f"<h1>{post.title}</h1>{post.sentinel}{code}<table>{self.links(near)}"
            self.put(out, self.post_path(post), text)
        for page in range(-(-len(posts) // 10)):
            self.put(out, self.index_path(page + 1), self.links(newest[10 * page : 10 * page + 10]))
        for name in CATEGORIES:
            self.put(out, self.category_path(name), self.links([p for p in posts if name in p.categories]))
        self.put(out, self.feed, "".join(f"<item><title>{p.title}</title></item>" for p in newest[:20]))
        self.put(out, self.sitemap, self.links(posts))

    def links(self, posts: Sequence[Post]) -> str:
        return "".join(f'<a href="{self.post_url(p)}">{p.title}</a>' for p in posts)

    @staticmethod
    def put(out: Path, name: str, text: str) -> None:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)


POSTS = make_corpus(30)
TOOL = Fake()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The output of a tool that did all its work."""
    TOOL.build(tmp_path, POSTS)
    return tmp_path


def test_post_is_the_same_in_a_blog_of_any_size() -> None:
    assert len({post.slug for post in POSTS}) == 30
    assert make_corpus(60)[7].body == POSTS[7].body


def test_complete_output_passes(site: Path) -> None:
    assert verify.check_build(TOOL, site, POSTS) == []


@pytest.mark.parametrize(
    ("path", "lost", "complaint"),
    [
        (TOOL.post_path(POSTS[4]), POSTS[4].sentinel, "without the post's text"),
        (TOOL.post_path(POSTS[3]), "<span", "without highlighting"),
        (TOOL.post_path(POSTS[4]), "<table", "without a table"),
        (TOOL.post_path(POSTS[5]), POSTS[6].title, "neighbours"),
        (TOOL.post_path(POSTS[5]), "</h1>", "title as h1"),
        (TOOL.index_path(2), POSTS[15].slug, "index pages wrong"),
        (TOOL.category_path(POSTS[9].categories[0]), POSTS[9].slug, "category listings"),
        (TOOL.feed, "<item>", "feed"),
        (TOOL.sitemap, POSTS[9].slug, "sitemap"),
    ],
)
def test_loss_is_noticed(site: Path, path: str, lost: str, complaint: str) -> None:
    file = site / TOOL.output / path
    text = file.read_text()
    assert lost in text
    file.write_text(text.replace(lost, "", 1))
    assert complaint in "; ".join(verify.check_build(TOOL, site, POSTS))


def test_missing_page_is_noticed(site: Path) -> None:
    (site / TOOL.output / TOOL.post_path(POSTS[0])).unlink()
    assert "posts without a page: 1" in verify.check_build(TOOL, site, POSTS)[0]


def test_file_that_differs_from_a_clean_build_is_noticed_but_not_its_build_time(site: Path) -> None:
    before = verify.snapshot(site / TOOL.output)
    feed = site / TOOL.output / TOOL.feed
    feed.write_text(feed.read_text() + "<lastBuildDate>now</lastBuildDate>")
    assert verify.compare(verify.snapshot(site / TOOL.output), before) == []
    feed.write_text("other")
    assert verify.compare(verify.snapshot(site / TOOL.output), before) == ["1 stale (first: feed.xml)"]


def test_command_is_charged_its_own_memory_and_not_the_harness_s(tmp_path: Path) -> None:
    code = "x = bytearray(64 << 20); x[::4096] = b'x' * len(x[::4096])"
    ballast = bytearray(b"x") * (96 << 20)
    big, small = (
        run_command([sys.executable, "-S", "-c", text], tmp_path, TOOL.env(), tmp_path / "log", 60)
        for text in (code, "pass")
    )
    assert big["rss_mib"] > small["rss_mib"] + 60
    assert small["rss_mib"] < len(ballast) >> 20


def test_command_that_fails_is_not_a_figure(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"exit 3: .*\nsorry"):
        run_command(
            [sys.executable, "-c", "print('sorry'); raise SystemExit(3)"],
            tmp_path,
            TOOL.env(),
            tmp_path / "log",
            60,
        )


def test_report_sets_every_tool_against_the_baseline() -> None:
    runs = {"rss_mib": 50, "runs": [1], "problems": []}
    tools = {
        name: {
            "version": "1",
            "incremental": "none",
            "serve_note": "",
            "sizes": {"100": {"cold": {"wall": wall, "cpu": wall, **runs}}},
        }
        for name, wall in (("quick", 1.0), ("slow", 2.5))
    }
    lines = report({"tools": tools}, "quick").splitlines()
    assert lines[0] == "### Cold build, 100 posts"
    assert lines[4:6] == [
        "| quick | 1.00 | 1.00 | 50 | 1.00 | 1.00 | 1 |  |",
        "| slow | 2.50 | 2.50 | 50 | 2.50 | 2.50 | 1 |  |",
    ]


# ---- photographs --------------------------------------------------------------------------------------------


def test_photographs_differ_and_say_where_they_were_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "SIZE", (400, 300))
    photos.photographs(tmp_path, 22)
    files = sorted(tmp_path.iterdir())
    assert len({path.read_bytes() for path in files}) == len(files) == 22
    with Image.open(files[21]) as image:
        assert image.getexif().get_ifd(0x8825)[1] == "N"


@pytest.mark.parametrize(
    ("lost", "remark"),
    [
        ("", ""),
        ("images/photo-1-480.webp", "1 pictures missing"),
        ("posts/b/index.html", "pages do not show them all"),
    ],
)
def test_a_build_that_lost_pictures_is_told(tmp_path: Path, lost: str, remark: str) -> None:
    taken = [Path(f"photo-{number}.jpg") for number in range(2)]
    for photo in taken:
        for name in (
            photo.name,
            *(f"{photo.stem}-{w}.{kind}" for w in photos.WIDTHS for kind in ("jpg", "webp")),
        ):
            Fake.put(tmp_path, f"images/{name}", "")
    for page in "ab":
        Fake.put(tmp_path, f"posts/{page}/index.html", "x-1600.webp 1600w x-1600.jpg 1600w")
    if lost:
        (tmp_path / lost).unlink()
    assert photos.missing(tmp_path, taken) == remark


def test_the_table_sets_hugo_beside_recto() -> None:
    figures = {
        ("recto", 20, "cold"): photos.Run(wall=2, cpu=4, memory=100),
        ("hugo", 20, "cold"): photos.Run(wall=7, cpu=13, memory=300),
        ("recto", 40, "cold"): photos.Run(wall=1, cpu=1, memory=1),
    }
    assert photos.table(figures).split("\n")[2:] == [
        "| 20 | cold | 2.00 | 7.00 | 3.50 | 4.00 | 13.00 | 100 | 300 |",
        "| 40 | cold | 1.00 | nan | nan | 1.00 | nan | 1 | nan |",
    ]
