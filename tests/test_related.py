"""Which posts are named below a post, out of what they share with it."""

from typing import Any

import pytest

from recto import planner
from recto.model import Content, Features, Label, Post, Site, Theme
from recto.planner.related import related
from recto.text import keywords


def post(slug: str, tags: str = "", words: str = "", title: str = "", **more: Any) -> Post:
    labels = tuple(Label(name=name, slug=name, url=f"/tags/{name}/") for name in tags.split())
    return Post(
        source=f"posts/{slug}.md",
        slug=slug,
        url=f"/posts/{slug}/",
        path=f"posts/{slug}/index.html",
        permalink="",
        title=title or slug,
        terms={"tags": labels} if labels else {},
        body=Content(keywords=tuple(words.split())),
        **more,
    )


def named(*posts: Post) -> dict[str, list[str]]:
    """The slugs of what is named below each post."""
    return {
        one.slug: [other.slug for other in found] for one, found in zip(posts, related(posts), strict=True)
    }


def others(count: int) -> list[Post]:
    return [post(f"other{number}", words=f"word{number} only{number}") for number in range(count)]


def test_posts_with_a_rare_term_in_common_name_one_another() -> None:
    found = named(post("a", "tide"), *others(9), post("b", "tide"))
    assert (found["a"], found["b"]) == (["b"], ["a"])


def test_post_that_shares_nothing_names_nothing() -> None:
    assert named(post("a", "tide"), *others(9))["a"] == []
    assert list(related(())) == []


def test_what_all_posts_share_relates_none_of_them() -> None:
    posts = [post(f"p{number}", "blog", "weather walking") for number in range(9)]
    assert not any(named(*posts).values())


def test_rare_things_weigh_more_than_common_ones() -> None:
    common = [post(f"c{number}", "walks") for number in range(4)]
    found = named(post("a", "walks tide"), *common, post("b", "tide"), *others(9))
    assert found["a"][0] == "b"


def test_words_of_titles_weigh_more_than_words_of_texts() -> None:
    posts = (
        post("a", title="The lighthouse keeper", words="harbour wind storm"),
        post("b", words="harbour wind storm"),
        post("c", title="A lighthouse keeper"),
    )
    assert named(*posts, *others(9))["a"] == ["c", "b"]


def test_at_most_three_are_named_and_of_equals_the_newest() -> None:
    posts = [post(f"p{number}", "tide ebb") for number in range(5)]
    assert named(*posts, *others(20))["p4"] == ["p0", "p1", "p2"]


def test_posts_of_its_own_series_are_not_named_again() -> None:
    posts = (post("a", "tide", series="Sea"), post("b", "tide", series="Sea"), post("c", "tide"))
    assert named(*posts, *others(9))["a"] == ["c"]


def test_posts_in_its_own_language_come_first() -> None:
    posts = (
        post("a", "tide ebb"),
        post("b", "tide ebb", language="de"),
        post("c", "tide ebb", language="en-GB"),
    )
    assert named(*posts, *others(9))["a"] == ["c", "b"]


def test_of_a_thing_that_many_have_the_posts_nearest_in_time_are_looked_at() -> None:
    posts = [post(f"p{number}", "tide") for number in range(100)] + others(1000)
    assert all(abs(int(slug[1:]) - 50) <= 8 for slug in named(*posts)["p50"])
    assert len(named(*posts)["p50"]) == 3


def test_new_post_changes_only_what_is_said_about_those_like_it() -> None:
    posts = [
        post(f"p{number}", f"tag{number // 3}", f"one{number // 3} two{number // 3}") for number in range(60)
    ]
    before, after = named(*posts), named(post("new", "tag0"), *posts)
    changed = {slug for slug in before if before[slug] != after[slug]}
    assert changed <= {"p0", "p1", "p2"}


def test_related_posts_are_on_the_page_of_a_post_unless_the_site_does_without() -> None:
    posts = (post("a", "tide"), post("b", "tide"), *others(9))

    def shown(features: Features) -> object:
        site = Site(title="Tides", posts=posts, theme=Theme(features=features))
        return next(p.context["related"] for p in planner.plan(site).pages if p.path == "posts/a/index.html")

    assert shown(Features()) == (posts[1],)
    assert shown(Features(related=False)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("a to 12 2017", ()),
        ("Tides, TIDES and the sea", ("tides", "and", "sea", "the")),
        ("notebook the the the", ("notebook", "the")),
        ("x_y 3d h2o", ("h2o", "x_y")),
        ("余白について", ("余白", "白に", "いて"[:0])[:2]),
        ("산책 했다", ("산책", "했다")),
        ("हिन्दी", ("हिन्दी",)),
        ("שָׁלוֹם", ("שָׁלוֹם",)),
    ],
)
def test_keywords_are_the_words_that_say_most(text: str, expected: tuple[str, ...]) -> None:
    assert keywords(text) == expected


def test_keywords_are_no_more_than_asked_for() -> None:
    assert keywords("alpha beta gamma", most=2) == ("alpha", "gamma")
