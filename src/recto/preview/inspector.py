"""The site as the builder sees it, at `/_recto/`: what became of each file and why, what is wrong, how long it took.

Pure but for the time zone of the machine, in which builds were made: values in, HTML out. Everything is a plain link, or a form that asks for the page again, so it needs no JavaScript; of
however large a site, one page shows a hundred things.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from recto import __version__
from recto.diagnostics import Location, Severity, fold, format_text
from recto.preview import problems, survey
from recto.preview.editions import Edition
from recto.preview.problems import Link
from recto.text import unquote_path

A_PAGE = 100  # things on one page


def page(edition: Edition, query: Mapping[str, str], *, link: Link) -> str:
    """The page that a query asks for; whatever it asks, there is one. `link` makes links into the editor.

    `view` is texts, terms, files, problems or builds. `q` are words to find, `only` is a kind of what the view shows, `term`
    the url of a term whose texts are wanted, `page` turns the pages, and `build` is the number of a build.
    """
    asked = _Asked(query)
    counts = Counter(item.diagnostic.severity for item in fold(edition.diagnostics))
    return _template().render(
        edition=edition,
        plan=edition.plan or edition.newest,
        asked=asked,
        shown=VIEWS[asked.view](edition, asked),
        views=VIEWS,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        edit=link,
        drawn=lambda problem, text: Markup(problems.item(problem, text, link)),  # escaped there
    )


class _Asked:
    """What a query asks for, each part made valid, and the addresses of what else could be asked for."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._said = {
            name: query.get(name, "")[:200] for name in ("view", "q", "only", "term", "page", "build")
        }
        self.view = self._said["view"] if self._said["view"] in VIEWS else next(iter(VIEWS))
        self.q, self.only, self.term = self._said["q"], self._said["only"], self._said["term"]
        self.page, self.build = _number(self._said["page"]), _number(self._said["build"])
        self._words = self.q.casefold().split()

    def but(self, **changes: str | int) -> str:
        """The address of the same with some parts changed; of what changes, the first page."""
        parts = {**self._said, "view": self.view, "page": "", **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value}, errors="replace")

    def finds(self, *texts: str) -> bool:
        """Whether each of the words is in one of the texts."""
        folded = [text.casefold() for text in texts] if self._words else []
        return all(any(word in text for text in folded) for word in self._words)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """One page of things. `kinds` are what to narrow them to: a name, how many there are, the address, whether it is so."""

    things: Sequence[Any]
    total: int
    number: int
    last: int
    kinds: Sequence[tuple[str, int, str, bool]] = ()


def _shown(
    things: Iterable[Any], asked: _Asked, kind: Callable[[Any], str], known: Iterable[str] = ()
) -> _Shown:
    """Those that are of the kind asked for, as far as they go on a page. `known` is the order of the kinds."""
    found = list(things)
    counts = Counter(map(kind, found))
    names = [*(name for name in known if counts[name]), *(name for name in counts if name not in known)]
    kept = [thing for thing in found if kind(thing) == asked.only] if asked.only in names else found
    last = max(1, -(-len(kept) // A_PAGE))
    number = min(max(1, asked.page), last)
    every = ("all", len(found), asked.but(only=""), kept is found)
    return _Shown(
        things=kept[(number - 1) * A_PAGE : number * A_PAGE],
        total=len(kept),
        number=number,
        last=last,
        kinds=[every, *((name, counts[name], asked.but(only=name), name == asked.only) for name in names)],
    )


def _texts(edition: Edition, asked: _Asked) -> _Shown:
    plan = edition.plan or edition.newest
    found = (
        text
        for text in (survey.texts(plan) if plan else ())
        if asked.finds(text.title, text.origin.path, unquote_path(text.url))
        and (not asked.term or any(label.url == asked.term for label in text.labels))
    )
    return _shown(found, asked, lambda text: text.state, survey.STATES)


def _terms(edition: Edition, asked: _Asked) -> _Shown:
    plan = edition.plan or edition.newest
    found = (entry for entry in (survey.terms(plan) if plan else ()) if asked.finds(entry.name))
    return _shown(found, asked, lambda entry: entry.taxonomy)


def _files(edition: Edition, asked: _Asked) -> _Shown:
    plan = edition.plan or edition.newest
    found = (
        file
        for file in (survey.files(plan) if plan else ())
        if asked.finds(file.path, file.origin.path, file.template)
    )
    return _shown(found, asked, lambda file: file.kind)


def _problems(edition: Edition, asked: _Asked) -> _Shown:
    """Problems with their text in the terminal."""
    texts = zip(fold(edition.diagnostics), format_text(edition.diagnostics), strict=True)
    found = ((item.diagnostic, text) for item, text in texts if asked.finds(text))
    return _shown(found, asked, lambda pair: str(pair[0].severity))


def _builds(edition: Edition, asked: _Asked) -> _Shown:
    """The build asked for, else the newest."""
    chosen = [past for past in edition.history if past.number == asked.build] or edition.history[:1]
    return _Shown(things=chosen, total=len(edition.history), number=1, last=1)


VIEWS: Mapping[str, Callable[[Edition, _Asked], _Shown]] = {
    "texts": _texts,
    "terms": _terms,
    "files": _files,
    "problems": _problems,
    "builds": _builds,
}


def _seconds(seconds: float) -> str:
    """A time as the terminal shows it, and shorter ones too."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.{0 if seconds >= 0.01 else 1}f} ms"


def _clock(moment: datetime) -> str:
    """The time of a build, as the terminal has it."""
    return f"{moment.astimezone():%H:%M:%S}"


def _size(size: int) -> str:
    """How large a file is."""
    return f"{size:,} B" if size < 10_000 else f"{size / 1000:,.0f} kB"


@cache
def _template() -> Template:
    made = Environment(
        loader=PackageLoader("recto.preview", "client"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(seconds=_seconds, size=_size, clock=_clock)
    made.globals.update(version=__version__, site_yaml=Location(path="site.yaml"))
    return made.get_template("inspector.html")
