import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest

from recto import config, loader
from recto.diagnostics import format_text
from recto.loader.reading import MAX_BYTES
from recto.memo import Store
from recto.model import Asset, Body, Config, Folders, Sources
from recto.output import manifest

Files = Mapping[str, str | bytes]
DEFAULTS = Config()
NOBODY = 65534

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")


def write(root: Path, files: Files) -> None:
    for name, content in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty site folder, in no repository, with another folder beside it."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path))
    (tmp_path / "site").mkdir()
    (tmp_path / "theme").mkdir()
    return tmp_path / "site"


def load(
    site: Path, files: Files | None = None, settings: Config = DEFAULTS, out: Path | None = None
) -> Sources:
    write(site, files or {})
    with Store.memory() as store:
        return loader.load(site, settings, store, theme=site.parent / "theme", out=out)


def quiet(sources: Sources) -> Sources:
    assert format_text(sources.diagnostics) == []
    return sources


def published(sources: Sources) -> dict[str, str]:
    """Where each asset goes, by its own name."""
    return {asset.origin: asset.path for asset in sources.assets}


# ---- posts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "stem", "day", "bundle"),
    [
        ("posts/2017-05-01-bees.md", "bees", "2017-05-01", None),
        ("posts/2017-5-1-bees.MARKDOWN", "bees", "2017-05-01", None),
        ("posts/2017-05-01 My bees.md", "My bees", "2017-05-01", None),
        ("posts/2017-05-01.md", "2017-05-01", "2017-05-01", None),
        ("posts/garden/2017-05-01-bees.md", "bees", "2017-05-01", None),
        ("posts/2017-05-01-bees/index.md", "bees", "2017-05-01", "posts/2017-05-01-bees"),
        ("posts/a/2017-05-01-bees/Index.markdown", "bees", "2017-05-01", "posts/a/2017-05-01-bees"),
        ("posts/2017-05-01-ümläut-日本.md", "ümläut-日本", "2017-05-01", None),
    ],
)
def test_name_of_a_post_says_its_date_and_its_slug(
    site: Path, path: str, stem: str, day: str, bundle: str | None
) -> None:
    (post,) = quiet(load(site, {path: "Text.\n"})).posts
    assert (post.path, post.stem, post.is_bundle) == (path, stem, bundle is not None)
    assert post.bundle == (bundle or path.rpartition("/")[0])
    assert post.date
    assert str(post.date.day) == day
    assert not post.date.timed


def test_seed_post_loads_with_nothing_to_say(site: Path) -> None:
    text = (
        "---\npublished: true\ntitle: 'Sales vs. Engineering'\n"
        "categories: thoughts life-after-bootcamp careers\n---\n\nBefore\n"
    )
    (post,) = quiet(load(site, {"posts/2017-06-12-sales-vs-engineering.md": text})).posts
    assert post.front.title == "Sales vs. Engineering"
    assert post.front.terms == {"categories": ("thoughts", "life-after-bootcamp", "careers")}
    assert (post.stem, post.body_line, post.body) == ("sales-vs-engineering", 6, Body(text="\nBefore\n"))


def test_date_in_front_matter_wins_over_the_one_in_the_name(site: Path) -> None:
    (post,) = quiet(load(site, {"posts/2017-05-01-a.md": "---\ndate: 2018-01-01\n---\n"})).posts
    assert post.date
    assert str(post.date.day) == "2018-01-01"


def test_body_has_all_that_its_conversion_depends_on(site: Path) -> None:
    settings, _ = config.parse("language: de\nmarkdown: {smart: false}")
    files = {"posts/2017-05-01-a.md": "Text", "posts/2017-05-02-b.md": "---\ntitle: B\nlang: fr\n---\nText"}
    first, second = quiet(load(site, files, settings)).posts
    assert first.body == Body(text="Text", options=settings.markdown, language="de", lift_title=True)
    assert second.body == Body(text="Text", options=settings.markdown, language="fr", lift_title=False)


@pytest.mark.parametrize("front", ["draft: true", "published: false"])
def test_post_that_is_not_published_needs_no_date(site: Path, front: str) -> None:
    quiet(load(site, {"posts/a.md": f"---\n{front}\n---\n"}))


