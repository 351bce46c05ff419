"""Whole sites, byte for byte: each folder in tests/sites is a site and what it becomes.

`RECTO_RECORD=1` writes what is built now: read it before you commit it.
"""

import os
import shutil
from pathlib import Path

import pytest

from conftest import NOW
from recto import builder
from recto.memo import Store

SITES = Path(__file__).parent / "sites"
ROOT = Path(__file__).resolve().parents[1]


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def built(site: Path, out: Path) -> dict[str, bytes]:
    with Store.memory() as store:
        plan = builder.build(site, store=store, now=NOW, out=out)
        assert plan.diagnostics == ()
        builder.write(plan, out, store=store, root=site)
    return {path: data for path, data in files(out).items() if path != ".recto-manifest.json"}


@pytest.mark.parametrize("case", sorted(path.name for path in SITES.iterdir() if path.is_dir()))
def test_a_golden_site_is_built_byte_for_byte(case: str, tmp_path: Path) -> None:
    made = built(SITES / case / "site", tmp_path / "out")
    made = {path: data for path, data in made.items() if not path.startswith("assets/")}
    expected = SITES / case / "expected"
    if os.environ.get("RECTO_RECORD"):
        shutil.rmtree(expected, ignore_errors=True)
        for path, data in made.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(data)
    wanted = files(expected)
    assert sorted(made) == sorted(wanted)
    for path, data in made.items():
        assert data.decode() == wanted[path].decode(), path


def test_the_blog_of_this_repository_is_what_it_was(tmp_path: Path) -> None:
    """Its addresses, titles, dates, terms and openings; the theme may change around them."""
    with Store.memory() as store:
        plan = builder.build(ROOT, store=store, now=NOW)
    assert plan.diagnostics == ()
    shown = [f"{page.path}  <  {page.origin.path}" for page in sorted(plan.pages, key=lambda page: page.path)]
    for post in (*plan.site.posts, *plan.site.unlisted, *plan.site.pages):
        terms = ", ".join(label.name for labels in post.terms.values() for label in labels)
        shown += [
            "",
            f"{post.url}  {post.title}",
            f"  {post.date and post.date.isoformat()}  {post.language}  {terms}",
        ]
        shown += [f"  {post.summary}", f"  {' '.join(post.body.ids)}"]
    shown += ["", *(f"{o.reason}  {o.source}" for o in plan.omissions), ""]
    record = SITES / "blog.txt"
    if os.environ.get("RECTO_RECORD"):
        record.write_text("\n".join(shown), "utf-8")
    assert "\n".join(shown) == record.read_text("utf-8")


def test_the_documentation_is_a_site_without_a_fault(tmp_path: Path) -> None:
    assert "reference/command-line/index.html" in built(ROOT / "docs", tmp_path / "out")
