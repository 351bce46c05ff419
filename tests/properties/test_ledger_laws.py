"""The promises of the ledger: what is written is read, git may mix the lines of two, and no address is ever forgotten."""

import os
from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from properties.test_incremental import NOW, Edit, edits, folder, keep_addresses, lay_out, start
from recto import builder, ledger
from recto.diagnostics import has_errors
from recto.memo import Store
from recto.model import Known, Ledger
from recto.text import quote

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
SEGMENT = st.text(
    st.characters(categories=("L", "N"), include_characters="-_.~ %"), min_size=1, max_size=8
).filter(lambda text: text.strip("."))
URLS = st.lists(SEGMENT, max_size=3).map(lambda parts: quote("/" + "".join(f"{part}/" for part in parts)))
MARKS = st.sampled_from(["", "0123456789", "abcdef0123"])
HOME = "https://example.com/blog"


@st.composite
def posts(draw: st.DrawFn) -> Known:
    first, *others = draw(st.lists(URLS, min_size=1, max_size=4, unique=True))
    return Known(
        source=draw(TEXT) + ".md",
        day=draw(st.sampled_from(["", "2017-05-01"])),
        text=draw(MARKS),
        title=draw(MARKS),
        urls=(first, *sorted(others)),
        id=draw(st.just(HOME + first) | TEXT),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    known = draw(st.lists(posts(), max_size=4, unique_by=lambda post: post.source))
    lists, strays, gone = (tuple(sorted(draw(st.sets(URLS, max_size=3)))) for _ in range(3))
    return Ledger(
        home=HOME,
        posts=tuple(sorted(known, key=lambda post: post.source)),
        lists=lists,
        files=dict(sorted(draw(st.dictionaries(URLS, MARKS.filter(bool), max_size=3)).items())),
        strays=strays,
        gone=gone,
    )


@given(ledgers())
def test_what_is_written_is_what_is_read(known: Ledger) -> None:
    assert ledger.parse(ledger.write(known)) == (known, ())


@given(ledgers(), ledgers(), st.randoms(use_true_random=False))
def test_the_lines_of_two_in_any_order_are_both(one: Ledger, other: Ledger, random: Random) -> None:
    lines = [*ledger.write(one).split("\n"), *ledger.write(other).split("\n")]
    random.shuffle(lines)
    mixed, problems = ledger.parse("\n".join(lines))
    assert problems == ()
    merged = ledger.merged(one, other)
    for both in (mixed, merged):
        assert set(ledger.public(both)) == {*ledger.public(one), *ledger.public(other)}
        assert {*both.gone} == {*one.gone, *other.gone}
    assert [(post.source, set(post.urls)) for post in mixed.posts] == [
        (post.source, set(post.urls)) for post in merged.posts
    ]


@given(ledgers())
def test_a_ledger_merged_with_itself_is_itself(known: Ledger) -> None:
    assert ledger.merged(known, known) == known


@given(st.lists(st.tuples(edits(), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=int(os.environ.get("RECTO_EXAMPLES", "30")), deadline=None)
def test_no_address_is_ever_forgotten(taken: list[tuple[tuple[str, Edit], bool]]) -> None:
    """Whatever happens between deploys, each address that one of them made public is there, leads on, or is missed aloud; and no
    two posts are one to feed readers."""
    files, public = start(), set[str]()
    for (name, edit), deployed in taken:
        note(name)
        edit(files)
        with folder() as root, Store.memory() as store:
            lay_out(root, files, {})
            plan = builder.build(root, store=store, now=NOW, jobs=1, index=False)
        if has_errors(plan.diagnostics):
            continue
        ids = [post.feed_id for post in (*plan.site.posts, *plan.site.unlisted, *plan.site.pages)]
        assert len(set(ids)) == len(ids)
        there = {page.url for page in plan.pages} | {move.url for move in plan.moves}
        missed = {d.message.split('"')[1] for d in plan.diagnostics if d.code == "url-lost"}
        gone = set(plan.ledger.gone) if plan.ledger else set()
        assert public - there <= missed
        assert not missed & (there | gone)
        if deployed:
            public |= {page.url for page in plan.pages if page.context.get("post") and page.url.endswith("/")}
            public |= {move.url for move in plan.moves if move.target}
            keep_addresses(files)
