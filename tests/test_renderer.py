"""Values in, bytes out; what a template does wrong is a located problem."""

import sys
from dataclasses import replace

import pytest

import pages
from recto.diagnostics import BuildError, Diagnostic, Location, format_text
from recto.model import Asset, Template
from recto.renderer import Renderer

POST = pages.post("a", extra={"mood": "calm"})
SITE = pages.site(POST)


def check(own: dict[str, str], template: str = "post.html") -> str:
    page = replace(pages.post_page(SITE, POST), template=template, origin=Location(path="posts/a.md", line=3))
    return "\n".join(format_text(pages.renderer(SITE, own).check([page])))


def failure(text: str, **more: str) -> str:
    return "\n".join(format_text(problems(text, **more)))


def problems(text: str, **more: str) -> tuple[Diagnostic, ...]:
    own = {"post.html": text} | {f"{name}.html": part for name, part in more.items()}
    with pytest.raises(BuildError) as failed:
        pages.renderer(SITE, own).render(pages.post_page(SITE, POST))
    return failed.value.diagnostics


def show(text: str, **more: str) -> str:
    own = {"post.html": text} | {f"{name}.html": part for name, part in more.items()}
    return pages.renderer(SITE, own).render(pages.post_page(SITE, POST)).decode()


# ---- which template is used ----


def test_own_template_comes_before_the_themes() -> None:
    assert show("mine") == "mine"


def test_own_template_fills_a_block_of_the_themes() -> None:
    shown = show(
        '{% extends "default/post.html" %}{% block after_title %}<p>{{ post.extra.mood }}</p>{% endblock %}'
    )
    assert "<p>calm</p>" in shown
    assert shown.startswith("<!doctype html>")


def test_theme_uses_an_own_partial() -> None:
    assert "<i>my footer</i>" in show(
        '{% extends "default/post.html" %}', **{"parts/footer": "<i>my footer</i>"}
    )


def test_own_template_in_a_folder_is_included_by_its_path() -> None:
    assert show('{% include "parts/mine.html" %}', **{"parts/mine": "x"}) == "x"


# ---- what is written ----


def test_text_is_escaped_in_html_xml_and_svg_but_not_in_text() -> None:
    own = dict.fromkeys(("own.html", "own.svg", "own.txt", "own.xml"), "{{ site.title }}")
    made = pages.renderer(SITE, own)
    shown = [made.render(pages.page(name, "/own", "own", SITE)) for name in sorted(own)]
    assert shown == [b"A blog &amp; more", b"A blog &amp; more", b"A blog & more", b"A blog &amp; more"]


def test_tags_leave_no_empty_lines() -> None:
    assert show("a\n  {% if true %}\nb\n  {% endif %}\nc\n") == "a\nb\nc\n"


def test_none_is_nothing() -> None:
    assert show("[{{ post.image }}]") == "[]"


def test_control_characters_are_left_out() -> None:
    own = {"own.html": "a{{ '\\x00\\x0b' }}b\tc\n", "own.xml": "a{{ '\\x1f\\ufffe\\uffff' }}é\n"}
    made = pages.renderer(SITE, own)
    assert made.render(pages.page("own.html", "/a", "own", SITE)) == b"ab\tc\n"
    assert made.render(pages.page("own.xml", "/a", "own", SITE)) == "aé\n".encode()


def test_lone_surrogate_does_not_stop_the_build() -> None:
    assert show("{{ '\\ud800' }}") == "?"


def test_addresses_are_moved_below_the_folder_in_html_only() -> None:
    site = pages.site(POST, base_path="/blog", url="https://example.com/blog")
    own = dict.fromkeys(("own.html", "own.xml", "own.txt"), '<a href="/x">')
    made = pages.renderer(site, own)
    shown = [made.render(pages.page(name, "/own", "own", site)) for name in sorted(own)]
    assert shown == [b'<a href="/blog/x">', b'<a href="/x">', b'<a href="/x">']


