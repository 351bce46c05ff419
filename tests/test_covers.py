"""Which posts have a drawn cover, where it is, and that a build draws it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recto import builder, drawing
from recto.memo import Store
from recto.model import Content, CoverOptions, Features, Reference, Theme
from recto.pictures import Frame
from test_site import CONFIG, assemble, one, source

NOW = datetime(2026, 11, 23, tzinfo=UTC)
POST = "---\ntitle: What the tide leaves\ndate: 2026-01-01\n{}---\nText.\n"


# ---- which posts --------------------------------------------------------------------------------------------


def test_post_without_a_picture_has_a_cover() -> None:
    cover = one(source("posts/tide.md", title="Tide")).cover
    assert cover is not None
    assert (cover.url, cover.permalink) == (
        "/covers/posts/tide.svg",
        "https://example.com/blog/covers/posts/tide.svg",
    )
    assert (cover.width, cover.height, cover.drawn, cover.alt) == (1200, 800, True, "")
    assert cover.color == drawing.mean_color("Tide")


def test_post_with_a_picture_has_no_cover() -> None:
    named = one(source("posts/tide.md", image="/images/tide.jpg"))
    shown = Content(
        references=(Reference(url="/images/tide.jpg", kind="image"),), frames=(Frame(reference=0),)
    )
    within = one(source("posts/tide.md"), content=shown)
    assert (named.cover, within.cover) == (None, None)
    assert named.picture == named.image


def test_standalone_page_has_no_cover() -> None:
    assert one(source("pages/about.md")).cover is None


def test_author_or_site_may_want_no_cover() -> None:
    assert one(source("posts/tide.md", cover=CoverOptions(drawn=False))).cover is None
    plain = replace(CONFIG, theme=Theme(features=Features(covers=False)))
    assert one(source("posts/tide.md"), plain).cover is None


def test_color_of_a_cover_is_that_of_the_hue_which_its_author_chose() -> None:
    cover = one(source("posts/tide.md", title="Tide", cover=CoverOptions(style="dots", hue=150))).cover
    assert cover and cover.color == drawing.mean_color("Tide", "dots", 150)


# ---- where --------------------------------------------------------------------------------------------------


def urls(*permalinks: str) -> list[str]:
    found = assemble(*(source(f"posts/{n}.md", permalink=p) for n, p in enumerate(permalinks))).site.posts
    return sorted(post.cover.url if post.cover else "" for post in found)


def test_no_two_posts_share_a_cover() -> None:
    assert urls("/2025/sea/", "/2026/sea/", "/sea.html", "/sea/", "/", "/index/") == [
        "/covers/2025/sea.svg",
        "/covers/2026/sea.svg",
        "/covers/index.html.svg",
        "/covers/index.svg",
        "/covers/sea.html.svg",
        "/covers/sea.svg",
    ]


def test_name_of_a_cover_is_encoded_once() -> None:
    assert urls("/100%25 über/") == ["/covers/100%25%20%C3%BCber.svg"]


def test_long_name_leaves_room_for_the_ending_and_stays_unique() -> None:
    first, second = urls(f"/{'a' * 251}/", f"/{'a' * 250}b/")
    assert first != second
    assert max(len(first), len(second)) < 220


# ---- building -----------------------------------------------------------------------------------------------


def built(root: Path, posts: dict[str, str]) -> Path:
    """The output of a site with these files."""
    for name, text in posts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with Store.open(root) as store:
        plan = builder.build(root, store=store, now=NOW)
        assert [problem.message for problem in plan.diagnostics] == []
        builder.write(plan, root / "dist", store=store, root=root)
    return root / "dist"


@pytest.mark.parametrize(
    ("said", "style", "hue"),
    [("", "", None), ("cover: rings\n", "rings", None), ("cover: {style: dots, hue: 9}\n", "dots", 9)],
)
def test_build_draws_what_the_front_matter_says(
    tmp_path: Path, said: str, style: str, hue: int | None
) -> None:
    out = built(tmp_path, {"posts/tide.md": POST.format(said)})
    written = (out / "covers/posts/tide.svg").read_text("utf-8")
    assert written == drawing.svg("What the tide leaves", style, hue) + "\n"
    assert 'src="/covers/posts/tide.svg"' in (out / "index.html").read_text("utf-8")


def test_cover_goes_when_its_author_wants_none_and_follows_the_title(tmp_path: Path) -> None:
    cover = built(tmp_path, {"posts/tide.md": POST.format("")}) / "covers/posts/tide.svg"
    first = cover.read_text("utf-8")
    built(tmp_path, {"posts/tide.md": POST.format("").replace("leaves", "brings")})
    assert cover.read_text("utf-8") not in ("", first)
    built(tmp_path, {"posts/tide.md": POST.format("cover: false\n")})
    assert not cover.exists()


def test_own_file_takes_the_place_of_a_cover(tmp_path: Path) -> None:
    out = built(tmp_path, {"posts/tide.md": POST.format(""), "static/covers/posts/tide.svg": "<svg/>"})
    assert (out / "covers/posts/tide.svg").read_text("utf-8") == "<svg/>"


def test_own_template_draws_otherwise(tmp_path: Path) -> None:
    own = {"templates/cover.svg": "<svg><title>{{ post.title }} & co</title></svg>"}
    out = built(tmp_path, {"posts/tide.md": POST.format("").replace("leaves", "<leaves>"), **own})
    assert (out / "covers/posts/tide.svg").read_text("utf-8") == (
        "<svg><title>What the tide &lt;leaves&gt; & co</title></svg>"
    )
