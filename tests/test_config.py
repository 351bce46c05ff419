from pathlib import Path

import pytest
import yaml

from recto import config
from recto.config import AddressError, PermalinkError, address, reference, translate
from recto.diagnostics import format_text
from recto.model import DEFAULT_TAXONOMIES, Author, Config, FeedOptions, Folders, Taxonomy


def read(text: str) -> Config:
    settings, found = config.parse(text)
    assert format_text(found) == []
    return settings


@pytest.mark.parametrize("text", ["", "# only a remark\n", "title:\nurl:\nauthor:\nfeed:\n", "\ufeff"])
def test_empty_configuration_is_all_defaults(text: str) -> None:
    assert read(text.removeprefix("\ufeff")) == Config()


def test_every_example_of_the_reference_is_accepted() -> None:
    for key in config.KEYS:
        assert read(key.example) != Config(), key.name
        for inner in key.keys:
            outer = f"{key.name}:\n  places:" if "NAME" in inner.name else f"{key.name}:"
            read(f"{outer}\n    {inner.example}")


def test_reference_has_every_setting_of_the_model_with_its_default() -> None:
    rows = {row.name: row for row in reference()}
    assert {name.partition(".")[0] for name in rows} == set(Config.__slots__)
    assert {name for name in rows if name.startswith("feed.")} == {
        f"feed.{name}" for name in FeedOptions.__slots__
    }
    assert (rows["paginate"].default, rows["feed.full"].default, rows["url"].default) == ("10", "true", "")
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
        if row.default and "." not in row.name:
            assert str(getattr(Config(), row.name)) == str(yaml.safe_load(row.default))


@pytest.mark.parametrize("written", ["5", "true", "{a: b}"])
def test_patterns_to_ignore_are_a_list(written: str) -> None:
    made, [problem] = config.parse(f"ignore: {written}\n")
    assert made.ignore == ()
    assert str(problem.location) == "site.yaml:1:9"
    assert problem.message.startswith("ignore must be a list of patterns, got ")
