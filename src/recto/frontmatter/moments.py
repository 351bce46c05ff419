"""Dates as people write them -> Moment, in one strict reading: what could mean two days is refused.

A date's day is the day as written. A time without a zone is the site's; a clock time that the zone skips in spring
is the moment the same number of minutes later, one that it has twice in autumn is the first.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from recto.model import Moment

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = {
    name[:length].lower(): 1 + n for n, name in enumerate(_MONTHS) for length in range(3, len(name) + 1)
}
_ABBREVIATIONS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

_DAYS = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)",
    r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    r"(?P<day>\d\d?)(?:st|nd|rd|th)?\.? (?P<name>[A-Za-z]{3,9})\.?,? (?P<year>\d{4})",
)
_TIME = (
    r"(?:(?:[Tt]|,?[ ]+)(?:at )?(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:[ ]?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?:[ ]*(?:(?P<zulu>Z|z|UTC|GMT)|(?:UTC|GMT)?(?P<sign>[-+])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?"
    r"|(?P<zone>[A-Z]{3}|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+)))?)?"
)
_COMMENT = r"(?: ?\([^()]*\))?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?"
_FORMS = tuple(re.compile(_WEEKDAY + day + _TIME + _COMMENT, re.ASCII) for day in _DAYS)
MAX_WRITTEN = 60  # characters


class DateError(ValueError):
    """A text is no date; the message completes `date: ...`."""


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name; raises DateError where there is none."""
    if name == "UTC":  # needs no time zone data
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise DateError(f'there is no time zone "{name}"') from None


def moment(text: str, timezone_name: str) -> Moment:
    """The moment that a text names; raises DateError."""
    text = " ".join(text.split())
    found = next((m for form in _FORMS if (m := form.fullmatch(text[:MAX_WRITTEN]))), None)
    if not found or len(text) > MAX_WRITTEN:
        raise DateError(f'"{text[:MAX_WRITTEN]}" is not a date')
    day = _day(found)
    try:
        return Moment(instant=_instant(found, day, timezone_name), day=day, timed=found["hour"] is not None)
    except OverflowError:
        raise DateError(f"the year {day.year} is out of range") from None


def day_moment(day: date, timezone_name: str) -> Moment:
    """A day without a time: its start in that zone."""
    return Moment(
        instant=_settled(datetime(day.year, day.month, day.day, tzinfo=zone(timezone_name))), day=day
    )


def calendar_day(year: int, month: int, day: int) -> date:
    """A day of the calendar; raises DateError, in words, where there is none."""
    if not 1 <= month <= 12:
        raise DateError(f"there is no month {month}")
    if not 1000 <= year <= 9998:
        raise DateError(f"the year {year} is out of range")
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError(f"there is no {day} {_MONTHS[month - 1]} {year}") from None


def _day(found: re.Match[str]) -> date:
    named = found.groupdict().get("name")
    if named and named.lower() not in _MONTH:
        raise DateError(f'"{named}" is no month')
    month = _MONTH[named.lower()] if named else int(found["month"])
    return calendar_day(int(found["year"]), month, int(found["day"]))


def _instant(found: re.Match[str], day: date, timezone_name: str) -> datetime:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= 12:
            raise DateError(f"there is no {hour} o'clock {found['half'].lower()}m")
        hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise DateError(f"there is no time {hour:02}:{minute:02}:{second:02}")
    micro = int((found["fraction"] or "")[:6].ljust(6, "0"))
    return _settled(
        datetime(day.year, day.month, day.day, hour, minute, second, micro, _zone(found, timezone_name))
    )


def _zone(found: re.Match[str], timezone_name: str) -> tzinfo:
    if found["zulu"]:
        return UTC
    if found["sign"]:
        return _offset(int(found["sign"] + found["hours"]), int(found["sign"] + (found["minutes"] or "0")))
    if found["zone"] in _ABBREVIATIONS:
        return _offset(_ABBREVIATIONS[found["zone"]], 0)
    return zone(found["zone"] or timezone_name)


def _offset(hours: int, minutes: int) -> tzinfo:
    if abs(hours) > 14 or abs(minutes) > 59:
        raise DateError(f"there is no time zone {hours:+03}:{abs(minutes):02}")
    return timezone(timedelta(hours=hours, minutes=minutes))


def _settled(local: datetime) -> datetime:
    """The same instant as a clock of its zone shows it, which differs for the times that a zone skips."""
    return local.astimezone(UTC).astimezone(local.tzinfo)
