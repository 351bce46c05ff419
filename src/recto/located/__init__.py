"""Read YAML into plain values that remember where they stand.

Nothing here raises for an author's mistake: whatever is wrong comes back as a located diagnostic.
"""

from recto.located.compose import MAX_DEPTH, Document, parse
from recto.located.decode import decode
from recto.located.fields import Fields
from recto.located.places import Places

__all__ = ["MAX_DEPTH", "Document", "Fields", "Places", "decode", "parse"]
