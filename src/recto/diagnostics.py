"""Say what is wrong, where, and what to do: the one form in which a problem leaves any stage.

A stage never raises for an author's mistake and never prints: it returns diagnostics. The command,
the preview and machine-readable output all draw the same values.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from unicodedata import east_asian_width


class Severity(StrEnum):
    """How bad a problem is: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A place in a file of the site.

    `path` is relative to the site's folder, with forward slashes. `line` and `column` count from 1;
    0 means unknown. `width` is how many characters the caret underlines. `text` is the line itself,
    so that a later stage can show it without reading the file again.
    """

    path: str
    line: int = 0
    column: int = 0
    width: int = 1
    text: str = ""

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A problem and its place.

    `code` is a short stable name in kebab case. `message` is lower case without a full stop. `hint` says
    what to do. `related` are further places that belong to the same problem (the other of two posts at one
    URL). `context` names what was being made when the problem is in a shared file ("posts/a.md").
    """

    severity: Severity
    code: str
    message: str
    location: Location | None = None
    hint: str = ""
    related: tuple[Location, ...] = ()
    context: str = ""


class BuildError(Exception):
    """The build cannot go on; carries every diagnostic known at that point."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


def error(code: str, message: str, location: Location | None = None, **rest: object) -> Diagnostic:
    """An error; `rest` are the other fields of Diagnostic."""
    return Diagnostic(severity=Severity.ERROR, code=code, message=message, location=location, **rest)  # type: ignore[arg-type]


def warning(code: str, message: str, location: Location | None = None, **rest: object) -> Diagnostic:
    """A warning; `rest` are the other fields of Diagnostic."""
    return Diagnostic(severity=Severity.WARNING, code=code, message=message, location=location, **rest)  # type: ignore[arg-type]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean "title"?`, or nothing where no known word is near."""
    by_fold = {k.casefold(): k for k in known}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f'did you mean "{by_fold[near[0]]}"?' if near else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """One diagnostic that stands for `count` equal ones, which differ only in their context."""

    diagnostic: Diagnostic
    count: int = 1


def fold(diagnostics: Iterable[Diagnostic]) -> list[Folded]:
    """Merge diagnostics that differ only in their context; errors first, then by place."""
    groups: dict[Diagnostic, list[Diagnostic]] = {}
    for item in diagnostics:
        groups.setdefault(replace(item, context=""), []).append(item)
    folded = [Folded(diagnostic=min(g, key=lambda d: d.context), count=len(g)) for g in groups.values()]
    return sorted(folded, key=_order)


def _order(item: Folded) -> tuple[bool, str, int, int, str, str]:
    d = item.diagnostic
    place = d.location or Location(path="")
    return (d.severity is not Severity.ERROR, place.path, place.line, place.column, d.code, d.message)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops the build."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def format_text(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Each problem as the lines a terminal shows, without colour; one string a problem."""
    return [_text(item) for item in fold(diagnostics)]


def _text(item: Folded) -> str:
    d = item.diagnostic
    lines = [f"{d.severity}[{d.code}]: {d.message}"]
    if d.location:
        lines.append(f"  {d.location}{_while(item)}")
        lines += _excerpt(d.location)
    elif d.context:
        lines.append(f" {_while(item)}")
    for place in d.related:
        lines.append(f"  {place}")
        lines += _excerpt(place)
    if d.hint:
        first, *more = d.hint.splitlines()
        lines += [f"  fix: {first}", *(f"       {line}" for line in more)]
    return visible("\n".join(lines))


_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def visible(text: str) -> str:
    """The text with a picture in place of each control character: what an author wrote must not steer a terminal."""
    return text.translate(_PICTURES)


def _while(item: Folded) -> str:
    if not item.diagnostic.context:
        return ""
    more = f" (and {item.count - 1} more)" if item.count > 1 else ""
    return f"  while building {item.diagnostic.context}{more}"


MAX_EXCERPT = 100  # columns of a source line that are shown


def _excerpt(place: Location) -> list[str]:
    if not (place.line and place.text.strip()):
        return []
    text = place.text.expandtabs(1).rstrip()
    start = max(0, place.column - 1 - MAX_EXCERPT // 2) if len(text) > MAX_EXCERPT else 0
    shown = text[start : start + MAX_EXCERPT]
    shown = ("…" if start else "") + shown + ("…" if start + MAX_EXCERPT < len(text) else "")
    lines = [f"  {place.line} | {shown}"]
    if place.column:
        before = shown[: place.column - 1 - start + (1 if start else 0)]
        inside = text[place.column - 1 : place.column - 1 + place.width]
        caret = "^" * max(1, min(_columns(inside), MAX_EXCERPT - len(before)))
        lines.append(f"  {' ' * len(str(place.line))} | {' ' * _columns(before)}{caret}")
    return lines


def _columns(text: str) -> int:
    """How many terminal cells the text takes: two for a wide character."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def as_json(diagnostics: Sequence[Diagnostic]) -> list[dict[str, object]]:
    """Plain values for `--json`, one object a folded problem."""
    return [
        {
            "severity": str(item.diagnostic.severity),
            "code": item.diagnostic.code,
            "message": item.diagnostic.message,
            **(_place(item.diagnostic.location) if item.diagnostic.location else {}),
            "hint": item.diagnostic.hint,
            "related": [_place(place) for place in item.diagnostic.related],
            "context": item.diagnostic.context,
            "count": item.count,
        }
        for item in fold(diagnostics)
    ]


def _place(place: Location) -> dict[str, object]:
    return {"path": place.path, "line": place.line, "column": place.column}
