from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto import frontmatter
from recto.diagnostics import format_text
from recto.frontmatter import KEYS
from recto.model import Author, Config, CoverOptions, FrontMatter, Taxonomy

CONFIG = Config(timezone="Europe/Stockholm", author=Author(name="The author", url="/about/"))


def parse(text: str, config: Config = CONFIG) -> frontmatter.Post:
    return frontmatter.parse(text, path="posts/a.md", config=config)


def read(yaml: str, config: Config = CONFIG) -> FrontMatter:
    """The front matter of these lines, about which there is nothing to say."""
    post = parse(f"---\n{yaml}\n---\n", config)
    assert format_text(post.diagnostics) == []
    return post.front


def said(yaml: str) -> dict[str, Any]:
    """What these lines say, without places."""
    front = read(yaml)
    return {
        name: value
        for name in FrontMatter.__slots__
        if name != "places" and (value := getattr(front, name)) != getattr(FrontMatter(), name)
    }


# ---- fences -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("---\ntitle: A\n---\nText\n", "Text\n", 4),
        ("---\ntitle: A\n...\nText\n", "Text\n", 4),
        ("---  \ntitle: A\n---\t \nText\n", "Text\n", 4),
        ("\ufeff---\r\ntitle: A\r\n---\r\n\r\nText\r\n", "\nText\n", 4),
        ("---\ntitle: A\n---", "", 4),
    ],
)
def test_body_begins_after_the_fence(text: str, body: str, line: int) -> None:
    post = parse(text)
    assert (post.front.title, post.body, post.body_line, post.diagnostics) == ("A", body, line, ())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Text\n", 1),
        ("", 1),
        ("\n---\nText\n---\n", 1),
        ("----\nText\n", 1),
        (" ---\n", 1),
        ("Title\n---\n", 1),
    ],
)
def test_text_without_front_matter_is_all_body(text: str, line: int) -> None:
    assert parse(text) == (FrontMatter(), text, line, ())


@pytest.mark.parametrize("text", ["---\n---\nText\n", "---\n# only a remark\n---\nText\n"])
def test_front_matter_may_be_empty(text: str) -> None:
    post = parse(text)
    assert (post.body, post.diagnostics, post.front.title) == ("Text\n", (), None)


def test_later_fences_belong_to_the_body() -> None:
    assert parse("---\ntitle: A\n---\nText\n\n---\n\nMore\n").body == "Text\n\n---\n\nMore\n"


@pytest.mark.parametrize("fence", ["\n---", " ---", "----", "\n\n  ---  "])
def test_front_matter_below_the_first_line_is_said_to_count_as_text(fence: str) -> None:
    [problem] = parse(f"{fence}\ntitle: A\n---\nText\n").diagnostics
    assert (
        problem.message == "the front matter does not begin with --- on the first line, so it counts as text"
    )
    assert problem.hint == "make the first line of the file ---, with nothing before it"


def test_heading_of_a_body_is_not_taken_for_mislaid_front_matter() -> None:
    assert parse("title: of the sea\n---\n\nText\n").diagnostics == ()


# ---- keys ---------------------------------------------------------------------------------------------------


def test_every_example_of_the_reference_says_something() -> None:
    for key in KEYS:
        for name in key.names:
            example = key.example.replace(key.name, name, 1)
            assert key.target in said(example) or key.name == "published", example
            assert set(FrontMatter.__slots__) >= {key.target}


def test_keys_that_say_nothing_count_as_not_there() -> None:
    assert said("\n".join(f"{name}:" for key in KEYS for name in key.names)) == {}
    assert (
        said("categories:\ntags: []\ncategory: ''\nslug: ''\nupdated: null\nlayout: null\nimage: false") == {}
    )


@pytest.mark.parametrize(
    "title", ["1984", "2017-05-01", "12:30", "no", "null", "1.10", "true", "0x1f", "it's", "日本"]
)
def test_title_is_what_was_written(title: str) -> None:
    assert read(f"title: {title}").title == title


def test_slug_is_what_was_written() -> None:
    assert read("slug: 007").slug == "007"


