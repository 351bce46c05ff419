"""An archive holds the whole site, is the same for the same site, and takes the place of the old one at one stroke."""

import errno
import gzip
import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from recto.deploy.shipment import Shipment
from recto.deploy.target import Place
from recto.deploy.targets.archive import Archive
from recto.model import ArchiveTarget
from recto.output import locked
from releases import deploy, refused, release

SITE = {
    "index.html": "home",
    "posts/über a/index.html": "a",
    "assets/style.1234567a.css": "css",
    "x" * 150: "long",
}
KINDS = ("site.tar.gz", "site.tgz", "site.zip")


class Site:
    def __init__(self, folder: Path, name: str) -> None:
        self.root = folder
        self.name = name

    @property
    def file(self) -> Path:
        return self.root / "out" / self.name

    def target(self, folder: str = "out") -> Archive:
        settings = ArchiveTarget(name="live", type="archive", path=f"{folder}/{self.name}")
        return Archive(settings, Place(root=self.root, cache=self.root / ".recto"))

    def files(self) -> dict[str, str]:
        """What comes out of the archive, as the system's own programs unpack it, without the snapshot."""
        folder = self.root / "unpacked"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if self.name.endswith(".zip"):
            with zipfile.ZipFile(self.file) as archive:
                assert archive.testzip() is None
                archive.extractall(folder)
        else:
            subprocess.run(["tar", "xzf", str(self.file)], cwd=folder, check=True)
        found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".recto-deploy.json")
        return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    return Site(tmp_path, request.param)


def test_archive_holds_exactly_the_files_and_the_next_reader_learns_of_them(site: Site) -> None:
    assert site.target().read() is None
    sent = deploy(site.target(), SITE)
    assert site.files() == SITE
    assert site.target().read() == sent.snapshot
    deploy(site.target(), {"index.html": "new", "assets/style.1234567a.css": "css"})
    assert site.files() == {"index.html": "new", "assets/style.1234567a.css": "css"}
    assert [path.name for path in site.file.parent.iterdir()] == [site.name]


def test_archive_holds_nothing_that_the_site_does_not_have(site: Site) -> None:
    deploy(site.target(), SITE)
    deploy(site.target(), {"index.html": "new"})
    assert site.files() == {"index.html": "new"}
    found = site.target().read()
    assert found and not found.kept


def test_same_site_is_the_same_archive_whatever_was_there_and_in_whatever_order(site: Site) -> None:
    for number, folder in enumerate(("one", "two")):
        if number:
            deploy(site.target(folder), {"other.html": "x"})
        deploy(site.target(folder), dict(sorted(SITE.items(), reverse=bool(number))))
    assert (site.root / "one" / site.name).read_bytes() == (site.root / "two" / site.name).read_bytes()


def test_archive_says_nothing_of_who_made_it_and_another_text_has_another_time(site: Site) -> None:
    times = set[object]()
    for text in ("old", "new"):
        deploy(site.target(), {"index.html": text})
        if site.name.endswith(".zip"):
            with zipfile.ZipFile(site.file) as archive:
                info = archive.getinfo("index.html")
                assert (info.create_system, info.external_attr >> 16) == (3, 0o100644)
                times.add(info.date_time)
        else:
            with tarfile.open(site.file) as tar:
                member = tar.getmember("index.html")
                assert (member.uid, member.gid, member.uname, member.mode) == (0, 0, "", 0o644)
                times.add(member.mtime)
            assert site.file.read_bytes()[4:8] == bytes(4)  # no time of compression
    assert len(times) == 2


def a_tar(*members: tuple[str, bytes], claims: int | None = None) -> bytes:
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data) if claims is None else claims
            tar.addfile(info, BytesIO(data + bytes((claims or len(data)) - len(data))))
    return file.getvalue()


