"""The terms a post gives itself in each taxonomy, and where each one stands."""

import re
from collections.abc import Iterator

from recto.frontmatter.keys import Front
from recto.located.places import Span
from recto.model import Taxonomy

Term = tuple[str, Span]
BY_SPACES = {
    "categories",
    "tags",
}  # as in Jekyll: a text is split at commas if it has any, else at white space
_AT_COMMAS = re.compile(r"[^\s,](?:[^,\n]*[^\s,])?")
_AT_SPACES = re.compile(r"\S+")


def keys(taxonomy: Taxonomy) -> tuple[str, str]:
    """The front matter keys that name its terms: `category`, which is one name, and `categories`."""
    return taxonomy.singular, taxonomy.name


def terms(front: Front, taxonomy: Taxonomy) -> list[Term]:
    """The names of a post's terms, each once, in the order written."""
    found: dict[str, Span] = {}
    for key in dict.fromkeys(keys(taxonomy)):
        for name, span in _named(front, key, taxonomy.name):
            found.setdefault(name, span)
    return list(found.items())


def _named(front: Front, key: str, plural: str) -> Iterator[Term]:
    value = front.values.get(key)
    if value is None:
        return
    if isinstance(value, list) or key != plural:
        yield from _listed(front, key, value)
    elif isinstance(text := front.written(key, value), str):
        yield from _split(front, key, text, plural in BY_SPACES)
    else:
        front.must_be(key, "names", value, f"write {key}: [first, second]")


def _listed(front: Front, key: str, value: object) -> Iterator[Term]:
    for path, item in front.items(key, value):
        if name := front.name(path, item):
            yield name, front.places.spans[path]


def _split(front: Front, key: str, text: str, by_spaces: bool) -> Iterator[Term]:
    pattern = _AT_SPACES if by_spaces and "," not in text else _AT_COMMAS
    start, end = front.places.spans[key]
    at = start
    for name in pattern.findall(text):
        at = front.places.text.find(name, at, end)  # not there in a text with escapes or folded lines
        yield (name, (at, at + len(name))) if at >= 0 else (name, (start, end))
        at = at + len(name) if at >= 0 else start
