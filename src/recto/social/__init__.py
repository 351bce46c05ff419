"""Draw what other sites show of a page when it is shared: a card with its title, and its picture or cover beside it.

A step of the memo: it sees the card's values, and the picture and the font that these name by their digests. Pillow is
imported for the first card that is not remembered.
"""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter

from recto.memo import Step, Store
from recto.model import Card, CardFile
from recto.social.fonts import typeset

__all__ = ["STEP", "make", "typeset", "usable"]


def make(card: Card) -> CardFile:
    """The card's file, kept in the folder that it names."""
    from recto.social.making import make as making

    return making(card)


def usable(store: Store) -> Callable[[CardFile], bool]:
    """Whether a result holds: its file is there, and shows what was asked for."""
    return lambda file: file.complete and store.holds([file.blob.digest])


_PLACES = {"picture_file", "font_file", "blobs"}  # which decide nothing

STEP = Step(
    name="cards",
    run=make,
    input=Card,
    output=CardFile,
    modules=(
        "recto.diagnostics",
        "recto.drawing",
        "recto.memo",
        "recto.model",
        "recto.pictures",
        "recto.words",
    ),
    libraries=("pillow",),
    identity=attrgetter(*(field.name for field in fields(Card) if field.name not in _PLACES)),
)
