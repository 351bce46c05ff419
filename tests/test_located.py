from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.diagnostics import format_text
from recto.located import Fields, decode, parse
from recto.located.compose import MAX_COPIES, MAX_LENGTH


def value(text: str) -> object:
    document = parse(text, path="a.yaml")
    assert document.diagnostics == ()
    return document.value


def complaints(text: str) -> list[str]:
    return [d.message for d in parse(text, path="a.yaml").diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("1984", 1984),
        ("-3", -3),
        ("0x1f", 31),
        ("1.10", 1.1),
        ("1.5e3", 1500.0),
        ("2017-05-01", date(2017, 5, 1)),
        ("2017-05-01 10:00:00", datetime(2017, 5, 1, 10)),  # noqa: DTZ001
        ("2017-05-01T10:00:00.5Z", datetime(2017, 5, 1, 10, 0, 0, 500000, UTC)),
        ("'1984'", "1984"),
        ("!!str 1984", "1984"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalar_is_what_people_expect_of_yaml(text: str, expected: object) -> None:
    assert value(f"key: {text}") == {"key": expected}


@pytest.mark.parametrize(
    "text",
    [
        "12:30",
        "007",
        "0o17",
        "1_000",
        ".inf",
        "-.INF",
        ".nan",
        "1e400",
        "2024-13-45",
        "9" * 5000,
        "+",
        ".",
        "-.",
    ],
)
def test_scalar_that_yaml_would_twist_stays_text(text: str) -> None:
    assert value(f"key: {text}") == {"key": text}


def test_keys_are_text_as_written() -> None:
    assert value("2017: a\nno: b\n~: c\n1.0: d") == {"2017": "a", "no": "b", "~": "c", "1.0": "d"}


def test_every_value_has_a_place_and_every_key_too() -> None:
    places = parse("title: Tides\nnav:\n  - {About: /about/}\n", path="a.yaml", first_line=2).places
    assert str(places["title"]) == "a.yaml:2:8"
    assert (places["title"].width, places["title"].text) == (5, "title: Tides")
    assert str(places["title#key"]) == "a.yaml:2:1"
    assert str(places["nav.0.About"]) == "a.yaml:4:13"
    assert set(places) == {"title", "title#key", "nav", "nav#key", "nav.0", "nav.0.About", "nav.0.About#key"}


def test_place_of_an_empty_value_is_its_key() -> None:
    assert str(parse("a: 1\ntitle:\n", path="a.yaml").places["title"]) == "a.yaml:2:1"


def test_place_of_a_block_stays_on_its_first_line() -> None:
    place = parse("text: >\n  one\n  two\n", path="a.yaml").places["text"]
    assert (place.line, place.column, place.width) == (1, 7, 1)


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
def test_exotic_line_separators_do_not_shift_places(separator: str) -> None:
    document = parse(f"title: a{separator}b\ntags: x", path="a.yaml")
    assert document.value == {"title": "a b", "tags": "x"}
    assert str(document.places["tags"]) == "a.yaml:2:7"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_any_system_count_as_one(end: str) -> None:
    assert str(parse(f"a: 1{end}b: 2{end}c: 3", path="a.yaml").places["c"]) == "a.yaml:3:4"


def test_columns_count_characters_not_bytes() -> None:
    assert str(parse("{ü🌊: 日本, x: y}", path="a.yaml").places["x"]) == "a.yaml:1:13"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("007", "007"),
        ("no", "no"),
        ("null", "null"),
        ("&a 1.10", "1.10"),
        ("!!int 12", "12"),
        ("12  # why", "12"),
    ],
)
def test_source_of_a_scalar_is_what_was_written(text: str, written: str) -> None:
    assert parse(f"key: {text}", path="a.yaml").places.source("key") == written


def test_alias_gives_what_it_names_again() -> None:
    assert value("a: &x [1, 2]\nb: *x") == {"a": [1, 2], "b": [1, 2]}


def test_merge_key_adds_what_the_mapping_does_not_have() -> None:
    text = "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nall:\n  a: 0\n  <<: [*one, *two]\n"
    document = parse(text, path="a.yaml")
    assert isinstance(document.value, dict)
    assert document.value["all"] == {"a": 0, "b": 1, "c": 2}
    assert str(document.places["all.a"]) == "a.yaml:4:6"
    assert str(document.places["all.c"]) == "a.yaml:2:21"


