"""German."""

from collections.abc import Mapping

from recto.words import Phrase

PHRASES: Mapping[str, Phrase] = {
    "Archive": "Archiv",
    "Older posts": "Ältere Beiträge",
    "Page {n}": "Seite {n}",
    "{title}, page {n}": "{title}, Seite {n}",
    "min": {"other": "{n} Min."},
    "post": {"one": "{n} Beitrag", "other": "{n} Beiträge"},
}
