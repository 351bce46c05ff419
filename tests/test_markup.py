"""What convert says about a body beside its HTML."""

import pytest

from recto.diagnostics import Severity
from recto.markup import STEP, convert
from recto.markup.draft import MAX_LENGTH
from recto.model import Body, Content, MarkdownOptions, Problem, Reference
from recto.pictures import HOLES


def content(text: str, **rest: object) -> Content:
    return convert(Body(text=text, **rest))  # type: ignore[arg-type]


def fillings(content: Content) -> list[str]:
    return [*(reference.url for reference in content.references), *[""] * HOLES * len(content.frames)]


def filled(content: Content) -> str:
    return str(content.html.fill(fillings(content)))


def excerpt(text: str) -> str:
    converted = content(text)
    return str(converted.excerpt.fill(fillings(converted)))


def places(text: str) -> list[tuple[str, str, int, int]]:
    return [(r.url, r.kind, r.line, r.column) for r in content(text).references]


def problems(text: str) -> list[tuple[str, str, int, int]]:
    return [(p.code, p.message, p.line, p.column) for p in content(text).problems]


# ---- references ---------------------------------------------------------------------------------------------


def test_every_address_is_a_hole_and_a_reference() -> None:
    converted = content("[a](/x) ![b](y.png)\n")
    assert converted.references == (
        Reference(url="/x", kind="link", line=1, column=5),
        Reference(url="y.png", kind="image", line=1, column=14),
    )
    assert (
        converted.html.fill(["/1", "2&3", "", "", "", ""])
        == '<p><a href="/1">a</a> <img alt="b" src="2&amp;3"></p>'
    )


def test_the_second_use_of_an_address_is_at_its_second_place() -> None:
    assert places("[a](x.md)\n\n[b](x.md)") == [("x.md", "link", 1, 5), ("x.md", "link", 3, 5)]


def test_an_address_in_code_is_no_place_of_it() -> None:
    text = "`[a](x.md)`\n\n```text\n[a](x.md)\n```\n\n[a](x.md)"
    assert places(text) == [("x.md", "link", 7, 5)]


def test_a_word_that_looks_like_an_address_is_no_place_of_it() -> None:
    assert places("about (about) aboutness [x](about)") == [("about", "link", 1, 29)]


def test_reference_style_links_are_at_their_definition() -> None:
    assert places("[a][b] and [b]\n\n[b]: /x") == [("/x", "link", 3, 6), ("/x", "link", 3, 6)]


def test_raw_html_gives_its_addresses_decoded() -> None:
    text = '<video src="a.mp4?x=1&amp;y=2" poster=p.jpg></video>\n'
    assert places(text) == [("a.mp4?x=1&y=2", "media", 1, 13), ("p.jpg", "image", 1, 39)]


def test_each_candidate_of_a_srcset_is_an_address() -> None:
    converted = content('<img alt="" src="a.png" srcset="a.png 1x, b.png 2x">')
    assert [r.url for r in converted.references] == ["a.png", "a.png", "b.png"]
    assert (
        converted.html.fill(["1", "2", "3", "", "", "", ""])
        == '<p><img alt="" src="1" srcset="2 1x, 3 2x"></p>'
    )


def test_addresses_in_comments_and_scripts_are_left_alone() -> None:
    text = "<!-- <a href='x'> -->\n\n<script>let a = '<a href=\"y\">'</script>\n"
    assert content(text).references == ()


def test_a_slash_means_something_in_drawings_only() -> None:
    text = 'a<br/>b <img src="/x.png" alt=a /> <svg><path d="M0"/></svg>'
    assert filled(content(text)) == '<p>a<br>b <img src="/x.png" alt=a> <svg><path d="M0"/></svg></p>'


def test_an_anchor_of_ours_has_no_place() -> None:
    assert places("# a\n\n[x](#a)") == [("#a", "link", 0, 0), ("#a", "link", 3, 5)]


# ---- headings -----------------------------------------------------------------------------------------------


