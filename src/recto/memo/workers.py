"""Spread a step over processes where that pays, and leave none behind.

Workers see only inputs and send back only bytes: the store belongs to the parent. Work begins in this process, and
others start once it has measured that much is left: time knows what the size of the inputs does not (the step, the
machine), an unchanged site starts nothing, and a forked worker inherits whatever the step has loaded by then.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar, cast

from recto.memo.steps import Step, itself

Input = TypeVar("Input")
Chunk = list[tuple[int, Any]]  # inputs with their numbers
Start = Literal["fork", "spawn"]

TRIAL = 0.25  # seconds of work in this process before others may start
COST = {"fork": 0.1, "spawn": 1.0}  # seconds of work that must be left for starting others to pay


class Workers:
    """How many processes work at once: one a processor, or `jobs`.

    `trial` is how long this process works alone before it starts others (below 0: it starts them at once); `start` is
    how, by default what is safe here.
    """

    def __init__(self, jobs: int | None = None, *, trial: float = TRIAL, start: Start | None = None) -> None:
        self.jobs = jobs or processors()
        self.trial = trial
        self.start = start

    def run(self, step: Step[Input, Any], inputs: Sequence[Input]) -> Iterator[tuple[int, bytes]]:
        """Each input's number and encoded result, as they become ready. Nothing runs on when the iterator ends."""
        todo: Chunk = list(enumerate(inputs))[::-1]  # reversed: work is taken from its end
        yield from self._trial(step, todo)
        yield from self._together(step, todo)
        yield from _alone(step, todo)

    def _trial(self, step: Step[Any, Any], todo: Chunk) -> Iterator[tuple[int, bytes]]:
        """Work here until others are worth their start; what is left stays in `todo`."""
        began, total = time.perf_counter(), len(todo)
        while todo and self.trial >= 0:
            yield from _alone(step, [todo.pop()])
            spent = time.perf_counter() - began
            left = spent / (total - len(todo)) * len(todo)
            if spent > self.trial and left > COST[self._start_method()]:
                return

    def _together(self, step: Step[Any, Any], todo: Chunk) -> Iterator[tuple[int, bytes]]:
        """Work in other processes. What they could not do is left in `todo`."""
        if self.jobs < 2 or len(todo) < 2 or multiprocessing.current_process().daemon:
            return
        team: list[_Worker] = []
        try:
            _gather(team, step, min(self.jobs, len(todo)), self._start_method())
            yield from _share(team, todo, step.chunk)
        finally:
            for worker in team:
                worker.end()

    def _start_method(self) -> Start:
        return self.start or ("fork" if _alone_in_process() else "spawn")


def processors() -> int:
    """How many processors this process may use."""
    with suppress(AttributeError):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _alone_in_process() -> bool:
    """Whether forking is safe: on Linux, in a process of one thread, counting those that Python does not know."""
    try:
        return sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _alone(step: Step[Any, Any], todo: Chunk) -> Iterator[tuple[int, bytes]]:
    while todo:
        number, value = todo.pop()
        yield number, step.encode(value)


# ---- the parent's side --------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    chunk: Chunk

    def give(self, chunk: Chunk) -> None:
        self.chunk = chunk
        with suppress(OSError):  # it died: taking its answer will say so
            self.pipe.send([value for _, value in chunk])

    def take(self) -> list[bytes] | None:
        """The results of its chunk; None where it died, or where the step raised."""
        try:
            results: list[bytes] | None = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return results

    def end(self) -> None:
        """At once: a worker has nothing to lose."""
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _gather(team: list[_Worker], step: Step[Any, Any], size: int, start: Start) -> None:
    """Start that many workers, or as many as the system lets us."""
    with suppress(OSError, RuntimeError):
        while len(team) < size:
            team.append(_started(step, start, [worker.pipe for worker in team]))


def _started(step: Step[Any, Any], start: Start, pipes: list[Connection]) -> _Worker:
    context = multiprocessing.get_context(start)
    step = replace(
        step, identity=itself
    )  # keys are made here; and a lambda would not reach a spawned process
    ours, theirs = context.Pipe()
    inherited = [*pipes, ours] if start == "fork" else []
    process = context.Process(target=_serve, args=(step, theirs, inherited), daemon=True)  # type: ignore[attr-defined]  # fork and spawn have it
    with theirs, _undisturbed():
        process.start()
    return _Worker(process, ours, [])


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start a process that does not hear Ctrl-C and does not run the main module.

    A spawned process would import the main module again, and with it build the site again wherever a script has no
    `if __name__ == "__main__"`. It needs nothing of it: steps are functions of modules.
    """
    main = sys.modules["__main__"]
    blocked = getattr(signal, "pthread_sigmask", None)
    before = blocked(signal.SIG_BLOCK, [signal.SIGINT]) if blocked else ()
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if blocked:
            blocked(signal.SIG_SETMASK, before)


def _share(team: list[_Worker], todo: Chunk, largest: int) -> Iterator[tuple[int, bytes]]:
    """Give each free worker a chunk until nothing is left. A worker that fails gets no more; its chunk is left."""
    lost: Chunk = []
    free, busy = list(team), dict[Connection, _Worker]()
    while busy or (free and todo):
        for worker in free[: len(todo)]:
            worker.give(_chunk(todo, len(team), largest))
            busy[worker.pipe] = worker
        free = []
        for pipe in wait(list(busy)):
            worker = busy.pop(cast(Connection, pipe))
            results = worker.take()
            if results is None:
                lost += worker.chunk
                continue
            free.append(worker)
            yield from zip([number for number, _ in worker.chunk], results, strict=True)
    todo += lost


def _chunk(todo: Chunk, workers: int, largest: int) -> Chunk:
    """The next inputs for one worker: few enough that all end at about the same time."""
    size = max(1, min(largest, len(todo) // (workers * 4)))
    taken = todo[-size:][::-1]
    del todo[-size:]
    return taken


# ---- the worker's side --------------------------------------------------------------------------------------


def _serve(step: Step[Any, Any], pipe: Connection, inherited: list[Connection]) -> None:
    """Answer chunks until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:  # or a dead parent's end would stay open, here
        other.close()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(step, pipe.recv()))


def _answer(step: Step[Any, Any], values: list[Any]) -> list[bytes] | None:
    """The encoded results. None where the step raised: it will again in the parent, where it can be seen."""
    try:
        return [step.encode(value) for value in values]
    except Exception:
        return None
