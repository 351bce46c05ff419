"""A folder that is deployed to holds the site, and nothing of anybody else's is lost."""

import errno
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from recto.deploy.shipment import Shipment
from recto.deploy.target import Place
from recto.deploy.targets.folder import Folder
from recto.memo import Written
from recto.model import FolderTarget
from recto.output import Disk
from recto.output.lock import locked
from releases import NOW, Files, deploy, refused, release

DAY = 24 * 3600
SITE = {
    "index.html": "home",
    "posts/a/index.html": "a",
    "assets/style.1234567a.css": "css",
    "images/a.png": "png",
}
OURS = (".recto-deploy.json", ".recto-manifest.json")


class Site:
    def __init__(self, folder: Path) -> None:
        self.root = folder / "site"
        self.out = folder / "public html"
        self.root.mkdir()

    def target(self, path: str = "../public html", *, disk: Disk | None = None) -> Folder:
        place = Place(root=self.root, cache=self.root / ".recto" / "deploy" / "live")
        return Folder(FolderTarget(name="live", type="folder", path=path), place, disk)

    def files(self) -> dict[str, str]:
        found = (path for path in self.out.rglob("*") if path.is_file() and path.name not in OURS)
        return {path.relative_to(self.out).as_posix(): path.read_text() for path in found}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_folder_holds_exactly_the_files_and_the_next_reader_learns_of_them(site: Site) -> None:
    assert site.target().read() is None
    sent = deploy(site.target(), SITE)
    assert site.files() == SITE
    assert site.target().read() == sent.snapshot


def test_only_what_changed_is_written(site: Site) -> None:
    deploy(site.target(), SITE)
    stays = site.out / "posts/a/index.html"
    before = stays.stat()
    deploy(site.target(), {**SITE, "index.html": "new", "über/b.html": "b"})
    assert site.files() == {**SITE, "index.html": "new", "über/b.html": "b"}
    assert (stays.stat().st_ino, stays.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_left_the_site_leaves_the_folder_but_what_open_pages_may_want(site: Site) -> None:
    deploy(site.target(), SITE)
    deploy(site.target(), {"index.html": "new"})
    assert site.files() == {"index.html": "new", "assets/style.1234567a.css": "css"}
    deploy(site.target(), {"index.html": "new"}, now=NOW + 8 * DAY)
    assert site.files() == {"index.html": "new"}


def test_kept_file_that_somebody_removed_or_changed_stops_nothing(site: Site) -> None:
    deploy(site.target(), {**SITE, "more.7654321b.css": "more"})
    (site.out / "assets/style.1234567a.css").unlink()
    (site.out / "more.7654321b.css").write_text("other")
    deploy(site.target(), {"index.html": "new"})
    assert site.files() == {"index.html": "new"}


def test_page_comes_after_what_it_shows_and_goes_before_it(site: Site) -> None:
    old = {**SITE, "gone/index.html": "x", "a.png": "x"}
    new = {"index.html": "n", "new/index.html": "n", "z.png": "n", "posts/a/index.html": "n", "feed.xml": "n"}
    deploy(site.target(), old)
    done = list[str]()

    class Watched(Disk):
        def move(self, source: Path, target: Path) -> None:
            done.append(f"+{target.relative_to(site.out.resolve())}")
            super().move(source, target)

        def remove(self, path: Path) -> None:
            done.append(f"-{path.relative_to(site.out.resolve())}")
            super().remove(path)

    deploy(site.target(disk=Watched()), new)
    assert [step for step in done if ".recto-commit" not in step] == [
        *(
            "+z.png",
            "+new/index.html",
            "+index.html",
            "+posts/a/index.html",
            "+feed.xml",
            "+.recto-deploy.json",
        ),
        *("-gone/index.html", "-a.png", "-images/a.png", "+.recto-manifest.json"),
    ]


def test_folder_of_somebody_else_is_left_alone_unless_that_is_wanted(site: Site) -> None:
    site.out.mkdir()
    (site.out / "index.html").write_text("theirs")
    (site.out / "images").write_text("a file where a folder goes")
    (site.out / "other.txt").write_text("theirs")
    told = refused(lambda: deploy(site.target(), {"index.html": "new"}))
    assert told.startswith("deploy-foreign: live: ") and "--force" in told
    assert site.files()["index.html"] == "theirs"
    deploy(site.target(), {"index.html": "new"}, force=True)
    assert site.files() == {
        "index.html": "new",
        "images": "a file where a folder goes",
        "other.txt": "theirs",
    }
    assert "deploy-foreign: live: " in refused(lambda: deploy(site.target(), {"other.txt": "new"}))
    deploy(site.target(), {"other.txt": "new"}, force=True)
    assert site.files() == {"other.txt": "new", "images": "a file where a folder goes"}


def test_folder_that_moved_since_it_was_read_is_not_overwritten(site: Site) -> None:
    mine = site.target()
    wanted = release(mine.read(), SITE)
    deploy(site.target(), {"index.html": "theirs"})
    assert "deploy-overtaken" in refused(lambda: mine.apply(wanted, lambda *_: None))
    assert site.files() == {"index.html": "theirs"}


def test_second_deploy_at_the_same_time_is_refused(site: Site) -> None:
    deploy(site.target(), SITE)
    with locked(site.out / ".recto-commit" / "lock"):
        assert "deploy-busy: live: " in refused(lambda: deploy(site.target(), {"index.html": "new"}))
    assert site.files() == SITE


def test_place_where_the_site_is_built_or_lives_is_refused(site: Site, tmp_path: Path) -> None:
    built = site.root / "dist" / "index.html"
    built.parent.mkdir()
    built.write_text("home")
    target = site.target("dist")
    wanted = release(target.read(), {"index.html": "home"})
    item = replace(wanted.shipment["index.html"], source=built)
    wanted = replace(wanted, shipment=Shipment(items={"index.html": item}))
    for force in (False, True):
        told = refused(lambda force=force: target.apply(wanted, lambda *_: None, force=force))  # type: ignore[misc]
        assert "is where the site is built" in told
    assert "deploy-foreign" in refused(lambda: deploy(site.target("."), SITE, force=True))


def test_file_that_changes_meanwhile_stops_the_deploy(site: Site, tmp_path: Path) -> None:
    deploy(site.target(), SITE)
    source = tmp_path / "page.html"
    source.write_text("changed")
    target = site.target()
    wanted = release(target.read(), {"page.html": "built", "other.html": "x"})
    item = replace(wanted.shipment["page.html"], source=source)
    items = {**wanted.shipment.items, "page.html": item}
    told = refused(lambda: target.apply(replace(wanted, shipment=Shipment(items=items)), lambda *_: None))
    assert told.startswith("deploy-changed: live: ")
    assert site.files() == SITE


def test_full_disk_leaves_what_was_there(site: Site) -> None:
    deploy(site.target(), SITE)

    class Full(Disk):
        def write(self, path: Path, chunks: Iterable[bytes], *, sync: bool = False) -> Written:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))

    told = refused(lambda: deploy(site.target(disk=Full()), {"index.html": "new"}))
    assert (
        told.startswith("deploy-full: live: cannot use ")
        and "no space left on device (make room there" in told
    )
    assert site.files() == SITE


