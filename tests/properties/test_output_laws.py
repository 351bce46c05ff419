"""Whatever was there before, a commit leaves exactly the site, and nothing of anybody else's is touched."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from recto.diagnostics import BuildError, Location
from recto.memo import Store, digest
from recto.model import Page
from recto.output import clean, commit

NAMES = st.sampled_from(["a", "A", "b", "é", "e\u0301", "index.html"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TEXTS = st.sampled_from(["", "one", "two", "öne"])
FOREIGN = {"mine.txt": "mine", "a/mine.txt": "in a", "z/mine.txt": "in z"}


def is_tree(site: dict[str, str]) -> bool:
    """Whether no path is a file and a folder at once."""
    return not any(other.startswith(f"{path}/") for path in site for other in site)


SITES = st.dictionaries(PATHS, TEXTS, max_size=6).filter(is_tree)
HAND = st.sampled_from(["keep", "edit", "delete", "link", "forget", "memory"])


def build(folder: Path, site: dict[str, str], store: Store) -> None:
    pages = [
        Page(path=path, url="/", template="", context={"text": text}, origin=Location(path="posts/a.md"))
        for path, text in site.items()
    ]
    commit(folder / "dist", pages, [], render=render, key=lambda p: digest(p.context), store=store)


def render(page: Page) -> bytes:
    return str(page.context["text"]).encode()


def files(folder: Path) -> dict[str, str]:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_symlink() or p.is_file()}
    return {path: p.read_text() for path, p in found.items() if path != ".recto-manifest.json"}


def meddle(folder: Path, site: dict[str, str], hand: str) -> None:
    """What somebody does between two builds."""
    first = folder / "dist" / next(iter(site), ".")
    if hand == "forget":
        (folder / ".recto" / "memo.sqlite").unlink()
    elif first.is_file() and hand in ("edit", "delete", "link"):
        first.unlink()
        if hand == "edit":
            first.write_text("???")
        if hand == "link":
            first.symlink_to(folder / "outside")


@settings(max_examples=60)
@given(st.lists(st.tuples(SITES, HAND), min_size=1, max_size=5))
def test_the_folder_holds_exactly_the_last_site(steps: list[tuple[dict[str, str], str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "outside").write_text("outside")
        for site, hand in steps:
            with Store.memory() if hand == "memory" else Store.open(folder) as store:
                build(folder, site, store)
            assert files(folder / "dist") == site
            Store.open(folder).close()
            meddle(folder, site, hand)
        assert (folder / "outside").read_text() == "outside"


@settings(max_examples=60)
@given(st.lists(SITES, min_size=1, max_size=4))
def test_foreign_files_are_never_touched(sites: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name)) as store:
        folder = Path(name)
        build(folder, {}, store)
        write(folder / "dist", FOREIGN)
        standing: dict[str, str] = {}
        for site in sites:
            if succeeds(partial(build, folder, site, store)):
                standing = site
            assert files(folder / "dist") == FOREIGN | standing
        clean(folder / "dist")
        assert files(folder / "dist") == FOREIGN


def write(folder: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def succeeds(work: Callable[[], None]) -> bool:
    try:
        work()
    except BuildError as problem:
        assert {d.code for d in problem.diagnostics} == {"output-not-ours"}
        return False
    return True
