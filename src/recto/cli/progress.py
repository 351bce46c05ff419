"""Show progress on a terminal, once work has taken 400 ms."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.4  # seconds without a bar: a shorter wait needs no explanation

FRAME = 0.1  # seconds between two drawings


class _Bars:
    """Bars by stage; rich is imported only when the first one is due."""

    def __init__(self, no_color: bool) -> None:
        self._no_color = no_color or None  # None: as the environment says
        self._start = perf_counter()
        self._drawn = 0.0
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bars is None and perf_counter() - self._start > PATIENCE:
            self._open()
        if self._bars is not None:
            if stage not in self._tasks:
                self._tasks[stage] = self._bars.add_task(stage, total=total)
            self._bars.update(self._tasks[stage], completed=done, total=total)
            self._draw()

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bars = Progress(
            TextColumn("  {task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True, no_color=self._no_color),
            transient=True,
            auto_refresh=False,  # no thread of its own: forking workers needs a process of one thread
        )
        self._bars.start()

    def _draw(self) -> None:
        if self._bars is not None and perf_counter() - self._drawn > FRAME:
            self._drawn = perf_counter()
            self._bars.refresh()

    def close(self) -> None:
        if self._bars is not None:
            self._bars.stop()


@contextmanager
def bars(*, wanted: bool, no_color: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress callback that draws bars on a terminal's stderr, or None where nobody looks."""
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    shown = _Bars(no_color)
    try:
        yield shown
    finally:
        shown.close()
