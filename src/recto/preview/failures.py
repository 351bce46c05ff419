"""The page in the place of one that cannot be made: the words of the terminal, and no script needed to read them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

from recto.diagnostics import Diagnostic
from recto.preview.injection import inject
from recto.preview.problems import Link, drawn


def failure(diagnostics: Sequence[Diagnostic], *, base: str, link: Link) -> bytes:
    """A whole HTML page (for status 500) with these problems. It has the preview's script already, so that it goes by itself
    when they are mended. `base` is the folder the site is deployed to."""
    found = drawn(diagnostics, link)
    title = f"{len(found)} problem{'' if len(found) == 1 else 's'}"
    page = _template().format(base=base, title=title, problems=Markup("").join(map(Markup, found)))
    return inject(page.encode(), base)


@cache
def _template() -> Markup:
    return Markup(Path(__file__).with_name("client").joinpath("error.html").read_text("utf-8"))
