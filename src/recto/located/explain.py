"""Why a text is not YAML, in an author's words.

The parser says what it missed; this looks at the line instead and says what to write. Each case is a function of
the trouble that returns a Complaint or None; CASES is the order in which they are asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from recto.located.places import Span


class Complaint(Exception):  # noqa: N818  # never leaves this package: it becomes a diagnostic
    """What is wrong with the characters of `span`; `first` is the other place of a duplicate."""

    def __init__(
        self, message: str, span: Span, hint: str = "", *, code: str = "", first: Span | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.span, self.hint, self.code, self.first = message, span, hint, code, first


def explain(text: str, problem: yaml.MarkedYAMLError) -> Complaint:
    """The first case that fits, in words of its own; at worst the parser's."""
    trouble = _trouble(text, problem)
    complaint = next(found for case in CASES if (found := case(trouble)))
    complaint.message = f"this line is not valid YAML: {complaint.message}"
    return complaint


# A line that gives a value: its lead (indentation, dashes, key and colon) and the value itself.
_GIVEN = re.compile(
    r"""(?P<lead>\s*(?:-[ ]+)*(?:[^\s"'\[{#&*!|>%@`-][^:#]*:[ \t]+|(?<=-[ ])))(?P<value>\S.*)"""
)
_NO_SPACE = re.compile(r"(\s*(?:- +)*[A-Za-z_][\w-]*):(?!//)(\S.*)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text, which starts at the character `start`; `lead` and `value` as in `title: value`."""

    start: int
    text: str
    lead: str
    value: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def span(self) -> Span:
        return self.start + self.indent, self.start + len(self.text.rstrip())

    @property
    def value_start(self) -> int:
        return self.start + len(self.lead)

    @property
    def value_span(self) -> Span:
        return self.value_start, self.value_start + len(self.value.rstrip())

    def quoted(self) -> str:
        """What to write so that the value is text."""
        return f"write {self.lead.strip()} {_quoted(self.value)}"


def _line(text: str, at: int) -> Line:
    start = text.rfind("\n", 0, at) + 1
    stop = text.find("\n", start)
    line = text[start : len(text) if stop < 0 else stop]
    given = _GIVEN.fullmatch(line)
    return Line(start, line, given["lead"] if given else "", given["value"] if given else "")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where the parser stopped (`at`), what it was reading (`context`, since `opened`), what it said."""

    text: str
    at: int
    said: str
    context: str
    opened: int

    @property
    def line(self) -> Line:
        return _line(self.text, self.at)

    @property
    def char(self) -> str:
        return self.text[self.at : self.at + 1]

    def above(self, line: Line) -> Line | None:
        """The nearest line above that is not blank."""
        before = self.text[: line.start].rstrip()
        return _line(self.text, len(before) - 1) if before else None


def _trouble(text: str, problem: yaml.MarkedYAMLError) -> Trouble:
    mark = problem.problem_mark or problem.context_mark
    at = min(mark.index, len(text)) if mark else 0
    if text[:at].strip() and not text[at:].strip():  # it stopped at the end: show the last line that has text
        at = len(text[:at].rstrip()) - 1
    opened = problem.context_mark.index if problem.context_mark else at
    return Trouble(text, at, str(problem.problem), str(problem.context), opened)


def _quoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if not set('"\\') & set(value):
        return f'"{value}"'
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def _tab(t: Trouble) -> Complaint | None:
    line = t.line
    tab = line.text[: line.indent].find("\t")
    if tab < 0:
        return None
    return Complaint("a tab cannot indent it", (line.start + tab, line.start + tab + 1), "indent with spaces")


def _another_document(t: Trouble) -> Complaint | None:
    if "another document" not in t.said:
        return None
    return Complaint("a second document starts here", t.line.span, "remove the line, or what follows it")


def _escape(t: Trouble) -> Complaint | None:
    if t.context != "while parsing a quoted scalar":
        return None
    start = t.text.rfind("\\", 0, t.at + 1)
    what = t.text[start : start + 2]
    inside = _line(t.text, t.opened)
    return Complaint(f'"{what}" means nothing in double quotes', (start, start + 2), inside.quoted())


def _open_quote(t: Trouble) -> Complaint | None:
    if t.context != "while scanning a quoted scalar":
        return _swallowing_quote(t)
    return _never_closed(t, _line(t.text, t.opened), t.opened)


def _swallowing_quote(t: Trouble) -> Complaint | None:
    """A quote left open further up ends where the next value's quote begins."""
    line: Line | None = t.line
    assert line is not None
    quote = line.value[:1]
    if quote not in ("'", '"') or t.at > line.value_start + 1:
        return None
    while line := t.above(line):
        if line.value.startswith(quote):
            return _never_closed(t, line, line.value_start) if line.value.count(quote) == 1 else None
    return None


def _never_closed(t: Trouble, line: Line, at: int) -> Complaint:
    return Complaint("this quote is never closed", (at, at + 1), f"write {line.text.strip()}{t.text[at]}")


def _open_bracket(t: Trouble) -> Complaint | None:
    if not t.context.startswith("while parsing a flow") or t.char in "@`%":
        return None
    line = _line(t.text, min(t.opened, t.at))
    if comment := re.search(r"(?<=[\s,\[{])#", line.text):
        at = line.start + comment.start()
        return Complaint('what follows "#" is a comment', (at, at + 1), 'put quotes around the item: "#..."')
    if t.char == "," and t.said.endswith("node content"):
        return Complaint("an item is missing before this comma", (t.at, t.at + 1), "remove the comma")
    bracket = t.text[t.opened : t.opened + 1]
    closing = {"[": "]", "{": "}"}.get(bracket, "")
    if not closing or closing in line.text[t.opened - line.start :]:
        return None
    hint = f"write {line.text.strip()}{closing}"
    return Complaint(f'"{bracket}" is never closed', (t.opened, t.opened + 1), hint)


def _indicator(t: Trouble) -> Complaint | None:
    """`title: @home`, `title: [Draft] tides`, `title: *very* good`, `title: 'It's'`."""
    line = t.line
    first = line.value[:1]
    if t.char and t.char in "@`%" and t.at != line.value_start:
        hint = "put quotes around it"
        return Complaint(f'text that starts with "{t.char}" needs quotes', (t.at, t.at + 1), hint)
    if not first or first not in "@`%*&!|>[]{},-?\"'" or t.at < line.value_start:
        return None
    if first in "\"'":
        return Complaint("text follows the closing quote", (t.at, line.value_span[1]), line.quoted())
    return Complaint(f'a value that starts with "{first}" needs quotes', line.value_span, line.quoted())


def _colon(t: Trouble) -> Complaint | None:
    """`title: a: b`; caret at the second colon."""
    line = t.line
    if "mapping values" not in t.said or not line.value or t.at < line.value_start:
        return None
    return Complaint('a value with ": " needs quotes', (t.at, t.at + 1), line.quoted())


def _no_space(t: Trouble) -> Complaint | None:
    """`title:Tides`, which the parser notices a line later."""
    if "mapping values" not in t.said and "expected ':'" not in t.said:
        return None
    for line in (_line(t.text, t.opened), t.line, t.above(t.line)):
        if line and (found := _NO_SPACE.fullmatch(line.text)):
            colon = line.start + found.end(1)
            hint = f"write {found[1].strip()}: {found[2].strip()}"
            return Complaint('a space is missing after ":"', (colon, colon + 1), hint)
    return None


def _no_colon(t: Trouble) -> Complaint | None:
    if "expected ':'" not in t.said:
        return None
    hint = 'write "key: value", or indent the line if it continues the one above'
    return Complaint("it has no key", _line(t.text, t.opened).span, hint)


def _indentation(t: Trouble) -> Complaint | None:
    line = t.line
    if "mapping values" in t.said and line.indent:
        return Complaint(
            "it is indented below a line that has a value", line.span, "remove the spaces before it"
        )
    if t.at != line.start + line.indent:
        return None
    if line.indent:
        hint = "start it in the column of the lines it belongs to"
        return Complaint("its indentation matches no line above", line.span, hint)
    if line.text.startswith("-"):
        return Complaint(
            "a list item needs a key above it", line.span, "write the key with a colon, as in tags:"
        )
    return None


def _as_the_parser_says(t: Trouble) -> Complaint:
    said = t.said.replace("did not find expected", "no").replace("hexdecimal", "hexadecimal")
    return Complaint(said, (t.at, t.at + 1), "if this is text, put quotes around it")


CASES: tuple[Callable[[Trouble], Complaint | None], ...] = (
    _tab,
    _another_document,
    _escape,
    _open_quote,
    _open_bracket,
    _indicator,
    _colon,
    _no_space,
    _no_colon,
    _indentation,
    _as_the_parser_says,
)
