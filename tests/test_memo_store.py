"""The store keeps what it can and forgets the rest; nothing makes it fail."""

import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from recto.memo import FileFacts, PageRecord, Store, Written, digest_bytes
from recto.memo.entries import KEEP, Entries
from recto.memo.files import Files


def keep(folder: Path, **results: bytes) -> None:
    with Store.open(folder) as store:
        store.put(results)


def kept(folder: Path, *keys: str) -> dict[str, bytes]:
    with Store.open(folder) as store:
        return store.get(keys)


def database(folder: Path) -> Path:
    return folder / ".recto" / "memo.sqlite"


def tamper(folder: Path, statement: str) -> None:
    db = sqlite3.connect(database(folder))
    with db:
        db.execute(statement)
    db.close()


# ---- results ------------------------------------------------------------------------------------------------


def test_results_are_kept_for_the_next_build(tmp_path: Path) -> None:
    keep(tmp_path, a=b"1", b=b"2")
    assert kept(tmp_path, "a", "b", "c") == {"a": b"1", "b": b"2"}


def test_the_folder_hides_itself_from_git(tmp_path: Path) -> None:
    keep(tmp_path)
    assert (tmp_path / ".recto" / ".gitignore").read_text() == "*\n"


def test_ten_thousand_keys_at_once(tmp_path: Path) -> None:
    results = {f"key {n}": b"%d" % n for n in range(10_000)}
    keep(tmp_path, **results)
    assert kept(tmp_path, *results, "other") == results


def test_a_memory_store_forgets(tmp_path: Path) -> None:
    with Store.memory() as store:
        store.put({"a": b"1"})
        assert store.get(["a"]) == {"a": b"1"}
    with Store.memory() as store:
        assert store.get(["a"]) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET value = x'00'",
        "UPDATE entry SET value = 7",
        "UPDATE entry SET value = NULL, checksum = NULL, used = 'x'",
        "UPDATE entry SET value = (SELECT value FROM entry WHERE key = 'b')",
        "UPDATE entry SET checksum = 'text'",
        "UPDATE entry SET key = CAST(x'ff' AS TEXT) WHERE key = 'a'",
        "DELETE FROM entry WHERE key = 'a'",
    ],
)
def test_a_tampered_entry_is_not_there(tmp_path: Path, statement: str) -> None:
    keep(tmp_path, a=b"1", b=b"2")
    tamper(tmp_path, statement)
    assert kept(tmp_path, "a") == {}
    keep(tmp_path, a=b"3")
    assert kept(tmp_path, "a") == {"a": b"3"}


@pytest.mark.parametrize("statement", ["DROP TABLE entry", "ALTER TABLE entry RENAME COLUMN used TO x"])
def test_a_file_of_another_shape_is_made_anew(tmp_path: Path, statement: str) -> None:
    keep(tmp_path, a=b"1")
    tamper(tmp_path, statement)
    assert kept(tmp_path, "a") == {}
    keep(tmp_path, a=b"2")
    assert kept(tmp_path, "a") == {"a": b"2"}


def test_a_database_of_something_else_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / ".recto").mkdir()
    tamper(tmp_path, "CREATE TABLE x (y)")
    keep(tmp_path, a=b"1")
    assert kept(tmp_path, "a") == {"a": b"1"}


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\0garbage", b"x" * 10_000])
def test_a_file_that_is_no_database_is_made_anew(tmp_path: Path, data: bytes) -> None:
    keep(tmp_path, a=b"1")
    database(tmp_path).write_bytes(data)
    assert kept(tmp_path, "a") == {}
    keep(tmp_path, a=b"2")
    assert kept(tmp_path, "a") == {"a": b"2"}


