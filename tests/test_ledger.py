"""urls.lock: read, written, put together with another, and what is given up."""

import pytest

from recto import ledger
from recto.diagnostics import BuildError, format_text
from recto.model import Known, Ledger

HOME = "https://example.com/blog"


def known(name: str, *urls: str, id: str = "", **more: str) -> Known:
    urls = urls or (f"/posts/{name}/",)
    return Known(source=f"posts/{name}.md", urls=urls, id=id or HOME + urls[0], **more)


def of(*posts: Known, **more: object) -> Ledger:
    return Ledger(home=HOME, posts=posts, **more)  # type: ignore[arg-type]


FULL = of(
    known("a", "/posts/a/", "/2017/05/01/a.html", day="2017-05-01", text="9f8e7d6c", title="1a2b3c4d"),
    known("b", id="tag:example.com,2017:b"),
    lists=("/", "/tags/sea/"),
    files={"/paper.pdf": "0123456789"},
    strays=("/2009/old/",),
    gone=("/nothing-here/",),
)


def said(text: str) -> list[str]:
    return format_text(ledger.parse(text)[1])


def test_a_ledger_is_a_fact_a_line_sorted_by_address() -> None:
    assert ledger.write(FULL).splitlines() == [
        "# Every address that this site ever had, so that none dies. recto keeps this file; commit it.",
        "home\thttps://example.com/blog",
        "/\tlist",
        "/2009/old/\tstray",
        "/2017/05/01/a.html\twas\tposts/a.md",
        "/nothing-here/\tgone",
        "/paper.pdf\tfile\t0123456789",
        "/posts/a/\tis\tposts/a.md\t2017-05-01\t9f8e7d6c\t1a2b3c4d",
        "/posts/b/\tis\tposts/b.md\t-\t-\t-\ttag:example.com,2017:b",
        "/tags/sea/\tlist",
    ]


def test_what_is_written_is_what_is_read() -> None:
    assert ledger.parse(ledger.write(FULL)) == (FULL, ())


def test_names_with_odd_characters_come_back() -> None:
    odd = of(known("b", id="a\tb\\"), known("tab\there\\x09\nand ü", "/odd/"))
    assert ledger.parse(ledger.write(odd)) == (odd, ())


def test_line_ends_of_windows_and_empty_lines_do_not_matter() -> None:
    text = ledger.write(FULL).replace("\n", "\r\n\r\n")
    assert ledger.parse(text) == (FULL, ())


def test_a_message_knows_on_which_line_an_address_stands() -> None:
    lines = ledger.parse(ledger.write(FULL))[0].lines
    assert (lines["/2009/old/"], lines["posts/a.md"]) == (4, 8)


def test_lines_of_two_branches_in_any_order_say_what_both_said() -> None:
    other = of(known("a", "/posts/a/", "/was/"), known("c"), lists=("/tags/fog/",), gone=("/x/",))
    lines = [*ledger.write(FULL).splitlines(), *ledger.write(other).splitlines()]
    both, problems = ledger.parse("\n".join(reversed(lines)))
    assert problems == ()
    assert both.posts[0].urls == ("/posts/a/", "/2017/05/01/a.html", "/was/")
    assert both.posts[0].text == "9f8e7d6c"
    assert both.lists == ("/", "/tags/fog/", "/tags/sea/")
    assert both.gone == ("/nothing-here/", "/x/")
    assert set(ledger.public(both)) == {*ledger.public(FULL), *ledger.public(other)}


def test_merging_keeps_what_either_knows() -> None:
    other = of(known("a", "/now/", id="other"), known("c"), files={"/paper.pdf": "ff", "/b.zip": "1"})
    both = ledger.merged(FULL, other)
    assert both.posts[0] == known(
        "a", "/posts/a/", "/2017/05/01/a.html", "/now/", day="2017-05-01", text="9f8e7d6c", title="1a2b3c4d"
    )
    assert [post.source for post in both.posts] == ["posts/a.md", "posts/b.md", "posts/c.md"]
    assert both.files == {"/b.zip": "1", "/paper.pdf": "0123456789"}
    assert ledger.merged(FULL, FULL) == FULL


def test_the_marks_of_a_merge_that_failed_are_explained_once() -> None:
    [problem] = said("<<<<<<< HEAD\n/a/\tlist\n=======\n/b/\tlist\n>>>>>>> other\n")
    assert problem.startswith(
        "error[ledger-conflict]: git could not merge this file by itself\n  urls.lock:1:1"
    )
    assert 'urls.lock merge=union" in .gitattributes' in problem


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/a/ list", "this line says nothing that recto understands"),
        ("/a/\tnosuch", "this line says nothing that recto understands"),
        ("/a/\tis\tposts/a.md", "this line says nothing that recto understands"),
        ("/a/\tlist\tmore", "this line says nothing that recto understands"),
        ("a\tlist", 'the address "a" does not begin with "/"'),
        ("/../a/\tlist", 'the address "/../a/" has a "." or ".." in it'),
        ("//example.com/\tlist", 'the address "//example.com/" is not a path within this site'),
        ("/a?b\tlist", 'the address "/a?b" has a "?" or "#", which never reaches a file'),
    ],
)
def test_no_line_is_lost_in_silence(line: str, message: str) -> None:
    found, _ = ledger.parse(f"/b/\tlist\n{line}\n/c/\tlist")
    [problem] = said(f"/b/\tlist\n{line}\n")
    assert problem.startswith(f"error[ledger-line]: {message}\n  urls.lock:2:1\n")
    assert found.lists == ("/b/", "/c/")


def test_two_addresses_of_the_site_are_told() -> None:
    [problem] = said("home\thttps://a.example\nhome\thttps://b.example\n")
    assert 'two addresses here, "https://a.example" and "https://b.example"' in problem


def test_an_id_is_kept_in_full_where_the_site_has_another_address_now() -> None:
    moved = Ledger(home="https://new.example", posts=(known("a"),))
    assert ledger.write(moved).endswith("\t-\t-\t-\thttps://example.com/blog/posts/a/\n")
    assert ledger.parse(ledger.write(moved)) == (moved, ())


def test_what_is_given_up_is_gone_and_nothing_else() -> None:
    left = ledger.give_up(FULL, ["/2017/05/01/a.html", "/tags/sea", f"{HOME}/posts/b/", "paper.pdf"])
    assert [post.urls for post in left.posts] == [("/posts/a/",)]
    assert (left.lists, left.files, left.strays) == (("/",), {}, ("/2009/old/",))
    assert left.gone == ("/2017/05/01/a.html", "/nothing-here/", "/paper.pdf", "/posts/b/", "/tags/sea/")


def test_an_address_is_given_up_twice_without_a_word() -> None:
    assert ledger.give_up(FULL, ["/nothing-here/"]) == FULL


def test_all_addresses_that_nobody_knows_are_told_with_the_nearest() -> None:
    with pytest.raises(BuildError) as caught:
        ledger.give_up(FULL, ["/tags/see/", "/zebra/"])
    first, second = format_text(caught.value.diagnostics)
    assert 'the site never had the address "/tags/see/"' in first
    assert 'did you mean "/tags/sea/"?' in first
    assert "recto ledger list" in second
