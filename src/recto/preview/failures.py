"""The page in the place of one that cannot be made: the words of the terminal, and no script needed to read them."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from recto.diagnostics import Diagnostic
from recto.preview.injection import inject
from recto.preview.notices import Line, Link, Problem, problems

_CLIENT = Path(__file__).with_name("client")
_EXCERPT = ("code", "caret")  # lines that scroll together


def failure(diagnostics: Sequence[Diagnostic], *, base: str, link: Link) -> bytes:
    """A whole HTML page (for status 500) with these problems. It has the preview's script already, so that it goes by itself
    when they are mended. `base` is the folder the site is deployed to."""
    found = problems(diagnostics, link)
    count = len(found)
    page = _template().format(
        base=base,
        title=f"{count} problem{'' if count == 1 else 's'}",
        problems=Markup("\n").join(_block(problem) for problem in found),
    )
    return inject(str(page).encode(), base)


@cache
def _template() -> Markup:
    return Markup((_CLIENT / "error.html").read_text("utf-8"))


def _block(problem: Problem) -> Markup:
    lines = Markup("").join(_lines(problem))
    return Markup('<li class="problem {}">{}</li>').format(problem["severity"], lines)


def _lines(problem: Problem) -> Iterator[Markup]:
    for excerpt, lines in groupby(problem["lines"], lambda line: line["kind"] in _EXCERPT):
        written = Markup("").join(_line(line) for line in lines)
        yield Markup('<span class="excerpt" tabindex="0">{}</span>').format(written) if excerpt else written


def _line(line: Line) -> Markup:
    shown = (
        Markup('<a href="{}">{}</a>').format(line["link"], line["place"]) if line["link"] else line["place"]
    )
    before, place, after = line["text"].partition(line["place"]) if line["place"] else (line["text"], "", "")
    return Markup('<span class="{}">{}{}{}</span>').format(
        line["kind"], before, shown if place else "", after
    )
