"""What templates can do beyond Jinja's own filters."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pages
from recto.diagnostics import BuildError
from recto.renderer import FILTERS, FUNCTIONS, MisuseError
from recto.renderer.filters import date as in_words
from recto.renderer.filters import iso, plural, present

MOMENT = datetime(2026, 3, 5, 15, 4, 9, tzinfo=timezone(timedelta(hours=5, minutes=30), "IST"))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("%-d %B %Y", "5 March 2026"),
        ("%Y-%m-%d", "2026-03-05"),
        ("%a, %d %b %y", "Thu, 05 Mar 26"),
        ("%A", "Thursday"),
        ("%H:%M:%S %I%p %-I", "15:04:09 03PM 3"),
        ("%j %-j %G-W%V-%u", "064 64 2026-W10-4"),
        ("%z %Z 100%%", "+0530 IST 100%"),
        ("", ""),
        ("ü", "ü"),
    ],
)
def test_date_is_written_in_the_form_that_is_asked_for(form: str, expected: str) -> None:
    assert in_words(MOMENT, form) == expected


def test_date_without_a_time_is_its_first_moment() -> None:
    assert in_words(date(2026, 3, 5), "%-d %b %H:%M") == "5 Mar 00:00"


def test_early_year_has_four_digits() -> None:
    assert in_words(date(987, 1, 2), "%Y %-Y") == "0987 987"


@given(st.datetimes(), st.sampled_from("%d %m %y %j %H %I %M %S %V %u %a %A %b %B %p".split()))
def test_codes_mean_what_strftime_means(moment: datetime, code: str) -> None:
    assert in_words(moment, code) == moment.strftime(code)


@pytest.mark.parametrize("code", ["%Q", "%-B", "%", "100 %"])
def test_unknown_code_of_a_date_is_an_error(code: str) -> None:
    with pytest.raises(MisuseError, match="a date has no code"):
        in_words(MOMENT, code)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MOMENT, "2026-03-05T15:04:09+05:30"),
        (datetime(2026, 3, 5, 1, 2, 3, 999_999, tzinfo=UTC), "2026-03-05T01:02:03+00:00"),
        (date(2026, 3, 5), "2026-03-05"),
        (datetime(1890, 1, 1, tzinfo=timezone(timedelta(hours=1, minutes=12, seconds=12))), "1889-12-31T22:47:48+00:00"),
    ],
)  # fmt: skip
def test_iso_is_what_rfc_3339_asks_for(value: date, expected: str) -> None:
    assert iso(value) == expected


@pytest.mark.parametrize(
    ("count", "words", "expected"),
    [(1, ("post",), "1 post"), (0, ("post",), "0 posts"), (2, ("entry", "entries"), "2 entries"), (1, ("entry", "entries"), "1 entry")],
)  # fmt: skip
def test_noun_agrees_with_its_number(count: int, words: tuple[str, ...], expected: str) -> None:
    assert plural(count, *words) == expected


def test_present_leaves_out_what_is_empty_and_keeps_zero_and_false() -> None:
    given_: dict[str, Any] = {"a": "", "b": None, "c": [], "d": {}, "e": (), "f": 0, "g": False, "h": "x"}
    assert present(given_) == {"f": 0, "g": False, "h": "x"}


def show(template: str, *, url: str = "https://example.com/blog", base_path: str = "") -> str:
    site = pages.site(pages.post(), url=url, base_path=base_path)
    one = pages.page("own.txt", "/own.txt", "own", site)
    return pages.renderer(site, {"own.txt": template}).render(one).decode()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/feed.xml", "https://example.com/blog/feed.xml"),
        ("https://a.example/x", "https://a.example/x"),
        ("//a.example/x", "//a.example/x"),
        ("", ""),
    ],
)
def test_absolute_puts_the_sites_address_before_a_rooted_one(address: str, expected: str) -> None:
    assert show(f'{{{{ "{address}" | absolute }}}}') == expected


def test_absolute_is_nothing_where_the_site_has_no_address() -> None:
    assert show('{{ "/feed.xml" | absolute }}', url="") == ""


def test_asset_is_the_address_of_the_file_with_the_digest_in_its_name() -> None:
    assert show('{{ asset("style.css") }} {{ has_asset("style.css") }}') == "/assets/style.0a1b2c3d.css True"


def test_unknown_asset_is_a_located_error() -> None:
    with pytest.raises(BuildError) as failed:
        show('a\n  {{ asset("stile.css") }}')
    (problem,) = failed.value.diagnostics
    assert (problem.message, problem.hint, str(problem.location)) == (
        'there is no file "stile.css"',
        'did you mean "style.css"?',
        "templates/own.txt:2:13",
    )


def test_every_filter_and_function_is_documented_with_an_example() -> None:
    undocumented = [name for name, use in {**FILTERS, **FUNCTIONS}.items() if "`" not in (use.__doc__ or "")]
    assert undocumented == []
