"""Make a round of the builder, knowing what the rounds before it knew."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from recto import builder, config, markup
from recto.diagnostics import BuildError, has_errors
from recto.memo import Store
from recto.model import Body, Config
from recto.preview.editions import Round
from recto.preview.options import Options
from recto.preview.press import our_fault
from recto.recall import Recall

Batch = frozenset[str] | None
"""Absolute paths that have changed; None: any may have."""

_NOWHERE = "http://localhost"  # the host of a site that does not say where it will live
_SETTINGS = ("site.yaml", "site.yml")


class Maker:
    """Used by one thread at a time. `settings` are those of the newest round in which nothing was wrong with them, so that
    even what is wrong with them leads into the editor."""

    def __init__(self, root: Path, options: Options) -> None:
        self.settings = Config()
        self._root = root
        self._options = options
        self._recall: Recall | None = None  # None: nothing is known, and the next round looks at everything

    def forget(self) -> None:
        """Know nothing of earlier rounds."""
        self._recall = None

    def warm_up(self) -> None:
        """Load what a text needs that is new: where all were remembered, nothing has yet, and the first save would wait."""
        markup.STEP.run(Body(text="`x`"))

    def make(self, store: Store, batch: Batch, progress: builder.Progress | None) -> Round:
        """Build the site of which these paths have changed. What goes wrong in the builder itself is in the result too, and
        then nothing is known any more."""
        start, moment = perf_counter(), self._options.clock()
        known, self._recall = self._recall, None
        recall, plan = known or Recall(), None
        try:
            plan = self._plan(store, recall, batch if known else None, moment, progress)
            self._recall, found = recall, plan.diagnostics
        except BuildError as problem:
            found = problem.diagnostics
        except Exception as fault:
            found = (our_fault(fault),)
        seconds = perf_counter() - start
        changed = tuple(_within(batch or (), self._root))
        return Round(moment=moment, seconds=seconds, changed=changed, plan=plan, diagnostics=found)

    def _plan(
        self,
        store: Store,
        recall: Recall,
        batch: Batch,
        moment: datetime,
        progress: builder.Progress | None,
    ) -> builder.Plan:
        if batch is None or any(Path(path).name in _SETTINGS for path in batch):
            settings, found = config.load(self._root)
            if not has_errors(found) or self.settings == Config():
                self.settings = settings
        return builder.build(
            self._root,
            store=store,
            now=moment,
            base_url=self._base_url(),
            drafts=self._options.drafts,
            future=self._options.future,
            progress=progress,
            recall=recall,
            touched=batch,
            index=False,
        )

    def _base_url(self) -> str | None:
        """The site's url below the folder that is asked for; None where none is."""
        if self._options.base_path is None:
            return None
        scheme, host, *_ = urlsplit(self.settings.url or _NOWHERE)
        return f"{scheme}://{host}{self._options.base_path}"


def _within(paths: Iterable[str], root: Path) -> Iterator[str]:
    """The paths as people know them: relative to the site's folder, with forward slashes."""
    for path in sorted(map(Path, paths)):
        yield (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
