"""Find where an author wrote an address: the k-th use of it is at its k-th place in the text, code left out."""

import re
from bisect import bisect_right

MAX_SEARCHED = 400_000_000  # characters looked through for one body; what comes after is not located

_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`\n]+\1(?!`)")
_BEFORE = frozenset("\"'<=(,: \t\n")
_AFTER = frozenset("\"'>)],; \t\n")


class Places:
    """Where things stand in a body's text."""

    def __init__(self, text: str, code: list[tuple[int, int]]) -> None:
        """`code` are the (first, last) lines of its fenced blocks, from 0."""
        self.text = _without_code(text, code)
        self._starts: list[int] = []
        self._next: dict[str, int] = {}
        self._searched = 0

    def find(self, address: str) -> tuple[int, int]:
        """Line and column of the next use of an address, from 1; the last place again where there are more uses than
        places; (0, 0) where it is not found."""
        spelling = next((s for s in _spellings(address) if self._position(s) >= 0), "")
        return self.line_column(self._next[spelling] - 1) if spelling else (0, 0)

    def line_column(self, position: int) -> tuple[int, int]:
        """A position as line and column, from 1."""
        if not self._starts:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, position)
        return line, position - self._starts[line - 1] + 1

    def _position(self, spelling: str) -> int:
        """The next place of a spelling, remembered as one beyond it."""
        last = self._next.get(spelling, 0)
        position = last
        while (position := self._search(spelling, position)) >= 0:
            if self._stands_alone(position, position + len(spelling)):
                self._next[spelling] = position + 1
                return position
            position += 1
        return last - 1

    def _search(self, spelling: str, start: int) -> int:
        if self._searched > MAX_SEARCHED:
            return -1
        found = self.text.find(spelling, start)
        self._searched += (found if found >= 0 else len(self.text)) - start
        return found

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether it is an address and not a part of a word or of a longer address."""
        text = self.text
        if start and text[start - 1] not in _BEFORE:
            return False
        if "://" in text[start:end] or end >= len(text):
            return True
        before = text[max(0, start - 20) : start]
        marked = before.endswith(('"', "'", "<", "=")) or before.rstrip().endswith(("](", "](<", "]:", ","))
        return marked and text[end] in _AFTER


def _without_code(text: str, code: list[tuple[int, int]]) -> str:
    """The text with code turned to spaces, each line as long as it was."""
    if code:
        lines = text.split("\n")
        for first, last in code:
            lines[first + 1 : last] = [" " * len(line) for line in lines[first + 1 : last]]
        text = "\n".join(lines)
    return _INLINE_CODE.sub(lambda found: " " * len(found[0]), text) if "`" in text else text


def _spellings(address: str) -> tuple[str, ...]:
    """How the author may have written an address: as it is, with entities, or without what was put before it."""
    bare = address.removeprefix("mailto:").removeprefix("http://")
    return tuple(dict.fromkeys(s for s in (address, address.replace("&", "&amp;"), bare) if s))
