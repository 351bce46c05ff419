"""The watcher tells what changed in real folders: soon, once, and all of it, whatever an editor, git or the system does."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import wraps
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any, Literal
from unicodedata import normalize

import pytest

from recto.loader.walk import Walk
from recto.preview.hearing import Hear, Listen, SystemEar
from recto.preview.quiet import LIMIT, LONG_LIMIT, LONGER, QUIET, News, due
from recto.preview.sweeping import Ground, View
from recto.preview.watching import FULL, UNTOLD, Watcher

PATIENCE = 10.0  # seconds for what must come
FOLDERS = ("posts", "pages", "data", "images", "static", "templates")
FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
CLOSED = ("dist", ".recto", ".git", "node_modules", ".venv")


class Watched:
    """A site with a watcher at work. Files are named relative to the site."""

    def __init__(
        self,
        root: Path,
        *,
        folders: Sequence[str] = FOLDERS,
        poll: bool = False,
        listen: Listen = SystemEar,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.root, self.folders = root, list(folders)
        self.watcher = Watcher(
            root,
            folders=lambda: [root / folder for folder in self.folders],
            closed=lambda: [root / folder for folder in CLOSED],
            poll=poll,
            listen=listen,
            clock=clock,
        )
        self._batches: Queue[frozenset[str] | None] = Queue()
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self.next() is None

    def _run(self) -> None:
        for batch in self.watcher.batches(self._stop):
            self._batches.put(batch)

    def stop(self) -> float:
        """End the watcher; the seconds that this took."""
        start = time.monotonic()
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return time.monotonic() - start

    def write(self, *names: str, text: str = "text") -> None:
        """Save these files in place."""
        for name in names:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)

    def next(self) -> set[str] | None:
        """The next batch, as names."""
        batch = self._batches.get(timeout=PATIENCE)
        return None if batch is None else {os.path.relpath(path, self.root) for path in batch}

    def files(self) -> set[str]:
        """The next batch, without folders that are there."""
        batch = self.next()
        assert batch is not None
        return {name for name in batch if not (self.root / name).is_dir()}

    def nothing_else(self) -> None:
        """Nothing was told since: the very next batch is that of a file which is saved now."""
        self.write("static/marker.txt", text=str(time.monotonic_ns()))
        assert self.files() == {"static/marker.txt"}

    def until(self, *names: str) -> set[str]:
        """All files told until these were, too."""
        told: set[str] = set()
        while not told.issuperset(names):
            told |= self.files()
        return told


Watch = Callable[..., Watched]


def _wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.fixture
def site_folder(tmp_path: Path) -> Path:
    """A site's folder with two posts, a picture and a marker."""
    root = tmp_path.resolve() / "site"
    for name in ("site.yaml", "posts/a.md", "posts/b.md", "images/p.png", "static/marker.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"the first {name}")
    return root


@pytest.fixture
def watch(site_folder: Path) -> Iterator[Watch]:
    """`watch()` watches that site; keywords are those of Watched."""
    made: list[Watched] = []

    def make(**options: Any) -> Watched:
        made.append(Watched(site_folder, **options))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def on_a_calm_machine(test: Callable[..., None]) -> Callable[..., None]:
    """A busy machine may hold a writer or the watcher up for longer than an editor takes: then another try counts."""

    @wraps(test)
    def tried(*args: Any, **kwargs: Any) -> None:
        for _ in range(2):
            with suppress(AssertionError):
                return test(*args, **kwargs)
        return test(*args, **kwargs)

    return tried


# ---- editors ------------------------------------------------------------------------------------------------


@on_a_calm_machine
def test_a_save_in_place_is_told_once(watch: Watch) -> None:
    site = watch()
    site.write("posts/a.md")
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


@pytest.mark.parametrize("pause", [0.0, 0.005, 0.03, 0.1])
@on_a_calm_machine
def test_an_editor_that_empties_a_file_before_it_writes_is_told_once(watch: Watch, pause: float) -> None:
    site = watch()
    with (site.root / "posts/a.md").open("w") as file:
        time.sleep(pause)  # the editor's own
        file.write("a new text")
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


@on_a_calm_machine
def test_an_editor_that_renames_a_new_file_over_the_old_is_told_once(watch: Watch) -> None:
    site = watch()
    site.write("posts/.a.md.x7Qz")
    (site.root / "posts/.a.md.x7Qz").rename(site.root / "posts/a.md")
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


def _vim(folder: Path) -> None:
    (folder / "4913").touch()
    (folder / "4913").unlink()
    (folder / "a.md").rename(folder / "a.md~")
    (folder / "a.md").write_text("from vim")
    (folder / "a.md~").unlink()


def _backup_kept(folder: Path) -> None:
    shutil.copy(folder / "a.md", folder / "a.md~")
    (folder / "a.md").write_text("with a backup")


def _emacs(folder: Path) -> None:
    (folder / ".#a.md").symlink_to("author@machine.1234:5678")
    (folder / "#a.md#").write_text("saved by itself")
    (folder / "a.md").rename(folder / "a.md~")
    (folder / "a.md").write_text("from emacs")
    (folder / ".#a.md").unlink()
    (folder / "#a.md#").unlink()


def _jetbrains(folder: Path) -> None:
    (folder / "a.md___jb_tmp___").write_text("from an IDE")
    (folder / "a.md").rename(folder / "a.md___jb_old___")
    (folder / "a.md___jb_tmp___").rename(folder / "a.md")
    (folder / "a.md___jb_old___").unlink()


def _slow_rename(folder: Path) -> None:
    (folder / "a.md").rename(folder / "a.md~")
    time.sleep(0.06)  # the editor's own
    (folder / "a.md").write_text("at last")


@pytest.mark.parametrize("save", [_vim, _backup_kept, _emacs, _jetbrains, _slow_rename])
@on_a_calm_machine
def test_an_editor_is_seen_once_and_right(watch: Watch, save: Callable[[Path], None]) -> None:
    site = watch()
    save(site.root / "posts")
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


@pytest.mark.parametrize("name", ["posts/a.md~", "posts/.a.md.swp", "posts/.#a.md", "posts/.DS_Store"])
@on_a_calm_machine
def test_litter_alone_is_no_news(watch: Watch, name: str) -> None:
    site = watch()
    site.write(name)
    site.nothing_else()
    assert not site.watcher.pending


@on_a_calm_machine
def test_a_file_that_was_there_for_a_moment_is_no_news(watch: Watch) -> None:
    site = watch()
    site.write("posts/sed8Xw2")
    (site.root / "posts/sed8Xw2").unlink()
    site.nothing_else()


def test_a_deleted_file_is_told(watch: Watch) -> None:
    site = watch()
    (site.root / "posts/a.md").unlink()
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


def test_a_renamed_file_is_told_under_both_names_at_once(watch: Watch) -> None:
    site = watch()
    (site.root / "posts/a.md").rename(site.root / "posts/c.md")
    assert site.next() == {"posts/a.md", "posts/c.md"}
    site.nothing_else()


def test_a_file_that_is_meant_to_be_empty_is_told(watch: Watch) -> None:
    site = watch()
    site.write("posts/a.md", text="")
    assert site.next() == {"posts/a.md"}


def test_a_file_that_has_only_other_rights_is_told(watch: Watch) -> None:
    site = watch()
    (site.root / "posts/a.md").chmod(0o600)
    assert site.next() == {"posts/a.md"}


# ---- bursts -------------------------------------------------------------------------------------------------


@on_a_calm_machine
def test_ten_saves_in_a_burst_are_one_batch(watch: Watch) -> None:
    site = watch()
    for number in range(10):
        site.write("posts/a.md", text=f"save {number}")
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


@on_a_calm_machine
def test_saves_that_follow_a_batch_closely_are_collected(watch: Watch) -> None:
    site = watch()
    site.write("posts/a.md", text="the first of a burst")
    assert site.next() == {"posts/a.md"}
    for number in range(8):
        site.write("posts/a.md", text=f"save {number}")
        time.sleep(0.03)  # the author's own
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


def test_another_branch_with_3000_changed_files_is_one_batch(watch: Watch) -> None:
    site = watch()
    site.stop()
    names = [f"posts/{number % 30}/{number}.md" for number in range(3000)]
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(site.root)]
    _run(*git, "init", "--quiet", "--initial-branch=main")
    site.write(*names, text="as it was")
    _run(*git, "add", ".")
    _run(*git, "commit", "--quiet", "--message=before")
    _run(*git, "checkout", "--quiet", "-b", "other")
    site.write(*names[:2000], text="another text")
    shutil.rmtree(site.root / "posts/29")
    site.write(*(f"posts/new/{number}.md" for number in range(900)), text="new")
    _run(*git, "add", ".")
    _run(*git, "commit", "--quiet", "--message=after")
    changed = {*names[:2000], *(n for n in names if n.startswith("posts/29/"))}
    changed |= {f"posts/new/{number}.md" for number in range(900)}
    for branch in ("main", "other"):
        site = watch()
        _run(*git, "checkout", "--quiet", branch)
        assert {name for name in site.files() if name.endswith(".md")} == changed
        site.nothing_else()
        site.stop()


