"""Every name that an author can use is in the reference, and the reference names none that does not exist."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import reference
from recto import config, frontmatter, model
from recto.cli import arguments
from recto.config.permalinks import STYLES
from recto.markup.blocks import CALLOUTS

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


def compare(page: str, tables: Mapping[str, str]) -> None:
    """The tables stand on the page as they are made of the code; `RECTO_RECORD=1` writes them there."""
    expected = text(page)
    for heading, lines in tables.items():
        expected = reference.placed(expected, heading, lines)
    if os.environ.get("RECTO_RECORD"):
        (REFERENCE / f"{page}.md").write_text(expected, "utf-8")
    assert text(page) == expected, "RECTO_RECORD=1 pytest tests/test_reference.py writes it"


def test_the_settings_of_the_reference_are_those_of_the_table() -> None:
    compare("site-yaml", reference.settings())


def test_the_words_of_the_reference_are_those_of_the_theme() -> None:
    compare("site-yaml", reference.words())


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


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> reference.Sample:
    return reference.build(tmp_path_factory.mktemp("sample"))


@pytest.mark.parametrize("chapter", reference.CHAPTERS, ids=lambda chapter: chapter.root)
def test_the_variables_of_the_reference_are_those_of_the_model_and_give_what_it_says(
    chapter: reference.Chapter, sample: reference.Sample
) -> None:
    compare("templates", {chapter.heading: reference.variables(chapter, sample)})


def test_the_settings_that_templates_see_are_those_of_the_reference_of_settings(
    sample: reference.Sample,
) -> None:
    compare("templates", {"Settings": reference.shared_settings(sample)})


@pytest.mark.parametrize("heading", reference.HELPERS)
def test_the_filters_and_functions_of_the_reference_are_those_there_are_and_give_what_it_says(
    heading: str, sample: reference.Sample
) -> None:
    compare("templates", {heading: reference.callables(reference.HELPERS[heading], sample)})


def test_the_blocks_of_the_reference_are_those_of_the_theme() -> None:
    compare("templates", reference.blocks())


def test_every_name_that_a_page_has_is_in_the_reference(sample: reference.Sample) -> None:
    known = {name for page in sample.plan.pages for name in page.context}
    assert known - names("templates") == set()


def test_every_kind_of_value_that_a_page_has_is_in_the_reference(sample: reference.Sample) -> None:
    assert {kind for page in sample.plan.pages for kind in reference.untold(page.context)} == set()


def test_no_template_variable_is_made_up() -> None:
    kinds = {chapter.root: set(reference.parts(chapter.kind)) for chapter in reference.CHAPTERS}
    written = {
        name for listed in names("templates") for name in re.findall(r"(?<![\w./-])[a-z]+\.\w+", listed)
    }
    used = {tuple(name.split(".")) for name in written if name.partition(".")[0] in kinds}
    assert [f"{root}.{part}" for root, part in used if part not in {*kinds[root], "html"}] == []


@dataclass(frozen=True)
class Undescribed:
    known: str  # what it is
    # what
    # it is
    above: str = ""
    bare: str = ""

    @property
    def made(self) -> str:
        """What it
        makes."""
        return ""


def test_what_a_field_is_stands_in_its_comment_and_what_a_property_is_in_its_docstring() -> None:
    assert reference.described(Undescribed) == {
        "known": "what it is",
        "above": "what it is",
        "bare": "",
        "made": "what it makes",
    }


def test_variable_without_words_is_an_error_that_says_where_they_belong(sample: reference.Sample) -> None:
    chapter = reference.Chapter(
        heading="X", kind=Undescribed, root="page", shown="{{ page.title }}{# NAME #}"
    )
    with pytest.raises(
        reference.UndocumentedError, match=r"say in comments in .*\.Undescribed, .* these are: bare"
    ):
        list(reference.described_rows(chapter, sample))


def test_example_that_fails_is_an_error_that_says_so(sample: reference.Sample) -> None:
    with pytest.raises(reference.UndocumentedError, match=r"an example of site.nav .* not text"):
        reference.shown(sample, "site.nav", "{{ site.nav }}")


def test_example_that_shows_nothing_is_an_error_that_says_so(sample: reference.Sample) -> None:
    with pytest.raises(reference.UndocumentedError, match=r"an example of site\.nav that shows something"):
        reference.shown(sample, "site.nav", "{# #}")


def test_example_of_a_docstring_that_is_not_so_is_an_error(sample: reference.Sample) -> None:
    def shout(text: str) -> str:
        """Loud: `{{ "a" | upper }}` is `B`."""
        return text

    with pytest.raises(reference.UndocumentedError, match="is `A`, not `B` as its docstring says"):
        reference.callables({"shout": shout}, sample)


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
    # those of deploys stand in tables of what the world says; this one is never shown
    told = set(re.findall(r'"((?:deploy|ledger)-[a-z]+)"', source)) - {"deploy-passing"}
    return {*direct, *told}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_of_a_problem_is_in_the_reference(code: str) -> None:
    assert code in names("diagnostics")
