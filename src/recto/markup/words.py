"""The few words that markup itself says, and the quotation marks, by language: data only.

A language that is not here gets English words; its marks are those of its first subtag, else English ones.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a body's own markup says to readers."""

    note: str = "Note"
    tip: str = "Tip"
    important: str = "Important"
    warning: str = "Warning"
    caution: str = "Caution"
    notes: str = "Notes"
    back: str = "Back to text"
    section: str = "Link to this section"
    contents: str = "Contents"
    table: str = "Table"
    done: str = "Done"
    open: str = "To do"


ENGLISH = Words()
WORDS = {
    "de": Words(
        note="Hinweis",
        tip="Tipp",
        important="Wichtig",
        warning="Warnung",
        caution="Vorsicht",
        notes="Anmerkungen",
        back="Zurück zum Text",
        section="Link zu diesem Abschnitt",
        contents="Inhalt",
        table="Tabelle",
        done="Erledigt",
        open="Offen",
    ),
    "fr": Words(
        note="Remarque",
        tip="Astuce",
        important="Important",
        warning="Avertissement",
        caution="Attention",
        notes="Notes",
        back="Retour au texte",
        section="Lien vers cette section",
        contents="Sommaire",
        table="Tableau",
        done="Fait",
        open="À faire",
    ),
    "es": Words(
        note="Nota",
        tip="Consejo",
        important="Importante",
        warning="Advertencia",
        caution="Precaución",
        notes="Notas",
        back="Volver al texto",
        section="Enlace a esta sección",
        contents="Contenido",
        table="Tabla",
        done="Hecho",
        open="Pendiente",
    ),
    "sv": Words(
        note="Obs",
        tip="Tips",
        important="Viktigt",
        warning="Varning",
        caution="Försiktigt",
        notes="Noter",
        back="Tillbaka till texten",
        section="Länk till det här avsnittet",
        contents="Innehåll",
        table="Tabell",
        done="Klart",
        open="Att göra",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Quotation marks: double opening and closing, single opening and closing."""

    open: str = "“"
    close: str = "”"
    single_open: str = "‘"
    single_close: str = "’"


def _marks(text: str) -> Marks:
    opening, closing, single_open, single_close = text.split("|")
    return Marks(open=opening, close=closing, single_open=single_open, single_close=single_close)


_LOW_HIGH = _marks("„|“|‚|‘")
_LOW_CLOSING = _marks("„|”|‚|’")
_SAME = _marks("”|”|’|’")
_GUILLEMETS = _marks("«|»|“|”")

ENGLISH_MARKS = Marks()
MARKS = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "is", "lt", "et"), _LOW_HIGH),
    **dict.fromkeys(("pl", "hu", "ro", "hr"), _LOW_CLOSING),
    **dict.fromkeys(("sv", "fi"), _SAME),
    **dict.fromkeys(("es", "it", "pt-pt", "ca", "el", "nb", "nn", "no"), _GUILLEMETS),
    **dict.fromkeys(("ru", "uk", "be"), _marks("«|»|„|“")),
    "da": _marks("»|«|›|‹"),
    "fr": _marks("«\u202f|\u202f»|“|”"),
    "de-ch": _marks("«|»|‹|›"),
    "fr-ch": _marks("«|»|‹|›"),
    "ja": _marks("「|」|『|』"),
}


def words(language: str) -> Words:
    """The words for a language (BCP 47)."""
    return WORDS.get(language.lower().partition("-")[0], ENGLISH)


def marks(language: str) -> Marks:
    """The quotation marks of a language (BCP 47)."""
    tag = language.lower().replace("_", "-")
    return MARKS.get(tag) or MARKS.get(tag.partition("-")[0], ENGLISH_MARKS)