def _run(*command: str) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env=environment)


@on_a_calm_machine
def test_while_git_holds_its_lock_everything_waits(watch: Watch) -> None:
    site = watch()
    (site.root / ".git").mkdir(exist_ok=True)
    lock = site.root / ".git/index.lock"
    lock.touch()
    site.write("posts/a.md")
    _wait_for(lambda: site.watcher.pending)
    time.sleep(0.3)  # git's own
    site.write("posts/b.md")
    lock.unlink()
    assert site.next() == {"posts/a.md", "posts/b.md"}


def test_a_lock_that_a_killed_git_left_holds_nothing_up(watch: Watch) -> None:
    site = watch()
    (site.root / ".git").mkdir(exist_ok=True)
    (site.root / ".git/index.lock").touch()
    os.utime(site.root / ".git/index.lock", (1_000_000_000, 1_000_000_000))
    start = time.monotonic()
    site.write("posts/a.md")
    assert site.next() == {"posts/a.md"}
    assert time.monotonic() - start < 2


@on_a_calm_machine
def test_the_lock_of_a_worktree_is_found(watch: Watch, tmp_path: Path) -> None:
    site = watch()
    (tmp_path / "worktree").mkdir(exist_ok=True)
    (site.root / ".git").write_text(f"gitdir: {tmp_path / 'worktree'}\n")
    lock = tmp_path / "worktree/index.lock"
    lock.touch()
    site.write("posts/a.md")
    _wait_for(lambda: site.watcher.pending)
    time.sleep(0.2)  # git's own
    site.write("posts/b.md")
    lock.unlink()
    assert site.next() == {"posts/a.md", "posts/b.md"}


