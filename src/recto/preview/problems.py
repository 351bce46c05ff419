"""Problems as HTML: word for word the lines of the terminal, each place a link into the editor. Pure.

The text of each, without its tags and with a line break after each line, is what `format_text` gives.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from markupsafe import Markup

from recto.diagnostics import Diagnostic, Location, fold, format_text, visible

Link = Callable[[Location], str]
"""The address at which the author's editor opens a place; "" where there is none."""

_EXCERPT = re.compile(r"  +(?:\d+ )?\| ")  # a line of a file, or what is under it
_CARET = re.compile(r" +\| +\^+")


def drawn(diagnostics: Iterable[Diagnostic], link: Link) -> list[str]:
    """Each problem as an item of a list, errors first."""
    found = list(diagnostics)
    folded = (group.diagnostic for group in fold(found))
    return [item(problem, text, link) for problem, text in zip(folded, format_text(found), strict=True)]


def item(problem: Diagnostic, text: str, link: Link) -> str:
    """A problem, whose text is that of `format_text`, as an item of a list."""
    places = [place for place in (problem.location, *problem.related) if place]
    first, *rest = text.split("\n")
    pieces = [_line("head", first)]
    for is_excerpt, lines in groupby(rest, lambda line: bool(_EXCERPT.match(line))):
        if is_excerpt:  # its lines scroll together
            inside = Markup("").join(
                _line("caret" if _CARET.fullmatch(line) else "code", line) for line in lines
            )
            pieces.append(Markup('<span class="excerpt" tabindex="0">{}</span>').format(inside))
        else:
            pieces += _others(lines, places, link)
    return str(Markup('<li class="problem {}">{}</li>').format(problem.severity, Markup("").join(pieces)))


def _others(lines: Iterable[str], places: list[Location], link: Link) -> Iterator[Markup]:
    """The lines that name places, which are taken from `places` in their order, and those that say what to do."""
    for line in lines:
        name = visible(str(places[0])) if places else ""
        if name and line.startswith(f"  {name}"):
            address = link(places.pop(0))
            shown = Markup('<a href="{}">{}</a>').format(address, name) if address else name
            yield _line("place", Markup("  {}{}").format(shown, line.removeprefix(f"  {name}")))
        else:
            yield _line("hint", line)


def _line(kind: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(kind, text)
