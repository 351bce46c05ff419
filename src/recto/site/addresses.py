"""Decide at which URL each source lives.

A URL ends in "/" (its file is index.html in that folder) or in ".html". "/x" becomes "/x/": of the two files that could
answer for "/x", every static host serves x/index.html (at once, or by a redirect to "/x/"), while only some (GitHub Pages,
Netlify, but not S3 or a plain nginx) serve x.html.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from recto.model import Moment
from recto.text import slugify, tidy

DEFAULT_PERMALINK = "/posts/{slug}/"

# A pattern's date parts as strftime writes them; those with "i_" lose their leading zero.
_DATE_PARTS = {
    "year": "%Y",
    "short_year": "%y",
    "month": "%m",
    "i_month": "%m",
    "short_month": "%b",
    "long_month": "%B",
    "day": "%d",
    "i_day": "%d",
    "y_day": "%j",
    "short_day": "%a",
    "long_day": "%A",
    "week": "%V",
    "w_year": "%G",
    "w_day": "%u",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
}
_NAME_PARTS = ("slug", "title", "name", "category", "categories")
_PART = re.compile(r"\{([^{}]*)\}")


def expand(pattern: str, names: Mapping[str, str], date: Moment | None) -> str:
    """The URL that a permalink pattern gives a post; `names` are those of _NAME_PARTS.

    The folders that need a date are left out for a post that has none, and with them the whole pattern if nothing else
    in it tells one post from another. A part that is empty (no category) leaves no empty folder.
    """
    if date is None:
        return tidy(_PART.sub(lambda part: names[part[1]], _undated(pattern)))
    when = datetime.combine(date.day, date.instant.timetz())
    return tidy(_PART.sub(lambda part: names.get(part[1]) or _date_part(part[1], when), pattern))


def _date_part(part: str, when: datetime) -> str:
    text = when.strftime(_DATE_PARTS[part]) if part in _DATE_PARTS else ""
    return text.lstrip("0") if part.startswith("i_") else text


def _undated(pattern: str) -> str:
    if not _needs_date(pattern):
        return pattern
    rest = "/".join(folder for folder in pattern.split("/") if not _needs_date(folder))
    return rest if {"slug", "title", "name"}.intersection(_PART.findall(rest)) else DEFAULT_PERMALINK


def _needs_date(pattern: str) -> bool:
    return not set(_PART.findall(pattern)).issubset(_NAME_PARTS)


def page_url(path: str, folder: str, slug: str) -> str:
    """Where a standalone page lives: by its path below `folder`, the last part named `slug` if it has one.

    "pages/docs/set up.md" is "/docs/set-up/", "pages/docs/index.md" is "/docs/", "pages/index.md" is the front page, and
    "pages/404.md" is "/404.html", where hosts look for it.
    """
    *folders, name = path.removeprefix(folder + "/").split("/")
    stem = name.rpartition(".")[0]
    parts = [slugify(part) for part in (folders if stem == "index" else [*folders, stem])]
    if slug:
        parts[-1:] = [slug]
    return "/404.html" if parts == ["404"] else tidy("/".join(parts))
