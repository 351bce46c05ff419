"""The address at which the author's editor opens a place of the site. Pure: nothing is opened here."""

import re
from urllib.parse import quote

from recto.diagnostics import Location
from recto.model import EDITORS

_PLACEHOLDER = re.compile(r"\{(path|line|column)\}")
_DRIVE = re.compile(r"[A-Za-z]:(?=[\\/])")
_THEME = "default/"  # how problems name the theme's own files, which are not in the site's folder


def link(editor: str, root: str, place: Location) -> str:
    """The address that opens a place in the editor; "" where none is configured or the file is not one of the site's.

    `editor` is as `site.yaml` has it, and checked. `root` is the site's folder, absolute, as its system writes it. A place
    whose line is not known is the first of its file.
    """
    if not editor or place.path.startswith(_THEME):
        return ""
    path = _encoded(root, place.path)

    def fill(found: re.Match[str]) -> str:
        if found[1] == "path":
            return _joined(found.string[: found.start()], path)
        return str(max(1, getattr(place, found[1])))

    return _PLACEHOLDER.sub(fill, EDITORS.get(editor, editor))


def _encoded(root: str, path: str) -> str:
    """The whole path of a file, percent-encoded, with forward slashes: "/home/me/blog/a.md", "C:/blog/a.md"."""
    drive = _DRIVE.match(root)
    folder = root.replace("\\", "/") if drive or root.startswith("\\\\") else root
    start = drive[0] if drive else ""
    return start + quote(f"{folder.removeprefix(start).rstrip('/')}/{path}", errors="surrogateescape")


def _joined(before: str, path: str) -> str:
    """The path as it continues an address: the value of a parameter is as it stands, a part of the address's own path has
    one slash before it, whether or not the pattern wrote that."""
    if before.endswith(("=", "?", "&")):
        return path
    rest = path.removeprefix("/")
    return rest if before.endswith("/") and not before.endswith("//") else f"/{rest}"
