"""Read a site's files into values. The only module that reads the source tree."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from recto.diagnostics import Diagnostic, error
from recto.loader import data, posts, templates
from recto.loader.reading import Reading
from recto.loader.walk import Found, Walk
from recto.memo import Store
from recto.model import Asset, Config, Folders, Sources

__all__ = ["load", "missing"]

# In a site whose pages stand in its own folder, these are about the repository.
_ABOUT = {
    "readme",
    "license",
    "licence",
    "changelog",
    "contributing",
    "code_of_conduct",
    "security",
    "authors",
}


def load(root: Path, config: Config, store: Store, *, theme: Path, out: Path | None = None) -> Sources:
    """Everything that the site in `root` is made of; `theme` is the folder of the default templates, `out` the output
    folder, which is never read. Problems are in the result's diagnostics."""
    folders = config.folders
    reading = Reading(store)
    walks = _Walks(root, config, out)
    post_files = walks.files(folders.posts, underscored=False)
    page_files = walks.files(folders.pages, underscored=False)
    passed_over = tuple(sorted(p for p in walks.passed_over if p.endswith("/") or posts.is_markdown(p)))
    own, given = _template_files(walks, root / folders.templates, folders.templates, theme)
    kept, files = templates.load(reading, folders.templates, own, given)
    beside = _beside_pages(page_files) if folders.pages == "." else page_files
    assets = [
        *files,
        *_copied(reading, (f for f in (*post_files, *beside) if not posts.is_markdown(f.path)), ""),
        *_copied(reading, walks.files(folders.images), ""),
        *_copied(reading, walks.files(folders.static, hidden=True), f"{folders.static}/"),
    ]
    written = posts.load(root, config, reading, "post", (f for f in post_files if posts.is_markdown(f.path)))
    pages = posts.load(root, config, reading, "page", (f for f in page_files if _is_page(f.path, folders)))
    sources, lost = templates.usual_layouts((*written, *pages), kept)
    values = data.load(reading, folders.data, walks.files(folders.data))
    return Sources(
        posts=sources[: len(written)],
        pages=sources[len(written) :],
        templates=kept,
        assets=tuple(sorted(assets, key=lambda asset: (asset.path, asset.origin))),
        data=values,
        passed_over=passed_over,
        diagnostics=(*missing(root, folders), *walks.diagnostics, *reading.diagnostics, *lost),
    )


class _Walks:
    """The ways through a site's folders: none enters another's, nor the output or what version control keeps."""

    def __init__(self, root: Path, config: Config, out: Path | None) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.passed_over: list[str] = []
        self._root = root
        self._ignore = config.ignore
        names = ("posts", "pages", "data", "images", "static", "templates")
        self._folders = [getattr(config.folders, name) for name in names]
        self._closed = [root / "dist", root / ".recto", root / ".git", *([out] if out else [])]

    def files(self, folder: str, *, hidden: bool = False, underscored: bool = True) -> list[Found]:
        avoid = [
            self._root / other for other in self._folders if other != folder and _is_below(other, folder)
        ]
        walk = Walk(self._root, avoid=(*avoid, *self._closed), ignore=self._ignore)
        found = walk.files(folder, hidden=hidden, underscored=underscored)
        self.diagnostics += walk.diagnostics
        self.passed_over += walk.passed_over
        return found


def _is_below(folder: str, outer: str) -> bool:
    return outer == "." or folder.startswith(f"{outer}/")


def _template_files(walks: _Walks, own: Path, folder: str, theme: Path) -> tuple[list[Found], list[Found]]:
    """The site's own templates and the theme's. In the theme's own repository they are the same, and count as the theme's."""
    given = Walk(theme).files(".")
    return ([] if own.resolve() == theme.resolve() else walks.files(folder)), given


def _is_page(path: str, folders: Folders) -> bool:
    if folders.pages == "." and "/" not in path and path.rpartition(".")[0].lower() in _ABOUT:
        return False
    return posts.is_markdown(path)


def _beside_pages(files: Iterable[Found]) -> list[Found]:
    """Of a whole site folder, the files that stand beside a page in a folder of its own."""
    found = list(files)
    folders = {f.path.rpartition("/")[0] for f in found if posts.is_markdown(f.path)} - {""}
    return [f for f in found if f.path.rpartition("/")[0] in folders]


def _copied(reading: Reading, files: Iterable[Found], prefix: str) -> Iterator[Asset]:
    """Files published as they are, at their path without the prefix."""
    for found in files:
        asset = reading.asset(found, found.path.removeprefix(prefix))
        if asset:
            yield asset


def missing(root: Path, folders: Folders) -> Iterator[Diagnostic]:
    """What is wrong where there is no site in `root`."""
    if (root / folders.posts).is_dir() or (root / folders.pages).is_dir():
        return
    hint = f"write your first post as {folders.posts}/hello.md, or make a site with recto new DIR"
    if (root / "_posts").is_dir():
        hint = "add this line to site.yaml: folders: {posts: _posts}"
    message = f'there is neither a folder "{folders.posts}" here nor a folder "{folders.pages}"'
    yield error("no-posts", message, hint=hint)
