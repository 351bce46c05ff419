"""Keep every address that the site ever had, and what stood behind it: `urls.lock`, so that none dies. Pure."""

from recto.ledger.keeping import give_up, merged, public
from recto.ledger.lines import NAME, parse, write

__all__ = ["NAME", "give_up", "merged", "parse", "public", "write"]
