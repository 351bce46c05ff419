"""Cut finished HTML into pieces: tags, text, code, and what no reader sees. One pass, tolerant, linear.

It never builds a tree: what an author's raw HTML leaves open stays open. A tag that the end of the text cuts off
becomes text, since it would swallow the page around it.
"""

import re
from collections.abc import Iterator
from html import escape as escape_attribute
from html import unescape
from typing import Literal

from recto.markup.code import BORDER, escape

_TOKEN = re.compile(
    rf"""{BORDER}(?P<code>[^{BORDER}]*){BORDER}
      | <!--(?P<comment>.*?)(?:-->|\Z)
      | <(?P<close>/?)(?P<name>[a-zA-Z][^\s/<>]*)(?P<attributes>(?:[^>"']++|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*+)(?P<end>>?)
      | <[!?][^>]*>""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_CANDIDATE = re.compile(r"[^\s,](?:\S*[^\s,])?")
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "noscript", "template"))
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_PICTURES = frozenset(("img", "input", "image", "use"))

Kind = Literal["text", "open", "close", "void", "code", "hidden"]
AddressKind = Literal["link", "image", "media"]


class Piece:
    """A tag, or the text between two.

    Its HTML is `parts` with an address between each two; `addresses` are (address, kind). `own` says that the tag is
    of our making, not of the author's.
    """

    __slots__ = ("addresses", "attributes", "holes", "kind", "name", "parts")

    def __init__(
        self, kind: Kind, html: str, name: str = "", attributes: dict[str, str] | None = None
    ) -> None:
        self.kind = kind
        self.name = name
        self.parts = [html]
        self.attributes = attributes if attributes is not None else _NONE
        self.addresses: list[tuple[str, AddressKind]] = []
        self.holes: list[int] = []

    def has_class(self, name: str) -> bool:
        """Whether it is a tag of that class."""
        return name in self.attributes.get("class", "").split()


_NONE: dict[str, str] = {}


def cut(html: str) -> list[Piece]:
    """The pieces of the HTML, in order; their parts and addresses together are all of it."""
    return list(_cut(html))


def _cut(html: str) -> Iterator[Piece]:
    position = 0
    while found := _TOKEN.search(html, position):
        if found.start() > position:
            yield Piece("text", html[position : found.start()])
        position = found.end()
        if name := found["name"]:
            if not found["end"]:
                yield Piece("text", escape(found[0]))
                continue
            yield (tag := _tag(found, name.lower()))
            if tag.name in _RAW and tag.kind == "open":
                end = _end_of_raw(html, position, tag.name)
                yield Piece("hidden", html[position:end])
                position = end
        elif found["code"] is not None:
            yield Piece("code", found["code"])
        else:
            yield Piece("hidden", found[0], name=(found["comment"] or "").strip().lower())
    if position < len(html):
        yield Piece("text", html[position:])


def _end_of_raw(html: str, position: int, name: str) -> int:
    """Where the text of a script or style ends."""
    found = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(html, position)
    return found.start() if found else len(html)


def _tag(found: re.Match[str], name: str) -> Piece:
    if found["close"]:
        return Piece("close", found[0], name)
    written = found["attributes"]
    kind: Kind = "void" if name in VOID or written.endswith("/") else "open"
    if not written:
        return Piece(kind, found[0], name)
    piece = Piece(kind, "", name, {})
    html, shift, done = found[0], found.start("attributes") - found.start(), 0
    for attribute in _ATTRIBUTE.finditer(written):
        key, value = attribute[1].lower(), attribute[2] or ""
        text = unescape(value[1:-1] if value[:1] in ("'", '"') else value)
        piece.attributes.setdefault(key, text)
        if key in _ADDRESSES and text.strip() and (kind_of := _address_kind(name, key)):
            piece.parts[-1] += html[done : shift + attribute.start(2)] + '"'
            _split(piece, key, text, kind_of)
            piece.parts[-1] += '"'
            done = shift + attribute.end(2)
    piece.parts[-1] += html[done:]
    if name in VOID and piece.parts[-1].endswith(
        "/>"
    ):  # says nothing, and can be taken for a part of a value
        piece.parts[-1] = f"{piece.parts[-1][:-2].rstrip()}>"
    return piece


_ADDRESSES = frozenset(("href", "src", "srcset", "poster", "data"))


def _address_kind(tag: str, attribute: str) -> AddressKind | None:
    """What an address is for; None where the attribute is none."""
    if attribute == "data":
        return "media" if tag == "object" else None
    if attribute in ("srcset", "poster") or tag in _PICTURES:
        return "image"
    return "link" if attribute == "href" else "media"


def _split(piece: Piece, attribute: str, text: str, kind: AddressKind) -> None:
    """Take the address, or those of a srcset, out of an attribute's value."""
    done = 0
    for start, end in _candidates(text) if attribute == "srcset" else [(0, len(text))]:
        piece.parts[-1] += escape_attribute(text[done:start])
        piece.parts.append("")
        piece.addresses.append((text[start:end].strip(), kind))
        done = end
    piece.parts[-1] += escape_attribute(text[done:])


def _candidates(srcset: str) -> Iterator[tuple[int, int]]:
    """Where the addresses of a srcset stand: "a.png 1x, b.png 2x"."""
    position = 0
    while found := _CANDIDATE.search(srcset, position):
        yield found.start(), found.end()
        comma = srcset.find(",", found.end())
        position = comma + 1 if comma >= 0 else len(srcset)