def test_standalone_page_needs_no_date_and_has_none_in_its_name(site: Path) -> None:
    files = {"pages/2017-05-01-about.md": "A", "pages/docs/index.md": "B", "pages/index.md": "C"}
    pages = quiet(load(site, files)).pages
    assert [(page.path, page.stem, page.is_bundle, page.date) for page in pages] == [
        ("pages/2017-05-01-about.md", "2017-05-01-about", False, None),
        ("pages/docs/index.md", "docs", True, None),
        ("pages/index.md", "index", False, None),
    ]


def test_sources_are_sorted_by_path(site: Path) -> None:
    names = [
        "posts/b/2017-01-01-x.md",
        "posts/2017-01-02-z.md",
        "posts/a.b/2017-01-01-x.md",
        "posts/2017-01-01-ä.md",
    ]
    sources = quiet(load(site, dict.fromkeys(names, "Text.\n")))
    assert [post.path for post in sources.posts] == sorted(names)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems compose or decompose names themselves")
def test_decomposed_name_is_composed(site: Path) -> None:
    sources = quiet(
        load(
            site, {normalize("NFD", "posts/2017-05-01-é/index.md"): "", normalize("NFD", "images/é.png"): "x"}
        )
    )
    assert sources.posts[0].path == "posts/2017-05-01-é/index.md"
    (asset,) = sources.assets
    assert asset.path == "images/é.png"
    assert Path(asset.source).read_bytes() == b"x"


def test_layout_that_is_not_there_leaves_the_usual_one(site: Path) -> None:
    files = {
        "posts/2017-05-01-a.md": "---\nlayout: default\n---\n",
        "posts/2017-05-02-b.md": "---\nlayout: photo\n---\n",
        "posts/2017-05-03-c.md": "---\ntemplate: other\nlayout: photo\n---\n",
        "templates/photo.html": "",
    }
    assert [post.front.template for post in quiet(load(site, files)).posts] == ["", "photo", "other"]


# ---- what is passed over ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["a.md~", ".#a.md", "#a.md#", ".a.md.swp", ".DS_Store", "Thumbs.db", "._a.md", ".hidden.md", ".hidden/a.md",
     "_draft.md", "_drafts/a.md", ".git/a.md"],
)  # fmt: skip
def test_litter_and_hidden_files_are_passed_over(site: Path, name: str) -> None:
    sources = quiet(load(site, {f"posts/{name}": "", f"pages/{name}": ""}))
    assert (sources.posts, sources.pages, sources.assets) == ((), (), ())


def test_hidden_files_of_static_are_copied_but_not_litter(site: Path) -> None:
    files = dict.fromkeys(
        ("_redirects", ".nojekyll", ".well-known/x", ".DS_Store", ".gitkeep", "a~", "b/.git/x"), ""
    )
    sources = quiet(load(site, {"posts/2017-05-01-a.md": "", **{f"static/{name}": "" for name in files}}))
    assert sorted(published(sources).values()) == [".nojekyll", ".well-known/x", "_redirects"]


@pytest.mark.parametrize(
    "pattern", ["posts/old/*", "posts/old", "old", "posts/*/2016-*", "/posts/old/", "2016-*"]
)
def test_ignored_paths_are_passed_over(site: Path, pattern: str) -> None:
    files = {"posts/2017-05-01-a.md": "", "posts/old/2016-01-01-b.md": "", "posts/older/2017-01-01-c.md": ""}
    sources = quiet(load(site, files, Config(ignore=(pattern,))))
    assert [post.path for post in sources.posts] == ["posts/2017-05-01-a.md", "posts/older/2017-01-01-c.md"]


def test_whole_site_folder_as_pages_holds_nothing_else(site: Path) -> None:
    files = {
        "site.yaml": "",
        "README.md": "",
        "Makefile": "",
        "about.md": "",
        "docs/setup.md": "",
        "docs/plan.svg": "",
        "code/x.py": "",
        "posts/2017-05-01-a.md": "",
        "posts/b/notes.txt": "",
        "static/x.md": "",
        "data/x.json": "[]",
        "templates/x.md": "",
        "dist/index.md": "",
        "build/index.md": "",
        ".recto/x.md": "",
        "node/.git/x.md": "",
    }
    sources = quiet(load(site, files, Config(folders=Folders(pages=".")), out=site / "build"))
    assert [page.path for page in sources.pages] == ["about.md", "docs/setup.md"]
    assert published(sources) == {
        "docs/plan.svg": "docs/plan.svg",
        "posts/b/notes.txt": "posts/b/notes.txt",
        "static/x.md": "x.md",
    }
    assert sources.data == {"x": []}


