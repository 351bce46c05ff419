"""Permalink patterns: recto's `{year}`, Jekyll's `:year` and its named styles, all translated into recto's.

A pattern may end in anything: whether "/x", "/x/" and "/x.html" are the same page is for the site to decide.
"""

import re
from collections.abc import Iterable

from recto.diagnostics import did_you_mean
from recto.text import unquote_path

PARTS = {
    "slug": "the post's slug",
    "title": "its title as a slug",
    "name": "the slug as it is written, with capitals and dots",
    "category": "its first category",
    "categories": "all its categories, a folder each",
    "year": "2017",
    "short_year": "17",
    "month": "05",
    "i_month": "5",
    "short_month": "May",
    "long_month": "May",
    "day": "01",
    "i_day": "1",
    "y_day": "121, the day of the year",
    "short_day": "Mon",
    "long_day": "Monday",
    "week": "18, the week of the year",
    "w_year": "2017, the year of that week",
    "w_day": "1, the day of the week, from Monday",
    "hour": "09",
    "minute": "30",
    "second": "00",
}

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}

_JEKYLL = {name: f"{{{name}}}" for name in PARTS} | {
    "title": "{name}",  # in Jekyll, of the file
    "slugified_categories": "{categories}",
    "output_ext": ".html",
}
_COLON = re.compile(r":([a-z_]+)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\?#{}]|(?:^|/)\.\.?(?:/|$)|://")


class PermalinkError(ValueError):
    """A pattern cannot be used: what is wrong, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def translate(pattern: str, *, whole: bool = True) -> str:
    """The pattern in recto's style; raises PermalinkError. `whole`: it is for all posts, so it must tell them apart."""
    if whole and "/" not in pattern and not _BRACES.search(pattern) and ":" not in pattern:
        if pattern not in STYLES:
            hint = did_you_mean(pattern, STYLES) or "write a pattern such as /{year}/{slug}/"
            raise PermalinkError(f'there is no permalink style "{pattern}"', hint)
        pattern = STYLES[pattern]
    text = _COLON.sub(lambda part: _from_jekyll(part[1]), pattern)
    names = _BRACES.findall(text)
    for name in names:
        if name not in PARTS:
            raise _unknown(f"{{{name}}}", name, PARTS)
    if _UNUSABLE.search(unquote_path(_BRACES.sub("x", text))):
        raise PermalinkError(f'"{pattern}" is no path of a page', "write a pattern such as /{year}/{slug}/")
    if whole and not {"slug", "title", "name"}.intersection(names):
        raise PermalinkError("the permalink is the same for many posts", "add {slug} to it")
    return text if text.startswith("/") else f"/{text}"


def _from_jekyll(name: str) -> str:
    """`:title` is {name}; `:categories_x` is a part with text after it, as Jekyll has it."""
    for known in sorted(_JEKYLL, key=len, reverse=True):
        if name == known or (name.startswith(known) and name[len(known)] == "_"):
            return _JEKYLL[known] + name[len(known) :]
    raise _unknown(f":{name}", name, _JEKYLL)


def _unknown(written: str, name: str, known: Iterable[str]) -> PermalinkError:
    hint = did_you_mean(name, known) or "there are {slug}, {category}, {year}, {month}, {day} and others"
    return PermalinkError(f'there is no "{written}" in permalinks', hint)
