"""The promise of the memo, on whole sites: whatever an author does, in whatever order, a build that remembers
earlier ones ends as a build that remembers nothing: the same files, byte for byte, and the same words."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from hypothesis import given, note, settings
from hypothesis import strategies as st

from recto import builder, ledger
from recto.diagnostics import BuildError, format_text, has_errors
from recto.memo import Store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

Files = dict[str, bytes]
Edit = Callable[[Files], None]


def post(title: str, day: int, extra: str = "", body: str = "Some *text*.") -> bytes:
    return f"---\ntitle: {title}\ndate: 2026-{day % 11 + 1:02}-{day % 27 + 1:02}\n{extra}---\n\n{body}\n".encode()


def start() -> Files:
    """A site with something of everything: terms, a series, a bundle, links between posts, pages, an own template."""
    return {
        "site.yaml": b"title: Blog\nurl: https://example.com/blog\npaginate: 2\n",
        "posts/a.md": post("A", 1, "categories: [walks, sea]\n", "See [b](b.md).\n\n```python\nx = 1\n```"),
        "posts/b.md": post("B", 2, "categories: walks\ntags: [one]\nseries: S\n", "![pic](/images/p.gif)"),
        "posts/2026-03-03-c/index.md": b"---\ncategories: sea\nseries: S\n---\n\n# C itself\n\n![x](x.gif) [^1]\n\n[^1]: note\n",
        "posts/2026-03-03-c/x.gif": GIF,
        "posts/d.md": post("D", 4, "aliases: /old/\nupdated: 2026-11-01\n"),
        "posts/e.md": post("E", 5, "draft: true\n"),
        "pages/about.md": b"---\ntitle: About\n---\n\nUs, and [a](../posts/a.md).\n",
        "images/p.gif": GIF,
        "static/robots.html": b"<p>hello</p>",
        "data/list.yaml": b"- 1\n- 2\n",
    }


NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "über", "漢字"])
WORDS = st.sampled_from(["Walks", "sea", "a: b", "B", "Ünder", "x" * 40, "<b>", "日本"])
BODIES = st.sampled_from(
    [
        "Plain.",
        "See [a](a.md) and [b](b.md).",
        "See [gone](nothing.md).",
        "![p](/images/p.gif) ![q](/images/q.gif)",
        "# Heading\n\nText with `code`.",
        "First.\n\n<!-- more -->\n\nSecond[^1].\n\n[^1]: Note.",
        "```nosuchlanguage\nx\n```",
        "<img src='/images/p.gif'>",
    ]
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, Edit]:
    """One thing that an author does, with a name for the report."""
    kind = draw(
        st.sampled_from(
            [
                "write",
                "retitle",
                "rename",
                "delete",
                "break_",
                "mend",
                "template",
                "partial",
                "config",
                "picture",
                "page",
                "data",
                "category",
                "author",
                "language",
                "deploy",
                "move",
                "give up",
            ]
        )
    )
    name, word, body, day = draw(NAMES), draw(WORDS), draw(BODIES), draw(st.integers(1, 40))
    path = f"posts/{name}.md"
    # What each edit does to the files; one that has nothing to act on does nothing.
    actions: dict[str, Edit] = {
        "write": lambda f: f.update({path: post(f'"{word}"', day, f"tags: [{day % 3}x]\n", body)}),
        "retitle": lambda f: f.update(
            {path: f[path].replace(b"title: ", b"title: New ")} if path in f else {}
        ),
        "rename": lambda f: f.update({f"posts/{name}-{day}.md": f.pop(path)} if path in f else {}),
        "delete": lambda f: f.update({}) if f.pop(path, None) else None,
        "break_": lambda f: f.update({path: b"---\ntitle: a: b\n---\n"}),
        "mend": lambda f: f.update({path: post("Mended", day)}),
        "template": lambda f: f.update(
            {
                "templates/post.html": (
                    '{% extends "default/post.html" %}{% block content %}'
                    f"<p>{day} {{{{ site.posts | length }}}}</p>{{{{ super() }}}}{{% endblock %}}"
                ).encode()
            }
        ),
        "partial": lambda f: f.update(
            {
                "templates/index.html": (
                    b'{% extends "default/index.html" %}{% block main %}{% include "parts/mine.html" %}{% endblock %}'
                ),
                "templates/parts/mine.html": (
                    f"<h1>{day}</h1>{{% for p in site.posts %}}{{{{ p.title }}}}, {{% endfor %}}{{{{ site.data }}}}"
                ).encode(),
            }
        ),
        "config": lambda f: f.update(
            {"site.yaml": f"title: T{day}\nurl: https://example.com\npaginate: {day % 3 + 1}\n".encode()}
        ),
        "picture": lambda f: f.update({f"images/{'pq'[day % 2]}.gif": GIF + bytes([day])}),
        "page": lambda f: f.update({f"pages/{name}.md": f"# Page {day}\n\n{body}\n".encode()}),
        "data": lambda f: f.update({"data/list.yaml": f"- {day}\n".encode()}),
        "category": lambda f: f.update({path: post(name, day, f"categories: [{day % 4}, sea]\n", body)}),
        "author": lambda f: f.update({path: post(name, day, f"author: [kim, R{day % 3}]\nlang: pl\n", body)}),
        "language": lambda f: f.update(
            {
                "site.yaml": (
                    f"title: T\nurl: https://example.com\nlanguage: {['de', 'ja', 'en-US'][day % 3]}\n"
                    f"authors: {{kim: {{bio: Number {day % 2}}}}}\n"
                    f"theme: {{words: {{Archive: All {day}}}}}\n"
                ).encode()
            }
        ),
        "deploy": keep_addresses,
        "move": lambda f: f.update(
            {
                "site.yaml": (
                    f"title: T\nurl: https://example.com\npermalink: /{day % 3}/{{slug}}/\n"
                    f"redirects: {{/old{day % 2}/: /posts/{name}/, /posts/a/: /old0/}}\n"
                ).encode()
            }
        ),
        "give up": lambda f: f.update(
            {"urls.lock": f.get("urls.lock", b"") + f"/posts/{name}/\tgone\n".encode()}
        ),
    }
    return kind, actions[kind]


def keep_addresses(files: Files) -> None:
    """Keep what is public now, as a deploy does."""
    with folder() as root, Store.memory() as store:
        lay_out(root, files, {})
        plan = builder.build(root, store=store, now=NOW, jobs=1, index=False)
        files["urls.lock"] = ledger.write(ledger.updated(plan, plan.sources)).encode()


@contextmanager
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="recto-"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def lay_out(root: Path, files: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    """Make the folder hold the files; what is as before is not touched, as an editor does not either."""
    for path in before.keys() - files.keys():
        (root / path).unlink()
    for path, data in files.items():
        if before.get(path) != data:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)


def run(root: Path, state: Path, jobs: int = 1) -> tuple[list[str], dict[str, bytes], bool]:
    """Build `root` with the memo and the output in `state`; the words, the files, and whether it was built."""
    out = state / "dist"
    with Store.open(state) as store:
        plan = builder.build(root, store=store, now=NOW, jobs=jobs, out=out)
        words, built = [*plan.diagnostics], not has_errors(plan.diagnostics)
        try:
            if built:
                builder.write(plan, out, store=store, root=root)
        except BuildError as problem:
            words, built = [*words, *problem.diagnostics], False
    left_out = [f"{o.source} {o.reason} {o.when}" for o in plan.omissions]
    return [*format_text(words), *left_out], read(out), built


def read(out: Path) -> dict[str, bytes]:
    if not out.is_dir():
        return {}
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@given(st.lists(st.tuples(edits(), st.booleans()), min_size=1, max_size=6))
@settings(max_examples=int(os.environ.get("RECTO_EXAMPLES", "40")), deadline=None)
def test_an_incremental_build_equals_a_clean_one(steps: list[tuple[tuple[str, Edit], bool]]) -> None:
    with folder() as root, folder() as state:
        files = start()
        lay_out(root, files, {})
        _, standing, _ = run(root, state)
        for (name, edit), build_now in steps:
            note(name)
            before = dict(files)
            edit(files)
            lay_out(root, files, before)
            if not build_now and (name, edit) != steps[-1][0]:
                continue
            words, output, built = run(root, state)
            with folder() as fresh:
                clean_words, clean_output, _ = run(root, fresh)
            assert words == clean_words
            assert output == (clean_output if built else standing)
            standing = output


@given(st.lists(edits(), max_size=4))
@settings(max_examples=5, deadline=None)
def test_serial_equals_parallel(steps: list[tuple[str, Edit]]) -> None:
    with folder() as root, folder() as one, folder() as two:
        files = start()
        files |= {f"posts/n{i}.md": post(f"N{i}", i, body=f"Text {i}. " * 3000) for i in range(12)}
        for _, edit in steps:
            edit(files)
        lay_out(root, files, {})
        assert run(root, one, jobs=1) == run(root, two, jobs=2)


@given(st.randoms(use_true_random=False), st.lists(edits(), max_size=4))
@settings(max_examples=10, deadline=None)
def test_the_order_of_files_on_disk_does_not_matter(random: Random, steps: list[tuple[str, Edit]]) -> None:
    files = start()
    for _, edit in steps:
        edit(files)
    shuffled = list(files)
    random.shuffle(shuffled)
    results = []
    for order in (sorted(files), shuffled):
        with folder() as root, folder() as state:
            lay_out(root, {path: files[path] for path in order}, {})
            results.append(run(root, state))
    assert results[0] == results[1]
