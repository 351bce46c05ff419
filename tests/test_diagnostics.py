"""A problem says what, where and what to do, in the same words wherever it is shown."""

from recto.diagnostics import Location, as_json, did_you_mean, error, fold, format_text, warning

PLACE = Location(path="posts/bees.md", line=3, column=7, width=10, text="date: 2024-13-45")


def test_a_problem_shows_its_place_its_line_and_a_way_out() -> None:
    problem = error("bad-date", "month must be in 1..12", PLACE, hint="write the date as YYYY-MM-DD")
    assert format_text([problem]) == [
        "error[bad-date]: month must be in 1..12\n"
        "  posts/bees.md:3:7\n"
        "  3 | date: 2024-13-45\n"
        "    |       ^^^^^^^^^^\n"
        "  fix: write the date as YYYY-MM-DD"
    ]


def test_the_caret_stands_under_wide_characters_too() -> None:
    place = Location(path="a.md", line=12, column=4, width=2, text="漢字 漢字")
    assert format_text([warning("w", "m", place)])[0].splitlines()[-1] == "     |      ^^^^"


def test_a_tab_takes_one_column_so_that_the_caret_is_right() -> None:
    place = Location(path="a.md", line=1, column=2, text="\tx")
    assert format_text([warning("w", "m", place)])[0].splitlines()[-2:] == ["  1 |  x", "    |  ^"]


def test_a_control_character_is_shown_and_never_sent_to_the_terminal() -> None:
    place = Location(path="a.md", line=1, column=3, text="a\x1b[2Jb\x00\x9b")
    assert format_text([warning("w", "\x7f", place)]) == [
        "warning[w]: ␡\n  a.md:1:3\n  1 | a␛[2Jb␀\ufffd\n    |   ^"
    ]


def test_a_long_line_is_cut_around_the_place() -> None:
    place = Location(path="a.md", line=1, column=501, width=3, text="a" * 500 + "XYZ" + "b" * 500)
    shown, caret = format_text([warning("w", "m", place)])[0].splitlines()[-2:]
    assert len(shown) < 120
    assert shown[caret.index("^") : caret.index("^") + 3] == "XYZ"


def test_a_problem_without_a_place_is_one_line() -> None:
    assert format_text([error("full", "no space left")]) == ["error[full]: no space left"]


def test_a_hint_of_several_lines_is_indented() -> None:
    assert format_text([error("e", "m", hint="this\nor that")]) == [
        "error[e]: m\n  fix: this\n       or that"
    ]


def test_both_places_of_a_problem_are_shown() -> None:
    other = Location(path="posts/wasps.md", line=2, column=1, text="slug: bees")
    problem = error("double", "two posts at /bees/", PLACE, related=(other,))
    assert format_text([problem])[0].splitlines()[4:] == [
        "  posts/wasps.md:2:1",
        "  2 | slug: bees",
        "    | ^",
    ]


def test_equal_problems_fold_into_one_that_counts() -> None:
    place = Location(path="templates/post.html", line=4, column=9)
    many = [error("undefined", "no post.titel", place, context=f"posts/{i}.md") for i in (3, 1, 2)]
    assert format_text(many) == [
        "error[undefined]: no post.titel\n  templates/post.html:4:9  while building posts/1.md (and 2 more)"
    ]
    assert [item.count for item in fold(many)] == [3]


def test_errors_come_before_warnings_then_by_place() -> None:
    places = [Location(path=path, line=line) for path, line in (("b", 1), ("a", 9), ("a", 10))]
    problems = [warning("w", "m", places[0]), *(error("e", "m", p) for p in reversed(places))]
    shown = [(i.diagnostic.severity.value, str(i.diagnostic.location)) for i in fold(problems)]
    assert shown == [("error", "a:9"), ("error", "a:10"), ("error", "b:1"), ("warning", "b:1")]


def test_json_holds_the_same_facts() -> None:
    [value] = as_json([error("bad-date", "month", PLACE, hint="h", related=(Location(path="x"),))])
    assert value == {
        "severity": "error",
        "code": "bad-date",
        "message": "month",
        "path": "posts/bees.md",
        "line": 3,
        "column": 7,
        "hint": "h",
        "related": [{"path": "x", "line": 0, "column": 0}],
        "context": "",
        "count": 1,
    }


def test_a_near_word_is_suggested_in_its_own_spelling() -> None:
    assert did_you_mean("titel", ["Title", "tags"]) == 'did you mean "Title"?'
    assert did_you_mean("zzz", ["title"]) == ""
