"""The words of the theme in every language: none is missing, none is left over, and places and numbers are kept."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from markupsafe import Markup

from recto import words
from recto.markup.words import Words as MarkupWords
from recto.markup.words import words as markup_words
from recto.model import DEFAULT_TAXONOMIES
from recto.renderer import FILTERS
from recto.words import COUNTED, LANGUAGES, PHRASES, Words

ROOT = Path(__file__).resolve().parents[1]
PARSER = Environment()
PARSER.filters |= FILTERS
TREES = [
    PARSER.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / "templates").rglob("*"))
    if path.suffix in (".html", ".json", ".txt", ".xml")
]


def filtered(name: str) -> Iterator[nodes.Filter]:
    for tree in TREES:
        yield from (use for use in tree.find_all(nodes.Filter) if use.name == name)


def said_by_templates() -> set[str]:
    """The words that go through `t`, outright or by the name of a `with`."""
    used = [use.node for use in filtered("t") if use.node]
    names = {node.name for node in used if isinstance(node, nodes.Name)}
    withs = [block for tree in TREES for block in tree.find_all(nodes.With)]
    named = [
        value
        for block in withs
        for target, value in zip(block.targets, block.values, strict=True)
        if isinstance(target, nodes.Name) and target.name in names
    ]
    return {const.value for node in (*used, *named) for const in constants(node)}


def constants(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const):
        yield node
    elif isinstance(node, nodes.CondExpr):
        yield from (child for part in (node.expr1, node.expr2) if part for child in constants(part))


def said_by_planners() -> set[str]:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/recto/planner").glob("*.py"))
    return set(re.findall(r'\b(?:say|said)\(\s*"([^"]*)"', source)) | set(
        re.findall(r'\btitle = "([^"]*)"', source)
    )


def used() -> set[str]:
    titles = {taxonomy.title for taxonomy in DEFAULT_TAXONOMIES}
    return said_by_templates() | said_by_planners() | titles | set(asdict(MarkupWords()).values())


def test_every_word_of_the_theme_is_in_the_list() -> None:
    assert used() - set(PHRASES) == set(), "add it to src/recto/words/en.py and to every language"


def test_no_word_of_the_list_is_left_over() -> None:
    assert set(PHRASES) - used() == set(), "take it out of src/recto/words/"


def test_nouns_of_the_list_are_those_that_templates_count() -> None:
    counted = {use.args[0].value for use in filtered("plural") if isinstance(use.args[0], nodes.Const)}
    assert counted == COUNTED.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_has_each_phrase_and_no_other(language: str) -> None:
    assert words.phrases(language).keys() == {*PHRASES, *COUNTED}


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_keep_their_places(language: str) -> None:
    said = words.phrases(language)
    assert {text: places(str(said[text])) for text in PHRASES} == {text: places(text) for text in PHRASES}
    for noun in COUNTED:
        forms = said[noun]
        assert isinstance(forms, dict)
        assert places(forms["other"]) == ["n"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_noun_that_bends_has_a_form_for_every_number(language: str) -> None:
    known = words.locale(language)
    assert known
    categories = {known.plural_form(number) for number in range(200)} | {"other"}
    for noun in COUNTED:
        forms = words.phrases(language)[noun]
        assert isinstance(forms, dict)
        assert forms.keys() >= categories or forms.keys() == {"other"}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Ältere Beiträge"),
        ("de-AT", "Ältere Beiträge"),
        ("DE_at", "Ältere Beiträge"),
        ("pt-BR", "Publicações mais antigas"),
        ("no", "Eldre innlegg"),
        ("nn-NO", "Eldre innlegg"),
        ("zh-CN", "较旧的文章"),
        ("zh-Hant", "較舊的文章"),
        ("zh-Hant-HK", "較舊的文章"),
        ("zh-TW", "較舊的文章"),
        ("en-GB", "Older posts"),
        ("et", "Older posts"),
    ],
)
def test_phrase_is_said_in_the_nearest_language_that_is_known(language: str, expected: str) -> None:
    assert Words(language).say("Older posts") == expected


def test_own_words_win_in_the_language_of_the_site_alone() -> None:
    said = Words("de", {"Archive": "Alles", "My own": "Mein"}).say
    assert [said("Archive"), said("Archive", "de-AT"), said("My own")] == ["Alles", "Alles", "Mein"]
    assert [said("Archive", "fr"), said("Archive", "en")] == ["Archives", "Archive"]


def test_own_forms_of_a_noun_are_counted_as_the_language_of_the_site_counts() -> None:
    forms = {"one": "{n} įrašas", "few": "{n} įrašai", "other": "{n} įrašų"}
    count = Words("lt", {"post": forms}).count
    assert [count(number, "post") for number in (1, 2, 10, 21)] == [
        "1 įrašas",
        "2 įrašai",
        "10 įrašų",
        "21 įrašas",
    ]
    assert count(2, "post", language="de") == "2 Beiträge"


def test_places_are_filled_and_those_without_a_value_stay() -> None:
    said = Words("de").say
    assert said("part {n} of {total}", "", n=2, total=3) == "Teil 2 von 3"
    assert said("Results: {n}") == "Ergebnisse: {n}"
    assert said("{a.__class__} {a}", "", a=1) == "{a.__class__} 1"


def test_markup_in_a_place_leaves_everything_else_escaped() -> None:
    said = Words("en", {"Updated {date}": "<{who}> {date} & {n}"}).say
    filled = said("Updated {date}", "", date=Markup("<time>now</time>"), n="<1>")
    assert filled == Markup("&lt;{who}&gt; <time>now</time> &amp; &lt;1&gt;")
    assert not hasattr(said("Updated {date}", "", date="<b>"), "__html__")


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("en", 1, "1 post"),
        ("de", 1, "1 Beitrag"),
        ("pl", 22, "22 wpisy"),
        ("pl", 25, "25 wpisów"),
        ("ru", 21, "21 запись"),
        ("ar", 2, "مقالتان"),
        ("fr", 0, "0 article"),
        ("fr", 1_000_000, "1000000 articles"),
        ("ja", 1, "1件の記事"),
        ("lt", 21, "21 posts"),
    ],
)
def test_posts_are_counted_as_a_language_counts(language: str, number: int, expected: str) -> None:
    assert Words(language).count(number, "post") == expected


def test_markup_speaks_the_languages_of_the_theme() -> None:
    assert (markup_words("pt-BR").tip, markup_words("sv").done, markup_words("et")) == (
        "Dica",
        "Klart",
        MarkupWords(),
    )


def test_english_site_waits_for_no_other_language() -> None:
    program = "import sys, pages; pages.output(pages.site(pages.post(), pages.bare()))\n"
    program += (
        "print(*sorted(name for name in sys.modules if name == 'babel' or name.startswith('recto.words.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr) == ("recto.words.en\n", "")
