"""Say what a build did: results to stdout, problems to stderr, each in the words of the values."""

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from recto.diagnostics import Diagnostic, Severity, as_json, fold, format_text, visible
from recto.model import Build, Changes, Omission, Timing

_RED, _YELLOW, _CYAN, _BOLD, _DIM, _OFF = "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
_NAMED = 10  # left-out posts of one kind that are named before -v is needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All there is to tell of one build; `changes` is None where nothing was written."""

    plan: Build
    diagnostics: Sequence[Diagnostic]
    changes: Changes | None
    output: str
    timings: Sequence[Timing]
    seconds: float


def coloured(stream: TextIO, no_color: bool) -> bool:
    """Whether to colour what goes to the stream (https://no-color.org)."""
    return (
        stream.isatty()
        and not no_color
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def problems(diagnostics: Iterable[Diagnostic], *, colour: bool) -> None:
    """Print problems to stderr, a blank line between them."""
    blocks = format_text(diagnostics)
    if blocks:
        print("\n\n".join(_paint(b) if colour else b for b in blocks), file=sys.stderr, flush=True)


def _paint(block: str) -> str:
    head, *rest = block.split("\n")
    tone = _RED if head.startswith("error") else _YELLOW
    head = re.sub(r"^(\w+)(\[[\w-]+\])?", rf"{_BOLD}{tone}\1{_OFF}{tone}\2{_OFF}", head)
    return "\n".join([head, *(_paint_line(line, tone) for line in rest)])


def _paint_line(line: str, tone: str) -> str:
    if re.match(r"^ +\| +\^+$", line):
        return f"{tone}{line}{_OFF}"
    if re.match(r"^  \S+:\d+", line):
        return f"{_CYAN}{line}{_OFF}"
    return line


def summary(outcome: Outcome, *, verbose: bool) -> str:
    """What was built, what was left out and why, what is missing; for stdout."""
    return "\n".join(
        [
            *(_details(outcome) if verbose else ()),
            _headline(outcome),
            *_pictures(outcome.timings),
            *left_out(outcome.plan.omissions, verbose=verbose),
            *_without_url(outcome.plan),
            *_without_index(outcome.plan),
            *_counts(outcome.diagnostics),
        ]
    )


def _headline(outcome: Outcome) -> str:
    plan, changes = outcome.plan, outcome.changes or Changes()
    drawn = sum(page.template == "cover.svg" for page in plan.pages)  # to a reader a picture, not a page
    pages, files = len(plan.pages) - drawn, len(plan.assets) + drawn
    made = f"Built {counted(pages, 'page')} and {counted(files, 'file')} in {duration(outcome.seconds)}"
    return f"{made} -> {outcome.output}  ({_changed(changes)})"


def _changed(changes: Changes) -> str:
    parts = [
        f"{len(changes.written)} written",
        *([f"{len(changes.removed)} removed"] if changes.removed else []),
    ]
    return ", ".join([*parts, f"{changes.unchanged} unchanged"])


def _pictures(timings: Iterable[Timing]) -> list[str]:
    """How many pictures were made, and how many needed not be."""
    timing = next((t for t in timings if t.stage == "pictures" and t.count), None)
    if timing is None:
        return []
    counts = ((timing.count - timing.remembered, "new"), (timing.remembered, "remembered"))
    return [f"  {'pictures':<10}  " + ", ".join(f"{number:,} {word}" for number, word in counts if number)]


def left_out(omissions: Sequence[Omission], *, verbose: bool) -> list[str]:
    """What is not in the site, or in none of its lists, and why."""
    lines: list[str] = []
    for reason in _REASONS:
        posts = [o for o in omissions if o.reason == reason]
        if posts:
            lines += _left_out_for(reason, posts, verbose)
    return lines


_REASONS = {
    "draft": ("left out", "draft", "drafts"),
    "scheduled": ("left out", "scheduled", "scheduled"),
    "expired": ("left out", "expired", "expired"),
    "unpublished": ("left out", "unpublished", "unpublished"),
    "ignored": ("left out", "ignored", "ignored"),
    "unlisted": ("in no list", "unlisted", "unlisted"),
}


def _left_out_for(reason: str, posts: Sequence[Omission], verbose: bool) -> list[str]:
    how, one, many = _REASONS[reason]
    shown = posts if verbose else posts[:_NAMED]
    lines = [f"  {how:<10}  {len(posts)} {one if len(posts) == 1 else many}"]
    lines += [f"              {_omission(post)}" for post in shown]
    if len(shown) < len(posts):
        lines.append(f"              and {len(posts) - len(shown)} more (-v names them)")
    return lines


def _omission(post: Omission) -> str:
    when = f", {post.when:%Y-%m-%d %H:%M} {post.when.tzname()}" if post.when else ""
    why = f' "{post.title}"{when}' if post.title else ": its name, or ignore in site.yaml, keeps it out"
    return visible(post.source + why)


def _without_url(plan: Build) -> list[str]:
    if plan.site.url:
        return []
    return [
        "  no address  feeds, sitemap and canonical links are left out: set url in site.yaml, or use --base-url"
    ]


def _without_index(plan: Build) -> list[str]:
    told = plan.site.search or any(problem.code == "search-index" for problem in plan.diagnostics)
    if told or not (plan.site.theme.features.search and plan.site.posts):
        return []
    return [
        "  no search   the search page leads to the archive instead: pip install 'recto[search]' for an index"
    ]


def _counts(diagnostics: Sequence[Diagnostic]) -> list[str]:
    kinds = [item.diagnostic.severity for item in fold(diagnostics)]
    counts = [(kinds.count(kind), str(kind)) for kind in Severity]
    return [f"  {counted(number, word)}" for number, word in counts if number]


def failure(diagnostics: Sequence[Diagnostic], output: str, *, strict: bool) -> str:
    """The last line of a build that did not happen, for stderr."""
    counts = " and ".join(line.strip() for line in _counts(diagnostics))
    why = " (--strict)" if strict and not any(d.severity is Severity.ERROR for d in diagnostics) else ""
    return f"Not built: {counts}{why}; {output} is as it was"


def _details(outcome: Outcome) -> list[str]:
    changes = outcome.changes or Changes()
    return [
        *(f"  wrote    {path}" for path in changes.written),
        *(f"  removed  {path}" for path in changes.removed),
        *(_stage(timing) for timing in outcome.timings),
    ]


def _stage(timing: Timing) -> str:
    remembered = f", {timing.remembered} remembered" if timing.remembered else ""
    return f"  {timing.stage:<9} {timing.seconds:7.3f} s  {timing.count}{remembered}"


def document(outcome: Outcome, ok: bool) -> str:
    """The outcome as one JSON document."""
    changes = outcome.changes or Changes()
    value = {
        "ok": ok,
        "output": outcome.output,
        "url": outcome.plan.site.url,
        "pages": [
            {"path": page.path, "url": page.url, "from": page.origin.path} for page in outcome.plan.pages
        ],
        "files": [asset.path for asset in outcome.plan.assets],
        "changes": {"written": changes.written, "removed": changes.removed, "unchanged": changes.unchanged},
        "left_out": [
            {
                "path": o.source,
                "title": o.title,
                "reason": o.reason,
                "when": o.when.isoformat() if o.when else None,
            }
            for o in outcome.plan.omissions
        ],
        "diagnostics": as_json(outcome.diagnostics),
        "timings": [
            {"stage": t.stage, "seconds": round(t.seconds, 6), "count": t.count, "remembered": t.remembered}
            for t in outcome.timings
        ],
        "seconds": round(outcome.seconds, 6),
    }
    return json.dumps(value, ensure_ascii=False, indent=2)


def counted(number: int, word: str) -> str:
    """So many of something: "1 page", "1,200 pages"."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time in seconds as people say it: "340 ms", "2.1 s"."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
