"""Files that steps make are kept by content, checked before they are used, and dropped when nobody needs them."""

import os
import shutil
from pathlib import Path

import pytest

from recto.memo import Step, Store, Workers, digest_bytes, keep_blob, memo_map
from recto.memo.blobs import DAY, UNUSED
from recto.memo.workers import _chunk

DATA = b"a picture"
NAME = digest_bytes(DATA)


def kept(folder: Path, data: bytes = DATA) -> Path:
    """A blob that an earlier build made."""
    with Store.open(folder) as store:
        keep_blob(str(store.blobs), data)
        assert store.holds([digest_bytes(data)])
    return folder / ".recto" / "blobs" / digest_bytes(data)


def age(path: Path, ns: int) -> None:
    then = path.stat().st_mtime_ns - ns
    os.utime(path, ns=(then, then))


def holds(folder: Path, name: str = NAME) -> bool:
    with Store.open(folder) as store:
        return store.holds([name])


def test_a_blob_is_named_by_its_bytes(tmp_path: Path) -> None:
    facts = keep_blob(str(tmp_path / "blobs"), DATA)
    assert (facts.digest, facts.size) == (NAME, len(DATA))
    assert {path.name: path.read_bytes() for path in (tmp_path / "blobs").iterdir()} == {NAME: DATA}


def test_a_blob_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(OSError):
        keep_blob(str(tmp_path), DATA)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_blobs_are_there_for_the_next_build(tmp_path: Path) -> None:
    assert kept(tmp_path).read_bytes() == DATA
    assert holds(tmp_path)
    assert not holds(tmp_path, digest_bytes(b"another"))


@pytest.mark.parametrize("damage", [b"", DATA[:-1], b"a pictura"])
def test_a_damaged_blob_is_not_there(tmp_path: Path, damage: bytes) -> None:
    path = kept(tmp_path)
    path.write_bytes(damage)
    age(path, DAY // 2)
    assert not holds(tmp_path)


@pytest.mark.parametrize("part", [".recto", ".recto/blobs", ".recto/memo.sqlite"])
def test_any_part_of_the_memo_may_be_deleted(tmp_path: Path, part: str) -> None:
    kept(tmp_path)
    target = tmp_path / part
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    assert holds(tmp_path) is (part == ".recto/memo.sqlite")
    assert kept(tmp_path).read_bytes() == DATA


def test_a_blob_of_an_earlier_build_is_not_read_again(tmp_path: Path) -> None:
    path = kept(tmp_path)
    age(path, DAY // 2)
    assert holds(tmp_path)  # reads it: its times are others
    with Store.open(tmp_path) as store:
        records = store._files.records
    assert [Path(name).name for name in records] == [NAME]
    assert records[str(path)].moment >= path.stat().st_mtime_ns


def test_a_memory_store_has_blobs_for_as_long_as_it_lasts(tmp_path: Path) -> None:
    with Store.memory() as store:
        folder = store.blobs
        keep_blob(str(folder), DATA)
        assert store.holds([NAME])
    assert not folder.exists()


@pytest.mark.parametrize("obstacle", ["file", "link"])
def test_blobs_are_temporary_where_their_folder_cannot_be(tmp_path: Path, obstacle: str) -> None:
    (tmp_path / ".recto").mkdir()
    (tmp_path / "elsewhere").mkdir()
    place = tmp_path / ".recto" / "blobs"
    place.write_text("") if obstacle == "file" else place.symlink_to(tmp_path / "elsewhere")
    with Store.open(tmp_path) as store:
        folder = store.blobs
        keep_blob(str(folder), DATA)
        assert store.holds([NAME])
    assert not folder.exists()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_to_forget_the_memo_is_to_remove_the_blobs(tmp_path: Path) -> None:
    kept(tmp_path)
    assert Store.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


# ---- what nobody uses ---------------------------------------------------------------------------------------


def test_a_blob_unused_for_a_month_is_dropped_when_a_new_one_comes(tmp_path: Path) -> None:
    old, stranger = kept(tmp_path, b"old"), tmp_path / ".recto" / "blobs" / "notes.txt"
    left = stranger.with_name("new-abc")  # by a build that was killed
    stranger.write_text("not ours")
    left.write_text("half")
    for path in (old, stranger, left):
        age(path, UNUSED + DAY)
    assert not holds(tmp_path, digest_bytes(b"unknown"))
    assert old.exists()  # nothing new: nothing is looked for
    kept(tmp_path, b"new")
    assert (old.exists(), left.exists(), stranger.exists()) == (False, False, True)


def test_a_blob_unused_for_less_than_a_month_stays(tmp_path: Path) -> None:
    old = kept(tmp_path, b"old")
    age(old, UNUSED - DAY)
    kept(tmp_path, b"new")
    assert old.exists()


def test_a_blob_in_use_stays_whatever_its_age(tmp_path: Path) -> None:
    old = kept(tmp_path, b"old")
    age(old, 2 * UNUSED)
    with Store.open(tmp_path) as store:
        assert store.holds([digest_bytes(b"old")])
        keep_blob(str(store.blobs), b"new")
        assert store.holds([digest_bytes(b"new")])
    assert old.exists()


def test_a_build_that_begins_to_use_an_old_blob_keeps_it_from_another_build(tmp_path: Path) -> None:
    old = kept(tmp_path, b"old")
    age(old, 2 * UNUSED)
    with Store.open(tmp_path) as store:
        assert store.holds([digest_bytes(b"old")])
        kept(tmp_path, b"new")  # the other build, which knows nothing of it
        assert old.exists()


# ---- results that name blobs --------------------------------------------------------------------------------

FOLDER: list[str] = []


def _make(value: int) -> str:
    return keep_blob(FOLDER[-1], b"%d" % value).digest


MAKE = Step(name="make", run=_make, input=int, output=str)


def build(folder: Path) -> tuple[list[str], int]:
    """The results, and how many were remembered."""
    counts: list[int] = []
    with Store.open(folder) as store:
        FOLDER.append(str(store.blobs))
        found = memo_map(
            MAKE,
            [1, 2, 3],
            store,
            Workers(1),
            lambda done, total: counts.append(done),
            usable=lambda name: store.holds([name]),
        )
    return found, counts[0]


def test_only_results_whose_blobs_are_gone_are_made_again(tmp_path: Path) -> None:
    found, remembered = build(tmp_path)
    assert (build(tmp_path), remembered) == ((found, 3), 0)
    (tmp_path / ".recto" / "blobs" / found[1]).unlink()
    damaged = tmp_path / ".recto" / "blobs" / found[2]
    damaged.write_bytes(b"x")
    age(damaged, DAY // 2)
    assert build(tmp_path) == (found, 1)
    assert build(tmp_path) == (found, 3)


def test_a_new_result_that_is_not_usable_is_not_kept() -> None:
    step = Step(name="odd", run=int.__neg__, input=int, output=int)
    counts: list[int] = []
    with Store.memory() as store:
        for _ in range(2):
            tell = lambda done, total: counts.append(done)  # noqa: E731
            assert memo_map(step, [1, 2], store, Workers(1), tell, lambda n: n < -1) == [-1, -2]
    assert counts == [0, 1, 2, 1, 2]


def test_only_the_identity_of_an_input_decides() -> None:
    step = Step(name="half", run=abs, input=int, output=int, identity=abs)
    assert step.key(-3) == step.key(3) != step.key(4)


def test_a_worker_is_given_as_many_inputs_at_once_as_its_step_says() -> None:
    todo = list(enumerate(range(1000)))
    assert [len(_chunk(todo, 2, largest)) for largest in (1, 32)] == [1, 32]
