"""Typographic quotes, dashes and ellipses, by the body's language.

A quotation mark opens or closes by what stands before it, also across the border of an element: the text of a block is
read as one. Code, raw HTML's own code and what was escaped stay as they are.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from recto.markup.words import Marks

_VERBATIM = frozenset(("code", "pre", "kbd", "samp", "tt", "script", "style", "math", "textarea", "var"))
_INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i img input ins kbd label mark q s samp small span strong sub sup tt u "
    "var".split()
)
_SPECIAL = re.compile(
    r"""(?P<stash>\x02[^\x03]*\x03)|(?P<dash>(?<![-<!])-{2,3}(?![->]))|(?P<dots>\.{3})|["']"""
)
_OPENING = frozenset("([{<*_~-–—=\u2018\u201c«„‚‹\u00a1\u00bf")
_LEADING_APOSTROPHE = re.compile(r"'(?:\d\ds?\b|(?:tis|twas|em|til|cause|n)\b)", re.IGNORECASE)
_OPENING_TAG = re.compile(r"<(/?)([a-zA-Z]+)")


class SmartTreeprocessor(Treeprocessor):
    """Set the marks in every text of the tree that is not code."""

    def __init__(self, md: Markdown, marks: Marks) -> None:
        super().__init__(md)
        self.marks = marks

    def run(self, root: Element) -> None:
        """Walk the tree in the order of its text, without recursion."""
        self.before = " "  # the character that stands before, as far as quotes go
        self.verbatim = 0  # raw HTML elements of code that are open
        self.singles = 0  # single quotation marks that are open
        stack: list[tuple[Element, bool]] = [(root, False)]
        while stack:
            element, leaving = stack.pop()
            if leaving or element.tag in _VERBATIM:
                self._leave(element)
                continue
            self._border(element)
            if element.text:
                element.text = self._set(element.text)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))

    def _leave(self, element: Element) -> None:
        self._border(element)
        if element.tag in _VERBATIM or element.tag == "img":
            self.before = "x"
        if element.tail:
            element.tail = self._set(element.tail)

    def _border(self, element: Element) -> None:
        if element.tag not in _INLINE:
            self.before, self.verbatim, self.singles = " ", 0, 0

    def _set(self, text: str) -> str:
        if isinstance(text, AtomicString):
            self.before = text[-1:] or self.before
            return text
        if not self.verbatim and not any(mark in text for mark in ("'", '"', "--", "...", "\x02")):
            self.before = text[-1]
            return text
        return self._marked(text)

    def _marked(self, text: str) -> str:
        pieces: list[str] = []
        end = 0
        for found in _SPECIAL.finditer(text):
            if found.start() > end:
                self.before = text[found.start() - 1]
            pieces += (text[end : found.start()], self._one(found, text))
            end = found.end()
        if end < len(text):
            self.before = text[-1]
        return "".join((*pieces, text[end:]))

    def _one(self, found: re.Match[str], text: str) -> str:
        if found["stash"]:
            self._stashed(found["stash"])
            return found[0]
        if self.verbatim:
            return found[0]
        mark = self._dash_or_dots(found) or self._quote(found, text)
        self.before = mark.rstrip("\u202f")[-1:] or " "
        return mark

    def _stashed(self, placeholder: str) -> None:
        """Take note of raw HTML, which prints nothing itself, or of an escaped character, which does."""
        number = placeholder[1:-1].removeprefix("wzxhzdk:")
        if number == placeholder[1:-1]:
            self.before = "x"
            return
        stash = self.md.htmlStash.rawHtmlBlocks
        raw = stash[int(number)] if number.isdecimal() and int(number) < len(stash) else ""
        tag = _OPENING_TAG.match(raw) if isinstance(raw, str) else None
        if tag and tag[2].lower() in _VERBATIM:
            self.verbatim = max(0, self.verbatim + (-1 if tag[1] else 1))
        elif not tag:
            self.before = "x"  # an entity

    def _dash_or_dots(self, found: re.Match[str]) -> str:
        if found["dash"]:
            return "–" if len(found["dash"]) == 2 else "—"
        return "…" if found["dots"] else ""

    def _quote(self, found: re.Match[str], text: str) -> str:
        after = text[found.end() : found.end() + 1]
        opens = (self.before.isspace() or self.before in _OPENING) and not after.isspace()
        if found[0] == '"':
            return self.marks.open if opens else self.marks.close
        if opens and not _LEADING_APOSTROPHE.match(text, found.start()):
            self.singles += 1
            return self.marks.single_open
        if self.singles and not after.isalnum():
            self.singles -= 1
            return self.marks.single_close
        return "’"
