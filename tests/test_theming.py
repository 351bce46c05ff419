"""Own templates and the theme's: what `recto templates` tells of them, copies and remembers."""

from pathlib import Path

import pytest

from conftest import MakeProject, Project
from recto import theming
from recto.cli import main
from recto.diagnostics import BuildError
from recto.model import Config, Folders
from recto.renderer import outline

POST = "---\ntitle: Tides\ndate: 2026-11-02\n---\n\nThe sea.\n"
THEME = {
    "base.html": "{% block main %}{% endblock %}{% block footer %}{% endblock %}",
    "post.html": '{% extends "base.html" %}{% block main %}{% block content %}{% endblock %}{% endblock %}',
    "parts/card.html": "card",
    "feed.json": "{}",
    "assets/style.css": "p {}\n",
}


@pytest.fixture
def theme(project: MakeProject) -> Path:
    return project(THEME).path


@pytest.fixture
def site(project: MakeProject) -> Project:
    return project({"posts/a.md": POST})


def survey(site: Project, theme: Path, config: Config | None = None) -> theming.Survey:
    return theming.survey(site.path, config or Config(), theme=theme)


def text(problem: pytest.ExceptionInfo[BuildError]) -> str:
    [found] = problem.value.diagnostics
    return f"{found.message}; {found.hint}"


def test_every_file_of_the_theme_and_of_the_site_is_there_once(site: Project, theme: Path) -> None:
    site.write(
        {
            "templates/letter.html": "x",
            "templates/post.html": "x",
            "templates/assets/own.css": "x",
            "templates/README.md": "x",
        }
    )
    files = survey(site, theme).files
    assert [(file.name, file.own is not None, file.theme is not None) for file in files] == [
        ("base.html", False, True),
        ("feed.json", False, True),
        ("letter.html", True, False),
        ("post.html", True, True),
        ("assets/own.css", True, False),
        ("assets/style.css", False, True),
        ("parts/card.html", False, True),
    ]


def test_own_template_that_extends_the_themes_is_no_copy_and_has_the_blocks_it_fills(
    site: Project, theme: Path
) -> None:
    site.write(
        {
            "templates/post.html": '{% extends "default/post.html" %}{% block content %}x{% endblock %}',
            "templates/base.html": '{% extends "default/post.html" %}',
        }
    )
    found = survey(site, theme)
    assert (found.find("post.html").copied, found.find("post.html").blocks) == (False, ("content",))
    assert (found.find("base.html").copied, found.find("base.html").blocks) == (True, ())


@pytest.mark.parametrize(
    ("files", "used"),
    [
        ({}, False),
        ({"posts/b.md": "---\ntemplate: letter\n---\n\nx\n"}, True),
        ({"pages/b.md": "---\ntemplate: letter\n---\n\nx\n"}, True),
        ({"posts/b.md": "---\ntitle: b\ndraft: true\ntemplate: letter\n---\n\nx\n"}, True),
        ({"templates/post.html": '{% include "letter.html" %}'}, True),
        ({"templates/post.html": '{% extends "letter.html" %}'}, True),
        ({"templates/post.html": '{% from "letter.html" import x %}'}, True),
        ({"templates/post.html": '{% include ["none.html", "letter.html"] ignore missing %}'}, True),
        ({"templates/post.html": "{% include post.extra.part %}"}, True),
        ({"templates/other.html": '{% include "letter.html" %}'}, False),
        ({"templates/post.html": "{% broken"}, False),
    ],
)
def test_own_template_is_used_if_some_page_can_lead_to_it(
    site: Project, theme: Path, files: dict[str, str], used: bool
) -> None:
    site.write({"templates/letter.html": "x", **files})
    assert survey(site, theme).find("letter.html").used is used


def test_copy_is_the_themes_file_to_the_letter(site: Project, theme: Path) -> None:
    paths = theming.copy(survey(site, theme), ["parts/card.html", "assets/style.css", "default/post.html"])
    names = ["parts/card.html", "assets/style.css", "post.html"]
    assert paths == tuple(site.path / "templates" / name for name in names)
    assert [path.read_text() for path in paths] == [THEME[name] for name in names]


def test_file_of_the_theme_goes_by_the_name_that_templates_call_it(site: Project, theme: Path) -> None:
    theming.copy(survey(site, theme), ["style.css"])
    assert survey(site, theme).find("style.css").own == THEME["assets/style.css"]


def test_copies_go_where_the_site_has_its_templates(site: Project, theme: Path) -> None:
    config = Config(folders=Folders(templates="layouts"))
    [path] = theming.copy(survey(site, theme, config), ["post.html"])
    assert path == site.path / "layouts/post.html"


def test_copy_knows_when_the_theme_changed_underneath(site: Project, theme: Path) -> None:
    theming.copy(survey(site, theme), ["feed.json"])
    (site.path / "templates/feed.json").write_text('{"mine": true}\r\n', "utf-8")
    assert not survey(site, theme).find("feed.json").outdated
    (theme / "feed.json").write_text('{"new": true}\n', "utf-8")
    found = survey(site, theme)
    standing = found.find("feed.json")
    assert (standing.outdated, standing.base, standing.theme) == (True, "{}", '{"new": true}\n')
    theming.remember(found, standing)
    assert not survey(site, theme).find("feed.json").outdated


def test_copy_made_by_hand_has_no_known_origin(site: Project, theme: Path) -> None:
    site.write({"templates/feed.json": "{}"})
    assert survey(site, theme).find("feed.json").base is None
    assert not survey(site, theme).find("feed.json").outdated


