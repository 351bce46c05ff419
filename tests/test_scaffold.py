import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import MakeProject
from recto import config, ledger, scaffold
from recto.diagnostics import BuildError, format_text

DAY = date(2026, 11, 23)


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """An empty blog."""
    (tmp_path / "posts").mkdir()
    return tmp_path


def words(problem: pytest.ExceptionInfo[BuildError]) -> str:
    return "\n".join(format_text(problem.value.diagnostics))


def front_matter(path: Path) -> object:
    _, front, body = path.read_text(encoding="utf-8").split("---\n")
    assert body == "\n"
    return yaml.safe_load(front)


def test_new_site_has_all_it_needs_and_says_so(tmp_path: Path) -> None:
    created = scaffold.new(tmp_path / "a" / "blog", title="Tides", author="The author", date=DAY)
    assert created == (
        ".gitattributes",
        ".gitignore",
        "images/waves.svg",
        "pages/about.md",
        "posts/2026-11-23-hello.md",
        "site.yaml",
        "static/favicon.svg",
        "templates/README.md",
    )
    assert {path for path in created if not (tmp_path / "a" / "blog" / path).is_file()} == set()


def test_git_may_merge_the_ledger_of_a_new_site_by_keeping_all_lines(tmp_path: Path) -> None:
    scaffold.new(tmp_path / "blog", title="Tides", author="The author")
    assert (tmp_path / "blog" / ".gitattributes").read_text() == f"{ledger.NAME} merge=union\n"


@pytest.mark.parametrize(
    "text", ["Tides: a month", "It's #1", "yes", "2017-05-01", '"quoted"', "دفتر", "{x}", "- a", ""]
)
def test_answers_come_back_from_the_settings(tmp_path: Path, text: str) -> None:
    scaffold.new(tmp_path / "blog", title=text, author=text, url="example.com/blog/")
    settings = yaml.safe_load((tmp_path / "blog" / "site.yaml").read_text(encoding="utf-8"))
    assert (settings["title"], settings["author"]["name"]) == (text, text)
    assert settings["url"] == "https://example.com/blog"


def test_new_site_without_an_address_has_none(tmp_path: Path) -> None:
    scaffold.new(tmp_path / "blog", title="A", author="B")
    assert "url" not in yaml.safe_load((tmp_path / "blog" / "site.yaml").read_text(encoding="utf-8"))


def test_settings_that_are_commented_out_are_the_defaults(tmp_path: Path) -> None:
    scaffold.new(tmp_path, title="A", author="B")
    text = (tmp_path / "site.yaml").read_text(encoding="utf-8")
    everything = re.sub(r"^#(?=\S|  )", "", text.replace("#url:", "# url:"), flags=re.MULTILINE)
    settings, problems = config.parse(everything)
    assert format_text(problems) == []
    assert "\n  items: 20" in everything
    examples = replace(settings.author, email="", url="")
    assert replace(settings, author=examples) == config.parse(text)[0]


def test_new_site_builds_without_a_word(tmp_path: Path, project: MakeProject) -> None:
    site = project({})
    scaffold.new(site.path, title="A", author="B", url="https://example.com/blog")
    scaffold.post(site.path, "Another", categories=["Notes"], date=DAY)
    result = site.build()
    assert (result.problems, result.plan.omissions) == ([], ())
    assert {
        "index.html",
        "posts/hello/index.html",
        "posts/another/index.html",
        "feed.xml",
    } <= site.output().keys()


def test_first_post_shows_every_mark(tmp_path: Path, project: MakeProject) -> None:
    site = project({})
    scaffold.new(site.path, title="A", author="B")
    site.build()
    page = site.output()["posts/hello/index.html"].decode()
    marks = (
        "<em>",
        "<strong>",
        "<del>",
        "<table",
        "<dl>",
        "<kbd>",
        "<abbr",
        "<blockquote>",
        "callout",
        "checkbox",
        "doc-noteref",
        "<details",
        "<pre",
        "<img",
        "hl",
    )
    assert [mark for mark in marks if mark not in page] == []
    assert "**" not in page
    assert 'markdown="1"></' not in page


