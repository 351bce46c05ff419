"""Last touches to the tree: what HTML5 and readers with a keyboard or a screen reader need.

These run after the inline text is done and before the tree becomes text.
"""

from collections.abc import Iterator
from typing import Any, cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.treeprocessors import InlineProcessor, Treeprocessor

from recto.markup.draft import Draft, marking
from recto.markup.words import Words

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNNAMED = "\x02id\x03"  # the id of a heading that has none yet


# What a text, in lower case, must have one of for an inline pattern to be found in it.
SIGNS = {
    "backtick": ("`",),
    "backslash-break": ("\\\n",),
    "escape": ("\\",),
    "footnote": ("[^",),
    **dict.fromkeys(("reference", "link", "short_reference"), ("[",)),
    **dict.fromkeys(("image_link", "image_reference", "short_image_ref"), ("![",)),
    **dict.fromkeys(("autolink", "automail", "html"), ("<",)),
    "linebreak": ("  \n",),
    "magic-link": ("://", "www."),
    "magic-mail": ("@",),
    "entity": ("&",),
}
ANY = ("",)  # for patterns that are not known here: they are always tried


class InlineByBlock(InlineProcessor):
    """Python-Markdown's inline processor, run on one block after another, so that its work grows with the text and
    not with its square; within a block, where it does, what it copies is counted first. Patterns whose signs are
    nowhere in a block are not tried there."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.draft = Draft()

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Apply the inline patterns."""
        known = {id(self.md.inlinePatterns[name]): signs for name, signs in SIGNS.items()}
        patterns = [(pattern, known.get(id(pattern), ANY)) for pattern in self.md.inlinePatterns]
        for index, block in enumerate(tree):
            texts = list(_texts(block))
            for text in texts:
                self._count(text)
            written = "".join(texts).lower()
            tried = [pattern for pattern, signs in patterns if any(sign in written for sign in signs)]
            self.inlinePatterns = cast(Any, tried)  # walked and indexed, as a Registry is
            holder = Element("div")
            holder.append(block)
            super().run(holder, ancestors)
            tree[index] = holder[0]
        return tree

    def _count(self, text: str) -> None:
        if len(text) > 2000:
            self.draft.spend(marking(text), text)


def _texts(block: Element) -> Iterator[str]:
    for element in block.iter():
        yield element.text or ""
        yield element.tail or ""


class AbbrByBlock(AbbrTreeprocessor):
    """Python-Markdown's abbreviations, block by block."""

    def iter_element(self, el: Element, parent: Element | None = None) -> None:
        """As there, but without the search of each block among the root's children."""
        if parent is None:
            for child in el:
                super().iter_element(child)
        else:
            super().iter_element(el, parent)


class DressTreeprocessor(Treeprocessor):
    """Tables that scroll, code that a keyboard reaches, pictures without a text made known, headings to be named."""

    def __init__(self, md: Markdown, words: Words) -> None:
        super().__init__(md)
        self.words = words

    def run(self, root: Element) -> None:
        """Dress every element that needs it."""
        self.tables = 0
        notes_heading = None
        for element in root.iter():
            tag = element.tag
            if tag == "section" and element.get("class") == "notes":
                notes_heading = element[0]
            elif tag in HEADINGS:
                if "id" not in element.attrib and element is not notes_heading:
                    element.set("id", UNNAMED)
            elif tag == "img":
                _picture(element)
            elif tag == "pre":
                element.set("tabindex", "0")
            elif tag in ("th", "td"):
                _cell(element)
        for parent in list(root.iter()):
            if any(child.tag == "table" for child in parent):
                parent[:] = [self._wrapped(child) for child in parent]

    def _wrapped(self, element: Element) -> Element:
        if element.tag != "table":
            return element
        self.tables += 1
        region = {
            "class": "table",
            "role": "region",
            "tabindex": "0",
            "aria-label": f"{self.words.table} {self.tables}",
        }
        wrapper = Element("div", region)
        wrapper.append(element)
        wrapper.tail, element.tail = element.tail, None
        return wrapper


def _picture(element: Element) -> None:
    """An empty text is meant where the picture is called decorative; else it counts as missing."""
    decorative = "decorative" in element.attrib
    element.attrib.pop("decorative", None)
    if not element.get("alt") and not decorative:
        element.attrib.pop("alt", None)


def _cell(element: Element) -> None:
    """Alignment as a class; the heads of columns say so."""
    if element.tag == "th":
        element.set("scope", "col")
    align = element.attrib.pop("style", "").removeprefix("text-align: ").removesuffix(";")
    if name := {"right": "num", "center": "center"}.get(align):
        element.set("class", f"{element.get('class', '')} {name}".strip())