def test_a_heading_has_an_anchor_that_is_no_part_of_its_text() -> None:
    converted = content("## Hi *you*[^1]\n\n[^1]: x")
    assert [(h.level, h.id, h.text) for h in converted.headings] == [(2, "hi-you", "Hi you")]
    assert '<a class="anchor" href="#hi-you" aria-label="Link to this section">#</a></h2>' in filled(
        converted
    )
    assert converted.text == "Hi you Notes x"


def test_an_opening_heading_becomes_the_title_where_asked() -> None:
    converted = content("\n# Bees\n\nHum.\n\n## More", lift_title=True)
    assert (converted.title, [h.text for h in converted.headings]) == ("Bees", ["More"])
    assert filled(converted).startswith("<p>Hum.</p>")
    assert "bees" not in converted.ids


def test_a_heading_after_text_stays_and_is_the_title_all_the_same() -> None:
    converted = content("Hum.\n\n# Bees", lift_title=True)
    assert (converted.title, [h.text for h in converted.headings]) == ("Bees", ["Bees"])


def test_ten_thousand_equal_headings_have_ids_of_their_own() -> None:
    converted = content("# x\n" * 10_000)
    assert len(converted.ids) == len(set(converted.ids)) == 10_000
    assert converted.ids[-1] == "x-9999"


def test_an_id_that_is_used_twice_is_taken_from_its_second_element() -> None:
    text = "## a {#x}\n\n## b {#x}"
    assert [p[:2] for p in problems(text)] == [("duplicate-id", 'the id "x" is used twice')]
    assert content(text).ids == ("x",)


# ---- excerpt and text ---------------------------------------------------------------------------------------


def test_the_excerpt_is_the_first_paragraph_with_words() -> None:
    text = "# T\n\n![p](p.png)\n\n> [!NOTE]\n> x\n\n```text\ny\n```\n\nThe *first*[^1].\n\nSecond.\n\n[^1]: n"
    assert excerpt(text) == "<p>The <em>first</em>.</p>"
    assert content(text).summary == "The first."


@pytest.mark.parametrize("mark", ["<!-- more -->", "<!--more-->", "<!--  MORE -->"])
def test_the_excerpt_ends_at_the_more_mark(mark: str) -> None:
    assert (
        excerpt(f"# T\n\nOne.\n\n- a\n\n{mark}\n\nTwo.").split()
        == "<p>One.</p> <ul> <li>a</li> </ul>".split()
    )


def test_a_more_mark_within_a_paragraph_closes_what_is_open() -> None:
    assert excerpt("One *two* <!-- more --> three") == "<p>One <em>two</em></p>"


def test_the_excerpt_has_no_ids() -> None:
    assert excerpt('A <b id="x">b</b>.') == "<p>A <b>b</b>.</p>"


def test_a_long_first_paragraph_is_cut_at_a_word() -> None:
    summary = content("word, " * 100).summary
    assert len(summary) <= 201
    assert summary.endswith("word…")


def test_words_are_counted_without_marks() -> None:
    assert content("One **two** [three](x).").words == 3


# ---- problems -----------------------------------------------------------------------------------------------


def test_an_unknown_language_is_plain_code_and_a_warning() -> None:
    (problem,) = content("a\n\n```pyhton\n<x>\n```").problems
    assert problem == Problem(
        severity=Severity.WARNING,
        code="unknown-language",
        message='there are no colours for the language "pyhton", so its code is shown plain',
        line=3,
        column=4,
        width=6,
        hint='did you mean "python"?',
    )


@pytest.mark.parametrize("language", ["", "text", "plain", "mermaid", "console", "yml", "jsonc"])
def test_what_is_no_language_or_has_another_name_is_quiet(language: str) -> None:
    assert problems(f"```{language}\nx\n```") == []


