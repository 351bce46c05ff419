"""Where the values of a text stand: spans of characters, drawn as a Location only when one is asked for.

Most front matter has no problem, so most places are never looked at; keeping two numbers each is what they cost.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from recto.diagnostics import Location

Span = tuple[int, int]
KEY = "#key"  # after a key path: the key itself, not its value
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # never sent to a terminal
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")  # an anchor or tag in front of a scalar


@dataclass(frozen=True, slots=True, eq=False)
class Places(Mapping[str, Location]):
    """Key path ("title", "nav.0.title", "title#key") to the place in the file of path `path`.

    `text` has LF line ends; its first line is line `first_line` of the file.
    """

    text: str = ""
    path: str = ""
    first_line: int = 1
    spans: Mapping[str, Span] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Location:
        return self.location(*self.spans[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def location(self, start: int, end: int) -> Location:
        """The place of the characters from `start` to `end`, as far as they are on one line."""
        opening = self.text.rfind("\n", 0, start) + 1
        closing = self.text.find("\n", start)
        line = self.text[opening : None if closing < 0 else closing]
        stop = min(end - opening, len(line.rstrip()))
        return Location(
            path=self.path,
            line=self.first_line + self.text.count("\n", 0, start),
            column=start - opening + 1,
            width=max(1, stop - (start - opening)),
            text=_CONTROL.sub("\ufffd", line),
        )

    def nearest(self, key: str) -> Location | None:
        """The place of a key path, or of the nearest mapping or list around it."""
        while key and key not in self.spans:
            key = key.rpartition(".")[0]
        return self[key] if key else None

    def source(self, key: str) -> str:
        """A scalar as its author wrote it: "007", "1.10", "no"."""
        start, end = self.spans[key]
        return _PROPERTIES.sub("", self.text[start:end], count=1).strip()

    def also(self, spans: Mapping[str, Span]) -> "Places":
        """These places and more."""
        return Places(self.text, self.path, self.first_line, {**self.spans, **spans})
