"""Make the index that the search page searches, by Pagefind: an extra, so nothing here needs it to be installed.

The index is made of values, not of the output folder, as one step of the memo: where no text changed, none is made.
All posts are in one index, in the site's language, so that one search finds everything that a blog in several
languages has. Words of another language are then found as they stand and by how they begin, only not by their stem.
"""

import importlib.util
from dataclasses import dataclass

from recto.diagnostics import Diagnostic, warning
from recto.memo import Step, Store, Workers, memo_map
from recto.model import Asset, Site
from recto.search.documents import documents, is_found
from recto.search.indexing import Index, Library, index

__all__ = ["STEP", "Found", "expected", "publish"]

FOLDER = "pagefind"
ORIGIN = "the search index"  # where its files come from, for people

STEP = Step(
    name="search",
    run=index,
    input=Library,
    output=Index,
    modules=(
        "recto.diagnostics",
        "recto.memo.blobs",
        "recto.model",
        "recto.pictures",
        "recto.search",
        "recto.words",
    ),
    libraries=("pagefind_bin",),
    identity=lambda library: (library.language, library.documents),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The files of the index, none where there is none or it is not made yet; what kept it from being made. `there` says
    that there is one, or will be. `count` pages are in it, `remembered` of them from an earlier build: all or none."""

    there: bool = False
    assets: tuple[Asset, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    count: int = 0
    remembered: int = 0


def available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("pagefind_bin") is not None


def expected(site: Site) -> Found:
    """What can be said of an index before it is made: whether there will be one."""
    return Found(there=_wanted(site) and any(is_found(post) for post in (*site.posts, *site.pages)))


def _wanted(site: Site) -> bool:
    return site.theme.features.search and available()


def publish(site: Site, store: Store) -> Found:
    """The index of the site's posts and pages, where it wants one and can have one."""
    found = documents(site) if _wanted(site) else ()
    if not found:
        return Found()
    library = Library(documents=found, language=site.language, blobs=str(store.blobs))
    remembered: list[int] = []
    [made] = memo_map(
        STEP,
        [library],
        store,
        Workers(1),
        progress=lambda done, total: remembered.append(done),
        usable=lambda index: not index.problem and store.holds(blob.digest for blob in index.files.values()),
    )
    if made.problem:
        return Found(diagnostics=(_lacking(made.problem),))
    return Found(
        there=True,
        assets=tuple(
            Asset(
                path=f"{FOLDER}/{name}",
                source=str(store.blobs / blob.digest),
                origin=ORIGIN,
                digest=blob.digest,
                size=blob.size,
            )
            for name, blob in sorted(made.files.items())
        ),
        count=len(found),
        remembered=len(found) * remembered[0],
    )


def _lacking(problem: str) -> Diagnostic:
    return warning(
        "search-index",
        f"no search index was made: {problem}",
        hint="build again; where that does not help, reinstall recto[search], "
        "or turn search off in site.yaml: theme: {features: {search: false}}",
    )