def test_folder_of_a_fresh_repository_can_become_a_site(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert scaffold.new(tmp_path, title="A", author="B")


def test_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(BuildError) as problem:
        scaffold.new(tmp_path, title="A", author="B")
    assert words(problem) == (
        f'error[folder-not-empty]: "{tmp_path}" is not empty\n  fix: choose a folder that is empty or not there yet'
    )
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_file_does_not_become_a_site(tmp_path: Path) -> None:
    (tmp_path / "blog").write_text("mine")
    with pytest.raises(BuildError) as problem:
        scaffold.new(tmp_path / "blog", title="A", author="B")
    assert words(problem).startswith("error[not-a-folder]: ")


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BuildError) as problem:
        scaffold.new(tmp_path / "file" / "blog", title="A", author="B")
    assert words(problem).startswith(f'error[cannot-write]: cannot write "{tmp_path}/file/blog/')


def test_post_is_named_by_its_day_and_title(blog: Path) -> None:
    path = scaffold.post(blog, "What the tide leaves", date=DAY)
    assert path == blog / "posts" / "2026-11-23-what-the-tide-leaves.md"
    assert path.read_text(encoding="utf-8") == "---\ntitle: What the tide leaves\n---\n\n"


def test_post_has_what_was_asked_for(blog: Path) -> None:
    path = scaffold.post(blog, "A", categories=["Notes, long", "Sea"], tags=["c#"], draft=True, date=DAY)
    assert path.read_text(encoding="utf-8") == (
        "---\ntitle: A\ncategories: ['Notes, long', Sea]\ntags: [c#]\ndraft: true\n---\n\n"
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Über den Wolken", "2026-11-23-über-den-wolken.md"),
        ("机の上の余白", "2026-11-23-机の上の余白.md"),
        ("Tides: a “month”", "2026-11-23-tides-a-month.md"),
        ("../../etc/passwd", "2026-11-23-etc-passwd.md"),
        ("!!!", "2026-11-23-post.md"),
        ("word " * 90, "2026-11-23-" + "-".join(["word"] * 36) + ".md"),
        ("長" * 200, "2026-11-23-" + "長" * 60 + ".md"),
    ],
)
def test_post_of_any_title_has_a_name_that_a_disk_takes(blog: Path, title: str, name: str) -> None:
    assert scaffold.post(blog, title, date=DAY).name == name


def test_post_is_never_overwritten(blog: Path) -> None:
    first = scaffold.post(blog, "Once", date=DAY)
    first.write_text("mine")
    with pytest.raises(BuildError) as problem:
        scaffold.post(blog, "Once!", date=DAY)
    assert words(problem) == (
        'error[post-exists]: there is already a post "posts/2026-11-23-once.md"\n'
        "  fix: edit that one, or give this one another title or --date"
    )
    assert first.read_text() == "mine"


def test_post_does_not_share_the_address_of_a_bundle(blog: Path) -> None:
    (blog / "posts" / "2026-11-23-once").mkdir()
    with pytest.raises(BuildError):
        scaffold.post(blog, "Once", date=DAY)


def test_post_without_words_is_refused(blog: Path) -> None:
    with pytest.raises(BuildError) as problem:
        scaffold.post(blog, " \n", date=DAY)
    assert words(problem) == (
        'error[no-title]: a post needs a title\n  fix: for example: recto post "What the tide leaves"'
    )


def test_post_is_not_made_where_there_is_no_blog(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as problem:
        scaffold.post(tmp_path, "A", date=DAY)
    assert words(problem) == (
        f'error[no-site]: there is no blog in "{tmp_path}": no posts/ and no site.yaml\n'
        "  fix: go to the folder of your blog, or make one: recto new my-blog"
    )
    assert not list(tmp_path.iterdir())


@given(title=st.text(), name=st.text())
def test_any_title_and_category_come_back_from_the_front_matter(
    tmp_path_factory: pytest.TempPathFactory, title: str, name: str
) -> None:
    folder = tmp_path_factory.mktemp("blog")
    (folder / "posts").mkdir()
    printable = " ".join("".join(c for c in title if c.isprintable() or c.isspace()).split())
    if not printable:
        return
    front = front_matter(scaffold.post(folder, title, categories=[name], date=DAY))
    assert isinstance(front, dict)
    assert front["title"].replace("\u200c", "").replace("\u200d", "") == printable


def test_post_that_cannot_be_written_whole_leaves_nothing(blog: Path) -> None:
    resource = pytest.importorskip("resource")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (0, most)
    )  # as on a full disk, a file can be made and not written
    try:
        with pytest.raises(BuildError) as problem:
            scaffold.post(blog, "Full", date=DAY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert words(problem).startswith("error[cannot-write]: ")
    assert not (blog / "posts" / "2026-11-23-full.md").exists()
