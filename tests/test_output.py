"""The output folder holds exactly the site, and nothing of anybody else's is touched."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from recto.diagnostics import BuildError, Location, error
from recto.memo import Store, digest, digest_bytes
from recto.model import Asset, Changes, Page
from recto.output import Disk, clean, commit
from recto.output.disk import DISK
from recto.output.lock import _holds, locked

MANIFEST = ".recto-manifest.json"
JOURNAL = ".recto-commit/journal"


def page(path: str, text: str = "", **context: object) -> Page:
    origin = Location(path=f"posts/{path}.md")
    return Page(path=path, url="/", template="", context={"text": text or path, **context}, origin=origin)


def render(page: Page) -> bytes:
    return str(page.context["text"]).encode()


def key(page: Page) -> str:
    return digest(page.context)


class Project:
    """A site's folder with its output; `rendered` are the paths of the pages rendered so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "dist"
        self.rendered: list[str] = []

    def commit(self, pages: Mapping[str, str], *assets: Asset, disk: Disk = DISK) -> Changes:
        with Store.open(self.folder) as store:
            made = [page(path, text) for path, text in pages.items()]
            return commit(self.out, made, assets, render=self._render, key=key, store=store, disk=disk)

    def _render(self, page: Page) -> bytes:
        self.rendered.append(page.path)
        return render(page)

    def asset(self, path: str, data: bytes) -> Asset:
        source = self.folder / "static" / path
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(data)
        return Asset(path=path, source=str(source), origin=f"static/{path}", digest=digest_bytes(data))

    def files(self) -> dict[str, str]:
        """All that is in the output folder but the manifest."""
        files = (path for path in self.out.rglob("*") if path.is_symlink() or not path.is_dir())
        named = {path.relative_to(self.out).as_posix(): path.read_text() for path in files}
        named.pop(MANIFEST, None)
        return named


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def said(work: Callable[[], object]) -> str:
    """What the BuildError says: each problem as `code: message (hint)`."""
    with pytest.raises(BuildError) as caught:
        work()
    return "\n".join(f"{d.code}: {d.message} ({d.hint})" for d in caught.value.diagnostics)


# ---- what a commit does -------------------------------------------------------------------------------------


def test_the_folder_holds_exactly_the_pages(project: Project) -> None:
    changes = project.commit({"index.html": "a", "posts/über/index.html": "b"})
    assert project.files() == {"index.html": "a", "posts/über/index.html": "b"}
    assert changes == Changes(written=("index.html", "posts/über/index.html"))


def test_only_what_differs_is_written_and_removed(project: Project) -> None:
    project.commit({"a.html": "a", "b.html": "b", "old/c.html": "c"})
    changes = project.commit({"a.html": "a", "b.html": "new", "d.html": "d"})
    assert changes == Changes(written=("b.html", "d.html"), removed=("old/c.html",), unchanged=1)
    assert sorted(p.name for p in project.out.iterdir()) == [MANIFEST, "a.html", "b.html", "d.html"]


def test_a_page_with_a_known_key_is_not_rendered(project: Project) -> None:
    project.commit({"a.html": "a", "b.html": "b"})
    project.rendered.clear()
    assert project.commit({"a.html": "a", "b.html": "new"}) == Changes(written=("b.html",), unchanged=1)
    assert project.rendered == ["b.html"]


def test_without_a_memo_all_is_rendered_and_only_what_differs_is_written(project: Project) -> None:
    project.commit({"a.html": "a", "b.html": "b"})
    (project.folder / ".recto" / "memo.sqlite").unlink()
    project.rendered.clear()
    assert project.commit({"a.html": "a", "b.html": "new"}) == Changes(written=("b.html",), unchanged=1)
    assert project.rendered == ["a.html", "b.html"]


