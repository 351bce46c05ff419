"""Markdown to HTML: one body in, its Content out.

Pure and alone: `convert` sees nothing but the Body, so that equal bodies have equal Contents in any order and in any
process. It never raises for an author's text; what cannot be converted in bounded time becomes plain text and an
error. Markdown and Pygments are imported for the first body that is not remembered, so an unchanged site never waits
for them.
"""

from recto.memo import Step
from recto.model import Body, Content

__all__ = ["STEP", "convert"]


def convert(body: Body) -> Content:
    """The body as HTML with everything that is known about it."""
    from recto.markup.conversion import convert as conversion

    return conversion(body)


STEP = Step(
    name="markup",
    run=convert,
    input=Body,
    output=Content,
    modules=("recto.diagnostics", "recto.model", "recto.pictures", "recto.text", "recto.words"),
    libraries=("markdown", "pygments", "pymdown-extensions"),
)
