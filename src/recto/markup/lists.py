"""Lists by their content's own indentation, tight and loose as CommonMark has it."""

import re
from typing import cast
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.util import AtomicString

from recto.markup.blocks import RULE, goes_on
from recto.markup.parser import Parser
from recto.markup.words import Words

_ITEM = re.compile(r"(?P<indent> {0,3})(?P<marker>[*+-]|\d{1,9}[.)])(?P<gap> +(?=\S)| *$)(?P<text>.*)")
_TASK = re.compile(r"\[(?P<state>[ xX])\] +(?=\S)")


class ListProcessor(BlockProcessor):
    """Bulleted and numbered lists.

    What belongs to an item stands at least two columns right of its marker; the first such line says how far the
    item's content is indented. A list is loose, its items in paragraphs, as CommonMark has it: if a blank line stands
    between two items or between two blocks of one.
    """

    parser: Parser

    def __init__(self, parser: BlockParser, words: Words) -> None:
        super().__init__(parser)
        self.words = words

    def test(self, parent: Element, block: str) -> bool:
        return _ITEM.match(block.partition("\n")[0]) is not None and not RULE.match(block)

    def run(self, parent: Element, blocks: list[str]) -> None:
        gathered = _Items(blocks.pop(0).split("\n"))
        while blocks and not gathered.rest and gathered.continues(blocks[0]):
            gathered.add(blocks.pop(0).strip("\n").split("\n"))
        if gathered.rest:
            blocks.insert(0, "\n".join(gathered.rest))
        self._build(parent, gathered)

    def _build(self, parent: Element, gathered: "_Items") -> None:
        element = SubElement(parent, "ol" if gathered.start else "ul")
        if gathered.start and int(gathered.start) != 1:
            element.set("start", str(int(gathered.start)))
        loose = gathered.loose
        self.parser.state.set("item")
        for lines in gathered.items:
            loose |= self._fill(SubElement(element, "li"), "\n".join(lines).strip("\n"))
        self.parser.state.reset()
        for item in element:
            if not loose:
                _tighten(item)
            if self._task(item):
                element.set("class", "tasks")

    def _fill(self, item: Element, text: str) -> bool:
        """Parse an item's content; gives whether a blank line stands between two of its blocks."""
        queue = self.parser.queue(text.split("\n\n"))
        self.parser.depth += 1
        self.parser.draft.deepen(self.parser.depth, text)
        loose = False
        while len(queue):
            loose |= queue.fresh and len(item) > 0
            self.parser.step(item, queue)
        self.parser.depth -= 1
        return loose

    def _task(self, item: Element) -> bool:
        """Make `[x]` at an item's start a box that screen readers can name."""
        holder = item[0] if len(item) and item[0].tag == "p" and not item.text else item
        task = _TASK.match(holder.text or "")
        if not task:
            return False
        done = task["state"] != " "
        box = Element("input", {"type": "checkbox", "disabled": "disabled"})
        box.set("aria-label", self.words.done if done else self.words.open)
        if done:
            box.set("checked", "checked")
        box.tail = " " + (holder.text or "")[task.end() :]
        holder.text = None
        holder.insert(0, box)
        item.set("class", "task")
        return True


class _Items:
    """The lines of a list's items, gathered line by line. `rest` are lines that are not the list's any more."""

    def __init__(self, lines: list[str]) -> None:
        first = cast(re.Match[str], _ITEM.match(lines[0]))
        self.kind = first["marker"][-1]
        self.start = first["marker"][:-1]
        self.items: list[list[str]] = []
        self.rest: list[str] = []
        self.loose = False
        self._open(first)
        self._read(lines, 1)

    def continues(self, piece: str) -> bool:
        """Whether a piece after a blank line still belongs to the list."""
        line = piece.lstrip("\n").partition("\n")[0]
        return not line or self._belongs(line) or self._next(line) is not None

    def add(self, lines: list[str]) -> None:
        """Read a piece after a blank line."""
        if lines == [""]:
            return
        self.loose |= not self._belongs(lines[0])
        self.items[-1].append("")
        self._read(lines, 0)

    def _read(self, lines: list[str], number: int) -> None:
        for number in range(number, len(lines)):  # noqa: B020
            line = lines[number]
            if self._belongs(line):
                self.items[-1].append(self._content(line))
            elif item := self._next(line):
                self._open(item)
            elif self._ends(line):
                self.rest = lines[number:]
                return
            else:
                self.items[-1].append(line.lstrip(" "))

    def _open(self, item: re.Match[str]) -> None:
        self.items.append([item["text"]])
        self.threshold = len(item["indent"]) + 2
        self.width = item.start("text") if 0 < len(item["gap"]) <= 4 else item.end("marker") + 1
        self.own: int | None = None

    def _belongs(self, line: str) -> bool:
        return line.startswith(" " * self.threshold)

    def _next(self, line: str) -> re.Match[str] | None:
        """The line as another item of this list."""
        item = _ITEM.match(line)
        return item if item and item["marker"][-1] == self.kind and not RULE.match(line) else None

    def _ends(self, line: str) -> bool:
        return _ITEM.match(line) is not None or not goes_on(self.items[-1][-1], line)

    def _content(self, line: str) -> str:
        indent = len(line) - len(line.lstrip(" "))
        if self.own is None:
            self.own = indent if indent <= max(self.width, self.threshold + 2) else self.width
        return line[min(indent, self.own) :]


def _tighten(item: Element) -> None:
    """Take the paragraphs of a tight item out of their elements."""
    kept: list[Element] = []
    for child in item:
        if child.tag != "p" or child.attrib or isinstance(child.text, AtomicString):
            kept.append(child)
        elif kept:
            kept[-1].tail = f"{kept[-1].tail or ''}\n{child.text}"
        else:
            item.text = f"{item.text}\n{child.text}" if item.text else child.text
    item[:] = kept
