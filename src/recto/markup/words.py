"""The few words that markup itself says, and the quotation marks, by language.

A language that is not here gets English words; its marks are those of its first subtag, else English ones.
"""

from dataclasses import asdict, dataclass
from functools import cache

from recto.words import phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a body's own markup says to readers; its defaults are the phrases that other languages are asked for."""

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


@cache
def words(language: str) -> Words:
    """The words for a language (BCP 47)."""
    said = phrases(language)
    return Words(**{name: str(said.get(text, text)) for name, text in asdict(Words()).items()})


def marks(language: str) -> Marks:
    """The quotation marks of a language (BCP 47)."""
    tag = language.lower().replace("_", "-")
    return MARKS.get(tag) or MARKS.get(tag.partition("-")[0], ENGLISH_MARKS)
