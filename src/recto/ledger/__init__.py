"""Keep every address that the site ever had, and what stood behind it: `urls.lock`, so that none dies. Pure."""

from recto.ledger.keeping import give_up, merged, public
from recto.ledger.lines import NAME, parse, write
from recto.ledger.matching import Trace, fingerprint, followed
from recto.ledger.updating import mark, updated

__all__ = [
    "NAME",
    "Trace",
    "fingerprint",
    "followed",
    "give_up",
    "mark",
    "merged",
    "parse",
    "public",
    "updated",
    "write",
]