@pytest.mark.parametrize(
    ("yaml", "categories"),
    [
        ("categories: thoughts life-after-bootcamp careers", ("thoughts", "life-after-bootcamp", "careers")),
        ("categories: life after six, thoughts,", ("life after six", "thoughts")),
        ("categories: [life after six, no, 007, 1.10, 2017-05-01, null]",
         ("life after six", "no", "007", "1.10", "2017-05-01", "null")),
        ("categories:\n  - a\n  -\n  - b\n  - a", ("a", "b")),
        ("category: life after six", ("life after six",)),
        ("category: a, b", ("a, b",)),
        ("category: [a, b c]", ("a", "b c")),
        ("category: a\ncategories: b a", ("a", "b")),
        ("categories: 2017", ("2017",)),
        ("categories: no", ("no",)),
        ("categories: \" 'a'  b \"", ("'a'", "b")),
        ("categories: >\n  a\n  b", ("a", "b")),
    ],
)  # fmt: skip
def test_categories_are_read_as_meant(yaml: str, categories: tuple[str, ...]) -> None:
    assert read(yaml).terms == {"categories": categories}


def test_tags_are_read_like_categories() -> None:
    assert read("tags: a b\ntag: c d").terms == {"tags": ("c d", "a", "b")}


def test_other_taxonomies_have_keys_of_their_own() -> None:
    config = Config(
        taxonomies=(
            Taxonomy(name="places", title="Places", singular="place"),
            Taxonomy(name="series", title="Series", singular="series"),
        )
    )
    front = read("places: New York, Oslo\nplace: Ghent\nseries: A year by the sea\ntags: [a]", config)
    assert front.terms == {"places": ("Ghent", "New York", "Oslo"), "series": ("A year by the sea",)}
    assert front.series == "A year by the sea"
    assert front.extra == {"tags": ["a"]}


def test_published_is_a_date_or_not() -> None:
    assert said("published: false") == {"published": False}
    assert said("published: true") == {}
    assert str(read("published: 2017-05-01").date) == str(read("date: 2017-05-01").date)
    assert read("published: 2017-05-01\ndate: 2018-01-01").date == read("date: 2018-01-01").date


@pytest.mark.parametrize(
    ("yaml", "authors"),
    [
        ("author: Someone else", (Author(name="Someone else"),)),
        ("author: The author", (CONFIG.author,)),
        ("author: {name: A, link: /a/, image: a.png}", (Author(name="A", url="/a/", avatar="a.png"),)),
        (
            "author: [A, {name: B, email: b@example.com}]",
            (Author(name="A"), Author(name="B", email="b@example.com")),
        ),
        ("authors:\n  - A\n  - 1984", (Author(name="A"), Author(name="1984"))),
    ],
)
def test_author_is_a_name_a_mapping_or_a_list(yaml: str, authors: tuple[Author, ...]) -> None:
    assert read(yaml).authors == authors


@pytest.mark.parametrize("called", ["robin", "Robin Ø."])
def test_author_of_site_yaml_is_found_by_key_and_by_name(called: str) -> None:
    robin = Author(name="Robin Ø.", bio="Draws the maps.")
    config = replace(CONFIG, authors={"robin": robin})
    made = frontmatter.parse(f"---\nauthor: {called}\n---\n", path="a.md", config=config)
    assert (made.front.authors, made.diagnostics) == ((robin,), ())


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("redirect_from: /old/", {"aliases": ("/old/",)}),
        ("aliases: [/a/, /2017/]", {"aliases": ("/a/", "/2017/")}),
        ("last_modified_at: 2017-05-01", {"updated"}),
        ("description: Text", {"excerpt": "Text"}),
        ("summary: Text\nexcerpt: Better", {"excerpt": "Better", "extra": {"summary": "Text"}}),
        ("summary: Text\nexcerpt:", {"excerpt": "Text"}),
        ("layout: post", {"template": "post"}),
        ("template: photo.html", {"template": "photo"}),
        ("layout: none", {}),
        ("image: {path: /x.png, alt: y}", {"image": "/x.png", "image_alt": "y"}),
        ("image: {path: /x.png, alt: y}\nimage_alt: z", {"image": "/x.png", "image_alt": "z"}),
        ("image_alt: ''", {"image_alt": ""}),
        ("cover: false", {"cover": CoverOptions(drawn=False)}),
        ("cover: no", {"cover": CoverOptions(drawn=False)}),
        ("cover: true", {}),
        ("cover: Tiles", {"cover": CoverOptions(style="tiles")}),
        ("cover: {style: rings, hue: 150}", {"cover": CoverOptions(style="rings", hue=150)}),
        ("cover: {hue: 0}", {"cover": CoverOptions(hue=0)}),
        ("cover: {style: , hue: }", {}),
        ("cover: {image: '', alt: '', caption: ''}", {}),
        ("toc: no", {"toc": False}),
        ("lang: pt_BR", {"language": "pt-BR"}),
        ("lang: no", {"language": "no"}),
        ("pinned: yes\nunlisted: 'true'\ndraft: on", {"pinned": True, "unlisted": True, "draft": True}),
    ],
)
def test_other_names_and_forms_mean_the_same(yaml: str, expected: object) -> None:
    assert said(yaml) == expected or set(said(yaml)) == expected


