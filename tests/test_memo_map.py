"""memo_map is a plain map that does nothing twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from memo_steps import DIE, FAIL, PROCESS, SPLIT, Text, Words, split
from recto.memo import Step, Store, Workers, memo_map
from recto.memo.steps import _salt
from recto.memo.workers import Start, processors

FORK = sys.platform == "linux"
STARTS: list[Start] = ["fork", "spawn"] if FORK else ["spawn"]
PYTHONPATH = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
ENV = {**os.environ, "PYTHONPATH": PYTHONPATH}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.memory() as memory:
        yield memory


@pytest.fixture(autouse=True)
def this_is_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECTO_TEST_PARENT", str(os.getpid()))


def workers(start: Start, jobs: int = 2) -> Workers:
    """Workers that start at once."""
    return Workers(jobs, trial=-1, start=start)


class Counting:
    """A step and how often it ran."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.step = Step(name="counting", run=self._run, input=Text, output=Words)

    def _run(self, value: Text) -> Words:
        self.ran.append(value.text)
        return split(value)


TEXTS = [Text(text=f"some words {n}") for n in range(40)]
PLAIN = [split(value) for value in TEXTS]


# ---- remembering --------------------------------------------------------------------------------------------


def test_only_what_is_new_runs(store: Store) -> None:
    counting = Counting()
    memo_map(counting.step, TEXTS[:3], store, Workers(1))
    counting.ran.clear()
    assert memo_map(counting.step, TEXTS[:4], store, Workers(1)) == PLAIN[:4]
    assert counting.ran == ["some words 3"]


def test_equal_inputs_run_once(store: Store) -> None:
    counting = Counting()
    assert memo_map(counting.step, [Text(text="a b")] * 3, store, Workers(1)) == [split(Text(text="a b"))] * 3
    assert counting.ran == ["a b"]


def test_an_entry_of_another_shape_is_made_anew(store: Store) -> None:
    key = SPLIT.key(TEXTS[0])
    shapes: tuple[object, ...] = ({"words": "x"}, {"words": ["x"], "count": "1"}, {"words": [1]}, [], None)
    for data in (b"", b"\xc1", b"rubbish", *map(msgspec.msgpack.encode, shapes)):
        store.put({key: data})
        assert memo_map(SPLIT, TEXTS[:1], store, Workers(1)) == PLAIN[:1]


def test_fresh_and_remembered_results_are_alike(store: Store) -> None:
    step: Step[Any, Any] = Step(name="list", run=list[int], input=tuple[int, ...], output=tuple[int, ...])
    cold = memo_map(step, [(1, 2)], store, Workers(1))  # a step that lies: a list, where a tuple is promised
    assert cold == memo_map(step, [(1, 2)], store, Workers(1)) == [(1, 2)]


def test_the_first_call_of_progress_tells_what_was_remembered(store: Store) -> None:
    memo_map(SPLIT, TEXTS[:2], store, Workers(1))
    calls: list[tuple[int, int]] = []
    memo_map(SPLIT, TEXTS[:4], store, Workers(1), lambda done, total: calls.append((done, total)))
    assert calls == [(2, 4), (3, 4), (4, 4)]


def test_nothing_at_all_is_nothing(store: Store) -> None:
    assert memo_map(SPLIT, [], store, Workers(2)) == []


def test_what_was_made_before_an_interruption_is_kept(store: Store) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        memo_map(SPLIT, TEXTS, store, Workers(1), interrupt)
    counting: list[tuple[int, int]] = []
    memo_map(SPLIT, TEXTS, store, Workers(1), lambda done, total: counting.append((done, total)))
    assert counting[0] == (3, 40)


# ---- the salt -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "other"},
        {"run": PROCESS.run},
        {"output": Text},
        {"modules": ("recto.text",)},
        {"libraries": ("markdown",)},
        {"libraries": ("not-installed",)},
    ],
)
def test_whatever_decides_a_result_changes_the_key(changes: dict[str, object]) -> None:
    other = replace(SPLIT, **changes)  # type: ignore[arg-type]  # one field each
    assert other.salt != SPLIT.salt


