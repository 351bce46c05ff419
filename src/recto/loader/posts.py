"""Markdown files -> Sources: what the file's name says, what its front matter says, and which date counts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal

from recto import frontmatter
from recto.diagnostics import Diagnostic, Location, error, warning
from recto.loader.dates import History, history, stamp
from recto.loader.looks import Look, Looks
from recto.loader.reading import text
from recto.loader.walk import Found
from recto.model import Body, Config, FrontMatter, Moment, Source
from recto.recall import Recall

_DATED = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[-_ ]+(.+))?", re.ASCII | re.DOTALL)


def is_markdown(path: str) -> bool:
    """Whether a file is a post or a page by its name."""
    return path.lower().endswith((".md", ".markdown"))


@dataclass(frozen=True, slots=True)
class Name:
    """What the name of a source says. `day` is that in front of it."""

    stem: str
    bundle: str
    is_bundle: bool
    day: date | None = None


def name_of(path: str, folder: str, *, dated: bool) -> tuple[Name, str]:
    """What the path of a source below `folder` says, and what is wrong with it."""
    around, _, last = path.rpartition("/")
    stem = last.rpartition(".")[0]
    is_bundle = stem.lower() == "index" and around not in (folder, "")
    stem = around.rpartition("/")[2] if is_bundle else stem
    found = _DATED.fullmatch(stem) if dated else None
    if not found:
        return Name(stem, around, is_bundle), ""
    try:
        day = frontmatter.calendar_day(*(int(part) for part in found.group(1, 2, 3)))
    except frontmatter.DateError as problem:
        return Name(stem, around, is_bundle), str(problem)
    return Name(found[4] or stem, around, is_bundle, day), ""


Kind = Literal["post", "page"]


def load(
    root: Path, config: Config, kind: Kind, files: tuple[Found, ...], looks: Looks, recall: Recall
) -> tuple[Sequence[Source], list[Diagnostic]]:
    """The sources of these Markdown files, in their order, and what is wrong."""
    read = recall.each(_read, files, looks.of(kind, files), shared=(config, kind))
    diagnostics = list(chain.from_iterable(recall.each(_problems, read)))
    sources = _as_before([one.source for one in read if one.source], recall)
    undated = frozenset(
        source.path for source, wants in zip(sources, recall.each(_wants_date, sources), strict=True) if wants
    )
    if not undated:
        return sources, diagnostics
    known = recall.once(history, root, config.folders.posts, undated, stamp(root))
    dated = recall.each(_dated_by_git, sources, shared=(known, undated, config.timezone))
    return dated, [*diagnostics, *_undated(dated, undated, known)]


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file holds, None where it cannot be read, and what is wrong with it."""

    source: Source | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def _problems(read: _Read) -> tuple[Diagnostic, ...]:
    return read.diagnostics


def _as_before(sources: Sequence[Source], recall: Recall) -> list[Source]:
    """The sources, with the front matter and the body of last time where these did not change: what depends on one of them
    alone need not be made anew."""
    return recall.each(_whole, sources, recall.each(_front, sources), recall.each(_body, sources))


def _front(source: Source) -> FrontMatter:
    return source.front


def _body(source: Source) -> Body:
    return source.body


def _whole(source: Source, front: FrontMatter, body: Body) -> Source:
    return (
        source if source.front is front and source.body is body else replace(source, front=front, body=body)
    )


def _read(found: Found, look: Look, config: Config, kind: Kind) -> _Read:
    written = text(found)
    if not isinstance(written, str):
        return _Read(diagnostics=(written,) if written else ())
    folder = config.folders.posts if kind == "post" else config.folders.pages
    name, problem = name_of(found.path, folder, dated=kind == "post")
    diagnostics: list[Diagnostic] = []
    if problem:
        message, hint = f"the name of this file: {problem}", "rename it to YYYY-MM-DD-slug.md"
        diagnostics.append(error("file-name", message, Location(path=found.path), hint=hint))
    front, body, body_line, found_wrong = frontmatter.parse(written, path=found.path, config=config)
    source = Source(
        path=found.path,
        kind=kind,
        stem=name.stem,
        bundle=name.bundle,
        is_bundle=name.is_bundle,
        front=front,
        date=_date(front, name, config),
        body=Body(
            text=body,
            options=config.markdown,
            language=front.language or config.language,
            lift_title=front.title is None,
        ),
        body_line=body_line,
    )
    return _Read(source=source, diagnostics=(*diagnostics, *found_wrong))


def _date(front: FrontMatter, name: Name, config: Config) -> Moment | None:
    if front.date or not name.day:
        return front.date
    return frontmatter.day_moment(name.day, config.timezone)


def _wants_date(source: Source) -> bool:
    """Whether it is a published post and yet without a date; what is wrong with a date was said before."""
    front = source.front
    is_said = "date" in front.places or _DATED.match(source.stem)
    return (
        source.kind == "post" and source.date is None and front.published and not front.draft and not is_said
    )


def _dated_by_git(source: Source, known: History, undated: frozenset[str], timezone_name: str) -> Source:
    if source.path not in undated:
        return source
    return replace(source, date=known.moment(source.path, timezone_name))


def _undated(sources: Iterable[Source], undated: frozenset[str], known: History) -> Iterator[Diagnostic]:
    hint = "add a date to the front matter, such as date: 2017-05-01, or put it before the file's name"
    if known.shallow:
        hint += (
            "\nor fetch the whole history: this shallow clone does not know when files were first committed"
        )
    for source in sources:
        if source.path in undated and source.date is None:
            message = "this post has no date: it is listed last, and is in no feed"
            yield warning("undated", message, Location(path=source.path), hint=hint)
