"""Footnotes: numbered by their first reference, at the end of the body, with links both ways.

Python-Markdown's extension reads the definitions; the marks and the list of notes are ours, because theirs come with an
extra rule, in the order of definition, and with ids that not every label makes valid.
"""

import re
from collections import Counter
from collections.abc import Set
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from recto.markup.draft import Draft
from recto.markup.words import Words

_DEFINITION = re.compile(r"[ >]*\[\^([^\]]+)\]:")
_REFERENCE = r"\[\^([^\]\n]+)\]"


class NotesExtension(FootnoteExtension):
    """Python-Markdown's footnotes with marks and a list of our own."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the definitions' block processor and our own parts."""
        super().extendMarkdown(md)
        md.inlinePatterns.register(MarkProcessor(self, self.words), "footnote", 175)
        md.treeprocessors.register(ListTreeprocessor(self, self.words), "footnote", 50)
        self.order = OrderTreeprocessor(self, self.words)
        md.treeprocessors.register(self.order, "footnote-order", 15)
        md.treeprocessors.deregister("footnote-duplicate")
        md.postprocessors.deregister("footnote")

    def reset(self) -> None:
        """Forget the last body."""
        super().reset()
        self.numbers: dict[str, int] = {}  # label -> number, by first reference
        self.uses: Counter[str] = Counter()


class MarkProcessor(InlineProcessor):
    """`[^label]` becomes the number of its note."""

    def __init__(self, notes: NotesExtension, words: Words) -> None:
        super().__init__(_REFERENCE)
        self.notes = notes
        self.words = words

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """The link to the note; nothing where no note has that label."""
        label = m[1]
        if label not in self.notes.footnotes:
            return None, None, None
        number = self.notes.numbers.setdefault(label, len(self.notes.numbers) + 1)
        self.notes.uses[label] += 1
        mark = Element(
            "a",
            {
                "class": "fnref",
                "id": _mark_id(number, self.notes.uses[label]),
                "href": f"#fn{number}",
                "role": "doc-noteref",
                "aria-label": f"{self.words.note} {number}",
            },
        )
        mark.text = str(number)
        return mark, m.start(), m.end()


def _mark_id(number: int, use: int) -> str:
    return f"fnref{number}" if use == 1 else f"fnref{number}-{use}"


class ListTreeprocessor(Treeprocessor):
    """Append all notes to the tree, so that their text is converted with the rest."""

    def __init__(self, notes: NotesExtension, words: Words) -> None:
        super().__init__()
        self.notes = notes
        self.words = words

    def run(self, root: Element) -> None:
        """Append the section, each item under its label for now."""
        if not self.notes.footnotes:
            return
        section = SubElement(root, "section", {"class": "notes", "role": "doc-endnotes"})
        SubElement(section, "h2").text = self.words.notes
        items = SubElement(section, "ol")
        for label, text in list(self.notes.footnotes.items()):
            item = SubElement(items, "li", {"label": label})
            self.notes.parser.parseBlocks(item, text.split("\n\n"))


class OrderTreeprocessor(Treeprocessor):
    """Bring the notes into the order of their first references, and link each back to all of its marks."""

    def __init__(self, notes: NotesExtension, words: Words) -> None:
        super().__init__()
        self.notes = notes
        self.words = words
        self.draft = Draft()

    def run(self, root: Element) -> None:
        """Order, number and link the notes; one that nothing refers to is left out, and said so."""
        if not self.notes.footnotes:
            return
        section = root[-1]
        items = section[-1]
        by_label = {item.attrib.pop("label"): item for item in items}
        items[:] = [by_label[label] for label in self.notes.numbers]
        for label, number in self.notes.numbers.items():
            self._link_back(by_label[label], label, number)
        self._say_unused(by_label.keys() - self.notes.numbers.keys())
        if not self.notes.numbers:
            root.remove(section)

    def _link_back(self, item: Element, label: str, number: int) -> None:
        item.set("id", f"fn{number}")
        last = item[-1] if len(item) and item[-1].tag == "p" else SubElement(item, "p")
        for use in range(1, self.notes.uses[label] + 1):
            tail = " " if use > 1 or len(last) or last.text else ""
            _append_text(last, tail)
            address = f"#{_mark_id(number, use)}"
            spoken = self.words.back if use == 1 else f"{self.words.back} ({use})"
            back = SubElement(
                last, "a", {"class": "fnback", "href": address, "role": "doc-backlink", "aria-label": spoken}
            )
            back.text = "↩\ufe0e"

    def _say_unused(self, labels: Set[str]) -> None:
        """Warn of each note that nothing refers to, at its definition."""
        if not labels:
            return
        for number, line in enumerate(self.draft.text.split("\n"), 1):
            defined = _DEFINITION.match(line)
            if defined and defined[1] in labels:
                self.draft.warn(
                    "unused-footnote",
                    f'nothing refers to the footnote "{defined[1]}", so it is left out',
                    number,
                    column=defined.start(1) - 1,
                    width=len(defined[1]) + 3,
                    hint=f"write [^{defined[1]}] where it belongs",
                )


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
