"""Decide which sources are built, and say of every other one why not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress
from operator import not_
from typing import Literal

from recto.model import Omission, Source, Sources
from recto.recall import Recall

Reason = Literal["draft", "scheduled", "expired", "unpublished", "unlisted"]


def select(
    sources: Sources,
    *,
    now: datetime,
    drafts: bool = False,
    future: bool = False,
    recall: Recall | None = None,
) -> tuple[Sources, tuple[Omission, ...]]:
    """The sources without those left out, and a record of these. `drafts` and `future` let more in.

    Unlisted sources stay, for they are built, but are recorded too: they are in no list. An expired one never comes
    back. A date without a time is the start of its day, so a post of today is not in the future.
    """
    records: list[Omission] = []
    for source in _special(sources, now, recall):
        why = _why(source, now)
        let_in = drafts if why in ("draft", "unpublished") else future and why == "scheduled"
        if why and not let_in:
            records.append(_omission(source, why))
        elif source.front.unlisted:
            records.append(_omission(source, "unlisted"))
    paths = {omission.source for omission in records if omission.reason != "unlisted"}
    ignored = (Omission(source=path, title="", reason="ignored") for path in sources.passed_over)
    kept = replace(sources, posts=_without(sources.posts, paths), pages=_without(sources.pages, paths))
    return kept, (*records, *ignored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A moment at which the site changes by itself: a post goes live ("appears"), or it or a page goes ("expires")."""

    source: str
    title: str
    event: Literal["appears", "expires"]
    when: datetime


def due(sources: Sources, *, now: datetime) -> tuple[Due, ...]:
    """What is still to come, the next first. A build is as another until the first of these moments."""
    every = (*sources.posts, *sources.pages)
    coming = (event for source in every for event in _events(source) if event.when > now)
    return tuple(sorted(coming, key=lambda event: (event.when.timestamp(), event.event, event.source)))


def _events(source: Source) -> Iterator[Due]:
    """When it goes live and when it goes, if it ever is public."""
    front = source.front
    begins = source.date.instant if source.kind == "post" and source.date else None
    ends = front.expires.instant if front.expires else None
    if front.draft or not front.published or (begins and ends and ends <= begins):
        return
    title = front.title or readable(source.stem)
    if begins:
        yield Due(source=source.path, title=title, event="appears", when=begins)
    if ends:
        yield Due(source=source.path, title=title, event="expires", when=ends)


def _without(sources: tuple[Source, ...], paths: Collection[str]) -> tuple[Source, ...]:
    return tuple(source for source in sources if source.path not in paths) if paths else sources


def withheld(sources: Sources, *, now: datetime, recall: Recall | None = None) -> dict[str, Omission]:
    """Those of the selected sources that are in only because drafts or future posts were let in, and why they are not
    public, by their paths."""
    special = _special(sources, now, recall)
    return {source.path: _omission(source, why) for source in special if (why := _why(source, now))}


def _special(sources: Sources, now: datetime, recall: Recall | None) -> list[Source]:
    """The sources that are not simply public: since the day began, and so at every later moment."""
    every = (*sources.posts, *sources.pages)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    plain = (recall or Recall()).each(_is_plain, every, shared=(day,))
    return list(compress(every, map(not_, plain)))


def _is_plain(source: Source, day: datetime) -> bool:
    return not source.front.unlisted and not source.front.expires and _why(source, day) is None


def _why(source: Source, now: datetime) -> Reason | None:
    """What keeps a source from the public."""
    front = source.front
    if front.expires and front.expires.instant <= now:
        return "expired"
    if front.draft:
        return "draft"
    if not front.published:
        return "unpublished"
    return "scheduled" if source.kind == "post" and source.date and source.date.instant > now else None


def _omission(source: Source, reason: Reason) -> Omission:
    moment = {"scheduled": source.date, "expired": source.front.expires}.get(reason)
    return Omission(
        source=source.path,
        title=source.front.title or readable(source.stem),
        reason=reason,
        when=moment.instant if moment else None,
    )


def readable(stem: str) -> str:
    """A file's name as a title: "sales-vs-engineering" is "Sales vs engineering"."""
    words = " ".join(stem.replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:]