def a_zip(*members: tuple[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def a_link() -> bytes:
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        info = tarfile.TarInfo(".recto-deploy.json")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    return file.getvalue()


# By name, for their bytes say when they were made, and so would the tests be called otherwise each time.
FOREIGN = {
    "empty": b"",
    "a text": b"no archive",
    "gzip of nothing": gzip.compress(b""),
    "gzip of zeros": gzip.compress(bytes(512)),
    "gzip of noise": gzip.compress(b"\xff" * 512),
    "tar of a page": a_tar(("index.html", b"x")),
    "zip of a page": a_zip(("index.html", b"x")),
    "tar of a link": a_link(),
    "tar of no snapshot": a_tar((".recto-deploy.json", b"{")),
    "zip of no snapshot": a_zip((".recto-deploy.json", b"{")),
    "zip that leads out": a_zip((".recto-deploy.json", b'{"version": 1, "files": {"../x": ["", 1]}}')),
    "tar that leads out": a_tar((".recto-deploy.json", b'{"version": 1, "files": {"../x": ["", 1]}}')),
    "tar that is cut off": a_tar((".recto-deploy.json", b'{"version": 1}'))[:60],
    "zip that is cut off": a_zip((".recto-deploy.json", b'{"version": 1}'))[:-30],
}


@pytest.mark.parametrize("name", FOREIGN)
def test_file_that_is_not_rectos_is_left_alone_unless_that_is_wanted(site: Site, name: str) -> None:
    data = FOREIGN[name]
    site.file.parent.mkdir()
    site.file.write_bytes(data)
    assert "deploy-foreign: live: " in refused(lambda: deploy(site.target(), SITE))
    assert site.file.read_bytes() == data
    deploy(site.target(), SITE, force=True)
    assert site.files() == SITE


def test_archive_that_was_written_since_it_was_read_is_not_overwritten(site: Site) -> None:
    for number in range(2):
        mine = site.target()
        wanted = release(mine.read(), {"index.html": "mine"})
        deploy(site.target(), {"index.html": f"theirs {number}"})
        assert "deploy-overtaken" in refused(lambda: mine.apply(wanted, lambda *_: None))  # noqa: B023
        assert site.files() == {"index.html": f"theirs {number}"}


def test_second_deploy_at_the_same_time_is_refused(site: Site) -> None:
    deploy(site.target(), SITE)
    with locked(site.file.with_name(f".{site.name}.recto") / "lock"):
        assert "deploy-busy: live: " in refused(lambda: deploy(site.target(), {"index.html": "new"}))
    assert site.files() == SITE


def broken(site: Site, fail: Callable[[], bytes]) -> Callable[[], object]:
    """A deploy whose last file is read by this."""
    target = site.target()
    wanted = release(target.read(), {"a.html": "a", "z.html": "z"})

    class Broken(type(wanted.shipment["z.html"])):  # type: ignore[misc]
        def read(self) -> bytes:
            return fail()

    item = wanted.shipment["z.html"]
    bad = Broken(path=item.path, digest=item.digest, size=item.size)
    shipment = Shipment(items={**wanted.shipment.items, "z.html": bad})
    return lambda: target.apply(replace(wanted, shipment=shipment), lambda *_: None)


def test_full_disk_leaves_what_was_there(site: Site) -> None:
    deploy(site.target(), SITE)

    def fail() -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "deploy-full: live: " in refused(broken(site, fail))
    assert site.files() == SITE
    assert [path.name for path in site.file.parent.iterdir()] == [site.name]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # pytest's own threads
def test_deploy_that_is_killed_leaves_what_was_there_and_the_next_one_finishes(site: Site) -> None:
    deploy(site.target(), SITE)
    if not (child := os.fork()):
        broken(site, lambda: os._exit(9))()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert site.files() == SITE
    deploy(site.target(), {"index.html": "new"})
    assert site.files() == {"index.html": "new"}
    assert [path.name for path in site.file.parent.iterdir()] == [site.name]


def test_place_that_cannot_be_written_is_told(site: Site) -> None:
    (site.root / "file").write_text("")
    assert "deploy-refused: live: " in refused(lambda: deploy(site.target("file"), SITE))
    site.file.mkdir(parents=True)
    assert "deploy-foreign" in refused(lambda: deploy(site.target(), SITE))
    assert "deploy-refused" in refused(lambda: deploy(site.target(), SITE, force=True))


def test_archive_has_nothing_to_go_back_to(site: Site) -> None:
    deploy(site.target(), SITE)
    assert "deploy-rollback: live: " in refused(site.target().rollback)