@on_a_calm_machine
def test_two_files_that_one_command_writes_are_one_batch(watch: Watch) -> None:
    site = watch()
    site.write("posts/a.md")
    time.sleep(0.007)  # the command's own
    site.write("posts/b.md")
    assert site.next() == {"posts/a.md", "posts/b.md"}


@pytest.mark.parametrize(
    ("saves", "waits"),
    [
        ([0.0], QUIET),
        ([0.0, 0.01], 0.01 + QUIET),
        ([0.0, *(0.01 * n for n in range(200))], LIMIT),  # without end
        ([-0.8], LONGER - 0.8),  # soon after the batch before
        ([5.0], 5.0 + QUIET),
    ],
)
def test_a_batch_is_due_when_it_is_quiet_but_never_too_late(
    site_folder: Path, saves: Sequence[float], waits: float
) -> None:
    news = News()
    for moment in saves:
        news.add([str(site_folder / "posts/a.md")], [], False, moment)
    moment = due(news, View(), site_folder, now=saves[-1], delivered=-1.0)
    assert moment == pytest.approx(waits)
    assert due(news, View(), site_folder, now=moment, delivered=-1.0) == moment


def test_a_program_s_work_may_take_longer_than_an_author_s(site_folder: Path) -> None:
    news = News()
    for number in range(1000):
        news.add([str(site_folder / f"posts/{number}.md")], [], False, number / 10)
    assert due(news, View(), site_folder, now=0.1, delivered=-1.0) == LONG_LIMIT


# ---- folders ------------------------------------------------------------------------------------------------


def test_a_new_folder_is_told_with_the_files_that_are_in_it_at_once(watch: Watch) -> None:
    site = watch()
    site.write("posts/new/deep/c.md", "posts/new/d.md", "posts/new/deep/e.md")
    assert site.next() == {
        "posts/new",
        "posts/new/deep",
        "posts/new/d.md",
        "posts/new/deep/c.md",
        "posts/new/deep/e.md",
    }
    site.write("posts/new/deep/c.md", text="more")
    assert site.next() == {"posts/new/deep/c.md"}