def test_nothing_is_overwritten_and_nothing_copied_if_one_cannot_be(site: Project, theme: Path) -> None:
    site.write({"templates/post.html": "mine"})
    with pytest.raises(BuildError) as problem:
        theming.copy(survey(site, theme), ["base.html", "post.html"])
    assert text(problem).startswith(f'there is a "{site.path}/templates/post.html" already; ')
    assert [path.name for path in (site.path / "templates").iterdir()] == ["post.html"]


def test_own_template_cannot_be_copied(site: Project, theme: Path) -> None:
    site.write({"templates/letter.html": "mine"})
    with pytest.raises(BuildError):
        theming.copy(survey(site, theme), ["letter.html"])


def test_folder_that_cannot_be_written_is_said(site: Project, theme: Path) -> None:
    site.write({"templates": "a file"})
    with pytest.raises(BuildError) as problem:
        theming.copy(survey(site, theme), ["post.html"])
    assert text(problem).startswith(f'cannot write "{site.path}/templates/post.html": ')


def test_theme_itself_is_not_copied_from(project: MakeProject) -> None:
    site = project({"posts/a.md": POST, **{f"templates/{name}": text for name, text in THEME.items()}})
    found = survey(site, site.path / "templates")
    assert found.is_theme
    assert all(standing.own is None for standing in found.files)
    with pytest.raises(BuildError) as problem:
        theming.copy(found, ["post.html"])
    assert text(problem) == (
        f"{site.path}/templates/ is the theme itself: there is nothing to copy; "
        f"change {site.path}/templates/post.html"
    )


def test_outside_of_a_site_there_is_nothing_to_tell_and_nothing_is_left(
    project: MakeProject, theme: Path
) -> None:
    elsewhere = project({"notes.txt": "x"})
    with pytest.raises(BuildError) as problem:
        survey(elsewhere, theme)
    assert text(problem).startswith('there is neither a folder "posts" here nor a folder "pages"')
    assert [path.name for path in elsewhere.path.iterdir()] == ["notes.txt"]


def test_blocks_of_a_template_are_its_own_and_those_of_what_it_extends(site: Project, theme: Path) -> None:
    found = survey(site, theme)
    assert theming.blocks(found, "post.html") == ("main", "content", "footer")
    assert theming.blocks(found, "feed.json") == ()


def test_originals_are_in_no_build(site: Project) -> None:
    site.write({"templates/.originals/letter.html": "{% broken", "templates/.originals/assets/x.css": "x"})
    result = site.build()
    assert result.problems == []
    assert not [name for name in site.output() if "originals" in name or name.startswith("assets/x")]


@pytest.mark.parametrize(
    ("own", "base", "said"),
    [
        ('{% extends "default/robots.txt" %}', None, "extends the theme's, with no block of its own"),
        ('{% extends "default/robots.txt" %}{% block a %}{% endblock %}', None, "extends the theme's, with block a of its own"),
        ("mine", None, "in place of the theme's, since an unknown version"),
        ("mine", "theme", "a copy, changed"),
        ("theme", "theme", "a copy, the same as the theme's: remove it to get what changes there"),
        ("mine", "older", "a copy; the theme's has changed since: recto templates diff robots.txt"),
    ],
)  # fmt: skip
def test_list_says_how_each_own_file_stands(
    site: Project,
    theme: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    own: str,
    base: str | None,
    said: str,
) -> None:
    (theme / "robots.txt").write_text("theme")
    monkeypatch.setattr("recto.builder.theme_folder", lambda: theme)
    site.write({"templates/robots.txt": own})
    if base:
        site.write({"templates/.originals/robots.txt": base})
    assert main(["templates", "--site", str(site.path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:3] == [
        f"Yours, in {site.path}/templates/",
        f"  robots.txt        {said}",
        "The theme's",
    ]
    assert shown[3:] == [
        f"  {name}" for name in ("base.html", "feed.json", "post.html", "assets/style.css", "parts/card.html")
    ]


def test_list_says_which_own_templates_no_page_uses(
    site: Project, theme: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recto.builder.theme_folder", lambda: theme)
    site.write({"templates/old.html": "x", "templates/gone.html": "x", "templates/.originals/gone.html": "x"})
    main(["templates", "list", "--site", str(site.path)])
    shown = capsys.readouterr().out
    assert "old.html          your own, which no page uses\n" in shown
    assert "gone.html         a copy of what the theme no longer has, which no page uses\n" in shown


def test_names_may_stand_before_and_after_options(site: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates", "copy", "--site", str(site.path), "404.html"]) == 0
    assert main(["templates", "--site", str(site.path), "diff", "--seen", "404.html"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{site.path}/templates/404.html",
        f"{site.path}/templates/404.html is the same as the theme's",
    ]


def test_without_copies_there_is_nothing_to_compare(
    site: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["templates", "diff", "--site", str(site.path)]) == 0
    assert capsys.readouterr().out == "no template of yours stands for one of the theme's\n"


@pytest.mark.parametrize(
    ("template", "extends", "blocks", "leads"),
    [
        ("plain", "", (), set()),
        ('{% extends "a" %}{% block x %}{% block y %}{% endblock %}{% endblock %}', "a", ("x", "y"), {"a"}),
        ('{% include "a" %}{% import "b" as b %}', "", (), {"a", "b"}),
        ("{% include x %}{% block z %}{% endblock %}", "", ("z",), None),
        ("{% extends x %}", "", (), None),
        ("{% nonsense %}", "", (), set()),
    ],
)
def test_outline_of_a_template(
    template: str, extends: str, blocks: tuple[str, ...], leads: set[str] | None
) -> None:
    made = outline(template)
    assert (made.extends, made.blocks, made.leads) == (extends, blocks, leads)