def test_file_of_the_theme_a_site_or_a_folder_is_found_by_its_name() -> None:
    files = (
        pages.SHEET,
        Asset(path="assets/letter.1234abcd.css", source="", origin="templates/assets/letter.css", digest="1"),
        Asset(path="images/über.jpg", source="", origin="images/über.jpg", digest="2"),
        Asset(path="logo.svg", source="", origin="static/logo.svg", digest="3"),
    )
    names = ("style.css", "letter.css", "images/über.jpg", "logo.svg")
    own = Template(
        name="own.txt", path="templates/own.txt", text="".join(f"{{{{ asset('{n}') }}}} " for n in names)
    )
    shown = Renderer((own,), SITE, files).render(pages.page("own.txt", "/own", "own", SITE)).decode()
    assert shown.split() == [
        "/assets/style.0a1b2c3d.css",
        "/assets/letter.1234abcd.css",
        "/images/%C3%BCber.jpg",
        "/logo.svg",
    ]


# ---- what is wrong before anything is made ----


def test_theme_has_nothing_wrong() -> None:
    assert pages.renderer(SITE).check(pages.every_page(SITE).values()) == ()


def test_missing_template_is_reported_where_it_is_named() -> None:
    assert check({}, "psot.html") == (
        'error[template-unknown]: there is no template "psot.html"\n'
        "  posts/a.md:3\n"
        '  fix: did you mean "post.html"?'
    )


def test_missing_included_template_is_reported_in_the_template() -> None:
    assert check({"post.html": "<p>\n{% include 'parts/crad.html' %}"}) == (
        'error[template-unknown]: there is no template "parts/crad.html"\n'
        "  templates/post.html:2:13\n"
        "  2 | {% include 'parts/crad.html' %}\n"
        "    |             ^^^^^^^^^^^^^^^\n"
        '  fix: did you mean "parts/card.html"?'
    )


def test_template_that_is_like_no_other_says_where_they_are_named() -> None:
    assert check({"post.html": "{% include 'xyzzy' %}"}).endswith(
        "  fix: it is neither yours nor the theme's: recto templates list names them all"
    )


def test_missing_template_that_may_be_missing_is_no_problem() -> None:
    assert (
        check({"post.html": "{% include 'a.html' ignore missing %}{% include ['b.html', 'robots.txt'] %}"})
        == ""
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "a\n{% blok x %}",
            'error[tag-unknown]: there is no tag "blok"\n  templates/post.html:2:4\n'
            '  2 | {% blok x %}\n    |    ^^^^\n  fix: did you mean "block"?',
        ),
        (
            "{% for p in site.posts %}\nx",
            "error[template-syntax]: unexpected end of template\n  templates/post.html:2\n"
            "  2 | x\n  fix: {% for %} is closed by {% endfor %}",
        ),
        (
            "{{ post.title }",
            "error[template-syntax]: unexpected '}'\n  templates/post.html:1:15\n"
            "  1 | {{ post.title }\n    |               ^",
        ),
        (
            "{{ post.title | uper }}",
            'error[filter-unknown]: there is no filter "uper"\n  templates/post.html:1:17\n'
            '  1 | {{ post.title | uper }}\n    |                 ^^^^\n  fix: did you mean "upper"?',
        ),
        (
            "{% if post is evenn %}{% endif %}",
            'error[test-unknown]: there is no test "evenn"\n  templates/post.html:1:15\n'
            '  1 | {% if post is evenn %}{% endif %}\n    |               ^^^^^\n  fix: did you mean "even"?',
        ),
    ],
)
def test_template_that_cannot_be_read_is_a_located_problem(template: str, expected: str) -> None:
    assert check({"post.html": template}) == expected


def test_tag_that_closes_nothing_says_what_is_open() -> None:
    assert check({"post.html": "{% if post.title %}{% endfor %}"}) == (
        'error[template-syntax]: "endfor" belongs to nothing that is open here\n  templates/post.html:1:23\n'
        "  1 | {% if post.title %}{% endfor %}\n    |                       ^^^^^^\n"
        "  fix: {% if %} is closed by {% endif %}"
    )


