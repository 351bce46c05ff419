"""Pictures that stand alone in a paragraph: with a caption, side by side, or wider than the text, they are a figure.

This looks at a paragraph before its inline marks are read, so that a picture's title can become a caption with marks of
its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor

from recto.pictures import media_type
from recto.text import ELSEWHERE

WIDENING = ("out", "wide")  # classes that make a figure wider than the text
_WORD = r"""(?:[^\s<>()"']|\([^\s<>()"']*+\))++"""
_ADDRESS = rf"<[^<>\n]*+>|(?:{_WORD}(?:[ ]++{_WORD})*+)?+"
_ATTRIBUTES = r"\{:?[^{}\n]*+\}"
_PICTURE = re.compile(
    rf"""[ ]*+(?P<linked>\[)?
    (?P<text>!\[(?P<alt>(?:\\.|[^\\\[\]]|\[[^\[\]]*+\])*+)\])
    (?:\(\s*+(?P<address>{_ADDRESS})
         (?:\s++(?:"(?P<double>(?:[^"\\]|\\.|"(?!\s*+\)))*+)"|'(?P<single>(?:[^'\\]|\\.|'(?!\s*+\)))*+)'))?+\s*+\)
       |(?:\[(?P<label>[^\[\]]*+)\])?+)
    (?P<inner>{_ATTRIBUTES})?+
    (?(linked)\]\(\s*+(?P<target>{_ADDRESS})\s*+\)(?P<outer>{_ATTRIBUTES})?+)
    [ ]*+\\?(?:\n|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?:[^\s"'=]++=(?:"[^"]*+"|'[^']*+'|\S*+)|\S++)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A picture on a line of its own: its Markdown without a title, that title, the classes meant for its figure; and
    whether it may stand beside others without being told so."""

    markdown: str
    title: str
    widening: tuple[str, ...]
    sociable: bool


class FigureTreeprocessor(Treeprocessor):
    """Turn paragraphs of pictures alone into figures."""

    def run(self, root: Element) -> None:
        """Look at every paragraph."""
        for element in root.iter("p"):
            text = element.text or ""
            if text.lstrip().startswith(("![", "[![")) and len(element) == 0:
                self._settle(element, self._lines(text))

    def _settle(self, element: Element, lines: Sequence[Line]) -> None:
        widening = [name for line in lines for name in line.widening]
        titles = [line.title for line in lines if line.title]
        beside = len(lines) > 1 and all(line.sociable for line in lines)
        own = element.get("class", "").split()
        if not lines or not (titles or widening or beside or set(own).intersection(WIDENING)):
            return
        classes = dict.fromkeys((*own, *widening, *(["duo"] if len(lines) > 1 else [])))
        element.tag = "figure"
        element.text = "\n".join(line.markdown for line in lines)
        if classes:
            element.set("class", " ".join(classes))
        if titles:
            SubElement(element, "figcaption").text = " ".join(titles)

    def _lines(self, text: str) -> list[Line]:
        """The pictures that are all of the text; none where there is anything else."""
        lines: list[Line] = []
        position = 0
        while position < len(text):
            found = _PICTURE.match(text, position)
            line = self._line(found) if found else None
            if found is None or line is None:
                return []
            lines.append(line)
            position = found.end()
        return lines

    def _line(self, found: re.Match[str]) -> Line | None:
        address = found["address"]
        title = (found["double"] or "").replace('\\"', '"') or (found["single"] or "").replace("\\'", "'")
        if address is None:
            label = " ".join((found["label"] or found["alt"]).split()).lower()
            address, title = self.md.references.get(label, (None, ""))
            if address is None:
                return None
            address, title = f"<{address}>", title or ""
        inner, widening = _sorted_out(found["inner"])
        markdown = f"{found['text']}({address}){inner}"
        target = found["target"]
        if target is not None:
            outer, more = _sorted_out(found["outer"])
            markdown, widening = f"[{markdown}]({target}){outer}", (*widening, *more)
        bare = address.strip("<>")
        return Line(
            markdown=markdown,
            title=" ".join(title.split()),
            widening=widening,
            sociable=not ELSEWHERE.match(bare) and (target is None or bool(media_type(target.strip("<>")))),
        )


def _sorted_out(attributes: str | None) -> tuple[str, tuple[str, ...]]:
    """An attribute list without the classes that are for the figure, and those."""
    said = _ATTRIBUTE.findall((attributes or "").strip("{}").removeprefix(":"))
    widening = tuple(name for name in WIDENING if f".{name}" in said)
    rest = " ".join(one for one in said if one[1:] not in widening)
    return f"{{{rest}}}" if rest else "", widening
