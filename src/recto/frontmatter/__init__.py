"""Split a post into front matter and body, and read the front matter, with the place of every key.

Nothing here raises for what an author wrote: a value that cannot be read is reported and counts as not said.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from recto import located
from recto.diagnostics import Diagnostic, Location, error, warning
from recto.frontmatter.keys import BY_NAME, KEYS, Front, Key
from recto.frontmatter.moments import DateError, calendar_day, day_moment, zone
from recto.frontmatter.terms import keys as term_keys
from recto.frontmatter.terms import terms
from recto.located.places import KEY, Span
from recto.model import DEFAULT_TAXONOMIES, Config, FrontMatter, Moment
from recto.text import distance

__all__ = ["KEYS", "DateError", "Key", "Post", "calendar_day", "day_moment", "parse", "zone"]


class Post(NamedTuple):
    """A Markdown file in its two parts. `body_line` is the line of the file on which the body starts."""

    front: FrontMatter
    body: str
    body_line: int
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, *, path: str, config: Config) -> Post:
    """Read a post, or a standalone page, whose file is `path`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    opening = _OPENING.match(text)
    if not opening:
        return Post(FrontMatter(), text, 1, _mislaid(text, path))
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        return Post(FrontMatter(), "", text.count("\n") + 1, (_unclosed(text, path),))
    yaml = text[opening.end() : closing.start()]
    body = text[closing.end() :]
    front, diagnostics = _read(yaml, path, config)
    return Post(front, body, yaml.count("\n") + 3, diagnostics)


# ---- where it is --------------------------------------------------------------------------------------------

_OPENING = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n.*?^\+\+\+[ \t]*$", re.MULTILINE | re.DOTALL)
_LINE = r"(?:[a-z_]+:(?:[ \t].*)?|[ \t]+\S.*|- .*)\n"
_KEY_LINES = re.compile(
    rf"(\s*-{{3,}}[ \t]*\n(?={_LINE})|(?={_LINE}{_LINE}))(?:{_LINE}){{1,60}}-{{3,}}[ \t]*(?:\n|\Z)"
)


def _unclosed(text: str, path: str) -> Diagnostic:
    lines = text.split("\n")
    last = next((n for n, line in enumerate(lines[1:], 1) if not line.strip()), len(lines))
    hint = (
        f"put --- on a line of its own after line {last}" if last > 1 else "remove the --- on the first line"
    )
    return error("front-matter", "the front matter is never closed", _top(text, path), hint=hint)


def _mislaid(text: str, path: str) -> tuple[Diagnostic, ...]:
    """Front matter that is there, but not as YAML between two fences."""
    if _TOML.match(text):
        message = "this front matter is TOML (+++), which recto does not read"
        return (
            error(
                "front-matter", message, _top(text, path), hint="write it as YAML between two lines of ---"
            ),
        )
    found = _KEY_LINES.match(text)
    if found and text[found.end(1) :].partition(":")[0] in known_keys(Config()):
        message = "the front matter does not begin with ---, so it counts as text"
        hint = "put --- on a line of its own above this one"
        if found[1]:
            message = "the front matter does not begin with --- on the first line, so it counts as text"
            hint = "make the first line of the file ---, with nothing before it"
        return (warning("front-matter", message, _top(found.group(), path), hint=hint),)
    return ()


def _top(text: str, path: str) -> Location:
    line = text.partition("\n")[0]
    return Location(path=path, line=1, column=1, width=max(1, len(line.rstrip())), text=line)


# ---- what it says -------------------------------------------------------------------------------------------


def _read(yaml: str, path: str, config: Config) -> tuple[FrontMatter, tuple[Diagnostic, ...]]:
    value, places, diagnostics = located.parse(yaml, path=path, first_line=2, code="front-matter")
    if isinstance(value, Mapping):
        return _front_matter(Front(places, diagnostics, value, config))
    if value is not None:
        place = places.location(len(yaml) - len(yaml.lstrip()), len(yaml))
        message = "front matter must be lines of keys and values"
        hint = "write key: value, with a space after the colon"
        diagnostics = (error("front-matter", message, place, hint=hint),)
    return FrontMatter(), diagnostics


