"""The editor in which the preview opens a file: one that is known by name, or the address at which another opens it."""

import re

from recto.config.kinds import Kind
from recto.diagnostics import did_you_mean
from recto.located import Fields
from recto.model import EDITORS

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):\S+", re.ASCII | re.IGNORECASE)  # a drive's letter is no scheme
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_PLACEHOLDERS = ("{path}", "{line}", "{column}")
_WANTED = f"{', '.join(EDITORS)} or an address with {{path}} in it"
_EXAMPLE = "mvim://open?url=file://{path}&line={line}"
_HINT = f"write editor: {next(iter(EDITORS))}, or the address at which yours opens a file, such as {_EXAMPLE}"

# What a browser would run or show itself.
_NO_EDITOR = {"about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"}


def _editor(fields: Fields, path: str, value: object) -> str | None:
    text = fields.text(path, value)
    if not text or text in EDITORS:
        return text
    address = _ADDRESS.fullmatch(text)
    placeholders = _PLACEHOLDER.findall(text)
    if not address:
        fields.must_be(path, _WANTED, value, did_you_mean(text, EDITORS) or _HINT)
    elif address[1].lower() in _NO_EDITOR:
        fields.complain(path, f'no editor answers to an address that begins with "{address[1]}:"', _HINT)
    elif other := next((word for word in placeholders if word not in _PLACEHOLDERS), ""):
        hint = did_you_mean(other, _PLACEHOLDERS) or "there are {path}, {line} and {column}"
        fields.complain(path, f'there is no "{other}" in {path}', hint)
    elif "{path}" not in placeholders:
        hint = f"put {{path}} where a file belongs, as in {_EXAMPLE}"
        fields.complain(path, f"{path} is the same for all files", hint)
    else:
        return text
    return None


EDITOR = Kind(_WANTED, _editor)
