"""A name for all that decides a build: the same while nothing has changed, another one after any change."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Files, MakeProject
from recto import builder
from recto.memo import Store

FILES: Files = {
    "site.yaml": "title: Blog\n",
    "posts/a.md": "---\ndate: 2026-01-01\n---\nHello",
    "posts/b/index.md": "Hi",
    "posts/b/x.gif": b"GIF",
    "pages/about.md": "Us",
    "images/p.gif": b"GIF",
    "static/robots.txt": "all",
    "data/list.yaml": "- 1",
    "templates/post.html": "{{ post.title }}",
}


class Clock(Store):
    """A memo in a world that is some days on, where no change can be of this very moment."""

    later = 10 * 86_400 * 10**9

    def moment(self) -> int:
        return super().moment() + self.later


def name_of(root: Path, *options: str | bool | None) -> str | None:
    with Clock.open(root) as store:
        return builder.fingerprint(root, store=store, options=options)


def test_name_stays_while_nothing_changes(project: MakeProject) -> None:
    root = project(FILES).path
    first = name_of(root)
    assert first is not None
    assert name_of(root) == first


EDITS: dict[str, Callable[[Path], object]] = {
    "a text": lambda root: (root / "posts/a.md").write_text("other text"),
    "a new post": lambda root: (root / "posts/new.md").write_text("new"),
    "a post that went": lambda root: (root / "posts/a.md").unlink(),
    "a renamed post": lambda root: (root / "posts/a.md").rename(root / "posts/c.md"),
    "a file beside a post": lambda root: (root / "posts/b/x.gif").write_bytes(b"GIF89"),
    "a page": lambda root: (root / "pages/about.md").write_text("Them"),
    "a picture": lambda root: (root / "images/p.gif").write_bytes(b"gif"),
    "a static file": lambda root: (root / "static/.well-known").write_text("x"),
    "data": lambda root: (root / "data/list.yaml").write_text("- 2"),
    "a template": lambda root: (root / "templates/post.html").write_text("x"),
    "an old address": lambda root: (root / "urls.lock").write_text("/old/\tgone\n"),
    "a setting": lambda root: (root / "site.yaml").write_text("title: Glob\n"),
    "a file that is passed over": lambda root: (root / "posts/_x.md").write_text("x"),
    "the same size and time": lambda root: _swap(root / "posts/a.md"),
}


def _swap(path: Path) -> None:
    """Other bytes of the same number, at the same time of change."""
    looks = path.stat()
    path.write_bytes(b"x" * looks.st_size)
    os.utime(path, ns=(looks.st_atime_ns, looks.st_mtime_ns))


@pytest.mark.parametrize("edit", EDITS)
def test_any_change_gives_another_name(project: MakeProject, edit: str) -> None:
    root = project(FILES).path
    first = name_of(root)
    EDITS[edit](root)
    assert name_of(root) not in (first, None)


def test_options_give_another_name(project: MakeProject) -> None:
    root = project(FILES).path
    names = {name_of(root, "/blog", True), name_of(root, None, True), name_of(root, None, False)}
    assert len(names) == 3


def test_what_changed_this_very_moment_has_no_name(project: MakeProject) -> None:
    root = project(FILES).path
    with Store.open(root) as store:
        (root / "posts/a.md").write_text("just now")
        assert builder.fingerprint(root, store=store, options=()) is None