def test_what_comes_into_a_new_folder_unheard_is_found_afterwards(watch: Watch) -> None:
    ears = Ears()
    site = watch(listen=ears)
    (site.root / "posts/new").mkdir()
    ears.tell(site.root / "posts/new")
    assert site.next() == {"posts/new"}
    site.write("posts/new/c.md")
    start = time.monotonic()
    assert site.next() == {"posts/new/c.md"}
    assert time.monotonic() - start < 0.8
    assert not site.watcher.problem


def test_a_folder_that_is_moved_in_is_told_with_its_files(watch: Watch, tmp_path: Path) -> None:
    site = watch()
    (tmp_path / "made/deep").mkdir(parents=True)
    (tmp_path / "made/deep/c.md").write_text("c")
    (tmp_path / "made").rename(site.root / "posts/made")
    assert site.files() == {"posts/made/deep/c.md"}
    site.write("posts/made/deep/c.md", text="more")
    assert site.next() == {"posts/made/deep/c.md"}


def test_a_folder_that_is_moved_out_or_deleted_is_told_with_its_files(watch: Watch, tmp_path: Path) -> None:
    site = watch()
    site.write("posts/x/c.md", "posts/y/deep/d.md")
    site.until("posts/x/c.md", "posts/y/deep/d.md")
    (site.root / "posts/x").rename(tmp_path / "x")
    assert site.files() == {"posts/x", "posts/x/c.md"}
    shutil.rmtree(site.root / "posts/y")
    assert site.files() == {"posts/y", "posts/y/deep", "posts/y/deep/d.md"}
    site.nothing_else()


def test_a_renamed_folder_is_told_and_watched_under_its_new_name(watch: Watch) -> None:
    site = watch()
    site.write("posts/x/c.md")
    site.until("posts/x/c.md")
    (site.root / "posts/x").rename(site.root / "posts/y")
    assert site.files() == {"posts/x", "posts/x/c.md", "posts/y/c.md"}
    site.write("posts/y/c.md", text="more")
    assert site.next() == {"posts/y/c.md"}


def test_a_folder_that_comes_again_is_watched_again(watch: Watch) -> None:
    site = watch()
    shutil.rmtree(site.root / "posts")
    assert site.files() == {"posts", "posts/a.md", "posts/b.md"}
    site.write("posts/a.md")
    assert site.until("posts/a.md") == {"posts/a.md"}
    site.write("posts/a.md", text="more")
    assert site.next() == {"posts/a.md"}


def test_a_folder_that_another_has_replaced_is_watched_anew(watch: Watch) -> None:
    ears = Ears()
    site = watch(listen=ears)
    ears.folders.clear()
    shutil.rmtree(site.root / "posts")
    site.write("posts/a.md", text="another")
    ears.tell(site.root / "posts")
    assert site.files() == {"posts/a.md", "posts/b.md"}
    assert str(site.root / "posts") in ears.folders


def test_a_folder_of_the_site_that_is_not_there_yet_is_noticed(watch: Watch) -> None:
    site = watch(folders=("posts", "static", "content/about"))
    site.write("content/about/me.md")
    assert site.files() == {"content/about/me.md"}
    site.write("content/about/me.md", text="more")
    assert site.next() == {"content/about/me.md"}


def test_more_new_folders_than_there_may_be_ears_are_all_watched(watch: Watch) -> None:
    site = watch()
    names = [f"posts/{number}/index.md" for number in range(12)]
    for name in names:
        site.write(name)
        site.until(name)
    assert sum(thread.name == "recto-ear" for thread in enumerate_threads()) <= 4
    for name in names:
        site.write(name, text="more")
        assert site.files() == {name}


def test_other_folders_are_watched_when_the_settings_name_others(watch: Watch) -> None:
    site = watch()
    site.write("essays/c.md")
    site.nothing_else()
    site.folders.append("essays")
    assert site.next() is None
    site.write("essays/c.md", text="more")
    assert site.next() == {"essays/c.md"}
    site.folders.remove("posts")
    assert site.next() is None
    site.write("posts/a.md")
    site.nothing_else()