def _front_matter(front: Front) -> tuple[FrontMatter, tuple[Diagnostic, ...]]:
    used, own = _sorted_out(front)
    said = {key.target: key.read(front, name, front.values[name]) for key, name in used.items()}
    spans: dict[str, Span] = {}  # places under a key's own name and a term's number
    for key, name in used.items():
        if name != key.name:
            spans |= _renamed(front, name, key.name)
    grouped = {t.name: found for t in front.config.taxonomies if (found := terms(front, t))}
    for taxonomy, found in grouped.items():
        spans |= {f"{taxonomy}.{number}": span for number, (_, span) in enumerate(found)}
    if own:
        _note_typos(front, own)
    _note_comments(front)
    said = {name: value for name, value in said.items() if value is not None}
    if isinstance(said.get("published"), Moment):
        said = {"date": said["published"], **said, "published": True}
    image = front.values.get("image")
    if isinstance(image, Mapping) and image.get("alt"):
        said = {"image_alt": front.text("image.alt", image["alt"]), **said}
    front_matter = FrontMatter(
        **cast(Any, said),
        terms={taxonomy: tuple([name for name, _ in found]) for taxonomy, found in grouped.items()},
        extra={key: front.values[key] for key in own},
        places=front.places.also(spans) if spans else front.places,
    )
    return front_matter, tuple(front.diagnostics)


def _sorted_out(front: Front) -> tuple[dict[Key, str], list[str]]:
    """Which name each key of ours goes by here, the first of its names that says something; and the author's own keys,
    among them further names of ours, and those of taxonomies that the site lacks."""
    grouping = {key for taxonomy in front.config.taxonomies for key in term_keys(taxonomy)}
    used: dict[Key, str] = {}
    own = []
    for name, value in front.values.items():
        key = BY_NAME.get(name)
        if not key:
            own += [] if name in grouping else [name]
        elif value not in key.blank:
            first, second = sorted((name, used.get(key, name)), key=key.names.index)
            used[key] = first
            own += [second] if second != first else []
    return used, own


def _renamed(front: Front, name: str, canonical: str) -> dict[str, Span]:
    """The places of an alias (`redirect_from.0`) under the key's own name (`aliases.0`)."""
    spans = front.places.spans
    return {
        canonical + key[len(name) :]: span
        for key, span in spans.items()
        if key == name or key.startswith((f"{name}.", name + KEY))
    }


def known_keys(config: Config) -> frozenset[str]:
    """All keys that mean something to recto."""
    taxonomies = (*DEFAULT_TAXONOMIES, *config.taxonomies)
    return frozenset(BY_NAME).union(*map(term_keys, taxonomies))


# ---- what it may have meant to say --------------------------------------------------------------------------


def _note_typos(front: Front, own: list[str]) -> None:
    known = known_keys(front.config)
    for key in own:
        meant = "" if key in known else _meant(key, known)
        if meant and meant not in front.values:
            hint = f'did you mean "{meant}"?'
            front.warn(key + KEY, f'"{key}" is not a key that recto reads', hint, code="unknown-key")


@lru_cache(maxsize=2048)
def _meant(key: str, known: frozenset[str]) -> str:
    """The known key of which this one is plainly a slip; not the plurals and numbered keys of people's own."""
    plain = key.casefold().replace("-", "_")
    if plain in known:
        return plain
    if len(plain) < 5 or plain.rstrip("s0123456789_") in known:
        return ""
    most = 1 if len(plain) < 8 else 2
    near = [(distance(plain, name), name) for name in sorted(known) if abs(len(name) - len(plain)) <= most]
    best = min(((d, name) for d, name in near if d <= most and len(name) >= 5), default=(0, ""))
    return best[1] if best[1] != f"{plain}s" else ""


_COMMENT = re.compile(r".*?:[ \t]+(#[^\s#].*)")


def _note_comments(front: Front) -> None:
    """`title: #1 of many` says nothing: for YAML, a comment begins there."""
    for key, value in front.values.items():
        if value is None and key in BY_NAME and (found := _COMMENT.fullmatch(front.places[key].text)):
            hint = f'write {key}: "{found[1].strip()}"'
            front.warn(key, f'{key} is empty: what follows "#" is a comment', hint)