def test_block_that_the_theme_has_not_is_said_to_be_in_vain() -> None:
    own = '{% extends "default/post.html" %}\n{% block comment %}{% block mine %}{% endblock %}{% endblock %}'
    assert check({"post.html": own}) == (
        'warning[block-unknown]: default/post.html has no block "comment", so this one is not shown\n'
        "  templates/post.html:2:10\n  2 | {% block comment %}{% block mine %}{% endblock %}{% endblock %}\n"
        '    |          ^^^^^^^\n  fix: did you mean "comments"?'
    )


def test_text_outside_of_blocks_is_said_to_be_in_vain() -> None:
    own = '{% extends "default/post.html" %}\n\n<p>{{ post.title }}</p>\n{% block main %}{% endblock %}\n'
    assert check({"post.html": own}) == (
        "warning[outside-block]: this stands outside of the blocks of default/post.html, so it is not shown\n"
        "  templates/post.html:3\n  3 | <p>{{ post.title }}</p>\n  fix: put it into a block"
    )


@pytest.mark.parametrize(
    "own",
    [
        '{% extends "default/post.html" %}\n{# mine #}\n{% set a = 1 %}{% block head_extra %}{{ super() }}{% endblock %}\n',
        "{% extends post.template or 'default/post.html' %}{% block x %}{% endblock %}",
        "{% extends 'post.html' %}{% block x %}{% endblock %}",
        "<p>{% block x %}{% endblock %}",
    ],
)
def test_template_that_says_nothing_in_vain_is_no_problem(own: str) -> None:
    assert check({"post.html": own}) == ""


def test_own_template_without_the_blocks_that_the_theme_fills_is_no_problem() -> None:
    assert check({"base.html": "<main>{% block main %}{% endblock %}</main>"}) == ""


def test_problems_of_every_reachable_template_are_reported_once() -> None:
    own = {"post.html": "{% include 'a.html' %}{% include 'b.html' %}", "a.html": "{% if %}", "b.html": "{% include 'a.html' %}{{ x | y }}"}  # fmt: skip
    assert [line for line in check(own).split("\n") if line.startswith("error")] == [
        "error[template-syntax]: expected an expression, got 'end of statement block'",
        'error[filter-unknown]: there is no filter "y"',
    ]


def test_broken_template_that_no_page_uses_is_no_problem() -> None:
    assert check({"old.html": "{% if %}"}) == ""


# ---- what is wrong while a page is made ----


def test_unknown_field_is_a_located_error_that_names_the_nearest() -> None:
    assert failure('<h1 class="titel">\n  <b>{{ post.titel }}</b>') == (
        "error[undefined]: post.titel does not exist\n"
        "  templates/post.html:2:14  while building from/post.md\n"
        "  2 |   <b>{{ post.titel }}</b>\n"
        "    |              ^^^^^\n"
        '  fix: did you mean "title"?'
    )


def test_unknown_name_says_which_there_are() -> None:
    assert failure("{{ nonsense }}") == (
        "error[undefined]: nonsense does not exist\n"
        "  templates/post.html:1:4  while building from/post.md\n"
        "  1 | {{ nonsense }}\n"
        "    |    ^^^^^^^^\n"
        "  fix: there are: site, page, post, older, newer, series, related"
    )


@pytest.mark.parametrize(("name", "guess"), [("title", "post.title"), ("titel", "post.title"), ("piture", "picture"), ("theme", "site.theme")])  # fmt: skip
def test_part_that_is_asked_for_alone_is_named_with_its_whole(name: str, guess: str) -> None:
    assert failure(f"{{{{ {name} }}}}").endswith(f'  fix: did you mean "{guess}"?')


@pytest.mark.parametrize(
    ("asked", "whole", "column"),
    [("post.image.url", "post.image", 15), ("post.aliases[0]", "post.aliases", 17), ("site.posts[0].image.url", "site.posts[0].image", 24)],
)  # fmt: skip
def test_part_of_what_is_not_there_says_what_to_ask_first(asked: str, whole: str, column: int) -> None:
    said = failure(f"{{{{ {asked} }}}}")
    assert f"{asked} does not exist\n  templates/post.html:1:{column}  " in said
    assert said.endswith(f"  fix: there is none here: {{% if {whole} %}}…{{% endif %}}")


