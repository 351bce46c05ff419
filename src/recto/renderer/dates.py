"""Write dates as each language writes them, the same on every machine.

English is written here. Other languages are written by Babel, which is imported for the first of them. Of its names only those
in use beside a day are taken ("format"): its "stand-alone" ones depend on which languages were asked for before.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from recto import words
from recto.renderer.misuse import MisuseError

Moment = Date | datetime
LONG, SHORT = "long", "short"

# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# fmt: on
_MONTH_FIRST = frozenset(("en-us", "en-ca", "en-ph"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How a language writes dates: with the year, without it, and its names."""

    long: Callable[[Date], str]
    short: Callable[[Date], str]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]


def _english(long: Callable[[Date], str], short: Callable[[Date], str]) -> Calendar:
    return Calendar(
        long=long,
        short=short,
        months=_MONTHS,
        short_months=tuple(name[:3] for name in _MONTHS),
        days=_DAYS,
        short_days=tuple(name[:3] for name in _DAYS),
    )


_DAY_FIRST_ENGLISH = _english(
    lambda d: f"{d.day} {_MONTHS[d.month - 1]} {d.year}", lambda d: f"{d.day} {_MONTHS[d.month - 1][:3]}"
)
_MONTH_FIRST_ENGLISH = _english(
    lambda d: f"{_MONTHS[d.month - 1]} {d.day}, {d.year}", lambda d: f"{_MONTHS[d.month - 1][:3]} {d.day}"
)


@cache
def calendar(language: str) -> Calendar:
    """How a language (BCP 47) writes dates; one that nobody knows, as English does."""
    tag = next(words.tags(language), "en")
    known = None if tag.partition("-")[0] == "en" else words.locale(language)
    if known is None:
        return _MONTH_FIRST_ENGLISH if tag in _MONTH_FIRST else _DAY_FIRST_ENGLISH
    months, days = known.months["format"], known.days["format"]
    return Calendar(
        long=lambda d: _applied(known.date_formats["long"], d, known),
        short=lambda d: _applied(known.datetime_skeletons["MMMd"], d, known),
        months=tuple(months["wide"][number] for number in range(1, 13)),
        short_months=tuple(months["abbreviated"][number] for number in range(1, 13)),
        days=tuple(days["wide"][number] for number in range(7)),
        short_days=tuple(days["abbreviated"][number] for number in range(7)),
    )


def _applied(pattern: Any, day: Date, known: Any) -> str:
    return str(pattern.apply(day, known))


def write(value: Moment, form: str, language: str) -> str:
    """A date in words: in one of the forms LONG and SHORT, or by the codes of `strftime`."""
    if form in (LONG, SHORT):
        return _day(value.year, value.month, value.day, form, language)
    return re.sub("%(-?)(.?)", lambda code: _code(value, code[1], code[2], language), form, flags=re.DOTALL)


@lru_cache(maxsize=2**15)
def _day(year: int, month: int, day: int, form: str, language: str) -> str:
    written: str = getattr(calendar(language), form)(Date(year, month, day))
    return written


# A code's number is padded to the width; "%-d" leaves the padding out.
_NUMBERS: Mapping[str, tuple[int, Callable[[Moment], int]]] = {
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
_NAMES: Mapping[str, Callable[[Moment, Calendar], str]] = {
    "A": lambda d, names: names.days[d.weekday()],
    "a": lambda d, names: names.short_days[d.weekday()],
    "B": lambda d, names: names.months[d.month - 1],
    "b": lambda d, names: names.short_months[d.month - 1],
}
_WORDS: Mapping[str, Callable[[Moment], str]] = {
    "p": lambda d: "AM" if d.timetuple().tm_hour < 12 else "PM",
    "z": lambda d: d.strftime("%z"),
    "Z": lambda d: d.strftime("%Z"),
    "%": lambda d: "%",
}


def _code(value: Moment, bare: str, letter: str, language: str) -> str:
    if letter in _NUMBERS:
        width, number = _NUMBERS[letter]
        return str(number(value)) if bare else str(number(value)).zfill(width)
    if letter in _NAMES and not bare:
        return _NAMES[letter](value, calendar(language))
    if letter in _WORDS and not bare:
        return _WORDS[letter](value)
    known = sorted({*_NUMBERS, *_NAMES, *_WORDS})
    raise MisuseError(
        f'a date has no code "%{bare}{letter}"',
        hint=f"the codes are {' '.join('%' + one for one in known)}",
        word=f"%{bare}{letter}",
    )
