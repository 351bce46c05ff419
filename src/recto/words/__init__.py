"""Say the words of the theme and of markup in each language: one module a language, read when its first word is asked for.

A phrase is known by its English words as they stand in the templates. Names in braces are places to be filled: "Page
{n}". A phrase that counts has a form for each of the language's plurals (CLDR's categories), and is known by its English noun:
"post". What a language does not know is said in English.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from recto.words.en import COUNTED, PHRASES

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["COUNTED", "LANGUAGES", "PHRASES", "Phrase", "Words", "locale", "phrases", "tags"]

Phrase = str | Mapping[str, str]  # a text, or its forms by plural category

# fmt: off
LANGUAGES = (
    "ar", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "id", "it", "ja", "ko", "nb", "nl", "pl",
    "pt", "ru", "sv", "tr", "uk", "vi", "zh", "zh_hant",
)
# fmt: on
_OTHERS = {  # tags that mean, or are best read as, one of these
    "in": "id",
    "iw": "he",
    "nn": "nb",
    "no": "nb",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
    "zh-tw": "zh-hant",
}
_PLACE = re.compile(r"\{(\w+)\}")


def tags(language: str) -> Iterator[str]:
    """A language (BCP 47) from its full tag to its first part: "pt-BR", then "pt"."""
    tag = language.lower().replace("_", "-")
    while tag:
        yield _OTHERS.get(tag, tag)
        tag = tag.rpartition("-")[0]


@cache
def _known(language: str) -> str:
    """The module that speaks for a language; "en" where none does."""
    names = (tag.replace("-", "_") for tag in tags(language))
    return next((name for name in names if name in LANGUAGES), "en")


@cache
def phrases(language: str) -> Mapping[str, Phrase]:
    """What a language says for each English phrase; an English one says itself."""
    name = _known(language)
    return COUNTED if name == "en" else import_module(f"recto.words.{name}").PHRASES


@cache
def locale(language: str) -> "Locale | None":
    """What Babel knows of a language; None where that is nothing."""
    from babel import Locale, UnknownLocaleError

    for tag in tags(language):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


@cache
def _plural(language: str, number: int) -> str:
    """The plural category of a number (CLDR)."""
    known = None if _first(language) == "en" else locale(language)
    if known is None:
        return "one" if number == 1 else "other"
    return known.plural_form(number)


class Words:
    """The words of a site: those of its own language may be the author's own, by their English words."""

    def __init__(self, language: str, own: Mapping[str, Phrase] | None = None) -> None:
        self._language = language
        self._own = own or {}
        self._known: dict[str, Mapping[str, Phrase]] = {}

    def of(self, language: str = "") -> Mapping[str, Phrase]:
        """All phrases in a language; that of the site unless another is said."""
        if language not in self._known:
            tag = language or self._language
            same = _first(tag) == _first(self._language)
            self._known[language] = {**phrases(tag), **self._own} if same else phrases(tag)
        return self._known[language]

    def say(self, text: str, language: str = "", /, **places: object) -> str:
        """A phrase with its places filled; Markup where one of the fillings is, and then escaped as a whole."""
        phrase = self.of(language).get(text, text)
        if not isinstance(phrase, str):
            phrase = self._form(phrase, language, places.get("n"))
        return _filled(phrase, places) if places else phrase

    def count(self, number: int, one: str, many: str = "", language: str = "") -> str:
        """A number with its noun: as the language counts it, or in the forms that are given."""
        phrase = self.of(language).get(one)
        if phrase is None or isinstance(phrase, str):
            return f"{number} {one if number == 1 else many or one + 's'}"
        return _filled(self._form(phrase, language, number), {"n": number})

    def _form(self, forms: Mapping[str, str], language: str, number: object) -> str:
        """The form for a number: as English counts where the forms are English for want of others."""
        english = any(forms is known for known in COUNTED.values())
        spoken = "en" if english else language or self._language
        category = _plural(spoken, number) if isinstance(number, int) and len(forms) > 1 else "other"
        return forms.get(category, forms["other"])


def _first(tag: str) -> str:
    return next(tags(tag), "").partition("-")[0]


def _filled(phrase: str, places: Mapping[str, object]) -> str:
    """The phrase with its places filled; one that nothing is given for stays as it is written."""
    if any(hasattr(value, "__html__") for value in places.values()):
        return Markup(_PLACE.sub(lambda place: escape(places.get(place[1], place[0])), str(escape(phrase))))
    return _PLACE.sub(lambda place: str(places.get(place[1], place[0])), phrase)