def test_unknown_key_of_the_front_matter_says_how_to_make_it_optional() -> None:
    assert failure("{{ post.extra.mod }}").endswith(
        '  fix: did you mean "mood"?\n       where it may be missing: {{ post.extra.mod | default("") }}'
    )


def test_key_that_may_be_missing_can_be_asked_for() -> None:
    assert show('{% if post.extra.x %}no{% else %}{{ post.extra.x | default("none") }}{% endif %}') == "none"


def test_field_of_the_model_cannot_be_asked_for_if_it_does_not_exist() -> None:
    assert "post.drafty does not exist" in failure("{% if post.drafty %}{% endif %}")


def test_error_in_the_theme_is_shown_under_the_name_that_reaches_it() -> None:
    page = replace(pages.post_page(SITE, POST), context={"page": 1})
    with pytest.raises(BuildError) as failed:
        pages.renderer(SITE).render(page)
    assert str(failed.value.diagnostics[0].location) == "default/base.html:2:21"


def test_tag_over_several_lines_is_searched_to_its_end() -> None:
    assert "templates/post.html:3:6" in failure("{{\n  post\n    .titel }}")


@pytest.mark.parametrize(
    ("template", "message", "place"),
    [
        ("\n{{ 1 / 0 }}", "the template fails here: division by zero (ZeroDivisionError)", "templates/post.html:2"),
        ("{{ 'a' + 1 }}", 'the template fails here: can only concatenate str (not "int") to str (TypeError)', "templates/post.html:1"),
        ("{% for x in 5 %}{% endfor %}", "the template fails here: 'int' object is not iterable (TypeError)", "templates/post.html:1"),
        ("{{ post }}", "this is a Post, not text", "templates/post.html:1"),
        ("{{ post.tags }}", "this is a tuple, not text", "templates/post.html:1"),
        ("{{ site.terms }}", "this is a function, not text", "templates/post.html:1"),
        ("{{ [1] | map('string') }}", "this is a generator, not text", "templates/post.html:1"),
        ("{{ none | date }}", "this is not a date", "templates/post.html:1:11"),
        ("{{ cover(post) }}", "this is not a title", "templates/post.html:1:4"),
        ("{{ cover('x', 'ring') }}", 'there is no style "ring"', "templates/post.html:1:16"),
        ("{{ cover() }}", "the template fails here: cover() missing 1 required positional argument: 'title' (TypeError)", "templates/post.html:1:4"),
        ("{{ post.date | date('%Q') }}", 'a date has no code "%Q"', "templates/post.html:1:22"),
        ("{% include 'x' ~ 'y' %}", 'there is no template "xy"', "templates/post.html:1"),
        ("{% extends 'post.html' %}", "this template includes or extends itself without end", "templates/post.html:1"),
    ],
)  # fmt: skip
def test_failing_template_is_a_located_problem(template: str, message: str, place: str) -> None:
    (problem,) = problems(template)
    assert (problem.message, str(problem.location), problem.context) == (message, place, "from/post.md")


def test_template_that_extends_itself_is_told_how_to_reach_the_themes() -> None:
    assert failure("{% extends 'post.html' %}").endswith(
        'fix: to build on the theme\'s: {% extends "default/post.html" %}'
    )


def test_imported_template_that_wants_the_page_is_told_how() -> None:
    shown = failure(
        "{% from 'made.html' import x %}{{ x() }}", made="{% macro x() %}{{ post.title }}{% endmacro %}"
    )
    assert "fix: an imported template does not see the page: end the import with `with context`" in shown


def test_problem_of_a_template_that_is_found_while_rendering_is_located_there() -> None:
    shown = failure("{% include 'bro' ~ 'ken.html' %}", broken="\n{% if %}")
    assert "templates/broken.html:2" in shown


@pytest.mark.parametrize("template", ["{{ [1, 2] | random }}", "{{ lipsum() }}"])
def test_chance_is_not_to_be_had(template: str) -> None:
    assert check({"post.html": template}) or failure(template)


def test_rendering_leaves_no_frame_of_the_deep_behind() -> None:
    limit = sys.getrecursionlimit()
    failure("{% include 'post.html' %}")
    assert sys.getrecursionlimit() == limit
    assert show("fine") == "fine"
