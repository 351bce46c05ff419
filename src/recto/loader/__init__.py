"""Read a site's files into values. The only module that reads the source tree."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from recto.diagnostics import Diagnostic, error
from recto.loader import data, posts, templates
from recto.loader.addresses import Read, addresses, find
from recto.loader.addresses import load as read_ledger
from recto.loader.dates import stamp
from recto.loader.looks import Look, Looks, Walked
from recto.loader.reading import asset
from recto.loader.repository import ask as ask_git
from recto.loader.walk import Found, Walk
from recto.memo import Store, digest_bytes
from recto.model import Asset, Config, Folders, Sources
from recto.recall import Recall

__all__ = ["addresses", "ask_git", "fingerprint", "load", "missing"]

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


def load(
    root: Path,
    config: Config,
    store: Store,
    *,
    theme: Path,
    out: Path | None = None,
    recall: Recall | None = None,
    touched: Collection[str] | None = None,
) -> Sources:
    """Everything that the site in `root` is made of; `theme` is the folder of the default templates, `out` the output
    folder, which is never read. With the `recall` of an earlier load, only what changed is read; `touched` are the files
    and folders that can have (absolute paths), None: any. Problems are in the result's diagnostics."""
    recall, folders = (recall or Recall()).part("loader"), config.folders
    looks = recall.own(Looks)
    looks.begin(store.moment(), touched)
    walks = _Walks(root, config, out, looks)
    post_files, page_files = (
        walks.files(folders.posts, underscored=False),
        walks.files(folders.pages, underscored=False),
    )
    own, given = _template_files(walks, root / folders.templates, folders.templates, theme)
    kept, files, templates_wrong = templates.load(folders.templates, own, given, looks, store, recall)
    written, beside_posts = recall.part("posts").once(_split, post_files.files, folders, "posts")
    standing, beside_pages = recall.part("pages").once(_split, page_files.files, folders, "pages")
    images, static, values = (
        walks.files(folders.images),
        walks.files(folders.static, hidden=True),
        walks.files(folders.data),
    )
    copied = [
        recall.part(name).each(_copied, found, looks.of(f"copied {name}", found), shared=(prefix, store))
        for name, found, prefix in (
            ("posts", beside_posts, ""),
            ("pages", beside_pages, ""),
            ("images", images.files, ""),
            ("static", static.files, f"{folders.static}/"),
        )
    ]
    posts_read, posts_wrong = posts.load(root, config, "post", written, looks, recall.part("post"))
    pages_read, pages_wrong = posts.load(root, config, "page", standing, looks, recall.part("page"))
    sources, lost = templates.usual_layouts((*posts_read, *pages_read), kept, recall)
    data_read, data_wrong = recall.once(data.load, folders.data, values.files, looks.of("data", values.files))
    lock = recall.same("ledger", (find(root),))
    known, ledger_wrong = recall.once(_ledger, lock[0], looks.of("ledger", lock)[0])
    assets = (*files, *(one for found in copied for one in found if isinstance(one, Asset)))
    return Sources(
        posts=sources[: len(posts_read)],
        pages=sources[len(posts_read) :],
        templates=kept,
        assets=recall.once(_sorted, assets),
        data=data_read,
        ledger=known,
        passed_over=tuple(sorted(p for p in walks.passed_over if p.endswith("/") or posts.is_markdown(p))),
        diagnostics=(
            *missing(root, folders),
            *walks.diagnostics,
            *templates_wrong,
            *(one for found in copied for one in found if isinstance(one, Diagnostic)),
            *posts_wrong,
            *pages_wrong,
            *data_wrong,
            *ledger_wrong,
            *lost,
        ),
    )


def fingerprint(root: Path, config: Config, *, theme: Path, moment: int) -> str | None:
    """How all that a load reads looks from outside, at this moment of the file system's clock, as one digest: while it is the
    same, so is what a load gives. None where a file changed so lately that another change might not show."""
    folders, looks = config.folders, Looks()
    looks.begin(moment, None)
    walks = _Walks(root, config, None, looks)
    walked = [
        *(walks.files(folder, underscored=False) for folder in (folders.posts, folders.pages)),
        *(walks.files(folder) for folder in (folders.templates, folders.images, folders.data)),
        walks.files(folders.static, hidden=True),
        walks.theme(theme),
    ]
    lists = (*(each.files for each in walked), (find(root),))
    found = [looks.of(str(number), files) for number, files in enumerate(lists)]
    if any(look.doubt for seen in found for look in seen):
        return None
    return digest_bytes(repr((walked, found, stamp(root))).encode("utf-8", "surrogatepass"))


