"""Blocks as people mean them: lists by their content's own indentation, quotes, headings and callouts anywhere.

Python-Markdown splits a text at blank lines and lets block processors take the pieces. Those here look only at a
piece's first line and give back what they do not use; a paragraph ends where a line can only mean something else.
"""

import re
from collections.abc import Iterable
from typing import Protocol, cast
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, ParagraphProcessor
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.tables import TableProcessor
from markdown.util import AtomicString

from recto.markup.draft import BLOCK, PARSING, Draft
from recto.markup.words import Words

PLACEHOLDER = re.compile("\x02wzxhzdk:\\d+\x03")
_RULE = r"[ ]{0,3}(?:(?:-[ ]*){3,}|(?:_[ ]*){3,}|(?:\*[ ]*){3,})(?:\n|$)"
_ATTRIBUTES = r"[ ]{0,3}\{:[^{}\n]*\}[ ]*(?:\n|$)"
_ITEM = re.compile(r"(?P<indent> {0,3})(?P<marker>[*+-]|\d{1,9}[.)])(?P<gap> +(?=\S)| *$)(?P<text>.*)")
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6}) +(?P<text>\S.*?)(?: +#+)? *(?:\n|$)")
_QUOTE = re.compile(r" {0,3}> ?(.*)")
_ALERT = re.compile(r"\[!(?P<kind>\w+)\][+-]? *(?P<title>.*)")
_ADMONITION = re.compile(r"!!! ?(?P<kind>[\w-]+)(?: [\w -]+)?(?: +\"(?P<title>[^\"\n]*)\")? *(?:\n|$)")
_TASK = re.compile(r"\[(?P<state>[ xX])\] +(?=\S)")
# A line that is none of a paragraph's, though no blank line stands before it.
_INTERRUPT = (
    r"[ ]{0,3}(?:>|\#{1,6}[ ]+\S|[*+-][ ]+\S|1[.)][ ]+\S|!!![ ]?\w|"
    + f"{PLACEHOLDER.pattern}[ ]*(?:\n|$))|{_RULE}|{_ATTRIBUTES}"
)
_TABLE = r"[^\n]*\|[^\n]*\n[ ]{0,3}\|?[ ]*:?-+:?[ ]*\|[-|: ]*(?:\n|$)|[ ]{0,3}\|[^\n]*\|[ ]*\n[ ]{0,3}\|[ ]*:?-+:?[ ]*\|[ ]*(?:\n|$)"
INTERRUPTS = re.compile(_INTERRUPT)
PARAGRAPH_ENDS = re.compile(rf"\n(?={_INTERRUPT}|{_TABLE})")
RULE = re.compile(_RULE)

CALLOUTS = {
    **dict.fromkeys(("note", "info", "abstract", "summary", "todo", "question", "example", "quote"), "note"),
    **dict.fromkeys(("tip", "hint", "success", "done"), "tip"),
    "important": "important",
    **dict.fromkeys(("warning", "attention"), "warning"),
    **dict.fromkeys(("caution", "danger", "error", "failure", "bug"), "caution"),
}


class Blocks:
    """Pieces of text still to be parsed. Taking the next costs the same however many follow.

    It is used as Python-Markdown uses its list. A piece is fresh when a blank line stood before it, which is not so
    for what a processor gave back.
    """

    def __init__(self, pieces: Iterable[str], draft: Draft) -> None:
        self._pieces = [(piece, True) for piece in pieces]
        self._pieces.reverse()
        self._draft = draft
        draft.spend(len(self._pieces) * BLOCK, "")

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, index: int) -> str:
        return self._pieces[-1 - index][0]

    @property
    def fresh(self) -> bool:
        """Whether a blank line stood before the next piece."""
        return self._pieces[-1][1]

    def pop(self, index: int = 0) -> str:
        """Take a piece."""
        return self._pieces.pop(-1 - index)[0]

    def insert(self, index: int, piece: str) -> None:
        """Give a piece back."""
        self._draft.spend(len(piece) * PARSING, piece)
        self._pieces.insert(len(self._pieces) - index, (piece, False))


class Parser(BlockParser):
    """Python-Markdown's parser with a limit to depth and work."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.draft = Draft()
        self.depth = 0

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Parse all pieces into the parent."""
        queue = self.queue(blocks)
        self.depth += 1
        self.draft.deepen(self.depth, queue[0] if len(queue) else "")
        while len(queue):
            self.step(parent, queue)
        self.depth -= 1

    def queue(self, blocks: "list[str] | Blocks") -> Blocks:
        """The pieces as Blocks."""
        return blocks if isinstance(blocks, Blocks) else Blocks(blocks, self.draft)

    def step(self, parent: Element, queue: Blocks) -> None:
        """Let the first processor that wants the next piece have it."""
        pieces = cast(list[str], queue)
        for processor in self.blockprocessors:
            if processor.test(parent, pieces[0]) and processor.run(parent, pieces) is not False:
                return


class HasParser(Protocol):
    """A block processor of ours."""

    parser: Parser


class PlaceholderProcessor(BlockProcessor):
    """A line that is one piece of stashed HTML: a block of its own."""

    def test(self, parent: Element, block: str) -> bool:
        return block[0] == "\x02" and PLACEHOLDER.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> bool:
        line, _, rest = blocks[0].partition("\n")
        if not PLACEHOLDER.fullmatch(line.rstrip()):
            return False
        blocks.pop(0)
        SubElement(parent, "p").text = AtomicString(line.rstrip())
        if rest:
            blocks.insert(0, rest)
        return True


