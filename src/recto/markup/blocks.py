"""Blocks as people mean them: quotes, headings, callouts and tables, wherever they begin.

Python-Markdown splits a text at blank lines and lets block processors take the pieces. Those here look only at a
piece's first line and give back what they do not use; a paragraph ends where a line can only mean something else.
"""

import re
from typing import cast
from xml.etree.ElementTree import Element, SubElement

from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, ParagraphProcessor
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.tables import TableProcessor
from markdown.util import AtomicString

from recto.markup.parser import Parser
from recto.markup.words import Words

PLACEHOLDER = re.compile("\x02wzxhzdk:\\d+\x03")
_RULE = r"[ ]{0,3}(?:(?:-[ ]*){3,}|(?:_[ ]*){3,}|(?:\*[ ]*){3,})(?:\n|$)"
_ATTRIBUTES = r"[ ]{0,3}\{:[^{}\n]*\}[ ]*(?:\n|$)"
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6}) +(?P<text>\S.*?)(?: +#+)? *(?:\n|$)")
_QUOTE = re.compile(r" {0,3}> ?(.*)")
_ALERT = re.compile(r"\[!(?P<kind>\w+)\][+-]? *(?P<title>.*)")
_ADMONITION = re.compile(r"!!! ?(?P<kind>[\w-]+)(?: [\w -]+)?(?: +\"(?P<title>[^\"\n]*)\")? *(?:\n|$)")
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
            if not quoted and not goes_on(content[-1], line):
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


def goes_on(before: str, line: str) -> bool:
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