def test_of_the_site_s_own_folder_only_settings_and_modules_count(watch: Watch) -> None:
    site = watch()
    for name in ("README.md", "serve.log", "notes/x.md", "dist/index.html", "node_modules/x/readme.md"):
        site.write(name)
    site.nothing_else()
    for name in ("site.yaml", "urls.lock", "filters.py"):
        site.write(name, text="more")
        assert site.next() == {name}


def test_what_is_closed_is_never_watched(site_folder: Path, watch: Watch) -> None:
    closed = ("node_modules/x/y", ".venv/lib", ".git/objects", "dist/posts", ".recto/blobs", ".cache/x")
    for name in (*closed, "about", "posts/deep"):
        (site_folder / name).mkdir(parents=True)
    ears = Ears()
    site = watch(folders=("posts", ".", "images", "static"), listen=ears)
    assert {os.path.relpath(folder, site.root) for folder in ears.folders} == {
        ".",
        "about",
        "images",
        "posts",
        "posts/deep",
        "static",
    }


def test_a_site_whose_pages_stand_in_its_own_folder_is_watched_but_for_what_is_closed(watch: Watch) -> None:
    site = watch(folders=("posts", ".", "static"))
    for name in ("node_modules/x/readme.md", ".venv/x.py", "dist/index.html", ".recto/memo", ".cache/x"):
        site.write(name)
    site.nothing_else()
    site.write("about/index.md", "index.md", "static/.well-known/x")
    site.until("about/index.md", "index.md", "static/.well-known/x")
    site.write("about/index.md", text="more")
    assert site.next() == {"about/index.md"}


def test_a_folder_that_recto_built_is_not_looked_into(site_folder: Path, watch: Watch) -> None:
    (site_folder / "static/old").mkdir()
    (site_folder / "static/old/.recto-manifest.json").write_text("{}")
    site = watch()
    site.write("static/old/index.html")
    site.nothing_else()


# ---- symbolic links -----------------------------------------------------------------------------------------


def test_a_file_in_a_linked_folder_is_told_under_both_names(site_folder: Path, watch: Watch) -> None:
    (site_folder / "posts/linked").symlink_to("../images")
    site = watch()
    site.write("images/p.png")
    assert site.next() == {"images/p.png", "posts/linked/p.png"}
    site.write("posts/linked/q.png")
    assert site.next() == {"images/q.png", "posts/linked/q.png"}


def test_a_folder_that_is_linked_in_later_is_watched(watch: Watch) -> None:
    site = watch()
    site.write("drafts/c.md")
    (site.root / "posts/linked").symlink_to("../drafts")
    assert site.files() == {"posts/linked/c.md"}
    site.write("drafts/c.md", text="more")
    assert site.next() == {"posts/linked/c.md"}
    (site.root / "posts/linked").unlink()
    assert site.files() == {"posts/linked", "posts/linked/c.md"}


def test_a_linked_file_is_told_when_what_it_leads_to_changes(site_folder: Path, watch: Watch) -> None:
    (site_folder / "shared").mkdir()
    (site_folder / "shared/c.md").write_text("c")
    (site_folder / "posts/c.md").symlink_to("../shared/c.md")
    ears = Ears()
    watch(listen=ears)
    assert str(site_folder / "shared") in ears.folders
    site = watch()
    start = time.monotonic()
    site.write("shared/c.md", text="more")
    assert site.next() == {"posts/c.md"}
    assert time.monotonic() - start < 0.8  # when all is looked at
    site.write("shared/other.md")
    site.nothing_else()


def test_a_link_out_of_the_site_is_not_followed(site_folder: Path, tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "outside").mkdir()
    (site_folder / "posts/out").symlink_to(tmp_path / "outside")
    (site_folder / "posts/circle").symlink_to("../posts")
    site = watch()
    (tmp_path / "outside/x.md").write_text("x")
    site.nothing_else()
    site.write("posts/a.md")
    assert site.next() == {"posts/a.md"}


