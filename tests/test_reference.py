"""Every name that an author can use is in the reference, and the reference names none that does not exist."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from recto import config, frontmatter, model
from recto.cli import arguments
from recto.config.permalinks import STYLES
from recto.markup.blocks import CALLOUTS
from recto.renderer import FILTERS, FUNCTIONS

DOCS = Path(__file__).resolve().parents[1] / "docs"
REFERENCE = DOCS / "reference"


def text(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def names(name: str) -> set[str]:
    """What stands in backticks on a page."""
    return set(re.findall(r"`([^`\n]+)`", text(name)))


def options() -> Iterator[tuple[str, str]]:
    """Each option of each command, with the command; "" is recto itself."""
    parsers = {"": arguments.parser(), **arguments.command_parsers()}
    for command, parser in parsers.items():
        for action in parser._actions:
            yield from ((command, option) for option in action.option_strings)


@pytest.mark.parametrize("command", arguments.command_names())
def test_every_command_has_a_chapter(command: str) -> None:
    assert re.search(rf"^## .*`recto {command}\b", text("command-line"), re.M)


@pytest.mark.parametrize(("command", "option"), sorted(set(options())))
def test_every_option_is_in_the_chapter_of_its_command(command: str, option: str) -> None:
    if option in ("-h", "--help", "--no-color", "--version"):  # of all commands, told once
        assert re.search(rf"`[^`]*{option}\b[^`]*`", text("command-line"))
        return
    [chapter] = re.findall(rf"^## [^\n]*`recto {command}\b.*?(?=^## |\Z)", text("command-line"), re.M | re.S)
    assert re.search(rf"`(?:[^`]*[ ,/])?{re.escape(option)}(?=[ ,/`=])", chapter)


def test_no_option_is_made_up() -> None:
    known = {option for _, option in options()}
    assert set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", " ".join(names("command-line")))) <= known


@pytest.mark.parametrize("key", [row.name for row in config.reference()])
def test_every_setting_is_in_the_reference(key: str) -> None:
    listed = names("site-yaml")
    assert key in listed or key.rsplit(".", 1)[-1] in listed


TERM_KEYS = {key for taxonomy in model.DEFAULT_TAXONOMIES for key in (taxonomy.name, taxonomy.singular)}
FRONT_MATTER = TERM_KEYS | {name for key in frontmatter.KEYS for name in key.names}


def first_cells(page: str) -> set[str]:
    """What stands in backticks in the first column of a page's tables."""
    rows = re.findall(r"^\| (`[^|]*) \|", text(page), re.M)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_the_keys_of_front_matter_are_those_of_the_reference() -> None:
    assert first_cells("front-matter") == FRONT_MATTER


def test_the_parts_of_permalinks_and_their_styles_are_those_of_the_reference() -> None:
    _, _, patterns = text("urls").partition("## Permalink patterns")
    listed = set(
        re.findall(r"`([^`|]+)`(?=[^|\n]* \|)", "\n".join(re.findall(r"^\|[^|]*\|", patterns, re.M)))
    )
    assert listed == {f"{{{part}}}" for part in config.PARTS} | STYLES.keys()


@pytest.mark.parametrize("style", STYLES)
def test_style_of_permalinks_stands_for_what_the_reference_says(style: str) -> None:
    assert f"| `{style}` | `{config.translate(style)}` |" in text("urls")


def test_the_kinds_of_callouts_are_those_of_the_reference() -> None:
    assert first_cells("markdown") - {'title="..."', 'linenums="1"', 'hl_lines="2 4-6"'} == CALLOUTS.keys()


PUBLIC = {
    "site": model.Site,
    "page": model.Meta,
    "post": model.Post,
    "term": model.Term,
    "taxonomy": model.TermIndex,
    "paginator": model.Paginator,
}


def public(kind: type) -> set[str]:
    assert is_dataclass(kind)
    found = {field.name for field in fields(kind)}
    return found | {name for name, value in vars(kind).items() if isinstance(value, property)}


HIDDEN = {
    ("post", "body"),
    ("post", "links"),
    ("post", "permalinks"),
    ("post", "excerpt_html"),
    ("post", "places"),
}


@pytest.mark.parametrize(
    "variable",
    sorted(
        f"{name}.{part}"
        for name, kind in PUBLIC.items()
        for part in public(kind)
        if (name, part) not in HIDDEN
    ),
)
def test_every_template_variable_is_in_the_reference(variable: str) -> None:
    assert variable in names("templates")


def test_no_template_variable_is_made_up() -> None:
    roots = "|".join(PUBLIC)
    used = {found for name in names("templates") for found in re.findall(rf"^({roots})\.(?!html)(\w+)", name)}
    methods = {("site", "terms")}
    assert {(root, part) for root, part in used if part not in public(PUBLIC[root])} <= methods


@pytest.mark.parametrize("name", sorted({**FILTERS, **FUNCTIONS}))
def test_every_filter_and_function_is_in_the_reference(name: str) -> None:
    assert any(re.match(rf"{name}\b", listed) for listed in names("templates"))


THEME = DOCS.parent / "templates"


@pytest.mark.parametrize(
    "path", sorted(p for p in THEME.rglob("*") if p.is_file() and "assets" not in p.parts)
)
def test_every_template_of_the_theme_is_in_the_reference(path: Path) -> None:
    assert path.relative_to(THEME).as_posix() in names("templates")


def codes() -> set[str]:
    """Every code that a problem can have, read off the source."""
    source = "\n".join(path.read_text("utf-8") for path in Path(config.__file__).parents[1].rglob("*.py"))
    direct = re.findall(
        r'(?:\b(?:error|warning|_error|_warning|_problem)\(|code=)\s*"([a-z][a-z0-9-]+)"', source
    )
    return set(direct)


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_of_a_problem_is_in_the_reference(code: str) -> None:
    assert code in names("diagnostics")
