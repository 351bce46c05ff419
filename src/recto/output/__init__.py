"""Make an output folder hold exactly the files of a site, all at once. The only writer of that folder.

Every byte is staged before anything is replaced, then a journal is written, then files are renamed into place. So a
build that is killed, or meets a full disk, leaves the old site or one that the next build completes; a build with
any error leaves the folder as it was. Nothing is removed but what the manifest says that recto wrote.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path

from recto.diagnostics import BuildError, Diagnostic, Location, error
from recto.memo import Store
from recto.model import Asset, Changes, Page
from recto.output import guard, journal, manifest
from recto.output.disk import DISK, Disk, telling, telling_halfway
from recto.output.draft import Draft
from recto.output.journal import Journal, Move, pending
from recto.output.lock import BusyError, locked

__all__ = ["BusyError", "Disk", "clean", "commit", "listed", "locked", "pending"]

Progress = Callable[[int, int], None]


def commit(
    out: Path,
    pages: Sequence[Page],
    assets: Sequence[Asset],
    *,
    render: Callable[[Page], bytes],
    key: Callable[[Page], str],
    store: Store,
    root: Path | None = None,
    progress: Progress | None = None,
    adopt: bool = False,
    disk: Disk = DISK,
) -> Changes:
    """Make `out` hold these pages and assets, and tell what that changed. `root` is the site's folder. With `adopt`, the folder
    may be somebody else's: files in the places of new ones are replaced, and all others stay.

    A page is rendered where its key is not the one recorded, or where its file is not as the manifest says. An
    asset's digest is that of its bytes (`store.file`): where the file in `out` has it, its source is not read.
    BuildError with every problem of every page; then nothing is changed.
    """
    shown, out = str(out), Path(os.path.realpath(out))
    site = root or store.folder
    guard.refuse_sources(out, shown, site, _sources(pages, assets, site))
    with _opened(out, shown, disk, adopt=adopt):
        places = _places(pages, assets)
        _raise([*guard.twice(places), *guard.bad_names(places, out)])
        with telling(shown, shown):
            old = manifest.read(out)
            if adopt:
                old = guard.adopted(places, out) | (old or {})
        draft = Draft(out=out, shown=shown, standing=guard.Standing(out, old or {}, store), disk=disk)
        _fill(draft, pages, assets, key, render, store, progress or (lambda done, total: None))
        _raise(draft.problems)
        removed = sorted((old or {}).keys() - draft.files.keys())
        if draft.files != old or draft.staged:
            _finish(draft, removed)
            store.wrote(replace(file, path=out / path) for path, file in draft.staged.items())
        store.set_pages(out, draft.records)
    unchanged = len(draft.files) - len(draft.staged)
    return Changes(written=tuple(sorted(draft.staged)), removed=tuple(removed), unchanged=unchanged)


def clean(out: Path, *, disk: Disk = DISK) -> tuple[str, ...]:
    """Remove what recto wrote into `out`, and `out` itself where that leaves it empty; the paths removed.

    BuildError where recto did not make the folder.
    """
    shown, out = str(out), Path(os.path.realpath(out))
    if not out.is_dir():
        return ()
    with _opened(out, shown, disk), telling_halfway(shown):
        files = sorted(manifest.read(out) or {})
        removed = [path for path in files if os.path.lexists(out / path)]
        journal.remove(out, files, disk)
        journal.remove(out, [manifest.NAME], disk)
    disk.drop_folder(out)
    return tuple(removed)


def listed(out: Path) -> dict[str, str]:
    """The digests of the files that recto wrote into a folder, by path. BuildError where that cannot be known."""
    return manifest.read(out) or {}


@contextmanager
def _opened(out: Path, shown: str, disk: Disk, *, adopt: bool = False) -> Iterator[None]:
    """Hold the folder for this build alone, with an earlier build's work finished and a place to stage."""
    with telling(shown, shown):
        guard.refuse_foreign(out, shown, adopt=adopt)
        new = not out.exists()
    try:
        with telling(shown, shown):
            out.mkdir(parents=True, exist_ok=True)
            journal.make_area(out, disk)
        with _locked(out, shown), _staging(out, shown, disk):
            yield
    finally:
        if new:
            with suppress(OSError):
                out.rmdir()  # where nothing came of it


@contextmanager
def _locked(out: Path, shown: str) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            with telling(shown, shown):
                stack.enter_context(locked(out / journal.LOCK))
        except BusyError:
            hint = "wait until it has finished, then build again"
            message = f"another recto is writing {shown} at this moment"
            raise BuildError([error("output-busy", message, hint=hint)]) from None
        yield


@contextmanager
def _staging(out: Path, shown: str, disk: Disk) -> Iterator[None]:
    """A place to stage; emptied at the end unless a journal says that its files are the site."""
    with telling_halfway(shown):
        journal.recover(out, disk)
    try:
        with telling(shown, shown):
            disk.make_folder(out / journal.STAGED)
        yield
    finally:
        if not os.path.lexists(out / journal.JOURNAL):
            with suppress(OSError):
                journal.discard(out, disk)


def _fill(
    draft: Draft,
    pages: Sequence[Page],
    assets: Sequence[Asset],
    key: Callable[[Page], str],
    render: Callable[[Page], bytes],
    store: Store,
    progress: Progress,
) -> None:
    rendered, total = store.pages(draft.out), len(pages) + len(assets)
    for done, page in enumerate(pages, 1):
        draft.add_page(page, key, render, rendered)
        progress(done, total)
    for done, asset in enumerate(assets, len(pages) + 1):
        draft.add_asset(asset)
        progress(done, total)


def _finish(draft: Draft, removed: list[str]) -> None:
    """Write the journal and do what it says."""
    out, disk = draft.out, draft.disk
    with telling(f"{draft.shown}/{manifest.NAME}", draft.shown):
        name = out / journal.STAGED / "manifest"
        listed = disk.write(name, [manifest.as_bytes(draft.files)], sync=True)
        moves = [Move(file.path.name, path, file.facts.digest) for path, file in draft.staged.items()]
        last = Move(name.name, manifest.NAME, listed.facts.digest)
        plan = Journal(moves, sorted(removed, key=_may_show), last)
        journal.write(out, plan, disk)
    with telling_halfway(draft.shown):
        journal.switch(out, plan, disk)


def _may_show(path: str) -> bool:
    """Whether a page may show the file: then it is removed after all pages."""
    return not path.endswith((".html", ".htm"))


def _sources(pages: Sequence[Page], assets: Sequence[Asset], site: Path | None) -> Iterator[str]:
    """Where the site's sources are, as far as its values tell."""
    origins = (str(site / page.origin.path) for page in pages) if site else ()
    return chain((asset.source for asset in assets), origins)


def _places(pages: Sequence[Page], assets: Sequence[Asset]) -> list[tuple[str, Location]]:
    own = [(page.path, page.origin) for page in pages]
    return own + [(asset.path, Location(path=asset.origin)) for asset in assets]


def _raise(problems: list[Diagnostic]) -> None:
    if problems:
        raise BuildError(problems)
