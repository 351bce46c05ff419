"""Read what an author says about a post's drawn cover."""

import re
from collections.abc import Mapping

from recto.diagnostics import did_you_mean
from recto.drawing import STYLES
from recto.located import Fields
from recto.located.places import KEY
from recto.model import CoverOptions

_STYLES = f"{', '.join(STYLES[:-1])} or {STYLES[-1]}"
_ADDRESS = re.compile(r"[/.]")  # what other generators call a cover is a picture's address
_PARTS = ("style", "hue")


def cover(fields: Fields, path: str, value: object) -> CoverOptions | None:
    """`false`, a style, or a mapping with style and hue."""
    if isinstance(value, Mapping):
        return _mapping(fields, path, value)
    word = fields.written(path, value)
    if isinstance(value, bool) and isinstance(word, str):
        return CoverOptions(drawn=value)
    if isinstance(word, str) and _ADDRESS.search(word):
        _picture(fields, path, word)
        return None
    style = _style(fields, path, value, f"false, {_STYLES}")
    return CoverOptions(style=style) if style else None


def _mapping(fields: Fields, path: str, value: Mapping[str, object]) -> CoverOptions | None:
    if "image" in value:  # as in Hugo's themes, often left empty
        if value["image"]:
            _picture(fields, f"{path}.image", value["image"])
        return None
    for name in sorted(value.keys() - set(_PARTS)):
        hint = did_you_mean(name, _PARTS) or "a cover has a style and a hue"
        fields.complain(f"{path}.{name}{KEY}", f"{path} has no {name}", hint)
    style, hue = value.get("style"), value.get("hue")
    return CoverOptions(
        style=(_style(fields, f"{path}.style", style, _STYLES) if style else "") or "",
        hue=None if hue is None else fields.integer(f"{path}.hue", hue, 0, 360),
    )


def _style(fields: Fields, path: str, value: object, wanted: str) -> str | None:
    word = fields.written(path, value)
    if isinstance(word, str) and word.strip().lower() in STYLES:
        return word.strip().lower()
    number = isinstance(word, str) and word.isdigit()
    hint = f"write cover: {{hue: {word}}}" if number else did_you_mean(str(word), STYLES)
    fields.must_be(path, wanted, value, hint)
    return None


def _picture(fields: Fields, path: str, address: object) -> None:
    message = f"{path} is not used: a cover is drawn, and this is a picture"
    fields.warn(path, message, f"write image: {fields.written(path, address)}")
