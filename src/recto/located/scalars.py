"""What a plain YAML scalar stands for.

YAML 1.1 as people use it, without its traps: no base 60 (12:30), no octal (007), no infinity; a day that does not
exist stays text, and so does whatever is not plainly a number.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_CONSTANTS: dict[str, object] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
for _word in ("true", "yes", "on"):
    _CONSTANTS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), True)
for _word in ("false", "no", "off"):
    _CONSTANTS |= dict.fromkeys((_word, _word.capitalize(), _word.upper()), False)

_NUMERIC = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?"
    r"(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::?(\d\d))?))?",
    re.ASCII,
)


def resolve(text: str) -> object:
    """The value of an unquoted scalar: None, a bool, a number, a date, or the text itself."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return _number(text) if text[0] in _NUMERIC else text


def _number(text: str) -> object:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEX.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    try:
        return _moment(text)
    except ValueError:
        return text


def _moment(text: str) -> object:
    if only_day := _DAY.fullmatch(text):
        return date(*map(int, only_day.groups()))
    if not (found := _TIME.fullmatch(text)):
        return text
    *whole, fraction, zulu, sign, hours, minutes = found.groups()
    zone: tzinfo | None = UTC if zulu else None
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
    year, month, day, hour, minute, second = map(int, whole)
    micro = int((fraction or "").ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, micro, zone)
