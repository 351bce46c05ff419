"""Markdown files -> Sources: what the file's name says, what its front matter says, and which date counts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from recto import frontmatter
from recto.diagnostics import Diagnostic, Location, error, warning
from recto.loader.dates import History, history
from recto.loader.reading import Reading
from recto.loader.walk import Found
from recto.model import Body, Config, FrontMatter, Moment, Source

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


def load(
    root: Path, config: Config, reading: Reading, kind: Literal["post", "page"], files: Iterable[Found]
) -> tuple[Source, ...]:
    """The sources of these Markdown files, in their order."""
    read = [source for found in files if (source := _read(config, reading, kind, found))]
    undated = frozenset(source.path for source in read if kind == "post" and _wants_date(source))
    known = history(root, config.folders.posts, undated)
    dated = (_dated_by_git(source, known, config) if source.path in undated else source for source in read)
    sources = tuple(dated)
    reading.diagnostics += _undated(sources, undated, known)
    return sources


def _read(config: Config, reading: Reading, kind: Literal["post", "page"], found: Found) -> Source | None:
    text = reading.text(found)
    if text is None:
        return None
    folder = config.folders.posts if kind == "post" else config.folders.pages
    name, problem = name_of(found.path, folder, dated=kind == "post")
    if problem:
        message, hint = f"the name of this file: {problem}", "rename it to YYYY-MM-DD-slug.md"
        reading.diagnostics.append(error("file-name", message, Location(path=found.path), hint=hint))
    front, body, body_line, diagnostics = frontmatter.parse(text, path=found.path, config=config)
    reading.diagnostics += diagnostics
    return Source(
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


def _date(front: FrontMatter, name: Name, config: Config) -> Moment | None:
    if front.date or not name.day:
        return front.date
    return frontmatter.day_moment(name.day, config.timezone)


def _wants_date(source: Source) -> bool:
    """Whether it is published and yet without a date; what is wrong with a date was said before."""
    front = source.front
    is_said = "date" in front.places or _DATED.match(source.stem)
    return source.date is None and front.published and not front.draft and not is_said


def _dated_by_git(source: Source, known: History, config: Config) -> Source:
    return replace(source, date=known.moment(source.path, config.timezone))


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