def _ledger(found: Found, look: Look) -> Read:
    """The site's ledger, as it is while its file looks the same."""
    return read_ledger(found) if look.mark else (None, ())


def _sorted(assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
    return tuple(sorted(assets, key=lambda asset: (asset.path, asset.origin)))


_Files = tuple[Found, ...]


def _split(files: _Files, folders: Folders, kind: str) -> tuple[_Files, _Files]:
    """The Markdown files among them, and those that stand beside them and are copied."""
    others = tuple(found for found in files if not posts.is_markdown(found.path))
    if kind == "posts":
        return tuple(found for found in files if posts.is_markdown(found.path)), others
    if folders.pages == ".":
        others = tuple(found for found in _beside_pages(files) if not posts.is_markdown(found.path))
    return tuple(found for found in files if _is_page(found.path, folders)), others


def _copied(found: Found, look: Look, prefix: str, store: Store) -> Asset | Diagnostic | None:
    """A file that is published as it is, at its path without the prefix."""
    return asset(found, found.path.removeprefix(prefix), found.path, store)


class _Walks:
    """The ways through a site's folders: none enters another's, nor the output or what version control keeps."""

    def __init__(self, root: Path, config: Config, out: Path | None, looks: Looks) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.passed_over: list[str] = []
        self._root = root
        self._ignore = config.ignore
        self._looks = looks
        names = ("posts", "pages", "data", "images", "static", "templates")
        self._folders = [getattr(config.folders, name) for name in names]
        self._closed = [root / "dist", root / ".recto", root / ".git", *([out] if out else [])]

    def files(self, folder: str, *, hidden: bool = False, underscored: bool = True) -> Walked:
        def walk() -> Walked:
            avoid = [
                self._root / other for other in self._folders if other != folder and _is_below(other, folder)
            ]
            way = Walk(self._root, avoid=(*avoid, *self._closed), ignore=self._ignore)
            return _walked(way, way.files(folder, hidden=hidden, underscored=underscored))

        key = (folder, hidden, underscored, tuple(self._folders), self._ignore)
        found = self._looks.walk(key, walk)
        self.diagnostics += found.diagnostics
        self.passed_over += found.passed_over
        return found

    def theme(self, folder: Path) -> Walked:
        """The files of the theme, which is nobody's source to say anything about."""

        def walk() -> Walked:
            way = Walk(folder)
            return replace(_walked(way, way.files(".")), diagnostics=(), passed_over=())

        return self._looks.walk(("theme", folder), walk)


def _walked(way: Walk, files: list[Found]) -> Walked:
    return Walked(
        files=tuple(files),
        diagnostics=tuple(way.diagnostics),
        passed_over=tuple(way.passed_over),
        linked=way.linked,
    )


def _is_below(folder: str, outer: str) -> bool:
    return outer == "." or folder.startswith(f"{outer}/")


def _template_files(walks: _Walks, own: Path, folder: str, theme: Path) -> tuple[_Files, _Files]:
    """The site's own templates and the theme's. In the theme's own repository they are the same, and count as the theme's."""
    given = walks.theme(theme).files
    return (() if own.resolve() == theme.resolve() else walks.files(folder).files), given


def _is_page(path: str, folders: Folders) -> bool:
    if folders.pages == "." and "/" not in path and path.rpartition(".")[0].lower() in _ABOUT:
        return False
    return posts.is_markdown(path)


def _beside_pages(files: Iterable[Found]) -> list[Found]:
    """Of a whole site folder, the files that stand beside a page in a folder of its own."""
    found = list(files)
    folders = {f.path.rpartition("/")[0] for f in found if posts.is_markdown(f.path)} - {""}
    return [f for f in found if f.path.rpartition("/")[0] in folders]


def missing(root: Path, folders: Folders) -> Iterator[Diagnostic]:
    """What is wrong where there is no site in `root`."""
    if (root / folders.posts).is_dir() or (root / folders.pages).is_dir():
        return
    hint = f"write your first post as {folders.posts}/hello.md, or make a site with recto new DIR"
    if (root / "_posts").is_dir():
        hint = "add this line to site.yaml: folders: {posts: _posts}"
    message = f'there is neither a folder "{folders.posts}" here nor a folder "{folders.pages}"'
    yield error("no-posts", message, hint=hint)
