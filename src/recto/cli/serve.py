"""`recto serve`: show the site in a browser while it is written, and say in a line what happens."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from recto import config, preview
from recto.cli import report
from recto.cli.arguments import UsageError
from recto.cli.progress import bars
from recto.diagnostics import Diagnostic, has_errors, visible
from recto.preview import Edition, Options

_NAMED = 2  # changed files that a line names


def run(args: Namespace, root: Path, clock: Callable[[], datetime]) -> int:
    """Serve the site in `root` until Ctrl-C; the exit code."""
    options = Options(
        root=root,
        clock=clock,
        host=args.host,
        port=args.port,
        base_path=_base_path(args.base_path),
        drafts=not args.no_drafts,
        future=not args.no_future,
        poll=args.poll,
        browse=args.open,
    )
    try:
        return preview.serve(options, Terminal(args.no_color), bars(wanted=True, no_color=args.no_color))
    except preview.ServeError as problem:
        raise UsageError(str(problem), problem.hint) from None


def _base_path(text: str | None) -> str | None:
    """The folder as an address has it: "" is the top, "/blog" a folder."""
    if text is None:
        return None
    try:
        if ".." in text.split("/") or "://" in text:
            raise config.AddressError("", "")
        return urlsplit(config.address(f"http://localhost/{text}")).path
    except config.AddressError:
        raise UsageError(f'--base-path is no folder of a site: "{text}"', "write --base-path /blog") from None


class Terminal:
    """Says what happens: what is served and changed to stdout, problems to stderr, each only once while it lasts."""

    def __init__(self, no_color: bool) -> None:
        self._colour = report.coloured(sys.stderr, no_color)
        self._known: tuple[Diagnostic, ...] = ()
        self._shown: set[Diagnostic] = set()
        self._found: set[Diagnostic] = set()

    def started(self, edition: Edition, addresses: Sequence[str], *, asked: int, public: bool) -> None:
        """Say where the site is."""
        self._problems(edition.diagnostics)
        port = urlsplit(addresses[0]).port
        if asked not in (0, port):
            print(f"port {asked} is taken, so it is {port}")
        print(_greeting(edition, addresses))
        if public:
            self.noted("everybody in the network can see this preview as long as it runs")
        sys.stdout.flush()

    def published(self, edition: Edition) -> None:
        """Say what an edition is of, and what is wrong in it."""
        self._found.clear()
        had_errors = has_errors(self._known)
        self._problems(edition.diagnostics)
        print(_line(edition, had_errors), flush=True)

    def found(self, problems: Sequence[Diagnostic]) -> None:
        """Say what is wrong that showed when a page was asked for."""
        new = [problem for problem in problems if problem not in self._found]
        self._found.update(new)
        report.problems(new, colour=self._colour)

    def noted(self, note: str) -> None:
        """Say something that one should know."""
        print(f"note: {note}", file=sys.stderr, flush=True)

    def ended(self) -> None:
        """Leave the line on which a terminal shows Ctrl-C."""
        if sys.stdout.isatty():
            print()

    def _problems(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        if diagnostics != self._known:
            self._known = diagnostics
            new = [problem for problem in diagnostics if problem not in self._shown]
            self._shown = {*diagnostics}
            report.problems(new, colour=self._colour)


def _greeting(edition: Edition, addresses: Sequence[str]) -> str:
    where = " and ".join(addresses)
    end = f"({report.duration(edition.round.seconds)}; Ctrl-C ends it)"
    if edition.plan is None:
        return f"Serving at {where} what is wrong, until it is mended {end}"
    return f"Serving {_contents(edition)} at {where} {end}"


def _contents(edition: Edition) -> str:
    """How many posts there are, and how many of them only here."""
    assert edition.plan
    site, withheld = edition.plan.site, edition.plan.withheld.values()
    reasons = [omission.reason for omission in withheld]
    drafts = sum(reason in ("draft", "unpublished") for reason in reasons)
    parts = [
        *([report.counted(drafts, "draft")] if drafts else []),
        *([f"{reasons.count('scheduled'):,} scheduled"] if "scheduled" in reasons else []),
    ]
    posts = report.counted(len(site.posts) + len(site.unlisted), "post")
    return f"{posts} (with {' and '.join(parts)})" if parts else posts


def _line(edition: Edition, had_errors: bool) -> str:
    """The line for an edition: when, what changed, how long it took, and what stands in the way."""
    made = edition.round
    time = f"{made.moment.astimezone():%H:%M:%S}"
    state = ""
    if not made.good:
        state = ": not built, the pages are as they were" if edition.plan else ": not built"
    elif had_errors:
        state = ": mended"
    return f"{time}  {_changes(made.changed)}  {report.duration(made.seconds)}{state}"


def _changes(changed: Sequence[str]) -> str:
    if not changed:
        return "built again"
    more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
    return visible(", ".join(changed[:_NAMED]) + more)
