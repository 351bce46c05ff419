"""Set a title in lines: as large as it fits, in as few lines as it takes, all of about one length. Pure: how wide a piece of
text is, a function says."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

Measure = Callable[[int, str], float]
"""How wide a text is at a size, in pixels."""

Measured = Callable[[str], float]

# Kana, Han, Hangul and what is set with them: a line can end after each, but for the marks that stay with a neighbour.
_EAST = "\u2e80-\u2fff\u3000-\u30ff\u3100-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OPENING = "\u300a\u3008\u300c\u300e\u3010\u3014\u3016\uff08\uff3b\uff5b"
_CLOSING = (
    "\u3001\u3002\u300b\u3009\u300d\u300f\u3011\u3015\u3017\u30fb\u30fc\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085"
    "\u3087\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d"
)
_ATOM = re.compile(
    rf"[{_OPENING}]*[{_EAST}][{_CLOSING}]*|[^{_EAST}]+?(?:[-\u2010\u2013\u2014/]+(?=\w)|(?=[{_EAST}])|\Z)[{_CLOSING}]*"
)
_CLUSTER = re.compile(r"\S[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d]*")
_PARTED = 54  # pixels: the size up to which words may be parted
_ELLIPSIS = "\u2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A text in lines, at a size in pixels."""

    size: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """What no line ends within: how wide it is, and how wide the space before it."""

    text: str
    width: float
    space: float


def setting(text: str, measure: Measure, width: float, sizes: Sequence[tuple[int, int]]) -> Setting:
    """The text in lines no wider than `width`, at the first of the sizes (pixels, most lines) at which it fits. In small ones,
    words that are too long are parted; a text that is too long for the last one is cut."""
    for size, most in sizes:
        measured = partial(measure, size)
        atoms = list(_atoms(text, measured))
        if size <= _PARTED:
            atoms = [part for atom in atoms for part in _parted(atom, measured, width)]
        lines = _filled(atoms, width)
        if len(lines) <= most and all(atom.width <= width for atom in atoms):
            return Setting(size=size, lines=_texts(_balanced(atoms, width, len(lines))))
    return Setting(size=size, lines=_cut(_texts(lines[:most]), measured, width))


def _atoms(text: str, measure: Measured) -> Iterator[_Atom]:
    space = measure(" ")
    for word in text.split():
        for number, part in enumerate(_ATOM.findall(word)):
            yield _Atom(part, measure(part), 0.0 if number else space)


def _filled(atoms: Iterable[_Atom], width: float) -> list[list[_Atom]]:
    """Lines, each as full as it can be."""
    lines: list[list[_Atom]] = []
    used = inf
    for atom in atoms:
        used += atom.space + atom.width
        if used > width:
            lines.append([])
            used = atom.width
        lines[-1].append(atom)
    return lines


def _balanced(atoms: Sequence[_Atom], width: float, count: int) -> list[list[_Atom]]:
    """The same number of lines with the least difference in length: those of the narrowest column that takes no more."""
    low, high = 0.0, width
    while high - low > width / 100:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(atoms, middle)) <= count else (middle, high)
    return _filled(atoms, high)


def _texts(lines: Iterable[Sequence[_Atom]]) -> tuple[str, ...]:
    return tuple("".join(" " * bool(atom.space) + atom.text for atom in line).strip() for line in lines)


def _parted(atom: _Atom, measure: Measured, width: float) -> list[_Atom]:
    """The atom in pieces that fit, with hyphens where it is of letters that have case."""
    if atom.width <= width:
        return [atom]
    hyphen = "-" if atom.text.upper() != atom.text.lower() else ""
    pieces = [""]
    for cluster in _CLUSTER.findall(atom.text):
        if pieces[-1] and measure(pieces[-1] + cluster + hyphen) > width:
            pieces[-1] += hyphen
            pieces.append("")
        pieces[-1] += cluster
    return [
        _Atom(piece, measure(piece), 0.0 if number else atom.space) for number, piece in enumerate(pieces)
    ]


def _cut(lines: Sequence[str], measure: Measured, width: float) -> tuple[str, ...]:
    """The lines with a mark at the end that says there is more."""
    *first, last = lines
    while last and measure(last + _ELLIPSIS) > width:
        last = last.rpartition(" ")[0] or last[:-1]
    return (*first, last.rstrip(" -,.;:\u2013\u2014\u3001\u3002") + _ELLIPSIS)