@pytest.mark.parametrize("edited", ["{}/__init__.py", "{}/inner/deep.py", "{}.py"])
def test_an_edit_of_a_named_module_changes_the_salt(
    tmp_path: Path, edited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, module = f"package_of_{tmp_path.name}", f"module_of_{tmp_path.name}"
    edited = edited.format(package if "/" in edited else module)
    for name in (f"{package}/__init__.py", f"{package}/inner/deep.py", f"{module}.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    step = replace(SPLIT, modules=(package, module))
    before = salt(step)
    assert salt(step) == before
    (tmp_path / edited).write_text("a = 2\n")
    assert salt(step) != before


def salt(step: Step[Text, Words]) -> str:
    """The salt that a new process would compute."""
    return _salt.__wrapped__(step)


def test_a_module_that_is_not_there_is_our_mistake() -> None:
    with pytest.raises(ModuleNotFoundError):
        _ = replace(SPLIT, modules=("recto.nonsense",)).salt


# ---- workers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", STARTS)
def test_results_come_in_the_order_of_the_inputs(store: Store, start: Start) -> None:
    assert memo_map(SPLIT, TEXTS, store, workers(start)) == PLAIN


@pytest.mark.parametrize("start", STARTS)
def test_work_is_spread_over_processes(store: Store, start: Start) -> None:
    pids = set(memo_map(PROCESS, range(40), store, workers(start)))
    assert pids and os.getpid() not in pids


def test_small_work_starts_nothing(store: Store) -> None:
    assert set(memo_map(PROCESS, range(40), store, Workers(2, trial=1000))) == {os.getpid()}


def test_one_job_starts_nothing(store: Store) -> None:
    assert set(memo_map(PROCESS, range(40), store, Workers(1, trial=-1))) == {os.getpid()}


@pytest.mark.parametrize("start", STARTS)
def test_identity_may_be_a_lambda(store: Store, start: Start) -> None:
    step = replace(PROCESS, identity=lambda value: value)
    assert os.getpid() not in memo_map(step, range(4), store, workers(start))


@pytest.mark.parametrize("start", STARTS)
def test_a_worker_that_dies_is_replaced_by_this_process(store: Store, start: Start) -> None:
    assert memo_map(DIE, range(40), store, workers(start)) == [n * 2 for n in range(40)]


@pytest.mark.parametrize("start", STARTS)
def test_a_step_that_raises_does_so_here(store: Store, start: Start) -> None:
    with pytest.raises(ZeroDivisionError, match="seven"):
        memo_map(FAIL, range(40), store, workers(start))


def test_a_process_with_threads_is_not_forked() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert Workers(2)._start_method() == "spawn"
    finally:
        stop.set()
        thread.join()


def test_there_is_at_least_one_processor() -> None:
    assert processors() >= 1
    assert Workers().jobs == processors()
    assert Workers(0).jobs == processors()


UNGUARDED = """
import sys
from memo_steps import SPLIT, Text
from recto.memo import Store, Workers, memo_map
print("once")
texts = [Text(text=str(n)) for n in range(9)]
print(len(memo_map(SPLIT, texts, Store.memory(), Workers(2, trial=-1, start=sys.argv[1]))))
"""


@pytest.mark.parametrize("start", STARTS)
def test_a_script_without_a_guard_runs_once(tmp_path: Path, start: Start) -> None:
    file = tmp_path / "script.py"
    file.write_text(UNGUARDED)
    command = [sys.executable, str(file), start]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=ENV)
    assert (result.stdout, result.stderr) == ("once\n9\n", "")


SLEEPY = """
import sys
from memo_steps import SLOW
from recto.memo import Store, Workers, memo_map
print("ready", flush=True)
try:
    memo_map(SLOW, range(4), Store.memory(), Workers(2, trial=-1, start=sys.argv[1]))
except KeyboardInterrupt:
    print("interrupted")
"""


def group_of(pid: int) -> set[int]:
    """The processes of a process group, as /proc tells."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(not FORK, reason="looks into /proc")
def test_ctrl_c_ends_at_once_and_leaves_no_process() -> None:
    with script(SLEEPY, "fork") as parent:
        while len(group_of(parent.pid)) < 3:
            assert parent.poll() is None
        os.killpg(parent.pid, signal.SIGINT)  # as a terminal does
        assert parent.communicate(timeout=30) == ("ready\ninterrupted\n", "")
        assert group_of(parent.pid) == set()


STUCK = """
import time
from memo_steps import PROCESS
from recto.memo import Store, Workers, memo_map
def stick(done, total):
    if done:
        print("ready", flush=True)
        time.sleep(60)
memo_map(PROCESS, range(90), Store.memory(), Workers(3, trial=-1, start="fork"), stick)
"""


@pytest.mark.skipif(not FORK, reason="looks into /proc")
def test_workers_end_when_their_parent_was_killed() -> None:
    with script(STUCK) as parent:
        assert parent.stdout and parent.stdout.readline() == "ready\n"
        parent.kill()
        until = time.monotonic() + 30
        while group_of(parent.pid) - {parent.pid}:
            assert time.monotonic() < until, "workers outlive their parent"


def script(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of its own, with a process group of its own."""
    command = [sys.executable, "-c", code, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=ENV, start_new_session=True)
