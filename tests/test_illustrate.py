"""Pictures in the assembled site: which it shows, what it knows of them, which files are published for them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import html5lib
from PIL import Image as Pillow
from PIL import ImageOps

from conftest import MakeProject
from recto import site
from recto.diagnostics import Location, format_text
from recto.markup import convert
from recto.model import (
    Asset,
    Author,
    Blob,
    Body,
    Config,
    CoverOptions,
    FrontMatter,
    ImageOptions,
    Picture,
    Post,
    Rendition,
    Source,
    Sources,
)
from recto.pictures import Image, Variant

AUTHOR = Author(name="The author", avatar="images/me.jpg")
CONFIG = Config(url="https://example.com/blog", author=AUTHOR)
OPTIONS = ImageOptions(sizes="50vw")
PICTURE = Picture(
    width=3000,
    height=2000,
    color="#a0b0c0",
    renditions=(
        Rendition(width=480, height=320, format="webp", blob=Blob(digest="aaaaaaaaaa", size=1)),
        Rendition(width=480, height=320, format="jpeg", blob=Blob(digest="bbbbbbbbbb", size=2)),
    ),
    stripped=Blob(digest="cccccccccc", size=3),
)
VARIANTS = (
    Variant(url="/images/x-480.aaaaaaaa.webp", width=480, type="image/webp"),
    Variant(url="/images/x-480.bbbbbbbb.jpg", width=480, type="image/jpeg"),
)


def asset(path: str, origin: str = "") -> Asset:
    return Asset(path=path, source=f"/site/{path}", origin=origin or path, digest="old", size=9)


X = (asset("images/x.jpg"),)


def source(text: str, path: str = "posts/a.md", **front: Any) -> Source:
    folder, _, name = path.rpartition("/")
    return Source(
        path=path,
        kind="page" if path.startswith("pages/") else "post",
        stem="a",
        bundle=folder,
        is_bundle=name == "index.md",
        front=FrontMatter(**{"title": path, **front}),
        body=Body(text=text),
        body_line=4,
    )


def assembled(*sources: Source, assets: tuple[Asset, ...] = (), config: Config = CONFIG) -> site.Assembly:
    found = Sources(
        posts=tuple(s for s in sources if s.kind == "post"),
        pages=tuple(s for s in sources if s.kind == "page"),
        assets=assets,
    )
    return site.assemble(config, found, {s.path: convert(s.body) for s in sources})


def illustrated(assembly: site.Assembly, pictures: Mapping[str, Picture]) -> site.Assembly:
    return site.illustrate(assembly, pictures, "/blobs", OPTIONS)


# ---- what is shown ------------------------------------------------------------------------------------------


def test_what_bodies_posts_and_authors_show_is_shown() -> None:
    names = ("in-text", "raw", "absolute", "named", "me", "linked", "nowhere")
    files = tuple(asset(f"images/{name}.jpg") for name in names)
    text = (
        "![a](/images/in-text.jpg?v=1) [a](/images/linked.jpg)\n\n<img src=/images/raw.jpg alt=a>"
        "\n\n![a](https://example.com/blog/images/absolute.jpg) ![a](https://example.org/images/nowhere.jpg)"
    )
    assembly = assembled(source(text), source("", "pages/b.md", image="/images/named.jpg"), assets=files)
    assert site.shown(assembly) == {f"images/{name}.jpg" for name in names[:5]}
    assert site.faces(assembly) == {"images/me.jpg"}


def test_a_picture_beside_its_post_is_shown_where_it_is_published() -> None:
    found = source("![a](über.jpg)", "posts/a/index.md")
    assembly = assembled(found, assets=(asset("posts/a/über.jpg"),))
    assert site.shown(assembly) == {"posts/a/über.jpg"}


# ---- what posts know ----------------------------------------------------------------------------------------


def test_a_post_knows_the_pictures_of_its_frames() -> None:
    found = source("![A heron](/images/x.jpg) ![b](/images/y.jpg)")
    (post,) = illustrated(assembled(found, assets=X), {"images/x.jpg": PICTURE}).site.posts
    assert post.images == (
        Image(
            url="/images/x.jpg",
            permalink="https://example.com/blog/images/x.jpg",
            alt="A heron",
            in_text=True,
            width=3000,
            height=2000,
            color="#a0b0c0",
            variants=VARIANTS,
        ),
        None,
    )
    assert (post.sizes, post.zoom) == ("50vw", True)
    assert '<a class="zoom" href="/images/x.jpg"><picture>' in post.content


def test_the_picture_of_a_post_keeps_its_words_and_gains_its_measures() -> None:
    found = source("", image="/images/x.jpg", image_alt="A heron")
    before = assembled(found, assets=X)
    (post,) = illustrated(before, {"images/x.jpg": PICTURE}).site.posts
    assert before.site.posts[0].image
    assert post.image == replace(
        before.site.posts[0].image, width=3000, height=2000, color="#a0b0c0", variants=VARIANTS
    )
    assert post.image.alt == "A heron"


def test_an_author_has_an_image_wherever_the_author_stands() -> None:
    made = illustrated(
        assembled(source(""), assets=(asset("images/me.jpg"),)),
        {"images/me.jpg": replace(PICTURE, renditions=())},
    ).site
    image = Image(url="/images/me.jpg", width=3000, height=2000, color="#a0b0c0")
    assert made.author.image == image
    assert [author.image for author in made.posts[0].authors] == [image]


def test_an_avatar_from_elsewhere_is_an_image_all_the_same() -> None:
    config = replace(CONFIG, author=replace(AUTHOR, avatar="https://example.org/me.png"))
    assert illustrated(assembled(config=config), {}).site.author.image == Image(
        url="https://example.org/me.png"
    )


def test_lists_show_the_same_posts() -> None:
    found = source("![a](/images/x.jpg)", terms={"tags": ("birds",)}, authors=(AUTHOR,), date=None)
    made = illustrated(assembled(found, assets=X), {"images/x.jpg": PICTURE}).site
    assert any(made.posts[0].images)
    assert made.tags[0].posts[0] is made.posts[0]


ICON = replace(PICTURE, width=199, renditions=())


def standing(text: str, pictures: Mapping[str, Picture], **front: Any) -> Post:
    """The post with this text, once it is known how large its pictures are."""
    before = assembled(source(text, **front), assets=tuple(asset(path) for path in pictures))
    return illustrated(before, pictures).site.posts[0]


def test_an_icon_does_not_stand_for_a_post_that_shows_a_larger_picture() -> None:
    post = standing(
        "![i](/images/i.png) ![x](/images/x.jpg)", {"images/i.png": ICON, "images/x.jpg": PICTURE}
    )
    assert post.image
    assert (post.image.url, post.image.alt, post.image.in_text) == ("/images/x.jpg", "x", True)
    assert post.image.variants
    assert post.cover is None


def test_a_post_that_shows_nothing_but_an_icon_has_a_cover() -> None:
    post = standing("![i](/images/i.png)", {"images/i.png": ICON})
    assert post.image is None
    assert post.picture
    assert post.picture.drawn
    assert post.images[0]
    assert (
        standing("![i](/images/i.png)", {"images/i.png": ICON}, cover=CoverOptions(drawn=False)).picture
        is None
    )


def test_an_icon_that_its_author_chose_stands_for_the_post() -> None:
    post = standing("![i](/images/i.png)", {"images/i.png": ICON}, image="/images/i.png")
    assert (post.image and post.image.url, post.cover) == ("/images/i.png", None)


def test_a_picture_of_which_no_size_is_known_is_no_icon() -> None:
    assert standing("![d](/images/d.svg)", {"images/d.svg": Picture()}).image


def test_a_post_without_pictures_is_the_same_value() -> None:
    before = assembled(source("Words."), config=replace(CONFIG, author=Author()))
    assert illustrated(before, {}).site.posts[0] is before.site.posts[0]


# ---- files --------------------------------------------------------------------------------------------------


def test_the_stripped_file_takes_the_place_of_the_original_and_the_others_stand_beside_it() -> None:
    before = assembled(assets=(asset("images/x.jpg"), asset("images/a.txt")))
    assert illustrated(before, {"images/x.jpg": PICTURE}).assets == (
        asset("images/a.txt"),
        Asset(
            path="images/x-480.aaaaaaaa.webp",
            source="/blobs/aaaaaaaaaa",
            origin="images/x.jpg",
            digest="aaaaaaaaaa",
            size=1,
        ),
        Asset(
            path="images/x-480.bbbbbbbb.jpg",
            source="/blobs/bbbbbbbbbb",
            origin="images/x.jpg",
            digest="bbbbbbbbbb",
            size=2,
        ),
        Asset(
            path="images/x.jpg",
            source="/blobs/cccccccccc",
            origin="images/x.jpg",
            digest="cccccccccc",
            size=3,
        ),
    )


def test_a_file_that_is_the_picture_itself_is_not_published_twice() -> None:
    whole = (Rendition(width=600, height=400, format="jpeg", blob=Blob(digest="same", size=9)),)
    for picture in (
        Picture(width=600, height=400, renditions=whole, stripped=Blob(digest="same", size=9)),
        Picture(width=600, height=400, renditions=whole),
    ):
        original = replace(asset("images/x.jpg"), digest="old" if picture.stripped else "same")
        found = source("", image="/images/x.jpg")
        made = illustrated(assembled(found, assets=(original,)), {"images/x.jpg": picture})
        assert [(file.path, file.digest) for file in made.assets] == [("images/x.jpg", "same")]
        assert made.site.posts[0].image
        assert [file.url for file in made.site.posts[0].image.variants] == ["/images/x.jpg"]


def test_two_names_of_one_picture_share_no_file_twice() -> None:
    before = assembled(assets=(asset("images/x.jpg"), asset("images/x.jpeg")))
    paths = [
        file.path
        for file in illustrated(before, dict.fromkeys(("images/x.jpg", "images/x.jpeg"), PICTURE)).assets
    ]
    assert paths == sorted(set(paths))


# ---- problems -----------------------------------------------------------------------------------------------


def test_an_unreadable_picture_is_a_warning_at_every_place_that_shows_it() -> None:
    text = "Words.\n\n![a](/images/x.jpg) ![b](/images/x.jpg)"
    place = Location(path="posts/a.md", line=3, column=8, width=13, text="image: /images/x.jpg")
    found = source(text, image="/images/x.jpg", places={"image": place})
    broken = Picture(problem="its file is damaged, or not complete")
    before = assembled(found, assets=(asset("images/x.jpg"), asset("images/y.jpg")))
    after = illustrated(before, {"images/x.jpg": broken, "images/y.jpg": broken})
    assert after.site.posts[0].images == (None, None)
    assert after.assets == before.assets
    message = "the picture images/{}.jpg is published as it is: its file is damaged, or not complete"
    assert [(str(found.location), found.message) for found in after.diagnostics] == [
        ("posts/a.md:6:6", message.format("x")),
        ("posts/a.md:6:26", message.format("x")),
        ("posts/a.md:3:8", message.format("x")),
        ("images/y.jpg", message.format("y")),
    ]
    assert format_text(after.diagnostics[1:2]) == [
        "warning[picture-unreadable]: the picture images/x.jpg is published as it is: its file is damaged, or not complete\n"
        "  posts/a.md:6:26\n"
        "  6 | ![a](/images/x.jpg) ![b](/images/x.jpg)\n"
        "    |                          ^^^^^^^^^^^^^\n"
        "  fix: save it anew, or replace it: until then nothing is taken out of it"
    ]


# ---- from file to page --------------------------------------------------------------------------------------


def photograph(light: str = "#a0b0c0") -> bytes:
    file = BytesIO()
    shades = Pillow.radial_gradient("L").resize((1000, 500))
    ImageOps.colorize(shades, "black", light).save(file, "JPEG")
    return file.getvalue()


def blog(**heron: str) -> dict[str, str | bytes]:
    return {
        "site.yaml": "title: A\nurl: https://example.com/blog\ntheme:\n  features: {social_images: false}\n",
        "posts/2026-01-01-birds/index.md": (
            '---\ntitle: Birds\n---\n\n![A heron](heron.jpg "On *the* jetty")\n\nWords.\n\n'
            "<img src=/images/gull.png alt=Gull>\n"
        ),
        "posts/2026-01-01-birds/heron.jpg": photograph(**heron),
        "images/gull.png": "no picture",
    }


def addresses(html: bytes) -> set[str]:
    """Every address of a picture on a page."""
    tree = html5lib.parse(html.decode(), namespaceHTMLElements=False)
    lists = [element.get("srcset", "") for element in tree.iter()]
    candidates = [part.split()[0] for srcset in lists if srcset for part in srcset.split(", ")]
    return {*candidates, *(element.get("src", "") for element in tree.iter("img"))}


def test_a_damaged_picture_from_which_all_could_be_taken_out_is_published_so() -> None:
    clean = Picture(problem="its file is damaged, or not complete", stripped=Blob(digest="clean", size=3))
    after = illustrated(
        assembled(source("![a](/images/x.jpg)"), assets=(asset("images/x.jpg"),)), {"images/x.jpg": clean}
    )
    assert [(found.path, found.digest) for found in after.assets] == [("images/x.jpg", "clean")]
    [found] = after.diagnostics
    assert found.message == (
        "the picture images/x.jpg is published in one size: its file is damaged, or not complete"
    )
    assert found.hint == "save it anew, or replace it"


def test_the_files_beside_a_picture_without_an_ending_have_its_name() -> None:
    before = assembled(source("![a](/images/v1.2/x)"), assets=(asset("images/v1.2/x"),))
    made = Picture(
        width=600,
        height=400,
        renditions=(Rendition(width=480, height=320, format="webp", blob=Blob(digest="aaaaaaaaaa", size=1)),),
    )
    after = illustrated(before, {"images/v1.2/x": made})
    assert [found.path for found in after.assets] == ["images/v1.2/x", "images/v1.2/x-480.aaaaaaaa.webp"]


def test_every_file_that_a_page_names_is_published(project: MakeProject) -> None:
    made = project(blog())
    result = made.build()
    assert [problem.splitlines()[:2] for problem in result.problems] == [
        [
            "warning[picture-unreadable]: the picture images/gull.png is published as it is: its file is not a picture",
            "  posts/2026-01-01-birds/index.md:9:10",
        ]
    ]
    output = made.output()
    named = addresses(output["posts/birds/index.html"]) | addresses(output["index.html"])
    assert {name.removeprefix("/blog/") for name in named} <= output.keys()
    assert len(named) == 8  # the gull; the heron at 480, 800 and 1000 in two kinds, and as it is
    assert b"srcset" not in output["feed.xml"] + output["feed.json"]
    assert (
        b"https://example.com/blog/posts/birds/heron.jpg&#34; width=&#34;1000&#34; height=&#34;500&#34;&gt;"
        in output["feed.xml"]
    )


def test_another_picture_of_the_same_name_reaches_every_page_that_shows_it(project: MakeProject) -> None:
    made = project(blog())
    made.build()
    before = made.output()
    made.write(blog(light="#c0a0b0"))
    result = made.build()
    assert result.changes
    assert {"posts/birds/index.html", "posts/birds/heron.jpg", "index.html"} <= set(result.changes.written)
    gone = addresses(before["posts/birds/index.html"]) - addresses(made.output()["posts/birds/index.html"])
    assert {name.removeprefix("/blog/") for name in gone} == set(result.changes.removed)
    again = project(blog(light="#c0a0b0"))
    again.build()
    assert again.output() == made.output()


def test_an_author_is_shown_in_a_file_as_small_as_that(project: MakeProject) -> None:
    author = "author: {name: Kim, avatar: images/kim.jpg}\n"
    made = project({**blog(), "site.yaml": f"title: A\n{author}", "images/kim.jpg": photograph()})
    made.build()
    page = made.output()["posts/birds/index.html"]
    assert re.search(rb'srcset="/images/kim-96\.\w{8}\.webp 96w, /images/kim-192', page)
    assert b'src="/images/kim.jpg"' in page
    assert not any(name.startswith("posts/birds/heron-96") for name in made.output())
