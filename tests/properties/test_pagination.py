"""Laws of list pages: numbers keep their posts, every post is somewhere, and a new one disturbs little."""

from hypothesis import given
from hypothesis import strategies as st

from recto.model import Paginator, Post
from recto.planner import paginate

COUNTS = st.integers(min_value=0, max_value=120)
SIZES = st.integers(min_value=1, max_value=12)
KINDS = st.sampled_from(["stable", "plain"])


def posts(count: int) -> tuple[Post, ...]:
    """Posts 0 to count - 1, the newest first."""
    return tuple(
        Post(source=str(n), slug=str(n), url=f"/{n}/", path="", permalink="", title="")
        for n in reversed(range(count))
    )


def pages(count: int, size: int, kind: str = "stable") -> dict[str, Paginator]:
    return dict(paginate(posts(count), size, kind, "/"))


def names(pager: Paginator) -> list[int]:
    return [int(post.slug) for post in pager.posts]


@given(COUNTS, SIZES, KINDS)
def test_every_post_is_listed_once_and_in_order(count: int, size: int, kind: str) -> None:
    listed = [name for pager in pages(count, size, kind).values() for name in names(pager)]
    assert listed == list(reversed(range(count)))


@given(COUNTS, SIZES, KINDS)
def test_pages_lead_to_one_another(count: int, size: int, kind: str) -> None:
    made = pages(count, size, kind)
    urls = list(made)
    assert [pager.older for pager in made.values()] == [*urls[1:], ""]
    assert [pager.newer for pager in made.values()] == ["", *urls[:-1]]
    assert urls[0] == "/" and made["/"].number is None


@given(COUNTS, SIZES)
def test_number_keeps_its_posts_for_ever(count: int, size: int) -> None:
    for url, pager in pages(count, size).items():
        if pager.number is not None:
            first = (pager.number - 1) * size
            assert url == f"/page/{pager.number}/"
            assert names(pager) == list(reversed(range(first, first + size)))


@given(COUNTS, SIZES)
def test_front_page_holds_one_to_two_pages_worth(count: int, size: int) -> None:
    made = pages(count, size)
    assert min(count, size) <= len(made["/"].posts) < 2 * size
    assert len(made) == max(1, count // size)


@given(COUNTS, SIZES)
def test_new_post_changes_the_front_page_the_new_page_and_its_neighbour_at_most(
    count: int, size: int
) -> None:
    before, after = pages(count, size), pages(count + 1, size)
    changed = {url for url in after if before.get(url) != after[url]}
    new = after.keys() - before.keys()
    neighbours = {after[url].older for url in new}
    assert changed <= {"/"} | new | neighbours
    assert len(new) <= 1 and before.keys() <= after.keys()
    if not new:
        assert changed == {"/"}


@given(COUNTS, SIZES, KINDS)
def test_one_pages_worth_needs_no_numbers(count: int, size: int, kind: str) -> None:
    assert count > size or list(pages(count, size, kind)) == ["/"]
