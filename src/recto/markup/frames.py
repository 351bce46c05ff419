"""Find the pictures among the pieces, and what their author settled of each; and cut the holes around them."""

import re
from collections import Counter
from collections.abc import Sequence

from recto.markup.pieces import Piece
from recto.pictures import HOLES, PLACES, SETTABLE, Frame, media_type

_PIXELS = re.compile(r"\s*(\d{1,6})(?:px)?\s*")
_NO_LINK_INSIDE = ("a", "button", "label", "summary")


def enframe(pieces: Sequence[Piece], first: int) -> tuple[Frame, ...]:
    """The frames of all pictures that have an address, and their holes, numbered from `first`."""
    opened: Counter[str] = Counter()
    frames: list[Frame] = []
    place = ""
    for index, piece in enumerate(pieces):
        if piece.name == "figure":
            place = next((name for name in PLACES if piece.has_class(name)), "")
        if piece.kind == "open":
            opened[piece.name] += 1
        elif piece.kind == "close":
            opened[piece.name] -= opened[piece.name] > 0
        elif piece.name == "img" and piece.kind == "void" and (own := _own_address(piece)) is not None:
            hole = first + HOLES * len(frames)
            frames.append(_frame(piece, own, place, opened))
            _open(piece, hole)
            _open_link(_beside(pieces, index, -1), _beside(pieces, index, 1), hole + 3)
    return tuple(frames)


def _beside(pieces: Sequence[Piece], index: int, step: int) -> Piece | None:
    """The next piece on one side that is more than white space."""
    index += step
    while 0 <= index < len(pieces) and pieces[index].kind == "text" and pieces[index].parts[0].isspace():
        index += step
    return pieces[index] if 0 <= index < len(pieces) else None


def _open_link(before: Piece | None, after: Piece | None, hole: int) -> None:
    """Cut the hole into the tag of a link that is around nothing but this picture, and leads to one; unless it has a class
    of its own."""
    if before is None or after is None or (before.kind, before.name) != ("open", "a"):
        return
    around = (after.kind, after.name) == ("close", "a")
    if around and media_type(before.attributes.get("href", "")) and "class" not in before.attributes:
        tag, *rest = before.parts
        before.parts, before.holes = [tag[:2], tag[2:], *rest], [hole, *before.holes]


def _own_address(piece: Piece) -> int | None:
    """Which reference is the picture's own address."""
    wanted = piece.attributes.get("src", "").strip()
    found = (hole for hole, (url, _) in zip(piece.holes, piece.addresses, strict=True) if url == wanted)
    return next(found, None)


def _open(piece: Piece, hole: int) -> None:
    """Cut the holes before the tag, at its end, and after it."""
    *parts, last = piece.parts
    piece.parts = ["", *parts, last.removesuffix(">").rstrip(), ">", ""]
    piece.holes = [hole, *piece.holes, hole + 1, hole + 2]


def _frame(piece: Piece, reference: int, place: str, opened: Counter[str]) -> Frame:
    said = piece.attributes
    return Frame(
        reference=reference,
        alt=" ".join(said.get("alt", "").split()),
        place=place,
        width=_pixels(said.get("width", "")),
        height=_pixels(said.get("height", "")),
        written=tuple(name for name in SETTABLE if name in said),
        linked=any(opened[name] for name in _NO_LINK_INSIDE) or "usemap" in said,
        chosen="srcset" in said or opened["picture"] > 0,
    )


def _pixels(written: str) -> int:
    number = _PIXELS.fullmatch(written)
    return int(number[1]) if number else 0
