"""What templates can do beyond Jinja's own filters."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pages
from recto.diagnostics import BuildError
from recto.located.fields import _LANGUAGE
from recto.model import Theme
from recto.pictures import Image, Variant
from recto.renderer import FILTERS, FUNCTIONS, MisuseError
from recto.renderer.dates import write
from recto.renderer.filters import iso, present

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
    assert write(MOMENT, form, "en") == expected


def test_date_without_a_time_is_its_first_moment() -> None:
    assert write(date(2026, 3, 5), "%-d %b %H:%M", "en") == "5 Mar 00:00"


def test_early_year_has_four_digits() -> None:
    assert write(date(987, 1, 2), "%Y %-Y", "en") == "0987 987"


@given(st.datetimes(), st.sampled_from("%d %m %y %j %H %I %M %S %V %u %a %A %b %B %p".split()))
def test_codes_mean_what_strftime_means(moment: datetime, code: str) -> None:
    assert write(moment, code, "en") == moment.strftime(code)


@pytest.mark.parametrize("code", ["%Q", "%-B", "%", "100 %"])
def test_unknown_code_of_a_date_is_an_error(code: str) -> None:
    with pytest.raises(MisuseError, match="a date has no code"):
        write(MOMENT, code, "en")


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


LONG_DATES = {
    "en": "14 November 2026",
    "en-GB": "14 November 2026",
    "en-US": "November 14, 2026",
    "de": "14. November 2026",
    "pt-BR": "14 de novembro de 2026",
    "pl": "14 listopada 2026",
    "fi": "14. marraskuuta 2026",
    "ja": "2026年11月14日",
    "zh-TW": "2026年11月14日",
    "ar": "14 نوفمبر 2026",
    "et": "14. november 2026",  # of which the theme knows no words
    "de-x-home": "14. November 2026",
    "tlh": "14 November 2026",
}
SHORT_DATES = {"en": "14 Nov", "en-US": "Nov 14", "de": "14. Nov.", "ja": "11月14日", "hu": "nov. 14."}


@pytest.mark.parametrize(("language", "expected"), LONG_DATES.items())
def test_long_date_is_written_as_its_language_writes_it(language: str, expected: str) -> None:
    assert write(date(2026, 11, 14), "long", language) == expected


@pytest.mark.parametrize(("language", "expected"), SHORT_DATES.items())
def test_short_date_is_the_day_without_the_year(language: str, expected: str) -> None:
    assert write(date(2026, 11, 14), "short", language) == expected


@given(st.from_regex(_LANGUAGE, fullmatch=True), st.sampled_from(["long", "short", "%A %a %B %b"]))
def test_date_is_written_in_whatever_counts_as_a_language(language: str, form: str) -> None:
    assert (
        "2026" in write(date(2026, 11, 14), f"%Y {form}" if "%" in form else form, language)
        or form == "short"
    )


def test_names_in_a_form_are_those_of_the_language() -> None:
    assert write(date(2026, 3, 5), "%A, %-d. %B %Y", "de") == "Donnerstag, 5. März 2026"
    assert write(date(2026, 3, 5), "%a %-d %b", "fr") == "jeu. 5 mars"


def test_names_do_not_depend_on_the_languages_that_were_asked_for_before() -> None:
    """Babel passes a language's own names on to those it reads later, where a form is not in their data."""
    program = "from recto.renderer.dates import write; from datetime import date; import sys\n"
    program += "print([write(date(2026, 11, 14), '%B %b %A %a', tag) for tag in sys.argv[1:]][-1])"

    def said(*tags: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program, *tags], capture_output=True, encoding="utf-8", check=True
        ).stdout

    assert {said("ja", "zh", tag) for tag in ("he",)} == {said("he")}
    assert said("nb", "nn") == said("nn")


def test_english_date_asks_no_library() -> None:
    program = "from recto.renderer.dates import write; from datetime import date; import sys\n"
    program += "write(date(2026, 11, 14), 'long', 'en-US'); assert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_date_is_in_the_language_of_the_site_unless_another_is_said() -> None:
    template = '{{ post.date | date }} {{ post.date | date(language="de") }} {{ post.date | date("%b") }}'
    assert show(template, language="fr") == "14 novembre 2026 14. November 2026 nov."


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('1 | plural("post")', "1 post"),
        ('0 | plural("post")', "0 posts"),
        ('2 | plural("entry", "entries")', "2 entries"),
        ('1 | plural("entry", "entries")', "1 entry"),
        ('2 | plural("house")', "2 houses"),
        ('2 | plural("house", language="de")', "2 houses"),
        ('1 | plural("post", language="de")', "1 Beitrag"),
        ('2 | plural("post", language="de-AT")', "2 Beiträge"),
        ('25 | plural("post", language="pl")', "25 wpisów"),
        ('21 | plural("post", language="et")', "21 posts"),
    ],
)
def test_noun_agrees_with_its_number(asked: str, expected: str) -> None:
    assert show(f"{{{{ {asked} }}}}") == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('"Older posts" | t', "Ältere Beiträge"),
        ('"Older posts" | t("fr")', "Articles plus anciens"),
        ('"Archive" | t', "Alles"),
        ('"Archive" | t("fr")', "Archives"),
        ('"Words of my own" | t', "Words of my own"),
        ('"Page {n}" | t("pl", n=3)', "Strona 3"),
        ('"Posts by {name}" | t(name="<b>")', "Beiträge von &lt;b&gt;"),
        ('"Posts by {name}" | t(name="<b>" | safe)', "Beiträge von <b>"),
    ],
)
def test_words_are_those_of_the_site_unless_a_language_is_said(asked: str, expected: str) -> None:
    theme = Theme(words={"Archive": "Alles"})
    assert show(f"{{{{ {asked} }}}}", "own.html", language="de", theme=theme) == expected


def test_present_leaves_out_what_is_empty_and_keeps_zero_and_false() -> None:
    given_: dict[str, Any] = {"a": "", "b": None, "c": [], "d": {}, "e": (), "f": 0, "g": False, "h": "x"}
    assert present(given_) == {"f": 0, "g": False, "h": "x"}


def show(template: str, name: str = "own.txt", **fields: Any) -> str:
    """What a template says on a site with these fields."""
    site = pages.site(pages.post(), **{"url": "https://example.com/blog"} | fields)
    one = pages.page(name, f"/{name}", "own", site, post=site.posts[0])
    return pages.renderer(site, {name: template}).render(one).decode()


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


def test_picture_is_shown_in_all_its_sizes() -> None:
    small = Variant(url="/images/heron-480.1.jpg", width=480, type="image/jpeg")
    heron = Image(url="/images/heron.jpg", alt="A heron", width=900, height=600, variants=(small,))
    assert show('{{ picture(site.social, sizes="50vw", name="u-photo") }}', social=heron) == (
        '<img class="u-photo" src="/images/heron.jpg" alt="A heron" srcset="/images/heron-480.1.jpg 480w" sizes="50vw"'
        ' width="900" height="600" loading="lazy">'
    )


def test_picture_of_a_post_without_one_is_a_located_error() -> None:
    with pytest.raises(BuildError) as failed:
        show("a\n{{ picture(post.image) }}")
    (problem,) = failed.value.diagnostics
    assert (problem.message, problem.hint, str(problem.location)) == (
        "this is not a picture",
        "a post may have none: {% if post.picture %}…{% endif %}",
        "templates/own.txt:2:4",
    )