def test_a_file_damaged_anywhere_gives_right_results_or_none(tmp_path: Path) -> None:
    results = {f"key {n}": b"%d" % n * 500 for n in range(100)}
    keep(tmp_path, **results)
    whole = database(tmp_path).read_bytes()
    for start in range(0, len(whole), len(whole) // 40):
        database(tmp_path).write_bytes(whole[:start] + os.urandom(64) + whole[start + 64 :])
        assert kept(tmp_path, *results).items() <= results.items()
        keep(tmp_path, **results)
        assert kept(tmp_path, *results) == results
    database(tmp_path).write_bytes(whole[: len(whole) // 2])
    assert kept(tmp_path, *results).items() <= results.items()


def test_a_folder_that_cannot_be_written_is_replaced_by_memory(tmp_path: Path) -> None:
    (tmp_path / ".recto").write_text("a file where the folder would be")
    with Store.open(tmp_path) as store:
        store.put({"a": b"1"})
        assert store.get(["a"]) == {"a": b"1"}
    assert (tmp_path / ".recto").read_text() == "a file where the folder would be"


def test_a_folder_in_place_of_the_file_is_replaced_by_memory(tmp_path: Path) -> None:
    database(tmp_path).mkdir(parents=True)
    with Store.open(tmp_path) as store:
        store.put({"a": b"1"})
        assert store.get(["a"]) == {"a": b"1"}


def test_a_file_that_another_process_holds_is_replaced_by_memory(tmp_path: Path) -> None:
    keep(tmp_path, a=b"1")
    other = sqlite3.connect(database(tmp_path), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with Store.open(tmp_path, patience=0) as store:
        store.put({"b": b"2"})
        assert store.get(["a", "b"]) == {"b": b"2"}
    other.execute("COMMIT")
    other.close()
    assert kept(tmp_path, "a") == {"a": b"1"}


WRITER = """
import sys
from pathlib import Path
from recto.memo import Store
for round in range(20):
    with Store.open(Path(sys.argv[1])) as store:
        store.put({f"{sys.argv[2]} {round} {n}": b"x" * 1000 for n in range(10)})
"""


def test_two_processes_at_once_do_not_break_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    both = [subprocess.Popen([*command, name], stderr=subprocess.PIPE) for name in ("one", "two")]
    assert [process.communicate()[1] for process in both] == [b"", b""]
    keys = [f"{name} {round} {n}" for name in ("one", "two") for round in range(20) for n in range(10)]
    assert len(kept(tmp_path, *keys)) == len(keys)


def test_what_no_build_uses_is_dropped_after_a_while(tmp_path: Path) -> None:
    for generation in range(KEEP + 2):
        entries = Entries(tmp_path / "memo.sqlite")
        entries.put({"unused": b"1", "used": b"2"} if generation == 0 else {f"new {generation}": b"3"})
        entries.get(["used"])
        entries.close()
    entries = Entries(tmp_path / "memo.sqlite")
    assert entries.get(["unused", "used", "new 1", "new 2"]) == {"used": b"2", "new 2": b"3"}
    entries.close()


def test_a_build_that_learns_nothing_writes_nothing(tmp_path: Path) -> None:
    keep(tmp_path, a=b"1")
    before = database(tmp_path).read_bytes()
    for _ in range(3):
        kept(tmp_path, "a", "b")
    assert database(tmp_path).read_bytes() == before


# ---- pages --------------------------------------------------------------------------------------------------


def test_pages_are_kept_for_each_output_folder(tmp_path: Path) -> None:
    pages = {"ä.html": PageRecord(key="k", digest="d")}
    with Store.open(tmp_path) as store:
        store.set_pages(tmp_path / "one", pages)
    with Store.open(tmp_path) as store:
        assert store.pages(tmp_path / "one") == pages
        assert store.pages(tmp_path / "two") == {}


def test_page_records_of_another_shape_are_not_there(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.set_pages(tmp_path, {"a": {"key": 1}})  # type: ignore[dict-item]  # another shape is what is tried
    with Store.open(tmp_path) as store:
        assert store.pages(tmp_path) == {}


# ---- files --------------------------------------------------------------------------------------------------


def facts(text: str) -> FileFacts:
    return FileFacts(digest=digest_bytes(text.encode()), size=len(text.encode()))


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def later(path: Path, seconds: float = 10) -> int:
    """A moment after the file's last change, as the file system's clock tells it."""
    return path.stat().st_ctime_ns + int(seconds * 1e9)


def poisoned(files: Files) -> Files:
    """The same records with a digest that no file has: who returns it did not read the file."""
    return Files({name: replace(r, digest="remembered") for name, r in files.records.items()}, 0)


def recorded(path: Path, moment: int) -> Files:
    files = Files({}, moment)
    files.file(path)
    return poisoned(files)


def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "ä" * 2_000_000)
    with Store.open(tmp_path) as store:
        assert store.file(path) == facts("ä" * 2_000_000)


@pytest.mark.parametrize("name", ["missing", "folder", "link"])
def test_what_cannot_be_read_is_an_os_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    with Store.open(tmp_path) as store, pytest.raises(OSError):
        store.file(tmp_path / name)


def test_a_file_that_looks_as_recorded_is_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "text")
    assert recorded(path, later(path)).file(path) == FileFacts(digest="remembered", size=4)


@pytest.mark.parametrize("seconds", [-10, 0, 0.01])
def test_a_file_recorded_within_the_clocks_grain_is_read_again(tmp_path: Path, seconds: float) -> None:
    path = write(tmp_path / "a", "text")
    assert recorded(path, later(path, seconds)).file(path) == facts("text")


def test_a_time_of_whole_seconds_needs_a_longer_wait(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "text")
    second = (path.stat().st_ctime_ns // 10**9 + 100) * 10**9
    os.utime(path, ns=(second, second))
    assert recorded(path, second + 10**9).file(path) == facts("text")
    assert recorded(path, second + 2 * 10**9).file(path).digest == "remembered"


def test_a_file_of_the_same_size_and_time_is_read_where_it_is_another(tmp_path: Path) -> None:
    path, other = write(tmp_path / "a", "text"), write(tmp_path / "b", "next")
    files = recorded(path, later(other))
    shutil.copystat(path, other)
    other.replace(path)
    assert files.file(path) == facts("next")


def test_a_file_of_another_size_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "text")
    files = recorded(path, later(path))
    write(path, "longer")
    assert files.file(path) == facts("longer")


def test_facts_are_kept_for_the_next_build(tmp_path: Path) -> None:
    path = write(tmp_path / "a\udcff" if sys.platform == "linux" else tmp_path / "a", "text")
    with Store.open(tmp_path) as store:
        store.file(path)
        before = store._files.records
    with Store.open(tmp_path) as store:
        assert store._files.records == before != {}


def test_facts_of_files_that_are_gone_are_dropped(tmp_path: Path) -> None:
    gone, unasked = write(tmp_path / "gone", "1"), write(tmp_path / "unasked", "2")
    files = Files({}, 0)
    files.file(gone)
    files.file(unasked)
    gone.unlink()
    files = Files(files.records, 0)
    files.prune()
    assert [Path(name).name for name in files.records] == ["unasked"]


def test_a_file_that_we_wrote_need_not_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "text")
    known = FileFacts(digest="remembered", size=4)
    files = Files({}, 0)
    files.wrote([Written(path=path, facts=known, modified=path.stat().st_mtime_ns)], later(path))
    assert files.file(path) == known


@pytest.mark.parametrize(("size", "age"), [(5, 0), (4, 1)])
def test_a_file_that_somebody_wrote_after_us_is_read(tmp_path: Path, size: int, age: int) -> None:
    path = write(tmp_path / "a", "text")
    ours = Written(path=path, facts=FileFacts(digest="x", size=size), modified=path.stat().st_mtime_ns - age)
    files = Files({}, 0)
    files.wrote([ours, replace(ours, path=tmp_path / "gone")], later(path))
    assert files.file(path) == facts("text")
