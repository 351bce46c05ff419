"""What templates can do beyond Jinja's own filters: FILTERS and FUNCTIONS are the whole list.

Each is a plain function whose docstring is its documentation. None asks the clock or the system's language, so a
page is the same on every machine.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812
from typing import Protocol

from jinja2 import pass_context, pass_environment
from jinja2.runtime import Context

from recto.diagnostics import did_you_mean
from recto.pictures import picture


class MisuseError(Exception):
    """A template asks for what cannot be; `word` is what stands in the template where the caret belongs."""

    def __init__(self, message: str, *, hint: str = "", word: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.word = word


class Known(Protocol):
    """What the functions know of the site: its address without a slash at the end, and where each file is."""

    address: str
    files: Mapping[str, str]


# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# fmt: on

_Moment = Date | datetime
# A code's number is padded to the width; "%-d" leaves the padding out.
_NUMBERS: Mapping[str, tuple[int, Callable[[_Moment], int]]] = {
    "d": (2, lambda d: d.day),
    "m": (2, lambda d: d.month),
    "Y": (4, lambda d: d.year),
    "y": (2, lambda d: d.year % 100),
    "j": (3, lambda d: d.timetuple().tm_yday),
    "H": (2, lambda d: d.timetuple().tm_hour),
    "I": (2, lambda d: (d.timetuple().tm_hour + 11) % 12 + 1),
    "M": (2, lambda d: d.timetuple().tm_min),
    "S": (2, lambda d: d.timetuple().tm_sec),
    "V": (2, lambda d: d.isocalendar().week),
    "G": (4, lambda d: d.isocalendar().year),
    "u": (1, lambda d: d.isoweekday()),
}
_WORDS: Mapping[str, Callable[[_Moment], str]] = {
    "A": lambda d: _DAYS[d.weekday()],
    "a": lambda d: _DAYS[d.weekday()][:3],
    "B": lambda d: _MONTHS[d.month - 1],
    "b": lambda d: _MONTHS[d.month - 1][:3],
    "p": lambda d: "AM" if d.timetuple().tm_hour < 12 else "PM",
    "z": lambda d: d.strftime("%z"),
    "Z": lambda d: d.strftime("%Z"),
    "%": lambda d: "%",
}


def date(value: Date | datetime, format: str = "%-d %B %Y") -> str:
    """A date in words: `{{ post.date | date("%-d %B %Y") }}` is `14 November 2026`.

    The codes are those of `strftime`, on every system alike: `%Y` `%y` year, `%m` month, `%B` `%b` its name, `%d` day,
    `%A` `%a` weekday, `%H` `%I` `%p` `%M` `%S` time, `%j` day of the year, `%G` `%V` `%u` ISO year, week and weekday,
    `%z` `%Z` zone, `%%` a percent sign. `%-d` is without the leading zero.
    """
    if not isinstance(value, Date):
        raise MisuseError(
            "this is not a date", hint="a post may have none: {% if post.date %}…{% endif %}", word="date"
        )
    return re.sub("%(-?)(.?)", lambda code: _code(value, code[1], code[2]), format, flags=re.DOTALL)


def _code(value: _Moment, bare: str, letter: str) -> str:
    if letter in _NUMBERS:
        width, number = _NUMBERS[letter]
        return str(number(value)) if bare else str(number(value)).zfill(width)
    if letter not in _WORDS or bare:
        raise MisuseError(
            f'a date has no code "%{bare}{letter}"',
            hint=f"the codes are {' '.join('%' + known for known in sorted({*_NUMBERS, *_WORDS}))}",
            word=f"%{bare}{letter}",
        )
    return _WORDS[letter](value)


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
    """A root-relative address with the site's address before it: `{{ "/feed.xml" | absolute }}`.

    What is absolute already stays as it is; nothing where the site has no `url`.
    """
    rooted = url.startswith("/") and not url.startswith("//")
    address: str = context.environment.address  # type: ignore[attr-defined]  # ours has it
    return (address + url if address else "") if rooted else url


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun: `{{ 3 | plural("post") }}` is `3 posts`, `{{ n | plural("entry", "entries") }}`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def present(value: Mapping[str, object]) -> dict[str, object]:
    """A mapping without what is empty in it: `{{ {"title": post.title, "image": ""} | present | tojson }}`."""
    return {key: item for key, item in value.items() if item not in (None, "", (), [], {})}


@pass_environment
def asset(known: Known, name: str) -> str:
    """The address of a file: `asset("style.css")` of a template folder's `assets/` (its name in the output changes with its
    bytes, so browsers may keep it for ever), `asset("images/me.jpg")`, or `asset("logo.svg")` of `static/`."""
    if name not in known.files:
        hint = did_you_mean(name, known.files) or "put it into templates/assets/, images/ or static/"
        raise MisuseError(f'there is no file "{name}"', hint=hint, word=name)
    return known.files[name]


@pass_environment
def has_asset(known: Known, name: str) -> bool:
    """Whether `asset(name)` would find a file: `{% if has_asset("custom.css") %}`."""
    return name in known.files


@pass_context
def t(context: Context, text: str, language: str = "") -> str:
    """A word of the theme in a language, the site's own unless another is said: `{{ "Older posts" | t(page.language) }}`."""
    return text


FILTERS: Mapping[str, Callable[..., object]] = {
    "absolute": absolute,
    "date": date,
    "iso": iso,
    "plural": plural,
    "present": present,
    "t": t,
}
FUNCTIONS: Mapping[str, Callable[..., object]] = {"asset": asset, "has_asset": has_asset, "picture": picture}
