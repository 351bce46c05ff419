from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from operator import attrgetter
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml

from recto import config
from recto.config import AddressError, PermalinkError, address, reference, translate
from recto.config.kinds import Key
from recto.diagnostics import format_text
from recto.model import DEFAULT_TAXONOMIES, EDITORS, Author, Comments, Config, Features, Folders, Taxonomy


def read(text: str) -> Config:
    settings, found = config.parse(text)
    assert format_text(found) == []
    return settings


@pytest.mark.parametrize("text", ["", "# only a remark\n", "title:\nurl:\nauthor:\nfeed:\n", "\ufeff"])
def test_empty_configuration_is_all_defaults(text: str) -> None:
    assert read(text.removeprefix("\ufeff")) == Config()


def examples(keys: Iterable[Key], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each key's full name and example, those of mappings after the mapping."""
    for key in keys:
        yield prefix + key.name, key.example
        if key.name != "deploy":  # whose keys want others beside them: see test_config_deploy.py
            yield from examples(key.keys, f"{prefix}{key.name}.")


@pytest.mark.parametrize(("name", "example"), list(examples(config.KEYS)))
def test_every_example_of_the_reference_is_accepted(name: str, example: str) -> None:
    *outer, _ = name.replace("NAME", "places").split(".")
    rows = [f"{'  ' * depth}{key}:" for depth, key in enumerate(outer)]
    meant = read("\n".join([*rows, f"{'  ' * len(outer)}{example}"]))
    assert outer or meant != Config()


def settings(kind: type, prefix: str = "") -> Iterator[str]:
    """The names of all settings that the model has."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    for name in (field.name for field in fields(kind)):
        yield prefix + name
        if is_dataclass(hints[name]):
            yield from settings(hints[name], f"{prefix}{name}.")


NOT_SAID = {"author.page", "author.image", "places"}  # recto makes them


def test_reference_has_every_setting_of_the_model_and_no_other() -> None:
    named = {row.name for row in reference() if "NAME" not in row.name}
    assert named == set(settings(Config)) - NOT_SAID


def test_reference_has_each_setting_with_its_default() -> None:
    rows = {row.name: row for row in reference()}
    assert [rows[name].default for name in ("paginate", "feed.full", "url", "nav", "theme", "theme.hue")] == [
        "10",
        "true",
        "",
        "",
        "",
        "35",
    ]
    assert [rows[f"theme.{name}"].default for name in ("comments.provider", "features.zoom")] == [
        "none",
        "true",
    ]
    assert (rows["images.widths"].default, rows["images.formats"].default) == (
        "[480, 800, 1200, 1600]",
        "[webp]",
    )
    assert all(row.description and row.example and row.type for row in rows.values())


def test_names_are_what_was_written() -> None:
    assert read("title: 1984\nlanguage: no\ndescription: yes").title == "1984"
    assert read("title: no").title == "no"
    assert read("language: no").language == "no"


def test_author_is_a_name_or_a_mapping() -> None:
    assert read("author: The author").author == Author(name="The author")
    assert read("author: {name: The author, url: /about/}").author == Author(name="The author", url="/about/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/blog/", "https://example.com/blog"),
        ("HTTP://Example.COM:8080//a//b/", "http://example.com:8080/a/b"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_address_has_no_slash_at_its_end(text: str, expected: str) -> None:
    assert address(text) == expected
    assert read(f'url: "{text}"').url == expected


@pytest.mark.parametrize(
    "text", ["example.com", "//example.com", "ftp://example.com", "https://", "https://a b", "https://a/#x"]
)
def test_address_that_no_site_can_have_is_refused(text: str) -> None:
    with pytest.raises(AddressError) as problem:
        address(text)
    assert problem.value.hint.startswith("write url: https://")


@pytest.mark.parametrize(
    "text",
    [
        "nav: [{About: /about/}]",
        "nav: [{title: About, url: /about/}]",
        "nav: {About: /about/}",
        "nav: [About]",
        "nav: [/about/]",
    ],
)
def test_navigation_may_be_written_in_each_form(text: str) -> None:
    (item,) = read(text).nav
    assert (item.title, item.url) == ("About", "/about/")
    assert item.location is not None


def test_navigation_keeps_its_order_and_titles_as_written() -> None:
    items = read("nav:\n  - {2017: /2017/}\n  - {No: https://example.com}\n  - /\n").nav
    assert [(item.title, item.url) for item in items] == [
        ("2017", "/2017/"),
        ("No", "https://example.com"),
        ("Home", "/"),
    ]


def test_taxonomies_as_a_list_have_names_made_of_theirs() -> None:
    assert read("taxonomies: [categories, tags, story-lines, series]").taxonomies == (
        *DEFAULT_TAXONOMIES,
        Taxonomy(name="story-lines", title="Story lines", singular="story-line"),
        Taxonomy(name="series", title="Series", singular="series"),
    )


def test_taxonomies_as_a_mapping_have_options() -> None:
    text = "taxonomies:\n  categories:\n    terms: {Walking: On foot, No: }\n  places: {singular: spot, feed: true}\n"
    categories, places = read(text).taxonomies
    assert (categories.descriptions, categories.closed, categories.feed) == (
        {"Walking": "On foot", "No": ""},
        True,
        True,
    )
    assert places == Taxonomy(name="places", title="Places", singular="spot", feed=True)


def test_folders_are_within_the_site() -> None:
    assert read('folders: {posts: ./_posts/, pages: "."}').folders == Folders(posts="_posts", pages=".")


def test_ignore_is_a_list_or_one_pattern() -> None:
    assert read("ignore: '*.psd'").ignore == ("*.psd",)
    assert read("ignore: ['*.psd', 2017]").ignore == ("*.psd", "2017")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/{year}/{month}/{slug}/", "/{year}/{month}/{slug}/"),
        ("{slug}.html", "/{slug}.html"),
        ("/:year/:i_month/:title.html", "/{year}/{i_month}/{name}.html"),
        ("/:categories/:short_year/:y_day/:slug", "/{categories}/{short_year}/{y_day}/{slug}"),
        ("/blog/:year-:month-:day-:title/", "/blog/{year}-{month}-{day}-{name}/"),
        ("/:title_old/", "/{name}_old/"),
        ("date", "/{categories}/{year}/{month}/{day}/{name}.html"),
        ("pretty", "/{categories}/{year}/{month}/{day}/{name}/"),
        ("ordinal", "/{categories}/{year}/{y_day}/{name}.html"),
        ("weekdate", "/{categories}/{year}/W{week}/{short_day}/{name}.html"),
        ("none", "/{categories}/{name}.html"),
    ],
)
def test_permalink_of_jekyll_is_translated(pattern: str, expected: str) -> None:
    assert translate(pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "/{year}/",
        "/{slug",
        "/{slug}}",
        "/a/../{slug}",
        "/{slug}?x",
        "x",
        "/{}/{slug}",
        "/%2e%2e/{slug}",
        "/%00{slug}",
    ],
)
def test_permalink_that_leads_nowhere_is_refused(pattern: str) -> None:
    with pytest.raises(PermalinkError):
        translate(pattern)


def test_permalink_of_one_post_need_not_tell_posts_apart() -> None:
    assert translate("/about/us/", whole=False) == "/about/us/"
    assert translate("about", whole=False) == "/about"


def test_values_that_are_wrong_keep_their_defaults() -> None:
    settings, found = config.parse("title: A\npaginate: many\ntheme: {hue: 400, mode: dark}\n")
    assert (settings.title, settings.paginate, settings.theme.hue, settings.theme.mode) == (
        "A",
        10,
        35,
        "dark",
    )
    assert len(found) == 2


def test_missing_file_is_all_defaults(tmp_path: Path) -> None:
    assert config.load(tmp_path) == (Config(), ())


@pytest.mark.parametrize("name", ["site.yaml", "site.yml"])
def test_file_is_read_with_byte_order_mark_and_windows_line_ends(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbftitle: A\r\npaginate: 7\r\n")
    settings, found = config.load(tmp_path)
    assert (settings.title, settings.paginate, found) == ("A", 7, ())


def test_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").mkdir()
    settings, found = config.load(tmp_path)
    assert settings == Config()
    assert format_text(found) == ["error[unreadable]: site.yaml cannot be read: is a directory\n  site.yaml"]


def test_reference_defaults_are_what_an_empty_file_gives() -> None:
    for row in reference():
        if row.default and not row.of:
            value = attrgetter(row.name)(Config())
            assert yaml.safe_load(row.default) == (list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("written", ["5", "true", "{a: b}"])
def test_patterns_to_ignore_are_a_list(written: str) -> None:
    made, [problem] = config.parse(f"ignore: {written}\n")
    assert made.ignore == ()
    assert str(problem.location) == "site.yaml:1:9"
    assert problem.message.startswith("ignore must be a list of patterns, got ")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fonts/literata.woff2", "fonts/literata.woff2"),
        ("/fonts/Literata Text.WOFF2", "fonts/Literata Text.WOFF2"),
        ("Georgia, serif", "Georgia, serif"),
        ("[Georgia, serif]", "Georgia, serif"),
        (
            "-apple-system, 'Segoe UI', Source Serif 4, Noto Sans",
            '-apple-system, "Segoe UI", "Source Serif 4", "Noto Sans"',
        ),
        ("'3270, monospace'", '"3270", monospace'),
        ("", ""),
    ],
)
def test_font_is_a_file_or_names_as_a_style_sheet_has_them(written: str, meant: str) -> None:
    assert read(f"theme:\n  fonts:\n    text: {written}\n").theme.fonts.text == meant


@pytest.mark.parametrize(
    "written",
    [
        "a; b",
        "a {",
        "'a",
        "</style>",
        "\\22",
        "Georgia,",
        "url(x)",
        "https://fonts.example/a.woff2",
        "{a: b}",
    ],
)
def test_font_cannot_end_its_line_of_a_style_sheet(written: str) -> None:
    made, problems = config.parse(f"theme:\n  fonts:\n    text: {written!r}\n")
    assert made.theme.fonts.text == ""
    assert [problem.message.partition(", got")[0] for problem in problems] == [
        "theme.fonts.text must be names of typefaces or a font file of the site"
    ]


@pytest.mark.parametrize(
    ("written", "title", "url"),
    [
        ("[{Mastodon: https://example.social/@me}]", "Mastodon", "https://example.social/@me"),
        ("{Mail: mailto:me@example.com}", "Mail", "mailto:me@example.com"),
        ("[https://www.example.org/me]", "example.org", "https://www.example.org/me"),
        ("[mailto:me@example.com]", "Mail", "mailto:me@example.com"),
    ],
)
def test_social_links_lead_elsewhere(written: str, title: str, url: str) -> None:
    (item,) = read(f"theme:\n  social: {written}\n").theme.social
    assert (item.title, item.url) == (title, url)
    assert item.location is not None


@pytest.mark.parametrize(
    "written",
    [
        "me/blog",
        "https://github.com/me/blog",
        "https://github.com/me/blog/",
        "https://github.com/me/blog.git",
    ],
)
def test_repository_of_comments_may_be_written_as_its_address(written: str) -> None:
    text = f"theme: {{comments: {{provider: utterances, repo: {written}}}}}"
    assert read(text).theme.comments == Comments(provider="utterances", repo="me/blog")


def test_comments_of_giscus_have_all_that_it_needs() -> None:
    text = "theme:\n  comments: {provider: giscus, repo: a/b, repo_id: R_1, category: General, category_id: DIC_1}\n"
    assert read(text).theme.comments.category_id == "DIC_1"
    _, [problem] = config.parse("theme: {comments: utterances}")
    assert (problem.message, str(problem.location)) == ("utterances needs repo too", "site.yaml:1:19")


def test_comments_may_be_none_in_a_word() -> None:
    assert read("theme: {comments: none}").theme.comments == Comments()


def test_key_of_comments_that_is_wrong_is_not_said_to_be_missing() -> None:
    _, [problem] = config.parse("theme: {comments: {provider: utterances, repo: blog}}")
    assert problem.message == 'theme.comments.repo must be a repository on GitHub, got "blog"'


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("/edit/{path}", 'theme.edit must be an address with {path} in it, got "/edit/{path}"'),
        ("https://example.com/", "theme.edit is the same for all posts"),
        ("https://example.com/{path}/{branch}", 'there is no "{branch}" in theme.edit'),
    ],
)
def test_address_of_editing_has_the_path_and_nothing_else_to_fill_in(written: str, message: str) -> None:
    made, [problem] = config.parse(f"theme:\n  edit: {written}\n")
    assert (made.theme.edit, problem.message) == ("", message)


def test_words_are_said_as_they_are_written() -> None:
    assert read("theme: {words: {Older posts: Earlier, Yes: no}}").theme.words == {
        "Older posts": "Earlier",
        "Yes": "no",
    }


def test_features_are_on_unless_they_are_off() -> None:
    assert read("theme: {features: {search: off}}").theme.features == Features(search=False)


def test_widths_and_formats_of_pictures_are_in_one_order_however_they_are_written() -> None:
    made = read("images: {widths: [1200, 480, 480], formats: [webp, avif]}").images
    assert (made.widths, made.formats) == ((480, 1200), ("avif", "webp"))
    assert read("images: {widths: 900, formats: avif}").images.widths == (900,)
    assert read("images: {widths: [], formats: []}").images.formats == ()


def test_author_of_the_site_may_be_called_by_the_key_of_one_of_the_authors() -> None:
    made = read("author: kim\nauthors: {kim: {name: Kim Ø., bio: Walks.}, robin: {}}\n")
    assert made.author == made.authors["kim"] == Author(name="Kim Ø.", bio="Walks.")
    described = read("author: {name: kim, bio: Sails.}\nauthors: {kim: {name: Kim Ø.}}\n")
    assert described.author == Author(name="kim", bio="Sails.")


def test_authors_are_known_by_the_names_that_posts_call_them() -> None:
    made = read("authors:\n  Robin: {bio: Draws the maps.}\n  kim: Kim Ø.\n  No:\n").authors
    assert made == {
        "Robin": Author(name="Robin", bio="Draws the maps."),
        "kim": Author(name="Kim Ø."),
        "No": Author(name="No"),
    }
    assert read("authors: [Robin, Kim]").authors["Kim"] == Author(name="Kim")


def test_word_that_is_counted_is_said_in_its_forms() -> None:
    forms = {"one": "one letter", "other": "{n} letters"}
    assert read('theme: {words: {post: {one: one letter, other: "{n} letters"}}}').theme.words == {
        "post": forms
    }


@pytest.mark.parametrize(
    "written", ["", *EDITORS, "mvim://open?url=file://{path}&line={line}&column={column}"]
)
def test_editor_is_known_by_name_or_an_address(written: str) -> None:
    assert read(f"editor: {written}").editor == written


@pytest.mark.parametrize("name", EDITORS)
def test_editor_that_is_known_by_name_has_an_address_that_would_be_accepted(name: str) -> None:
    assert read(f"editor: {EDITORS[name]}").editor == EDITORS[name]


NO_EDITOR = "editor must be vscode, cursor, idea, subl, zed or an address with {path} in it, got "


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("emacs", f'{NO_EDITOR}"emacs"'),
        ("C:/Tools/edit.exe {path}", f'{NO_EDITOR}"C:/Tools/edit.exe {{path}}"'),
        ("C:/{path}", f'{NO_EDITOR}"C:/{{path}}"'),
        ("x-edit://open file {path}", f'{NO_EDITOR}"x-edit://open file {{path}}"'),
        ("javascript:alert('{path}')", 'no editor answers to an address that begins with "javascript:"'),
        ("JavaScript:alert('{path}')", 'no editor answers to an address that begins with "JavaScript:"'),
        ("data:text/html,{path}", 'no editor answers to an address that begins with "data:"'),
        ("x-edit://{path}:{row}", 'there is no "{row}" in editor'),
        ("x-edit://open:{line}", "editor is the same for all files"),
    ],
)
def test_address_of_an_editor_has_the_path_and_is_none_that_a_browser_runs(
    written: str, message: str
) -> None:
    made, [problem] = config.parse(f"editor: {written}\n")
    assert (made.editor, problem.message, str(problem.location)) == ("", message, "site.yaml:1:9")
