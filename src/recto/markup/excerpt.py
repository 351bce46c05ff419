"""The opening of a body, and its plain text, from the pieces of its HTML."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape, unescape

from recto.markup.pieces import Piece
from recto.markup.tree import HEADINGS
from recto.text import plain_text

SUMMARY = 200  # characters

ID = re.compile(r"""\sid\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_FLOW = frozenset(("div", "section", "article", "main", "center", "header"))
_INLINE = frozenset(
    "a abbr b bdi bdo cite code data del dfn em font i img ins kbd label mark q s samp small span strong sub sup time "
    "tt u var wbr".split()
)


def excerpt(pieces: list[Piece]) -> tuple[list[Piece], bool]:
    """What stands before the more mark, else the first paragraph; and whether it is the latter."""
    more = next(
        (i for i, piece in enumerate(pieces) if piece.kind == "hidden" and piece.name == "more"), None
    )
    chosen = _closed(pieces[:more]) if more is not None else _first_paragraph(pieces)
    kept = without(chosen, _is_no_excerpt)
    return [_nameless(piece) for piece in kept], more is None


def _nameless(piece: Piece) -> Piece:
    """The piece without its id, since several excerpts stand on one page."""
    if "id" not in piece.attributes:
        return piece
    bare = Piece(piece.kind, "", piece.name, piece.attributes)
    bare.parts = [ID.sub("", part) for part in piece.parts]
    bare.holes = piece.holes
    return bare


def _closed(pieces: list[Piece]) -> list[Piece]:
    """The pieces with an end for every element that is still open."""
    opened: list[str] = []
    for piece in pieces:
        if piece.kind == "open":
            opened.append(piece.name)
        elif piece.kind == "close" and piece.name in opened[-50:]:
            while opened.pop() != piece.name:
                pass
    while pieces and pieces[-1].kind == "text" and pieces[-1].parts[0].isspace():
        pieces = pieces[:-1]
    if opened and pieces[-1].kind == "open" and pieces[-1].name == opened[-1] == "p":
        pieces, opened = pieces[:-1], opened[:-1]
    return [*pieces, *(Piece("close", f"</{name}>", name) for name in reversed(opened))]


def _first_paragraph(pieces: Sequence[Piece]) -> list[Piece]:
    """The first paragraph with words in it that stands in no list, quote, table, note or figure."""
    opened: list[str] = []
    start = -1
    for index, piece in enumerate(pieces):
        if piece.kind == "open":
            if (
                piece.name == "p"
                and _FLOW.issuperset(opened)
                and "callout-title" not in piece.attributes.get("class", "")
            ):
                start = index
            opened.append(piece.name)
        elif piece.kind == "close" and piece.name in opened[-50:]:
            while opened.pop() != piece.name:
                pass
            if piece.name == "p" and start >= 0:
                chosen = list(pieces[start : index + 1])
                if plain(without(chosen, _is_no_excerpt)):
                    return chosen
                start = -1
    return []


def without(pieces: Iterable[Piece], unwanted: Callable[[Piece], bool]) -> list[Piece]:
    return list(_outside(pieces, unwanted))


def _outside(pieces: Iterable[Piece], unwanted: Callable[[Piece], bool]) -> Iterator[Piece]:
    """The pieces that are in no unwanted element."""
    name, depth = "", 0
    for piece in pieces:
        if depth:
            if piece.name == name and piece.kind in ("open", "close"):
                depth += 1 if piece.kind == "open" else -1
        elif unwanted(piece):
            name, depth = piece.name, int(piece.kind == "open")
        else:
            yield piece


def is_mark(piece: Piece) -> bool:
    """Links that belong to the page and not to the text: anchors, marks of notes and their links back; contents."""
    return piece.kind == "open" and (
        (piece.name == "a" and piece.attributes.get("class", "") in ("anchor", "fnref", "fnback"))
        or (piece.name == "nav" and piece.attributes.get("class", "") == "toc")
    )


def _is_no_excerpt(piece: Piece) -> bool:
    """What has no place in a list of posts."""
    return (
        piece.kind in ("hidden", "code")
        or (piece.kind == "open" and (piece.name in HEADINGS or piece.name in ("pre", "script", "style")))
        or (piece.kind == "open" and (piece.has_class("code") or piece.has_class("notes")))
        or is_mark(piece)
    )


def plain(pieces: Iterable[Piece]) -> str:
    """The plain text of pieces, white space folded, blocks apart."""
    chunks: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            chunks.append(piece.parts[0])
        elif piece.kind == "code":
            chunks.append(escape(plain_text(piece.parts[0]), quote=False))
        elif piece.kind != "hidden" and piece.name not in _INLINE:
            chunks.append(" ")
    return " ".join(unescape("".join(chunks)).split())


def shortened(text: str) -> str:
    """The text, cut at a word where it is much longer than a summary should be."""
    if len(text) <= SUMMARY + 20:
        return text
    head = text[: SUMMARY + 1]
    cut_at = head.rfind(" ")
    return head[: cut_at if cut_at > SUMMARY // 2 else SUMMARY].rstrip(" ,;:.–—-") + "…"
