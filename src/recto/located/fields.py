"""Typed reading of what a YAML document says: the value as wanted, or a located complaint.

A reader gets the key path and the value found there and returns what it means, or None after it has complained, so
that the caller keeps its default and everything wrong is reported at once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from recto.diagnostics import Diagnostic, Location, error, warning
from recto.located.places import KEY, Places

_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{3,4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-[A-Za-z0-9]{1,8}){0,5}", re.ASCII
)
_YES = {"true", "yes", "on"}
_NO = {"false", "no", "off"}


def shown(value: object) -> str:
    """A value as a message quotes it."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f'"{text}"' if len(text) <= 40 else f'"{text[:39]}…"'


class Fields:
    """The places of a document and what was found wrong in it; `code` is that of a wrong value."""

    def __init__(self, places: Places, diagnostics: Iterable[Diagnostic] = (), *, code: str) -> None:
        self.places = places
        self.diagnostics = list(diagnostics)
        self._code = code

    def place(self, path: str) -> Location | None:
        """Where the value of a key path stands."""
        return self.places.nearest(path)

    def complain(self, path: str, message: str, hint: str = "", *, code: str = "") -> None:
        """Note an error at the value of a key path."""
        self.diagnostics.append(error(code or self._code, message, self.place(path), hint=hint))

    def warn(self, path: str, message: str, hint: str = "", *, code: str = "") -> None:
        """Note a warning at a key path."""
        self.diagnostics.append(warning(code or self._code, message, self.place(path), hint=hint))

    def must_be(self, path: str, what: str, value: object, hint: str = "", *, item: str = "") -> None:
        """Note that a value is not what its key wants; `item` is the key path of the one of a list that is not."""
        got = self.written(item or path, value)
        self.complain(item or path, f"{path} must be {what}, got {shown(got)}", hint)

    def written(self, path: str, value: object) -> object:
        """A scalar as its author wrote it ("007", "no"; "" where nothing is written); any other value as it is."""
        if isinstance(value, str | list | dict) or path not in self.places.spans:
            return value
        empty = self.places.spans[path] == self.places.spans.get(path + KEY)
        return "" if empty else self.places.source(path)

    def name(self, path: str, value: object) -> str | None:
        """Text in which even `no`, `null` and `2017-05-01` are what was written."""
        text = self.written(path, value)
        if isinstance(text, str):
            return "" if value is None and text == "~" else text.strip()
        self.must_be(path, "text", value, "put quotes around it")
        return None

    def text(self, path: str, value: object) -> str | None:
        """Text; nothing and null are ""."""
        return "" if value is None else self.name(path, value)

    def boolean(self, path: str, value: object) -> bool | None:
        """true or false (or yes, no, on, off; quoted or not)."""
        word = value.strip().lower() if isinstance(value, str) else value
        if word is True or word in _YES:
            return True
        if word is False or word in _NO:
            return False
        self.must_be(path, "true or false", value, f"write {path.rpartition('.')[2]}: true")
        return None

    def language(self, path: str, value: object) -> str | None:
        """A language tag by its shape (BCP 47); `pt_BR` is `pt-BR`."""
        tag = (self.name(path, value) or "").replace("_", "-")
        if not tag or _LANGUAGE.fullmatch(tag):
            return tag
        self.must_be(path, 'a language such as "en" or "pt-BR"', value)
        return None

    def integer(self, path: str, value: object, low: int, high: int, hint: str = "") -> int | None:
        """A whole number within bounds."""
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.must_be(path, f"a number from {low} to {high}", value, hint)
        return None

    def items(self, path: str, value: object) -> Iterator[tuple[str, object]]:
        """What a list holds, or the one value that stands for it, each with its key path; nothing where empty."""
        if isinstance(value, list):
            yield from ((f"{path}.{index}", item) for index, item in enumerate(value))
        elif value is not None:
            yield path, value
