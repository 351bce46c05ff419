"""Posts are known again under other names: by text, name, title and day, slug, title, in this order; never one of two."""

from dataclasses import replace

import pytest

from recto.ledger import Trace, fingerprint, followed
from recto.model import Known, Ledger

A = Known(source="a.md", day="2026-01-01", text="ta", title="na", urls=("/a/",), id="id-a")
B = Known(source="b.md", day="2026-01-02", text="tb", title="nb", urls=("/b/",), id="id-b")


def found(*traces: Trace, known: tuple[Known, ...] = (A, B)) -> dict[str, str]:
    """The source of each post now, by its id."""
    return {post.id: post.source for post in followed(Ledger(posts=known), traces).posts}


def at(known: Known, source: str, **other: str) -> Trace:
    """A file that says what a post said."""
    return replace(
        Trace(source=source, day=known.day, text=known.text, title=known.title, slug=known.source[0]), **other
    )


def test_a_file_is_known_by_its_text_whatever_else_is_new() -> None:
    assert found(at(B, "b.md"), Trace(source="c.md", text="ta")) == {"id-a": "c.md", "id-b": "b.md"}


def test_a_chain_of_new_names_is_followed_by_the_texts() -> None:
    assert found(at(A, "b.md"), at(B, "c.md")) == {"id-a": "b.md", "id-b": "c.md"}


def test_a_name_counts_for_more_than_what_is_said() -> None:
    assert found(at(B, "a.md", text=""), at(A, "c.md", text="")) == {"id-a": "a.md", "id-b": "b.md"}


@pytest.mark.parametrize(
    "other",
    [
        Trace(source="c.md", title="na", day="2026-01-01"),
        Trace(source="c.md", slug="a"),
        Trace(source="c.md", title="na", day="2027-07-07"),
    ],
)
def test_a_rewritten_post_is_known_by_title_and_day_or_by_one_of_slug_and_title(other: Trace) -> None:
    assert found(at(B, "b.md"), other)["id-a"] == "c.md"


def test_what_title_and_day_say_counts_for_more_than_a_slug() -> None:
    slug, title = Trace(source="c.md", slug="a"), Trace(source="d.md", title="na", day="2026-01-01")
    assert found(at(B, "b.md"), slug, title)["id-a"] == "d.md"


@pytest.mark.parametrize("what", ["text", "title", "slug"])
def test_of_two_files_that_fit_none_is_taken(what: str) -> None:
    value = {"text": "ta", "title": "na", "slug": "a"}[what]
    twins = [replace(Trace(source=f"{name}.md"), **{what: value}) for name in "cd"]
    assert found(at(B, "b.md"), *twins)["id-a"] == "a.md"


def test_of_two_posts_that_fit_none_is_taken() -> None:
    twins = (A, replace(A, source="b.md", urls=("/x/a/",), id="id-b"))
    assert found(Trace(source="c.md", text="ta", title="na"), known=twins) == {"id-a": "a.md", "id-b": "b.md"}


def test_nothing_is_known_by_what_is_not_said() -> None:
    bare = Known(source="a.md", urls=("/",), id="id-a")
    assert found(Trace(source="c.md"), known=(bare,)) == {"id-a": "a.md"}


def test_a_post_whose_name_is_another_s_now_leaves_its_addresses_there() -> None:
    [post] = followed(Ledger(posts=(A, B)), [at(A, "b.md")]).posts
    assert (post.source, post.urls, post.id) == ("b.md", ("/a/", "/b/"), "id-a")


def test_a_slug_is_the_last_part_of_an_address_whatever_its_script_and_ending() -> None:
    old = replace(A, urls=("/2026/%C3%9Cber.html",))
    assert found(Trace(source="c.md", slug="über"), known=(old,)) == {"id-a": "c.md"}


def test_a_fingerprint_is_that_of_the_text_alone() -> None:
    assert fingerprint("\n One\n\n") == fingerprint("One") != fingerprint("Two")
    assert len(fingerprint("One")) == 10
    assert fingerprint(" \n") == ""