def test_a_commit_that_changes_nothing_writes_nothing(project: Project) -> None:
    project.commit({"a.html": "a"})

    class Untouchable(Disk):
        def write(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            raise AssertionError("nothing is to be written")

    assert project.commit({"a.html": "a"}, disk=Untouchable()) == Changes(unchanged=1)


def test_the_manifest_is_the_same_on_every_machine(project: Project, tmp_path: Path) -> None:
    project.commit({"b.html": "b", "ä.html": "ä"}, project.asset("x.png", b"x"))
    text = (project.out / MANIFEST).read_text()
    assert text == (
        '{\n"version": 1,\n"files": {\n'
        f'"b.html": "{digest_bytes(b"b")}",\n'
        f'"x.png": "{digest_bytes(b"x")}",\n'
        f'"ä.html": "{digest_bytes("ä".encode())}"\n'
        "}\n}\n"
    )


def test_nothing_hidden_is_left_but_the_manifest(project: Project) -> None:
    project.commit({"a.html": "a"})
    assert names(project.out) == [MANIFEST, "a.html"]


def test_an_empty_site_still_marks_its_folder(project: Project) -> None:
    project.commit({})
    project.commit({"a.html": "a"})
    assert project.commit({}) == Changes(removed=("a.html",))
    assert names(project.out) == [MANIFEST]


@pytest.mark.parametrize("damage", ["changed", "", None])
def test_a_file_changed_or_deleted_by_hand_is_healed(project: Project, damage: str | None) -> None:
    project.commit({"a/b.html": "whole!!", "c.html": "c"})
    file = project.out / "a" / "b.html"
    file.unlink() if damage is None else file.write_text(damage)
    assert project.commit({"a/b.html": "whole!!", "c.html": "c"}) == Changes(
        written=("a/b.html",), unchanged=1
    )
    assert project.files() == {"a/b.html": "whole!!", "c.html": "c"}


def test_a_deleted_folder_is_healed(project: Project) -> None:
    project.commit({"a/b.html": "b"})
    (project.out / "a" / "b.html").unlink()
    (project.out / "a").rmdir()
    project.commit({"a/b.html": "b"})
    assert project.files() == {"a/b.html": "b"}


def test_progress_counts_pages_and_assets(project: Project) -> None:
    steps: list[tuple[int, int]] = []
    commit(
        project.out,
        [page("a.html"), page("b.html")],
        [project.asset("c.png", b"c")],
        render=render,
        key=key,
        store=Store.memory(),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_relative_output_folder_is_taken_from_where_we_are(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    commit(Path("dist"), [page("a.html")], [], render=render, key=key, store=Store.memory())
    assert project.files() == {"a.html": "a.html"}


def test_a_folder_put_back_from_a_copy_is_brought_up_to_date(project: Project) -> None:
    project.commit({"a.html": "old"})
    shutil.copytree(project.out, project.folder / "copy")
    project.commit({"a.html": "new"})
    shutil.rmtree(project.out)
    (project.folder / "copy").rename(project.out)
    assert project.commit({"a.html": "new"}) == Changes(written=("a.html",))
    assert project.files() == {"a.html": "new"}


# ---- assets -------------------------------------------------------------------------------------------------


def test_an_asset_is_copied_and_then_not_read_again(project: Project) -> None:
    asset = project.asset("x.bin", b"bytes")
    project.commit({}, asset)
    Path(asset.source).unlink()
    assert project.commit({}, asset) == Changes(unchanged=1)
    assert project.files() == {"x.bin": "bytes"}


def test_an_unreadable_asset_is_named_and_the_old_site_stands(project: Project) -> None:
    project.commit({"a.html": "old"})
    gone = project.asset("x.bin", b"bytes")
    Path(gone.source).unlink()
    assert said(lambda: project.commit({"a.html": "new"}, gone)) == (
        "asset-unreadable: static/x.bin cannot be read: no such file or directory"
        " (see that the file is there and that you may read it)"
    )
    assert project.files() == {"a.html": "old"}


def test_an_asset_that_changed_meanwhile_is_recorded_as_it_was_copied(project: Project) -> None:
    asset = project.asset("x.bin", b"old")
    Path(asset.source).write_bytes(b"new")
    project.commit({}, asset)
    assert json.loads((project.out / MANIFEST).read_text())["files"] == {"x.bin": digest_bytes(b"new")}


# ---- errors -------------------------------------------------------------------------------------------------


def test_errors_of_all_pages_are_collected_and_nothing_is_written(project: Project) -> None:
    project.commit({"a.html": "old"})

    def fail(page: Page) -> bytes:
        raise BuildError([error("template", f"cannot render {page.path}")])

    def build() -> object:
        pages = [page("a.html", "new"), page("b.html")]
        return commit(project.out, pages, [], render=fail, key=key, store=Store.memory())

    assert said(build) == "template: cannot render a.html ()\ntemplate: cannot render b.html ()"
    assert project.files() == {"a.html": "old"}


def test_a_first_build_that_fails_leaves_no_folder(project: Project) -> None:
    def fail(page: Page) -> bytes:
        raise BuildError([error("template", "no")])

    said(lambda: commit(project.out, [page("a")], [], render=fail, key=key, store=Store.memory()))
    assert not project.out.exists()


def test_ctrl_c_while_rendering_leaves_the_old_site(project: Project) -> None:
    project.commit({"a.html": "old", "b.html": "old"})

    def interrupted(page: Page) -> bytes:
        if page.path == "b.html":
            raise KeyboardInterrupt
        return render(page)

    pages = [page("a.html", "new"), page("b.html", "new")]
    with pytest.raises(KeyboardInterrupt):
        commit(project.out, pages, [], render=interrupted, key=key, store=Store.memory())
    assert project.files() == {"a.html": "old", "b.html": "old"}


class FullDisk(Disk):
    """Takes `room` files, then is full."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        self._take()
        return super().write(*args, **kwargs)  # type: ignore[arg-type]

    def make_folder(self, path: Path) -> None:
        self._take()
        super().make_folder(path)

    def _take(self) -> None:
        if self.room == 0:
            raise OSError(28, "No space left on device")
        self.room -= 1


def test_a_full_disk_leaves_the_old_site_and_says_so(project: Project) -> None:
    project.commit({"a.html": "old", "b.html": "old"})
    new = {"a.html": "new", "b.html": "new"}
    assert said(lambda: project.commit(new, disk=FullDisk(3))) == (
        f"output-failed: could not write {project.out}/b.html: no space left on device"
        " (the site that was there is unchanged; make room and build again)"
    )
    assert project.files() == {"a.html": "old", "b.html": "old"}


def test_a_disk_that_is_full_halfway_is_finished_by_the_next_build(project: Project) -> None:
    project.commit({"a.html": "old"})
    new = {"a.html": "new", "deep/b.html": "new"}
    room = 2 + 2 + 2  # the staging's folders, two pages, manifest and journal; then the folder "deep" fails
    assert said(lambda: project.commit(new, disk=FullDisk(room))) == (
        f"output-halfway: could not finish writing {project.out}: no space left on device"
        " (every file there is whole, some are new already; make room, and the next build finishes the rest)"
    )
    assert project.commit(new) == Changes(unchanged=2)
    assert project.files() == new


LIMITED = """
import resource, sys
from pathlib import Path
from recto.diagnostics import BuildError, Location
from recto.memo import Store, digest
from recto.model import Page
from recto.output import commit
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
page = Page(path="a.html", url="/", template="", context={"n": 1}, origin=Location(path="posts/a.md"))
try:
    commit(Path(sys.argv[1]), [page], [], render=lambda p: b"x" * 200_000, key=lambda p: "k", store=Store.memory())
except BuildError as problem:
    print(problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of file size")
def test_a_file_that_the_system_refuses_to_write_leaves_the_old_site(project: Project) -> None:
    project.commit({"a.html": "old"})
    command = [sys.executable, "-c", LIMITED, str(project.out)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == f"could not write {project.out}/a.html: file too large\n"
    assert result.stderr == ""
    assert project.files() == {"a.html": "old"}


class ReadOnly(Disk):
    """A folder in which nobody may make anything. (Rights do not hold root back.)"""

    def make_folder(self, path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))


def test_a_read_only_folder_is_named(project: Project) -> None:
    project.commit({"a.html": "old"})
    assert said(lambda: project.commit({"a.html": "new"}, disk=ReadOnly())) == (
        f"output-failed: could not write {project.out}: permission denied (the site that was there is unchanged;"
        f" see that you may write to {project.out} and build again)"
    )


# ---- what is not ours ---------------------------------------------------------------------------------------


def test_a_folder_that_recto_did_not_make_is_refused(project: Project) -> None:
    project.out.mkdir()
    (project.out / "precious.txt").write_text("x")
    assert said(lambda: project.commit({"a.html": "a"})) == (
        f"output-not-ours: {project.out} is not empty, and recto did not make it"
        " (name another folder with --output, or empty this one yourself)"
    )
    assert project.files() == {"precious.txt": "x"}


def test_an_empty_folder_is_taken(project: Project) -> None:
    project.out.mkdir()
    project.commit({"a.html": "a"})
    assert project.files() == {"a.html": "a"}


def test_a_file_in_place_of_the_folder_is_refused(project: Project) -> None:
    project.out.write_text("x")
    assert said(lambda: project.commit({"a.html": "a"})) == (
        f"output-not-ours: {project.out} is a file, not a folder (name another folder with --output)"
    )


def test_a_damaged_manifest_is_refused(project: Project) -> None:
    project.commit({"a.html": "a"})
    (project.out / MANIFEST).write_text('{"version": 1, "files": {"../a": "x"}}')
    assert said(lambda: project.commit({"a.html": "a"})) == (
        f"output-manifest: {MANIFEST} in {project.out} is damaged, so recto cannot know which files there are"
        f" its own (remove {project.out} yourself and build again)"
    )


def test_foreign_files_stay(project: Project) -> None:
    project.commit({"a.html": "a", "b/c.html": "c"})
    (project.out / "CNAME").write_text("example.com")
    (project.out / "b" / "notes.txt").write_text("mine")
    project.commit({"d.html": "d"})
    assert project.files() == {"CNAME": "example.com", "b/notes.txt": "mine", "d.html": "d"}


def test_a_foreign_file_in_the_way_is_an_error(project: Project) -> None:
    project.commit({"a.html": "a"})
    (project.out / "CNAME").write_text("example.com")
    (project.out / "b").write_text("mine")
    assert said(lambda: project.commit({"CNAME": "other", "b/index.html": "b"})) == (
        f"output-not-ours: {project.out}/CNAME was not made by recto, and is where the site has CNAME"
        " (move it away; what is to be in the output without change goes into static/)\n"
        f"output-not-ours: {project.out}/b was not made by recto, and is where the site has b/index.html"
        " (move it away; what is to be in the output without change goes into static/)"
    )
    assert project.files() == {"a.html": "a", "CNAME": "example.com", "b": "mine"}


def test_a_foreign_file_with_the_same_bytes_is_not_in_the_way(project: Project) -> None:
    project.commit({"a.html": "a"})
    (project.out / "CNAME").write_text("example.com")
    project.commit({"CNAME": "example.com"})
    assert project.files() == {"CNAME": "example.com"}


@pytest.mark.parametrize("out", [".", "..", "posts", "static"])
def test_a_folder_with_sources_is_refused(project: Project, out: str) -> None:
    (project.folder / "site" / "posts").mkdir(parents=True)
    (project.folder / "site" / "posts" / "a.html.md").write_text("x")
    site = Project(project.folder / "site")
    asset = site.asset("x.png", b"x")
    site.out = site.folder / out
    assert said(lambda: site.commit({"a.html": "a"}, asset)).startswith("output-in-sources: ")
    assert not (site.out / "a.html").exists()


def test_the_home_folder_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project.folder))
    monkeypatch.setenv("USERPROFILE", str(project.folder))
    assert said(lambda: commit(project.folder, [], [], render=render, key=key, store=Store.memory())) == (
        f"output-in-sources: {project.folder} is or holds your home folder"
        " (name another folder with --output, such as dist)"
    )


# ---- files and folders that change places -------------------------------------------------------------------


def test_a_file_becomes_a_folder_and_a_folder_a_file(project: Project) -> None:
    project.commit({"a": "file", "b/c/d.html": "d", "b/e.html": "e"})
    project.commit({"a/index.html": "in", "b": "file"})
    assert project.files() == {"a/index.html": "in", "b": "file"}
    project.commit({"a": "file", "b/c/d.html": "d"})
    assert project.files() == {"a": "file", "b/c/d.html": "d"}


def test_a_folder_with_foreign_files_does_not_become_a_file(project: Project) -> None:
    project.commit({"b/c.html": "c"})
    (project.out / "b" / "mine.txt").write_text("mine")
    assert said(lambda: project.commit({"b": "file"})).startswith(
        f"output-not-ours: {project.out}/b/mine.txt was not made by recto"
    )


def test_names_that_differ_by_case_are_removed_before_they_are_made(project: Project) -> None:
    class Order(Disk):
        done: list[str] = []  # noqa: RUF012  # one value of one test

        def remove(self, path: Path) -> None:
            self.done.append(f"remove {path.name}")
            super().remove(path)

        def move(self, source: Path, target: Path) -> None:
            self.done.append(f"move {target.name}")
            super().move(source, target)

    project.commit({"About.html": "a", "Old.html": "o"})
    project.commit({"about.html": "a"}, disk=Order())
    assert Order.done == [
        "move journal",
        "remove About.html",
        "move about.html",
        "remove Old.html",
        f"move {MANIFEST}",
        "remove journal",
    ]
    assert project.files() == {"about.html": "a"}


@pytest.mark.parametrize("target", ["file", "missing"])
def test_a_link_in_place_of_a_file_is_replaced_not_written_through(project: Project, target: str) -> None:
    outside = project.folder / "outside.txt"
    if target == "file":
        outside.write_text("b")
    project.commit({"b.html": "b"})
    (project.out / "b.html").unlink()
    (project.out / "b.html").symlink_to(outside)
    project.commit({"b.html": "b"})
    assert not (project.out / "b.html").is_symlink()
    assert project.files() == {"b.html": "b"}
    assert outside.exists() == (target == "file")


def test_a_link_in_place_of_a_folder_is_replaced_not_written_through(project: Project) -> None:
    outside = project.folder / "outside"
    project.commit({"b/c.html": "c", "b/d.html": "d"})
    (project.out / "b").rename(outside)
    (project.out / "b").symlink_to(outside)
    project.commit({"b/c.html": "new"})
    assert project.files() == {"b/c.html": "new"}
    assert (outside / "c.html").read_text() == "c"
    assert (outside / "d.html").read_text() == "d"


def test_nothing_is_removed_through_a_link(project: Project) -> None:
    outside = project.folder / "outside"
    project.commit({"b/c.html": "c"})
    (project.out / "b").rename(outside)
    (project.out / "b").symlink_to(outside)
    project.commit({"a.html": "a"})
    assert (outside / "c.html").read_text() == "c"


# ---- names --------------------------------------------------------------------------------------------------


def test_a_name_that_is_too_long_is_an_error_of_its_page(project: Project) -> None:
    long = "ü" * 200
    with pytest.raises(BuildError) as caught:
        project.commit({f"posts/{long}/index.html": "x"})
    (problem,) = caught.value.diagnostics
    assert problem.code == "output-name"
    assert problem.message == f"the path posts/{'ü' * 54}… is too long for this disk"
    assert problem.location == Location(path=f"posts/posts/{long}/index.html.md")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/x",
        "../x",
        "a//b",
        "a/../b",
        "a/",
        "x\0y",
        MANIFEST,
        ".recto-commit/x",
        ".RECTO-manifest.json",
    ],
)
def test_a_path_that_is_none_is_an_error(project: Project, path: str) -> None:
    assert said(lambda: project.commit({path: "x"})) == (
        f"output-name: {path!r} cannot be the path of a file in the output folder ()"
    )
    assert not project.out.exists()