def test_output_folder_inside_a_source_folder_is_not_read(site: Path) -> None:
    files = {"posts/2017-05-01-a.md": "", "static/out/index.html": "", "static/a.txt": ""}
    assert published(quiet(load(site, files, out=site / "static/out"))) == {"static/a.txt": "a.txt"}


# ---- links and other oddities -------------------------------------------------------------------------------


def codes(sources: Sources) -> list[tuple[str, str]]:
    return sorted((d.code, str(d.location)) for d in sources.diagnostics)


def test_folder_that_recto_made_is_no_source_and_said(site: Path) -> None:
    made = f"static/old/{manifest.NAME}"
    write(site, {"posts/2017-05-01-a.md": "A", "static/x.txt": "", made: "{}", "static/old/index.html": ""})
    sources = load(site)
    assert published(sources) == {"static/x.txt": "x.txt"}
    assert format_text(sources.diagnostics) == [
        "warning[output-folder]: recto made this folder, so it is passed over\n"
        "  static/old\n"
        "  fix: remove it; if its files belong to the site, remove its .recto-manifest.json"
    ]


@needs_links
def test_link_within_the_site_is_followed(site: Path) -> None:
    write(site, {"posts/2017-05-01-a.md": "A", "shared/x.png": "x"})
    (site / "images").symlink_to("shared")
    (site / "posts/2017-05-02-b.md").symlink_to("2017-05-01-a.md")
    sources = quiet(load(site))
    assert [post.body.text for post in sources.posts] == ["A", "A"]
    assert published(sources) == {"images/x.png": "images/x.png"}


@needs_links
def test_link_out_of_the_site_is_not_followed_and_said(site: Path) -> None:
    write(site.parent, {"secret/2017-05-01-a.md": "secret", "secret.txt": "secret"})
    write(site, {"posts/2017-05-01-b.md": "", ".git/config": "secret", "site2": ""})
    (site / "posts/more").symlink_to(site.parent / "secret")
    (site / "posts/x.md").symlink_to("../../secret/2017-05-01-a.md")
    (site / "static").mkdir()
    (site / "static/secret.txt").symlink_to(site.parent / "secret.txt")
    (site / "static/git").symlink_to("../.git")
    (site / "images").symlink_to(site.parent / "secret")
    sources = load(site)
    assert [post.path for post in sources.posts] == ["posts/2017-05-01-b.md"]
    assert sources.assets == ()
    outside = ["images", "posts/more", "posts/x.md", "static/git", "static/secret.txt"]
    assert codes(sources) == [("symbolic-link", path) for path in outside]
    assert format_text(sources.diagnostics)[0] == (
        "warning[symbolic-link]: this symbolic link leads out of the site's folder, so it is not followed\n"
        "  images\n"
        "  fix: copy what it leads to into the site's folder"
    )


@needs_links
def test_links_in_circles_end(site: Path) -> None:
    write(site, {"posts/2017-05-01-a.md": "", "images/a/x.png": "", "images/b/y.png": ""})
    (site / "posts/again").symlink_to(".")
    (site / "posts/self").symlink_to("self")
    (site / "posts/nothing.md").symlink_to("gone.md")
    (site / "images/a/to-b").symlink_to("../b")
    (site / "images/b/to-a").symlink_to("../a")
    sources = load(site)
    assert len(sources.posts) == 1
    assert set(published(sources)) == {
        "images/a/x.png",
        "images/b/y.png",
        "images/a/to-b/y.png",
        "images/b/to-a/x.png",
    }
    assert codes(sources) == [
        ("symbolic-link", path)
        for path in (
            "images/a/to-b/to-a",
            "images/b/to-a/to-b",
            "posts/again",
            "posts/nothing.md",
            "posts/self",
        )
    ]


