"""Python-Markdown, set up once a process for each language and set of options: text in, HTML and problems out.

An engine keeps nothing from one body to the next: it is reset before each, and thrown away when a conversion fails.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from markdown import Markdown
from markdown.blockprocessors import (
    CodeBlockProcessor,
    EmptyBlockProcessor,
    ReferenceProcessor,
    SetextHeaderProcessor,
)
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.def_list import DefListExtension, DefListIndentProcessor
from markdown.extensions.md_in_html import MarkdownInHtmlExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import REFERENCE_RE, SubstituteTagInlineProcessor
from markdown.util import Registry
from pymdownx.magiclink import MagiclinkExtension  # type: ignore[import-untyped]  # has no types
from pymdownx.tilde import DeleteSubExtension  # type: ignore[import-untyped]  # has no types

from recto.markup import blocks, inline, words
from recto.markup.draft import Draft
from recto.markup.figures import FigureTreeprocessor
from recto.markup.lists import ListProcessor
from recto.markup.notes import NotesExtension
from recto.markup.parser import Parser
from recto.markup.smart import SmartTreeprocessor
from recto.markup.source import NOTHING, HtmlReader, SourceReader
from recto.markup.tree import AbbrByBlock, DressTreeprocessor, InlineByBlock
from recto.model import MarkdownOptions

ESCAPABLE = list("\\`*_{}[]()<>#+-.!\"$%&',/:;=?@^|~")


class Dialect(Markdown):
    """Python-Markdown with our blocks in place of its own lists, quotes and headings."""

    def build_parser(self) -> "Dialect":
        """Make the registries; the block parser is ours."""
        super().build_parser()
        self.preprocessors = Registry()
        parser = self.parser = self.blocks = Parser(self)
        for processor, name, priority in (
            (EmptyBlockProcessor(parser), "empty", 100),
            (blocks.PlaceholderProcessor(parser), "placeholder", 90),
            (CodeBlockProcessor(parser), "code", 80),
            (blocks.HeadingProcessor(parser), "hashheader", 79),
            (SetextHeaderProcessor(parser), "setextheader", 60),
            (blocks.RuleProcessor(parser), "hr", 78),
            (ReferenceProcessor(parser), "reference", 15),
            (blocks.OpeningProcessor(parser), "paragraph", 10),
        ):
            parser.blockprocessors.register(processor, name, priority)
        return self


class Drafter(Protocol):
    """A part that counts its work or finds problems."""

    draft: Draft


@dataclass(slots=True)
class Engine:
    """One set-up instance."""

    md: Dialect
    drafters: tuple[Drafter, ...]

    def convert(self, text: str) -> tuple[str, Draft]:
        """The HTML of a text, and what was gathered on the way; raises UnbearableError for hostile text."""
        draft = Draft(text=text)
        self.md.reset()
        self.md.parser.state.clear()
        self.md.blocks.depth = 0
        for drafter in self.drafters:
            drafter.draft = draft
        return self.md.convert(text).replace(NOTHING, ""), draft


@lru_cache(maxsize=32)
def engine(options: MarkdownOptions, language: str) -> Engine:
    """The engine for a language and options."""
    said = words.words(language)
    notes, abbreviations = NotesExtension(said), AbbrExtension()
    md = Dialect(
        extensions=[
            TableExtension(),
            DefListExtension(),
            abbreviations,
            notes,
            MarkdownInHtmlExtension(),
            DeleteSubExtension(subscript=False),
            MagiclinkExtension(),
        ],
        output_format="html",
    )
    md.ESCAPED_CHARS = ESCAPABLE
    reader = SourceReader(md, numbered=options.line_numbers)
    md.preprocessors.register(reader, "source", 30)
    html = HtmlReader(md)
    md.preprocessors.register(html, "html_block", 20)
    _register_blocks(md, said)
    by_block = InlineByBlock(md)
    _register_tree(md, said, by_block, abbreviations)
    if options.smart:
        md.treeprocessors.register(SmartTreeprocessor(md, words.marks(language)), "smart", 10.5)
    _register_inline(md)
    return Engine(md, (reader, html, by_block, notes.order, md.blocks))


def _register_blocks(md: Dialect, said: words.Words) -> None:
    parser = md.parser
    attributes = AttrListTreeprocessor(md)
    md.treeprocessors.register(attributes, "attr_list", 12)
    own = parser.blockprocessors
    own.register(blocks.CalloutProcessor(parser, said), "callout", 88)
    own.register(blocks.QuoteProcessor(parser, said), "quote", 77)
    own.register(ListProcessor(parser, said), "list", 76)
    own.register(blocks.TableReader(parser, {"use_align_attribute": False}), "table", 75)
    own.register(blocks.AttributeProcessor(parser, attributes), "attributes", 87)
    # What is indented below a list is the list processor's; only definitions are left to this one.
    indented = DefListIndentProcessor(parser)
    indented.LIST_TYPES, indented.ITEM_TYPES = ["dl"], ["dd"]
    own.register(indented, "defindent", 85)


def _register_tree(
    md: Dialect, said: words.Words, by_block: InlineByBlock, abbreviations: AbbrExtension
) -> None:
    md.treeprocessors.register(FigureTreeprocessor(md), "figures", 45)
    md.treeprocessors.register(by_block, "inline", 20)
    known: dict[str, str] = vars(abbreviations)["abbrs"]  # emptied in place before each body
    md.treeprocessors.register(AbbrByBlock(md, known), "abbr", 11)
    md.treeprocessors.register(DressTreeprocessor(md, said), "dress", 4)


def _register_inline(md: Dialect) -> None:
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash-break", 185)
    for kind, name, pattern, priority in (
        (inline.Reference, "reference", REFERENCE_RE, 170),
        (inline.ShortReference, "short_reference", REFERENCE_RE, 130),
    ):
        md.inlinePatterns.register(kind(pattern, md), name, priority)