def test_a_path_that_is_a_file_and_a_folder_is_an_error(project: Project) -> None:
    assert said(lambda: project.commit({"a": "x", "a/b": "y"})) == (
        "output-name: a would have to be a file and a folder at once: a/b lies in it ()"
    )


def test_two_files_at_one_path_are_an_error(project: Project) -> None:
    asset = project.asset("a.html", b"x")
    assert said(lambda: project.commit({"a.html": "x"}, asset)) == (
        "output-name: two files would be at a.html ()"
    )


# ---- one at a time ------------------------------------------------------------------------------------------


def test_a_second_build_at_the_same_time_is_told(project: Project) -> None:
    project.commit({"a.html": "old"})
    with locked(project.out / ".recto-commit" / "lock"):
        assert said(lambda: project.commit({"a.html": "new"})) == (
            f"output-busy: another recto is writing {project.out} at this moment"
            " (wait until it has finished, then build again)"
        )
    project.commit({"a.html": "new"})
    assert project.files() == {"a.html": "new"}


def test_a_lock_that_its_last_holder_removed_is_not_held(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("")
    with lock.open("rb+") as file:
        lock.unlink()
        assert not _holds(os.dup(file.fileno()), lock)
        lock.write_text("")
        assert not _holds(os.dup(file.fileno()), lock)
    handle = os.open(lock, os.O_RDWR)
    assert _holds(handle, lock)
    os.close(handle)


# ---- clean --------------------------------------------------------------------------------------------------


def test_clean_removes_what_recto_wrote_and_the_folder(project: Project) -> None:
    project.commit({"a.html": "a", "b/c.html": "c"})
    assert clean(project.out) == ("a.html", "b/c.html")
    assert not project.out.exists()


def test_clean_leaves_what_is_not_ours(project: Project) -> None:
    project.commit({"a.html": "a", "b/c.html": "c"})
    (project.out / "b" / "mine.txt").write_text("mine")
    clean(project.out)
    assert project.files() == {"b/mine.txt": "mine"}


def test_clean_refuses_a_folder_that_recto_did_not_make(project: Project) -> None:
    project.out.mkdir()
    (project.out / "mine.txt").write_text("mine")
    assert said(lambda: clean(project.out)).startswith("output-not-ours: ")
    assert project.files() == {"mine.txt": "mine"}


def test_clean_of_no_folder_is_nothing(project: Project) -> None:
    assert clean(project.out) == ()


# ---- a build that was killed --------------------------------------------------------------------------------


class Camera(Disk):
    """Takes a photograph of the folder before every operation, as a kill at that moment would leave it."""

    def __init__(self, out: Path, album: Path) -> None:
        self.out, self.album, self.shots = out, album, 0

    def write(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        self._shoot()
        return super().write(*args, **kwargs)  # type: ignore[arg-type]

    def move(self, source: Path, target: Path) -> None:
        self._shoot()
        super().move(source, target)

    def remove(self, path: Path) -> None:
        self._shoot()
        super().remove(path)

    def make_folder(self, path: Path) -> None:
        self._shoot()
        super().make_folder(path)

    def drop_folder(self, path: Path) -> bool:
        self._shoot()
        return super().drop_folder(path)

    def _shoot(self) -> None:
        if self.out.exists():
            shutil.copytree(self.out, self.album / f"{self.shots:03}" / "dist", symlinks=True)
        self.shots += 1


OLD = {"same": "same", "edited": "old", "gone/a": "old", "file": "old", "folder/x/y": "old", "Case": "old"}
NEW = {"same": "same", "edited": "new", "more/b": "new", "file/in": "new", "folder": "new", "case": "new"}


def shots(project: Project) -> Iterator[Project]:
    """The project as killed before each operation of the commit of NEW over OLD."""
    project.commit(OLD)
    album = project.folder / "album"
    camera = Camera(project.out, album)
    project.commit(NEW, disk=camera)
    assert camera.shots > 25
    yield from (Project(folder) for folder in sorted(album.iterdir()))


def test_a_build_killed_before_any_operation_leaves_each_file_old_or_new(project: Project) -> None:
    for killed in shots(project):
        for path, text in killed.files().items():
            if not path.startswith(".recto-commit/"):
                assert text in (OLD.get(path), NEW.get(path))


@pytest.mark.parametrize("then", [OLD, NEW, {"other": "other"}])
def test_the_build_after_a_kill_ends_like_a_clean_one(project: Project, then: dict[str, str]) -> None:
    for killed in shots(project):
        killed.commit(then)
        assert killed.files() == then
        assert sorted(p.name for p in killed.out.iterdir() if p.is_file()) == sorted(
            [MANIFEST, *(path for path in then if "/" not in path)]
        )


def test_a_build_killed_while_it_recovers_is_recovered(project: Project) -> None:
    committed = [shot for shot in shots(project) if (shot.out / JOURNAL).exists()]
    for start in (committed[0], committed[len(committed) // 2], committed[-1]):
        start.commit(NEW, disk=Camera(start.out, start.folder / "album"))
        for folder in sorted((start.folder / "album").iterdir()):
            killed = Project(folder)
            killed.commit(NEW)
            assert killed.files() == NEW


def test_what_made_way_is_not_removed_again_once_files_have_moved(project: Project) -> None:
    """On a disk that ignores case, "Case" is by then the new file "case"; here a second name of it stands for that."""
    killed = [shot for shot in shots(project) if (shot.out / JOURNAL).exists()]
    killed = [shot for shot in killed if shot.files().get("case") == "new"]
    assert killed
    for shot in killed:
        (shot.out / "Case").hardlink_to(shot.out / "case")
        shot.commit(NEW)
        assert shot.files() == NEW | {"Case": "new"}


def test_staged_files_that_a_loss_of_power_damaged_are_made_again(project: Project) -> None:
    for killed in shots(project):
        for staged in (killed.out / ".recto-commit" / "staged").glob("*"):
            staged.write_bytes(b"\0\0\0")
        killed.commit(NEW)
        assert killed.files() == NEW


def test_a_damaged_journal_is_no_journal(project: Project) -> None:
    killed = next(shot for shot in shots(project) if (shot.out / JOURNAL).exists())
    whole = (killed.out / JOURNAL).read_bytes()
    for damaged in (b"", b"x\n{}", whole[:-9], whole.replace(b"edited", b"../etc"), b"\xff" + whole[1:]):
        copy = Project(shutil.copytree(killed.folder, killed.folder.with_name(f"{hash(damaged)}")))
        (copy.out / JOURNAL).write_bytes(damaged)
        copy.commit(OLD)
        assert copy.files() == OLD
        assert names(copy.folder) == [".recto", "dist"]


def test_clean_after_a_kill_removes_all(project: Project) -> None:
    for killed in shots(project):
        clean(killed.out)
        assert not killed.out.exists()