def test_own_keys_are_kept_as_plain_values() -> None:
    assert read("mood: calm\nrating: 4\nlinks: [{a: 1}]\n2017: x").extra == {
        "mood": "calm",
        "rating": 4,
        "links": [{"a": 1}],
        "2017": "x",
    }


# ---- slips --------------------------------------------------------------------------------------------------


def meant(key: str, more: str = "") -> str:
    hints = [d.hint for d in parse(f"---\n{key}: x\n{more}---\n").diagnostics]
    return hints[0] if hints else ""


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("tittle", "title"),
        ("categroies", "categories"),
        ("catagories", "categories"),
        ("discription", "description"),
        ("last-modified-at", "last_modified_at"),
        ("Date", "date"),
        ("exerpt", "excerpt"),
        ("permlink", "permalink"),
    ],
)
def test_slip_of_the_pen_is_noticed(key: str, known: str) -> None:
    assert meant(key) == f'did you mean "{known}"?'


@pytest.mark.parametrize(
    "key",
    [
        "images",
        "image2",
        "titles",
        "data",
        "tile",
        "tagline",
        "state",
        "event",
        "toc_label",
        "math",
        "authors",
    ],
)
def test_key_of_ones_own_is_not_a_slip(key: str) -> None:
    assert meant(key) == ""


def test_key_beside_the_known_one_is_not_a_slip() -> None:
    assert meant("tittle", "title: y\n") == ""


def test_wrong_value_counts_as_not_said() -> None:
    post = parse("---\ntitle: A\ndate: nonsense\ndraft: perhaps\ntags: [a, {b: c}]\n---\nText")
    assert (post.front.title, post.front.date, post.front.draft, post.front.terms) == (
        "A",
        None,
        False,
        {"tags": ("a",)},
    )
    assert len(post.diagnostics) == 3


def test_broken_front_matter_keeps_the_body() -> None:
    post = parse("---\ntitle: a: b\n---\nText")
    assert (post.front, post.body, post.body_line) == (FrontMatter(), "Text", 4)


# ---- places -------------------------------------------------------------------------------------------------


def place(yaml: str, key: str) -> tuple[int, int, int]:
    where = read(yaml).places[key]
    return where.line, where.column, where.width


def test_each_word_of_a_split_text_has_a_place() -> None:
    yaml = "title: A\ncategories: thoughts careers thoughts work"
    assert place(yaml, "categories") == (3, 13, 30)
    assert [place(yaml, f"categories.{n}")[1] for n in range(3)] == [13, 22, 39]


def test_terms_are_counted_as_they_are_kept() -> None:
    yaml = "tag: z\ntags: [a, , b]".replace(" ,", " '',")
    front = read(yaml)
    assert front.terms["tags"] == ("z", "a", "b")
    assert [place(yaml, f"tags.{n}")[:2] for n in range(3)] == [(2, 6), (3, 8), (3, 15)]


def test_places_of_another_name_are_those_of_the_key_too() -> None:
    yaml = "redirect_from:\n  - /a/\n  - /b/\nlayout: x"
    assert place(yaml, "redirect_from.1") == place(yaml, "aliases.1") == (4, 5, 3)
    assert place(yaml, "layout") == place(yaml, "template") == (5, 9, 1)


@given(st.text(alphabet=st.sampled_from("-.+\n\r\t :#abctile[]{}'\"01"), max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    post = parse(text)
    assert post.body_line >= 1
    assert post.body in text.replace("\r\n", "\n").replace("\r", "\n")


@given(
    st.dictionaries(st.sampled_from(sorted(name for key in KEYS for name in key.names)), st.text(max_size=20))
)
def test_no_value_is_too_odd(values: dict[str, str]) -> None:
    post = parse("---\n" + "".join(f"{key}: {value}\n" for key, value in values.items()) + "---\nText")
    assert all(d.location and d.location.line for d in post.diagnostics)
