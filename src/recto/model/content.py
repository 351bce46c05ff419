"""What the Markdown step makes of a body."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from recto.diagnostics import Severity
from recto.pictures import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An address in a body, as written. `line` and `column` count from 1 within the body's text; 0 is unknown."""

    url: str
    kind: Literal["link", "image", "media"]
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypertext:
    """HTML with a hole for every address: parts[0] hole[0] parts[1] ... parts[n]; and for every picture, before its tag, at
    the end of the tag, after it, and in the tag of a link to a picture that is around it alone.

    `holes` are indexes into the fillings: first one for each reference of the Content it belongs to, then four for each
    of its frames. So one text serves the page, the lists and the feeds, each with addresses of its own.
    """

    parts: tuple[str, ...] = ("",)
    holes: tuple[int, ...] = ()

    def fill(self, fillings: Sequence[str]) -> Markup:
        """The HTML with `fillings[i]` in the holes i; what is no Markup is escaped."""
        pieces = [self.parts[0]]
        for hole, part in zip(self.holes, self.parts[1:], strict=True):
            pieces += (escape(fillings[hole]), part)
        return Markup("".join(pieces))

    def __bool__(self) -> bool:
        return self.parts != ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of a body: `level` 1 to 6, its `id`, its plain `text`."""

    level: int  # 2 for `##`
    id: str  # what a link to it ends in, after `#`
    text: str  # its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem within a body: lines and columns count from 1 within the body's text; 0 is unknown."""

    severity: Severity
    code: str
    message: str
    line: int = 0
    column: int = 0
    width: int = 1
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body's whole output. `title` is the text of its first heading; `excerpt` its opening (to the more mark,
    else the first paragraph) and `summary` the same as plain text; `text` the plain text of it all; `words` counts
    words, with a character of a script without spaces as half a word; `ids` are all its element ids; `keywords` the words
    that it uses most."""

    html: Hypertext = Hypertext()
    excerpt: Hypertext = Hypertext()
    summary: str = ""
    references: tuple[Reference, ...] = ()
    frames: tuple[Frame, ...] = ()
    headings: tuple[Heading, ...] = ()
    ids: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    words: int = 0
    keywords: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
