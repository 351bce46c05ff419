"""The search index of a preview: made when a page first asks for it, and again when one asks after texts have changed."""

import asyncio
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

from recto import builder, search
from recto.builder import Plan
from recto.memo import Store
from recto.model import Asset
from recto.preview.press import Told, our_fault

ENTRY = "pagefind-entry.json"  # what a search reads first of all
GENERATIONS = 4  # whose files are there, for pages that began to search in an older one
PATIENCE = 3.0  # seconds that a search waits for a newer index where there is an older one


class Index:
    """Used by the event loop; `executor` has one thread, whose store this keeps open. `told` hears of what goes wrong."""

    def __init__(self, root: Path, executor: Executor, told: Told) -> None:
        self._root = root
        self._executor = executor
        self._told = told
        self._store: Store | None = None
        self._plan: Plan | None = None
        self._making: asyncio.Task[None] | None = None
        self._files: deque[Mapping[str, Asset]] = deque(maxlen=GENERATIONS)

    async def find(self, plan: Plan, path: str) -> Asset | None:
        """The file of the index at a path of the output; None for what is none."""
        folder, _, name = path.partition("/")
        if folder != search.FOLDER or not plan.site.search:
            return None
        if not self._files or (name == ENTRY and not self._is_of(plan)):
            await self._fresh(plan)
        return next((files[path] for files in self._files if path in files), None)

    def close(self) -> None:
        """End the use of the store, when nothing uses it any more."""
        if self._store:
            self._executor.submit(self._store.close)

    def _is_of(self, plan: Plan) -> bool:
        """Whether the index is of these very texts: what did not change is the same value from build to build."""
        old = self._plan
        return old is not None and old.site.posts is plan.site.posts and old.site.pages is plan.site.pages

    async def _fresh(self, plan: Plan) -> None:
        if self._making is None or self._making.done():
            self._making = asyncio.ensure_future(self._make(plan))
        await asyncio.wait({self._making}, timeout=PATIENCE if self._files else None)

    async def _make(self, plan: Plan) -> None:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._executor, self._made, plan)
        except Exception as fault:
            self._told((our_fault(fault),))
            return
        self._plan = plan
        if found.assets:
            self._files.appendleft({asset.path: asset for asset in found.assets})
        if found.diagnostics:
            self._told(found.diagnostics)

    def _made(self, plan: Plan) -> search.Found:
        self._store = self._store or Store.open(self._root)
        return builder.index(plan, self._store)