def test_a_site_that_is_reached_through_a_link_is_told_by_its_real_name(
    site_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(site_folder)
    site = Watched(tmp_path / "link")
    site.root = site_folder
    site.write("posts/a.md")
    assert site.next() == {"posts/a.md"}
    site.stop()


# ---- names --------------------------------------------------------------------------------------------------


def test_a_name_is_told_as_the_system_spells_it(watch: Watch) -> None:
    site = watch()
    for form in FORMS:
        name = normalize(form, "posts/Grüße an Zoë.md")
        site.write(name)
        assert site.next() == {name}


def test_a_name_that_is_not_unicode_is_told_and_ends_nothing(watch: Watch) -> None:
    site = watch()
    name = os.fsdecode(b"posts/caf\xe9.md")
    site.write(name)
    assert site.next() == {name}
    site.write("posts/a.md")
    assert site.until("posts/a.md") == {"posts/a.md"}
    (site.root / os.fsdecode(b"posts/na\xefve")).mkdir()
    assert site.next() == {os.fsdecode(b"posts/na\xefve")}
    site.write("posts/a.md", text="more")
    assert site.until("posts/a.md") == {"posts/a.md"}
    assert not site.watcher.problem


# ---- without events -----------------------------------------------------------------------------------------


class Ears:
    """Hears nothing but what a test tells."""

    def __init__(self, refusal: OSError | None = None) -> None:
        self.folders: set[str] = set()
        self.refusal = refusal

    def __call__(self, folders: Sequence[str], hear: Hear) -> "Ears":
        if self.refusal:
            raise self.refusal
        self.folders.update(folders)
        self.hear = hear
        return self

    def close(self) -> None:
        """Hear no more."""

    def tell(self, *paths: Path) -> None:
        """An event for each of these."""
        self.hear({str(path) for path in paths})


def test_what_no_event_told_is_found(watch: Watch) -> None:
    site = watch(listen=Ears())
    site.write("posts/a.md", "posts/new/c.md")
    (site.root / "posts/b.md").unlink()
    assert site.files() == {"posts/a.md", "posts/new/c.md", "posts/b.md"}


def test_a_system_that_tells_nothing_is_noticed(watch: Watch) -> None:
    ears = Ears()
    site = watch(listen=ears)
    assert not site.watcher.problem
    for text in ("one", "two"):
        site.write("posts/a.md", text=text)
        assert site.next() == {"posts/a.md"}
    _wait_for(lambda: site.watcher.problem == UNTOLD)
    site.write("posts/a.md", text="three")
    ears.tell(site.root / "posts/a.md")
    assert site.next() == {"posts/a.md"}
    assert not site.watcher.problem


def test_where_so_much_is_told_that_some_may_be_lost_all_is_looked_at(watch: Watch) -> None:
    ears = Ears()
    site = watch(listen=ears)
    names = [f"posts/{number}.md" for number in range(200)]
    site.write(*names)
    ears.tell(*(site.root / name for name in names[:80]))
    start = time.monotonic()
    assert site.next() == set(names)
    assert time.monotonic() - start < 0.8


def test_an_ear_that_breaks_is_replaced_and_all_is_looked_at(watch: Watch) -> None:
    ears = Ears()
    site = watch(listen=ears)
    site.write("posts/a.md")
    ears.folders.clear()
    ears.hear(None)
    assert site.next() == {"posts/a.md"}
    assert str(site.root / "posts") in ears.folders


def test_after_the_machine_s_sleep_all_is_looked_at(watch: Watch) -> None:
    ahead = 0.0
    site = watch(listen=Ears(), clock=lambda: time.time() + ahead)
    site.write("posts/a.md")
    start, ahead = time.monotonic(), 3600.0
    assert site.next() == {"posts/a.md"}
    assert time.monotonic() - start < 0.8


def test_where_the_system_has_no_watches_left_it_is_said_and_changes_are_found(watch: Watch) -> None:
    site = watch(listen=Ears(OSError("OS file watch limit reached")))
    assert site.watcher.problem == FULL
    site.write("posts/a.md", "posts/new/c.md")
    assert site.files() == {"posts/a.md", "posts/new/c.md"}
    site.nothing_else()


def test_a_folder_that_is_gone_before_it_is_watched_is_no_problem(watch: Watch) -> None:
    ears = Ears(FileNotFoundError())
    site = watch(listen=ears)
    ears.refusal = None
    _wait_for(lambda: bool(ears.folders))
    assert not site.watcher.problem


def test_polling_finds_what_events_would_tell(watch: Watch) -> None:
    ears = Ears(OSError("nobody asks"))
    site = watch(poll=True, listen=ears)
    assert not site.watcher.problem
    site.write("posts/a.md")
    assert site.next() == {"posts/a.md"}
    site.write("posts/new/c.md")
    assert site.files() == {"posts/new/c.md"}
    (site.root / "posts/a.md").unlink()
    assert site.next() == {"posts/a.md"}
    (site.root / "posts/b.md").rename(site.root / "posts/c.md")
    assert site.next() == {"posts/b.md", "posts/c.md"}
    site.nothing_else()


def test_polling_collects_many_files_to_one_batch(watch: Watch) -> None:
    site = watch(poll=True)
    names = [f"posts/{number}.md" for number in range(300)]
    for name in names:
        site.write(name)
        time.sleep(0.003)  # the writer's own
    assert site.next() == set(names)


def test_polling_looks_again_at_a_file_whose_time_is_a_whole_second(watch: Watch) -> None:
    site = watch(poll=True)
    second = int(time.time()) * 1_000_000_000
    os.utime(site.root / "posts/a.md", ns=(second, second))
    assert site.next() == {"posts/a.md"}
    assert site.next() == {"posts/a.md"}
    site.nothing_else()


# ---- the watcher itself -------------------------------------------------------------------------------------


@on_a_calm_machine
def test_a_save_is_noticed_and_told_within_a_tenth_of_a_second(watch: Watch) -> None:
    site = watch()
    delays: list[float] = []
    for number in range(5):
        time.sleep(0.35)  # the author's own: closer saves are a burst
        start = time.monotonic()
        site.write("posts/a.md", text=f"save {number}")
        assert site.next() == {"posts/a.md"}
        delays.append(time.monotonic() - start)
    assert sorted(delays)[2] < 0.1


def test_news_are_pending_until_the_next_batch_is_asked_for(site_folder: Path) -> None:
    watcher = Watcher(site_folder, folders=lambda: [site_folder / "posts"], closed=list)
    notices: list[bool] = []
    watcher.on_notice = lambda: notices.append(watcher.pending)
    stop = Event()
    batches = watcher.batches(stop)
    assert next(batches) is None
    assert watcher.pending

    def save() -> None:
        _wait_for(lambda: not watcher.pending)
        with (site_folder / "posts/a.md").open("w") as file:
            time.sleep(0.05)  # the editor's own
            file.write("x")

    Thread(target=save, daemon=True).start()
    assert next(batches) == frozenset([str(site_folder / "posts/a.md")])
    assert (notices, watcher.pending) == ([True], True)
    ask = Thread(target=lambda: list(batches), daemon=True)
    ask.start()
    _wait_for(lambda: not watcher.pending)
    stop.set()
    ask.join(PATIENCE)


@pytest.mark.parametrize("poll", [False, True])
def test_it_ends_within_a_fifth_of_a_second_and_leaves_no_thread(watch: Watch, poll: bool) -> None:
    before = set(enumerate_threads())
    site = watch(poll=poll)
    assert site.stop() < 0.2
    assert set(enumerate_threads()) <= before


def test_whatever_the_loader_reads_is_watched(site_folder: Path) -> None:
    for name in (
        *("posts/x.md", "posts/.hidden/x.md", "posts/_draft.md", "posts/x.md~", "posts/.x.swp", "posts/#x#"),
        *("posts/deep/.git/x", "posts/deep/Thumbs.db", "posts/4913", "posts/._x", "posts/dist/x.md"),
        *("static/.htaccess", "static/.well-known/x", "static/built/.recto-manifest.json", "static/built/x"),
    ):
        (site_folder / name).parent.mkdir(parents=True, exist_ok=True)
        (site_folder / name).write_text("x")
    (site_folder / "static/linked").symlink_to("../posts/deep")
    (site_folder / "static/circle").symlink_to("../static")
    (site_folder / "static/file").symlink_to("../posts/x.md")
    (site_folder / "static/out").symlink_to("/")
    folders = [str(site_folder / name) for name in ("posts", "static")]
    seen = Ground(str(site_folder), folders, [str(site_folder / "dist")]).survey().files.keys()
    read = {
        file.file
        for folder in ("posts", "static")
        for file in Walk(site_folder, avoid=[site_folder / "dist"]).files(folder, hidden=folder == "static")
    }
    assert read and read <= seen
    litter = {str(site_folder / name) for name in ("posts/x.md~", "posts/.x.swp", "static/built/x")}
    assert not litter & seen