def test_quoted_merge_sign_is_a_key() -> None:
    assert value("'<<': a") == {"<<": "a"}


def test_aliases_may_expand_to_a_bounded_number_of_values() -> None:
    fine = "a: &a [" + "x, " * 99 + "x]\nb: [" + "*a, " * 90 + "*a]"
    assert complaints(fine) == []
    bomb = fine + "\nc: &c [" + "*a, " * 99 + "*a]\nd: [*c, *c]"
    assert complaints(bomb) == [f"the aliases (*name) expand to more than {MAX_COPIES:,} values"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{"])
@pytest.mark.parametrize("depth", [100, 5_000, 200_000])
def test_deep_nesting_is_refused_without_descending(opening: str, depth: int) -> None:
    found = complaints("a:\n  " + opening * depth)
    assert len(found) == 1
    known = ("nested more than 60 levels deep", "not valid YAML", "a key must be plain text")
    assert any(words in found[0] for words in known)


def test_deep_indentation_is_refused_without_descending() -> None:
    assert complaints("".join(" " * n + "a:\n" for n in range(1_200))) == [
        "values are nested more than 60 levels deep"
    ]


def test_long_yaml_is_refused() -> None:
    assert complaints("x" * (MAX_LENGTH + 1)) == [
        "this is more YAML than recto reads at once (1,000,000 characters)"
    ]


def test_many_brackets_that_are_not_deep_are_fine() -> None:
    assert value("a: [" + "[], " * 3_000 + "]") == {"a": [[]] * 3_000}


def test_control_character_is_named_and_never_shown() -> None:
    (shown,) = format_text(parse("a: \x1b[31mred", path="a.yaml").diagnostics)
    assert "U+001B" in shown
    assert "\x1b" not in shown


@given(st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`,? \n\t\\\x00é=~<01"), max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    document = parse(text, path="a.yaml")
    assert format_text(document.diagnostics) is not None
    for place in document.places.values():
        assert place.line >= 1
        assert place.column >= 1


@given(st.text(max_size=40))
def test_no_text_of_any_script_is_too_odd(text: str) -> None:
    document = parse(f"title: {text}", path="a.yaml")
    assert all(d.location and d.hint for d in document.diagnostics)


def test_bytes_are_decoded_without_their_mark() -> None:
    assert decode(b"\xef\xbb\xbfa\r\n", "a.md") == "a\r\n"


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"ab\n\xc3\xa9\xe9", "a.md:2:2"), (b"\xff", "a.md:1:1"), (b"a\r\nb\rc\xe9d", "a.md:3:2")],
)
def test_first_byte_that_is_not_utf8_has_a_place(data: bytes, place: str) -> None:
    problem = decode(data, "a.md")
    assert not isinstance(problem, str)
    assert str(problem.location) == place


def fields(text: str) -> tuple[Fields, object]:
    document = parse(text, path="a.yaml")
    assert isinstance(document.value, dict)
    return Fields(document.places, code="test"), document.value["key"]


@pytest.mark.parametrize("text", ["no", "null", "007", "1.10", "2017-05-01", "12:30", "a"])
def test_name_is_what_was_written(text: str) -> None:
    reader, found = fields(f"key: {text}")
    assert reader.name("key", found) == text


@pytest.mark.parametrize("text", ["", "null", "~", "''"])
def test_text_of_nothing_is_empty(text: str) -> None:
    reader, found = fields(f"key: {text}")
    assert reader.text("key", found) == ""


@pytest.mark.parametrize(("text", "tag"), [("no", "no"), ("pt_BR", "pt-BR"), ("zh-Hant-TW", "zh-Hant-TW")])
def test_language_is_known_by_its_shape(text: str, tag: str) -> None:
    reader, found = fields(f"key: {text}")
    assert reader.language("key", found) == tag


@pytest.mark.parametrize(("text", "expected"), [("yes", True), ("'false'", False), ("OFF", False)])
def test_boolean_may_be_any_of_yamls_words(text: str, expected: bool) -> None:
    reader, found = fields(f"key: {text}")
    assert reader.boolean("key", found) is expected


@pytest.mark.parametrize("text", ["true", "7.5", "-1", "1001", "'7'"])
def test_number_is_whole_and_within_bounds(text: str) -> None:
    reader, found = fields(f"key: {text}")
    assert reader.integer("key", found, 0, 1000) is None
    assert len(reader.diagnostics) == 1