def test_a_picture_without_text_is_a_warning_where_it_stands() -> None:
    text = 'x ![](a.png)\n\n<img src="b.png">\n'
    assert problems(text) == [
        ("missing-alt", "the picture a.png has no text for those who do not see it", 1, 7),
        ("missing-alt", "the picture b.png has no text for those who do not see it", 3, 11),
    ]


def test_a_picture_that_is_meant_to_be_silent_is_quiet() -> None:
    text = '![](a.png){decorative} <img src="b.png" alt="">'
    assert problems(text) == []
    assert filled(content(text)) == '<p><img alt="" src="a.png"> <img src="b.png" alt=""></p>'


def test_an_unclosed_fence_is_a_warning() -> None:
    assert problems("a\n\n```text\nb") == [
        ("unclosed-fence", "this code block is not closed, so all text after it is code", 3, 1)
    ]


def test_a_footnote_that_nothing_refers_to_is_a_warning() -> None:
    assert problems("a\n\n[^x]: lost") == [
        ("unused-footnote", 'nothing refers to the footnote "x", so it is left out', 3, 1)
    ]


# ---- languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“a” ‘b’ it’s"),
        ("de-AT", "„a“ ‚b‘ it’s"),
        ("fr", "«\u202fa\u202f» “b” it’s"),
        ("sv", "”a” ’b’ it’s"),
        ("xx", "“a” ‘b’ it’s"),
    ],
)
def test_quotes_are_those_of_the_language(language: str, expected: str) -> None:
    assert filled(content("\"a\" 'b' it's", language=language)) == f"<p>{expected}</p>"


def test_plain_typography_where_asked() -> None:
    assert content('"a" -- b...', options=MarkdownOptions(smart=False)).text == '"a" -- b...'


def test_words_of_ours_are_in_the_language() -> None:
    assert 'aria-label="Hinweis"' in filled(content("> [!NOTE]\n> x", language="de"))


# ---- hostile text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [">" * 10_000, "- " * 10_000 + "x", "".join("  " * n + "- a\n" for n in range(300))]
)
def test_deep_nesting_is_an_error_and_plain_text(text: str) -> None:
    converted = content(text)
    assert [(p.severity, p.code) for p in converted.problems] == [(Severity.ERROR, "too-deep")]
    assert filled(converted).startswith('<pre tabindex="0">')


def test_what_would_take_too_long_is_an_error_at_its_line() -> None:
    (problem,) = content("ok\n\n" + "[" * 10_000).problems
    assert (problem.severity, problem.code, problem.line) == (Severity.ERROR, "too-large", 3)


def test_a_body_beyond_all_measure_is_an_error() -> None:
    (problem,) = content("word " * (MAX_LENGTH // 5 + 1)).problems
    assert problem.message == "the text has 4,000,005 characters; at most 4,000,000 are converted"


def test_control_characters_vanish() -> None:
    assert filled(content("a\0b\x02c\x1bd\ud800")) == "<p>abcd</p>"


def test_an_unfinished_tag_does_not_swallow_the_page() -> None:
    assert "&lt;a href=" in filled(content('<div>\n<a href="x\n</div>\n'))


def test_an_empty_tag_behind_raw_html_stays_in_its_place() -> None:
    assert filled(content("<div>\na\n</div><br>\n\nb\n\n<div>c</div>")).index("<br>") < 25


def test_hostile_text_says_what_to_do() -> None:
    (problem,) = content("[" * 10_000).problems
    assert (
        problem.message
        == "this text is too much work: too many blocks, or too many marks without a blank line"
    )
    assert problem.hint == (
        "break paragraphs up with blank lines, or put data into a code block or a file under static/"
    )


def test_the_body_after_a_hostile_one_is_as_ever() -> None:
    before = content("a *b*")
    content("[" * 10_000)
    content(">" * 10_000)
    assert content("a *b*") == before


def test_the_step_knows_what_it_is_made_of() -> None:
    assert STEP.run is convert
    assert STEP.input is Body
    assert STEP.decode(STEP.encode(Body(text="# a [b](c)"))) == convert(Body(text="# a [b](c)"))