@needs_links
def test_site_folder_may_itself_be_a_link(site: Path) -> None:
    write(site, {"posts/2017-05-01-a.md": ""})
    (site.parent / "link").symlink_to(site)
    assert len(quiet(load(site.parent / "link")).posts) == 1


@needs_links
def test_folders_that_multiply_through_links_are_bounded(site: Path) -> None:
    for n in range(12):
        (site / f"images/{n}").mkdir(parents=True)
        (site / f"images/{n}/x").symlink_to(f"../{n + 1}")
        (site / f"images/{n}/y").symlink_to(f"../{n + 1}")
    sources = load(site, {"posts/2017-05-01-a.md": "", "images/12/x.png": ""})
    assert "only 1,000 links to folders are followed" in {d.message for d in sources.diagnostics}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files there")
def test_what_is_no_file_is_passed_over_and_said(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(site, {"posts/2017-05-01-a.md": ""})
    os.mkfifo(site / "posts/pipe.md")
    monkeypatch.chdir(site / "posts")  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        assert codes(load(site)) == [("special-file", "posts/pipe.md"), ("special-file", "posts/socket.md")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_name_that_is_not_utf8_is_an_error(site: Path) -> None:
    write(site, {"posts/2017-05-01-a.md": ""})
    Path(os.fsdecode(os.fsencode(site) + b"/posts/caf\xe9\x1b.md")).write_text("")
    sources = load(site)
    assert len(sources.posts) == 1
    assert format_text(sources.diagnostics) == [
        "error[file-name]: this name is not valid UTF-8, so it has no address\n  posts/caf\\xe9\\x1b.md\n  fix: rename it"
    ]


@contextmanager
def without_privileges() -> Iterator[None]:
    """As somebody who may not read everything, also where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such permissions")
def test_file_that_may_not_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", folder)
        site = Path(folder, "site")
        write(
            site,
            {"posts/2017-05-01-a.md": "", "images/x.png": "x", "posts/closed/b.md": "", "../theme/x": ""},
        )
        load(site)  # whatever is imported on the way is imported now
        for name in ("posts/2017-05-01-a.md", "images/x.png", "posts/closed"):
            (site / name).chmod(0)
        with without_privileges():
            sources = load(site)
        (site / "posts/closed").chmod(0o700)
    assert {d.message for d in sources.diagnostics} == {"this cannot be read: permission denied"}
    assert len(sources.diagnostics) == 3


def test_file_that_the_system_cannot_give_is_an_error(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> object:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("recto.loader.reading.open", refuse, raising=False)
    assert format_text(load(site, {"posts/2017-05-01-a.md": ""}).diagnostics) == [
        "error[unreadable]: this cannot be read: input/output error\n  posts/2017-05-01-a.md"
    ]


def test_file_that_vanishes_while_we_read_is_not_there(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> object:
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr("recto.loader.reading.open", gone, raising=False)
    monkeypatch.setattr(Store, "file", gone)
    sources = quiet(load(site, {"posts/2017-05-01-a.md": "", "images/x.png": ""}))
    assert (sources.posts, sources.assets) == ((), ())


def test_huge_markdown_is_an_error_and_not_read_whole(site: Path) -> None:
    sources = load(
        site, {"posts/2017-05-01-a.md": b"x" * (MAX_BYTES + 1), "static/a.bin": b"x" * (MAX_BYTES + 1)}
    )
    assert [d.message for d in sources.diagnostics] == ["this file is larger than 10 MB"]
    assert published(sources) == {"static/a.bin": "a.bin"}


def test_folders_deeper_than_the_stack_are_walked(site: Path) -> None:
    deep = site / "posts"
    deep.mkdir()
    start = Path.cwd()
    try:
        os.chdir(deep)
        for _ in range(300):
            Path("d").mkdir()
            os.chdir("d")
        Path("2017-05-01-a.md").write_text("Deep.\n")
    finally:
        os.chdir(start)
    assert len(quiet(load(site)).posts) == 1


# ---- templates, assets, data --------------------------------------------------------------------------------


def test_templates_have_the_names_that_templates_call_them_by(site: Path) -> None:
    write(
        site.parent / "theme",
        {"post.html": "theirs", "parts/card.html": "", "feed.xml": "", "README.md": "", "x.py": ""},
    )
    sources = quiet(
        load(
            site,
            {"posts/2017-05-01-a.md": "", "templates/post.html": "mine", "templates/x/robots.txt": "\ufeffx"},
        )
    )
    assert {t.name: (t.path, t.text) for t in sources.templates} == {
        "default/feed.xml": ("default/feed.xml", ""),
        "default/parts/card.html": ("default/parts/card.html", ""),
        "default/post.html": ("default/post.html", "theirs"),
        "post.html": ("templates/post.html", "mine"),
        "x/robots.txt": ("templates/x/robots.txt", "x"),
    }


def test_assets_of_templates_have_their_digest_in_their_name(site: Path) -> None:
    write(site.parent / "theme", {"assets/style.css": "theirs", "assets/js/app.min.js": "x"})
    files = {
        "posts/2017-05-01-a.md": "",
        "templates/assets/style.css": "mine",
        "templates/assets/LICENSE": "free",
    }
    sources = quiet(load(site, files))
    by_origin = {asset.origin: asset for asset in sources.assets}
    assert set(by_origin) == {
        "default/assets/js/app.min.js",
        "templates/assets/LICENSE",
        "templates/assets/style.css",
    }
    style = by_origin["templates/assets/style.css"]
    assert style.path == f"assets/style.{style.digest[:8]}.css"
    script = by_origin["default/assets/js/app.min.js"]
    assert script.path == f"assets/js/app.min.{script.digest[:8]}.js"
    assert by_origin["templates/assets/LICENSE"].path.startswith("assets/LICENSE.")


def test_site_whose_templates_are_the_theme_has_them_once(site: Path) -> None:
    write(site, {"posts/2017-05-01-a.md": "", "templates/post.html": "", "templates/assets/a.css": ""})
    with Store.memory() as store:
        sources = loader.load(site, Config(), store, theme=site / "templates")
    assert [t.name for t in sources.templates] == ["default/post.html"]
    assert list(published(sources)) == ["default/assets/a.css"]


def test_files_are_published_by_their_folder(site: Path) -> None:
    files = {
        "images/a/b.png": "",
        "static/robots.txt": "",
        "static/img/c.png": "",
        "posts/2017-05-01-a/x.png": "",
        "posts/2017-05-01-a/index.md": "",
        "pages/y.pdf": "",
    }
    assert published(quiet(load(site, files))) == {
        "images/a/b.png": "images/a/b.png",
        "static/robots.txt": "robots.txt",
        "static/img/c.png": "img/c.png",
        "posts/2017-05-01-a/x.png": "posts/2017-05-01-a/x.png",
        "pages/y.pdf": "pages/y.pdf",
    }


def test_asset_knows_where_it_is_read_and_what_it_holds(site: Path) -> None:
    (asset,) = quiet(load(site, {"posts/2017-05-01-a.md": "", "images/a.png": "abc"})).assets
    source = os.fspath(site.resolve() / "images/a.png")
    assert asset == Asset(
        path="images/a.png", source=source, origin="images/a.png", digest=asset.digest, size=3
    )
    assert len(asset.digest) >= 32


def test_data_is_a_tree_by_folder_and_name(site: Path) -> None:
    files = {
        "posts/2017-05-01-a.md": "",
        "data/authors.yml": "me: {name: The author}",
        "data/talks/2017.YAML": "- {title: Tides}",
        "data/talks/more/b.json": '\ufeff{"a": [1, null]}',
        "data/README.txt": "not data",
        "data/empty.yaml": "",
    }
    assert quiet(load(site, files)).data == {
        "authors": {"me": {"name": "The author"}},
        "empty": None,
        "talks": {"2017": [{"title": "Tides"}], "more": {"b": {"a": [1, None]}}},
    }


@pytest.mark.parametrize("name", ["deep.json", "deep.yaml"])
def test_data_is_only_so_deep_as_later_stages_can_follow(site: Path, name: str) -> None:
    def problems(levels: int) -> list[str]:
        files = {"posts/2017-05-01-a.md": "", f"data/{name}": "[" * levels + "]" * levels}
        return [found.message for found in load(site, files).diagnostics]

    assert problems(61) == []
    assert [message.rpartition(" nested ")[2] for message in problems(62)] == ["more than 60 levels deep"]


def test_site_with_only_pages_is_a_site(site: Path) -> None:
    quiet(load(site, {"pages/about.md": ""}))


def test_folders_may_have_other_names(site: Path) -> None:
    folders = Folders(
        posts="_posts", images="assets/img", templates="_layouts", data="_data", static="public/files"
    )
    files = {
        "_posts/2017-05-01-a.md": "",
        "assets/img/x.png": "",
        "_layouts/post.html": "",
        "_data/a.yaml": "1",
        "public/files/b/c.txt": "",
    }
    sources = quiet(load(site, files, replace(Config(), folders=folders)))
    assert [t.path for t in sources.templates] == ["_layouts/post.html"]
    assert published(sources) == {"assets/img/x.png": "assets/img/x.png", "public/files/b/c.txt": "b/c.txt"}
    assert (len(sources.posts), sources.data) == (1, {"a": 1})


def test_order_of_files_on_disk_does_not_matter(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"posts/{n % 3}/2017-05-0{n}-x.md": f"---\ntags: [{n}\n---\n" for n in range(1, 9)} | {
        "images/b": "",
        "images/a": "",
    }
    first = load(site, files)
    scandir = os.scandir

    class Backwards:
        def __init__(self, path: str) -> None:
            with scandir(path) as entries:
                self.entries = sorted(entries, key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> "list[os.DirEntry[str]]":
            return self.entries

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(os, "scandir", Backwards)
    assert load(site) == first
    assert len(first.diagnostics) == 8


def test_date_of_last_resort_is_the_first_commit(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("git"):
        pytest.skip("there is no git")
    from test_dates import Repository

    monkeypatch.delenv("GIT_CEILING_DIRECTORIES")
    repository = Repository(site)
    repository.commit({"posts/a.md": "A", "posts/b.md": "---\ndate: 2016-01-01\n---\n"})
    write(site, {"posts/new.md": "New"})
    sources = load(site, settings=Config(timezone="Europe/Stockholm"))
    assert [post.date and str(post.date.instant) for post in sources.posts] == [
        "2017-05-02 00:30:00+02:00",
        "2016-01-01 00:00:00+01:00",
        None,
    ]
    assert codes(sources) == [("undated", "posts/new.md")]


def test_undated_post_of_a_shallow_clone_is_told_why(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("git"):
        pytest.skip("there is no git")
    from test_dates import Repository

    monkeypatch.delenv("GIT_CEILING_DIRECTORIES")
    repository = Repository(site)
    repository.commit({"posts/a.md": "A"})
    repository.commit({"posts/b.md": "B"})
    repository.git("clone", "-q", "--depth", "1", site.as_uri(), os.fspath(tmp_path / "clone"))
    first, _ = load(tmp_path / "clone").diagnostics
    assert first.hint.splitlines()[1] == (
        "or fetch the whole history: this shallow clone does not know when files were first committed"
    )


def test_what_its_name_or_a_pattern_keeps_out_is_told(site: Path) -> None:
    files = {
        "posts/2026-01-01-a.md": "",
        "posts/_b.md": "",
        "posts/_old/c.md": "",
        "posts/d.txt": "",
        "posts/_e.txt": "",
    }
    files |= {"pages/f.md": "", "posts/.g.md": "", "posts/h.md~": ""}
    sources = load(site, files, replace(DEFAULTS, ignore=("pages/f.md",)))
    assert sources.passed_over == ("pages/f.md", "posts/_b.md", "posts/_old/")


def test_the_usual_output_folder_is_no_source_when_building_elsewhere(site: Path) -> None:
    files = {"posts/2026-01-01-a.md": "", "about.md": "", "dist/.recto-manifest.json": "", "dist/b.md": ""}
    settings = replace(DEFAULTS, folders=Folders(pages="."))
    sources = load(site, files, settings, out=site.parent / "elsewhere")
    assert [page.path for page in quiet(sources).pages] == ["about.md"]
