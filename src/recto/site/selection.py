"""Decide which sources are built, and say of every other one why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from recto.model import Omission, Source, Sources

Reason = Literal["draft", "scheduled", "expired", "unpublished", "unlisted"]


def select(
    sources: Sources, *, now: datetime, drafts: bool = False, future: bool = False
) -> tuple[Sources, tuple[Omission, ...]]:
    """The sources without those left out, and a record of these. `drafts` and `future` let more in.

    Unlisted sources stay, for they are built, but are recorded too: they are in no list. An expired one never comes
    back. A date without a time is the start of its day, so a post of today is not in the future.
    """

    def reason(source: Source) -> Reason | None:
        front = source.front
        if front.expires and front.expires.instant <= now:
            return "expired"
        if front.draft and not drafts:
            return "draft"
        if not (front.published or drafts):
            return "unpublished"
        if source.kind == "post" and source.date and source.date.instant > now and not future:
            return "scheduled"
        return "unlisted" if front.unlisted else None

    posts, without_posts = _split(sources.posts, reason)
    pages, without_pages = _split(sources.pages, reason)
    ignored = (Omission(source=path, title="", reason="ignored") for path in sources.passed_over)
    return replace(sources, posts=posts, pages=pages), (*without_posts, *without_pages, *ignored)


def _split(
    sources: tuple[Source, ...], reason: Callable[[Source], Reason | None]
) -> tuple[tuple[Source, ...], list[Omission]]:
    reasons = [(source, reason(source)) for source in sources]
    kept = tuple(source for source, why in reasons if why in (None, "unlisted"))
    return kept, [_omission(source, why) for source, why in reasons if why]


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