class HeadingProcessor(BlockProcessor):
    """`## Heading`; `##x` is none."""

    def test(self, parent: Element, block: str) -> bool:
        return _HEADING.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        end = 0
        while heading := _HEADING.match(block, end):
            SubElement(parent, f"h{len(heading['marks'])}").text = heading["text"]
            end = heading.end()
        if end < len(block):
            blocks.insert(0, block[end:])


class RuleProcessor(BlockProcessor):
    """`---`, `***` or `___`."""

    def test(self, parent: Element, block: str) -> bool:
        return RULE.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        SubElement(parent, "hr")
        rest = block[cast(re.Match[str], RULE.match(block)).end() :]
        if rest:
            blocks.insert(0, rest)


class OpeningProcessor(ParagraphProcessor):
    """A paragraph, up to a line that begins something else."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        end = PARAGRAPH_ENDS.search(block)
        if end:
            blocks.insert(0, block[end.end() :])
            block = block[: end.start()]
        super().run(parent, [block])


class AttributeProcessor(BlockProcessor):
    """`{: .class #id}` on a line of its own: attributes for the block before it. `{:toc}` makes that the contents."""

    RE = re.compile(_ATTRIBUTES)

    def __init__(self, parser: BlockParser, attributes: AttrListTreeprocessor) -> None:
        super().__init__(parser)
        self.attributes = attributes

    def test(self, parent: Element, block: str) -> bool:
        return self.RE.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        end = cast(re.Match[str], self.RE.match(block)).end()
        said = block[:end].strip()[2:-1].strip()
        target = self.lastChild(parent)
        if target is not None and said == "toc" and target.tag in ("ul", "ol"):
            target.clear()
            target.tag, target.text = "p", "[TOC]"
        elif target is not None:
            self.attributes.assign_attrs(target, said)
        if block[end:].strip():
            blocks.insert(0, block[end:])


class QuoteProcessor(BlockProcessor):
    """`> quoted`, and `> [!NOTE]`. A blank line ends it, so neighbours stay two."""

    parser: Parser

    def __init__(self, parser: BlockParser, words: Words) -> None:
        super().__init__(parser)
        self.words = words

    def test(self, parent: Element, block: str) -> bool:
        return _QUOTE.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        lines = blocks.pop(0).split("\n")
        content: list[str] = []
        for number, line in enumerate(lines):
            quoted = _QUOTE.match(line)
            if not quoted and not _goes_on(content[-1], line):
                blocks.insert(0, "\n".join(lines[number:]))
                break
            content.append(quoted[1] if quoted else line)
        if not any(line.strip() for line in content):
            return
        alert = _ALERT.fullmatch(content[0].strip())
        if alert:
            quote = _callout(parent, alert["kind"], alert["title"].strip() or None, self.words)
            content = content[1:]
        else:
            quote = SubElement(parent, "blockquote")
        self.parser.state.set("blockquote")
        self.parser.parseBlocks(quote, "\n".join(content).split("\n\n"))
        self.parser.state.reset()


def _goes_on(before: str, line: str) -> bool:
    """Whether a line without the mark of a quote or the indentation of an item still belongs to its last paragraph."""
    text = before.strip()
    return bool(text) and not PLACEHOLDER.search(text) and not INTERRUPTS.match(line)


class CalloutProcessor(BlockProcessor):
    """`!!! note "Title"` with its content indented."""

    def __init__(self, parser: BlockParser, words: Words) -> None:
        super().__init__(parser)
        self.words = words

    def test(self, parent: Element, block: str) -> bool:
        return _ADMONITION.match(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        head = cast(re.Match[str], _ADMONITION.match(block))
        content, rest = self.detab(block[head.end() :])
        pieces = [content]
        while not rest and blocks and (not blocks[0] or blocks[0].lstrip("\n").startswith("    ")):
            content, rest = self.detab(blocks.pop(0))
            pieces.append(content)
        if rest:
            blocks.insert(0, rest)
        callout = _callout(parent, head["kind"], head["title"], self.words)
        self.parser.state.set("callout")
        self.parser.parseBlocks(callout, "\n\n".join(pieces).split("\n\n"))
        self.parser.state.reset()


def _callout(parent: Element, kind: str, title: str | None, words: Words) -> Element:
    """An aside that says by a word what it is; a kind that we do not know is a note under its own name."""
    tone = CALLOUTS.get(kind.lower(), "note")
    named = str(getattr(words, tone)) if kind.lower() == tone else kind.capitalize()
    label = title or named
    callout = SubElement(parent, "aside", {"class": f"callout {tone}", "role": "note", "aria-label": label})
    if title != "":
        SubElement(callout, "p", {"class": "callout-title"}).text = label
    return callout


class TableReader(TableProcessor):
    """Python-Markdown's tables, also where the line below the head has too few columns."""

    _DELIMITERS = re.compile(r" *\|[-:| ]*-[-:| ]*\| *")

    def test(self, parent: Element, block: str) -> bool:
        if "|" not in block:
            return False
        if super().test(parent, block):
            return True
        head, _, rest = block.partition("\n")
        if not head.lstrip().startswith("|") or not self._DELIMITERS.fullmatch(rest.partition("\n")[0]):
            return False
        marks = rest.partition("\n")[0].strip(" |").split("|")
        columns = head.strip(" |").count("|") + 1
        self.separator = cast(str, [*marks, *["---"] * columns][:columns])  # a list, whatever its stub says
        return True


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
        return _ITEM.match(line) is not None or not _goes_on(self.items[-1][-1], line)

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
