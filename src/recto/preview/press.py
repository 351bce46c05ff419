"""Render pages when they are asked for, one at a time in a thread of its own, and keep the newest of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from recto.diagnostics import BuildError, Diagnostic, error
from recto.model import Page
from recto.preview.editions import Edition

KEPT = 64_000_000  # bytes of pages

Told = Callable[[Sequence[Diagnostic]], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came of rendering a page: its bytes or, where that failed, the last that came of an earlier edition (None: none
    did), and what is wrong."""

    data: bytes | None
    problems: tuple[Diagnostic, ...] = ()


class Press:
    """Used by the event loop; `executor` has one thread. `told` hears of what goes wrong, once as long as it stays the same."""

    def __init__(self, executor: Executor, told: Told) -> None:
        self._executor = executor
        self._told = told
        self._one = asyncio.Lock()
        self._sheets: OrderedDict[str, tuple[int, Sheet]] = OrderedDict()
        self._size = 0

    async def sheet(self, edition: Edition, page: Page) -> Sheet:
        """The page as that edition has it."""
        async with (
            self._one
        ):  # so that who asks for the same page waits for it, and renders it no second time
            number, sheet = self._sheets.get(page.path, (0, Sheet(None)))
            if number != edition.number:
                old, sheet = sheet, await self._rendered(edition, page, sheet)
                self._keep(page.path, edition.number, sheet)
                if new := [problem for problem in sheet.problems if problem not in old.problems]:
                    self._told(new)
        self._sheets.move_to_end(page.path)
        return sheet

    def made(self, edition: Edition) -> dict[str, bytes]:
        """The pages of an edition that were asked for and are without fault, by path, the newest last."""
        return {
            path: sheet.data
            for path, (number, sheet) in self._sheets.items()
            if number == edition.number and sheet.data is not None and not sheet.problems
        }

    async def _rendered(self, edition: Edition, page: Page, last: Sheet) -> Sheet:
        assert edition.plan, "a page is one of a plan"
        loop = asyncio.get_running_loop()
        try:
            return Sheet(await loop.run_in_executor(self._executor, edition.plan.renderer.render, page))
        except BuildError as problem:
            return Sheet(last.data, problem.diagnostics)
        except Exception as fault:
            return Sheet(last.data, (our_fault(fault),))

    def _keep(self, path: str, number: int, sheet: Sheet) -> None:
        self._drop(path)
        self._sheets[path] = (number, sheet)
        self._size += _size(sheet)
        while self._size > KEPT and len(self._sheets) > 1:
            self._drop(next(iter(self._sheets)))

    def _drop(self, path: str) -> None:
        if path in self._sheets:
            self._size -= _size(self._sheets.pop(path)[1])


def _size(sheet: Sheet) -> int:
    return len(sheet.data or b"") + 1_000


def our_fault(fault: BaseException) -> Diagnostic:
    """The problem that an exception is, which no author is to blame for."""
    message = f"recto failed, and your site is not to blame: {fault!r}"
    return error("recto-failed", message, hint="please report it, with what recto build --verbose shows")
