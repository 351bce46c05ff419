"""The promise of the recall, on whole sites: a build that knows the one before it plans and renders what a build plans
and renders that knows nothing, whatever was done in between, and though it looks only at the files that were touched."""

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from hypothesis import given, note, settings
from hypothesis import strategies as st

from properties.test_incremental import NOW, Edit, Files, edits, folder, lay_out, post, start
from recto import builder
from recto.diagnostics import BuildError, format_text
from recto.memo import Store
from recto.recall import Recall

# What Python takes for equal, and a page shows differently; what moves others' places, ids, weights.
FRONTS = (
    "mood: 1\n",
    "mood: true\n",
    "mood: 1.0\n",
    "updated: 2026-11-01T12:00:00+00:00\n",
    "updated: 2026-11-01T13:00:00+01:00\n",
    "pinned: true\n",
    "unlisted: true\n",
    "series: S\n",
    "expires: 2026-11-24\n",
    "published: false\n",
    "slug: elsewhere\n",
    "image: /images/p.gif\n",
    "toc: true\ntags: [one, two]\n",
    "author: {name: Kim, avatar: /images/p.gif}\n",
    "layout: nothing\n",
)
BODIES = (
    "## One\n\nSee [it](b.md#two).",
    "## Two\n\nSee [it](/posts/a/#one) and [this](#two).",
    "## Three\n\n{{ nothing }} [c](2026-03-03-c/index.md) ![x](2026-03-03-c/x.gif)",
    "Walking tide bench fog notebook walking tide.",
    "Walking fog, walking tide, and a bench.",
)
SHOWN = (
    b'{% extends "default/post.html" %}{% block content %}{{ post.extra.mood }} {{ post.updated }} '
    b'{{ post.title | nosuch if false else "" }}{{ super() }}{% endblock %}'
)


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, Edit]:
    """One thing that an author does: of the usual ones, or of those that a comparison might take for nothing."""
    if draw(st.booleans()):
        return draw(edits())
    name, day = draw(st.sampled_from("abcdfg")), draw(st.integers(1, 40))
    front, body = draw(st.sampled_from(FRONTS)), draw(st.sampled_from(BODIES))
    path = f"posts/{name}.md"
    actions: dict[str, Edit] = {
        "front": lambda f: f.update({path: post(name.upper(), 7, front, body)}),
        "body": lambda f: f.update({path: f[path] + body.encode() + b"\n"} if path in f else {}),
        "many": lambda f: f.update({f"posts/n{i}.md": post(f"N{i}", i, front, body) for i in range(day % 9)}),
        "few": lambda f: fewer(f),
        "shown": lambda f: f.update({"templates/post.html": SHOWN.replace(b" | nosuch", b"")}),
        "wrong": lambda f: f.update({"templates/post.html": SHOWN if day % 2 else b"{% if %}"}),
        "sheet": lambda f: f.update({"templates/assets/style.css": f"a {{ order: {day} }}".encode()}),
        "file": lambda f: f.update({f"static/x/{day % 3}.txt": b"x" * day}),
        "beside": lambda f: f.update({f"posts/2026-03-03-c/{day % 3}.gif": b"GIF" + bytes([day])}),
        "folder": lambda f: f.update({f"posts/sub{day % 3}/index.md": post("Sub", day, front, body)}),
    }
    kind = draw(st.sampled_from(sorted(actions)))
    return kind, actions[kind]


def fewer(files: Files) -> None:
    for each in [path for path in files if path.startswith("posts/n")]:
        del files[each]


def made(
    root: Path, store: Store, hours: int, recall: Recall | None, touched: Iterable[str] | None
) -> dict[str, object]:
    """All that a preview shows of a build: every page's bytes, or what is wrong with it, files, words, omissions."""
    plan = builder.build(
        root,
        store=store,
        now=NOW + timedelta(hours=hours),
        drafts=True,
        future=True,
        jobs=1,
        recall=recall,
        touched=None if touched is None else frozenset(touched),
    )
    found: dict[str, object] = {}
    for page in plan.pages:
        try:
            found[f"page {page.path}"] = plan.renderer.render(page)
        except BuildError as problem:
            found[f"page {page.path}"] = format_text(problem.diagnostics)
        found[f"facts {page.path}"] = (page.url, page.template, page.origin, page.lastmod, page.indexed)
    found |= {f"file {asset.path}": (asset.digest, asset.origin) for asset in plan.assets}
    found["words"] = format_text(plan.diagnostics)
    found["omissions"] = [(o.source, o.title, o.reason, o.when) for o in plan.omissions]
    found["withheld"] = plan.withheld
    found["moves"] = plan.moves
    found["ledger"] = plan.ledger
    found["order"] = [page.path for page in plan.pages]
    return found


def touched(root: Path, before: Files, now: Files) -> set[str]:
    """The files that differ."""
    return {str(root / name) for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


@given(st.lists(st.tuples(steps(), st.booleans(), st.booleans()), min_size=1, max_size=8))
@settings(max_examples=int(os.environ.get("RECTO_EXAMPLES", "60")), deadline=None)
def test_a_build_that_knows_the_one_before_is_a_build_that_knows_nothing(
    taken: list[tuple[tuple[str, Edit], bool, bool]],
) -> None:
    with folder() as root, folder() as state, Store.open(state) as store:
        files, recall = start(), Recall()
        lay_out(root, files, {})
        made(root, store, 0, recall, None)
        seen = dict(files)
        for hours, ((name, edit), build_now, told) in enumerate(taken):
            note(name)
            before = dict(files)
            edit(files)
            lay_out(root, files, before)
            if build_now or hours == len(taken) - 1:
                paths = touched(root, seen, files) if told else None
                known = made(root, store, hours * 5, recall, paths)
                with Store.memory() as nothing:
                    assert known == made(root, nothing, hours * 5, None, None)
                seen = dict(files)
