"""The page in the place of one that cannot be made: the words of the terminal, and no script needed to read them."""

from collections.abc import Sequence

from recto.diagnostics import Diagnostic
from recto.preview.notices import Link


def failure(diagnostics: Sequence[Diagnostic], *, base: str, link: Link) -> bytes:
    """A whole HTML page (for status 500) with these problems. It has the preview's script already, so that it goes by itself
    when they are mended. `base` is the folder the site is deployed to."""
    return b""