def test_place_that_cannot_be_written_is_told(site: Site) -> None:
    site.out.write_text("a file")
    assert "deploy-foreign: live: " in refused(lambda: deploy(site.target(), SITE))
    assert "deploy-refused: live: " in refused(lambda: deploy(site.target("../public html/below"), SITE))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # pytest's own threads
def test_deploy_that_is_killed_at_any_step_leaves_whole_files_and_the_next_one_finishes(site: Site) -> None:
    old = SITE
    new = {"index.html": "new", "posts/b/index.html": "b", "posts/a": "a file", "images/b.png": "png"}
    deploy(site.target(), old)
    for step in range(1, 100):
        if not killed(site, new, step):
            break
        found = site.files()
        known = {*old.items(), *new.items(), ("assets/style.1234567a.css", "css")}
        assert {(path, text) for path, text in found.items() if ".recto-commit" not in path} <= known
        assert found.get("posts/b/index.html") is None or "images/b.png" in found
        deploy(site.target(), new)
        assert {path: text for path, text in site.files().items() if "style" not in path} == new
        assert not (site.out / ".recto-commit").exists()
        deploy(site.target(), old)
        assert site.files() == old
    assert step > 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # pytest's own threads
def test_page_that_a_killed_deploy_showed_keeps_what_it_shows_when_another_follows(site: Site) -> None:
    shown = 0
    for step in range(1, 100):
        deploy(site.target(), SITE)
        if not killed(site, {"index.html": "second", "second.7654321b.css": "css"}, step):
            break
        seen = site.files()["index.html"]
        deploy(site.target(), {"index.html": "third"})
        if seen == "second":
            assert "second.7654321b.css" in site.files()
            shown += 1
        deploy(site.target(), SITE, now=NOW + 8 * DAY)
    assert step > 10 and shown


def killed(site: Site, files: Files, step: int) -> bool:
    """Deploy in a process of its own that ends before the given change of the disk; whether it did."""
    if not (child := os.fork()):
        left = [step]

        class Deadly(Disk):
            def __getattribute__(self, name: str) -> object:
                left[0] -= 1
                if not left[0]:
                    os._exit(9)
                return super().__getattribute__(name)

        try:
            deploy(site.target(disk=Deadly()), files)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_folder_has_nothing_to_go_back_to(site: Site) -> None:
    deploy(site.target(), SITE)
    assert "deploy-rollback: live: " in refused(site.target().rollback)


def test_path_may_begin_at_home_or_be_a_link(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "www").symlink_to(site.out)
    deploy(site.target("~/www"), SITE)
    assert site.files() == SITE
    assert site.target("~nobody-of-that-name/www").read() is None
