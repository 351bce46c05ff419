"""The banner on a post that is not public: why it is not, and when it will be. Pure: HTML that needs no script."""

from datetime import datetime
from itertools import chain
from math import ceil

from markupsafe import Markup

from recto.builder import Plan
from recto.diagnostics import Location
from recto.model import Page, Post, Source
from recto.preview.notices import Link

_WORDS = {"draft": "Draft", "unpublished": "Unpublished", "scheduled": "Scheduled"}
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
_LINES = {"draft": "draft: true", "unpublished": "published: false"}

# It belongs to no page, so nothing of a page's style may reach it, and it may change nothing of the page but to leave room at
# its end. With a site that lets its reader choose between light and dark, it follows that choice.
_STYLE = Markup("""\
#recto-banner {
  all: initial; position: fixed; inset: auto 0 0; z-index: 2147483000; box-sizing: border-box; padding: 8px 16px;
  color-scheme: inherit; direction: ltr; text-align: center; text-wrap: balance; overflow-wrap: anywhere;
  font: 500 14px/1.4 system-ui, sans-serif; color: #3d2f08; background: #f5e5bb; border-top: 1px solid #c9a95a;
  color: light-dark(#3d2f08, #f4e3b0); border-color: light-dark(#d9bf7c, #6b571f);
  background: repeating-linear-gradient(-45deg, light-dark(#f6e7bf, #3a2f12) 0 14px, light-dark(#f3e1b2, #41340f) 14px 28px);
}
#recto-banner * { all: unset }
#recto-banner style { display: none }
#recto-banner b { font-weight: 700 }
#recto-banner code { font-family: ui-monospace, monospace; font-size: .93em; white-space: nowrap }
#recto-banner a { display: inline-block; margin-inline-start: .75em; text-decoration: underline; text-underline-offset: .2em; cursor: pointer }
#recto-banner a:focus-visible { outline: 2px solid; outline-offset: 2px }
html { padding-block-end: 37px !important; scroll-padding-block-end: 48px }
@media (max-width: 56em) { html { padding-block-end: 56px !important } }
@media (max-width: 26em) { html { padding-block-end: 76px !important } }
@media print { #recto-banner { display: none } html { padding-block-end: 0 !important } }
""")
_BANNER = Markup(
    '<aside id="recto-banner" role="note" aria-label="Not public" lang="en"><style>{style}</style>'
    "<b>{word}:</b> {why}{link}</aside>"
)


def banner(plan: Plan, page: Page, *, now: datetime, link: Link) -> str:
    """The banner of a page, for `injection.inject`; "" for one that is public. `now` is aware, and decides no more than how
    long it is said to be until then."""
    post = page.context.get("post")
    omission = plan.withheld.get(post.source) if isinstance(post, Post) else None
    if omission is None:
        return ""
    sources = chain(plan.sources.posts, plan.sources.pages)
    source = next(source for source in sources if source.path == omission.source)
    line = _LINES.get(omission.reason, "date")
    place = source.place(line.partition(":")[0])
    why = _scheduled(source, now) if omission.reason == "scheduled" else _hidden(line, place, source, now)
    return str(_BANNER.format(style=_STYLE, word=_WORDS[omission.reason], why=why, link=_link(place, link)))


def _scheduled(source: Source, now: datetime) -> str:
    return f"goes live {_moment(source)}, {_until(source, now)}." if source.date else ""


def _hidden(line: str, place: Location, source: Source, now: datetime) -> Markup:
    """That a line of the front matter hides the post, as its author wrote it where it stands alone."""
    written = place.text.strip()
    shown = written if written.startswith(line.partition(":")[0]) and len(written) < 40 else line
    later = source.kind == "post" and source.date and source.date.instant > now
    rest = f", and not before {_moment(source).removeprefix('on ')}" if later else ""
    return Markup("not published until you remove <code>{}</code>{}.").format(shown, rest)


def _moment(source: Source) -> str:
    """The date of a post in words: "on 24 December 2026 at 09:00 (Europe/Stockholm)"."""
    assert source.date
    when = source.date.instant
    clock = f" at {when:%H:%M}" if source.date.timed else ""
    return f"on {when.day} {_MONTHS[when.month - 1]} {when.year}{clock} ({when.tzinfo or 'UTC'})"


def _until(source: Source, now: datetime) -> str:
    """How long it is until the date of a post, in words."""
    assert source.date
    when = source.date.instant
    seconds = (when - now).total_seconds()
    days = (when.date() - now.astimezone(when.tzinfo).date()).days
    if seconds <= 0:
        return "with the next build"
    for size, unit in ((365.25, "year"), (30.44, "month"), (1, "day")):
        if days >= 2 * size:
            return f"in {int(days / size)} {unit}s"
    if days == 1:
        return "tomorrow"
    hours, minutes = int(seconds // 3600), ceil(seconds / 60)
    number, unit = (hours, "hour") if hours else (minutes, "minute")
    return f"in {number} {unit}{'' if number == 1 else 's'}"


def _link(place: Location, link: Link) -> Markup:
    address = link(place)
    return Markup('<a href="{}">Edit {}</a>').format(address, place.path) if address else Markup()
