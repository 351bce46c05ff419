import pytest

from conftest import NOW, MakeProject
from recto.builder import Plan
from recto.diagnostics import Location
from recto.memo import Store
from recto.model import EDITORS
from recto.preview import editor
from recto.preview.making import Maker
from recto.preview.options import Options

PLACE = Location(path="posts/a.md", line=3, column=7)


def test_no_editor_no_link() -> None:
    assert editor.link("", "/home/me/blog", PLACE) == ""


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("vscode", "vscode://file/home/me/blog/posts/a.md:3:7"),
        ("cursor", "cursor://file/home/me/blog/posts/a.md:3:7"),
        ("idea", "idea://open?file=/home/me/blog/posts/a.md&line=3"),
        ("subl", "subl://open?url=file:///home/me/blog/posts/a.md&line=3&column=7"),
        ("zed", "zed://file/home/me/blog/posts/a.md:3:7"),
    ],
)
def test_known_editor_opens_the_place(name: str, address: str) -> None:
    assert editor.link(name, "/home/me/blog", PLACE) == address


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("vscode", "vscode://file/C:/Users/me/My%20blog/posts/a.md:3:7"),
        ("cursor", "cursor://file/C:/Users/me/My%20blog/posts/a.md:3:7"),
        ("idea", "idea://open?file=C:/Users/me/My%20blog/posts/a.md&line=3"),
        ("subl", "subl://open?url=file:///C:/Users/me/My%20blog/posts/a.md&line=3&column=7"),
        ("zed", "zed://file/C:/Users/me/My%20blog/posts/a.md:3:7"),
    ],
)
def test_known_editor_opens_the_place_on_windows(name: str, address: str) -> None:
    assert editor.link(name, r"C:\Users\me\My blog", PLACE) == address


def test_every_editor_that_is_known_by_name_is_tried_here() -> None:
    assert {*EDITORS} == {"vscode", "cursor", "idea", "subl", "zed"}


@pytest.mark.parametrize(
    ("root", "path", "expected"),
    [
        ("/", "a.md", "/a.md"),
        ("/blog/", "a.md", "/blog/a.md"),
        ("/b", "posts/what & why?.md", "/b/posts/what%20%26%20why%3F.md"),
        ("/b", "posts/100% #1 + 2.md", "/b/posts/100%25%20%231%20%2B%202.md"),
        ("/b", "posts/a:3.md", "/b/posts/a%3A3.md"),
        ("/b", 'posts/"<x>".md', "/b/posts/%22%3Cx%3E%22.md"),
        ("/Köln", "posts/海.md", "/K%C3%B6ln/posts/%E6%B5%B7.md"),
        ("/not\udcff", "a.md", "/not%FF/a.md"),
        (r"/odd\name", "a.md", "/odd%5Cname/a.md"),
        ("d:/blog", "a.md", "/d:/blog/a.md"),
        ("C:\\", "a.md", "/C:/a.md"),
        (r"\\server\share\blog", "a.md", "//server/share/blog/a.md"),
    ],
)
def test_path_is_encoded_once_and_is_that_of_its_system(root: str, path: str, expected: str) -> None:
    assert editor.link("x-edit://file{path}", root, Location(path=path)) == f"x-edit://file{expected}"


@pytest.mark.parametrize(
    ("pattern", "unix", "windows"),
    [
        ("x://file{path}", "x://file/b/a.md", "x://file/C:/b/a.md"),
        ("x://file/{path}", "x://file/b/a.md", "x://file/C:/b/a.md"),
        ("x://{path}", "x:///b/a.md", "x:///C:/b/a.md"),
        ("x://open?file={path}", "x://open?file=/b/a.md", "x://open?file=C:/b/a.md"),
        ("x://open?url=file://{path}", "x://open?url=file:///b/a.md", "x://open?url=file:///C:/b/a.md"),
        ("x://a{path}?{path}", "x://a/b/a.md?/b/a.md", "x://a/C:/b/a.md?C:/b/a.md"),
    ],
)
def test_pattern_need_not_care_how_a_path_begins(pattern: str, unix: str, windows: str) -> None:
    place = Location(path="a.md")
    assert (editor.link(pattern, "/b", place), editor.link(pattern, r"C:\b", place)) == (unix, windows)


@pytest.mark.parametrize("place", [Location(path="a.md"), Location(path="a.md", line=1)])
def test_place_whose_line_or_column_is_unknown_is_the_first(place: Location) -> None:
    assert editor.link("vscode", "/b", place) == "vscode://file/b/a.md:1:1"


def test_file_of_the_theme_is_not_one_of_the_site() -> None:
    assert editor.link("vscode", "/b", Location(path="default/post.html", line=3)) == ""


def test_name_of_a_file_that_looks_like_a_placeholder_is_a_name() -> None:
    assert editor.link("x://{path}:{line}", "/b", Location(path="{line}.md")) == "x:///b/%7Bline%7D.md:1"


def test_editor_changes_no_byte_of_the_site_and_no_key(project: MakeProject) -> None:
    site = project({"posts/2026-01-01-a.md": "Text.\n", "site.yaml": "title: Blog\n"})

    def built() -> tuple[dict[str, bytes], list[str]]:
        plan = site.build().plan
        assert isinstance(plan, Plan)
        return site.output(), [plan.renderer.key(page) for page in plan.pages]

    before = built()
    site.write({"site.yaml": "title: Blog\neditor: vscode\n"})
    assert built() == before


def test_mistake_in_the_settings_leads_into_the_editor_that_was_set_before(project: MakeProject) -> None:
    site = project({"posts/2026-01-01-a.md": "Text.\n", "site.yaml": "editor: vscode\n"})
    maker = Maker(site.path, Options(root=site.path, clock=lambda: NOW))
    with Store.memory() as store:
        maker.make(store, None, None)
        site.write({"site.yaml": "editor: vscode\ntitle: [\n"})
        broken = maker.make(store, frozenset({str(site.path / "site.yaml")}), None)
        assert (broken.good, maker.settings.editor) == (False, "vscode")
        site.write({"site.yaml": "editor: zed\n"})
        maker.make(store, frozenset({str(site.path / "site.yaml")}), None)
        assert maker.settings.editor == "zed"


def test_editor_is_known_though_the_settings_were_never_right(project: MakeProject) -> None:
    site = project({"posts/2026-01-01-a.md": "Text.\n", "site.yaml": "editor: vscode\npaginate: many\n"})
    maker = Maker(site.path, Options(root=site.path, clock=lambda: NOW))
    with Store.memory() as store:
        maker.make(store, None, None)
    assert maker.settings.editor == "vscode"
