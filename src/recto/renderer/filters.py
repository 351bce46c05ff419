"""What templates can do beyond Jinja's own filters: FILTERS and FUNCTIONS are the whole list.

Each is a plain function whose docstring is its documentation. None asks the clock or the system's language, so a
page is the same on every machine.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812
from typing import Protocol

from jinja2 import pass_context, pass_environment
from jinja2.runtime import Context
from markupsafe import Markup

from recto.diagnostics import did_you_mean
from recto.drawing import STYLES, svg
from recto.pictures import SIZES, Image
from recto.pictures import picture as shown
from recto.renderer.dates import LONG, write
from recto.renderer.misuse import MisuseError
from recto.words import Words


class Known(Protocol):
    """What we know of the site: its address without a slash at the end, where each file is, its language and words."""

    address: str
    files: Mapping[str, str]
    language: str
    words: Words


@pass_context  # as below: what a filter asks of the site is not known when Jinja compiles
def date(context: Context, value: Date | datetime, format: str = LONG, language: str = "") -> str:
    """A date in words, as a language writes it: `{{ post.date | date(language=post.language) }}` is `14 November 2026`, and in
    German `14. November 2026`. Without a language it is written in the site's.

    `{{ post.date | date("short") }}` is the day without the year: `14 Nov`. Or say the form by the codes of `strftime`, on every
    system alike: `{{ post.date | date("%-d %B %Y") }}`. `%Y` `%y` year, `%m` month, `%B` `%b` its name, `%d` day,
    `%A` `%a` weekday, `%H` `%I` `%p` `%M` `%S` time, `%j` day of the year, `%G` `%V` `%u` ISO year, week and weekday,
    `%z` `%Z` zone, `%%` a percent sign. `%-d` is without the leading zero.
    """
    if not isinstance(value, Date):
        raise MisuseError(
            "this is not a date", hint="a post may have none: {% if post.date %}…{% endif %}", word="date"
        )
    return write(value, format, language or _known(context).language)


def iso(value: Date | datetime) -> str:
    """A date for machines: `{{ post.date | iso }}` is `2026-11-14T00:00:00+01:00` (RFC 3339)."""
    if not isinstance(value, Date):
        raise MisuseError(
            "this is not a date", hint="a post may have none: {% if post.date %}…{% endif %}", word="iso"
        )
    if not isinstance(value, datetime):
        return value.isoformat()
    offset = value.utcoffset()
    whole_minutes = offset is not None and not offset.total_seconds() % 60
    return (value if whole_minutes else value.astimezone(UTC)).isoformat(timespec="seconds")


@pass_context  # not its environment: then Jinja runs it on a constant when it compiles, for every site alike
def absolute(context: Context, url: str) -> str:
    """A root-relative address with the site's address before it: `{{ "/feed.xml" | absolute }}` is
    `https://example.com/blog/feed.xml`.

    What is absolute already stays as it is; nothing where the site has no `url`.
    """
    rooted = url.startswith("/") and not url.startswith("//")
    address = _known(context).address
    return (address + url if address else "") if rooted else url


@pass_context
def plural(context: Context, count: int, one: str, many: str = "", language: str = "") -> str:
    """A number with its noun: `{{ 3 | plural("post") }}` is `3 posts`,
    `{{ 3 | plural("entry", "entries") }}` is `3 entries`.

    The theme's own nouns are counted in the site's language, or in the one that is said:
    `{{ 3 | plural("post", language="pl") }}` is `3 wpisy`.
    """
    return _known(context).words.count(count, one, many, language)


def present(value: Mapping[str, object]) -> dict[str, object]:
    """A mapping without what is empty in it, for JSON: `{{ {"title": post.title, "image": ""} | present | tojson | safe }}` is
    `{"title": "Long way home"}`."""
    return {key: item for key, item in value.items() if item not in (None, "", (), [], {})}


@pass_environment
def asset(known: Known, name: str) -> str:
    """The address of a file of `templates/assets/`, `images/` or `static/`: `{{ asset("images/tide.png") }}` is
    `/images/tide.png`. An error if there is none.

    The name of a file of `templates/assets/` changes with its bytes, so that browsers may keep it for ever:
    `{{ asset("letter.css") }}` is `/assets/letter.1a2b3c4d.css`.
    """
    if name not in known.files:
        hint = did_you_mean(name, known.files) or "put it into templates/assets/, images/ or static/"
        raise MisuseError(f'there is no file "{name}"', hint=hint, word=name)
    return known.files[name]


@pass_environment
def has_asset(known: Known, name: str) -> bool:
    """Whether `asset` finds a file: `{% if has_asset("custom.css") %}yes{% else %}no{% endif %}` is `no`."""
    return name in known.files


def picture(
    image: Image, *, sizes: str = SIZES, eager: bool = False, name: str = "", alt: str | None = None
) -> Markup:
    """A picture as HTML, in all its sizes: `{{ picture(post.image, sizes="20rem", name="hero", alt="") }}`.

    `sizes` is how wide it is shown, as HTML has it; `eager=true` loads it at once, for the first picture of a page; `name` is
    its class, `alt` another text than its own.
    """
    if not isinstance(image, Image):
        hint = "a post may have none: {% if post.picture %}…{% endif %}"
        raise MisuseError("this is not a picture", hint=hint, word="picture")
    return shown(image, sizes=sizes, eager=eager, name=name, alt=alt)


def cover(title: str, style: str = "", hue: int | None = None) -> Markup:
    """The cover of a title as an SVG document: `{{ cover(post.title) }}`."""
    if not isinstance(title, str):
        raise MisuseError("this is not a title", hint="a post's is post.title", word="cover")
    if style and style not in STYLES:
        hint = did_you_mean(style, STYLES) or f"there are: {', '.join(STYLES)}"
        raise MisuseError(f'there is no style "{style}"', hint=hint, word=style)
    return svg(title, style, hue)


@pass_context
def t(context: Context, text: str, language: str = "", /, **places: object) -> str:
    """A word of the theme in a language, the site's own unless another is said: `{{ "Older posts" | t(page.language) }}` is
    `Earlier` where `theme.words` says so.

    A phrase with names in braces has places to be filled: `{{ "Page {n}" | t(n=paginator.number) }}`. What is no phrase of
    the theme stays as it is.
    """
    return _known(context).words.say(text, language, **places)


def _known(context: Context) -> Known:
    known: Known = context.environment  # type: ignore[assignment]  # ours has what we ask for
    return known


FILTERS: Mapping[str, Callable[..., object]] = {
    "absolute": absolute,
    "date": date,
    "iso": iso,
    "plural": plural,
    "present": present,
    "t": t,
}
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "asset": asset,
    "has_asset": has_asset,
    "cover": cover,
    "picture": picture,
}
