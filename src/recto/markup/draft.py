"""What one conversion gathers beside its HTML, and how much work it may still do.

Python-Markdown copies the rest of a text at every mark, so hostile text can cost its length squared. A draft counts
what is copied, in characters and not in seconds, so that the same text always passes or always fails.
"""

import re
from dataclasses import dataclass, field

from recto.diagnostics import Severity
from recto.model import Problem

MAX_LENGTH = 4_000_000  # characters of a body: about six long novels
MAX_DEPTH = 60  # lists, quotes and other blocks within one another
MAX_WORK = 2_000_000_000  # characters copied


class UnbearableError(Exception):
    """The text cannot be converted in bounded time and memory; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass(slots=True)
class Draft:
    """The state of one conversion, made anew for each body."""

    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    code: list[tuple[int, int]] = field(default_factory=list)  # first and last lines of fenced blocks, from 0
    work: int = 0

    def warn(
        self, code: str, message: str, line: int, *, column: int = 1, width: int = 1, hint: str = ""
    ) -> None:
        """Note a problem that does not stop the conversion."""
        self.problems.append(
            Problem(
                severity=Severity.WARNING,
                code=code,
                message=message,
                line=line,
                column=column,
                width=width,
                hint=hint,
            )
        )

    def spend(self, work: int, culprit: str) -> None:
        """Count work done for a piece of the text; raises UnbearableError where it is too much."""
        self.work += work
        if self.work > MAX_WORK:
            raise UnbearableError(
                _error(
                    "too-large",
                    "this text is too much work: too many blocks, or too many marks without a blank line",
                    self.line_of(culprit),
                    "break paragraphs up with blank lines, or put data into a code block or a file under static/",
                )
            )

    def deepen(self, depth: int, culprit: str) -> None:
        """Raise UnbearableError where blocks are nested too deep."""
        if depth > MAX_DEPTH:
            raise UnbearableError(too_deep(self.line_of(culprit)))

    def line_of(self, piece: str) -> int:
        """The line where a piece of the text begins, as far as it can be found; else 0."""
        start = next((line.strip() for line in piece.split("\n", 3) if line.strip()), "")[:60]
        found = self.text.find(start) if start else -1
        return self.text.count("\n", 0, found) + 1 if found >= 0 else 0

    def line_of_last(self, word: str) -> int:
        """The line of the last use of a word; 0 where there is none, or where a hundred problems are known already."""
        found = self.text.rfind(word) if len(self.problems) < 100 else -1
        return self.text.count("\n", 0, found) + 1 if found >= 0 else 0


# How many characters are copied in the time in which Python-Markdown looks at one, in each of these ways.
PARSING, PAIRING, TAGGING = 10, 200, 100
BLOCK = 10_000  # and in the time in which it makes one block
_TAG = re.compile("<(?=[a-zA-Z/!?])")


def pairing(text: str, opening: str, closing: str) -> int:
    """How far one looks in all for the end of each bracket."""
    if text.count(opening) < 20:
        return 0
    opened: list[int] = []
    total = 0
    for found in re.finditer(f"[{re.escape(opening + closing)}]", text):
        if found[0] == opening:
            opened.append(found.start())
        elif opened:
            total += found.start() - opened.pop()
    return (total + sum(len(text) - start for start in opened)) * PAIRING


def tagging(text: str) -> int:
    """How far one looks in all for the end of each tag."""
    total = end = 0
    for found in _TAG.finditer(text):
        if end <= found.start():
            end = text.find(">", found.start()) + 1 or len(text)
        total += end - found.start()
    return total * TAGGING if total > 4 * len(text) else 0


def marking(text: str) -> int:
    """What is copied when each mark of a text takes its element's place, and what is looked at for its end."""
    marks = text.count("  \n") + sum(text.count(mark) for mark in "*_`[]()!<&\\~\"':@^")
    dotted = sum(len(word) * word.count(".") for word in text.split() if len(word) > 500)
    return (
        marks * len(text)
        + dotted * PAIRING
        + pairing(text, "[", "]")
        + pairing(text, "(", ")")
        + (tagging(text) if "<" in text else 0)
    )


def too_deep(line: int) -> Problem:
    """Blocks or marks are nested beyond reason."""
    return _error(
        "too-deep",
        f"lists, quotes or marks are nested more than {MAX_DEPTH} deep",
        line,
        "nest less, or put the text into a code block",
    )


def too_large(length: int) -> Problem:
    """The body is longer than a body may be."""
    return _error(
        "too-large",
        f"the text has {length:,} characters; at most {MAX_LENGTH:,} are converted",
        1,
        "split it into several posts, or put the data into a file under static/ and link to it",
    )


def _error(code: str, message: str, line: int, hint: str) -> Problem:
    return Problem(severity=Severity.ERROR, code=code, message=message, line=line, column=1, hint=hint)
